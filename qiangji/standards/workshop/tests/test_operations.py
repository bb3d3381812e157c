"""Each correction: what it does to the table, and what it refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from qiangji.standards.schema import BonusScoring, DeductScoring, DraftCheckSpec, FullScoring
from qiangji.standards.workshop.exceptions import OperationRefused
from qiangji.standards.workshop.operations import OPERATIONS, perform
from qiangji.standards.workshop.state import CriterionState, State, codes
from qiangji.standards.workshop.tests.clerk import after, at_code, first_state, key_at


def table(state: State) -> list[tuple[str, str, str]]:
    """Code, text and points of every criterion, to compare at a glance."""
    known = codes(state)
    return [(known[c.key], c.text, str(c.points)) for c in state.criteria()]


@pytest.fixture
def state() -> State:
    return first_state()


def test_codes_are_those_an_import_would_give(state: State) -> None:
    assert [row[0] for row in table(state)] == ["1-1-1", "1-1-2", "1-2-3", "2-0-1", "2-0-2"]


def test_a_state_comes_back_from_json(state: State) -> None:
    key = key_at(state, "1-1-1")
    scoring = {"kind": "deduct", "per": "0.5", "unit": "次"}
    changed = after(state, "set_scoring", key=key, scoring=scoring)
    changed = after(changed, "set_details", code="tiny", issued_date="2026-02-03", total_points="7.5")
    assert State.from_json(changed.as_json()) == changed
    assert at_code(changed, "1-1-1").scoring == DeductScoring(kind="deduct", per=Decimal("0.5"), unit="次")


def test_splitting_leaves_the_points_with_the_first_and_numbers_on(state: State) -> None:
    key = key_at(state, "1-1-2")
    cut = after(state, "split", turn=4, key=key, at=6)
    assert table(cut)[:4] == [
        ("1-1-1", "分工每年公布", "1"),
        ("1-1-2", "会议有纪要，", "2"),
        ("1-1-3", "存档备查", "None"),
        ("1-2-4", "每季学习1次", "1"),
    ]
    assert at_code(cut, "1-1-3").key == "c4-1"
    assert at_code(cut, "1-1-2").key == key


def test_splitting_can_divide_the_points(state: State) -> None:
    cut = after(state, "split", key=key_at(state, "1-1-2"), at=6, points="１.５", rest_points="0.5")
    assert [row[2] for row in table(cut)[1:3]] == ["1.5", "0.5"]


def test_draft_checks_go_with_their_words(state: State) -> None:
    checks = tuple(DraftCheckSpec(words=words, kind="count") for words in ("有纪要", "存档备查"))
    i = state.sections[0].groups[0].criteria[1].model_copy(update={"draft_checks": checks})
    group = state.sections[0].groups[0]
    group = group.model_copy(update={"criteria": (group.criteria[0], i)})
    section = state.sections[0].model_copy(update={"groups": (group, state.sections[0].groups[1])})
    state = state.model_copy(update={"sections": (section, state.sections[1])})
    cut = after(state, "split", key=i.key, at=6)
    assert [c.words for c in at_code(cut, "1-1-2").draft_checks] == ["有纪要"]
    assert [c.words for c in at_code(cut, "1-1-3").draft_checks] == ["存档备查"]


@pytest.mark.parametrize(
    ("text", "rest", "points"),
    [
        ("记录齐全（0.5分）。|3.按期换届", "按期换届", ("0.5", "2")),
        ("记录齐全；|（2）按期换届（1.5分）", "按期换届", ("2", "1.5")),
        ("记录齐全 |② 按期换届", "按期换届", ("2", None)),
        ("记录齐全，|2、按期换届[1分]；", "按期换届", ("2", "1")),
        ("记录齐全，|3.5人以上到场", "3.5人以上到场", ("2", None)),
        ("记录齐全，|30人以上（含30人）到场", "30人以上（含30人）到场", ("2", None)),
    ],
)
def test_a_half_brings_its_number_and_points_along(
    state: State, text: str, rest: str, points: tuple[str, str | None]
) -> None:
    first = text.partition("|")[0]
    key = key_at(state, "1-1-2")
    state = after(state, "set_text", key=key, text=text.replace("|", ""))
    at = len(first.rstrip())
    cut = after(state, "split", key=key, at=at)
    two = at_code(cut, "1-1-3")
    assert (two.text, two.points) == (rest, None if points[1] is None else Decimal(points[1]))
    assert at_code(cut, "1-1-2").points == Decimal(points[0])
    assert "分" not in at_code(cut, "1-1-2").text


@pytest.mark.parametrize("at", [12, 99])
def test_a_split_needs_words_on_both_sides(state: State, at: int) -> None:
    with pytest.raises(OperationRefused, match="前后都要有文字"):
        after(state, "split", key=key_at(state, "1-1-2"), at=at)


def test_merging_adds_up_and_keeps_every_word(state: State) -> None:
    one = after(state, "merge", key=key_at(state, "1-1-1"))
    assert table(one)[:2] == [
        ("1-1-1", "分工每年公布会议有纪要，存档备查", "3"),
        ("1-2-2", "每季学习1次", "1"),
    ]


def test_merging_two_kinds_of_scoring_raises_a_doubt(state: State) -> None:
    first, second = key_at(state, "1-1-1"), key_at(state, "1-1-2")
    deduct, bonus = {"kind": "deduct", "per": "1", "unit": "次"}, {"kind": "bonus", "per": "1", "cap": "2"}
    state = after(state, "set_scoring", key=first, scoring=deduct)
    state = after(state, "set_scoring", key=second, scoring=bonus)
    one = after(state, "merge", turn=3, key=first)
    assert isinstance(at_code(one, "1-1-1").scoring, DeductScoring)
    assert [(d.key, d.target, d.settled) for d in one.doubts] == [("d3-1", first, False)]
    assert "计分方式不同" in one.doubts[0].message


def test_merging_takes_the_only_scoring_there_is(state: State) -> None:
    scoring = {"kind": "bonus", "per": "1", "cap": "2"}
    state = after(state, "set_scoring", key=key_at(state, "1-1-2"), scoring=scoring)
    one = after(state, "merge", key=key_at(state, "1-1-1"))
    assert isinstance(at_code(one, "1-1-1").scoring, BonusScoring)
    assert one.doubts == ()


def test_the_last_of_a_group_has_nothing_to_merge_with(state: State) -> None:
    with pytest.raises(OperationRefused, match="最后一条"):
        after(state, "merge", key=key_at(state, "1-2-3"))


def test_moving_before_after_and_to_the_end(state: State) -> None:
    key = key_at(state, "2-0-1")
    before = after(state, "move", key=key, before=key_at(state, "1-1-2"))
    assert [row[1][:2] for row in table(before)] == ["分工", "义诊", "会议", "每季", "意见"]
    behind = after(state, "move", key=key, after=key_at(state, "1-2-3"))
    assert [row[0] for row in table(behind)] == ["1-1-1", "1-1-2", "1-2-3", "1-2-4", "2-0-1"]
    end = after(state, "move", key=key, group=state.sections[0].groups[0].key)
    assert at_code(end, "1-1-3").key == key


def test_moving_within_a_group(state: State) -> None:
    first, second = key_at(state, "1-1-1"), key_at(state, "1-1-2")
    assert after(state, "move", key=second, before=first) == after(state, "move", key=first, after=second)
    assert after(state, "move", key=first, before=first).sections == state.sections


@pytest.mark.parametrize("where", [{}, {"before": "c1", "group": "g2"}])
def test_a_move_has_one_aim(state: State, where: dict[str, str]) -> None:
    with pytest.raises(OperationRefused, match="只能选一个"):
        after(state, "move", key="c2", **where)


def test_deleting_closes_the_numbering(state: State) -> None:
    left = after(state, "delete", key=key_at(state, "1-1-1"))
    assert [row[0] for row in table(left)] == ["1-1-1", "1-2-2", "2-0-1", "2-0-2"]


def test_adding_a_criterion(state: State) -> None:
    group = state.sections[0].groups[1].key
    more = after(state, "add_criterion", turn=9, group=group, text=" 每年 述职\n一次 ", points="")
    assert table(more)[3] == ("1-2-4", "每年述职一次", "None")
    first = after(
        more, "add_criterion", turn=10, group=group, after=key_at(more, "1-2-3"), text="补", points=1
    )
    assert at_code(first, "1-2-4").key == "c10-1"


def test_titles_follow_the_text_until_somebody_writes_one(state: State) -> None:
    key = key_at(state, "1-1-2")
    assert at_code(state, "1-1-2").shown_title == "会议有纪要"
    named = after(state, "set_title", key=key, title="会议纪要")
    assert at_code(after(named, "set_text", key=key, text="改过的原文"), "1-1-2").shown_title == "会议纪要"
    cleared = after(named, "set_title", key=key, title="")
    assert at_code(cleared, "1-1-2").shown_title == "会议有纪要"


def test_what_is_not_scored_has_no_points(state: State) -> None:
    free = after(state, "set_scoring", key=key_at(state, "1-1-1"), scoring={"kind": "checklist"})
    assert at_code(free, "1-1-1").points is None


def test_several_things_at_once_are_one_step(state: State) -> None:
    key = key_at(state, "1-1-1")
    done = perform(
        state,
        "set_criterion",
        {
            "key": key,
            "text": "分工每年公布",
            "title": "公布分工",
            "points": "1.5",
            "scoring": {"kind": "full"},
        },
        turn=1,
    )
    found = at_code(done.state, "1-1-1")
    assert (found.title, found.points, found.scoring) == ("公布分工", Decimal("1.5"), FullScoring())
    assert done.label == "修改：1-1-1 分工每年公布，标题、分值"
    beside = after(state, "set_criterion", key=key, evidence="会议纪要", note="党办负责")
    assert (at_code(beside, "1-1-1").evidence, at_code(beside, "1-1-1").note) == ("会议纪要", "党办负责")
    section = after(state, "set_section", key="s1", title="班子", points="5", bonus="true").sections[0]
    assert (section.title, section.points, section.bonus) == ("班子", Decimal(5), True)
    group = after(state, "set_group", key="g1", points="3").sections[0].groups[0]
    assert (group.title, group.points) == ("分工", Decimal(3))


def test_only_what_is_given_changes_in_the_details(state: State) -> None:
    changed = after(state, "set_details", label="2027", year="2027").details
    assert (changed.label, changed.year, changed.title) == ("2027", 2027, "样表一")


def test_parts_are_added_named_moved_and_taken_away(state: State) -> None:
    more = after(state, "add_section", turn=3, title="附加项", points="2", bonus=True, after="s1")
    assert [(s.key, s.title) for s in more.sections] == [
        ("s1", "班子建设"),
        ("s3-1", "附加项"),
        ("s2", "服务群众"),
    ]
    assert [g.key for g in more.sections[1].groups] == ["g3-1"]
    moved = after(more, "move_section", key="s3-1", before="")
    assert [s.key for s in moved.sections] == ["s1", "s2", "s3-1"]
    assert after(moved, "move_section", key="s3-1", before="s1").sections[0].key == "s3-1"
    assert after(moved, "rename_section", key="s3-1", title="加分").sections[2].title == "加分"
    assert not after(moved, "set_bonus", key="s3-1", bonus=False).sections[2].bonus
    assert [s.key for s in after(moved, "delete_section", key="s3-1").sections] == ["s1", "s2"]


def test_groups_are_added_named_moved_and_taken_away(state: State) -> None:
    more = after(state, "add_group", turn=3, section="s1", title="监督", after="g1")
    assert [g.key for g in more.sections[0].groups] == ["g1", "g3-1", "g2"]
    assert after(more, "rename_group", key="g3-1", title="督查").sections[0].groups[1].title == "督查"
    assert len(after(more, "delete_group", key="g3-1").sections[0].groups) == 2
    other = after(state, "move_group", key="g2", section="s2", before="g3")
    assert [row[0] for row in table(other)] == ["1-1-1", "1-1-2", "2-1-1", "2-2-2", "2-2-3"]


def test_a_part_whose_only_group_leaves_keeps_an_empty_one(state: State) -> None:
    moved = after(state, "move_group", turn=5, key="g3", section="s1")
    assert [g.key for g in moved.sections[1].groups] == ["g5-1"]
    assert [g.key for g in moved.sections[0].groups] == ["g1", "g2", "g3"]


@pytest.mark.parametrize(
    ("operation", "key", "reason"),
    [
        ("delete_section", "s1", "还有具体标准"),
        ("delete_group", "g1", "还有具体标准"),
    ],
)
def test_only_what_is_empty_is_taken_away(state: State, operation: str, key: str, reason: str) -> None:
    with pytest.raises(OperationRefused, match=reason):
        after(state, operation, key=key)


def test_the_last_group_goes_with_its_part(state: State) -> None:
    empty = after(state, "add_section", turn=2, title="空", points="")
    with pytest.raises(OperationRefused, match="只剩这一个小项"):
        after(empty, "delete_group", key="g2-1")


def test_vetoes(state: State) -> None:
    more = after(state, "add_veto", turn=2, text="发生责任事故的", kind="year_end")
    assert [(v.key, v.kind, v.text) for v in more.vetoes] == [
        ("v1", "sheet", "弄虚作假的"),
        ("v2-1", "year_end", "发生责任事故的"),
    ]
    changed = after(more, "set_veto", key="v1", title="弄虚作假").vetoes[0]
    assert (changed.title, changed.text) == ("弄虚作假", "弄虚作假的")
    assert [v.key for v in after(more, "delete_veto", key="v1").vetoes] == ["v2-1"]


# ---- the map --------------------------------------------------------------------------------------------------------


@pytest.fixture
def held(state: State) -> State:
    """Held against an earlier edition: two suggestions, none decided."""
    matches = {key_at(state, "1-1-1"): "1-1-1", key_at(state, "1-1-2"): "1-1-4"}
    return after(state, "choose_earlier", edition="0" * 8, matches=matches)


def test_suggestions_are_not_decisions(held: State) -> None:
    assert [(c.earlier, c.earlier_decided) for c in held.criteria()][:3] == [
        ("1-1-1", False),
        ("1-1-4", False),
        ("", False),
    ]


def test_a_decision_takes_a_code_from_a_mere_suggestion(held: State) -> None:
    decided = after(held, "set_earlier", key=key_at(held, "1-2-3"), code="1-1-4")
    assert [(c.earlier, c.earlier_decided) for c in decided.criteria()][1:3] == [("", False), ("1-1-4", True)]
    with pytest.raises(OperationRefused, match="已经对应 1-2-3"):
        after(decided, "set_earlier", key=key_at(held, "1-1-1"), code="1-1-4")


def test_new_is_a_decision_too(held: State) -> None:
    key = key_at(held, "1-1-1")
    new = at_code(after(held, "set_earlier", key=key, code=""), "1-1-1")
    assert (new.earlier, new.earlier_decided) == ("", True)


def test_suggestions_are_accepted_together(held: State) -> None:
    done = after(held, "accept_matches", keys=[c.key for c in held.criteria()])
    assert all(c.earlier_decided for c in done.criteria())
    dropped = after(done, "choose_earlier")
    assert not any(c.earlier or c.earlier_decided for c in dropped.criteria())
    assert dropped.earlier == ""


def test_a_split_off_half_is_undecided(held: State) -> None:
    done = after(held, "accept_matches", keys=[c.key for c in held.criteria()])
    cut = after(done, "split", turn=5, key=key_at(done, "1-1-2"), at=6)
    assert [(c.earlier, c.earlier_decided) for c in cut.criteria()][1:3] == [("1-1-4", True), ("", False)]


@pytest.mark.parametrize("operation", ["set_earlier", "accept_matches"])
def test_no_map_without_an_earlier_edition(state: State, operation: str) -> None:
    arguments: dict[str, Any] = {"key": "c1", "code": ""} if operation == "set_earlier" else {"keys": ["c1"]}
    with pytest.raises(OperationRefused, match="还没有选对照的版本"):
        after(state, operation, **arguments)


# ---- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "arguments", "reason"),
    [
        ("fly", {}, "没有“fly”这种操作"),
        ("set_points", {"key": "c99", "points": "1"}, "已经不在表里"),
        ("set_points", {"key": "c1", "points": "很多"}, "“分值”这里要写数字"),
        ("set_points", {"key": "c1", "points": "1.005"}, "“分值”最多两位小数"),
        ("set_points", {"key": "c1", "points": "-1"}, "“分值”不能小于 0"),
        ("set_points", {"key": "c1", "points": "123456"}, "“分值”的数字太大"),
        ("set_points", {"points": "1"}, "没有填“要改的内容”"),
        ("set_points", {"key": "';--", "points": "1"}, "请刷新页面"),
        ("set_points", {"key": "c1", "points": "1", "colour": "red"}, "不认识“colour”"),
        ("set_text", {"key": "c1", "text": "  "}, "“内容”不能为空"),
        ("set_text", {"key": "c1", "text": "长" * 20_001}, "“内容”最多 20000 个字"),
        ("set_scoring", {"key": "c1", "scoring": {}}, "请选择计分方式"),
        ("set_scoring", {"key": "c1", "scoring": {"kind": "magic"}}, "请从列出的计分方式里选择"),
        ("set_scoring", {"key": "c1", "scoring": {"kind": "deduct", "unit": "次"}}, "没有填“每次的分值”"),
        ("split", {"key": "c1", "at": "x"}, "“拆分位置”应是整数"),
        ("set_details", {"year": "去年"}, "“施行年份”应是整数"),
        ("set_details", {"year": "26"}, "“施行年份”不能小于 1949"),
        ("set_details", {"code": "Jilin 1"}, "标准代号只能用小写字母"),
        ("set_details", {"label": "a b"}, "版本以汉字、字母或数字开头"),
        ("set_details", {"applies_to": "everybody"}, "请从列出的选项里选择“适用对象”"),
        ("set_details", {"issued_date": "昨天"}, "“发文日期”应是日期"),
        ("settle_doubt", {"key": "d9"}, "这处存疑已经不在了"),
        ("move", {"key": "c1", "before": "c77"}, "已经不在表里"),
        ("add_criterion", {"group": "g9", "text": "甲"}, "已经不在表里"),
        ("delete_veto", {"key": "v9"}, "已经不在表里"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    state: State, operation: str, arguments: dict[str, Any], reason: str
) -> None:
    with pytest.raises(OperationRefused, match=reason):
        perform(state, operation, arguments, turn=1)


def test_every_wrong_field_is_named(state: State) -> None:
    with pytest.raises(OperationRefused) as refusal:
        perform(state, "set_details", {"year": "x", "code": "X"}, turn=1)
    assert len(refusal.value.messages) == 2


def test_every_operation_has_a_name_and_tells_what_it_did(state: State) -> None:
    wanted = {
        "set_points": {"key": "c1", "points": "2"},
        "set_text": {"key": "c1", "text": "新"},
        "set_title": {"key": "c1", "title": "新"},
        "set_scoring": {"key": "c1", "scoring": {"kind": "checklist"}},
        "set_criterion": {"key": "c1", "points": "2"},
        "split": {"key": "c2", "at": 3},
        "merge": {"key": "c1"},
        "move": {"key": "c1", "group": "g2"},
        "delete": {"key": "c1"},
        "add_criterion": {"group": "g1", "text": "新"},
        "set_details": {"code": "x"},
        "rename_section": {"key": "s1", "title": "新"},
        "set_section_points": {"key": "s1", "points": "9"},
        "set_section": {"key": "s1", "points": "9"},
        "set_bonus": {"key": "s1", "bonus": True},
        "add_section": {"title": "新"},
        "move_section": {"key": "s1"},
        "rename_group": {"key": "g1", "title": "新"},
        "set_group_points": {"key": "g1", "points": "3"},
        "set_group": {"key": "g1", "points": "3"},
        "add_group": {"section": "s1", "title": "新"},
        "move_group": {"key": "g1", "section": "s1"},
        "add_veto": {"text": "新"},
        "set_veto": {"key": "v1", "text": "新"},
        "delete_veto": {"key": "v1"},
        "choose_earlier": {"edition": "x", "matches": {"c1": "1-1-1"}},
    }
    shown_elsewhere = {"settle_doubt", "delete_section", "delete_group", "set_earlier", "accept_matches"}
    assert set(wanted) | shown_elsewhere == set(OPERATIONS)
    for operation, arguments in wanted.items():
        done = perform(state, operation, arguments, turn=1)
        assert done.state != state.model_copy(update={"turn": 1}), operation
        assert done.label.startswith(OPERATIONS[operation].label + "：")
        assert done.label.partition("：")[2]


def test_a_long_story_is_cut(state: State) -> None:
    done = perform(state, "rename_section", {"key": "s1", "title": "长" * 300}, turn=1)
    assert len(done.label) == 200


def test_a_fresh_criterion_shows_itself_by_its_text() -> None:
    assert CriterionState(key="c1", text="短").shown_title == "短"
