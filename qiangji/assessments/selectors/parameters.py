"""What a check's page shows of its parameters: the figure in force for one organization, where it came from, what was set when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qiangji.lib.numbers import plain
from qiangji.orgs.authorization import Permission, RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.standards.models import Edition, ParameterSetting
from qiangji.standards.parameters import AT_LEAST, Chain, in_force, local_figures, origin_of
from qiangji.standards.schema import ParameterSpec


@dataclass(frozen=True)
class SettingLine:
    """One setting as the history shows it. ``by`` is empty for whoever may not know who did it."""

    setting: ParameterSetting
    state: str
    look: str
    words: str
    by: str
    may_close: bool


@dataclass(frozen=True)
class ParameterLine:
    """A figure of a check that regions differ on, as it holds for one organization."""

    name: str
    spec: ParameterSpec
    words: str
    origin: str
    is_local: bool
    history: tuple[SettingLine, ...] = ()
    forms: dict[str, Any] = field(default_factory=dict)

    @property
    def edition_words(self) -> str:
        """The edition's own figure."""
        return f"{'一般 ' if self.spec.usual else ''}{plain(self.spec.value)} {self.spec.unit}"

    @property
    def direction(self) -> str:
        """Which way is stricter, and whether it may be set looser."""
        way = "越大越严" if self.spec.stricter == "more" else "越小越严"
        return f"{way}，本版允许放宽" if self.spec.allows_looser else way

    @property
    def rule(self) -> str:
        """What may be set instead, in words."""
        if self.spec.allows_looser:
            return f"本版允许从严，也允许放宽；单位：{self.spec.unit}。"
        ways = {"more": "高于", "less": "低于"}
        return f"只能从严：须{ways[self.spec.stricter]}上级和本版规定的数字；单位：{self.spec.unit}。"


def places_of(reach: Reach) -> list[Organization]:
    """Return the organizations from which this person sees figures: where they hold a seat, setting ones first."""
    setting = set(reach.nodes_with(Permission.MANAGE_STANDARDS, own=True))
    seats = {held.organization_id for held in reach.held if held.role != RoleName.INSPECTOR}
    found = Organization.objects.filter(pk__in=seats).order_by("path")
    return sorted(found, key=lambda one: one.pk not in setting)


def setting_places(reach: Reach, places: Sequence[Organization]) -> list[Organization]:
    """Return in whose name this person sets parameters: those where a seat allows it."""
    setting = set(reach.nodes_with(Permission.MANAGE_STANDARDS, own=True))
    return [one for one in places if one.pk in setting]


def chain_at(edition: Edition, code: str, here: Organization | None, day: date) -> Chain:
    """Return what an organization and those above it have set of a criterion's parameters on a day."""
    if here is None:
        return {}
    return local_figures([edition.pk], [here.path], day).along(edition.pk, here.path).get(code, {})


def parameter_lines(
    *, edition: Edition, code: str, specs: Mapping[str, ParameterSpec], chain: Chain, reach: Reach
) -> tuple[ParameterLine, ...]:
    """Return every parameter of a criterion with its history: one statement."""
    history: dict[str, list[SettingLine]] = {}
    if specs:
        rows = ParameterSetting.objects.visible_to(reach).filter(edition=edition, criterion_code=code)
        rows = rows.select_related("organization", "set_by", "closed_by").order_by("-start_date", "-pk")
        for row in rows:
            if row.name in specs:
                spec = specs[row.name]
                history.setdefault(row.name, []).append(
                    setting_line(row, spec, chain.get(row.name, ()), reach)
                )
    lines = []
    for name, spec in specs.items():
        value, by = in_force(spec, chain.get(name, ()))
        words = f"{AT_LEAST[spec.stricter]} " if by is not None else ("一般 " if spec.usual else "")
        lines.append(
            ParameterLine(
                name,
                spec,
                f"{words}{plain(value)} {spec.unit}",
                origin_of(by, spec),
                by is not None,
                tuple(history.get(name, ())),
            )  # fmt: skip
        )
    return tuple(lines)


def setting_line(
    row: ParameterSetting, spec: ParameterSpec, chain: Sequence[ParameterSetting], reach: Reach
) -> SettingLine:
    """Return a setting with what it is by now."""
    until = f"至 {row.end_date:%Y-%m-%d}" if row.end_date is not None else "起"
    by = f"{row.set_by}设定" if reach.covers(row.organization.path) else ""
    may_close = not row.is_withdrawn and row.organization_id in reach.nodes_with(
        Permission.MANAGE_STANDARDS, own=True
    )
    state, look = state_of(row, spec, chain, reach.day)
    words = f"{plain(row.value)} {spec.unit}，{row.start_date:%Y-%m-%d} {until}"
    return SettingLine(row, state, look, words, by, may_close)


def state_of(
    row: ParameterSetting, spec: ParameterSpec, chain: Sequence[ParameterSetting], day: date
) -> tuple[str, str]:
    """Say what a setting is on a day, and how its pill looks."""
    if row.is_withdrawn:
        return "已撤回", ""
    if row.start_date > day:
        return "尚未开始", "pill-note"
    if row.end_date is not None and row.end_date < day:
        return "已结束", ""
    above = [one for one in chain if row.organization.path.startswith(one.organization.path) and one != row]
    if not spec.allows_looser and in_force(spec, [*above, row])[1] != row:
        return "上级已从严，不再起作用", "pill-late"
    return "执行中", "pill-good"
