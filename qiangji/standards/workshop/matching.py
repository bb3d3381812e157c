"""Operations on the map to an earlier edition: what was suggested, and what a person decided (对照)."""

from __future__ import annotations

from typing import Any

from qiangji.standards.workshop import arguments as a
from qiangji.standards.workshop.exceptions import OperationRefused
from qiangji.standards.workshop.state import CriterionState, State, codes
from qiangji.standards.workshop.structure import Row
from qiangji.standards.workshop.tree import criterion_of, with_criterion


def each_criterion(state: State, change: Any) -> State:
    """Return the table with every criterion put through a function."""
    sections = tuple(
        section.model_copy(
            update={
                "groups": tuple(
                    group.model_copy(update={"criteria": tuple(change(c) for c in group.criteria)})
                    for group in section.groups
                )
            }
        )
        for section in state.sections
    )
    return state.model_copy(update={"sections": sections})


def choose_earlier(state: State, args: a.ChooseEarlier) -> State:
    """Hold the table against an earlier edition with these suggestions, none decided; or against none any more."""

    def suggested(criterion: CriterionState) -> CriterionState:
        code = args.matches.get(criterion.key, "") if args.edition else ""
        return criterion.model_copy(update={"earlier": code, "earlier_decided": False})

    return each_criterion(state, suggested).model_copy(update={"earlier": args.edition})


def set_earlier(state: State, args: a.SetEarlier) -> State:
    """Decide which earlier criterion one continues, or that it is new; another's mere suggestion gives way."""
    if not state.earlier:
        raise OperationRefused("还没有选对照的版本，请先选择。")
    holder = next((c for c in state.criteria() if args.code and c.earlier == args.code), None)
    if holder is not None and holder.key != args.key:
        if holder.earlier_decided:
            message = f"旧编码 {args.code} 已经对应 {codes(state)[holder.key]}，一条旧标准只能接续一次。"
            raise OperationRefused(message)
        state = with_criterion(state, holder.key, earlier="")
    return with_criterion(state, args.key, earlier=args.code, earlier_decided=True)


def accept_matches(state: State, args: a.AcceptMatches) -> State:
    """Decide as suggested for all of these at once."""
    if not state.earlier:
        raise OperationRefused("还没有选对照的版本，请先选择。")
    wanted = set(args.keys)
    for key in wanted:
        criterion_of(state, key)
    return each_criterion(
        state, lambda c: c.model_copy(update={"earlier_decided": True}) if c.key in wanted else c
    )


def undecided(state: State) -> list[CriterionState]:
    """The criteria whose line of the map nobody has decided yet; none where no earlier edition was chosen."""
    return [c for c in state.criteria() if not c.earlier_decided] if state.earlier else []


def _edition(state: State, args: a.ChooseEarlier) -> str:
    return f"给出 {sum(map(bool, args.matches.values()))} 条对应建议" if args.edition else "取消对照"


def _earlier(state: State, args: a.SetEarlier) -> str:
    code = codes(state)[criterion_of(state, args.key).key]
    return f"{code} 接续旧版 {args.code}" if args.code else f"{code} 为新增"


def _accepted(state: State, args: a.AcceptMatches) -> str:
    return f"采纳 {len(set(args.keys))} 条对应建议"


ROWS: dict[str, Row] = {
    "choose_earlier": ("选择对照的版本", a.ChooseEarlier, choose_earlier, _edition),
    "set_earlier": ("确定对应", a.SetEarlier, set_earlier, _earlier),
    "accept_matches": ("确定对应", a.AcceptMatches, accept_matches, _accepted),
}
