"""An edition's table as a Word document: A4 upright with the margins and fonts of official papers, ruled, merged."""

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Length
from docx.table import _Cell, _Row

from qiangji.lib import word, word_tables
from qiangji.lib.numbers import plain
from qiangji.lib.typesetting import characters_per_line, lines_of, title_lines
from qiangji.standards.export.contents import (
    DRAFT_HEADER,
    UNSCORED,
    EditionTable,
    TableGroup,
    TableRow,
    TableSection,
)

HEADINGS = ("项目", "小项", "具体标准", "分值", "评分办法")
SECTION, GROUP, TEXT, POINTS, METHOD = range(5)
# Together the width between the margins: 15.6 cm.
WIDTHS: tuple[Length, ...] = (Cm(1.9), Cm(2.2), Cm(6.9), Cm(1.4), Cm(3.2))
TEXT_SIZE = 10.5
SECTION_LINE, GROUP_LINE, TEXT_LINE = 4, 5, 17.5
TITLE_LINE = 20
WHOLE_UP_TO_LINES = 20

CENTER, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
TITLE, HEADING, BODY, SHORT, NOTE, CORNER = (
    "TableTitle",
    "TableHeading",
    "TableText",
    "TableShort",
    "TableNote",
    "TableCorner",
)


def write_word(table: EditionTable) -> bytes:
    """Return the table as a .docx file; equal contents give equal bytes."""
    document = word.new_document(title=table.title, at=table.at)
    _add_styles(document)
    word.lay_upright(document, corner=CORNER, header=DRAFT_HEADER if table.is_draft else "")
    for line in title_lines(table.title, longest=TITLE_LINE):
        word.write(word.add_paragraph(document, TITLE), line)
    _write_table(document, table)
    word.write(word.add_paragraph(document, NOTE), table.note)
    return word.to_bytes(document, at=table.at)


def _add_styles(document: DocxDocument) -> None:
    add = word.add_style
    add(document, TITLE, "表题", font=word.SONG_TITLE, size=22, line=30, align=CENTER, space=(0, 6))
    add(document, HEADING, "栏名", font=word.HEI, line=15, align=CENTER)
    add(document, BODY, "条文", line=15, align=LEFT)
    add(document, SHORT, "短栏", line=15, align=CENTER)
    add(document, NOTE, "表注", size=9, line=13, align=LEFT, space=(4, 0))
    add(document, CORNER, "页眉页脚", font=word.SONG, size=10.5)


def _write_table(document: DocxDocument, table: EditionTable) -> None:
    count = 1 + len(table.rows) + (table.total is not None) + len(table.remarks)
    drawn = document.add_table(rows=count, cols=len(WIDTHS))
    word_tables.set_table(drawn, WIDTHS)
    rows = list(drawn.rows)
    grid = [list(row.cells) for row in rows]
    _write_headings(rows[0], grid[0])
    at = 1
    for section in table.sections:
        end = at + len(section.rows)
        _write_section(section, rows[at:end], grid[at:end])
        at = end
    if table.total is not None:
        _write_total(table, rows[at], grid[at])
        at += 1
    for remark, row, cells in zip(table.remarks, rows[at:], grid[at:], strict=True):
        _write_remark(remark, row, cells)


def _write_headings(row: _Row, cells: list[_Cell]) -> None:
    word_tables.set_least_height(row, Cm(0.9))
    word_tables.keep_whole(row)
    word_tables.repeat_on_every_page(row)
    for cell, heading in zip(cells, HEADINGS, strict=True):
        _write(cell, [heading], HEADING)


def _write_section(section: TableSection, rows: list[_Row], grid: list[list[_Cell]]) -> None:
    last = GROUP if section.is_undivided else SECTION
    if len(rows) > 1 or last != SECTION:
        grid[0][SECTION].merge(grid[-1][last])
    _write(grid[0][SECTION], section.lines, SHORT)
    if not section.is_undivided:
        characters = characters_per_line(section.title, SECTION_LINE, in_pairs=True)
        word_tables.wrap_evenly(grid[0][SECTION], WIDTHS[SECTION], TEXT_SIZE, characters)
        _write_groups(section, grid)
    for row, drawn, cells in zip(section.rows, rows, grid, strict=True):
        _write_row(row, drawn, cells)


def _write_groups(section: TableSection, grid: list[list[_Cell]]) -> None:
    at = 0
    for group in section.groups:
        cell = grid[at][GROUP]
        if len(group.rows) > 1:
            cell.merge(grid[at + len(group.rows) - 1][GROUP])
        _write_group(group, cell)
        at += len(group.rows)


def _write_group(group: TableGroup, cell: _Cell) -> None:
    _write(cell, group.lines, SHORT)
    characters = characters_per_line(group.title, GROUP_LINE)
    word_tables.wrap_evenly(cell, WIDTHS[GROUP], TEXT_SIZE, characters)


def _write_row(row: TableRow, drawn: _Row, cells: list[_Cell]) -> None:
    word_tables.set_least_height(drawn, Cm(0.8))
    if lines_of(row.text, TEXT_LINE) <= WHOLE_UP_TO_LINES:
        word_tables.keep_whole(drawn)
    _write(cells[TEXT], [row.text], BODY)
    _write(cells[POINTS], [UNSCORED if row.points is None else plain(row.points)], SHORT)
    _write(cells[METHOD], [row.method], BODY)


def _write_total(table: EditionTable, row: _Row, cells: list[_Cell]) -> None:
    word_tables.set_least_height(row, Cm(0.8))
    word_tables.keep_whole(row)
    cells[SECTION].merge(cells[TEXT])
    _write(cells[SECTION], ["合计"], HEADING)
    _write(cells[POINTS], [plain(table.total)], HEADING)
    _write(cells[METHOD], ["加分不计入合计"] if table.has_bonus else [], BODY)


def _write_remark(remark: str, row: _Row, cells: list[_Cell]) -> None:
    word_tables.set_least_height(row, Cm(0.8))
    word_tables.keep_whole(row)
    cells[SECTION].merge(cells[GROUP])
    cells[TEXT].merge(cells[METHOD])
    _write(cells[SECTION], ["备注"], SHORT)
    _write(cells[TEXT], [remark], BODY)


def _write(cell: _Cell, lines: list[str] | tuple[str, ...], style: str) -> None:
    word_tables.write_lines(cell, [(line, style) for line in lines], empty=style, centered=True)
