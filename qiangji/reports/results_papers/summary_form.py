"""A frozen summary as Word and as Excel: its numbers, its number and moment, the digest of its content."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from docx.shared import Cm

from qiangji.lib import word
from qiangji.lib.dates import moment_text
from qiangji.lib.xlsx import HEI, SONG_TITLE, Paper, Style
from qiangji.reports.ledger_prints import papers
from qiangji.results.models import Receipt, Summary
from qiangji.results.selectors.classes import Class

DEFAULT = "表样由系统默认生成，文件没有规定格式"
FIRST, EACH = Cm(5.0), Cm(2.6)
TITLE = Style(font=SONG_TITLE, size=18, line=26, ruled=False)
NOTE = Style(size=10, ruled=False, centered=False)
HEAD = Style(font=HEI, size=11)
TEXT = Style()


@dataclass(frozen=True)
class SummaryForm:
    """What stands on the paper."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, tuple[int, ...]], ...]
    notes: tuple[str, ...]


def form_of(summary: Summary) -> SummaryForm:
    """Read the paper from what was frozen: the live numbers are never asked again."""
    content = json.loads(summary.content)
    rows = [*content["lines"], {"name": "合计", "counts": content["total"]}]
    branches = content["branches"]
    receipt = Receipt.objects.filter(filing__summary=summary).first()
    notes = [
        f"编号：{summary.number}；{moment_text(summary.frozen_at)} 固定。",
        f"方案：{content['cycle']['plan']}；达标线须高于 {content['figures']['line']} 分，"
        f"高于此线的内设党支部不少于 {content['figures']['share']}%。",
        f"已认定组织的内设党支部 {branches['all']} 个，高于达标线 {branches['above']} 个，后进 {branches['lagging']} 个。",
        f"内容摘要：{summary.digest}",
    ]
    if receipt is not None and receipt.is_accepted:
        notes.append(f"备案号：{receipt.number}；{moment_text(receipt.received_at)} 备案。")
    return SummaryForm(
        title=f"{content['region']['name']}{content['cycle']['year']}年度标准化创建情况汇总表",
        heads=("区域", "合计", *(str(value.label) for value in Class)),
        lines=tuple(
            (row["name"], (sum(row["counts"].values()), *(row["counts"][value] for value in Class.values)))
            for row in rows
        ),
        notes=tuple(notes),
    )


def write_form(form: SummaryForm, *, at: datetime) -> bytes:
    """Return the summary as .docx, across the page; equal contents give equal bytes."""
    document = word.new_document(title=form.title, at=at)
    papers.add_styles(document)
    word.lay_across(document, corner=papers.CORNER, header=DEFAULT)
    papers.paragraph(document, papers.TITLE, form.title)
    widths = [FIRST, *([EACH] * (len(form.heads) - 1))]
    texts: Sequence[Sequence[str]] = [
        [name, *(str(count) for count in counts)] for name, counts in form.lines
    ]
    papers.ruled(document, form.heads, texts, widths, least=Cm(0.9))
    for note in form.notes:
        papers.paragraph(document, papers.NOTE, note)
    return word.to_bytes(document, at=at)


def write_sheet(form: SummaryForm, *, at: datetime) -> bytes:
    """Return the summary as .xlsx, with figures that can be added up."""
    widths = (5.0, *([2.6] * (len(form.heads) - 1)))
    paper = Paper(title=form.title, name="汇总表", at=at, widths=widths, across=True, header=DEFAULT)
    last = len(widths) - 1
    paper.write((0, 0), (0, last), form.title, TITLE)
    paper.set_height(0, TITLE.height(form.title, sum(widths)))
    for column, head in enumerate(form.heads):
        paper.write((1, 1), (column, column), head, HEAD)
    paper.set_height(1, max(HEAD.height(head, 2.6) for head in form.heads))
    row = 2
    for name, counts in form.lines:
        paper.write((row, row), (0, 0), name, TEXT)
        paper.set_height(row, TEXT.height(name, 5.0))
        for column, count in enumerate(counts, start=1):
            paper.write_number((row, row), (column, column), Decimal(count), TEXT)
        row += 1
    for note in form.notes:
        paper.write((row, row), (0, last), note, NOTE)
        paper.set_height(row, NOTE.height(note, sum(widths)))
        row += 1
    paper.head_ends_with(1)
    return paper.to_bytes(last_row=row - 1)
