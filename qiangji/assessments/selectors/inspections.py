"""Inspections as pages show them: mine, those of a draw, and one with everything noted at it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Prefetch, Q, QuerySet

from qiangji.accounts.models import User
from qiangji.assessments.inspecting import inspections_of, to_conclude
from qiangji.assessments.models import Draw, Finding, Inspection, InterviewCount, Sheet, Team, TeamMember
from qiangji.assessments.permissions import holds_at, may_read, why_unreadable
from qiangji.audit.models import Event
from qiangji.orgs import paths
from qiangji.orgs.authorization import Permission, RoleName, roles_that
from qiangji.orgs.models import Organization, RoleAssignment
from qiangji.orgs.reach import Reach

GOES_ON = ExpressionWrapper(to_conclude(), BooleanField())


def visible_inspections(reach: Reach) -> QuerySet[Inspection]:
    """Return the inspections of one's own team, those one organizes, and concluded ones of sheets that one reaches.

    Each says whether it can still be begun or concluded (``goes_on``).
    """
    organized = Q(team__draw__organizer__in=reach.nodes_with(Permission.DRAW_SAMPLE, own=True))
    concluded = Q(
        concluded_at__isnull=False, sheet__in=Sheet.objects.visible_to(reach).order_by().values("pk")
    )
    rows = Inspection.objects.filter(inspections_of(reach) | organized | concluded).annotate(goes_on=GOES_ON)
    return rows.select_related("sheet__organization", "sheet__cycle", "team__draw__organizer", "entry")


def may_read_inspection(reach: Reach, row: Inspection) -> bool:
    """Say whether what was found may be read: by the team, who organizes it, and otherwise who may read the sheet."""
    organizer = row.team.draw.organizer_id
    return (
        may_read(reach, row.sheet)
        or holds_at(reach, organizer, Permission.DRAW_SAMPLE, own=True)
        or Inspection.objects.filter(inspections_of(reach), pk=row.pk).exists()
    )


def why_closed_to_you(row: Inspection) -> str:
    """Say in Chinese who may read an inspection, for the page that refuses."""
    organizers = "、".join(roles_that(Permission.DRAW_SAMPLE, own=True))
    return (
        f"您的岗位不能查看这次抽查的记录。可以查看的有：抽查组成员、{row.team.draw.organizer.name}的{organizers}，"
        f"以及可以查看这张考评表的人。{why_unreadable(row.sheet)}"
    )


def concluded_inspections(sheet: Sheet) -> list[Inspection]:
    """Return the concluded inspections of a sheet, the newest first; no statement for one that never had any."""
    if sheet.inspected_round is None:
        return []
    rows = sheet.inspections.filter(concluded_at__isnull=False).select_related("team__draw__organizer")
    return list(rows.order_by("-concluded_at"))


def my_inspections(reach: Reach) -> QuerySet[Inspection]:
    """Return what is given to my teams today, the next visit first."""
    mine = Inspection.objects.filter(inspections_of(reach)).select_related("sheet__cycle", "team", "entry")
    noted = Count("findings", filter=Q(findings__withdrawn_at__isnull=True))
    return mine.annotate(noted=noted, goes_on=GOES_ON).order_by("concluded_at", "visit_date", "pk")


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


@dataclass(frozen=True)
class EndMoved:
    """A team's last day was moved: when, from and to which day, and why."""

    at: datetime
    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class TeamRow:
    """A team as its organizer sees it: who is in it, who could join, and what it has still to conclude."""

    team: Team
    members: list[TeamMember]
    others: list[User]
    unfinished: list[Inspection]
    is_over: bool
    moved: list[EndMoved]

    @property
    def is_stuck(self) -> bool:
        """Whether something waits that nobody can conclude: the days are over, or nobody leads."""
        return bool(self.unfinished) and (self.is_over or not self.has_lead)

    @property
    def has_lead(self) -> bool:
        """Whether somebody leads it now."""
        return any(member.is_lead and member.left_date is None for member in self.members)


def inspectors_of(organizer: Organization, *, day: date) -> QuerySet[User]:
    """Return the accounts that hold an inspector's seat at the organizer, above it or below it on a day."""
    seats = RoleAssignment.objects.on(day).filter(role=RoleName.INSPECTOR)
    near = seats.filter(paths.below(organizer.path, "organization__path")) | seats.filter(
        organization__path__in=paths.ancestors(organizer.path)
    )
    return User.objects.filter(pk__in=near.values("user"), is_active=True).order_by("name")


def teams_of(made: Draw, *, day: date) -> list[TeamRow]:
    """Return the teams of a draw: five statements for any number of them."""
    waiting = Inspection.objects.filter(to_conclude()).select_related("entry")
    teams = made.teams.prefetch_related(
        "members__user", Prefetch("inspections", queryset=waiting, to_attr="waiting")
    )
    people = list(inspectors_of(made.organizer, day=day)) if teams else []
    moved = ends_moved(teams)
    rows = []
    for team in teams:
        members = list(team.members.all())
        inside = {member.user_id for member in members if member.left_date is None}
        others = [user for user in people if user.pk not in inside]
        rows.append(
            TeamRow(team, members, others, team.waiting, team.end_date < day, moved.get(team.public_id, []))
        )
    return rows


def ends_moved(teams: Iterable[Team]) -> dict[UUID, list[EndMoved]]:
    """Return how the last days of teams were moved, each team's in order: one statement, read from the events."""
    found: dict[UUID, list[EndMoved]] = {}
    keys = [team.public_id for team in teams]
    rows = Event.objects.filter(object_type="team", object_id__in=keys, verb="team.end_moved") if keys else []
    for event in sorted(rows, key=lambda one: one.sequence):
        data = json.loads(event.data)
        found.setdefault(event.object_id, []).append(
            EndMoved(event.at, data["from"], data["to"], data["reason"])
        )
    return found


def inspections_by_entry(made: Draw) -> dict[int, Inspection]:
    """Return a draw's inspections by entry."""
    rows = Inspection.objects.filter(team__draw=made).annotate(goes_on=GOES_ON).select_related("team")
    return {row.entry_id: row for row in rows}
