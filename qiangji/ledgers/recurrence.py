"""Days that come again: the 15th of each month, the second Friday, the first month of each quarter.

A month without the day asked for is not left out: the 31st of a short month is its last day, and the fifth Friday means
the last one.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from qiangji.ledgers.models import RecurringPlan

WEEKDAYS = "一二三四五六日"


def days_between(
    start: date,
    end: date,
    *,
    every: str,
    day: int | None = None,
    week: int | None = None,
    weekday: int | None = None,
) -> list[date]:
    """Return the days in a window, both ends included, in order.

    >>> days_between(date(2026, 1, 1), date(2026, 3, 31), every="month", day=31)
    [datetime.date(2026, 1, 31), datetime.date(2026, 2, 28), datetime.date(2026, 3, 31)]
    """
    found = []
    for first in months(start, end):
        if every == RecurringPlan.Every.QUARTER and first.month % 3 != 1:
            continue
        this = day_in(first, day=day, week=week, weekday=weekday)
        if start <= this <= end:
            found.append(this)
    return found


def months(start: date, end: date) -> Iterator[date]:
    """Yield the first day of each month from one day's to another's."""
    first = start.replace(day=1)
    while first <= end:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)


def day_in(first: date, *, day: int | None, week: int | None, weekday: int | None) -> date:
    """Return the day of one month, given by its first day."""
    length = monthrange(first.year, first.month)[1]
    if day is not None:
        return first.replace(day=min(day, length))
    if week is None or weekday is None:
        raise ValueError("either a day of the month, or a week and a weekday")
    earliest = 1 + (weekday - first.isoweekday()) % 7
    wanted = earliest + 7 * (week - 1)
    return first.replace(day=wanted if wanted <= length else wanted - 7)


def words(*, every: str, day: int | None = None, week: int | None = None, weekday: int | None = None) -> str:
    """Say a rule as people do.

    >>> words(every="month", week=2, weekday=5)
    '每月第 2 个星期五'
    """
    which = "每季度首月" if every == RecurringPlan.Every.QUARTER else "每月"
    if day is not None:
        return f"{which} {day} 日"
    name = WEEKDAYS[(weekday or 1) - 1]
    return f"{which}最后一个星期{name}" if week == 5 else f"{which}第 {week} 个星期{name}"
