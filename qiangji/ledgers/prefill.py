"""What a template or a plan starts a record from: some of its fields, in canonical form, and the record made from them."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from qiangji.ledgers.exceptions import LedgersError, Problem
from qiangji.ledgers.inputs import RecordInput
from qiangji.ledgers.models import Record
from qiangji.ledgers.values import Unfit, canonical, text_of
from qiangji.ledgers.vocabulary import fields_of, kind_of
from qiangji.members.models import Person
from qiangji.orgs.models import Organization

# What belongs to one event only, and so is never filled in beforehand.
NEVER = frozenset({"outcome", "end_date", "quantity"})
DECIMALS = frozenset({"hours", "amount"})
TITLE_LIMIT = 120


def check_kinds(organization: Organization, kinds: Iterable[str], *, below: bool = False) -> list[str]:
    """Return the codes, each once. Raises LedgersError where nobody could record them here (or below)."""
    codes = list(dict.fromkeys(kinds))
    if not codes:
        raise LedgersError(problems=[Problem("kinds", "请至少选择一种类型。")])
    for code in codes:
        kind = kind_of(code)
        if kind.own_table:
            raise LedgersError(problems=[Problem("kinds", f"“{kind.title}”有专门的登记页面，不能预设。")])
        if not below and not kind.is_kept_at(organization):
            words = f"“{kind.title}”不由{organization.get_kind_display()}登记，请另选类型。"
            raise LedgersError(problems=[Problem("kinds", words)])
    return codes


def canonical_values(kinds: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may be filled in beforehand, in canonical form. Raises LedgersError beside the field."""
    fields = {field.name: field for field in fields_of(kinds)}
    kept: dict[str, Any] = {}
    problems = []
    for name, raw in values.items():
        if name in NEVER or raw in (None, "", [], ()):
            continue
        try:
            if name == "title":
                kept[name] = text_of(raw, TITLE_LIMIT)
            elif name not in fields:
                problems.append(Problem(name, f"所选类型没有“{name}”这一栏，请核对类型。"))
            else:
                kept[name] = canonical(fields[name], raw)
        except Unfit as error:
            title = fields[name].title if name in fields else "主题"
            problems.append(Problem(name, f"{title}：{error}。"))
    if problems:
        raise LedgersError(problems=problems)
    return kept


def hosts_of(many: Iterable[Mapping[str, Any]]) -> dict[str, Person]:
    """Load whoever templates and plans name as host, by public id: one statement."""
    wanted = {values["host"] for values in many if values.get("host")}
    return (
        {str(person.public_id): person for person in Person.objects.filter(public_id__in=wanted)}
        if wanted
        else {}
    )


def input_from(
    kinds: Iterable[str],
    values: Mapping[str, Any],
    day: date,
    hosts: Mapping[str, Person],
    *,
    state: str = Record.State.DRAFT,
    source: str = Record.Source.TYPED,
    natural_key: str = "",
) -> RecordInput:
    """Make the record that a template or plan stands for on a day; a host who is gone is left out."""
    codes = tuple(kinds)
    columns = {field.name for field in fields_of(codes) if field.column}
    given: dict[str, Any] = {"title": values.get("title", "")}
    for name in columns & values.keys():
        given[name] = Decimal(values[name]) if name in DECIMALS else values[name]
    if "host" in given:
        given["host"] = hosts.get(given["host"])
    rest = {name: value for name, value in values.items() if name not in columns and name != "title"}
    return RecordInput(
        kinds=codes, date=day, values=rest, state=state, source=source, natural_key=natural_key, **given
    )
