"""The ledger by class as an Excel sheet: plain cells that can be sorted and summed, text never read as a formula."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from xlsxwriter import Workbook

from qiangji.lib.typesetting import writable
from qiangji.results.selectors.classes import Class

HEADINGS = ("代码", "组织", "上级", "类别", "得分")
WIDTHS = (12, 36, 24, 16, 10)
SCORED = (Class.MEETS, Class.BELOW, Class.WITHHELD)


def write_ledger(rows: Iterable[Any], *, title: str, at: datetime) -> bytes:
    """Return classified organizations as .xlsx, one a row."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(stream, options)
    moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": writable(title)[:255], "created": moment})
    sheet = book.add_worksheet("分类台账")
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, WIDTHS[column])
    line = 0
    for line, row in enumerate(rows, 1):
        texts = (
            row.code,
            row.name,
            row.parent.short_name if row.parent else "",
            Class(row.ledger_class).label,
        )
        for column, text in enumerate(texts):
            sheet.write_string(line, column, writable(str(text)))
        if row.newest_score is not None and row.ledger_class in SCORED:
            sheet.write_number(line, 4, float(row.newest_score))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, line), len(HEADINGS) - 1)
    book.close()
    return stream.getvalue()
