"""Ways of scoring in people's words: what is understood, and what is pointed out because it cannot be."""

from __future__ import annotations

import pytest

from qiangji.standards.reader import parse_bytes
from qiangji.standards.tests.layouts.describe import Layout
from qiangji.standards.tests.layouts.expect import differences, read_expectation
from qiangji.standards.tests.layouts.write import copied

# words in the scoring column of a criterion worth 5 points, and what must be made of them
UNDERSTOOD = [
    ("每少1次扣0.5分，扣完为止", "deduct 0.5 次"),
    ("每少一次扣0.5分，扣完为止。", "deduct 0.5 次"),
    ("少1次扣0.5分", "deduct 0.5 次"),
    ("每缺一项扣1分", "deduct 1 项"),
    ("每发现1例扣2分", "deduct 2 例"),
    ("发现1处不符合要求扣0.5分，扣完为止", "deduct 0.5 处"),
    ("每低1个百分点扣0.5分", "deduct 0.5 个百分点"),
    ("每降低1%扣0.2分", "deduct 0.2 %"),
    ("每人次扣0.1分", "deduct 0.1 人次"),
    ("缺1人扣1分，直至扣完", "deduct 1 人"),
    ("一例不合格扣0.5分，最多扣2分", "deduct 0.5 例 3"),
    ("每有1份病历不合格扣0.5分", "deduct 0.5 份"),
    ("每超1天扣1分，扣完该项分为止", "deduct 1 天"),
    ("每次加1分，最高加5分", "bonus 1 5"),
    ("每篇加0.5分，累计不超过5分", "bonus 0.5 5"),
    ("每获1项加2分，封顶5分", "bonus 2 5"),
    ("好5分，较好3分，一般1分，差0分", "graded 好=5 较好=3 一般=1 差=0"),
    ("优得5分、良得4分、中得3分、差不得分", "graded 优=5 良=4 中=3 差=0"),
    ("A级5分；B级3分；C级1分", "graded A级=5 B级=3 C级=1"),
    ("95%以上得5分，90%—95%得3分，90%以下得0分", "graded 95%以上=5 90%—95%=3 90%以下=0"),
    ("完成得5分，部分完成得2分，未完成不得分", "graded 完成=5 部分完成=2 未完成=0"),
    ("未开展不得分", "plain"),
    ("符合要求得5分，不符合不得分", "plain"),
    ("查看资料，达到要求得满分", "plain"),
    ("", "plain"),
]
DOUBTFUL = [
    "酌情扣分",
    "视情节扣1至3分",
    "扣0.5-1分",
    "不落实的扣分",
    "每少1次扣0.5分；资料不全的每份扣0.2分",
    "每次适当加分",
]


def read_words(words: str, part: str = "甲类"):
    drawn = f"""
        计分样表
        | 项目 | 考核内容 | 分值 | 评分办法 | 得分 |
        | {part}（5分） | 1.按要求完成 | 5 | {words} | |
        | 乙类（1分） | 1.有人负责 | 1 | 无人负责不得分 | |
        """
    return parse_bytes(copied(Layout("words", drawn, "")).encode(), filename="表.txt")


@pytest.mark.parametrize(
    ("words", "scoring"), UNDERSTOOD, ids=[words or "nothing" for words, _ in UNDERSTOOD]
)
def test_words_give_a_way_of_scoring(words: str, scoring: str) -> None:
    bonus = scoring.startswith("bonus")
    part = "加分项" if bonus else "甲类"
    expected = f"""
        # {part} | 5{" | bonus" if bonus else ""}
        1 按要求完成 | 5{"" if scoring == "plain" else f" | {scoring}"}
        # 乙类 | 1
        1 有人负责 | 1
        """
    found = differences(read_expectation(expected), read_words(words, part))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("words", DOUBTFUL)
def test_words_that_may_mean_several_things_are_pointed_out(words: str) -> None:
    parsed = read_words(words)
    doubts = [problem for problem in parsed.problems if "甲类" in problem.where + problem.message]
    assert [problem.severity for problem in doubts] == ["warning"]
    assert any(word in doubts[0].message for word in ("扣", "加分", "计分"))
    assert parsed.criteria()[0].points == 5
    assert not parsed.has_errors


def test_words_that_only_say_how_to_look_are_dropped_and_said_so() -> None:
    parsed = read_words("查阅记录、现场抽问")
    assert [(p.severity, "未读入" in p.message) for p in parsed.problems] == [("warning", True)]
    assert parsed.criteria()[0].scoring is None or parsed.criteria()[0].scoring.kind == "full"
