"""The small language in which the tables of the tests are drawn.

A line that begins with a bar is a row of cells, `¶` breaks a line inside a cell, `^` continues the cell
above, `<` the cell to the left. `---` parts two tables, `=== name` begins another sheet, every other line
is a line of text above, between or below the tables. `«name»` in a cell stands for a nested table.

    青松医院评分表（满分3分）
    | 项目        | 具体标准         | 得分 |
    | 导诊（3分） | 1.有人值守（2分） |      |
    | ^           | 2.有登记（1分）   |      |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from textwrap import dedent

BREAK, ABOVE, LEFT = "¶", "^", "<"


@dataclass(frozen=True)
class Box:
    """A cell with all it covers; `text` has its line breaks."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


@dataclass
class Grid:
    """The rows of one table, as drawn."""

    rows: list[list[str]] = field(default_factory=list)

    @property
    def width(self) -> int:
        return max(len(row) for row in self.rows)

    @cached_property
    def boxes(self) -> list[Box]:
        """The cells in reading order, merged as the marks say."""
        owner: dict[tuple[int, int], tuple[int, int]] = {}
        for r, row in enumerate(self.rows):
            for c in range(self.width):
                mark = row[c] if c < len(row) else ""
                source = {ABOVE: (r - 1, c), LEFT: (r, c - 1)}.get(mark, (r, c))
                owner[r, c] = owner.get(source, source)
        found = []
        for r, c in (place for place, own in owner.items() if place == own):
            covered = [place for place, own in owner.items() if own == (r, c)]
            rows, columns = max(p[0] for p in covered) - r + 1, max(p[1] for p in covered) - c + 1
            assert len(covered) == rows * columns, f"merged cells form no rectangle: {self.rows[r]}"
            text = self.rows[r][c] if c < len(self.rows[r]) else ""
            found.append(Box(r, c, rows, columns, text.replace(BREAK, "\n")))
        return found

    def box_at(self, row: int, column: int) -> Box | None:
        """The cell that covers a place."""
        for box in self.boxes:
            if box.row <= row < box.row + box.rows and box.column <= column < box.column + box.columns:
                return box
        return None


@dataclass
class Sheet:
    """Lines and tables in the order of the page; Word and text have one such page, Excel may have several."""

    name: str
    blocks: list[str | Grid] = field(default_factory=list)


def read_description(text: str) -> list[Sheet]:
    """Turn a drawing into sheets of lines and grids."""
    sheets = [Sheet("Sheet1")]
    grid: Grid | None = None
    for line in dedent(text).strip("\n").split("\n"):
        stripped = line.strip()
        if stripped.startswith("==="):
            name = stripped.strip("= ")
            sheets = [*sheets, Sheet(name)] if sheets[-1].blocks else [Sheet(name)]
            grid = None
        elif stripped.startswith("|"):
            if grid is None:
                grid = Grid()
                sheets[-1].blocks.append(grid)
            grid.rows.append([cell.strip() for cell in stripped.strip("|").split("|")])
            if stripped.endswith("||"):  # the bars at the end are empty cells, not the frame
                grid.rows[-1] += [""] * (len(stripped) - len(stripped.rstrip("|")) - 1)
        else:
            grid = None
            if stripped and stripped != "---":
                sheets[-1].blocks.append(stripped)
    return sheets


@dataclass(frozen=True)
class Layout:
    """One table of the tests: how it is drawn, what must come of it, and in which formats it makes sense."""

    key: str
    drawn: str
    expected: str
    only: str = ""
    but: str = ""
    nested: dict[str, str] = field(default_factory=dict)

    @property
    def sheets(self) -> list[Sheet]:
        return read_description(self.drawn)

    def inner(self, name: str) -> Grid:
        """The nested table of that name."""
        (grid,) = read_description(self.nested[name])[0].blocks
        assert isinstance(grid, Grid)
        return grid

    def formats(self, every: tuple[str, ...]) -> list[str]:
        """The formats this table is written in."""
        if self.only:
            assert set(self.only.split()) <= set(every), self.only
            return self.only.split()
        unfit = set(self.but.split())
        if len(self.sheets) > 1:
            unfit |= {"txt", "tsv", "bars", "html"}
        if self.nested:
            unfit |= {"txt", "tsv", "bars", "xlsx"}
        if BREAK in self.drawn or "tsv" in unfit:  # bars know no breaks and, like copied cells, no merges
            unfit.add("bars")
        return [name for name in every if name not in unfit]
