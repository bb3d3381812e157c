"""How far the self-checks of a cycle have come: who was given one, who has handed it in, who is late.

What superiors see of an unsubmitted sheet is that it exists and that it was not handed in; so these are the only numbers.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.states import State
from qiangji.lib.dates import is_past, local_day
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


def coverage_of(cycle: Cycle, reach: Reach, *, at: datetime) -> Coverage:
    """Return how far the self-checks have come where this person reaches: a fixed number of statements."""
    day = local_day(at)
    hospitals = public_hospitals(cycle.owner, on=counted_on(cycle, day)).visible_to(reach)  # type: ignore[attr-defined]
    sheets = Sheet.objects.visible_to(reach).filter(cycle=cycle).order_by()
    counted = {
        kind: (given, submitted)
        for kind, given, submitted in sheets.values_list("organization_kind").annotate(
            given=Count("pk"), submitted=Count("pk", filter=~Q(state=State.DRAFT))
        )
    }
    kinds = []
    for kind in (Organization.Kind.HOSPITAL, Organization.Kind.BRANCH):
        given, submitted = counted.get(kind, (0, 0))
        everybody = hospitals.count() if kind == Organization.Kind.HOSPITAL else given
        kinds.append(KindCoverage(str(kind.label), everybody, given, submitted))
    handed_in = Sheet.objects.filter(cycle=cycle, organization=OuterRef("pk")).exclude(state=State.DRAFT)
    missing = hospitals.filter(~Exists(handed_in)).order_by("path")
    named = tuple(missing.select_related("parent")[:MOST_NAMED])
    return Coverage(tuple(kinds), is_past(cycle.self_deadline_date, at=at), named, missing.count())
