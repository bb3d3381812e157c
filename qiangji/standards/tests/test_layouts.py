"""Tables as people lay them out, in every format that fits: each parses right or names its problem."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from docx import Document
from openpyxl import load_workbook

from qiangji.standards.tests.layouts.describe import Layout
from qiangji.standards.tests.layouts.every import BY_KEY, LAYOUTS, cases, read
from qiangji.standards.tests.layouts.expect import differences, folded, read_expectation
from qiangji.standards.tests.layouts.write import excel, word

CASES = [pytest.param(layout, name, id=f"{layout.key}-{name}") for layout, name in cases(LAYOUTS)]


@pytest.mark.parametrize(("layout", "name"), CASES)
def test_a_table_gives_what_is_written_beside_it(layout: Layout, name: str) -> None:
    found = differences(read_expectation(layout.expected), read(layout, name))
    assert not found, "\n".join([f"{layout.key} as {name}", *found])


def test_there_are_tables_enough_and_a_good_part_is_flawed() -> None:
    expected = [read_expectation(layout.expected) for layout in LAYOUTS]
    flawed = [one for one in expected if any(sure for _, _, sure in one.problems)]
    assert len(BY_KEY) == len(LAYOUTS) >= 120
    assert 10 * len(flawed) >= 3 * len(LAYOUTS)


def test_the_writers_make_real_merges() -> None:
    """Three rows of one part and a head over the whole width are one cell each, as an office program merges them."""
    book = load_workbook(io.BytesIO(excel(BY_KEY["three-levels-of-indicators"])))
    assert "A3:A5" in {str(area) for area in book.active.merged_cells.ranges}
    table = Document(io.BytesIO(word(BY_KEY["three-levels-of-indicators"]))).tables[0]
    assert table.cell(1, 0)._tc is table.cell(3, 0)._tc
    table = Document(io.BytesIO(word(BY_KEY["section-heads-as-merged-rows"]))).tables[0]
    assert table.cell(1, 0)._tc is table.cell(1, 3)._tc


@pytest.mark.parametrize(
    ("key", "status"),
    [("classic-with-points-column", 0), ("filled-in-copy", 0), ("part-sum-wrong-by-a-tenth", 1), ("no-parts-at-all", 0),
     ("heading-without-rows", 1)],
)  # fmt: skip
def test_an_error_and_only_an_error_ends_the_command_with_one(
    key: str, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(excel(BY_KEY[key]))
    found = 0
    try:
        call_command("standard", "parse", str(path), "--json")
    except SystemExit as end:
        found = int(end.code or 0)
    document = json.loads(capsys.readouterr().out)
    assert found == status
    assert any(problem["severity"] == "error" for problem in document["problems"]) == bool(status)


ORIGINS = [
    pytest.param(layout, layout.formats(("xlsx", "html", "docx", "tsv", "txt"))[0], id=layout.key)
    for layout in LAYOUTS
]


@pytest.mark.parametrize(("layout", "name"), ORIGINS)
def test_every_criterion_and_part_knows_the_row_it_was_read_from(layout: Layout, name: str) -> None:
    parsed = read(layout, name)
    for criterion in parsed.criteria():
        assert criterion.origin is not None, criterion.text
        row = folded("".join(parsed.original[criterion.origin].cells))
        assert (
            folded(criterion.text)[:4] in row or folded(criterion.text)[-2:] in row
        )  # a page break may part it
    for section in parsed.sections:
        if section.origin is not None and section.title != "全部条目":
            row = folded(
                "".join(parsed.original[section.origin].cells) + parsed.original[section.origin].where
            )
            assert folded(section.title)[:1] in row
    assert all(p.origin is None or 0 <= p.origin < len(parsed.original) for p in parsed.problems)
