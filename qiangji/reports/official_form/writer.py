"""Draws the official form as a Word table. It decides sizes and places, never a figure or a word of the contents.

The page is A4 across with the margins of GB/T 9704 turned with it (binding side on top): the paper form's head line and
its columns do not fit an upright page. Implementation texts may be long, so a tall row runs on over the next page; a
short one stays whole.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from unicodedata import east_asian_width

from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt
from docx.table import Table, _Cell, _Row

from qiangji.assessments.stages import Stage
from qiangji.lib.dates import SHANGHAI
from qiangji.lib.numbers import plain
from qiangji.reports import word
from qiangji.reports.official_form.contents import (
    COLUMNS,
    FormHead,
    FormRow,
    FormSection,
    FormVeto,
    OfficialForm,
)

# Part, group, criteria, implementation, three stages: 22.5 cm, the width between the margins.
WIDTHS: tuple[Length, ...] = (Cm(2.1), Cm(2.5), Cm(7.1), Cm(5.4), Cm(1.8), Cm(1.8), Cm(1.8))
CELL_SIDE = Cm(0.1)
PART, GROUP, CRITERIA, IMPLEMENTATION, FIRST_STAGE = range(5)
HEADINGS = {
    PART: "项目",
    CRITERIA: "具体标准",
    IMPLEMENTATION: "落实情况",
    FIRST_STAGE: "自评得分",
    FIRST_STAGE + 1: "上级验收得分",
    FIRST_STAGE + 2: "主管部门评定",
}
# Characters of 10.5 points that fit a line, and the lines up to which a row is kept on one page (a page has 26).
TEXT_SIZE = 10.5
CRITERIA_LINE, IMPLEMENTATION_LINE, GROUP_LINE, PART_LINE = 18.5, 14, 6, 5
WHOLE_UP_TO_LINES = 12
HEAD_LINE_NAME = 14
TITLE_LINE = 28

CENTER, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
TITLE, HEAD, HEADING, PART_STYLE = "FormTitle", "FormHead", "FormHeading", "FormPart"
TEXT, SUM, MARKS, NOTE, CORNER = "FormText", "FormSum", "FormMarks", "FormNote", "FormCorner"


def write_form(form: OfficialForm) -> bytes:
    """Return the form as a .docx file; equal contents give equal bytes."""
    document = word.new_document(title=form.head.title, at=form.printed_at)
    _add_styles(document)
    _set_page(document, form.head)
    _write_head(document, form.head)
    _write_table(document, form)
    _write_notes(document, form)
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


def _set_page(document: DocxDocument, head: FormHead) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.6)
    section.left_margin, section.right_margin = Cm(3.5), Cm(3.7)
    section.header_distance, section.footer_distance = Cm(1.8), Cm(1.4)
    if head.is_provisional:
        header = section.header.paragraphs[0]
        word.set_style(header, CORNER)
        header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        word.write(header, "暂定：最终评定尚未完成，所列得分不作为结果")
    footer = section.footer.paragraphs[0]
    word.set_style(footer, CORNER)
    footer.alignment = CENTER
    word.write_page_number(footer)


def _write_head(document: DocxDocument, head: FormHead) -> None:
    for line in title_lines(head.title):
        word.write(word.add_paragraph(document, TITLE), line)
    name = f"{head.unit_label}：{head.unit_name}"
    score, applied = f"得分：{_score(head)}", f"申报时间：{_day(head.application_date)}"
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


def _score(head: FormHead) -> str:
    if head.score is None:
        return ""
    remarks = [text for text in (head.score_stage, "暂定" if head.is_provisional else "") if text]
    return plain(head.score) + (f"（{'，'.join(remarks)}）" if remarks else "")


def _day(day: date | None) -> str:
    return "      年    月    日" if day is None else f"{day.year}年{day.month}月{day.day}日"


def title_lines(title: str) -> list[str]:
    """Return the title in one line, or in two that part after a dash or mark near its middle.

    >>> title_lines("公立医院量化表")
    ['公立医院量化表']
    >>> title_lines("某省医院党建工作指导机构基层党组织评价工作文件附件二——医院党委标准化创建量化考评表")
    ['某省医院党建工作指导机构基层党组织评价工作文件附件二——', '医院党委标准化创建量化考评表']
    """
    if len(title) <= TITLE_LINE:
        return [title]
    ends = [match.end() for match in re.finditer(r"[—\-]+|[》）”，、：]|\s+", title)]
    fitting = [end for end in ends if len(title) - TITLE_LINE <= end <= TITLE_LINE]
    if not fitting:
        return [title]
    end = min(fitting, key=lambda place: abs(place - len(title) / 2))
    return [title[:end].strip(), title[end:].strip()]


def _write_table(document: DocxDocument, form: OfficialForm) -> None:
    count = sum(len(section.rows) for section in form.sections)
    table = document.add_table(rows=count + 2, cols=len(WIDTHS))
    _set_table(table)
    rows = list(table.rows)
    grid = [list(row.cells) for row in rows]
    _write_headings(rows[0], grid[0])
    at = 1
    for section in form.sections:
        _write_section(section, rows[at : at + len(section.rows)], grid[at : at + len(section.rows)])
        at += len(section.rows)
    _write_remarks(rows[-1], grid[-1], form.vetoes)


def _set_table(table: Table) -> None:
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    properties = table._tbl.tblPr
    for old in properties.findall(qn("w:tblLook")):
        properties.remove(old)
    width = properties.find(qn("w:tblW"))
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), str(sum(width.twips for width in WIDTHS)))
    properties.insert_element_before(
        word.cell_borders(outer=8, inner=4), "w:shd", "w:tblLayout", "w:tblCellMar"
    )
    properties.append(word.cell_margins(side=CELL_SIDE, end=Cm(0.06)))
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS, strict=True):
            cell.width = width


def _write_headings(row: _Row, cells: list[_Cell]) -> None:
    row.height, row.height_rule = Cm(1.25), WD_ROW_HEIGHT_RULE.AT_LEAST
    _mark(row, "w:cantSplit")
    _mark(row, "w:tblHeader")
    cells[PART].merge(cells[GROUP])
    for column, text in HEADINGS.items():
        _write_lines(cells[column], [(text, HEADING)], centered=True)


def _write_section(section: FormSection, rows: list[_Row], grid: list[list[_Cell]]) -> None:
    if section.is_undivided:
        grid[0][PART].merge(grid[0][GROUP])
    elif len(rows) > 1:
        grid[0][PART].merge(grid[-1][PART])
    points = f"（{'加分' if section.is_bonus else ''}{plain(section.points)}分）"
    _write_lines(grid[0][PART], [(section.title, PART_STYLE), (points, PART_STYLE)], centered=True)
    if not section.is_undivided:
        _wrap_evenly(grid[0][PART], PART, characters_per_line(section.title, PART_LINE, in_pairs=True))
    for form_row, row, cells in zip(section.rows, rows, grid, strict=True):
        _write_row(form_row, row, cells, with_title=not section.is_undivided)


def characters_per_line(title: str, fitting: int, *, in_pairs: bool = False) -> int:
    """Return how many characters of a title to put in a line, so that no line holds a lonely one.

    ``in_pairs`` breaks short even titles after every second character, as paper forms do in the part column.

    >>> characters_per_line("健全基本组织", 5, in_pairs=True), characters_per_line("强化党组织发挥作用", 5, in_pairs=True)
    (2, 5)
    >>> characters_per_line("作风和纪律建设", 6)
    4
    """
    length = len(title)
    if in_pairs and length <= 8 and length % 2 == 0:
        return 2
    lines = -(-length // fitting)
    return -(-length // lines) if lines else fitting


def _wrap_evenly(cell: _Cell, column: int, characters: int) -> None:
    """Let the cell's title break by indents: a break written into it would be read back as part of the title."""
    free = WIDTHS[column].pt - 2 * CELL_SIDE.pt - (characters + 0.4) * TEXT_SIZE
    if free > 0:
        layout = cell.paragraphs[0].paragraph_format
        layout.left_indent = layout.right_indent = Pt(free / 2)


def _write_row(form_row: FormRow, row: _Row, cells: list[_Cell], *, with_title: bool) -> None:
    row.height, row.height_rule = Cm(1.1), WD_ROW_HEIGHT_RULE.AT_LEAST
    if estimated_lines(form_row) <= WHOLE_UP_TO_LINES:
        _mark(row, "w:cantSplit")
    if with_title:
        _write_lines(cells[GROUP], [(form_row.title, PART_STYLE)], centered=True)
        _wrap_evenly(cells[GROUP], GROUP, characters_per_line(form_row.title, GROUP_LINE))
    _write_lines(cells[CRITERIA], [(line, TEXT) for line in criteria_lines(form_row)])
    _write_lines(cells[IMPLEMENTATION], [(line, TEXT) for line in implementation_lines(form_row)])
    for place, stage in enumerate(COLUMNS, FIRST_STAGE):
        _write_lines(cells[place], list(_stage_lines(form_row, stage)), centered=True)


def criteria_lines(row: FormRow) -> list[str]:
    """Return a row's criteria, numbered, with their points, one line each."""
    lines = []
    for criterion in row.criteria:
        points = f"（{plain(criterion.points)}分）" if criterion.points is not None else ""
        lines.append(f"{criterion.number}.{criterion.text}{points}")
    return [*(line + "；" for line in lines[:-1]), *(line + "。" for line in lines[-1:])]


def implementation_lines(row: FormRow) -> list[str]:
    """Return what was written under each criterion, with its number; a text of several lines keeps them."""
    lines = []
    for criterion in row.criteria:
        written = [line.strip() for line in criterion.implementation.splitlines() if line.strip()]
        if written:
            lines += [f"{criterion.number}.{written[0]}", *written[1:]]
    return lines


def _stage_lines(row: FormRow, stage: Stage) -> Iterator[tuple[str, str]]:
    total = row.sum_of(stage)
    if total is None:
        return
    yield plain(total), SUM
    if row.differs(stage):
        for criterion in row.scored:
            yield f"{circled(criterion.number)}{plain(criterion.mark(stage)) or '—'}", MARKS


def circled(number: int) -> str:
    """Return a number in a circle; beyond twenty, where there is no such sign, in brackets.

    >>> circled(3), circled(21)
    ('③', '(21)')
    """
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else f"({number})"


def estimated_lines(row: FormRow) -> int:
    """Return about how many lines the row is high, from the widths of its two long cells."""
    return max(
        sum(_lines_of(line, CRITERIA_LINE) for line in criteria_lines(row)),
        sum(_lines_of(line, IMPLEMENTATION_LINE) for line in implementation_lines(row)),
    )


def _lines_of(text: str, per_line: float) -> int:
    width = sum(1 if east_asian_width(char) in "WFA" else 0.5 for char in text)
    return max(1, int(-(-width // per_line)))


def _write_remarks(row: _Row, cells: list[_Cell], vetoes: Iterable[FormVeto]) -> None:
    row.height, row.height_rule = Cm(1.1), WD_ROW_HEIGHT_RULE.AT_LEAST
    _mark(row, "w:cantSplit")
    cells[PART].merge(cells[GROUP])
    cells[CRITERIA].merge(cells[-1])
    _write_lines(cells[PART], [("备注", PART_STYLE)], centered=True)
    _write_lines(cells[CRITERIA], [(line, TEXT) for line in remark_lines(vetoes)], centered=True)
    for cell in (cells[PART], cells[CRITERIA]):
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True  # else the notes may stand alone on a last page


def remark_lines(vetoes: Iterable[FormVeto]) -> list[str]:
    """Return the vetoes, those with the same consequence in one line under it.

    >>> remark_lines([FormVeto("甲", "不予评定"), FormVeto("乙", "不予评定")])
    ['有下列情形之一的，不予评定：①甲；②乙。']
    """
    by_consequence: dict[str, list[str]] = {}
    for number, veto in enumerate(vetoes, 1):
        by_consequence.setdefault(veto.consequence, []).append(f"{circled(number)}{veto.text}")
    return [f"有下列情形之一的，{result}：{'；'.join(texts)}。" for result, texts in by_consequence.items()]


def _write_notes(document: DocxDocument, form: OfficialForm) -> None:
    notes = [form.wording_note, *form.notes]
    if form.shows_single_marks:
        open_marks = "，“—”为尚未评分" if form.has_open_marks else ""
        notes.append(f"得分栏为各行合计；下方小字为该行各条得分，圆圈内为条号{open_marks}。")
    notes.append(f"打印时间：{_moment(form.printed_at)}。")
    numbered = [f"{number}.{note}" for number, note in enumerate((note for note in notes if note), 1)]
    paragraph = word.add_paragraph(document, NOTE)
    word.write(paragraph, f"附注：{''.join(numbered)}")


def _moment(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _write_lines(cell: _Cell, lines: list[tuple[str, str]], *, centered: bool = False) -> None:
    """Fill a cell with one paragraph per line, the cell's own first; an empty cell keeps one in the text's size."""
    if centered:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    first, *others = lines or [("", TEXT)]
    paragraphs = [cell.paragraphs[0], *(cell.add_paragraph() for _ in others)]
    for paragraph, (text, style) in zip(paragraphs, [first, *others], strict=True):
        word.set_style(paragraph, style)
        if text:
            word.write(paragraph, text)
