"""Taking a recognition back 撤销认定 after a re-check: one person proposes it, another decides (domain §7, 11; decision 0045)."""

from datetime import date, datetime

from django.db import transaction

from qiangji.assessments.models import Sheet
from qiangji.assessments.services.moves import move_sheet
from qiangji.assessments.services.veto_course import TwoPeople
from qiangji.assessments.states import move_from
from qiangji.audit import services as audit
from qiangji.lib.dates import local_day
from qiangji.orgs.reach import Reach
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Result, Revocation
from qiangji.results.permissions import may_revoke, who_revokes
from qiangji.results.selectors.findings import Finding, digest_of, findings
from qiangji.results.services.consequences import hold_sheets
from qiangji.results.services.recognizing import (
    REASON_LIMIT,
    check_not_held,
    decided_on,
    locked_cycle,
    loses_recognition,
    store,
)

OBJECT = "revocation"
COURSE = TwoPeople("撤销认定", Refused, Locked, NotAllowed)
State = Revocation.State


def losing(sheet: Sheet, *, on: date) -> tuple[Finding, Result] | None:
    """Return what a sheet stands at and the recognition that this would take back; None where it takes none."""
    newest = Result.objects.filter(sheet=sheet).order_by("-sequence").first()
    found = findings(sheet.cycle, on=on, sheets=[sheet.pk])
    if newest is None or not found or not loses_recognition(found[0], newest.outcome):
        return None
    return found[0], newest


@transaction.atomic
def propose_revocation(*, reach: Reach, sheet: Sheet, basis: str, at: datetime) -> Revocation:
    """Propose to take a recognition back. It has no effect before another person has decided.

    Raises NotAllowed; Refused without a basis, or where no concluded re-check found the organization below; Locked where
    one is proposed already.
    """
    row = _held(sheet)
    if not may_revoke(reach, row):
        raise NotAllowed(who_revokes(row.cycle))
    lost = losing(row, on=local_day(at))
    if lost is None:
        raise Refused("只有已认定达标、复查完成后低于标准的组织，才能提出撤销认定。")
    if Revocation.objects.filter(sheet=row, state=State.PROPOSED).exists():
        raise Locked("这个组织已有一项撤销认定待审定，不能重复提出。")
    made = Revocation.objects.create(
        sheet=row, result=lost[1], basis=COURSE.words(basis, "basis"), first_by=reach.user, first_at=at
    )
    _note(made, "proposed", reach=reach, at=at)
    return made


@transaction.atomic
def decide_revocation(
    *,
    reach: Reach,
    revocation: Revocation,
    agrees: bool,
    words: str,
    notice_number: str = "",
    end_date: date | None = None,
    seen: str,
    seen_version: int,
    at: datetime,
) -> Revocation:
    """Decide a proposal as the second person: the recognition is taken back, with its notice and its end, or stays.

    Where it stays, the sheet goes back to it: it can be drawn again among those that hold the title.
    ``seen`` is the digest of the finding that was shown. Raises NotAllowed for who proposed it; Locked where it was decided,
    its figures changed since they were seen, or a condition for a veto holds it; Refused without words, notice number or
    an end ahead, or where the organization is not below any more.
    """
    sheet = _held(revocation.sheet)
    row = Revocation.objects.select_for_update(of=("self",), no_key=True).get(pk=revocation.pk)
    row.sheet = sheet
    if not may_revoke(reach, sheet):
        raise NotAllowed(who_revokes(sheet.cycle))
    COURSE.check_seen(row, seen_version)
    COURSE.check_decidable(row, reach.user)
    row.second_words = COURSE.words(words)
    row.second_by, row.second_at = reach.user, at
    row.version += 1
    if agrees:
        _revoke(row, notice_number, end_date, seen, reach=reach, at=at)
    else:
        _keep(row, reach=reach, at=at)
    row.save()
    _note(row, "approved" if agrees else "rejected", reach=reach, at=at)
    return row


def _revoke(
    row: Revocation, notice_number: str, end_date: date | None, seen: str, *, reach: Reach, at: datetime
) -> None:
    """Write the result that takes the recognition's place."""
    number = COURSE.notice(notice_number)
    if end_date is None or end_date <= local_day(at):
        raise Refused("请填写终止日期，须晚于今天。", field="end")
    lost = losing(row.sheet, on=local_day(at))
    if lost is None or lost[1].pk != row.result_id:
        raise Refused("按现在的得分，这个组织没有低于标准，或认定已经改变；请选“不同意”。")
    check_not_held(lost[0])
    if digest_of([lost[0]]) != seen:
        raise Locked("打开页面以后得分有变动，请看过最新情况再审定。")
    reason = f"复查后撤销认定（{number}）：{row.basis}"[:REASON_LIMIT]
    made = store([lost[0]], cause=Result.Cause.INSPECTION, reason=reason, by=reach.user, at=at)
    row.state, row.notice_number, row.end_date, row.new_result = State.IN_FORCE, number, end_date, made[0]


def _keep(row: Revocation, *, reach: Reach, at: datetime) -> None:
    """Reject the proposal. The sheet stands again where its recognition put it; no result is added, for none was decided."""
    row.state = State.REJECTED
    sheet = row.sheet
    keep = move_from(sheet.state, f"recognize_{row.result.outcome}", final=sheet.final_stage)
    if keep is None or losing(sheet, on=local_day(at)) is None:
        return  # it is not below any more, and is decided with all that wait
    reason = f"撤销认定未通过，原认定不变：{row.second_words}"[:REASON_LIMIT]
    move_sheet(sheet, keep, reach=reach, at=at, reason=reason)


def _held(sheet: Sheet) -> Sheet:
    """Lock a sheet's cycle and the sheet, in the order in which recognition does, and read it."""
    hold_sheets(decided_on(locked_cycle(sheet.cycle), [sheet]))
    rows = Sheet.objects.select_related("organization", "cycle__owner", "cycle__recognizer")
    return rows.get(pk=sheet.pk)


def _note(row: Revocation, verb: str, *, reach: Reach, at: datetime) -> None:
    new = row.new_result
    audit.record(
        verb=f"revocation.{verb}", obj_type=OBJECT, obj_id=row.public_id,
        data={
            "sheet": str(row.sheet.public_id),
            "result": str(row.result.public_id),
            "new_result": str(new.public_id) if new else None,
        },
        by=reach.user, at=at, sequence=row.version,
    )  # fmt: skip
