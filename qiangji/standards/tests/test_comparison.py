"""The comparison of two tables: what it pairs, what it calls each pair, and that nothing depends on chance."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.standards import comparison
from qiangji.standards.comparison import (
    CANDIDATES,
    Comparison,
    Kind,
    Line,
    Match,
    compare,
    fold,
    joined,
    likeness,
    pieces,
)

TABLE = [
    Line(
        "1-1-1", "班子分工", "班子成员分工明确，每年调整后十日内公布。", Decimal(2), part="组织", group="班子"
    ),
    Line("1-1-2", "议事", "党委会每季度专题研究党建工作不少于一次。", Decimal(1), part="组织", group="班子"),
    Line("1-2-1", "学习", "中心组每季度集中学习，有计划有记录。", Decimal("1.5"), part="组织", group="学习"),
    Line("2-0-1", "义诊", "每年到社区义诊四次以上，服务群众。", Decimal(3), part="服务"),
    Line("2-0-2", "窗口", "门诊设立党员示范窗口并挂牌亮明身份。", Decimal(2), part="服务"),
]


def kinds(found: Comparison) -> dict[str, tuple[str, str]]:
    """Later code → what became of it and the earlier code; gone ones by "-" and their own code."""
    return {
        (match.later.code if match.later else f"-{match.earlier.code}"): (
            match.kind.value,
            match.earlier.code if match.earlier else "",
        )
        for match in found.matches
    }


def changed(place: int, **changes: object) -> list[Line]:
    """The table with one line changed."""
    table = list(TABLE)
    table[place] = dataclasses.replace(table[place], **changes)
    return table


def test_nothing_changed_is_all_the_same() -> None:
    found = compare(TABLE, TABLE)
    assert found.counts == {
        Kind.SAME: 5,
        Kind.REWORDED: 0,
        Kind.CHANGED_POINTS: 0,
        Kind.NEW: 0,
        Kind.GONE: 0,
    }
    assert all(match.likeness == 1 for match in found.matches)


def test_widths_blanks_and_punctuation_are_no_change() -> None:
    later = changed(3, text="每年到社区 义诊四次以上,服务群众")
    assert kinds(compare(TABLE, later))["2-0-1"] == ("same", "2-0-1")


def test_a_changed_figure_is_a_reworded_line() -> None:
    later = changed(3, text="每年到社区义诊六次以上，服务群众。")
    match = next(m for m in compare(TABLE, later).matches if m.later and m.later.code == "2-0-1")
    assert match.kind == Kind.REWORDED
    assert 0.7 < match.likeness < 1


def test_a_decimal_point_counts_as_a_figure_does() -> None:
    assert fold("占0.5%") != fold("占05%")
    assert fold("（一）“班子”：") == "一班子"


def test_changed_points_are_named_before_changed_words() -> None:
    later = changed(0, points=Decimal(3), text="班子成员分工明确，每年调整后五日内公布。")
    match = compare(TABLE, later).matches[0]
    assert match.kind == Kind.CHANGED_POINTS
    assert match.is_reworded


def test_another_way_of_scoring_is_a_change_of_points() -> None:
    later = changed(0, scoring='{"kind": "deduct", "per": "0.5"}')
    match = compare(TABLE, later).matches[0]
    assert match.kind == Kind.CHANGED_POINTS
    assert not match.is_reworded


def test_a_line_moved_to_another_place_is_found_there() -> None:
    moved = [dataclasses.replace(TABLE[4], code="1-1-1", part="组织", group="班子"), *TABLE[1:4]]
    found = kinds(compare(TABLE, moved))
    assert found["1-1-1"] == ("same", "2-0-2")
    assert found["-1-1-1"] == ("gone", "1-1-1")


def test_what_has_no_likeness_is_new_and_gone() -> None:
    later = changed(2, text="落实意识形态责任制，半年分析研判。", title="意识形态")
    found = kinds(compare(TABLE, later))
    assert found["1-2-1"] == ("new", "")
    assert found["-1-2-1"] == ("gone", "1-2-1")


def test_the_better_of_two_likely_lines_takes_the_match() -> None:
    first = Line("1-1-1", "甲", "每年组织党员到社区义诊四次以上，有记录。", Decimal(3))
    second = Line("1-1-2", "乙", "每年到社区义诊五次以上，服务群众。", Decimal(3))
    found = kinds(compare([TABLE[3]], [first, second]))
    assert found == {"1-1-1": ("new", ""), "1-1-2": ("reworded", "2-0-1")}


def test_lines_of_the_same_words_keep_their_order() -> None:
    twice = [Line("1-1-1", "报告"), Line("1-2-1", "报告"), Line("1-3-1", "报告")]
    found = kinds(compare(twice, [*twice[:2], Line("9-9-9", "报告"), Line("9-9-8", "报告")]))
    assert found == {
        "1-1-1": ("same", "1-1-1"),
        "1-2-1": ("same", "1-2-1"),
        "9-9-9": ("same", "1-3-1"),
        "9-9-8": ("new", ""),
    }


def test_a_split_line_is_matched_once_and_its_other_part_hints_at_it() -> None:
    whole = Line("1-1-1", "议事", "党委会每季度专题研究党建工作不少于一次，会议有议题有记录有落实。")
    parts = [
        Line("1-1-1", "议事", "党委会每季度专题研究党建工作不少于一次。"),
        Line("1-1-2", "记录", "会议有议题有记录有落实。"),
    ]
    first, second = compare([whole], parts).matches
    assert (first.kind, first.earlier) == (Kind.REWORDED, whole)
    assert (second.kind, second.hint) == (Kind.NEW, "可能由 1-1-1 拆分")


def test_a_merged_line_hints_at_where_it_went() -> None:
    parts = [
        Line("1-1-1", "议事", "党委会每季度专题研究党建工作不少于一次。"),
        Line("1-1-2", "记录", "会议有议题有记录有落实。"),
    ]
    whole = Line("1-1-1", "议事", "党委会每季度专题研究党建工作不少于一次，会议有议题有记录有落实。")
    found = compare(parts, [whole]).matches
    assert [(m.kind, m.earlier, m.hint) for m in found] == [
        (Kind.REWORDED, parts[0], ""),
        (Kind.GONE, parts[1], "可能并入 1-1-1"),
    ]


def test_an_edition_without_official_text_is_compared_by_titles() -> None:
    ours = [Line("1-1-1", "中心组每季度集中学习")]
    official = [Line("3-1-1", "中心组每季度集中学习", "中心组每季度集中学习，有计划、有记录、有成果。")]
    assert kinds(compare(ours, official)) == {"3-1-1": ("same", "1-1-1")}


def test_a_changed_figure_in_our_note_is_a_change() -> None:
    before = Line("1-1-1", "中心组学习", note="每年不少于4次")
    after = dataclasses.replace(before, note="每年不少于6次")
    assert compare([before], [after]).matches[0].kind == Kind.REWORDED


def test_empty_tables_compare() -> None:
    assert compare([], []).matches == ()
    assert compare(TABLE, []).counts[Kind.GONE] == 5
    assert compare([], TABLE).counts[Kind.NEW] == 5


def test_a_given_map_decides_over_likeness() -> None:
    found = joined(TABLE, TABLE, {0: 1})
    assert kinds(found)["1-1-2"] == ("changed_points", "1-1-1")
    assert found.counts[Kind.NEW] == found.counts[Kind.GONE] == 4


def test_pieces_put_together_give_both_texts() -> None:
    old, new = "每年到社区义诊四次以上，服务群众。", "每季度到社区义诊一次以上，服务群众，有记录。"
    found = pieces(old, new)
    assert "".join(p.text for p in found if p.how != "added") == old
    assert "".join(p.text for p in found if p.how != "dropped") == new


def test_over_long_texts_are_set_side_by_side() -> None:
    assert [p.how for p in pieces("甲" * 500, "乙")] == ["dropped", "added"]


def test_a_thousand_lines_are_held_against_few_each(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = comparison.likeness
    monkeypatch.setattr(comparison, "likeness", lambda one, other: asked.append(1) or real(one, other))
    old = [Line(f"1-1-{n}", f"第{n}项工作", f"第{n}项工作有总结，每年不少于{n}次。") for n in range(1000)]
    new = [Line(f"2-1-{n}", f"第{n}项工作", f"第{n}项工作有小结，每年不少于{n}次。") for n in range(1000)]
    found = compare(old, new)
    assert found.counts[Kind.REWORDED] == 1000
    assert len(asked) <= 1000 * (2 * (CANDIDATES + 2) + 1)


# ---- properties -----------------------------------------------------------------------------------------------------

WORDS = st.text(alphabet="党建会议学习制度落实每年季度一二三四次有记录%0.5，。（） ", max_size=24)
POINTS = st.sampled_from([None, Decimal("0.5"), Decimal(1), Decimal(2)])


@st.composite
def tables(draw: st.DrawFn, most: int = 10) -> list[Line]:
    """A table of lines with codes of their own and words that often resemble each other."""
    rows = draw(st.lists(st.tuples(WORDS, WORDS, POINTS, st.sampled_from(["甲", "乙"])), max_size=most))
    return [
        Line(f"1-1-{number}", title, text, points, part=part)
        for number, (title, text, points, part) in enumerate(rows, start=1)
    ]


@given(tables())
def test_a_table_held_against_itself_is_the_same(table: list[Line]) -> None:
    found = compare(table, table)
    for match in found.matches:
        assert match.kind == Kind.SAME
        assert match.earlier == match.later


@given(st.lists(st.text(alphabet="党建会议学习制度落实", min_size=3, max_size=20), unique=True), st.randoms())
def test_a_reordered_table_is_found_whole(texts: list[str], chance) -> None:
    table = [Line(f"1-1-{n}", text[:4], text, Decimal(1)) for n, text in enumerate(texts)]
    shuffled = list(table)
    chance.shuffle(shuffled)
    renumbered = [dataclasses.replace(line, code=f"7-1-{n}") for n, line in enumerate(shuffled)]
    found = compare(table, renumbered)
    assert all(match.kind == Kind.SAME for match in found.matches)
    assert [match.earlier.text for match in found.matches] == [line.text for line in shuffled]


@given(tables(), tables())
def test_comparing_backwards_finds_the_same_pairs(one: list[Line], other: list[Line]) -> None:
    forward, backward = compare(one, other), compare(other, one)
    assert lives(forward.matches) == {(b, a) for a, b in lives(backward.matches)}
    assert forward.counts[Kind.NEW] == backward.counts[Kind.GONE]
    assert forward.counts[Kind.GONE] == backward.counts[Kind.NEW]


def lives(matches: tuple[Match, ...]) -> set[tuple[str, str]]:
    return {(m.earlier.code, m.later.code) for m in matches if m.earlier and m.later}


@given(tables(), tables())
def test_every_line_appears_once(one: list[Line], other: list[Line]) -> None:
    matches = compare(one, other).matches
    assert [m.later.code for m in matches if m.later] == [line.code for line in other]
    assert sorted(m.earlier.code for m in matches if m.earlier) == sorted(line.code for line in one)
    assert matches == compare(one, other).matches


@given(tables(most=2), tables(most=2))
def test_likeness_is_a_symmetric_share(one: list[Line], other: list[Line]) -> None:
    for a in one:
        for b in other:
            assert 0 <= likeness(a, b) <= 1
            assert likeness(a, b) == likeness(b, a)
