"""A list as an Excel sheet: one row each, plain cells that can be sorted and summed, text never read as a formula."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from xlsxwriter import Workbook

from qiangji.lib.typesetting import writable

Cell = str | Decimal | date | None


def write_list(
    rows: Iterable[Sequence[Cell]], *, columns: Sequence[tuple[str, int]], name: str, title: str, at: datetime
) -> bytes:
    """Return rows as .xlsx below headings that stay in sight and filter; ``columns`` are headings and widths in characters.

    Bytes depend on contents and ``at`` only.
    """
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(stream, options)
    moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": writable(title)[:255], "created": moment})
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    for column, (heading, width) in enumerate(columns):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, width)
    line = 0
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, Decimal):
                sheet.write_number(line, column, float(cell))
            elif isinstance(cell, date):
                sheet.write_datetime(line, column, cell, day)
            elif cell:
                sheet.write_string(line, column, writable(cell))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, line), len(columns) - 1)
    book.close()
    return stream.getvalue()
