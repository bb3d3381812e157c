"""Lines and grids in the order of a document, and how they become tables.

Word and HTML both put tables inside the cells of tables. Two things are meant by that: a frame drawn
around the whole scoring table, which is then read in its own right; or a small table that lays out what
one cell says, which is then the text of that cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from qiangji.standards.reader.cells import Cell, RawTable, Row, Unreadable
from qiangji.standards.reader.headings import layout_of
from qiangji.standards.reader.wording import compact, normal_widths

MOST_ROWS = 2_000
MOST_CELLS = 40_000
MOST_NESTED = 8
WIDEST = 200
TABLE_ROWS = (
    3  # from this many rows on, a table in a cell without a heading of its own is a table and no text
)
_POINTS_CELL = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)分?")
_POINTS_NAMES = frozenset({"分值", "分数", "标准分", "标准分值", "满分"})


@dataclass
class GridCell:
    """A cell as it stands in the grid, with the lines and the tables it holds."""

    content: list[Block] = field(default_factory=list)
    column: int = 0
    span: int = 1
    continued: bool = False


@dataclass
class Grid:
    """The rows of a table of a document."""

    rows: list[list[GridCell]] = field(default_factory=list)


Block: TypeAlias = "str | Grid"


def raw_tables(blocks: Iterable[Block], *, nothing: str) -> tuple[RawTable, ...]:
    """Return the tables with the lines above each and below the last. Raises Unreadable, saying `nothing`, for none."""
    found: list[tuple[list[str], Grid]] = []
    lines: list[str] = []
    for block in _unframed(blocks, 0):
        if isinstance(block, Grid):
            found.append((lines, block))
            lines = []
        else:
            lines += [line.strip() for line in block.split("\n") if line.strip()]
    if not found:
        raise Unreadable(nothing)
    names = [f"第 {i} 张表" for i in range(1, len(found) + 1)] if len(found) > 1 else ["表格"]
    return tuple(
        RawTable(
            before=tuple(before),
            rows=tuple(_row(cells, f"{name}第 {i} 行") for i, cells in enumerate(grid.rows, start=1)),
            after=tuple(lines) if name == names[-1] else (),
        )
        for name, (before, grid) in zip(names, found, strict=True)
    )


def check_size(rows: int, cells: int) -> None:
    """Refuse what is too long for a scoring table."""
    if rows > MOST_ROWS:
        raise Unreadable(f"表格超过 {MOST_ROWS} 行，不像一张量化表，请核对文件")
    if cells > MOST_CELLS:
        raise Unreadable(f"单元格超过 {MOST_CELLS} 个，不像一张量化表，请核对文件")


def _unframed(blocks: Iterable[Block], depth: int) -> Iterator[Block]:
    """Take away the frames: their lines and tables stand in their place, cell by cell."""
    if depth > MOST_NESTED:
        raise Unreadable(f"表格一层套一层超过 {MOST_NESTED} 层，不像一张量化表，请把里层表格移到外面再试")
    for block in blocks:
        if isinstance(block, Grid) and _is_frame(block):
            for cells in block.rows:
                for cell in cells:
                    yield from _unframed(cell.content, depth + 1)
        else:
            yield block


def _is_frame(grid: Grid) -> bool:
    inner = [
        block for cells in grid.rows for cell in cells for block in cell.content if isinstance(block, Grid)
    ]
    return bool(inner) and not _has_heading(grid) and any(_is_table(one, 0) for one in inner)


def _is_table(grid: Grid, depth: int) -> bool:
    if depth > MOST_NESTED:
        raise Unreadable(f"表格一层套一层超过 {MOST_NESTED} 层，不像一张量化表，请把里层表格移到外面再试")
    wide = [cells for cells in grid.rows if len(cells) > 1]
    inner = (b for cells in grid.rows for cell in cells for b in cell.content if isinstance(b, Grid))
    return len(wide) >= TABLE_ROWS or _has_heading(grid) or any(_is_table(one, depth + 1) for one in inner)


def _has_heading(grid: Grid) -> bool:
    """Whether some row, apart from tables inside its cells, is a heading row."""
    for cells in grid.rows:
        texts = ["\n".join(b for b in cell.content if isinstance(b, str)) for cell in cells]
        row = Row(tuple(Cell(text, c.column, c.span) for text, c in zip(texts, cells, strict=True)), "")
        if layout_of(row) is not None:
            return True
    return False


def _row(cells: list[GridCell], where: str) -> Row:
    if cells and cells[-1].column + cells[-1].span > WIDEST:
        raise Unreadable(f"{where}超过 {WIDEST} 栏，不像一张量化表，请核对文件")
    return Row(
        tuple(Cell("\n".join(_lines(c.content, 0)), c.column, c.span, c.continued) for c in cells), where
    )


def _lines(content: list[Block], depth: int) -> Iterator[str]:
    """The lines of a cell; a table in it gives a line for each of its rows."""
    if depth > MOST_NESTED:
        raise Unreadable(f"表格一层套一层超过 {MOST_NESTED} 层，不像一张量化表，请把里层表格移到外面再试")
    for block in content:
        if isinstance(block, str):
            yield block
            continue
        for cells in block.rows:
            texts = ["\n".join(_lines(cell.content, depth + 1)).strip() for cell in cells]
            filled = [text for text in texts if text]
            if filled and compact(filled[-1]) not in _POINTS_NAMES:
                yield _with_points(filled)


def _with_points(texts: list[str]) -> str:
    """One line of a row: its texts side by side, points that stand in the last cell in brackets.

    >>> _with_points(["1", "有计划", "2分"]), _with_points(["1.有计划", "有总结"])
    ('1.有计划（2分）', '1.有计划 有总结')
    """
    points = _POINTS_CELL.fullmatch(compact(normal_widths(texts[-1]))) if len(texts) > 1 else None
    rest = texts[:-1] if points else texts
    if len(rest) > 1 and compact(rest[0]).isdecimal():
        rest = [f"{compact(rest[0])}.{rest[1]}", *rest[2:]]
    return " ".join(rest) + (f"（{points[1]}分）" if points else "")
