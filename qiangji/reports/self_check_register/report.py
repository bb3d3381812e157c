"""The self-check register as a kind of report."""

from datetime import datetime

from qiangji.assessments.models import Sheet
from qiangji.reports.kinds import DOCX, ReportKind, safe_file_name
from qiangji.reports.self_check_register.layout import current_layout
from qiangji.reports.self_check_register.selectors import register_of
from qiangji.reports.self_check_register.writer import write_register


def build(sheet: Sheet, at: datetime) -> bytes:
    """Return a sheet's register as .docx. Raises LibraryError where the site's layout file is not valid."""
    layout = current_layout()
    return write_register(register_of(sheet, at=at, with_full=layout.spec.rows == "all"), layout)


def file_name(sheet: Sheet) -> str:
    """Return the register's file name."""
    return safe_file_name(f"{sheet.organization_name}{sheet.cycle.year}年度自查情况登记表.docx")


SELF_CHECK_REGISTER = ReportKind(
    key="self-check-register",
    title="自查情况登记表",
    permission="本组织可查看考评表的人员随时可以下载；上级在提交之后可以下载。",
    content_type=DOCX,
    file_name=file_name,
    build=build,
)
