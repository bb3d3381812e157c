"""A clean Excel paper for Chinese official use: one ruled sheet on A4 that prints as it is seen.

Whatever is text is written as text: a cell that begins with =, +, - or @ stays what somebody typed and is never a
formula, also when it is edited later. Excel does not make merged rows as high as their text, so heights are reckoned
here, and a text that is higher than a row may be runs over several rows. Bytes depend on contents and ``at`` only.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from qiangji.lib.typesetting import lines_of, writable

# Excel names one font per cell and knows no stand-in; these are on every Windows, but for the title's.
SONG_TITLE, SONG, FANGSONG, HEI = "方正小标宋简体", "宋体", "仿宋", "黑体"
A4 = 9
PIXELS_PER_CM, POINTS_PER_CM, CM_PER_INCH = 96 / 2.54, 72 / 2.54, 2.54
LONGEST_TEXT = 32_767  # characters that a cell holds
CUT_SHORT = "……（超出单元格上限，全文见 Word 版）"
TALLEST_ROW, PIECE = 400.0, 120.0  # points; Excel stops at 409
CELL_SIDES, CELL_ENDS = 8.0, 6.0  # points that a cell keeps free beside its text, and above and below
FORMULA_SIGNS = "=+-@"
# Above, right, below, left, in centimetres: the margins of GB/T 9704, turned along with the page.
UPRIGHT, ACROSS = (3.7, 2.6, 3.5, 2.8), (2.8, 3.7, 2.6, 3.5)


@dataclass(frozen=True)
class Style:
    """How a cell looks; ``line`` is the height of a line in points, ``ruled`` draws lines around it, but ``without`` one.

    ``at_top`` is for a cell that may run over pages: its text then stands on the first of them, and is not cut in two.
    """

    font: str = FANGSONG
    size: float = 10.5
    line: float = 15.5
    centered: bool = True
    ruled: bool = True
    without: str = ""
    at_top: bool = False

    def lines(self, text: str, width: float) -> int:
        """Return about how many lines a text takes in a width in centimetres."""
        per_line = max(1.0, (width * POINTS_PER_CM - CELL_SIDES) / self.size)
        return sum(lines_of(line, per_line) for line in text.split("\n"))

    def height(self, text: str, width: float) -> float:
        """Return about how many points a text is high in a width in centimetres."""
        return self.lines(text, width) * self.line + CELL_ENDS


class Paper:
    """One sheet being drawn. Rows and columns count from 0; ranges include both ends."""

    def __init__(
        self, *, title: str, name: str, at: datetime, widths: Sequence[float], across: bool, header: str = ""
    ) -> None:
        """Begin a sheet with columns of these widths in centimetres; ``header`` stands on every page."""
        self.widths = tuple(widths)
        self._stream = io.BytesIO()
        self._book = Workbook(self._stream, {"in_memory": True})
        moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self._book.set_properties({"title": writable(title)[:255], "created": moment})
        self._sheet = self._book.add_worksheet(name)
        self._formats: dict[tuple[Style, str, bool], Format] = {}
        self._set_page(across=across, header=header)
        for column, width in enumerate(self.widths):
            self._sheet.set_column_pixels(column, column, round(width * PIXELS_PER_CM))

    def _set_page(self, *, across: bool, header: str) -> None:
        sheet = self._sheet
        sheet.set_paper(A4)
        if across:
            sheet.set_landscape()
        top, right, bottom, left = (side / CM_PER_INCH for side in (ACROSS if across else UPRIGHT))
        sheet.set_margins(left=left, right=right, top=top, bottom=bottom)
        if header:
            sheet.set_header(f'&R&"{SONG}"&10{header.replace("&", "&&")}', {"margin": 1.8 / CM_PER_INCH})
        sheet.set_footer(f'&C&"{SONG}"&10— &P —', {"margin": 1.4 / CM_PER_INCH})
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)

    def width(self, first: int, last: int) -> float:
        """Return the width of columns together, in centimetres."""
        return sum(self.widths[first : last + 1])

    def write(self, rows: tuple[int, int], columns: tuple[int, int], text: str, style: Style) -> None:
        """Write a text over a range of cells, merged where it is more than one.

        What is longer than a cell holds is cut, with a word that says so.
        """
        shown = writable(text)
        if len(shown) > LONGEST_TEXT:
            shown = shown[: LONGEST_TEXT - len(CUT_SHORT)] + CUT_SHORT
        look = self._format(style, "", quoted=shown[:1] in FORMULA_SIGNS and shown != "")
        self._merge(rows, columns, look)
        if shown:
            self._sheet.write_string(rows[0], columns[0], shown, look)
        else:
            self._sheet.write_blank(rows[0], columns[0], None, look)

    def write_number(
        self,
        rows: tuple[int, int],
        columns: tuple[int, int],
        value: Decimal,
        style: Style,
        *,
        number_format: str = "General",
    ) -> None:
        """Write a figure that can be calculated with; ``number_format`` may put words around it."""
        look = self._format(style, number_format, quoted=False)
        self._merge(rows, columns, look)
        self._sheet.write_number(rows[0], columns[0], float(value), look)

    def set_height(self, row: int, points: float) -> None:
        """Make a row so high."""
        self._sheet.set_row(row, points)

    def head_ends_with(self, row: int) -> None:
        """Repeat this row on every printed page, and keep everything down to it on the screen."""
        self._sheet.repeat_rows(row)
        self._sheet.freeze_panes(row + 1, 0)

    def to_bytes(self, *, last_row: int) -> bytes:
        """Return the file; what is printed ends with this row."""
        self._sheet.print_area(0, 0, last_row, len(self.widths) - 1)
        self._book.close()
        return self._stream.getvalue()

    def _merge(self, rows: tuple[int, int], columns: tuple[int, int], look: Format) -> None:
        if rows[0] != rows[1] or columns[0] != columns[1]:
            self._sheet.merge_range(rows[0], columns[0], rows[1], columns[1], "", look)

    def _format(self, style: Style, number_format: str, *, quoted: bool) -> Format:
        key = (style, number_format, quoted)
        if key not in self._formats:
            properties: dict[str, Any] = {
                "font_name": style.font,
                "font_size": style.size,
                "text_wrap": True,
                "valign": "top" if style.at_top else "vcenter",
                "align": "center" if style.centered else "left",
                "border": 1 if style.ruled else 0,
                "num_format": number_format or "General",
                "quote_prefix": quoted,
            }
            if style.without:
                properties[style.without] = 0
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]


def parted(height: float) -> list[float]:
    """Return the heights of as many rows as a text of this height needs: one, or short ones that fill pages well.

    >>> parted(30.0), parted(450.0)
    ([30.0], [112.5, 112.5, 112.5, 112.5])
    """
    count = 1 if height <= TALLEST_ROW else math.ceil(height / PIECE)
    return [height / count] * count


def stretched(heights: Sequence[float], needed: float) -> list[float]:
    """Return the heights of rows that one merged cell spans, made higher where they leave it too little room.

    >>> stretched([20.0, 20.0], 60.0), stretched([40.0, 40.0], 60.0)
    ([30.0, 30.0], [40.0, 40.0])
    """
    missing = needed - sum(heights)
    if missing <= 0:
        return list(heights)
    return [min(TALLEST_ROW, height + missing / len(heights)) for height in heights]
