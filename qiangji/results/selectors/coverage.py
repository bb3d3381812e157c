"""How far the self-checks of a cycle have come: who was given one, who has handed it in, who is late.

What superiors see of an unsubmitted sheet is that it exists and that it was not handed in; so these are the only numbers.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.states import State
from qiangji.lib.dates import is_past, local_day
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.results.selectors.days import counted_on
from qiangji.results.selectors.rates import public_hospitals

MOST_NAMED = 100


@dataclass(frozen=True)
class KindCoverage:
    """One kind of organizations: how many there are, were given a sheet, have handed it in."""

    label: str
    all: int
    given: int
    submitted: int

    @property
    def without(self) -> int:
        return self.all - self.given

    @property
    def waiting(self) -> int:
        return self.given - self.submitted


@dataclass(frozen=True)
class Coverage:
    """All kinds, and by name the hospital-level organizations that were given none or have not handed theirs in."""

    kinds: tuple[KindCoverage, ...]
    is_late: bool
    missing: tuple[Organization, ...]
    missing_count: int


def _covered(cycle: Cycle, kind: Organization.Kind, everybody: QuerySet[Organization]) -> KindCoverage:
    """Count one kind: of everybody there is, who was given a sheet and who has handed it in."""
    theirs = Sheet.objects.filter(cycle=cycle, organization=OuterRef("pk")).order_by()
    counted = everybody.order_by().aggregate(
        all=Count("pk"),
        given=Count("pk", filter=Exists(theirs)),
        submitted=Count("pk", filter=Exists(theirs.exclude(state=State.DRAFT))),
    )
    return KindCoverage(str(kind.label), counted["all"], counted["given"], counted["submitted"])


def coverage_of(cycle: Cycle, reach: Reach, *, at: datetime) -> Coverage:
    """Return how far the self-checks have come where this person reaches: a fixed number of statements."""
    day = local_day(at)
    hospitals = public_hospitals(cycle.owner, on=counted_on(cycle, day)).visible_to(reach)  # type: ignore[attr-defined]
    branches = (
        Organization.objects.on(counted_on(cycle, day))
        .filter(paths.below(cycle.owner.path), kind=Organization.Kind.BRANCH, is_public=True)
        .visible_to(reach)
    )
    measured = set(cycle.editions.values_list("organization_kind", flat=True))
    kinds = [
        _covered(cycle, kind, everybody)
        for kind, everybody in (
            (Organization.Kind.HOSPITAL, hospitals),
            (Organization.Kind.BRANCH, branches),
        )
        if kind in measured
    ]
    handed_in = Sheet.objects.filter(cycle=cycle, organization=OuterRef("pk")).exclude(state=State.DRAFT)
    missing = hospitals.filter(~Exists(handed_in)).order_by("path")
    named = tuple(missing.select_related("parent")[:MOST_NAMED])
    return Coverage(tuple(kinds), is_past(cycle.self_deadline_date, at=at), named, missing.count())
