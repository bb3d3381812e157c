"""Dividing reviews among the people of an office: taking, giving, handing over, putting back. Nothing here grants a right."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import ReviewAssignment, Sheet
from qiangji.assessments.reviewing import (
    awaited_stage,
    leads_offices,
    may_review_at,
    of_my_offices,
    office_of,
    reviewers_at,
)
from qiangji.assessments.services.teams import belonging
from qiangji.assessments.stages import Stage
from qiangji.audit.models import Event
from qiangji.audit.services import event
from qiangji.lib.typed import typed_line
from qiangji.orgs import paths
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach

NOTE_LIMIT = 500
NAMED = 5
MOST_AT_ONCE = 500
Ending = ReviewAssignment.Ending


def claim(*, reach: Reach, sheet_ids: Sequence[UUID], at: datetime) -> int:
    """Take sheets that nobody has in hand; return how many were taken (those one has already are left as they are).

    Raises OutOfReach; Refused where a colleague has one, or where one works there oneself.
    """
    return give(reach=reach, sheet_ids=sheet_ids, reviewer=reach.user, note="", at=at, taking=True)


@transaction.atomic
def give(
    *,
    reach: Reach,
    sheet_ids: Sequence[UUID],
    reviewer: User,
    note: str,
    at: datetime,
    taking: bool = False,
) -> int:
    """Put sheets into somebody's hands: the own ones, those that nobody has, or as head of the office any.

    What passes from one person to another needs a note: what the next should know, or why it is given to another. The
    statements do not grow with the number of sheets. Raises OutOfReach; NotAllowed for a colleague's sheet; Refused for
    a missing note, for somebody who does not review there, who works or worked in what would be reviewed.
    """
    note = _note(note)
    sheets, present = _locked(reach, sheet_ids)
    _check_reviewer(reviewer, sheets, at)
    moved = [sheet for sheet in sheets if not _is_with(present.get(sheet.pk), reviewer)]
    passed = [sheet for sheet in moved if sheet.pk in present]
    if taking and passed:
        raise Refused(f"{_names(passed)}已有人负责，请刷新页面；要换人请由负责人转交。")
    _check_hands(reach, passed, present)
    if passed and not note:
        raise Refused("转交或改派须写明说明，让接手的人知道办到哪一步、为什么换人。")
    _end([present[sheet.pk] for sheet in passed], None, note, reach.user, at)
    rows = ReviewAssignment.objects.bulk_create(
        ReviewAssignment(
            sheet=sheet,
            stage=stage_of(sheet),
            reviewer=reviewer,
            note=note,
            assigned_by=reach.user,
            assigned_at=at,
        )
        for sheet in moved
    )
    _log("review.assigned", rows, 1, note, reach.user, at)
    return len(moved)


@transaction.atomic
def release(*, reach: Reach, sheet_ids: Sequence[UUID], note: str, at: datetime) -> int:
    """Put sheets back where anybody of the office may take them, with the reason; return how many.

    Raises OutOfReach; NotAllowed for a colleague's sheet; Refused without a reason.
    """
    note = _note(note)
    sheets, present = _locked(reach, sheet_ids)
    held = [sheet for sheet in sheets if sheet.pk in present]
    _check_hands(reach, held, present)
    if held and not note:
        raise Refused("退回待认领须写明原因。")
    _end([present[sheet.pk] for sheet in held], Ending.RELEASED, note, reach.user, at)
    return len(held)


def _note(note: str) -> str:
    note = typed_line(note)
    if len(note) > NOTE_LIMIT:
        raise Refused(f"说明最多 {NOTE_LIMIT} 字，现在是 {len(note)} 字。")
    return note


def _locked(reach: Reach, sheet_ids: Sequence[UUID]) -> tuple[list[Sheet], dict[int, ReviewAssignment]]:
    """Lock sheets that wait for a review of an office of mine, and read who has them in hand."""
    wanted = set(sheet_ids)
    if not wanted:
        raise Refused("请先勾选考评表。")
    if len(wanted) > MOST_AT_ONCE:
        raise Refused(f"一次最多办理 {MOST_AT_ONCE} 张，请分批勾选。")
    sheets = list(
        Sheet.objects.visible_to(reach)
        .filter(of_my_offices(reach), public_id__in=wanted)
        .select_related("organization")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    if len(sheets) < len(wanted):
        raise OutOfReach("有的考评表已不在待验收、待评定之列，请刷新页面后重新勾选。")
    rows = ReviewAssignment.objects.filter(sheet__in=sheets, ended_at__isnull=True)
    rows = rows.select_related("reviewer", "sheet")
    stages = {sheet.pk: stage_of(sheet) for sheet in sheets}
    return sheets, {row.sheet_id: row for row in rows if row.stage == stages[row.sheet_id]}


def stage_of(sheet: Sheet) -> Stage:
    """Return the stage that a locked sheet waits for; ``_locked`` reads no others."""
    stage = awaited_stage(sheet)
    assert stage is not None
    return stage


def _is_with(row: ReviewAssignment | None, user: User) -> bool:
    return row is not None and row.reviewer_id == user.pk


def _check_hands(reach: Reach, sheets: list[Sheet], present: dict[int, ReviewAssignment]) -> None:
    """Refuse to move what a colleague has in hand, unless one heads the office."""
    heads = set(leads_offices(reach))
    others = [
        sheet
        for sheet in sheets
        if not _is_with(present[sheet.pk], reach.user)
        and office_of(sheet, present[sheet.pk].stage) not in heads
    ]
    if others:
        who = present[others[0].pk].reviewer
        raise NotAllowed(f"{_names(others)}由{who}负责，由本人转交，或由本部门负责人改派。")


def _check_reviewer(reviewer: User, sheets: list[Sheet], at: datetime) -> None:
    """Refuse whoever does not review at the office, and whoever works or worked in what would be reviewed."""
    stages = {sheet.pk: stage_of(sheet) for sheet in sheets}
    nodes = {office_of(sheet, stages[sheet.pk]) for sheet in sheets}
    reviewers = reviewers_at([node for node in nodes if node is not None], at=at)
    strange = [sheet for sheet in sheets if not may_review_at(reviewers, sheet, stages[sheet.pk], reviewer)]
    if strange:
        raise Refused(f"{reviewer}不在负责{_names(strange)}的部门，或没有验收、评定的岗位。")
    places = belonging([reviewer]).get(reviewer.pk, [])
    barred = [sheet for sheet in sheets if _is_barred(places, sheet)]
    if barred:
        raise Refused(f"{reviewer}在{_names(barred)}任职或曾任职，按回避要求请换人办理。")


def _is_barred(places: list[str], sheet: Sheet) -> bool:
    """Say whether a person with these places belongs to what would be reviewed: a hospital with all below it, else the node."""
    path = sheet.organization.path
    if sheet.organization_kind == Organization.Kind.HOSPITAL:
        return any(paths.covers(path, place) for place in places)
    return path in places


def _end(rows: list[ReviewAssignment], ending: Ending | None, reason: str, by: User, at: datetime) -> None:
    """End rows; without an ending it is handed over by its reviewer, and reassigned by anybody else."""
    for row in rows:
        own = Ending.HANDED_OVER if row.reviewer_id == by.pk else Ending.REASSIGNED
        row.ended_at, row.ended_by, row.ending, row.end_reason = at, by, ending or own, reason
    ReviewAssignment.objects.bulk_update(rows, ["ended_at", "ended_by", "ending", "end_reason"])
    _log("review.ended", rows, 2, reason, by, at)


def _log(verb: str, rows: list[ReviewAssignment], sequence: int, note: str, by: User, at: datetime) -> None:
    """Write the event of each row: it begins with the first and ends with the second."""
    Event.objects.bulk_create(
        event(
            verb=verb,
            obj_type="review_assignment",
            obj_id=row.public_id,
            data={
                "sheet": str(row.sheet.public_id),
                "stage": row.stage,
                "reviewer": str(row.reviewer.public_id),
                "ending": row.ending,
                "note": note,
            },
            by=by,
            at=at,
            sequence=sequence,
        )
        for row in rows
    )


def _names(sheets: list[Sheet]) -> str:
    names = "、".join(sheet.organization_name for sheet in sheets[:NAMED])
    return names + (f"等 {len(sheets)} 个单位" if len(sheets) > NAMED else "")
