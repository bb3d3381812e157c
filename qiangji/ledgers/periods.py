"""Buckets in which duties are counted: this month, this quarter, this half, this year, two years running."""

from datetime import date, timedelta

PERIODS: dict[str, str] = {
    "month": "本月",
    "quarter": "本季度",
    "half": "本半年",
    "year": "本年度",
    "two_years": "近两年",
}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def bucket(per: str, day: date) -> tuple[date, date]:
    """Return the first and the last day of the period that a day lies in.

    >>> bucket("quarter", date(2026, 5, 20))
    (datetime.date(2026, 4, 1), datetime.date(2026, 6, 30))
    """
    if per == "two_years":
        return date(day.year - 1, 1, 1), date(day.year, 12, 31)
    length = MONTHS[per]
    first = (day.month - 1) // length * length + 1
    start = date(day.year, first, 1)
    after = date(day.year + (first + length > 12), (first + length - 1) % 12 + 1, 1)
    return start, after - timedelta(days=1)


def by_year(per: str) -> bool:
    """Say whether a period is told by the 所属年度 instead of the date."""
    return per in ("year", "two_years")


def lies_in(per: str, day: date, *, event: date, year: int) -> bool:
    """Say whether an event counts in the period around a day.

    An appraisal for 2026 that was held in February 2027 counts for the year 2026 and for the month it was held in.

    >>> lies_in("year", date(2026, 6, 1), event=date(2027, 2, 3), year=2026)
    True
    """
    start, end = bucket(per, day)
    return start.year <= year <= end.year if by_year(per) else start <= event <= end
