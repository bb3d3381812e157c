"""The formats that an edition can be had in: one row each, for the command and for the downloads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from qiangji.standards.content import to_yaml
from qiangji.standards.export.contents import table_of
from qiangji.standards.export.excel_file import write_excel
from qiangji.standards.export.word_file import write_word
from qiangji.standards.models import Edition
from qiangji.standards.selectors import edition_spec

OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class ExportFormat:
    """One format; ``build`` returns the file's bytes. ``is_text`` may go to a screen."""

    label: str
    content_type: str
    build: Callable[[Edition, datetime], bytes]
    is_text: bool = False


def _yaml(edition: Edition, at: datetime) -> bytes:
    return to_yaml(edition_spec(edition)).encode("utf-8")


def _word(edition: Edition, at: datetime) -> bytes:
    return write_word(table_of(edition, at=at))


def _excel(edition: Edition, at: datetime) -> bytes:
    return write_excel(table_of(edition, at=at))


FORMATS: dict[str, ExportFormat] = {
    "yaml": ExportFormat("数据（YAML）", "application/yaml; charset=utf-8", _yaml, is_text=True),
    "docx": ExportFormat("Word", f"{OFFICE}wordprocessingml.document", _word),
    "xlsx": ExportFormat("Excel", f"{OFFICE}spreadsheetml.sheet", _excel),
}
