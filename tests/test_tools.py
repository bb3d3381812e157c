"""The tools that set up, measure what is shown, and keep tests on this machine."""

import socket

import pytest

from tools import requirements, vendor


def report(rows: list[str], outcome: str, when: str = "call") -> pytest.TestReport:
    return pytest.TestReport(
        nodeid="test",
        location=("test.py", 1, "test"),
        keywords={},
        outcome=outcome,  # type: ignore[arg-type]
        longrepr=None,
        when=when,  # type: ignore[arg-type]
        user_properties=[("shows", row) for row in rows],
    )


def shown(*reports: pytest.TestReport) -> set[str]:
    results = requirements.Results()
    for entry in reports:
        results.pytest_runtest_logreport(entry)
    return results.shown()


def test_row_is_shown_by_a_passing_test() -> None:
    assert shown(report(["A01", "A02"], "passed")) == {"A01", "A02"}


def test_row_with_a_failing_test_beside_a_passing_one_is_not_shown() -> None:
    assert shown(report(["A01"], "passed"), report(["A01"], "failed")) == set()


def test_skipped_test_shows_nothing() -> None:
    assert shown(report(["A01"], "skipped", when="setup")) == set()


def test_test_that_passed_and_broke_afterwards_shows_nothing() -> None:
    assert shown(report(["A01"], "passed"), report(["A01"], "failed", when="teardown")) == set()


def test_inventory_can_be_narrowed_to_one_issue() -> None:
    own = requirements.inventory("1")
    assert {"A01", "B00a", "E01", "G04"} <= set(own)
    assert len(own) < len(requirements.inventory())


def test_copied_files_name_no_source_map_and_no_second_font() -> None:
    script = b"code();\n//# sourceMappingURL=bootstrap.bundle.min.js.map\n"
    assert vendor.cleaned(script, "a.js") == b"code();\n"
    style = b"a{}/*# sourceMappingURL=a.css.map */"
    assert vendor.cleaned(style, "a.css") == b"a{}"
    font = b'src:url("i.woff2?1") format("woff2"),url("i.woff?1") format("woff")}'
    assert vendor.cleaned(font, "a.css") == b'src:url("i.woff2?1") format("woff2")}'


def test_tests_cannot_reach_another_machine() -> None:
    with socket.socket() as probe, pytest.raises(RuntimeError, match="this machine only"):
        probe.connect(("192.0.2.1", 80))
