"""Which tables of a file belong to the standard, and under which heading each of their rows stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qiangji.standards.reader.cells import Cell, RawTable, Row, Unreadable
from qiangji.standards.reader.columns import Role
from qiangji.standards.reader.criteria import Habits
from qiangji.standards.reader.headings import METHOD_AS_CRITERIA, Column, Layout, arranged, heading_at
from qiangji.standards.reader.heads import SURE_STYLES, head_of
from qiangji.standards.reader.numbering import begins_numbered
from qiangji.standards.reader.points_column import read_points
from qiangji.standards.reader.title import names_table
from qiangji.standards.reader.wording import POINTS_MARK, bare_points, figure, normal_widths

_SAYS_SCORING = re.compile(r"[扣加得计]\s*(?:除|减)?\s*\d{1,3}(?:\.\d)?\s*分|不得分|酌情")
_GENERAL_NAME = re.compile(r"(?:sheet|工作表|表格?|table)?\s*\d*", re.IGNORECASE)
OUTLINE_COLUMNS = (Column("具体标准", Role.WORDS, 40, 0, 1_000),)


@dataclass(frozen=True)
class Stretch:
    """Rows under one heading. `index` is the table's; `fresh` says that the heading is its own."""

    index: int
    layout: Layout
    rows: tuple[tuple[int, Row], ...]
    fresh: bool
    name: str = ""
    above: tuple[tuple[int, Row], ...] = ()


@dataclass(frozen=True)
class Arrangement:
    """The rows of the standard in order, and the tables that are none of it (before the first, or without place)."""

    stretches: tuple[Stretch, ...]
    first: int
    strangers: tuple[int, ...]
    first_row: int = 0


def arrange(tables: Sequence[RawTable]) -> Arrangement:
    """Find the headings of all tables. Raises Unreadable where no table has any and none is a list of lines."""
    stretches: list[Stretch] = []
    strangers: list[int] = []
    layout: Layout | None = None
    first, first_row = -1, 0
    for index, table in enumerate(tables):
        found = _headings(table)
        if not found:
            if layout is not None and _goes_on(table, layout):
                stretches.append(Stretch(index, layout, tuple(enumerate(table.rows)), fresh=False))
            else:
                strangers.append(index)
            continue
        if first < 0:
            first, first_row = index, found[0][0]
        leading = tuple(enumerate(table.rows))[: found[0][0]]
        if (
            layout is not None
            and any(len(_texts_of(row)) > 1 for _, row in leading)
            and _goes_on(table, layout)
        ):
            stretches.append(Stretch(index, layout, leading, fresh=False))
            leading = ()
        for at, (start, heading) in enumerate(found):
            end = found[at + 1][0] if at + 1 < len(found) else len(table.rows)
            rows = tuple((i, table.rows[i]) for i in range(start + heading.height, end))
            above, leading = leading, ()
            while (
                at + 1 < len(found)
                and rows
                and len(_texts_of(rows[-1][1])) == 1
                and _is_line(rows[-1][1], heading)
            ):
                leading, rows = (rows[-1], *leading), rows[:-1]
            same = layout is not None and heading.names == layout.names
            fresh = at == 0 and (not same or not stretches or _own_name(table.name) != "")
            layout = settled(heading, [row for _, row in rows])
            stretches.append(Stretch(index, layout, rows, fresh, _own_name(table.name), above))
    if not stretches:
        return _as_outline(tables)
    return Arrangement(tuple(stretches), first, tuple(strangers), first_row)


def _texts_of(row: Row) -> list[Cell]:
    return [cell for cell in row.cells if not cell.is_blank and not cell.continued]


def _is_line(row: Row, layout: Layout) -> bool:
    """Whether a row of one text is a line between two tables of a sheet: it does not stand in the criteria column."""
    cell = _texts_of(row)[0]
    return layout.fields(row).words is not cell or layout.spans_criteria(cell)


def _own_name(name: str) -> str:
    """The name of a sheet where somebody gave it one."""
    return "" if _GENERAL_NAME.fullmatch(name.strip()) else name.strip()


def _headings(table: RawTable) -> list[tuple[int, Layout]]:
    found = []
    skip = 0
    for index in range(len(table.rows)):
        if index < skip:
            continue
        layout = heading_at(table.rows, index)
        if layout is not None:
            found.append((index, layout))
            skip = index + layout.height
    return found


def _goes_on(table: RawTable, layout: Layout) -> bool:
    """Whether a table without heading has the columns of the one before, cut off by a page break."""
    if not layout.grid or any(cell.column is None for row in table.rows for cell in row.cells):
        return len(table.rows) > 0 and max(len(row.cells) for row in table.rows) >= len(layout.columns) - 1
    width = max((c.end for c in layout.columns), default=0)
    mine = max(((cell.column or 0) + cell.span for row in table.rows for cell in row.cells), default=0)
    return mine == width or (
        len(layout.columns) > 2
        and max((len(row.cells) for row in table.rows), default=0) == len(layout.columns)
    )


def _as_outline(tables: Sequence[RawTable]) -> Arrangement:
    """A list of lines without columns: heads, and numbered lines with their points."""
    for index, table in enumerate(tables):
        single = all(len(row.cells) == 1 for row in table.rows)
        points = sum(
            POINTS_MARK.search(normal_widths(row.cells[0].text)) is not None
            for row in table.rows
            if row.cells
        )
        numbered = sum(begins_numbered(normal_widths(row.cells[0].text)) for row in table.rows if row.cells)
        if single and points >= 2 and numbered >= 2:
            layout = arranged(OUTLINE_COLUMNS, grid=True, criteria=0)
            assert layout is not None
            start = _outline_start(table.rows)
            rows = tuple((i, _wide(table.rows[i])) for i in range(start, len(table.rows)))
            stretch = Stretch(index, layout, rows, True, "", tuple(enumerate(table.rows))[:start])
            others = tuple(i for i in range(len(tables)) if i != index)
            return Arrangement((stretch,), index, others, start)
    raise Unreadable("没有找到表头：表格应有“项目”和“具体标准”这样的两栏，请核对文件")


def _outline_start(rows: Sequence[Row]) -> int:
    """The first line of the list: numbered, or a part's name with its points; the whole's name is above it."""
    texts = [normal_widths(row.cells[0].text) for row in rows]
    heads = [None if begins_numbered(text) else head_of(text, merged=True) for text in texts]
    points = [
        head.points if head is not None and not names_table(text) else None
        for head, text in zip(heads, texts, strict=True)
    ]
    first = next(i for i, text in enumerate(texts) if begins_numbered(text) or points[i] is not None)
    numbered_heads = [head_of(text, merged=True) for text in texts if begins_numbered(text)]
    parts = sum((p for p in points[first + 1 :] if p is not None), Decimal(0)) + sum(
        (head.points for head in numbered_heads if head and head.points and head.style in SURE_STYLES),
        Decimal(0),
    )
    return first + 1 if points[first] is not None and points[first] == parts else first


def _wide(row: Row) -> Row:
    return Row(tuple(Cell(cell.text, 0, 1_000) for cell in row.cells), row.where)


def settled(layout: Layout, rows: Sequence[Row]) -> Layout:
    """Correct by the cells what the headings leave open: whether 考核标准 or 评分标准 holds the criteria."""
    if layout.method is not None and layout.points is None:
        words, method = (_texts(layout, rows, index) for index in (layout.criteria, layout.method))
        if _share(method, POINTS_MARK) > 0.5 and _share(words, POINTS_MARK) < 0.2:
            return _with_criteria(layout, layout.method)
    if layout.method is not None and layout.columns[layout.method].name.startswith(METHOD_AS_CRITERIA):
        words, method = (_texts(layout, rows, index) for index in (layout.criteria, layout.method))
        if _numbered(method) > 0.7 and _numbered(words) < 0.3 and _share(method, _SAYS_SCORING) < 0.3:
            return _with_criteria(layout, layout.method)
    inner = [i for i in layout.titles if layout.columns[i].rank >= 20]
    if _column_is_of_parts(layout, rows):
        return replace(layout, points=None, title_points=layout.points)
    in_standard = layout.method is None and layout.points is not None and inner
    if in_standard and _share(_texts(layout, rows, layout.criteria), _SAYS_SCORING) > 0.7:
        columns = list(layout.columns)
        columns[layout.criteria] = replace(columns[layout.criteria], role=Role.METHOD)
        return arranged(tuple(columns), grid=layout.grid, height=layout.height, criteria=inner[-1]) or layout
    return layout


def _column_is_of_parts(layout: Layout, rows: Sequence[Row]) -> bool:
    """Whether the only points column, left of criteria that all carry their own points, is that of the parts."""
    at = layout.points
    if at is None or layout.title_points is not None or not layout.titles or at > layout.criteria:
        return False
    differs = False
    for row in rows:
        fields = layout.fields(row)
        if (
            fields.words is None
            or fields.words.is_blank
            or fields.words.continued
            or fields.whole is not None
        ):
            continue
        marks = [figure(mark[1]) for mark in POINTS_MARK.finditer(normal_widths(fields.words.text))]
        if not marks:
            return False
        beside = () if fields.points is None else read_points(fields.points.text).figures
        differs = differs or (tuple(marks) != beside and sum(marks) not in beside) or not beside
    return differs


def _numbered(texts: list[str]) -> float:
    return sum(begins_numbered(text) for text in texts) / len(texts) if texts else 0.0


def _with_criteria(layout: Layout, index: int) -> Layout:
    return arranged(layout.columns, grid=layout.grid, height=layout.height, criteria=index) or layout


def _texts(layout: Layout, rows: Sequence[Row], index: int) -> list[str]:
    found = []
    for row in rows:
        fields = layout.fields(row)
        cell = fields.words if index == layout.criteria else fields.method
        alone = fields.whole is not None and (fields.whole is not cell or layout.spans_criteria(cell))
        if cell is not None and not cell.is_blank and not alone:
            found.append(normal_widths(cell.text))
    return found


def _share(texts: list[str], pattern: re.Pattern[str]) -> float:
    return sum(pattern.search(text) is not None for text in texts) / len(texts) if texts else 0.0


def habits_of(stretches: Sequence[Stretch]) -> Habits:
    """What the criteria of the tables have in common."""
    texts = [
        text
        for stretch in stretches
        for text in _texts(stretch.layout, [row for _, row in stretch.rows], stretch.layout.criteria)
    ]
    marked = sum(POINTS_MARK.search(text) is not None or bare_points(text) is not None for text in texts)
    numbered = sum(begins_numbered(text) for text in texts)
    column = any(stretch.layout.points is not None for stretch in stretches)
    serial = any(stretch.layout.has(Role.SERIAL) for stretch in stretches)
    mostly_numbered = numbered * 2 >= len(texts) and numbered > 0
    return Habits(
        marked=marked * 2 >= len(texts) and marked > 0,
        numbered=mostly_numbered,
        row_each=not mostly_numbered or column or serial,
    )
