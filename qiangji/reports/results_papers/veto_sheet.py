"""The year-end vetoes of a cycle as an Excel sheet."""

from collections.abc import Iterable
from datetime import datetime

from qiangji.lib.dates import local_day
from qiangji.lib.list_sheet import write_list
from qiangji.results.models import YearEndVeto
from qiangji.results.selectors.vetoes import state_of

COLUMNS = (
    ("代码", 12), ("组织", 36), ("上级", 24), ("通知文号", 24), ("生效日期", 12), ("终止日期", 12), ("状态", 16),
)  # fmt: skip


def write_vetoes(rows: Iterable[YearEndVeto], *, title: str, at: datetime) -> bytes:
    """Return year-end vetoes as .xlsx, one a row; who proposed and who decided stands on each one's own page."""
    day = local_day(at)
    lines = (
        (
            row.organization.code,
            row.organization.name,
            row.organization.parent.short_name if row.organization.parent else "",
            row.notice_number,
            local_day(row.second_at).isoformat() if row.notice_number and row.second_at else "",
            row.end_date.isoformat() if row.end_date else "",
            state_of(row, on=day),
        )
        for row in rows
    )
    return write_list(lines, columns=COLUMNS, name="年底考核一票否决", title=title, at=at)
