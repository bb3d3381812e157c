"""What a kind of report is: one row of the registry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from qiangji.assessments.models import Sheet

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class ReportKind:
    """A report on one sheet. ``permission`` says in words who may have it; ``build`` returns the file's bytes."""

    key: str
    title: str
    permission: str
    content_type: str
    file_name: Callable[[Sheet], str]
    build: Callable[[Sheet, datetime], bytes]


def safe_file_name(name: str) -> str:
    """Return a name that every system can store: Windows refuses nine signs and blanks at the ends.

    >>> safe_file_name('甲医院/乙院区: "量化表".docx')
    '甲医院_乙院区_ _量化表_.docx'
    """
    return "".join("_" if char in '\\/:*?"<>|' or ord(char) < 32 else char for char in name).strip(" .")
