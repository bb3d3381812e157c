"""Beginning a re-assessment: a verified order to mend opens the sheet for another acceptance and rating."""

from datetime import date, datetime

from django.db import transaction

from qiangji.assessments import exceptions as sheets
from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import acts_from, review_permission, who_may
from qiangji.assessments.services.moves import move_sheet
from qiangji.assessments.services.returning import return_criteria
from qiangji.assessments.states import Position, State, move_from
from qiangji.audit import services as audit
from qiangji.lib.dates import local_day
from qiangji.orgs.reach import Reach
from qiangji.rectification.models import Rectification
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Reassessment, Result
from qiangji.results.services.objections import locked_sheet

KINDS = (Rectification.Kind.TIME_LIMITED, Rectification.Kind.KEY_REMEDY)
DONE = (Rectification.State.VERIFIED, Rectification.State.CLOSED)
OUT = "整改后复评：请按整改结果更新自评、落实情况和佐证。"


def may_reassess(reach: Reach, sheet: Sheet) -> bool:
    """Say whether this person begins a re-assessment: whoever accepts the sheet."""
    return acts_from(reach, sheet, Position.SUPERVISOR, review_permission(sheet))


def mended(sheet: Sheet) -> Rectification | None:
    """Return the verified order to mend that a re-assessment of a sheet below the line rests on."""
    if sheet.state != State.BELOW_STANDARD:
        return None
    rows = Rectification.objects.filter(
        sheet=sheet, organization=sheet.organization_id, kind__in=KINDS, state__in=DONE
    )
    return rows.order_by("-state_at").first()


@transaction.atomic
def start_reassessment(
    *, reach: Reach, sheet: Sheet, due_date: date, own_deadline_date: date, seen_version: int, at: datetime
) -> Reassessment:
    """Begin a new round of a sheet below the line; the criteria that its order names go back to the hospital until a day.

    ``due_date`` is the hospital's, ``own_deadline_date`` the day until which the round is accepted and rated; both run to
    24:00, and neither depends on the cycle's days or on whether the cycle is closed.

    The hospital amends and signs them as any that came back; what is not out keeps what was signed, and every mark of the
    acceptance and the rating that an amendment touches has to be given anew. It ends in the next recognition. Raises
    NotAllowed; Locked where the sheet is not below the line, or was moved since it was seen; Refused without a verified
    order, for a day that is over, or for a round that would end before the hospital's day.
    """
    row = locked_sheet(sheet)
    if not may_reassess(reach, row):
        raise NotAllowed(f"复评由{who_may(row, Position.SUPERVISOR, review_permission(row))}开始。")
    move = move_from(row.state, "reassess")
    if move is None or row.version != seen_version:
        raise Locked(f"考评表现在是“{State(row.state).label}”，请刷新页面后再办理。")
    order = mended(row)
    newest = Result.objects.filter(sheet=row).order_by("-sequence").first()
    if order is None or newest is None:
        raise Refused("整改核验通过以后才能开始复评。")
    if due_date < local_day(at):
        raise Refused("医院更新的期限不能早于今天。")
    if own_deadline_date < due_date:
        raise Refused("完成复评的期限不能早于医院更新的期限。")
    if Reassessment.objects.filter(result=newest).exists():
        raise Locked("这一次结果已经复评过。")
    if Reassessment.objects.filter(sheet=row, new_result__isnull=True).exists():
        raise Locked("上一次复评还没有结果，请先由认定单位重新认定。")
    move_sheet(row, move, reach=reach, at=at, reason=f"{order.get_kind_display()}核验通过，开始复评")
    row.own_deadline_date = own_deadline_date
    row.save(update_fields=["own_deadline_date"])
    found = Reassessment.objects.create(
        sheet=row, round=row.round, rectification=order, result=newest, started_by=reach.user, started_at=at
    )
    audit.record(
        verb="reassessment.started", obj_type="reassessment", obj_id=found.public_id,
        data={"sheet": str(row.public_id), "rectification": str(order.public_id), "round": row.round,
            "hospital_until": due_date.isoformat(), "until": own_deadline_date.isoformat()},
        by=reach.user, at=at, sequence=1,
    )  # fmt: skip
    _open_what_was_mended(row, order, due_date, reach=reach, at=at)
    return found


def _open_what_was_mended(
    sheet: Sheet, order: Rectification, due_date: date, *, reach: Reach, at: datetime
) -> None:
    items = order.items.filter(criterion__edition=sheet.edition_id).order_by("position")
    reasons = {
        code: f"{OUT}整改结果：{done}" if done else OUT
        for code, done in items.values_list("criterion__code", "done")
    }
    if not reasons:
        return
    try:
        return_criteria(
            reach=reach, sheet_id=sheet.public_id, reasons=reasons, due_date=due_date,
            seen_version=sheet.version, at=at,
        )  # fmt: skip
    except sheets.AssessmentError as error:
        raise Refused(str(error)) from error
