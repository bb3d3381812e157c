"""The written tables, opened cell by cell: merges, figures, heads that repeat, notes below."""

import io
from dataclasses import replace

import pytest
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from qiangji.lib.xlsx import TALLEST_ROW
from qiangji.standards.export.contents import DRAFT_HEADER, EditionTable, table_of
from qiangji.standards.export.excel_file import write_excel
from qiangji.standards.export.tests.worlds import AT, every_way, stored
from qiangji.standards.export.word_file import HEADINGS, write_word

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(db: None) -> EditionTable:
    return table_of(stored(every_way()), at=AT)


@pytest.fixture
def document(table: EditionTable) -> DocxDocument:
    return Document(io.BytesIO(write_word(table)))


@pytest.fixture
def sheet(table: EditionTable) -> Worksheet:
    return load_workbook(io.BytesIO(write_excel(table))).active


def merges(sheet: Worksheet) -> set[str]:
    return {str(found) for found in sheet.merged_cells.ranges}


def test_the_word_page_is_a4_upright_with_official_margins(document: DocxDocument) -> None:
    page = document.sections[0]
    assert page.orientation == WD_ORIENT.PORTRAIT
    assert (round(page.page_width.cm, 1), round(page.page_height.cm, 1)) == (21.0, 29.7)
    margins = (page.top_margin, page.right_margin, page.bottom_margin, page.left_margin)
    assert [round(side.cm, 1) for side in margins] == [3.7, 2.6, 3.5, 2.8]


def test_the_word_table_has_a_row_per_criterion_the_sum_and_a_remark_per_consequence(
    document: DocxDocument,
) -> None:
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == list(HEADINGS)
    assert rows[1] == [
        "健全基本组织\n（8分）",
        "组织设置\n（4分）",
        "1. 3个支部均已建立",
        "2",
        "按落实情况给分",
    ]
    assert rows[5][3:] == ["不计分", "核对是否落实，不计分"]
    assert rows[10] == ["合计", "合计", "合计", "121", "加分不计入合计"]
    assert rows[11][2] == "有下列情形之一的，不予评定：①班子成员严重违纪；②工作有重大失误。"
    assert rows[12][2] == "有下列情形之一的，年底考核不合格：③整改后仍未达标。"
    assert len(rows) == 13


def test_word_cells_are_merged_down_and_an_undivided_part_also_across(document: DocxDocument) -> None:
    rows = [[cell._tc for cell in row.cells] for row in document.tables[0].rows]
    assert all(row[0] is rows[1][0] for row in rows[1:6])
    assert rows[1][1] is rows[2][1]
    assert rows[1][1] is not rows[3][1]
    assert all(cell is rows[6][0] for row in rows[6:8] for cell in row[:2])
    assert rows[10][0] is rows[10][2]
    assert rows[10][2] is not rows[10][3]
    assert rows[11][2] is rows[11][4]


def test_the_word_head_repeats_and_the_note_stands_below(document: DocxDocument, table: EditionTable) -> None:
    heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in document.tables[0].rows]
    assert heads == [True] + [False] * 12
    assert document.paragraphs[0].text == table.title
    assert document.paragraphs[-1].text == table.note


def test_a_draft_says_so_on_every_page(table: EditionTable) -> None:
    assert Document(io.BytesIO(write_word(table))).sections[0].header.paragraphs[0].text == DRAFT_HEADER
    assert load_workbook(io.BytesIO(write_excel(table))).active.oddHeader.right.text == DRAFT_HEADER
    final = replace(table, is_draft=False)
    assert Document(io.BytesIO(write_word(final))).sections[0].header.is_linked_to_previous
    assert load_workbook(io.BytesIO(write_excel(final))).active.oddHeader.right.text is None


def test_the_sheet_says_the_same_with_points_as_numbers(sheet: Worksheet) -> None:
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[1] == list(HEADINGS)
    assert rows[2] == [
        "健全基本组织\n（8分）",
        "组织设置\n（4分）",
        "1. 3个支部均已建立",
        2,
        "按落实情况给分",
    ]
    assert rows[6][3] == "不计分"
    assert rows[11] == ["合计", None, None, 121, "加分不计入合计"]
    assert rows[12][2].endswith("②工作有重大失误。")
    assert rows[14][0].startswith("附注：1.")


def test_sheet_cells_are_merged_down_and_across(sheet: Worksheet) -> None:
    assert {
        "A1:E1",
        "A3:A7",
        "B3:B4",
        "B5:B7",
        "A8:B9",
        "A10:B11",
        "A12:C12",
        "A13:B13",
        "C13:E13",
    } <= merges(sheet)


def test_the_sheet_prints_on_a4_under_a_repeated_head(sheet: Worksheet) -> None:
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.fitToHeight) == (9, 0)
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$2:$2", "A3")
    assert all(cell.alignment.wrap_text for cell in sheet[3])


def test_rows_have_room_for_their_text_and_for_merged_cells(table: EditionTable) -> None:
    first = table.sections[0]
    row = replace(first.groups[0].rows[0], text="1." + "很长的要求，" * 30)
    group = replace(first.groups[0], title="名称很长的一个小项" * 6, rows=(row,))
    longer = replace(table, sections=(replace(first, groups=(group, *first.groups[1:])),))
    drawn = load_workbook(io.BytesIO(write_excel(longer))).active
    plain = load_workbook(io.BytesIO(write_excel(table))).active
    assert plain.row_dimensions[3].height < drawn.row_dimensions[3].height <= TALLEST_ROW


@pytest.mark.parametrize("write", [write_word, write_excel])
def test_equal_contents_give_equal_bytes(table: EditionTable, write) -> None:
    assert write(table) == write(table)
