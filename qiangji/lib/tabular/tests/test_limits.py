"""How much a table may hold and how long it may take: beyond that its reading ends in words, not in a hanging server."""

import io
import time
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from qiangji.lib.tabular import WorkbookRefused, read_workbook, workbook

CHILD = workbook.CHILD.read_text(encoding="utf-8")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Six rows of two cells, ten characters each."""
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as made:
        page = made.add_worksheet("名册")
        for row in range(6):
            page.write_string(row, 0, "甲" * 10)
            page.write_string(row, 1, "乙" * 10)
    path = tmp_path / "table.xlsx"
    path.write_bytes(stream.getvalue())
    return path


def child_with(monkeypatch, folder: Path, old: str, new: str) -> None:
    """Let the table be read by the child as it is, but for one line."""
    assert CHILD.count(old) == 1, f"the child has changed: {old}"
    path = folder / "child.py"
    path.write_text(CHILD.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(workbook, "CHILD", path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("MOST_ROWS = 400_000", "MOST_ROWS = 5", "“名册”超过 5 行，请分成几个文件"),
        ("MOST_CHARACTERS = 200_000_000", "MOST_CHARACTERS = 100", "“名册”文字过多，请分成几个文件"),
        ("MOST_AREA = 40_000_000", "MOST_AREA = 2", "“名册”里有写在很远处的单元格"),
    ],
)
def test_a_table_beyond_a_limit_is_refused_with_the_way_out(table, tmp_path, monkeypatch, old, new, words):
    child_with(monkeypatch, tmp_path, old, new)
    with pytest.raises(WorkbookRefused, match=words):
        list(read_workbook(table))


def test_a_table_at_the_limit_is_read(table, tmp_path, monkeypatch):
    child_with(monkeypatch, tmp_path, "MOST_ROWS = 400_000", "MOST_ROWS = 6")
    assert len(list(read_workbook(table))) == 1 + 6


def test_a_file_too_large_is_not_even_opened(table, monkeypatch):
    monkeypatch.setattr(workbook, "LARGEST", 10)
    with pytest.raises(WorkbookRefused, match="请分成几个文件导入"):
        list(read_workbook(table))


def test_computing_without_end_is_ended_by_the_system(table, tmp_path, monkeypatch):
    spinning = "(SECONDS, SECONDS))\n    while True:\n        pass"
    child_with(monkeypatch, tmp_path, "(SECONDS, SECONDS))", spinning.replace("SECONDS", "1"))
    with pytest.raises(WorkbookRefused, match="过于庞大"):
        list(read_workbook(table))


def test_waiting_without_end_is_ended_by_the_clock(table, tmp_path, monkeypatch):
    child_with(
        monkeypatch,
        tmp_path,
        "    out = sys.stdout\n",
        "    __import__('time').sleep(60)\n    out = sys.stdout\n",
    )
    monkeypatch.setattr(workbook, "PATIENCE", 0.3)
    started = time.monotonic()
    with pytest.raises(WorkbookRefused, match="过于庞大"):
        list(read_workbook(table))
    assert time.monotonic() - started < 30
