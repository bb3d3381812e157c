"""Fills the register from a sheet, with a number of queries that no table's size changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Count

from qiangji.assessments.models import Answer, Evidence, Mark, Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.rectification.selectors.shown import Mended, handed_in_of
from qiangji.reports.self_check_register.contents import RegisterHead, RegisterRow, SelfCheckRegister
from qiangji.standards.models import Criterion
from qiangji.standards.phrases import criterion_text, edition_notes, wording_note
from qiangji.standards.selectors import CriterionNode, EditionTree, edition_tree


@dataclass(frozen=True)
class Filling:
    """What one sheet puts into the register, by the criterion's key."""

    texts: Mapping[int, str]
    marks: Mapping[int, Decimal | None]
    evidence: Mapping[int, int]
    mended: Mapping[int, Mended]


def register_of(sheet: Sheet, *, at: datetime, with_full: bool = False) -> SelfCheckRegister:
    """Return a sheet's register with the self marks as they stand: nine queries at most and the sheet's own relations.

    Causes and measures are those that were handed in: the paper is the same for everybody who may have it.
    """
    tree, filling = edition_tree(sheet.edition), _filling(sheet)
    cycle = sheet.cycle
    plan = f"（{cycle.plan_number}）" if cycle.plan_number else ""
    register = SelfCheckRegister(
        head=RegisterHead(
            unit_name=sheet.organization_name,
            cycle=f"{cycle.title}{plan}",
            edition=f"{sheet.edition.title}（{sheet.edition.label}）",
        ),
        rows=tuple(_rows(tree, filling)),
        printed_at=at,
        with_full=with_full,
    )
    printed = {row.code for row in register.listed}
    nodes = [node for node in tree.criteria if node.code in printed]
    return replace(register, notes=tuple(_notes(sheet, nodes)))


def _rows(tree: EditionTree, filling: Filling) -> Iterator[RegisterRow]:
    for section in tree.sections:
        for group in section.groups:
            for node in group.criteria:
                mended = filling.mended.get(node.id)
                yield RegisterRow(
                    part_number=section.number,
                    part=section.title,
                    group=group.title,
                    code=node.code,
                    text=criterion_text(node),
                    possible=node.points,
                    mark=filling.marks.get(node.id),
                    implementation=filling.texts.get(node.id, ""),
                    evidence_count=filling.evidence.get(node.id, 0),
                    is_bonus=section.is_bonus or node.scoring_kind == Criterion.Kind.BONUS,
                    cause=mended.cause if mended else "",
                    measure=mended.measure if mended else "",
                    deadline=mended.deadline_date if mended else None,
                )


def _filling(sheet: Sheet) -> Filling:
    marks = Mark.objects.filter(answer__sheet=sheet, stage=Stage.SELF)
    attached = Evidence.objects.filter(answer__sheet=sheet, detached_at__isnull=True)
    return Filling(
        texts=dict(Answer.objects.filter(sheet=sheet).values_list("criterion_id", "text")),
        marks=dict(marks.values_list("answer__criterion_id", "points")),
        evidence=dict(
            attached.order_by()
            .values("answer__criterion_id")
            .annotate(count=Count("pk"))
            .values_list("answer__criterion_id", "count")
        ),
        mended=handed_in_of(sheet.pk),
    )


def _notes(sheet: Sheet, nodes: Sequence[CriterionNode]) -> Iterator[str]:
    """Say what the paper rests on and how far it goes, in the order of the official form's notes."""
    yield from filter(None, [wording_note(sheet.edition, nodes)])
    yield from edition_notes(sheet.edition)
    if sheet.cycle.is_trial:
        yield "本周期为试评，不产生结果。"
    yield "所列为自评得分，不作为评定结果。"
    if sheet.state == State.DRAFT:
        yield "自评尚未提交，内容可能还有改动。"
