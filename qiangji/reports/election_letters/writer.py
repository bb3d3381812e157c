"""Draws a paper of an election upright on A4 in the plain style of GB/T 9704: title, addressee, text, sender, day.

The red head and the seal belong to the office that issues it; a draft has neither, and its page header says it is one.
"""

from datetime import datetime

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Length, Pt

from qiangji.lib import word, word_tables
from qiangji.lib.dates import day_text
from qiangji.reports.election_letters.contents import Letter, People

TITLE, NUMBER, ADDRESSEE, TEXT, SENDER, DATE = (
    f"Letter{name}" for name in ("Title", "Number", "Addressee", "Text", "Sender", "Date")
)
HEAD, CELL, CORNER = "LetterHead", "LetterCell", "LetterCorner"
PAGE_HEADER = "系统按登记内容起草，用印前请核对"
SIZE, LINE = 16, 28
BLANK_NUMBER = "〔　　　　〕　　号"
CENTER, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
JUSTIFY = WD_ALIGN_PARAGRAPH.JUSTIFY


def write_letter(letter: Letter, *, at: datetime) -> bytes:
    """Return the paper as a .docx file; equal contents give equal bytes."""
    document = word.new_document(title=letter.title, at=at)
    _add_styles(document)
    word.lay_upright(document, corner=CORNER, header=PAGE_HEADER)
    word.write(word.add_paragraph(document, NUMBER), letter.number or BLANK_NUMBER)
    word.write(word.add_paragraph(document, TITLE), letter.title)
    word.write(word.add_paragraph(document, ADDRESSEE), f"{letter.addressee}：")
    *before, last = letter.paragraphs
    for text in before:
        word.write(word.add_paragraph(document, TEXT), text)
    if letter.people is not None:
        _write_people(document, letter.people)
    closing = word.add_paragraph(document, TEXT)
    if letter.people is not None:
        closing.paragraph_format.space_before = Pt(LINE / 2)
    word.write(closing, last)
    _sign(document, letter)
    return word.to_bytes(document, at=at)


def _add_styles(document: DocxDocument) -> None:
    add = word.add_style
    add(document, NUMBER, "文号", size=SIZE, line=LINE, align=CENTER, space=(0, LINE / 2))
    add(document, TITLE, "标题", font=word.SONG_TITLE, size=22, line=34, align=CENTER, space=(0, LINE))
    add(document, ADDRESSEE, "主送", size=SIZE, line=LINE, align=LEFT)
    text = add(document, TEXT, "正文段", size=SIZE, line=LINE, align=JUSTIFY)
    text.paragraph_format.first_line_indent = Pt(2 * SIZE)
    sender = add(document, SENDER, "落款", size=SIZE, line=LINE, align=RIGHT, space=(2 * LINE, 0))
    sender.paragraph_format.right_indent = Pt(2 * SIZE)
    day = add(document, DATE, "日期", size=SIZE, line=LINE, align=RIGHT)
    day.paragraph_format.right_indent = Pt(4 * SIZE)
    for style in (sender, day):
        style.paragraph_format.keep_together = True
    add(document, HEAD, "表头", font=word.HEI, size=14, line=22, align=CENTER)
    add(document, CELL, "表文", size=14, line=22, align=CENTER)
    add(document, CORNER, "页眉页脚", font=word.SONG, size=10.5)


def _write_people(document: DocxDocument, people: People) -> None:
    widths = widths_of(len(people.heads))
    table = document.add_table(rows=len(people.rows) + 1, cols=len(widths))
    word_tables.set_table(table, widths)
    for number, (row, texts) in enumerate(zip(table.rows, [people.heads, *people.rows], strict=True)):
        word_tables.set_least_height(row, Cm(0.9))
        word_tables.keep_whole(row)
        style = CELL if number else HEAD
        for cell, text in zip(row.cells, texts, strict=True):
            word_tables.write_lines(cell, [(text, style)], empty=style, centered=True)
    word_tables.repeat_on_every_page(table.rows[0])


def widths_of(columns: int) -> list[Length]:
    """Return the widths of a table of persons: a narrow number, the rest evenly over the text's width."""
    first = Cm(1.6)
    each = Length((word.TEXT_WIDTH_UPRIGHT - first) // (columns - 1))
    return [first, *([each] * (columns - 1))]


def _sign(document: DocxDocument, letter: Letter) -> None:
    # A body and who seals in its place stand on lines of their own, close together.
    for number, line in enumerate((letter.sender or "（印章）").split("\n")):
        sender = word.add_paragraph(document, SENDER)
        sender.paragraph_format.keep_with_next = True
        if number:
            sender.paragraph_format.space_before = Pt(0)
        word.write(sender, line)
    word.write(word.add_paragraph(document, DATE), day_text(letter.day))
