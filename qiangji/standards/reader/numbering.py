"""Where a cell's criteria begin: the numbering of its lines.

A number counts as numbering when it follows on from the one before, or begins a line after a finished
criterion. A number that begins a line which only the cell's width broke is none. The style that begins a
line first is the criteria's; other styles inside are their sub-points and stay in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from qiangji.standards.reader.numerals import NUMERAL, ordinal
from qiangji.standards.reader.wording import POINTS_MARK, SEPARATORS

LONGEST_SEPARATION = 40  # characters between points and the next number: a mark, blanks, empty lines
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_STYLES = {
    "dotted": re.compile(r"(?<![\d.])(\d{1,3})[ \t]*(?:[.、]|，(?=[^\d]))[ \t]*"),
    "bracketed": re.compile(r"（[ \t]*(\d{1,3})[ \t]*）[ \t]*[、.]?"),
    "half": re.compile(r"(?<![\d（.])(\d{1,3})[ \t]*）[ \t]*"),
    "circled": re.compile(rf"([{CIRCLED}])[ \t]*[、.]?[ \t]*"),
    "chinese": re.compile(rf"(?<![{NUMERAL}第])([{NUMERAL}]{{1,3}})[ \t]*、[ \t]*"),
    "chinese_bracketed": re.compile(rf"（[ \t]*([{NUMERAL}]{{1,3}})[ \t]*）[ \t]*、?"),
    "said": re.compile(rf"第[ \t]*(\d{{1,3}}|[{NUMERAL}]{{1,3}})[ \t]*[条项款点]?[ \t]*[、：:，.]?[ \t]*"),
}
_UNITS = "人个名次年月日米元万亿倍度亩吨天件项小公厘毫平分学岁折"
_CHAINED = re.compile(
    rf"(?<![\d.])(\d{{1,2}}(?:[.-]\d{{1,2}}){{1,2}})(?:[ \t]{{1,8}}(?=[^\d%米元万倍])|[ \t]{{0,4}}[、][ \t]{{0,4}}|(?=[^\d%.\s{_UNITS}、—~～-]))"
)
_SPACED = re.compile(r"(\d{1,2})[ \t]+(?=[\u4e00-\u9fff“])")
_DECIMAL = re.compile(r"\d{1,3}[ \t]*[.、][ \t]*\d")
_CLOSED_POINTS = re.compile(
    r"(?<=[，；。：、\s）])(?:计|记|得|共)?\s{0,4}\d{1,4}(?:\.\d{1,2})?\s{0,4}分(?=\s{0,4}(?:[；;。\n]|\Z))"
)
_MEASURED = re.compile(
    r"\d{1,3}\.\d{1,2}(?:米|元|万|亿|%|倍|公里|平方|小时|分钟|学时|厘米|毫米|公斤|吨|度|亩|天)"
)
_BOUNDARY = "\n；;。）】〕]，,、 \t"
_STRONG = "\n；;。"


@dataclass(frozen=True)
class Piece:
    """A stretch of cell text that belongs to one number ("" where text stands before any number)."""

    number: str
    text: str


def pieces(text: str, *, marked: bool = True) -> list[Piece]:
    """Cut cell text at its numbering. `marked` says that each criterion carries its points in the text.

    >>> [(p.number, p.text) for p in pieces("1.甲（1分）；2.乙\\n3个（1分）。")]
    [('1', '甲（1分）；'), ('2', '乙\\n3个（1分）。')]
    """
    chained = _chained(text)
    if chained:
        return chained
    style = _style(text)
    ends = sorted(
        [mark.end() for mark in POINTS_MARK.finditer(text)] + [m.end() for m in _CLOSED_POINTS.finditer(text)]
    )
    found: list[Piece] = []
    start, number = 0, 0
    for match in style.finditer(text) if style else ():
        value = _value(match[1])
        leads = POINTS_MARK.match(text, match.end()) is not None
        finished = _follows_points(text, match.start(), ends, start) or (leads and number > 0)
        if not _is_numbering(text, match.start(), value, number, finished=finished, marked=marked):
            continue
        found.append(Piece(str(number) if number else "", text[start : match.start()]))
        start, number = match.end(), value
    found.append(Piece(str(number) if number else "", text[start:]))
    return [piece for piece in found if piece.number or piece.text.strip(SEPARATORS)]


def begins_numbered(text: str) -> bool:
    """Whether a text begins with a number of any style."""
    line = text.lstrip()
    return _CHAINED.match(line) is not None or any(style.match(line) for style in _STYLES.values())


def _value(text: str) -> int:
    if text in CIRCLED:
        return CIRCLED.index(text) + 1
    return int(text) if text.isdecimal() else ordinal(text)


def _chained(text: str) -> list[Piece]:
    """Numbers of several levels (1.1, 2-3) at the beginning of lines; [] where the cell has none."""
    if not _CHAINED.match(text.lstrip()):
        return []
    marks = [
        m for m in _CHAINED.finditer(text) if not text[text.rfind("\n", 0, m.start()) + 1 : m.start()].strip()
    ]
    depth = marks[0][1].count(".") + marks[0][1].count("-")
    marks = [m for m in marks if m[1].count(".") + m[1].count("-") == depth]
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return [Piece(m[1].replace("-", "."), text[m.end() : end]) for m, end in zip(marks, ends, strict=True)]


def _style(text: str) -> re.Pattern[str] | None:
    """The way of numbering that begins a line first; the others are then sub-points and stay in the text."""
    for line in text.split("\n"):
        begin = line.lstrip()
        for style in _STYLES.values():
            if style.match(begin):
                return style
        if _SPACED.match(begin):
            return _SPACED
    return None


def _is_numbering(text: str, at: int, value: int, current: int, *, finished: bool, marked: bool) -> bool:
    begins_line = not text[text.rfind("\n", 0, at) + 1 : at].strip()
    if value < 1 or not (begins_line or text[at - 1] in _BOUNDARY):
        return False
    decimal = _DECIMAL.match(text, at) is not None
    if decimal and _MEASURED.match(text, at):
        return False
    if not current:
        return begins_line and (not decimal or not text[:at].strip())
    if not begins_line or decimal:  # a broken line may begin with “3.5人”; after a finished 2 it is number 3
        unmarked = not marked and not decimal and text[:at].rstrip()[-1:] in tuple(_STRONG)
        return value == current + 1 and (finished or unmarked)
    return value == current + 1 or finished


def _follows_points(text: str, at: int, mark_ends: list[int], start: int) -> bool:
    """Whether the criterion that began at `start` has its points just before `at`."""
    index = bisect_right(mark_ends, at) - 1
    if index < 0 or mark_ends[index] <= start or at - mark_ends[index] > LONGEST_SEPARATION:
        return False
    return not text[mark_ends[index] : at].strip(SEPARATORS)
