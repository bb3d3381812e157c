"""Do the figures agree: criteria with their group and part, parts with the total, subtotals on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from qiangji.lib.numbers import plain
from qiangji.standards.reader.tree import ParsedCriterion, ParsedGroup, ParsedSection, ParsedStandard, Problem
from qiangji.standards.schema import ChecklistScoring

DISAGREE = "两者不一致，请核对"


@dataclass(frozen=True)
class Declared:
    """A subtotal or total that the table states: its figure, and the part and group it stands after."""

    figure: Decimal
    where: str
    origin: int | None
    section: ParsedSection | None
    group: ParsedGroup | None
    sections_before: int


@dataclass
class Sums:
    """The figures a table declares, checked against what its criteria add up to."""

    parsed: ParsedStandard
    subtotals: list[Declared] = field(default_factory=list)
    totals: list[Declared] = field(default_factory=list)
    above: Decimal | None = None

    def error(self, where: str, message: str, origin: int | None = None) -> None:
        self.parsed.problems.append(Problem("error", where, message, origin))

    def check(self, *, unscored: bool) -> None:
        for section in self.parsed.sections:
            self._titles(section)
            self._repeated(section)
            if not unscored:
                self._section(section)
        self._subtotals()
        self._total()

    def _titles(self, section: ParsedSection) -> None:
        if not section.criteria():
            self.error(section.where, "没有任何具体标准，请补上或删去这个项目", section.origin)
        if not section.title:
            self.error("项目", "有一个项目没有名称，请补上", section.origin)
        for group in section.groups:
            if not group.criteria and section.criteria():
                self.error(
                    f"{section.where}，小项“{group.title}”",
                    "没有任何具体标准，请补上或删去这个小项",
                    section.origin,
                )
        if len(section.groups) > 1 and any(not group.title for group in section.groups):
            message = "有的行写了小项名称，有的没有写，请核对"
            self.parsed.problems.append(Problem("warning", section.where, message, section.origin))

    def _repeated(self, section: ParsedSection) -> None:
        """The same part at another place, the same words twice in a part."""
        first = next(other for other in self.parsed.sections if other.title == section.title)
        if first is not section and section.title:
            message = "这个项目前面已经出现过，名称重复，已作为另一个项目读入，请核对"
            self.parsed.problems.append(Problem("warning", section.where, message, section.origin))
        for group in section.groups:
            seen: set[str] = set()
            for criterion in group.criteria:
                if criterion.text in seen and criterion.text:
                    message = "与前面的一条文字相同，可能重复，请核对"
                    self.parsed.problems.append(
                        Problem("warning", criterion.where, message, criterion.origin)
                    )
                seen.add(criterion.text)

    def _section(self, section: ParsedSection) -> None:
        total = added(section.criteria())
        complete = all(c.points is not None for c in section.criteria())
        if section.points is None:
            section.points = total
            self.fill_subtotal(section, total)
        elif section.points != total and section.criteria() and complete:
            self.error(
                section.where,
                f"项目分值 {plain(section.points)} 分，各条之和 {plain(total)} 分，两者不一致，请核对每条的分值",
                section.origin,
            )
        for group in section.groups:
            mine = added(group.criteria)
            complete = all(c.points is not None for c in group.criteria)
            if group.points is not None and group.points != mine and complete and group.title:
                self.error(
                    f"{section.where}，小项“{group.title}”",
                    f"小项分值 {plain(group.points)} 分，各条之和 {plain(mine)} 分，两者不一致，请核对每条的分值",
                    group.criteria[0].origin if group.criteria else section.origin,
                )

    def fill_subtotal(self, section: ParsedSection, total: Decimal) -> None:
        """A part without points takes their sum; that is inferred unless a subtotal says the same."""
        stated = [d for d in self.subtotals if d.section is section]
        if any(declared.figure == total for declared in stated) or not section.criteria():
            return
        if section.is_bonus and len(section.criteria()) == 1:
            return
        if all(isinstance(criterion.scoring, ChecklistScoring) for criterion in section.criteria()):
            return
        message = f"没有写项目分值，按各条之和 {plain(total)} 分读入，请核对"
        self.parsed.problems.append(Problem("warning", section.where, message, section.origin))

    def _subtotals(self) -> None:
        for declared in self.subtotals:
            sums = {added(declared.section.criteria())} if declared.section else set()
            if declared.group is not None:
                sums.add(added(declared.group.criteria))
            if declared.figure not in sums:
                name = declared.section.where if declared.section else "小计"
                total = added(declared.section.criteria()) if declared.section else Decimal(0)
                self.error(
                    f"{name}，{declared.where}",
                    f"小计写 {plain(declared.figure)} 分，各条之和 {plain(total)} 分，{DISAGREE}",
                    declared.origin,
                )

    def _total(self) -> None:
        parsed = self.parsed
        total = points_of(parsed.sections, bonus=False)
        with_bonus = total + points_of(parsed.sections, bonus=True)
        totals = self._last_totals()
        declared = totals[-1].figure if totals else self.above
        parsed.total_points = total if declared is None else declared
        for name, value, origin in [
            ("总分", self.above, None),
            *(("总分", one.figure, one.origin) for one in totals),
        ]:
            if value is None or value == total:
                continue
            if value == with_bonus:
                parsed.total_points = total
                message = f"写明的总分 {plain(value)} 分含加分项目，不含加分是 {plain(total)} 分，已按后者读入，请核对"
                parsed.problems.append(Problem("warning", name, message, origin))
                continue
            message = f"写明的总分是 {plain(value)} 分，各项目之和是 {plain(total)} 分，{DISAGREE}"
            self.error(name, message, origin)

    def _last_totals(self) -> list[Declared]:
        """Of several total rows (one a sheet) those that speak of the whole; the others must fit their stretch."""
        if len(self.totals) < 2:
            return self.totals
        whole = []
        start = 0
        for declared in self.totals:
            stretch = points_of(self.parsed.sections[start : declared.sections_before], bonus=False)
            so_far = points_of(self.parsed.sections[: declared.sections_before], bonus=False)
            if declared.figure == stretch and start < declared.sections_before:
                start = declared.sections_before
            elif declared is self.totals[-1]:
                whole.append(declared)
            elif declared.figure != so_far:
                message = f"合计写 {plain(declared.figure)} 分，所含项目之和 {plain(stretch)} 分，{DISAGREE}"
                self.error(declared.where, message, declared.origin)
        return whole


def added(criteria: list[ParsedCriterion]) -> Decimal:
    """The points of criteria, those without points left out."""
    return sum((c.points for c in criteria if c.points is not None), Decimal(0))


def points_of(sections: list[ParsedSection], *, bonus: bool) -> Decimal:
    """The points of the bonus parts, or of the others."""
    return sum((s.points or Decimal(0) for s in sections if s.is_bonus is bonus), Decimal(0))
