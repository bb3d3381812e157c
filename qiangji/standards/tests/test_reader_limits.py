"""Whatever is uploaded ends in a message, within two seconds of computing and 300 MB."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qiangji.standards.reader import files, parse_bytes, parse_file
from qiangji.standards.reader.tree import ParsedStandard
from qiangji.standards.tests.hostile import (
    FILES,
    MEGABYTES,
    SECONDS,
    good_files,
    parsed_within,
    spoiled,
    spoiled_inside,
    write,
)
from qiangji.standards.tests.packages import archive
from qiangji.standards.tests.tables import PROJECT, flattened, small_table, word_document

GOOD = good_files()
PACKAGES = ("docx", "xlsx")
ROUNDS = {"docx": 70, "xlsx": 40, "html": 80, "txt": 80}


def says_something(parsed: ParsedStandard) -> bool:
    """Whether there is a standard or an error, and all of it can be printed."""
    document = json.loads(json.dumps(parsed.as_json(), ensure_ascii=False).encode("utf-8", "replace"))
    return bool(document["sections"]) or parsed.has_errors


def survived(form: str, spoil: Callable[[bytes, random.Random], bytes], rounds: int, seed: int) -> int:
    """Read so many spoiled files; return how many of them still gave a standard."""
    dice = random.Random(f"{form} {seed}")
    good = 0
    for _ in range(rounds):
        data = spoil(GOOD[form], dice)
        parsed = parsed_within(data, f"表.{form}")
        assert says_something(parsed), data[:2000]
        good += bool(parsed.sections)
    return good


@pytest.mark.parametrize("form", GOOD)
def test_the_files_that_are_spoiled_are_good(form: str) -> None:
    assert parse_bytes(GOOD[form], filename=f"表.{form}").sections


@pytest.mark.slow
@pytest.mark.parametrize("form", GOOD)
def test_spoiled_files_end_in_a_message(form: str) -> None:
    assert survived(form, spoiled, ROUNDS[form], seed=1) < ROUNDS[form]


@pytest.mark.slow
@pytest.mark.parametrize("form", PACKAGES)
def test_spoiled_parts_of_whole_packages_end_in_a_message(form: str) -> None:
    assert survived(form, spoiled_inside, ROUNDS[form], seed=2) < ROUNDS[form]


def read_harmful(folder: Path, form: str, *, heavy: bool) -> tuple[dict[str, list[str] | None], float]:
    """Read the harmful files of a format in a process of their own: the first message of each, and the memory held."""
    write(folder, form, heavy=heavy)
    command = [sys.executable, "-m", "qiangji.standards.tests.hostile", str(folder)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=300)
    told = json.loads(done.stdout)
    return told["files"], told["megabytes"]


@pytest.mark.slow
@pytest.mark.parametrize("form", FILES)
def test_harmful_files_end_in_a_message_within_the_limits(form: str, tmp_path: Path) -> None:
    told, megabytes = read_harmful(tmp_path, form, heavy=False)
    assert len(told) >= 2
    assert [name for name, messages in told.items() if not messages] == []
    assert megabytes < MEGABYTES


@pytest.mark.drill
@pytest.mark.parametrize("form", GOOD)
def test_long_fuzzing(form: str, record_property: Callable[[str, object], None]) -> None:
    rounds = 400 if form == "xlsx" else 3000
    record_property(
        "promised", f"{rounds} spoiled .{form} files end in a message within {SECONDS} s of computing"
    )
    good = survived(form, spoiled, rounds, seed=3)
    if form in PACKAGES:
        good += survived(form, spoiled_inside, rounds, seed=4)
    record_property("happened", f"all did; {good} could still be read")


@pytest.mark.drill
@pytest.mark.parametrize("form", FILES)
def test_all_harmful_files(form: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    promised = f"harmful .{form} files end in a message within {SECONDS} s of computing and {MEGABYTES} MB"
    record_property("promised", promised)
    told, megabytes = read_harmful(tmp_path, form, heavy=True)
    silent = [name for name, messages in told.items() if not messages]
    record_property("happened", f"{len(told)} files, {megabytes:.0f} MB, without message: {silent or 'none'}")
    assert silent == []
    assert megabytes < MEGABYTES


def only_error(data: bytes, name: str) -> str:
    parsed = parse_bytes(data, filename=name)
    assert parsed.sections == []
    assert [problem.severity for problem in parsed.problems] == ["error"]
    return parsed.problems[0].message


@pytest.mark.parametrize(
    "name", ["表.docx", "表.xlsx", "表.txt", "表.html", "表.doc", "表.xls", "表.rtf", "表"]
)
@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b" \r\n\t"])
def test_an_empty_file_is_said_to_be_empty(name: str, data: bytes) -> None:
    assert "空的" in only_error(data, name)


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"%PDF-1.7", "表.docx", "PDF"),
        (b"\x89PNG\r\n", "表.xlsx", "图片"),
        (b"Rar!\x1a\x07", "表.docx", "解压"),
        (b"MIME-Version: 1.0", "表.doc", "网页"),
        (b"x", "表.docm", "宏"),
        (b"x", "表.xlsb", ".xlsx"),
        (b"plain", "表.docx", "不是 Word 文档"),
        (b"plain", "表.xlsx", "不是 Excel 工作簿"),
        (archive({"a.txt": "x"}), "表.zip", "压缩包"),
        (archive({"a.txt": "x"}), "表.docx", "压缩包"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(data: bytes, name: str, word: str) -> None:
    assert word in only_error(data, name)


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "表.docx"
    with path.open("wb") as file:
        file.truncate(files.MOST_BYTES + 1)
    assert "20 MB 的上限" in parse_file(path).problems[0].message
    assert "20 MB 的上限" in only_error(b"x" * (files.MOST_BYTES + 1), "表.txt")


def test_more_text_than_a_table_can_hold_is_refused() -> None:
    assert "第 2 行有一格超过 5 万字" in only_error(
        f"项目\t具体标准\n班子\t{'甲' * 50_001}".encode(), "表.txt"
    )
    wide = "".join(f"班子{i}\t{'a' * 4_000}\n" for i in range(300))
    assert "文字超过 100 万" in only_error(f"项目\t具体标准\n{wide}".encode(), "表.txt")


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    assert "不是一个文件" in parse_file(tmp_path).problems[0].message
    assert "不是一个文件" in parse_file(Path("/dev/zero")).problems[0].message
    assert "无法读取" in parse_file(tmp_path / "没有.docx").problems[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_word_document_called_text_and_text_called_nothing_are_known_by_their_content(
    encoding: str,
) -> None:
    wanted = parse_bytes(word_document(small_table()), filename="表.docx").as_json()
    assert parse_bytes(word_document(small_table()), filename="表.txt").as_json() == wanted
    assert parse_bytes(flattened(small_table()).encode(encoding), filename="表").as_json() == wanted
