"""Filing an objection within its days, and answering it: each upheld one has what followed from it, in the same transaction."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.base import File
from django.db import transaction

from qiangji.assessments import exceptions as sheets
from qiangji.assessments.models import Answer, Sheet, SheetTransition
from qiangji.assessments.permissions import acts_from, permission_for, who_may
from qiangji.assessments.services.correcting import correct_mark, standing_mark
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import RESULTS, Position
from qiangji.audit import services as audit
from qiangji.files.services import keep, received
from qiangji.lib.dates import is_past, local_day
from qiangji.lib.numbers import plain
from qiangji.lib.typed import needed, typed_words
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Objection, ObjectionFile, Result
from qiangji.results.services.causes import UPHELD
from qiangji.results.services.recognizing import locked_cycle, revise_result

OBJECT = "objection"
LIMIT = 2000
MOST_FILES = 10
Kind, State = Objection.Kind, Objection.State
POSITIONS = {Stage.ACCEPTANCE: Position.SUPERVISOR, Stage.RATING: Position.RATING_AUTHORITY}


@dataclass(frozen=True)
class Subject:
    """What an objection is against: the mark that stands for an answer, or the result that counts."""

    sheet: Sheet
    since: datetime
    answer: Answer | None = None
    stage: str = ""
    points: Decimal | None = None
    result: Result | None = None

    @property
    def until(self) -> date | None:
        """The last day on which it can be filed; None where the cycle names no days."""
        return self.sheet.cycle.objection_until(self.since)


def position_of(stage: str) -> Position:
    """Return from where an objection is answered: by whoever gave the mark; an inspection and a result by the recognizer."""
    return POSITIONS.get(Stage(stage), Position.RECOGNIZER) if stage else Position.RECOGNIZER


def subject_of(sheet: Sheet, answer: Answer | None) -> Subject | None:
    """Return what can be objected to: the mark of ``answer``, or where there is none the result; None where nothing stands."""
    if answer is None:
        newest = Result.objects.filter(sheet=sheet).order_by("-sequence").first()
        if newest is None or sheet.state not in RESULTS:
            return None
        return Subject(sheet, newest.decided_at, result=newest)
    mark = standing_mark(sheet, answer)
    if mark is None:
        return None
    ended = SheetTransition.objects.filter(sheet=sheet, verb=f"conclude_{mark.stage}").order_by("-sequence")
    since = ended.values_list("moved_at", flat=True).first() or sheet.state_at
    return Subject(sheet, since, answer=answer, stage=mark.stage, points=mark.points)


def body_of(subject: Subject) -> Organization:
    """Return who answers."""
    sheet, position = subject.sheet, position_of(subject.stage)
    body = {
        Position.SUPERVISOR: sheet.supervisor,
        Position.RATING_AUTHORITY: sheet.rating_authority,
    }.get(position)
    return body or sheet.cycle.recognizer or sheet.cycle.owner


def may_object(reach: Reach, sheet: Sheet) -> bool:
    """Say whether this person speaks for the organization: who signs for it."""
    return acts_from(reach, sheet, Position.OWN, Permission.SIGN_SHEET)


def may_answer(reach: Reach, objection: Objection) -> bool:
    """Say whether this person answers; whoever proposed to take a recognition back is no judge of the appeal against it."""
    revocation = getattr(objection.result, "revocation", None)
    if revocation is not None and revocation.first_by_id == reach.user.pk:
        return False
    position = position_of(objection.stage)
    return acts_from(reach, objection.sheet, position, permission_for(objection.sheet, position))


def who_answers(objection: Objection) -> str:
    """Say in Chinese who answers, for the page that refuses."""
    position = position_of(objection.stage)
    who = who_may(objection.sheet, position, permission_for(objection.sheet, position))
    proposed = getattr(objection.result, "revocation", None) is not None
    return f"{who}（提出撤销认定的人除外）" if proposed else who


def file_objection(
    *,
    reach: Reach,
    sheet: Sheet,
    kind: str,
    answer: Answer | None,
    words: str,
    uploads: Iterable[File] = (),
    at: datetime,
) -> Objection:
    """File an objection with its files: against the mark of ``answer``, or where there is none against the result.

    Raises FileRefused, NotAllowed; Locked where nothing stands to be objected to, its days are over or one waits for its
    answer; Refused without words, with too many, for a correction of a result, or too many files.
    """
    with ExitStack() as stack:
        incoming = [stack.enter_context(received(upload)) for upload in uploads]
        stack.enter_context(transaction.atomic())
        locked = locked_sheet(sheet)
        if not may_object(reach, locked):
            raise NotAllowed(f"更正和申诉由{who_may(locked, Position.OWN, Permission.SIGN_SHEET)}提出。")
        if kind not in Kind.values or (kind == Kind.CORRECTION and answer is None):
            raise Refused("事实更正针对某一条的得分，请选择条目；对认定结果请用申诉。")
        words = words_of(words, "理由")
        if len(incoming) > MOST_FILES:
            raise Refused(f"依据材料最多 {MOST_FILES} 份，可把多份合并成一个 PDF。")
        subject = subject_of(locked, answer)
        if subject is None:
            raise Locked("最终得分或认定结果还没有定，现在不能提出。")
        if subject.until is not None and is_past(subject.until, at=at):
            raise Locked(f"提出的期限到 {subject.until} 为止，已经过了。")
        same = {"answer": answer} if answer is not None else {"result": subject.result}
        if Objection.objects.filter(state=State.OPEN, **same).exists():
            raise Locked("同一件事已有一份在等答复。")
        row = _store(subject, kind, words, reach=reach, at=at)
        for one in incoming:
            ObjectionFile.objects.create(
                objection=row, content=keep(one, at=at), filename=one.filename, attached_by=reach.user,
                attached_at=at,
            )  # fmt: skip
        return row


def _store(subject: Subject, kind: str, words: str, *, reach: Reach, at: datetime) -> Objection:
    days = subject.sheet.cycle.answer_days
    row = Objection.objects.create(
        kind=kind,
        sheet=subject.sheet,
        answer=subject.answer,
        stage=subject.stage,
        points_before=subject.points,
        result=subject.result,
        words=words,
        body=body_of(subject),
        filed_by=reach.user,
        filed_at=at,
        file_until=subject.until,
        answer_until=local_day(at) + timedelta(days=days) if days is not None else None,
    )
    audit.record(
        verb=f"objection.{kind}", obj_type=OBJECT, obj_id=row.public_id,
        data={"sheet": str(row.sheet.public_id), "stage": row.stage, "points": plain(row.points_before) or None},
        by=reach.user, at=at, sequence=1,
    )  # fmt: skip
    return row


@transaction.atomic
def answer_objection(
    *,
    reach: Reach,
    objection: Objection,
    outcome: str,
    reply: str,
    points: Decimal | None = None,
    seen_version: int,
    at: datetime,
) -> Objection:
    """Answer an objection: ``upheld``, ``partly`` or ``rejected``, with reasons.

    Upheld against a mark, the mark gets ``points`` and a row of history that names the objection; upheld against a result,
    the organization is decided anew from what its marks stand at. Late answers are taken, and shown as late. Raises
    NotAllowed; Locked where it was answered or withdrawn, or where another stage's mark has replaced the one objected to;
    Refused without reasons, or for points that cannot be.
    """
    row = locked_objection(objection, seen_version)
    if not may_answer(reach, row):
        raise NotAllowed(f"这份{row.get_kind_display()}由{who_answers(row)}答复。")
    if not row.is_open:
        raise Locked(f"这份{row.get_kind_display()}{row.get_state_display()}，不能再答复。")
    if outcome not in (State.UPHELD, State.PARTLY, State.REJECTED):
        raise Refused("请选择成立、部分成立或不成立。")
    row.reply = words_of(reply, "答复")
    if outcome in UPHELD:
        _follow(row, points, reach=reach, at=at)
    _end(row, outcome, reach=reach, at=at)
    return row


def said_by(result: Result) -> tuple[object, ...]:
    """Return what a result says, for comparing two."""
    return (result.outcome, result.score, result.branches_all, result.branches_above, result.branches_short)


def _follow(row: Objection, points: Decimal | None, *, reach: Reach, at: datetime) -> None:
    """Do what an upheld objection asks for."""
    reason = f"{row.get_kind_display()}：{row.reply}"
    if row.answer is None:
        row.new_result = _decided_anew(row, reason[:1000], reach=reach, at=at)
        return
    if points is None:
        raise Refused("成立或部分成立的，请填更正后的得分。")
    try:
        row.change = correct_mark(
            sheet=row.sheet, answer=row.answer, stage=row.stage, points=points, remark=reason,
            objection=row.public_id, by=reach.user, at=at,
        )  # fmt: skip
    except sheets.Locked as error:
        raise Locked(str(error)) from error
    except sheets.Refused as error:
        raise Refused(str(error)) from error


def _decided_anew(row: Objection, reason: str, *, reach: Reach, at: datetime) -> Result:
    """Decide the organization anew. Raises Refused where that would say what the result objected to says already."""
    before = Result.objects.get(objections=row)
    made = revise_result(
        sheet=row.sheet, cause=Result.Cause.APPEAL, reason=reason, objection=row, by=reach.user, at=at
    )
    if said_by(made) == said_by(before):
        raise Refused(
            f"按现在的得分重新认定，结果仍是“{before.get_outcome_display()}”，答复成立不会改变它。"
            "请先更正有关得分、支部得分或解除不予评定，再答复成立；不改变的，请答复不成立。"
        )
    return made


@transaction.atomic
def withdraw_objection(*, reach: Reach, objection: Objection, seen_version: int, at: datetime) -> Objection:
    """Take back what one's own organization filed, before it is answered. Raises NotAllowed, Locked."""
    row = locked_objection(objection, seen_version)
    if not may_object(reach, row.sheet):
        raise NotAllowed(f"撤回由{who_may(row.sheet, Position.OWN, Permission.SIGN_SHEET)}办理。")
    if not row.is_open:
        raise Locked(f"这份{row.get_kind_display()}{row.get_state_display()}，不能再撤回。")
    _end(row, State.WITHDRAWN, reach=reach, at=at)
    return row


def _end(row: Objection, state: str, *, reach: Reach, at: datetime) -> None:
    row.state, row.ended_by, row.ended_at = state, reach.user, at
    row.version += 1
    row.save()
    audit.record(
        verb=f"objection.{state}", obj_type=OBJECT, obj_id=row.public_id,
        data={
            "sheet": str(row.sheet.public_id),
            "points": plain(row.change.to_points) if row.change else None,
            "result": str(row.new_result.public_id) if row.new_result else None,
        },
        by=reach.user, at=at, sequence=row.version,
    )  # fmt: skip


def locked_sheet(sheet: Sheet) -> Sheet:
    """Read a sheet anew and lock it: nothing moves while an objection to it is written."""
    rows = Sheet.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related(
        "organization", "supervisor", "rating_authority", "cycle__owner", "cycle__recognizer"
    ).get(pk=sheet.pk)


def locked_objection(objection: Objection, seen_version: int) -> Objection:
    """Read an objection anew with its sheet locked. Raises Locked where it was changed since it was seen.

    One against a result may lead to another result: its cycle is locked first, in the order in which recognition does.
    """
    if objection.result_id is not None:
        locked_cycle(objection.sheet.cycle)
    sheet = locked_sheet(objection.sheet)
    row = Objection.objects.select_related("answer__criterion", "result__revocation").get(pk=objection.pk)
    row.sheet = sheet
    if row.version != seen_version:
        raise Locked("这份材料刚刚有变动，请刷新页面后再办理。")
    return row


def words_of(words: str, name: str) -> str:
    """Return words as stored. Raises Refused for none, and for too many."""
    return needed(typed_words(words), LIMIT, Refused(f"请写明{name}，最多 {LIMIT} 字。"))
