"""The history of two hospitals as plain values: who joined, moved and left, who sat where, what was recorded when.

Hospital ``H`` has branches ``B1`` (with the Party group ``G``) and ``B2``; hospital ``O`` is itself a branch, with the group
``GO``. ``histories`` generates such histories, ``written_histories`` puts one into the tables, ``plain_facts`` reads it.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from qiangji.rules.facts import MAXIMUM
from qiangji.rules.needs import Needs, needs_of
from qiangji.rules.vocabulary import RECORDS
from qiangji.standards.loader import edition_dirs, library_dir, load_edition, shipped_checks

EDITIONS = {"H": ("jilin-hospital-committee", "2020"), "B1": ("branch-sample", "2020")}
PARENTS = {"H": None, "B1": "H", "B2": "H", "G": "B1", "O": None, "GO": "O"}
ABOVE = "P"  # the province, where only figures are set
SINCE = date(2020, 1, 1)  # every organization of which nothing else is said
GROUPS = ("G", "GO")
SUBJECTS = ("H", "O", "B1", "B2")
BRANCHES = ("B1", "B2", "O")  # where members belong
PEOPLE = range(7)
SEATS = (
    ("committee", "secretary"), ("committee", "deputy_secretary"), ("committee", "member"), ("committee", "member"),
    ("committee", "member"), ("discipline", "secretary"), ("discipline", "member"), ("administration", "president"),
    ("administration", "vice_president"), ("office", "head"), ("office", "worker"), ("mass", "head"),
)  # fmt: skip
STATES = {
    "hospital_level": ("level_1", "level_3"), "leader_weight": ("20", "30", "35"), "activity_budget": ("300", "5000"),
    "member_budget_standard": ("100", "150.5"), "approved_small_committee": ("no", "yes"),
    "committee_size_reason": ("新建院区",), "discipline_size_reason": ("两院合并",), "staff_total": ("400",),
    "member_hours_excused": ("3", "1", "0"), "leader_hours_excused": ("0", "2", "1"), "committee_talks_excused": ("9", "2"),
    "term_reminder_excused": ("1", "0"),
}  # fmt: skip


@dataclass(frozen=True)
class Stay:
    """Days in one branch."""

    node: str
    first: date
    last: date | None


@dataclass(frozen=True)
class Human:
    """A person; a member where there is a day of joining. ``ceased`` is the first day without membership."""

    joined: date | None
    confirmed: date | None = None
    ceased: date | None = None
    is_retired: bool = False
    stays: tuple[Stay, ...] = ()
    exempt: tuple[tuple[str, date, date], ...] = ()
    hardship: tuple[date, date | None] | None = None


@dataclass(frozen=True)
class Holding:
    """Somebody in a seat: what was agreed to their coming and to their leaving, and how they came."""

    person: int
    first: date
    last: date | None
    consent: date | None
    let_go: date | None = None
    how: str = "elected"


@dataclass(frozen=True)
class Seat:
    """A seat of a body, held by one after the other."""

    node: str
    body: str
    kind: str
    full_time: bool
    first: date
    last: date | None
    holders: tuple[Holding, ...]


@dataclass(frozen=True)
class TermOf:
    """A term with the approval that moved its end, and the steps towards the next election."""

    node: str
    body: str
    number: int
    first: date
    due: date
    last: date | None
    elected_by: str
    moved_to: date | None
    steps: tuple[tuple[str, date], ...]
    is_cancelled: bool


@dataclass(frozen=True)
class Entry:
    """A record of the ledgers. ``who`` are person, presence, spoke; ``leader`` and ``guide`` persons, ``about`` a node."""

    node: str
    kinds: tuple[str, ...]
    state: str
    day: date
    end: date | None
    year: int
    values: dict[str, Any] = field(default_factory=dict)
    who: tuple[tuple[int, str, bool], ...] = ()
    leader: int | None = None
    guide: int | None = None
    about: str | None = None


@dataclass(frozen=True)
class Declared:
    """A ledger declared complete."""

    node: str
    kind: str
    first: date
    last: date
    is_withdrawn: bool


@dataclass(frozen=True)
class Figure:
    """A parameter that an organization sets for itself and all below it, of the table of a kind of subject."""

    node: str
    table: str
    code: str
    name: str
    value: Decimal
    first: date
    last: date | None = None
    is_withdrawn: bool = False


@dataclass(frozen=True)
class History:
    """Everything, and the circumstances in which it is judged."""

    year: int
    as_of: date
    cycle: tuple[date, date]
    closing: date
    people: tuple[Human, ...]
    seats: tuple[Seat, ...]
    terms: tuple[TermOf, ...]
    entries: tuple[Entry, ...]
    talks: tuple[tuple[str, int, int, date, bool], ...]
    declared: tuple[Declared, ...]
    states: tuple[tuple[str, str, str, date, date | None], ...]
    nodes: tuple[tuple[str, date, date | None], ...] = ()  # founded or abolished otherwise than all
    figures: tuple[Figure, ...] = ()

    def life(self, node: str) -> tuple[date, date]:
        """Return an organization's first and last day."""
        found = (days for name, *days in self.nodes if name == node)
        first, last = next(found, (SINCE, None))
        return first, last or MAXIMUM


@cache
def checks() -> dict[str, list[Any]]:
    """Return criterion and entry of everything that facts decide, by the kind of subject: ``H`` or ``B1``."""
    found = {}
    for subject, (standard, edition) in EDITIONS.items():
        entries = shipped_checks(f"{standard}@{edition}")
        spec = load_edition(library_dir() / standard / edition)
        found[subject] = [(one, entries[one.code]) for one in spec.criteria() if entries[one.code].check]
    return found


def needed() -> Needs:
    """Return what all of these ask for."""
    needs = Needs()
    for _, entry in (pair for pairs in checks().values() for pair in pairs):
        needs |= needs_of(entry.check)
    return needs


@cache
def parameters() -> list[tuple[str, str, str, Any]]:
    """Return every parameter that a check names: the kind of subject, the criterion's code, its name and what is known of it."""
    return [
        (table, criterion.code, name, spec)
        for table, pairs in checks().items()
        for criterion, entry in pairs
        for name, spec in entry.used(criterion).items()
    ]


@cache
def others() -> dict[str, list[Any]]:
    """Return, by the kind of subject, name, criterion and entry of what the rest of the library asks of the same facts."""
    known = needed()
    found: dict[str, list[Any]] = {"H": [], "B1": []}
    for directory in edition_dirs():
        standard, edition = directory.parent.name, directory.name
        spec, entries = load_edition(directory), shipped_checks(f"{standard}@{edition}")
        table = {"hospital": "H", "branch": "B1"}.get(spec.applies_to)
        for one in spec.criteria() if table and (standard, edition) not in EDITIONS.values() else ():
            check = entries[one.code].check
            if check is not None and is_within(needs_of(check), known):
                found[table].append((f"{standard} {one.code}", one, entries[one.code]))
    return found


def is_within(asked: Needs, known: Needs) -> bool:
    """Say whether nothing is asked for that histories do not hold."""
    return all(getattr(asked, what) <= getattr(known, what) for what in ("events", "states", "populations"))


SUBJECTS_OF = {"H": ("H", "O"), "B1": ("B1", "B2")}
KINDS = sorted(needed().events & set(RECORDS) - {"heart_talk"} | {"platform_statement"})
