"""Draws: frozen populations, seeds and tickets, open to everybody whose cycle it is; made by their organizer."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.assessments.exceptions import AssessmentError, NotAllowed
from qiangji.assessments.forms_draws import AssignForm, DrawForm, SeedForm, TeamEndForm
from qiangji.assessments.models import Cycle, Draw
from qiangji.assessments.permissions import holds_at
from qiangji.assessments.selectors.draws import draw_document, drawable, may_draw_from, selected
from qiangji.assessments.selectors.inspections import inspections_by_entry, teams_of
from qiangji.assessments.services.drawing import (
    Plan,
    draw_sample,
    freeze_population,
    substitute,
    void_population,
)
from qiangji.assessments.views.cycles import visible_cycles
from qiangji.lib.dates import local_day
from qiangji.lib.numbers import plain
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach


def organizes(reach: Reach, made: Draw) -> bool:
    """Say whether this person organizes a draw."""
    return holds_at(reach, made.organizer_id, Permission.DRAW_SAMPLE, own=True)


def visible_draw(request: HttpRequest, draw_id: UUID) -> Draw:
    """Return a draw of a cycle that this person has to do with. Raises Http404."""
    draws = Draw.objects.filter(cycle__in=visible_cycles(request_reach(request)).order_by())
    return get_object_or_404(draws.select_related("cycle__owner", "organizer"), public_id=draw_id)


def own_draw(request: HttpRequest, draw_id: UUID) -> Draw:
    """Return a draw that this person organizes. Raises Http404 or PermissionDenied."""
    made = visible_draw(request, draw_id)
    if not organizes(request_reach(request), made):
        raise refusal(made.organizer.name)
    return made


def refusal(place: str) -> PermissionDenied:
    """Say who may."""
    return PermissionDenied(
        f"{place}的抽查由本单位的{'、'.join(roles_that(Permission.DRAW_SAMPLE, own=True))}组织。"
    )


@login_required
@require_GET
def list_draws(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """All draws of a cycle, the newest first."""
    reach = request_reach(request)
    cycle = get_object_or_404(visible_cycles(reach), public_id=cycle_id)
    context = {
        "cycle": cycle,
        "draws": cycle.draws.select_related("organizer"),
        "may_draw": bool(reach.nodes_with(Permission.DRAW_SAMPLE, own=True)),
    }
    return render(request, "assessments/draws.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_draw(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Freeze a population."""
    reach = request_reach(request)
    cycle = get_object_or_404(visible_cycles(reach), public_id=cycle_id)
    organizers = Organization.objects.filter(pk__in=reach.nodes_with(Permission.DRAW_SAMPLE, own=True))
    if not organizers:
        raise refusal("各级医院党建工作指导委员会")
    offered = [(value, label) for value, label in Draw.Population.choices if may_draw_from(cycle, value)]
    form = DrawForm(
        request.POST or None,
        organizers=organizers,
        populations=offered,
        initial=proposed(cycle, organizers[0]),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        plan = Plan(
            data["population"],
            data["strata"],
            risks=data["risks"],
            plan_number=data["plan_number"],
            **shares(form),
        )
        try:
            made = freeze_population(
                cycle=cycle, organizer=data["organizer"], plan=plan, reach=reach, at=moment_of(request)
            )
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"名单已冻结并公布，共 {made.size} 个组织。公开产生种子后再抽取。")
            return redirect("assessments:draw", made.public_id)
    ready = {
        label: drawable(cycle, organizers[0], value, at=moment_of(request)).count()
        for value, label in offered
    }
    return render(request, "assessments/draw_form.html", {"form": form, "cycle": cycle, "ready": ready})


def shares(form: DrawForm) -> dict[str, Any]:
    """Return the form's shares under the names that a plan has."""
    return dict(form.fractions())


def proposed(cycle: Cycle, organizer: Organization) -> dict[str, Any]:
    """Propose what the cycle itself names."""
    ratio = cycle.inspection_ratio
    return {
        "organizer": organizer,
        "plan_number": cycle.plan_number,
        "ratio": plain(ratio * 100) if ratio is not None else None,
    }


@login_required
@require_GET
def show_draw(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """One draw: the population with its digest; once drawn, the tickets, substitutions, and how to repeat it."""
    made = visible_draw(request, draw_id)
    return render(request, "assessments/draw.html", draw_context(request, made))


def draw_context(
    request: HttpRequest, made: Draw, *, end_form: tuple[int, TeamEndForm] | None = None, **more: Any
) -> dict[str, Any]:
    """Return what the page of a draw shows; reasons, teams and buttons are the organizer's.

    ``end_form`` is what did not fit of a team's new last day, by the team's key.
    """
    reach = request_reach(request)
    mine = organizes(reach, made)
    chosen = list(selected(made).order_by("stratum", "rank")) if made.is_drawn else []
    given = inspections_by_entry(made) if mine else {}
    for entry in chosen:
        entry.given = given.get(entry.pk)  # type: ignore[attr-defined]
    teams = teams_of(made, day=local_day(moment_of(request))) if mine else []
    typed = dict([end_form]) if end_form else {}
    for row in teams:
        key = row.team.pk
        row.team.end_form = typed.get(key) or TeamEndForm(auto_id=f"team-{key}-%s")  # type: ignore[attr-defined]
    return {
        "made": made,
        "cycle": made.cycle,
        "is_mine": mine,
        "chosen": chosen,
        "entries": made.entries.order_by("stratum", "rank", "code"),
        "divisions": "、".join(Draw.Division(name).label for name in made.strata),
        "substitutions": made.substitutions.select_related("leaving", "coming", "substituted_by"),
        "seed_form": SeedForm(),
        "waits": mine and not made.is_drawn and made.voided_at is None,
        "may_draw": may_draw_from(made.cycle, made.population),
        "teams": teams,
        "assign_form": AssignForm(teams=made.teams.all()) if teams else None,
        "percent": plain(made.ratio * 100),
        "risk_percent": plain(made.risk_ratio * 100) if made.risk_ratio is not None else "",
        **more,
    }


@login_required
@require_POST
def make_draw(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """Draw by the seed that was agreed."""
    made = own_draw(request, draw_id)
    form = SeedForm(request.POST)
    if form.is_valid():
        try:
            draw_sample(
                draw_id=made.pk,
                seed=form.cleaned_data["seed"],
                seed_source=form.cleaned_data["seed_source"],
                reach=request_reach(request),
                at=moment_of(request),
            )
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已抽取。结果可以下载，任何人都能复算。")
            return redirect("assessments:draw", made.public_id)
    return render(request, "assessments/draw.html", draw_context(request, made, seed_form=form))


@login_required
@require_POST
def void_draw(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """Declare a frozen population void."""
    made = own_draw(request, draw_id)
    try:
        void_population(
            draw_id=made.pk,
            reason=request.POST.get("reason", "")[:300],
            reach=request_reach(request),
            at=moment_of(request),
        )
    except AssessmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "名单已作废，记录保留。")
    return redirect("assessments:draw", made.public_id)


@login_required
@require_POST
def substitute_entry(request: HttpRequest, draw_id: UUID, entry: int) -> HttpResponse:
    """Give a drawn organization's place to the next ticket."""
    made = own_draw(request, draw_id)
    leaving = get_object_or_404(made.entries, pk=entry)
    try:
        row = substitute(
            entry_id=leaving.pk,
            reason=request.POST.get("reason", "")[:300],
            reach=request_reach(request),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except AssessmentError as error:
        messages.error(request, str(error))
    else:
        coming = row.coming.name if row.coming else "无人递补"
        messages.success(request, f"{leaving.name}已替换，递补：{coming}。")
    return redirect("assessments:draw", made.public_id)


@login_required
@require_GET
def draw_file(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """The draw as a document that can be repeated anywhere; reasons of risk are the organizer's."""
    made = visible_draw(request, draw_id)
    if not made.is_drawn:
        raise PermissionDenied("还没有抽取，公开产生种子并抽取之后才有结果文件。")
    document = draw_document(made, with_reasons=organizes(request_reach(request), made))
    text = json.dumps(document, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="draw-{made.cycle.year}-{made.number}.json"'
    return response
