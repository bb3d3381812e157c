"""`standard export`: each format into a file, text also to the screen, and a refusal that says what to do."""

import io
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from docx import Document
from openpyxl import load_workbook

from qiangji.standards.export.tests.worlds import every_way, stored
from qiangji.standards.reader import parse_bytes

pytestmark = pytest.mark.django_db


def run(*args: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("standard", "export", *map(str, args), stdout=out, stderr=err)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def edition() -> None:
    stored(every_way())


def test_word_and_excel_go_into_a_file(tmp_path: Path) -> None:
    for suffix in ("docx", "xlsx"):
        path = tmp_path / f"表.{suffix}"
        status, out, said = run("tiny@2026", "--format", suffix, "--output", path)
        assert (status, out, said) == (0, "", f"已写入 {path}。\n")
    assert len(Document(tmp_path / "表.docx").tables[0].rows) == 13
    assert load_workbook(tmp_path / "表.xlsx").active["A1"].value == "小样标准"


def test_yaml_goes_to_the_screen_and_reads_back() -> None:
    status, out, _ = run("tiny")
    assert status == 0
    assert parse_bytes(out.encode(), filename="a.yaml").as_json()["counts"]["criteria"] == 9


def test_what_is_no_text_does_not_go_to_the_screen() -> None:
    status, out, said = run("tiny", "--format", "docx")
    assert (status, out) == (2, "")
    assert "--output" in said


def test_what_is_no_text_goes_to_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", stream)
    call_command("standard", "export", "tiny", "--format", "xlsx")
    assert load_workbook(io.BytesIO(stream.buffer.getvalue())).active["A2"].value == "项目"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    status, _, said = run("tiny", "--format", "xlsx", "--output", tmp_path / "无" / "表.xlsx")
    assert status == 2
    assert "无法写入" in said


def test_an_unknown_edition_is_named() -> None:
    status, _, said = run("tiny@1999", "--format", "docx", "--output", "x.docx")
    assert status == 2
    assert "tiny@1999" in said
