"""Rows of returned criteria and withheld sheets that their tables refuse, by the constraint that does."""

from datetime import date
from typing import Any

from qiangji.assessments.models import CriterionReturn, SheetVeto, SheetVetoStep
from qiangji.assessments.tests.worlds import SIGNED, World
from qiangji.standards.models import Veto

Changes = dict[str, Any]


def return_of(w: World, **changes: Any) -> CriterionReturn:
    fields: Changes = {
        "sheet": w.sheet, "answer": w.answer("1-1-1"), "stage": "acceptance", "round": 1, "reason": "缺记录",
        "due_date": date(2027, 1, 31), "returned_by": w.cast.supervisor, "returned_at": SIGNED,
    }  # fmt: skip
    return CriterionReturn(**(fields | changes))


def cancelled(w: World, **changes: Any) -> CriterionReturn:
    whole: Changes = {
        "state": "cancelled",
        "ended_by": w.cast.supervisor,
        "ended_at": SIGNED,
        "end_reason": "退错了",
    }
    return return_of(w, **(whole | changes))


def case_of(w: World) -> Veto:
    fields = {"edition": w.sheet.edition, "number": 7, "kind": Veto.Kind.SHEET}
    return Veto.objects.filter(**fields).first() or Veto.objects.create(**fields, title="情形")


def veto_of(w: World, **changes: Any) -> SheetVeto:
    fields: Changes = {
        "sheet": w.sheet, "veto": case_of(w), "round": 1, "basis": "通报", "first_by": w.cast.supervisor,
        "first_at": SIGNED,
    }  # fmt: skip
    return SheetVeto(**(fields | changes))


def rejected(w: World, **changes: Any) -> SheetVeto:
    whole: Changes = {"state": "rejected", "second_by": w.cast.secretary, "second_at": SIGNED}
    return veto_of(w, **(whole | changes))


def in_force(w: World, **changes: Any) -> SheetVeto:
    whole: Changes = {
        "state": "in_force", "sheet_version": 3, "notice_number": "1号", "appeal_until": date(2027, 1, 31),
        "end_date": date(2027, 12, 31),
    }  # fmt: skip
    return rejected(w, **(whole | changes))


def step_of(w: World, **changes: Any) -> SheetVetoStep:
    stored = SheetVeto.objects.filter(sheet=w.sheet).first()
    if stored is None:
        stored = veto_of(w)
        stored.save()
    fields: Changes = {
        "sheet_veto": stored, "sequence": 1, "verb": "propose", "words": "通报", "taken_by": w.cast.supervisor,
        "taken_at": SIGNED,
    }  # fmt: skip
    return SheetVetoStep(**(fields | changes))


RETURNS = {
    "assessments_one_open_return": lambda w: [return_of(w), return_of(w)],
    "assessments_return_by_a_review_with_a_reason": lambda w: [
        return_of(w, stage="self"),
        return_of(w, reason=""),
    ],
    "assessments_return_edited_whole": lambda w: [
        return_of(w, version=1),
        return_of(w, edited_by=w.cast.party_office, edited_at=SIGNED),
    ],
    "assessments_return_ended_whole": lambda w: [
        cancelled(w, end_reason=""),
        cancelled(w, ended_at=None),
        cancelled(w, state="open"),
        cancelled(w, state="amended"),
        return_of(w, state="lost"),
    ],
    "assessments_sheet_veto_two_approvers": lambda w: [rejected(w, second_by=w.cast.supervisor)],
    "assessments_sheet_veto_decided_by_a_second": lambda w: [
        veto_of(w, second_by=w.cast.secretary, second_at=SIGNED),
        rejected(w, second_by=None),
        rejected(w, second_at=None),
        veto_of(w, state="lost"),
    ],
    "assessments_sheet_veto_in_force_is_whole": lambda w: [
        in_force(w, notice_number=""),
        in_force(w, appeal_until=None),
        in_force(w, end_date=None),
        in_force(w, sheet_version=None),
    ],
    "assessments_sheet_veto_has_a_basis": lambda w: [veto_of(w, basis="")],
    "assessments_sheet_veto_dates": lambda w: [in_force(w, end_date=date(2027, 1, 30))],
    "assessments_one_veto_a_sheet": lambda w: [veto_of(w), in_force(w)],
    "assessments_sheet_veto_step_numbered": lambda w: [step_of(w), step_of(w, words="又一步")],
    "assessments_sheet_veto_step_has_words": lambda w: [step_of(w, words="")],
}
