"""Draws a letter of introduction on one upright page of A4: the sender's stub, the letter, the receipt slip."""

from datetime import datetime

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from qiangji.lib import word, word_tables
from qiangji.lib.dates import day_text
from qiangji.reports.transfer_letters.contents import BLANK_DAY, TransferLetter

TITLE, HEAD, TEXT, SENDER, CELL, LABEL, CUT, CORNER = (
    f"Transfer{name}" for name in ("Title", "Head", "Text", "Sender", "Cell", "Label", "Cut", "Corner")
)
PAGE_HEADER = "系统按登记内容起草，版式为系统默认，用印前请核对"
SIZE, LINE = 14, 24
CENTER, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
CUT_LINE = "—　—　—　—　—　—　—　沿此线裁开　—　—　—　—　—　—　—"
WIDTHS = (Cm(2.6), Cm(5.2), Cm(2.6), Cm(5.2))


def write_letter(letter: TransferLetter, *, at: datetime) -> bytes:
    """Return the letter as a .docx file; equal contents give equal bytes."""
    document = word.new_document(title="组织关系介绍信", at=at)
    _add_styles(document)
    word.lay_upright(document, corner=CORNER, header=PAGE_HEADER)
    _line(document, HEAD, "组织关系介绍信存根")
    _write_stub(document, letter)
    _line(document, CUT, CUT_LINE)
    _line(document, TITLE, "组织关系介绍信")
    _line(document, SENDER, f"编号：{letter.number}")
    _line(document, LABEL, f"{letter.destination}：")
    _line(document, TEXT, letter.text)
    _line(document, TEXT, f"（有效期{letter.valid_days}天，自开出之日起计算，过期须重新开具。）")
    _line(document, SENDER, f"{letter.sender}（印章）")
    _line(document, SENDER, day_text(letter.sent_date))
    _line(document, CUT, CUT_LINE)
    _line(document, HEAD, "组织关系介绍信回执")
    _line(document, SENDER, f"编号：{letter.number}")
    _line(document, LABEL, f"{letter.sender}：")
    _line(document, TEXT, letter.receipt)
    _line(document, SENDER, "经办人：　　　　　　　（接收单位印章）")
    _line(document, SENDER, BLANK_DAY)
    return word.to_bytes(document, at=at)


def _line(document: DocxDocument, style: str, text: str) -> None:
    word.write(word.add_paragraph(document, style), text)


def _add_styles(document: DocxDocument) -> None:
    add = word.add_style
    add(document, TITLE, "标题", font=word.SONG_TITLE, size=20, line=30, align=CENTER, space=(0, 4))
    add(document, HEAD, "联名", font=word.HEI, size=16, line=26, align=CENTER, space=(0, 4))
    text = add(document, TEXT, "正文段", size=SIZE, line=LINE, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    text.paragraph_format.first_line_indent = Pt(2 * SIZE)
    add(document, SENDER, "落款", size=SIZE, line=LINE, align=RIGHT)
    add(document, LABEL, "抬头", size=SIZE, line=LINE, align=LEFT)
    add(document, CELL, "表文", size=12, line=18, align=LEFT)
    add(document, CUT, "裁线", font=word.SONG, size=9, line=18, align=CENTER, space=(4, 4))
    add(document, CORNER, "页眉页脚", font=word.SONG, size=10.5)


def _write_stub(document: DocxDocument, letter: TransferLetter) -> None:
    """Write the stub's facts two abreast."""
    facts = letter.facts
    table = document.add_table(rows=len(facts) // 2, cols=len(WIDTHS))
    word_tables.set_table(table, WIDTHS)
    for place, row in enumerate(table.rows):
        word_tables.set_least_height(row, Cm(0.8))
        word_tables.keep_whole(row)
        texts = [text for fact in facts[2 * place : 2 * place + 2] for text in fact]
        for cell, text in zip(row.cells, texts, strict=True):
            word_tables.write_lines(cell, [(text, CELL)], empty=CELL, centered=True)
