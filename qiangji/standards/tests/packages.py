"""Office files for tests, put together from their XML where no library writes what is wanted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from qiangji.standards.reader.cells import RawTable

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def archive(parts: dict[str, str | bytes]) -> bytes:
    """A zip archive of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


def rebuilt(data: bytes, **changes: bytes) -> bytes:
    """The same package with parts replaced or added; keys are part names with `__` for a slash."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts: dict[str, str | bytes] = {name: old.read(name) for name in old.namelist()}
    return archive(parts | {name.replace("__", "/"): content for name, content in changes.items()})


def document(body: str, *, numbering: str = "", styles: str = "") -> bytes:
    """A .docx with this XML inside its body."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
    }
    if numbering:
        parts["word/numbering.xml"] = f"<w:numbering {W}>{numbering}</w:numbering>"
    if styles:
        parts["word/styles.xml"] = f"<w:styles {W}>{styles}</w:styles>"
    return archive(parts)


def p(text: str = "", *, list_id: int | None = None, level: int = 0, style: str = "") -> str:
    """A paragraph; with a list's number where one is given."""
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>' if list_id else ""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{named}{numbered}</w:pPr>{run}</w:p>"


def tc(content: str, *, span: int = 1, properties: str = "") -> str:
    """A cell; plain text becomes its one paragraph."""
    inner = content if content.startswith("<w:") else p(content)
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{properties}</w:tcPr>{inner}</w:tc>'


def tr(*cells: str, properties: str = "") -> str:
    """A row of cells, given as XML or as plain text."""
    whole = (cell if cell.startswith("<w:") else tc(cell) for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(whole)}</w:tr>"


def tbl(*rows: str) -> str:
    """A table of rows."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def workbook(*sheets: tuple[str, Sequence[Sequence[object]]], merges: Iterable[str] = ()) -> bytes:
    """An .xlsx with these sheets; merges are those of the first."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    for merge in merges:
        book.worksheets[0].merge_cells(merge)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def texts(table: RawTable) -> list[list[str]]:
    """The texts of a table, row by row."""
    return [[cell.text for cell in row.cells] for row in table.rows]


def places(table: RawTable) -> list[list[tuple[int | None, int, bool]]]:
    """Column, span and whether it goes on from above, for each cell."""
    return [[(cell.column, cell.span, cell.continued) for cell in row.cells] for row in table.rows]
