"""Checks of structure 组织设置体检: what is asked of an organization's build, held against what is recorded of it.

Pure functions. A check runs only under an edition that somebody adopted and that holds its figure (domain, opening), so
a ``Demand`` always names edition, document and place. What was never recorded is ``UNKNOWN`` and says who records it;
it is never a failing. A figure that the document calls 一般 may be departed from with a stated reason: ``EXCEPTION``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from qiangji.lib.numbers import plain
from qiangji.orgs.models import Body, Organization

HUNDRED = Decimal(100)


class Answer(StrEnum):
    """How an organization stands to a check; the value is the word on the page."""

    MET = "符合"
    EXCEPTION = "例外，已说明理由"
    PENDING = "正在办理"
    UNMET = "不符合"
    UNKNOWN = "未登记"
    NOT_APPLICABLE = "不适用"


@dataclass(frozen=True)
class Seat:
    """One post on the day; ``person_id`` is None where it is vacant, ``vacant_since`` then the first such day."""

    body: str
    kind: str
    person_id: int | None
    is_full_time: bool
    vacant_since: date | None


@dataclass(frozen=True)
class TermFact:
    """A running term: when it began and when it falls due, approvals counted."""

    start_date: date
    due_date: date


@dataclass(frozen=True)
class HeadChange:
    """A secretary or deputy came or left, on the first day of it; ``consent_date`` is the superior's consent, if recorded."""

    kind: str
    day: date
    consent_date: date | None


@dataclass
class Unit:
    """Everything the checks ask about one organization, on one day."""

    pk: int
    kind: str
    form: str
    path: str
    name: str
    full: int = 0
    members: int = 0
    states: dict[str, str] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    terms: dict[str, TermFact] = field(default_factory=dict)
    changes: list[HeadChange] = field(default_factory=list)
    by_elections: set[str] = field(default_factory=set)
    department_count: int = 0
    uncovered: dict[str, int] = field(default_factory=dict)
    has_supervisor: bool = False
    contacts: dict[str, int] = field(default_factory=dict)

    def holders(self, *bodies: str) -> set[int]:
        """Return the persons who sit in these bodies."""
        return {seat.person_id for seat in self.seats if seat.body in bodies and seat.person_id is not None}

    def seats_of(self, body: str, kind: str | None = None) -> list[Seat]:
        """Return the seats of a body, all of them or those of one kind."""
        return [seat for seat in self.seats if seat.body == body and kind in (None, seat.kind)]

    def head(self, body: str, kind: str) -> int | None:
        """Return who holds a single post, None where it is vacant or not set up."""
        return next((seat.person_id for seat in self.seats_of(body, kind)), None)


@dataclass(frozen=True)
class Verdict:
    """An answer with what was found and, where something is to be done, what."""

    answer: Answer
    found: str
    remedy: str = ""


Figures = Mapping[str, Decimal]


@dataclass(frozen=True)
class Figure:
    """A figure of a check: the parameter in which an edition holds it, and what the anchored clause says in words.

    ``worded`` is used only for the named clause of the named standard, whose edition states the figure in its wording
    and not as a parameter; a parameter of the edition always goes first.
    """

    parameter: str
    worded: Decimal | None = None
    optional: Decimal | None = None


@dataclass(frozen=True)
class Anchor:
    """A clause that makes a check a duty: the criterion of a standard, and the figures it holds."""

    standard: str
    code: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Check:
    """One check: its name, whom it asks, the clauses that hold it, how the demand reads, and how it is decided."""

    key: str
    title: str
    asks: Callable[[Unit], bool]
    anchors: tuple[Anchor, ...]
    demand: str
    decide: Callable[[Unit, Figures, date], Verdict]
    anywhere: bool = False


@dataclass(frozen=True)
class Demand:
    """A check as one adopted edition asks it: its figures, its document and place, and below which nodes it binds.

    ``scopes`` are paths; None binds everywhere. ``unverified`` marks a clause not yet held against the original.
    """

    check: Check
    figures: Mapping[str, Decimal]
    edition: str
    document: str
    place: str
    scopes: tuple[str, ...] | None = None
    unverified: bool = False

    def binds(self, path: str) -> bool:
        """Say whether the edition binds an organization at this path."""
        return self.scopes is None or any(path.startswith(scope) for scope in self.scopes)

    @property
    def words(self) -> str:
        """The demand in words, with its figures."""
        return self.check.demand.format(**{name: plain(value) for name, value in self.figures.items()})

    @property
    def source(self) -> str:
        """Document and place, as shown beside the demand."""
        mark = "（须与原文核对）" if self.unverified else ""
        return f"{self.document} {self.place}{mark}"


@dataclass(frozen=True)
class Finding:
    """How one organization stands to one demand."""

    unit: Unit
    demand: Demand
    verdict: Verdict

    @property
    def answer(self) -> Answer:
        return self.verdict.answer


def run(demands: list[Demand], units: list[Unit], day: date) -> list[Finding]:
    """Decide every demand for every organization that it asks and binds, in the order of both."""
    return [
        Finding(unit, demand, demand.check.decide(unit, demand.figures, day))
        for unit in units
        for demand in demands
        if demand.check.asks(unit) and demand.binds(unit.path)
    ]


def persons_asked(share: Decimal, staff: int, counts_from: Decimal) -> int:
    """Return how many persons a percentage of staff asks; part of a person counts as one from ``counts_from`` on.

    0, the default, counts every part (3.5 asks 4, 3.01 asks 4); 0.5 rounds half up; 1 counts whole persons only.

    >>> [persons_asked(Decimal("0.5"), 640, Decimal(part)) for part in ("0", "0.5", "1")]
    [4, 3, 3]
    """
    exact = share * staff / HUNDRED
    whole = exact.to_integral_value(rounding=ROUND_FLOOR)
    rest = exact - whole
    return int(whole) + int(rest > 0 and rest >= counts_from)


def between(
    number: int, least: Decimal, most: Decimal, found: str, reason: str | None, remedy: str
) -> Verdict:
    """Decide a usual size: within it met, outside it an exception where a reason is stated, else unmet.

    >>> between(4, Decimal(5), Decimal(9), "4 人", "新建院区", "").answer.value
    '例外，已说明理由'
    """
    if least <= number <= most:
        return Verdict(Answer.MET, found)
    if reason:
        return Verdict(Answer.EXCEPTION, f"{found}；理由：{reason}")
    return Verdict(Answer.UNMET, found, remedy)


def is_committee(unit: Unit) -> bool:
    """Say whether a hospital-level organization is a Party committee."""
    return unit.kind == Organization.Kind.HOSPITAL and unit.form == Organization.Form.COMMITTEE


def is_hospital(unit: Unit) -> bool:
    """Say whether this is a hospital-level organization."""
    return unit.kind == Organization.Kind.HOSPITAL


def is_branch(unit: Unit) -> bool:
    """Say whether members belong here as a branch."""
    return unit.kind == Organization.Kind.BRANCH or (
        is_hospital(unit) and unit.form == Organization.Form.BRANCH
    )


def is_general_branch(unit: Unit) -> bool:
    """Say whether this is a general branch, inside a hospital or at hospital level."""
    return unit.kind == Organization.Kind.GENERAL_BRANCH or (
        is_hospital(unit) and unit.form == Organization.Form.GENERAL_BRANCH
    )


def has_terms(unit: Unit) -> bool:
    """Say whether this organization's committee is elected for a term."""
    return is_hospital(unit) or is_branch(unit) or is_general_branch(unit)


def full_time_staff(unit: Unit) -> int:
    """Return how many persons hold a full-time Party post; a person with two counts once."""
    bodies = (Body.COMMITTEE, Body.DISCIPLINE, Body.OFFICE)
    people = {seat.person_id for seat in unit.seats if seat.is_full_time and seat.body in bodies}
    return len(people - {None})
