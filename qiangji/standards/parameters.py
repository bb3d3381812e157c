"""Parameters: which figure holds for whom, and where it came from; and the pure rule by which subtrees set their own.

A figure comes from the edition unless an organization up the path has set its own: the nearest counts. Where the edition
does not allow looser figures, a setting that something above it has overtaken meanwhile rests, so that nobody's figure
is ever looser than what binds them from above (decision 0032). Writing is in ``parameter_services``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from qiangji.lib.numbers import plain
from qiangji.orgs import paths
from qiangji.rules.context import ParameterValue
from qiangji.standards.models import ParameterSetting
from qiangji.standards.schema import ParameterSpec

Chain = Mapping[str, Sequence[ParameterSetting]]  # by parameter, from the top of the tree down
AT_LEAST = {"more": "至少", "less": "至多"}


def is_stricter(spec: ParameterSpec, value: Decimal, than: Decimal) -> bool:
    """Say whether a figure asks more than another one.

    >>> times = ParameterSpec(title="学习次数", value=Decimal(4), unit="次", stricter="more")
    >>> is_stricter(times, Decimal(6), Decimal(4)), is_stricter(times, Decimal(4), Decimal(4))
    (True, False)
    """
    return value > than if spec.stricter == "more" else value < than


def in_force(
    spec: ParameterSpec, settings: Iterable[ParameterSetting]
) -> tuple[Decimal, ParameterSetting | None]:
    """Return the figure that holds, and by which setting: of those from the top down the nearest that may count.

    None where it is the edition's own.
    """
    value, by = spec.value, None
    for one in settings:
        if spec.allows_looser or is_stricter(spec, one.value, value):
            value, by = one.value, one
    return value, by


def figure_words(spec: ParameterSpec, value: Decimal) -> str:
    """Name a parameter with a figure and its unit.

    >>> figure_words(ParameterSpec(title="学时", value=Decimal(32), unit="学时/年"), Decimal(40))
    '学时 40 学时/年'
    """
    return f"{spec.title} {plain(value)} {spec.unit}"


def origin_of(setting: ParameterSetting | None, spec: ParameterSpec) -> str:
    """Say where a figure came from: whose document, or the edition's clause."""
    if setting is None:
        return f"出自本版{f'，{spec.place}' if spec.place else ''}"
    return f"{setting.organization.name}按{setting.document_number}设定，{setting.start_date:%Y-%m-%d} 起"


def value_of(spec: ParameterSpec, settings: Iterable[ParameterSetting]) -> ParameterValue:
    """Return a parameter as a check takes it: the figure in force, its words, and its origin where a subtree set it."""
    value, by = in_force(spec, settings)
    words = f"{figure_words(spec, value)}（{origin_of(by, spec)}）"
    return ParameterValue(value, words if by is not None else "", words, spec.unit)


@dataclass(frozen=True)
class LocalFigures:
    """What organizations have set for themselves, of some editions, as it stands on one day."""

    by_path: Mapping[tuple[int, str], Sequence[ParameterSetting]]

    def along(self, edition_id: int, path: str) -> dict[str, Chain]:
        """Return, by criterion, what is set at an organization and above it, each parameter's from the top down."""
        found: dict[str, dict[str, list[ParameterSetting]]] = {}
        if self.by_path:
            for upper in paths.ancestors(path):
                for one in self.by_path.get((edition_id, upper), ()):
                    found.setdefault(one.criterion_code, {}).setdefault(one.name, []).append(one)
        return dict(found)


def local_figures(edition_ids: Iterable[int], of: Iterable[str], day: date) -> LocalFigures:
    """Read what binds organizations at some paths on a day: one statement, however many they are; none for nobody."""
    upward = {upper for path in of for upper in paths.ancestors(path)}
    if not upward:
        return LocalFigures({})
    rows = (
        ParameterSetting.objects.standing()
        .on(day)
        .filter(edition__in=set(edition_ids), organization__path__in=upward)
        .select_related("organization")
        .order_by("pk")
    )
    found: dict[tuple[int, str], list[ParameterSetting]] = {}
    for row in rows:
        found.setdefault((row.edition_id, row.organization.path), []).append(row)
    return LocalFigures(found)
