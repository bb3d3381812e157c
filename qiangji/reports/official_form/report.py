"""The official form as a kind of report, and as an empty form of an edition."""

from datetime import datetime

from qiangji.assessments.models import Sheet
from qiangji.reports.kinds import DOCX, ReportKind, safe_file_name
from qiangji.reports.official_form.selectors import blank_form, form_of
from qiangji.reports.official_form.writer import write_form
from qiangji.standards.models import Edition


def build(sheet: Sheet, at: datetime) -> bytes:
    """Return a sheet's form as .docx."""
    return write_form(form_of(sheet, at=at))


def file_name(sheet: Sheet) -> str:
    """Return the form's file name; a provisional one says so."""
    provisional = "" if sheet.is_final else "（暂定）"
    return safe_file_name(f"{sheet.organization_name}{sheet.cycle.year}年度量化表{provisional}.docx")


def build_blank(edition: Edition, at: datetime) -> bytes:
    """Return an edition's empty form as .docx."""
    return write_form(blank_form(edition, at=at))


def blank_file_name(edition: Edition) -> str:
    """Return the empty form's file name."""
    return safe_file_name(f"{edition.title}（{edition.label}）空白表.docx")


OFFICIAL_FORM = ReportKind(
    key="official-form",
    title="官方量化表",
    permission="本组织可查看考评表的人员随时可以下载；上级在提交之后可以下载。",
    content_type=DOCX,
    file_name=file_name,
    build=build,
)
