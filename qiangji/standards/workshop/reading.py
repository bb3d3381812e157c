"""The first state of a draft: what the reader understood, laid out on the bench with its doubts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from qiangji.standards.imported import shortened
from qiangji.standards.reader.tree import (
    ParsedCriterion,
    ParsedGroup,
    ParsedSection,
    ParsedStandard,
    Problem,
)
from qiangji.standards.reader.wording import compact
from qiangji.standards.schema import FullScoring
from qiangji.standards.workshop.checks import live
from qiangji.standards.workshop.doubts import DETAILS
from qiangji.standards.workshop.state import (
    CriterionState,
    Details,
    Doubt,
    GroupState,
    SectionState,
    State,
    VetoState,
)

LONGEST_LINE = 300
PLACES = {"表头": "title", "总分": "total_points"}
# Findings worked out live that a reader's error merely repeats, each with a word that such an error holds.
REPEATED = {
    "criteria_not_section": "不一致",
    "criteria_not_group": "不一致",
    "sections_not_total": "不一致",
    "no_points": "分值",
    "no_text": "没有内容",
    "empty": "没有任何具体标准",
    "inexact_points": "两位小数",
}


class _Numbers:
    """Hands out the keys of a first reading: s1, g1, c1 … each kind counted through."""

    def __init__(self) -> None:
        self._counts = {kind: count(1) for kind in "sgcvd"}

    def key(self, kind: str) -> str:
        return f"{kind}{next(self._counts[kind])}"


def state_from_parsed(parsed: ParsedStandard, *, year: int) -> State:
    """Lay out what the reader understood; `year` is proposed as year of effect and label."""
    keys = _Numbers()
    runs_on = any(_runs_on(section) for section in parsed.sections)
    sections = tuple(_section(section, keys, runs_on=runs_on) for section in parsed.sections)
    title = shortened(parsed.title, LONGEST_LINE)
    state = State(
        details=Details(
            title=title,
            document=title,
            label=str(year),
            year=year,
            total_points=parsed.total_points,
            remark=parsed.remark,
        ),
        sections=sections,
        vetoes=_vetoes(parsed, keys),
    )
    places = _Places(parsed, state)
    doubts = tuple(_doubt(problem, places, keys) for problem in parsed.problems)
    return state.model_copy(update={"doubts": _not_repeated(state, doubts)})


def _runs_on(section: ParsedSection) -> bool:
    """Whether the numbers of a part go on from group to group, as printed."""
    first = [group.criteria[0].number for group in section.groups[1:] if group.criteria]
    return any(number not in {"", "1"} for number in first)


def _section(section: ParsedSection, keys: _Numbers, *, runs_on: bool) -> SectionState:
    several = len(section.groups) > 1
    return SectionState(
        key=keys.key("s"),
        title=section.title,
        points=section.points,
        bonus=section.is_bonus,
        runs_on=_runs_on(section) if several else runs_on,
        groups=tuple(_group(group, keys) for group in section.groups or [ParsedGroup("")]),
        origins=_origins(section.origin),
    )


def _group(group: ParsedGroup, keys: _Numbers) -> GroupState:
    return GroupState(
        key=keys.key("g"),
        title=group.title,
        points=group.points,
        criteria=tuple(_criterion(criterion, keys) for criterion in group.criteria),
    )


def _criterion(criterion: ParsedCriterion, keys: _Numbers) -> CriterionState:
    return CriterionState(
        key=keys.key("c"),
        number=criterion.number,
        text=criterion.text,
        points=criterion.points,
        scoring=criterion.scoring or FullScoring(),
        draft_checks=criterion.draft_checks,
        evidence=criterion.evidence,
        note=criterion.note,
        origins=_origins(criterion.origin),
    )


def _vetoes(parsed: ParsedStandard, keys: _Numbers) -> tuple[VetoState, ...]:
    """The vetoes, each with the line that holds its words: the reader takes them from remarks and names no line."""
    lines = [compact("".join(line.cells)) for line in parsed.original] if parsed.vetoes else []
    found = []
    for text in parsed.vetoes:
        words = compact(text)
        line = next((index for index, one in enumerate(lines) if words and words in one), None)
        found.append(VetoState(key=keys.key("v"), text=text, origins=_origins(line)))
    return tuple(found)


def _origins(origin: int | None) -> tuple[int, ...]:
    return () if origin is None else (origin,)


def _doubt(problem: Problem, places: _Places, keys: _Numbers) -> Doubt:
    return Doubt(
        key=keys.key("d"),
        severity=problem.severity,
        where=problem.where,
        message=problem.message,
        origin=problem.origin,
        target=places.target(problem),
    )


class _Places:
    """What was read, found again by the name the reader gives its place or by the line it was read from."""

    def __init__(self, parsed: ParsedStandard, state: State) -> None:
        self.by_name: dict[str, list[tuple[int | None, str]]] = {}
        self.by_line: dict[int, list[str]] = {}
        for where, origin, key in _places(parsed, state):
            self.by_name.setdefault(where, []).append((origin, key))
            if origin is not None:
                self.by_line.setdefault(origin, []).append(key)

    def target(self, problem: Problem) -> str:
        """Find what a problem is about: by the name of its place, else by the only thing read from its line."""
        if problem.where in PLACES:
            return DETAILS + PLACES[problem.where]
        named = self.by_name.get(problem.where, [])
        same_line = [key for origin, key in named if origin is not None and origin == problem.origin]
        if named:
            return same_line[0] if same_line else named[0][1]
        read = self.by_line.get(problem.origin, []) if problem.origin is not None else []
        return read[0] if len(read) == 1 else ""


def _places(parsed: ParsedStandard, state: State) -> Iterator[tuple[str, int | None, str]]:
    """The name the reader gives each place, the line it was read from, and its key here."""
    for section, kept in zip(parsed.sections, state.sections, strict=True):
        yield section.where, section.origin, kept.key
        for group, kept_group in zip(section.groups, kept.groups, strict=False):
            if group.title:
                yield f"{section.where}，小项“{group.title}”", None, kept_group.key
            for criterion, kept_criterion in zip(group.criteria, kept_group.criteria, strict=True):
                yield criterion.where, criterion.origin, kept_criterion.key


def _not_repeated(state: State, doubts: tuple[Doubt, ...]) -> tuple[Doubt, ...]:
    """Leave out errors that are worked out live anyway and vanish when they are mended."""
    found = {(finding.target, word) for finding in live(state) if (word := REPEATED.get(finding.name))}
    return tuple(
        doubt
        for doubt in doubts
        if doubt.severity != "error"
        or not any(doubt.target == target and word in doubt.message for target, word in found)
    )
