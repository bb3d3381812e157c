"""Inspections: what is given to a team, and what it writes down on the spot; who is in one is the business of ``teams``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from qiangji.assessments.completeness import given, missing_points
from qiangji.assessments.exceptions import Incomplete, Locked, NotAllowed, OutOfReach, Refused, Unseen
from qiangji.assessments.inspecting import inspections_of, to_conclude
from qiangji.assessments.models import (
    Answer,
    DrawEntry,
    Finding,
    Inspection,
    InterviewCount,
    Sheet,
    Team,
)
from qiangji.assessments.selectors.changes import changes_before
from qiangji.assessments.selectors.draws import selected
from qiangji.assessments.services.drawing import check_may_draw
from qiangji.assessments.services.moves import content_digest, move_sheet, stage_totals
from qiangji.assessments.services.teams import locked_team, log, refuse_conflicts, team_users
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State, move_from
from qiangji.lib.typed import typed_words
from qiangji.orgs.reach import Reach

TEXT_LIMIT = 1000
SUMMARY_LIMIT = 2000
MOST_ASKED = 1000


@transaction.atomic
def assign(
    *,
    entry: DrawEntry,
    team: Team,
    visit_date: date,
    methods: Sequence[str],
    reach: Reach,
    at: datetime,
) -> Inspection:
    """Give a drawn organization to a team, with a day and the methods to use.

    Raises NotAllowed; Refused for one that is not drawn, a day outside the team's, no method, or where somebody of the
    team belongs there or accepted or rated that sheet.
    """
    team = locked_team(team.pk)
    made = team.draw
    check_may_draw(reach, made.organizer)
    if entry.draw_id != team.draw_id or not selected(made).filter(pk=entry.pk).exists():
        raise Refused(f"{entry.name}没有抽中，或已被替换。")
    if Inspection.objects.filter(entry=entry).exists():
        raise Refused(f"{entry.name}已分派，请先撤回原来的分派。")
    if not team.start_date <= visit_date <= team.end_date:
        raise Refused(f"计划日期须在{team}的 {team.start_date} 至 {team.end_date} 之内。")
    chosen = [method for method in Inspection.Method.values if method in methods]
    if not chosen:
        raise Refused("请至少选择一种抽查方式。")
    sheet = Sheet.objects.select_related("organization").get(pk=entry.sheet_id)
    refuse_conflicts(team_users(team), [sheet])
    row = Inspection.objects.create(
        team=team, entry=entry, sheet=sheet, round=sheet.round, visit_date=visit_date, methods=chosen
    )
    log("inspection.assigned", team, reach, at, {"organization": entry.code, "date": visit_date.isoformat()})
    return row


@transaction.atomic
def withdraw_assignment(*, inspection: Inspection, reach: Reach, at: datetime) -> None:
    """Take an organization back from a team before the inspection began. Raises NotAllowed, Locked."""
    row = (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("team__draw__organizer", "entry")
        .get(pk=inspection.pk)
    )
    check_may_draw(reach, row.team.draw.organizer)
    if row.started_at is not None:
        raise Locked("抽查已经开始，不能撤回分派。")
    log("inspection.withdrawn", row.team, reach, at, {"organization": row.entry.code})
    row.delete()


def locked_inspection(reach: Reach, inspection_id: UUID) -> Inspection:
    """Read an inspection of one's own team and lock it with its sheet. Raises OutOfReach."""
    row = (
        Inspection.objects.filter(inspections_of(reach), public_id=inspection_id)
        .select_related("sheet__organization", "sheet__cycle", "team")
        .select_for_update(of=("self", "sheet"), no_key=True)
        .first()
    )
    if row is None:
        raise OutOfReach("没有这项抽查，或您不在负责它的抽查组。")
    return row


@transaction.atomic
def start_inspection(*, reach: Reach, inspection_id: UUID, at: datetime) -> Inspection:
    """Begin: from now on the team can mark the criteria that it looks at.

    Raises OutOfReach, Locked; Refused where somebody of the team belongs there or reviewed the sheet since it was given.
    """
    row = locked_inspection(reach, inspection_id)
    sheet = row.sheet
    verb = "start_recheck" if sheet.state == State.MEETS_STANDARD else "start_inspection"
    move = move_from(sheet.state, verb, final=sheet.final_stage)
    if move is None or row.started_at is not None:
        raise Locked(f"考评表现在是“{State(sheet.state).label}”，不能开始抽查。")
    refuse_conflicts(team_users(row.team), [sheet])
    row.started_at, row.round = at, sheet.round
    row.save(update_fields=["started_at", "round"])
    move_sheet(sheet, move, reach=reach, at=at)
    return row


def why_left(sheet: Sheet) -> str:
    """Say in Chinese why an inspection that was begun does not go on."""
    if sheet.state == State.UNDER_INSPECTION:
        return "考评表已另行抽查"
    return f"考评表现在是“{State(sheet.state).label}”"


def running(row: Inspection) -> Inspection:
    """Refuse writing into an inspection that has not begun, is over, or that its sheet has left. Raises Locked."""
    if row.started_at is None:
        raise Locked("请先开始抽查，再登记。")
    if row.concluded_at is not None:
        raise Locked("抽查已完成，不能再登记。")
    if not Inspection.objects.filter(to_conclude(), pk=row.pk).exists():
        raise Locked(f"{why_left(row.sheet)}，这项抽查到此为止，不能再登记。")
    return row


@dataclass(frozen=True)
class Note:
    """A finding as typed on the spot."""

    client_id: UUID
    method: str
    kind: str
    text: str
    code: str = ""


@transaction.atomic
def record_finding(*, reach: Reach, inspection_id: UUID, note: Note, at: datetime) -> Finding:
    """Store a finding, help or good practice; one that was stored before under the same client id is returned as it is.

    Raises OutOfReach, Locked, Refused.
    """
    row = locked_inspection(reach, inspection_id)
    known = Finding.objects.filter(client_id=note.client_id).first()
    if known is not None:
        if known.inspection_id != row.pk:
            raise Refused("这条记录的编号已用在别处，请重新填写。")
        return known
    running(row)
    text = typed_words(note.text)
    if not text:
        raise Refused("请填写内容。")
    if len(text) > TEXT_LIMIT:
        raise Refused(f"内容最多 {TEXT_LIMIT} 字，现在是 {len(text)} 字。")
    if note.method not in row.methods:
        raise Refused("请选择本次所用的抽查方式。")
    if note.kind not in Finding.Kind.values:
        raise Refused("请选择种类：问题、帮助指导或可取做法。")
    answer = None
    if note.code:
        answer = Answer.objects.filter(sheet=row.sheet_id, criterion__code=note.code).first()
        if answer is None:
            raise Refused(f"表中没有 {note.code} 这一条。")
    found = Finding.objects.create(
        client_id=note.client_id,
        inspection=row,
        method=note.method,
        kind=note.kind,
        answer=answer,
        text=text,
        recorded_by=reach.user,
        recorded_at=at,
    )
    log("finding.recorded", row.team, reach, at, {"finding": str(found.public_id), "kind": note.kind})
    return found


@transaction.atomic
def withdraw_finding(*, reach: Reach, inspection_id: UUID, finding_id: UUID, at: datetime) -> Finding:
    """Withdraw a finding while the inspection goes on; it stays on record. Raises OutOfReach, Locked."""
    row = running(locked_inspection(reach, inspection_id))
    found = row.findings.select_for_update().filter(public_id=finding_id).first()
    if found is None:
        raise OutOfReach("没有这条记录。")
    if found.withdrawn_at is None:
        found.withdrawn_at = at
        found.save(update_fields=["withdrawn_at"])
        log("finding.withdrawn", row.team, reach, at, {"finding": str(found.public_id)})
    return found


@transaction.atomic
def record_interview(
    *, reach: Reach, inspection_id: UUID, group: str, counts: Mapping[str, Sequence[int]], at: datetime
) -> int:
    """Store the counts of one group, by question: satisfied, fair, dissatisfied. Counted again, they are replaced.

    Raises OutOfReach, Locked; Refused for an unknown group or question, or numbers that no interview has.
    """
    row = running(locked_inspection(reach, inspection_id))
    if Inspection.Method.INTERVIEW not in row.methods:
        raise Refused("本次抽查没有安排访谈测评。")
    if group not in InterviewCount.Group.values or not set(counts) <= set(InterviewCount.Question.values):
        raise Refused("访谈对象或问题不在表内。")
    for numbers in counts.values():
        if len(numbers) != 3 or any(not 0 <= number <= MOST_ASKED for number in numbers):
            raise Refused(f"人数应是 0 到 {MOST_ASKED} 的整数，每题三项。")
    for question, (satisfied, fair, dissatisfied) in counts.items():
        InterviewCount.objects.update_or_create(
            inspection=row,
            group=group,
            question=question,
            defaults={"satisfied": satisfied, "fair": fair, "dissatisfied": dissatisfied},
        )
    log(
        "interview.counted",
        row.team,
        reach,
        at,
        {"group": group, "counts": {name: list(numbers) for name, numbers in counts.items()}},
    )
    return len(counts)


@transaction.atomic
def conclude_inspection(
    *, reach: Reach, inspection_id: UUID, summary: str, seen_changes: str = "", at: datetime
) -> Inspection:
    """End an inspection: its marks take precedence from now on; what it left alone keeps its final mark.

    ``seen_changes`` is the digest of what changed since the final stage had ended, as it was shown; it is kept with the
    move. Raises OutOfReach, Locked; NotAllowed for other members than the lead; Refused without a summary; Incomplete
    naming each difference without a reason; Unseen where other changes are there than were shown.
    """
    row = running(locked_inspection(reach, inspection_id))
    if not row.team.members.filter(user=reach.user, is_lead=True, left_date=None).exists():
        raise NotAllowed("抽查由组长完成。")
    summary = typed_words(summary)
    if not summary:
        raise Refused("请填写小结。")
    if len(summary) > SUMMARY_LIMIT:
        raise Refused(f"小结最多 {SUMMARY_LIMIT} 字，现在是 {len(summary)} 字。")
    sheet = row.sheet
    move = move_from(sheet.state, "conclude_inspection", final=sheet.final_stage)
    assert move is not None, "a running inspection is that of a sheet under inspection"
    rows = given(sheet, Stage.INSPECTION)
    missing = missing_points(rows, Stage.INSPECTION)
    if missing:
        raise Incomplete(missing)
    changes = changes_before(sheet, Stage.INSPECTION)
    if changes.digest != seen_changes:
        raise Unseen(changes)
    row.summary, row.concluded_at, row.concluded_by = summary, at, reach.user
    row.save(update_fields=["summary", "concluded_at", "concluded_by"])
    sheet.inspected_round = sheet.round
    sheet.save(update_fields=["inspected_round"])
    content = content_digest(sheet, Stage.INSPECTION, rows)
    total = stage_totals(rows).score
    move_sheet(sheet, move, reach=reach, at=at, total_points=total, content=content, seen=changes.digest)
    return row
