"""Inspections 抽查 in the hands of one's own team: to begin on the planned day, to conclude before the team's last day."""

from qiangji.assessments.inspecting import inspections_of, is_inspector
from qiangji.assessments.models import Inspection
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty

KEY = "inspections"


def collect(asker: Asker) -> list[Duty]:
    """Return the inspections that this person's team has not concluded: one statement, none for who inspects nothing."""
    if not is_inspector(asker.reach):
        return []
    rows = Inspection.objects.filter(inspections_of(asker.reach), concluded_at__isnull=True).select_related(
        "sheet__organization", "sheet__cycle", "team"
    )
    return [duty_of(row) for row in rows.order_by("visit_date", "pk")]


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
