"""The left side of the workshop: the file's rows as they stood, with their numbers, each leading to what was read of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qiangji.standards.workshop.selectors import PageLine

NUMBERED = re.compile(r"(?P<name>.*?)第\s*(?P<number>\d+)\s*行")


@dataclass(frozen=True)
class LineView:
    """One row; its last cell spans the columns that wider rows have. `target` is the key of what was read of it."""

    index: int
    number: str
    where: str
    cells: tuple[str, ...]
    span: int
    target: str


@dataclass
class Block:
    """Rows that count together: a table, a sheet, or the lines around."""

    name: str
    lines: list[LineView] = field(default_factory=list)


def wheres_of(lines: Sequence[PageLine]) -> tuple[str, ...]:
    """Return how each line of the original is named."""
    return tuple(line.where or f"第 {line.index + 1} 行" for line in lines)


def blocks_of(lines: Sequence[PageLine]) -> tuple[list[Block], int]:
    """Return the rows in their blocks, and the number of columns of the widest row."""
    columns = max((len(line.cells) for line in lines), default=1) or 1
    blocks: list[Block] = []
    for line, where in zip(lines, wheres_of(lines), strict=True):
        match = NUMBERED.fullmatch(where)
        name, number = (match["name"].strip(), match["number"]) if match else ("", str(line.index + 1))
        if not blocks or blocks[-1].name != name:
            blocks.append(Block(name))
        cells = line.cells or ("",)
        span = columns - len(cells) + 1
        blocks[-1].lines.append(LineView(line.index, number, where, cells, span, target_of(line)))
    return blocks, columns


def target_of(line: PageLine) -> str:
    """Return what to jump to from a line: the first criterion read from it, else whatever was."""
    return next((key for key in line.keys if key.startswith("c")), next(iter(line.keys), ""))
