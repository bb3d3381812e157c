"""Kinds of ledger entries 台账类型, read from ``kinds/*.yaml`` and checked while they are read.

A kind is data: what it asks for, who is expected to come, who may record it, what it feeds. What every kind may have in
common is a column of ``Record``; a bare ``place`` in a YAML list of fields stands for the column with its ordinary title.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import YAMLError

from qiangji.ledgers.exceptions import LedgersError, VocabularyError
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization

FOLDER = Path(__file__).resolve().parent / "kinds"

FieldType = Literal[
    "text",
    "long_text",
    "integer",
    "decimal",
    "money",
    "date",
    "month",
    "choice",
    "flag",
    "person",
    "persons",
    "organization",
]
Expected = Literal["none", "members", "committee", "leaders", "open"]
Period = Literal["month", "quarter", "half", "year", "two_years"]

# The columns of Record that a kind may ask for: the title and type they have unless the kind says otherwise.
COLUMNS: dict[str, tuple[str, FieldType]] = {
    "end_date": ("结束日期", "date"),
    "place": ("地点", "text"),
    "host": ("主持人", "person"),
    "agenda": ("议程", "long_text"),
    "outcome": ("结果", "long_text"),
    "hours": ("学时", "decimal"),
    "amount": ("金额（元）", "money"),
    "quantity": ("数量", "integer"),
}


class Strict(BaseModel):
    """Unknown keys are refused: a misspelled key would silently be a missing one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LedgerField(Strict):
    """One thing a record of a kind says: a column of ``Record``, or a name in its ``values``."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    title: str = Field(min_length=1, max_length=40)
    type: FieldType
    required: bool = False
    choices: dict[str, str] = {}
    help: str = ""
    default: str | int | bool | None = None
    column: bool = False
    # A record in which this field is filled is shown to those with the right to restricted data only.
    restricts: bool = False

    @model_validator(mode="before")
    @classmethod
    def complete(cls, given: Any) -> Any:
        """Fill in what a column brings along."""
        data = {"name": given} if isinstance(given, str) else dict(given)
        name = data.get("name")
        if name in COLUMNS:
            title, kind = COLUMNS[name]
            data = {"title": title, "type": kind} | data | {"column": True}
        return data

    @model_validator(mode="after")
    def agrees(self) -> LedgerField:
        """Refuse choices on what is not a choice, and columns under another type than their own."""
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("choices are given for the type choice, and for it only")
        if self.column and (self.name not in COLUMNS or self.type != COLUMNS[self.name][1]):
            raise ValueError(f"the column {self.name} has its own type")
        if self.default is not None and self.choices and self.default not in self.choices:
            raise ValueError(f"the default {self.default} is none of the choices")
        return self


class Service(Strict):
    """What records of a kind serve: a criterion of a standard in ``library/``, and how often it asks for them.

    ``per`` and ``at_least`` are set where the record's own organization is counted; else it serves without a figure.
    ``usual`` is the document's 一般.
    """

    standard: str
    criterion: str
    what: str = Field(min_length=1, max_length=40)
    per: Period | None = None
    at_least: int | None = Field(default=None, ge=1)
    usual: bool = False

    @model_validator(mode="after")
    def agrees(self) -> Service:
        if (self.per is None) != (self.at_least is None):
            raise ValueError("per and at_least are given together")
        return self


# What any record with an attendance may say besides, though no kind asks for it.
COMMON = (LedgerField(name="guests", title="列席和来宾人数", type="integer"),)


class LedgerKind(Strict):
    """One kind of ledger entry. ``own_table``: kept in a table of its own (talks, dues), never as a Record."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    title: str = Field(min_length=1, max_length=30)
    group: str = Field(min_length=1, max_length=12)
    shape: Literal["activity", "register"] = "activity"
    levels: tuple[str, ...] = Field(min_length=1)
    recorders: tuple[str, ...] = ()
    fields: tuple[LedgerField, ...] = ()
    attendance: Expected = "none"
    keynote: bool = False
    counts_hours: bool = False
    proof: str | None = None
    restricted: bool = False
    own_table: bool = False
    serves: tuple[Service, ...] = ()
    aliases: tuple[str, ...] = ()
    help: str = ""

    @field_validator("levels")
    @classmethod
    def levels_exist(cls, levels: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(levels) - set(Organization.Kind.values))
        if unknown:
            raise ValueError(f"no such kind of organization: {', '.join(unknown)}")
        return levels

    @field_validator("recorders")
    @classmethod
    def recorders_exist(cls, recorders: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(recorders) - set(RoleName.values))
        if unknown:
            raise ValueError(f"no such role: {', '.join(unknown)}")
        return recorders

    @model_validator(mode="after")
    def agrees(self) -> LedgerKind:
        names = [field.name for field in self.fields]
        if len(names) != len(set(names)):
            raise ValueError("a field is named twice")
        if self.counts_hours and "hours" not in names:
            raise ValueError("a kind whose hours count asks for the column hours")
        if self.keynote and self.attendance == "none":
            raise ValueError("a keynote is spoken by somebody who attends")
        return self

    @property
    def asked(self) -> int:
        """How many things a record of this kind asks for: day, title, its fields, and the attendance as one."""
        return 2 + len(self.fields) + (self.attendance != "none")

    @property
    def places(self) -> frozenset[str]:
        return frozenset(self.levels)

    def is_kept_at(self, organization: Organization) -> bool:
        """Say whether an organization keeps this ledger; a hospital that is itself a branch keeps a branch's too."""
        return organization.kind in self.places or (
            organization.kind == Organization.Kind.HOSPITAL and organization.form in self.places
        )


class Kinds(Mapping[str, LedgerKind]):
    """All kinds by code in the order of the files; read when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def loaded(self) -> dict[str, LedgerKind]:
        return read_kinds(self.folder)

    def __getitem__(self, code: str) -> LedgerKind:
        return self.loaded[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.loaded)

    def __len__(self) -> int:
        return len(self.loaded)


def read_kinds(folder: Path) -> dict[str, LedgerKind]:
    """Read every file of a folder, by name. Raises VocabularyError with file and key."""
    kinds: dict[str, LedgerKind] = {}
    meanings: dict[str, tuple[str, LedgerField]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for kind in read_file(path):
            if kind.code in kinds:
                raise VocabularyError(f"{path.name}：类型 {kind.code} 在别处已经定义，请改用另一个代码")
            check_meanings(path.name, kind, meanings)
            kinds[kind.code] = kind
    return kinds


def read_file(path: Path) -> list[LedgerKind]:
    """Read the kinds of one file: what ``group``, ``levels``… stand above ``kinds`` holds for each of them."""
    try:
        data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except DuplicateKeyError as error:
        raise VocabularyError(f"{path.name}：键重复，只保留一处（{error.problem}）") from error
    except YAMLError as error:
        raise VocabularyError(f"{path.name}：YAML 写法有误（{error}）") from error
    if not isinstance(data, dict) or not isinstance(data.get("kinds"), dict):
        raise VocabularyError(f"{path.name}：应有 kinds，其下每个代码一个类型")
    shared = {key: value for key, value in data.items() if key != "kinds"}
    return [build(path.name, code, shared, given) for code, given in data["kinds"].items()]


def build(filename: str, code: str, shared: dict, given: Any) -> LedgerKind:
    """Make one kind. Raises VocabularyError naming file, kind and key."""
    if not isinstance(given, dict):
        raise VocabularyError(f"{filename}：{code} 应写成若干键和值")
    try:
        return LedgerKind.model_validate(shared | given | {"code": code})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(step) for step in (code, *first["loc"]))
        raise VocabularyError(f"{filename}：{key}：{first['msg']}") from error


def check_meanings(filename: str, kind: LedgerKind, meanings: dict[str, tuple[str, LedgerField]]) -> None:
    """Refuse a name that means another thing in another kind: a record of both kinds has one value for it."""
    for field in kind.fields:
        code, first = meanings.setdefault(field.name, (kind.code, field))
        if (first.type, first.choices) != (field.type, field.choices):
            raise VocabularyError(
                f"{filename}：{kind.code}.{field.name}：与 {code} 同名栏目的类型或选项不同，请改名"
            )


KINDS: Mapping[str, LedgerKind] = Kinds(FOLDER)


def kind_of(code: str) -> LedgerKind:
    """Return a kind by its code. Raises LedgersError for one that does not exist."""
    try:
        return KINDS[code]
    except KeyError:
        raise LedgersError(f"没有“{code}”这种台账类型。请从列表中选择。") from None


def fields_of(codes: Iterable[str]) -> list[LedgerField]:
    """Return what a record of several kinds asks for: each field once, required where one of the kinds requires it."""
    return list(merged_fields(tuple(codes)))


@cache
def merged_fields(codes: tuple[str, ...]) -> tuple[LedgerField, ...]:
    """Merge once per combination: a table of 50,000 rows asks for the same few again and again."""
    found: dict[str, LedgerField] = {}
    for code in codes:
        for field in kind_of(code).fields:
            known = found.get(field.name)
            if known is None:
                found[field.name] = field
            elif field.required and not known.required:
                found[field.name] = known.model_copy(update={"required": True})
    return tuple(found.values())


def kinds_kept_at(organization: Organization) -> list[LedgerKind]:
    """Return the kinds that an organization of this kind keeps as records."""
    return [kind for kind in KINDS.values() if not kind.own_table and kind.is_kept_at(organization)]


@lru_cache(maxsize=1000)
def kind_named(words: str) -> LedgerKind | None:
    """Find a kind by its code, its title or what another platform calls it; for tables that people bring."""
    wanted = "".join(words.split())
    for kind in KINDS.values():
        if wanted in (kind.code, kind.title, *kind.aliases):
            return kind
    return None
