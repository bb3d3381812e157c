"""The figures of the documents side by side, each with what it rests on and whether an authority has adopted it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from qiangji.orgs.reach import Reach
from qiangji.standards.figures import (
    RELATION_LABELS,
    FigureSpec,
    SubjectSpec,
    persons_asked,
)
from qiangji.standards.loader import shipped_figures
from qiangji.standards.models import Criterion, Edition, Force, PolicySource
from qiangji.standards.selectors import ParameterNode, parameter_node

SAMPLE_STAFF = (300, 600, 1000)


@dataclass(frozen=True)
class FigureRow:
    """One document's figure with where it stands today."""

    figure: FigureSpec
    source: PolicySource | None
    edition: Edition | None

    @property
    def standing(self) -> str:
        """Whom the figure binds: nobody, until an authority has adopted the edition that holds it."""
        if self.edition is None:
            return "标准库中的版本尚未载入"
        if not self.edition.is_published:
            return "草稿，只能试评，不约束任何单位"
        if self.edition.adopted_by:
            number = f"（{self.edition.adoption_number}）" if self.edition.adoption_number else ""
            return f"{self.edition.adopted_by}{number}已采用"
        if self.source is not None and not self.source.available:
            return "数字未与原文核对，只作参考"
        if self.source is not None and self.source.force == Force.NORMATIVE:
            return f"在{self.source.jurisdiction}由发文机关施行；其他地区未见采用"
        return "未见机关采用，不约束任何单位"


@dataclass(frozen=True)
class OtherRow:
    """The same parameter in another edition, say one that this province brought in."""

    edition: Edition
    code: str
    parameter: ParameterNode


@dataclass(frozen=True)
class StaffRow:
    """What the figures ask of a hospital of a size; None stands for a document that names no number."""

    staff: int
    asked: tuple[int | None, ...]

    @property
    def strictest(self) -> int:
        return max(number for number in self.asked if number is not None)


@dataclass(frozen=True)
class SubjectBoard:
    """One matter with all its figures."""

    subject: SubjectSpec
    rows: tuple[FigureRow, ...]
    others: tuple[OtherRow, ...]
    staff_rows: tuple[StaffRow, ...]

    @property
    def relation_label(self) -> str:
        return RELATION_LABELS[self.subject.relation]


def figure_board(*, reach: Reach, staff: int | None = None) -> list[SubjectBoard]:
    """Return every subject of `figures.yaml`; `staff` adds a row for a hospital of that size where counts are asked."""
    subjects = shipped_figures().subjects
    refs = {figure.edition for subject in subjects for figure in subject.figures}
    keys = {figure.parameter for subject in subjects for figure in subject.figures} - {""}
    editions = {edition.ref: edition for edition in Edition.objects.select_related("standard")}
    sources = {source.key: source for source in PolicySource.objects.all()}
    others = _other_criteria(reach, keys, [editions[ref] for ref in refs if ref in editions])
    return [
        SubjectBoard(
            subject=subject,
            rows=tuple(
                FigureRow(figure, sources.get(figure.source), editions.get(figure.edition))
                for figure in subject.figures
            ),
            others=tuple(_others(subject, others)),
            staff_rows=_staff_rows(subject, staff),
        )
        for subject in subjects
    ]


def compared_codes(edition: Edition) -> Mapping[str, SubjectSpec]:
    """Return, for each criterion of an edition whose figure other documents give differently, the subject."""
    return {
        figure.code: subject
        for subject in shipped_figures().subjects
        for figure in subject.figures
        if figure.edition == edition.ref and figure.code
    }


def _other_criteria(reach: Reach, keys: Iterable[str], shown: Sequence[Edition]) -> list[Criterion]:
    """Return criteria of editions not in the table already whose parameters bear one of the keys."""
    wanted = Q()
    for key in keys:
        wanted |= Q(parameters__has_key=key)
    if not wanted:
        return []
    rows = Criterion.objects.filter(wanted, edition__in=Edition.objects.visible_to(reach))
    rows = rows.exclude(edition__in=shown).select_related("edition__standard")
    return list(rows.order_by("edition__standard__code", "-edition__label", "position"))


def _others(subject: SubjectSpec, criteria: Iterable[Criterion]) -> Iterable[OtherRow]:
    keys = {figure.parameter for figure in subject.figures} - {""}
    for criterion in criteria:
        for key in keys.intersection(criterion.parameters):
            yield OtherRow(criterion.edition, criterion.code, parameter_node(key, criterion.parameters[key]))


def _staff_rows(subject: SubjectSpec, staff: int | None) -> tuple[StaffRow, ...]:
    if subject.relation != "strictest":
        return ()
    sizes = sorted({*SAMPLE_STAFF, *([staff] if staff else [])})
    return tuple(
        StaffRow(size, tuple(persons_asked(figure, size) for figure in subject.figures)) for size in sizes
    )
