"""The words of the official form, line by line: what every writer of it prints alike, whatever the file."""

from collections.abc import Iterable, Iterator
from datetime import date

from qiangji.assessments.stages import Stage
from qiangji.lib.dates import day_text, moment_text
from qiangji.lib.numbers import plain
from qiangji.lib.typesetting import circled
from qiangji.reports.official_form.contents import FormHead, FormRow, FormSection, FormVeto, OfficialForm

PART, GROUP, CRITERIA, IMPLEMENTATION, FIRST_STAGE = range(5)
HEADINGS = {
    PART: "项目",
    CRITERIA: "具体标准",
    IMPLEMENTATION: "落实情况",
    FIRST_STAGE: "自评得分",
    FIRST_STAGE + 1: "上级验收得分",
    FIRST_STAGE + 2: "主管部门评定",
}
PROVISIONAL = "暂定：最终评定尚未完成，所列得分不作为结果"


def score_remark(head: FormHead) -> str:
    """Return what stands in brackets behind the score: whose it is, and that it may change."""
    remarks = [text for text in (head.score_stage, "暂定" if head.is_provisional else "") if text]
    return f"（{'，'.join(remarks)}）" if remarks else ""


def applied_line(head: FormHead) -> str:
    """Return the day of application, or room to write it."""
    return f"申报时间：{_day(head.application_date)}"


def _day(day: date | None) -> str:
    return "      年    月    日" if day is None else day_text(day)


def section_lines(section: FormSection) -> tuple[str, str]:
    """Return a part's title and its points."""
    return section.title, f"（{'加分' if section.is_bonus else ''}{plain(section.points)}分）"


def criteria_lines(row: FormRow) -> list[str]:
    """Return a row's criteria, numbered, with their points, one line each."""
    lines = []
    for criterion in row.criteria:
        points = f"（{plain(criterion.points)}分）" if criterion.points is not None else ""
        lines.append(f"{criterion.number}.{criterion.text}{points}")
    return [*(line + "；" for line in lines[:-1]), *(line + "。" for line in lines[-1:])]


def implementation_lines(row: FormRow) -> list[str]:
    """Return what was written under each criterion, with its number; a text of several lines keeps them."""
    lines = []
    for criterion in row.criteria:
        written = [line.strip() for line in criterion.implementation.splitlines() if line.strip()]
        if written:
            lines += [f"{criterion.number}.{written[0]}", *written[1:]]
    return lines


def mark_lines(row: FormRow, stage: Stage) -> Iterator[str]:
    """Return each criterion's own mark beneath the sum; nothing where all are full."""
    if row.differs(stage):
        for criterion in row.scored:
            yield f"{circled(criterion.number)}{plain(criterion.mark(stage)) or '—'}"


def remark_lines(vetoes: Iterable[FormVeto]) -> list[str]:
    """Return the vetoes, those with the same consequence in one line under it.

    >>> remark_lines([FormVeto("甲", "不予评定"), FormVeto("乙", "不予评定")])
    ['有下列情形之一的，不予评定：①甲；②乙。']
    """
    by_consequence: dict[str, list[str]] = {}
    for number, veto in enumerate(vetoes, 1):
        by_consequence.setdefault(veto.consequence, []).append(f"{circled(number)}{veto.text}")
    return [f"有下列情形之一的，{result}：{'；'.join(texts)}。" for result, texts in by_consequence.items()]


def note_line(form: OfficialForm) -> str:
    """Return the line below the form: whose wording, on what it rests, how to read the marks, when it was printed."""
    notes = [form.wording_note, *form.notes]
    if form.shows_single_marks:
        open_marks = "，“—”为尚未评分" if form.has_open_marks else ""
        notes.append(f"得分栏为各行合计；下方小字为该行各条得分，圆圈内为条号{open_marks}。")
    notes.append(f"打印时间：{moment_text(form.printed_at)}。")
    numbered = [f"{number}.{note}" for number, note in enumerate((note for note in notes if note), 1)]
    return f"附注：{''.join(numbered)}"
