"""The register as it was: who belonged where, and who held which post, on any day; many at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, When

from qiangji.members.models import BranchMembership, Tenure
from qiangji.members.querysets import holds
from qiangji.orgs.history import LineOn, line_on, parents_on
from qiangji.orgs.models import Organization

BATCH = 5000


@dataclass(frozen=True)
class HeadCount:
    """How many members there were: full 正式 and probationary 预备."""

    full: int = 0
    probationary: int = 0

    def __add__(self, other: "HeadCount") -> "HeadCount":
        return HeadCount(self.full + other.full, self.probationary + other.probationary)

    @property
    def all(self) -> int:
        """Both together."""
        return self.full + self.probationary


def belonging_on(day: date) -> QuerySet[BranchMembership]:
    """Return the affiliations that held on a day, of people who were members then."""
    member = Q(member__joined_date__lte=day) & (
        Q(member__ceased_date__isnull=True) | Q(member__ceased_date__gt=day)
    )
    return BranchMembership.objects.filter(holds(day), member)


def memberships_on(
    organization: Organization, day: date, *, line: LineOn | None = None
) -> QuerySet[BranchMembership]:
    """Return who belonged to a node or anything below it, as the tree was on that day."""
    line = line or line_on(day)
    rows = belonging_on(day).filter(line.condition(organization.path, "organization__path"))
    return rows.select_related("member__person", "organization", "group").order_by(
        "organization__path", "member__person__pinyin", "member__person__name"
    )


def branches_on(members: Collection[int], day: date) -> dict[int, BranchMembership]:
    """Return which branch each member belonged to on a day, by member's id; who belonged nowhere is left out."""
    keys = sorted(members)
    found: dict[int, BranchMembership] = {}
    for start in range(0, len(keys), BATCH):
        rows = belonging_on(day).filter(member__in=keys[start : start + BATCH])
        found |= {row.member_id: row for row in rows.select_related("organization", "group")}
    return found


def posts_on(people: Collection[int], day: date) -> dict[int, list[Tenure]]:
    """Return which posts each person held on a day, by person's id."""
    keys = sorted(people)
    found: dict[int, list[Tenure]] = defaultdict(list)
    for start in range(0, len(keys), BATCH):
        rows = Tenure.objects.filter(holds(day), person__in=keys[start : start + BATCH])
        for row in rows.select_related("post__organization"):
            found[row.person_id].append(row)
    return dict(found)


def own_counts_on(organizations: Iterable[Organization], day: date) -> dict[int, HeadCount]:
    """Return how many belonged to each node itself on a day, by id; nodes without anybody are left out."""
    keys = [row.pk for row in organizations]
    found: dict[int, HeadCount] = {}
    full = Case(When(member__confirmed_date__lte=day, then=1), output_field=IntegerField())
    for start in range(0, len(keys), BATCH):
        rows = belonging_on(day).filter(organization__in=keys[start : start + BATCH]).order_by()
        counted = rows.values(key=F("organization_id")).annotate(everybody=Count("pk"), full=Count(full))
        for row in counted:
            found[row["key"]] = HeadCount(row["full"], row["everybody"] - row["full"])
    return found


def counts_over_tree(
    organizations: Collection[Organization], day: date, *, parents: dict[int, int | None] | None = None
) -> dict[int, HeadCount]:
    """Return how many belonged to each node and all below it on a day, summed up over the tree of that day.

    ``organizations`` has to hold every node below those asked about; what is not among them is not counted.
    """
    parents = parents_on(organizations, day) if parents is None else parents
    sums: dict[int, HeadCount] = {row.pk: HeadCount() for row in organizations}
    for key, own in own_counts_on(organizations, day).items():
        place: int | None = key
        while place is not None and place in sums:
            sums[place] += own
            place = parents.get(place)
    return sums


def holders_on(organizations: Iterable[Organization], day: date) -> dict[int, list[Tenure]]:
    """Return who held the posts of each organization itself on a day, by its id, in the order of the seats."""
    keys = [row.pk for row in organizations]
    found: dict[int, list[Tenure]] = defaultdict(list)
    for start in range(0, len(keys), BATCH):
        rows = Tenure.objects.filter(holds(day), post__organization__in=keys[start : start + BATCH])
        for row in rows.select_related("post", "person").order_by("post__body", "post__position", "post"):
            found[row.post.organization_id].append(row)
    return dict(found)
