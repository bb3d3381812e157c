"""Equal data have equal digests, and nothing without a single spelling gets one."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.lib.digests import canonical_json, digest

DATA = st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=6)


@given(DATA)
def test_the_order_of_keys_does_not_matter(data: dict) -> None:
    backwards = dict(reversed(list(data.items())))
    assert digest(data) == digest(backwards)


@given(DATA)
def test_the_text_reads_back_as_the_data(data: dict) -> None:
    assert json.loads(canonical_json(data)) == data


def test_one_changed_character_changes_the_digest() -> None:
    assert digest({"text": "已落实"}) != digest({"text": "已落实。"})


def test_chinese_is_written_as_it_is() -> None:
    assert canonical_json({"名": "甲"}) == '{"名":"甲"}'


@pytest.mark.parametrize("value", [Decimal("1.0"), float("nan")])
def test_what_has_no_single_spelling_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        digest({"points": value})
