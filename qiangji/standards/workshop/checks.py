"""What is wrong with a table as it stands, worked out anew from every state: sums, gaps, repetitions, open doubts.

A finding names its place and the remedy; where one correction would do, it offers it as a fix. `publishing_only` ones
do not keep a trial from being stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qiangji.lib.numbers import plain
from qiangji.standards.consistency import scoring_disagreements
from qiangji.standards.imported import short_title
from qiangji.standards.schema import ChecklistScoring
from qiangji.standards.workshop.doubts import DETAILS
from qiangji.standards.workshop.matching import undecided
from qiangji.standards.workshop.state import (
    CriterionState,
    GroupState,
    SectionState,
    Severity,
    State,
    codes,
    numbers,
)

MOST_SECTIONS = MOST_GROUPS = 99
MOST_CRITERIA = MOST_NUMBER = 999
MOST_POINTS = Decimal("99999.99")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Fix:
    """A correction that would mend a finding, ready to be applied."""

    label: str
    operation: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or open. `target` as in Doubt; `doubt` is its key where the reader raised it."""

    severity: Severity
    name: str
    message: str
    remedy: str
    target: str = ""
    origin: int | None = None
    doubt: str = ""
    publishing_only: bool = False
    fixes: tuple[Fix, ...] = ()

    @property
    def is_gap(self) -> bool:
        """One of the details not filled in yet; all of them together are one form to fill in."""
        return self.target.startswith("details.") and self.name.startswith("no_")


def places_left(found: Iterable[Finding], severity: Severity) -> int:
    """Count the places where something is to be done; details not filled in count as one."""
    here = [finding for finding in found if finding.severity == severity]
    gaps = sum(finding.is_gap for finding in here)
    return len(here) - gaps + bool(gaps)


@dataclass(frozen=True)
class Sum:
    """Declared against summed points of one part of the table; `declared` None where none are."""

    key: str
    declared: Decimal | None
    summed: Decimal
    missing: int  # criteria that ought to have points and have none

    @property
    def agrees(self) -> bool:
        return self.declared is None or self.declared == self.summed


@dataclass(frozen=True)
class Sums:
    """All sums of a table; `total` compares the declared total with the parts, bonus parts stand outside."""

    sections: dict[str, Sum]
    groups: dict[str, Sum]
    total: Sum
    bonus: Decimal


def sums(state: State) -> Sums:
    """Add up a table."""
    sections = {s.key: _sum(s.key, s.points, s.criteria()) for s in state.sections}
    groups = {g.key: _sum(g.key, g.points, list(g.criteria)) for s in state.sections for g in s.groups}
    plain_parts = [s.points or Decimal(0) for s in state.sections if not s.bonus]
    missing = sum(one.missing for one in sections.values())
    return Sums(
        sections=sections,
        groups=groups,
        total=Sum("", state.details.total_points, sum(plain_parts, Decimal(0)), missing),
        bonus=sum((s.points or Decimal(0) for s in state.sections if s.bonus), Decimal(0)),
    )


def _sum(key: str, declared: Decimal | None, criteria: list[CriterionState]) -> Sum:
    summed = sum((c.points for c in criteria if c.points is not None), Decimal(0))
    return Sum(key, declared, summed, sum(map(lacks_points, criteria)))


def lacks_points(criterion: CriterionState) -> bool:
    """Whether a criterion ought to have points and has none."""
    return criterion.points is None and not isinstance(criterion.scoring, ChecklistScoring)


def problems(state: State) -> list[Finding]:
    """Return everything that is wrong or open: the table's in its order, doubts, the map, what was not filled in.

    Errors keep it from being published.
    """
    found = _table(state, sums(state))
    found += [
        Finding(
            severity=doubt.severity,
            name="doubt",
            message=f"{doubt.where}：{doubt.message}" if doubt.where else doubt.message,
            remedy="请对照原文改正；原文如此的，点“核对无误”",
            target=doubt.target,
            origin=doubt.origin,
            doubt=doubt.key,
            fixes=(Fix("核对无误", "settle_doubt", {"key": doubt.key}),),
        )
        for doubt in state.doubts
        if not doubt.settled
    ]
    return [*found, *_map(state), *_details(state)]


def live(state: State) -> list[Finding]:
    """Return what follows from the table itself, without the reader's doubts."""
    return [finding for finding in problems(state) if not finding.doubt]


def _table(state: State, totals: Sums) -> list[Finding]:
    return [
        *_total(state, totals),
        *_sections(state, totals),
        *_repetitions(state),
        *_vetoes(state),
    ]


def errors(state: State, *, publishing: bool) -> list[Finding]:
    """Return what keeps a table from being published, or from being stored as a trial."""
    return [
        finding
        for finding in problems(state)
        if finding.severity == "error" and (publishing or not finding.publishing_only)
    ]


NEEDED = {
    "title": "标准名称",
    "code": "标准代号",
    "label": "版本",
    "year": "施行年份",
    "applies_to": "适用对象",
    "document": "依据文件",
    "force": "效力",
}
NEEDED_TO_PUBLISH = {"jurisdiction": "适用地区", "adopted_by": "采用机关", "adoption_number": "采用文号"}
BETTER = {"issuer": "发文机关", "number": "文号", "issued_date": "发文日期"}


def _details(state: State) -> Iterator[Finding]:
    for field, name in (NEEDED | NEEDED_TO_PUBLISH | BETTER).items():
        if getattr(state.details, field) in {"", None}:
            yield Finding(
                severity="warning" if field in BETTER else "error",
                name=f"no_{field}",
                message=f"没有填{name}",
                remedy=f"请在基本信息里填写{name}",
                target=f"{DETAILS}{field}",
                publishing_only=field not in NEEDED,
            )


def _total(state: State, totals: Sums) -> Iterator[Finding]:
    total = totals.total
    if not state.sections:
        yield Finding("error", "no_sections", "表里没有任何项目", "请补上项目和具体标准")
    elif not total.agrees:
        fix = Fix(
            f"把总分改为 {plain(total.summed)} 分", "set_details", {"total_points": plain(total.summed)}
        )
        yield Finding(
            "error",
            "sections_not_total",
            f"写明的总分是 {plain(total.declared)} 分，各项目之和是 {plain(total.summed)} 分",
            "请核对各项目的分值或总分（加分项目不计入总分）",
            target=f"{DETAILS}total_points",
            fixes=(fix,),
        )
    if len(state.sections) > MOST_SECTIONS:
        yield Finding("error", "too_many", f"项目超过 {MOST_SECTIONS} 个", "请合并项目")


def _sections(state: State, totals: Sums) -> Iterator[Finding]:
    known = codes(state)
    for section in state.sections:
        yield from _section(section, totals.sections[section.key])
        for group in section.groups:
            yield from _group(section, group, totals.groups[group.key])
            for criterion in group.criteria:
                yield from _criterion(section, criterion, known[criterion.key])


def _section(section: SectionState, total: Sum) -> Iterator[Finding]:
    name = f"项目“{section.title}”"
    if not section.title:
        yield Finding("error", "no_title", "有一个项目没有名称", "请写上项目名称", section.key)
    elif len(section.title) > 300:
        yield Finding("error", "long_title", f"{name[:30]}…的名称太长", "名称最多 300 个字", section.key)
    if not section.criteria():
        yield Finding(
            "error",
            "empty",
            f"{name}没有任何具体标准",
            "请补上或删去这个项目",
            section.key,
            fixes=(Fix("删去这个项目", "delete_section", {"key": section.key}),),
        )
    elif section.points is None:
        fix = Fix(
            f"按各条之和写 {plain(total.summed)} 分",
            "set_section_points",
            {"key": section.key, "points": plain(total.summed)},
        )
        fixes = () if total.missing else (fix,)
        yield Finding("error", "no_points", f"{name}没有分值", "请写上项目分值", section.key, fixes=fixes)
    elif not total.agrees:
        yield _section_sum(section, total, name)
    yield from _figure(section.points, name, section.key)
    if len(section.groups) > MOST_GROUPS:
        yield Finding("error", "too_many", f"{name}的小项超过 {MOST_GROUPS} 个", "请合并小项", section.key)


def _section_sum(section: SectionState, total: Sum, name: str) -> Finding:
    declared = total.declared or Decimal(0)
    gap = declared - total.summed
    blank = [c for c in section.criteria() if lacks_points(c)]
    fixes = []
    if len(blank) == 1 and gap > 0:
        arguments = {"key": blank[0].key, "points": plain(gap)}
        label = f"给“{short_title(blank[0].text)}”补 {plain(gap)} 分"
        fixes.append(Fix(label, "set_points", arguments))
    if not blank:
        arguments = {"key": section.key, "points": plain(total.summed)}
        fixes.append(Fix(f"把项目分值改为 {plain(total.summed)} 分", "set_section_points", arguments))
    return Finding(
        "error",
        "criteria_not_section",
        f"{name}写明 {plain(declared)} 分，各条之和是 {plain(total.summed)} 分",
        "请核对每条的分值或项目分值",
        section.key,
        origin=next(iter(section.origins), None),
        fixes=tuple(fixes),
    )


def _group(section: SectionState, group: GroupState, total: Sum) -> Iterator[Finding]:
    several = len(section.groups) > 1
    name = f"小项“{group.title}”" if group.title else f"项目“{section.title}”里没有名称的小项"
    if several and not group.title:
        yield Finding("error", "no_title", name, "请写上小项名称，或把里面的各条移到别的小项", group.key)
    if len(group.title) > 300:
        yield Finding("error", "long_title", f"{name[:30]}…的名称太长", "名称最多 300 个字", group.key)
    if several and not group.criteria:
        fix = Fix("删去这个小项", "delete_group", {"key": group.key})
        yield Finding("error", "empty", f"{name}没有任何具体标准", "请补上或删去", group.key, fixes=(fix,))
    if group.criteria and not total.agrees:
        arguments = {"key": group.key, "points": plain(total.summed)}
        fix = Fix(f"把小项分值改为 {plain(total.summed)} 分", "set_group_points", arguments)
        yield Finding(
            "error",
            "criteria_not_group",
            f"{name}写明 {plain(total.declared)} 分，各条之和是 {plain(total.summed)} 分",
            "请核对每条的分值或小项分值",
            group.key,
            fixes=() if total.missing else (fix,),
        )
    yield from _figure(group.points, name, group.key)
    if len(group.criteria) > MOST_CRITERIA or max(numbers(group), default=0) > MOST_NUMBER:
        yield Finding(
            "error", "too_many", f"{name}的条数或序号超过 {MOST_CRITERIA}", "请分成几个小项", group.key
        )


def _criterion(section: SectionState, criterion: CriterionState, code: str) -> Iterator[Finding]:
    origin = next(iter(criterion.origins), None)
    name = f"{code} “{criterion.shown_title}”"
    if not criterion.text.strip():
        fix = Fix("删去这一条", "delete", {"key": criterion.key})
        yield Finding(
            "error", "no_text", f"{code} 没有内容", "请补上内容，或删去", criterion.key, origin, fixes=(fix,)
        )
    if lacks_points(criterion):
        yield Finding(
            "error",
            "no_points",
            f"{name}没有分值",
            "请补上分值；确实不计分的，把计分方式改为“不计分”",
            criterion.key,
            origin,
            fixes=(
                Fix("改为不计分", "set_scoring", {"key": criterion.key, "scoring": {"kind": "checklist"}}),
            ),
        )
        return
    yield from _figure(criterion.points, name, criterion.key)
    for fault in scoring_disagreements(criterion.scoring, criterion.points, in_bonus=section.bonus):
        yield Finding(
            "error",
            fault.name,
            f"{name}{fault.message.removesuffix('，请改正')}",
            "请改正分值或计分方式",
            criterion.key,
            origin,
        )


def _figure(points: Decimal | None, name: str, key: str) -> Iterator[Finding]:
    if points is None:
        return
    if points != points.quantize(CENT):
        message = f"{name}的分值 {plain(points)} 多于两位小数"
        yield Finding("error", "inexact_points", message, "分值最多两位小数，请改正", key)
    if points > MOST_POINTS:
        yield Finding("error", "inexact_points", f"{name}的分值太大", "请改正分值", key)


def _repetitions(state: State) -> Iterator[Finding]:
    """The same words twice: read twice, or pasted twice."""
    known = codes(state)
    first: dict[str, CriterionState] = {}
    for criterion in state.criteria():
        text = "".join(criterion.text.split())
        earlier = first.setdefault(text, criterion)
        if text and earlier is not criterion:
            fix = Fix("删去这一条", "delete", {"key": criterion.key})
            yield Finding(
                "warning",
                "repeated",
                f"{known[criterion.key]} 与 {known[earlier.key]} 文字相同",
                "请核对是否重复",
                criterion.key,
                next(iter(criterion.origins), None),
                fixes=(fix,),
            )


def _vetoes(state: State) -> Iterator[Finding]:
    for veto in state.vetoes:
        if not veto.text.strip():
            yield Finding("error", "no_text", "有一条否决情形没有内容", "请补上或删去", veto.key)
    if len(state.vetoes) > MOST_SECTIONS:
        yield Finding("error", "too_many", f"否决情形超过 {MOST_SECTIONS} 条", "请合并")


def _map(state: State) -> Iterator[Finding]:
    waiting = undecided(state)
    if waiting:
        yield Finding(
            "error",
            "map_undecided",
            f"对照的版本里还有 {len(waiting)} 条没有确定对应关系",
            "请逐条确定接续哪一条或为新增，或取消对照",
            waiting[0].key,
            publishing_only=True,
        )
    taken = Counter(c.earlier for c in state.criteria() if c.earlier and state.earlier)
    for code, count in taken.items():
        if count > 1:
            yield Finding(
                "error",
                "map_repeated",
                f"旧编码 {code} 对应了 {count} 条",
                "一条旧标准只能接续一次，请改正",
                next(c.key for c in state.criteria() if c.earlier == code),
                publishing_only=True,
            )
