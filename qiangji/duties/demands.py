"""How often records are asked of an organization, by the editions that bind it: from two places, read as one kind of thing.

Kinds of ledgers say which criteria they serve and how often (``serves``). And what a check of a hospital's edition asks of
each of its branches (``share of: branches``) is asked of that branch.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from qiangji.assessments.models import Cycle
from qiangji.ledgers.periods import PERIODS, bucket, by_year
from qiangji.ledgers.vocabulary import LedgerKind, Service
from qiangji.rules.language import Check, Count
from qiangji.standards.checks import WINDOWS, CheckEntry
from qiangji.standards.models import Criterion

BRANCHES = "branches"
AFTER_NEW_YEAR = 3  # months in which the year before is still made up for
Happened = Iterable[tuple[date, int]]


@dataclass(frozen=True)
class Stretch:
    """The days in which records count; ``of_year``: whole years, in which they count by their 所属年度."""

    first: date
    last: date
    of_year: bool = False

    def count(self, happened: Happened) -> int:
        """Count events, each given as its day and its 所属年度."""
        if self.of_year:
            return sum(self.first.year <= year <= self.last.year for _, year in happened)
        return sum(self.first <= day <= self.last for day, _ in happened)


@dataclass(frozen=True)
class Demand:
    """So many records of some kinds in each period. ``per`` is a period of ledgers, or ``cycle``: the facts' period of one.

    ``parameter`` names the figure where it is one that subtrees may set; ``origin`` says by which document one did.
    """

    criterion: Criterion
    kinds: tuple[str, ...]
    at_least: Decimal
    per: str
    what: str = ""
    usual: bool = False
    place: str = ""
    cycle: Cycle | None = None
    parameter: str = ""
    origin: str = ""

    def stretches(self, day: date, since: date) -> list[Stretch]:
        """Return the period around a day, and the one just over.

        The latter only within the same year, but for a whole year, which is made up for until March; and only where the
        organization existed from its first day.
        """
        if self.cycle is not None:
            first = max(self.cycle.period_start_date, since)
            return [Stretch(first, self.cycle.period_end_date)] if first <= day else []
        now = bucket(self.per, day)
        before = bucket(self.per, now[0] - timedelta(days=1))
        is_near = day.month <= AFTER_NEW_YEAR if self.per == "year" else before[1].year == day.year
        looked_at = [now, before] if is_near and before[0] >= since and self.per != "two_years" else [now]
        return [Stretch(*days, of_year=by_year(self.per)) for days in looked_at]


def demand_of_service(
    kind: LedgerKind, service: Service, criterion: Criterion, entry: CheckEntry | None
) -> Demand | None:
    """Return what a kind's service asks; None where it serves without a figure.

    ``entry`` is the criterion's check, which says whether the figure is a parameter.
    """
    if service.per is None or service.at_least is None:
        return None
    return Demand(
        criterion, (kind.code,), Decimal(service.at_least), service.per, service.what, service.usual,
        parameter=parameter_counted(kind.code, service.per, criterion, entry),
    )  # fmt: skip


def parameter_counted(kind: str, per: str, criterion: Criterion, entry: CheckEntry | None) -> str:
    """Return the parameter by which a check counts records of a kind in a period; "" where it counts by none."""
    if entry is None or entry.check is None:
        return ""
    for check in nodes_of(entry.check):
        count = check.count
        if count is None or kind not in count.kinds or period_of(count, criterion) != per:
            continue
        if isinstance(count.at_least, str):
            return count.at_least.removeprefix("$")
    return ""


def branch_demands(criterion: Criterion, entry: CheckEntry, cycle: Cycle) -> Iterator[Demand]:
    """Yield what a hospital's check asks of each of its branches.

    Left out is what only some records can meet (``where``), what is asked in other figures than a lower bound, and the
    year before the cycle's, in which nothing can be done any more.
    """
    if entry.check is None:
        return
    for check in nodes_of(entry.check):
        share = check.share
        if share is None or share.of != BRANCHES or share.meets.count is None:
            continue
        count = share.meets.count
        amount = amount_of(count, entry, criterion)
        per = period_of(count, criterion)
        if amount is None or per is None or count.where:
            continue
        yield Demand(
            criterion, count.kinds, amount, per, usual=share.usually or count.usually, place=check.place,
            cycle=cycle if per == "cycle" else None,
            parameter=count.at_least.removeprefix("$") if isinstance(count.at_least, str) else "",
        )  # fmt: skip


def own_demands(criterion: Criterion, entry: CheckEntry) -> Iterator[Demand]:
    """Yield what the check of an organization's own edition counts among its records, as far as only the count decides.

    Left out is what only some records can meet, what is asked where a precondition holds, and spans that ledgers do not know.
    """
    if entry.check is None:
        return
    for check in nodes_of(entry.check):
        count = check.count
        if count is None or count.where or count.whose == "below" or check.when is not None:
            continue
        amount, per = amount_of(count, entry, criterion), period_of(count, criterion)
        if amount is not None and per in PERIODS:
            name = count.at_least.removeprefix("$") if isinstance(count.at_least, str) else ""
            yield Demand(
                criterion, count.kinds, amount, per, usual=count.usually, place=check.place, parameter=name
            )


def nodes_of(check: Check) -> Iterator[Check]:
    """Yield a check and everything that it requires; alternatives bind nobody by themselves."""
    yield check
    for child in check.all or ():
        yield from nodes_of(child)


def amount_of(count: Count, entry: CheckEntry, criterion: Criterion) -> Decimal | None:
    """Return the lower bound of a count, from the check, its own parameters or the edition's; None where there is none."""
    written = count.at_least
    if written is None or count.amounts().keys() != {"at_least"}:
        return None
    if isinstance(written, Decimal):
        return written
    name = written.removeprefix("$")
    if name in entry.parameters:
        return entry.parameters[name].value
    stored = criterion.parameters.get(name)
    return Decimal(str(stored["value"])) if stored else None


def period_of(count: Count, criterion: Criterion) -> str | None:
    """Return the period of ledgers in which a count is asked; None for a stretch of time that is over."""
    if count.per != "window":
        return str(count.per) if count.window is None or count.window == "calendar_year" else None
    window = count.window or WINDOWS[criterion.window]  # type: ignore[index]
    return {"calendar_year": "year", "cycle_period": "cycle"}.get(window)
