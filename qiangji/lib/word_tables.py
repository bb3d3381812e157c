"""Tables in official papers: ruled lines, fixed widths, rows that stay whole, headings that repeat on every page."""

from collections.abc import Sequence

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Length, Pt
from docx.table import Table, _Cell, _Row

from qiangji.lib import word

CELL_SIDE, CELL_END = Cm(0.1), Cm(0.06)


def set_table(table: Table, widths: Sequence[Length]) -> None:
    """Rule a table and give its columns fixed widths: on the columns for Word, on every cell for WPS."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    properties = table._tbl.tblPr
    for old in properties.findall(qn("w:tblLook")):
        properties.remove(old)
    width = properties.find(qn("w:tblW"))
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), str(sum(width.twips for width in widths)))
    properties.insert_element_before(_borders(outer=8, inner=4), "w:shd", "w:tblLayout", "w:tblCellMar")
    properties.append(_margins(side=CELL_SIDE, end=CELL_END))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def set_least_height(row: _Row, height: Length) -> None:
    """Make a row at least so high; more text makes it higher."""
    row.height, row.height_rule = height, WD_ROW_HEIGHT_RULE.AT_LEAST


def keep_whole(row: _Row) -> None:
    """Let no page end within the row."""
    _mark(row, "w:cantSplit")


def repeat_on_every_page(row: _Row) -> None:
    """Make the row a heading of every page that the table runs over."""
    _mark(row, "w:tblHeader")


def write_lines(cell: _Cell, lines: Sequence[tuple[str, str]], *, empty: str, centered: bool = False) -> None:
    """Fill a cell with one paragraph per line of text and style id, the cell's own paragraph first.

    A cell without lines keeps its paragraph in the style ``empty``. ``centered`` is meant from top to bottom.
    """
    if centered:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    first, *others = lines or [("", empty)]
    paragraphs = [cell.paragraphs[0], *(cell.add_paragraph() for _ in others)]
    for paragraph, (text, style) in zip(paragraphs, [first, *others], strict=True):
        word.set_style(paragraph, style)
        if text:
            word.write(paragraph, text)


def wrap_evenly(cell: _Cell, width: Length, size: float, characters: int) -> None:
    """Let the cell's first line break after so many characters of a size in points, by indents.

    A break written into it would be read back as part of the text.
    """
    free = width.pt - 2 * CELL_SIDE.pt - (characters + 0.4) * size
    if free > 0:
        layout = cell.paragraphs[0].paragraph_format
        layout.left_indent = layout.right_indent = Pt(free / 2)


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _borders(*, outer: int, inner: int) -> BaseOxmlElement:
    """Return the lines of a table; widths in eighths of a point."""
    sides = [
        ("top", outer),
        ("left", outer),
        ("bottom", outer),
        ("right", outer),
        ("insideH", inner),
        ("insideV", inner),
    ]
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="auto"/>' for side, size in sides
    )
    return parse_xml(f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>")


def _margins(*, side: Length, end: Length) -> BaseOxmlElement:
    """Return the distance between a table's lines and its text: at the sides, above and below."""
    widths = [("top", end), ("left", side), ("bottom", end), ("right", side)]
    marks = "".join(f'<w:{name} w:w="{width.twips}" w:type="dxa"/>' for name, width in widths)
    return parse_xml(f"<w:tblCellMar {nsdecls('w')}>{marks}</w:tblCellMar>")
