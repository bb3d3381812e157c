"""What waits for a person: sheets to fill, to sign, to accept, to rate, each with its deadline."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import (
    acts_from,
    is_closed,
    may_answer_anew,
    review_permission,
    writable_stage,
)
from qiangji.assessments.reviewing import still_written
from qiangji.assessments.selectors.returns import earliest_due
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import Position, State, moves_from
from qiangji.assessments.vetoes import holding_answers
from qiangji.lib.dates import is_past
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach

MOST = 200
REVIEWED = (State.UNDER_ACCEPTANCE, State.UNDER_RATING)
# Which stage has to end next; from acceptance on it is the rating.
ENDING = {
    State.DRAFT: Stage.SELF,
    State.SUBMITTED: Stage.ACCEPTANCE,
    State.UNDER_ACCEPTANCE: Stage.ACCEPTANCE,
}


@dataclass(frozen=True)
class Waiting:
    """One sheet that waits for this person, what is to be done, and until when."""

    sheet: Sheet
    task: str
    deadline: date
    is_late: bool


def waiting_for(reach: Reach, *, at: datetime) -> list[Waiting]:
    """Return what waits for a person, nearest deadline first: one query, at most 200 rows; one more for
    each branch held in a closed cycle.

    Nothing waits in a closed cycle but what is assessed again after mending. What a condition for a veto holds at the end
    of its acceptance waits for who accepted it.
    """
    seats = [held.organization_id for held in reach.held]
    sheets = (
        Sheet.objects.annotate(
            out_until=earliest_due(), is_held=Exists(holding_answers().filter(sheet=OuterRef("pk")))
        )
        .filter(
            Q(organization__in=seats, state=State.DRAFT)
            | Q(supervisor__in=seats, state__in=[State.SUBMITTED, State.UNDER_ACCEPTANCE])
            | Q(rating_authority__in=seats, state__in=[State.ACCEPTED, State.UNDER_RATING])
            | Q(supervisor__in=seats, final_stage=Stage.ACCEPTANCE, is_held=True)
            | Q(organization__in=seats, state__in=REVIEWED, out_until__isnull=False)
        )
        .filter(still_written())
        .select_related("cycle", "organization")
        .order_by("cycle__self_deadline_date", "organization_path")[:MOST]
    )
    found = [entry for sheet in sheets if (entry := _entry(reach, sheet, at))]
    return sorted(found, key=lambda entry: entry.deadline)


def _entry(reach: Reach, sheet: Sheet, at: datetime) -> Waiting | None:
    if is_closed(sheet):
        return None
    until: date | None = getattr(sheet, "out_until", None)
    if until is not None and acts_from(reach, sheet, Position.OWN, Permission.FILL_SHEET):
        signs = acts_from(reach, sheet, Position.OWN, Permission.SIGN_SHEET)
        amend = "修改退回的条目并签字" if signs else "修改退回的条目"
        return Waiting(sheet, amend, until, is_past(until, at=at))
    is_held = sheet.final_stage == Stage.ACCEPTANCE and getattr(sheet, "is_held", False)
    task = _held_task(reach, sheet) if is_held else _task(reach, sheet)
    if task is None:
        return None
    deadline = sheet.deadline_of(
        Stage.ACCEPTANCE if is_held else ENDING.get(State(sheet.state), Stage.RATING)
    )
    return Waiting(sheet, task, deadline, is_past(deadline, at=at))


def _held_task(reach: Reach, sheet: Sheet) -> str | None:
    return "办理或重新核对不予评定的情形" if may_answer_anew(reach, sheet) else None


def _task(reach: Reach, sheet: Sheet) -> str | None:
    if sheet.state == State.DRAFT:
        if acts_from(reach, sheet, Position.OWN, Permission.SIGN_SHEET):
            return "填写、签字并提交"
        return "填写" if acts_from(reach, sheet, Position.OWN, Permission.FILL_SHEET) else None
    stage = writable_stage(reach, sheet)
    if stage is not None:
        return {Stage.ACCEPTANCE: "继续验收", Stage.RATING: "继续评定"}[stage]
    permission = review_permission(sheet)
    here = moves_from(sheet.state, final=sheet.final_stage)
    move = next((move for move in here if move.act is None and not move.needs_reason), None)
    return move.label if move and acts_from(reach, sheet, move.position, permission) else None
