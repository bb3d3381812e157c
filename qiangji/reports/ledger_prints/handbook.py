"""The branch handbook 支部工作手册 of a year: its records by month with who came, its self-checks, its dues disclosure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from docx.document import Document as DocxDocument
from docx.shared import Cm

from qiangji.ledgers.models import Attendance, Record
from qiangji.ledgers.references import names_in
from qiangji.ledgers.tables import field_text
from qiangji.ledgers.templatetags.ledger_words import kind_titles
from qiangji.ledgers.vocabulary import KINDS
from qiangji.lib import word
from qiangji.lib.dates import day_text, local_day
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.reports.kinds import safe_file_name
from qiangji.reports.ledger_prints import papers

APART = {"branch_self_check": "每月自查", "dues_disclosure": "党费收支公示"}
WIDTHS = (Cm(3.0), Cm(12.6))
NOTE = "由台账记录自动汇总；敏感事项不在本手册内。"


@dataclass(frozen=True)
class Entry:
    """One record on paper: day and title above, then names and values."""

    month: int
    heading: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Handbook:
    """A year of a branch; ``apart`` holds what has a chapter of its own: heading and rows of day and text."""

    organization: str
    year: int
    entries: tuple[Entry, ...]
    apart: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    counts: tuple[tuple[str, int], ...]


def handbook_of(organization: Organization, year: int, reach: Reach) -> Handbook:
    """Read a year's confirmed records with their lists: five statements at most. Restricted ones stay out."""
    rows = list(
        Record.objects.visible_to(reach)
        .confirmed()
        .filter(organization=organization, year=year, is_restricted=False)
        .select_related("host")
        .prefetch_related("kinds", "attendances__person")
        .order_by("date", "pk")
    )
    names = names_in([(_codes(row), row.values) for row in rows])
    plain = [row for row in rows if not set(_codes(row)) & set(APART)]
    apart = []
    for code, heading in APART.items():
        lines = tuple((day_text(row.date), _one_line(row, names)) for row in rows if code in _codes(row))
        if lines:
            apart.append((heading, lines))
    counted: dict[str, int] = {}
    for row in plain:
        for code in _codes(row):
            counted[code] = counted.get(code, 0) + 1
    counts = tuple((kind.title, counted[kind.code]) for kind in KINDS.values() if kind.code in counted)
    entries = tuple(_entry(row, names) for row in plain)
    return Handbook(organization.name, year, entries, tuple(apart), counts)


def _codes(record: Record) -> list[str]:
    return [row.kind for row in record.kinds.all() if row.kind in KINDS]


def _said(record: Record, names: dict[str, str]) -> Iterable[tuple[str, str]]:
    shown: set[str] = set()
    for code in _codes(record):
        for field in KINDS[code].fields:
            text = field_text(field, record, names)
            if text and field.name not in shown:
                shown.add(field.name)
                yield field.title, text


def _one_line(record: Record, names: dict[str, str]) -> str:
    said = "；".join(f"{title}：{text}" for title, text in _said(record, names))
    return f"{record.title}。{said}" if said else record.title


def _entry(record: Record, names: dict[str, str]) -> Entry:
    facts = [("类型", kind_titles(record)), *_said(record, names), *_attendance(record)]
    heading = f"{day_text(record.date)}　{record.title}"
    return Entry(record.date.month, heading, tuple(facts))


def _attendance(record: Record) -> Iterable[tuple[str, str]]:
    """Yield how many came, who spoke, and who stayed away and how."""
    if record.expected is None:
        return
    yield "到会", f"应到 {record.expected} 人，实到 {record.present} 人"
    lines = sorted(record.attendances.all(), key=lambda line: line.person.pinyin)
    if spoke := "、".join(line.person.name for line in lines if line.is_keynote):
        yield "重点发言或授课", spoke
    for presence in (Attendance.Presence.LEAVE, Attendance.Presence.ABSENT, Attendance.Presence.EXEMPT):
        if away := "、".join(line.person.name for line in lines if line.presence == presence):
            yield str(presence.label), away


def write_handbook(handbook: Handbook, *, at: datetime) -> bytes:
    """Return the handbook as .docx."""
    document = word.new_document(title=f"{handbook.year}年支部工作手册", at=at)
    papers.add_styles(document)
    word.lay_upright(document, corner=papers.CORNER, header=handbook.organization)
    papers.paragraph(document, papers.TITLE, f"{handbook.year}年支部工作手册")
    papers.paragraph(document, papers.TEXT, handbook.organization)
    papers.paragraph(document, papers.NOTE, f"{NOTE}打印日期：{day_text(local_day(at))}。")
    _write_counts(document, handbook.counts)
    if not handbook.entries:
        papers.paragraph(document, papers.TEXT, f"{handbook.year} 年还没有登记。")
    for month, entries in groupby(handbook.entries, key=lambda one: one.month):
        papers.paragraph(document, papers.SUBTITLE, f"{month} 月")
        for entry in entries:
            papers.paragraph(document, papers.TEXT, entry.heading)
            papers.facts(document, entry.facts, WIDTHS)
            papers.paragraph(document, papers.NOTE, "")
    for heading, rows in handbook.apart:
        papers.paragraph(document, papers.SUBTITLE, heading)
        papers.ruled(
            document,
            ("日期", "内容"),
            rows,
            (Cm(3.6), Cm(12.0)),
            least=Cm(0.8),
            left=frozenset({1}),
        )
    return word.to_bytes(document, at=at)


def _write_counts(document: DocxDocument, counts: Sequence[tuple[str, int]]) -> None:
    if not counts:
        return
    papers.paragraph(document, papers.SUBTITLE, "全年汇总")
    rows = [(title, str(count)) for title, count in counts]
    papers.ruled(document, ("类型", "次数"), rows, (Cm(11.6), Cm(4.0)), least=Cm(0.7), left=frozenset({0}))


def handbook_name(organization: Organization, year: int) -> str:
    """Return the file's name."""
    return safe_file_name(f"{organization.short_name}{year}年支部工作手册.docx")
