"""Points from the points column and the way of scoring, once all rows that share a cell are known.

A points cell merged over several criteria says what they are worth together, not what each is worth: then
the figure belongs to their group or part, and nothing is divided by guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from qiangji.lib.numbers import plain
from qiangji.standards.reader.frequencies import draft_checks
from qiangji.standards.reader.numbering import pieces
from qiangji.standards.reader.points_column import PointsCell
from qiangji.standards.reader.scoring_words import Understood, understand
from qiangji.standards.reader.tree import ParsedCriterion, ParsedGroup, ParsedSection, ParsedStandard, Problem
from qiangji.standards.schema import BonusScoring, ChecklistScoring, FullScoring


@dataclass
class Block:
    """The criteria beside one points cell, over all rows that it is merged with."""

    cell: PointsCell
    where: str
    origin: int | None
    section: ParsedSection
    group: ParsedGroup
    criteria: list[ParsedCriterion] = field(default_factory=list)
    rows: int = 1


@dataclass
class Settlement:
    """The words of the scoring column for each criterion, and criteria whose missing points are explained."""

    parsed: ParsedStandard
    methods: dict[int, list[str]] = field(default_factory=dict)
    explained: set[int] = field(default_factory=set)
    unscored: set[int] = field(default_factory=set)
    unread_methods: int = 0

    def problem(self, severity: str, where: str, message: str, origin: int | None) -> None:
        kind = "error" if severity == "error" else "warning"
        self.parsed.problems.append(
            Problem("error" if kind == "error" else "warning", where, message, origin)
        )

    def close(self, block: Block) -> None:
        """Give the criteria of a points cell their points."""
        cell, criteria = block.cell, block.criteria
        if cell.doubt:
            self.problem(cell.severity, block.where, cell.doubt, block.origin)
            if not cell.figures and cell.severity == "error":
                self.explained |= {id(criterion) for criterion in criteria if criterion.points is None}
        if cell.unscored:
            self.unscored |= {id(criterion) for criterion in criteria if criterion.points is None}
        if not cell.figures or not criteria:
            return
        if len(cell.figures) == len(criteria):
            self._whole_section(block, cell.figures)
            for criterion, points in zip(criteria, cell.figures, strict=True):
                self._give(criterion, points)
        elif len(cell.figures) == 1:
            self._together(block, cell.figures[0])
        else:
            figures = "、".join(plain(points) for points in cell.figures)
            message = f"分值栏有 {len(cell.figures)} 个分值（{figures}），条文却有 {len(criteria)} 条，无法一一对应，请分开写"
            self.problem("error", block.where, message, block.origin)
            self.explained |= {id(criterion) for criterion in criteria if criterion.points is None}

    def _whole_section(self, block: Block, figures: tuple[Decimal, ...]) -> None:
        """Where the only criterion of a part has its own points, the column may speak of the part."""
        section = block.section
        if section.points is None and len(figures) == 1 and section.criteria() == block.criteria:
            section.points = block.criteria[0].points if block.criteria[0].points == figures[0] else None

    def _give(self, criterion: ParsedCriterion, points: Decimal) -> None:
        if criterion.points is not None and criterion.points != points:
            message = f"条文里写 {plain(criterion.points)} 分，分值栏写 {plain(points)} 分，两者不一致，暂取分值栏，请核对"
            self.problem("error", criterion.where, message, criterion.origin)
        criterion.points = points

    def _together(self, block: Block, points: Decimal) -> None:
        criteria = block.criteria
        missing = [criterion for criterion in criteria if criterion.points is None]
        if missing:
            self.explained |= {id(criterion) for criterion in missing}
            message = f"分值栏合并成一格，写 {plain(points)} 分，却管着 {len(criteria)} 条，不知道每条几分，请给每条写上分值"
            self.problem("error", block.where, message, block.origin)
        total = sum((c.points for c in criteria if c.points is not None), Decimal(0))
        whole_group = block.group.criteria == criteria
        if block.section.criteria() == criteria and block.section.points is None:
            block.section.points = points
        elif whole_group and block.group.title and block.group.points is None:
            block.group.points = points
        elif not missing and total != points:
            message = f"分值栏写 {plain(points)} 分，这 {len(criteria)} 条之和是 {plain(total)} 分，两者不一致，请核对"
            self.problem("error", block.where, message, block.origin)

    def method(self, criteria: list[ParsedCriterion], text: str, *, merged: bool) -> None:
        """Note the words of the scoring column beside criteria; numbered words go one by one."""
        if not text.strip() or not criteria:
            return
        parts = [piece.text for piece in pieces(text, marked=False) if piece.number]
        if len(parts) != len(criteria):
            parts = [line for line in text.split("\n") if line.strip()]
        if len(criteria) > 1 and len(parts) == len(criteria):
            for criterion, part in zip(criteria, parts, strict=True):
                self.methods.setdefault(id(criterion), []).append(part)
            return
        for criterion in criteria:
            self.methods.setdefault(id(criterion), []).append(text)
        if len(criteria) > 1 and not merged and understand(text, None) != Understood():
            message = f"评分办法只写了一段，却管着 {len(criteria)} 条，已当作对每条都适用，请核对"
            self.problem("warning", criteria[0].where, message, criteria[0].origin)

    def finish(self) -> None:
        """Read the way of scoring of every criterion, and name those that have no points."""
        for section in self.parsed.sections:
            for criterion in section.criteria():
                self._scoring(criterion, bonus=section.is_bonus)
                criterion.draft_checks = draft_checks(criterion.text)
        if self._is_unscored():
            for criterion in self.parsed.criteria():
                criterion.scoring = ChecklistScoring(kind="checklist")
            return
        for criterion in self.parsed.criteria():
            if criterion.points is None and id(criterion) not in self.explained | self.unscored:
                self.problem("error", criterion.where, "没有写分值，请补上，例如（1分）", criterion.origin)
        for section in self.parsed.sections:
            self._bonus_section(section)
        if self.unread_methods:
            message = f"评分办法栏有 {self.unread_methods} 条没有写怎样计分，文字未读入，请核对"
            self.problem("warning", "评分办法", message, None)

    def _scoring(self, criterion: ParsedCriterion, *, bonus: bool) -> None:
        if id(criterion) in self.unscored:
            criterion.scoring = ChecklistScoring(kind="checklist")
            return
        method = "\n".join(self.methods.get(id(criterion), []))
        own = understand(criterion.text, criterion.points, bonus=bonus)
        beside = understand(method, criterion.points, bonus=bonus) if method else Understood()
        if method and beside == Understood() and "分" not in method:
            self.unread_methods += 1
        found = beside if beside != Understood() else own
        if own.scoring is not None and beside.scoring is not None and own.scoring != beside.scoring:
            message = "条文里写的加分、扣分与评分办法栏的不同，暂取评分办法栏，请核对"
            self.problem("warning", criterion.where, message, criterion.origin)
        criterion.scoring = found.scoring
        if found.points is not None and (criterion.points is None or isinstance(found.scoring, BonusScoring)):
            criterion.points = found.points
        for doubt in found.doubts:
            self.problem("warning", criterion.where, doubt, criterion.origin)

    def _is_unscored(self) -> bool:
        parsed = self.parsed
        return not self.explained and all(
            section.points is None
            and all(group.points is None for group in section.groups)
            and all(c.points is None and c.scoring is None for c in section.criteria())
            for section in parsed.sections
        )

    def _bonus_section(self, section: ParsedSection) -> None:
        """Bonus items stand in parts of their own, outside the total."""
        bonus = [c for c in section.criteria() if isinstance(c.scoring, BonusScoring)]
        if section.is_bonus or not bonus:
            return
        if len(bonus) == len(section.criteria()):
            section.is_bonus = True
            message = "各条都是加分条目，已当作加分项目，不计入总分，请核对"
            self.problem("warning", section.where, message, section.origin)
            return
        for criterion in bonus:
            message = "这是加分条目，却与普通条目同在一个项目里，暂按普通条目读入，请移到单独的加分项目"
            self.problem("error", criterion.where, message, criterion.origin)
            criterion.scoring = FullScoring()
