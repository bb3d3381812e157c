"""Tables in text: which of the ways of setting them it is, and the flattened way in full.

Flattened is what a word processor leaves when a table is saved as text: cells each begin with a tab and
run on over lines until the next one, rows are parted by an empty line. Empty lines may also stand inside
a cell, so a row is taken to end at an empty line only where the next line begins a cell and the row
already has its criteria. The other ways are in `text_tables`; text without columns is handed on line by line.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qiangji.standards.reader.blocks import check_size
from qiangji.standards.reader.cells import Cell, RawTable, Row, Unreadable
from qiangji.standards.reader.columns import LONGEST_HEADING, Role, role_of
from qiangji.standards.reader.found import Found
from qiangji.standards.reader.headings import layout_of
from qiangji.standards.reader.text_tables import (
    NUMBERED,
    aligned,
    aligned_heading,
    has_strokes,
    is_one_line,
    stroked,
    tabbed,
)
from qiangji.standards.reader.wording import POINTS_MARK, compact, normal_widths

MOST_LINES = 40_000
REMARK_NAMES = frozenset({"备注", "说明", "注", "一票否决", "总分"})
SUM_STARTS = ("小计", "合计", "总计", "总分", "共计")
NOTE_STARTS = (
    "备注",
    "注：",
    "注:",
    "注1",
    "说明",
    "附注",
    "附件",
    "填表说明",
    "一票否决",
    "否决",
    "有下列",
    "凡有下列",
)
ORDINAL = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[、）)]|第[一二三四五六七八九十]{1,3}[部章条项])"
)


def read_text(text: str) -> Found:
    """Find the cells of a table in text, in whichever of the ways people have. Raises Unreadable with the reason."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if text.count("\n") > MOST_LINES:
        raise Unreadable(f"文本超过 {MOST_LINES} 行，不像一张量化表，请核对文件")
    check_size(0, max(text.count("\t"), text.count("|") // 2))
    normal = normal_widths(text)
    lines = normal.split("\n")
    if has_strokes(lines):
        return Found((stroked(lines),))
    if "\t" in text:
        return Found((_tabs(normal, lines),))
    as_set = text.split("\n")  # with the widths they have, by which the columns stand
    heading = aligned_heading(as_set)
    if heading is not None:
        return Found((aligned(as_set, heading),))
    return Found((_outline(lines),))


def _tabs(text: str, lines: list[str]) -> RawTable:
    if is_one_line(text):
        table, certain = tabbed(text)
        return table if certain else replace(table, rows=tuple(_rows(list(table.rows))))
    first = next(i for i, line in enumerate(lines) if line.startswith("\t"))
    chunks = _chunks(lines, first)
    check_size(len(chunks), sum(len(chunk.cells) for chunk in chunks))
    before = tuple(line.strip() for line in lines[:first] if line.strip())
    after: list[str] = []
    while chunks and chunks[-1].cells[0].column is not None:
        after[:0] = chunks.pop().cells[0].text.split("\n")
    return RawTable(before=before, rows=tuple(_rows(chunks)), after=tuple(after))


def _outline(lines: list[str]) -> RawTable:
    """Text without columns, such as a numbered list: every line is a row of one cell."""
    filled = [(i, line.strip()) for i, line in enumerate(lines, start=1) if line.strip()]
    check_size(len(filled), 0)
    return RawTable(before=(), rows=tuple(Row((Cell(line, 0),), f"第 {i} 行") for i, line in filled))


def _chunks(lines: list[str], first: int) -> list[Row]:
    """Group lines into cells, and cells into rows at empty lines that a new cell follows.

    Lines after an empty line belong to the cell they follow, unless nothing was in it or they say that
    they are a note: those stand outside the rows, as a row of one cell over the whole width (column 0).
    """
    chunks: list[list[list[str]]] = []
    starts: list[int] = []
    outside: set[int] = set()
    blank = True
    for offset, line in enumerate(lines[first:], start=first + 1):
        if line.startswith("\t"):
            if blank or len(chunks) - 1 in outside:
                chunks.append([])
                starts.append(offset)
            chunks[-1].extend([part] for part in line[1:].split("\t"))
        elif line.strip():
            if blank and len(chunks) - 1 not in outside and _stands_outside(chunks[-1], line):
                outside.add(len(chunks))
                chunks.append([[]])
                starts.append(offset)
            chunks[-1][-1].append(line)
        blank = line == "" or (not line.startswith("\t") and not line.strip())
    return [
        Row(tuple(Cell("\n".join(cell), 0 if i in outside else None) for cell in chunk), f"第 {start} 行")
        for i, (chunk, start) in enumerate(zip(chunks, starts, strict=True))
    ]


def _stands_outside(cells: list[list[str]], line: str) -> bool:
    """Whether a line after an empty line is no part of the cell before it."""
    nothing_in_it = len(cells) > 1 and not "".join(cells[-1]).strip()
    return nothing_in_it or compact(line).startswith(NOTE_STARTS)


def _rows(chunks: list[Row]) -> list[Row]:
    """Mend rows that an empty line cut in two, and cut rows that no empty line parted."""
    rows: list[Row] = []
    columns_after: int | None = None
    pending: Row | None = None
    widest = max((len(chunk.cells) for chunk in chunks[1:]), default=0)
    for chunk in chunks:
        if pending is not None and (chunk.cells[0].column is not None or _is_head(pending, chunk, widest)):
            rows.append(pending)
            pending = None
        row = chunk if pending is None else Row(pending.cells + chunk.cells, pending.where)
        pending = None
        heading, rest = _heading_alone(row)
        layout = layout_of(heading)
        if layout is not None:
            columns_after = layout.columns_after
            rows.append(heading)
            rows.extend(_cut(rest, columns_after) if rest.cells else [])
        elif columns_after is not None and not _complete(row, columns_after):
            pending = row
        else:
            rows.extend(_cut(row, columns_after))
    return [*rows, pending] if pending is not None else rows


def _is_head(alone: Row, following: Row, widest: int) -> bool:
    """Whether one cell is a row of its own (一、班子建设) and not the beginning of the row that follows."""
    if len(alone.cells) != 1:
        return False
    return len(following.cells) >= widest or ORDINAL.match(alone.cells[0].text) is not None


def _heading_alone(row: Row) -> tuple[Row, Row]:
    """Part the heading from rows that no empty line keeps from it: they begin with words no heading has."""
    end = len(row.cells)
    for i, cell in enumerate(row.cells):
        role = role_of(cell.text)
        if role is not None and role[0] is Role.POINTS:
            continue  # 分值（100分）
        long = len(compact(cell.text)) > LONGEST_HEADING
        if long or POINTS_MARK.search(cell.text) or NUMBERED.match(cell.text):
            end = i
            break
    while 2 < end < len(row.cells) and role_of(row.cells[end - 1].text) is None:
        end -= 1
    return Row(row.cells[:end], row.where), Row(row.cells[end:], row.where)


def _complete(row: Row, columns_after: int) -> bool:
    name = compact(next((cell.text for cell in row.cells if not cell.is_blank), ""))
    if row.cells[0].column is not None or name in REMARK_NAMES or name.startswith(SUM_STARTS):
        return True
    return len(row.cells) >= columns_after + 2 or any(NUMBERED.match(cell.text) for cell in row.cells)


def _cut(row: Row, columns_after: int | None) -> list[Row]:
    """Cut a run of cells after each criteria cell's columns to be filled in."""
    if columns_after is None or len(row.cells) <= columns_after + 3:
        return [row]
    rows: list[Row] = []
    start = 0
    for index, cell in enumerate(row.cells):
        if index < start or not NUMBERED.match(cell.text):
            continue
        end = index + 1 + columns_after
        rows.append(Row(row.cells[start:end], row.where))
        start = end
    if start < len(row.cells):
        rows.append(Row(row.cells[start:], row.where))
    return rows
