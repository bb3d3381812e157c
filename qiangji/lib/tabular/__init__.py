"""Tables as people keep them in Excel: columns, tolerant reading of cells and sheets, and templates to fill in."""

from qiangji.lib.tabular.cells import CellReader, CellRefused, FromNumber, Raw
from qiangji.lib.tabular.columns import Choice, Column, Type
from qiangji.lib.tabular.sheets import (
    Heading,
    RawRow,
    Table,
    TableRefused,
    match_headings,
    normalized,
    open_table,
)
from qiangji.lib.tabular.templates import marked_workbook, table_workbook, template_workbook
from qiangji.lib.tabular.workbook import WorkbookRefused, read_workbook

__all__ = [
    "CellReader",
    "CellRefused",
    "Choice",
    "Column",
    "FromNumber",
    "Heading",
    "Raw",
    "RawRow",
    "Table",
    "TableRefused",
    "Type",
    "WorkbookRefused",
    "marked_workbook",
    "match_headings",
    "normalized",
    "open_table",
    "read_workbook",
    "table_workbook",
    "template_workbook",
]
