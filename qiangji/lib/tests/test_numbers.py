"""Points are exact, rounded half up, and shown as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.lib.numbers import plain, points

POINTS = st.decimals(min_value=-1000, max_value=1000, places=2)


@given(POINTS)
def test_what_is_shown_is_what_is_stored(value: Decimal) -> None:
    assert Decimal(plain(value)) == value


@given(POINTS)
def test_nothing_superfluous_is_shown(value: Decimal) -> None:
    shown = plain(value)
    assert "E" not in shown
    assert not (("." in shown) and shown.endswith(("0", ".")))


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.005", "0.01"), ("0.004", "0"), ("89.995", "90"), ("-0.005", "-0.01")]
)
def test_rounding_is_half_up(value: str, rounded: str) -> None:
    assert points(Decimal(value)) == Decimal(rounded)


def test_no_mark_is_shown_as_nothing() -> None:
    assert plain(None) == ""
