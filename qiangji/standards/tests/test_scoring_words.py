"""How points are given, told from words: what is understood, what keeps a doubt, nothing in silence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiangji.lib.numbers import plain
from qiangji.standards.reader.points_column import read_points
from qiangji.standards.reader.scoring_words import understand
from qiangji.standards.reader.units import unit_of
from qiangji.standards.reader.wording import bare_points, without_points
from qiangji.standards.schema import scoring_to_json

FIGURES = st.sampled_from(["0.1", "0.2", "0.5", "1", "1.5", "2", "3", "5", "10"])


def rule(words: str, points: str | None, **more: Any) -> dict[str, Any]:
    found = understand(words, None if points is None else Decimal(points), **more)
    assert found.doubts == ()
    assert found.scoring is not None
    return scoring_to_json(found.scoring)


@pytest.mark.parametrize(
    ("words", "points", "per", "unit"),
    [
        ("每少1次扣0.5分，扣完为止", "2", "0.5", "次"),
        ("每例扣2分", "4", "2", "例"),
        ("每低1个百分点扣0.5分", "5", "0.5", "个百分点"),
        ("每低5个百分点，扣1分", "5", "1", "5个百分点"),
        ("缺一项扣1分", "3", "1", "项"),
        ("每季度召开1次，缺1次扣0.5分", "2", "0.5", "次"),
        ("每逾期10天扣1分", "2", "1", "10天"),
        ("有1人无故缺席的，扣0.5分", "2", "0.5", "人"),
        ("扣0.5分/次", "2", "0.5", "次"),
        ("每少一次扣一分", "3", "1", "次"),
        ("不整齐每床-0.5分", "5", "0.5", "床"),
        ("每少1次扣0.5分，未开展不得分", "2", "0.5", "次"),
    ],
)
def test_a_deduction_per_unit(words: str, points: str, per: str, unit: str) -> None:
    assert rule(words, points) == {"kind": "deduct", "per": per, "unit": unit}


@pytest.mark.parametrize(
    ("words", "floor"),
    [("每例扣1分，最多扣2分", "3"), ("每例扣1分，最低得2分", "2"), ("每例扣1分，扣至1分为止", "1")],
)
def test_the_floor_of_a_deduction(words: str, floor: str) -> None:
    assert rule(words, "5")["floor"] == floor


@pytest.mark.parametrize(
    ("words", "points", "per", "cap"),
    [
        ("每项加2分，最多加4分", None, "2", "4"),
        ("奖1分，封顶1分", None, "1", "1"),
        ("每获1项加2分", "4", "2", "4"),
        ("每篇加0.5分，累计不超过3分", None, "0.5", "3"),
        ("每项奖励1分，以5分为限", None, "1", "5"),
    ],
)
def test_a_bonus_with_its_cap(words: str, points: str | None, per: str, cap: str) -> None:
    assert rule(words, points, bonus=True) == {"kind": "bonus", "per": per, "cap": cap}


@pytest.mark.parametrize(
    ("words", "points", "grades"),
    [
        ("好20分、较好15分、一般10分、差0分", "20", "好=20 较好=15 一般=10 差=0"),
        ("90%以上10分，80%—90%8分", "10", "90%以上=10 80%—90%=8"),
        (
            "达到90%以上的，得10分；80%-90%的得8分；低于80%的不得分",
            None,
            "达到90%以上=10 80%-90%=8 低于80%=0",
        ),
        ("全部落实得2分，部分落实得1分，未落实不得分", "2", "全部落实=2 部分落实=1 未落实=0"),
    ],
)
def test_grades_and_bands(words: str, points: str | None, grades: str) -> None:
    options = [grade.split("=") for grade in grades.split(" ")]
    assert rule(words, points)["options"] == [{"label": label, "points": p} for label, p in options]


def test_base_points_with_plus_and_minus() -> None:
    words = "基础分100分，每发生一起扣5分，每获一项奖励加2分，最高不超过110分"
    assert rule(words, None) == {"kind": "base", "base": "100", "plus": "2", "minus": "5", "cap": "110"}
    assert understand(words, None).points == Decimal(110)


@pytest.mark.parametrize("words", ["未开展的不得分", "完成得2分，未完成不得分", "不开展的扣2分"])
def test_all_or_nothing_is_plain_without_parts(words: str) -> None:
    assert rule(words, "2") == {"kind": "full", "partial": False}


@pytest.mark.parametrize("words", ["满意度达90分以上", "有计划得1分，有记录得1分", "加强学习，成绩公开", ""])
def test_words_without_a_rule_stay_plain(words: str) -> None:
    found = understand(words, Decimal(2))
    assert (found.scoring, found.doubts) == (None, ())


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("未开展扣1分，记录不全扣0.5分", "记录不全扣0.5分"),
        ("每少1次扣0.5分，每缺1人扣0.2分", "每缺1人扣0.2分"),
        ("酌情扣分", "酌情扣分"),
        ("视情况扣1-3分", "扣1-3分"),
        ("少于3次扣1分", "少于3次扣1分"),
        ("国家级加3分，省级加2分，最高加5分", "省级加2分"),
        ("优秀9-10分，良好7-8分", "9-10分"),
        ("每次加1分，每次扣1分", "每次扣1分"),
    ],
)
def test_what_no_rule_holds_is_a_doubt_with_its_words(words: str, named: str) -> None:
    found = understand(words, Decimal(10))
    assert found.scoring is None
    assert len(found.doubts) == 1
    assert named in found.doubts[0]


@given(
    per=FIGURES,
    count=st.integers(2, 9),
    verb=st.sampled_from(["少", "缺", "发现", "出现", ""]),
    unit=st.sampled_from(["次", "例", "项", "人", "处", "起", "份", "篇"]),
)
@settings(max_examples=60, deadline=None)
def test_any_deduction_per_unit_is_read_back(per: str, count: int, verb: str, unit: str) -> None:
    points = Decimal(per) * count
    one = "1" if verb else ""
    assert rule(f"每{verb}{one}{unit}扣{per}分，扣完为止", plain(points)) == {
        "kind": "deduct",
        "per": per,
        "unit": unit,
    }


@given(
    values=st.lists(st.integers(0, 30), min_size=2, max_size=5, unique=True),
    verb=st.sampled_from(["", "得", "计", "："]),
    mark=st.sampled_from("、，；"),
)
@settings(max_examples=60, deadline=None)
def test_any_list_of_grades_is_read_back(values: list[int], verb: str, mark: str) -> None:
    labels = ["优秀", "良好", "中等", "合格", "不合格"]
    values = sorted(values, reverse=True)
    words = mark.join(f"{label}{verb}{value}分" for label, value in zip(labels, values, strict=False))
    found = rule(words, str(values[0]))["options"]
    assert [(o["label"], o["points"]) for o in found] == [
        (label, str(value)) for label, value in zip(labels, values, strict=False)
    ]


@given(
    figure=FIGURES,
    form=st.sampled_from(
        [
            "（{}分）",
            "( {} 分 )",
            "〔{}分〕",
            "［{}分］",
            "【{}分】",
            "（满分{}分）",
            "（计{}分）",
            "（分值：{}分）",
        ]
    ),
)
def test_any_spelling_of_points_in_brackets_is_read(figure: str, form: str) -> None:
    from_text = without_points(
        "甲乙"
        + form.format(figure).replace("(", "（").replace(")", "）").replace("［", "[").replace("］", "]")
    )
    assert from_text == ("甲乙", Decimal(figure))


@given(figure=FIGURES, form=st.sampled_from(["，{}分", "；{}分。", " {}分", "，计{}分", "。{} 分"]))
def test_points_without_brackets_are_sure_behind_a_mark(figure: str, form: str) -> None:
    found = bare_points("记录完整" + form.format(figure))
    assert found is not None
    assert (found.text, found.points, found.sure) == ("记录完整", Decimal(figure), True)


@pytest.mark.parametrize("words", ["测评不低于90分", "得分达到95分", "每次扣2分", "满意度高于90分"])
def test_a_figure_that_is_asked_for_is_no_points(words: str) -> None:
    assert bare_points(words) is None


@given(figure=FIGURES, form=st.sampled_from(["{}", "{}分", "（{}分）", " {} 分 ", "满分{}分"]))
def test_a_cell_of_the_points_column_is_read(figure: str, form: str) -> None:
    assert read_points(form.format(figure)).figures == (Decimal(figure),)


def test_a_cell_that_holds_no_figure_says_so() -> None:
    assert read_points("1\n2\n0.5").figures == (Decimal(1), Decimal(2), Decimal("0.5"))
    assert read_points("/") == read_points("")
    assert "范围" in read_points("1-3").doubt
    assert "百分比" in read_points("20%").doubt
    assert "不是分数" in read_points("若干").doubt


@pytest.mark.parametrize("words", ["低于90%的", "少于3次", "未按要求开展", "第一次", "近两年"])
def test_a_threshold_is_no_unit(words: str) -> None:
    assert unit_of(words) == ""


@given(
    words=st.text("每少次扣加分1.5一、，；好%得最多基础分（）年-0", max_size=200),
    points=st.sampled_from([None, "1", "10"]),
)
@settings(max_examples=200, deadline=None)
def test_no_words_whatever_raise(words: str, points: str | None) -> None:
    found = understand(words, None if points is None else Decimal(points))
    assert all("请核对" in doubt for doubt in found.doubts)
