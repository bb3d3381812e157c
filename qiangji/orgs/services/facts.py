"""Note which facts changed, for whoever rests on them (``ChangedFact``)."""

from collections.abc import Iterable
from datetime import date, datetime

from qiangji.orgs.models import ChangedFact

BATCH = 1000


def note_changes(*, changes: Iterable[tuple[str, int, date]], at: datetime) -> None:
    """Write down changed facts in the caller's transaction: (kind, organization's id, first day it concerns).

    Many changes of the same kind at the same organization become one row, with the earliest day.
    """
    earliest: dict[tuple[str, int], date] = {}
    for kind, organization_id, day in changes:
        key = (kind, organization_id)
        earliest[key] = min(day, earliest.get(key, day))
    ChangedFact.objects.bulk_create(
        [
            ChangedFact(kind=kind, organization_id=organization_id, date=day, changed_at=at)
            for (kind, organization_id), day in sorted(earliest.items())
        ],
        batch_size=BATCH,
    )
