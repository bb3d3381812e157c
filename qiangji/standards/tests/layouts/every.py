"""All families together."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

from qiangji.standards.reader import excel, parse_bytes, sheets_process
from qiangji.standards.reader.tree import ParsedStandard
from qiangji.standards.tests.layouts import (
    columns,
    flawed_points,
    flawed_scoring,
    flawed_words,
    hard_ones,
    numbering,
    outlines,
    points,
    scoring,
    several_tables,
    structure,
    surroundings,
    traps,
)
from qiangji.standards.tests.layouts.describe import Layout
from qiangji.standards.tests.layouts.write import FORMATS, WRITERS

SOUND = [
    hard_ones,
    traps,
    columns,
    structure,
    several_tables,
    points,
    numbering,
    surroundings,
    scoring,
    outlines,
]
FLAWED = [flawed_points, flawed_scoring, flawed_words]
LAYOUTS: list[Layout] = [layout for family in [*SOUND, *FLAWED] for layout in family.LAYOUTS]
BY_KEY = {layout.key: layout for layout in LAYOUTS}


def cases(layouts: list[Layout]) -> list[tuple[Layout, str]]:
    """Each table with each format that it is written in."""
    return [(layout, name) for layout in layouts for name in layout.formats(FORMATS)]


def read(layout: Layout, name: str) -> ParsedStandard:
    """Write a table in a format and read it; workbooks without the child process, which takes longer than the reading."""
    filename, write = WRITERS[name]
    with mock.patch.object(excel, "_contents", _opened_here):
        return parse_bytes(write(layout), filename=filename)


def _opened_here(data: bytes) -> dict[str, Any]:
    book: dict[str, Any] = json.loads(json.dumps(sheets_process.read(data)))
    return book
