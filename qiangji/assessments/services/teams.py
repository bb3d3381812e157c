"""Teams of a spot check: who is in one and until when, and who must not be, for belonging there or having reviewed it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, Refused
from qiangji.assessments.inspecting import to_conclude
from qiangji.assessments.models import (
    CriterionReturn,
    Draw,
    Inspection,
    Mark,
    MarkChange,
    Sheet,
    SheetTransition,
    Team,
    TeamMember,
)
from qiangji.assessments.services.drawing import check_may_draw
from qiangji.assessments.stages import Stage
from qiangji.audit import services as audit
from qiangji.lib.dates import local_day
from qiangji.lib.typed import needed, typed_line
from qiangji.members.models import Employment
from qiangji.orgs import paths
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import RoleAssignment
from qiangji.orgs.reach import Reach

REASON_LIMIT = 300
REVIEWING = ("start_acceptance", "conclude_acceptance", "start_rating", "conclude_rating", "return")


@dataclass(frozen=True)
class Conflict:
    """Why somebody must not inspect an organization."""

    user: User
    sheet: Sheet
    why: str

    def __str__(self) -> str:
        return f"{self.user}{self.why}，不能抽查{self.sheet.organization_name}"


def conflicts(users: Sequence[User], sheets: Sequence[Sheet]) -> list[Conflict]:
    """Name whoever belongs to an organization, or accepted or rated its sheet: six statements for any number.

    Whoever gave a mark that a colleague has changed since is known from its history. Who sent single criteria back has
    reviewed the sheet as well, without a mark or a move of their own.
    """
    found = []
    given = {"answer__sheet__in": sheets, "stage__in": [Stage.ACCEPTANCE, Stage.RATING]}
    standing = Mark.objects.filter(**given, marked_by__in=users).order_by()
    earlier = MarkChange.objects.filter(**given, changed_by__in=users).order_by()
    marked = {
        *standing.values_list("answer__sheet", "marked_by").distinct(),
        *earlier.values_list("answer__sheet", "changed_by").distinct(),
    }
    moved = set(
        SheetTransition.objects.filter(sheet__in=sheets, verb__in=REVIEWING, moved_by__in=users)
        .order_by()
        .values_list("sheet", "moved_by")
    )
    sent_back = CriterionReturn.objects.filter(sheet__in=sheets, returned_by__in=users).order_by()
    reviewed = marked | moved | set(sent_back.values_list("sheet", "returned_by"))
    places = belonging(users)
    for user in users:
        for sheet in sheets:
            if any(paths.covers(sheet.organization.path, path) for path in places.get(user.pk, ())):
                found.append(Conflict(user, sheet, "是该单位的人员"))
            elif (sheet.pk, user.pk) in reviewed:
                found.append(Conflict(user, sheet, "验收或评定过该单位的考评表"))
    return found


def belonging(users: Sequence[User]) -> dict[int, list[str]]:
    """Return the paths of every node at which each person holds or held a role, or is or was employed."""
    roles = RoleAssignment.objects.filter(user__in=users).exclude(role=RoleName.INSPECTOR)
    found: dict[int, list[str]] = {}
    for user, path in roles.values_list("user", "organization__path"):
        found.setdefault(user, []).append(path)
    jobs = Employment.objects.filter(person__user__in=users)
    for user, path in jobs.values_list("person__user", "organization__path"):
        found.setdefault(user, []).append(path)
    return found


def refuse_conflicts(users: Sequence[User], sheets: Sequence[Sheet]) -> None:
    """Raise Refused naming every conflict."""
    found = conflicts(users, sheets)
    if found:
        raise Refused("；".join(str(one) for one in found[:5]) + "。请换人或换组。")


@transaction.atomic
def create_team(
    *,
    made: Draw,
    name: str,
    days: tuple[date, date],
    members: Sequence[User],
    lead: User,
    reach: Reach,
    at: datetime,
) -> Team:
    """Set up a team for a draw. Its members hold an inspector's seat; their reach ends with the last day.

    Raises NotAllowed; Refused for days out of order or over, for whoever holds no inspector's seat, a lead from outside.
    """
    check_may_draw(reach, made.organizer)
    name = typed_line(name)
    if not name:
        raise Refused("请填写组名。")
    if made.teams.filter(name=name).exists():
        raise Refused(f"本次抽查已有“{name}”，请换一个组名。")
    if days[1] < days[0]:
        raise Refused("结束日期不能早于开始日期。")
    if days[1] < local_day(at):
        raise Refused("结束日期已过，请核对。")
    if lead not in members:
        raise Refused("组长须是本组成员。")
    check_seated(members, at)
    team = Team.objects.create(draw=made, name=name, start_date=days[0], end_date=days[1])
    TeamMember.objects.bulk_create(
        [TeamMember(team=team, user=user, is_lead=user == lead) for user in members]
    )
    log("team.created", team, reach, at, {"members": sorted(str(user.public_id) for user in members)})
    return team


def check_seated(users: Iterable[User], at: datetime) -> None:
    """Refuse whoever has no inspector's seat today. Raises Refused."""
    users = list(users)
    seated = RoleAssignment.objects.on(local_day(at)).filter(role=RoleName.INSPECTOR, user__in=users)
    keys = set(seated.values_list("user", flat=True))
    missing = [str(user) for user in users if user.pk not in keys]
    if missing:
        raise Refused(f"{'、'.join(missing)}没有抽查组成员的岗位，请系统管理员先授予。")


def locked_team(key: int) -> Team:
    """Read a team by its key and lock it: who is in it, until when and where it goes are written one after the other."""
    rows = Team.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("draw__organizer").get(pk=key)


def unfinished(team: Team) -> list[Inspection]:
    """Return what a team can still begin or conclude."""
    rows = team.inspections.filter(to_conclude())
    return list(rows.select_related("sheet__organization", "entry"))


@transaction.atomic
def move_team_end(*, team: Team, end_date: date, reason: str, reach: Reach, at: datetime) -> Team:
    """Move a team's last day, also after it is over, so that what it began can be concluded.

    Raises NotAllowed; Refused without a reason, for the same day, one that is over, before the first day or before a
    planned visit, and where a member must not inspect what is still open.
    """
    row = locked_team(team.pk)
    check_may_draw(reach, row.draw.organizer)
    reason = needed(
        typed_line(reason),
        REASON_LIMIT,
        Refused(f"请写明调整日期的理由，最多 {REASON_LIMIT} 字。", field="reason"),
    )
    ahead = unfinished(row)
    _check_end(row, end_date, ahead, at)
    refuse_conflicts(team_users(row), [one.sheet for one in ahead])
    before, row.end_date = row.end_date, end_date
    row.save(update_fields=["end_date"])
    days = {"from": before.isoformat(), "to": end_date.isoformat()}
    log("team.end_moved", row, reach, at, {**days, "reason": reason})
    return row


def _check_end(team: Team, end_date: date, ahead: Iterable[Inspection], at: datetime) -> None:
    if end_date == team.end_date:
        raise Refused(f"{team}现在就到 {end_date} 为止，请填另一个日期。", field="end_date")
    if end_date < max(team.start_date, local_day(at)):
        raise Refused(f"结束日期不能早于今天，也不能早于本组的起始日期 {team.start_date}。", field="end_date")
    beyond = [one for one in ahead if one.started_at is None and one.visit_date > end_date]
    if beyond:
        named = "、".join(f"{one.entry.name}（{one.visit_date}）" for one in beyond[:5])
        raise Refused(
            f"{named}的计划日期在新的结束日期之后，请先撤回分派，或改填更晚的日期。", field="end_date"
        )


@transaction.atomic
def add_member(*, team: Team, user: User, reach: Reach, at: datetime) -> TeamMember:
    """Add somebody to a team, with its reach from this day.

    Raises NotAllowed; Refused for who is in it already, holds no inspector's seat, or must not inspect what it was given.
    """
    row = locked_team(team.pk)
    check_may_draw(reach, row.draw.organizer)
    if user in team_users(row):
        raise Refused(f"{user}已在{row}，不用再加。")
    check_seated([user], at)
    refuse_conflicts([user], list(Sheet.objects.filter(inspections__team=row).select_related("organization")))
    member = TeamMember.objects.create(team=row, user=user)
    log("team.joined", row, reach, at, {"member": str(user.public_id)})
    return member


@transaction.atomic
def name_lead(*, member: TeamMember, reach: Reach, at: datetime) -> TeamMember:
    """Let a member lead its team in place of who leads it now, who stays a member.

    Raises NotAllowed; Locked for who has left or leads already; Refused for who holds no inspector's seat any more, or
    must not inspect what is still open.
    """
    team = locked_team(member.team_id)
    check_may_draw(reach, team.draw.organizer)
    row = TeamMember.objects.select_related("user").get(pk=member.pk)
    if row.left_date is not None:
        raise Locked(f"{row.user}已离组，不能担任组长。")
    if row.is_lead:
        raise Locked(f"{row.user}现在就是{team}的组长。")
    check_seated([row.user], at)
    refuse_conflicts([row.user], [one.sheet for one in unfinished(team)])
    team.members.filter(is_lead=True, left_date=None).update(is_lead=False)
    row.is_lead = True
    row.save(update_fields=["is_lead"])
    log("team.led", team, reach, at, {"lead": str(row.user.public_id)})
    return row


@transaction.atomic
def leave_team(*, member: TeamMember, reach: Reach, at: datetime) -> TeamMember:
    """Let somebody leave a team; from this day they reach nothing of it.

    Raises NotAllowed; Locked for who has left; Refused for the lead while something is not concluded: only a lead can.
    """
    team = locked_team(member.team_id)
    check_may_draw(reach, team.draw.organizer)
    row = TeamMember.objects.select_related("user").get(pk=member.pk)
    if row.left_date is not None:
        raise Locked("该成员已离组。")
    ahead = team.inspections.filter(to_conclude()).count() if row.is_lead else 0
    if ahead:
        raise Refused(
            f"{row.user}是{team}的组长，本组还有 {ahead} 项抽查没有完成；请先指定另一名组员为组长，再办理离组。"
        )
    row.left_date = local_day(at)
    row.save(update_fields=["left_date"])
    log("team.left", team, reach, at, {"member": str(row.user.public_id)})
    return row


def team_users(team: Team) -> list[User]:
    """Return who is in a team now."""
    return [row.user for row in team.members.filter(left_date=None).select_related("user")]


def log(verb: str, team: Team, reach: Reach, at: datetime, data: dict[str, object]) -> None:
    """Write the audit event of a team's work."""
    audit.record(
        verb=verb,
        obj_type="team",
        obj_id=team.public_id,
        data={"team": team.name, **data},
        by=reach.user,
        at=at,
    )
