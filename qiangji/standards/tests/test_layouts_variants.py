"""What changes nothing of a table changes nothing of its reading: widths, blanks, broken lines, empty rows and columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from qiangji.standards.tests.layouts.describe import ABOVE, LEFT, Grid, Layout
from qiangji.standards.tests.layouts.every import BY_KEY, read
from qiangji.standards.tests.layouts.expect import folded

KEYS = (
    "part-group-criterion-with-all-the-trimmings",
    "section-and-group-heads-as-merged-rows",
    "parts-with-and-without-groups",
    "brackets-of-every-kind",
    "many-criteria-in-one-cell-on-one-line",
    "subtotals-after-every-part",
    "vetoes-numbered-with-circles-in-a-row",
    "deduct-in-a-column-of-its-own",
    "part-sum-wrong-with-points-column",
    "missing-points-in-the-column",
)
FULL = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
_POINTS = re.compile(r"（\s*([\d.]+)\s*分\s*）")
_TWO_WORDS = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?=[\u4e00-\u9fff]{2})")
_MARKS = {ABOVE, LEFT, ""}


def in_cells(change: Callable[[str], str]) -> Callable[[Layout], Layout]:
    """A change of every cell's text; lines outside and merge marks stay."""

    def changed(layout: Layout) -> Layout:
        lines = []
        for line in layout.drawn.split("\n"):
            if not line.strip().startswith("|"):
                lines.append(line)
                continue
            row = [cell.strip() for cell in line.strip().strip("|").split("|")]
            lines.append(drawn_row([cell if cell in _MARKS else change(cell) for cell in row]))
        return replace(layout, drawn="\n".join(line.strip() for line in lines))

    return changed


def drawn_row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def broken(text: str) -> str:
    """The text with one line broken between two words, as a narrow column does."""
    found = _TWO_WORDS.search(text)
    return text if found is None else f"{text[: found.start()]}¶{text[found.start() :]}"


def with_rows(layout: Layout, row_below: Callable[[list[str], list[str]], list[list[str]]]) -> Layout:
    """The table with rows put below each row by a function of it and of the next one."""
    lines: list[str] = []
    for block in layout.sheets[0].blocks:
        if not isinstance(block, Grid):
            lines.append(block)
            continue
        for row, following in zip(block.rows, [*block.rows[1:], []], strict=True):
            lines += [drawn_row(row), *map(drawn_row, row_below(row, following))]
    return replace(layout, drawn="\n".join(lines))


def empty_row(row: list[str], following: list[str]) -> list[list[str]]:
    """An empty row that vertical merges run through."""
    return [[ABOVE if cell == ABOVE else "" for cell in (following or [""] * len(row))]]


def empty_column(layout: Layout) -> Layout:
    """The table with an empty column at its right; what was merged to the edge still is."""
    lines = []
    for block in layout.sheets[0].blocks:
        rows = block.rows if isinstance(block, Grid) else []
        lines += [block] if isinstance(block, str) else []
        lines += [drawn_row([*row, LEFT if row[-1] == LEFT else ""]) for row in rows]
    return replace(layout, drawn="\n".join(lines))


VARIANTS: dict[str, tuple[Callable[[Layout], Layout], str]] = {
    "full-width-figures": (in_cells(lambda text: text.translate(FULL)), "docx xlsx txt tsv html bars"),
    "half-width-brackets": (
        in_cells(lambda text: text.replace("（", "(").replace("）", ")")),
        "docx xlsx txt tsv html bars",
    ),
    "square-brackets-for-points": (
        in_cells(lambda text: _POINTS.sub(r"[\1分]", text)),
        "docx xlsx txt tsv html bars",
    ),
    "half-width-marks": (
        in_cells(lambda text: text.replace("；", ";").replace("，", ",").replace("：", ":")),
        "docx xlsx txt tsv html bars",
    ),
    "blanks-in-points": (
        in_cells(lambda text: _POINTS.sub("（ \\1\u3000分 ）", text)),
        "docx xlsx txt tsv html bars",
    ),
    "blanks-around": (in_cells(lambda text: f"\u3000{text}\u00a0"), "docx xlsx txt html"),
    "broken-lines": (in_cells(broken), "docx xlsx txt tsv html"),
    "empty-line-at-the-end-of-cells": (in_cells(lambda text: f"{text}¶"), "docx xlsx html"),
    "empty-rows": (lambda layout: with_rows(layout, empty_row), "docx xlsx html tsv"),
    "empty-column": (empty_column, "docx xlsx html tsv bars"),
}
CASES = [
    pytest.param(BY_KEY[key], variant, name, id=f"{variant}-{key}-{name}")
    for variant, (_, names) in VARIANTS.items()
    for key in KEYS
    for name in names.split()
    if name in BY_KEY[key].formats(tuple(names.split()))
]


@cache
def plain_reading(key: str, name: str) -> object:
    return understood(BY_KEY[key], name)


def understood(layout: Layout, name: str) -> object:
    """The reading without widths and blanks; problems without the place in the file."""
    document = read(layout, name).as_json()
    document["problems"] = sorted((p["severity"], p["message"]) for p in document["problems"])

    def fold(value: object) -> object:
        if isinstance(value, dict):
            return {key: fold(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [fold(one) for one in value]
        return folded(value).replace("[", "(").replace("]", ")") if isinstance(value, str) else value

    return fold(document)


@pytest.mark.parametrize(("layout", "variant", "name"), CASES)
def test_what_means_nothing_changes_nothing(layout: Layout, variant: str, name: str) -> None:
    change, _ = VARIANTS[variant]
    before = plain_reading(layout.key, name)
    assert isinstance(before, dict)
    assert before["counts"]["criteria"] > 0
    assert understood(change(layout), name) == before
