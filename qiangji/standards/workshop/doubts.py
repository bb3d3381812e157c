"""When a doubt of the reader is over: its target is gone, or is no longer what it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qiangji.standards.workshop.state import CriterionState, State

DETAILS = "details."
NOT_THE_READERS = {"key", "number", "title", "earlier", "earlier_decided"}


def settled_by_change(before: State, after: State) -> State:
    """Return the state after an operation with every doubt settled whose target the operation changed."""
    known = {doubt.key for doubt in before.doubts}
    waiting = [d for d in after.doubts if d.target and not d.settled and d.key in known]
    open_targets = {doubt.target for doubt in waiting}
    if not open_targets:
        return after
    old, new = dict(_values(before, open_targets)), dict(_values(after, open_targets))
    changed = {target for target in open_targets if target in old and _differs(old[target], new.get(target))}
    if not changed:
        return after
    doubts = tuple(
        doubt.model_copy(update={"settled": True})
        if doubt.target in changed and doubt.key in known
        else doubt
        for doubt in after.doubts
    )
    return after.model_copy(update={"doubts": doubts})


def _differs(old: Any, new: Any) -> bool:
    if isinstance(old, CriterionState) and isinstance(new, CriterionState):
        names = CriterionState.model_fields.keys() - NOT_THE_READERS
        return old is not new and any(getattr(old, name) != getattr(new, name) for name in names)
    return bool(old != new)


def _values(state: State, targets: set[str]) -> Iterator[tuple[str, Any]]:
    """What a doubt can be about, of each target: never its number, our own title or the map."""
    for section in state.sections:
        if section.key in targets:
            yield section.key, (section.title, section.points, section.bonus)
        for group in section.groups:
            if group.key in targets:
                yield group.key, (group.title, group.points)
            for criterion in group.criteria:
                if criterion.key in targets:
                    yield criterion.key, criterion
    for veto in state.vetoes:
        if veto.key in targets:
            yield veto.key, veto
    for target in targets:
        if target.startswith(DETAILS):
            yield target, getattr(state.details, target.removeprefix(DETAILS))
