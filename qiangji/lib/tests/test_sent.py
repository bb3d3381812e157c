"""Fields that a page sends back are read as what they mean, whatever was made of them."""

from datetime import date
from uuid import UUID

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from qiangji.lib.sent import NO_ID, NO_VERSION, seen_version, sent_day, sent_id

KEY = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


def sent(**fields: str) -> HttpRequest:
    return RequestFactory().post("/", fields)


@pytest.mark.parametrize(
    ("value", "version"),
    [("3", 3), ("0", 0), ("", NO_VERSION), ("-1", NO_VERSION), ("x", NO_VERSION), ("1" * 10, NO_VERSION)],
)
def test_the_version_that_was_seen(value: str, version: int) -> None:
    assert seen_version(sent(seen_version=value)) == version
    assert seen_version(sent()) == NO_VERSION


@pytest.mark.parametrize("value", ["", "2026-02-30", "明天"])
def test_what_is_no_day_is_none(value: str) -> None:
    assert sent_day(sent(deadline=value), "deadline") is None
    assert sent_day(sent(deadline="2026-02-28"), "deadline") == date(2026, 2, 28)


@pytest.mark.parametrize("value", ["", "1", KEY[:-1]])
def test_what_is_no_id_fits_nothing(value: str) -> None:
    assert sent_id(sent(owner=value), "owner") == NO_ID
    assert sent_id(sent(owner=KEY), "owner") == UUID(KEY)
