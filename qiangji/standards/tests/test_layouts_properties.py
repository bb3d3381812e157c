"""Random standards drawn in several ways and written to each format read back equal, with no problem."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.standards.tests.layouts.every import read
from qiangji.standards.tests.layouts.expect import differences, read_expectation
from qiangji.standards.tests.layouts.random_standards import STYLES, standards

CASES = [
    pytest.param(style, name, id=f"{key}-{name}")
    for key, style in STYLES.items()
    for name in style.formats.split()
]


@pytest.mark.parametrize(("style", "name"), CASES)
def test_any_standard_drawn_in_any_way_reads_back_whole(style, name) -> None:
    @given(standard=standards(grouped=style.grouped))
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def holds(standard) -> None:
        layout = style.layout(standard)
        assert differences(read_expectation(layout.expected), read(layout, name)) == []

    holds()


@given(standard=standards(grouped=False), data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_drawing_and_the_format_do_not_matter(standard, data: st.DataObject) -> None:
    """Two drawings of one standard whose scoring stands in columns are one reading."""
    keys = [key for key, style in STYLES.items() if not style.in_text]
    one, other = (STYLES[data.draw(st.sampled_from(keys))] for _ in range(2))
    readings = [
        read(style.layout(standard), data.draw(st.sampled_from(style.formats.split()))).as_json()
        for style in (one, other)
    ]
    assert readings[0] == readings[1]
