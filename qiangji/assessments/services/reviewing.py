"""Reviewing in bulk: the reviewer enters differences first, then confirms all the rest at once."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from qiangji.assessments.completeness import Given, given
from qiangji.assessments.exceptions import Refused
from qiangji.assessments.models import Mark, MarkChange
from qiangji.assessments.services.moves import locked_sheet
from qiangji.assessments.services.saving import check_writable
from qiangji.assessments.stages import EARLIER, Stage
from qiangji.audit.models import Event
from qiangji.audit.services import event
from qiangji.lib.numbers import plain
from qiangji.orgs.reach import Reach


def to_confirm(rows: list[Given]) -> list[Given]:
    """Return the rows a bulk confirmation takes: no mark yet, or one that agrees but is older than what it judges."""
    return [
        row
        for row in rows
        if row.earlier_points is not None and (row.points is None or (row.is_stale and not row.differs))
    ]


@transaction.atomic
def confirm_agreed(*, reach: Reach, sheet_id: UUID, stage: str, section: int | None, at: datetime) -> int:
    """Give the earlier stage's points to every criterion not yet marked, in one part or in all; return how many.

    What is out for amendment is left alone. Statements do not grow with the number of criteria. Raises OutOfReach, NotAllowed, Locked; Refused for a stage
    that has nothing before it.
    """
    if EARLIER.get(Stage(stage)) is None:
        raise Refused("自评没有前一阶段的得分可供确认。")
    sheet = locked_sheet(reach, sheet_id)
    check_writable(reach, sheet, stage)
    out = set(sheet.criterion_returns.filter(state="open").values_list("answer_id", flat=True))
    rows = [
        row
        for row in to_confirm(given(sheet, stage))
        if row.answer.pk not in out
        and (section is None or row.answer.criterion.group.section.number == section)
    ]
    fresh: list[Mark] = []
    again: list[Mark] = []
    changes: list[MarkChange] = []
    events: list[Event] = []
    for row in rows:
        mark = row.mark or Mark(answer=row.answer, stage=stage, version=0)
        old = mark.points
        mark.points, mark.marked_by, mark.marked_at = row.earlier_points, reach.user, at
        mark.version += 1
        (again if row.mark else fresh).append(mark)
        changes.append(_change(mark, old))
        events.append(_event(mark, old))
    Mark.objects.bulk_create(fresh)
    Mark.objects.bulk_update(again, ["points", "version", "marked_by", "marked_at"])
    MarkChange.objects.bulk_create(changes)
    Event.objects.bulk_create(events)
    return len(rows)


def _change(mark: Mark, old: Decimal | None) -> MarkChange:
    return MarkChange(
        answer=mark.answer,
        stage=mark.stage,
        version=mark.version,
        from_points=old,
        to_points=mark.points,
        remark=mark.remark,
        changed_by=mark.marked_by,
        changed_at=mark.marked_at,
    )


def _event(mark: Mark, old: Decimal | None) -> Event:
    return event(
        verb="mark.confirmed",
        obj_type=f"mark.{mark.stage}",
        obj_id=mark.answer.public_id,
        data={"from": plain(old) or None, "to": plain(mark.points)},
        by=mark.marked_by,
        at=mark.marked_at,
        sequence=mark.version,
    )
