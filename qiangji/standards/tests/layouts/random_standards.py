"""Random standards, and the ways in which people would draw one and the same standard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import assume
from hypothesis import strategies as st

from qiangji.lib.numbers import plain
from qiangji.standards.tests.layouts.describe import BREAK, Layout

WORDS = "甲乙丙丁戊己庚辛壬癸春夏秋冬东南西北金木水火土"
UNITS = ("次", "例", "人", "处", "项")
POINTS = st.sampled_from([Decimal(p) for p in ("0.1", "0.3", "0.5", "1", "1.5", "2", "2.7", "3", "10")])
TITLES = st.text(WORDS, min_size=2, max_size=10)
GRADES = ("好", "较好", "一般")


@dataclass(frozen=True)
class Item:
    """A criterion; `words` say how it is scored ("" for plain), `scoring` is what must be made of them."""

    text: str
    points: Decimal
    words: str = ""
    scoring: str = ""


@dataclass(frozen=True)
class Part:
    """A part with its groups; one group titled "" where it has none."""

    title: str
    groups: tuple[tuple[str, tuple[Item, ...]], ...]
    is_bonus: bool = False

    @property
    def points(self) -> str:
        return plain(sum((item.points for _, items in self.groups for item in items), Decimal(0)))


@st.composite
def items(draw: st.DrawFn, *, is_bonus: bool = False) -> Item:
    figures = st.integers(2, 99).map(str)
    middle = draw(st.lists(st.one_of(TITLES, figures), min_size=1, max_size=3))
    text = draw(st.sampled_from(WORDS)) + "".join(middle) + draw(st.sampled_from(WORDS))
    points = draw(POINTS)
    unit, tenth = draw(st.sampled_from(UNITS)), Decimal("0.1")
    if is_bonus:
        per = draw(st.sampled_from([tenth, points]))
        words = f"每{unit}加{plain(per)}分，最多加{plain(points)}分"
        return Item(text, points, words, f"bonus {plain(per)} {plain(points)}")
    kind = draw(st.sampled_from(["plain", "plain", "deduct", "graded"]))
    if kind == "deduct":
        end = draw(st.sampled_from(["", "，扣完为止"]))
        return Item(text, points, f"每少1{unit}扣{tenth}分{end}", f"deduct {tenth} {unit}")
    if kind == "graded":
        worth = [plain(points), plain(points / 2), "0"]
        words = "、".join(f"{grade}{value}分" for grade, value in zip(GRADES, worth, strict=True))
        pairs = (f"{grade}={value}" for grade, value in zip(GRADES, worth, strict=True))
        return Item(text, points, words, f"graded {' '.join(pairs)}")
    return Item(text, points)


@st.composite
def parts(draw: st.DrawFn, *, grouped: bool = True) -> Part:
    cells = st.lists(items(), min_size=1, max_size=3, unique_by=lambda item: item.text)
    titles = [""]
    if grouped and draw(st.booleans()):
        titles = draw(st.lists(TITLES, min_size=1, max_size=2, unique=True))
    groups = tuple((title, tuple(draw(cells))) for title in titles)
    texts = [item.text for _, found in groups for item in found]
    assume(len(set(texts)) == len(texts))  # one text twice in a part is pointed out
    return Part(draw(TITLES), groups)


@st.composite
def standards(draw: st.DrawFn, *, grouped: bool = True) -> list[Part]:
    found = draw(st.lists(parts(grouped=grouped), min_size=1, max_size=3, unique_by=lambda part: part.title))
    if draw(st.booleans()):
        bonus = draw(st.lists(items(is_bonus=True), min_size=1, max_size=2, unique_by=lambda item: item.text))
        found.append(Part("加分项", (("", tuple(bonus)),), is_bonus=True))
    return found


def expectation(standard: list[Part], *, in_text: bool) -> str:
    """What must come of a standard, in the words of `expect`; `in_text` where the scoring stands in the text."""
    lines = [f"title {TITLE}", "veto 甲的", "veto 乙的"]
    for part in standard:
        lines.append(f"# {part.title} | {part.points}{' | bonus' if part.is_bonus else ''}")
        for title, found in part.groups:
            lines += [f"## {title}"] if title else []
            for number, item in enumerate(found, start=1):
                scoring = f" | {item.scoring}" if item.scoring else ""
                lines.append(
                    f"{number} {whole(item) if in_text else item.text} | {plain(item.points)}{scoring}"
                )
    return "\n".join(lines)


TITLE = "随机样表"
VETOES = "备注：有下列情形的不予评定：①甲的；②乙的。"


def whole(item: Item) -> str:
    return f"{item.text}，{item.words}" if item.words else item.text


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def official_form(standard: list[Part]) -> str:
    """Part and group columns, all criteria of a group in one cell with points in brackets."""
    lines = [TITLE, row("项目", "<", "具体标准", "自评得分", "评定得分")]
    for part in standard:
        lead = f"{part.title}（{part.points}分）"
        for title, found in part.groups:
            cell = BREAK.join(
                f"{number}.{whole(item)}（{plain(item.points)}分）；"
                for number, item in enumerate(found, start=1)
            )
            lines.append(row(lead, title or "<", cell, "", ""))
            lead = "^"
    return "\n".join([*lines, VETOES])


def a_row_each(standard: list[Part]) -> str:
    """A row for each criterion, points and scoring in columns, vertical merges at the left."""
    lines = [TITLE, row("考核项目", "考核内容", "具体标准", "分值", "评分办法", "得分")]
    for part in standard:
        lead = f"{part.title}（{part.points}分）"
        for title, found in part.groups:
            group = title or "<"
            for number, item in enumerate(found, start=1):
                lines.append(row(lead, group, f"{number}.{item.text}", plain(item.points), item.words, ""))
                lead, group = "^", "^"
    return "\n".join([*lines, VETOES])


def merged_heads(standard: list[Part]) -> str:
    """Parts and groups as rows over the whole width, a serial column before the criteria."""
    lines = [TITLE, row("序号", "考核内容", "评分办法", "分值", "得分")]
    for ordinal, part in zip("一二三四五", standard, strict=False):
        lines.append(row(f"{ordinal}、{part.title}（{part.points}分）", *"<<<<"))
        for letter, (title, found) in zip("一二三", part.groups, strict=False):
            lines += [row(f"（{letter}）{title}", *"<<<<")] if title else []
            lines += [
                row(number, item.text, item.words, plain(item.points), "")
                for number, item in enumerate(found, start=1)
            ]
    return "\n".join([*lines, VETOES])


def points_first(standard: list[Part]) -> str:
    """Points before the words, the part's points in a merged column of their own."""
    lines = [TITLE, row("得分", "项目", "项目分值", "分值", "考核标准", "评分标准")]
    for part in standard:
        lead, points = part.title, part.points
        for number, item in enumerate(part.groups[0][1], start=1):
            lines.append(row("", lead, points, plain(item.points), f"{number}.{item.text}", item.words))
            lead = points = "^"
    return "\n".join([*lines, VETOES])


def a_table_each(standard: list[Part]) -> str:
    """A table for each part below a line with its title."""
    lines = [TITLE]
    for ordinal, part in zip("一二三四五", standard, strict=False):
        lines += [
            f"{ordinal}、{part.title}（{part.points}分）",
            row("序号", "考核内容", "分值", "评分办法", "得分"),
        ]
        lines += [
            row(number, item.text, plain(item.points), item.words, "")
            for number, item in enumerate(part.groups[0][1], start=1)
        ]
    return "\n".join([*lines, VETOES])


def outline(standard: list[Part]) -> str:
    """No table at all: numbered lines."""
    lines = [TITLE]
    for ordinal, part in zip("一二三四五", standard, strict=False):
        lines.append(f"{ordinal}、{part.title}（{part.points}分）")
        for letter, (title, found) in zip("一二三", part.groups, strict=False):
            lines += [f"（{letter}）{title}"] if title else []
            lines += [
                f"{number}.{whole(item)}（{plain(item.points)}分）"
                for number, item in enumerate(found, start=1)
            ]
    return "\n".join([*lines, VETOES])


@dataclass(frozen=True)
class Style:
    """A way of drawing, whether it has room for groups, where scoring words stand, and its formats."""

    draw: Callable[[list[Part]], str]
    grouped: bool
    in_text: bool
    formats: str

    def layout(self, standard: list[Part]) -> Layout:
        return Layout("random", self.draw(standard), expectation(standard, in_text=self.in_text))


STYLES = {
    "official-form": Style(official_form, grouped=True, in_text=True, formats="docx xlsx txt tsv html"),
    "a-row-each": Style(a_row_each, grouped=True, in_text=False, formats="docx xlsx txt tsv html"),
    "merged-heads": Style(merged_heads, grouped=True, in_text=False, formats="docx xlsx txt tsv html bars"),
    "points-first": Style(points_first, grouped=False, in_text=False, formats="docx xlsx tsv html bars"),
    "a-table-each": Style(a_table_each, grouped=False, in_text=False, formats="docx xlsx tsv html bars"),
    "outline": Style(outline, grouped=True, in_text=True, formats="txt"),
}
