"""The days before which integrity reminders are due: fixed holidays, and those that move with moon and sun."""

from datetime import date

import pytest

from qiangji.ledgers.views.calendar import MOVING, MOVING_NAMES, time_points

# As the General Office of the State Council announced them or the almanac of Purple Mountain Observatory gives them.
HOLIDAYS = {
    2025: {"春节": "01-29", "清明": "04-04", "端午": "05-31", "中秋": "10-06"},
    2026: {"春节": "02-17", "清明": "04-05", "端午": "06-19", "中秋": "09-25"},
    2027: {"春节": "02-06", "清明": "04-05", "端午": "06-09", "中秋": "09-15"},
    2028: {"春节": "01-26", "清明": "04-04", "端午": "05-28", "中秋": "10-03"},
}
FIXED = {"元旦": "01-01", "五一": "05-01", "国庆": "10-01"}


@pytest.mark.parametrize("year", HOLIDAYS)
def test_every_time_point_of_a_year_stands_on_its_day(year: int) -> None:
    expected = {date.fromisoformat(f"{year}-{day}"): words for words, day in (HOLIDAYS[year] | FIXED).items()}
    assert time_points(year) == expected


def test_the_table_of_moving_days_names_each_of_them_in_every_year_without_a_gap() -> None:
    assert list(MOVING) == list(range(min(MOVING), max(MOVING) + 1)) == list(HOLIDAYS)
    assert all(len(days) == len(MOVING_NAMES) for days in MOVING.values())


def test_a_year_outside_the_table_keeps_the_fixed_days() -> None:
    assert sorted(time_points(2024).values()) == sorted(FIXED)
