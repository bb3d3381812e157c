"""Draws the self-check register: a head, a summary by part, and the register under the columns of a layout.

The page is A4 across like the official form's. Rows are high enough to write causes and measures into by hand; a tall
row runs on over the next page, a short one stays whole.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import groupby
from typing import Any

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Length, Twips
from docx.table import Table, _Cell

from qiangji.lib import word, word_tables
from qiangji.lib.dates import day_text, local_day, moment_text
from qiangji.lib.typesetting import characters_per_line, lines_of
from qiangji.reports.self_check_register.columns import REGISTER, SUMMARY, Column
from qiangji.reports.self_check_register.contents import PartLine, RegisterRow, SelfCheckRegister
from qiangji.reports.self_check_register.layout import Layout, TableSpec, shares

HEAD_WIDTHS: tuple[Length, ...] = (Cm(2.4), Cm(10.6), Cm(2.4), Cm(7.1))
TEXT_SIZE = 9
WHOLE_UP_TO_LINES = 14
PAGE_HEADER = "系统生成的登记表，不是官方附件"
NO_GAPS = "自评各条均为满分，没有需要登记的条目。"

CENTER, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
TITLE, NOTICE, SUBTITLE, HEADING = "RegisterTitle", "RegisterNotice", "RegisterSubtitle", "RegisterHeading"
LABEL, FACT, TEXT, CELL = "RegisterLabel", "RegisterFact", "RegisterText", "RegisterCell"
NOTE, CORNER = "RegisterNote", "RegisterCorner"


def write_register(register: SelfCheckRegister, layout: Layout) -> bytes:
    """Return the register as a .docx file; equal contents and layout give equal bytes."""
    spec, at = layout.spec, register.printed_at
    document = word.new_document(title=spec.title, at=at)
    _add_styles(document)
    word.lay_across(document, corner=CORNER, header=PAGE_HEADER)
    for style, line in [(TITLE, spec.title), (NOTICE, layout.notice), (NOTICE, spec.note)]:
        if line:
            word.write(word.add_paragraph(document, style), line)
    _write_head(document, register)
    if spec.summary:
        _write_summary(document, spec.summary, [*register.parts, register.total])
    _write_register(document, spec.entries, register.listed)
    _write_notes(document, register)
    return word.to_bytes(document, at=at)


def _add_styles(document: DocxDocument) -> None:
    add = word.add_style
    add(document, TITLE, "表题", font=word.SONG_TITLE, size=22, line=30, align=CENTER)
    add(document, NOTICE, "版式说明", size=10.5, line=16, align=CENTER, space=(0, 4))
    add(document, SUBTITLE, "小标题", font=word.HEI, size=12, line=20, align=LEFT, space=(8, 4))
    add(document, HEADING, "栏名", font=word.HEI, size=TEXT_SIZE, line=13, align=CENTER)
    add(document, LABEL, "项名", font=word.HEI, line=16, align=CENTER)
    add(document, FACT, "项值", line=16, align=LEFT)
    add(document, TEXT, "条文", size=TEXT_SIZE, line=13, align=LEFT)
    add(document, CELL, "数据", size=TEXT_SIZE, line=13, align=CENTER)
    add(document, NOTE, "表注", size=9, line=13, align=LEFT, space=(4, 0))
    add(document, CORNER, "页眉页脚", font=word.SONG, size=10.5)


def _write_head(document: DocxDocument, register: SelfCheckRegister) -> None:
    head = register.head
    facts = [
        [("组织名称", head.unit_name), ("考评周期", head.cycle)],
        [("依据标准", head.edition), ("登记日期", day_text(local_day(register.printed_at)))],
    ]
    table = document.add_table(rows=len(facts), cols=len(HEAD_WIDTHS))
    word_tables.set_table(table, HEAD_WIDTHS)
    for row, pairs in zip(table.rows, facts, strict=True):
        word_tables.set_least_height(row, Cm(0.8))
        word_tables.keep_whole(row)
        pieces = [piece for label, fact in pairs for piece in ((label, LABEL), (fact, FACT))]
        for cell, (text, style) in zip(row.cells, pieces, strict=True):
            _write(cell, text, style)


def _write_summary(document: DocxDocument, spec: TableSpec, lines: Sequence[PartLine]) -> None:
    word.write(_subtitle(document), spec.heading)
    grid = _new_table(document, spec, SUMMARY, len(lines), least=Cm(0.6))
    for line, cells in zip(lines, grid, strict=True):
        style = HEADING if line.number is None else CELL
        for cell, column in zip(cells, spec.columns, strict=True):
            _write(cell, SUMMARY[column.column].text(line), style)


def _write_register(document: DocxDocument, spec: TableSpec, rows: Sequence[RegisterRow]) -> None:
    word.write(_subtitle(document), spec.heading)
    grid = _new_table(document, spec, REGISTER, max(1, len(rows)), least=Cm(1.1))
    if not rows:
        merged = grid[0][0].merge(grid[0][-1])
        _write(merged, NO_GAPS, CELL)
        return
    for place, spec_column in enumerate(spec.columns):
        column = REGISTER[spec_column.column]
        if column.merge_key:
            _write_merged([cells[place] for cells in grid], rows, column, column.merge_key)
            continue
        for row, cells in zip(rows, grid, strict=True):
            _write(cells[place], column.text(row), TEXT if column.is_long else CELL)
    _keep_short_rows_whole(document.tables[-1], spec, rows)


def _new_table(
    document: DocxDocument, spec: TableSpec, known: Mapping[str, Column[Any]], count: int, *, least: Length
) -> list[list[_Cell]]:
    """Add a table with its headings on every page; return the cells of the rows beneath them."""
    widths = widths_of(spec, known)
    table = document.add_table(rows=count + 1, cols=len(widths))
    word_tables.set_table(table, widths)
    headings, *rows = list(table.rows)
    word_tables.set_least_height(headings, Cm(0.8))
    word_tables.keep_whole(headings)
    word_tables.repeat_on_every_page(headings)
    for cell, column in zip(headings.cells, spec.columns, strict=True):
        _write(cell, column.heading or known[column.column].heading, HEADING)
        _wrap_evenly(cell)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    for row in rows:
        word_tables.set_least_height(row, least)
    return [list(row.cells) for row in rows]


def widths_of(spec: TableSpec, known: Mapping[str, Column[Any]]) -> list[Length]:
    """Return the columns' widths, which fill the page to the last twentieth of a point."""
    whole = word.TEXT_WIDTH.twips
    first, *others = [round(share * whole) for share in shares(spec, known)]
    return [Twips(whole - sum(others)), *(Twips(width) for width in others)] if others else [Twips(whole)]


def _write_merged(
    cells: Sequence[_Cell],
    rows: Sequence[RegisterRow],
    column: Column[RegisterRow],
    merge_key: Callable[[RegisterRow], Hashable],
) -> None:
    """Write a text once over all rows in a run that share it."""
    for _, members in groupby(zip(cells, rows, strict=True), key=lambda pair: merge_key(pair[1])):
        run = list(members)
        cell, row = run[0]
        if len(run) > 1:
            cell = cell.merge(run[-1][0])
        _write(cell, column.text(row), CELL)
        _wrap_evenly(cell, in_pairs=True)


def _keep_short_rows_whole(table: Table, spec: TableSpec, rows: Sequence[RegisterRow]) -> None:
    fitting = [
        (REGISTER[column.column].text, (width.pt - 2 * word_tables.CELL_SIDE.pt) / TEXT_SIZE)
        for column, width in zip(spec.columns, widths_of(spec, REGISTER), strict=True)
        if REGISTER[column.column].is_long
    ]
    for drawn, row in zip(list(table.rows)[1:], rows, strict=True):
        lines = [
            sum(lines_of(line, per_line) for line in text(row).splitlines()) for text, per_line in fitting
        ]
        if max(lines, default=1) <= WHOLE_UP_TO_LINES:
            word_tables.keep_whole(drawn)


def _write_notes(document: DocxDocument, register: SelfCheckRegister) -> None:
    notes = list(register.notes)
    if register.open_count:
        notes.append(f"尚有{register.open_count}条未评，未评条目不计入失分。")
    notes.append(f"打印时间：{moment_text(register.printed_at)}。")
    numbered = "".join(f"{number}.{note}" for number, note in enumerate(notes, 1))
    word.write(word.add_paragraph(document, NOTE), f"附注：{numbered}")


def _subtitle(document: DocxDocument) -> Any:
    paragraph = word.add_paragraph(document, SUBTITLE)
    paragraph.paragraph_format.keep_with_next = True
    return paragraph


def _wrap_evenly(cell: _Cell, *, in_pairs: bool = False) -> None:
    """Break a short text of several lines into lines of about one length."""
    fitting = int((cell.width.pt - 2 * word_tables.CELL_SIDE.pt) / TEXT_SIZE)
    if 0 < fitting < len(cell.text):
        characters = characters_per_line(cell.text, fitting, in_pairs=in_pairs)
        word_tables.wrap_evenly(cell, cell.width, TEXT_SIZE, characters)


def _write(cell: _Cell, text: str, style: str) -> None:
    """Fill a cell; a text of several lines keeps them, without its empty ones."""
    lines = [(line.strip(), style) for line in text.splitlines() if line.strip()]
    word_tables.write_lines(cell, lines, empty=style, centered=True)
