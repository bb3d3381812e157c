"""Checks in Chinese words: every operator with its window, figure and what stands beside it."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.rules.language import OPERATORS, Award, Check
from qiangji.rules.wording import Wording

FIGURES = {"n": Decimal(4), "p": Decimal("0.9")}
SAID: dict[str, tuple[dict[str, Any], str]] = {
    "count": (
        {"of": "study_centre_group", "per": "quarter", "at_least": "$n", "window": "calendar_year"},
        "所属年度内每季度中心组学习不少于 4 次",
    ),
    "every": (
        {"of": "study_centre_group", "share": "$p", "has": {"keynotes_by_group_members": {"at_least": 1}}},
        "不少于 90% 的中心组学习：中心组成员重点发言人数不少于 1 人",
    ),
    "share": (
        {
            "of": "members",
            "pro_rata": True,
            "usually": True,
            "meets": {"sum": {"of": "training_class", "quantity": "hours", "at_least": 32}},
        },
        "每名党员做到：培训班的学时合计不少于 32 学时（年中加入或离开的按月折算）（一般要求：达不到的说明理由）",
    ),
    "pairs": (
        {"of": "committee_members", "by": "heart_talk", "window": "two_years"},
        "本年和上一年两年内党组织委员会委员两两之间都有谈心谈话",
    ),
    "sum": (
        {"of": "training_class", "quantity": "hours", "per": "half", "above": 8},
        "每半年培训班的学时合计高于 8 学时",
    ),
    "value": (
        {"of": "committee_size", "at_least": 5, "at_most": 9, "throughout": True, "window": "cycle_period"},
        "考核周期内始终党组织委员会委员人数不少于 5 人、不超过 9 人",
    ),
    "ratio": (
        {"top": "party_staff_full_time", "bottom": "establishment_staff", "at_least": "0.005", "decimals": 4},
        "专职党务人员数占在编职工数的比例不少于 0.5%（百分数四舍五入到小数点后 2 位）",
    ),
    "absent": (
        {"of": "leader_sanction", "where": {"quantity": {"above": 0}}},
        "没有班子成员处理情况（人次高于 0），并已申明台账齐全或作零报告",
    ),
    "ordered": (
        {
            "of": "term_end",
            "where": {"body": "committee"},
            "after": "term_request",
            "by_at_least": "4 months",
        },
        "每次任期届满（班子为committee）之前都有换届请示，至少提前 4 个月",
    ),
    "answered": (
        {"of": "seat_vacancy", "by": "by_election", "within": "6 months", "whose": "own"},
        "每次本级的委员出缺之后 6 个月内都有补选",
    ),
    "attended": (
        {"of": "leaders", "at": ["party_class", "theory_study"], "share": "0.8"},
        "每名领导班子成员应参加的党课、政治理论学习，出席率不少于 80%",
    ),
    "attest": (
        {"of": "institution", "in_force": True, "whose": "own"},
        "正在施行的本级的制度已存档并经确认",
    ),
    "all": ([{"absent": {"of": "party_class"}}], "以下各项都要符合"),  # type: ignore[dict-item]
    "any": ([{"absent": {"of": "party_class"}}], "以下各项符合一项即可"),  # type: ignore[dict-item]
    "at_least_n": (
        {"number": 2, "of": [{"absent": {"of": "party_class"}}, {"absent": {"of": "theory_study"}}]},
        "以下 2 项中至少符合 2 项",
    ),
}


def test_every_operator_is_tried_here() -> None:
    assert set(SAID) == set(OPERATORS)


@pytest.mark.parametrize("operator", OPERATORS)
def test_an_operator_is_said_with_its_window_and_figure(operator: str) -> None:
    operand, words = SAID[operator]
    assert Wording(FIGURES).say(Check.model_validate({operator: operand})).text == words


def test_a_span_that_is_a_parameter_is_said_with_its_unit() -> None:
    check = Check.model_validate({"answered": {"of": "seat_vacancy", "by": "by_election", "within": "$n"}})
    assert Wording(FIGURES, units={"n": "个月"}).say(check).text == "每次委员出缺之后 4 个月内都有补选"
    unknown = Check.model_validate({"answered": {"of": "seat_vacancy", "by": "by_election", "within": "$x"}})
    assert "$x内" in Wording(FIGURES).say(unknown).text


def test_a_precondition_stands_beside_with_why_it_does_not_apply() -> None:
    check = Check.model_validate(
        {
            "count": {"of": "party_class", "at_least": 1},
            "when": {"value": {"of": "heads_apart", "equals": True}},
            "otherwise": "没有分设",
            "place": "第三条",
        }
    )
    said = Wording({}).say(check)
    assert said.when is not None
    assert (said.when.text, said.otherwise, said.place) == ("已做到“书记、院长分设”", "没有分设", "第三条")


def test_choices_are_said_as_people_call_them() -> None:
    check = Check.model_validate(
        {"count": {"of": "joint_theme_day", "where": {"festival": "x"}, "at_least": 1}}
    )
    said = Wording({}, lambda fact, name, code: "七一").say(check)
    assert "七一" in said.text


@pytest.mark.parametrize(
    ("award", "words"),
    [
        ({}, "符合给满分，不符合不给分"),
        ({"kind": "proportional"}, "按符合的比例给分，每级 0.5 分"),
        ({"kind": "per_missing", "per": "$n"}, "每缺一项扣 4 分，最低 0 分"),
        ({"kind": "bonus", "per": 1, "cap": 3}, "每项加 1 分，最多 3 分"),
        (
            {"kind": "graded", "grades": [[4, 2], [2, 1]]},
            "全部符合给满分，否则分档给分：达到 4 给 2 分；达到 2 给 1 分",
        ),
    ],
)
def test_points_are_said_too(award: dict[str, Any], words: str) -> None:
    assert Wording(FIGURES).award(Award.model_validate(award)) == words


leaves = st.sampled_from(
    [{name: operand} for name, (operand, _) in SAID.items() if name not in ("all", "any", "at_least_n")]
)
checks = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(
            lambda name, parts: {name: parts},
            st.sampled_from(["all", "any"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"at_least_n": {"number": 1, "of": parts}}),
        st.tuples(leaves, inner).map(lambda two: {**two[0], "when": two[1]}),
    ),
    max_leaves=8,
)


@given(checks)
def test_any_check_is_said_line_for_node_with_every_figure_filled_in(data: dict[str, Any]) -> None:
    said = Wording(FIGURES).say(Check.model_validate(data))
    lines = list(said.lines())
    assert all(lines)
    assert not any("$" in line or "None" in line for line in lines)
