"""The table on the workshop's bench as the page draws it, and what of it changed from one state to another.

Everything is a frozen value, so that two boards can be compared: after a correction only the rows, heads, sums and
findings that differ are drawn and sent.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from qiangji.lib.numbers import plain
from qiangji.standards.descriptions import describe
from qiangji.standards.forms import SHORT_KINDS
from qiangji.standards.schema import APPLIES_TO_LABELS, FORCE_LABELS, VETO_LABELS, FullScoring
from qiangji.standards.workshop.checks import Finding, Fix, Sum, Sums, places_left, sums
from qiangji.standards.workshop.state import (
    CriterionState,
    Details,
    GroupState,
    SectionState,
    State,
    VetoState,
    codes,
    step_of,
)

DETAILS = "details"
SAID_BY_THE_SUM = frozenset({"criteria_not_section", "criteria_not_group"})
Piece = tuple[str, Any]
Item = CriterionState | SectionState | GroupState | VetoState


@dataclass(frozen=True)
class ShownFix:
    """A correction on a button: where it is sent, and its arguments as one hidden field holds them."""

    label: str
    operation: str
    json: str


@dataclass(frozen=True)
class ShownFinding:
    """A finding with its place in words; `asks_points` where a figure can be typed right beside it."""

    severity: str
    where: str
    message: str
    remedy: str
    target: str
    origin: int | None
    fixes: tuple[ShownFix, ...] = ()
    asks_points: bool = False
    opens: str = ""


@dataclass(frozen=True)
class Total:
    """Declared against summed points, in words."""

    declared: str
    summed: str
    agrees: bool
    difference: str


@dataclass(frozen=True)
class Row:
    """A criterion or a veto as a line of the right side."""

    key: str
    code: str
    text: str
    title: str
    kind: str
    kind_label: str
    how: str
    points_text: str
    origins: tuple[int, ...]
    checks: tuple[str, ...]
    beside: tuple[tuple[str, str], ...]
    group: str
    faults: tuple[ShownFinding, ...]

    @property
    def level(self) -> str:
        """The gravest of its faults."""
        severities = {fault.severity for fault in self.faults}
        return "error" if "error" in severities else "warning" if severities else ""


@dataclass(frozen=True)
class GroupBlock:
    """A group with its sum and its rows."""

    key: str
    title: str
    total: Total
    faults: tuple[ShownFinding, ...]
    rows: tuple[Row, ...]

    @property
    def head(self) -> tuple[Any, ...]:
        return self.title, self.total, self.faults


@dataclass(frozen=True)
class SectionBlock:
    """A part with its sum and its groups."""

    key: str
    number: int
    title: str
    bonus: bool
    total: Total
    origins: tuple[int, ...]
    faults: tuple[ShownFinding, ...]
    groups: tuple[GroupBlock, ...]

    @property
    def head(self) -> tuple[Any, ...]:
        return self.number, self.title, self.bonus, self.total, self.faults

    @property
    def count(self) -> int:
        """How many criteria it holds."""
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True)
class Board:
    """The whole right side with the panel of findings above it and the figures at the top of the page."""

    title: str
    details: tuple[tuple[str, str], ...]
    details_faults: tuple[ShownFinding, ...]
    sections: tuple[SectionBlock, ...]
    vetoes: tuple[Row, ...]
    findings: tuple[ShownFinding, ...]
    total: Total
    counts: str
    errors: int
    warnings: int

    @property
    def count(self) -> int:
        """How many criteria the table holds."""
        return sum(section.count for section in self.sections)


def board_of(state: State, found: Sequence[Finding], wheres: Sequence[str]) -> Board:
    """Work out everything that the page shows of a state; `wheres` name the lines of the original."""
    places = Places(state, wheres)
    at = _faults(state, found, places)
    totals = sums(state)
    step = step_of(state)
    sections = tuple(
        SectionBlock(
            key=section.key,
            number=number,
            title=section.title,
            bonus=section.bonus,
            total=_total(totals.sections[section.key]),
            origins=section.origins,
            faults=at.get(section.key, ()),
            groups=tuple(
                GroupBlock(
                    key=group.key,
                    title=group.title,
                    total=_total(totals.groups[group.key]),
                    faults=at.get(group.key, ()),
                    rows=tuple(_row(c, group, places.codes[c.key], step, at) for c in group.criteria),
                )
                for group in section.groups
            ),
        )
        for number, section in enumerate(state.sections, start=1)
    )
    return Board(
        title=state.details.title,
        details=tuple(_details(state.details)),
        details_faults=tuple(one for one in at.get(DETAILS, ()) if one.severity == "error" and not one.opens),
        sections=sections,
        vetoes=tuple(_veto(veto, at) for veto in state.vetoes),
        findings=tuple(sorted_findings(found, places)),
        total=_whole(state, totals),
        counts=f"{len(state.sections)} 个项目，{len(state.criteria())} 条，{len(state.vetoes)} 条否决",
        errors=places_left(found, "error"),
        warnings=places_left(found, "warning"),
    )


class Places:
    """Names for where findings are, by the keys of a state."""

    def __init__(self, state: State, wheres: Sequence[str]) -> None:
        self.wheres = wheres
        self.codes = codes(state)
        self.names = dict(self.codes)
        for number, section in enumerate(state.sections, start=1):
            self.names[section.key] = f"项目 {number}"
            for index, group in enumerate(section.groups, start=1):
                self.names[group.key] = f"小项 {number}-{index}"
        self.names |= {veto.key: f"否决 {i}" for i, veto in enumerate(state.vetoes, start=1)}

    def where(self, finding: Finding) -> str:
        """Name the place: the code or part, else the line of the original, else the whole table."""
        target = finding.target.partition(".")[0]
        if target == DETAILS:
            return "基本信息"
        if target in self.names:
            return self.names[target]
        return "整张表" if finding.origin is None else self.wheres[finding.origin]

    def shown(self, finding: Finding) -> ShownFinding:
        """Return a finding as it is drawn."""
        target, where = finding.target.partition(".")[0], self.where(finding)
        return ShownFinding(
            severity=finding.severity,
            where=where,
            message=finding.message.removeprefix(f"{where} "),
            remedy=finding.remedy,
            target=target,
            origin=finding.origin,
            fixes=tuple(map(_fix, finding.fixes)),
            asks_points=finding.name == "no_points" and target in self.codes,
            opens=DETAILS if finding.is_gap else "",
        )


def sorted_findings(found: Sequence[Finding], places: Places) -> Iterator[ShownFinding]:
    """Errors, then warnings, each in the order of the table; details not filled in yet are one line at the end."""
    for severity in ("error", "warning"):
        gaps = [one for one in found if one.severity == severity and one.is_gap]
        yield from (places.shown(f) for f in found if f.severity == severity and f not in gaps)
        if gaps:
            names = "、".join(gap.message.removeprefix("没有填") for gap in gaps)
            remedy = "发布前要填写" if severity == "error" else "知道的话请填上"
            yield ShownFinding(
                severity, "基本信息", f"还没有填：{names}。", remedy, DETAILS, None, opens=DETAILS
            )


def _faults(state: State, found: Sequence[Finding], places: Places) -> dict[str, tuple[ShownFinding, ...]]:
    """Return what is said at each item itself; a wrong sum is said by the sum, and a row need not name itself."""
    names = {c.key: f"“{c.shown_title}”" for c in state.criteria()}
    by_target: dict[str, list[ShownFinding]] = defaultdict(list)
    for finding in found:
        if finding.name not in SAID_BY_THE_SUM:
            target = finding.target.partition(".")[0]
            shown = places.shown(finding)
            message = shown.message.removeprefix(names.get(target, ""))
            by_target[target].append(replace(shown, message=message))
    return {key: tuple(some) for key, some in by_target.items()}


def _whole(state: State, totals: Sums) -> Total:
    """The declared total against all criteria outside bonus parts."""
    counted = [totals.sections[section.key].summed for section in state.sections if not section.bonus]
    return _total(Sum("", totals.total.declared, sum(counted, Decimal(0)), totals.total.missing))


def _fix(fix: Fix) -> ShownFix:
    return ShownFix(fix.label, fix.operation, json.dumps(fix.arguments, ensure_ascii=False))


def _total(found: Sum) -> Total:
    declared = "" if found.declared is None else plain(found.declared)
    gap = Decimal(0) if found.declared is None else found.summed - found.declared
    words = f"多 {plain(gap)} 分" if gap > 0 else f"少 {plain(-gap)} 分"
    return Total(declared, plain(found.summed), found.agrees, "" if found.agrees else words)


def _row(
    one: CriterionState, group: GroupState, code: str, step: Decimal, at: dict[str, tuple[ShownFinding, ...]]
) -> Row:
    scoring = one.scoring
    is_usual = isinstance(scoring, FullScoring) and scoring.partial and scoring.step is None
    says = not is_usual and not (one.points is None and scoring.kind in {"full", "deduct"})
    return Row(
        key=one.key,
        code=code,
        text=one.text,
        title=one.title,
        kind=scoring.kind,
        kind_label=SHORT_KINDS[scoring.kind],
        how=describe(scoring, one.points, step) if says else "",
        points_text="" if one.points is None else plain(one.points),
        origins=one.origins,
        checks=tuple(check.words for check in one.draft_checks),
        beside=tuple(pair for pair in (("佐证", one.evidence), ("说明", one.note)) if pair[1]),
        group=group.key,
        faults=at.get(one.key, ()),
    )


def _veto(veto: VetoState, at: dict[str, tuple[ShownFinding, ...]]) -> Row:
    return Row(
        key=veto.key,
        code="",
        text=veto.text,
        title="",
        kind="veto",
        kind_label=VETO_LABELS[veto.kind],
        how="",
        points_text="",
        origins=veto.origins,
        checks=(),
        beside=(),
        group="",
        faults=at.get(veto.key, ()),
    )


def _details(details: Details) -> Iterator[tuple[str, str]]:
    year = f"{details.year} 年" if details.year else ""
    yield "标准代号", details.code
    yield "版本", "，".join(filter(None, (details.label, year and f"{year}起施行")))
    yield "适用组织", APPLIES_TO_LABELS.get(details.applies_to, "")
    yield "总分", f"{plain(details.total_points)} 分" if details.total_points else ""
    yield "依据文件", _with_number(details.document, details.number)
    issued = details.issued_date.isoformat() if details.issued_date else ""
    yield "发文机关", "，".join(filter(None, (details.issuer, issued)))
    yield "效力", FORCE_LABELS.get(details.force, "")
    yield "适用地区", details.jurisdiction
    yield "采用", _with_number(details.adopted_by, details.adoption_number)


def _with_number(name: str, number: str) -> str:
    return f"{name}（{number}）" if name and number else name or number


def changed(before: Board, after: Board) -> list[Piece]:
    """Return the pieces that differ, as template and value, for a page that shows the board before."""
    pieces: list[Piece] = [("bar", after), ("history", after)]
    if before.findings != after.findings:
        pieces.append(("findings", after))
    if (before.title, before.details, before.details_faults) != (
        after.title,
        after.details,
        after.details_faults,
    ):
        pieces.append(("details", after))
    if before.vetoes != after.vetoes:
        pieces.append(("vetoes", after))
    if [one.key for one in before.sections] != [one.key for one in after.sections]:
        return [*pieces, ("body", after)]
    for old, new in zip(before.sections, after.sections, strict=True):
        pieces += _changed_section(old, new)
    return pieces


def _changed_section(before: SectionBlock, after: SectionBlock) -> Iterator[Piece]:
    if before == after:
        return
    if [one.key for one in before.groups] != [one.key for one in after.groups]:
        yield "section", after
        return
    if before.head != after.head:
        yield "section_head", after
    for old, new in zip(before.groups, after.groups, strict=True):
        if [row.key for row in old.rows] != [row.key for row in new.rows]:
            yield "group", new
            continue
        if old.head != new.head:
            yield "group_head", new
        yield from (("row", row) for was, row in zip(old.rows, new.rows, strict=True) if was != row)


def everything(board: Board) -> list[Piece]:
    """Return all pieces, for a page whose state is too old to compare with."""
    return [(name, board) for name in ("bar", "history", "findings", "details", "vetoes", "body")]


def find_item(state: State, key: str) -> Item | None:
    """Return the part of the table that a key names, or None where it is gone."""
    items: list[Item] = [*state.sections, *state.criteria(), *state.vetoes]
    items += [group for section in state.sections for group in section.groups]
    return next((item for item in items if item.key == key), None)
