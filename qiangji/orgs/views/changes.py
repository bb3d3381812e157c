"""Forms with which administrators change the tree, its relations and its seats. Each calls one service."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.orgs import services
from qiangji.orgs.authorization import Permission
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.forms import EndForm, MoveForm, OrganizationForm, OversightForm, RenameForm, RoleForm
from qiangji.orgs.models import Organization, RoleAssignment
from qiangji.orgs.querysets import OrganizationQuerySet
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.selectors import accounts_administered_by
from qiangji.orgs.views.access import (
    manages,
    refusal,
    require,
    require_from_above,
    visible_organization,
)

GET_OR_POST = ["GET", "POST"]


def answer(
    request: HttpRequest,
    organization: Organization,
    form: Form,
    words: dict[str, str],
    act: Callable[[dict[str, Any]], Organization],
) -> HttpResponse:
    """Show a form about an organization; when it is sent and the service accepts it, go to the organization."""
    if request.method == "POST" and form.is_valid():
        try:
            changed = act(form.cleaned_data)
        except OrganizationError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, words["done"])
            return redirect("orgs:detail", changed.public_id)
    return render(request, "orgs/form.html", {"organization": organization, "form": form, "words": words})


def selectable(request: HttpRequest) -> OrganizationQuerySet:
    """Return the organizations that this person may name in a form: those in reach that exist today."""
    reach = request_reach(request)
    return Organization.objects.on(reach.day).visible_to(reach)


@login_required
@require_http_methods(GET_OR_POST)
def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set up an organization below this one."""
    parent = visible_organization(request, public_id)
    reach = request_reach(request)
    require(reach, Permission.MANAGE_ORGANIZATIONS, parent)
    form = OrganizationForm(request.POST or None, parent=parent, initial={"start_date": reach.day})

    def act(data: dict[str, Any]) -> Organization:
        return services.create_organization(
            parent=parent, **data, by=signed_in_user(request), at=moment_of(request)
        )

    words = {"title": "新建下级组织", "verb": "建立", "done": "组织已建立。"}
    return answer(request, parent, form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def rename(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give an organization a new name."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    require(reach, Permission.MANAGE_ORGANIZATIONS, organization)
    initial = {
        "name": organization.name,
        "short_name": organization.short_name,
        "start_date": reach.day,
    }
    form = RenameForm(request.POST or None, initial=initial)

    def act(data: dict[str, Any]) -> Organization:
        return services.rename_organization(
            organization=organization, **data, by=signed_in_user(request), at=moment_of(request)
        )

    words = {"title": "更改名称", "verb": "更改名称", "done": "名称已更改，原名称保留为曾用名。"}
    return answer(request, organization, form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put an organization under another parent; whoever does it must administer both places."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    require_from_above(reach, Permission.MANAGE_ORGANIZATIONS, organization)
    form = MoveForm(request.POST or None, among=selectable(request), initial={"start_date": reach.day})

    def act(data: dict[str, Any]) -> Organization:
        require(reach, Permission.MANAGE_ORGANIZATIONS, data["parent"])
        return services.move_organization(
            organization=organization, **data, by=signed_in_user(request), at=moment_of(request)
        )

    words = {"title": "调整隶属关系", "verb": "移动", "done": "隶属关系已调整，下级已随同移动。"}
    return answer(request, organization, form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def oversight(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Name the authority that supervises or guides an organization."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    require_from_above(reach, Permission.MANAGE_ORGANIZATIONS, organization)
    form = OversightForm(request.POST or None, among=selectable(request), initial={"start_date": reach.day})

    def act(data: dict[str, Any]) -> Organization:
        services.set_oversight(
            subject=organization, **data, by=signed_in_user(request), at=moment_of(request)
        )
        return organization

    words = {"title": "设置主管与指导关系", "verb": "设置", "done": "关系已设置。"}
    return answer(request, organization, form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def end_oversight(request: HttpRequest, public_id: UUID, relation_id: int) -> HttpResponse:
    """End a relation of an organization with its supervising or guiding authority."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    require_from_above(reach, Permission.MANAGE_ORGANIZATIONS, organization)
    relation = get_object_or_404(organization.overseen_by.select_related("overseer"), pk=relation_id)
    form = EndForm(request.POST or None, initial={"end_date": reach.day})

    def act(data: dict[str, Any]) -> Organization:
        services.end_oversight(relation=relation, **data, by=signed_in_user(request), at=moment_of(request))
        return organization

    words = {
        "title": f"结束{relation.get_kind_display()}关系",
        "about": f"{relation.get_kind_display()}单位：{relation.overseer.name}，自 {relation.start_date} 起。",
        "verb": "结束",
        "done": "关系已结束，历史保留。",
    }
    return answer(request, organization, form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def roles(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give somebody who has an account a role at this node."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    require(reach, Permission.MANAGE_ACCOUNTS, organization)
    initial = {"start_date": reach.day, "username": request.GET.get("username", "")}
    form = RoleForm(
        request.POST or None,
        organization=organization,
        among=accounts_administered_by(reach),
        initial=initial,
    )

    def act(data: dict[str, Any]) -> Organization:
        user = data.pop("username")
        services.assign_role(
            user=user, organization=organization, **data, by=signed_in_user(request), at=moment_of(request)
        )
        return organization

    words = {"title": "授予角色", "verb": "授予", "done": "角色已授予。"}
    return answer(request, organization, form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def end_role(request: HttpRequest, public_id: UUID, role_id: UUID) -> HttpResponse:
    """Take a role at this node away."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    if not manages(reach, Permission.MANAGE_ACCOUNTS, organization):
        raise refusal(Permission.MANAGE_ACCOUNTS, f"“{organization.short_name}”或其上级")
    assignment = get_object_or_404(
        RoleAssignment.objects.select_related("user"), organization=organization, public_id=role_id
    )
    form = EndForm(request.POST or None, initial={"end_date": reach.day})

    def act(data: dict[str, Any]) -> Organization:
        services.end_role(assignment=assignment, **data, by=signed_in_user(request), at=moment_of(request))
        return organization

    words = {
        "title": "结束角色",
        "about": f"{assignment.user.name}：{assignment.get_role_display()}，自 {assignment.start_date} 起。提交后立即失效。",
        "verb": "结束",
        "done": "角色已结束，历史保留。",
    }
    return answer(request, organization, form, words, act)
