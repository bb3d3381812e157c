"""What a workbook's XML says beside the values: hidden rows and columns, percent signs, formulas without result.

The library that reads the values tells none of it. Here the XML of the visible sheets is gone through once,
as bytes and without building a tree, since a sheet may be long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePosixPath

from qiangji.standards.reader.packages import Package
from qiangji.standards.reader.tree import Problem

MOST_NAMED = 20  # cells, rows or columns named one by one
PERCENT_FORMATS = frozenset({"9", "10"})
MOST_CELLS = 150_000  # more than a readable sheet has, empty ones with a border included
LETTERS = 26
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*)>")
_ROW = re.compile(rb"<(?:\w+:)?row\s([^<>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^<>]*)>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_UNCALCULATED = re.compile(rb"\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<>]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>")  # fmt: skip


@dataclass
class Marks:
    """Of one sheet, counted from 0: hidden rows, ranges of hidden columns, cells shown as percentages; and problems."""

    rows: set[int] = field(default_factory=set)
    columns: list[tuple[int, int]] = field(default_factory=list)
    percents: set[tuple[int, int]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def hides(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self.columns)


def marks_of(package: Package, shown: set[str]) -> dict[str, Marks]:
    """Go through the sheets of these names."""
    percents = _percent_styles(package)
    return {
        name: _marks(name, package.part(part), percents)
        for name, part in _sheet_parts(package)
        if name in shown and part in package.names
    }


def _marks(name: str, data: bytes, percents: set[str]) -> Marks:
    marks = Marks()
    for found in _COLUMN.finditer(data):
        column = _attributes(found[1])
        if _is_on(column.get("hidden")):
            marks.columns.append((_number(column.get("min")) - 1, _number(column.get("max")) - 1))
    for found in _ROW.finditer(data):
        row = _attributes(found[1])
        if _is_on(row.get("hidden")):
            marks.rows.add(_number(row.get("r")) - 1)
    for found in islice(_CELL.finditer(data), MOST_CELLS):
        if len(marks.problems) > MOST_NAMED and not percents:
            break
        uncalculated = _UNCALCULATED.match(data, found.end()) is not None
        if uncalculated or percents or b"e" in found[1]:  # "e" is the type of a failed formula
            _note_cell(marks, name, _attributes(found[1]), percents, uncalculated=uncalculated)
    return marks


def _note_cell(
    marks: Marks, name: str, cell: dict[str, str], percents: set[str], *, uncalculated: bool
) -> None:
    place = _PLACE.fullmatch(cell.get("r", ""))
    if place is not None and cell.get("s") in percents:
        marks.percents.add((int(place[2]) - 1, _column_number(place[1])))
    failed = cell.get("t") == "e"
    if not (failed or uncalculated) or len(marks.problems) > MOST_NAMED:
        return
    if len(marks.problems) == MOST_NAMED:
        message = "还有更多单元格的公式有问题，请在 Excel 里逐个改正"
        marks.problems.append(Problem("error", f"工作表“{name}”", message))
        return
    where = f"工作表“{name}”第 {place[2]} 行" if place else f"工作表“{name}”"
    what = "公式出错（例如 #REF!）" if failed else "公式没有计算结果"
    message = f"单元格 {cell.get('r', '')} 的{what}，按空白读入，请在 Excel 里改正并保存后再试"
    marks.problems.append(Problem("error" if failed else "warning", where, message))


def hidden_named(name: str, marks: Marks, rows: list[int], columns: list[int]) -> Iterator[Problem]:
    """Say which hidden rows and columns that hold something are not read."""
    for kind, hidden in (
        ("行", [str(row + 1) for row in rows if row in marks.rows]),
        ("列", [_letters(column) for column in columns if marks.hides(column)]),
    ):
        if hidden:
            named = "、".join(hidden[:MOST_NAMED]) + (" 等" if len(hidden) > MOST_NAMED else "")
            message = f"隐藏的第 {named} {kind}没有读入，如果属于量化表，请取消隐藏后再试"
            yield Problem("warning", f"工作表“{name}”", message)


def _percent_styles(package: Package) -> set[str]:
    """The numbers of the cell styles that show a value as a percentage."""
    if "xl/styles.xml" not in package.names:
        return set()
    root = package.tree("xl/styles.xml")
    own = {one.get("numFmtId") for one in root.iter("{*}numFmt") if "%" in one.get("formatCode", "")}
    styles = root.find("{*}cellXfs")
    found = [] if styles is None else list(styles.iterchildren("{*}xf"))
    return {str(i) for i, one in enumerate(found) if one.get("numFmtId") in own | PERCENT_FORMATS}


def _sheet_parts(package: Package) -> Iterator[tuple[str, str]]:
    """The name and the part of each sheet, as the workbook lists them."""
    relations = {
        one.get("Id", ""): one.get("Target", "") for one in package.tree("xl/_rels/workbook.xml.rels")
    }
    for sheet in package.tree("xl/workbook.xml").iter("{*}sheet"):
        target = relations.get(sheet.get(_REFERENCE, ""), "")
        part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        yield sheet.get("name", ""), part


def _attributes(inside: bytes) -> dict[str, str]:
    return {key.decode(): value.decode("utf-8", "replace") for key, value in _ATTRIBUTE.findall(inside)}


def _is_on(value: str | None) -> bool:
    return value in {"1", "true"}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else 0


def _column_number(letters: str) -> int:
    """Count a column from 0.

    >>> _column_number("A"), _column_number("AA")
    (0, 26)
    """
    number = 0
    for letter in letters:
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def _letters(column: int) -> str:
    """Name a column.

    >>> _letters(0), _letters(27)
    ('A', 'AB')
    """
    name = ""
    column += 1
    while column > 0:
        column, rest = divmod(column - 1, LETTERS)
        name = chr(ord("A") + rest) + name
    return name
