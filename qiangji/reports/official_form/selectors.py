"""Fills the form from a sheet or from an edition, with a number of queries that no table's size changes.

A form shows what is concluded: the stage under way belongs to its reviewer until then, so a print handed about can
never show half an acceptance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from qiangji.assessments.models import Answer, Mark, Sheet, Submission
from qiangji.assessments.selectors.sheet_page import interpretations_of, readable_stages
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.lib.dates import day_text, local_day
from qiangji.reports.official_form.contents import (
    FormCriterion,
    FormHead,
    FormRow,
    FormSection,
    FormVeto,
    OfficialForm,
)
from qiangji.scoring.totals import Scored, totals
from qiangji.standards.models import AppliesTo, Criterion, Edition, Wording
from qiangji.standards.phrases import criterion_text, edition_notes, wording_note
from qiangji.standards.selectors import CriterionNode, EditionTree, current_wording, edition_tree
from qiangji.standards.values import highest_value

UNIT_LABELS = {
    AppliesTo.HOSPITAL: "申报单位党委名称",
    AppliesTo.BRANCH: "申报党支部名称",
    AppliesTo.AUTHORITY: "主管部门名称",
    AppliesTo.ALL: "党组织名称",
}
DIGEST_SHOWN = 16


@dataclass(frozen=True)
class Filling:
    """What one sheet puts into the form, by the criterion's key."""

    texts: Mapping[int, str] = field(default_factory=dict)
    marks: Mapping[int, Mapping[Stage, Decimal | None]] = field(default_factory=dict)


BLANK = Filling()


def blank_form(edition: Edition, *, at: datetime) -> OfficialForm:
    """Return an edition's form with nothing filled in: four queries."""
    tree, wording = edition_tree(edition), current_wording(edition)
    head = FormHead(title=_title(edition, wording), unit_label=_unit_label(edition))
    return _form(tree, head, BLANK, at=at, notes=edition_notes(edition))


def form_of(sheet: Sheet, *, at: datetime) -> OfficialForm:
    """Return a sheet's form with the stages concluded so far: eight queries and the sheet's own relations."""
    tree, wording = edition_tree(sheet.edition), current_wording(sheet.edition)
    stages = readable_stages(sheet, is_reviewer=False)
    filling = _filling(sheet, stages)
    submission = _submission(sheet)
    head = FormHead(
        title=_title(sheet.edition, wording),
        unit_label=_unit_label(sheet.edition),
        unit_name=sheet.organization_name,
        score=_score(tree, filling, stages[-1]),
        score_stage=stages[-1].label,
        is_provisional=not sheet.is_final,
        application_date=local_day(submission.signed_at) if submission else None,
    )
    notes = [
        *edition_notes(sheet.edition),
        *_sheet_notes(sheet, submission),
        *_interpretation_notes(sheet, tree),
    ]
    return _form(tree, head, filling, at=at, notes=notes)


def _form(
    tree: EditionTree, head: FormHead, filling: Filling, *, at: datetime, notes: Iterable[str]
) -> OfficialForm:
    return OfficialForm(
        head=head,
        sections=tuple(
            FormSection(
                title=section.title,
                points=section.points,
                rows=tuple(
                    FormRow(group.title, tuple(_criterion(node, filling) for node in group.criteria))
                    for group in section.groups
                ),
                is_bonus=section.is_bonus,
            )
            for section in tree.sections
        ),
        vetoes=tuple(FormVeto(veto.text or veto.title, veto.kind_label) for veto in tree.vetoes),
        printed_at=at,
        wording_note=wording_note(tree.edition, tree.criteria),
        notes=tuple(notes),
    )


def _criterion(node: CriterionNode, filling: Filling) -> FormCriterion:
    return FormCriterion(
        number=node.number,
        text=criterion_text(node),
        points=node.points,
        full=highest_value(node.scoring, node.points) if node.points is not None else None,
        implementation=filling.texts.get(node.id, ""),
        marks=filling.marks.get(node.id, {}),
    )


def _title(edition: Edition, wording: Wording | None) -> str:
    return (wording.title if wording else "") or edition.title


def _unit_label(edition: Edition) -> str:
    return UNIT_LABELS[AppliesTo(edition.standard.applies_to)]


def _sheet_notes(sheet: Sheet, submission: Submission | None) -> list[str]:
    notes = ["本周期为试评，不产生结果。"] if sheet.cycle.is_trial else []
    if submission and submission.meeting_date:
        notes.append(
            f"申报经{day_text(submission.meeting_date)}会议审议，纪要编号{submission.minutes_number}，"
            f"申报内容摘要{submission.digest[:DIGEST_SHOWN]}。"
        )
    return notes


def _interpretation_notes(sheet: Sheet, tree: EditionTree) -> list[str]:
    """Say, in the order of the table, which criteria are read by an authority's numbered interpretation."""
    given = interpretations_of(sheet)
    return [
        f"{node.code}按{one.issuer}{one.number}执行：{one.text}"
        for node in tree.criteria
        for one in given.get(node.id, [])
    ]


def _filling(sheet: Sheet, stages: list[Stage]) -> Filling:
    texts = dict(Answer.objects.filter(sheet=sheet).values_list("criterion_id", "text"))
    given = Mark.objects.filter(answer__sheet=sheet, stage__in=stages)
    marks: dict[int, dict[Stage, Decimal | None]] = {}
    for criterion, stage, points in given.values_list("answer__criterion_id", "stage", "points"):
        marks.setdefault(criterion, {})[Stage(stage)] = points
    if Stage.INSPECTION in stages:
        for given_marks in marks.values():
            given_marks[Stage.INSPECTION] = effective(given_marks, Stage(sheet.final_stage))
    return Filling(texts, marks)


def effective(marks: Mapping[Stage, Decimal | None], final: Stage) -> Decimal | None:
    """Return a criterion's final mark: the inspection's where it looked at it, else that of the final stage (§2)."""
    inspected = marks.get(Stage.INSPECTION)
    return marks.get(final) if inspected is None else inspected


def _score(tree: EditionTree, filling: Filling, stage: Stage) -> Decimal | None:
    """Return the headline figure of a stage; None while it has marked nothing."""
    marks = {node.id: filling.marks.get(node.id, {}).get(stage) for node in tree.criteria}
    if all(mark is None for mark in marks.values()):
        return None
    scored = (
        Scored(
            section.number,
            group.number,
            marks[node.id],
            section.is_bonus or node.scoring_kind == Criterion.Kind.BONUS,
        )
        for section in tree.sections
        for group in section.groups
        for node in group.criteria
    )
    return totals(scored).score


def _submission(sheet: Sheet) -> Submission | None:
    """Return the handing-in that stands; a sheet being revised has none."""
    if sheet.state == State.DRAFT:
        return None
    return Submission.objects.whole().filter(sheet=sheet).order_by("-round").first()
