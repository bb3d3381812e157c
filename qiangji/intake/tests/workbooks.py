"""Workbooks for tests: built in code, as people fill them in, with the mistakes that they make."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from xlsxwriter import Workbook

HEADINGS = ("工号", "姓名", "党支部", "入党日期", "转正日期", "科室", "性别", "出生年份", "学历")
GOOD = (
    ("00101", "赵一", "内科党支部", "2010.7.1", "2011年7月1日", "", "男", "1980", "本科"),
    ("00102", "钱二", "内科党支部", "20120701", "2013-7-1", "", "女", 1985, "研究生"),
    ("00103", "孙三", "外科党支部", date(2024, 6, 1), "", "", "", "", ""),
)
# Eleven rows, each with one mistake: the column where it stands, and the row that mends it.
PLANTED: tuple[tuple[str, tuple[Any, ...], tuple[Any, ...]], ...] = (
    ("工号", ("", "李四", "内科党支部", "2010-07-01", "", "", "", "", ""), ("00104", "李四", "内科党支部", "2010-07-01", "", "", "", "", "")),
    ("姓名", ("00105", "", "内科党支部", "2010-07-01", "", "", "", "", ""), ("00105", "周五", "内科党支部", "2010-07-01", "", "", "", "", "")),
    ("党支部", ("00106", "吴六", "肿瘤科党支部", "2010-07-01", "", "", "", "", ""), ("00106", "吴六", "外科党支部", "2010-07-01", "", "", "", "", "")),
    ("入党日期", ("00107", "郑七", "内科党支部", "2015-02-30", "", "", "", "", ""), ("00107", "郑七", "内科党支部", "2015-02-28", "", "", "", "", "")),
    ("入党日期", ("00108", "王八", "内科党支部", "2099-01-01", "", "", "", "", ""), ("00108", "王八", "内科党支部", "2009-01-01", "", "", "", "", "")),
    ("转正日期", ("00109", "冯九", "内科党支部", "2012-07-01", "2011-07-01", "", "", "", ""), ("00109", "冯九", "内科党支部", "2012-07-01", "2013-07-01", "", "", "", "")),
    ("性别", ("00110", "陈十", "内科党支部", "2012-07-01", "", "", "先生", "", ""), ("00110", "陈十", "内科党支部", "2012-07-01", "", "", "男", "", "")),
    ("出生年份", ("00111", "褚甲", "内科党支部", "2012-07-01", "", "", "", "一九八〇", ""), ("00111", "褚甲", "内科党支部", "2012-07-01", "", "", "", "1980", "")),
    ("学历", ("00112", "卫乙", "内科党支部", "2012-07-01", "", "", "", "", "高级"), ("00112", "卫乙", "内科党支部", "2012-07-01", "", "", "", "", "大专")),
    ("科室", ("00113", "蒋丙", "内科党支部", "2012-07-01", "", "月球科", "", "", ""), ("00113", "蒋丙", "内科党支部", "2012-07-01", "", "", "", "", "")),
    ("工号", ("00101", "沈丁", "内科党支部", "2012-07-01", "", "", "", "", ""), ("00114", "沈丁", "内科党支部", "2012-07-01", "", "", "", "", "")),
)  # fmt: skip
FIRST_ROW = 4  # of the data in ``register``: a title, a blank row, the heading


def book(
    rows: Sequence[Sequence[Any]],
    *,
    sheet: str = "Sheet1",
    merges: Sequence[tuple[int, int, int, int, str]] = (),
) -> bytes:
    """Return a workbook with these cells; days are real dates, None stays empty."""
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as made:
        page = made.add_worksheet(sheet)
        day = made.add_format({"num_format": "yyyy/m/d"})
        for top, left, bottom, right, text in merges:
            page.merge_range(top, left, bottom, right, text)
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                if isinstance(value, date):
                    page.write_datetime(row, column, value, day)
                elif isinstance(value, str) and value:
                    page.write_string(row, column, value)
                elif value not in (None, ""):
                    page.write(row, column, value)
    return stream.getvalue()


def register(*, mended: bool) -> bytes:
    """Return a register with a title above it: three good rows, and the planted ones as they came or mended."""
    rows = [right if mended else wrong for _, wrong, right in PLANTED]
    return book([["党员名册（2026）"], [], HEADINGS, *GOOD, *rows, [], ["合计", len(GOOD) + len(rows)]])


def upload(data: bytes, name: str = "名册.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
