"""Teams of a spot check, and which drawn organization goes to which of them: pages of the organizer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import AssessmentError
from qiangji.assessments.forms_draws import AssignForm, TeamForm
from qiangji.assessments.models import Inspection, TeamMember
from qiangji.assessments.services.inspecting import assign, create_team, leave_team, withdraw_assignment
from qiangji.assessments.views.draws import own_draw
from qiangji.lib.dates import local_day
from qiangji.orgs import paths
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization, RoleAssignment
from qiangji.orgs.requests import moment_of, request_reach


def inspectors_of(organizer: Organization, request: HttpRequest) -> Any:
    """Return the accounts that hold an inspector's seat at the organizer, above it or below it today."""
    seats = RoleAssignment.objects.on(local_day(moment_of(request))).filter(role=RoleName.INSPECTOR)
    near = seats.filter(paths.below(organizer.path, "organization__path")) | seats.filter(
        organization__path__in=paths.ancestors(organizer.path)
    )
    return User.objects.filter(pk__in=near.values("user"), is_active=True).order_by("name")


@login_required
@require_http_methods(["GET", "POST"])
def new_team(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """Set up a team from the accounts that hold an inspector's seat."""
    made = own_draw(request, draw_id)
    people = inspectors_of(made.organizer, request)
    today = local_day(moment_of(request))
    initial = {
        "name": f"第{made.teams.count() + 1}组",
        "start_date": today,
        "end_date": made.cycle.inspection_deadline_date or made.cycle.closing_date,
    }
    form = TeamForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            create_team(
                made=made,
                name=data["name"],
                days=(data["start_date"], data["end_date"]),
                members=list(data["members"]),
                lead=data["lead"],
                reach=request_reach(request),
                at=moment_of(request),
            )
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "抽查组已建立，可以分派单位了。")
            return redirect("assessments:draw", made.public_id)
    context = {"form": form, "made": made, "has_people": people.exists()}
    return render(request, "assessments/team_form.html", context)


@login_required
@require_POST
def leave(request: HttpRequest, draw_id: UUID, member: int) -> HttpResponse:
    """Let somebody leave a team."""
    made = own_draw(request, draw_id)
    row = get_object_or_404(TeamMember, pk=member, team__draw=made)
    return done(request, made.public_id, lambda: leave_team(member=row, **acting(request)), "已离组。")


@login_required
@require_POST
def assign_entry(request: HttpRequest, draw_id: UUID, entry: int) -> HttpResponse:
    """Give a drawn organization to a team."""
    made = own_draw(request, draw_id)
    drawn = get_object_or_404(made.entries, pk=entry)
    form = AssignForm(request.POST, teams=made.teams.all())
    if not form.is_valid():
        words = "；".join(f"{form.fields[name].label}：{errors[0]}" for name, errors in form.errors.items())
        messages.error(request, f"{drawn.name}没有分派。{words}")
        return redirect("assessments:draw", made.public_id)
    data = form.cleaned_data
    return done(
        request,
        made.public_id,
        lambda: assign(
            entry=drawn,
            team=data["team"],
            visit_date=data["visit_date"],
            methods=data["methods"],
            **acting(request),
        ),
        f"{drawn.name}已分派给{data['team']}。",
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    """Take a drawn organization back from its team."""
    row = get_object_or_404(Inspection.objects.select_related("team__draw__cycle"), public_id=inspection_id)
    made = own_draw(request, row.team.draw.public_id)
    return done(
        request,
        made.public_id,
        lambda: withdraw_assignment(inspection=row, **acting(request)),
        "分派已撤回。",
    )


def acting(request: HttpRequest) -> dict[str, Any]:
    """Return who acts, and when."""
    return {"reach": request_reach(request), "at": moment_of(request)}


def done(request: HttpRequest, draw_id: UUID, act: Any, words: str) -> HttpResponse:
    """Do something and go back to the draw, with the refusal where it was refused."""
    try:
        act()
    except AssessmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect("assessments:draw", draw_id)
