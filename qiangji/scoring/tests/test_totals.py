"""Totals: what is added up where, exactly, in whatever order it comes."""

from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from qiangji.scoring.totals import Scored, totals

POINTS = st.decimals(min_value=0, max_value=99999, places=2)
ROWS = st.lists(
    st.builds(
        Scored,
        section=st.integers(1, 9),
        group=st.integers(0, 4),
        points=st.none() | POINTS,
        is_bonus=st.booleans(),
    ),
    max_size=120,
)


def cents(value: Decimal) -> int:
    """Points in hundredths: whole numbers, hence exact by another way of reckoning."""
    return int(value * 100)


@given(ROWS)
def test_groups_add_up_to_their_part_and_parts_to_the_headline_figure(rows: list[Scored]) -> None:
    sums = totals(rows)
    for section, total in sums.sections.items():
        assert total == sum(value for (part, _), value in sums.groups.items() if part == section)
    assert sum(sums.sections.values()) == sums.score


@given(ROWS)
def test_sums_are_exact_to_the_hundredth(rows: list[Scored]) -> None:
    sums = totals(rows)
    assert cents(sums.score) == sum(cents(row.points) for row in rows if row.points is not None)
    assert cents(sums.bonus) == sum(
        cents(row.points) for row in rows if row.is_bonus and row.points is not None
    )


@given(ROWS, st.integers())
def test_the_order_of_the_rows_does_not_matter(rows: list[Scored], seed: int) -> None:
    shuffled = rows.copy()
    Random(seed).shuffle(shuffled)
    assert totals(rows) == totals(shuffled)


@given(ROWS)
def test_bonus_points_stand_outside_the_total(rows: list[Scored]) -> None:
    sums = totals(rows)
    without = totals([row for row in rows if not row.is_bonus])
    assert sums.total == without.total
    assert without.bonus == 0


@given(ROWS)
def test_an_open_criterion_counts_as_missing_and_as_nothing_else(rows: list[Scored]) -> None:
    sums = totals(rows)
    assert sums.missing == sum(row.points is None for row in rows)
    assert sums.score == totals([row for row in rows if row.points is not None]).score


def test_a_zero_is_given_and_not_missing() -> None:
    sums = totals([Scored(1, 1, Decimal(0)), Scored(1, 1, None)])
    assert (sums.missing, sums.total) == (1, 0)


def test_tenths_do_not_drift() -> None:
    sums = totals([Scored(1, 1, Decimal("0.1"))] * 1000)
    assert sums.total == Decimal(100)


def test_an_empty_table_has_empty_sums() -> None:
    sums = totals([])
    assert (sums.total, sums.bonus, sums.missing, sums.sections, sums.groups) == (0, 0, 0, {}, {})
