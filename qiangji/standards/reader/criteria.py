"""From the text of one cell to its criteria, each with the points its own words carry.

Traps seen in real tables: several criteria on a line, points before or after the closing mark, lines
broken in the middle of a sentence, a criterion that a page break cut in two. Points from a column and the
way of scoring are settled later, when the whole row is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from qiangji.standards.reader.grades import find_grades
from qiangji.standards.reader.numbering import Piece, pieces
from qiangji.standards.reader.tree import ParsedCriterion, Problem
from qiangji.standards.reader.wording import (
    POINTS_MARK,
    SEPARATORS,
    bare_points,
    figure,
    joined,
    without_gaps,
    without_mark,
)

LONGEST_CELL = 20_000


@dataclass(frozen=True)
class Place:
    """Where a cell stands: in words, its original line, and the numbers that may come next in the part."""

    where: str
    origin: int | None = None
    last: int = 0
    last_of_all: int = 0
    new_group: bool = True


@dataclass(frozen=True)
class Habits:
    """What the criteria of a table have in common: points in their text, numbers, one criterion a row."""

    marked: bool = True
    numbered: bool = True
    row_each: bool = False


@dataclass
class CellCriteria:
    """What one cell gave: its criteria, text that belongs to the criterion before it, and problems.

    `last_words` is the text of the last criterion as it stood, should a page break have cut it.
    """

    criteria: list[ParsedCriterion] = field(default_factory=list)
    loose: str = ""
    last_words: str = ""
    problems: list[Problem] = field(default_factory=list)


def read_cell(text: str, *, place: Place, habits: Habits, serial: str = "") -> CellCriteria:
    """Read the criteria of a cell. `text` has normal widths; `serial` is the number its row has beside it."""
    result = CellCriteria()
    if len(text) > LONGEST_CELL:
        message = f"一格超过 {LONGEST_CELL} 个字，不像量化表，未读入"
        result.problems.append(Problem("error", place.where, message, place.origin))
        return result
    text = without_gaps(text)
    last = place.last
    found = pieces(text, marked=habits.marked)
    for piece in found:
        parts = list(_parts(piece))
        for number, part in parts:
            alone = len(found) == 1 and len(parts) == 1
            if not number and not _counts_alone(part, habits, alone=alone):
                result.loose += part
                continue
            printed = number or (serial if alone else "")
            criterion = _criterion(printed or str(last + 1), part, place, result.problems)
            if printed:
                _check_number(criterion, last, place, result)
            elif habits.numbered or not alone:
                result.problems.append(_unnumbered(criterion, place))
            result.criteria.append(criterion)
            result.last_words = part
            last = int(criterion.number.rpartition(".")[2])
    return result


def _counts_alone(text: str, habits: Habits, *, alone: bool) -> bool:
    """Whether text without a number is a criterion: it has points, or the table gives each a row."""
    return POINTS_MARK.search(text) is not None or (alone and habits.row_each)


def _parts(piece: Piece) -> Iterator[tuple[str, str]]:
    """Cut a piece that holds several points marks: what follows the first is a criterion without a number."""
    marks = list(POINTS_MARK.finditer(piece.text))
    start, number = 0, piece.number
    if len(marks) > 1 and _are_grades(piece.text):
        marks = []
    for mark in marks[:-1]:
        rest = piece.text[mark.end() : mark.end() + 40]
        if rest.lstrip(" \t")[:1] in {"；", ";", "。", "\n"}:
            yield number, piece.text[start : mark.end()]
            start, number = mark.end(), ""
    yield number, piece.text[start:].lstrip(SEPARATORS) if start else piece.text


def _are_grades(text: str) -> bool:
    """Whether several points are the grades of one criterion: 好（20分）、较好（15分）."""
    found = find_grades(joined(POINTS_MARK.sub(lambda mark: f"{mark[1]}分", text)))
    return found is not None and found.are_named


def _criterion(number: str, text: str, place: Place, problems: list[Problem]) -> ParsedCriterion:
    here = f"{place.where}，第 {number} 条"
    body, points, doubt = _own_points(text)
    if doubt:
        problems.append(Problem("warning", here, doubt, place.origin))
    if points is not None and points != points.quantize(Decimal("0.01")):
        problems.append(Problem("error", here, "分值最多两位小数，请改正", place.origin))
    criterion = ParsedCriterion(number, _clean(body), points, where=here, origin=place.origin)
    if not criterion.text:
        problems.append(Problem("error", here, "只有序号和分值，没有内容，请补上", place.origin))
    return criterion


def _own_points(text: str) -> tuple[str, Decimal | None, str]:
    """The text without its points, the points, and what is not plain about them."""
    marks = list(POINTS_MARK.finditer(text))
    if len(marks) > 1 and _are_grades(text):
        return POINTS_MARK.sub(lambda mark: f"{mark[1]}分", text), None, ""
    if marks:
        last = marks[-1]
        doubt = "写有不止一个分值，取最后一个，请核对" if len(marks) > 1 else ""
        return _without(text, last), figure(last[1]), doubt
    bare = None if find_grades(joined(text)) else bare_points(text)
    if bare is None:
        return text.rstrip(SEPARATORS), None, ""
    doubt = "" if bare.sure else "分值没有写在括号里，已按句末的数字读取，请核对"
    return bare.text, bare.points, doubt


def _without(text: str, mark: re.Match[str]) -> str:
    """The text without the mark; the mark that closes the line goes as well, other words after it stay."""
    if mark[2]:
        return without_mark(text, mark)
    tail = text[mark.end() :]
    return text[: mark.start()].rstrip("；;，,、 \n\t") + (tail if tail.strip(SEPARATORS) else "")


def _clean(text: str) -> str:
    return joined(text).strip("；;，,、 ")


def _unnumbered(criterion: ParsedCriterion, place: Place) -> Problem:
    message = f"“{criterion.text[:12]}…”没有序号，已按第 {criterion.number} 条读入，请核对"
    return Problem("warning", place.where, message, place.origin)


def _check_number(criterion: ParsedCriterion, last: int, place: Place, result: CellCriteria) -> None:
    number = int(criterion.number.rpartition(".")[2])
    first = not result.criteria
    goes_on = {last + 1, *({1} if last != 1 else ())}
    if first:
        goes_on |= {place.last_of_all + 1, *({1} if place.new_group else ())}
    if number not in goes_on:
        word = "接在" if first else "排在"
        message = f"序号 {number} {word} {last} 之后，不连续，请核对有无遗漏"
        result.problems.append(Problem("warning", place.where, message, place.origin))
