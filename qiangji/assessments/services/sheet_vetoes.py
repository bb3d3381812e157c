"""The sheet veto 不予评定: one person proposes it with proof, another decides, which withholds the sheet; appeal, and end."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, NotAllowed, Refused
from qiangji.assessments.integrity_states import FOUND
from qiangji.assessments.models import IntegrityFlag, Sheet, SheetVeto, SheetVetoProof, SheetVetoStep
from qiangji.assessments.permissions import acts_from, is_closed, who_may
from qiangji.assessments.services.evidence import is_inside
from qiangji.assessments.services.moves import move_sheet
from qiangji.assessments.services.outstanding import end_returns
from qiangji.assessments.services.veto_course import LIMIT, MOST_PROOFS, VetoCourse
from qiangji.assessments.states import Position, State, move_from
from qiangji.files.services import keep, received
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.reach import Reach
from qiangji.standards.models import Veto

COURSE = VetoCourse(
    "不予评定", Refused, Locked, NotAllowed,
    kind="sheet_veto", steps=SheetVetoStep, link="sheet_veto", ending="解除",
)  # fmt: skip
Verb = SheetVetoStep.Verb
PROPOSED, IN_FORCE = SheetVeto.State.PROPOSED, SheetVeto.State.IN_FORCE


def may_approve(reach: Reach, sheet: Sheet) -> bool:
    """Say whether this person may propose or decide: somebody above the organization, with no seat in its hospital."""
    organization = sheet.organization
    return reach.may(Permission.APPROVE_VETO, organization.pk, organization.path) and not is_inside(
        reach, sheet
    )


def may_end(reach: Reach, row: SheetVeto) -> bool:
    """Say whether this person may answer an appeal or lift the veto: an approver who did not propose it (domain §7, 11)."""
    return may_approve(reach, row.sheet) and row.first_by_id != reach.user.pk


def check_may_end(reach: Reach, row: SheetVeto) -> None:
    """Refuse whoever may not answer an appeal or lift the veto. Raises NotAllowed."""
    if not may_approve(reach, row.sheet):
        raise NotAllowed(who_approves())
    COURSE.check_no_judge_of_own(row, reach.user)


def may_appeal(reach: Reach, sheet: Sheet) -> bool:
    """Say whether this person speaks for the organization: who signs for it."""
    return acts_from(reach, sheet, Position.OWN, Permission.SIGN_SHEET)


def who_approves() -> str:
    """Say in Chinese who may, for the page that refuses."""
    return f"不予评定由上级的{'、'.join(roles_that(Permission.APPROVE_VETO, own=False))}提出和审定，本院人员不能办理。"


def propose(
    *,
    reach: Reach,
    sheet: Sheet,
    veto: Veto,
    basis: str,
    uploads: Sequence[File],
    at: datetime,
    flag: IntegrityFlag | None = None,
) -> SheetVeto:
    """Propose that a sheet be withheld, with what proves it. It has no effect before another person has decided.

    ``flag`` is the confirmed finding of false evidence that it rests on, where it rests on one. That finding alone is no
    condition: ``veto`` is still one that the sheet's own edition has.

    Raises FileRefused, NotAllowed; Locked in a state from which nothing is withheld, or where one is proposed or in force;
    Refused without a basis or a file, or for a condition that the sheet's edition does not have.
    """
    with ExitStack() as stack:
        incoming = [stack.enter_context(received(upload)) for upload in uploads]
        stack.enter_context(transaction.atomic())
        locked = locked_sheet(sheet)
        _check_open_to_one(reach, locked)
        if veto.edition_id != locked.edition_id or veto.kind != Veto.Kind.SHEET:
            raise Refused("请选择本表所用标准规定的情形。")
        if flag is not None and (flag.sheet_id != locked.pk or flag.state not in FOUND):
            raise Refused("所依据的存疑还没有认定为不实，或不属于这张考评表。")
        basis = COURSE.words(basis)
        if not 0 < len(incoming) <= MOST_PROOFS:
            raise Refused(f"请上传依据材料，例如处理决定，最多 {MOST_PROOFS} 份。")
        row = SheetVeto.objects.create(
            sheet=locked,
            veto=veto,
            flag=flag,
            round=locked.round,
            basis=basis,
            first_by=reach.user,
            first_at=at,
        )
        for one in incoming:
            SheetVetoProof.objects.create(
                sheet_veto=row, content=keep(one, at=at), filename=one.filename, attached_by=reach.user,
                attached_at=at,
            )  # fmt: skip
        COURSE.note(row, Verb.PROPOSE, basis, _data(row), by=reach.user, at=at)
        return row


def _check_open_to_one(reach: Reach, locked: Sheet) -> None:
    """Refuse to propose for who may not, in a closed cycle or a state from which nothing is withheld, and beside another."""
    if not may_approve(reach, locked):
        raise NotAllowed(who_approves())
    decided = locked.state in (State.MEETS_STANDARD, State.BELOW_STANDARD)
    # A hospital that was assessed again keeps its own day, and is not closed by its result; no veto comes after that.
    if is_closed(locked) or (locked.cycle.closed_at is not None and decided):
        raise Locked("考核周期已经关闭，不能再提出不予评定；要复查达标单位，请办理抽查。")
    if move_from(locked.state, "withhold") is None:
        raise Locked(f"考评表现在是“{State(locked.state).label}”，不能提出不予评定。")
    if SheetVeto.objects.filter(sheet=locked, state__in=[PROPOSED, IN_FORCE]).exists():
        raise Locked("这张考评表已有一项不予评定，不能重复提出。")


@transaction.atomic
def decide(
    *,
    reach: Reach,
    row: SheetVeto,
    agrees: bool,
    words: str,
    notice_number: str = "",
    seen_version: int,
    at: datetime,
) -> SheetVeto:
    """Decide a proposal as the second person: withhold the sheet with a notice, or reject it.

    It ends with the cycle, not before its days for an appeal are over. Raises NotAllowed for who proposed it; Locked where
    it was decided or the sheet moved on; Refused without words, or without the notice's number.
    """
    row = locked_veto(row, seen_version)
    if not may_approve(reach, row.sheet):
        raise NotAllowed(who_approves())
    COURSE.check_decidable(row, reach.user)
    words = COURSE.words(words)
    row.second_by, row.second_at = reach.user, at
    row.state = IN_FORCE if agrees else SheetVeto.State.REJECTED
    if agrees:
        row.notice_number = COURSE.notice(notice_number)
        row.appeal_until = COURSE.appeal_until(row.sheet.cycle, at)
        row.end_date = max(row.appeal_until, row.sheet.cycle.closing_date)
        row.sheet_version = row.sheet.version
        withhold(row, reach=reach, at=at)
    _advance(row, Verb.APPROVE if agrees else Verb.REJECT, words, by=reach.user, at=at)
    return row


def withhold(row: SheetVeto, *, reach: Reach, at: datetime) -> None:
    """Make the move of the table that belongs to a veto in force. Raises Locked where the sheet has moved on."""
    move = move_from(row.sheet.state, "withhold")
    if move is None or row.sheet.round != row.round:
        raise Locked(f"提出以后考评表已变为“{State(row.sheet.state).label}”，请按不同意办理后重新提出。")
    end_returns(row.sheet, reason="已决定不予评定", by=reach.user, at=at)
    move_sheet(row.sheet, move, reach=reach, at=at, reason=f"{row.veto.title}（{row.notice_number}）"[:LIMIT])


@transaction.atomic
def appeal(*, reach: Reach, row: SheetVeto, words: str, seen_version: int, at: datetime) -> SheetVeto:
    """Appeal against a veto in force, for the organization. Raises NotAllowed, Locked (over, or appealed), Refused."""
    row = locked_veto(row, seen_version)
    if not may_appeal(reach, row.sheet):
        raise NotAllowed(f"申诉由{who_may(row.sheet, Position.OWN, Permission.SIGN_SHEET)}提出。")
    COURSE.check_appealable(row, at)
    _advance(row, Verb.APPEAL, COURSE.words(words), by=reach.user, at=at)
    return row


@transaction.atomic
def answer_appeal(
    *, reach: Reach, row: SheetVeto, upheld: bool, words: str, seen_version: int, at: datetime
) -> SheetVeto:
    """Answer an appeal: lift the veto where it is ``upheld``, else keep it.

    Whoever proposed it is no judge of the appeal. Raises NotAllowed, Locked, Refused.
    """
    row = locked_veto(row, seen_version)
    check_may_end(reach, row)
    COURSE.check_answerable(row)
    words = COURSE.words(words)
    if upheld:
        _lift(row, words, reach=reach, at=at)
    else:
        _advance(row, Verb.UPHOLD, words, by=reach.user, at=at)
    return row


@transaction.atomic
def lift(*, reach: Reach, row: SheetVeto, words: str, seen_version: int, at: datetime) -> SheetVeto:
    """End a veto in force with a reason; the sheet goes back to where a rating begins. Raises as above."""
    row = locked_veto(row, seen_version)
    check_may_end(reach, row)
    COURSE.check_endable(row)
    _lift(row, COURSE.words(words), reach=reach, at=at)
    return row


def _lift(row: SheetVeto, words: str, *, reach: Reach, at: datetime) -> None:
    move = move_from(row.sheet.state, "lift")
    if move is None:
        raise Locked(f"考评表现在是“{State(row.sheet.state).label}”，不能解除。")
    if is_closed(row.sheet):
        raise Locked("考核周期已经关闭，本周期的不予评定已成结果，不再解除；它不影响下一个周期。")
    row.state = SheetVeto.State.LIFTED
    _advance(row, Verb.LIFT, words, by=reach.user, at=at)
    move_sheet(row.sheet, move, reach=reach, at=at, reason=words)


def open_appeal(row: SheetVeto) -> SheetVetoStep | None:
    """Return the appeal that waits for an answer, if there is one."""
    return COURSE.open_appeal(row)


def locked_sheet(sheet: Sheet) -> Sheet:
    """Read a sheet anew and lock it."""
    rows = Sheet.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("organization", "cycle", "supervisor", "rating_authority").get(pk=sheet.pk)


def locked_veto(row: SheetVeto, seen_version: int) -> SheetVeto:
    """Read a veto anew, its sheet locked. Raises Locked where it was changed since it was seen."""
    sheet = locked_sheet(row.sheet)
    stored = SheetVeto.objects.select_related("veto").get(pk=row.pk)
    stored.sheet = sheet
    COURSE.check_seen(stored, seen_version)
    return stored


def is_over(row: SheetVeto, day: date) -> bool:
    """Say whether a veto in force has come to its end."""
    return row.state == IN_FORCE and row.end_date is not None and row.end_date < day


def _advance(row: SheetVeto, verb: str, words: str, *, by: User, at: datetime) -> None:
    COURSE.advance(row, verb, words, _data(row), by=by, at=at)


def _data(row: SheetVeto) -> dict[str, object]:
    """Return what the log says of a sheet veto beside its state."""
    return {"sheet": str(row.sheet.public_id), "condition": row.veto.number}
