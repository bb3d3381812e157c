"""The tick matrix of talks between committee members: who has talked with whom this year."""

from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from qiangji.ledgers.models import HeartTalk
from qiangji.members.models import Person, Tenure
from qiangji.orgs.models import Body, Organization


@dataclass(frozen=True)
class TickMatrix:
    """Everybody who sat on the committee within a year, and the talks of each pair; a pair's key is lower id first."""

    year: int
    people: list[Person]
    cells: dict[tuple[int, int], list[HeartTalk]] = field(default_factory=dict)

    @property
    def pairs(self) -> int:
        return len(self.people) * (len(self.people) - 1) // 2

    @property
    def ticked(self) -> int:
        """How many pairs of the people shown have talked at least once."""
        return sum(bool(self.talks(one, other)) for one, other in combinations(self.people, 2))

    def talks(self, one: Person, other: Person) -> list[HeartTalk]:
        """Return the talks of a pair, in whichever order it is given."""
        return self.cells.get((min(one.pk, other.pk), max(one.pk, other.pk)), [])

    @property
    def missing(self) -> list[tuple[Person, Person]]:
        """Return the pairs without a talk."""
        return [(one, other) for one, other in combinations(self.people, 2) if not self.talks(one, other)]


def tick_matrix(organization: Organization, year: int) -> TickMatrix:
    """Read the talks of a year between those who sat on the committee then: two statements."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    tenures = (
        Tenure.objects.filter(
            post__organization=organization, post__body=Body.COMMITTEE, start_date__lte=last
        )
        .exclude(end_date__lt=first)
        .select_related("person")
        .order_by("post__position", "post_id", "start_date")
    )
    people = list({tenure.person_id: tenure.person for tenure in tenures}.values())
    cells: dict[tuple[int, int], list[HeartTalk]] = {}
    talks = HeartTalk.objects.filter(
        organization=organization, date__gte=first, date__lte=last, withdrawn_at__isnull=True
    )
    for talk in talks.select_related("first", "second").order_by("date", "pk"):
        cells.setdefault((talk.first_id, talk.second_id), []).append(talk)
    return TickMatrix(year, people, cells)
