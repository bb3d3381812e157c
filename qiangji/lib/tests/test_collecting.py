"""Housekeeping is rare within and as before afterwards, also when something went wrong."""

import gc

import pytest

from qiangji.lib.collecting import SELDOM, seldom_collected


def break_off() -> None:
    with seldom_collected():
        assert gc.get_threshold() == SELDOM
        raise ValueError("wrong")


def test_it_is_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="wrong"):
        break_off()
    assert gc.get_threshold() == before
