"""What can be wrong with a check whose shape is right: unknown facts, properties of another kind, units that do not fit.

Every fault names the place within the check and the remedy, so that the loader can add file and line.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from qiangji.rules.fact_types import PropertyFact
from qiangji.rules.language import (
    AtLeastN,
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
HOURS, PERCENT, PART, LENGTH, COUNTED = "学时", "%", "占比", "时间", "个数"
ANY = "不论"  # of a quotient: what it is held against is named after either side
LENGTHS = {"window": 0, "month": 1, "quarter": 2, "half": 3, "year": 4}


def faults_of(check: Check, parameters: Mapping[str, Any], place: Place = ("check",)) -> Iterator[Fault]:
    """Yield everything that is wrong with the meaning of a check; ``parameters`` with their value and unit."""
    operand, here = check.operand, (*place, check.operator)
    if check.when is not None:
        yield from faults_of(check.when, parameters, (*place, "when"))
    for number, child in enumerate(check.children):
        yield from faults_of(child, parameters, (*here, number))
    if isinstance(operand, AtLeastN) and operand.number > len(operand.of):
        yield (*here, "number"), f"一共只有 {len(operand.of)} 项，不能要求满足 {operand.number} 项。"
    if check.children:
        return
    if isinstance(operand, Selection):
        yield from faults_of_selection(operand, parameters, here)
    if isinstance(operand, Share):
        yield from known(operand.of, POPULATIONS, "人群", (*here, "of"))
        inner = operand.meets.asked
        name = "sum" if operand.meets.sum else "count"
        yield from faults_of_selection(inner, parameters, (*here, "meets", name))
        yield from faults_of_bounds(inner, parameters, (*here, "meets", name))
        yield from faults_of_above(operand, (*here, "from_above"))
    if isinstance(operand, Pairs):
        yield from faults_of_persons(operand.of, (*here, "of"))
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
        is_times = isinstance(operand, Attended) and name == "at_least"
        yield from faults_of_unit(written, parameters, COUNTED if is_times else PART, (*here, name))


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


def faults_of_persons(population: str, place: Place) -> Iterator[Fault]:
    """Refuse what is not known, and what is not made of persons."""
    yield from known(population, POPULATIONS, "人群", place)
    if population in POPULATIONS and POPULATIONS[population].of != "persons":
        yield place, f"“{POPULATIONS[population].title}”不是人，这里只能写人群。"


def faults_of_selection(selection: Selection, parameters: Mapping[str, Any], place: Place) -> Iterator[Fault]:
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
            if isinstance(condition, Condition):
                unit = ANY if name in DERIVED else unit_of(kinds, name)
                yield from faults_of_bounds(condition, parameters, (*place, field, name), unit)
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
    yield from faults_of_persons(node.of, (*place, "of"))
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


def faults_of_bounds(
    bounds: Bounds, parameters: Mapping[str, Any], place: Place, unit: str | None = None
) -> Iterator[Fault]:
    """Refuse parameters that the criterion does not have, figures of another unit, bounds that nothing can meet.

    ``unit`` is the one that the figure is kept in; where unsaid, it follows from the operator.
    """
    measure = measure_of(unit if unit is not None else unit_asked(bounds))
    for name, written in bounds.amounts().items():
        yield from faults_of_amount(written, parameters, (*place, name))
        yield from faults_of_unit(written, parameters, measure, (*place, name))
    found = {name: value_of(written, parameters) for name, written in bounds.amounts().items()}
    lower = [one for one in (found.get("at_least"), found.get("above")) if one is not None]
    upper = [one for one in (found.get("at_most"), found.get("below")) if one is not None]
    if not lower or not upper:
        return
    least, most = max(lower), min(upper)
    if least > most or (least == most and (found.get("above") == least or found.get("below") == most)):
        yield place, f"下限 {least} 和上限 {most} 不能同时满足，请核对。"


def unit_asked(bounds: Bounds) -> str:
    """Return the unit in which an operator finds its figure; what is counted has none of its own."""
    if isinstance(bounds, Sum):
        return unit_of(bounds.kinds, bounds.quantity)
    if isinstance(bounds, StateValue) and bounds.of in STATES:
        return STATES[bounds.of].unit
    if isinstance(bounds, Ratio):
        return PERCENT if bounds.percent else PART
    return ""


def unit_of(kinds: Sequence[str], name: str) -> str:
    """Return the unit in which a property is kept; of what follows from who was there, none."""
    facts = [EVENTS[kind].properties.get(name) for kind in kinds if kind in EVENTS]
    return next((fact.unit for fact in facts if fact is not None), "")


def measure_of(unit: str) -> str:
    """Return what a unit measures: hours of study, per cent, a part of all, a length of time, or what is counted.

    >>> measure_of("学时/年"), measure_of("个月"), measure_of("次/季")
    ('学时', '时间', '个数')
    """
    base = unit.partition("/")[0]
    if base in (HOURS, PERCENT, PART, ANY):
        return base
    return LENGTH if base in ("天", "个月", "工作日") else COUNTED


def value_of(written: Decimal | str, parameters: Mapping[str, Any]) -> Decimal | None:
    """Return a figure as far as it is known when a check is loaded."""
    if isinstance(written, Decimal):
        return written
    value = getattr(parameters.get(written.removeprefix("$")), "value", None)
    return value if isinstance(value, Decimal) else None


def faults_of_unit(
    written: Decimal | str | None, parameters: Mapping[str, Any], measure: str, place: Place
) -> Iterator[Fault]:
    """Refuse a parameter whose unit measures something else than what it is held against."""
    if not isinstance(written, str):
        return
    name = written.removeprefix("$")
    spec = parameters.get(name)
    unit = getattr(spec, "unit", None)
    if unit is None:
        return
    given = measure_of(unit)
    if measure == PART:
        value = value_of(written, parameters)
        if given == PERCENT or (value is not None and value > 1):
            yield (
                place,
                f"参数“{name}”是 {value}{unit}，这里写占全部的几分之几（1 为全部），请写成 1 以下的小数。",
            )
    elif measure not in (ANY, given):
        yield place, f"参数“{name}”的单位是“{unit}”，这里要的是{measure}，请核对。"


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
