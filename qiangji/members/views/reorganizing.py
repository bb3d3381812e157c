"""Abolish, merge and split organizations on screen: first what would move or end, in counts, then the word that does it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.members.exceptions import MembersError
from qiangji.members.reorganizing_forms import AbolishForm, MergeForm, SplitForm, partners_of
from qiangji.members.selectors.reorganizing import (
    Load,
    loads_of,
    members_in_departments,
    members_moving,
)
from qiangji.members.services import reorganizing as services
from qiangji.orgs.authorization import Permission
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Department, Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import require_from_above, visible_organization

GET_OR_POST = ["GET", "POST"]
CONFIRM = "confirm"


@login_required
@require_http_methods(GET_OR_POST)
def abolish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Abolish an organization that nobody belongs to any more."""
    organization = changeable(request, public_id)
    reach = request_reach(request)
    form = AbolishForm(request.POST or None, initial={"last_day": reach.day})

    def act(data: dict[str, Any]) -> Organization:
        return services.abolish(
            organization=organization, **data, by=signed_in_user(request), at=moment_of(request)
        )

    words = {
        "title": "撤销组织",
        "verb": "撤销",
        "done": "组织已撤销，历史保留。",
        "about": "没有党员、没有下级的组织才能撤销；有党员或下级的，用“合并”整体交给接续组织。",
    }
    return answer(request, organization, form, words, act, lambda data: loads_of([organization], reach.day))


@login_required
@require_http_methods(GET_OR_POST)
def merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Merge an organization, and others with it, into one that exists or a new one."""
    organization = changeable(request, public_id)
    reach = request_reach(request)
    among = partners_of(organization, reach.day).visible_to(reach)
    form = MergeForm(
        request.POST or None, organization=organization, among=among, initial={"first_day": reach.day}
    )

    def ending(data: dict[str, Any]) -> list[Organization]:
        return [row for row in (organization, *data["others"]) if row != data["into"]]

    def act(data: dict[str, Any]) -> Organization:
        for row in (*ending(data), *filter(None, [data["into"]])):
            require_from_above(reach, Permission.MANAGE_ORGANIZATIONS, row)
        return services.merge(
            organizations=ending(data),
            into=form.successor(),
            first_day=data["first_day"],
            document=data["document"],
            by=signed_in_user(request),
            at=moment_of(request),
        )

    words = {
        "title": "合并组织",
        "verb": "合并",
        "done": "已合并，原组织的历史保留，党员和下级已随同转入。",
        "about": "原组织到接续日期的前一天为止；党员、在册人员、科室和下级组织转入接续组织，职务和账号授权结束。",
    }
    return answer(request, organization, form, words, act, lambda data: loads_of(ending(data), reach.day))


@login_required
@require_http_methods(GET_OR_POST)
def split(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give departments and nodes of an organization to another, existing or new; the rest goes on."""
    organization = changeable(request, public_id)
    reach = request_reach(request)
    form = SplitForm(
        request.POST or None,
        organization=organization,
        among=partners_of(organization, reach.day).visible_to(reach),
        departments=departments_of(organization),
        children=Organization.objects.on(reach.day).filter(parent=organization),
        initial={"first_day": reach.day},
    )

    def act(data: dict[str, Any]) -> Organization:
        if data["into"]:
            require_from_above(reach, Permission.MANAGE_ORGANIZATIONS, data["into"])
        part = services.Part(
            into=form.successor(),
            members=members_in_departments(organization, data["departments"], reach.day),
            children=tuple(data["children"]),
            departments=tuple(data["departments"]),
        )
        return services.split(
            organization=organization,
            parts=[part],
            ends=False,
            first_day=data["first_day"],
            document=data["document"],
            by=signed_in_user(request),
            at=moment_of(request),
        )[0]

    def shown(data: dict[str, Any]) -> list[Load]:
        moving = members_moving(organization, data["departments"], data["children"], reach.day)
        kept = {"staff": 0, "holders": 0, "accounts": 0, "elections": 0, "transfers": 0}
        counts = {"children": len(data["children"]), "departments": len(data["departments"])}
        return [Load(organization=organization, members=moving, **counts, **kept)]

    words = {
        "title": "拆分组织",
        "verb": "拆分",
        "done": "已拆分，划出的党员和下级已转入接续组织，原组织继续保留。",
        "about": "把一部分科室、下级组织连同党员划给接续组织，其余留在原组织。要拆成多个的，逐个办理。",
    }
    return answer(request, organization, form, words, act, shown)


def departments_of(organization: Organization) -> QuerySet[Department]:
    """Return the departments that a hospital has, or those of a branch."""
    owner = "hospital" if organization.kind == Organization.Kind.HOSPITAL else "branch"
    return Department.objects.filter(end_date__isnull=True, **{owner: organization})


def changeable(request: HttpRequest, public_id: UUID) -> Organization:
    """Return an organization that this person administers from above; 404 out of reach, else a refusal."""
    organization = visible_organization(request, public_id)
    require_from_above(request_reach(request), Permission.MANAGE_ORGANIZATIONS, organization)
    return organization


def answer(
    request: HttpRequest,
    organization: Organization,
    form: Form,
    words: dict[str, str],
    act: Callable[[dict[str, Any]], Organization],
    moving: Callable[[dict[str, Any]], list[Load]],
) -> HttpResponse:
    """Show the form; once it is filled in, what would move or end; once that is confirmed, do it."""
    data: dict[str, Any] = {"organization": organization, "form": form, "words": words}
    if request.method == "POST" and form.is_valid():
        data["loads"] = moving(form.cleaned_data)
        if request.POST.get("step") == CONFIRM:
            try:
                changed = act(form.cleaned_data)
            except (MembersError, OrganizationError) as error:
                form.add_error(None, str(error))
                del data["loads"]
            else:
                messages.success(request, words["done"])
                return redirect("orgs:detail", changed.public_id)
    return render(request, "members/reorganize.html", data)
