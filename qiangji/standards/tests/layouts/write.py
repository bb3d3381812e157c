"""Writers of the drawn tables: Word, Excel, text as word processors leave it, copied cells, HTML."""

from __future__ import annotations

import html
import io
import re
import unicodedata
from collections.abc import Callable
from xml.sax.saxutils import escape

import xlsxwriter
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from qiangji.standards.tests.layouts.describe import Grid, Layout

_NESTED = re.compile(r"«(.+?)»")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def word(layout: Layout) -> bytes:
    """A Word document with real merges (gridSpan, vMerge) and a paragraph for each line."""
    document = Document()
    body = document.element.body
    for sheet in layout.sheets:
        for block in sheet.blocks:
            xml = _word_table(block, layout) if isinstance(block, Grid) else _word_line(block)
            body.insert(len(body) - 1, parse_xml(xml))  # the section's properties stay last
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _word_line(text: str, *, namespace: bool = True) -> str:
    return (
        f'<w:p{" " + nsdecls("w") if namespace else ""}><w:r><w:t xml:space="preserve">'
        f"{escape(text)}</w:t></w:r></w:p>"
    )


def _word_table(grid: Grid, layout: Layout, *, namespace: bool = True) -> str:
    columns = "".join('<w:gridCol w:w="1400"/>' for _ in range(grid.width))
    rows = []
    for r in range(len(grid.rows)):
        cells = []
        for c in range(grid.width):
            box = grid.box_at(r, c)
            assert box is not None
            if c != box.column:
                continue
            merge = (
                "" if box.rows == 1 else f'<w:vMerge w:val="{"restart" if r == box.row else "continue"}"/>'
            )
            span = "" if box.columns == 1 else f'<w:gridSpan w:val="{box.columns}"/>'
            inside = _word_inside(box.text if r == box.row else "", layout)
            cells.append(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{inside}</w:tc>")
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    head = f"<w:tbl{' ' + nsdecls('w') if namespace else ''}><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>"
    return f"{head}{''.join(rows)}</w:tbl>"


def _word_inside(text: str, layout: Layout) -> str:
    parts = _NESTED.split(text)
    inside = ""
    for index, part in enumerate(parts):
        if index % 2:
            inside += _word_table(layout.inner(part), layout, namespace=False)
        elif part.strip() or index == len(parts) - 1:  # a cell must end with a paragraph
            inside += "".join(_word_line(line, namespace=False) for line in part.split("\n"))
    return inside


def excel(layout: Layout) -> bytes:
    """A workbook with merged cells; figures are numbers, as people type them; lines are rows of their own."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for sheet in layout.sheets:
            page = book.add_worksheet(sheet.name)
            row = 0
            width = max((b.width for b in sheet.blocks if isinstance(b, Grid)), default=1)
            for block in sheet.blocks:
                if isinstance(block, str):
                    page.merge_range(row, 0, row, width - 1, block) if width > 1 else page.write(
                        row, 0, block
                    )
                    row += 1
                    continue
                for box in block.boxes:
                    value = float(box.text) if _NUMBER.fullmatch(box.text) else box.text
                    at = (row + box.row, box.column)
                    if box.rows * box.columns > 1:
                        page.merge_range(*at, at[0] + box.rows - 1, at[1] + box.columns - 1, value)
                    else:
                        page.write(*at, value)
                row += len(block.rows)
    return stream.getvalue()


def flattened(layout: Layout) -> str:
    """Text as a word processor leaves it: each cell begins with a tab, an empty line parts the rows."""
    lines: list[str] = []
    for block in layout.sheets[0].blocks:
        if isinstance(block, str):
            lines.append(block)
            continue
        for r in range(len(block.rows)):
            found = [block.box_at(r, c) for c in range(block.width)]
            for c, box in enumerate(found):
                if box is not None and box.column == c:
                    lines.append("\t" + (box.text if box.row == r else ""))
            lines.append("")
    return "\n".join(lines) + "\n"


def copied(layout: Layout) -> str:
    """Text as copied from Excel: a line for each row, tabs between cells, quotes around a cell with breaks."""
    lines: list[str] = []
    for block in layout.sheets[0].blocks:
        if isinstance(block, str):
            lines.append(block)
            continue
        table = [[""] * block.width for _ in block.rows]
        for box in block.boxes:
            quoted = '"' + box.text.replace('"', '""') + '"' if "\n" in box.text else box.text
            table[box.row][box.column] = quoted
        lines += ["\t".join(row) for row in table]
    return "\n".join(lines) + "\n"


def barred(layout: Layout) -> str:
    """Text with bars between the cells, as people type tables into notes."""
    lines: list[str] = []
    for block in layout.sheets[0].blocks:
        if isinstance(block, str):
            lines += [block, ""]
            continue
        table = [[""] * block.width for _ in block.rows]
        for box in block.boxes:
            table[box.row][box.column] = box.text
        lines += [f"| {' | '.join(row)} |" for row in table]
    return "\n".join(lines) + "\n"


def aligned(layout: Layout) -> str:
    """Text whose columns are kept apart by blanks, as a printed page gives it."""
    lines: list[str] = []
    for block in layout.sheets[0].blocks:
        if isinstance(block, str):
            lines += [block, ""]
            continue
        table = [[""] * block.width for _ in block.rows]
        for box in block.boxes:
            table[box.row][box.column] = box.text
        widths = [max(_columns(row[c]) for row in table) + 4 for c in range(block.width)]
        for row in table:
            cells = (text + " " * (width - _columns(text)) for text, width in zip(row, widths, strict=True))
            lines.append("".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def web(layout: Layout) -> str:
    """HTML as a browser or an office program puts it on the clipboard."""
    parts = ["<html><head><meta charset='utf-8'><style>td {border: 1px}</style></head><body>"]
    for block in layout.sheets[0].blocks:
        parts.append(_web_table(block, layout) if isinstance(block, Grid) else f"<p>{html.escape(block)}</p>")
    return "\n".join([*parts, "</body></html>"])


def _web_table(grid: Grid, layout: Layout) -> str:
    rows = []
    for r in range(len(grid.rows)):
        cells = []
        for box in (b for b in grid.boxes if b.row == r):
            spans = "".join(
                f" {k}={n}" for k, n in (("rowspan", box.rows), ("colspan", box.columns)) if n > 1
            )
            inside = html.escape(box.text).replace("\n", "<br>")
            inside = _NESTED.sub(lambda m: _web_table(layout.inner(m[1]), layout), inside)
            cells.append(f"<td{spans}>{inside}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


WRITERS: dict[str, tuple[str, Callable[[Layout], bytes]]] = {
    "docx": ("表.docx", word),
    "xlsx": ("表.xlsx", excel),
    "txt": ("表.txt", lambda layout: flattened(layout).encode()),
    "tsv": ("表.txt", lambda layout: copied(layout).encode()),
    "bars": ("表.txt", lambda layout: barred(layout).encode()),
    "html": ("表.html", lambda layout: web(layout).encode()),
}
FORMATS = tuple(WRITERS)
