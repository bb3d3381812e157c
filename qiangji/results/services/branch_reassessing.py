"""Beginning the re-assessment of a branch that is not above the line: its hospital opens the sheet again after mending."""

from datetime import date, datetime

from django.db import transaction

from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import review_permission, who_may
from qiangji.assessments.services.evaluating import catch_up
from qiangji.assessments.states import Move, Position, State, move_from
from qiangji.audit import services as audit
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import BranchReassessment
from qiangji.results.selectors.branches import course_of
from qiangji.results.services.objections import locked_sheet
from qiangji.results.services.reassessing import (
    check_answered,
    check_days,
    may_reassess,
    open_round,
    open_what_was_mended,
    what_was_mended,
)


@transaction.atomic
def start_branch_reassessment(
    *,
    reach: Reach,
    sheet: Sheet,
    due_date: date | None,
    own_deadline_date: date,
    seen_version: int,
    at: datetime,
) -> BranchReassessment:
    """Begin a new round of the sheet of a branch not above the line; what its order names goes back to it until a day.

    A hospital below the line only because of its branches comes back above it in this way: their marks are given anew,
    and the hospital's own re-assessment counts them. Days and what stays as it was are as in ``start_reassessment``. The
    decisions made meanwhile count the former score. To a branch that was abolished since nothing goes back, and there is no
    ``due_date``: its hospital accepts what it handed in for it. Raises NotAllowed; Locked where the sheet does not stand
    concluded, or was moved since it was seen; Refused for a branch that is above the line, without a verified order that
    led to no round yet, while a mark is objected to, or for days that are over or out of order.
    """
    row = locked_sheet(sheet)
    move = beginning(reach, row, seen_version)
    course = course_of(row)
    if course is None:
        raise Refused("这个支部在本院最近一次认定中高于达标线，不需要复评。")
    order = course.ripe
    if order is None:
        raise Refused("整改核验通过的，才能开始支部的复评；核验在整改页面办理。")
    check_answered(row)
    amends = not is_gone(row, on=local_day(at))
    due_date = due_date if amends else None
    check_days(due_date, own_deadline_date, is_mended=amends, today=local_day(at), whose="支部")
    before = course.now.score
    if before is None:
        raise Locked("这张考评表还没有得分，请刷新页面后再办理。")
    reasons = what_was_mended(row, order)
    reason = f"{order.get_kind_display()}核验通过，开始复评"
    open_round(row, move, own_deadline_date, reason=reason, reach=reach, at=at)
    found = BranchReassessment.objects.create(
        sheet=row, round=row.round, rectification=order, standing=course.standing, score_before=before,
        started_by=reach.user, started_at=at,
    )  # fmt: skip
    _record(found, due_date, reach=reach, at=at)
    if due_date:
        open_what_was_mended(row, reasons, due_date, reach=reach, at=at)
    catch_up(sheet=row, as_of=local_day(at), at=at, by=reach.user)  # what was mended counts in this round
    return found


def beginning(reach: Reach, row: Sheet, seen_version: int) -> Move:
    """Return the move that opens a branch's round. Raises NotAllowed, Refused, Locked as ``start_branch_reassessment``."""
    if not may_reassess(reach, row):
        raise NotAllowed(f"复评由{who_may(row, Position.SUPERVISOR, review_permission(row))}开始。")
    if row.organization_kind != Organization.Kind.BRANCH:
        raise Refused("这里只开始内设党支部的复评。")
    move = move_from(row.state, "reassess_branch", final=row.final_stage)
    if move is None or row.version != seen_version:
        raise Locked(f"考评表现在是“{State(row.state).label}”，请刷新页面后再办理。")
    return move


def is_gone(sheet: Sheet, *, on: date) -> bool:
    """Say whether the branch was abolished, so that nobody there amends anything and its hospital acts for it."""
    return sheet.organization.end_date is not None and sheet.organization.end_date < on


def _record(found: BranchReassessment, due_date: date | None, *, reach: Reach, at: datetime) -> None:
    """Write the audit event of a beginning."""
    sheet = found.sheet
    audit.record(
        verb="reassessment.started", obj_type="branch_reassessment", obj_id=found.public_id,
        data={
            "sheet": str(sheet.public_id),
            "rectification": str(found.rectification.public_id),
            "round": found.round,
            "before": plain(found.score_before),
            "branch_until": due_date.isoformat() if due_date else None,
            "until": sheet.own_deadline_date.isoformat() if sheet.own_deadline_date else None,
        },
        by=reach.user, at=at, sequence=1,
    )  # fmt: skip
