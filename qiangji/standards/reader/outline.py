"""Which part and group a row belongs to: titles from columns, and heads that stand in rows of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from qiangji.standards.reader.cells import Cell
from qiangji.standards.reader.heads import Title, read_title
from qiangji.standards.reader.tree import ParsedGroup, ParsedSection, ParsedStandard

JOINT = "／"


@dataclass
class Step:
    """One level of the path to a row: a title, and the original line it stands in."""

    title: Title
    origin: int | None


@dataclass
class Outline:
    """The path to the current row, and the tree built along it."""

    parsed: ParsedStandard
    heads: list[Step] = field(default_factory=list)
    columns: dict[float, Step] = field(default_factory=dict)
    heads_first: bool = False
    waiting: Step | None = None

    @property
    def section(self) -> ParsedSection | None:
        return self.parsed.sections[-1] if self.parsed.sections else None

    def head(self, title: Title, origin: int | None) -> None:
        """A row that is only a head: it closes the heads of its style and those below."""
        if not self.parsed.sections and self.waiting is None:
            self.heads_first = True
        if not self.heads_first:  # parts stand in a column: this is one more part, written across the table
            self.close()
            self.columns = {0.0: Step(title, origin)}
            self.waiting = self.columns[0.0]
            return
        level = next(
            (i for i, step in enumerate(self.heads) if step.title.style == title.style), len(self.heads)
        )
        if level == 0:
            self.close()
        self.heads = [*self.heads[:level], Step(title, origin)]
        self.waiting = self.heads[0] if level == 0 else self.waiting
        self.columns = {}

    def close(self) -> None:
        """A head under which nothing came becomes an empty part, to be named as such."""
        if self.waiting is not None:
            self._section(self.waiting)
            self.waiting = None

    def new_table(self) -> None:
        """Another table with a heading of its own: titles of columns do not reach over."""
        self.columns = {}

    def titles(self, cells: list[tuple[float, Cell]], origin: int | None) -> None:
        """The titles that a row brings; an empty or merged cell keeps the one above."""
        for level, cell in sorted(cells, key=lambda pair: pair[0]):
            if cell.continued or cell.is_blank:
                continue
            title = read_title(cell.text)
            known = self.columns.get(level)
            if (
                known is None
                or known.title.text != title.text
                or (
                    title.points is not None
                    and known.title.points is not None
                    and title.points != known.title.points
                )
            ):
                self.columns = {k: step for k, step in self.columns.items() if k < level}
                self.columns[level] = Step(title, origin)

    def path(self) -> list[Step]:
        return [*self.heads, *(self.columns[level] for level in sorted(self.columns))]

    def place(self) -> tuple[ParsedSection, ParsedGroup] | None:
        """The part and group of the current path, made where they are new; None without any title."""
        path = self.path()
        if not path:
            return None
        section = self._section(path[0])
        self.waiting = None
        title = JOINT.join(step.title.text for step in path[1:])
        points = path[-1].title.points if len(path) > 1 else None
        return section, self._group(section, title, points)

    def _section(self, step: Step) -> ParsedSection:
        current, title = self.section, step.title
        if current is not None and current.title == title.text and title.points in {None, current.points}:
            return current
        section = ParsedSection(
            title.text, title.points, is_bonus=title.is_bonus, where=f"项目“{title.text}”", origin=step.origin
        )
        self.parsed.sections.append(section)
        return section

    def _group(self, section: ParsedSection, title: str, points: Decimal | None) -> ParsedGroup:
        current = section.groups[-1] if section.groups else None
        if current is not None and current.title == title:
            return current
        group = ParsedGroup(title, points)
        section.groups.append(group)
        return group

    def name_section(self, title: str, origin: int | None) -> None:
        """Give what has no part of its own a part with this name."""
        self.heads = [Step(Title(title), origin)]
        self.columns = {}
