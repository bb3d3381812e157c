"""Amending the criteria that came back: written by the organization's fillers, signed by its secretary, then applied.

Until the signature everything stays in the rows of the return: no superior sees it, no mark and no text changes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.completeness import Missing, given, missing_points, promises_of
from qiangji.assessments.exceptions import Incomplete, Locked, NotAllowed, Refused, WrongSignature
from qiangji.assessments.models import (
    AmendmentFile,
    Answer,
    CriterionReturn,
    Evidence,
    Mark,
    MarkChange,
    Proposal,
    Sheet,
    Submission,
    TextChange,
)
from qiangji.assessments.permissions import acts_from, who_may
from qiangji.assessments.services.evaluating import catch_up
from qiangji.assessments.services.evidence import MOST_PER_ANSWER
from qiangji.assessments.services.moves import content_digest, locked_sheet, stage_totals
from qiangji.assessments.services.returning import locked_return
from qiangji.assessments.services.saving import TEXT_LIMIT
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import Position
from qiangji.audit import services as audit
from qiangji.files.services import keep, received
from qiangji.lib.dates import local_day
from qiangji.lib.digests import digest
from qiangji.lib.numbers import plain
from qiangji.lib.typed import storable
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach
from qiangji.standards.models import Criterion
from qiangji.standards.values import ValueNotAllowed

OPEN = CriterionReturn.State.OPEN
REMOVED = "按退回意见修改时移除"


def writable_return(reach: Reach, return_id: UUID, seen: int | None = None) -> CriterionReturn:
    """Return an open return, its sheet locked, for whoever fills the sheet. Raises OutOfReach, NotAllowed, Locked."""
    row = locked_return(reach, return_id)
    if not acts_from(reach, row.sheet, Position.OWN, Permission.FILL_SHEET):
        raise NotAllowed(f"修改退回的条目由{who_may(row.sheet, Position.OWN, Permission.FILL_SHEET)}办理。")
    if not row.is_open:
        raise Locked(f"{row.answer.criterion.code} 的退回{row.get_state_display()}，不能再修改。")
    if seen is not None and row.version != seen:
        raise Locked(
            f"{row.answer.criterion.code} 刚被{row.edited_by}改过，您的内容没有保存；请核对下面保存的内容后再改。"
        )
    return row


@transaction.atomic
def save_amendment(
    *,
    reach: Reach,
    return_id: UUID,
    points: Decimal | None,
    text: str,
    removes: Iterable[UUID] = (),
    seen_version: int,
    at: datetime,
) -> CriterionReturn:
    """Keep an amendment as typed: own mark, text, and which attached files it takes away.

    Raises OutOfReach, NotAllowed; Locked once signed or cancelled, or where another saved first; Refused for a value
    that the scoring does not have, or too long a text.
    """
    row = writable_return(reach, return_id, seen_version)
    criterion = row.answer.criterion
    if criterion.scoring_kind == Criterion.Kind.CHECKLIST:
        points = None
    if points is not None:
        try:
            criterion.check_value(points)
        except ValueNotAllowed as error:
            raise Refused(str(error)) from error
    text = storable(text)
    if len(text) > TEXT_LIMIT:
        raise Refused(f"落实情况最多 {TEXT_LIMIT} 字，现在是 {len(text)} 字。")
    row.points, row.text = points, text
    row.removes.set(
        Evidence.objects.filter(answer=row.answer, detached_at__isnull=True, public_id__in=list(removes))
    )
    _touch(row, reach, at)
    return row


def attach_amendment_file(*, reach: Reach, return_id: UUID, upload: File, at: datetime) -> AmendmentFile:
    """Store a file for an amendment.

    Raises FileRefused, OutOfReach, NotAllowed, Locked; Refused for a content that is there already, or too many.
    """
    with received(upload) as incoming, transaction.atomic():
        row = writable_return(reach, return_id)
        content = keep(incoming, at=at)
        staying = Evidence.objects.filter(answer=row.answer, detached_at__isnull=True).exclude(
            pk__in=row.removes.values("pk")
        )
        held = set(staying.values_list("content_id", flat=True)) | set(
            row.files.filter(detached_at__isnull=True).values_list("content_id", flat=True)
        )
        if content.pk in held or len(held) >= MOST_PER_ANSWER:
            raise Refused(f"内容相同的文件不必重复上传，每条最多 {MOST_PER_ANSWER} 份。")
        file = AmendmentFile.objects.create(
            criterion_return=row, content=content, filename=incoming.filename, attached_by=reach.user, attached_at=at
        )  # fmt: skip
        _touch(row, reach, at)
        return file


@transaction.atomic
def drop_amendment_file(*, reach: Reach, file: AmendmentFile, at: datetime) -> AmendmentFile:
    """Take a file off an amendment before it is signed; the row stays. Raises OutOfReach, NotAllowed, Locked."""
    row = writable_return(reach, file.criterion_return.public_id)
    stored = AmendmentFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if stored.is_detached:
        raise Locked("这份材料已经撤下。")
    stored.detached_at, stored.detached_by, stored.detach_reason = at, reach.user, "签字前撤下"
    stored.save(update_fields=["detached_at", "detached_by", "detach_reason"])
    _touch(row, reach, at)
    return stored


def _touch(row: CriterionReturn, reach: Reach, at: datetime) -> None:
    row.version += 1
    row.edited_by, row.edited_at = reach.user, at
    row.save(update_fields=["points", "text", "version", "edited_by", "edited_at"])
    audit.record(
        verb="amendment.written", obj_type="criterion_return", obj_id=row.public_id,
        data={"points": plain(row.points) or None, "text": digest(row.text)}, by=reach.user, at=at,
    )  # fmt: skip


def open_returns(sheet: Sheet) -> list[CriterionReturn]:
    """Return what is out for amendment, in the order of the table."""
    return list(
        sheet.criterion_returns.filter(state=OPEN)
        .select_related("answer__criterion", "edited_by", "returned_by")
        .order_by("answer__criterion__position")
    )


def seen_digest(rows: Sequence[CriterionReturn]) -> str:
    """Return a digest of amendments as they stand: what somebody saw before signing."""
    return digest([[str(row.public_id), row.version] for row in rows])


@transaction.atomic
def sign_amendment(*, reach: Reach, sheet_id: UUID, password: str, seen: str, at: datetime) -> Submission:
    """Sign all amendments of a sheet with the password entered again; they become marks, texts and evidence.

    Raises OutOfReach, NotAllowed; Locked where nothing is out or something changed since it was seen; WrongSignature,
    for the caller to count; Incomplete naming each criterion that was not amended, or lacks what a submission asks.
    """
    sheet = locked_sheet(reach, sheet_id)
    if not acts_from(reach, sheet, Position.OWN, Permission.SIGN_SHEET):
        raise NotAllowed(f"签字由{who_may(sheet, Position.OWN, Permission.SIGN_SHEET)}办理。")
    rows = open_returns(sheet)
    if not rows:
        raise Locked("没有等待签字的退回条目。")
    if seen != seen_digest(rows):
        raise Locked("打开页面以后退回的条目又有改动，请核对后再签字。")
    if not reach.user.check_password(password):
        raise WrongSignature("签字密码不正确，修改没有提交。请输入您本人的登录密码。")
    # What is signed rests on the facts of today.
    catch_up(sheet=sheet, as_of=local_day(at), at=at, by=reach.user)
    proposals = Proposal.objects.filter(answer__in=[row.answer_id for row in rows])
    beside = {one.answer_id: one for one in proposals}
    for row in rows:
        row.sheet = row.answer.sheet = sheet
        if row.version:
            _apply(row, beside.get(row.answer_id), at)
    missing = missing_in(sheet, rows)
    if missing:
        raise Incomplete(missing)
    return _close(sheet, rows, reach=reach, at=at)


def missing_in(sheet: Sheet, rows: Sequence[CriterionReturn]) -> list[Missing]:
    """Return, for amendments that were applied or as they stand, what keeps them from being signed."""
    untouched = [
        Missing(row.answer.criterion.code, row.answer.criterion.title, "退回后还没有修改；认为不必改的，请在落实情况中说明")
        for row in rows
        if not row.version
    ]  # fmt: skip
    amended = {row.answer_id: row for row in rows if row.version}
    declared = []
    for one in given(sheet, Stage.SELF):
        row = amended.get(one.answer.pk)
        if row is not None:
            one.answer.is_taken = one.answer.is_taken and one.answer.text == row.text
            one.answer.text = row.text
            if one.mark is not None:
                one.mark.points = row.points
            declared.append(one)
    return untouched + missing_points(declared, Stage.SELF)


def _close(sheet: Sheet, rows: Sequence[CriterionReturn], *, reach: Reach, at: datetime) -> Submission:
    """Write the signature and end the returns."""
    declared = given(sheet, Stage.SELF)
    amended = {row.answer_id: row.answer.criterion.code for row in rows}
    promises = promises_of(one for one in declared if one.answer.pk in amended)
    submission = Submission.objects.create(
        sheet=sheet,
        kind=Submission.Kind.AMENDMENT,
        round=sheet.round,
        signed_by=reach.user,
        signer_name=str(reach.user),
        signed_at=at,
        total_points=stage_totals(declared).score,
        digest=content_digest(sheet, Stage.SELF, declared),
        promises=dict.fromkeys(amended.values()) | promises,
    )
    CriterionReturn.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=CriterionReturn.State.AMENDED, amendment=submission, ended_by=reach.user, ended_at=at
    )
    audit.record(
        verb="sheet.amended", obj_type="sheet", obj_id=sheet.public_id,
        data={
            "codes": [row.answer.criterion.code for row in rows],
            "total": plain(submission.total_points),
            "digest": submission.digest,
        },
        by=reach.user, at=at,
    )  # fmt: skip
    return submission


def editor_of(row: CriterionReturn) -> User:
    """Return who wrote an amendment last: the constraint on its row says there is one."""
    if row.edited_by is None:
        raise ValueError("this return was never edited")
    return row.edited_by


def _apply(row: CriterionReturn, proposal: Proposal | None, at: datetime) -> None:
    """Make one amendment the answer's own: mark, text, files, each with its history and its event."""
    _apply_points(row, proposal, at)
    _apply_text(row, at)
    for evidence in row.removes.filter(detached_at__isnull=True).select_related("content"):
        evidence.detached_at, evidence.detached_by, evidence.detach_reason = at, row.edited_by, REMOVED
        evidence.save(update_fields=["detached_at", "detached_by", "detach_reason"])
        _note_evidence("evidence.detached", evidence, row, at)
    for file in row.files.filter(detached_at__isnull=True).select_related("content"):
        evidence = Evidence.objects.create(
            answer=row.answer, content=file.content, filename=file.filename, attached_by=file.attached_by,
            attached_at=at,
        )  # fmt: skip
        _note_evidence("evidence.attached", evidence, row, at)


def _apply_points(row: CriterionReturn, proposal: Proposal | None, at: datetime) -> None:
    mark = Mark.objects.filter(answer=row.answer, stage=Stage.SELF).first()
    before = mark.points if mark else None
    if row.points == before:
        return
    mark = mark or Mark(answer=row.answer, stage=Stage.SELF, version=0)
    mark.points, mark.marked_by, mark.marked_at = row.points, editor_of(row), at
    mark.version += 1
    mark.save()
    MarkChange.objects.create(
        answer=row.answer, stage=Stage.SELF, version=mark.version, from_points=before, to_points=mark.points,
        remark=mark.remark, changed_by=mark.marked_by, changed_at=at, **(proposal.as_known() if proposal else {}),
    )  # fmt: skip
    audit.record(
        verb="mark.changed", obj_type=f"mark.{Stage.SELF}", obj_id=row.answer.public_id,
        data={"from": plain(before) or None, "to": plain(mark.points) or None, "return": str(row.public_id)},
        by=row.edited_by, at=at, sequence=mark.version,
    )  # fmt: skip


def _apply_text(row: CriterionReturn, at: datetime) -> None:
    answer: Answer = row.answer
    if row.text == answer.text:
        return
    before, answer.text = answer.text, row.text
    answer.version += 1
    answer.is_taken = False
    answer.edited_by, answer.edited_at = row.edited_by, at
    answer.save(update_fields=["text", "is_taken", "version", "edited_by", "edited_at"])
    TextChange.objects.create(
        answer=answer, first_version=answer.version, last_version=answer.version, previous=before, text=row.text,
        edited_by=editor_of(row), started_at=at, ended_at=at,
    )  # fmt: skip
    audit.record(
        verb="text.changed", obj_type="answer.text", obj_id=answer.public_id,
        data={"length": len(row.text), "text": digest(row.text), "return": str(row.public_id)},
        by=row.edited_by, at=at, sequence=answer.version,
    )  # fmt: skip


def _note_evidence(verb: str, evidence: Evidence, row: CriterionReturn, at: datetime) -> None:
    audit.record(
        verb=verb, obj_type="evidence", obj_id=evidence.public_id,
        data={
            "answer": str(row.answer.public_id),
            "content": evidence.content.digest,
            "return": str(row.public_id),
        },
        by=row.edited_by, at=at,
    )  # fmt: skip
