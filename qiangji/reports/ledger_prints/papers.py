"""What both papers share: their styles, and ruled tables whose heads are repeated on every page."""

from collections.abc import Sequence

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Length
from docx.table import Table, _Cell

from qiangji.lib import word, word_tables

CENTER, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
TITLE, SUBTITLE, HEADING = "LedgerTitle", "LedgerSubtitle", "LedgerHeading"
CELL, TEXT, NOTE, CORNER = "LedgerCell", "LedgerText", "LedgerNote", "LedgerCorner"


def add_styles(document: DocxDocument) -> None:
    """Add the styles of these papers."""
    add = word.add_style
    add(document, TITLE, "标题", font=word.SONG_TITLE, size=22, line=30, align=CENTER, space=(0, 6))
    add(document, SUBTITLE, "小标题", font=word.HEI, size=14, line=22, align=LEFT, space=(10, 4))
    add(document, HEADING, "栏名", font=word.HEI, size=10.5, line=16, align=CENTER)
    add(document, CELL, "数据", size=10.5, line=16, align=CENTER)
    add(document, TEXT, "正文", size=10.5, line=17, align=LEFT)
    add(document, NOTE, "说明", size=9, line=14, align=LEFT, space=(4, 0))
    add(document, CORNER, "页眉页脚", font=word.SONG, size=10.5)


def paragraph(document: DocxDocument, style: str, text: str) -> None:
    """Write one paragraph."""
    word.write(word.add_paragraph(document, style), text)


def facts(document: DocxDocument, pairs: Sequence[tuple[str, str]], widths: Sequence[Length]) -> Table:
    """Draw a table of names and values, one pair a row."""
    table = document.add_table(rows=len(pairs), cols=2)
    word_tables.set_table(table, widths)
    for row, (name, value) in zip(table.rows, pairs, strict=True):
        word_tables.set_least_height(row, Cm(0.8))
        _fill(row.cells[0], name, HEADING)
        _fill(row.cells[1], value, TEXT)
    return table


def ruled(
    document: DocxDocument,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[Length],
    *,
    least: Length,
    left: frozenset[int] = frozenset(),
) -> Table:
    """Draw a table under heads that every page repeats; columns in ``left`` hold sentences."""
    table = document.add_table(rows=len(rows) + 1, cols=len(heads))
    word_tables.set_table(table, widths)
    first, *others = list(table.rows)
    word_tables.repeat_on_every_page(first)
    word_tables.keep_whole(first)
    for cell, text in zip(first.cells, heads, strict=True):
        _fill(cell, text, HEADING)
    for row, texts in zip(others, rows, strict=True):
        word_tables.set_least_height(row, least)
        word_tables.keep_whole(row)
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            _fill(cell, text, TEXT if place in left else CELL)
    return table


def _fill(cell: _Cell, text: str, style: str) -> None:
    lines = [(line, style) for line in text.split("\n")] if text else []
    word_tables.write_lines(cell, lines, empty=style, centered=style != TEXT)
