"""How long a scoring table takes from the file to the standard understood, for tables of a hundred and a thousand rows.

The documents are drawn as office programs draw them, with fonts and revision marks on every run, which is most of
what a reader has to go through. Nothing is measured that was not read right: every criterion must come out.
"""

import io
import statistics
import time
from collections.abc import Callable, Iterator
from decimal import Decimal

import xlsxwriter
from docx import Document
from docx.oxml import parse_xml

from benchmarks.figures import Figure
from qiangji.standards.reader import parse_bytes

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEADINGS = ("项目", "小项", "具体标准", "落实情况", "自评得分", "验收得分")
ROWS_OF_PART, ROWS_OF_GROUP, CRITERIA_OF_ROW = 10, 5, 2
LIMITS = {100: 1.0, 1000: 5.0}

Line = tuple[str, str, str]


def word(rows: int) -> Callable[[int], Figure]:
    return lambda times: measured(word_document(rows), "docx", rows, times)


def excel(rows: int) -> Callable[[int], Figure]:
    return lambda times: measured(workbook(rows), "xlsx", rows, times)


def measured(data: bytes, form: str, rows: int, times: int) -> Figure:
    """Read so many times and return the median. Raises where not everything was read."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        parsed = parse_bytes(data, filename=f"表.{form}")
        taken.append(time.perf_counter() - started)
        if len(parsed.criteria()) != rows * CRITERIA_OF_ROW or parsed.has_errors:
            raise RuntimeError(f"{form}: {len(parsed.criteria())} criteria, {parsed.problems[:3]}")
    return Figure(statistics.median(taken), LIMITS[rows], "s", digits=2)


def lines(rows: int) -> Iterator[Line]:
    """A table's rows: the part with its points where one begins, the group where one begins, two criteria."""
    points = Decimal("0.5") * CRITERIA_OF_ROW * ROWS_OF_PART
    for row in range(rows):
        part = f"专项{row // ROWS_OF_PART + 1}建设（{points}分）" if row % ROWS_OF_PART == 0 else ""
        group = f"小项{row // ROWS_OF_GROUP + 1}" if row % ROWS_OF_GROUP == 0 else ""
        first = row % ROWS_OF_GROUP * CRITERIA_OF_ROW + 1
        criteria = "\n".join(
            f"{number}.科室每季度至少召开{row + 1}次专题{number}会议，形成纪要并存档备查，落实情况有人检查（0.5分）；"
            for number in range(first, first + CRITERIA_OF_ROW)
        )
        yield part, group, criteria


def word_document(rows: int) -> bytes:
    """The table in Word: parts and groups merged downwards, a line break inside the criteria cell."""
    document = Document()
    document.add_paragraph("量化评分表")
    body = "".join(
        row_xml(
            [
                cell_xml(part, goes_on=not part),
                cell_xml(group, goes_on=not group),
                cell_xml(criteria),
                *[cell_xml("")] * 3,
            ]
        )
        for part, group, criteria in lines(rows)
    )
    table = f"<w:tbl {W}><w:tblPr/><w:tblGrid/>{row_xml([cell_xml(name) for name in HEADINGS])}{body}</w:tbl>"
    document.element.body.insert(1, parse_xml(table))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def row_xml(cells: list[str]) -> str:
    return f'<w:tr w:rsidR="00A77B3E"><w:trPr><w:trHeight w:val="400"/></w:trPr>{"".join(cells)}</w:tr>'


def cell_xml(text: str, *, goes_on: bool | None = None) -> str:
    merge = "" if goes_on is None else f'<w:vMerge w:val="{"continue" if goes_on else "restart"}"/>'
    fonts = '<w:rPr><w:rFonts w:ascii="FangSong" w:eastAsia="FangSong" w:hint="eastAsia"/><w:sz w:val="24"/></w:rPr>'
    runs = "".join(f"<w:r>{fonts}<w:t>{line}</w:t></w:r>" for line in text.split("\n"))
    paragraphs = runs.replace(
        "</w:r><w:r>", f'</w:r></w:p><w:p w:rsidR="00A77B3E"><w:pPr>{fonts}</w:pPr><w:r>'
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="1200" w:type="dxa"/>{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p w:rsidR="00A77B3E"><w:pPr>{fonts}</w:pPr>{paragraphs}</w:p></w:tc>'
    )


def workbook(rows: int) -> bytes:
    """The same table as a workbook with a title row and merged parts and groups."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("2026")
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, "量化评分表")
        sheet.write_row(1, 0, HEADINGS)
        for row, (part, group, criteria) in enumerate(lines(rows), start=2):
            if part:
                sheet.merge_range(row, 0, row + ROWS_OF_PART - 1, 0, part)
            if group:
                sheet.merge_range(row, 1, row + ROWS_OF_GROUP - 1, 1, group)
            sheet.write(row, 2, criteria)
    return stream.getvalue()
