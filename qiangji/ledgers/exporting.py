"""The list of records as an Excel sheet: plain cells that can be sorted and summed, text never read as a formula."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from xlsxwriter import Workbook

from qiangji.ledgers.models import Record
from qiangji.ledgers.tables import field_text
from qiangji.ledgers.templatetags.ledger_words import kind_titles
from qiangji.ledgers.vocabulary import LedgerKind
from qiangji.lib.typesetting import writable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = ["日期", "主题", "类型", "组织", "应到", "实到", "学时", "所属年度", "状态"]
WIDTHS = [12, 32, 24, 18, 8, 8, 8, 10, 10]
EXTRA_WIDTH = 18


def workbook_of(
    records: Sequence[Record],
    kind: LedgerKind | None,
    names: Mapping[str, str],
    *,
    title: str,
    at: datetime,
) -> bytes:
    """Return records as .xlsx, one a row; a single kind adds its own columns."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(stream, options)
    book.set_properties({"title": title, "created": at.astimezone(UTC).replace(tzinfo=None, microsecond=0)})
    sheet = book.add_worksheet(title[:31])
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    fields = [field for field in kind.fields if field.name != "hours"] if kind else []
    for column, heading in enumerate([*HEADINGS, *(field.title for field in fields)]):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, WIDTHS[column] if column < len(WIDTHS) else EXTRA_WIDTH)
    for line, record in enumerate(records, 1):
        sheet.write_datetime(line, 0, datetime(*record.date.timetuple()[:3]), day)  # noqa: DTZ001
        sheet.write_string(line, 1, writable(record.title))
        sheet.write_string(line, 2, kind_titles(record))
        sheet.write_string(line, 3, writable(record.organization.short_name))
        for column, number in enumerate((record.expected, record.present, record.hours, record.year), 4):
            if number is not None:
                sheet.write_number(line, column, float(number))
        sheet.write_string(line, 8, str(record.get_state_display()))
        for column, field in enumerate(fields, 9):
            sheet.write_string(line, column, writable(field_text(field, record, names)))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(records)), len(HEADINGS) + len(fields) - 1)
    book.close()
    return stream.getvalue()
