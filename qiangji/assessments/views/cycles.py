"""Cycles: the list, one cycle, a new one, and opening it."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.assessments.exceptions import AssessmentError
from qiangji.assessments.forms import CycleChangeForm, CycleForm
from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.selectors.cycle_page import duties_of, story_of
from qiangji.assessments.services.cycle_changes import LABELS, change_cycle, fixed_fields
from qiangji.assessments.services.cycles import EditionChoice, create_cycle, open_step
from qiangji.assessments.states import State
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.standards.models import Edition, Threshold


def visible_cycles(reach: Reach) -> QuerySet[Cycle]:
    """Return the cycles this person has to do with: owned in reach, or with a sheet in reach."""
    sheets = Sheet.objects.visible_to(reach).order_by()
    return Cycle.objects.filter(
        Q(owner__in=Organization.objects.visible_to(reach).order_by()) | Q(pk__in=sheets.values("cycle"))
    ).select_related("owner", "recognizer")


def may_open(reach: Reach, owner: Organization) -> bool:
    return reach.may(Permission.OPEN_CYCLE, owner.pk, owner.path)


def refuse() -> PermissionDenied:
    names = "、".join(roles_that(Permission.OPEN_CYCLE, own=True))
    return PermissionDenied(f"设置和开启考评周期由{names}办理。")


@login_required
@require_GET
def list_cycles(request: HttpRequest) -> HttpResponse:
    """All cycles this person has to do with, the newest first."""
    reach = request_reach(request)
    context = {"cycles": visible_cycles(reach), "may_create": reach.may_somewhere(Permission.OPEN_CYCLE)}
    return render(request, "assessments/cycles.html", context)


@login_required
@require_GET
def show_cycle(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """One cycle: its dates, figures and editions, and how many sheets stand where."""
    reach = request_reach(request)
    cycle = get_object_or_404(visible_cycles(reach), public_id=cycle_id)
    sheets = Sheet.objects.visible_to(reach).filter(cycle=cycle).order_by()
    counts = dict(sheets.values_list("state").annotate(n=Count("pk")))
    editions = list(cycle.editions.select_related("edition__standard"))
    story = story_of(cycle)
    context = {
        "cycle": cycle,
        "editions": editions,
        "duties": duties_of(cycle, editions),
        "story": story,
        "left": story.left,
        "goes_on": "opening" in request.GET,
        "states": [(state.label, counts.get(state.value, 0), state.value) for state in State],
        "total": sum(counts.values()),
        "may_open": may_open(reach, cycle.owner),
    }
    return render(request, "assessments/cycle.html", context)


def defaults(day: date) -> dict[str, Any]:
    """Return a new cycle's usual dates and figures; the figures come from the newest published hospital edition."""
    edition = (
        Edition.objects.filter(standard__applies_to="hospital", status=Edition.Status.PUBLISHED)
        .order_by("-year_of_effect")
        .first()
    )
    figures = dict(Threshold.objects.filter(edition=edition).values_list("key", "value"))
    return {
        "year": day.year,
        "title": f"{day.year}年度公立医院党建标准化创建考评",
        "period_start_date": date(day.year, 1, 1),
        "period_end_date": date(day.year, 12, 31),
        "self_deadline_date": date(day.year, 10, 31),
        "acceptance_deadline_date": date(day.year, 11, 30),
        "rating_deadline_date": date(day.year, 12, 15),
        "closing_date": date(day.year + 1, 3, 31),
        "pass_line": figures.get("organization_score", Decimal(90)),
        "branch_share": figures.get("branch_share", Decimal(90)),
        "hospital_edition": edition,
        "branch_edition": Edition.objects.filter(
            standard__applies_to="branch", status=Edition.Status.PUBLISHED
        ).first(),
    }


@login_required
@require_http_methods(["GET", "POST"])
def new_cycle(request: HttpRequest) -> HttpResponse:
    """Set up a cycle; everything has its usual value already."""
    reach = request_reach(request)
    owners = Organization.objects.filter(pk__in=reach.nodes_with(Permission.OPEN_CYCLE, own=True))
    if not owners:
        raise refuse()
    initial = defaults(timezone.localdate(moment_of(request))) | {"owner": owners[0]}
    form = CycleForm(request.POST or None, owners=owners, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            cycle = create_cycle(by=reach.user, at=moment_of(request), **cycle_arguments(form.cleaned_data))
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "周期已建立。核对无误后点“开启”，为各组织建表。")
            return redirect("assessments:cycle", cycle.public_id)
    return render(request, "assessments/cycle_form.html", {"form": form})


def cycle_arguments(data: dict[str, Any]) -> dict[str, Any]:
    """Return the service's arguments from the cleaned form."""
    choices = [
        EditionChoice(Organization.Kind.HOSPITAL, data["hospital_edition"], data["hospital_final_stage"])
    ]
    if data["branch_edition"]:
        choices.append(
            EditionChoice(Organization.Kind.BRANCH, data["branch_edition"], data["branch_final_stage"])
        )
    plain = (
        *("owner", "year", "title", "plan_number", "closing_date", "pass_line", "branch_share"),
        *("objection_days", "answer_days", "is_trial"),
    )
    return {name: data[name] for name in plain} | {
        "period": (data["period_start_date"], data["period_end_date"]),
        "deadlines": (
            data["self_deadline_date"],
            data["acceptance_deadline_date"],
            data["rating_deadline_date"],
        ),
        "editions": choices,
    }


STEP = 200


@login_required
@require_POST
def open_for_filling(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Open a cycle, so many sheets a request; the page asks for the next step until none is left, or another day."""
    reach = request_reach(request)
    cycle = get_object_or_404(visible_cycles(reach), public_id=cycle_id)
    if not may_open(reach, cycle.owner):
        raise refuse()
    here = reverse("assessments:cycle", args=[cycle.public_id])
    try:
        opened = open_step(cycle=cycle, most=STEP, by=reach.user, at=moment_of(request))
    except AssessmentError as error:
        messages.error(request, str(error))
        return on_to(request, here)
    if opened.left:
        if request.headers.get("HX-Request") != "true":
            return redirect(f"{here}?opening=1")
        context = {"cycle": cycle, "left": opened.left, "total": cycle.sheets.count(), "goes_on": True}
        return render(request, "assessments/_opening.html", context)
    made = cycle.sheets.count() if "step" in request.POST else opened.made
    messages.success(request, f"已为 {made} 个组织建立考评表。" if made else "没有新的组织需要建表。")
    return on_to(request, here)


def on_to(request: HttpRequest, address: str) -> HttpResponse:
    """Lead on to a page, htmx as well."""
    if request.headers.get("HX-Request") != "true":
        return redirect(address)
    return HttpResponse(headers={"HX-Redirect": address})


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Change a cycle: what stands by now is shown and locked; after the opening each change has its reason."""
    reach = request_reach(request)
    cycle = get_object_or_404(visible_cycles(reach), public_id=cycle_id)
    if not may_open(reach, cycle.owner):
        raise refuse()
    if cycle.closed_at is not None:
        messages.warning(request, "本考核周期已关闭，不能再改。")
        return redirect("assessments:cycle", cycle.public_id)
    editions = {one.organization_kind: one for one in cycle.editions.all()}
    form = CycleChangeForm(request.POST or None, cycle=cycle, editions=editions, fixed=fixed_fields(cycle))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            change_cycle(
                cycle=cycle,
                values={name: data[name] for name in LABELS},
                editions=None if cycle.opened_at else cycle_arguments(data)["editions"],
                reason=data["reason"],
                by=reach.user,
                at=moment_of(request),
            )
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "改动已保存，记在周期的改动记录里。")
            return redirect("assessments:cycle", cycle.public_id)
    return render(request, "assessments/cycle_change.html", {"form": form, "cycle": cycle})
