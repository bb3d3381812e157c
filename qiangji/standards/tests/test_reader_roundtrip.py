"""Random standards written in the layout of the official form and read back: nothing lost, nothing added."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.lib.numbers import plain
from qiangji.standards.reader import parse_bytes
from qiangji.standards.tests.tables import SAMPLE, Table, TableRow, flattened, small_table, word_document

WORDS = "甲乙丙丁戊己庚辛壬癸春夏秋冬东南西北金木水火土"
POINTS = st.sampled_from([Decimal(p) for p in ("0.5", "1", "1.5", "2", "3", "0.1", "10")])
TITLES = st.text(WORDS, min_size=2, max_size=12)
CLOSINGS = (
    "（{}分）；",
    "。（{}分）；",
    "；（{}分）",
    "（{}分）；。",
    "({}分);",
    "（{} 分）。",
    "【{}分】；",
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])


@dataclass(frozen=True)
class Item:
    text: str
    points: Decimal
    closing: str
    dot: str
    same_line: bool
    broken_at: int


@st.composite
def items(draw: st.DrawFn) -> Item:
    body = draw(st.lists(st.one_of(TITLES, st.integers(1, 99).map(str)), min_size=1, max_size=5))
    text = draw(st.sampled_from(WORDS)) + "".join(body) + draw(st.sampled_from(WORDS))
    return Item(
        text=text,
        points=draw(POINTS),
        closing=draw(st.sampled_from(CLOSINGS)),
        dot=draw(st.sampled_from([".", "．", "、", ". "])),
        same_line=draw(st.booleans()),
        broken_at=draw(st.integers(1, len(text))),
    )


@dataclass(frozen=True)
class Part:
    title: str
    groups: list[tuple[str, list[Item]]]
    continuing: bool


@st.composite
def parts(draw: st.DrawFn) -> Part:
    cells = st.lists(items(), min_size=1, max_size=5)
    if draw(st.booleans()):
        groups = [("", draw(cells))]
    else:
        titles = draw(st.lists(TITLES, min_size=1, max_size=3, unique=True))
        groups = [(title, draw(cells)) for title in titles]
    return Part(draw(TITLES), groups, draw(st.booleans()))


STANDARDS = st.lists(parts(), min_size=1, max_size=5, unique_by=lambda part: part.title)


def total(found: list[Item]) -> Decimal:
    return sum((item.points for item in found), Decimal(0))


def cell(found: list[Item], first: int) -> str:
    text = ""
    for number, item in enumerate(found, start=first):
        break_line = "" if item.same_line or not text else "\n"
        body = f"{item.text[: item.broken_at]}\n{item.text[item.broken_at :]}"
        text += f"{break_line}{number}{item.dot}{body}{item.closing.format(plain(item.points))}"
    return text


def table_of(standard: list[Part]) -> Table:
    rows = []
    for part in standard:
        points = total([item for _, found in part.groups for item in found])
        first, name = 1, f"{part.title[:2]}\n{part.title[2:]}\n（{plain(points)}分）"
        for index, (title, found) in enumerate(part.groups):
            rows.append(TableRow(name if index == 0 else None, title, cell(found, first)))
            first = first + len(found) if part.continuing else 1
    return Table("随机样表", rows, "不予评定：①甲的；②乙的。")


def expected(standard: list[Part]) -> list[object]:
    return [
        (part.title, [(title, [(i.text, plain(i.points)) for i in found]) for title, found in part.groups])
        for part in standard
    ]


def understood(document: dict) -> list[object]:
    return [
        (
            s["title"],
            [
                (g["title"], [(c["text"].rstrip("。"), c["points"]) for c in g["criteria"]])
                for g in s["groups"]
            ],
        )
        for s in document["sections"]
    ]


@given(standard=STANDARDS, encoding=ENCODINGS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_standard_written_as_text_reads_back_whole(standard: list[Part], encoding: str) -> None:
    document = parse_bytes(flattened(table_of(standard)).encode(encoding), filename="表.txt").as_json()
    assert document["problems"] == []
    assert understood(document) == expected(standard)
    assert document["vetoes"] == ["甲的", "乙的"]


@given(standard=STANDARDS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_standard_written_in_word_reads_back_whole(standard: list[Part]) -> None:
    document = parse_bytes(word_document(table_of(standard)), filename="表.docx").as_json()
    assert document["problems"] == []
    assert understood(document) == expected(standard)


@given(data=st.binary(max_size=400), name=st.sampled_from(["表.txt", "表.docx", "表.yaml", "表.xlsx", "表"]))
@settings(max_examples=150, deadline=None)
def test_no_bytes_whatever_raise(data: bytes, name: str) -> None:
    parsed = parse_bytes(data, filename=name)
    assert parsed.sections == []
    assert [p.severity for p in parsed.problems] == ["error"] * len(parsed.problems)
    assert parsed.problems


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_no_damage_to_a_table_raises(data: st.DataObject) -> None:
    """Cut, doubled or replaced stretches of a real table give a reading or a reason, never an exception."""
    text = SAMPLE.read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 80)))
    patch = data.draw(st.sampled_from(["", text[start:end] * 2, "（1分）", "\t", "\n\n", "9.", "①", "项目"]))
    document = parse_bytes((text[:start] + patch + text[end:]).encode(), filename="表.txt").as_json()
    assert document["counts"]["criteria"] > 0 or document["problems"]


@pytest.fixture(scope="module")
def word_file() -> bytes:
    return word_document(small_table())


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_to_a_word_file_raises(word_file: bytes, data: st.DataObject) -> None:
    content = word_file
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(1, 200))
    patch = data.draw(st.binary(max_size=20))
    document = parse_bytes(content[:start] + patch + content[start + length :], filename="表.docx").as_json()
    assert document["counts"]["criteria"] > 0 or document["problems"]
