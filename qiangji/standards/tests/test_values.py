"""Which marks a scoring rule allows: exact, whole, and the refusals say what would do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.standards.schema import (
    BaseScoring,
    BonusScoring,
    ChecklistScoring,
    DeductScoring,
    FullScoring,
    GradedScoring,
    Scoring,
)
from qiangji.standards.values import ValueNotAllowed, allowed_values, check_value, highest_value, quick_values

HALF = Decimal("0.5")


def dec(*values: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


def graded() -> GradedScoring:
    return GradedScoring.model_validate(
        {"kind": "graded", "options": [{"label": "好", "points": 3}, {"label": "差", "points": 0}]}
    )


def test_full_points_go_in_steps() -> None:
    assert allowed_values(FullScoring(), Decimal(2), HALF) == dec("0", "0.5", "1", "1.5", "2")


def test_a_step_of_its_own_comes_before_the_editions() -> None:
    scoring = FullScoring(step=Decimal("0.1"))
    assert allowed_values(scoring, Decimal("0.3"), HALF) == dec("0", "0.1", "0.2", "0.3")


def test_all_or_nothing_allows_only_the_ends() -> None:
    assert allowed_values(FullScoring(partial=False), Decimal(2), HALF) == dec("0", "2")


def test_full_points_are_allowed_even_when_no_multiple_of_the_step() -> None:
    assert allowed_values(FullScoring(), Decimal("1.25"), HALF) == dec("0", "0.5", "1", "1.25")


def test_deductions_count_from_full_points_down_to_the_floor() -> None:
    scoring = DeductScoring(kind="deduct", per=Decimal(2), unit="次", floor=Decimal(1))
    assert allowed_values(scoring, Decimal(6), HALF) == dec("1", "2", "4", "6")


def test_a_bonus_goes_up_to_its_cap() -> None:
    scoring = BonusScoring(kind="bonus", per=Decimal(2), cap=Decimal(5))
    assert allowed_values(scoring, Decimal(5), HALF) == dec("0", "2", "4", "5")


def test_grades_are_the_only_values_of_a_graded_criterion() -> None:
    assert allowed_values(graded(), Decimal(3), HALF) == dec("0", "3")


def test_a_base_goes_up_and_down_within_its_bounds() -> None:
    data = {"kind": "base", "base": 10, "plus": 2, "minus": 3, "floor": 8, "cap": 12}
    assert allowed_values(BaseScoring.model_validate(data), Decimal(12), HALF) == dec(
        "8", "9", "10", "11", "12"
    )
    only_minus = BaseScoring(kind="base", base=Decimal(3), minus=Decimal(1))
    assert allowed_values(only_minus, Decimal(3), HALF) == dec("0", "1", "2", "3")


def test_a_checklist_allows_no_marks() -> None:
    scoring = ChecklistScoring(kind="checklist")
    assert allowed_values(scoring, None, HALF) == ()
    assert quick_values(scoring, None, HALF) == ()
    with pytest.raises(ValueNotAllowed, match="不计分"):
        check_value(scoring, None, HALF, Decimal(0))


def test_a_long_range_is_not_listed_but_still_checked() -> None:
    scoring = BaseScoring(kind="base", base=Decimal(100), minus=Decimal("0.1"))
    assert allowed_values(scoring, Decimal(100), HALF) is None
    assert check_value(scoring, Decimal(100), HALF, Decimal("99.9")) == Decimal("99.9")
    assert quick_values(scoring, Decimal(100), HALF) == dec("0", "50", "100")
    with pytest.raises(ValueNotAllowed, match=r"可填 0 到 100，每级相差 0\.1 分"):
        check_value(scoring, Decimal(100), HALF, Decimal("99.95"))


def test_a_refusal_tells_the_allowed_values() -> None:
    with pytest.raises(ValueNotAllowed, match=r"0\.3 分不在可选范围内。可选：0、0\.5、1。"):
        check_value(FullScoring(), Decimal(1), HALF, Decimal("0.3"))
    with pytest.raises(ValueNotAllowed, match="可选：好 3、差 0"):
        check_value(graded(), Decimal(3), HALF, Decimal(1))


@pytest.mark.parametrize("value", [Decimal("-0.5"), Decimal("2.5"), Decimal("NaN"), Decimal("Infinity")])
def test_values_outside_the_points_are_refused(value: Decimal) -> None:
    with pytest.raises(ValueNotAllowed):
        check_value(FullScoring(), Decimal(2), HALF, value)


def test_one_key_values_are_none_half_and_all() -> None:
    assert quick_values(FullScoring(), Decimal(1), HALF) == dec("0", "0.5", "1")
    assert quick_values(FullScoring(), Decimal("0.5"), HALF) == dec("0", "0.5")
    assert quick_values(FullScoring(partial=False), Decimal(2), HALF) == dec("0", "2")


STEPS = st.sampled_from(dec("0.1", "0.5", "1", "2", "0.25"))
AMOUNTS = st.integers(1, 400).map(lambda n: Decimal(n) / 20)


@st.composite
def rules(draw: st.DrawFn) -> tuple[Scoring, Decimal]:
    points, per = draw(AMOUNTS), draw(STEPS)
    kind = draw(st.sampled_from(["full", "whole", "deduct", "bonus", "base"]))
    if kind == "deduct":
        return DeductScoring(kind="deduct", per=per, unit="次"), points
    if kind == "bonus":
        return BonusScoring(kind="bonus", per=per, cap=points), points
    if kind == "base":
        return BaseScoring(kind="base", base=points, minus=per), points
    return FullScoring(partial=kind == "full"), points


@given(rule=rules(), step=STEPS)
def test_every_listed_value_is_accepted_and_lies_within_the_points(
    rule: tuple[Scoring, Decimal], step: Decimal
) -> None:
    scoring, points = rule
    values = allowed_values(scoring, points, step) or quick_values(scoring, points, step)
    assert list(values) == sorted(set(values))
    assert values[0] == 0
    assert values[-1] == points == highest_value(scoring, points)
    assert [check_value(scoring, points, step, value) for value in values] == list(values)
    assert set(quick_values(scoring, points, step)) <= set(values)


@given(rule=rules(), step=STEPS, hundredths=st.integers(-100, 2200))
def test_a_value_is_accepted_exactly_when_it_is_listed(
    rule: tuple[Scoring, Decimal], step: Decimal, hundredths: int
) -> None:
    scoring, points = rule
    value = Decimal(hundredths) / 100
    values = allowed_values(scoring, points, step)
    if values is None:
        return
    if value in values:
        assert check_value(scoring, points, step, value) == value
    else:
        with pytest.raises(ValueNotAllowed):
            check_value(scoring, points, step, value)
