"""Cases beside an edition: what a person who knows the table expects of it, written in YAML and checked by machine.

`library/<standard>/<edition>/cases/*.yaml` says how many parts and criteria there are, what they are worth, which
figures a criterion holds and which marks it allows. A library whose cases do not hold is not loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from qiangji.lib.numbers import plain
from qiangji.standards.schema import Code, CriterionSpec, EditionSpec, Key, Line, OptionalLine, Points, Spec
from qiangji.standards.values import ValueNotAllowed, check_value

Count = Annotated[int, Field(ge=0, le=9999)]


class FigureCase(Spec):
    """What one criterion must say: its points, words of its note, or the value of a parameter."""

    code: Code
    points: Points | None = None
    says: tuple[Line, ...] = ()
    parameter: Key | None = None
    value: Points | None = None
    unit: OptionalLine = ""


class MarkCase(Spec):
    """A mark that a criterion allows, or must refuse."""

    code: Code
    mark: Points
    allowed: bool


class CaseSpec(Spec):
    """One file of expectations; what it does not mention is not checked."""

    case: Line
    place: OptionalLine = ""
    total_points: Points | None = None
    sections: tuple[Points, ...] | None = None
    criteria: Count | None = None
    vetoes: Count | None = None
    lines: dict[Key, Points] = {}
    figures: tuple[FigureCase, ...] = ()
    marks: tuple[MarkCase, ...] = ()


def case_faults(edition: EditionSpec, case: CaseSpec) -> Iterator[str]:
    """Yield, in words for people, each way in which an edition is not what a case expects."""
    yield from _count_faults(edition, case)
    by_code = {criterion.code: criterion for criterion in edition.criteria()}
    expectations: list[FigureCase | MarkCase] = [*case.figures, *case.marks]
    for wanted in expectations:
        criterion = by_code.get(wanted.code)
        if criterion is None:
            yield f"标准里没有 {wanted.code} 这一条"
        elif isinstance(wanted, FigureCase):
            yield from _figure_faults(criterion, wanted)
        else:
            yield from _mark_faults(edition, criterion, wanted)


def _count_faults(edition: EditionSpec, case: CaseSpec) -> Iterator[str]:
    if case.total_points is not None and case.total_points != edition.total_points:
        yield f"总分应为 {plain(case.total_points)}，标准里是 {plain(edition.total_points)}"
    points = tuple(section.points for section in edition.sections)
    if case.sections is not None and case.sections != points:
        wanted, found = ("、".join(map(plain, values)) for values in (case.sections, points))
        yield f"各项目分值应为 {wanted}，标准里是 {found}"
    counts = {
        "具体标准": (case.criteria, len(edition.criteria())),
        "否决情形": (case.vetoes, len(edition.vetoes)),
    }
    for name, (expected, actual) in counts.items():
        if expected is not None and expected != actual:
            yield f"{name}应有 {expected} 条，标准里有 {actual} 条"
    lines = {line.key: line.value for line in edition.thresholds}
    for key, value in case.lines.items():
        if lines.get(key) != value:
            yield f"线 {key} 应为 {plain(value)}，标准里是 {plain(lines.get(key)) or '没有这条线'}"


def _figure_faults(criterion: CriterionSpec, wanted: FigureCase) -> Iterator[str]:
    if wanted.points is not None and wanted.points != criterion.points:
        yield f"{wanted.code} 应为 {plain(wanted.points)} 分，标准里是 {plain(criterion.points) or '不计'}分"
    for words in wanted.says:
        if words not in criterion.note:
            yield f"{wanted.code} 的说明里应有“{words}”，标准里是“{criterion.note}”"
    if wanted.parameter is None:
        return
    parameter = criterion.parameters.get(wanted.parameter)
    if parameter is None:
        yield f"{wanted.code} 应有参数 {wanted.parameter}，标准里没有"
    elif (parameter.value, parameter.unit) != (wanted.value, wanted.unit):
        found = f"{plain(parameter.value)} {parameter.unit}"
        yield f"{wanted.code} 的参数 {wanted.parameter} 应为 {plain(wanted.value)} {wanted.unit}，标准里是 {found}"


def _mark_faults(edition: EditionSpec, criterion: CriterionSpec, wanted: MarkCase) -> Iterator[str]:
    try:
        check_value(criterion.scoring, criterion.points, edition.step, wanted.mark)
        allowed = True
    except ValueNotAllowed:
        allowed = False
    if allowed != wanted.allowed:
        word = "应当可以" if wanted.allowed else "不应可以"
        yield f"{wanted.code} {word}给 {plain(wanted.mark)} 分，标准里正相反"
