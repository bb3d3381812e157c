"""Scoring tables for tests, written as word processors write them: flattened text and Word documents."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

from docx import Document

SAMPLE = Path(__file__).parent / "data" / "flattened_sample.txt"
PROJECT = Path(__file__).resolve().parents[3]
HEADINGS = ("项目", "具体标准", "落实情况", "自评得分", "上级验收得分", "主管部门评定")


@dataclass
class TableRow:
    """A row of the form: the part (None where it goes on), the group ("" where the part has none), the criteria."""

    section: str | None
    group: str
    criteria: str


@dataclass
class Table:
    """A table in the shape of the official form."""

    title: str
    rows: list[TableRow] = field(default_factory=list)
    remark: str = ""


def policy_file(prefix: str) -> Path | None:
    """Return a policy document where the checkout has them beside it."""
    return next(iter(sorted((PROJECT / "../shared/policy").glob(f"{prefix}_*.txt"))), None)


def flattened(table: Table, *, blank: str = "\u3000") -> str:
    """Write a table as text: each cell begins with a tab, an empty line parts the rows."""
    lines = [
        table.title,
        "",
        "申报单位党委名称：    得分：    申报时间：",
        *[f"\t{name}" for name in HEADINGS],
        "",
    ]
    for row in table.rows:
        lead = [row.section or "", row.group] if row.group else [row.section or ""]
        lines += [f"\t{cell}" for cell in [*lead, row.criteria, *[blank] * 4]]
        lines.append("")
    if table.remark:
        lines += ["\t备注", f"\t{table.remark}"]
    return "\n".join(lines) + "\n"


def word_document(table: Table) -> bytes:
    """Write a table as a Word document of seven grid columns with merged cells."""
    document = Document()
    document.add_paragraph(table.title)
    document.add_paragraph("申报单位党委名称：    得分：    申报时间：")
    count = len(table.rows) + (2 if table.remark else 1)
    grid = document.add_table(rows=count, cols=7)
    for column, name in zip([0, 2, 3, 4, 5, 6], HEADINGS, strict=True):
        grid.cell(0, column).text = name
    grid.cell(0, 0).merge(grid.cell(0, 1))
    start = 1
    for index, row in enumerate(table.rows, start=1):
        if row.section is not None:
            start = index
            grid.cell(index, 0).text = row.section
        if row.group:
            grid.cell(index, 1).text = row.group
        else:
            grid.cell(index, 0).merge(grid.cell(index, 1))
        if row.section is None:
            grid.cell(start, 0).merge(grid.cell(index, 0))
        grid.cell(index, 2).text = row.criteria
    if table.remark:
        grid.cell(count - 1, 0).text = "备注"
        grid.cell(count - 1, 1).text = table.remark
        grid.cell(count - 1, 1).merge(grid.cell(count - 1, 6))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def small_table() -> Table:
    """Two parts, one with groups and one without: seven points in five criteria."""
    return Table(
        title="样表一",
        rows=[
            TableRow("班子\n建设\n（4分）", "分工", "1.分工每年公布（1分）；\n2.会议有纪要（2分）。"),
            TableRow(None, "学习", "3.每季学习1次（1分）。"),
            TableRow("服务群众（3分）", "", "1.义诊每年2次（2分）；2.意见箱每周开启（1分）。"),
        ],
        remark="有下列情形的不予评定：①弄虚作假的；②发生责任事故的。",
    )
