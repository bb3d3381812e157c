"""Flattened text: a table whose cells each begin with a tab and whose rows are parted by an empty line.

This is what a word processor leaves when a table is saved as text. A cell runs on over lines until the
next tab. Empty lines may also stand inside a cell, so a row is taken to end at an empty line only where
the next line begins a cell and the row already has its criteria.
"""

from __future__ import annotations

import re

from qiangji.standards.reader.cells import Cell, RawTable, Row, Unreadable
from qiangji.standards.reader.headings import layout_of
from qiangji.standards.reader.wording import POINTS_MARK, compact, normal_widths

REMARK_NAMES = frozenset({"备注", "说明", "注", "一票否决", "合计", "总计", "总分"})
_NUMBERED = re.compile(r"\s*(?:\d{1,3}\s*[.、]|（\s*\d{1,3}\s*）)")
MOST_CELLS = 20_000


def read_text(text: str) -> RawTable:
    """Find the cells of a flattened table. Raises Unreadable where there is no table."""
    lines = normal_widths(text).split("\n")
    first = next((i for i, line in enumerate(lines) if line.startswith("\t")), None)
    if first is None:
        raise Unreadable(
            "没有找到表格：文本里每个单元格应以制表符（Tab）开头，请用 Word 把表格另存为纯文本后再试"
        )
    chunks = _chunks(lines, first)
    if sum(len(chunk.cells) for chunk in chunks) > MOST_CELLS:
        raise Unreadable(f"单元格超过 {MOST_CELLS} 个，不像一张量化表，请核对文件")
    before = tuple(line.strip() for line in lines[:first] if line.strip())
    return RawTable(before=before, rows=tuple(_rows(chunks)))


def _chunks(lines: list[str], first: int) -> list[Row]:
    """Group lines into cells, and cells into rows at empty lines that a new cell follows."""
    chunks: list[list[list[str]]] = []
    starts: list[int] = []
    blank = True
    for offset, line in enumerate(lines[first:], start=first + 1):
        if line.startswith("\t"):
            if blank:
                chunks.append([])
                starts.append(offset)
            chunks[-1].extend([part] for part in line[1:].split("\t"))
        elif line.strip():
            chunks[-1][-1].append(line)
        blank = line == "" or (not line.startswith("\t") and not line.strip())
    return [
        Row(tuple(Cell("\n".join(cell)) for cell in chunk), f"第 {start} 行")
        for chunk, start in zip(chunks, starts, strict=True)
    ]


def _rows(chunks: list[Row]) -> list[Row]:
    """Mend rows that an empty line cut in two, and cut rows that no empty line parted."""
    rows: list[Row] = []
    columns_after: int | None = None
    pending: Row | None = None
    for chunk in chunks:
        row = chunk if pending is None else Row(pending.cells + chunk.cells, pending.where)
        pending = None
        if layout_of(row) is not None:
            heading, rest = _heading_alone(row)
            layout = layout_of(heading)
            columns_after = layout.columns_after if layout is not None else None
            rows.append(heading)
            rows.extend(_cut(rest, columns_after) if rest.cells else [])
        elif columns_after is not None and not _complete(row, columns_after):
            pending = row
        else:
            rows.extend(_cut(row, columns_after))
    return [*rows, pending] if pending is not None else rows


def _heading_alone(row: Row) -> tuple[Row, Row]:
    """Part the heading from rows that no empty line keeps from it: they begin with the first points."""
    marked = (i for i, cell in enumerate(row.cells) if POINTS_MARK.search(cell.text))
    end = next(marked, len(row.cells))
    return Row(row.cells[:end], row.where), Row(row.cells[end:], row.where)


def _complete(row: Row, columns_after: int) -> bool:
    if len(row.cells) >= columns_after + 2 or compact(row.cells[0].text) in REMARK_NAMES:
        return True
    return any(_NUMBERED.match(cell.text) for cell in row.cells)


def _cut(row: Row, columns_after: int | None) -> list[Row]:
    """Cut a run of cells after each criteria cell's columns to be filled in."""
    if columns_after is None or len(row.cells) <= columns_after + 3:
        return [row]
    rows: list[Row] = []
    start = 0
    for index, cell in enumerate(row.cells):
        if index < start or not _NUMBERED.match(cell.text):
            continue
        end = index + 1 + columns_after
        rows.append(Row(row.cells[start:end], row.where))
        start = end
    if start < len(row.cells):
        rows.append(Row(row.cells[start:], row.where))
    return rows
