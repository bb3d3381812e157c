"""A written sheet, read back: what is text stays text, what is merged is merged, what is printed fits A4."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from qiangji.lib.xlsx import CUT_SHORT, LONGEST_TEXT, TALLEST_ROW, Paper, Style, parted, stretched

AT = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)
STYLE = Style()


def paper(**changes) -> Paper:
    return Paper(**({"title": "样表", "name": "表", "at": AT, "widths": (3, 4), "across": False} | changes))


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def written(text: str) -> Workbook:
    sheet = paper()
    sheet.write((0, 0), (0, 0), text, STYLE)
    return opened(sheet.to_bytes(last_row=0))


@pytest.mark.parametrize("text", ["=1+1", "+8", "-3分", "@某人", '=HYPERLINK("x")', "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_formula_is_text_and_stays_text_when_edited(text: str) -> None:
    cell = written(text).active["A1"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix


def test_plain_text_carries_no_mark_of_text() -> None:
    assert not written("已落实").active["A1"].quotePrefix


@pytest.mark.parametrize("text", ["http://example.org", "12", "2026-01-02", "1/2"])
def test_addresses_and_figures_in_text_are_not_made_into_something_else(text: str) -> None:
    cell = written(text).active["A1"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_control_characters_are_left_out() -> None:
    assert written("已\x0b落实\x00").active["A1"].value == "已落实"


def test_a_text_that_no_cell_holds_is_cut_and_says_so() -> None:
    value = written("长" * (LONGEST_TEXT + 1)).active["A1"].value
    assert len(value) == LONGEST_TEXT
    assert value.endswith(CUT_SHORT)


def test_a_range_is_one_cell() -> None:
    sheet = paper()
    sheet.write((0, 2), (0, 1), "合并", STYLE)
    assert [str(found) for found in opened(sheet.to_bytes(last_row=2)).active.merged_cells.ranges] == [
        "A1:B3"
    ]


def test_figures_are_numbers_and_may_have_words_around_them() -> None:
    sheet = paper()
    sheet.write_number((0, 0), (0, 0), Decimal("96.5"), STYLE, number_format='"得分："General')
    cell = opened(sheet.to_bytes(last_row=0)).active["A1"]
    assert (cell.value, cell.number_format) == (96.5, '"得分："General')


def test_a_page_is_a4_with_official_margins_as_wide_as_the_sheet() -> None:
    upright = opened(paper().to_bytes(last_row=3)).active
    across = opened(paper(across=True, header="暂定&草稿").to_bytes(last_row=3)).active
    assert [sheet.page_setup.orientation for sheet in (upright, across)] == ["portrait", "landscape"]
    assert {int(sheet.page_setup.paperSize) for sheet in (upright, across)} == {9}
    sides = ("top", "right", "bottom", "left")
    assert [round(getattr(upright.page_margins, side) * 2.54, 1) for side in sides] == [3.7, 2.6, 3.5, 2.8]
    assert [round(getattr(across.page_margins, side) * 2.54, 1) for side in sides] == [2.8, 3.7, 2.6, 3.5]
    assert (upright.page_setup.fitToWidth or 1, upright.page_setup.fitToHeight) == (1, 0)
    assert upright.sheet_properties.pageSetUpPr.fitToPage
    assert across.oddHeader.right.text == "暂定&&草稿"
    assert "&P" in upright.oddFooter.center.text


def test_the_head_is_frozen_and_repeated() -> None:
    sheet = paper()
    sheet.head_ends_with(1)
    drawn = opened(sheet.to_bytes(last_row=5)).active
    assert drawn.freeze_panes == "A3"
    assert drawn.print_title_rows == "$2:$2"
    assert drawn.print_area == "'表'!$A$1:$B$6"


def test_equal_contents_give_equal_bytes() -> None:
    assert paper().to_bytes(last_row=0) == paper().to_bytes(last_row=0)


def test_properties_name_the_title_and_nobody() -> None:
    properties = opened(paper().to_bytes(last_row=0)).properties
    assert (properties.title, properties.creator, properties.lastModifiedBy) == ("样表", None, None)


def test_no_row_is_higher_than_excel_allows() -> None:
    assert max(parted(5000)) <= TALLEST_ROW
    assert sum(parted(5000)) == pytest.approx(5000)
    assert max(stretched([390.0], 2000)) <= TALLEST_ROW


def test_a_longer_text_is_higher() -> None:
    assert STYLE.lines("一二三四五六七八九十" * 3, 3) > STYLE.lines("一二三", 3) == 1
    assert STYLE.height("一\n二", 3) > STYLE.height("一", 3)
