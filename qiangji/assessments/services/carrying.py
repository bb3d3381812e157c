"""Carrying answers over 带入: a new sheet takes texts and files from the organization's earlier one.

What a person wrote here is never overwritten, and no mark is ever carried: last year's are only shown. A criterion
takes a text while it has none, and files while it has none; a file that was once taken off it does not come back. Run
again, it finds nothing left to do. A carried text is a draft that says so, until it is written anew or confirmed; one
that was generated and taken as it was offered is nobody's own words here either.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import Answer, Evidence, Sheet, TextChange
from qiangji.assessments.permissions import acts_from, check_open, who_may
from qiangji.assessments.selectors.previous import (
    Previous,
    answers_here,
    earlier_sheets,
    files_to_carry,
    previous_of,
)
from qiangji.assessments.services.moves import locked_sheet
from qiangji.assessments.states import Position, State
from qiangji.audit import services as audit
from qiangji.audit.models import Event
from qiangji.files.models import Content
from qiangji.lib.digests import digest
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach

BATCH = 500


@dataclass(frozen=True)
class Carried:
    """How much was carried over."""

    texts: int
    files: int


@transaction.atomic
def carry_over(
    *,
    reach: Reach,
    sheet_id: UUID,
    source_id: UUID,
    codes: Collection[str],
    with_texts: bool,
    with_evidence: bool,
    at: datetime,
) -> Carried:
    """Carry texts, evidence or both of an earlier sheet to the chosen criteria of a draft sheet.

    Raises OutOfReach, NotAllowed, Locked; Refused where nothing was chosen, where the earlier sheet is not one of the
    organization's, or where nobody has decided yet which criteria live on.
    """
    sheet = locked_sheet(reach, sheet_id)
    check_fillable(reach, sheet)
    if not codes or not (with_texts or with_evidence):
        raise Refused("请至少选一条，并选择带入落实情况或佐证材料。")
    previous = previous_to_carry(sheet, source_id)
    answers = {answer.criterion_id: answer for answer in answers_here(sheet)}
    sources = {
        answers[criterion].pk: before.answer_id
        for criterion, before in previous.answers.items()
        if criterion in answers and answers[criterion].criterion.code in codes
    }
    here = {answer.pk: answer for answer in answers.values()}
    texts = _carry_texts(here, sources, previous.year, by=reach.user, at=at) if with_texts else []
    files = _carry_files(here, sources, by=reach.user, at=at) if with_evidence else []
    if texts or files:
        _record(sheet, previous, texts, files, by=reach.user, at=at)
    return Carried(len(texts), len(files))


def check_fillable(reach: Reach, sheet: Sheet) -> None:
    """Refuse where this person may not fill the sheet now. Raises NotAllowed or Locked."""
    if not acts_from(reach, sheet, Position.OWN, Permission.FILL_SHEET):
        raise NotAllowed(f"带入以前的内容由{who_may(sheet, Position.OWN, Permission.FILL_SHEET)}办理。")
    check_open(sheet)
    if sheet.state != State.DRAFT:
        raise Locked(f"考评表现在是“{State(sheet.state).label}”，内容已锁定，不能带入。退回后可以带入。")


def previous_to_carry(sheet: Sheet, source_id: UUID) -> Previous:
    """Return what the named earlier sheet holds. Raises Refused where there is none, or no decided map."""
    source = earlier_sheets(sheet).filter(public_id=source_id).first()
    previous = previous_of(sheet, source) if source else None
    if previous is None:
        raise Refused("本组织没有这张以前的考评表，请从列出的考评表中选择。")
    if not previous.is_mapped:
        raise Refused(
            f"{previous.name}用的是另一个标准版本，两个版本的对照表还没有确定，暂时不能带入。"
            "请整理标准的单位先在标准页面确定对照表。"
        )
    return previous


@transaction.atomic
def keep_carried(*, reach: Reach, sheet_id: UUID, code: str, at: datetime) -> bool:
    """Confirm that a text carried over holds this year too; say whether there was one to confirm.

    Raises OutOfReach, NotAllowed, Locked as ``carry_over`` does.
    """
    sheet = locked_sheet(reach, sheet_id)
    check_fillable(reach, sheet)
    answer = sheet.answers.filter(criterion__code=code).first()
    if answer is None:
        raise OutOfReach("表中没有这一条。")
    if not answer.is_carried:
        return False
    data = {"year": answer.carried_year, "version": answer.version, "text": digest(answer.text)}
    answer.carried_year = answer.carried_version = None
    answer.save(update_fields=["carried_year", "carried_version"])
    audit.record(
        verb="text.kept", obj_type="answer.carried", obj_id=answer.public_id, data=data, by=reach.user, at=at
    )
    return True


def _carry_texts(
    here: dict[int, Answer], sources: dict[int, int], year: int, *, by: User, at: datetime
) -> list[Answer]:
    open_here = {pk: source for pk, source in sources.items() if not here[pk].text.strip()}
    found = Answer.objects.filter(pk__in=open_here.values()).exclude(text="")
    texts = {pk: (text, is_taken) for pk, text, is_taken in found.values_list("pk", "text", "is_taken")}
    carried, history, events = [], [], []
    for pk, source in open_here.items():
        text, is_taken = texts.get(source, ("", False))
        if not text.strip():
            continue
        answer, previous = here[pk], here[pk].text
        answer.text, answer.version, answer.is_taken = text, answer.version + 1, is_taken
        answer.edited_by, answer.edited_at = by, at
        answer.carried_year, answer.carried_version = year, answer.version
        carried.append(answer)
        history.append(
            TextChange(
                answer=answer,
                first_version=answer.version,
                last_version=answer.version,
                previous=previous,
                text=text,
                edited_by=by,
                started_at=at,
                ended_at=at,
            )
        )
        events.append(
            audit.event(
                verb="text.changed",
                obj_type="answer.text",
                obj_id=answer.public_id,
                data={"length": len(text), "text": digest(text)},
                by=by,
                at=at,
                sequence=answer.version,
            )
        )
    fields = ["text", "is_taken", "version", "edited_by", "edited_at", "carried_year", "carried_version"]
    Answer.objects.bulk_update(carried, fields, batch_size=BATCH)
    TextChange.objects.bulk_create(history, batch_size=BATCH)
    Event.objects.bulk_create(events, batch_size=BATCH)
    return carried


def _carry_files(
    here: dict[int, Answer], sources: dict[int, int], *, by: User, at: datetime
) -> list[Evidence]:
    rows = files_to_carry(sources)
    # The bytes must not be swept while they get a new holder.
    contents = Content.objects.filter(pk__in={row.content_id for _, row in rows}).order_by("pk")
    whole = {content.pk for content in contents.select_for_update() if not content.is_swept}
    carried = [
        Evidence(
            public_id=uuid4(),
            answer=here[target],
            content=row.content,
            filename=row.filename,
            attached_by=by,
            attached_at=at,
        )
        for target, row in rows
        if row.content_id in whole
    ]
    Evidence.objects.bulk_create(carried, batch_size=BATCH)
    Event.objects.bulk_create([_attached(one, by=by, at=at) for one in carried], batch_size=BATCH)
    return carried


def _attached(evidence: Evidence, *, by: User, at: datetime) -> Event:
    data = {"answer": str(evidence.answer.public_id), "content": evidence.content.digest}
    return audit.event(
        verb="evidence.attached",
        obj_type="evidence",
        obj_id=evidence.public_id,
        data=data | {"size": evidence.content.size, "carried": True},
        by=by,
        at=at,
        sequence=1,
    )


def _record(
    sheet: Sheet,
    previous: Previous,
    texts: list[Answer],
    files: list[Evidence],
    *,
    by: User,
    at: datetime,
) -> None:
    data = {
        "source": str(previous.public_id),
        "texts": sorted(answer.criterion.code for answer in texts),
        "files": len(files),
    }
    audit.record(verb="sheet.carried_over", obj_type="sheet", obj_id=sheet.public_id, data=data, by=by, at=at)
