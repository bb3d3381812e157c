"""Teams of a spot check, and which drawn organization goes to which of them: pages of the organizer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from qiangji.assessments.exceptions import AssessmentError, Refused
from qiangji.assessments.forms_draws import AssignForm, MemberForm, TeamEndForm, TeamForm
from qiangji.assessments.models import Inspection, Team, TeamMember
from qiangji.assessments.selectors.inspections import inspectors_of
from qiangji.assessments.services.inspecting import assign, withdraw_assignment
from qiangji.assessments.services.teams import add_member, create_team, leave_team, move_team_end, name_lead
from qiangji.assessments.views.draws import draw_context, own_draw
from qiangji.lib.dates import local_day
from qiangji.orgs.requests import moment_of, request_reach


@login_required
@require_http_methods(["GET", "POST"])
def new_team(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """Set up a team from the accounts that hold an inspector's seat."""
    made = own_draw(request, draw_id)
    today = local_day(moment_of(request))
    people = inspectors_of(made.organizer, day=today)
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
def lead(request: HttpRequest, draw_id: UUID, member: int) -> HttpResponse:
    """Let another member lead a team."""
    made = own_draw(request, draw_id)
    row = get_object_or_404(TeamMember.objects.select_related("user"), pk=member, team__draw=made)
    words = f"{row.user}现在是组长。"
    return done(request, made.public_id, lambda: name_lead(member=row, **acting(request)), words)


@login_required
@require_POST
def add(request: HttpRequest, draw_id: UUID, team: int) -> HttpResponse:
    """Add somebody to a team."""
    made = own_draw(request, draw_id)
    row = get_object_or_404(Team, pk=team, draw=made)
    people = inspectors_of(made.organizer, day=local_day(moment_of(request)))
    form = MemberForm(request.POST, people=people)
    if not form.is_valid():
        messages.error(request, f"没有增加组员：{form.errors['member'][0]}")
        return redirect("assessments:draw", made.public_id)
    user = form.cleaned_data["member"]
    return done(
        request,
        made.public_id,
        lambda: add_member(team=row, user=user, **acting(request)),
        f"{user}已加入{row}。",
    )


@login_required
@require_POST
def move_end(request: HttpRequest, draw_id: UUID, team: int) -> HttpResponse:
    """Move a team's last day; what does not fit stays in the form, below what is wrong."""
    made = own_draw(request, draw_id)
    row = get_object_or_404(Team, pk=team, draw=made)
    form = TeamEndForm(request.POST, auto_id=f"team-{row.pk}-%s")
    if form.is_valid():
        try:
            moved = move_team_end(team=row, **form.cleaned_data, **acting(request))
        except Refused as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, f"{moved}的结束日期已改为 {moved.end_date}。")
            return redirect("assessments:draw", made.public_id)
    return render(request, "assessments/draw.html", draw_context(request, made, end_form=(row.pk, form)))


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
