"""Writing a practice down: every save adds a text; the files that go with it."""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max

from qiangji.audit import services as audit
from qiangji.files.services import keep, received
from qiangji.lib.typed import typed_line
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.practices.exceptions import Locked, NotAllowed, Problem, Refused
from qiangji.practices.models import Practice, PracticeFile, PracticeStep, PracticeText
from qiangji.practices.permissions import acts_for
from qiangji.practices.services.moves import OBJECT, locked, note, require
from qiangji.practices.states import WRITABLE, Side, State
from qiangji.practices.wording import Words, problems_of
from qiangji.standards.models import Criterion

MOST_FILES = 10


def checked(words: Words, criterion: Criterion | None) -> Criterion:
    """Return the criterion of words that may be stored. Raises Refused naming each field that may not."""
    problems = problems_of(words)
    if criterion is None:
        problems.append(Problem("criterion", "请选择这条做法服务于哪一条标准。"))
    if problems or criterion is None:
        raise Refused(*problems)
    return criterion


@transaction.atomic
def start_practice(
    *, reach: Reach, organization: Organization, criterion: Criterion | None, words: Words, at: datetime
) -> Practice:
    """Begin a practice with its first text. Raises NotAllowed, Refused."""
    if not acts_for(reach, Permission.SUBMIT_PRACTICE, organization.pk, own=True):
        who = "、".join(roles_that(Permission.SUBMIT_PRACTICE, own=True))
        raise NotAllowed(f"好做法由{organization.name}的{who}推荐。")
    criterion = checked(words, criterion)
    row = Practice.objects.create(organization=organization, state_at=at)
    _store_text(row, 1, criterion, words, reach, at)
    PracticeStep.objects.create(
        practice=row,
        sequence=1,
        verb="write",
        to_state=State.DRAFT,
        number=1,
        taken_by=reach.user,
        taken_at=at,
    )
    audit.record(
        verb="practice.write",
        obj_type=OBJECT,
        obj_id=row.public_id,
        data={"organization": organization.code, "criterion": criterion.code, "text": 1},
        by=reach.user,
        at=at,
        sequence=1,
    )
    return row


@transaction.atomic
def write_text(
    *, reach: Reach, row: Practice, criterion: Criterion | None, words: Words, seen_version: int, at: datetime
) -> Practice:
    """Add a text to a draft; what is the same as before adds none. Raises Locked, NotAllowed, Refused."""
    stored = locked(row, seen_version)
    require(reach, stored, Side.OWN, "填写好做法")
    if stored.state not in WRITABLE:
        raise Locked(f"这条好做法的状态是“{State(stored.state).label}”，内容已锁定。")
    criterion = checked(words, criterion)
    text = PracticeText.objects.get(practice=stored, number=stored.number)
    if Words.of(text) == words and text.criterion_id == criterion.pk:
        return stored
    last = PracticeText.objects.filter(practice=stored).aggregate(last=Max("number"))["last"]
    stored.number = last + 1
    _store_text(stored, stored.number, criterion, words, reach, at)
    note(stored, "write", before=stored.state, reach=reach, at=at)
    return stored


def _store_text(
    row: Practice, number: int, criterion: Criterion, words: Words, reach: Reach, at: datetime
) -> None:
    PracticeText.objects.create(
        practice=row,
        number=number,
        criterion=criterion,
        written_by=reach.user,
        written_at=at,
        **dict(words.items()),
    )


def attach_file(*, reach: Reach, row: Practice, upload: File, at: datetime) -> PracticeFile:
    """Store a file with a draft. Raises FileRefused, NotAllowed, Locked, Refused for the same content or too many."""
    with received(upload) as incoming, transaction.atomic():
        stored = locked(row)
        require(reach, stored, Side.OWN, "上传附件")
        _require_writable(stored)
        content = keep(incoming, at=at)
        kept = dict(stored.files.filter(detached_at__isnull=True).values_list("content_id", "filename"))
        if content.pk in kept:
            raise Refused(f"已有内容相同的附件“{kept[content.pk]}”，不必重复上传。")
        if len(kept) >= MOST_FILES:
            raise Refused(f"最多 {MOST_FILES} 份附件，可把多份合并成一个 PDF。")
        row_of_file = PracticeFile.objects.create(
            practice=stored,
            content=content,
            filename=incoming.filename,
            attached_by=reach.user,
            attached_at=at,
        )
        _record("practice_file.attached", row_of_file, reach=reach, at=at, sequence=1)
        return row_of_file


@transaction.atomic
def detach_file(*, reach: Reach, attached: PracticeFile, reason: str, at: datetime) -> PracticeFile:
    """Take a file away from a draft; the row stays. Raises NotAllowed, Locked, Refused without a reason."""
    stored = locked(attached.practice)
    require(reach, stored, Side.OWN, "移除附件")
    _require_writable(stored)
    reason = typed_line(reason)
    if not reason or len(reason) > 200:
        raise Refused("请写明移除原因，最多 200 字，例如“传错文件”。")
    fresh = PracticeFile.objects.select_for_update(of=("self",)).get(pk=attached.pk)
    if fresh.is_detached:
        raise Locked("这份附件已经移除。")
    fresh.detached_at, fresh.detached_by, fresh.detach_reason = at, reach.user, reason
    fresh.save(update_fields=["detached_at", "detached_by", "detach_reason"])
    _record("practice_file.detached", fresh, reach=reach, at=at)
    return fresh


def _require_writable(row: Practice) -> None:
    if row.state not in WRITABLE:
        raise Locked("只有草稿和退回的好做法可以增减附件；已发布的请先点“修订”。")


def _record(
    verb: str, attached: PracticeFile, *, reach: Reach, at: datetime, sequence: int | None = None
) -> None:
    audit.record(
        verb=verb,
        obj_type="practice_file",
        obj_id=attached.public_id,
        data={"practice": str(attached.practice.public_id), "content": attached.content.digest},
        by=reach.user,
        at=at,
        sequence=sequence,
    )
