"""An edition's table as an Excel sheet: the same cells, merges and words as in Word, points as numbers."""

from collections.abc import Sequence

from qiangji.lib import xlsx
from qiangji.lib.xlsx import Paper, Style
from qiangji.standards.export.contents import DRAFT_HEADER, UNSCORED, EditionTable, TableRow, TableSection
from qiangji.standards.export.word_file import GROUP, HEADINGS, METHOD, POINTS, SECTION, TEXT

# Together the width between the margins: 15.6 cm.
WIDTHS = (1.9, 2.2, 6.9, 1.4, 3.2)
TITLE = Style(xlsx.SONG_TITLE, 20, 30, ruled=False)
HEADING = Style(xlsx.HEI)
SHORT, TALL = Style(), Style(at_top=True)
BODY = Style(centered=False)
NOTE = Style(size=9, line=13, centered=False, ruled=False)
LEAST_HEIGHT = 24.0
HALF_A_PAGE = 300.0


def write_excel(table: EditionTable) -> bytes:
    """Return the table as an .xlsx file; equal contents give equal bytes."""
    header = DRAFT_HEADER if table.is_draft else ""
    paper = Paper(title=table.title, name="量化表", at=table.at, widths=WIDTHS, across=False, header=header)
    _write_over(paper, 0, table.title, TITLE)
    for column, heading in enumerate(HEADINGS):
        paper.write((1, 1), (column, column), heading, HEADING)
    paper.set_height(1, LEAST_HEIGHT)
    paper.head_ends_with(1)
    row = 2
    for section in table.sections:
        row = _write_section(paper, row, section)
    if table.total is not None:
        row = _write_total(paper, row, table)
    for remark in table.remarks:
        row = _write_remark(paper, row, remark)
    _write_over(paper, row, table.note, NOTE)
    return paper.to_bytes(last_row=row)


def _write_over(paper: Paper, row: int, text: str, style: Style) -> None:
    """Write a text across the sheet."""
    paper.write((row, row), (SECTION, METHOD), text, style)
    paper.set_height(row, min(xlsx.TALLEST_ROW, style.height(text, paper.width(SECTION, METHOD))))


def _write_section(paper: Paper, first: int, section: TableSection) -> int:
    """Write a part and return the row beneath it."""
    heights = _heights(paper, section)
    last = first + len(section.rows) - 1
    columns = (SECTION, GROUP if section.is_undivided else SECTION)
    paper.write((first, last), columns, "\n".join(section.lines), _look(heights))
    row = first
    for group in section.groups:
        end = row + len(group.rows) - 1
        if not section.is_undivided:
            look = _look(heights[row - first : end - first + 1])
            paper.write((row, end), (GROUP, GROUP), "\n".join(group.lines), look)
        row = end + 1
    for at, (criterion, height) in enumerate(zip(section.rows, heights, strict=True), first):
        _write_row(paper, at, criterion)
        paper.set_height(at, height)
    return last + 1


def _look(heights: Sequence[float]) -> Style:
    return TALL if len(heights) > 1 and sum(heights) > HALF_A_PAGE else SHORT


def _write_row(paper: Paper, row: int, criterion: TableRow) -> None:
    paper.write((row, row), (TEXT, TEXT), criterion.text, BODY)
    if criterion.points is None:
        paper.write((row, row), (POINTS, POINTS), UNSCORED, SHORT)
    else:
        paper.write_number((row, row), (POINTS, POINTS), criterion.points, SHORT)
    paper.write((row, row), (METHOD, METHOD), criterion.method, BODY)


def _heights(paper: Paper, section: TableSection) -> list[float]:
    """Return the heights of a part's rows, in which also its merged cells have room."""
    heights = [
        min(
            xlsx.TALLEST_ROW,
            max(
                LEAST_HEIGHT,
                BODY.height(row.text, WIDTHS[TEXT]),
                BODY.height(row.method, WIDTHS[METHOD]),
            ),
        )
        for row in section.rows
    ]
    at = 0
    for group in section.groups:
        end = at + len(group.rows)
        heights[at:end] = _stretched(heights[at:end], group.lines, WIDTHS[GROUP])
        at = end
    width = paper.width(SECTION, GROUP if section.is_undivided else SECTION)
    return _stretched(heights, section.lines, width)


def _stretched(heights: Sequence[float], lines: Sequence[str], width: float) -> list[float]:
    return xlsx.stretched(heights, SHORT.height("\n".join(lines), width))


def _write_total(paper: Paper, row: int, table: EditionTable) -> int:
    paper.write((row, row), (SECTION, TEXT), "合计", HEADING)
    if table.total is not None:
        paper.write_number((row, row), (POINTS, POINTS), table.total, HEADING)
    paper.write((row, row), (METHOD, METHOD), "加分不计入合计" if table.has_bonus else "", BODY)
    paper.set_height(row, LEAST_HEIGHT)
    return row + 1


def _write_remark(paper: Paper, row: int, remark: str) -> int:
    paper.write((row, row), (SECTION, GROUP), "备注", SHORT)
    paper.write((row, row), (TEXT, METHOD), remark, BODY)
    height = BODY.height(remark, paper.width(TEXT, METHOD))
    paper.set_height(row, min(xlsx.TALLEST_ROW, max(LEAST_HEIGHT, height)))
    return row + 1
