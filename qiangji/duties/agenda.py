"""All duties of a person, sorted by day: late, this week, this month, later; and a month with its days."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Duty
from qiangji.duties.registry import SOURCES, Source
from qiangji.lib.dates import local_day
from qiangji.orgs.reach import Reach

SHOWN_PER_LINE = 60
NEAR_DAYS = 7


def duties_of(reach: Reach, *, at: datetime, sources: Sequence[Source] | None = None) -> list[Duty]:
    """Return what is due for a person and those they answer for, nearest day first: a fixed number of statements."""
    return duties_for(Asker(reach, at), sources)


def duties_for(asker: Asker, sources: Sequence[Source] | None = None) -> list[Duty]:
    """Return the same for who has asked already."""
    if not asker.reach.held:
        return []
    found = [duty for source in sources or SOURCES for duty in source.collect(asker)]
    return sorted(joined(found), key=order)


def joined(duties: Iterable[Duty]) -> list[Duty]:
    """Put together what several sources ask of the same organization about the same facts by the same day."""
    found: dict[tuple, Duty] = {}
    for number, duty in enumerate(duties):
        whose = duty.organization.pk if duty.organization else None
        key = (whose, duty.facts, duty.due) if duty.facts else (number,)
        found[key] = found[key].with_asks_of(duty) if key in found else duty
    return list(found.values())


def order(duty: Duty) -> tuple:
    """Sort by day, the undated last; own ones first, then along the tree."""
    path = duty.organization.path if duty.organization else ""
    return (duty.due is None, duty.due or date.max, duty.is_watch, not duty.is_own, path, duty.title)


@dataclass(frozen=True)
class Line:
    """One line of the page: a duty of one organization, or the same one of several."""

    duties: list[Duty]
    on: date

    @property
    def duty(self) -> Duty:
        return self.duties[0]

    @property
    def is_many(self) -> bool:
        return len(self.duties) > 1

    @property
    def shown(self) -> list[Duty]:
        return self.duties[:SHOWN_PER_LINE]

    @property
    def hidden_count(self) -> int:
        return max(0, len(self.duties) - SHOWN_PER_LINE)

    @property
    def is_late(self) -> bool:
        return self.duty.is_late(self.on)

    @property
    def is_near(self) -> bool:
        due = self.duty.due
        return due is not None and not self.is_late and (due - self.on).days <= NEAR_DAYS

    @property
    def remaining(self) -> str:
        """How far off its day is, in words."""
        if self.duty.due is None:
            return "尽快"
        days = (self.duty.due - self.on).days
        if days == 0:
            return "今天截止"
        return f"还有 {days} 天" if days > 0 else f"逾期 {-days} 天"


@dataclass(frozen=True)
class Part:
    """One stretch of the list."""

    key: str
    title: str
    lines: list[Line] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(line.duties) for line in self.lines)


def lines_of(duties: Iterable[Duty], on: date) -> list[Line]:
    """Put the same duty of several organizations into one line; a count over many stands alone."""
    lines: dict[tuple, list[Duty]] = {}
    for number, duty in enumerate(duties):
        if duty.organization is None:
            key: tuple = (number,)
        else:
            key = (*duty.same, duty.is_own)
            if any(one.organization == duty.organization for one in lines.get(key, ())):
                key = (*key, number)  # two things of one organization that only bear the same title
        lines.setdefault(key, []).append(duty)
    return [Line(found, on) for found in lines.values()]


def parts_of(duties: Sequence[Duty], on: date) -> list[Part]:
    """Return the list in its stretches, empty ones left out. The week ends on Sunday; each day belongs to its whole."""
    sunday = on + timedelta(days=6 - on.weekday())
    month_end = on.replace(day=calendar.monthrange(on.year, on.month)[1])
    found = {key: Part(key, title) for key, title in PARTS}
    for line in lines_of(duties, on):
        due = line.duty.due
        if due is None:
            key = "undated"
        elif due < on:
            key = "late"
        elif due <= sunday:
            key = "week"
        else:
            key = "month" if due <= month_end else "later"
        found[key].lines.append(line)
    return [part for part in found.values() if part.lines]


PARTS = (
    ("late", "已逾期"),
    ("week", "本周"),
    ("month", "本月"),
    ("undated", "没有固定期限"),
    ("later", "以后"),
)


@dataclass(frozen=True)
class Tally:
    """How much waits: what is late, and what is due within seven days. What only has to stay as it is does not count."""

    late: int = 0
    near: int = 0

    @property
    def all(self) -> int:
        return self.late + self.near


def tally_of(duties: Iterable[Duty], on: date) -> Tally:
    """Count what waits on a day."""
    dated = [one.due for one in duties if one.due is not None and not one.is_watch]
    late = sum(due < on for due in dated)
    return Tally(late, sum(on <= due <= on + timedelta(days=NEAR_DAYS) for due in dated))


def ledger_tally(reach: Reach, *, at: datetime) -> Tally:
    """Count what the workbench does not list thing by thing: what the sheet's rules, ledgers and drafts ask for."""
    found = duties_of(reach, at=at, sources=[source for source in SOURCES if not source.on_desk])
    return tally_of(found, local_day(at))


@dataclass(frozen=True)
class Day:
    """One day of the month with what is due on it."""

    date: date
    is_today: bool
    lines: list[Line]

    @property
    def count(self) -> int:
        return sum(len(line.duties) for line in self.lines)


def month_of(duties: Iterable[Duty], first: date, on: date) -> list[list[Day | None]]:
    """Return the weeks of a month, Monday first; days of neighbouring months are None."""
    by_day: dict[date, list[Duty]] = {}
    for duty in duties:
        if duty.due is not None:
            by_day.setdefault(duty.due, []).append(duty)
    return [
        [
            Day(day, day == on, lines_of(by_day.get(day, []), on)) if day.month == first.month else None
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]


def days_waiting(duties: Iterable[Duty], at: datetime) -> dict[date, int]:
    """Return how many things are due on each day; what is late stands on today. For calendars outside the program."""
    today = local_day(at)
    found: dict[date, int] = {}
    for duty in duties:
        if duty.due is not None and not duty.is_watch:
            day = max(duty.due, today)
            found[day] = found.get(day, 0) + 1
    return dict(sorted(found.items()))
