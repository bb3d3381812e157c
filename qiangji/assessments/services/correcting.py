"""Correcting one mark after its stage was concluded, because an objection against it was upheld."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, Refused
from qiangji.assessments.models import Answer, Mark, MarkChange, Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.audit import services as audit
from qiangji.lib.numbers import plain
from qiangji.standards.values import ValueNotAllowed

REMARK_LIMIT = 500


def standing_mark(sheet: Sheet, answer: Answer) -> Mark | None:
    """Return the mark that counts for an answer: the inspection's where one was concluded for it, else the final stage's.

    None while the final stage is not concluded; and for a mark of an inspection while a second one of the round goes on,
    which writes it anew: it counts once that is concluded.
    """
    if not sheet.is_final:
        return None
    marks = {mark.stage: mark for mark in Mark.objects.filter(answer=answer, points__isnull=False)}
    if sheet.inspected_round == sheet.round and Stage.INSPECTION in marks:
        return marks[Stage.INSPECTION] if sheet.state != State.UNDER_INSPECTION else None
    return marks.get(sheet.final_stage)


def why_replaced(stage: str, mark: Mark) -> str:
    """Say that the mark of ``stage`` does not count any more, and where the one that does is objected to."""
    now = mark.get_stage_display()
    return (
        f"提出以后，这一条的“{Stage(stage).label}”得分已由“{now}”得分（{plain(mark.points)} 分）代替，不能再更正原来的得分。"
        f"请按“不成立”答复并说明；对“{now}”得分仍有异议的，由填报单位在这张考评表的“更正和申诉”中另行提出。"
    )


def correct_mark(
    *,
    sheet: Sheet,
    answer: Answer,
    stage: str,
    points: Decimal,
    remark: str,
    objection: UUID,
    by: User,
    at: datetime,
) -> MarkChange:
    """Give the standing mark of an answer other points, in the caller's transaction, which holds the sheet's row.

    Whoever calls has checked who may correct marks of ``stage``: another stage's mark is another body's. Raises Locked
    where no mark stands concluded, or one of another stage; Refused for the points that stand already, or that the
    scoring does not have.
    """
    mark = standing_mark(sheet, answer)
    if mark is None:
        raise Locked("这一条现在没有已定的得分，不能更正。")
    if mark.stage != stage:
        raise Locked(why_replaced(stage, mark))
    try:
        answer.criterion.check_value(points)
    except ValueNotAllowed as error:
        raise Refused(str(error)) from error
    if mark.points == points:
        raise Refused(f"这一条现在就是 {plain(points)} 分，请填更正后的得分。")
    before = mark.points
    mark.points, mark.remark, mark.marked_by, mark.marked_at = points, remark[:REMARK_LIMIT], by, at
    mark.version += 1
    mark.save(update_fields=["points", "remark", "marked_by", "marked_at", "version"])
    change = MarkChange.objects.create(
        answer=answer, stage=mark.stage, version=mark.version, from_points=before, to_points=points,
        remark=mark.remark, changed_by=by, changed_at=at,
    )  # fmt: skip
    audit.record(
        verb="mark.corrected", obj_type=f"mark.{mark.stage}", obj_id=answer.public_id,
        data={"from": plain(before), "to": plain(points), "objection": str(objection)},
        by=by, at=at, sequence=mark.version,
    )  # fmt: skip
    return change
