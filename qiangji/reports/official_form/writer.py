"""Draws the official form as a Word table. It decides sizes and places, never a figure or a word of the contents.

The page is A4 across with the margins of GB/T 9704 turned with it (binding side on top): the paper form's head line and
its columns do not fit an upright page. Implementation texts may be long, so a tall row runs on over the next page; a
short one stays whole.
"""

from collections.abc import Iterable, Iterator

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Cm, Length
from docx.table import _Cell, _Row

from qiangji.assessments.stages import Stage
from qiangji.lib import word, word_tables
from qiangji.lib.numbers import plain
from qiangji.lib.typesetting import characters_per_line, lines_of, title_lines
from qiangji.reports.official_form.contents import (
    COLUMNS,
    FormHead,
    FormRow,
    FormSection,
    FormVeto,
    OfficialForm,
)
from qiangji.reports.official_form.lines import (
    CRITERIA,
    FIRST_STAGE,
    GROUP,
    HEADINGS,
    IMPLEMENTATION,
    PART,
    PROVISIONAL,
    applied_line,
    criteria_lines,
    implementation_lines,
    mark_lines,
    note_line,
    remark_lines,
    score_remark,
    section_lines,
)

# Part, group, criteria, implementation, three stages: 22.5 cm, the width between the margins.
WIDTHS: tuple[Length, ...] = (Cm(2.1), Cm(2.5), Cm(7.1), Cm(5.4), Cm(1.8), Cm(1.8), Cm(1.8))
# Characters of 10.5 points that fit a line, and the lines up to which a row is kept on one page (a page has 26).
TEXT_SIZE = 10.5
CRITERIA_LINE, IMPLEMENTATION_LINE, GROUP_LINE, PART_LINE = 18.5, 14, 6, 5
WHOLE_UP_TO_LINES = 12
HEAD_LINE_NAME = 14

CENTER, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
TITLE, HEAD, HEADING, PART_STYLE = "FormTitle", "FormHead", "FormHeading", "FormPart"
TEXT, SUM, MARKS, NOTE, CORNER = "FormText", "FormSum", "FormMarks", "FormNote", "FormCorner"


def write_form(form: OfficialForm) -> bytes:
    """Return the form as a .docx file; equal contents give equal bytes."""
    document = word.new_document(title=form.head.title, at=form.printed_at)
    _add_styles(document)
    word.lay_across(document, corner=CORNER, header=PROVISIONAL if form.head.is_provisional else "")
    _write_head(document, form.head)
    _write_table(document, form)
    word.write(word.add_paragraph(document, NOTE), note_line(form))
    return word.to_bytes(document, at=form.printed_at)


def _add_styles(document: DocxDocument) -> None:
    add = word.add_style
    add(document, TITLE, "表题", font=word.SONG_TITLE, size=22, line=30, align=CENTER)
    add(document, HEAD, "表头行", size=12, line=20, align=LEFT, space=(6, 4))
    add(document, HEADING, "栏名", font=word.HEI, line=15, align=CENTER)
    add(document, PART_STYLE, "项目栏", line=15, align=CENTER)
    add(document, TEXT, "条文", line=15, align=LEFT)
    add(document, SUM, "得分", size=12, line=16, align=CENTER)
    add(document, MARKS, "各条得分", size=8, line=10.5, align=CENTER)
    add(document, NOTE, "表注", size=9, line=13, align=LEFT, space=(4, 0))
    add(document, CORNER, "页眉页脚", font=word.SONG, size=10.5)


def _write_head(document: DocxDocument, head: FormHead) -> None:
    for line in title_lines(head.title):
        word.write(word.add_paragraph(document, TITLE), line)
    name = f"{head.unit_label}：{head.unit_name}"
    score = f"得分：{plain(head.score)}{'' if head.score is None else score_remark(head)}"
    applied = applied_line(head)
    alone = len(head.unit_name) > HEAD_LINE_NAME
    if alone:
        first = word.add_paragraph(document, HEAD)
        first.paragraph_format.space_after = 0
        word.write(first, name)
    paragraph = word.add_paragraph(document, HEAD)
    if alone:
        paragraph.paragraph_format.space_before = 0
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Cm(9.8), WD_TAB_ALIGNMENT.LEFT)
    stops.add_tab_stop(Cm(22.5), WD_TAB_ALIGNMENT.RIGHT)
    word.write(paragraph, f"{score}\t\t{applied}" if alone else f"{name}\t{score}\t{applied}")


def _write_table(document: DocxDocument, form: OfficialForm) -> None:
    count = sum(len(section.rows) for section in form.sections)
    table = document.add_table(rows=count + 2, cols=len(WIDTHS))
    word_tables.set_table(table, WIDTHS)
    rows = list(table.rows)
    grid = [list(row.cells) for row in rows]
    _write_headings(rows[0], grid[0])
    at = 1
    for section in form.sections:
        _write_section(section, rows[at : at + len(section.rows)], grid[at : at + len(section.rows)])
        at += len(section.rows)
    _write_remarks(rows[-1], grid[-1], form.vetoes)


def _write_headings(row: _Row, cells: list[_Cell]) -> None:
    word_tables.set_least_height(row, Cm(1.25))
    word_tables.keep_whole(row)
    word_tables.repeat_on_every_page(row)
    cells[PART].merge(cells[GROUP])
    for column, text in HEADINGS.items():
        _write_lines(cells[column], [(text, HEADING)], centered=True)


def _write_section(section: FormSection, rows: list[_Row], grid: list[list[_Cell]]) -> None:
    if section.is_undivided:
        grid[0][PART].merge(grid[0][GROUP])
    elif len(rows) > 1:
        grid[0][PART].merge(grid[-1][PART])
    _write_lines(grid[0][PART], [(line, PART_STYLE) for line in section_lines(section)], centered=True)
    if not section.is_undivided:
        characters = characters_per_line(section.title, PART_LINE, in_pairs=True)
        word_tables.wrap_evenly(grid[0][PART], WIDTHS[PART], TEXT_SIZE, characters)
    for form_row, row, cells in zip(section.rows, rows, grid, strict=True):
        _write_row(form_row, row, cells, with_title=not section.is_undivided)


def _write_row(form_row: FormRow, row: _Row, cells: list[_Cell], *, with_title: bool) -> None:
    word_tables.set_least_height(row, Cm(1.1))
    if estimated_lines(form_row) <= WHOLE_UP_TO_LINES:
        word_tables.keep_whole(row)
    if with_title:
        _write_lines(cells[GROUP], [(form_row.title, PART_STYLE)], centered=True)
        characters = characters_per_line(form_row.title, GROUP_LINE)
        word_tables.wrap_evenly(cells[GROUP], WIDTHS[GROUP], TEXT_SIZE, characters)
    _write_lines(cells[CRITERIA], [(line, TEXT) for line in criteria_lines(form_row)])
    _write_lines(cells[IMPLEMENTATION], [(line, TEXT) for line in implementation_lines(form_row)])
    for place, stage in enumerate(COLUMNS, FIRST_STAGE):
        _write_lines(cells[place], list(_stage_lines(form_row, stage)), centered=True)


def _stage_lines(row: FormRow, stage: Stage) -> Iterator[tuple[str, str]]:
    total = row.sum_of(stage)
    if total is None:
        return
    yield plain(total), SUM
    for line in mark_lines(row, stage):
        yield line, MARKS


def estimated_lines(row: FormRow) -> int:
    """Return about how many lines the row is high, from the widths of its two long cells."""
    return max(
        sum(lines_of(line, CRITERIA_LINE) for line in criteria_lines(row)),
        sum(lines_of(line, IMPLEMENTATION_LINE) for line in implementation_lines(row)),
    )


def _write_remarks(row: _Row, cells: list[_Cell], vetoes: Iterable[FormVeto]) -> None:
    word_tables.set_least_height(row, Cm(1.1))
    word_tables.keep_whole(row)
    cells[PART].merge(cells[GROUP])
    cells[CRITERIA].merge(cells[-1])
    _write_lines(cells[PART], [("备注", PART_STYLE)], centered=True)
    _write_lines(cells[CRITERIA], [(line, TEXT) for line in remark_lines(vetoes)], centered=True)
    for cell in (cells[PART], cells[CRITERIA]):
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True  # else the notes may stand alone on a last page


def _write_lines(cell: _Cell, lines: list[tuple[str, str]], *, centered: bool = False) -> None:
    word_tables.write_lines(cell, lines, empty=TEXT, centered=centered)
