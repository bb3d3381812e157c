"""Operations on parts, groups and vetoes: naming, points, adding, moving, taking away what is empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qiangji.lib.numbers import plain
from qiangji.standards.schema import VETO_LABELS
from qiangji.standards.workshop import arguments as a
from qiangji.standards.workshop.exceptions import OperationRefused
from qiangji.standards.workshop.state import GroupState, SectionState, State, VetoState
from qiangji.standards.workshop.tree import (
    find_group,
    find_section,
    inserted,
    new_key,
    place_of,
    renumbered,
    replaced,
    with_group,
    with_section,
)

Row = tuple[str, type[a.Arguments], Callable[[State, Any], State], Callable[[State, Any], str]]


def rename_section(state: State, args: a.Rename) -> State:
    """Give a part another title."""
    return _section(state, args.key, title=args.title)


def set_section_points(state: State, args: a.SetPoints) -> State:
    """Change the points that a part declares."""
    return _section(state, args.key, points=args.points)


def set_section(state: State, args: a.SetSection) -> State:
    """Change several things of a part in one step."""
    return _section(state, args.key, **a.given(args))


def set_bonus(state: State, args: a.SetBonus) -> State:
    """Say whether a part stands outside the total."""
    return _section(state, args.key, bonus=args.bonus)


def _section(state: State, key: str, **changes: object) -> State:
    index = find_section(state, key)
    return with_section(state, index, state.sections[index].model_copy(update=changes))


def add_section(state: State, args: a.AddSection) -> State:
    """Put in a part, with one group that has no title yet."""
    place = place_of(state.sections, args.after) + 1 if args.after else len(state.sections)
    new = SectionState(
        key=new_key(state, "s"),
        title=args.title,
        points=args.points,
        bonus=args.bonus,
        runs_on=any(section.runs_on for section in state.sections),
        groups=(GroupState(key=new_key(state, "g")),),
    )
    return state.model_copy(update={"sections": inserted(state.sections, place, new)})


def delete_section(state: State, args: a.ForKey) -> State:
    """Take away a part in which nothing is left."""
    index = find_section(state, args.key)
    if state.sections[index].criteria():
        raise OperationRefused("项目里还有具体标准，请先把它们移走或删去，再删项目。")
    return state.model_copy(update={"sections": replaced(state.sections, index)})


def move_section(state: State, args: a.MoveSection) -> State:
    """Put a part before another one, or at the end."""
    if args.before == args.key:
        return state
    index = find_section(state, args.key)
    rest = replaced(state.sections, index)
    place = place_of(rest, args.before) if args.before else len(rest)
    return state.model_copy(update={"sections": inserted(rest, place, state.sections[index])})


def rename_group(state: State, args: a.RenameOrClear) -> State:
    """Give a group another title, or none."""
    i, j = find_group(state, args.key)
    return with_group(state, i, j, state.sections[i].groups[j].model_copy(update={"title": args.title}))


def set_group_points(state: State, args: a.SetPoints) -> State:
    """Change the points that a group declares; most tables declare none."""
    i, j = find_group(state, args.key)
    return with_group(state, i, j, state.sections[i].groups[j].model_copy(update={"points": args.points}))


def set_group(state: State, args: a.SetGroup) -> State:
    """Change several things of a group in one step."""
    i, j = find_group(state, args.key)
    return with_group(state, i, j, state.sections[i].groups[j].model_copy(update=a.given(args)))


def add_group(state: State, args: a.AddGroup) -> State:
    """Put a group into a part."""
    index = find_section(state, args.section)
    section = state.sections[index]
    place = place_of(section.groups, args.after) + 1 if args.after else len(section.groups)
    new = GroupState(key=new_key(state, "g"), title=args.title)
    groups = inserted(section.groups, place, new)
    return with_section(state, index, section.model_copy(update={"groups": groups}))


def delete_group(state: State, args: a.ForKey) -> State:
    """Take away a group in which nothing is left."""
    i, j = find_group(state, args.key)
    section = state.sections[i]
    if section.groups[j].criteria:
        raise OperationRefused("小项里还有具体标准，请先把它们移走或删去，再删小项。")
    if len(section.groups) == 1:
        raise OperationRefused("项目里只剩这一个小项，请直接删去整个项目。")
    return with_section(state, i, section.model_copy(update={"groups": replaced(section.groups, j)}))


def move_group(state: State, args: a.MoveGroup) -> State:
    """Put a group, with all that is in it, before another one or at the end of a part."""
    if args.before == args.key:
        return state
    i, j = find_group(state, args.key)
    moved = state.sections[i].groups[j]
    left = replaced(state.sections[i].groups, j)
    if not left and state.sections[i].key != args.section:
        left = (GroupState(key=new_key(state, "g")),)
    state = with_section(state, i, state.sections[i].model_copy(update={"groups": left}))
    to = find_section(state, args.section)
    groups = state.sections[to].groups
    place = place_of(groups, args.before) if args.before else len(groups)
    section = state.sections[to].model_copy(update={"groups": inserted(groups, place, moved)})
    return renumbered(renumbered(with_section(state, to, section), to), i)


def add_veto(state: State, args: a.AddVeto) -> State:
    """Put in a veto that the reader missed."""
    new = VetoState(key=new_key(state, "v"), kind=args.kind, text=args.text, title=args.title)
    return state.model_copy(update={"vetoes": (*state.vetoes, new)})


def set_veto(state: State, args: a.SetVeto) -> State:
    """Change a veto: only what is given."""
    index = place_of(state.vetoes, args.key)
    veto = state.vetoes[index].model_copy(update=a.given(args))
    return state.model_copy(update={"vetoes": replaced(state.vetoes, index, veto)})


def delete_veto(state: State, args: a.ForKey) -> State:
    """Take a veto out of the table."""
    index = place_of(state.vetoes, args.key)
    return state.model_copy(update={"vetoes": replaced(state.vetoes, index)})


def _section_name(state: State, args: Any) -> str:
    return state.sections[find_section(state, args.key)].title


def _section_points(state: State, args: a.SetPoints) -> str:
    points = "不写分值" if args.points is None else f"{plain(args.points)} 分"
    return f"{_section_name(state, args)}，{points}"


def _bonus(state: State, args: a.SetBonus) -> str:
    return f"{_section_name(state, args)}，{'是' if args.bonus else '不是'}加分项"


def _group_name(state: State, args: Any) -> str:
    i, j = find_group(state, args.key)
    return state.sections[i].groups[j].title or f"{state.sections[i].title}的小项"


def _group_points(state: State, args: a.SetPoints) -> str:
    points = "不写分值" if args.points is None else f"{plain(args.points)} 分"
    return f"{_group_name(state, args)}，{points}"


def _new_name(state: State, args: Any) -> str:
    return args.title or "（未命名）"


def _renamed_section(state: State, args: a.Rename) -> str:
    return f"{_section_name(state, args)} → {args.title}"


def _renamed_group(state: State, args: a.RenameOrClear) -> str:
    return f"{_group_name(state, args)} → {_new_name(state, args)}"


def _new_veto(state: State, args: a.AddVeto) -> str:
    return f"{VETO_LABELS[args.kind]}，{args.text[:40]}"


def _veto(state: State, args: Any) -> str:
    return state.vetoes[place_of(state.vetoes, args.key)].text[:40]


ROWS: dict[str, Row] = {
    "rename_section": ("改项目名称", a.Rename, rename_section, _renamed_section),
    "set_section_points": ("改项目分值", a.SetPoints, set_section_points, _section_points),
    "set_section": ("修改项目", a.SetSection, set_section, _section_name),
    "set_bonus": ("改项目类别", a.SetBonus, set_bonus, _bonus),
    "add_section": ("补一个项目", a.AddSection, add_section, _new_name),
    "delete_section": ("删去项目", a.ForKey, delete_section, _section_name),
    "move_section": ("移动项目", a.MoveSection, move_section, _section_name),
    "rename_group": ("改小项名称", a.RenameOrClear, rename_group, _renamed_group),
    "set_group_points": ("改小项分值", a.SetPoints, set_group_points, _group_points),
    "set_group": ("修改小项", a.SetGroup, set_group, _group_name),
    "add_group": ("补一个小项", a.AddGroup, add_group, _new_name),
    "delete_group": ("删去小项", a.ForKey, delete_group, _group_name),
    "move_group": ("移动小项", a.MoveGroup, move_group, _group_name),
    "add_veto": ("补一条否决情形", a.AddVeto, add_veto, _new_veto),
    "set_veto": ("改否决情形", a.SetVeto, set_veto, _veto),
    "delete_veto": ("删去否决情形", a.ForKey, delete_veto, _veto),
}
