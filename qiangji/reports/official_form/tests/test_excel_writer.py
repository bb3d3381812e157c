"""The form as a sheet, opened cell by cell: the Word form's cells and words, sums that can be calculated with."""

import io
from datetime import date
from decimal import Decimal

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from qiangji.lib.xlsx import TALLEST_ROW
from qiangji.reports.official_form.contents import FormHead, OfficialForm
from qiangji.reports.official_form.excel_writer import write_form_sheet
from qiangji.reports.official_form.lines import PROVISIONAL
from qiangji.reports.official_form.tests.factories import criterion, form, opened, row, section, texts_of
from qiangji.reports.official_form.writer import write_form


def drawn(contents: OfficialForm) -> Worksheet:
    return load_workbook(io.BytesIO(write_form_sheet(contents))).active


def values(sheet: Worksheet) -> list[list[object]]:
    return [list(line) for line in sheet.iter_rows(values_only=True)]


def merges(sheet: Worksheet) -> set[str]:
    return {str(found) for found in sheet.merged_cells.ranges}


def test_six_headings_stand_over_seven_columns() -> None:
    sheet = drawn(form())
    assert values(sheet)[2] == [
        "项目",
        None,
        "具体标准",
        "落实情况",
        "自评得分",
        "上级验收得分",
        "主管部门评定",
    ]
    assert "A3:B3" in merges(sheet)


def test_the_head_line_names_unit_score_and_day() -> None:
    head = FormHead(
        "某院量化表",
        unit_name="甲医院党委",
        score=Decimal("96.5"),
        score_stage="自评",
        is_provisional=True,
        application_date=date(2026, 10, 9),
    )
    sheet = drawn(form(head=head))
    assert sheet["A1"].value == "某院量化表"
    assert sheet["A2"].value == "申报单位党委名称：甲医院党委"
    assert (sheet["D2"].value, sheet["D2"].number_format) == (96.5, '"得分："General"（自评，暂定）"')
    assert sheet["E2"].value == "申报时间：2026年10月9日"
    assert sheet.oddHeader.right.text == PROVISIONAL


def test_a_blank_form_leaves_the_head_open_and_says_nothing_of_provisional() -> None:
    sheet = drawn(form(head=FormHead("某院量化表")))
    assert sheet["D2"].value == "得分："
    assert sheet.oddHeader.right.text is None


def test_a_part_spans_its_groups_and_one_without_groups_takes_both_cells() -> None:
    sheet = drawn(form())
    assert {"A4:A5", "A6:B6"} <= merges(sheet)
    assert [values(sheet)[at][:2] for at in (3, 4, 5)] == [
        ["健全基本组织\n（8分）", "组织设置"],
        [None, "任期管理"],
        ["工作机制\n（4分）", None],
    ]


def test_full_marks_are_one_number_in_one_row() -> None:
    sheet = drawn(form(section(row(criterion(1, "2", ["2", "2"]), criterion(2, "1", ["1", "1"])))))
    assert values(sheet)[3][4:] == [3, 3, None]
    assert values(sheet)[4][0] == "备注"


def test_single_marks_take_a_row_of_their_own_beneath_the_number() -> None:
    sheet = drawn(form(section(row(criterion(1, "2", ["2", "2"]), criterion(2, "1", ["1", "0.5"])))))
    first, second = values(sheet)[3:5]
    assert first[4:] == [3, 2.5, None]
    assert second[4:] == [None, "①2\n②0.5", None]
    assert {"B4:B5", "C4:C5", "D4:D5", "E4:E5", "G4:G5"} <= merges(sheet)
    assert "F4:F5" not in merges(sheet)


def test_an_open_mark_is_a_dash_and_explained() -> None:
    sheet = drawn(form(section(row(criterion(1, "2", ["2"]), criterion(2, "1")))))
    assert sheet["E5"].value == "①2\n②—"
    assert "“—”为尚未评分" in values(sheet)[-1][0]


def test_the_words_are_those_of_the_word_form() -> None:
    filled = criterion(1, "2", ["2"], implementation="已落实。\n附会议记录")
    contents = form(section(row(filled, criterion(2, "1", ["1"]))), wording_note="条文为归纳。")
    sheet, document = drawn(contents), opened(write_form(contents))
    table = texts_of(document)
    assert [sheet[place].value for place in ("A4", "B4", "C4", "D4")] == table[1][:4]
    assert [sheet["A5"].value, sheet["C5"].value] == table[2]
    assert sheet["A6"].value == document.paragraphs[-1].text


def test_what_was_typed_is_never_a_formula() -> None:
    typed = criterion(1, implementation="=1+1")
    head = FormHead("+某院量化表", unit_name="甲医院党委")
    sheet = drawn(form(section(row(typed, title="@组"), title="-项目"), head=head))
    cells = [sheet["A1"], sheet["B4"], sheet["A4"], sheet["D4"]]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.quotePrefix for cell in cells] == [True, True, True, False]
    assert sheet["D4"].value == "1.=1+1"


def test_a_text_higher_than_a_row_may_be_runs_over_several() -> None:
    long = row(criterion(1, "2", ["2"], implementation="很长的说明，" * 600))
    sheet = drawn(form(section(long)))
    heights = [sheet.row_dimensions[at].height for at in range(4, sheet.max_row - 1)]
    assert len(heights) > 2
    assert max(heights) <= TALLEST_ROW
    assert f"D4:D{3 + len(heights)}" in merges(sheet)
    assert sheet["E4"].value == 2


def test_the_page_is_a4_across_under_a_frozen_repeated_head() -> None:
    sheet = drawn(form())
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToHeight, sheet.print_title_rows, sheet.freeze_panes) == (0, "$3:$3", "A4")


def test_equal_contents_give_equal_bytes() -> None:
    assert write_form_sheet(form()) == write_form_sheet(form())
