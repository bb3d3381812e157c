"""The standardization rate 标准化率 of a region, and how it stands to its target."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from django.db.models import QuerySet

from qiangji.assessments.models import Cycle
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.results.selectors.classes import Class, classified
from qiangji.results.selectors.days import counted_on


@dataclass(frozen=True)
class Rate:
    """Recognized of all public hospital-level organizations of a region, whether they applied or not."""

    recognized: int
    all: int

    @property
    def percent(self) -> Decimal | None:
        """The rate in per cent, exact; None where there is no organization."""
        return Decimal(self.recognized) * 100 / self.all if self.all else None


@dataclass(frozen=True)
class Target:
    """What a cycle set itself: a rate strictly above a value by a day, and how far it is.

    >>> Target(Decimal(95), date(2026, 12, 31), Rate(19, 20)).lacking
    1
    >>> Target(Decimal(95), date(2026, 12, 31), Rate(20, 20)).is_reached
    True
    """

    value: Decimal
    due: date
    rate: Rate

    @property
    def needed(self) -> int:
        """How many organizations a rate strictly above the value takes."""
        return int((self.value * self.rate.all / 100).to_integral_value(ROUND_FLOOR)) + 1

    @property
    def lacking(self) -> int:
        """How many more organizations would have to be recognized."""
        return max(0, self.needed - self.rate.recognized)

    @property
    def is_reached(self) -> bool:
        return self.rate.all > 0 and self.lacking == 0

    @property
    def gap(self) -> Decimal | None:
        """By how many points of per cent the rate falls short of the value; 0 where it does not."""
        actual = self.rate.percent
        return None if actual is None else max(Decimal(0), self.value - actual)


def public_hospitals(region: Organization, *, on: date) -> QuerySet[Organization]:
    """Return all public hospital-level organizations below a region on a day."""
    return Organization.objects.on(on).filter(
        paths.below(region.path), kind=Organization.Kind.HOSPITAL, is_public=True
    )


def recognized_in(cycle: Cycle, region: Organization, *, on: date) -> QuerySet:
    """Return the organizations of a region that stand recognized in a cycle."""
    rows = classified(cycle, public_hospitals(region, on=counted_on(cycle, on)).order_by())
    return rows.filter(ledger_class=Class.MEETS)


def rate_of(cycle: Cycle, region: Organization, *, on: date) -> Rate:
    """Return the rate of a region in a cycle: two statements."""
    everybody = public_hospitals(region, on=counted_on(cycle, on))
    return Rate(recognized_in(cycle, region, on=on).count(), everybody.count())


def target_of(cycle: Cycle, rate: Rate) -> Target | None:
    """Return a cycle's target held against a rate; None where none was set."""
    if cycle.target_rate is None or cycle.target_date is None:
        return None
    return Target(cycle.target_rate, cycle.target_date, rate)
