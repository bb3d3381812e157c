"""Small forms made by hand, and the reading back of a written one cell by cell."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from docx import Document
from docx.document import Document as DocxDocument
from docx.table import _Cell

from qiangji.assessments.stages import Stage
from qiangji.reports.official_form.contents import (
    FormCriterion,
    FormHead,
    FormRow,
    FormSection,
    FormVeto,
    OfficialForm,
)

AT = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)
STAGES = (Stage.SELF, Stage.ACCEPTANCE, Stage.RATING)


def criterion(
    number: int = 1, points: str | None = "2", marks: Sequence[str | None] = (), **fields
) -> FormCriterion:
    """Make a criterion; ``marks`` in the order of the columns, None for a stage that gave none."""
    given = {stage: Decimal(mark) for stage, mark in zip(STAGES, marks, strict=False) if mark is not None}
    return FormCriterion(
        number=number,
        text=str(fields.pop("text", f"第{number}条的要求")),
        points=Decimal(points) if points is not None else None,
        marks=given,
        **fields,
    )


def row(*criteria: FormCriterion, title: str = "组织设置") -> FormRow:
    return FormRow(title, criteria or (criterion(),))


def section(
    *rows: FormRow, title: str = "健全基本组织", points: str = "8", is_bonus: bool = False
) -> FormSection:
    return FormSection(title, Decimal(points), rows or (row(),), is_bonus)


def form(*sections: FormSection, **fields) -> OfficialForm:
    """Make a form: a part of two groups, an undivided part, two vetoes, unless told otherwise."""
    head = fields.pop(
        "head", FormHead(title="某院量化表", unit_name="甲医院党委", application_date=date(2026, 10, 20))
    )
    default = (
        section(row(title="组织设置"), row(criterion(1), criterion(2), title="任期管理")),
        section(row(title=""), title="工作机制", points="4"),
    )
    vetoes = (FormVeto("有人受处分", "不予评定"), FormVeto("工作出大错", "不予评定"))
    return OfficialForm(head=head, sections=sections or default, vetoes=vetoes, printed_at=AT, **fields)


def opened(content: bytes) -> DocxDocument:
    """Open a written document."""
    return Document(io.BytesIO(content))


def cells_of(document: DocxDocument) -> list[list[_Cell]]:
    """Return the table's rows with each cell once: a cell that spans columns or rows is the same ``_tc``."""
    seen: set[int] = set()
    rows = []
    for table_row in document.tables[0].rows:
        fresh = []
        for cell in table_row.cells:
            if id(cell._tc) not in seen:
                seen.add(id(cell._tc))
                fresh.append(cell)
        rows.append(fresh)
    return rows


def texts_of(document: DocxDocument) -> list[list[str]]:
    """Return the text of every cell, each once."""
    return [[cell.text for cell in cells] for cells in cells_of(document)]
