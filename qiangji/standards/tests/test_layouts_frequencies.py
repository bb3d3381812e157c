"""Frequencies and spans in a criterion's words are kept as draft checks, with the words they came from."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qiangji.standards.reader import parse_bytes
from qiangji.standards.tests.layouts.describe import Layout
from qiangji.standards.tests.layouts.expect import folded
from qiangji.standards.tests.layouts.write import copied

# sentence, then each check as "kind per least most unit" with - for what is not said
SENTENCES = [
    ("支委会每季度不少于1次", ["count quarter 1 - 次"]),
    ("党课每年至少2次", ["count year 2 - 次"]),
    ("每月召开1次党小组会", ["count month 1 - 次"]),
    ("每月开展一次主题党日", ["count month 1 - 次"]),
    ("每半年向上级报告1次", ["count half 1 - 次"]),
    ("每两年至少举办1次研讨班", ["count two_years 1 - 次"]),
    ("每周不少于1次巡查", ["count week 1 - 次"]),
    ("每年不少于4次，每季度不少于1次", ["count year 4 - 次", "count quarter 1 - 次"]),
    ("党员每年集中学习不少于32学时", ["count year 32 - 学时"]),
    ("一年一次民主评议", ["count year 1 - 次"]),
    ("全年下乡义诊不少于３次", ["count year 3 - 次"]),
    ("每季度至少开展两次谈心", ["count quarter 2 - 次"]),
    ("每年发展党员培训1至2次", ["count year 1 2 次"]),
    ("提前6个月提醒换届", ["ahead - 6 - 个月"]),
    ("任期届满前4个月提出请示", ["ahead - 4 - 个月"]),
    ("会议提前3天通知", ["ahead - 3 - 天"]),
    ("参会率不低于90%", ["share - 90 - %"]),
    ("满意度达到95％以上", ["share - 95 - %"]),
    ("超时比例不超过5%", ["share - - 5 %"]),
    ("专职人员不少于编制的0.5%", ["share - 0.5 - %"]),
    ("2031年度计划已公布", []),
    ("第一季度总结已上报", []),
    ("每名委员联系一个科室", []),
    ("支部书记由科主任担任", []),
]


def shown(check) -> str:
    def figure(value: Decimal | None) -> str:
        return "-" if value is None else format(value.normalize(), "f")

    return f"{check.kind} {check.per or '-'} {figure(check.at_least)} {figure(check.at_most)} {check.unit}"


@pytest.mark.parametrize(("sentence", "checks"), SENTENCES, ids=[sentence for sentence, _ in SENTENCES])
def test_a_frequency_is_kept_with_its_words(sentence: str, checks: list[str]) -> None:
    drawn = f"""
        频次样表
        | 项目 | 项目分值 | 具体标准 | 分值 | 得分 |
        | 学习 | 2 | 1.{sentence} | 2 | |
        """
    parsed = parse_bytes(copied(Layout("frequency", drawn, "")).encode(), filename="表.txt")
    (criterion,) = parsed.criteria()
    assert [shown(check) for check in criterion.draft_checks] == checks
    assert folded(criterion.text) == folded(sentence)
    for check in criterion.draft_checks:
        assert folded(check.words) in folded(sentence)
