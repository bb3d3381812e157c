"""Training and meetings of a year: who was reached, how much of a class was theory, which meetings began as they should."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from qiangji.ledgers.models import Attendance, Record, RecordKind
from qiangji.ledgers.vocabulary import KINDS
from qiangji.members.models import Person, Tenure
from qiangji.members.querysets import holds
from qiangji.orgs import paths
from qiangji.orgs.models import Body, Organization, Post

CLASSES = ("training_class", "secretaries_training", "study_secretary_training")


@dataclass(frozen=True)
class Coverage:
    """Of one group of cadres, who was at a class this year and who was at none."""

    title: str
    trained: list[Person]
    missing: list[Person]

    @property
    def all(self) -> int:
        return len(self.trained) + len(self.missing)


def training_coverage(organization: Organization, year: int, on: date) -> list[Coverage]:
    """Return how far a year's classes reached secretaries, Party-affairs staff and newly appointed heads: two statements.

    Who holds such a post on the day, here or below; new is who took office within the year.
    """
    tenures = list(
        Tenure.objects.filter(holds(on), paths.below(organization.path, "post__organization__path"))
        .select_related("person", "post")
        .order_by("post__organization__path", "post__position", "post_id")
    )
    people = {tenure.person_id: tenure.person for tenure in tenures}
    reached = people_at_classes(people, year)
    secretaries = [one for one in tenures if is_secretary(one.post)]
    groups = {
        "书记": secretaries,
        "党务干部": [one for one in tenures if one.post.body == Body.OFFICE],
        "新任党组织负责人": [one for one in secretaries if one.start_date.year == year],
    }
    found = []
    for title, seats in groups.items():
        group = {one.person_id: one.person for one in seats}
        found.append(
            Coverage(
                title,
                [person for key, person in group.items() if key in reached],
                [person for key, person in group.items() if key not in reached],
            )
        )
    return found


def is_secretary(post: Post) -> bool:
    """Say whether a post is a committee's secretary or deputy."""
    return post.body == Body.COMMITTEE and post.kind in (Post.Kind.SECRETARY, Post.Kind.DEPUTY_SECRETARY)


def people_at_classes(people: Iterable[int], year: int) -> set[int]:
    """Return who of these was present at a class of a year."""
    rows = Attendance.objects.filter(
        person__in=list(people),
        presence=Attendance.Presence.PRESENT,
        record__state=Record.State.CONFIRMED,
        record__year=year,
        record__kinds__kind__in=CLASSES,
    )
    return set(rows.order_by().values_list("person", flat=True).distinct())


@dataclass(frozen=True)
class TheoryShare:
    """One class and how much of its hours was theory; None where that was not said."""

    record: Record
    share: Decimal | None

    @property
    def is_a_third(self) -> bool | None:
        """At least one third (document 1, 专业能力 2)."""
        if self.share is None or self.record.hours is None:
            return None
        return Decimal(str(self.record.values["theory_hours"])) * 3 >= self.record.hours


def theory_shares(organization: Organization, year: int, audience: str = "party_staff") -> list[TheoryShare]:
    """Return the classes of a year for an audience with their share of theory: one statement."""
    classes = Record.objects.confirmed().of_kind("training_class")
    found = []
    for record in classes.filter(organization=organization, year=year).order_by("date", "pk"):
        if record.values.get("audience") != audience:
            continue
        theory = record.values.get("theory_hours")
        share = Decimal(str(theory)) / record.hours if theory is not None and record.hours else None
        found.append(TheoryShare(record, share))
    return found


@dataclass(frozen=True)
class FirstItems:
    """Of a year's committee meetings with an agenda, how many began with study (第一议题)."""

    meetings: int
    with_study: int
    without: list[date]


def first_items(organization: Organization, year: int) -> FirstItems:
    """Return how many of a year's committee meetings had study as the first item: one statement.

    A meeting had it when the same record counts as both, or study was recorded for the same day.
    """
    rows = RecordKind.objects.filter(
        kind__in=("committee_meeting", "first_agenda_item"),
        record__organization=organization,
        record__state=Record.State.CONFIRMED,
        record__year=year,
    ).values_list("kind", "record__date", "record")
    meetings = {record: day for kind, day, record in rows if kind == "committee_meeting"}
    studied = {day for kind, day, _ in rows if kind == "first_agenda_item"}
    without = sorted(day for day in meetings.values() if day not in studied)
    return FirstItems(len(meetings), len(meetings) - len(without), without)


def speaker_kinds(organization: Organization, year: int) -> list[tuple[str, int]]:
    """Count a year's classes by who taught, all four kinds in their order (四类人上讲台): one statement."""
    field = next(one for one in KINDS["party_class"].fields if one.name == "speaker_kind")
    classes = Record.objects.confirmed().of_kind("party_class", "training_class")
    here = paths.below(organization.path, "organization__path")
    said = [
        values.get("speaker_kind")
        for values in classes.filter(here, year=year).values_list("values", flat=True)
    ]
    return [(title, said.count(code)) for code, title in field.choices.items()]
