"""Integrity flags: raised from above with a reason, explained by the organization, decided by a second person, settled.

Nothing follows by itself: no mark changes, nothing is withheld, nobody is judged. What people decided is written down.
"""

from datetime import date, datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, NotAllowed, Refused
from qiangji.assessments.integrity import may_make, may_raise, who_makes, who_raises
from qiangji.assessments.integrity_states import STANDING, Move, Outcome, Side, State, move_from
from qiangji.assessments.models import Answer, Evidence, IntegrityFlag, IntegrityStep, Sheet
from qiangji.assessments.services.sheet_vetoes import COURSE, locked_sheet
from qiangji.audit import services as audit
from qiangji.lib.dates import is_past, local_day
from qiangji.orgs.reach import Reach

OBJECT = "integrity_flag"


@transaction.atomic
def raise_flag(
    *,
    reach: Reach,
    answer: Answer,
    evidence: Evidence | None,
    reason: str,
    answer_until: date | None,
    at: datetime,
) -> IntegrityFlag:
    """Mark a piece of evidence, or with None what was written on the criterion, as suspected of being false.

    Raises NotAllowed for who neither reviews, inspects nor supervises, or works there; Locked where it is marked already;
    Refused without a reason, without a day ahead for the explanation, or where there is nothing to doubt.
    """
    sheet = locked_sheet(answer.sheet)
    if not may_raise(reach, sheet):
        raise NotAllowed(who_raises())
    stored = Answer.objects.select_related("criterion").get(pk=answer.pk, sheet=sheet)
    if evidence is not None and (evidence.answer_id != stored.pk or evidence.is_detached):
        raise Refused("这份佐证不在本条，或已经移除，请回到考评表重新选择。")
    if evidence is None and not stored.text:
        raise Refused("本条没有写落实情况，请对某一份佐证提出。")
    if answer_until is None or answer_until <= local_day(at):
        raise Refused("请给一个晚于今天的说明期限。")
    if IntegrityFlag.objects.filter(answer=stored, evidence=evidence, state__in=STANDING).exists():
        raise Locked("已有人提出，或已认定不实，不能重复提出。")
    reason = COURSE.words(reason)
    flag = IntegrityFlag.objects.create(
        sheet=sheet,
        answer=stored,
        evidence=evidence,
        round=sheet.round,
        said="" if evidence is not None else stored.text,
        reason=reason,
        answer_until=answer_until,
        raised_by=reach.user,
        raised_at=at,
    )
    _note(flag, "raise", reason, by=reach.user, at=at)
    return flag


@transaction.atomic
def move_flag(
    *,
    reach: Reach,
    flag: IntegrityFlag,
    verb: str,
    words: str,
    outcome: str = "",
    seen_version: int,
    at: datetime,
) -> IntegrityFlag:
    """Make a move of the table, always with words; ``outcome`` is what was decided about the criterion when it is settled.

    Raises NotAllowed for whose move it is not, among them who raised it for the decision; Locked in another state, before
    the organization's days are over, or where it was changed since it was seen; Refused without words or outcome.
    """
    stored = locked_flag(flag, seen_version)
    move = move_from(stored.state, verb)
    if move is None:
        raise Locked(f"这处存疑的状态是“{State(stored.state).label}”，不能办理这一步。")
    if not may_make(reach, stored, move):
        raise NotAllowed(who_makes(stored, move))
    if move.after_deadline and not is_past(stored.answer_until, at=at):
        raise Locked(f"说明期限到 {stored.answer_until} 为止，等填报单位说明，或期限过后再认定。")
    words = COURSE.words(words)
    if move.target == State.SETTLED and outcome not in Outcome.values:
        raise Refused("请选择怎样处理。")
    _set(stored, move, outcome, by=reach.user, at=at)
    _note(stored, verb, words, by=reach.user, at=at, is_own=move.side == Side.OWN)
    return stored


def _set(flag: IntegrityFlag, move: Move, outcome: str, *, by: User, at: datetime) -> None:
    """Write a move into a flag; who confirmed stays named beside a later settling."""
    flag.state = move.target
    flag.outcome = outcome if move.target == State.SETTLED else ""
    if move.side == Side.SECOND:
        flag.second_by, flag.second_at = by, at
    flag.version += 1
    flag.save(update_fields=["state", "outcome", "second_by", "second_at", "version"])


def locked_flag(flag: IntegrityFlag, seen_version: int) -> IntegrityFlag:
    """Read a flag anew, its sheet locked. Raises Locked where it was changed since it was seen."""
    sheet: Sheet = locked_sheet(flag.sheet)
    stored = IntegrityFlag.objects.select_related("answer__criterion", "evidence").get(pk=flag.pk)
    stored.sheet = sheet
    if stored.version != seen_version:
        raise Locked("这处存疑刚刚有变动，请看过最新情况后再办理。")
    return stored


def _note(
    flag: IntegrityFlag, verb: str, words: str, *, by: User, at: datetime, is_own: bool = False
) -> None:
    IntegrityStep.objects.create(
        flag=flag,
        sequence=flag.version,
        verb=verb,
        to_state=flag.state,
        is_own=is_own,
        words=words,
        taken_by=by,
        taken_at=at,
    )
    evidence = flag.evidence
    audit.record(
        verb=f"integrity.{verb}",
        obj_type=OBJECT,
        obj_id=flag.public_id,
        data={
            "state": flag.state,
            "sheet": str(flag.sheet.public_id),
            "criterion": flag.answer.criterion.code,
            "evidence": str(evidence.public_id) if evidence is not None else "",
        },
        by=by,
        at=at,
        sequence=flag.version,
    )
