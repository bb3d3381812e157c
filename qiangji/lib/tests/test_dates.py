"""A deadline day runs to its last instant in Shanghai, wherever the server stands."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from qiangji.lib.dates import SHANGHAI, end_of, is_past, local_day

DEADLINE = date(2026, 10, 31)


def test_the_last_second_still_counts() -> None:
    assert not is_past(DEADLINE, at=datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=SHANGHAI))


def test_midnight_is_too_late() -> None:
    assert is_past(DEADLINE, at=datetime(2026, 11, 1, tzinfo=SHANGHAI))


def test_the_server_clock_in_utc_gives_the_same_answer() -> None:
    assert not is_past(DEADLINE, at=datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC))
    assert is_past(DEADLINE, at=datetime(2026, 10, 31, 16, 0, tzinfo=UTC))


def test_the_day_of_a_moment_is_that_of_shanghai() -> None:
    assert local_day(datetime(2026, 10, 31, 16, 30, tzinfo=UTC)) == date(2026, 11, 1)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_a_day_ends_where_the_next_one_begins(day: date) -> None:
    assert local_day(end_of(day)) == day + timedelta(days=1)
    assert local_day(end_of(day) - timedelta(microseconds=1)) == day
