"""The facts of one subject as a check sees them: events, states, populations, declarations. Plain values, no database.

Nobody alters a fact. What there are hundreds of thousands of is not ``frozen``: making one would cost four times as much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from qiangji.rules.periods import Period

Value = Decimal | bool | str | date
NOBODY: frozenset[int] = frozenset()
MAXIMUM = date.max
DAY = timedelta(days=1)


@dataclass(slots=True)
class Event:
    """Something that happened, or a dated thing of a kind: a record of a ledger, a letter, a change of post.

    ``year`` is the 所属年度. ``expected``, ``present`` and ``keynotes`` hold persons. ``owner`` is the organization below
    the subject whose event it was, 0 the subject itself; ``until`` is the last day of what lasts (an entry of a register);
    ``link`` ties an event to another one (the term that a letter is about); ``pair`` are the two who talked. ``above``: an
    organization above the subject recorded it, for persons of the subject who were there.
    """

    id: str
    day: date
    year: int
    values: Mapping[str, Value] = field(default_factory=dict)
    expected: frozenset[int] = NOBODY
    present: frozenset[int] = NOBODY
    keynotes: frozenset[int] = NOBODY
    pair: frozenset[int] = NOBODY
    link: str = ""
    owner: int = 0
    until: date | None = None
    above: bool = False


@dataclass(slots=True)
class Individual:
    """One of a population, from when until when; ``exempt`` says from what day until what day, and by which document.

    ``away`` are the days between two spells of somebody who left and came back: in order, each between ``first`` and
    ``last``, no two of them touching.
    """

    key: int
    first: date
    last: date = MAXIMUM
    exempt: tuple[Period, ...] = ()
    away: tuple[Period, ...] = ()

    def within(self, period: Period) -> bool:
        """Say whether they belonged on any day of a period.

        >>> away = Period(date(2026, 3, 1), date(2026, 8, 31), "")
        >>> one = Individual(1, date(2020, 1, 1), away=(away,))
        >>> one.within(away), one.within(Period(date(2026, 3, 1), date(2026, 9, 1), ""))
        (False, True)
        """
        if not self.away:
            return self.first <= period.last and period.first <= self.last
        first, last = self.span(period)
        return first <= last

    def on(self, day: date) -> bool:
        """Say whether they belonged on a day."""
        return self.first <= day <= self.last and not any(gap.holds(day) for gap in self.away)

    def left_by(self, day: date) -> bool:
        """Say whether they had left by a day, for good or for a time."""
        return self.last < day or any(gap.holds(day) for gap in self.away)

    def span(self, period: Period) -> tuple[date, date]:
        """Return the first and the last day of a period on which they belonged; where there is none, the last before the first.

        >>> one = Individual(1, date(2020, 1, 1), away=(Period(date(2026, 11, 1), date(2027, 2, 1), ""),))
        >>> one.span(Period(date(2026, 1, 1), date(2026, 12, 31), "2026年"))[1].isoformat()
        '2026-10-31'
        """
        first, last = max(self.first, period.first), min(self.last, period.last)
        for gap in self.away:
            if gap.holds(first):
                first = gap.last + DAY
            if gap.holds(last):
                last = gap.first - DAY
        return first, last


@dataclass(slots=True)
class State:
    """What held from a day on until another."""

    value: Value
    first: date
    last: date = MAXIMUM


@dataclass(frozen=True, slots=True)
class Reason:
    """What was stated for a figure that the document calls usual (一般): in words, or for how many and by which document.

    ``number``: it stands for so many of those who fall short; None: for all that the check asks.
    """

    words: str
    number: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything that is known of one subject. A name that is absent was never collected: unknown, not empty.

    ``declared`` says for which periods the ledger of a kind was declared complete, ``since`` is the first day of the subject.
    """

    events: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    states: Mapping[str, Sequence[State]] = field(default_factory=dict)
    populations: Mapping[str, Sequence[Individual]] = field(default_factory=dict)
    declared: Mapping[str, Sequence[Period]] = field(default_factory=dict)
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    since: date | None = None
    # Whether ledgers were declared complete for a stretch of days is asked hundreds of times with few answers.
    asked: dict[tuple[tuple[str, ...], Period], bool] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Moment:
    """The circumstances of an evaluation: the day, the cycle's year, the period of its facts and its closing date.

    After ``closing`` nothing is waited for: each window that still ran is over, each duty that was not yet due undone.
    """

    as_of: date
    year: int
    cycle: Period
    closing: date
