"""Is the theme Party day on a fixed day? (document 3, part 4: one relatively fixed day a month)"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qiangji.ledgers.models import RecurringPlan
from qiangji.ledgers.recurrence import day_in, words
from qiangji.ledgers.selectors.duties import events_of
from qiangji.orgs.models import Organization

KIND = "theme_party_day"


@dataclass(frozen=True)
class FixedDay:
    """The days of a year's theme Party days, the rule that most of them keep, and which do not.

    ``rule`` is None while there is nothing to tell it from (fewer than two months without a plan).
    """

    days: list[date]
    rule: str | None
    is_planned: bool
    kept: int
    off: list[date]

    @property
    def months(self) -> int:
        """In how many months there was one."""
        return len({day.month for day in self.days})

    @property
    def is_regular(self) -> bool:
        """All months keep the rule."""
        return self.rule is not None and self.kept == self.months


def fixed_days(organizations: Iterable[Organization], year: int) -> dict[int, FixedDay]:
    """Return how regular the theme Party days of a year were, for many organizations: two statements.

    A plan's rule comes first; without one, the rule is read from the days: the same date each month, or the same weekday.
    """
    nodes = list(organizations)
    keys = [node.pk for node in nodes]
    events = events_of(keys, [KIND], range(year, year + 1))
    plans: dict[int, RecurringPlan] = {}
    for plan in RecurringPlan.objects.filter(organization__in=keys, start_date__lte=date(year, 12, 31)):
        if KIND in plan.kinds and (plan.end_date is None or plan.end_date.year >= year):
            plans[plan.organization_id] = plan
    found = {}
    for key in keys:
        days = sorted(day for day, _ in events.get((key, KIND), []) if day.year == year)
        found[key] = regularity(days, plans.get(key))
    return found


def fixed_day(organization: Organization, year: int) -> FixedDay:
    """Return how regular one organization's theme Party days were."""
    return fixed_days([organization], year)[organization.pk]


def regularity(days: list[date], plan: RecurringPlan | None = None) -> FixedDay:
    """Judge days by a plan's rule or by the rule most of them keep; a month counts once, by its best day.

    >>> regularity([date(2026, 1, 15), date(2026, 2, 15), date(2026, 3, 18)]).kept
    2
    """
    rule = rule_of(plan) if plan else usual_rule(days)
    if rule is None:
        return FixedDay(days, None, False, 0, [])
    day, week, weekday = rule
    on_rule = [one for one in days if one == day_in(one.replace(day=1), day=day, week=week, weekday=weekday)]
    months = {one.month for one in on_rule}
    off = [one for one in days if one.month not in months]
    text = words(every=RecurringPlan.Every.MONTH, day=day, week=week, weekday=weekday)
    return FixedDay(days, text, plan is not None, len(months), off)


Rule = tuple[int | None, int | None, int | None]


def rule_of(plan: RecurringPlan) -> Rule:
    return plan.day, plan.week, plan.weekday


def usual_rule(days: list[date]) -> Rule | None:
    """Return the rule that most months keep; None before two of them have a day."""
    if len({day.month for day in days}) < 2:
        return None
    rules: Counter[Rule] = Counter()
    for day in days:
        rules[(day.day, None, None)] += 1
        rules[(None, (day.day - 1) // 7 + 1, day.isoweekday())] += 1
    # The date of the month before the weekday where both are kept as often; then the earlier one.
    return min(rules, key=lambda rule: (-rules[rule], rule[0] is None, tuple(part or 0 for part in rule)))


def months_without(days: Iterable[date], year: int, until: date) -> list[int]:
    """Return the months of a year, up to the one before ``until``'s, without any of these days."""
    have = {day.month for day in days if day.year == year}
    last = 12 if until.year > year else until.month - 1
    return [month for month in range(1, last + 1) if month not in have]
