"""Finding and replacing parts of an immutable table by their keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from qiangji.standards.workshop.exceptions import OperationRefused
from qiangji.standards.workshop.state import CriterionState, GroupState, SectionState, State, VetoState

T = TypeVar("T")
Keyed = TypeVar("Keyed", SectionState, GroupState, CriterionState, VetoState)
GONE = "要改的内容已经不在表里了，请刷新页面后再试。"


def new_key(state: State, kind: str) -> str:
    """Return a key that was never used in this draft: the step's number, and a count within the step.

    >>> new_key(State(turn=7), "c")
    'c7-1'
    """
    stem = f"{kind}{state.turn}-"
    used = [int(key[len(stem) :]) for key in state.used_keys() if key.startswith(stem)]
    return f"{stem}{max(used, default=0) + 1}"


def find_criterion(state: State, key: str) -> tuple[int, int, int]:
    """Return where a criterion stands: part, group and place, each from 0. Raises OperationRefused."""
    for i, section in enumerate(state.sections):
        for j, group in enumerate(section.groups):
            for k, criterion in enumerate(group.criteria):
                if criterion.key == key:
                    return i, j, k
    raise OperationRefused(GONE)


def find_group(state: State, key: str) -> tuple[int, int]:
    """Return where a group stands: part and place, from 0. Raises OperationRefused."""
    for i, section in enumerate(state.sections):
        for j, group in enumerate(section.groups):
            if group.key == key:
                return i, j
    raise OperationRefused(GONE)


def find_section(state: State, key: str) -> int:
    """Return a part's place from 0. Raises OperationRefused."""
    return place_of(state.sections, key)


def place_of(parts: Sequence[Keyed], key: str) -> int:
    """Return the place of a key among parts. Raises OperationRefused."""
    for i, part in enumerate(parts):
        if part.key == key:
            return i
    raise OperationRefused(GONE)


def replaced(items: tuple[T, ...], index: int, *new: T) -> tuple[T, ...]:
    """Return the items with one of them replaced by others, or by none.

    >>> replaced((1, 2, 3), 1), replaced((1, 2, 3), 1, 8, 9)
    ((1, 3), (1, 8, 9, 3))
    """
    return (*items[:index], *new, *items[index + 1 :])


def inserted(items: tuple[T, ...], index: int, new: T) -> tuple[T, ...]:
    """Return the items with another before the one at `index`."""
    return (*items[:index], new, *items[index:])


def with_section(state: State, index: int, section: SectionState) -> State:
    """Return the table with one part replaced."""
    return state.model_copy(update={"sections": replaced(state.sections, index, section)})


def with_group(state: State, i: int, j: int, group: GroupState) -> State:
    """Return the table with one group replaced."""
    section = state.sections[i]
    groups = replaced(section.groups, j, group)
    return with_section(state, i, section.model_copy(update={"groups": groups}))


def with_criteria(state: State, i: int, j: int, criteria: tuple[CriterionState, ...]) -> State:
    """Return the table with other criteria in a group, and the part numbered anew."""
    group = state.sections[i].groups[j].model_copy(update={"criteria": criteria})
    return renumbered(with_group(state, i, j, group), i)


def with_criterion(state: State, key: str, **changes: object) -> State:
    """Return the table with some fields of one criterion changed; its place stays."""
    i, j, k = find_criterion(state, key)
    group = state.sections[i].groups[j]
    criterion = group.criteria[k].model_copy(update=changes)
    return with_group(
        state, i, j, group.model_copy(update={"criteria": replaced(group.criteria, k, criterion)})
    )


def renumbered(state: State, index: int) -> State:
    """Number the criteria of a part through, or group by group, as its table does it."""
    section = state.sections[index]
    groups, last = [], 0
    for group in section.groups:
        if not section.runs_on:
            last = 0
        criteria = []
        for criterion in group.criteria:
            last += 1
            same = criterion.number == str(last)
            criteria.append(criterion if same else criterion.model_copy(update={"number": str(last)}))
        groups.append(group.model_copy(update={"criteria": tuple(criteria)}))
    return with_section(state, index, section.model_copy(update={"groups": tuple(groups)}))


def criterion_of(state: State, key: str) -> CriterionState:
    """Return a criterion by its key. Raises OperationRefused."""
    i, j, k = find_criterion(state, key)
    return state.sections[i].groups[j].criteria[k]
