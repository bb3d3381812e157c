"""Saving one mark or one text, as people type: the hot path, at most eight statements with sign-in and rights.

The unit of conflict is answer and stage. Whoever saves says which version was seen; if another was saved meanwhile,
nothing is written and both values go back, so that a person chooses. A resend of what is already stored (the
connection broke after the commit) is answered as saved.

The sheet's row is locked while a save runs, so no mark can slip in between a signature and its digest.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    Exists,
    F,
    Field,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from qiangji.assessments.exceptions import AssessmentError, Locked, NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import (
    Answer,
    CriterionReturn,
    Evidence,
    Mark,
    MarkChange,
    Proposal,
    Sheet,
    TextChange,
)
from qiangji.assessments.permissions import (
    is_closed,
    may_read,
    reaches,
    why_closed,
    why_unreadable,
    writable_stage,
)
from qiangji.assessments.stages import EARLIER, Stage
from qiangji.assessments.staleness import is_older
from qiangji.assessments.states import State
from qiangji.audit import services as audit
from qiangji.lib.digests import digest
from qiangji.lib.numbers import plain
from qiangji.lib.prepared import Prepared, PreparedInsert, PreparedUpdate
from qiangji.orgs.reach import Reach
from qiangji.standards.values import ValueNotAllowed

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class Beside(TypedDict):
        """What ``to_write`` adds to an answer: its mark at the stage, and when what it judges was last changed."""

        mark_id: int  # read only where there is a mark
        mark_version: int | None
        mark_points: Decimal | None
        mark_remark: str | None
        mark_at: datetime | None
        earlier_at: datetime | None
        attached_at: datetime | None
        detached_at: datetime | None
        proposed_text: str | None
        proposed_verdict: str | None
        proposed_points: Decimal | None
        proposed_lowest: Decimal | None
        proposed_highest: Decimal | None
        proposed_by_date: date | None
        proposed_digest: str | None
        is_out: bool

    AnswerToWrite = WithAnnotations[Answer, Beside]
else:
    AnswerToWrite = Answer

PAUSE = timedelta(minutes=5)
TEXT_LIMIT = 4000
NEEDED = (
    "public_id",
    "text",
    "version",
    "edited_at",
    "criterion__points",
    "criterion__scoring",
    "criterion__step",
    "sheet__organization_name",
    "sheet__organization_path",
    "sheet__organization_kind",
    "sheet__supervisor",
    "sheet__rating_authority",
    "sheet__state",
    "sheet__state_at",
    "sheet__organization__path",
    "sheet__own_deadline_date",
    "sheet__cycle__closed_at",
)
REMARK_LIMIT = 500


@dataclass(frozen=True)
class MarkEdit:
    """A mark as typed: ``version`` is the one the person saw, 0 where there was none."""

    code: str
    stage: str
    points: Decimal | None
    remark: str
    version: int


@dataclass(frozen=True)
class TextEdit:
    """An implementation text as typed, with the version the person saw."""

    code: str
    text: str
    version: int


@dataclass(frozen=True)
class Saved:
    """Stored: the version to send next time."""

    version: int
    at: datetime


@dataclass(frozen=True)
class Clash:
    """Not stored: another saved first. ``theirs`` is what stands in the database now."""

    version: int
    theirs: dict[str, str | None]
    by: str
    at: datetime | None


def to_write(sheet: UUID, code: str, stage: Stage) -> QuerySet[Answer]:
    """Return an answer with all that writing a mark of a stage depends on; its sheet is locked."""
    answers = Answer.objects.filter(
        sheet__public_id=sheet, criterion__code=code, criterion__edition=F("sheet__edition")
    )
    answers = answers.select_related("sheet__organization", "sheet__cycle", "criterion").only(*NEEDED)
    return with_marks(answers.select_for_update(of=("sheet",), no_key=True), stage)


def with_marks(answers: QuerySet[Answer], stage: Stage) -> QuerySet[Answer]:
    """Bring along the stage's own mark, and when the mark it is held against and the files were last changed."""
    answers = answers.annotate(
        current=FilteredRelation("marks", condition=Q(marks__stage=stage)),
        mark_id=F("current__id"),
        mark_points=F("current__points"),
        mark_remark=F("current__remark"),
        mark_version=F("current__version"),
        mark_at=F("current__marked_at"),
    )
    earlier = EARLIER.get(stage)
    if earlier is None:
        nothing = Value(None, DateTimeField())
        return answers.annotate(
            earlier_at=nothing, attached_at=nothing, detached_at=nothing,
            is_out=Value(False), proposed_verdict=F("proposal__verdict"), proposed_points=F("proposal__points"),
            proposed_lowest=F("proposal__lowest"), proposed_highest=F("proposal__highest"),
            proposed_by_date=F("proposal__mend_by"), proposed_text=F("proposal__text"), proposed_digest=F("proposal__digest"),
        )  # fmt: skip
    none: dict[str, Field[Any, Any]] = {
        "proposed_verdict": CharField(), "proposed_points": DecimalField(), "proposed_lowest": DecimalField(),
        "proposed_highest": DecimalField(), "proposed_by_date": DateField(), "proposed_digest": CharField(),
        "proposed_text": CharField(),
    }  # fmt: skip
    return answers.annotate(
        **{name: Value(None, kind) for name, kind in none.items()},
        before=FilteredRelation("marks", condition=Q(marks__stage=earlier)),
        earlier_at=F("before__marked_at"),
        attached_at=_last_of_files("attached_at"),
        detached_at=_last_of_files("detached_at"),
        is_out=Exists(CriterionReturn.objects.filter(answer=OuterRef("pk"), state="open")),
    )


def _last_of_files(moment: str) -> Subquery:
    """The last such moment of an answer's files."""
    files = Evidence.objects.filter(answer=OuterRef("pk"), **{f"{moment}__isnull": False})
    return Subquery(files.order_by(f"-{moment}").values(moment)[:1])


TO_WRITE = {stage: Prepared(partial(to_write, stage=stage), sheet=UUID, code=str) for stage in Stage}
CHANGE_MARK = PreparedUpdate(
    lambda pk, seen: Mark.objects.filter(pk=pk, version=seen),
    sets={"version": int, "points": Decimal, "remark": str, "marked_by_id": int, "marked_at": datetime},
    pk=int,
    seen=int,
)
ADD_MARK_CHANGE = PreparedInsert(MarkChange)


def locked_answer(reach: Reach, sheet_id: UUID, code: str, stage: str) -> AnswerToWrite:
    """Read one answer with its sheet (locked), its criterion and the marks that matter: one statement.

    Raises OutOfReach where the sheet is not visible to this person or has no such criterion.
    """
    found = TO_WRITE[Stage(stage)](sheet=sheet_id, code=code)
    if not found:
        raise OutOfReach("没有这张考评表，或表中没有这一条。")
    answer: AnswerToWrite = found[0]
    if not reaches(reach, answer.sheet):
        raise OutOfReach("没有这张考评表，或表中没有这一条。")
    return answer


def check_writable(reach: Reach, sheet: Sheet, stage: str) -> None:
    """Refuse where this person may not write this stage now. Raises NotAllowed or Locked."""
    if not may_read(reach, sheet):
        raise NotAllowed(why_unreadable(sheet))
    if is_closed(sheet) and stage != Stage.INSPECTION:
        raise Locked(f"{why_closed(sheet)}您刚才的改动没有保存。")
    if sheet.writable_stage != stage:
        raise Locked(
            f"考评表现在是“{State(sheet.state).label}”，{Stage(stage).label}内容已锁定，您刚才的改动没有保存。"
        )
    if writable_stage(reach, sheet) != stage:
        raise NotAllowed(f"您的岗位不能填写“{Stage(stage).label}”，或您在该单位任职、须回避。")


def save_mark(*, reach: Reach, sheet_id: UUID, edit: MarkEdit, at: datetime) -> Saved | Clash:
    """Save one mark, or report the clash.

    Raises OutOfReach, NotAllowed, Locked; Refused for a value that the criterion's scoring does not have.
    """
    if len(edit.remark) > REMARK_LIMIT:
        raise Refused(f"说明最多 {REMARK_LIMIT} 字，现在是 {len(edit.remark)} 字。")
    try:
        with transaction.atomic():
            answer = locked_answer(reach, sheet_id, edit.code, edit.stage)
            check_writable(reach, answer.sheet, edit.stage)
            if answer.is_out:
                raise Refused("本条已退回修改，等对方改好签字后再给分；也可以先取消退回。")
            return _write_mark(answer, edit, reach=reach, at=at) or _mark_clash(answer, edit.stage)
    except IntegrityError:
        return _mark_clash(
            Answer.objects.get(sheet__public_id=sheet_id, criterion__code=edit.code), edit.stage
        )


def _write_mark(answer: AnswerToWrite, edit: MarkEdit, *, reach: Reach, at: datetime) -> Saved | None:
    if edit.points is not None:
        try:
            answer.criterion.check_value(edit.points)
        except ValueNotAllowed as error:
            raise Refused(str(error)) from error
    version = answer.mark_version or 0
    unchanged = answer.mark_points == edit.points and (answer.mark_remark or "") == edit.remark
    if unchanged and (version != edit.version or not _is_stale(answer)):
        return Saved(version=version, at=answer.mark_at or at)
    if version != edit.version:
        return None
    fields = {"points": edit.points, "remark": edit.remark, "marked_by_id": reach.user.pk, "marked_at": at}
    if version == 0:
        Mark.objects.create(answer=answer, stage=edit.stage, version=1, **fields)
    elif not CHANGE_MARK({"version": version + 1} | fields, pk=answer.mark_id, seen=version):
        return None
    ADD_MARK_CHANGE(
        MarkChange(
            answer=answer,
            stage=edit.stage,
            version=version + 1,
            from_points=answer.mark_points,
            to_points=edit.points,
            remark=edit.remark,
            changed_by=reach.user,
            changed_at=at,
            **proposed_beside(answer),
        )
    )
    audit.record(
        verb="mark.changed",
        obj_type=f"mark.{edit.stage}",
        obj_id=answer.public_id,
        data={
            "from": plain(answer.mark_points) or None,
            "to": plain(edit.points) or None,
            "remark": digest(edit.remark) if edit.remark else "",
        },
        by=reach.user,
        at=at,
        sequence=version + 1,
    )
    return Saved(version=version + 1, at=at)


def proposed_beside(answer: AnswerToWrite) -> dict[str, Any]:
    """Return what the facts propose beside a mark just now, for its history; nothing where nothing whole is stored."""
    if not answer.proposed_digest:
        return {}
    return {
        "proposed_verdict": answer.proposed_verdict,
        "proposed_points": answer.proposed_points,
        "proposed_lowest": answer.proposed_lowest,
        "proposed_highest": answer.proposed_highest,
        "proposed_by_date": answer.proposed_by_date,
        "proposed_digest": answer.proposed_digest,
    }


def is_offered(answer: AnswerToWrite, text: str) -> bool:
    """Say whether a text is the one that the facts offer just now, taken as it stands."""
    verdict, lowest, highest = answer.proposed_verdict, answer.proposed_lowest, answer.proposed_highest
    if not verdict or lowest is None or highest is None or not text.strip():
        return False
    offer = Proposal(
        verdict=verdict, points=answer.proposed_points, lowest=lowest, highest=highest,
        mend_by=answer.proposed_by_date, text=answer.proposed_text or "",
    )  # fmt: skip
    return text.strip() == offer.offered_text.strip()


def _is_stale(answer: AnswerToWrite) -> bool:
    """A review mark given before what it judges was changed again: saving it anew confirms it."""
    if answer.earlier_at is None:
        return False
    changes = (answer.earlier_at, answer.edited_at, answer.attached_at, answer.detached_at)
    return is_older(answer.mark_at, *changes)


def _mark_clash(answer: Answer, stage: str) -> Clash:
    mark = Mark.objects.select_related("marked_by").filter(answer=answer, stage=stage).first()
    if mark is None:
        return Clash(version=0, theirs={"points": None, "remark": ""}, by="", at=None)
    return Clash(
        version=mark.version,
        theirs={"points": plain(mark.points) if mark.points is not None else None, "remark": mark.remark},
        by=str(mark.marked_by),
        at=mark.marked_at,
    )


def save_text(*, reach: Reach, sheet_id: UUID, edit: TextEdit, at: datetime) -> Saved | Clash:
    """Save one implementation text, or report the clash. Raises as ``save_mark`` does."""
    if len(edit.text) > TEXT_LIMIT:
        raise Refused(f"落实情况最多 {TEXT_LIMIT} 字，现在是 {len(edit.text)} 字。")
    with transaction.atomic():
        answer = locked_answer(reach, sheet_id, edit.code, Stage.SELF)
        check_writable(reach, answer.sheet, Stage.SELF)
        if answer.text == edit.text:
            return Saved(version=answer.version, at=answer.edited_at or at)
        if answer.version == edit.version and _write_text(answer, edit, reach=reach, at=at):
            return Saved(version=edit.version + 1, at=at)
    stored = Answer.objects.select_related("edited_by").get(pk=answer.pk)
    return Clash(
        version=stored.version,
        theirs={"text": stored.text},
        by=str(stored.edited_by or ""),
        at=stored.edited_at,
    )


def _write_text(answer: AnswerToWrite, edit: TextEdit, *, reach: Reach, at: datetime) -> bool:
    version = edit.version + 1
    seen = Answer.objects.filter(pk=answer.pk, version=edit.version)
    taken = is_offered(answer, edit.text)
    if not seen.update(text=edit.text, is_taken=taken, version=version, edited_by=reach.user, edited_at=at):
        return False
    # A spell ends with the sheet's state, too: what was signed stays in history though the sheet returns at once.
    since = max(at - PAUSE, answer.sheet.state_at)
    spell = TextChange.objects.filter(
        answer=answer, edited_by=reach.user, last_version=edit.version, ended_at__gte=since
    )
    if not spell.update(text=edit.text, last_version=version, ended_at=at):
        TextChange.objects.create(
            answer=answer,
            first_version=version,
            last_version=version,
            previous=answer.text,
            text=edit.text,
            edited_by=reach.user,
            started_at=at,
            ended_at=at,
        )
    audit.record(
        verb="text.changed",
        obj_type="answer.text",
        obj_id=answer.public_id,
        data={"length": len(edit.text), "text": digest(edit.text)},
        by=reach.user,
        at=at,
        sequence=version,
    )
    return True


def save(*, reach: Reach, sheet_id: UUID, edit: MarkEdit | TextEdit, at: datetime) -> Saved | Clash:
    """Save whatever kind of edit it is."""
    if isinstance(edit, MarkEdit):
        return save_mark(reach=reach, sheet_id=sheet_id, edit=edit, at=at)
    return save_text(reach=reach, sheet_id=sheet_id, edit=edit, at=at)


__all__ = ["AssessmentError", "Clash", "MarkEdit", "Saved", "TextEdit", "save", "save_mark", "save_text"]
