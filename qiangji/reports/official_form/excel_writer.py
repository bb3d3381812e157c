"""Draws the official form as an Excel sheet: the cells, merges and words of the Word form, a stage's sums as numbers.

A row of the form is one row of the sheet as long as every criterion got its full points. Where the single marks stand
beneath a sum, they take a second row under it, so that the sum stays a number; and a text that is higher than Excel
lets a row be runs over several. The row's other cells are merged over them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qiangji.assessments.stages import Stage
from qiangji.lib import xlsx
from qiangji.lib.xlsx import Paper, Style
from qiangji.reports.official_form.contents import COLUMNS, FormHead, FormRow, FormSection, OfficialForm
from qiangji.reports.official_form.lines import (
    CRITERIA,
    FIRST_STAGE,
    GROUP,
    HEADINGS,
    IMPLEMENTATION,
    PART,
    PROVISIONAL,
    applied_line,
    criteria_lines,
    implementation_lines,
    mark_lines,
    note_line,
    remark_lines,
    score_remark,
    section_lines,
)

# As in Word: 22.5 cm, the width between the margins.
WIDTHS = (2.1, 2.5, 7.1, 5.4, 1.8, 1.8, 1.8)
LAST = len(WIDTHS) - 1
TITLE = Style(xlsx.SONG_TITLE, 20, 30, ruled=False)
HEAD, HEAD_CENTER = Style(size=12, line=20, centered=False, ruled=False), Style(size=12, line=20, ruled=False)
HEADING, SHORT, TALL = Style(xlsx.HEI), Style(), Style(at_top=True)
BODY, TALL_BODY = Style(centered=False), Style(centered=False, at_top=True)
SUM, TALL_SUM = Style(size=12, line=16), Style(size=12, line=16, at_top=True)
SUM_ABOVE_MARKS = replace(SUM, without="bottom")
MARKS = Style(size=8, line=11.5, without="top", at_top=True)
NOTE = Style(size=9, line=13, centered=False, ruled=False)
LEAST_HEIGHT, SUM_HEIGHT, HALF_A_PAGE = 32.0, 22.0, 220.0


@dataclass(frozen=True)
class Placed:
    """A row of the form with the rows of the sheet that it takes."""

    row: FormRow
    first: int
    heights: tuple[float, ...]

    @property
    def rows(self) -> tuple[int, int]:
        return self.first, self.first + len(self.heights) - 1

    @property
    def runs_over_pages(self) -> bool:
        return sum(self.heights) > xlsx.TALLEST_ROW


def write_form_sheet(form: OfficialForm) -> bytes:
    """Return the form as an .xlsx file; equal contents give equal bytes."""
    header = PROVISIONAL if form.head.is_provisional else ""
    title = form.head.title
    paper = Paper(title=title, name="量化表", at=form.printed_at, widths=WIDTHS, across=True, header=header)
    _write_over(paper, 0, title, TITLE)
    _write_head(paper, 1, form.head)
    _write_headings(paper, 2)
    row = 3
    for section in form.sections:
        row = _write_section(paper, row, section)
    row = _write_remarks(paper, row, form)
    _write_over(paper, row, note_line(form), NOTE)
    return paper.to_bytes(last_row=row)


def _write_over(paper: Paper, row: int, text: str, style: Style) -> None:
    """Write a text across the sheet."""
    paper.write((row, row), (0, LAST), text, style)
    paper.set_height(row, min(xlsx.TALLEST_ROW, style.height(text, paper.width(0, LAST))))


def _write_head(paper: Paper, row: int, head: FormHead) -> None:
    name, columns = f"{head.unit_label}：{head.unit_name}", (PART, CRITERIA)
    paper.write((row, row), columns, name, HEAD)
    place = (IMPLEMENTATION, IMPLEMENTATION)
    if head.score is None:
        paper.write((row, row), place, "得分：", HEAD_CENTER)
    else:
        shown = f'"得分："General"{score_remark(head)}"'
        paper.write_number((row, row), place, head.score, HEAD_CENTER, number_format=shown)
    paper.write((row, row), (FIRST_STAGE, LAST), applied_line(head), HEAD_CENTER)
    paper.set_height(row, HEAD.height(name, paper.width(*columns)))


def _write_headings(paper: Paper, row: int) -> None:
    for column, heading in HEADINGS.items():
        paper.write((row, row), (column, GROUP if column == PART else column), heading, HEADING)
    paper.set_height(row, 36)
    paper.head_ends_with(row)


def _write_section(paper: Paper, first: int, section: FormSection) -> int:
    """Write a part and return the row beneath it."""
    placed = _placed(paper, first, section)
    last = placed[-1].rows[1]
    columns = (PART, GROUP if section.is_undivided else PART)
    heights = [height for row in placed for height in row.heights]
    paper.write((first, last), columns, "\n".join(section_lines(section)), _look(heights))
    for row in placed:
        if not section.is_undivided:
            paper.write(row.rows, (GROUP, GROUP), row.row.title, _look(row.heights))
        _write_row(paper, row)
    return last + 1


def _placed(paper: Paper, first: int, section: FormSection) -> list[Placed]:
    """Give each row of a part its rows of the sheet, high enough for all cells, the part's own included."""
    parts = [_row_heights(row) for row in section.rows]
    width = paper.width(PART, GROUP if section.is_undivided else PART)
    flat = [height for heights in parts for height in heights]
    spread = iter(xlsx.stretched(flat, SHORT.height("\n".join(section_lines(section)), width)))
    placed = []
    for row, heights in zip(section.rows, parts, strict=True):
        placed.append(Placed(row, first, tuple(next(spread) for _ in heights)))
        first += len(heights)
    return placed


def _row_heights(row: FormRow) -> list[float]:
    needed = max(
        LEAST_HEIGHT,
        SHORT.height(row.title, WIDTHS[GROUP]),
        BODY.height("\n".join(criteria_lines(row)), WIDTHS[CRITERIA]),
        BODY.height("\n".join(implementation_lines(row)), WIDTHS[IMPLEMENTATION]),
    )
    marks = max(MARKS.height("\n".join(mark_lines(row, stage)), WIDTHS[FIRST_STAGE]) for stage in COLUMNS)
    if not any(row.differs(stage) for stage in COLUMNS):
        return xlsx.parted(needed)
    return [SUM_HEIGHT, *xlsx.parted(max(needed - SUM_HEIGHT, marks))]


def _write_row(paper: Paper, placed: Placed) -> None:
    row, look = placed.row, TALL_BODY if placed.runs_over_pages else BODY
    paper.write(placed.rows, (CRITERIA, CRITERIA), "\n".join(criteria_lines(row)), look)
    paper.write(placed.rows, (IMPLEMENTATION, IMPLEMENTATION), "\n".join(implementation_lines(row)), look)
    for column, stage in enumerate(COLUMNS, FIRST_STAGE):
        _write_stage(paper, placed, column, stage)
    for at, height in enumerate(placed.heights, placed.first):
        paper.set_height(at, height)


def _write_stage(paper: Paper, placed: Placed, column: int, stage: Stage) -> None:
    (first, last), columns = placed.rows, (column, column)
    total = placed.row.sum_of(stage)
    if total is None:
        paper.write((first, last), columns, "", SUM)
    elif placed.row.differs(stage):
        paper.write_number((first, first), columns, total, SUM_ABOVE_MARKS)
        paper.write((first + 1, last), columns, "\n".join(mark_lines(placed.row, stage)), MARKS)
    else:
        paper.write_number((first, last), columns, total, TALL_SUM if placed.runs_over_pages else SUM)


def _look(heights: Sequence[float]) -> Style:
    """What may run over pages says its title on the first of them."""
    return TALL if len(heights) > 1 and sum(heights) > HALF_A_PAGE else SHORT


def _write_remarks(paper: Paper, row: int, form: OfficialForm) -> int:
    text = "\n".join(remark_lines(form.vetoes))
    paper.write((row, row), (PART, GROUP), "备注", SHORT)
    paper.write((row, row), (CRITERIA, LAST), text, BODY)
    height = BODY.height(text, paper.width(CRITERIA, LAST))
    paper.set_height(row, min(xlsx.TALLEST_ROW, max(LEAST_HEIGHT, height)))
    return row + 1
