"""Workbooks (.xlsx, and the old .xls): every visible sheet is a table, with its merged cells.

A child process within limits opens the file (`sheets_process`); what comes back is cells and merges.
What that library keeps silent about, hidden rows or formulas that failed, comes from the XML (`excel_marks`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from qiangji.lib.numbers import plain
from qiangji.standards.reader.cells import Cell, RawTable, Row, Unreadable
from qiangji.standards.reader.excel_marks import MOST_NAMED, Marks, hidden_named, marks_of
from qiangji.standards.reader.found import Found
from qiangji.standards.reader.packages import DAMAGE, Package, opened
from qiangji.standards.reader.tree import Problem

CHILD = Path(__file__).with_name("sheets_process.py")
PATIENCE = 20  # seconds by the clock, for a machine under load; the child allows itself one of computing
BROKEN = "文件已损坏或不是 Excel 工作簿，请用 Excel 打开并另存为 .xlsx 后再试"
TOO_LARGE = {
    "area": "工作表“{}”里有写在很远处的单元格，范围过大，请删去表格以外的内容后再试",
    "rows": "工作表“{}”超过 {} 行，不像一张量化表，请只保留量化表后再试",
    "cells": "工作表“{}”超过 {} 个单元格或文字过多，不像一张量化表，请只保留量化表后再试",
}


def read_excel(data: bytes) -> Found:
    """Read an .xlsx package. Raises Unreadable with the reason."""
    try:
        with opened(data) as package:
            if package.kind != "excel":
                raise Unreadable(BROKEN)
            book = _contents(data)
            problems = [*_hidden(book), *_marked(package, book["sheets"])]
    except Unreadable:
        raise
    except DAMAGE as error:
        raise Unreadable(BROKEN) from error
    return Found(_tables(book), tuple(problems))


def read_old_excel(data: bytes) -> Found:
    """Read an .xls workbook, whose failed formulas cannot be told from empty cells. Raises Unreadable."""
    book = _contents(data)
    return Found(_tables(book), tuple(_hidden(book)))


def _contents(data: bytes) -> dict[str, Any]:
    """Have the child process read the workbook; its limits turn a hostile file into a refusal."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD)], input=data, capture_output=True, timeout=PATIENCE, check=True
        )
        book: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise Unreadable(BROKEN + "；表格以外有大片内容时请先删去") from error
    if "encrypted" in book:
        raise Unreadable("文件已加密，请去掉密码后再试")
    if "too_large" in book:
        name, kind, limit = book["too_large"]
        raise Unreadable(TOO_LARGE[kind].format(name, limit))
    return book


def _marked(package: Package, sheets: list[dict[str, Any]]) -> Iterator[Problem]:
    """Take out what is hidden and write percentages as shown; yield what people should know of it."""
    found = marks_of(package, {sheet["name"] for sheet in sheets})
    for sheet in sheets:
        marks = found.get(sheet["name"], Marks())
        columns = sorted({column for _, cells in sheet["rows"] for column, _ in cells})
        yield from hidden_named(sheet["name"], marks, [row for row, _ in sheet["rows"]], columns)
        yield from marks.problems
        sheet["rows"] = [
            (
                row,
                [
                    (c, _percent(t) if (row, c) in marks.percents else t)
                    for c, t in cells
                    if not marks.hides(c)
                ],
            )
            for row, cells in sheet["rows"]
            if row not in marks.rows
        ]


def _percent(text: str) -> str:
    """The number as a percentage; other text as it is.

    >>> _percent("0.85"), _percent("优秀")
    ('85%', '优秀')
    """
    try:
        return f"{plain(Decimal(text) * 100)}%"
    except InvalidOperation:
        return text


def _tables(book: dict[str, Any]) -> tuple[RawTable, ...]:
    tables = tuple(_table(sheet) for sheet in book["sheets"] if sheet["rows"])
    if not tables:
        raise Unreadable("工作簿里没有内容（隐藏的工作表不读入），请核对是否选错了文件")
    return tables


def _table(sheet: dict[str, Any]) -> RawTable:
    """Lay a sheet out as rows: only columns that hold something anywhere, and rows that hold something."""
    filled = {column for _, cells in sheet["rows"] for column, _ in cells}
    heads, covered = _merges(sheet)
    name = sheet["name"]
    rows = []
    for index, cells in sheet["rows"]:
        texts = dict(cells)
        row: list[Cell] = []
        for column in sorted(filled):
            if (index, column) in heads:
                row.append(Cell(texts.get(column, ""), column, heads[index, column]))
            elif (index, column) in covered:
                start, span = covered[index, column]
                if start == column:
                    row.append(Cell("", column, span, continued=True))
            else:
                row.append(Cell(texts.get(column, ""), column))
        rows.append(Row(tuple(row), f"工作表“{name}”第 {index + 1} 行"))
    return RawTable(before=(), rows=tuple(rows), name=name)


def _merges(
    sheet: dict[str, Any],
) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], tuple[int, int]]]:
    """Return the span of each merge's first cell, and for its other cells the merge's first column and span.

    In the first row the other columns are covered by the span; in the rows below, the first column stands
    for the whole width. Only rows and columns that hold something are gone through: a merge may cover a million.
    """
    rows = [index for index, _ in sheet["rows"]]
    columns = sorted({column for _, cells in sheet["rows"] for column, _ in cells})
    heads: dict[tuple[int, int], int] = {}
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    steps = 0
    for (top, left), (bottom, right) in sheet["merges"]:
        inner = [column for column in columns if left <= column <= right]
        touched = [row for row in rows if top <= row <= bottom]
        steps += len(rows) + len(columns) + len(inner) * len(touched)
        if steps > 5_000_000:
            raise Unreadable(f"工作表“{sheet['name']}”的合并单元格过多，请取消不必要的合并后再试")
        for row in touched:
            for column in inner:
                if row == top and column == inner[0]:
                    heads[row, column] = right - left + 1
                else:
                    covered[row, column] = (inner[0] if row > top else -1, right - left + 1)
    return heads, covered


def _hidden(book: dict[str, Any]) -> Iterator[Problem]:
    if book["hidden"]:
        names = "、".join(f"“{name}”" for name in book["hidden"][:MOST_NAMED])
        message = f"隐藏的工作表{names}没有读入，如果量化表在其中，请取消隐藏后再试"
        yield Problem("warning", "工作簿", message)
