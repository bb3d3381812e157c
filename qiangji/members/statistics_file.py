"""The statistics as an Excel sheet that prints on one A4 page."""

from datetime import date, datetime
from decimal import Decimal

from qiangji.lib.dates import day_text
from qiangji.lib.xlsx import HEI, SONG_TITLE, Paper, Style
from qiangji.members.selectors.counts import Group

WIDTHS = (3.4, 5.0, 2.2, 2.2, 2.2)
HEADS = ("项目", "类别", "合计", "正式", "预备")
TITLE = Style(font=SONG_TITLE, size=18, line=26, ruled=False)
NOTE = Style(size=10, ruled=False)
HEAD = Style(font=HEI, size=11)
TEXT = Style()


def write_statistics(*, organization: str, groups: list[Group], on: date, at: datetime) -> bytes:
    """Return the counts of an organization as .xlsx; equal contents give equal bytes."""
    title = f"{organization} 党员统计"
    paper = Paper(title=title, name="党员统计", at=at, widths=WIDTHS, across=False)
    last = len(WIDTHS) - 1
    paper.write((0, 0), (0, last), title, TITLE)
    paper.set_height(0, TITLE.height(title, sum(WIDTHS)))
    paper.write((1, 1), (0, last), f"截至 {day_text(on)}；只有人数，由系统按党员名册汇总", NOTE)
    for column, head in enumerate(HEADS):
        paper.write((2, 2), (column, column), head, HEAD)
    row = 3
    for group in groups:
        end = row + len(group.lines) - 1
        paper.write((row, end), (0, 0), group.title, HEAD)
        for line in group.lines:
            paper.write((row, row), (1, 1), line.title, TEXT)
            for column, number in enumerate((line.all, line.full, line.probationary), start=2):
                paper.write_number((row, row), (column, column), Decimal(number), TEXT)
            row += 1
    paper.head_ends_with(2)
    return paper.to_bytes(last_row=row - 1)
