"""Inspections as pages show them: mine, those of a draw, and one with everything noted at it."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from qiangji.assessments.inspecting import inspections_of
from qiangji.assessments.models import Draw, Finding, Inspection, InterviewCount, Sheet
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach


def visible_inspections(reach: Reach) -> QuerySet[Inspection]:
    """Return the inspections of one's own team, those one organizes, and concluded ones of sheets that one reaches."""
    organized = Q(team__draw__organizer__in=reach.nodes_with(Permission.DRAW_SAMPLE, own=True))
    concluded = Q(
        concluded_at__isnull=False, sheet__in=Sheet.objects.visible_to(reach).order_by().values("pk")
    )
    return Inspection.objects.filter(inspections_of(reach) | organized | concluded).select_related(
        "sheet__organization", "sheet__cycle", "team__draw__organizer", "entry"
    )


def my_inspections(reach: Reach) -> QuerySet[Inspection]:
    """Return what is given to my teams today, the next visit first."""
    mine = Inspection.objects.filter(inspections_of(reach)).select_related("sheet__cycle", "team", "entry")
    noted = Count("findings", filter=Q(findings__withdrawn_at__isnull=True))
    return mine.annotate(noted=noted).order_by("concluded_at", "visit_date", "pk")


@dataclass(frozen=True)
class Asked:
    """One question of the interview form with the counts of one group."""

    question: str
    label: str
    satisfied: int
    fair: int
    dissatisfied: int

    @property
    def asked(self) -> int:
        """How many answered."""
        return self.satisfied + self.fair + self.dissatisfied


def interview_form(inspection: Inspection) -> list[tuple[str, str, list[Asked]]]:
    """Return the fixed form by group, with what was counted so far: one statement."""
    rows = {(row.group, row.question): row for row in inspection.interview_counts.all()}
    form = []
    for group in InterviewCount.Group:
        lines = []
        for question in InterviewCount.Question:
            row = rows.get((group.value, question.value))
            numbers = (row.satisfied, row.fair, row.dissatisfied) if row else (0, 0, 0)
            lines.append(Asked(question.value, question.label, *numbers))
        form.append((group.value, group.label, lines))
    return form


def findings_of(inspection: Inspection) -> QuerySet[Finding]:
    """Return what was noted and not withdrawn."""
    return inspection.findings.filter(withdrawn_at__isnull=True).select_related(
        "answer__criterion", "recorded_by"
    )


def inspections_by_entry(made: Draw) -> dict[int, Inspection]:
    """Return a draw's inspections by entry."""
    rows = Inspection.objects.filter(team__draw=made).select_related("team")
    return {row.entry_id: row for row in rows}
