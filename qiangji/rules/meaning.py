"""What can be wrong with a check whose shape is right: unknown facts, properties of another kind, units that do not fit.

Every fault names the place within the check and the remedy, so that the loader can add file and line.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from qiangji.rules.fact_types import PropertyFact
from qiangji.rules.language import (
    Attended,
    Bounds,
    Check,
    Condition,
    Conditions,
    Every,
    Ordered,
    Pairs,
    Ratio,
    Selection,
    Share,
    StateValue,
    Sum,
)
from qiangji.rules.periods import span_of
from qiangji.rules.vocabulary import DERIVED, EVENTS, POPULATIONS, STATES, WITH_HOURS

Fault = tuple[tuple[str | int, ...], str]
Place = tuple[str | int, ...]
LONGEST = {
    "month": {"last_completed_month", "july", "january", "around_july_first", "around_national_day"},
    "quarter": {"last_completed_quarter"},
    "half": {"last_completed_half"},
}
LENGTHS = {"window": 0, "month": 1, "quarter": 2, "half": 3, "year": 4}


def faults_of(check: Check, parameters: Mapping[str, Any], place: Place = ("check",)) -> Iterator[Fault]:
    """Yield everything that is wrong with the meaning of a check; ``parameters`` with their value and unit."""
    operand, here = check.operand, (*place, check.operator)
    if check.when is not None:
        yield from faults_of(check.when, parameters, (*place, "when"))
    for number, child in enumerate(check.children):
        yield from faults_of(child, parameters, (*here, number))
    if check.children:
        return
    if isinstance(operand, Selection):
        yield from faults_of_selection(operand, here)
    if isinstance(operand, Share):
        yield from known(operand.of, POPULATIONS, "人群", (*here, "of"))
        inner = operand.meets.asked
        name = "sum" if operand.meets.sum else "count"
        yield from faults_of_selection(inner, (*here, "meets", name))
        yield from faults_of_bounds(inner, parameters, (*here, "meets", name))
        yield from faults_of_above(operand, (*here, "from_above"))
    if isinstance(operand, Pairs):
        yield from known(operand.of, POPULATIONS, "人群", (*here, "of"))
        yield from known(operand.by, EVENTS, "事项", (*here, "by"))
    if isinstance(operand, Attended):
        yield from faults_of_attended(operand, here)
    if isinstance(operand, StateValue):
        yield from faults_of_state(operand, here)
    if isinstance(operand, Ratio):
        for side in ("top", "bottom"):
            yield from faults_of_quantity(getattr(operand, side), (*here, side))
    if isinstance(operand, Bounds):
        yield from faults_of_bounds(operand, parameters, here)
    for name in ("by_at_least", "by_at_most", "within"):
        yield from faults_of_span(getattr(operand, name, None), parameters, (*here, name))
    for name in ("share", "at_least", "everyone"):
        written = None if isinstance(operand, Bounds) else getattr(operand, name, None)
        yield from faults_of_amount(written, parameters, (*here, name))


def faults_of_above(share: Share, place: Place) -> Iterator[Fault]:
    """Refuse to count from above what has no persons, or is no ledger with hours for those who were there."""
    if not share.from_above:
        return
    if share.of in POPULATIONS and POPULATIONS[share.of].of != "persons":
        yield place, f"from_above 按人计，“{POPULATIONS[share.of].title}”不是人，请删去。"
    for kind in share.meets.asked.kinds:
        if kind in EVENTS and kind not in WITH_HOURS:
            yield place, f"“{EVENTS[kind].title}”不按人记学时，不能计入上级登记的，请删去 from_above。"


def known(name: str, table: Mapping[str, Any], what: str, place: Place) -> Iterator[Fault]:
    """Refuse a name that nothing is kept under, and name the nearest ones."""
    if name not in table:
        near = get_close_matches(name, table, 3, 0.5)
        hint = f"是不是 {'、'.join(near)}？" if near else "可用的名称见规则词汇表。"
        yield place, f"没有名为“{name}”的{what}。{hint}"


def faults_of_selection(selection: Selection, place: Place) -> Iterator[Fault]:
    """Refuse unknown kinds, properties that a kind does not have, buckets longer than their window."""
    for kind in selection.kinds:
        yield from known(kind, EVENTS, "事项", (*place, "of"))
    kinds = [kind for kind in selection.kinds if kind in EVENTS]
    conditions: list[tuple[str, Conditions]] = [("where", selection.where)]
    if isinstance(selection, Every):
        conditions.append(("has", selection.has))
    for field, asked in conditions:
        for name, condition in asked.items():
            for kind in kinds:
                yield from faults_of_condition(kind, name, condition, (*place, field, name))
    if isinstance(selection, Sum):
        for kind in kinds:
            fact = EVENTS[kind].properties.get(selection.quantity)
            if fact is None or fact.type != "number":
                wrong = f"“{EVENTS[kind].title}”没有名为“{selection.quantity}”的数量。"
                yield (*place, "quantity"), wrong + numbers_of(kind)
    per = getattr(selection, "per", "window")
    if selection.in_force and per != "window":
        yield (*place, "per"), "正在施行的事项（in_force）只按一天判定，不能再分段，请删去 per。"
    for length, windows in LONGEST.items():
        if selection.window in windows and LENGTHS[per] > LENGTHS[length]:
            yield (
                (*place, "per"),
                f"每一段（{per}）比时间范围（{selection.window}）还长，请改小 per 或换时间范围。",
            )
    if isinstance(selection, Ordered):
        yield from known(selection.after, EVENTS, "事项", (*place, "after"))
    answer = getattr(selection, "by", None)
    if answer is not None:
        yield from known(answer, EVENTS, "事项", (*place, "by"))


def numbers_of(kind: str) -> str:
    """Name the numbers that a kind has."""
    names = [name for name, fact in EVENTS[kind].properties.items() if fact.type == "number"]
    return f"可用：{'、'.join(names)}。" if names else "这一类没有可以相加的数量。"


def faults_of_condition(
    kind: str, name: str, condition: Condition | bool | str, place: Place
) -> Iterator[Fault]:
    """Refuse a property that a kind does not have, or one that is asked in another unit than it is kept in."""
    if name in DERIVED:
        quotient = DERIVED[name].quotient
        if quotient is not None:
            lacks = [one for one in quotient if one not in EVENTS[kind].properties]
            if lacks:
                yield place, f"“{EVENTS[kind].title}”没有“{lacks[0]}”，不能要求“{name}”。"
        elif not EVENTS[kind].attended:
            yield place, f"“{EVENTS[kind].title}”不登记到会人员，不能要求“{name}”。"
        if not isinstance(condition, Condition) or not condition.amounts():
            yield place, f"“{name}”是数量，请写 at_least 或 at_most。"
        if (
            name in {one for one, fact in DERIVED.items() if fact.among}
            and DERIVED[name].among not in POPULATIONS
        ):
            yield place, f"“{name}”所指的人群不存在。"
        return
    fact = EVENTS[kind].properties.get(name)
    if fact is None:
        names = "、".join([*EVENTS[kind].properties, *(DERIVED if EVENTS[kind].attended else ())])
        yield place, f"“{EVENTS[kind].title}”没有名为“{name}”的属性，可用：{names or '无'}。"
        return
    yield from faults_of_type(name, fact, condition, place)


def faults_of_type(
    name: str, fact: PropertyFact, condition: Condition | bool | str, place: Place
) -> Iterator[Fault]:
    """Refuse a comparison that does not fit the property's type."""
    asks_number = isinstance(condition, Condition) and bool(condition.amounts())
    if (fact.type == "number") != asks_number:
        wanted = "at_least、at_most 等数字要求" if fact.type == "number" else "确定的值"
        yield place, f"“{name}”（{fact.title}）应写{wanted}。"
        return
    for value in values_of(condition):
        if fact.type == "flag" and not isinstance(value, bool):
            yield place, f"“{name}”（{fact.title}）应为 true 或 false。"
        if fact.type == "choice" and value not in fact.choices:
            yield place, f"“{name}”（{fact.title}）没有“{value}”，可用：{'、'.join(fact.choices)}。"


def values_of(condition: Condition | bool | str) -> Sequence[str | bool]:
    """Return the values that a condition names."""
    if not isinstance(condition, Condition):
        return (condition,)
    named: tuple[str | bool, ...] = condition.one_of
    return named if condition.equals is None else (*named, condition.equals)


def faults_of_attended(node: Attended, place: Place) -> Iterator[Fault]:
    """Refuse unknown people, and kinds whose records do not say who came."""
    yield from known(node.of, POPULATIONS, "人群", (*place, "of"))
    for kind in node.kinds:
        yield from known(kind, EVENTS, "事项", (*place, "at"))
        if kind in EVENTS and not EVENTS[kind].attended:
            yield (*place, "at"), f"“{EVENTS[kind].title}”不登记到会人员，不能用于出席要求。"


def faults_of_state(node: StateValue, place: Place) -> Iterator[Fault]:
    """Refuse an unknown state, and a comparison that does not fit its type."""
    yield from known(node.of, STATES, "基本情况", (*place, "of"))
    fact = STATES.get(node.of)
    if fact is None:
        return
    if (fact.type == "number") != bool(node.amounts()):
        wanted = "at_least、at_most 等数字要求" if fact.type == "number" else "equals 或 one_of"
        yield place, f"“{fact.title}”应写{wanted}。"
    values: tuple[str | bool, ...] = node.one_of
    for value in values if node.equals is None else (*values, node.equals):
        if fact.type == "choice" and value not in fact.choices:
            yield place, f"“{fact.title}”没有“{value}”，可用：{'、'.join(fact.choices)}。"
        if fact.type == "flag" and not isinstance(value, bool):
            yield place, f"“{fact.title}”应为 true 或 false。"


def faults_of_quantity(name: str, place: Place) -> Iterator[Fault]:
    """Refuse what is not a number: neither a number among the states nor the size of a population."""
    if name in POPULATIONS:
        return
    yield from known(name, STATES, "基本情况或人群", place)
    if name in STATES and STATES[name].type != "number":
        yield place, f"“{STATES[name].title}”不是数字，不能相除。"


def faults_of_bounds(bounds: Bounds, parameters: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    """Refuse parameters that the criterion does not have."""
    for name, written in bounds.amounts().items():
        yield from faults_of_amount(written, parameters, (*place, name))


def faults_of_span(written: str | None, parameters: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    """Refuse a parameter that does not exist, or whose figure is no span of time."""
    if written is None or not written.startswith("$"):
        return
    yield from faults_of_amount(written, parameters, place)
    spec = parameters.get(written.removeprefix("$"))
    if spec is None:
        return
    try:
        span_of(getattr(spec, "value", Decimal(0)), getattr(spec, "unit", ""))
    except ValueError as error:
        yield place, f"参数“{written.removeprefix('$')}”：{error}。"


def faults_of_amount(
    written: Decimal | str | None, parameters: Mapping[str, Any], place: Place
) -> Iterator[Fault]:
    """Refuse a parameter that does not exist."""
    if isinstance(written, str) and written.removeprefix("$") not in parameters:
        have = "、".join(parameters) or "无"
        yield place, f"这一条没有参数“{written.removeprefix('$')}”，现有：{have}。请在 parameters 下写明。"
