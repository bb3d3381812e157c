"""Whether a reviewer's mark is older than what it judges: the mark of the stage before, the text, or the files beside it.

A sheet that was returned comes back with the reviewer's marks of the round before. Where anything about a criterion
changed meanwhile, be it only a file added after "材料不全", its mark has to be looked at again; where nothing did, it
stands. So the reviewer sees differences first and the rest not twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from qiangji.assessments.models import Evidence, Sheet


@dataclass(frozen=True)
class Files:
    """The files of one answer: how many are attached now, and when one was last attached or detached."""

    count: int = 0
    changed_at: datetime | None = None


def files_of(sheet: Sheet) -> dict[int, Files]:
    """Return the files of a sheet by answer: one query."""
    rows = Evidence.objects.filter(answer__sheet=sheet).order_by()
    found: dict[int, Files] = {}
    for answer, attached, detached in rows.values_list("answer_id", "attached_at", "detached_at"):
        before = found.get(answer, Files())
        changed = latest((before.changed_at, attached, detached))
        found[answer] = Files(before.count + (detached is None), changed)
    return found


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the latest of some moments; None where there is none."""
    return max((moment for moment in moments if moment is not None), default=None)


def is_older(marked_at: datetime | None, *changes: datetime | None) -> bool:
    """Say whether a mark was given before one of these changes.

    >>> is_older(datetime(2026, 11, 3), None, datetime(2026, 11, 4)), is_older(datetime(2026, 11, 3), None)
    (True, False)
    """
    changed = latest(changes)
    return marked_at is not None and changed is not None and changed > marked_at
