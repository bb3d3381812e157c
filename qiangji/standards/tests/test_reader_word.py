"""Word documents of the official form's shape give the same as their flattened text."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from qiangji.standards.reader import parse_bytes, parse_file
from qiangji.standards.reader.text import read_text
from qiangji.standards.reader.tree import ParsedStandard
from qiangji.standards.tests.packages import rebuilt
from qiangji.standards.tests.tables import (
    SAMPLE,
    Table,
    TableRow,
    flattened,
    policy_file,
    small_table,
    word_document,
)

POLICY = policy_file("001")


def parse(data: bytes) -> ParsedStandard:
    return parse_bytes(data, filename="表.docx")


def only_error(parsed: ParsedStandard) -> str:
    assert parsed.sections == []
    assert [p.severity for p in parsed.problems] == ["error"]
    return parsed.problems[0].message


def test_a_word_table_with_merged_cells_gives_the_same_as_its_text() -> None:
    text = parse_bytes(flattened(small_table()).encode(), filename="表.txt").as_json()
    assert text["problems"] == []
    assert parse(word_document(small_table())).as_json() == text


def in_word(path: Path) -> bytes:
    """The flattened table of a file as a Word document of the same shape."""
    raw = read_text(path.read_text(encoding="utf-8")).tables[0]
    table = Table("\n".join(raw.before[:2]))
    for row in raw.rows[1:]:
        texts = [cell.text for cell in row.cells]
        if len(texts) == 2:
            table.remark = texts[1]
        else:
            group = texts[1] if len(texts) == 7 else ""
            table.rows.append(TableRow(texts[0] or None, group, texts[-5]))
    return word_document(table)


def test_the_sample_in_word_gives_the_same_as_its_text() -> None:
    assert parse(in_word(SAMPLE)).as_json() == parse_file(SAMPLE).as_json()


@pytest.mark.skipif(POLICY is None, reason="the policy documents are not beside this checkout")
def test_the_official_table_in_word_gives_the_same_as_its_text() -> None:
    assert POLICY is not None
    assert parse(in_word(POLICY)).as_json() == parse_file(POLICY).as_json()


def test_content_decides_not_the_name() -> None:
    assert parse_bytes(word_document(small_table()), filename="表.txt").as_json()["counts"]["criteria"] == 5


def test_automatic_numbers_count_as_numbers() -> None:
    table = small_table()
    table.rows[2].criteria = "义诊每年2次（2分）；\n意见箱每周开启（1分）。"
    document = Document(io.BytesIO(word_document(table)))
    cell = document.tables[0].cell(3, 2)
    for paragraph in list(cell.paragraphs):
        lines = paragraph.text.split("\n")
        paragraph.text = lines[0]
        for line in lines[1:]:
            cell.add_paragraph(line)
    for paragraph in cell.paragraphs:
        properties = paragraph._p.get_or_add_pPr()
        numbering, identity = OxmlElement("w:numPr"), OxmlElement("w:numId")
        identity.set(qn("w:val"), "7")
        numbering.append(identity)
        properties.append(numbering)
    stream = io.BytesIO()
    document.save(stream)
    assert parse(stream.getvalue()).as_json() == parse(word_document(small_table())).as_json()


def test_a_table_cut_in_two_by_a_page_break_is_read_as_one() -> None:
    document = Document(io.BytesIO(word_document(small_table())))
    first = document.tables[0]._tbl
    second = Document(io.BytesIO(word_document(small_table()))).tables[0]._tbl
    for row in list(first.tr_lst)[3:]:
        first.remove(row)
    for row in list(second.tr_lst)[:3]:
        second.remove(row)
    paragraph = document.add_paragraph("")
    paragraph._p.addnext(second)
    stream = io.BytesIO()
    document.save(stream)
    assert parse(stream.getvalue()).as_json() == parse(word_document(small_table())).as_json()


def test_a_remark_below_the_table_gives_the_vetoes() -> None:
    table = small_table()
    remark, table.remark = table.remark, ""
    document = Document(io.BytesIO(word_document(table)))
    document.add_paragraph(f"备注：{remark}")
    stream = io.BytesIO()
    document.save(stream)
    assert parse(stream.getvalue()).vetoes == ["弄虚作假的", "发生责任事故的"]


def test_a_document_without_the_table_is_refused() -> None:
    document = Document()
    document.add_paragraph("没有表格")
    stream = io.BytesIO()
    document.save(stream)
    assert "没有找到量化表" in only_error(parse(stream.getvalue()))


def test_a_document_with_macros_is_refused() -> None:
    assert "宏" in only_error(parse(rebuilt(word_document(small_table()), **{"word__vbaProject.bin": b"x"})))


def test_an_encrypted_document_is_refused() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
    assert "加密" in only_error(parse(ole))


def test_a_swollen_document_is_refused() -> None:
    bomb = rebuilt(word_document(small_table()), word__media__x=b"\x00" * 70_000_000)
    assert len(bomb) < 1_000_000
    assert "过大" in only_error(parse(bomb))


def test_a_document_with_a_doctype_is_refused() -> None:
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'
    assert "不安全" in only_error(
        parse(rebuilt(word_document(small_table()), **{"word__document.xml": entity}))
    )


def test_a_broken_document_is_refused() -> None:
    data = word_document(small_table())
    assert "损坏" in only_error(parse(data[: len(data) // 2]))
    assert "损坏" in only_error(parse(rebuilt(data, **{"word__document.xml": b"<w:document"})))
    assert "损坏" in only_error(parse(b"not a document"))
