"""Word documents (.docx) whose table has the shape of the official form.

Cells are taken by their place in the grid, so that merges are recovered: a horizontal merge spans grid
columns, the lower cells of a vertical merge are marked as continued. The package is checked before it is
opened: an encrypted, macro-bearing or deliberately swollen file is refused with its reason.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator

from docx import Document
from docx.document import Document as WordDocument
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tbl, CT_Tc
from docx.table import Table
from docx.text.paragraph import Paragraph

from qiangji.standards.reader.cells import Cell, RawTable, Row, Unreadable
from qiangji.standards.reader.headings import layout_of
from qiangji.standards.reader.wording import normal_widths

MOST_PARTS = 2_000
MOST_UNPACKED = 64_000_000
MOST_XML = 16_000_000
MOST_RATIO = 200
MOST_ROWS = 2_000
ZIP_MAGIC = b"PK\x03\x04"
# What zipfile, zlib, lxml and python-docx raise on a damaged package, as found by flipping its bytes.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OpcError,
    PythonDocxError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_word(data: bytes) -> RawTable:
    """Find the cells of the scoring table in a document. Raises Unreadable with the reason."""
    try:
        _check_package(data)
        return _raw_table(Document(io.BytesIO(data)))
    except Unreadable:
        raise
    except DAMAGE as error:
        raise Unreadable("文件已损坏或不是 Word 文档，请用 Word 打开并另存为 .docx 后再试") from error


def _raw_table(document: WordDocument) -> RawTable:
    tables = _scoring_tables(document)
    if not tables:
        raise Unreadable("文档里没有找到量化表：表格应有“项目”和“具体标准”两栏，请核对文件")
    return RawTable(
        before=tuple(_lines(document, before=tables[0])),
        rows=tuple(row for i, table in enumerate(tables) for row in _rows(table, i, len(tables))),
        after=tuple(_lines(document, after=tables[-1])),
    )


def _check_package(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
        _check_sizes(parts)
        names = {part.filename for part in parts}
        if any(part.flag_bits & 0x1 for part in parts):
            raise Unreadable("文件已加密，请去掉密码后再试")
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Unreadable("文件带有宏，不予读取，请另存为不带宏的 .docx 后再试")
        if "xl/workbook.xml" in names:
            raise Unreadable("这是 Excel 文件，目前不能读取，请把表格复制到 Word 另存为 .docx")
        if "word/document.xml" not in names or "[Content_Types].xml" not in names:
            raise Unreadable("文件不是 Word 文档，请用 Word 另存为 .docx 后再试")
        if b"macroEnabled" in package.read("[Content_Types].xml"):
            raise Unreadable("文件带有宏，不予读取，请另存为不带宏的 .docx 后再试")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in package.read(part):
                raise Unreadable("文件里有不安全的内容（DOCTYPE），不予读取")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    swollen = any(
        p.file_size > 1_000_000 and p.file_size > MOST_RATIO * max(p.compress_size, 1) for p in parts
    )
    large_xml = any(p.file_size > MOST_XML and p.filename.endswith((".xml", ".rels")) for p in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or swollen or large_xml:
        raise Unreadable("文件解开后过大，不像一张量化表，不予读取")


def _scoring_tables(document: WordDocument) -> list[CT_Tbl]:
    """The table with the heading row, and those after it of the same width that a page break cut off."""
    found: list[CT_Tbl] = []
    width = 0
    for table in document.element.body.iter(qn("w:tbl")):
        columns = len(table.tblGrid.gridCol_lst)
        if found and columns == width:
            found.append(table)
        elif not found and any(layout_of(row) for row in _rows(table, 0, 1)):
            found, width = [table], columns
    return found


def _rows(table: CT_Tbl, index: int, count: int) -> list[Row]:
    rows = table.tr_lst
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"表格超过 {MOST_ROWS} 行，不像一张量化表，请核对文件")
    prefix = f"第 {index + 1} 张表" if count > 1 else "表格"
    numbering: Counter[str] = Counter()
    return [Row(tuple(_cells(row, numbering)), f"{prefix}第 {i} 行") for i, row in enumerate(rows, start=1)]


def _cells(row: CT_Row, numbering: Counter[str]) -> Iterator[Cell]:
    column = row.grid_before
    for tc in row.tc_lst:
        properties = tc.tcPr
        vertical = properties.find(qn("w:vMerge")) if properties is not None else None
        continued = vertical is not None and vertical.get(qn("w:val"), "continue") == "continue"
        text = "" if continued else "\n".join(_paragraph_text(p, numbering) for p in _paragraphs(tc))
        yield Cell(text, column=column, span=tc.grid_span, continued=continued)
        column += tc.grid_span


def _paragraphs(tc: CT_Tc) -> Iterator[Paragraph]:
    for element in tc.iter(qn("w:p")):
        yield Paragraph(element, None)  # type: ignore[arg-type]


def _paragraph_text(paragraph: Paragraph, numbering: Counter[str]) -> str:
    """The text with Word's automatic number, and with insertions but without deletions of tracked changes."""
    parts = []
    for element in paragraph._p.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")):
        if element.tag == qn("w:t"):
            parts.append(element.text or "")
        elif element.getparent().tag == qn("w:r"):
            parts.append(" " if element.tag == qn("w:tab") else "\n")
    text = "".join(parts)
    number = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    identity = number.get(qn("w:val")) if number is not None else "0"
    if identity == "0" or not text.strip() or normal_widths(text).lstrip()[:1].isdigit():
        return text
    numbering[identity] += 1
    return f"{numbering[identity]}.{text}"


def _lines(
    document: WordDocument, *, before: CT_Tbl | None = None, after: CT_Tbl | None = None
) -> Iterator[str]:
    """The paragraphs of the body above one table or below another."""
    elements = list(document.element.body)
    edge = next((i for i, e in enumerate(elements) if e is before or e is after), 0)
    for element in elements[:edge] if before is not None else elements[edge + 1 :]:
        if element.tag == qn("w:p"):
            text = Paragraph(element, document._body).text
            yield from (line.strip() for line in text.split("\n") if line.strip())
        elif element.tag == qn("w:tbl") and after is None:
            yield from (
                cell.text for row in Table(element, document._body).rows for cell in row.cells if cell.text
            )
