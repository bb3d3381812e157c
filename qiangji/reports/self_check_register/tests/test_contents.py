"""What counts as a gap, what was lost, and the sums by part."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.reports.self_check_register.tests.factories import register, row

MARKS = st.lists(st.one_of(st.none(), st.decimals(0, 2, places=2)), min_size=1, max_size=20)


def test_points_below_full_are_lost() -> None:
    one = row(mark="0.5", possible="2")
    assert (one.is_gap, one.lost) == (True, Decimal("1.5"))


def test_a_full_mark_is_no_gap() -> None:
    one = row(mark="2.00", possible="2")
    assert (one.is_gap, one.lost) == (False, Decimal(0))


def test_zero_points_are_a_mark_and_lose_all() -> None:
    one = row(mark="0", possible="2")
    assert (one.is_gap, one.is_open, one.lost) == (True, False, Decimal(2))


def test_an_open_criterion_is_a_gap_that_has_lost_nothing_yet() -> None:
    one = row(mark=None)
    assert (one.is_gap, one.is_open, one.lost) == (True, True, None)


@pytest.mark.parametrize("mark", [None, "0", "1"])
def test_a_bonus_not_earned_is_no_gap_and_no_loss(mark: str | None) -> None:
    one = row(mark=mark, is_bonus=True)
    assert (one.is_gap, one.lost) == (False, None)


def test_a_checklist_item_is_neither_gap_nor_open() -> None:
    one = row(mark=None, possible=None)
    assert (one.is_gap, one.is_open, one.lost) == (False, False, None)


def test_gaps_are_listed_and_numbered_from_one() -> None:
    rows = (row("1-1-1", "2"), row("1-1-2", "1"), row("2-1-1", None))
    assert [(one.number, one.code) for one in register(*rows).listed] == [(1, "1-1-2"), (2, "2-1-1")]


def test_all_are_listed_where_the_layout_asks_for_all() -> None:
    everything = register(row("1-1-1", "2"), row("1-1-2", "1"), with_full=True)
    assert [one.code for one in everything.listed] == ["1-1-1", "1-1-2"]


def test_a_part_sums_what_was_possible_reached_and_lost() -> None:
    (part,) = register(row("3-1-1", "2"), row("3-1-2", "0.5"), row("3-2-1", None)).parts
    assert (part.number, part.title) == (3, "第3部分")
    assert (part.possible, part.mark, part.lost, part.gap_count) == (6, Decimal("2.5"), Decimal("1.5"), 2)


def test_a_part_without_any_mark_has_neither_sum_nor_loss() -> None:
    (part,) = register(row("1-1-1", None)).parts
    assert (part.mark, part.lost, part.gap_count) == (None, None, 1)


def test_the_total_leaves_the_bonus_out_and_says_so() -> None:
    mixed = register(row("1-1-1", "1"), row("2-1-1", "2", possible="5", is_bonus=True))
    assert [part.title for part in mixed.parts] == ["第1部分", "第2部分（加分）"]
    assert (mixed.parts[1].mark, mixed.parts[1].lost) == (2, None)
    total = mixed.total
    assert (total.title, total.number) == ("合计（不含加分）", None)
    assert (total.possible, total.mark, total.lost, total.gap_count) == (2, 1, 1, 1)
    assert register().total.title == "合计"


@given(MARKS)
def test_what_is_reached_and_lost_adds_up_to_what_was_possible(marks: list[Decimal | None]) -> None:
    rows = [
        row(f"1-1-{n}", None if mark is None else str(mark), possible="2") for n, mark in enumerate(marks, 1)
    ]
    total, open_points = register(*rows).total, Decimal(2 * sum(mark is None for mark in marks))
    assert total.possible == 2 * len(marks)
    assert (total.mark or 0) + (total.lost or 0) + open_points == total.possible
