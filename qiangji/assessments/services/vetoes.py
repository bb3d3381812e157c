"""Answering for the sheet vetoes (annex 2, 备注): before a rating begins, or before an acceptance that is final ends."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from qiangji.assessments.exceptions import Locked, NotAllowed, Refused
from qiangji.assessments.models import Sheet, VetoCheck
from qiangji.assessments.permissions import check_open, may_answer_anew, who_answers
from qiangji.assessments.services.moves import allowed_move, locked_sheet, move_sheet
from qiangji.assessments.states import Move
from qiangji.assessments.vetoes import answered_anew, asked_before, sheet_vetoes
from qiangji.audit import services as audit
from qiangji.lib.typed import typed_words
from qiangji.orgs.reach import Reach

BASIS_LIMIT = 500


@dataclass(frozen=True)
class VetoAnswer:
    """Whether one condition applies, and on what this rests where it does."""

    number: int
    applies: bool
    basis: str = ""


@transaction.atomic
def answer_vetoes(
    *, reach: Reach, sheet_id: UUID, answers: list[VetoAnswer], seen_version: int, at: datetime
) -> Sheet:
    """Record an answer for every sheet veto, and begin the rating where none applies.

    Where the acceptance is final, its supervisor answers while accepting, and the sheet moves by ``conclude_review``: one
    that applies holds up the recognition, until it is answered anew or two approvers have withheld the sheet.
    Raises OutOfReach, NotAllowed, Locked as other moves do; Refused where a condition is left out, or applies without
    a basis. Where one applies the answers are kept and the sheet stays accepted.
    """
    sheet = locked_sheet(reach, sheet_id)
    move = _answering_move(reach, sheet, seen_version=seen_version)
    given = {answer.number: answer for answer in answers}
    vetoes = sheet_vetoes(sheet)
    for veto in vetoes:
        answer = given.get(veto.number)
        if answer is None:
            raise Refused(f"请回答第 {veto.number} 种情形是否存在。")
        if answer.applies and not typed_words(answer.basis):
            raise Refused(f"第 {veto.number} 种情形选择“存在”的，须写明依据，例如处理决定的文号。")
        if len(answer.basis) > BASIS_LIMIT:
            raise Refused(f"依据最多 {BASIS_LIMIT} 字，现在是 {len(answer.basis)} 字。")
    for veto in vetoes:
        answer = given[veto.number]
        VetoCheck.objects.create(
            sheet=sheet,
            veto=veto,
            round=sheet.round,
            applies=answer.applies,
            basis=typed_words(answer.basis),
            checked_by=reach.user,
            checked_at=at,
        )
    applying = [veto.number for veto in vetoes if given[veto.number].applies]
    audit.record(
        verb="sheet.vetoes_checked",
        obj_type="sheet",
        obj_id=sheet.public_id,
        data={"round": sheet.round, "applies": applying},
        by=reach.user,
        at=at,
    )
    if move is not None and not applying:
        move_sheet(sheet, move, reach=reach, at=at)
    return sheet


def _answering_move(reach: Reach, sheet: Sheet, *, seen_version: int) -> Move | None:
    """Return the move that answers lead to at once, or None; refuse whoever may not answer, or not now."""
    verb = asked_before(sheet)
    if not answered_anew(sheet):
        move = allowed_move(reach, sheet, verb, seen_version=seen_version)
        return move if verb == "start_rating" else None
    check_open(sheet)
    if sheet.version != seen_version:
        raise Locked("考评表刚刚有变动，请刷新页面后再核对。")
    if not may_answer_anew(reach, sheet):
        raise NotAllowed(who_answers(sheet))
    return None
