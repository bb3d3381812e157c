"""The drawn form, read back cell by cell: what is merged with what, and which words stand where."""

from datetime import date
from decimal import Decimal

import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from hypothesis import given, settings
from hypothesis import strategies as st

from qiangji.reports.official_form.contents import FormHead, FormVeto, OfficialForm
from qiangji.reports.official_form.lines import criteria_lines
from qiangji.reports.official_form.tests.factories import (
    cells_of,
    criterion,
    form,
    opened,
    row,
    section,
    texts_of,
)
from qiangji.reports.official_form.writer import WIDTHS, write_form


def written(contents: OfficialForm) -> list[list[str]]:
    return texts_of(opened(write_form(contents)))


def paragraphs(contents: OfficialForm) -> list[str]:
    return [paragraph.text for paragraph in opened(write_form(contents)).paragraphs]


def test_six_headings_stand_over_seven_columns() -> None:
    document = opened(write_form(form()))
    assert len(document.tables[0].columns) == 7
    headings = ["项目", "具体标准", "落实情况", "自评得分", "上级验收得分", "主管部门评定"]
    assert texts_of(document)[0] == headings
    assert cells_of(document)[0][0].grid_span == 2


def test_heading_row_repeats_on_every_page_and_no_other_does() -> None:
    rows = opened(write_form(form())).tables[0].rows
    assert [row_._tr.find(f".//{qn('w:tblHeader')}") is not None for row_ in rows] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_a_part_spans_its_groups() -> None:
    first, second = written(form())[1:3]
    assert first[:2] == ["健全基本组织\n（8分）", "组织设置"]
    assert second[0] == "任期管理"
    assert (len(first), len(second)) == (7, 6)


def test_a_part_without_groups_takes_both_first_cells() -> None:
    cells = cells_of(opened(write_form(form())))[3]
    assert cells[0].text == "工作机制\n（4分）"
    assert cells[0].grid_span == 2
    assert len(cells) == 6


def test_a_part_of_one_titled_group_keeps_its_two_cells() -> None:
    assert written(form(section(row(title="组织设置"))))[1][:2] == ["健全基本组织\n（8分）", "组织设置"]


def test_a_bonus_part_says_so() -> None:
    assert written(form(section(row(), title="特色", points="5", is_bonus=True)))[1][0] == "特色\n（加分5分）"


def test_criteria_of_a_row_share_a_cell_with_numbers_and_points() -> None:
    cells = written(form(section(row(criterion(1, "2"), criterion(2, "0.5")))))[1]
    assert cells[2] == "1.第1条的要求（2分）；\n2.第2条的要求（0.5分）。"


def test_a_checklist_item_prints_no_points() -> None:
    assert criteria_lines(row(criterion(7, None, text="有台账"))) == ["7.有台账。"]


def test_implementation_texts_share_a_cell_under_their_numbers() -> None:
    filled = [
        criterion(1, implementation="已落实。\n\n  附会议记录"),
        criterion(2),
        criterion(3, implementation="待办"),
    ]
    assert written(form(section(row(*filled))))[1][3] == "1.已落实。\n附会议记录\n3.待办"


def test_full_marks_show_the_sum_alone() -> None:
    cells = written(form(section(row(criterion(1, "2", ["2", "2"]), criterion(2, "1", ["1", "0.5"])))))[1]
    assert cells[4] == "3"
    assert cells[5] == "2.5\n①2\n②0.5"
    assert cells[6] == ""


def test_single_marks_are_small_beneath_the_sum() -> None:
    cell = cells_of(opened(write_form(form(section(row(criterion(1, "2", ["1"])))))))[1][4]
    total, single = cell.paragraphs
    assert total.style.font.size > single.style.font.size


def test_an_open_mark_is_a_dash_and_explained() -> None:
    contents = form(section(row(criterion(1, "2", ["2"]), criterion(2, "1"))))
    assert written(contents)[1][4] == "2\n①2\n②—"
    assert any("“—”为尚未评分" in note for note in paragraphs(contents))


def test_the_last_row_holds_the_vetoes_across_the_table() -> None:
    document = opened(write_form(form()))
    label, remarks = cells_of(document)[-1]
    assert label.text == "备注"
    assert remarks.text == "有下列情形之一的，不予评定：①有人受处分；②工作出大错。"
    assert (label.grid_span, remarks.grid_span) == (2, 5)


def test_vetoes_with_other_consequences_stand_apart() -> None:
    vetoes = (FormVeto("甲", "不予评定"), FormVeto("乙", "年底考核不合格"))
    contents = OfficialForm(form().head, form().sections, vetoes, form().printed_at)
    assert written(contents)[-1][1].split("\n") == [
        "有下列情形之一的，不予评定：①甲。",
        "有下列情形之一的，年底考核不合格：②乙。",
    ]


def test_the_head_line_names_unit_score_and_day() -> None:
    head = FormHead(
        "某院量化表", unit_name="甲医院党委", score=Decimal("96.50"), application_date=date(2026, 10, 9)
    )
    assert paragraphs(form(head=head))[:2] == [
        "某院量化表",
        "申报单位党委名称：甲医院党委\t得分：96.5\t申报时间：2026年10月9日",
    ]


def test_a_blank_form_leaves_the_head_open() -> None:
    unit, score, day = paragraphs(form(head=FormHead("某院量化表")))[1].split("\t")
    assert (unit, score) == ("申报单位党委名称：", "得分：")
    assert day.removeprefix("申报时间：").split() == ["年", "月", "日"]


def test_a_long_name_gets_a_line_of_its_own() -> None:
    name = "甲市" * 12 + "医院党委"
    assert paragraphs(form(head=FormHead("某院量化表", unit_name=name)))[1] == f"申报单位党委名称：{name}"


def test_a_provisional_form_says_so_in_its_head_and_on_every_page() -> None:
    head = FormHead("某院量化表", score=Decimal(90), score_stage="自评", is_provisional=True)
    document = opened(write_form(form(head=head)))
    assert "得分：90（自评，暂定）" in document.paragraphs[1].text
    assert document.sections[0].header.paragraphs[0].text.startswith("暂定")


def test_a_final_form_says_nothing_of_the_kind() -> None:
    document = opened(
        write_form(form(head=FormHead("某院量化表", score=Decimal(90), score_stage="主管部门评定")))
    )
    assert "暂定" not in document.paragraphs[1].text
    assert document.sections[0].header.is_linked_to_previous


def test_notes_are_numbered_and_the_wording_comes_first() -> None:
    last = paragraphs(form(wording_note="条文为归纳。", notes=("依据甲。",)))[-1]
    assert last == "附注：1.条文为归纳。2.依据甲。3.打印时间：2026年11月3日 10:30。"


def test_the_page_is_a4_across_with_turned_official_margins() -> None:
    page = opened(write_form(form())).sections[0]
    size, margins = page._sectPr.find(qn("w:pgSz")), page._sectPr.find(qn("w:pgMar"))
    assert page.orientation == WD_ORIENT.LANDSCAPE
    assert [centimetres(size, side) for side in ("w", "h")] == [29.7, 21.0]
    assert [centimetres(margins, side) for side in ("top", "right", "bottom", "left")] == [2.8, 3.7, 2.6, 3.5]
    assert round(sum(width.cm for width in WIDTHS), 2) == 29.7 - 3.7 - 3.5


def centimetres(element: BaseOxmlElement, side: str) -> float:
    """Return a length that the page's properties hold in twentieths of a point."""
    return round(int(element.get(qn(f"w:{side}"))) / 567, 1)


def test_pages_are_numbered() -> None:
    footer = opened(write_form(form())).sections[0].footer.paragraphs[0]
    assert footer._p.find(qn("w:fldSimple")).get(qn("w:instr")).strip() == "PAGE"


def test_short_rows_stay_whole_and_tall_rows_run_on() -> None:
    tall = row(criterion(1, implementation="很长的说明，" * 200))
    rows = opened(write_form(form(section(row(), tall)))).tables[0].rows
    assert [row_._tr.find(f".//{qn('w:cantSplit')}") is not None for row_ in rows] == [
        True,
        True,
        False,
        True,
    ]


def test_the_remarks_stay_with_the_notes_below_them() -> None:
    cells = cells_of(opened(write_form(form())))[-1]
    assert all(paragraph.paragraph_format.keep_with_next for cell in cells for paragraph in cell.paragraphs)


def test_equal_contents_give_equal_bytes() -> None:
    assert write_form(form()) == write_form(form())


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200))
def test_whatever_was_typed_can_be_printed(text: str) -> None:
    cell = written(form(section(row(criterion(1, implementation=text), criterion(2, implementation="末")))))[
        1
    ][3]
    assert cell.endswith("2.末")
