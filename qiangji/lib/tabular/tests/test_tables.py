"""What is written reads back the same; what people make of it reads the same too; what cannot be read says why."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from qiangji.lib.tabular import (
    CellReader,
    CellRefused,
    Choice,
    Column,
    TableRefused,
    Type,
    WorkbookRefused,
    open_table,
    read_workbook,
    table_workbook,
)

COLUMNS = (
    Column("number", "工号", Type.CODE, required=True, aliases=("职工号",)),
    Column("name", "姓名", required=True),
    Column("day", "入党日期", Type.DATE),
    Column("month", "月份", Type.MONTH),
    Column("amount", "金额（元）", Type.MONEY),
    Column("count", "人数", Type.INTEGER),
    Column("sex", "性别", Type.CHOICE, choices=(Choice("male", "男", ("男性",)), Choice("female", "女"))),
    Column("is_public", "公立", Type.FLAG),
    Column("notes", "说明", Type.LONG_TEXT, longest=500),
)
DAYS = st.dates(date(1921, 1, 1), date(2099, 12, 31))
TEXTS = st.text("赵钱孙李周吴abcXYZ-（）·", min_size=1, max_size=12).map(str.strip).filter(
    lambda text: text and text not in ("-", "—")
)  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.from_regex(r"[0-9A-Z]{1,8}", fullmatch=True),
        TEXTS,
        st.none() | DAYS,
        st.none() | DAYS.map(lambda day: day.replace(day=1)),
        st.none() | st.decimals(0, 99_999, places=2),
        st.none() | st.integers(0, 100_000),
        st.none() | st.sampled_from(["male", "female"]),
        st.none() | st.booleans(),
        st.none() | TEXTS,
    ),
    min_size=1,
    max_size=8,
)


def rows_of(
    folder: Path, data: bytes, columns: Sequence[Column] = COLUMNS, **options: Any
) -> list[tuple[Any, ...]]:
    """Read a workbook back as values in the order of the columns."""
    path = folder / "table.xlsx"
    path.write_bytes(data)
    table = open_table(read_workbook(path), columns, **options)
    readers = [(column.name, CellReader(column)) for column in columns]
    found = []
    for heading, raw in table.rows:
        cells = dict.fromkeys((column.name for column in columns), None)
        cells |= {name: raw.cells[at] if at < len(raw.cells) else None for name, at in heading.places.items()}
        found.append(tuple(reader(cells[name]) for name, reader in readers))
    return found


def messy(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """Write rows as people do: titles, other headings, columns turned about, days and numbers as text, blank rows."""
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("数据")
        sheet.merge_range(0, 0, 0, 8, "某院登记表（2026）")
        sheet.merge_range(2, 1, 2, 2, "基本情况")
        for column, text in enumerate(
            ["说 明", "职工号", "*姓名", "入党\n日期", "金额", "月份", "性别", "人数", "公立", "自己加的列"]
        ):
            sheet.write(3, column, text)
        for index, (number, name, day, month, amount, count, sex, is_public, notes) in enumerate(rows):
            row = 5 + index * 2
            shown = [
                notes,
                f" {number}　",
                f"　{name} ",
                f"{day.year}年{day.month}月{day.day}日"
                if index % 2 and day
                else day and f"{day.year}.{day.month}.{day.day}",
                amount is not None and f"{amount:,}元",
                month and f"{month.year}/{month.month}",
                {"male": "男性", "female": "女", None: None}[sex],
                count is not None and f"{count} 人",
                {True: "√", False: "否", None: None}[is_public],
            ]
            for column, text in enumerate(shown):
                if text:
                    sheet.write_string(row, column, text)
        sheet.write(6 + len(rows) * 2, 0, "填表人：某某")
        book.add_worksheet("空表")
    return stream.getvalue()


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_written_rows_read_back_the_same(tmp_path, rows):
    data = table_workbook(title="表", columns=COLUMNS, rows=rows)
    assert rows_of(tmp_path, data) == rows


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_messy_tables_give_the_same_rows(tmp_path, rows):
    assert rows_of(tmp_path, messy(rows)) == [tuple(row) for row in rows]


@given(DAYS)
def test_a_day_reads_the_same_however_it_is_written(day):
    read = CellReader(Column("day", "日期", Type.DATE))
    serial = (day - date(1899, 12, 30)).days
    written: list[Any] = [
        day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}", f"{day.isoformat()} 00:00", float(serial), str(serial), int(f"{day:%Y%m%d}"),
    ]  # fmt: skip
    assert {read(one) for one in written} == {day}


@pytest.mark.parametrize(
    ("type_", "raw", "wrong"),
    [
        (Type.DATE, "2026-02-29", "没有 2026 年 2 月 29 日这一天"),
        (Type.DATE, "2026年3月", "没有写到日"),
        (Type.DATE, "去年", "不是日期"),
        (Type.DATE, 12, "不是日期"),
        (Type.MONTH, "三月", "不是月份"),
        (Type.INTEGER, "1.5", "小数位数太多|不是整数"),
        (Type.DECIMAL, "很多", "不是数"),
        (Type.DECIMAL, "1,23", "不是数"),
        (Type.MONEY, "1.005", "小数位数太多"),
        (Type.FLAG, "也许", "看不出是或否"),
        (Type.CODE, "1.2E+10", "科学记数"),
        (Type.CODE, 1e17, "丢失"),
        (Type.CODE, 1.5, "不是编号"),
        (Type.TEXT, "长" * 300, "太长"),
        (Type.TEXT, "#REF!", "公式出错"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_would_be_right(type_, raw, wrong):
    with pytest.raises(CellRefused) as refused:
        CellReader(Column("x", "栏目", type_))(raw)
    assert any(words in refused.value.wrong for words in wrong.split("|"))
    assert refused.value.right


def test_numbers_flags_and_codes_as_excel_holds_them():
    assert CellReader(Column("x", "工号", Type.CODE))(1002.0) == "1002"
    assert CellReader(Column("x", "工号", Type.CODE))(" ００１２３ ") == "00123"
    assert CellReader(Column("x", "公立", Type.FLAG))(True) is True
    assert CellReader(Column("x", "金额", Type.MONEY))(0.1 + 0.2) == Decimal("0.3")
    assert CellReader(Column("x", "姓名"))(" 张  三 ") == "张 三"
    with pytest.raises(CellRefused, match="没有填写"):
        CellReader(Column("x", "姓名", required=True))("  ")


def book_of(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        for name, rows in sheets:
            page = book.add_worksheet(name)
            for row, values in enumerate(rows):
                page.write_row(row, 0, values)
    return stream.getvalue()


def test_several_sheets_are_read_and_others_are_named(tmp_path):
    path = tmp_path / "a.xlsx"
    head = ["姓名", "工号", "电话"]
    path.write_bytes(
        book_of(
            ("一", [head, ["甲", "1"]]),
            ("二", [head, ["乙", "2"], head, ["丙", "3"]]),
            ("附注", [["随便写"]]),
        )
    )
    table = open_table(read_workbook(path), COLUMNS)
    assert [(raw.sheet, raw.number, raw.cells[0]) for _, raw in table.rows] == [
        ("一", 2, "甲"),
        ("二", 2, "乙"),
        ("二", 4, "丙"),
    ]
    assert table.skipped == ["附注"]
    assert table.headings[0].unknown == ("电话",)


def test_headings_over_two_rows_and_cells_merged_downwards(tmp_path):
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 1, "人员")
        page.write_row(1, 0, ["工号", "姓名"])
        page.merge_range(0, 2, 1, 2, "说明")
        page.write_row(2, 0, ["1", "甲"])
        page.write_row(3, 0, ["2", "乙"])
        page.merge_range(2, 2, 3, 2, "同组")
    rows = rows_of(tmp_path, stream.getvalue())
    assert [(row[0], row[1], row[8]) for row in rows] == [("1", "甲", "同组"), ("2", "乙", "同组")]


def test_another_platforms_columns_by_a_mapping(tmp_path):
    data = book_of(("x", [["人员编码", "称谓", "姓名"], ["007", "甲", "不是这列"]]))
    rows = rows_of(tmp_path, data, mapping={"number": "人员编码", "name": "称谓"})
    assert rows[0][:2] == ("007", "甲")


def test_a_workbook_without_the_headings_shows_those_it_has(tmp_path):
    with pytest.raises(TableRefused) as refused:
        rows_of(tmp_path, book_of(("x", [["甲", "乙"], ["1", "2"]])))
    assert refused.value.headings == ("甲", "乙")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"plain text", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_what_is_no_workbook_is_refused(tmp_path, data):
    with pytest.raises(WorkbookRefused):
        rows_of(tmp_path, data)


def test_a_cell_far_away_is_refused_not_read(tmp_path):
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "工号")
        page.write(1_048_575, 16_383, "远")
    with pytest.raises(WorkbookRefused):
        rows_of(tmp_path, stream.getvalue())


def test_ten_thousand_days_keep_their_order():
    read = CellReader(Column("day", "日期", Type.DATE))
    first = date(2000, 1, 1)
    assert [read((first + timedelta(days=n)).isoformat()) for n in range(0, 10_000, 500)] == [
        first + timedelta(days=n) for n in range(0, 10_000, 500)
    ]
