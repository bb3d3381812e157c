"""Inspections 抽查 in the hands of one's own team, until its last day; and for who organizes them, teams that are stuck."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from qiangji.assessments.inspecting import inspections_of, is_inspector, to_conclude
from qiangji.assessments.models import Inspection, TeamMember
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.orgs.authorization import Permission

KEY = "inspections"


def collect(asker: Asker) -> list[Duty]:
    """Return what this person's team has not concluded, and the stuck teams that they organize.

    One statement for each, none for who neither inspects nor organizes.
    """
    return [*of_teams(asker), *stuck(asker)]


def of_teams(asker: Asker) -> list[Duty]:
    """Return the inspections that this person's team can still begin or conclude."""
    if not is_inspector(asker.reach):
        return []
    rows = Inspection.objects.filter(inspections_of(asker.reach), to_conclude()).select_related(
        "sheet__organization", "sheet__cycle", "team"
    )
    return [duty_of(row) for row in rows.order_by("visit_date", "pk")]


def stuck(asker: Asker) -> Iterable[Duty]:
    """Return, each once, the teams with something to conclude that nobody can: their days are over, or nobody leads."""
    organizers = asker.reach.nodes_with(Permission.DRAW_SAMPLE, own=True)
    if not organizers:
        return []
    leads = TeamMember.objects.filter(team=OuterRef("team"), is_lead=True, left_date__isnull=True)
    rows = (
        Inspection.objects.filter(to_conclude(), team__draw__organizer__in=organizers)
        .annotate(has_lead=Exists(leads))
        .filter(Q(has_lead=False) | Q(team__end_date__lt=asker.day))
        .select_related("team__draw__cycle", "team__draw__organizer")
        .order_by("team__end_date", "pk")
    )
    teams: dict[int, list[Inspection]] = {}
    for row in rows:
        teams.setdefault(row.team_id, []).append(row)
    return [duty_of_team(rows) for rows in teams.values()]


def duty_of_team(rows: list[Inspection]) -> Duty:
    """Return a stuck team as a duty of its organizer."""
    team, made = rows[0].team, rows[0].team.draw
    why = f"到 {team.end_date} 为止" if rows[0].has_lead else "没有组长"  # type: ignore[attr-defined]
    return Duty(
        source=KEY,
        title="抽查组停住：调整结束日期或指定组长",
        organization=made.organizer,
        due=team.end_date,
        asks=(
            Ask(
                made.cycle.title,
                clause=made.plan_number,
                words=f"{team.name}{why}，还有 {len(rows)} 项抽查没有完成",
            ),
        ),
        action=Action("办理", "assessments:draw", (made.public_id,)),
        key=str(team.public_id),
    )


def duty_of(row: Inspection) -> Duty:
    """Return one inspection as a duty; what was found stands on its own page."""
    begun = row.started_at is not None
    return Duty(
        source=KEY,
        title="完成抽查" if begun else "开始抽查",
        organization=row.sheet.organization,
        due=row.team.end_date if begun else row.visit_date,
        asks=(
            Ask(
                row.sheet.cycle.title,
                clause=row.sheet.cycle.plan_number,
                words=f"分派给{row.team.name}，计划 {row.visit_date} 到场",
            ),
        ),
        action=Action("办理", "assessments:inspection", (row.public_id,)),
    )
