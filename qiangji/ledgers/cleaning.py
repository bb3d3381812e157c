"""What is wrong with a record as it was handed in, and what it looks like when nothing is; no question to the database."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from qiangji.ledgers.exceptions import LedgersError, Problem
from qiangji.ledgers.inputs import RecordInput
from qiangji.ledgers.models import Attendance, Record
from qiangji.ledgers.values import Unfit, canonical, decimal_of, text_of, whole_of
from qiangji.ledgers.vocabulary import COMMON, LedgerField, LedgerKind, fields_of, kind_of
from qiangji.lib.dates import local_day
from qiangji.orgs.models import Organization

TITLE_LIMIT = 120
LIMITS = {"place": 60, "agenda": 4000, "outcome": 4000}
MOST_HOURS = 200
EARLIEST = date(1949, 1, 1)
PRESENCES = frozenset(Attendance.Presence.values)


@dataclass(frozen=True)
class Clean:
    """A record that may be stored: everything normalized, values canonical, totals counted."""

    organization: Organization
    data: RecordInput
    kinds: tuple[LedgerKind, ...]
    is_restricted: bool


def clean(organization: Organization, data: RecordInput, at: datetime) -> tuple[Clean | None, list[Problem]]:
    """Normalize a record; where it cannot be stored, return all that is wrong instead."""
    problems: list[Problem] = []
    kinds = find_kinds(organization, data, problems)
    if problems:
        return None, problems
    fields = fields_of(kind.code for kind in kinds)
    check_days(organization, data, kinds, at, problems)
    columns = clean_columns(data, fields, problems)
    values = clean_values(data, [*fields, *common_fields(kinds)], problems)
    if data.state == Record.State.CONFIRMED:
        check_required(data, fields, columns, values, problems)
    expected, present = totals(data, problems)
    if problems:
        return None, problems
    done = replace(
        data,
        kinds=tuple(kind.code for kind in kinds),
        year=data.year or data.date.year,
        values=values,
        expected=expected,
        present=present,
        **columns,
    )
    is_restricted = any(kind.restricted for kind in kinds) or any(
        field.restricts and is_filled(field, done, values) for field in fields
    )
    return Clean(organization, done, kinds, is_restricted), []


def find_kinds(
    organization: Organization, data: RecordInput, problems: list[Problem]
) -> tuple[LedgerKind, ...]:
    """Return the kinds in the order given, each once; a kind must be kept at this organization, as a record."""
    found: list[LedgerKind] = []
    for code in dict.fromkeys(data.kinds):
        try:
            kind = kind_of(code)
        except LedgersError as error:
            problems.append(Problem("kinds", str(error)))
            continue
        if kind.own_table:
            problems.append(Problem("kinds", f"“{kind.title}”有专门的登记页面，请到那里登记。"))
        elif not kind.is_kept_at(organization):
            problems.append(
                Problem(
                    "kinds", f"“{kind.title}”不由{organization.get_kind_display()}登记，请另选类型或组织。"
                )
            )
        found.append(kind)
    if not data.kinds:
        problems.append(Problem("kinds", "请至少选择一种类型。"))
    if len({kind.shape for kind in found}) > 1:
        problems.append(Problem("kinds", "活动和登记册条目不能合在一条记录里，请分开登记。"))
    return tuple(found)


def check_days(
    organization: Organization,
    data: RecordInput,
    kinds: Iterable[LedgerKind],
    at: datetime,
    problems: list[Problem],
) -> None:
    """Refuse days before the organization was set up or after it ended, events that lie ahead, other people's years."""
    today = local_day(at)
    if data.end_date and data.end_date < data.date:
        problems.append(Problem("end_date", "结束日期早于日期，请核对。"))
    if data.year is not None and abs(data.year - data.date.year) > 1:
        problems.append(Problem("year", f"所属年度 {data.year} 与日期 {data.date} 相差一年以上，请核对。"))
    if data.date < EARLIEST or data.date.year > today.year + 5:
        problems.append(Problem("date", f"日期 {data.date} 不在合理范围内，请核对年份。"))
    if any(kind.shape == "register" for kind in kinds):
        return
    if data.state == Record.State.CONFIRMED and data.date > today:
        problems.append(Problem("date", f"{data.date} 还没有到，请先存为待确认，开完再确认。"))
    if data.date < organization.start_date or (
        organization.end_date is not None and data.date > organization.end_date
    ):
        problems.append(
            Problem("date", f"{data.date} 时“{organization.short_name}”未设立或已撤销，请核对日期。")
        )


def clean_columns(data: RecordInput, fields: list[LedgerField], problems: list[Problem]) -> dict[str, Any]:
    """Return title and columns normalized; columns are kept even where a kind does not ask for them."""
    titles = {field.name: field.title for field in fields if field.column}
    columns: dict[str, Any] = {"title": attempt("title", "主题", problems, text_of, data.title, TITLE_LIMIT)}
    columns["title"] = columns["title"] or "、".join(
        kind_of(code).title for code in dict.fromkeys(data.kinds)
    )
    for name, limit in LIMITS.items():
        words = getattr(data, name)
        columns[name] = attempt(name, titles.get(name, name), problems, text_of, words, limit) or ""
    for name, places in (("hours", 1), ("amount", 2)):
        raw = getattr(data, name)
        number = (
            None if raw is None else attempt(name, titles.get(name, name), problems, decimal_of, raw, places)
        )
        columns[name] = number
    hours = columns["hours"]
    if hours is not None and not 0 < hours <= MOST_HOURS:
        problems.append(Problem("hours", f"学时应大于 0，最多 {MOST_HOURS}。没有学时请留空。"))
    if data.quantity is not None:
        columns["quantity"] = attempt(
            "quantity", titles.get("quantity", "数量"), problems, whole_of, data.quantity
        )
    return columns


def common_fields(kinds: Iterable[LedgerKind]) -> tuple[LedgerField, ...]:
    """Return what a record may say though none of its kinds asks for it."""
    return COMMON if any(kind.attendance != "none" for kind in kinds) else ()


def attempt(name: str, title: str, problems: list[Problem], read: Any, *raw: Any) -> Any:
    """Read one value, noting beside its field what is wrong with it."""
    try:
        return read(*raw)
    except Unfit as error:
        problems.append(Problem(name, f"{title}：{error}。"))
        return None


def clean_values(data: RecordInput, fields: list[LedgerField], problems: list[Problem]) -> dict[str, Any]:
    """Return the canonical values; what is not asked for by any of the kinds is refused, never silently dropped."""
    asked = {field.name: field for field in fields if not field.column}
    for name in data.values:
        if name not in asked:
            problems.append(Problem(name, f"所选类型没有“{name}”这一栏，请核对类型。"))
    values = {}
    for name, field in asked.items():
        value = attempt(name, field.title, problems, canonical, field, data.values.get(name))
        if value is not None:
            values[name] = value
    return values


def check_required(
    data: RecordInput,
    fields: list[LedgerField],
    columns: dict[str, Any],
    values: dict[str, Any],
    problems: list[Problem],
) -> None:
    """Ask for what the kinds cannot do without; a draft may still lack it."""
    already = {problem.field for problem in problems}
    for field in fields:
        if not field.required or field.name in already:
            continue
        value = (
            columns.get(field.name, getattr(data, field.name, None))
            if field.column
            else values.get(field.name)
        )
        if value is None or value == "":
            problems.append(Problem(field.name, f"请填写“{field.title}”。"))


def is_filled(field: LedgerField, data: RecordInput, values: dict[str, Any]) -> bool:
    """Say whether a field holds something."""
    return (getattr(data, field.name) if field.column else values.get(field.name)) not in (None, "")


def totals(data: RecordInput, problems: list[Problem]) -> tuple[int | None, int | None]:
    """Return who should come and who came: counted from the list, else the two numbers given.

    Who is excused (免除) is in the list and not among those who should come.
    """
    if data.attendance:
        check_attendance(data, problems)
        presences = [line.presence for line in data.attendance]
        due = [presence for presence in presences if presence != Attendance.Presence.EXEMPT]
        return len(due), due.count(Attendance.Presence.PRESENT)
    expected, present = data.expected, data.present
    if expected is None and present is None:
        return None, None
    if expected is None or present is None:
        problems.append(Problem("present", "应到、实到人数要么都填，要么都不填。"))
    elif not 0 <= present <= expected <= 100_000:
        problems.append(Problem("present", f"实到 {present} 人、应到 {expected} 人不合理，请核对。"))
    return expected, present


def check_attendance(data: RecordInput, problems: list[Problem]) -> None:
    """Refuse a person twice, unknown words, and a speaker who was not there."""
    lines = data.attendance or ()
    if len({line.person.pk for line in lines}) < len(lines):
        problems.append(Problem("attendance", "名单中有人重复，请核对。"))
    if any(line.presence not in PRESENCES for line in lines):
        problems.append(Problem("attendance", "出席情况只能是到会、请假、免除或缺席。"))
    for line in lines:
        if line.is_keynote and line.presence != Attendance.Presence.PRESENT:
            problems.append(
                Problem("attendance", f"{line.person.name}未到会，不能登记为重点发言或授课，请核对。")
            )
