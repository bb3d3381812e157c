"""Files on a record: hanging one on, taking one off. Never asked for but where a kind names a document."""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.services import record as note_event
from qiangji.files.services import keep, received
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import Record, RecordFile
from qiangji.lib.typed import needed, typed_line

MOST_PER_RECORD = 20
REASON_LIMIT = 200
OBJECT = "record_file"


def attach_file(*, record: Record, upload: File, by: User, at: datetime) -> RecordFile:
    """Store an uploaded file and hang it on a record.

    Raises FileRefused for a file that is not taken; LedgersError for a withdrawn record, the same content twice, or too
    many files.
    """
    with received(upload) as incoming, transaction.atomic():
        stored = Record.objects.select_for_update().get(pk=record.pk)
        if stored.state == Record.State.WITHDRAWN:
            raise LedgersError("这条记录已撤回，不能再加附件。")
        content = keep(incoming, at=at)
        names = dict(
            RecordFile.objects.filter(record=stored, detached_at__isnull=True).values_list(
                "content_id", "filename"
            )
        )
        if content.pk in names:
            raise LedgersError(f"这条记录已有内容相同的文件“{names[content.pk]}”，不必重复上传。")
        if len(names) >= MOST_PER_RECORD:
            raise LedgersError(f"每条记录最多 {MOST_PER_RECORD} 份附件。请先移除不需要的，或合并成一个 PDF。")
        file = RecordFile.objects.create(
            record=stored, content=content, filename=incoming.filename, attached_by=by, attached_at=at
        )
        # The name of the file stays out of the log: it may hold a person's, and events are never erased.
        note_event(
            verb="record_file.attached",
            obj_type=OBJECT,
            obj_id=file.public_id,
            data={"record": str(stored.public_id), "content": content.digest, "size": content.size},
            by=by,
            at=at,
            sequence=1,
        )
        return file


@transaction.atomic
def detach_file(*, file: RecordFile, reason: str, by: User, at: datetime) -> RecordFile:
    """Take a file off its record; the row stays with who, when and why. Raises LedgersError without a reason."""
    why = LedgersError(f"请写明移除原因，最多 {REASON_LIMIT} 字，例如“传错文件”。")
    reason = needed(typed_line(reason), REASON_LIMIT, why)
    stored = RecordFile.objects.select_for_update(of=("self",)).select_related("record").get(pk=file.pk)
    if stored.is_detached:
        raise LedgersError(f"“{stored.filename}”已经移除，请刷新查看。")
    stored.detached_at, stored.detached_by, stored.detach_reason = at, by, reason
    stored.save(update_fields=["detached_at", "detached_by", "detach_reason"])
    note_event(
        verb="record_file.detached",
        obj_type=OBJECT,
        obj_id=stored.public_id,
        data={"record": str(stored.record.public_id), "reason": reason},
        by=by,
        at=at,
        sequence=2,
    )
    return stored
