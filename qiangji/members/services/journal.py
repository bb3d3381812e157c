"""How the register's services leave their trace: one audit event per row, without names, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.lib.bulk import insert_rows
from qiangji.members.models import Member

MEMBER = "member"
PERSON = "person"
HARDSHIP = "hardship"
BATCH = 1000


@dataclass(frozen=True)
class Entry:
    """What is to be written down of one object: persons appear as ids only, so that a name can be erased elsewhere."""

    verb: str
    obj_id: UUID
    data: dict[str, Any]
    is_new: bool = False


def note(verb: str, member: Member, data: dict[str, Any], *, by: User | None, at: datetime) -> None:
    """Write down what happened to one member."""
    record(verb=verb, obj_type=MEMBER, obj_id=member.public_id, data=data, by=by, at=at)


def note_many(obj_type: str, entries: Sequence[Entry], *, by: User | None, at: datetime) -> None:
    """Write down what happened to many objects of one kind: two statements per batch. Each object comes once."""
    for start in range(0, len(entries), BATCH):
        batch = entries[start : start + BATCH]
        known = [entry.obj_id for entry in batch if not entry.is_new]
        last: dict[UUID, int] = {}
        if known:
            rows = Event.objects.filter(object_type=obj_type, object_id__in=known)
            last = dict(rows.values_list("object_id").annotate(last=Max("sequence")))
        insert_rows(
            [
                event(
                    verb=entry.verb,
                    obj_type=obj_type,
                    obj_id=entry.obj_id,
                    data=entry.data,
                    by=by,
                    at=at,
                    sequence=last.get(entry.obj_id, 0) + 1,
                )
                for entry in batch
            ]
        )
