"""Small registers and layouts made by hand, and the reading back of a written one."""

import io
from datetime import UTC, datetime
from decimal import Decimal

from docx import Document
from docx.document import Document as DocxDocument

from qiangji.reports.self_check_register.contents import RegisterHead, RegisterRow, SelfCheckRegister
from qiangji.reports.self_check_register.layout import DEFAULT, Layout, LayoutSpec, read_layout

AT = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)


def row(code: str = "1-1-1", mark: str | None = "1", possible: str | None = "2", **fields) -> RegisterRow:
    """Make a row whose part and group follow from its code."""
    part, group, _ = code.split("-")
    defaults = {"part": f"第{part}部分", "group": f"第{group}组", "text": f"{code}的要求"}
    return RegisterRow(
        part_number=int(part),
        code=code,
        possible=None if possible is None else Decimal(possible),
        mark=None if mark is None else Decimal(mark),
        **(defaults | fields),
    )


def register(*rows: RegisterRow, **fields) -> SelfCheckRegister:
    """Make a register: one gap, one full criterion and one open one, unless told otherwise."""
    head = RegisterHead("甲医院党委", "2026年度考核（甲卫党〔2026〕1号）", "某省量化表（2026）")
    default = (row("1-1-1"), row("1-1-2", "2"), row("2-1-1", None))
    return SelfCheckRegister(head=head, rows=rows or default, printed_at=AT, **fields)


def layout(*columns: str, **fields) -> Layout:
    """Make a layout with these columns and no summary; without columns, the default one."""
    if not columns:
        return Layout(read_layout(DEFAULT))
    entries = {"heading": "登记", "columns": [{"column": key} for key in columns]}
    return Layout(LayoutSpec.model_validate({"title": "某院登记表", "entries": entries} | fields), False)


def opened(content: bytes) -> DocxDocument:
    """Open a written document."""
    return Document(io.BytesIO(content))


def texts_of(document: DocxDocument, place: int = -1) -> list[list[str]]:
    """Return the text of a table's cells; a cell that spans rows or columns repeats its text. The last is the register."""
    return [[cell.text for cell in row.cells] for row in document.tables[place].rows]
