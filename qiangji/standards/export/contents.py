"""What stands in an edition's table, as plain data that the writers only have to draw.

One row per criterion under 项目, 小项, 具体标准, 分值, 评分办法; the sum; a row of remarks 备注 per consequence of a veto;
below the table what it rests on and whose wording it prints. Points beside a title are the sums of what is beneath it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from qiangji.lib.dates import moment_text
from qiangji.lib.numbers import plain
from qiangji.lib.typesetting import MOST_CIRCLED, circled
from qiangji.standards.export.methods import method_words
from qiangji.standards.models import Edition
from qiangji.standards.phrases import criterion_text, edition_notes, wording_note
from qiangji.standards.schema import ChecklistScoring
from qiangji.standards.selectors import (
    CriterionNode,
    EditionTree,
    GroupNode,
    SectionNode,
    VetoNode,
    current_wording,
    edition_tree,
)

UNSCORED = "不计分"
DRAFT_HEADER = "草稿，尚未发布，只可用于试评"


@dataclass(frozen=True)
class TableRow:
    """One criterion: numbered text, its points (None where it has none), and how they are given."""

    text: str
    points: Decimal | None
    method: str


@dataclass(frozen=True)
class TableGroup:
    """A group of rows; untitled where its part has no groups. ``points`` None where nothing in it is scored."""

    title: str
    points: Decimal | None
    rows: tuple[TableRow, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What its cell says: the title, and the points beneath."""
        return (self.title,) if self.points is None else (self.title, f"（{plain(self.points)}分）")


@dataclass(frozen=True)
class TableSection:
    """A part with the points it declares; None where nothing in it is scored."""

    title: str
    points: Decimal | None
    is_bonus: bool
    groups: tuple[TableGroup, ...]

    @property
    def rows(self) -> tuple[TableRow, ...]:
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def is_undivided(self) -> bool:
        """Whether the part has no groups, so that the first two cells of its rows are one."""
        return len(self.groups) == 1 and not self.groups[0].title

    @property
    def lines(self) -> tuple[str, ...]:
        """What its cell says: the title, and the points beneath."""
        if self.points is None:
            return (self.title,)
        return (self.title, f"（{'加分' if self.is_bonus else ''}{plain(self.points)}分）")


@dataclass(frozen=True)
class EditionTable:
    """The whole table. ``total`` is None where nothing is scored."""

    title: str
    sections: tuple[TableSection, ...]
    total: Decimal | None
    remarks: tuple[str, ...]
    notes: tuple[str, ...]
    at: datetime
    is_draft: bool = False

    @property
    def rows(self) -> tuple[TableRow, ...]:
        return tuple(row for section in self.sections for row in section.rows)

    @property
    def has_bonus(self) -> bool:
        return any(section.is_bonus for section in self.sections)

    @property
    def note(self) -> str:
        """The line below the table."""
        return "附注：" + "".join(f"{number}.{note}" for number, note in enumerate(self.notes, 1))


def table_of(edition: Edition, *, at: datetime) -> EditionTable:
    """Return an edition's table: four queries whatever its size."""
    tree, wording = edition_tree(edition), current_wording(edition)
    scored = any(node.points is not None for node in tree.criteria)
    return EditionTable(
        title=(wording.title if wording else "") or edition.title,
        sections=tuple(_section(section) for section in tree.sections),
        total=edition.total_points if scored else None,
        remarks=tuple(remark_lines(tree.vetoes)),
        notes=tuple(_notes(tree, at)),
        at=at,
        is_draft=not edition.is_published,
    )


def numbered_text(number: int, text: str) -> str:
    """Return a criterion as its cell has it; a text that begins with a digit keeps away from its number.

    >>> numbered_text(1, "党员大会按季召开"), numbered_text(2, "3个支部已建")
    ('1.党员大会按季召开', '2. 3个支部已建')
    """
    return f"{number}.{' ' if text[:1].isdecimal() else ''}{text}"


def remark_lines(vetoes: Iterable[VetoNode]) -> list[str]:
    """Return the vetoes in their order, neighbours with the same consequence in one line under it."""
    known = list(vetoes)
    lines = []
    for consequence, run in groupby(known, key=lambda veto: veto.kind_label):
        items = [f"{_mark(veto.number, len(known))}{veto.text or veto.title}" for veto in run]
        lines.append(f"有下列情形之一的，{consequence}：{'；'.join(items)}。")
    return lines


def _mark(number: int, count: int) -> str:
    return circled(number) if count <= MOST_CIRCLED else f"（{number}）"


def _section(section: SectionNode) -> TableSection:
    scored = any(node.points is not None for node in section.criteria)
    return TableSection(
        title=section.title,
        points=section.points if scored else None,
        is_bonus=section.is_bonus,
        groups=tuple(_group(group) for group in section.groups),
    )


def _group(group: GroupNode) -> TableGroup:
    scored = any(node.points is not None for node in group.criteria)
    rows = tuple(_row(node) for node in group.criteria)
    return TableGroup(group.title, group.points if scored and group.title else None, rows)


def _row(node: CriterionNode) -> TableRow:
    points = None if isinstance(node.scoring, ChecklistScoring) else node.points
    return TableRow(numbered_text(node.number, criterion_text(node)), points, method_words(node.scoring))


def _notes(tree: EditionTree, at: datetime) -> Iterable[str]:
    edition = tree.edition
    yield from (note for note in [wording_note(edition, tree.criteria), *edition_notes(edition)] if note)
    if edition.awaiting:
        yield f"尚缺{edition.awaiting.rstrip('。')}，收到之前不能发布。"
    yield f"导出时间：{moment_text(at)}。"
