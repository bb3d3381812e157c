"""Beginning a re-assessment: an order to mend that was verified, or let pass, opens the sheet for another acceptance."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q

from qiangji.assessments import exceptions as sheets
from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import acts_from, review_permission, who_may
from qiangji.assessments.services.moves import move_sheet
from qiangji.assessments.services.returning import return_criteria
from qiangji.assessments.states import Position, State, move_from
from qiangji.audit import services as audit
from qiangji.lib.dates import end_of, is_past, local_day
from qiangji.orgs.reach import Reach
from qiangji.rectification.models import Rectification
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Reassessment, Result
from qiangji.results.selectors.standing import standing_since
from qiangji.results.services.objections import locked_sheet

KINDS = (Rectification.Kind.TIME_LIMITED, Rectification.Kind.KEY_REMEDY)
DONE = (Rectification.State.VERIFIED, Rectification.State.CLOSED)
IGNORED = (Rectification.State.OPENED, Rectification.State.UNDER_WAY)
OUT = "整改后复评：请按整改结果更新自评、落实情况和佐证。"


def may_reassess(reach: Reach, sheet: Sheet) -> bool:
    """Say whether this person begins a re-assessment: whoever accepts the sheet."""
    return acts_from(reach, sheet, Position.SUPERVISOR, review_permission(sheet))


def ripe_order(sheet: Sheet, *, at: datetime) -> Rectification | None:
    """Return the order to mend that a re-assessment of a sheet below the line rests on: a verified one before all others.

    Where there is none, one whose deadline is over and that the hospital has not handed in: whoever lets it pass is
    assessed again as well. What was handed in has to be verified or sent back first. What was served before the sheet
    came to stand as it does, before it fell again or stayed below by a re-assessment, counts for neither.
    """
    since = standing_since([sheet.pk]).get(sheet.pk)
    if sheet.state != State.BELOW_STANDARD or since is None:
        return None
    rows = list(
        Rectification.objects.filter(
            sheet=sheet, organization=sheet.organization_id, kind__in=KINDS, state__in=(*DONE, *IGNORED)
        )
        .annotate(verified_at=Max("steps__taken_at", filter=Q(steps__verb="verify")))
        .order_by("-state_at")
    )
    mended = [row for row in rows if row.state in DONE and _is_since(row, row.verified_at, since.decided_at)]
    passed = [
        row
        for row in rows
        if row.state in IGNORED
        and is_past(row.deadline_date, at=at)
        and _is_since(row, end_of(row.deadline_date), since.decided_at)
    ]
    return next(iter([*mended, *passed]), None)


def _is_since(order: Rectification, ripe_at: datetime | None, since: datetime) -> bool:
    """Say whether an order answers for the present standing: opened in it, or become ripe in it and not before."""
    return order.opened_at >= since or (ripe_at is not None and ripe_at > since)


def is_mended(order: Rectification) -> bool:
    """Say whether an order was verified, so that what it names goes back to the hospital to be brought up to date."""
    return order.state in DONE


@transaction.atomic
def start_reassessment(
    *,
    reach: Reach,
    sheet: Sheet,
    due_date: date | None,
    own_deadline_date: date,
    seen_version: int,
    at: datetime,
) -> Reassessment:
    """Begin a new round of a sheet below the line; the criteria that its order names go back to the hospital until a day.

    ``due_date`` is the hospital's, ``own_deadline_date`` the day until which the round is accepted and rated; both run to
    24:00, and neither depends on the cycle's days or on whether the cycle is closed.

    The hospital amends and signs them as any that came back; what is not out keeps what was signed, and every mark of the
    acceptance and the rating that an amendment touches has to be given anew. Where the order was let pass there is nothing
    to amend, and no ``due_date``. It ends in the next recognition. Raises NotAllowed; Locked where the sheet is not below
    the line, or was moved since it was seen; Refused without an order that was verified or let pass, for a day that is
    over, or for a round that would end before the hospital's day.
    """
    row = locked_sheet(sheet)
    if not may_reassess(reach, row):
        raise NotAllowed(f"复评由{who_may(row, Position.SUPERVISOR, review_permission(row))}开始。")
    move = move_from(row.state, "reassess")
    if move is None or row.version != seen_version:
        raise Locked(f"考评表现在是“{State(row.state).label}”，请刷新页面后再办理。")
    order = ripe_order(row, at=at)
    newest = Result.objects.filter(sheet=row).order_by("-sequence").first()
    if order is None or newest is None:
        raise Refused("整改核验通过，或整改期限已过、医院没有提交整改的，才能开始复评。")
    mended = is_mended(order)
    check_days(due_date if mended else None, own_deadline_date, is_mended=mended, today=local_day(at))
    if Reassessment.objects.filter(result=newest).exists():
        raise Locked("这一次结果已经复评过。")
    if Reassessment.objects.filter(sheet=row, new_result__isnull=True).exists():
        raise Locked("上一次复评还没有结果，请先由认定单位重新认定。")
    why = "核验通过" if mended else f"期限已过（{order.deadline_date}），没有提交整改"
    move_sheet(row, move, reach=reach, at=at, reason=f"{order.get_kind_display()}{why}，开始复评")
    row.own_deadline_date = own_deadline_date
    row.save(update_fields=["own_deadline_date"])
    found = Reassessment.objects.create(
        sheet=row, round=row.round, rectification=order, result=newest, started_by=reach.user, started_at=at
    )
    _record(found, due_date if mended else None, reach=reach, at=at)
    if mended and due_date:
        open_what_was_mended(row, order, due_date, reach=reach, at=at)
    return found


def _record(found: Reassessment, due_date: date | None, *, reach: Reach, at: datetime) -> None:
    """Write the audit event of a beginning."""
    sheet, until = found.sheet, found.sheet.own_deadline_date
    audit.record(
        verb="reassessment.started", obj_type="reassessment", obj_id=found.public_id,
        data={
            "sheet": str(sheet.public_id),
            "rectification": str(found.rectification.public_id),
            "round": found.round,
            "hospital_until": due_date.isoformat() if due_date else None,
            "until": until.isoformat() if until else None,
        },
        by=reach.user, at=at, sequence=1,
    )  # fmt: skip


def check_days(
    due_date: date | None, own_deadline_date: date, *, is_mended: bool, today: date, whose: str = "医院"
) -> None:
    """Refuse days that are over or out of order. Raises Refused."""
    if is_mended and due_date is None:
        raise Refused(f"请填{whose}更新的期限。", field="due_date")
    if due_date is not None and due_date < today:
        raise Refused(f"{whose}更新的期限不能早于今天。", field="due_date")
    if own_deadline_date < (due_date or today):
        earlier = f"{whose}更新的期限" if due_date else "今天"
        raise Refused(f"完成复评的期限不能早于{earlier}。", field="own_deadline_date")


def open_what_was_mended(
    sheet: Sheet, order: Rectification, due_date: date, *, reach: Reach, at: datetime
) -> None:
    """Return the criteria that an order names to the organization until a day. Raises Refused."""
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
