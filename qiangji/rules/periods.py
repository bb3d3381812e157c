"""Stretches of days that a check looks at: named windows, their buckets, spans before and after a day.

Both ends are included; a day is over when the next one begins (Asia/Shanghai, decided by whoever says what day it is).
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
SPAN = re.compile(r"^(?P<number>\d{1,3}) (?P<unit>days?|months?|years?)$")
NUMERALS = "一二三四"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, with the words for them."""

    first: date
    last: date
    label: str

    def holds(self, day: date) -> bool:
        """Say whether a day lies within."""
        return self.first <= day <= self.last

    def is_over(self, as_of: date) -> bool:
        """Say whether the last day has passed."""
        return as_of > self.last

    def overlap(self, other: "Period") -> bool:
        """Say whether two share a day."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Span:
    """So many days, months or years."""

    number: int
    unit: str

    def after(self, day: date) -> date:
        """Return the day that lies this span later.

        >>> Span(6, "month").after(date(2025, 8, 31))
        datetime.date(2026, 2, 28)
        """
        if self.unit == "day":
            return day + timedelta(days=self.number)
        return add_months(day, self.number * (12 if self.unit == "year" else 1))

    def before(self, day: date) -> date:
        """Return the day that lies this span earlier.

        >>> Span(4, "month").before(date(2026, 7, 31))
        datetime.date(2026, 3, 31)
        """
        if self.unit == "day":
            return day - timedelta(days=self.number)
        return add_months(day, -self.number * (12 if self.unit == "year" else 1))

    @property
    def words(self) -> str:
        """Return the span in Chinese."""
        return f"{self.number} " + {"day": "日", "month": "个月", "year": "年"}[self.unit]


UNITS = {"日": "day", "天": "day", "个月": "month", "年": "year"}  # of figures that are spans
LONGEST = 999


def span_of(number: Decimal, unit: str) -> Span:
    """Return the span that a figure with its unit means. Raises ValueError for a part of a unit and a unit that is no time.

    >>> span_of(Decimal(6), "个月").words
    '6 个月'
    """
    if unit not in UNITS or number != int(number) or not 0 <= number <= LONGEST:
        raise ValueError(f"“{number} {unit}”不是时间跨度，应为 0 到 {LONGEST} 的整数，单位用个月、日或年")
    return Span(int(number), UNITS[unit])


@lru_cache(maxsize=64)
def span(text: str) -> Span:
    """Read ``6 months``, ``30 days``, ``2 years``. Raises ValueError with the forms that are known.

    >>> span("6 months").words
    '6 个月'
    """
    found = SPAN.match(text)
    if found is None:
        raise ValueError(f"时间跨度“{text}”有误，应写成 30 days、6 months 或 2 years")
    return Span(int(found["number"]), found["unit"].rstrip("s"))


def add_months(day: date, months: int) -> date:
    """Return the same day so many months on, or the month's last day where it has no such day.

    >>> add_months(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@lru_cache(maxsize=64)
def year_of(year: int) -> Period:
    """Return a calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31), f"{year}年")


@lru_cache(maxsize=512)
def buckets(whole: Period, per: str) -> Sequence[Period]:
    """Cut a window into calendar months, quarters, half-years or years; pieces at the rim that are not whole are left out.

    A window without one whole piece is itself the piece: a trial over three weeks still asks once.

    >>> [piece.label for piece in buckets(year_of(2026), "half")]
    ['2026年上半年', '2026年下半年']
    """
    if per in ("", "window"):
        return (whole,)
    length = MONTHS[per]
    first = whole.first
    start = date(first.year, (first.month - 1) // length * length + 1, 1)
    pieces = []
    while start <= whole.last:
        following = add_months(start, length)
        last = following - DAY
        if start >= whole.first and last <= whole.last:
            pieces.append(Period(start, last, label_of(start, per)))
        start = following
    return tuple(pieces) or (whole,)


def label_of(start: date, per: str) -> str:
    """Name a piece of the calendar.

    >>> label_of(date(2026, 7, 1), "quarter")
    '2026年第三季度'
    """
    if per == "year":
        return f"{start.year}年"
    if per == "half":
        return f"{start.year}年{'上' if start.month == 1 else '下'}半年"
    if per == "quarter":
        return f"{start.year}年第{NUMERALS[(start.month - 1) // 3]}季度"
    return f"{start.year}年{start.month}月"


def covered(wanted: Period, held: Sequence[Period]) -> bool:
    """Say whether every day of a period lies in one of others.

    >>> covered(year_of(2026), [Period(date(2026, 1, 1), date(2026, 6, 30), ""), Period(date(2026, 7, 1), date(2027, 1, 1), "")])
    True
    """
    day = wanted.first
    for piece in sorted(held, key=lambda one: one.first):
        if piece.first > day:
            return False
        if piece.last >= wanted.last:
            return True
        day = max(day, piece.last + DAY)
    return False
