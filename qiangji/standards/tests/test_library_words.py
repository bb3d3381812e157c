"""The library says everything in our own words: no run of sixteen characters is a document's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qiangji.standards.loader import library_dir
from qiangji.standards.tests.tables import PROJECT, policy_file
from qiangji.standards.yaml_source import read_yaml

LONGEST_SHARED = 15  # characters; a run of 16 would be the document's sentence, not a name
NAMES = {"document", "number", "issuer"}  # official names and numbers of documents are names, however long
DOCUMENTS = ("000", "001", "002", "003", "004")


def sentences(data: Any, key: str = "") -> Iterator[str]:
    """Every text of a YAML file but the names of documents."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from sentences(value, name)
    elif isinstance(data, list):
        for item in data:
            yield from sentences(item, key)
    elif isinstance(data, str) and key not in NAMES:
        yield data


def runs(text: str) -> set[str]:
    """Every run of sixteen characters with a Chinese one among them."""
    bare = re.sub(r"\s", "", text)
    found = {bare[i : i + LONGEST_SHARED + 1] for i in range(len(bare) - LONGEST_SHARED)}
    return {run for run in found if not run.isascii()}


@pytest.fixture(scope="module")
def documents() -> set[str]:
    """Every run of sixteen characters in the five documents."""
    found = [path for number in DOCUMENTS if (path := policy_file(number)) is not None]
    if len(found) < len(DOCUMENTS):
        pytest.skip("the policy documents are not beside this checkout")
    return set().union(*(runs(path.read_text(encoding="utf-8")) for path in found))


def written_files() -> list[Path]:
    """The files of the library and the pages that tell about it."""
    return sorted(
        [*library_dir().rglob("*.yaml"), *library_dir().glob("*.md"), *PROJECT.glob("docs/recipes/*.md")]
    )


@pytest.mark.parametrize("path", written_files(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_sentence_of_the_documents_is_in_the_library(path: Path, documents: set[str]) -> None:
    texts = sentences(read_yaml(path).data) if path.suffix == ".yaml" else path.read_text("utf-8").split("\n")
    assert sorted(documents & set().union(*map(runs, texts))) == []


def test_titles_are_short_and_notes_end_as_sentences() -> None:
    """A person reads the library as a table: a title fits a cell, a note is a sentence."""
    wrong = [
        (path.name, criterion["code"])
        for path in sorted(library_dir().glob("*/*/[0-9]*.yaml"))
        for group in read_yaml(path).data["groups"]
        for criterion in group["criteria"]
        if len(criterion["title"]) > 24
        or not criterion.get("note", "。").endswith("。")
        or not criterion.get("place")
    ]
    assert wrong == []


def test_every_file_of_the_library_opens_in_words_a_reader_of_chinese_understands() -> None:
    heads = [
        *library_dir().glob("*/*/index.yaml"),
        library_dir() / "sources.yaml",
        library_dir() / "figures.yaml",
    ]
    unsaid = [
        path for path in heads if not re.match(r"# .*[\u4e00-\u9fff]", path.read_text(encoding="utf-8"))
    ]
    assert unsaid == []
