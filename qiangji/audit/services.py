"""The one writer of the event log, and of the log of readings."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Max

from qiangji.audit.models import Event, Reading
from qiangji.lib.digests import canonical_json, digest
from qiangji.lib.prepared import PreparedInsert

ADD = PreparedInsert(Event)
BATCH = 1000


class Actor(Protocol):
    """Whoever acts: all the log needs is a public id."""

    public_id: UUID


def event(
    *,
    verb: str,
    obj_type: str,
    obj_id: UUID,
    data: dict[str, Any],
    by: Actor | None,
    at: datetime,
    sequence: int,
) -> Event:
    """Build an event without storing it, for writers that store many at once. The digest covers every other field."""
    actor_id = by.public_id if by is not None else None
    sealed = {
        "type": obj_type,
        "id": str(obj_id),
        "sequence": sequence,
        "verb": verb,
        "data": data,
        "actor": str(actor_id) if actor_id else None,
        "at": at.astimezone(UTC).isoformat(),
    }
    return Event(
        object_type=obj_type,
        object_id=obj_id,
        sequence=sequence,
        verb=verb,
        data=canonical_json(data),
        actor_id=actor_id,
        at=at,
        digest=digest(sealed),
    )


def record(
    *,
    verb: str,
    obj_type: str,
    obj_id: UUID,
    data: dict[str, Any],
    by: Actor | None,
    at: datetime,
    sequence: int | None = None,
) -> Event:
    """Record one event in the caller's transaction (no transaction of its own: the change and its event stand or fall together).

    ``sequence`` is the object's own version where it has one, which saves a query; otherwise the next free number is
    taken. Raises IntegrityError when two writers claim the same number, so one of them rolls back whole.
    """
    if sequence is None:
        last = Event.objects.filter(object_type=obj_type, object_id=obj_id).aggregate(last=Max("sequence"))[
            "last"
        ]
        sequence = (last or 0) + 1
    entry = event(verb=verb, obj_type=obj_type, obj_id=obj_id, data=data, by=by, at=at, sequence=sequence)
    ADD(entry)
    return entry


def note_reading(
    *, obj_type: str, obj_ids: Iterable[UUID], page: str, by: Actor, at: datetime
) -> list[Reading]:
    """Write down that somebody read restricted data of these objects on a page: one statement per batch.

    It is called before the page is drawn, in the transaction of the request: what was not logged was not shown.
    """
    return Reading.objects.bulk_create(
        [
            Reading(object_type=obj_type, object_id=one, actor_id=by.public_id, page=page, at=at)
            for one in obj_ids
        ],
        batch_size=BATCH,
    )
