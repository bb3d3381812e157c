"""Which column means what, told by the heading, and each row's cells sorted by that.

A heading may take two rows (考核指标 over 一级指标 and 二级指标) and may come again on each page. Rows are
read by grid columns where the file has them; flattened text has none and is counted from the right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from qiangji.standards.reader.cells import Cell, Row
from qiangji.standards.reader.columns import Role, heading_name, is_common, role_of
from qiangji.standards.reader.wording import POINTS_MARK, compact, normal_widths

METHOD_AS_CRITERIA = ("评分", "考评", "计分", "赋分", "打分")
_FIGURE_ALONE = re.compile(r"\d{1,4}(?:\.\d{1,2})?分?")


@dataclass(frozen=True)
class Column:
    """A column of the heading: what it holds, its grid columns (or its place among the cells)."""

    name: str
    role: Role | None
    rank: int
    start: int
    end: int


@dataclass
class Fields:
    """A row's cells by what they hold. `titles` are the cells of parts and groups with their level."""

    serial: Cell | None = None
    titles: list[tuple[float, Cell]] = field(default_factory=list)
    words: Cell | None = None
    points: Cell | None = None
    title_points: Cell | None = None
    group_points: Cell | None = None
    method: Cell | None = None
    evidence: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    results: list[Cell] = field(default_factory=list)
    unknown: list[tuple[str, Cell]] = field(default_factory=list)
    cut_short: bool = False
    whole: Cell | None = None


@dataclass(frozen=True)
class Layout:
    """The columns of a table, which of them holds the criteria, and which the titles from wide to narrow."""

    columns: tuple[Column, ...]
    criteria: int
    titles: tuple[int, ...]
    method: int | None
    points: int | None
    title_points: int | None
    group_points: int | None
    grid: bool
    height: int = 1

    @property
    def columns_after(self) -> int:
        """How many columns stand right of the criteria."""
        return len(self.columns) - self.criteria - 1

    @property
    def heading_index(self) -> int:
        """The place of the criteria among the heading's cells."""
        return self.criteria

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def has(self, role: Role) -> bool:
        return any(column.role is role for column in self.columns)

    def fields(self, row: Row) -> Fields:
        """Sort a row's cells by the columns."""
        placed = self._by_grid(row) if self.grid else self._by_count(row)
        found = Fields()
        for level, index, cell in placed:
            self._put(found, level, index, cell)
        found.cut_short = not self.grid and len(row.cells) < len(self.columns)
        own = [cell for cell in row.cells if not cell.is_blank and not cell.continued]
        found.whole = own[0] if len(own) == 1 else None
        return found

    def spans_criteria(self, cell: Cell) -> bool:
        """Whether a merged cell runs over the column of the criteria from a column left of it."""
        column = self.columns[self.criteria]
        at = cell.column or 0
        return self.grid and at < column.start < at + cell.span

    def _by_grid(self, row: Row) -> Iterator[tuple[float, int, Cell]]:
        criteria = self.columns[self.criteria]
        for cell in row.cells:
            start = cell.column or 0
            end = start + cell.span
            covered = [i for i, c in enumerate(self.columns) if min(end, c.end) > max(start, c.start)]
            if not covered:
                continue
            index = covered[0]
            if self.criteria in covered and end > criteria.start:
                index = self.criteria
            elif not set(covered) <= set(self.titles):
                index = max(
                    covered, key=lambda i: min(end, self.columns[i].end) - max(start, self.columns[i].start)
                )
            inside = 0.5 if index in self.titles and start > self.columns[index].start else 0.0
            yield inside, index, cell

    def _by_count(self, row: Row) -> Iterator[tuple[float, int, Cell]]:
        cells = list(row.cells)
        at = len(cells) - 1 - self.columns_after
        if at < 1 and len(self.columns) > 1:
            while cells and cells[-1].is_blank:
                cells.pop()
            fillable = all(
                c.role not in {Role.POINTS, Role.METHOD} for c in self.columns[self.criteria + 1 :]
            )
            at = len(cells) - 1 if fillable else min(self.criteria, len(cells) - 1)
        lead = cells[: max(at, 0)]
        yield from self._lead(lead)
        for offset, cell in enumerate(cells[max(at, 0) :]):
            if self.criteria + offset < len(self.columns):
                yield 0.0, self.criteria + offset, cell

    def _lead(self, lead: list[Cell]) -> Iterator[tuple[float, int, Cell]]:
        """The cells left of the criteria; one more than headings is a group under a heading for two."""
        missing = len(lead) - self.criteria
        if missing <= 0:
            before = range(self.criteria)
            if missing < 0 and lead and self.has(Role.SERIAL) and len(self.titles) >= len(lead):
                before = range(1, self.criteria)
            yield from ((0.0, index, cell) for index, cell in zip(before, lead, strict=False))
            return
        wide = self.titles[0] if self.titles else max(self.criteria - 1, 0)
        for place, cell in enumerate(lead):
            if place <= wide:
                yield 0.0, place, cell
            elif place <= wide + missing:
                yield 0.5 * (place - wide) / missing, wide, cell
            else:
                yield 0.0, place - missing, cell

    def _put(self, found: Fields, level: float, index: int, cell: Cell) -> None:
        role = self.columns[index].role
        if index == self.criteria:
            found.words = cell if found.words is None else _both(found.words, cell)
        elif index in self.titles:
            found.titles.append((self.titles.index(index) + level, cell))
        elif index == self.points:
            found.points = cell
        elif index == self.title_points:
            found.title_points = cell
        elif index == self.group_points:
            found.group_points = cell
        elif index == self.method:
            found.method = cell
        elif role is Role.SERIAL:
            found.serial = found.serial or cell
        elif role is Role.RESULT:
            found.results.append(cell)
        elif not cell.is_blank and not cell.continued:
            text = normal_widths(cell.text).strip()
            if role is Role.EVIDENCE:
                found.evidence.append(text)
            elif role is Role.NOTE:
                found.notes.append(f"{self.columns[index].name}：{text}")
            else:
                found.unknown.append((self.columns[index].name, cell))


def _both(first: Cell, second: Cell) -> Cell:
    return replace(
        first, text=f"{first.text}\n{second.text}".strip(), continued=first.continued and second.continued
    )


def layout_of(row: Row) -> Layout | None:
    """Read a row as the heading row; None where it is not one."""
    return _layout(_columns([row]), row, height=1)


def heading_at(rows: Sequence[Row], index: int) -> Layout | None:
    """Read the heading that begins at a row, over two rows where the second names the halves of the first."""
    row = rows[index]
    below = rows[index + 1] if index + 1 < len(rows) else None
    if below is not None and _names_halves(row, below):
        both = _layout(_columns([row, below]), row, height=2)
        if both is not None:
            return both
    return layout_of(row)


def _names_halves(row: Row, below: Row) -> bool:
    """Whether the lower row only has heading words, under cells of the upper one that are wider."""
    own = [cell for cell in below.cells if not cell.is_blank and not cell.continued]
    if not own or any(cell.column is None for cell in (*row.cells, *below.cells)):
        return False
    words = [cell for cell in row.cells if not cell.is_blank]
    if len(words) < 2 or not any(role_of(cell.text) for cell in words):
        return False
    if not all(role_of(cell.text) or len(compact(cell.text)) <= 4 for cell in own):
        return False
    if not any(role_of(cell.text) for cell in own):
        return False
    blank = {c.column for c in row.cells if c.is_blank and not c.continued}
    if len(own) > 1 and all(role_of(cell.text) for cell in own) and any(cell.column in blank for cell in own):
        return True
    wide = [(c.column or 0, (c.column or 0) + c.span) for c in words if c.span > 1]
    return any(start <= (cell.column or 0) < end for cell in own for start, end in wide) or any(
        cell.continued for cell in below.cells
    )


def _columns(rows: Sequence[Row]) -> list[Column]:
    """The heading's columns; of two rows the lower names count where they are filled in."""
    top = rows[0].cells
    grid = all(cell.column is not None for cell in top) and bool(top)
    if not grid:
        return [_column(cell.text, i, i + 1) for i, cell in enumerate(top)]
    if len(rows) == 1:
        return _without_gaps([_column(c.text, c.column or 0, (c.column or 0) + c.span) for c in top])
    found: list[Column] = []
    lower = [c for c in rows[1].cells if not c.is_blank and not c.continued]
    for cell in top:
        start = cell.column or 0
        end = start + cell.span
        halves = [c for c in lower if start <= (c.column or 0) < end]
        if not halves:
            found.append(_column(cell.text, start, end))
        for half in halves:
            column = _column(half.text, half.column or 0, (half.column or 0) + half.span)
            inherited = role_of(cell.text)
            if column.role is None and inherited:
                column = replace(column, role=inherited[0], rank=inherited[1])
            found.append(column)
    return _without_gaps(found)


def _without_gaps(columns: list[Column]) -> list[Column]:
    """A nameless column right of a title's belongs to it: the heading of both was merged."""
    found: list[Column] = []
    for column in columns:
        last = found[-1] if found else None
        if (
            not column.name
            and last is not None
            and last.role is Role.WORDS
            and last.rank <= 20
            and last.end == column.start
        ):
            found[-1] = replace(last, end=column.end)
        else:
            found.append(column)
    return found


def _column(text: str, start: int, end: int) -> Column:
    role, rank = role_of(normal_widths(text)) or (None, 0)
    return Column(heading_name(normal_widths(text)), role, rank, start, end)


def _layout(columns: list[Column], row: Row, *, height: int) -> Layout | None:
    if any(_FIGURE_ALONE.fullmatch(compact(normal_widths(cell.text))) for cell in row.cells):
        return None  # a row with points in it is no heading, whatever words it has
    named = [column for column in columns if column.name]
    known = [column for column in named if column.role is not None]
    roles = {column.role for column in known}
    common = sum(is_common(column.name) for column in known)
    if (
        len(known) < 2
        or (len(known) * 3 < len(named) * 2 and common < 3)
        or not roles & {Role.WORDS, Role.METHOD}
    ):
        return None
    if not common and len(known) < 3:
        return None
    if len({(column.role, column.rank) for column in known}) < 2 or any(
        POINTS_MARK.search(normal_widths(cell.text)) and len(compact(cell.text)) > 14 for cell in row.cells
    ):
        return None
    grid = all(cell.column is not None for cell in row.cells)
    return arranged(tuple(columns), grid=grid, height=height)


def arranged(
    columns: tuple[Column, ...], *, grid: bool, height: int = 1, criteria: int | None = None
) -> Layout | None:
    """Say which columns hold criteria, titles, points and the way of scoring."""
    words = [i for i, c in enumerate(columns) if c.role is Role.WORDS]
    methods = [i for i, c in enumerate(columns) if c.role is Role.METHOD]
    if criteria is None:
        criteria = _criteria_column(columns, words, methods)
    if criteria is None:
        return None
    titles = sorted((i for i in words if i != criteria), key=lambda i: (columns[i].rank, i))
    points = [i for i, c in enumerate(columns) if c.role is Role.POINTS]
    own = _own_points(columns, points, criteria)
    part, group = _title_points([i for i in points if i != own], titles)
    method = next((i for i in methods if i != criteria), None)
    return Layout(columns, criteria, tuple(titles), method, own, part, group, grid, height)


def _title_points(others: list[int], titles: list[int]) -> tuple[int | None, int | None]:
    """Which of the other points columns is the parts' and which the groups': each follows its titles."""
    groups = [i for i in others if len(titles) > 1 and i > max(titles[:2]) and titles[1] > titles[0]]
    parts = [i for i in others if i not in groups]
    return (parts[0] if parts else None), (groups[0] if groups else None)


def _criteria_column(columns: tuple[Column, ...], words: list[int], methods: list[int]) -> int | None:
    if not words:
        return methods[0] if methods else None
    best = max(words, key=lambda i: (columns[i].rank, i))
    alone = len(words) == 1 and columns[best].rank <= 20 and methods
    if alone and columns[methods[0]].name.startswith(METHOD_AS_CRITERIA):
        return methods[0]
    return best


def _own_points(columns: tuple[Column, ...], points: list[int], criteria: int) -> int | None:
    """Of two points columns the one named after the part belongs to it, else the one farther left."""
    if len(points) < 2:
        return points[0] if points else None
    plain = [
        i
        for i in points
        if not columns[i].name.startswith(("项目", "大项", "一级", "考核项目", "部分", "小项"))
    ]
    return max(plain or points, key=lambda i: (i > criteria, i))
