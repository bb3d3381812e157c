"""Numbers that Word counts itself stand in front of their paragraphs as on the page."""

from __future__ import annotations

import pytest

from qiangji.standards.reader.word import read_word
from qiangji.standards.reader.word_numerals import numeral
from qiangji.standards.tests.packages import document, p, tbl, tc, texts, tr


def level(form: str, text: str, *, index: int = 0, start: int = 1, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def definition(*levels: str, key: int = 0, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{key}">{more}{"".join(levels)}</w:abstractNum>'


def named(identity: int, key: int = 0, override: str = "") -> str:
    return f'<w:num w:numId="{identity}"><w:abstractNumId w:val="{key}"/>{override}</w:num>'


def lines(content: str, numbering: str, styles: str = "") -> list[str]:
    found = read_word(document(tbl(tr(tc(content))), numbering=numbering, styles=styles))
    return texts(found.tables[0])[0][0].split("\n")


@pytest.mark.parametrize(
    ("form", "text", "first", "second"),
    [
        ("decimal", "%1.", "1.甲", "2.乙"),
        ("decimal", "（%1）", "（1）甲", "（2）乙"),
        ("chineseCounting", "%1、", "一、甲", "二、乙"),
        ("chineseCountingThousand", "（%1）", "（一）甲", "（二）乙"),
        ("japaneseCounting", "第%1条", "第一条甲", "第二条乙"),
        ("decimalEnclosedCircleChinese", "%1", "①甲", "②乙"),
        ("chineseLegalSimplified", "%1、", "壹、甲", "贰、乙"),
        ("ideographTraditional", "%1、", "甲、甲", "乙、乙"),
        ("lowerLetter", "%1)", "a)甲", "b)乙"),
        ("bullet", "●", "甲", "乙"),
        ("none", "", "甲", "乙"),
    ],
)
def test_each_format_is_written_as_word_writes_it(form: str, text: str, first: str, second: str) -> None:
    numbering = definition(level(form, text)) + named(1)
    assert lines(p("甲", list_id=1) + p("乙", list_id=1), numbering) == [first, second]


def test_lower_levels_count_on_and_begin_again_under_the_next_number() -> None:
    numbering = definition(level("decimal", "%1."), level("decimal", "%1.%2", index=1)) + named(1)
    content = "".join(p("x", list_id=1, level=depth) for depth in (0, 1, 1, 0, 1))
    assert lines(content, numbering) == ["1.x", "1.1x", "1.2x", "2.x", "2.1x"]


def test_a_level_may_be_told_never_to_begin_again() -> None:
    on = level("decimal", "%2.", index=1, more='<w:lvlRestart w:val="0"/>')
    numbering = definition(level("chineseCounting", "%1、"), on) + named(1)
    content = "".join(p("x", list_id=1, level=depth) for depth in (0, 1, 0, 1))
    assert lines(content, numbering) == ["一、x", "1.x", "二、x", "2.x"]


def test_legal_numbering_writes_all_levels_in_digits() -> None:
    legal = level("decimal", "%1.%2", index=1, more="<w:isLgl/>")
    numbering = definition(level("chineseCounting", "%1、"), legal) + named(1)
    assert lines(p("x", list_id=1) + p("y", list_id=1, level=1), numbering) == ["一、x", "1.1y"]


def test_lists_of_one_definition_go_on_unless_one_begins_again() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = definition(level("decimal", "%1.")) + named(1) + named(2) + named(3, override=override)
    content = "".join(p("x", list_id=identity) for identity in (1, 2, 3, 3))
    assert lines(content, numbering) == ["1.x", "2.x", "1.x", "2.x"]


def test_a_list_may_begin_with_another_number() -> None:
    numbering = definition(level("decimal", "%1.", start=5)) + named(1)
    assert lines(p("x", list_id=1), numbering) == ["5.x"]


def test_a_style_brings_its_list_also_from_the_style_it_is_based_on() -> None:
    styles = (
        '<w:style w:styleId="A"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>'
        '<w:style w:styleId="C"><w:basedOn w:val="C"/></w:style>'
    )
    content = p("x", style="B") + p("y", style="C") + p("z", style="A")
    assert lines(content, definition(level("decimal", "%1.")) + named(1), styles) == ["1.x", "y", "2.z"]


def test_a_definition_may_point_to_another_by_a_list_style() -> None:
    numbering = (
        definition(level("chineseCounting", "%1、"), key=0, more='<w:styleLink w:val="L"/>')
        + definition(key=1, more='<w:numStyleLink w:val="L"/>')
        + named(1, key=1)
    )
    assert lines(p("x", list_id=1), numbering)[0].endswith("x")
    assert lines(p("x", list_id=1), numbering) == ["一、x"]


def test_counting_goes_on_from_cell_to_cell_and_a_serial_column_has_its_numbers() -> None:
    numbering = definition(level("decimal", "%1")) + named(1)
    rows = [tr(tc(p(list_id=1)), text) for text in ("甲", "乙", "丙")]
    found = read_word(document(tbl(*rows), numbering=numbering))
    assert texts(found.tables[0]) == [["1", "甲"], ["2", "乙"], ["3", "丙"]]


def test_a_number_before_nothing_at_the_end_of_a_cell_is_dropped() -> None:
    numbering = definition(level("decimal", "%1.")) + named(1)
    assert lines(p("甲", list_id=1) + p(list_id=1), numbering) == ["1.甲"]


def test_a_number_typed_by_hand_is_not_doubled() -> None:
    numbering = definition(level("decimal", "%1.")) + named(1)
    assert lines(p("1、甲", list_id=1) + p("3名委员", list_id=1), numbering) == ["1、甲", "2. 3名委员"]


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [
        (12, "decimalZero", "12"), (3, "decimalZero", "03"), (21, "decimalEnclosedCircle", "㉑"),
        (51, "decimalEnclosedCircle", "51"), (105, "chineseCounting", "一百零五"), (28, "lowerLetter", "bb"),
        (2026, "ideographDigital", "二〇二六"), (1994, "upperRoman", "MCMXCIV"), (13, "ideographZodiac", "子"),
        (0, "chineseCounting", "0"), (99999, "chineseCounting", "99999"), (7, "unheardOf", "7"),
        (2, "decimalFullWidth", "２"), (10, "ideographEnclosedCircle", "㊉"), (2, "decimalEnclosedParen", "⑵"),
    ],
)  # fmt: skip
def test_numerals(value: int, form: str, written: str) -> None:
    assert numeral(value, form) == written
