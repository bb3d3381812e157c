"""The usual shapes of a check, as a form asks for them: an entry taken apart into lines, and lines put together into an entry.

A line asks one thing: so many events per period, something done by each of a population (or a share of it), nothing of a
kind, a document on file, a recorded state. Several lines all hold, or one of them suffices. What has another shape is
written as YAML; ``draft_of`` then returns None. Taken apart and put together again, an entry says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from qiangji.lib.numbers import plain
from qiangji.rules.language import Award, Check, Condition, Conditions, Selection
from qiangji.rules.vocabulary import EVENTS, STATES
from qiangji.standards.checks import CheckEntry

Shape = Literal["count", "people", "absent", "attest", "value"]
SHAPES: dict[str, str] = {
    "count": "做几次",
    "people": "每人或每个支部都做到",
    "absent": "没有发生",
    "attest": "有文件存档",
    "value": "基本情况是多少",
}
BOUNDS = ("at_least", "at_most", "above", "below")
LESS = frozenset({"at_most", "below"})  # here less is stricter
ALL_HOURS = "*"
HOURS = (
    "training_class",
    "party_class",
    "secretary_lecture",
    "secretaries_training",
    "study_secretary_training",
)
MOST_LINES = 8


@dataclass(frozen=True)
class Line:
    """One thing that is asked, as words and choices. An empty string is what was not said.

    ``event`` or ``state`` says of what; ``filters`` are ``property=code``, one of several codes of the same property
    suffices. An adjustable figure becomes a parameter with ``title`` and ``unit``. ``share`` is in per cent. ``reason`` is
    the key under which a reason for falling short of a usual figure is recorded (0040).
    """

    shape: str = "count"
    event: str = ""
    state: str = ""
    filters: tuple[str, ...] = ()
    whose: str = ""
    in_force: bool = False
    per: str = "window"
    window: str = ""
    bound: str = "at_least"
    amount: str = ""
    equals: str = ""
    usually: bool = False
    reason: str = ""
    population: str = ""
    share: str = "100"
    inner: str = "times"
    pro_rata: bool = False
    is_adjustable: bool = False
    parameter: str = ""
    title: str = ""
    unit: str = ""
    place: str = ""


@dataclass(frozen=True)
class Draft:
    """A whole entry as a form holds it."""

    words: str = ""
    by_person: str = ""
    combined: str = "all"
    lines: tuple[Line, ...] = ()
    award: str = "all_or_nothing"
    step: str = ""
    per: str = ""
    floor: str = ""
    cap: str = ""


# ---- put together ---------------------------------------------------------------------------------------------------


def entry_data(draft: Draft) -> dict[str, Any]:
    """Return what a form holds as the data of an entry; whether it holds is for ``CheckEntry`` and its meaning to say."""
    if draft.by_person:
        return {"words": draft.words, "by_person": draft.by_person}
    lines = named(draft.lines)
    nodes = [node_of(line) for line in lines]
    data: dict[str, Any] = {"words": draft.words}
    parameters = {line.parameter: parameter_of(line) for line in lines if line.is_adjustable}
    if parameters:
        data["parameters"] = parameters
    data["check"] = nodes[0] if len(nodes) == 1 else {draft.combined: nodes}
    figures = {"step": draft.step, "per": draft.per, "floor": draft.floor, "cap": draft.cap}
    award = {name: written for name, written in figures.items() if written}
    if draft.award != "all_or_nothing" or award:
        data["award"] = {"kind": draft.award} | award
    return data


def named(lines: tuple[Line, ...]) -> list[Line]:
    """Give every adjustable figure a name of its own, keeping those that have one."""
    taken = {line.parameter for line in lines if line.is_adjustable and line.parameter}
    seen: set[str] = set()
    found = []
    for line in lines:
        name = line.parameter
        if line.is_adjustable and (not name or name in seen):
            name = next(one for number in range(1, 99) if (one := f"figure_{number}") not in taken)
        if line.is_adjustable:
            taken.add(name)
            seen.add(name)
        found.append(replace(line, parameter=name))
    return found


def parameter_of(line: Line) -> dict[str, Any]:
    """Return the parameter that an adjustable figure becomes."""
    data: dict[str, Any] = {"title": line.title, "value": line.amount, "unit": line.unit}
    if line.bound in LESS:
        data["stricter"] = "less"
    if line.usually:
        data["usual"] = True
    if line.place:
        data["place"] = line.place
    return data


def node_of(line: Line) -> dict[str, Any]:
    """Return one line as a node of a check."""
    node: dict[str, Any] = {OPERATORS[line.shape]: OPERANDS[line.shape](line)}
    if line.place and not line.is_adjustable:
        node["place"] = line.place
    if line.usually and line.reason:
        node["key"] = line.reason
    return node


def bounds_of(line: Line) -> dict[str, Any]:
    """Return what the figure is held against."""
    return {line.bound: f"${line.parameter}" if line.is_adjustable else line.amount}


def selection_of(line: Line) -> dict[str, Any]:
    """Return which events are meant."""
    data: dict[str, Any] = {"of": list(HOURS) if line.event == ALL_HOURS else line.event}
    asked: dict[str, list[str]] = {}
    for one in line.filters:
        name, _, code = one.partition("=")
        asked.setdefault(name, []).append(code)
    where: dict[str, Any] = {}
    for name, codes in asked.items():
        values = [code == "true" if code in ("true", "false") else code for code in codes]
        where[name] = values[0] if len(values) == 1 else {"one_of": codes}
    if where:
        data["where"] = where
    if line.window:
        data["window"] = line.window
    if line.whose:
        data["whose"] = line.whose
    if line.in_force:
        data["in_force"] = True
    return data


def counted(line: Line) -> dict[str, Any]:
    """Return a count of events per period."""
    data = selection_of(line) | ({"per": line.per} if line.per != "window" else {}) | bounds_of(line)
    return data | ({"usually": True} if line.usually else {})


def of_people(line: Line) -> dict[str, Any]:
    """Return what each of a population, or a share of it, has to do."""
    asked = selection_of(line) | ({"per": line.per} if line.per != "window" else {}) | bounds_of(line)
    inner = {"sum": asked | {"quantity": "hours"}} if line.inner == "hours" else {"count": asked}
    data: dict[str, Any] = {"of": line.population, "meets": inner}
    if line.share and line.share != "100":
        data["at_least"] = plain(Decimal(line.share) / 100)
    if line.pro_rata:
        data["pro_rata"] = True
    return data | ({"usually": True} if line.usually else {})


def of_state(line: Line) -> dict[str, Any]:
    """Return a recorded state compared."""
    data: dict[str, Any] = {"of": line.state} | ({"window": line.window} if line.window else {})
    if line.equals:
        data["equals"] = line.equals == "true" if line.equals in ("true", "false") else line.equals
    else:
        data |= bounds_of(line)
    return data | ({"usually": True} if line.usually else {})


OPERATORS = {"count": "count", "people": "share", "absent": "absent", "attest": "attest", "value": "value"}
OPERANDS = {
    "count": counted,
    "people": of_people,
    "absent": selection_of,
    "attest": selection_of,
    "value": of_state,
}


# ---- taken apart ----------------------------------------------------------------------------------------------------


def draft_of(entry: CheckEntry) -> Draft | None:
    """Return an entry as a form holds it; None where the form cannot say all of it."""
    if entry.check is None:
        return Draft(words=entry.words, by_person=entry.by_person)
    check = entry.check
    combined = check.operator if check.operator in ("all", "any") else "all"
    nodes = check.children if check.operator in ("all", "any") else (check,)
    lines = [line_of(node, entry) for node in nodes]
    whole = [line for line in lines if line is not None]
    award = award_of(entry.award)
    if len(whole) != len(nodes) or len(whole) > MOST_LINES or award is None:
        return None
    draft = replace(award, words=entry.words, combined=combined, lines=tuple(whole))
    # What the form cannot say was left out above; whether anything was, the entry itself tells.
    return draft if CheckEntry.model_validate(entry_data(draft)) == entry else None


def award_of(award: Award) -> Draft | None:
    """Return how points follow, as a form holds it."""
    if award.grades or any(isinstance(one, str) for one in (award.step, award.per, award.floor, award.cap)):
        return None
    return Draft(
        award=award.kind,
        step=figure_of(award, "step"),
        per=figure_of(award, "per"),
        floor=figure_of(award, "floor"),
        cap=figure_of(award, "cap"),
    )


def figure_of(award: Award, name: str) -> str:
    """Return a figure of an award as it was written; empty where it was not."""
    value = getattr(award, name)
    return plain(value) if name in award.model_fields_set and isinstance(value, Decimal) else ""


def line_of(node: Check, entry: CheckEntry) -> Line | None:
    """Return one node as a line; what the line has no place for is left out."""
    start = Line(place=node.place, reason=node.key or "")
    if node.count is not None:
        asked = node.count
        line = with_figure(with_selection(replace(start, shape="count"), asked), asked, entry)
        return replace(line, per=asked.per, usually=asked.usually)
    if node.share is not None:
        share, inner = node.share, node.share.meets.asked
        if not isinstance(share.at_least, Decimal):
            return None
        line = with_figure(with_selection(replace(start, shape="people"), inner), inner, entry)
        return replace(
            line,
            population=share.of,
            share=plain(share.at_least * 100),
            per=inner.per,
            inner="hours" if share.meets.sum is not None else "times",
            pro_rata=share.pro_rata,
            usually=share.usually,
        )
    if node.absent is not None or node.attest is not None:
        shape = "absent" if node.absent is not None else "attest"
        return with_selection(replace(start, shape=shape), node.operand)
    if node.value is not None:
        value = node.value
        line = replace(start, shape="value", state=value.of, window=value.window or "", usually=value.usually)
        if value.one_of:
            return None
        if value.equals is not None:
            words = value.equals if isinstance(value.equals, str) else str(value.equals).lower()
            return replace(line, equals=words)
        return with_figure(line, value, entry)
    return None


def with_selection(line: Line, asked: Selection) -> Line:
    """Add which events are meant."""
    event = ALL_HOURS if asked.kinds == HOURS else asked.kinds[0]
    return replace(
        line,
        event=event,
        filters=filters_of(asked.where),
        window=asked.window or "",
        whose=asked.whose or "",
        in_force=asked.in_force,
    )


def filters_of(where: Conditions) -> tuple[str, ...]:
    """Return conditions as ``property=code``; those that are no choice of codes are left out."""
    found: list[str] = []
    for name, asked in where.items():
        if isinstance(asked, bool):
            found.append(f"{name}={str(asked).lower()}")
        elif isinstance(asked, str):
            found.append(f"{name}={asked}")
        elif isinstance(asked, Condition):
            found += [f"{name}={code}" for code in asked.one_of]
    return tuple(found)


def with_figure(line: Line, asked: Any, entry: CheckEntry) -> Line:
    """Add what the figure is held against: the first bound, and its parameter where it has one of the entry's own."""
    bounds: Mapping[str, Decimal | str] = asked.amounts()
    if not bounds:
        return line
    bound, written = next(iter(bounds.items()))
    if isinstance(written, Decimal):
        return replace(line, bound=bound, amount=plain(written))
    name = written.removeprefix("$")
    spec = entry.parameters.get(name)
    if spec is None:
        return replace(line, bound=bound, amount=written)
    return replace(
        line,
        bound=bound,
        amount=plain(spec.value),
        is_adjustable=True,
        parameter=name,
        title=spec.title,
        unit=spec.unit,
        place=spec.place,
    )


# ---- what a form offers ---------------------------------------------------------------------------------------------


def filter_choices(event: str) -> list[tuple[str, str, str]]:
    """Return what the events of a kind can be narrowed down to: property, code and the property's name.

    >>> filter_choices("activity_venue")[0]
    ('has_room', 'true', '有场所')
    """
    fact = EVENTS.get(event)
    found = []
    for name, one in fact.properties.items() if fact is not None else ():
        codes = ("true", "false") if one.type == "flag" else one.choices
        found += [(name, code, one.title) for code in codes]
    return found


def state_type(state: str) -> str:
    """Return what kind of value a state has; "" for none that is known."""
    return STATES[state].type if state in STATES else ""
