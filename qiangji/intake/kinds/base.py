"""What every kind of table has in common: rows, findings, the place an import is made at, and what a kind must answer."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from qiangji.accounts.models import User
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.lib.tabular import Choice, Column, Type
from qiangji.orgs import paths
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach


@dataclass(frozen=True)
class Place:
    """Where an import is made and by whom: an organization with all below it, or (command only) the whole site."""

    organization: Organization | None
    reach: Reach | None
    at: datetime

    @property
    def day(self) -> date:
        return local_day(self.at)

    def within(self, field_name: str = "path") -> Q:
        """Return "inside the place" as a condition on a path column."""
        return paths.below(self.organization.path, field_name) if self.organization else Q()

    def allows(self, permission: Permission, path: str) -> bool:
        """Say whether rows of a node may be written here by this person."""
        if self.organization is not None and not paths.covers(self.organization.path, path):
            return False
        return self.reach is None or self.reach.allows_at(permission, path)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where it stands, what stands there, what is wrong with it, what would be right."""

    sheet: str
    row: int
    column: str
    value: str
    wrong: str
    right: str

    def as_json(self) -> dict[str, str | int]:
        return vars(self)


@dataclass(frozen=True)
class Fault:
    """Something wrong with a row as the kind sees it: in which of its columns, and what would be right."""

    column: str
    wrong: str
    right: str


@dataclass(slots=True)
class Row:
    """A row whose cells could all be read. ``key`` tells it from others; ``found`` is what its words stand for."""

    sheet: str
    number: int
    values: dict[str, Any]
    key: Hashable = None
    found: Any = None
    status: str = ""


NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


@dataclass
class Kind(ABC):
    """One kind of table. A subclass answers the questions below; reading, preview and choice are the same for all.

    ``permission`` is asked at the organization of every row. ``compared`` leaves out columns that tell how a change is
    made rather than what is stored.
    """

    code: str
    title: str
    group: str
    permission: Permission
    help: str = ""
    columns: tuple[Column, ...] = ()
    not_compared: frozenset[str] = frozenset()
    levels: frozenset[str] = field(default_factory=frozenset)

    def fits(self, organization: Organization) -> bool:
        """Say whether this table is offered at an organization."""
        return not self.levels or organization.kind in self.levels

    @abstractmethod
    def world(self, place: Place) -> Any:
        """Read what the words of a table can stand for."""

    @abstractmethod
    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        """Set the row's ``key`` and ``found``, and yield what is wrong."""

    @abstractmethod
    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        """Return what is stored, by key, as values of the columns: all of it for an export (rows None)."""

    def comparable(self, name: str, value: Any, row: Row) -> Any:
        """Return a cell's value as ``existing`` would say it: a name that was typed becomes the code it stands for."""
        return value

    def refusals(self, rows: Sequence[Row], world: Any, place: Place) -> dict[int, Fault]:
        """Return what the service would refuse of new and changed rows, by place in ``rows``."""
        return {}

    @abstractmethod
    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        """Write new and changed rows in the caller's transaction. Raises RowsFault."""

    def restricted(self, place: Place) -> list[UUID]:
        """Return which restricted records an export to this person holds, for the log of readings."""
        return []

    def exported(self, place: Place) -> Iterator[list[Any]]:
        """Yield what is stored as rows in the order of the columns."""
        for values in self.existing(None, self.world(place), place).values():
            yield [values.get(column.name) for column in self.columns]


def choices(pairs: Iterable[tuple[str, str]], **aliases: Sequence[str]) -> tuple[Choice, ...]:
    """Turn a model's choices into a column's; ``aliases`` gives other spellings by code."""
    return tuple(Choice(str(code), str(label), tuple(aliases.get(str(code), ()))) for code, label in pairs)


def value_text(column: Column, value: Any) -> str:
    """Write a value that was read as people would write it, for previews and messages."""
    if value is None:
        return ""
    if column.type == Type.CHOICE:
        return next((choice.label for choice in column.choices if choice.code == value), str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return f"{value:%Y-%m}" if column.type == Type.MONTH else value.isoformat()
    return str(value)
