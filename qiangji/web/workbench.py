"""The workbench 工作台: what waits for one person, nearest deadline first, and the dates of the running cycles."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.db.models import Exists, OuterRef

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.selectors import waiting_for
from qiangji.duties.agenda import Tally, ledger_tally
from qiangji.lib.dates import local_day
from qiangji.members.elections.selectors import ElectionTask, election_tasks
from qiangji.members.selectors.transfers import arrivals_waiting
from qiangji.orgs.reach import Reach

SHOWN_PER_TASK = 20
NEAR_DAYS = 7
MOST_CYCLES = 4


def remaining(deadline: date, day: date) -> str:
    """Say how far off a deadline is; the day itself still counts in full.

    >>> remaining(date(2026, 10, 31), date(2026, 10, 28)), remaining(date(2026, 10, 31), date(2026, 11, 2))
    ('还有 3 天', '逾期 2 天')
    """
    days = (deadline - day).days
    if days == 0:
        return "今天截止"
    return f"还有 {days} 天" if days > 0 else f"逾期 {-days} 天"


@dataclass(frozen=True)
class Item:
    """One sheet that waits."""

    sheet: Sheet
    deadline: date
    is_late: bool
    is_near: bool
    remaining: str


@dataclass(frozen=True)
class TaskGroup:
    """Everything that waits for the same thing to be done."""

    task: str
    items: list[Item]

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def shown(self) -> list[Item]:
        return self.items[:SHOWN_PER_TASK]

    @property
    def hidden_count(self) -> int:
        return max(0, len(self.items) - SHOWN_PER_TASK)


@dataclass(frozen=True)
class CycleDate:
    """One date of a cycle as the workbench shows it."""

    label: str
    day: date
    is_past: bool
    is_next: bool
    remaining: str


@dataclass(frozen=True)
class CycleDates:
    """A running cycle and its dates in order."""

    title: str
    is_trial: bool
    dates: list[CycleDate]


@dataclass(frozen=True)
class ElectionItem:
    """One thing in elections that waits, with how far off its day is."""

    task: ElectionTask
    is_near: bool
    remaining: str


@dataclass(frozen=True)
class ArrivalItem:
    """Members whom other hospitals have sent here: one line, however many they are."""

    count: int
    deadline: date
    is_late: bool
    is_near: bool
    remaining: str


@dataclass(frozen=True)
class Desk:
    """The whole page."""

    groups: list[TaskGroup] = field(default_factory=list)
    cycles: list[CycleDates] = field(default_factory=list)
    elections: list[ElectionItem] = field(default_factory=list)
    arrivals: ArrivalItem | None = None
    ledgers: Tally = field(default_factory=Tally)

    @property
    def late_count(self) -> int:
        late = sum(item.is_late for group in self.groups for item in group.items)
        late += sum(item.task.is_late for item in self.elections)
        return late + (self.arrivals is not None and self.arrivals.is_late) + self.ledgers.late

    @property
    def elections_shown(self) -> list[ElectionItem]:
        return self.elections[:SHOWN_PER_TASK]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self.groups and not self.elections and self.arrivals is None and not self.ledgers.all


def desk_of(reach: Reach, *, at: datetime) -> Desk:
    """Return a person's workbench: a fixed number of queries, however much waits."""
    if not reach.held:
        return Desk()
    day = local_day(at)
    waiting = waiting_for(reach, at=at)
    order = list(dict.fromkeys(entry.task for entry in waiting))
    by_task = groupby(
        sorted(waiting, key=lambda entry: order.index(entry.task)), key=lambda entry: entry.task
    )
    groups = [
        TaskGroup(
            task,
            [
                Item(
                    sheet=entry.sheet,
                    deadline=entry.deadline,
                    is_late=entry.is_late,
                    is_near=(entry.deadline - day).days <= NEAR_DAYS,
                    remaining=remaining(entry.deadline, day),
                )
                for entry in entries
            ],
        )
        for task, entries in by_task
    ]
    cycles = [_dates(cycle, day) for cycle in _running_cycles(reach, day)]
    elections = [_election(task, day) for task in election_tasks(reach, on=day)]
    return Desk(groups, cycles, elections, _arrivals(reach, day), ledger_tally(reach, at=at))


def _arrivals(reach: Reach, day: date) -> ArrivalItem | None:
    found = arrivals_waiting(reach)
    if found is None:
        return None
    days = (found.valid_until - day).days
    return ArrivalItem(
        found.count, found.valid_until, days < 0, days <= NEAR_DAYS, remaining(found.valid_until, day)
    )


def _election(task: ElectionTask, day: date) -> ElectionItem:
    if task.deadline is None:
        return ElectionItem(task, is_near=False, remaining="")
    return ElectionItem(task, (task.deadline - day).days <= NEAR_DAYS, remaining(task.deadline, day))


def _running_cycles(reach: Reach, day: date) -> list[Cycle]:
    mine = Sheet.objects.visible_to(reach).filter(cycle=OuterRef("pk"))
    return list(
        Cycle.objects.filter(Exists(mine), opened_at__isnull=False, closing_date__gte=day)[:MOST_CYCLES]
    )


def _dates(cycle: Cycle, day: date) -> CycleDates:
    named = [
        ("自评申报", cycle.self_deadline_date),
        ("上级验收", cycle.acceptance_deadline_date),
        ("主管部门评定", cycle.rating_deadline_date),
        ("周期关闭", cycle.closing_date),
    ]
    ahead = next((when for _, when in named if when >= day), None)
    dates = [CycleDate(label, when, when < day, when == ahead, remaining(when, day)) for label, when in named]
    return CycleDates(cycle.title, cycle.is_trial, dates)
