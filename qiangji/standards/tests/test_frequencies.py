"""Frequencies, spans and shares in a criterion's words, kept with the words they came from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiangji.lib.numbers import plain
from qiangji.standards.reader import parse_file
from qiangji.standards.reader.frequencies import draft_checks
from qiangji.standards.tests.tables import policy_file

POLICY = policy_file("001")


def found(text: str) -> list[tuple[str, str, str, str]]:
    return [(c.kind, c.per, f"{plain(c.at_least)}-{plain(c.at_most)}", c.unit) for c in draft_checks(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("碰头会每季度不少于1次", ("count", "quarter", "1-", "次")),
        ("每年至少慰问2次", ("count", "year", "2-", "次")),
        ("墙报每月1期", ("count", "month", "1-", "期")),
        ("每半年向职工通报", ("count", "half", "1-", "次")),
        ("每两年至少办一次论坛", ("count", "two_years", "1-", "次")),
        ("每周例会", ("count", "week", "1-", "次")),
        ("每年义诊1-2次", ("count", "year", "1-2", "次")),
        ("每年检查不超过2次", ("count", "year", "-2", "次")),
        ("到期前应提前6个月发函", ("ahead", "", "6-", "个月")),
        ("新人培训不少于20学时", ("count", "", "20-", "学时")),
        ("权重不低于30%", ("share", "", "30-", "%")),
        ("建档率达到95%以上", ("share", "", "95-", "%")),
        ("占比不超过5%", ("share", "", "-5", "%")),
    ],
)
def test_a_frequency_is_recognized(text: str, expected: tuple[str, str, str, str]) -> None:
    assert found(text) == [expected]


def test_the_words_are_kept() -> None:
    checks = draft_checks("科会有记录，每月至少开两次，年底归档。")
    assert [(c.words, c.unit) for c in checks] == [("每月至少开两次", "次")]


def test_a_second_figure_takes_the_period_of_its_sentence() -> None:
    assert found("职工每年听课不少于10学时，其中骨干不少于15学时") == [
        ("count", "year", "10-", "学时"),
        ("count", "year", "15-", "学时"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "每低1个百分点扣0.5分",
        "满意率低于80%不得分",
        "委员5至9人",
        "年度考核公开",
        "每次至少有1名骨干",
        "持续推进",
        "",
    ],
)
def test_what_is_no_frequency_gives_no_check(text: str) -> None:
    assert draft_checks(text) == ()


@given(
    period=st.sampled_from(
        [
            ("每月", "month"),
            ("每季度", "quarter"),
            ("每半年", "half"),
            ("每年", "year"),
            ("每两年", "two_years"),
            ("每周", "week"),
        ]
    ),
    least=st.sampled_from(["不少于", "至少", "至少开展", "不得少于", ""]),
    count=st.integers(1, 48),
    unit=st.sampled_from(["次", "期", "场", "篇", "学时", "项"]),
)
@settings(max_examples=80, deadline=None)
def test_any_frequency_is_read_back(period: tuple[str, str], least: str, count: int, unit: str) -> None:
    assert found(f"甲乙{period[0]}{least}{count}{unit}") == [("count", period[1], f"{count}-", unit)]


@given(text=st.text("每年月季度半两至少不于次1239%提前个学时，。（）/-", max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_words_whatever_raise(text: str) -> None:
    assert all(check.words for check in draft_checks(text))


@pytest.mark.skipif(POLICY is None, reason="the policy documents are not beside this checkout")
def test_the_official_table_gives_its_known_frequencies() -> None:
    """Judged by eye once, held since: (part, group, number) with what is counted."""
    assert POLICY is not None
    parsed = parse_file(POLICY)
    checks = [c for criterion in parsed.criteria() for c in criterion.draft_checks]
    counted = sorted((c.kind, c.per, plain(c.at_least), c.unit) for c in checks)
    assert len(checks) == 23
    assert ("count", "quarter", "1", "次") in counted
    assert [c for c in counted if c[3] == "学时"] == [
        ("count", "year", "32", "学时"),
        ("count", "year", "56", "学时"),
    ]
    assert [c[2] for c in counted if c[0] == "ahead"] == ["4", "6"]
    assert [c[2] for c in counted if c[0] == "share"] == ["30"]
