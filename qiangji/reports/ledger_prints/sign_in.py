"""The sign-in sheet 签到表 of one event: who is expected, with room to sign; who is excused stands so already."""

from dataclasses import dataclass
from datetime import datetime

from docx.shared import Cm

from qiangji.ledgers.models import Attendance, Record
from qiangji.ledgers.templatetags.ledger_words import kind_titles
from qiangji.lib import word
from qiangji.lib.dates import day_text
from qiangji.reports.kinds import safe_file_name
from qiangji.reports.ledger_prints import papers

COLUMNS = 2
WIDTHS = (Cm(1.2), Cm(2.6), Cm(4.0)) * COLUMNS
HEADS = ("序号", "姓名", "签到") * COLUMNS
SPARE = 4
SILENT = {Attendance.Presence.PRESENT: ""}


@dataclass(frozen=True)
class SignInSheet:
    """What stands on the sheet; ``people`` are names with what is already known of them."""

    organization: str
    title: str
    kinds: str
    day: str
    place: str
    host: str
    people: tuple[tuple[str, str], ...]


def sign_in_sheet(record: Record) -> SignInSheet:
    """Read a record's list: one statement."""
    lines = record.attendances.select_related("person").order_by("person__pinyin", "person__name", "pk")
    return SignInSheet(
        organization=record.organization.name,
        title=record.title,
        kinds=kind_titles(record),
        day=day_text(record.date),
        place=record.place,
        host=record.host.name if record.host else "",
        people=tuple(
            (line.person.name, SILENT.get(Attendance.Presence(line.presence), line.get_presence_display()))
            for line in lines
        ),
    )


def write_sign_in_sheet(sheet: SignInSheet, *, at: datetime) -> bytes:
    """Return the sheet as .docx, names in two columns, with a few empty lines for guests."""
    document = word.new_document(title=f"{sheet.title}签到表", at=at)
    papers.add_styles(document)
    word.lay_upright(document, corner=papers.CORNER, header=sheet.organization)
    papers.paragraph(document, papers.TITLE, "签到表")
    facts = [
        ("主题", sheet.title),
        ("类型", sheet.kinds),
        ("时间、地点", "　".join(filter(None, [sheet.day, sheet.place]))),
        ("主持人", sheet.host),
    ]
    papers.facts(document, facts, (Cm(3.2), Cm(12.4)))
    papers.paragraph(document, papers.NOTE, "")
    numbered = [(str(number), name, said) for number, (name, said) in enumerate(sheet.people, 1)] + [
        ("", "", "")
    ] * SPARE
    half = (len(numbered) + 1) // COLUMNS
    left, right = numbered[:half], numbered[half:]
    right += [("", "", "")] * (half - len(right))
    rows = [one + other for one, other in zip(left, right, strict=True)]
    papers.ruled(document, HEADS, rows, WIDTHS, least=Cm(0.95))
    return word.to_bytes(document, at=at)


def sign_in_name(record: Record) -> str:
    """Return the file's name."""
    return safe_file_name(f"{record.date} {record.title} 签到表.docx")
