"""When an election has to be prepared: from the day a term is due back to the letter and the request. Pure.

Six months before, the superior reminds by letter (annex 2, 党委换届 3; the national branch regulations say the same and
call it usual); four months before, the written request is handed in (annex 2, 党委换届 3). Both are parameters of the
site. Recorded extensions have already moved the due day that is given here.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SOON_DAYS = 30
REMINDER_BASIS = "附件 2（吉林）党委换届 3：届满前 6 个月发函提醒"
REQUEST_BASIS = "附件 2（吉林）党委换届 3：届满前 4 个月书面请示"
SHIFT_BASIS = "基层组织选举工作条例第三条：延期或提前须上级批准，一般不超过 1 年"


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier; where that month is shorter, its last day.

    >>> months_before(date(2027, 8, 31), 6), months_before(date(2028, 8, 31), 6)
    (datetime.date(2027, 2, 28), datetime.date(2028, 2, 29))
    >>> months_before(date(2027, 3, 15), 4)
    datetime.date(2026, 11, 15)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_long_shift(elected_until: date, shifted_to: date) -> bool:
    """Say whether a due day was moved by more than the usual year, later or earlier.

    >>> is_long_shift(date(2026, 6, 30), date(2027, 6, 30)), is_long_shift(date(2026, 6, 30), date(2027, 7, 1))
    (False, True)
    """
    later, earlier = max(elected_until, shifted_to), min(elected_until, shifted_to)
    return months_before(later, 12) > earlier


class Standing(StrEnum):
    """Where one thing to be done stands on a day; the value is how pages word it."""

    DONE = "已办"
    DONE_LATE = "已办（晚于期限）"
    LATE = "逾期"
    SOON = "近期应办"
    AHEAD = "未到期"
    SKIPPED = "未办"


@dataclass(frozen=True)
class Milestone:
    """One thing that has to be done by a day, both kept: the last day, and the day it was done."""

    key: str
    title: str
    day: date
    done: date | None
    basis: str = ""
    overtaken: bool = False

    def standing(self, on: date) -> Standing:
        """Say where it stands on a day; the last day itself still counts in full.

        >>> Milestone("request", "换届请示", date(2026, 6, 30), None).standing(date(2026, 7, 1)).value
        '逾期'
        """
        if self.done is not None and self.done <= on:
            return Standing.DONE if self.done <= self.day else Standing.DONE_LATE
        if self.overtaken:
            return Standing.SKIPPED
        if on > self.day:
            return Standing.LATE
        return Standing.SOON if (self.day - on).days <= SOON_DAYS else Standing.AHEAD

    def is_open(self, on: date) -> bool:
        """Whether it still has to be done."""
        return self.standing(on) in (Standing.LATE, Standing.SOON, Standing.AHEAD)


@dataclass(frozen=True)
class Timetable:
    """The three days of one term: letter, request, election; what was done is given as days."""

    reminder: Milestone
    request: Milestone
    election: Milestone

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        return (self.reminder, self.request, self.election)

    def next(self, on: date) -> Milestone | None:
        """Return what has to be done next; None where everything is done."""
        return next((one for one in self.milestones if one.is_open(on)), None)

    def late(self, on: date) -> list[Milestone]:
        """Return what should have been done by now."""
        return [one for one in self.milestones if one.standing(on) == Standing.LATE]


def timetable(
    due: date,
    *,
    reminder_months: int,
    request_months: int,
    reminded: date | None = None,
    requested: date | None = None,
    elected: date | None = None,
) -> Timetable:
    """Return the timetable of a term that is due on a day. A letter that was never sent is moot once the request is in.

    >>> table = timetable(date(2026, 10, 31), reminder_months=6, request_months=4)
    >>> [one.day.isoformat() for one in table.milestones]
    ['2026-04-30', '2026-06-30', '2026-10-31']
    """
    return Timetable(
        reminder=Milestone(
            "reminder",
            "换届提醒函",
            months_before(due, reminder_months),
            reminded,
            REMINDER_BASIS,
            overtaken=requested is not None or elected is not None,
        ),
        request=Milestone(
            "request",
            "换届请示",
            months_before(due, request_months),
            requested,
            REQUEST_BASIS,
            overtaken=elected is not None,
        ),
        election=Milestone("meeting", "召开大会选举", due, elected, "任期届满日期"),
    )
