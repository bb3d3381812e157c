"""Deadlines: a date as deadline runs to its last instant, Asia/Shanghai (domain §3)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def end_of(day: date) -> datetime:
    """Return the first instant after a deadline day: 31 October, 24:00.

    >>> end_of(date(2026, 10, 31)).isoformat()
    '2026-11-01T00:00:00+08:00'
    """
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=SHANGHAI)


def is_past(day: date, *, at: datetime) -> bool:
    """Say whether a deadline day is over at a moment.

    >>> is_past(date(2026, 10, 31), at=datetime(2026, 10, 31, 23, 59, 59, tzinfo=SHANGHAI))
    False
    """
    return at >= end_of(day)


def local_day(at: datetime) -> date:
    """Return the calendar day of a moment in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def day_text(day: date) -> str:
    """Return a day as it stands in a sentence.

    >>> day_text(date(2026, 10, 31))
    '2026年10月31日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def moment_text(moment: datetime) -> str:
    """Return a moment in Shanghai to the minute."""
    local = moment.astimezone(SHANGHAI)
    return f"{day_text(local.date())} {local:%H:%M}"
