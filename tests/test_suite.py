"""The suite's own rule: a few failures are tried again alone, and nothing that failed goes untold."""

from pathlib import Path

import pytest

from tests.costs import COST
from tools import suite

UNSTEADY = """
from pathlib import Path

def test_unsteady():
    been = Path("been")
    again = been.exists()
    been.touch()
    assert again, "first time"
"""
BROKEN = "def test_broken():\n    assert 1 == 2, 'always'\n"


def run_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> int:
    """Run a suite of its own in an empty folder, as the whole one is run, and return the status that stands."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(suite, "BUILD", tmp_path / "build")
    (tmp_path / "build").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
    run = suite.Run("SQLite", options=("-p", "no:django"))
    return run.settle(run.start_whole("0").wait())


def test_what_passes_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_suite(tmp_path, monkeypatch, "def test_well():\n    pass\n") == 0
    assert "==== SQLite" not in capfd.readouterr().out


def test_what_passes_alone_is_told_as_unsteady(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_suite(tmp_path, monkeypatch, UNSTEADY) == 0
    told = capfd.readouterr().out
    assert "时好时坏" in told
    assert "test_it::test_unsteady" in told
    assert "first time" in told.split("时好时坏")[1]


def test_what_fails_again_fails_the_suite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_suite(tmp_path, monkeypatch, UNSTEADY + BROKEN) == 1
    told = capfd.readouterr().out
    assert "时好时坏" not in told
    assert "always" in told.split("未通过：")[-1]


def test_many_failures_are_never_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    many = "\n".join(
        UNSTEADY.replace("unsteady", f"unsteady_{n}").replace('"been"', f'"been{n}"') for n in range(4)
    )
    assert run_suite(tmp_path, monkeypatch, many) == 1
    told = capfd.readouterr().out
    assert "再试" not in told
    assert told.count("SQLite 未通过：") == 4


def test_a_run_that_broke_off_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_suite(tmp_path, monkeypatch, "import os\nos._exit(9)\n") == 9
    assert "没有跑完，返回 9" in capfd.readouterr().out


def test_the_dearest_tests_are_told_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "BUILD", tmp_path)
    run = suite.Run("SQLite")
    cases = "".join(
        f'<testcase classname="a" name="{name}"><properties>'
        f'<property name="{COST}" value="{cost}"/></properties></testcase>'
        for name, cost in (("cheap", 0.1), ("dear", 7.25))
    )
    run.results.write_text(f"<testsuite>{cases}</testsuite>", encoding="utf-8")
    suite.tell_costs([run], 61.4)
    told = capfd.readouterr().out.splitlines()
    assert "用时 61 秒" in told[0]
    assert [line.split()[-1] for line in told[1:]] == ["a::dear", "a::cheap"]


def test_the_second_run_leaves_out_what_other_tests_run_there(request: pytest.FixtureRequest) -> None:
    def item(name: str, *marks: str) -> pytest.Item:
        made = pytest.Function.from_parent(request.node.parent, name=name, callobj=lambda: None)
        for mark in marks:
            made.add_marker(mark)
        return made

    first, other = item("test_who[office]", "any_case"), item("test_who[member]", "any_case")
    everywhere, plain, case = item("test_words", "any_database"), item("test_sum[1]"), item("test_sum[2]")
    conftest = request.config.pluginmanager.get_plugin(str(request.config.rootpath / "conftest.py"))
    items = [first, plain, other, everywhere, case]
    assert conftest.told_by_others(items) == [other, everywhere]
