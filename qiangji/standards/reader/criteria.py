"""From the text of one cell to its numbered criteria, each with its points.

Traps seen in real tables: several criteria on a line, points before or after the closing mark, lines
broken in the middle of a sentence, numbers that begin a broken line but are no numbering. A number
counts as numbering when it follows on from the one before, or begins a line after a finished criterion.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qiangji.standards.reader.tree import ParsedCriterion, Problem
from qiangji.standards.reader.wording import POINTS_MARK, SEPARATORS, joined, without_points

LONGEST_SEPARATION = 40  # characters between points and the next number: a mark, blanks, empty lines
LONGEST_CELL = 20_000
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_STYLES = {
    "dotted": re.compile(r"(?<!\d)(\d{1,3})[ \t]*[.、][ \t]*"),
    "bracketed": re.compile(r"（[ \t]*(\d{1,3})[ \t]*）[ \t]*"),
    "circled": re.compile(rf"([{CIRCLED}])[ \t]*"),
}
_DECIMAL = re.compile(r"\d{1,3}[ \t]*[.、][ \t]*\d")
_BOUNDARY = "\n；;。）】〕]，, \t"


@dataclass(frozen=True)
class Piece:
    """A stretch of cell text that belongs to one number (None where text stands before any number)."""

    number: int | None
    text: str


@dataclass
class CellCriteria:
    """What one cell gave: its criteria, text that belongs to the criterion before it, and problems."""

    criteria: list[ParsedCriterion]
    loose: str
    problems: list[Problem]


def read_cell(text: str, *, where: str, previous: int) -> CellCriteria:
    """Read the criteria of a cell. `text` has normal widths; `previous` is the last number read in the part."""
    result = CellCriteria([], "", [])
    if len(text) > LONGEST_CELL:
        result.problems.append(Problem("error", where, f"一格超过 {LONGEST_CELL} 个字，不像量化表，未读入"))
        return result
    last = previous
    for piece in pieces(text):
        for number, part in _parts(piece):
            if number is None and not POINTS_MARK.search(part):
                result.loose += part
                continue
            if number is None:
                number = last + 1
                result.problems.append(_unnumbered(part, number, where))
            criterion = _criterion(number, part, where, result.problems)
            _check_number(criterion, last, first=not result.criteria, where=where, problems=result.problems)
            result.criteria.append(criterion)
            last = number
    return result


def pieces(text: str) -> list[Piece]:
    """Cut cell text at its numbering.

    >>> [(p.number, p.text) for p in pieces("1.甲（1分）；2.乙\\n3个（1分）。")]
    [(1, '甲（1分）；'), (2, '乙\\n3个（1分）。')]
    """
    style = _style(text)
    mark_ends = [mark.end() for mark in POINTS_MARK.finditer(text)]
    found: list[Piece] = []
    start, number = 0, None
    for match in style.finditer(text) if style else ():
        value = CIRCLED.index(match[1]) + 1 if match[1] in CIRCLED else int(match[1])
        finished = _follows_points(text, match.start(), mark_ends, start)
        if not _is_numbering(text, match.start(), value, number, finished=finished):
            continue
        found.append(Piece(number, text[start : match.start()]))
        start, number = match.end(), value
    found.append(Piece(number, text[start:]))
    return [piece for piece in found if piece.number is not None or piece.text.strip(SEPARATORS)]


def _style(text: str) -> re.Pattern[str] | None:
    """The way of numbering that begins a line first; the others are then sub-points and stay in the text."""
    for line in text.split("\n"):
        for style in _STYLES.values():
            if style.match(line.lstrip()):
                return style
    return None


def _is_numbering(text: str, at: int, value: int, current: int | None, *, finished: bool) -> bool:
    begins_line = not text[text.rfind("\n", 0, at) + 1 : at].strip()
    if value < 1 or not (begins_line or text[at - 1] in _BOUNDARY):
        return False
    decimal = _DECIMAL.match(text, at) is not None
    if current is None:
        return begins_line and (not decimal or not text[:at].strip())
    if not begins_line or decimal:  # a broken line may begin with “3.5人”; after a finished 2 it is number 3
        return value == current + 1 and finished
    return value == current + 1 or finished


def _follows_points(text: str, at: int, mark_ends: list[int], start: int) -> bool:
    """Whether the criterion that began at `start` has its points just before `at`."""
    index = bisect_right(mark_ends, at) - 1
    if index < 0 or mark_ends[index] <= start or at - mark_ends[index] > LONGEST_SEPARATION:
        return False
    return not text[mark_ends[index] : at].strip(SEPARATORS)


def _parts(piece: Piece) -> Iterator[tuple[int | None, str]]:
    """Cut a piece that holds several points marks: what follows the first is a criterion without a number."""
    marks = list(POINTS_MARK.finditer(piece.text))
    start, number = 0, piece.number
    for mark in marks[:-1]:
        rest = piece.text[mark.end() :]
        if rest.lstrip(" \t")[:1] in {"；", ";", "。", "\n"}:
            yield number, piece.text[start : mark.end()]
            start, number = mark.end(), None
    yield number, piece.text[start:].lstrip(SEPARATORS) if start else piece.text


def _criterion(number: int, text: str, where: str, problems: list[Problem]) -> ParsedCriterion:
    here = f"{where}，第 {number} 条"
    marks = list(POINTS_MARK.finditer(text))
    points: Decimal | None
    if marks:
        last = marks[-1]
        points = Decimal(last[1])
        body = text[: last.start()].rstrip("；;，,、 \n\t") + _tail(text[last.end() :])
        if len(marks) > 1:
            problems.append(Problem("warning", here, "写有不止一个分值，取最后一个，请核对"))
    else:
        body, points = without_points(text.rstrip(SEPARATORS), bare=True)
        message = (
            "分值没有写在括号里，已按句末的数字读取，请核对"
            if points is not None
            else "没有写分值，请补上，例如（1分）"
        )
        problems.append(Problem("error" if points is None else "warning", here, message))
    if points is not None and points != points.quantize(Decimal("0.01")):
        problems.append(Problem("error", here, "分值最多两位小数，请改正"))
    criterion = ParsedCriterion(str(number), _clean(body), points, where=here)
    if not criterion.text:
        problems.append(Problem("error", here, "只有序号和分值，没有内容，请补上"))
    return criterion


def _tail(text: str) -> str:
    """What follows the points, unless it is only the mark that closes the line."""
    return text if text.strip(SEPARATORS) else ""


def _clean(text: str) -> str:
    return joined(text).strip("；;，,、 ")


def _unnumbered(text: str, number: int, where: str) -> Problem:
    return Problem("warning", where, f"“{_clean(text)[:12]}…”没有序号，已按第 {number} 条读入，请核对")


def _check_number(
    criterion: ParsedCriterion, last: int, *, first: bool, where: str, problems: list[Problem]
) -> None:
    number = int(criterion.number)
    if number not in {1, last + 1}:
        word = "接在" if first else "排在"
        problems.append(
            Problem("warning", where, f"序号 {number} {word} {last} 之后，不连续，请核对有无遗漏")
        )
