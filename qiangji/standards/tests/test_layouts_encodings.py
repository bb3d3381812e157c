"""The same table in every encoding, line ending and container gives the same."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from qiangji.standards.reader import parse_bytes, parse_file, parse_pasted
from qiangji.standards.tests.layouts.every import BY_KEY, read
from qiangji.standards.tests.layouts.expect import differences, read_expectation
from qiangji.standards.tests.layouts.write import WRITERS, aligned, barred, copied, flattened, web

KEYS = (
    "classic-with-points-column",
    "section-and-group-heads-as-merged-rows",
    "brackets-of-every-kind",
    "deduct-in-a-column-of-its-own",
    "part-sum-wrong-with-points-column",
)
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
TEXTS = {"txt": flattened, "tsv": copied}
OFFICE = shutil.which("soffice")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("key", KEYS)
def test_text_in_every_encoding(key: str, name: str, encoding: str, ending: str) -> None:
    text = TEXTS[name](BY_KEY[key]).replace("\n", ending)
    parsed = parse_bytes(text.encode(encoding), filename="表.txt")
    assert differences(read_expectation(BY_KEY[key].expected), parsed) == []


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_page_in_its_declared_encoding(encoding: str) -> None:
    layout = BY_KEY["three-levels-of-indicators"]
    page = web(layout).replace("charset='utf-8'", f"charset='{encoding}'")
    parsed = parse_bytes(page.encode(encoding), filename="表.html")
    assert differences(read_expectation(layout.expected), parsed) == []


@pytest.mark.parametrize("suffix", ["txt", "md", "csv", ""])
def test_the_content_of_a_text_decides_not_its_name(suffix: str) -> None:
    layout = BY_KEY["classic-with-points-column"]
    parsed = parse_bytes(barred(layout).encode(), filename=f"表.{suffix}".rstrip("."))
    assert differences(read_expectation(layout.expected), parsed) == []


@pytest.mark.parametrize("key", ["classic-with-points-column", "tenths", "part-sum-wrong-by-a-tenth"])
def test_columns_kept_apart_by_blanks(key: str) -> None:
    parsed = parse_bytes(aligned(BY_KEY[key]).encode(), filename="表.txt")
    assert differences(read_expectation(BY_KEY[key].expected), parsed) == []


@pytest.mark.parametrize("key", ["three-levels-of-indicators", "deduct-in-a-column-of-its-own"])
def test_what_is_pasted_into_the_page(key: str) -> None:
    for text in (web(BY_KEY[key]), copied(BY_KEY[key]), barred(BY_KEY[key])):
        assert differences(read_expectation(BY_KEY[key].expected), parse_pasted(text)) == []


@pytest.mark.parametrize("name", ["docx", "xlsx"])
def test_the_content_of_a_package_decides_not_its_name(name: str) -> None:
    layout = BY_KEY["three-levels-of-indicators"]
    _, write = WRITERS[name]
    for filename in ("表.txt", "表", "表.DOCX", "表.XLSX"):
        parsed = parse_bytes(write(layout), filename=filename)
        assert differences(read_expectation(layout.expected), parsed) == [], filename


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="there is no LibreOffice on this machine, which .doc files need")
def test_an_old_word_file_gives_the_same_as_a_new_one(tmp_path: Path) -> None:
    layout = BY_KEY["part-group-criterion-with-all-the-trimmings"]
    (tmp_path / "table.docx").write_bytes(WRITERS["docx"][1](layout))
    # Straight from .docx LibreOffice writes no table at all into a .doc; by way of .odt it does.
    for form, suffix in (("odt", "docx"), ("doc:MS Word 97", "odt")):
        command = [str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
        command += ["--convert-to", form, "--outdir", str(tmp_path), str(tmp_path / f"table.{suffix}")]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    parsed = parse_file(tmp_path / "table.doc")
    assert differences(read_expectation(layout.expected), parsed) == []
    assert parsed.as_json()["sections"] == read(layout, "docx").as_json()["sections"]
