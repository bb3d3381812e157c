"""What becomes of seats, from who held them when: changes of secretary or deputy, and vacancies with what filled them. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qiangji.members.models import Tenure
from qiangji.members.selectors.tenures import HEADS
from qiangji.rules.facts import MAXIMUM
from qiangji.rules.periods import add_months

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody in a post. ``consent`` to their coming, ``let_go`` to their leaving: when the superior agreed.

    ``how`` they came, ``with_term``: on the first day of their body's term; ``died``: when the register says so.
    """

    pk: int
    post: int
    owner: int
    body: str
    kind: str
    full_time: bool
    person: int
    first: date
    last: date
    consent: date | None = None
    let_go: date | None = None
    how: str = ""
    with_term: bool = False
    died: date | None = None

    @property
    def is_head(self) -> bool:
        """Whether the post is that of a secretary or deputy secretary."""
        return self.kind in HEADS

    @property
    def gone(self) -> date:
        """The first day on which they held the post no more."""
        return self.last + DAY if self.last < MAXIMUM else MAXIMUM

    @property
    def fills(self) -> bool:
        """Whether they came in a way that fills a vacant seat: elected, with the term, or as a head whom the superior may appoint."""
        return self.is_head or self.with_term or self.how != Tenure.How.APPOINTED


@dataclass(frozen=True, slots=True)
class Change:
    """A secretary or deputy came, or left and nobody took over: on which day, and when the superior agreed to it."""

    held: Held
    day: date
    is_departure: bool
    consents: tuple[date, ...]


def head_changes(heads: Sequence[Held], is_within: Callable[[date], bool], as_of: date) -> Iterator[Change]:
    """Yield the changes among those who head one committee, on days within a term, by a day.

    Whoever takes over the next day, in the seat or in another as the same person, makes one change of the two: what was
    agreed to their coming counts. For a seat left empty counts what was agreed to the leaving, or before it to the next.
    """
    for one in heads:
        if one.first <= as_of and is_within(one.first):
            yield Change(one, one.first, False, days(one.consent))
        if (
            one.gone <= as_of
            and is_within(one.gone)
            and not is_followed(one, heads)
            and not died_in_office(one)
        ):
            later = (other for other in heads if other.post == one.post and other.first > one.gone)
            following = min(later, key=lambda other: other.first, default=None)
            next_one = following.consent if following is not None else None
            yield Change(one, one.gone, True, days(one.let_go, next_one))


def days(*some: date | None) -> tuple[date, ...]:
    """Return the days that are there."""
    return tuple(one for one in some if one is not None)


def is_followed(one: Held, heads: Iterable[Held]) -> bool:
    """Say whether somebody took the seat over the day after, or the one who left still heads the committee in another."""
    return any(
        (other.post == one.post and other.first == one.gone)
        or (other.pk != one.pk and other.person == one.person and other.first <= one.gone <= other.last)
        for other in heads
    )


def died_in_office(one: Held) -> bool:
    """Say whether a post ended by death, for which nobody's consent is asked; the register may follow within a month."""
    return one.died is not None and one.died <= add_months(one.gone, 1)


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A seat of an elected body after somebody left: since when, and on which day it was filled or done away with, if ever."""

    left: Held
    day: date
    ended: date | None


def vacancies(holders: Iterable[Held], closed: date | None, as_of: date) -> Iterator[Vacancy]:
    """Yield the vacancies of one seat by a day; ``closed``: the day on which it was done away with.

    A member's seat that the superior appointed somebody to stays open until it is filled by an election.
    """
    ordered = sorted(holders, key=lambda one: one.first)
    for number, one in enumerate(ordered):
        if one.gone > as_of or (number and not one.fills):
            continue
        filled = next((other.first for other in ordered[number + 1 :] if other.fills), None)
        ended = min((day for day in (filled, closed) if day is not None), default=None)
        if ended is None or ended > one.gone:
            yield Vacancy(one, one.gone, ended)
