"""Reads of standards: an edition found by its reference, as a tree for pages, or whole as data."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from qiangji.lib.numbers import plain
from qiangji.standards.exceptions import EditionNotFound
from qiangji.standards.models import (
    Criterion,
    CriterionWording,
    Edition,
    Group,
    PolicySource,
    Section,
    Veto,
    VetoWording,
    Wording,
)
from qiangji.standards.schema import CriterionSpec, EditionSpec, ParameterSpec, Scoring
from qiangji.standards.values import allowed_values, quick_values


@dataclass(frozen=True)
class ParameterNode:
    """A figure that regions differ on, for a page."""

    key: str
    title: str
    value: Decimal
    unit: str
    stricter: str
    usual: bool
    place: str

    @property
    def words(self) -> str:
        """The figure as people say it: 一般至少 32 学时/年."""
        bound = "至少" if self.stricter == "more" else "至多"
        space = "" if self.unit == "%" else " "
        return f"{'一般' if self.usual else ''}{bound} {plain(self.value)}{space}{self.unit}"


@dataclass(frozen=True)
class CriterionNode:
    """One criterion for a page; `text` is the official wording, "" where the site has imported none."""

    id: int
    code: str
    position: int
    number: int
    title: str
    note: str
    points: Decimal | None
    scoring_kind: str
    scoring: Scoring
    step: Decimal
    place: str
    window: str
    window_label: str
    evidence: str
    text: str
    source_key: str = ""
    source: PolicySource | None = None
    confirmed: bool = True
    parameters: tuple[ParameterNode, ...] = ()

    @property
    def allowed_values(self) -> tuple[Decimal, ...] | None:
        """The marks that may be given; None where they are too many to list."""
        return allowed_values(self.scoring, self.points, self.step)

    @property
    def quick_values(self) -> tuple[Decimal, ...]:
        """The marks that get a key of their own."""
        return quick_values(self.scoring, self.points, self.step)


@dataclass(frozen=True)
class GroupNode:
    """A row of the official form."""

    id: int
    number: int
    title: str
    points: Decimal
    criteria: tuple[CriterionNode, ...]


@dataclass(frozen=True)
class SectionNode:
    """A part of the table."""

    id: int
    number: int
    title: str
    points: Decimal
    is_bonus: bool
    groups: tuple[GroupNode, ...]

    @property
    def criteria(self) -> tuple[CriterionNode, ...]:
        return tuple(criterion for group in self.groups for criterion in group.criteria)


@dataclass(frozen=True)
class VetoNode:
    """A veto for a page; `text` is the official wording or ""."""

    id: int
    number: int
    kind: str
    kind_label: str
    title: str
    note: str
    text: str


@dataclass(frozen=True)
class ThresholdNode:
    """A line that results are held against."""

    key: str
    title: str
    value: Decimal
    unit: str
    strict: bool
    place: str
    effective_date: datetime.date | None
    until_date: datetime.date | None
    note: str


@dataclass(frozen=True)
class EditionTree:
    """A whole edition in the order of the table."""

    edition: Edition
    sections: tuple[SectionNode, ...]
    vetoes: tuple[VetoNode, ...]
    thresholds: tuple[ThresholdNode, ...]

    @property
    def criteria(self) -> tuple[CriterionNode, ...]:
        return tuple(criterion for section in self.sections for criterion in section.criteria)

    @property
    def has_wording(self) -> bool:
        """Whether the official text is at hand; a form printed without it says that the words are ours."""
        return any(criterion.text for criterion in self.criteria)


def edition_tree(edition: Edition) -> EditionTree:
    """Return an edition for pages, with the official wording where there is one.

    Three queries whatever its size, and one more where its criteria rest on documents of their own.
    """
    criteria = list(_worded_criteria(edition))
    keys = {criterion.source_key for criterion in criteria} - {""}
    sources = {one.key: one for one in PolicySource.objects.filter(key__in=keys)} if keys else {}
    return EditionTree(
        edition=edition,
        sections=tuple(_section_nodes(criteria, sources)),
        vetoes=tuple(_veto_nodes(edition)),
        thresholds=tuple(
            ThresholdNode(
                key=t.key,
                title=t.title,
                value=t.value,
                unit=t.unit,
                strict=t.strict,
                place=t.place,
                effective_date=t.effective_date,
                until_date=t.until_date,
                note=t.note,
            )
            for t in edition.thresholds.all()
        ),
    )


def current_wording(edition: Edition) -> Wording | None:
    """Return the official wording in use, if the site has imported one."""
    return edition.wordings.filter(is_current=True).first()


def edition_by_ref(ref: str) -> Edition:
    """Find an edition by CODE@LABEL, or by CODE the latest one (published before draft).

    Raises EditionNotFound, naming what there is.
    """
    code, separator, label = ref.partition("@")
    editions = Edition.objects.select_related("standard").filter(standard__code=code)
    if separator:
        found = editions.filter(label=label).first()
    else:
        found = max(editions, key=lambda e: (e.is_published, e.year_of_effect, e.label), default=None)
    if found is None:
        known = "、".join(edition.ref for edition in Edition.objects.select_related("standard"))
        hint = f"现有：{known}" if known else "现在一个版本也没有，请先运行 qiangji standard load"
        raise EditionNotFound(f"没有找到标准版本“{ref}”。{hint}。")
    return found


def edition_spec(edition: Edition) -> EditionSpec:
    """Return a stored edition whole, as the data it was made from."""
    sections = edition.sections.prefetch_related(
        Prefetch("groups", Group.objects.order_by("number")),
        Prefetch("groups__criteria", Criterion.objects.order_by("position")),
    ).order_by("number")
    return EditionSpec.model_validate(
        {
            "standard": edition.standard.code,
            "label": edition.label,
            "title": edition.title,
            "applies_to": edition.standard.applies_to,
            "source": {
                "document": edition.source_document,
                "number": edition.source_number,
                "issuer": edition.issuer,
                "date": edition.issued_date,
                "jurisdiction": edition.jurisdiction,
                "force": edition.force,
                "validity": edition.validity,
            },
            "awaiting": edition.awaiting,
            "year_of_effect": edition.year_of_effect,
            "total_points": edition.total_points,
            "step": edition.step,
            "sections": [_section_data(section) for section in sections],
            "vetoes": list(edition.vetoes.order_by("number").values("number", "kind", "title", "note")),
            "thresholds": list(
                edition.thresholds.order_by("id").values(
                    "key", "title", "value", "unit", "strict", "place", "effective_date", "until_date", "note"
                )
            ),
            "notes": edition.notes,
        }
    )


def criterion_spec(criterion: Criterion) -> CriterionSpec:
    """Return a stored criterion as the data it was made from."""
    return CriterionSpec.model_validate(_criterion_data(criterion))


def _section_data(section: Section) -> dict[str, Any]:
    return {
        "number": section.number,
        "title": section.title,
        "points": section.points,
        "bonus": section.is_bonus,
        "groups": [
            {
                "number": group.number,
                "title": group.title,
                "points": group.points,
                "criteria": [_criterion_data(criterion) for criterion in group.criteria.all()],
            }
            for group in section.groups.all()
        ],
    }


def _criterion_data(criterion: Criterion) -> dict[str, Any]:
    names = ["code", "number", "title", "note", "points", "place", "scoring", "window", "evidence"]
    names += ["source_key", "parameters", "draft_checks"]
    return {name: getattr(criterion, name) for name in names} | {"confirmed": criterion.is_confirmed}


def _worded_criteria(edition: Edition) -> QuerySet[Criterion]:
    texts = CriterionWording.objects.filter(criterion=OuterRef("pk"), wording__is_current=True).values("text")
    return (
        edition.criteria.select_related("group__section")
        .annotate(official_text=Subquery(texts[:1]))
        .order_by("position")
    )


def _section_nodes(criteria: list[Any], sources: Mapping[str, PolicySource]) -> Iterable[SectionNode]:
    """Fold criteria, in table order, into groups and sections; neither is ever without criteria."""
    for _, in_section in groupby(criteria, key=lambda c: c.group.section_id):
        group_nodes, section = [], None
        for _, members in groupby(in_section, key=lambda c: c.group_id):
            rows = list(members)
            group, section = rows[0].group, rows[0].group.section
            nodes = tuple(_criterion_node(row, sources) for row in rows)
            total = sum((node.points for node in nodes if node.points is not None), Decimal(0))
            group_nodes.append(GroupNode(group.pk, group.number, group.title, total, nodes))
        if section is not None:
            yield SectionNode(
                section.pk,
                section.number,
                section.title,
                section.points,
                section.is_bonus,
                tuple(group_nodes),
            )


def _criterion_node(row: Any, sources: Mapping[str, PolicySource]) -> CriterionNode:
    return CriterionNode(
        id=row.pk,
        code=row.code,
        position=row.position,
        number=row.number,
        title=row.title,
        note=row.note,
        points=row.points,
        scoring_kind=row.scoring_kind,
        scoring=row.scoring_rule,
        step=row.step,
        place=row.place,
        window=row.window,
        window_label=row.get_window_display(),
        evidence=row.evidence,
        text=row.official_text or "",
        source_key=row.source_key,
        source=sources.get(row.source_key),
        confirmed=row.is_confirmed,
        parameters=tuple(parameter_node(key, data) for key, data in row.parameters.items()),
    )


def parameter_node(key: str, data: Mapping[str, Any]) -> ParameterNode:
    """Return a parameter as stored in `Criterion.parameters`, for a page."""
    spec = ParameterSpec.model_validate(data)
    return ParameterNode(key, spec.title, spec.value, spec.unit, spec.stricter, spec.usual, spec.place)


def _veto_nodes(edition: Edition) -> Iterable[VetoNode]:
    texts = VetoWording.objects.filter(veto=OuterRef("pk"), wording__is_current=True).values("text")
    vetoes = Veto.objects.filter(edition=edition).annotate(official_text=Subquery(texts[:1]))
    for veto in vetoes.order_by("number"):
        yield VetoNode(
            veto.pk,
            veto.number,
            veto.kind,
            veto.get_kind_display(),
            veto.title,
            veto.note,
            veto.official_text or "",
        )
