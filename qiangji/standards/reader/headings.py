"""Which column means what, told by the heading row."""

from __future__ import annotations

from dataclasses import dataclass

from qiangji.standards.reader.cells import Cell, RawTable, Row, Unreadable
from qiangji.standards.reader.wording import compact

SECTION_NAMES = frozenset({"项目", "考核项目", "创建项目"})
CRITERION_NAMES = frozenset({"具体标准", "考核标准", "评定标准", "标准"})


@dataclass(frozen=True)
class Layout:
    """Where the criteria column stands: counted from the right, and in grid columns where known."""

    heading_index: int
    columns_after: int
    grid: tuple[int, int] | None


def layout_of(row: Row) -> Layout | None:
    """Read a row as the heading row; None where it is not one."""
    names = [compact(cell.text) for cell in row.cells]
    section = next((i for i, name in enumerate(names) if name in SECTION_NAMES), None)
    criterion = next((i for i, name in enumerate(names) if name in CRITERION_NAMES), None)
    if section is None or criterion is None or criterion <= section:
        return None
    cell = row.cells[criterion]
    grid = None if cell.column is None else (cell.column, cell.column + cell.span)
    return Layout(heading_index=criterion, columns_after=len(names) - criterion - 1, grid=grid)


def find_layout(table: RawTable) -> tuple[int, Layout]:
    """Return the heading row's index and layout. Raises Unreadable where no row is a heading."""
    for index, row in enumerate(table.rows):
        layout = layout_of(row)
        if layout is not None:
            return index, layout
    raise Unreadable("没有找到表头：表格应有“项目”和“具体标准”两栏，请核对文件")


def split_row(row: Row, layout: Layout) -> tuple[list[Cell], Cell | None, list[Cell]]:
    """Return the cells left of the criteria column, the criteria cell, and the cells to be filled in."""
    cells = list(row.cells)
    if layout.grid is not None:
        return _by_grid(cells, layout.grid)
    index = len(cells) - 1 - layout.columns_after
    if index < 1:  # an editor has cut the empty cells at the end
        while cells and cells[-1].is_blank:
            cells.pop()
        index = len(cells) - 1
    if index < 0:
        return [], None, []
    return cells[:index], cells[index], cells[index + 1 :]


def _by_grid(cells: list[Cell], grid: tuple[int, int]) -> tuple[list[Cell], Cell | None, list[Cell]]:
    def overlap(cell: Cell) -> int:
        left = cell.column or 0
        return min(left + cell.span, grid[1]) - max(left, grid[0])

    best = max(range(len(cells)), key=lambda i: overlap(cells[i]), default=None)
    if best is None or overlap(cells[best]) <= 0:
        return cells, None, []
    return cells[:best], cells[best], cells[best + 1 :]
