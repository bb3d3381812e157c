"""Beginning the re-assessment of a lagging branch: its hospital opens the sheet again once what was mended is verified."""

from datetime import date, datetime

from django.db import transaction

from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import review_permission, who_may
from qiangji.assessments.selectors.scores import standings
from qiangji.assessments.services.moves import move_sheet
from qiangji.assessments.states import Position, State, move_from
from qiangji.audit import services as audit
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import BranchReassessment
from qiangji.results.selectors.branches import course_of
from qiangji.results.services.objections import locked_sheet
from qiangji.results.services.reassessing import check_days, may_reassess, open_what_was_mended


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
    """Begin a new round of a lagging branch's sheet; the criteria that its order names go back to the branch until a day.

    A hospital below the line only because of its branches comes back above it in this way: their marks are given anew,
    and the hospital's own re-assessment counts them. Days and what stays as it was are as in ``start_reassessment``. The
    decisions made meanwhile count the former score. Raises NotAllowed; Locked where the sheet does not stand concluded, or
    was moved since it was seen; Refused for a branch that does not count as lagging, without a verified order that led to
    no round yet, or for days that are over or out of order.
    """
    row = locked_sheet(sheet)
    if not may_reassess(reach, row):
        raise NotAllowed(f"复评由{who_may(row, Position.SUPERVISOR, review_permission(row))}开始。")
    if row.organization_kind != Organization.Kind.BRANCH:
        raise Refused("这里只开始内设党支部的复评。")
    move = move_from(row.state, "reassess_branch", final=row.final_stage)
    if move is None or row.version != seen_version:
        raise Locked(f"考评表现在是“{State(row.state).label}”，请刷新页面后再办理。")
    course = course_of(row)
    if course is None:
        raise Refused("这个支部在本院最近一次认定中不是后进党支部，不需要复评。")
    if course.ripe is None:
        raise Refused("重点管理整顿核验通过的，才能开始支部的复评；核验在整改页面办理。")
    check_days(due_date, own_deadline_date, is_mended=True, today=local_day(at), whose="支部")
    (before,) = standings(Sheet.objects.filter(pk=row.pk))
    if before.score is None:
        raise Locked("这张考评表还没有得分，请刷新页面后再办理。")
    move_sheet(row, move, reach=reach, at=at, reason="重点管理整顿核验通过，开始复评")
    row.own_deadline_date = own_deadline_date
    row.save(update_fields=["own_deadline_date"])
    found = BranchReassessment.objects.create(
        sheet=row, round=row.round, rectification=course.ripe, standing=course.standing, score_before=before.score,
        started_by=reach.user, started_at=at,
    )  # fmt: skip
    _record(found, due_date, reach=reach, at=at)
    if due_date:
        open_what_was_mended(row, course.ripe, due_date, reach=reach, at=at)
    return found


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
