"""The ledger by class as an Excel sheet."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from qiangji.lib.list_sheet import write_list
from qiangji.results.selectors.classes import Class

COLUMNS = (("代码", 12), ("组织", 36), ("上级", 24), ("类别", 16), ("得分", 10))
SCORED = (Class.MEETS, Class.BELOW, Class.WITHHELD)


def write_ledger(rows: Iterable[Any], *, title: str, at: datetime) -> bytes:
    """Return classified organizations as .xlsx, one a row."""
    lines = (
        (
            row.code,
            row.name,
            row.parent.short_name if row.parent else "",
            str(Class(row.ledger_class).label),
            row.newest_score if row.ledger_class in SCORED else None,
        )
        for row in rows
    )
    return write_list(lines, columns=COLUMNS, name="分类台账", title=title, at=at)
