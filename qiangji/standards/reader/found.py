"""What a reader of a file format hands over: the tables, and what it noticed while finding them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qiangji.standards.reader.cells import RawTable, Unreadable
from qiangji.standards.reader.tree import ParsedStandard, Problem

LONGEST_CELL = 50_000
MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class Found:
    """The tables of a file in its order, and the problems that only the reader of the format can see."""

    tables: tuple[RawTable, ...]
    problems: tuple[Problem, ...] = ()


def check_texts(tables: tuple[RawTable, ...]) -> None:
    """Refuse what holds more text than a scoring table can, before anybody tries to understand it."""
    most = 0
    for table in tables:
        most += sum(len(line) for line in (*table.before, *table.after))
        for row in table.rows:
            longest = max((len(cell.text) for cell in row.cells), default=0)
            if longest > LONGEST_CELL:
                raise Unreadable(
                    f"{row.where}有一格超过 {LONGEST_CELL // 10_000} 万字，不像一张量化表，请核对文件"
                )
            most += sum(len(cell.text) for cell in row.cells)
    if most > MOST_CHARACTERS:
        raise Unreadable(f"文字超过 {MOST_CHARACTERS // 10_000} 万，不像一张量化表，请只保留量化表后再试")


def with_problems(parsed: ParsedStandard, problems: tuple[Problem, ...]) -> ParsedStandard:
    """Put the format's problems before the interpreter's, each beside the original line it speaks of."""
    lines = {line.where: index for index, line in reversed(list(enumerate(parsed.original)))}
    parsed.problems[:0] = [replace(problem, origin=lines.get(problem.where)) for problem in problems]
    return parsed
