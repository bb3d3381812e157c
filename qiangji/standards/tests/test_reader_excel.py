"""Workbooks: sheets, merges and values as a person reads them."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from qiangji.standards.reader import parse_bytes
from qiangji.standards.reader.cells import Unreadable
from qiangji.standards.reader.excel import read_excel, read_old_excel
from qiangji.standards.tests.packages import archive, places, rebuilt, saved, texts, workbook

OLD = Path(__file__).parent / "data" / "old_workbook.xls"
HEADING = ("项目", "具体标准", "分值")


def test_merges_in_both_directions_keep_their_place() -> None:
    rows = [("量化评分表", None, None), HEADING, ("班子", "1.分工", 2), (None, "2.纪要", 1)]
    table = read_excel(workbook(("2026", rows), merges=["A1:C1", "A3:A4"])).tables[0]
    assert places(table)[0] == [(0, 3, False)]
    assert places(table)[3] == [(0, 1, True), (1, 1, False), (2, 1, False)]
    assert table.name == "2026"


def test_a_merge_over_rows_and_columns_leaves_one_wide_cell_in_each_row() -> None:
    rows = [HEADING, ("说明", None, "x"), (None, None, "y")]
    table = read_excel(workbook(("甲", rows), merges=["A2:B3"])).tables[0]
    assert places(table)[1:] == [[(0, 2, False), (2, 1, False)], [(0, 2, True), (2, 1, False)]]


def test_a_merge_without_end_costs_nothing() -> None:
    data = workbook(("甲", [HEADING, ("班子", "1.分工", 2)]), merges=["A2:A9"])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").replace(b"A2:A9", b"A2:A1048576")
    table = read_excel(rebuilt(data, **{"xl__worksheets__sheet1.xml": sheet})).tables[0]
    assert texts(table)[1] == ["班子", "1.分工", "2"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5, "0.5"), (2, "2"), (2.0, "2"), (0.1 + 0.2, "0.3"), (1.005, "1.005"), (12345678901, "12345678901"),
        (datetime.date(2026, 3, 1), "2026-03-01"), (datetime.time(9, 30), "09:30"), (True, "TRUE"), (1e15, "1000000000000000"),
        (datetime.datetime.fromisoformat("2026-03-01T09:30"), "2026-03-01 09:30"), ("（2分）", "（2分）"), ("a_x000D_\nb", "a\nb"),
    ],
)  # fmt: skip
def test_values_are_written_as_people_write_them(value: object, shown: str) -> None:
    assert texts(read_excel(workbook(("甲", [HEADING, ("班子", "1.", value)]))).tables[0])[1][2] == shown


def test_empty_rows_and_columns_are_left_out_but_places_stay_those_of_the_sheet() -> None:
    rows = [(), (None, "项目", None, "具体标准"), (), (None, "班子", None, "1.分工")]
    table = read_excel(workbook(("2026", rows))).tables[0]
    assert texts(table) == [["项目", "具体标准"], ["班子", "1.分工"]]
    assert [row.where for row in table.rows] == ["工作表“2026”第 2 行", "工作表“2026”第 4 行"]
    assert places(table)[0] == [(1, 1, False), (3, 1, False)]


def test_every_visible_sheet_is_a_table_and_hidden_ones_are_named() -> None:
    book = Workbook()
    book.active.title = "封面"
    book.active["A1"] = "封面"
    for title, state in (("标准", "visible"), ("旧表", "hidden"), ("底稿", "veryHidden"), ("空", "visible")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        if title != "空":
            sheet.append(HEADING)
    found = read_excel(saved(book))
    assert [table.name for table in found.tables] == ["封面", "标准"]
    assert [problem.severity for problem in found.problems] == ["warning"]
    assert "“旧表”、“底稿”" in found.problems[0].message


def test_hidden_rows_and_columns_are_left_out_and_named() -> None:
    book = Workbook()
    book.active.title = "甲"
    for row in (HEADING, ("旧", "1.旧", 1), ("班子", "1.分工", 2)):
        book.active.append([*row, "底稿"])
    book.active.row_dimensions[2].hidden = True
    book.active.row_dimensions[9].hidden = True
    book.active.column_dimensions["D"].hidden = True
    found = read_excel(saved(book))
    assert texts(found.tables[0]) == [["项目", "具体标准", "分值"], ["班子", "1.分工", "2"]]
    assert [(p.where, p.message[:11]) for p in found.problems] == [
        ("工作表“甲”", "隐藏的第 2 行没有读"),
        ("工作表“甲”", "隐藏的第 D 列没有读"),
    ]


def test_percentages_are_written_as_shown() -> None:
    book = Workbook()
    book.active.append(HEADING)
    book.active.append(("班子", "1.达标率", 0.85))
    book.active.append(("班子", "2.满意率", 0.995))
    book.active["C2"].number_format = "0%"
    book.active["C3"].number_format = "0.0%"
    assert [row[2] for row in texts(read_excel(saved(book)).tables[0])[1:]] == ["85%", "99.5%"]


def test_a_format_problem_stands_beside_the_row_it_speaks_of() -> None:
    rows = [HEADING, ("班子（2分）", "1.分工（2分）", 2), ("学习（#分）", "#REF!", None)]
    parsed = parse_bytes(workbook(("甲", rows)), filename="表.xlsx")
    failed = next(problem for problem in parsed.problems if "#REF!" in problem.message)
    assert failed.origin is not None
    assert parsed.original[failed.origin].where == failed.where == "工作表“甲”第 3 行"


def test_failed_and_uncalculated_formulas_are_named_with_their_cell() -> None:
    book = Workbook()
    book.active.title = "甲"
    book.active.append(HEADING)
    book.active.append(("班子", "#REF!", "=SUM(C3:C4)"))
    problems = read_excel(saved(book)).problems
    assert [(p.severity, p.where) for p in problems] == [
        ("error", "工作表“甲”第 2 行"),
        ("warning", "工作表“甲”第 2 行"),
    ]
    assert "B2" in problems[0].message
    assert "C2" in problems[1].message


def test_many_failed_formulas_end_in_a_summary() -> None:
    rows = [HEADING, *[("班子", "1.", "#DIV/0!")] * 50]
    problems = read_excel(workbook(("甲", rows))).problems
    assert len(problems) == 21
    assert "还有更多" in problems[-1].message


def test_formatted_text_in_a_cell_is_read_whole() -> None:
    book = Workbook()
    book.active.append(HEADING)
    book.active["A2"] = "班子"
    book.active["A2"].font = Font(bold=True)
    book.active["B2"] = "1.分工\n2.纪要"
    assert texts(read_excel(saved(book)).tables[0])[1] == ["班子", "1.分工\n2.纪要", ""]


def test_the_old_format_is_read_with_its_merges_and_hidden_sheets() -> None:
    found = read_old_excel(OLD.read_bytes())
    table = found.tables[0]
    assert texts(table)[1][:3] == ["项目", "具体标准", "分值"]
    assert places(table)[0] == [(0, 4, False)]
    assert places(table)[3][0] == (0, 1, True)
    assert texts(table)[2][2] == "0.5"
    assert "隐藏" in found.problems[0].message


def message(data: bytes, name: str = "表.xlsx") -> str:
    parsed = parse_bytes(data, filename=name)
    assert parsed.sections == []
    assert [problem.severity for problem in parsed.problems] == ["error"]
    return parsed.problems[0].message


def test_a_workbook_without_content_says_so() -> None:
    assert "没有内容" in message(workbook(("甲", [])))


def test_a_sheet_with_too_many_rows_is_refused_by_name() -> None:
    assert "工作表“甲”超过 2000 行" in message(workbook(("甲", [("x",)] * 2001)))


def test_a_cell_at_the_far_corner_cannot_take_all_memory() -> None:
    book = Workbook()
    book.active.append(HEADING)
    book.active["XFD1048576"] = "x"
    assert "范围过大" in message(saved(book)) or "大片内容" in message(saved(book))


def test_macros_are_refused() -> None:
    assert "宏" in message(rebuilt(workbook(("甲", [HEADING])), **{"xl__vbaProject.bin": b"x"}))
    assert "宏" in message(rebuilt(workbook(("甲", [HEADING])), **{"xl__macrosheets__sheet1.xml": b"<x/>"}))
    assert "宏" in message(b"whatever", "表.xlsm")


def test_binary_and_foreign_workbooks_are_refused_with_what_to_do() -> None:
    assert ".xlsx" in message(archive({"xl/workbook.bin": b"x"}), "表.xlsb")
    ods = archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"})
    assert ".xlsx" in message(ods, "表.ods")


def test_an_encrypted_workbook_is_refused() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert "加密" in message(ole)


def test_what_only_looks_like_a_workbook_is_refused() -> None:
    assert "损坏" in message(b"not a workbook")
    assert "损坏" in message(archive({"xl/workbook.xml": "<workbook/>"}))
    assert "损坏" in message(workbook(("甲", [HEADING]))[:-200])
    with pytest.raises(Unreadable, match="损坏"):
        read_old_excel(OLD.read_bytes()[:700])


def test_a_name_that_says_otherwise_does_not_matter() -> None:
    stream = io.BytesIO(workbook(("甲", [("没有量化表",)])))
    assert "损坏" not in message(stream.getvalue(), "表.docx")
