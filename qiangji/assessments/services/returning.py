"""Returning single criteria for amendment, and taking such a return back; the rest of the sheet stays as it is."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import Answer, CriterionReturn, Mark, Sheet
from qiangji.assessments.permissions import WAITS_FOR_AMENDMENT, may_return_criteria, who_returns
from qiangji.assessments.services.moves import locked_sheet
from qiangji.assessments.services.outstanding import OBJECT
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.audit import services as audit
from qiangji.audit.models import Event
from qiangji.lib.dates import local_day
from qiangji.lib.typed import typed_words
from qiangji.orgs.reach import Reach

REASON_LIMIT = 1000


@transaction.atomic
def return_criteria(
    *,
    reach: Reach,
    sheet_id: UUID,
    reasons: Mapping[str, str],
    due_date: date,
    seen_version: int,
    at: datetime,
) -> list[CriterionReturn]:
    """Return criteria (code → reason) until a day; the sheet's state does not change.

    Raises OutOfReach, NotAllowed; Locked outside acceptance and rating, or decided on an older state; Refused for no
    criterion, a missing or too long reason, a day that is over, a criterion that is not in the table or out already.
    """
    sheet = locked_sheet(reach, sheet_id)
    stage = sheet.writable_stage
    if stage not in WAITS_FOR_AMENDMENT or sheet.version != seen_version:
        raise Locked(f"考评表现在是“{State(sheet.state).label}”，不能退回条目，请刷新页面。")
    if not may_return_criteria(reach, sheet):
        raise NotAllowed(f"退回条目由{who_returns(sheet)}办理。")
    if not reasons:
        raise Refused("请在要退回的条目后面写明原因。")
    if due_date < local_day(at):
        raise Refused("修改期限不能早于今天。")
    rows = CriterionReturn.objects.bulk_create(_rows(sheet, stage, reasons, due_date, by=reach.user, at=at))
    Event.objects.bulk_create(_event_of(row, by=reach.user, at=at) for row in rows)
    return rows


def _rows(
    sheet: Sheet, stage: Stage, reasons: Mapping[str, str], due_date: date, *, by: User, at: datetime
) -> list[CriterionReturn]:
    """Return the rows to write, each with what stands now and a first draft equal to it. Raises Refused."""
    answers = _answers(sheet, reasons)
    marks = Mark.objects.filter(answer__in=answers, stage=Stage.SELF)
    declared = dict(marks.values_list("answer_id", "points"))
    return [
        CriterionReturn(
            sheet=sheet,
            answer=answer,
            stage=stage,
            round=sheet.round,
            reason=reason_of(reasons[answer.criterion.code], f"{answer.criterion.code} 的退回原因"),
            due_date=due_date,
            returned_by=by,
            returned_at=at,
            points_before=declared.get(answer.pk),
            text_before=answer.text,
            points=declared.get(answer.pk),
            text=answer.text,
        )
        for answer in answers
    ]


def _event_of(row: CriterionReturn, *, by: User, at: datetime) -> Event:
    data = {
        "sheet": str(row.sheet.public_id),
        "code": row.answer.criterion.code,
        "stage": row.stage,
        "due": row.due_date.isoformat(),
    }
    return audit.event(
        verb="criterion.returned", obj_type=OBJECT, obj_id=row.public_id, data=data, by=by, at=at, sequence=1
    )


def _answers(sheet: Sheet, reasons: Mapping[str, str]) -> list[Answer]:
    """Return the answers. Raises Refused for codes that are not there or are out already."""
    answers = list(
        Answer.objects.filter(sheet=sheet, criterion__code__in=list(reasons))
        .select_related("criterion")
        .order_by("criterion__position")
    )
    unknown = set(reasons) - {answer.criterion.code for answer in answers}
    if unknown:
        raise Refused(f"表中没有这些条目：{'、'.join(sorted(unknown))}。")
    out = CriterionReturn.objects.filter(answer__in=answers, state=CriterionReturn.State.OPEN)
    codes = list(out.values_list("answer__criterion__code", flat=True))
    if codes:
        raise Refused(f"{'、'.join(codes)} 已经退回，还在等对方修改。")
    return answers


def reason_of(text: str, name: str) -> str:
    """Return a reason as stored. Raises Refused for none and for too many words."""
    text = typed_words(text)
    if not text:
        raise Refused(f"请写明{name}。")
    if len(text) > REASON_LIMIT:
        raise Refused(f"{name}最多 {REASON_LIMIT} 字，现在是 {len(text)} 字。")
    return text


@transaction.atomic
def cancel_return(*, reach: Reach, return_id: UUID, reason: str, at: datetime) -> CriterionReturn:
    """Take a return back, as when it was a mistake or its day is over; what stood before stands on.

    Raises OutOfReach, NotAllowed; Locked where it was amended meanwhile; Refused without a reason.
    """
    row = locked_return(reach, return_id)
    if not row.is_open:
        raise Locked(f"这一条的退回{row.get_state_display()}，不能再取消。")
    if not may_return_criteria(reach, row.sheet):
        raise NotAllowed(f"取消退回由{who_returns(row.sheet)}办理。")
    row.state, row.ended_by, row.ended_at = CriterionReturn.State.CANCELLED, reach.user, at
    row.end_reason = reason_of(reason, "取消原因")
    row.save(update_fields=["state", "ended_by", "ended_at", "end_reason"])
    audit.record(
        verb="criterion.return_cancelled", obj_type=OBJECT, obj_id=row.public_id,
        data={"code": row.answer.criterion.code}, by=reach.user, at=at,
    )  # fmt: skip
    return row


def locked_return(reach: Reach, return_id: UUID) -> CriterionReturn:
    """Read a return with its sheet and lock the sheet, as everything does that writes below it. Raises OutOfReach."""
    rows = CriterionReturn.objects.filter(
        sheet__in=Sheet.objects.visible_to(reach).order_by(), public_id=return_id
    )
    sheet_id = rows.values_list("sheet__public_id", flat=True).first()
    if sheet_id is None:
        raise OutOfReach("没有这个退回条目。")
    sheet = locked_sheet(reach, sheet_id)
    row = rows.select_related("answer__criterion").get()
    row.sheet = row.answer.sheet = sheet
    return row
