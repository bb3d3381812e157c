"""What is found wrong with a table, and that the offered fix mends it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from qiangji.standards.workshop.checks import Finding, errors, problems, sums
from qiangji.standards.workshop.state import State
from qiangji.standards.workshop.tests.clerk import WHOLE, after, first_state, key_at


@pytest.fixture
def whole() -> State:
    """A table with nothing left to mend."""
    details = {**WHOLE, "issuer": "甲市", "number": "1号", "issued_date": "2026-01-02"}
    return after(first_state(), "set_details", **details)


def found(state: State, name: str) -> Finding:
    """The only finding of a name."""
    (one,) = [finding for finding in problems(state) if finding.name == name]
    return one


def test_a_whole_table_has_no_findings(whole: State) -> None:
    assert problems(whole) == []


def test_what_details_are_missing_is_said_one_by_one() -> None:
    missing = {f.target: f for f in problems(first_state())}
    assert set(missing) == {
        f"details.{field}"
        for field in (
            "code", "applies_to", "force", "jurisdiction", "adopted_by", "adoption_number", "issuer",
            "number", "issued_date",
        )
    }  # fmt: skip
    assert missing["details.issuer"].severity == "warning"
    assert missing["details.adopted_by"].publishing_only
    assert not missing["details.force"].publishing_only
    assert {f.target for f in errors(first_state(), publishing=False)} == {
        "details.code",
        "details.applies_to",
        "details.force",
    }


def test_sums_follow_every_correction(whole: State) -> None:
    assert sums(whole).total.agrees
    changed = after(whole, "set_points", key=key_at(whole, "1-1-1"), points="1.5")
    one = sums(changed).sections["s1"]
    assert (one.declared, one.summed, one.agrees) == (Decimal(4), Decimal("4.5"), False)
    assert sums(changed).groups["g1"].summed == Decimal("3.5")
    finding = found(changed, "criteria_not_section")
    assert finding.message == "项目“班子建设”写明 4 分，各条之和是 4.5 分"
    assert finding.target == "s1"


def test_a_wrong_sum_can_be_mended_by_its_fix(whole: State) -> None:
    changed = after(whole, "set_points", key=key_at(whole, "1-1-1"), points="1.5")
    (fix,) = found(changed, "criteria_not_section").fixes
    assert fix.label == "把项目分值改为 4.5 分"
    changed = after(changed, fix.operation, **fix.arguments)
    (fix,) = found(changed, "sections_not_total").fixes
    assert problems(after(changed, fix.operation, **fix.arguments)) == []


def test_the_only_criterion_without_points_is_offered_what_is_missing(whole: State) -> None:
    key = key_at(whole, "1-1-2")
    bare = after(whole, "set_points", key=key, points="")
    assert found(bare, "no_points").target == key
    assert sums(bare).sections["s1"].missing == 1
    (fix,) = found(bare, "criteria_not_section").fixes
    assert fix.label == "给“会议有纪要”补 2 分"
    assert problems(after(bare, fix.operation, **fix.arguments)) == []


def test_two_without_points_are_left_to_the_person(whole: State) -> None:
    for code in ("1-1-1", "1-1-2"):
        whole = after(whole, "set_points", key=key_at(whole, code), points="")
    assert found(whole, "criteria_not_section").fixes == ()


def test_what_is_not_scored_needs_no_points(whole: State) -> None:
    free = after(whole, "set_scoring", key=key_at(whole, "1-1-1"), scoring={"kind": "checklist"})
    assert "no_points" not in {f.name for f in problems(free)}


def test_a_bonus_part_stands_outside_the_total(whole: State) -> None:
    bonus = after(whole, "set_bonus", key="s2", bonus=True)
    assert sums(bonus).bonus == Decimal(3)
    assert found(bonus, "sections_not_total").message == "写明的总分是 7 分，各项目之和是 4 分"


@pytest.mark.parametrize(
    ("scoring", "name"),
    [
        ({"kind": "bonus", "per": "1", "cap": "1"}, "bonus_in_plain_section"),
        ({"kind": "deduct", "per": "1", "unit": "次", "floor": "9"}, "floor_above_points"),
        ({"kind": "base", "base": "1", "plus": "1"}, "base_out_of_range"),
        (
            {"kind": "graded", "options": [{"label": "好", "points": "5"}, {"label": "差", "points": "0"}]},
            "scoring_not_points",
        ),
    ],
)
def test_scoring_has_to_fit_the_points(whole: State, scoring: Any, name: str) -> None:
    key = key_at(whole, "1-1-1")
    finding = found(after(whole, "set_scoring", key=key, scoring=scoring), name)
    assert finding.target == key
    assert finding.message.startswith("1-1-1 “分工每年公布”")


def test_empty_parts_are_errors_that_can_be_taken_away(whole: State) -> None:
    more = after(whole, "add_section", turn=2, title="空", points="")
    finding = found(more, "empty")
    assert finding.target == "s2-1"
    assert problems(after(more, finding.fixes[0].operation, **finding.fixes[0].arguments)) == []
    more = after(whole, "add_group", turn=2, section="s1", title="空")
    assert found(more, "empty").target == "g2-1"


def test_one_of_several_groups_needs_a_name(whole: State) -> None:
    assert found(after(whole, "rename_group", key="g1", title=""), "no_title").target == "g1"
    assert problems(after(whole, "rename_group", key="g3", title="")) == []


def test_a_declared_group_sum_is_checked(whole: State) -> None:
    finding = found(after(whole, "set_group_points", key="g1", points="9"), "criteria_not_group")
    assert finding.fixes[0].arguments == {"key": "g1", "points": "3"}


def test_no_sum_is_taken_over_while_points_are_missing(whole: State) -> None:
    bare = after(whole, "set_points", key=key_at(whole, "1-1-2"), points="")
    assert found(after(bare, "set_group_points", key="g1", points="9"), "criteria_not_group").fixes == ()
    undeclared = after(bare, "set_section_points", key="s1", points="")
    assert [f.fixes for f in problems(undeclared) if f.target == "s1"] == [()]
    whole = after(whole, "set_section_points", key="s1", points="")
    (fix,) = found(whole, "no_points").fixes
    assert fix.label == "按各条之和写 4 分"


def test_the_same_words_twice_are_a_warning(whole: State) -> None:
    twice = after(whole, "set_text", key=key_at(whole, "2-0-2"), text="分工每年 公布")
    finding = found(twice, "repeated")
    assert (finding.severity, finding.message) == ("warning", "2-0-2 与 1-1-1 文字相同")


def test_figures_that_do_not_fit_are_errors(whole: State) -> None:
    section = whole.sections[0].model_copy(update={"points": Decimal("4.005")})
    odd = whole.model_copy(update={"sections": (section, whole.sections[1])})
    assert found(odd, "inexact_points").target == "s1"


def test_an_undecided_map_keeps_from_publishing_only(whole: State) -> None:
    held = after(whole, "choose_earlier", edition="e", matches={"c1": "1-1-1"})
    finding = found(held, "map_undecided")
    assert finding.publishing_only
    assert "5 条" in finding.message
    assert errors(held, publishing=False) == []
    done = after(held, "accept_matches", keys=[c.key for c in held.criteria()])
    assert problems(done) == []
