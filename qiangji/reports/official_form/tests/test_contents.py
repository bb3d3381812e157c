"""What the form says of a row: its sum, and whether single marks must be shown."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from qiangji.assessments.stages import Stage
from qiangji.reports.official_form.contents import FormRow
from qiangji.reports.official_form.tests.factories import criterion, form, row, section

MARKS = st.lists(
    st.one_of(st.none(), st.decimals(min_value=0, max_value=99, places=2)), min_size=1, max_size=12
)


def test_a_stage_that_marked_nothing_has_no_sum() -> None:
    assert row(criterion(1), criterion(2)).sum_of(Stage.SELF) is None


def test_zero_points_are_a_sum_and_not_an_empty_cell() -> None:
    assert row(criterion(1, marks=["0"])).sum_of(Stage.SELF) == Decimal(0)


def test_a_row_adds_up_each_stage_by_itself() -> None:
    group = row(criterion(1, marks=["2", "1.5"]), criterion(2, marks=["0.1", "0.2"]))
    assert group.sum_of(Stage.SELF) == Decimal("2.1")
    assert group.sum_of(Stage.ACCEPTANCE) == Decimal("1.7")
    assert group.sum_of(Stage.RATING) is None


@given(MARKS)
def test_sums_are_exact(marks: list[Decimal | None]) -> None:
    group = FormRow(
        "组", tuple(criterion(n, "2", [None if m is None else str(m)]) for n, m in enumerate(marks, 1))
    )
    expected = sum((mark for mark in marks if mark is not None), Decimal(0))
    assert group.sum_of(Stage.SELF) == (None if all(mark is None for mark in marks) else expected)


def test_full_marks_need_no_single_ones() -> None:
    assert not row(criterion(1, "2", ["2"]), criterion(2, "1", ["1.00"])).differs(Stage.SELF)


def test_one_mark_below_full_shows_them_all() -> None:
    assert row(criterion(1, "2", ["2"]), criterion(2, "1", ["0.5"])).differs(Stage.SELF)


def test_an_open_mark_beside_a_given_one_shows_them_too() -> None:
    assert row(criterion(1, "2", ["2"]), criterion(2, "1")).differs(Stage.SELF)


def test_full_is_the_best_mark_where_that_is_not_the_points_printed() -> None:
    base = criterion(1, "100", ["100"], full=Decimal(110))
    assert row(base).differs(Stage.SELF)


def test_a_checklist_item_is_neither_summed_nor_missed() -> None:
    group = row(criterion(1, None), criterion(2, "1", ["1"]))
    assert group.sum_of(Stage.SELF) == Decimal(1)
    assert not group.differs(Stage.SELF)


def test_a_part_is_undivided_only_with_a_single_untitled_row() -> None:
    assert section(row(title="")).is_undivided
    assert not section(row(title="组织设置")).is_undivided
    assert not section(row(title=""), row(title="任期管理")).is_undivided


def test_a_form_knows_whether_some_row_is_half_marked() -> None:
    assert form(section(row(criterion(1, marks=["2"]), criterion(2)))).has_open_marks
    assert not form(section(row(criterion(1, marks=["2"]), criterion(2, marks=["1"])))).has_open_marks
    assert not form().has_open_marks
