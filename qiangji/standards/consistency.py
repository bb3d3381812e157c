"""What must agree between several places of an edition, each disagreement under its own name.

Consistency is checked, never assumed (domain §2): criteria add up to their group and part, parts to
the total (bonus parts stand outside), codes say where a criterion stands, scoring fits the points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qiangji.lib.numbers import plain
from qiangji.standards.schema import (
    BaseScoring,
    BonusScoring,
    ChecklistScoring,
    CriterionSpec,
    DeductScoring,
    EditionSpec,
    GradedScoring,
    GroupSpec,
    Scoring,
    SectionSpec,
)
from qiangji.standards.values import highest_value

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Inconsistency:
    """One disagreement: its stable name, where it is in the data, and a Chinese message with the remedy."""

    name: str
    path: Path
    message: str


def inconsistencies(spec: EditionSpec) -> list[Inconsistency]:
    """Return every disagreement in an edition, in the order of the table."""
    return [*_totals(spec), *_repetitions(spec), *_sections(spec), *_dates(spec)]


def _totals(spec: EditionSpec) -> Iterator[Inconsistency]:
    declared = sum((s.points for s in spec.sections if not s.bonus), Decimal(0))
    if declared != spec.total_points:
        yield Inconsistency(
            "sections_not_total",
            ("total_points",),
            f"各项目分值之和为 {plain(declared)} 分，与总分 {plain(spec.total_points)} 分不一致，"
            "请核对各项目分值或总分（加分项目不计入总分）",
        )


def _repetitions(spec: EditionSpec) -> Iterator[Inconsistency]:
    codes = Counter(criterion.code for criterion in spec.criteria())
    for i, j, k, criterion in _walk(spec):
        if codes[criterion.code] > 1:
            message = f"编码 {criterion.code} 出现了 {codes[criterion.code]} 次，每条具体标准的编码只能用一次"
            yield Inconsistency("code_repeated", ("sections", i, "groups", j, "criteria", k, "code"), message)
    keys = Counter(threshold.key for threshold in spec.thresholds)
    for i, threshold in enumerate(spec.thresholds):
        if keys[threshold.key] > 1:
            message = f"线的代号 {threshold.key} 重复，请改用不同的代号"
            yield Inconsistency("threshold_repeated", ("thresholds", i, "key"), message)
    for i, veto in enumerate(spec.vetoes):
        if veto.number != i + 1:
            message = f"第 {i + 1} 条否决情形的序号写成了 {veto.number}，应从 1 起连续编号"
            yield Inconsistency("veto_number", ("vetoes", i, "number"), message)


def _walk(spec: EditionSpec) -> Iterator[tuple[int, int, int, CriterionSpec]]:
    for i, section in enumerate(spec.sections):
        for j, group in enumerate(section.groups):
            for k, criterion in enumerate(group.criteria):
                yield i, j, k, criterion


def _dates(spec: EditionSpec) -> Iterator[Inconsistency]:
    for i, threshold in enumerate(spec.thresholds):
        start, end = threshold.effective_date, threshold.until_date
        if start and end and end < start:
            message = f"“{threshold.title}”的截止日期 {end} 早于起用日期 {start}，请改正"
            yield Inconsistency("threshold_dates", ("thresholds", i, "until_date"), message)


def _sections(spec: EditionSpec) -> Iterator[Inconsistency]:
    for i, section in enumerate(spec.sections):
        path: Path = ("sections", i)
        if section.number != i + 1:
            message = f"第 {i + 1} 个项目“{section.title}”的序号写成了 {section.number}，应从 1 起连续编号"
            yield Inconsistency("section_number", (*path, "number"), message)
        total = _sum([c for group in section.groups for c in group.criteria])
        if total != section.points:
            message = (
                f"“{section.title}”各具体标准之和为 {plain(total)} 分，与项目分值 {plain(section.points)} 分不一致，"
                "请核对每条的分值"
            )
            yield Inconsistency("criteria_not_section", (*path, "points"), message)
        yield from _group_numbers(section, path)
        for j, group in enumerate(section.groups):
            yield from _group(section, group, (*path, "groups", j))


def _group_numbers(section: SectionSpec, path: Path) -> Iterator[Inconsistency]:
    numbers = [group.number for group in section.groups]
    if numbers != [0] and numbers != list(range(1, len(numbers) + 1)):
        message = (
            f"“{section.title}”的小项序号是 {'、'.join(map(str, numbers))}："
            "没有小项时只写一个序号 0，有小项时从 1 起连续编号"
        )
        yield Inconsistency("group_number", (*path, "groups"), message)


def _group(section: SectionSpec, group: GroupSpec, path: Path) -> Iterator[Inconsistency]:
    if (group.number == 0) != (group.title == ""):
        message = "序号为 0 的小项不写名称，其余小项必须写名称"
        yield Inconsistency("group_title", (*path, "title") if group.title else path, message)
    total = _sum(group.criteria)
    if group.points is not None and total != group.points:
        message = (
            f"“{group.title}”各具体标准之和为 {plain(total)} 分，与小项分值 {plain(group.points)} 分不一致"
        )
        yield Inconsistency("criteria_not_group", (*path, "points"), message)
    last = 0
    for k, criterion in enumerate(group.criteria):
        here: Path = (*path, "criteria", k)
        expected = f"{section.number}-{group.number}-{criterion.number}"
        if criterion.code != expected:
            message = f"编码 {criterion.code} 与所在位置不符，此处应为 {expected}"
            yield Inconsistency("code_not_position", (*here, "code"), message)
        if criterion.number <= last:
            message = f"{criterion.code} 的序号 {criterion.number} 没有大于前一条的 {last}，请按表中顺序编号"
            yield Inconsistency("criterion_number", (*here, "number"), message)
        last = criterion.number
        yield from _scoring(section, criterion, here)


def _sum(criteria: tuple[CriterionSpec, ...] | list[CriterionSpec]) -> Decimal:
    return sum((c.points for c in criteria if c.points is not None), Decimal(0))


def _scoring(section: SectionSpec, criterion: CriterionSpec, path: Path) -> Iterator[Inconsistency]:
    for fault in scoring_disagreements(criterion.scoring, criterion.points, in_bonus=section.bonus):
        yield Inconsistency(fault.name, (*path, fault.field), f"{criterion.code}{fault.message}")


@dataclass(frozen=True)
class ScoringFault:
    """Why a scoring rule and points do not go together; the message goes on from the criterion's name."""

    name: str
    field: str
    message: str


def scoring_disagreements(
    scoring: Scoring, points: Decimal | None, *, in_bonus: bool
) -> Iterator[ScoringFault]:
    """Tell why a scoring rule does not fit the points it stands beside, or its part.

    >>> from qiangji.standards.schema import FullScoring
    >>> [fault.name for fault in scoring_disagreements(FullScoring(), None, in_bonus=False)]
    ['points_of_checklist']
    """
    if isinstance(scoring, ChecklistScoring) != (points is None):
        message = "：不计分的条目不写分值（YAML 里写 null），计分的条目必须写分值"
        yield ScoringFault("points_of_checklist", "points", message)
        return
    if points is None:
        return
    if isinstance(scoring, BonusScoring) and not in_bonus:
        message = " 是加分项，只能放在加分项目里（YAML 里标明 bonus: true）"
        yield ScoringFault("bonus_in_plain_section", "scoring", message)
    if isinstance(scoring, DeductScoring | BaseScoring) and scoring.floor > points:
        message = f" 的最低分 {plain(scoring.floor)} 高于分值 {plain(points)}，请改正"
        yield ScoringFault("floor_above_points", "scoring", message)
    if isinstance(scoring, BaseScoring) and not _base_holds_together(scoring):
        message = " 的基础分应不低于最低分、不高于上限；有加分（plus）就必须有上限（cap）"
        yield ScoringFault("base_out_of_range", "scoring", message)
    if isinstance(scoring, GradedScoring) and len({o.label for o in scoring.options}) < len(scoring.options):
        yield ScoringFault("grade_repeated", "scoring", " 的档次名称有重复，请改正")
    best = highest_value(scoring, points)
    if best != points:
        message = f" 按计分方式最高可得 {plain(best)} 分，与分值 {plain(points)} 分不一致"
        yield ScoringFault("scoring_not_points", "points", message)


def _base_holds_together(scoring: BaseScoring) -> bool:
    if scoring.plus is not None and scoring.cap is None:
        return False
    return scoring.floor <= scoring.base and (scoring.cap is None or scoring.base <= scoring.cap)
