"""The departments of a hospital 科室 and the branch that covers each."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.orgs.authorization import Permission
from qiangji.orgs.facts_selectors import departments_of
from qiangji.orgs.forms import EndForm
from qiangji.orgs.forms_facts import CoverForm, DepartmentForm
from qiangji.orgs.models import Department, Organization
from qiangji.orgs.querysets import OrganizationQuerySet
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.services.departments import close_department, cover_department, open_department
from qiangji.orgs.tabs import tabs_of
from qiangji.orgs.views.access import visible_organization
from qiangji.orgs.views.facts import FactPage, answer, chosen_day, need

GET_OR_POST = ["GET", "POST"]


def hospital_in_reach(request: HttpRequest, public_id: UUID) -> Organization:
    """Return a hospital-level organization in reach; 404 for any other."""
    organization = visible_organization(request, public_id)
    if organization.kind != Organization.Kind.HOSPITAL:
        raise Http404
    return organization


def branches_of(hospital: Organization, request: HttpRequest) -> OrganizationQuerySet:
    """Return the branches that a department of the hospital may belong to today."""
    rows = Organization.objects.on(request_reach(request).day).below(hospital)
    if hospital.form == Organization.Form.BRANCH:
        return rows.filter(pk=hospital.pk)
    return rows.filter(kind=Organization.Kind.BRANCH).order_by("path")


@login_required
@require_GET
def departments(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """List the departments of a hospital on a day, those without a branch marked."""
    hospital = hospital_in_reach(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.SEE_MEMBERS, hospital)
    day = chosen_day(request, reach.day)
    rows = list(departments_of(hospital, day))
    data = {
        "organization": hospital,
        "departments": rows,
        "uncovered": sum(row.branch_id is None for row in rows),
        "day": day,
        "is_today": day == reach.day,
        "may_record": reach.allows_at(Permission.RECORD_STATES, hospital.path),
        "tabs": tabs_of(reach, hospital, "departments"),
    }
    return render(request, "orgs/departments.html", data)


@login_required
@require_http_methods(GET_OR_POST)
def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a department."""
    hospital = hospital_in_reach(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.RECORD_STATES, hospital)
    form = DepartmentForm(
        request.POST or None, among=branches_of(hospital, request), initial={"start_date": reach.day}
    )

    def act(data: dict[str, Any]) -> Department:
        return open_department(hospital=hospital, **data, by=signed_in_user(request), at=moment_of(request))

    page = FactPage("登记科室", "登记", "科室已登记。", back_to(hospital))
    return answer(request, hospital, form, page, act)


def back_to(hospital: Organization) -> str:
    """The list of departments, to which every form goes back."""
    return reverse("orgs:departments", args=[hospital.public_id])


def open_row(hospital: Organization, department_id: UUID) -> Department:
    """Return a department of the hospital that is not closed; 404 for any other."""
    rows = hospital.departments.filter(end_date__isnull=True).select_related("branch")
    return get_object_or_404(rows, public_id=department_id)


@login_required
@require_http_methods(GET_OR_POST)
def cover(request: HttpRequest, public_id: UUID, department_id: UUID) -> HttpResponse:
    """Let another branch cover a department."""
    hospital = hospital_in_reach(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.RECORD_STATES, hospital)
    row = open_row(hospital, department_id)
    form = CoverForm(
        request.POST or None,
        among=branches_of(hospital, request),
        initial={"branch": row.branch_id, "start_date": reach.day},
    )

    def act(data: dict[str, Any]) -> Department:
        return cover_department(department=row, **data, by=signed_in_user(request), at=moment_of(request))

    about = f"{row.name}：{row.branch.name if row.branch else '暂无党支部'}，自 {row.start_date} 起。"
    page = FactPage("调整所属党支部", "调整", "所属党支部已调整，历史保留。", back_to(hospital), about)
    return answer(request, hospital, form, page, act)


@login_required
@require_http_methods(GET_OR_POST)
def close(request: HttpRequest, public_id: UUID, department_id: UUID) -> HttpResponse:
    """Close a department."""
    hospital = hospital_in_reach(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.RECORD_STATES, hospital)
    row = open_row(hospital, department_id)
    form = EndForm(request.POST or None, initial={"end_date": reach.day})

    def act(data: dict[str, Any]) -> Department:
        return close_department(department=row, **data, by=signed_in_user(request), at=moment_of(request))

    about = f"{row.name}，自 {row.start_date} 起。"
    page = FactPage("撤销科室", "撤销", "科室已撤销，历史保留。", back_to(hospital), about)
    return answer(request, hospital, form, page, act)
