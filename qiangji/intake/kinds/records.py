"""Ledgers 台账: one table per ledger kind, built from what the kind asks for, and a combined one for all of them."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from qiangji.accounts.models import User
from qiangji.intake.exceptions import RowsFault
from qiangji.intake.kinds.base import Fault, Kind, Place, Row
from qiangji.intake.kinds.lookups import ORGANIZATION, Organizations, Staff
from qiangji.ledgers.exceptions import RowsRefused
from qiangji.ledgers.models import Record
from qiangji.ledgers.services.records import RecordInput, check_record, record_input_of, write
from qiangji.ledgers.vocabulary import COLUMNS as NATIVE
from qiangji.ledgers.vocabulary import KINDS, LedgerField, LedgerKind, kind_named
from qiangji.lib.tabular import Choice, Column, Type
from qiangji.members.models import Person
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization

TYPES = {
    "text": Type.TEXT,
    "long_text": Type.LONG_TEXT,
    "integer": Type.INTEGER,
    "decimal": Type.DECIMAL,
    "money": Type.MONEY,
    "date": Type.DATE,
    "month": Type.MONTH,
    "choice": Type.CHOICE,
    "flag": Type.FLAG,
    "person": Type.TEXT,
    "persons": Type.LONG_TEXT,
    "organization": Type.TEXT,
}
OURS = frozenset({"number", "organization", "kinds", "date", "title", "year", "expected", "present"})
SEPARATORS = "、，,;；/ \n"
NUMBER = Column(
    "number",
    "编号",
    Type.CODE,
    aliases=("记录编号", "台账编号", "来源编号"),
    longest=100,
    width=14,
    help="其他平台的编号，或导出时带出的编号。填了就按它认这条记录；不填按组织、类型、日期和主题认。",
)
DATE = Column(
    "date",
    "日期",
    Type.DATE,
    aliases=("时间", "召开日期", "召开时间", "活动日期", "活动时间", "会议时间", "开始日期"),
    required=True,
    key=True,
    example="2026-03-05",
)
TITLE = Column(
    "title",
    "主题",
    aliases=("会议主题", "活动主题", "名称", "标题", "会议名称", "活动名称"),
    longest=120,
    width=30,
    example="三月支部党员大会",
    help="不填时取类型名称。",
)
YEAR = Column(
    "year", "所属年度", Type.INTEGER, minimum=1990, maximum=2100, width=10, help="不填取日期的年份。"
)
EXPECTED = Column(
    "expected", "应到", Type.INTEGER, aliases=("应到人数",), minimum=0, maximum=100_000, width=8
)
PRESENT = Column(
    "present", "实到", Type.INTEGER, aliases=("实到人数", "到会人数"), minimum=0, maximum=100_000, width=8
)


def column_of(field: LedgerField, *, required: bool) -> Column:
    """Return the column that asks for a field of a ledger."""
    choices = tuple(Choice(code, label) for code, label in field.choices.items())
    helps = {
        "person": "填工号，或本单位没有同名的姓名。",
        "persons": "填工号或姓名，几个人用顿号隔开。",
        "organization": "填组织代码或名称。",
    }
    decimals = 1 if field.name == "hours" else 2
    longest = {"long_text": 4000, "persons": 4000}.get(field.type, 60 if field.name == "place" else 200)
    return Column(
        field.name, field.title, TYPES[field.type], required=required and field.required, choices=choices,
        help=field.help or helps.get(field.type, ""), width=24 if field.type in ("long_text", "persons") else 14,
        decimals=decimals, longest=longest, minimum=0 if field.type in ("integer", "decimal", "money") else None,
    )  # fmt: skip


class RecordTable(Kind):
    """One ledger kind as a table, or (``kind`` None) all kinds in one."""

    def __init__(self, kind: LedgerKind | None) -> None:
        self.kind = kind
        if kind is not None:
            fields, group = kind.fields, kind.group
        else:
            fields, group = tuple(LedgerField(**{"name": name}) for name in NATIVE), "台账"  # type: ignore[arg-type]
        self.fields = {field.name: field for field in fields}
        columns = [ORGANIZATION, NUMBER, DATE]
        if kind is None:
            columns.append(
                Column(
                    "kinds",
                    "类型",
                    aliases=("台账类型", "会议类型", "活动类型", "活动类别", "会议类别"),
                    required=True,
                    longest=200,
                    width=24,
                    example="支部党员大会、主题党日",
                    help="一次活动属几类时用顿号隔开。",
                )
            )
        columns += [TITLE, *(column_of(field, required=True) for field in fields), YEAR]
        if kind is None or kind.attendance != "none":
            columns += [EXPECTED, PRESENT]
        super().__init__(
            f"record.{kind.code}" if kind else "records", kind.title if kind else "综合台账", group,
            Permission.RECORD_LEDGERS, columns=tuple(columns), help=(kind.help if kind else "一张表登记各类会议与活动。"),
        )  # fmt: skip

    def fits(self, organization: Organization) -> bool:
        if self.kind is None:
            return True
        inside = organization.kind in (Organization.Kind.HOSPITAL, Organization.Kind.GENERAL_BRANCH)
        return self.kind.is_kept_at(organization) or inside

    def world(self, place: Place) -> Any:
        return Organizations(place), Staff(), {}

    def resolve(self, row: Row, world: Any, place: Place) -> Iterable[Fault]:
        organizations, staff, _ = world
        values = row.values
        organization = organizations.find(values.get("organization"), self.permission)
        if isinstance(organization, Fault):
            return [organization]
        kinds = self.kinds_of(values)
        if isinstance(kinds, Fault):
            return [kinds]
        wrong = [KINDS[code].title for code in kinds if not KINDS[code].is_kept_at(organization)]
        if wrong:
            return [
                Fault(
                    "organization", f"{organization.short_name}不设“{wrong[0]}”台账", "填设有这本台账的组织"
                )
            ]
        found, faults = self.fields_of(values, organization, organizations, staff)
        expected, present = values.get("expected"), values.get("present")
        if (expected is None) != (present is None):
            faults.append(
                Fault(
                    "present" if present is None else "expected", "没有填写", "应到和实到要么都填，要么都不填"
                )
            )
        elif expected is not None and present > expected:
            faults.append(Fault("present", f"多于应到 {expected} 人", "核对应到和实到"))
        if faults:
            return faults
        data = self.input_of(values, kinds, found)
        row.key = (
            (organization.pk, values["number"])
            if values.get("number")
            else key_of(organization.pk, kinds, data.date, data.title)
        )
        row.found = (organization, data)
        return [
            Fault(
                problem.field if problem.field in OURS | set(self.fields) else "",
                problem.message.rstrip("。"),
                "按提示改正",
            )
            for problem in check_record(organization, data, place.at)
        ]

    def kinds_of(self, values: dict[str, Any]) -> tuple[str, ...] | Fault:
        """Return the ledger kinds that a row is of."""
        if self.kind is not None:
            return (self.kind.code,)
        codes = []
        for word in split_words(values["kinds"]):
            kind = kind_named(word)
            if kind is None or kind.own_table:
                titles = "、".join(one.title for one in list(KINDS.values())[:8])
                return Fault("kinds", f"没有“{word}”这类台账", f"填台账类型，如 {titles}")
            codes.append(kind.code)
        return tuple(dict.fromkeys(codes))

    def fields_of(
        self, values: dict[str, Any], organization: Organization, organizations: Organizations, staff: Staff
    ) -> tuple[dict[str, Any], list[Fault]]:
        """Return what the row says of the kind's fields: names of people and organizations become whom they mean."""
        found: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, field in self.fields.items():
            value = values.get(name)
            if value is None:
                continue
            given: list[Any] = [value]
            if field.type in ("person", "persons"):
                employer = organizations.employer_of(organization)
                words = split_words(value) if field.type == "persons" else [value]
                given = [staff.named(employer, word, name) for word in words]
            elif field.type == "organization":
                given = [organizations.find(value, Permission.RECORD_LEDGERS, column=name)]
            faults += [one for one in given if isinstance(one, Fault)]
            found[name] = given if field.type == "persons" else given[0]
        return found, faults

    def input_of(self, values: dict[str, Any], kinds: tuple[str, ...], found: dict[str, Any]) -> RecordInput:
        """Build what the ledger asks of a record; people and organizations in ``values`` by their public id."""
        native = {name: value for name, value in found.items() if name in NATIVE}
        others = {name: value for name, value in found.items() if name not in NATIVE}
        title = values.get("title") or "、".join(KINDS[code].title for code in kinds)
        return RecordInput(
            kinds=kinds, date=values["date"], title=title, year=values.get("year"),
            expected=values.get("expected"), present=values.get("present"), values=others,
            natural_key=values.get("number") or "", source=Record.Source.IMPORTED, **native,
        )  # fmt: skip

    def existing(
        self, rows: Sequence[Row] | None, world: Any, place: Place
    ) -> dict[Hashable, dict[str, Any]]:
        organizations, staff, kept = world
        found: dict[Hashable, dict[str, Any]] = {}
        for record in stored_records(place, self.kind.code if self.kind else None, rows):
            kinds = tuple(sorted(row.kind for row in record.kinds.all()))
            values = self.values_of(record, kinds, organizations, staff)
            number = record.natural_key or str(record.public_id)
            keys: list[Hashable] = [(record.organization_id, number)]
            if rows is not None:
                keys += [
                    (record.organization_id, str(record.public_id)),
                    key_of(record.organization_id, kinds, record.date, record.title),
                ]
            for key in keys:
                found.setdefault(key, values)
                kept.setdefault(key, record)
        return found

    def values_of(
        self, record: Record, kinds: tuple[str, ...], organizations: Organizations, staff: Staff
    ) -> dict[str, Any]:
        """Return a record as a row: people by staff number, organizations by code."""
        values: dict[str, Any] = {
            "organization": record.organization.code,
            "number": record.natural_key or str(record.public_id),
            "kinds": "、".join(KINDS[code].title for code in kinds if code in KINDS),
            "date": record.date,
            "title": record.title,
            "year": record.year,
            "expected": record.expected,
            "present": record.present,
        }
        for name, field in self.fields.items():
            raw = getattr(record, name) if field.column else record.values.get(name)
            values[name] = self.readable(field, raw, record, organizations, staff)
        return values

    def readable(
        self, field: LedgerField, raw: Any, record: Record, organizations: Organizations, staff: Staff
    ) -> Any:
        """Return a stored value as a cell would give it."""
        if raw is None or raw == "":
            return None
        if field.type in ("decimal", "money"):
            return Decimal(str(raw))
        if field.type == "date":
            return raw if isinstance(raw, date) else date.fromisoformat(raw)
        if field.type == "month":
            return date.fromisoformat(f"{raw}-01")
        if field.type == "person" and isinstance(raw, Person):
            return number_of(raw, organizations, staff, record)
        if field.type in ("person", "persons"):
            wanted = [raw] if isinstance(raw, str) else list(raw)
            people = Person.objects.filter(public_id__in=wanted)
            return "、".join(number_of(person, organizations, staff, record) for person in people)
        if field.type == "organization":
            found = Organization.objects.filter(public_id=raw).first()
            return found.code if found else None
        return raw

    def restricted(self, place: Place) -> list[UUID]:
        code = self.kind.code if self.kind else None
        rows = outgoing(place, code).filter(is_restricted=True)
        return list(rows.values_list("public_id", flat=True).distinct())

    def comparable(self, name: str, value: Any, row: Row) -> Any:
        organization, data = row.found
        if name == "organization":
            return organization.code
        if name == "kinds":
            return "、".join(KINDS[code].title for code in sorted(data.kinds))
        return value

    def refusals(self, rows: Sequence[Row], world: Any, place: Place) -> dict[int, Fault]:
        kept = world[2]
        return {
            index: Fault("number", "这条记录已撤回", "换一个编号，或不填编号")
            for index, row in enumerate(rows)
            if row.key in kept and kept[row.key].state == Record.State.WITHDRAWN
        }

    def apply(self, rows: Sequence[Row], world: Any, place: Place, by: User | None) -> None:
        kept = world[2]
        lines = []
        for row in rows:
            organization, data = row.found
            stored = kept.get(row.key)
            if stored is not None:
                data = merged(stored, data)
                organization = stored.organization
            lines.append((organization, data, stored))
        write_lines(lines, place, by)


def write_lines(
    lines: list[tuple[Organization, RecordInput, Record | None]], place: Place, by: User | None
) -> None:
    """Store records in the caller's transaction, in pieces. Raises RowsFault."""
    for start in range(0, len(lines), 2000):
        try:
            write(lines[start : start + 2000], by=by, at=place.at)
        except RowsRefused as refused:
            words = {
                start + index: "；".join(one.message for one in problems)
                for index, problems in refused.rows.items()
            }
            raise RowsFault(words) from refused


def merged(stored: Record, data: RecordInput) -> RecordInput:
    """Put what a row says over what is stored: an empty cell says nothing, the list of people stays."""
    held = vars(record_input_of(stored))
    given = {
        name: value
        for name, value in vars(data).items()
        if value not in (None, "", ()) and name not in ("values", "source", "state")
    }
    spoken = {"values": dict(stored.values) | dict(data.values)}
    if stored.attendances.all():
        given.pop("expected", None)
        given.pop("present", None)
    return RecordInput(**(held | given | spoken | {"attendance": None, "natural_key": stored.natural_key}))


def inside(records: QuerySet[Record], place: Place, kind: str | None) -> QuerySet[Record]:
    """Keep records inside the place, of one kind or all."""
    records = records.filter(place.within("organization__path"))
    return records if kind is None else records.filter(kinds__kind=kind)


def outgoing(place: Place, kind: str | None) -> QuerySet[Record]:
    """Return the records that an export holds: confirmed ones that this person reads on the pages."""
    seen = Record.objects.all() if place.reach is None else Record.objects.visible_to(place.reach)
    return inside(seen, place, kind).filter(state=Record.State.CONFIRMED)


def stored_records(place: Place, kind: str | None, rows: Sequence[Row] | None) -> Iterator[Record]:
    """Yield the records inside the place, of one kind or all; what goes out is what the person reads on the pages."""
    records = outgoing(place, kind) if rows is None else inside(Record.objects.all(), place, kind)
    if rows is not None:
        days = [row.values["date"] for row in rows]
        numbers = [row.values["number"] for row in rows if row.values.get("number")]
        if not numbers:
            records = records.filter(date__gte=min(days), date__lte=max(days))
    ordered = records.select_related("organization", "host").prefetch_related("kinds", "attendances__person")
    yield from ordered.order_by("organization__path", "date", "pk").iterator(chunk_size=1000)


def number_of(person: Person, organizations: Organizations, staff: Staff, record: Record) -> str:
    """Return a person's staff number, or the name of somebody who left."""
    staff.read(organizations.employer_of(record.organization))
    return staff.number_of.get(person.pk, person.name)


def split_words(text: str) -> list[str]:
    """Cut words that people separate in many ways.

    >>> split_words("支部党员大会、主题党日，党课")
    ['支部党员大会', '主题党日', '党课']
    """
    for sign in SEPARATORS:
        text = text.replace(sign, "\t")
    return [word for word in text.split("\t") if word]


def key_of(organization_id: int, kinds: Sequence[str], day: date, title: str) -> Hashable:
    """Return what tells a record without a number from others."""
    return organization_id, tuple(sorted(kinds)), day, title


def by_record(rows: Iterable[Row]) -> dict[int, list[int]]:
    """Group rows by the record that they belong to."""
    groups: dict[int, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        groups[row.found[0]].append(index)
    return groups
