"""The drawn register, read back cell by cell."""

import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from qiangji.lib import word
from qiangji.reports.self_check_register.columns import REGISTER
from qiangji.reports.self_check_register.contents import SelfCheckRegister
from qiangji.reports.self_check_register.layout import DEFAULT_NOTICE, OWN_NOTICE, Layout
from qiangji.reports.self_check_register.tests.factories import layout, opened, register, row, texts_of
from qiangji.reports.self_check_register.writer import NO_GAPS, PAGE_HEADER, widths_of, write_register
from qiangji.reports.tests.packages import ORDERS, disordered, parts_of

EVERY = [key for key in REGISTER if key != "blank"]


def written(contents: SelfCheckRegister, shape: Layout | None = None) -> list[list[str]]:
    return texts_of(opened(write_register(contents, shape or layout())))


def paragraphs(contents: SelfCheckRegister, shape: Layout | None = None) -> list[str]:
    return [line.text for line in opened(write_register(contents, shape or layout())).paragraphs]


@pytest.mark.shows("A05")
def test_every_print_says_that_it_is_not_the_official_annex() -> None:
    document = opened(write_register(register(), layout()))
    assert [line.text for line in document.paragraphs[:2]] == ["标准化创建自查情况登记表", DEFAULT_NOTICE]
    assert "附件4未收到，版式为系统默认，可配置" in DEFAULT_NOTICE
    assert document.sections[0].header.paragraphs[0].text == PAGE_HEADER
    assert "不是官方附件" in PAGE_HEADER


def test_a_site_layout_says_whose_it_is_and_keeps_its_note_beneath() -> None:
    shape = layout("code", note="版式依据甲院办法")
    assert paragraphs(register(), shape)[:3] == ["某院登记表", OWN_NOTICE, "版式依据甲院办法"]
    assert "不是官方附件" in OWN_NOTICE


def test_the_head_names_unit_cycle_edition_and_day() -> None:
    assert texts_of(opened(write_register(register(), layout())), 0) == [
        ["组织名称", "甲医院党委", "考评周期", "2026年度考核（甲卫党〔2026〕1号）"],
        ["依据标准", "某省量化表（2026）", "登记日期", "2026年11月3日"],
    ]


def test_the_summary_has_a_line_per_part_and_one_for_all() -> None:
    assert texts_of(opened(write_register(register(), layout())), 1) == [
        ["序号", "项目", "分值", "自评得分", "失分", "未满分条数"],
        ["1", "第1部分", "4", "3", "1", "1"],
        ["2", "第2部分", "2", "未评", "—", "1"],
        ["", "合计", "6", "3", "1", "2"],
    ]


@pytest.mark.shows("A05")
def test_each_gap_has_its_figures_its_text_and_room_for_what_follows() -> None:
    filled = row("3-2-2", "1.5", implementation="缺一次", evidence_count=2)
    headings, cells = written(register(filled, row("3-2-3", "2")))
    assert headings == [
        "项目",
        "条号",
        "具体标准",
        "分值",
        "自评得分",
        "失分",
        "落实情况",
        "佐证份数",
        "原因",
        "整改措施",
        "责任人",
        "完成时限",
    ]
    assert cells == ["第3部分", "3-2-2", "3-2-2的要求", "2", "1.5", "0.5", "缺一次", "2", "", "", "", ""]


def test_columns_stand_as_the_layout_says() -> None:
    shape = layout("lost", "code", "number")
    assert written(register(), shape) == [
        ["失分", "条号", "序号"],
        ["1", "1-1-1", "1"],
        ["—", "2-1-1", "2"],
    ]


def test_every_column_there_is_can_be_drawn() -> None:
    assert written(register(row()), layout(*EVERY))[0] == [REGISTER[key].heading for key in EVERY]


def test_what_is_not_scored_and_what_is_bonus_say_so_where_all_is_listed() -> None:
    rows = (row("1-1-1", None, possible=None), row("2-1-1", "1", is_bonus=True))
    shown = written(register(*rows, with_full=True), layout("points", "self", "lost"))[1:]
    assert shown == [["不计分", "—", "—"], ["2", "1", "—"]]


def test_a_part_is_written_once_over_its_rows_and_groups_stay_within_their_part() -> None:
    rows = [row(code, "1", group="机制") for code in ("1-1-1", "1-1-2", "2-1-1")]
    table = opened(write_register(register(*rows), layout("part", "group", "code"))).tables[-1]
    first, second, third = list(table.rows)[1:]
    for column in (0, 1):
        assert first.cells[column]._tc is second.cells[column]._tc
        assert third.cells[column]._tc is not second.cells[column]._tc
    assert first.cells[0].text == "第1部分"


def test_a_text_of_several_lines_keeps_them() -> None:
    cells = written(register(row(implementation="缺一次\n\n  已补学\n")), layout("text"))[1]
    assert cells == ["缺一次\n已补学"]


def test_a_sheet_of_full_marks_says_that_nothing_is_to_be_registered() -> None:
    rows = written(register(row("1-1-1", "2")))
    assert set(rows[1]) == {NO_GAPS}
    assert len(rows) == 2


def test_open_criteria_are_counted_below() -> None:
    assert paragraphs(register(notes=("甲。",)))[-1] == (
        "附注：1.甲。2.尚有1条未评，未评条目不计入失分。3.打印时间：2026年11月3日 10:30。"
    )
    assert "未评" not in paragraphs(register(row()))[-1]


def test_headings_repeat_on_every_page() -> None:
    for table in opened(write_register(register(), layout())).tables[1:]:
        marked = [row_._tr.find(f".//{qn('w:tblHeader')}") is not None for row_ in table.rows]
        assert marked == [True] + [False] * (len(marked) - 1)


def test_short_rows_stay_whole_and_tall_rows_run_on() -> None:
    tall = row("1-1-2", implementation="很长的说明，" * 60)
    rows = opened(write_register(register(row(), tall), layout())).tables[-1].rows
    assert [row_._tr.find(f".//{qn('w:cantSplit')}") is not None for row_ in rows] == [True, True, False]


@pytest.mark.parametrize("columns", [["code"], ["code", "title", "lost"], EVERY])
def test_tables_are_as_wide_as_the_page_whatever_the_columns(columns: list[str]) -> None:
    widths = widths_of(layout(*columns).spec.entries, REGISTER)
    assert sum(width.twips for width in widths) == word.TEXT_WIDTH.twips


def test_equal_contents_give_equal_bytes() -> None:
    assert write_register(register(), layout()) == write_register(register(), layout())


@pytest.mark.parametrize("name", ORDERS)
def test_children_stand_in_the_order_of_the_schema(name: str) -> None:
    _, wrong = disordered(parts_of(write_register(register(), layout())), name)
    assert wrong == []


def test_the_properties_name_the_register_and_nobody() -> None:
    properties = opened(write_register(register(), layout())).core_properties
    assert (properties.title, properties.author) == ("标准化创建自查情况登记表", "")


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200))
def test_whatever_was_typed_can_be_printed(text: str) -> None:
    cells = written(register(row(implementation=f"{text}\n末")), layout("text", "code"))[1]
    assert cells[0].endswith("末")
    assert cells[1] == "1-1-1"
