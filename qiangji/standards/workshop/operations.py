"""Every correction a person can make to a table: one pure function each, from a state to the next.

None loses or doubles a character of the document but those whose name says so (delete, set text). A doubt is settled
when its target changes, or by a person who finds it right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qiangji.lib.numbers import plain
from qiangji.standards.models import Criterion
from qiangji.standards.schema import ChecklistScoring
from qiangji.standards.workshop import arguments as a
from qiangji.standards.workshop import dividing, matching, structure
from qiangji.standards.workshop.doubts import settled_by_change
from qiangji.standards.workshop.exceptions import OperationRefused
from qiangji.standards.workshop.state import CriterionState, State, codes
from qiangji.standards.workshop.tree import (
    criterion_of,
    find_criterion,
    find_group,
    inserted,
    new_key,
    place_of,
    replaced,
    with_criteria,
    with_criterion,
)

LONGEST_LABEL = 200
NAMES = {
    "text": "内容",
    "title": "标题",
    "points": "分值",
    "scoring": "计分方式",
    "evidence": "佐证提示",
    "note": "说明",
}


@dataclass(frozen=True)
class Operation:
    """One kind of correction: its Chinese name, the arguments it asks for, what it does and how history tells it."""

    label: str
    arguments: type[a.Arguments]
    function: Callable[[State, Any], State]
    describe: Callable[[State, Any], str]


@dataclass(frozen=True)
class Outcome:
    """The state after a correction and the line that history shows for it."""

    state: State
    label: str


def perform(state: State, operation: str, arguments: Mapping[str, Any], *, turn: int) -> Outcome:
    """Make one correction as step number `turn`. Raises OperationRefused; the given state is never touched."""
    found = OPERATIONS.get(operation)
    if found is None:
        raise OperationRefused(f"没有“{operation}”这种操作，请刷新页面后再试。")
    wanted = a.understood(found.arguments, arguments)
    begun = state.model_copy(update={"turn": turn})
    after = found.function(begun, wanted)
    label = f"{found.label}：{found.describe(state, wanted)}"
    return Outcome(settled_by_change(begun, after), label[:LONGEST_LABEL])


def set_points(state: State, args: a.SetPoints) -> State:
    """Give a criterion other points, or none."""
    return with_criterion(state, args.key, points=args.points)


def set_text(state: State, args: a.SetText) -> State:
    """Put the document's words right."""
    return with_criterion(state, args.key, text=args.text)


def set_title(state: State, args: a.RenameOrClear) -> State:
    """Give a criterion a concise title; "" takes the first clause of its text again."""
    return with_criterion(state, args.key, title=args.title)


def set_scoring(state: State, args: a.SetScoring) -> State:
    """Change how a criterion is scored; what is not scored loses its points."""
    if isinstance(args.scoring, ChecklistScoring):
        return with_criterion(state, args.key, scoring=args.scoring, points=None)
    return with_criterion(state, args.key, scoring=args.scoring)


def set_criterion(state: State, args: a.SetCriterion) -> State:
    """Change several things of a criterion in one step."""
    changes = a.given(args)
    if isinstance(changes.get("scoring"), ChecklistScoring):
        changes["points"] = None
    return with_criterion(state, args.key, **changes)


def move(state: State, args: a.Move) -> State:
    """Put a criterion before or after another one, or at the end of a group."""
    if sum(map(bool, (args.before, args.after, args.group))) != 1:
        raise OperationRefused("请说明移到哪里：某一条之前、之后，或某个小项的末尾，只能选一个。")
    if args.key in (args.before, args.after):
        return state
    i, j, k = find_criterion(state, args.key)
    moved = state.sections[i].groups[j].criteria[k]
    rest = replaced(state.sections[i].groups[j].criteria, k)
    taken_out = with_criteria(state, i, j, rest)
    if args.group:
        to_i, to_j = find_group(taken_out, args.group)
        place = len(taken_out.sections[to_i].groups[to_j].criteria)
    else:
        to_i, to_j, place = find_criterion(taken_out, args.before or args.after)
        place += bool(args.after)
    criteria = taken_out.sections[to_i].groups[to_j].criteria
    return with_criteria(taken_out, to_i, to_j, inserted(criteria, place, moved))


def delete(state: State, args: a.ForKey) -> State:
    """Take a criterion out of the table."""
    i, j, k = find_criterion(state, args.key)
    return with_criteria(state, i, j, replaced(state.sections[i].groups[j].criteria, k))


def add_criterion(state: State, args: a.AddCriterion) -> State:
    """Put in a criterion that the reader missed."""
    i, j = find_group(state, args.group)
    criteria = state.sections[i].groups[j].criteria
    place = place_of(criteria, args.after) + 1 if args.after else len(criteria)
    new = CriterionState(key=new_key(state, "c"), text=args.text, points=args.points)
    return with_criteria(state, i, j, inserted(criteria, place, new))


def set_details(state: State, args: a.SetDetails) -> State:
    """Say what the table is: only what is given changes."""
    return state.model_copy(update={"details": state.details.model_copy(update=a.given(args))})


def settle_doubt(state: State, args: a.ForKey) -> State:
    """Say that the reader was right (核对无误)."""
    for index, doubt in enumerate(state.doubts):
        if doubt.key == args.key:
            done = doubt.model_copy(update={"settled": True})
            return state.model_copy(update={"doubts": replaced(state.doubts, index, done)})
    raise OperationRefused("这处存疑已经不在了，请刷新页面。")


def _criterion(state: State, args: Any) -> str:
    criterion = criterion_of(state, args.key)
    return f"{codes(state)[args.key]} {criterion.shown_title}"


def _points(state: State, args: a.SetPoints) -> str:
    old = criterion_of(state, args.key).points
    return f"{_criterion(state, args)}，{shown_points(old)} → {shown_points(args.points)}"


def shown_points(value: Decimal | None) -> str:
    """Points for a person.

    >>> shown_points(Decimal("1.50")), shown_points(None)
    ('1.5 分', '没有分值')
    """
    return "没有分值" if value is None else f"{plain(value)} 分"


def _scoring(state: State, args: a.SetScoring) -> str:
    return f"{_criterion(state, args)}，{Criterion.Kind(args.scoring.kind).label}"


def _several(state: State, args: a.SetCriterion) -> str:
    old = criterion_of(state, args.key)
    changed = [NAMES[name] for name, value in a.given(args).items() if getattr(old, name) != value]
    return f"{_criterion(state, args)}，{'、'.join(changed) or '没有改动'}"


def _merge(state: State, args: a.ForKey) -> str:
    return f"{_criterion(state, args)} 与后一条"


def _details(state: State, args: a.SetDetails) -> str:
    changed = [
        field.title or name
        for name, field in a.SetDetails.model_fields.items()
        if name in args.model_fields_set and getattr(args, name) != getattr(state.details, name)
    ]
    return "、".join(changed) or "没有改动"


def _doubt(state: State, args: a.ForKey) -> str:
    found = next((doubt for doubt in state.doubts if doubt.key == args.key), None)
    return f"{found.where}，{found.message}" if found else ""


OPERATIONS: dict[str, Operation] = {
    "set_points": Operation("改分值", a.SetPoints, set_points, _points),
    "set_text": Operation("改内容", a.SetText, set_text, _criterion),
    "set_title": Operation("改标题", a.RenameOrClear, set_title, _criterion),
    "set_scoring": Operation("改计分方式", a.SetScoring, set_scoring, _scoring),
    "set_criterion": Operation("修改", a.SetCriterion, set_criterion, _several),
    "split": Operation("拆分", a.Split, dividing.split, _criterion),
    "merge": Operation("合并", a.ForKey, dividing.merge, _merge),
    "move": Operation("移动", a.Move, move, _criterion),
    "delete": Operation("删去", a.ForKey, delete, _criterion),
    "add_criterion": Operation("补一条", a.AddCriterion, add_criterion, lambda state, args: args.text[:40]),
    "set_details": Operation("填写基本信息", a.SetDetails, set_details, _details),
    "settle_doubt": Operation("核对无误", a.ForKey, settle_doubt, _doubt),
    **{name: Operation(*row) for name, row in structure.ROWS.items()},
    **{name: Operation(*row) for name, row in matching.ROWS.items()},
}
