"""Terms 任期 of an organization's committees: when each falls due, approvals that moved it, and the next one."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.orgs import paths, selectors
from qiangji.orgs.authorization import Permission
from qiangji.orgs.facts_selectors import due_of, terms_of, with_due
from qiangji.orgs.forms import EndForm
from qiangji.orgs.forms_facts import ExtensionForm, TermForm
from qiangji.orgs.models import Body, Organization, Term, TermExtension
from qiangji.orgs.querysets import OrganizationQuerySet
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.services.posts import PLACES
from qiangji.orgs.services.terms import end_term, extend_term, start_term
from qiangji.orgs.tabs import tabs_of
from qiangji.orgs.views.access import refusal, visible_organization
from qiangji.orgs.views.facts import FactPage, answer, need

GET_OR_POST = ["GET", "POST"]
SOON_DAYS = 183


def bodies_of(organization: Organization) -> list[str]:
    """Return the bodies of an organization that are elected for a term."""
    return [body for body in (Body.COMMITTEE, Body.DISCIPLINE) if organization.kind in PLACES[body]]


def standing_of(term: Term, day: date) -> tuple[str, str]:
    """Say how a term stands on a day: words, and the pill's look."""
    due = due_of(term)
    if term.end_date is not None:
        return f"已于 {term.end_date} 结束", ""
    days = (due - day).days
    if days < 0:
        return f"已超期 {-days} 天", "pill-bad"
    return (f"还有 {days} 天届满", "pill-late" if days <= SOON_DAYS else "pill-good")


def organization_with_terms(request: HttpRequest, public_id: UUID) -> Organization:
    """Return an organization in reach that has elected bodies; 404 for any other."""
    organization = visible_organization(request, public_id)
    if organization.kind == Organization.Kind.PARTY_GROUP:
        raise Http404
    return organization


@login_required
@require_GET
def terms(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the terms of an organization's committees, the running ones first."""
    organization = organization_with_terms(request, public_id)
    reach = request_reach(request)
    overseers = selectors.overseer_ids(organization, on=reach.day)
    if not reach.may(Permission.SEE_ORGANIZATIONS, organization.pk, organization.path, overseen_by=overseers):
        raise refusal(Permission.SEE_ORGANIZATIONS, f"“{organization.short_name}”或其上级")
    rows = [(term, *standing_of(term, reach.day)) for term in terms_of(organization)]
    data = {
        "organization": organization,
        "running": [row for row in rows if row[0].end_date is None],
        "past": [row for row in rows if row[0].end_date is not None],
        "may_manage": reach.allows_at(Permission.MANAGE_POSTS, organization.path),
        "tabs": tabs_of(reach, organization, "terms"),
    }
    return render(request, "orgs/terms.html", data)


def back_to(organization: Organization) -> str:
    """The list of terms, to which every form goes back."""
    return reverse("orgs:terms", args=[organization.public_id])


@login_required
@require_http_methods(GET_OR_POST)
def start(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record the next term of a body, as it was elected."""
    organization = organization_with_terms(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.MANAGE_POSTS, organization)
    bodies = bodies_of(organization)
    body = request.GET.get("body", "")
    initial = {"start_date": reach.day, "body": body if body in bodies else bodies[0]}
    form = TermForm(request.POST or None, bodies=bodies, initial=initial)

    def act(data: dict[str, Any]) -> Term:
        return start_term(
            organization=organization, **data, by=signed_in_user(request), at=moment_of(request)
        )

    page = FactPage("登记新一届", "登记", "新一届已登记，上一届到前一天为止。", back_to(organization))
    return answer(request, organization, form, page, act)


def running_term(organization: Organization, term_id: UUID) -> Term:
    """Return a running term of the organization; 404 for any other."""
    rows = with_due(organization.terms.filter(end_date__isnull=True))
    return get_object_or_404(rows, public_id=term_id)


def superiors_of(organization: Organization, day: date) -> OrganizationQuerySet:
    """Return who may have approved another day: what stands above in the tree, and who supervises or guides."""
    above = Organization.objects.filter(path__in=paths.ancestors(organization.path)[:-1])
    overseers = Organization.objects.filter(pk__in=selectors.overseer_ids(organization, on=day))
    return above | overseers


@login_required
@require_http_methods(GET_OR_POST)
def extend(request: HttpRequest, public_id: UUID, term_id: UUID) -> HttpResponse:
    """Record a superior's approval of another day on which a term falls due."""
    organization = organization_with_terms(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.MANAGE_POSTS, organization)
    term = running_term(organization, term_id)
    above = superiors_of(organization, reach.day)
    form = ExtensionForm(request.POST or None, among=above)
    form.fields["approved_by"].help_text = "输入代码或名称：" + "、".join(row.name for row in above) + "。"

    def act(data: dict[str, Any]) -> TermExtension:
        return extend_term(term=term, **data, by=signed_in_user(request), at=moment_of(request))

    about = f"第 {term.number} 届{term.get_body_display()}现在的届满日期是 {due_of(term)}。"
    page = FactPage("登记延期或提前换届的批复", "登记", "批复已登记。", back_to(organization), about)
    return answer(request, organization, form, page, act)


@login_required
@require_http_methods(GET_OR_POST)
def end(request: HttpRequest, public_id: UUID, term_id: UUID) -> HttpResponse:
    """End a term that no next one follows."""
    organization = organization_with_terms(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.MANAGE_POSTS, organization)
    term = running_term(organization, term_id)
    form = EndForm(request.POST or None, initial={"end_date": reach.day})

    def act(data: dict[str, Any]) -> Term:
        return end_term(term=term, **data, by=signed_in_user(request), at=moment_of(request))

    about = f"第 {term.number} 届{term.get_body_display()}。换届请登记新一届，这里只用于机构撤销。"
    page = FactPage("结束任期", "结束", "任期已结束，历史保留。", back_to(organization), about)
    return answer(request, organization, form, page, act)
