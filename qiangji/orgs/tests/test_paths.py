"""Paths order the tree: whatever is below a node, and nothing else, lies in its range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.orgs import paths

NUMBERS = st.integers(min_value=1, max_value=36**paths.WIDTH - 2)
PATHS = st.lists(NUMBERS, min_size=1, max_size=6).map(lambda row: "".join(paths.segment(one) for one in row))


@given(NUMBERS)
def test_a_number_reads_back(number: int) -> None:
    assert paths.number(paths.segment(number)) == number


@given(NUMBERS, NUMBERS)
def test_segments_sort_as_their_numbers(first: int, second: int) -> None:
    assert (paths.segment(first) < paths.segment(second)) == (first < second)


@pytest.mark.parametrize("number", [0, -1, 36**paths.WIDTH - 1])
def test_numbers_that_leave_no_room_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        paths.segment(number)


@given(PATHS, PATHS)
def test_the_range_holds_what_stands_below_and_nothing_else(upper: str, lower: str) -> None:
    in_range = upper <= lower < upper + paths.LAST
    assert in_range == paths.covers(upper, lower)


@given(PATHS)
def test_ancestors_lead_from_the_root_to_the_node(path: str) -> None:
    way = paths.ancestors(path)
    assert way[-1] == path
    assert len(way) * paths.WIDTH == len(path)
    assert all(paths.covers(upper, path) for upper in way)
