"""Recurring plans that leave drafts to confirm, and templates that a record starts from."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from qiangji.accounts.requests import signed_in_user
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.forms import PlanForm, TemplateForm
from qiangji.ledgers.models import RecordTemplate, RecurringPlan
from qiangji.ledgers.recurrence import words as plan_words
from qiangji.ledgers.services.planning import (
    end_plan,
    make_due_drafts,
    retire_template,
    save_plan,
    save_template,
)
from qiangji.ledgers.views.access import RECORD, SEE, ledger_organization, recordable_kinds
from qiangji.ledgers.vocabulary import KINDS
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal

GET_OR_POST = ["GET", "POST"]


def choices(request: HttpRequest, organization: Organization) -> list[tuple[str, str]]:
    """Return the activities that this person may plan here."""
    kinds = recordable_kinds(request_reach(request), organization)
    return [(kind.code, kind.title) for kind in kinds if kind.shape == "activity"]


def titles(codes: list[str]) -> str:
    """Name kinds in a line."""
    return "、".join(KINDS[code].title for code in codes if code in KINDS)


def require_recorder(request: HttpRequest, organization: Organization) -> None:
    if not request_reach(request).allows_at(RECORD, organization.path):
        raise refusal(RECORD, f"“{organization.short_name}”")


@login_required
@require_http_methods(GET_OR_POST)
def plans(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an organization's recurring plans and set up another; drafts due by now are made at once."""
    organization = ledger_organization(request, public_id, SEE)
    reach = request_reach(request)
    may_record = reach.allows_at(RECORD, organization.path)
    offered = choices(request, organization)
    form = PlanForm(request.POST or None, kinds=offered, initial={"start_date": reach.day})
    if request.method == "POST":
        require_recorder(request, organization)
        if form.is_valid() and store_plan(request, organization, form):
            return redirect("ledgers:plans", organization.public_id)
    rows = RecurringPlan.objects.filter(organization=organization)
    context = {
        "organization": organization,
        "plans": [
            (
                row,
                titles(row.kinds),
                plan_words(every=row.every, day=row.day, week=row.week, weekday=row.weekday),
                row.end_date is None or row.end_date >= reach.day,
            )
            for row in rows
        ],
        "form": form,
        "may_record": may_record,
    }
    return render(request, "ledgers/plans.html", context)


def store_plan(request: HttpRequest, organization: Organization, form: PlanForm) -> bool:
    """Store a plan and the drafts due by now; say beside the form what was refused."""
    data = dict(form.cleaned_data)
    place = data.pop("place")
    by, at = signed_in_user(request), moment_of(request)
    try:
        save_plan(organization=organization, values={"place": place} if place else {}, by=by, at=at, **data)
    except LedgersError as error:
        for problem in error.problems:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        return False
    made = make_due_drafts(until=request_reach(request).day, by=by, at=at)
    messages.success(request, f"固定日程已保存，生成待确认 {made} 条。" if made else "固定日程已保存。")
    return True


@login_required
@require_POST
def plan_end(request: HttpRequest, public_id: UUID, plan_id: UUID) -> HttpResponse:
    """End a plan today; what it made stays."""
    organization = ledger_organization(request, public_id, RECORD)
    plan = get_object_or_404(RecurringPlan, organization=organization, public_id=plan_id)
    try:
        end_plan(
            plan=plan,
            end_date=request_reach(request).day,
            by=signed_in_user(request),
            at=moment_of(request),
        )
    except LedgersError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{plan.title}”已停止，已生成的登记保留。")
    return redirect("ledgers:plans", organization.public_id)


@login_required
@require_http_methods(GET_OR_POST)
def templates(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an organization's templates and set up another."""
    organization = ledger_organization(request, public_id, SEE)
    form = TemplateForm(request.POST or None, kinds=choices(request, organization))
    if request.method == "POST":
        require_recorder(request, organization)
        if form.is_valid() and store_template(request, organization, form):
            return redirect("ledgers:templates", organization.public_id)
    rows = RecordTemplate.objects.filter(organization=organization, retired_at__isnull=True)
    context = {
        "organization": organization,
        "templates": [(row, titles(row.kinds)) for row in rows],
        "form": form,
        "may_record": request_reach(request).allows_at(RECORD, organization.path),
    }
    return render(request, "ledgers/templates.html", context)


def store_template(request: HttpRequest, organization: Organization, form: TemplateForm) -> bool:
    """Store a template; say beside the form what was refused."""
    data = form.cleaned_data
    values = {name: data[name] for name in ("title", "place", "agenda") if data[name]}
    try:
        save_template(
            organization=organization,
            name=data["name"],
            kinds=data["kinds"],
            values=values,
            for_subordinates=data["for_subordinates"],
            by=signed_in_user(request),
            at=moment_of(request),
        )
    except LedgersError as error:
        for problem in error.problems:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        return False
    messages.success(request, f"模板“{data['name']}”已保存。")
    return True


@login_required
@require_POST
def template_retire(request: HttpRequest, public_id: UUID, template_id: UUID) -> HttpResponse:
    """Take a template out of use."""
    organization = ledger_organization(request, public_id, RECORD)
    template = get_object_or_404(
        RecordTemplate, organization=organization, public_id=template_id, retired_at__isnull=True
    )
    try:
        retire_template(template=template, by=signed_in_user(request), at=moment_of(request))
    except LedgersError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"模板“{template.name}”已停用。")
    return redirect("ledgers:templates", organization.public_id)
