"""The official form as two kinds of report, Word and Excel, and as an empty form of an edition."""

from datetime import datetime

from qiangji.assessments.models import Sheet
from qiangji.reports.kinds import DOCX, XLSX, ReportKind, safe_file_name
from qiangji.reports.official_form.excel_writer import write_form_sheet
from qiangji.reports.official_form.selectors import blank_form, form_of
from qiangji.reports.official_form.writer import write_form
from qiangji.standards.models import Edition


def build(sheet: Sheet, at: datetime) -> bytes:
    """Return a sheet's form as .docx."""
    return write_form(form_of(sheet, at=at))


def build_sheet(sheet: Sheet, at: datetime) -> bytes:
    """Return a sheet's form as .xlsx."""
    return write_form_sheet(form_of(sheet, at=at))


def file_name(sheet: Sheet) -> str:
    """Return the Word form's file name; a provisional one says so."""
    return safe_file_name(f"{_name(sheet)}.docx")


def sheet_file_name(sheet: Sheet) -> str:
    """Return the Excel form's file name; a provisional one says so."""
    return safe_file_name(f"{_name(sheet)}.xlsx")


def _name(sheet: Sheet) -> str:
    provisional = "" if sheet.is_final else "（暂定）"
    return f"{sheet.organization_name}{sheet.cycle.year}年度量化表{provisional}"


def build_blank(edition: Edition, at: datetime) -> bytes:
    """Return an edition's empty form as .docx."""
    return write_form(blank_form(edition, at=at))


def blank_file_name(edition: Edition) -> str:
    """Return the empty form's file name."""
    return safe_file_name(f"{edition.title}（{edition.label}）空白表.docx")


PERMISSION = "本组织可查看考评表的人员随时可以下载；上级在提交之后可以下载。"
OFFICIAL_FORM = ReportKind(
    key="official-form",
    title="官方量化表",
    permission=PERMISSION,
    content_type=DOCX,
    file_name=file_name,
    build=build,
)
OFFICIAL_FORM_SHEET = ReportKind(
    key="official-form-sheet",
    title="官方量化表（Excel）",
    permission=PERMISSION,
    content_type=XLSX,
    file_name=sheet_file_name,
    build=build_sheet,
)
