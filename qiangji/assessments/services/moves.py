"""Moving a sheet from state to state: hand in, withdraw, accept, rate, return. One function per thing a person does."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from qiangji.assessments.completeness import Given, given, missing_points, promises_of
from qiangji.assessments.exceptions import (
    Incomplete,
    Locked,
    NotAllowed,
    OutOfReach,
    Refused,
    Unanswered,
    Unseen,
    WrongSignature,
)
from qiangji.assessments.models import Evidence, Sheet, SheetTransition, Submission
from qiangji.assessments.permissions import check_open, may_move, review_permission, who_may
from qiangji.assessments.selectors.changes import changes_before
from qiangji.assessments.services.evaluating import catch_up
from qiangji.assessments.services.outstanding import end_returns, out_for_amendment
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import Move, Position, State, move_from
from qiangji.assessments.vetoes import are_answered, asked_before, may_be_rated
from qiangji.audit import services as audit
from qiangji.lib.dates import local_day
from qiangji.lib.digests import digest
from qiangji.lib.numbers import plain
from qiangji.lib.typed import typed_line, typed_words
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach
from qiangji.scoring.totals import Scored, Totals, totals


def locked_sheet(reach: Reach, sheet_id: UUID) -> Sheet:
    """Read a sheet and lock it until the transaction ends. Raises OutOfReach."""
    sheet = (
        Sheet.objects.visible_to(reach)
        .filter(public_id=sheet_id)
        .select_related("organization", "cycle", "edition__standard", "supervisor", "rating_authority")
        .select_for_update(of=("self",), no_key=True)
        .first()
    )
    if sheet is None:
        raise OutOfReach("没有这张考评表。")
    return sheet


def allowed_move(reach: Reach, sheet: Sheet, verb: str, *, seen_version: int) -> Move:
    """Return the move, or refuse it. Raises Locked (wrong state, or decided on an older one) and NotAllowed."""
    check_open(sheet)
    move = move_from(sheet.state, verb, final=sheet.final_stage)
    if move is None and move_from(sheet.state, verb) is not None:
        raise Locked("本周期规定这类考评表以验收得分为最终得分，不再评定。")
    if move is None or sheet.version != seen_version:
        raise Locked(f"考评表的状态已变为“{State(sheet.state).label}”，请刷新页面后再处理。")
    if not may_move(reach, sheet, move):
        permission = Permission.SIGN_SHEET if move.position == Position.OWN else review_permission(sheet)
        raise NotAllowed(f"“{move.label}”由{who_may(sheet, move.position, permission)}办理。")
    return move


def stage_totals(rows: list[Given]) -> Totals:
    """Add up the marks of the stage that the rows were read for; what an inspection leaves alone keeps its mark."""
    return totals(
        Scored(
            section=row.answer.criterion.group.section.number,
            group=row.answer.criterion.group.number,
            points=row.effective_points,
            is_bonus=row.answer.criterion.group.section.is_bonus
            or row.answer.criterion.scoring_kind == "bonus",
        )
        for row in rows
    )


def content_digest(sheet: Sheet, stage: str, rows: list[Given]) -> str:
    """Return the digest of what a stage says: every code with its points, remark, text and files. One query."""
    files = attached_digests(sheet)
    return digest(
        {
            "sheet": str(sheet.public_id),
            "stage": stage,
            "round": sheet.round,
            "answers": [
                {
                    "code": row.answer.criterion.code,
                    "points": plain(row.points) if row.points is not None else None,
                    "remark": row.mark.remark if row.mark else "",
                    "text": row.answer.text,
                    "files": files.get(row.answer.pk, []),
                }
                for row in rows
            ],
        }
    )


def attached_digests(sheet: Sheet) -> dict[int, list[str]]:
    """Return, by answer, the sorted digests of the files attached to it now."""
    attached = Evidence.objects.filter(answer__sheet=sheet, detached_at__isnull=True)
    found: dict[int, list[str]] = {}
    for answer, content in attached.order_by("content__digest").values_list("answer_id", "content__digest"):
        found.setdefault(answer, []).append(content)
    return found


def move_sheet(
    sheet: Sheet,
    move: Move,
    *,
    reach: Reach | None,
    at: datetime,
    reason: str = "",
    total_points: Decimal | None = None,
    content: str = "",
    seen: str = "",
) -> None:
    """Write the move: the new state, its row of history, its audit event. ``reach`` is None for a command."""
    sheet.version += 1
    SheetTransition.objects.create(
        sheet=sheet,
        sequence=sheet.version,
        verb=move.verb,
        from_state=sheet.state,
        to_state=move.target,
        reason=reason,
        total_points=total_points,
        digest=content,
        seen_digest=seen,
        moved_by=reach.user if reach else None,
        moved_at=at,
    )
    sheet.state, sheet.state_at = move.target, at
    if move.begins_round:
        sheet.round += 1
    sheet.save(update_fields=["version", "state", "state_at", "round"])
    audit.record(
        verb=f"sheet.{move.verb}",
        obj_type="sheet",
        obj_id=sheet.public_id,
        data={
            "from": move.source,
            "to": move.target,
            "reason": reason,
            "total": plain(total_points) or None,
            "digest": content,
        }
        | ({"seen": seen} if seen else {}),
        by=reach.user if reach else None,
        at=at,
    )


@transaction.atomic
def submit(
    *,
    reach: Reach,
    sheet_id: UUID,
    meeting_date: date,
    minutes_number: str,
    password: str,
    seen_version: int,
    at: datetime,
) -> Submission:
    """Hand in a sheet, signed by its secretary with the password entered again (domain §2, 申报).

    Raises OutOfReach, NotAllowed, Locked; WrongSignature, for the caller to count; Refused for a meeting in the future;
    Incomplete with every missing point.
    """
    sheet = locked_sheet(reach, sheet_id)
    move = allowed_move(reach, sheet, "submit", seen_version=seen_version)
    if meeting_date > local_day(at):
        raise Refused("会议日期不能晚于今天。")
    minutes_number = typed_line(minutes_number)
    if not minutes_number:
        raise Refused("请填写会议纪要编号。")
    if not reach.user.check_password(password):
        raise WrongSignature("签字密码不正确，考评表没有提交。请输入您本人的登录密码。")
    catch_up(
        sheet=sheet, as_of=local_day(at), at=at, by=reach.user
    )  # what is signed rests on the facts of today
    rows = given(sheet, Stage.SELF)
    missing = missing_points(rows, Stage.SELF)
    if missing:
        raise Incomplete(missing)
    total = stage_totals(rows).score
    content = content_digest(sheet, Stage.SELF, rows)
    submission = Submission.objects.create(
        sheet=sheet,
        round=sheet.round,
        meeting_date=meeting_date,
        minutes_number=minutes_number,
        signed_by=reach.user,
        signer_name=str(reach.user),
        signed_at=at,
        total_points=total,
        digest=content,
        promises=promises_of(rows),
    )
    move_sheet(sheet, move, reach=reach, at=at, total_points=total, content=content)
    return submission


@transaction.atomic
def start_review(*, reach: Reach, sheet_id: UUID, verb: str, seen_version: int, at: datetime) -> Sheet:
    """Begin acceptance or rating (``start_acceptance``, ``start_rating``).

    Raises OutOfReach, NotAllowed, Locked; a rating begins only once the vetoes were answered for.
    """
    sheet = locked_sheet(reach, sheet_id)
    move = allowed_move(reach, sheet, verb, seen_version=seen_version)
    if verb == "start_rating" and not may_be_rated(sheet):
        raise Locked("评定之前，请先核对有没有不予评定的情形。")
    move_sheet(sheet, move, reach=reach, at=at)
    if verb == "start_acceptance":  # what was pending at the signature may be settled by now
        catch_up(sheet=sheet, as_of=local_day(at), at=at, by=reach.user)
    return sheet


@transaction.atomic
def conclude_review(
    *, reach: Reach, sheet_id: UUID, verb: str, seen_version: int, seen_changes: str = "", at: datetime
) -> Sheet:
    """End acceptance or rating (``conclude_acceptance``, ``conclude_rating``).

    ``seen_changes`` is the digest of what changed since the stage before had ended, as it was shown; it is kept with
    the move. Raises OutOfReach, NotAllowed, Locked; Unseen where other changes are there than were shown; Unanswered
    where the acceptance is final and the vetoes were not answered for in this round; Incomplete naming each criterion
    without a mark, each difference without a reason, each mark older than what it judges.
    """
    sheet = locked_sheet(reach, sheet_id)
    move = allowed_move(reach, sheet, verb, seen_version=seen_version)
    if move.completes is None:
        raise Locked("这一步不是完成验收或评定。")
    rows = given(sheet, move.completes)
    missing = out_for_amendment(sheet) + missing_points(rows, move.completes)
    if missing:
        raise Incomplete(missing)
    if verb == asked_before(sheet) and not are_answered(sheet):
        raise Unanswered
    changes = changes_before(sheet, move.completes)
    if changes.digest != seen_changes:
        raise Unseen(changes)
    total, content = stage_totals(rows).score, content_digest(sheet, move.completes, rows)
    move_sheet(sheet, move, reach=reach, at=at, total_points=total, content=content, seen=changes.digest)
    return sheet


@transaction.atomic
def return_sheet(*, reach: Reach, sheet_id: UUID, reason: str, seen_version: int, at: datetime) -> Sheet:
    """Return a sheet to its organization with a reason; a new round begins. Raises as above; Refused without one."""
    return reopen(
        "return",
        needed="退回须写明原因，让填报单位知道改什么。",
        reach=reach,
        sheet_id=sheet_id,
        reason=reason,
        seen_version=seen_version,
        at=at,
    )


@transaction.atomic
def withdraw_sheet(*, reach: Reach, sheet_id: UUID, reason: str, seen_version: int, at: datetime) -> Sheet:
    """Take back what one's own organization signed, while nobody began to accept it; a new round begins.

    The signature of the round that was withdrawn, its digest and its scans are kept. Raises as ``return_sheet``.
    """
    return reopen(
        "withdraw",
        needed="撤回须写明原因。",
        reach=reach,
        sheet_id=sheet_id,
        reason=reason,
        seen_version=seen_version,
        at=at,
    )


def reopen(
    verb: str, *, needed: str, reach: Reach, sheet_id: UUID, reason: str, seen_version: int, at: datetime
) -> Sheet:
    """Make a move that leads back to filling, with its reason; ``needed`` answers who gave none."""
    sheet = locked_sheet(reach, sheet_id)
    move = allowed_move(reach, sheet, verb, seen_version=seen_version)
    reason = typed_words(reason)
    if not reason:
        raise Refused(needed)
    if len(reason) > 1000:
        raise Refused(f"{move.label}原因最多 1000 字，现在是 {len(reason)} 字。")
    end_returns(sheet, reason=f"整张表已{move.label}", by=reach.user, at=at)
    move_sheet(sheet, move, reach=reach, at=at, reason=reason)
    return sheet
