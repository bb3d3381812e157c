"""Forms with which the Party office keeps one member's registration. Each calls one service."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from qiangji.accounts.models import User
from qiangji.accounts.requests import signed_in_user
from qiangji.members import services
from qiangji.members.exceptions import MembersError
from qiangji.members.forms import (
    AccountLinkForm,
    AdjustForm,
    CeaseForm,
    ConfirmForm,
    EndForm,
    ExemptionForm,
    FloatingForm,
    PersonForm,
)
from qiangji.members.models import BranchMembership, Member
from qiangji.members.views.access import (
    branches_of,
    groups_of,
    hospital_around,
    require_here,
    visible_member,
)
from qiangji.orgs import paths
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization, RoleAssignment
from qiangji.orgs.requests import moment_of, request_reach

GET_OR_POST = ["GET", "POST"]


def kept_member(request: HttpRequest, public_id: UUID) -> tuple[Member, BranchMembership, Organization]:
    """Return a member in reach whose registration this person keeps, with branch and hospital."""
    member, branch = visible_member(request, public_id)
    require_here(request_reach(request), Permission.MANAGE_MEMBERS, branch.organization)
    return member, branch, hospital_around(branch.organization)


def act_as(request: HttpRequest) -> dict[str, Any]:
    """Return who acts and when, for a service."""
    return {"by": signed_in_user(request), "at": moment_of(request)}


def answer(
    request: HttpRequest,
    about: tuple[Member, BranchMembership],
    form: Form,
    words: dict[str, str],
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """Show a form about a member; when it is sent and the service accepts it, go back to the member."""
    member, branch = about
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except MembersError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, words["done"])
            if words.get("leads_to"):
                return redirect(words["leads_to"])
            return redirect("members:detail", member.public_id)
    return render(
        request, "members/form.html", {"member": member, "branch": branch, "form": form, "words": words}
    )


@login_required
@require_http_methods(GET_OR_POST)
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Correct what is held: name, staff number, dates, statistics."""
    member, branch, hospital = kept_member(request, public_id)
    person = member.person
    employment = person.employments.filter(end_date__isnull=True).select_related("department").first()
    departments = hospital.departments.on(request_reach(request).day)
    initial = {
        "name": person.name,
        "staff_number": employment.staff_number if employment else "",
        "department": employment.department.public_id if employment and employment.department else None,
        "joined_date": member.joined_date,
        "confirmed_date": member.confirmed_date,
        "sex": person.sex,
        "birth_year": person.birth_year,
        "is_minority": {True: "true", False: "false"}.get(person.is_minority, ""),  # type: ignore[arg-type]
        "education": person.education,
        "occupation": person.occupation,
    }
    form = PersonForm(request.POST or None, initial=initial, departments=departments)

    @transaction.atomic
    def act(data: dict[str, Any]) -> None:
        dates = {name: data.pop(name) for name in ("joined_date", "confirmed_date")}
        services.change_person(person=person, changes=data, **act_as(request))
        services.change_dates(member=member, **dates, **act_as(request))

    words = {"title": "更正登记", "verb": "保存", "done": "登记已更正。"}
    return answer(request, (member, branch), form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def adjust(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Move a member to another branch or Party group of the hospital."""
    member, branch, hospital = kept_member(request, public_id)
    day = request_reach(request).day
    initial = {
        "branch": branch.organization.public_id,
        "group": branch.group.public_id if branch.group else None,
        "start_date": day,
    }
    form = AdjustForm(
        request.POST or None,
        branches=branches_of(hospital, day),
        groups=groups_of(hospital, day),
        initial=initial,
    )

    def act(data: dict[str, Any]) -> object:
        return services.adjust_branch(member=member, **data, **act_as(request))

    words = {
        "title": "院内调整党支部",
        "verb": "调整",
        "done": "党支部已调整，原组织关系保留在历史中。",
        "about": "只用于本院内部；跨单位请办理组织关系转接。",
    }
    return answer(request, (member, branch), form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record that a probationary member became a full one."""
    member, branch, _ = kept_member(request, public_id)
    form = ConfirmForm(request.POST or None, initial={"date": request_reach(request).day})

    def act(data: dict[str, Any]) -> object:
        return services.confirm_membership(member=member, **data, **act_as(request))

    words = {"title": "登记转正", "verb": "登记转正", "done": "转正已登记。"}
    return answer(request, (member, branch), form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def cease(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a member off the register."""
    member, branch, _ = kept_member(request, public_id)
    form = CeaseForm(request.POST or None, initial={"date": request_reach(request).day})

    def act(data: dict[str, Any]) -> object:
        return services.cease_membership(member=member, **data, **act_as(request))

    words = {
        "title": "登记离开",
        "verb": "登记离开",
        "done": "已登记离开；以前的记录都保留。",
        "about": "此前各日的记录保留不变，名册按日期查询时仍可看到。",
        "leads_to": "members:list",
    }
    return answer(request, (member, branch), form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def exempt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record an approved exemption: which duty, until when, by which document."""
    member, branch, _ = kept_member(request, public_id)
    day = request_reach(request).day
    initial = {"start_date": day, "end_date": day.replace(month=12, day=31)}
    form = ExemptionForm(request.POST or None, initial=initial)

    def act(data: dict[str, Any]) -> object:
        return services.grant_exemption(member=member, **data, **act_as(request))

    about = "到截止日期自动结束；期间登记活动，名单上会自动标出。"
    words = {"title": "登记免除", "verb": "登记", "done": "免除已登记。", "about": about}
    return answer(request, (member, branch), form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def end_exemption(request: HttpRequest, public_id: UUID, exemption_id: UUID) -> HttpResponse:
    """Let an exemption end earlier."""
    member, branch, _ = kept_member(request, public_id)
    exemption = get_object_or_404(member.exemptions, public_id=exemption_id)
    form = EndForm(request.POST or None, initial={"end_date": request_reach(request).day})

    def act(data: dict[str, Any]) -> object:
        return services.end_exemption(exemption=exemption, **data, **act_as(request))

    span = f"{exemption.start_date} 至 {exemption.end_date}"
    about = f"免除事项：{exemption.get_duty_display()}，{span}。填免除的最后一天。"
    words = {"title": "提前结束免除", "verb": "结束", "done": "免除已结束。", "about": about}
    return answer(request, (member, branch), form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def float_away(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record that a member floats out or in."""
    member, branch, _ = kept_member(request, public_id)
    form = FloatingForm(request.POST or None, initial={"start_date": request_reach(request).day})

    def act(data: dict[str, Any]) -> object:
        return services.start_floating(member=member, **data, **act_as(request))

    about = "流动期间组织关系不变。组织关系要转走的，请办理“转出组织关系”。"
    words = {"title": "登记流动", "verb": "登记", "done": "流动已登记。", "about": about}
    return answer(request, (member, branch), form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def end_floating(request: HttpRequest, public_id: UUID, spell_id: UUID) -> HttpResponse:
    """Record the last day of floating."""
    member, branch, _ = kept_member(request, public_id)
    spell = get_object_or_404(member.floating, public_id=spell_id)
    form = EndForm(request.POST or None, initial={"end_date": request_reach(request).day})

    def act(data: dict[str, Any]) -> object:
        return services.end_floating(spell=spell, **data, **act_as(request))

    about = f"{spell.get_direction_display()}：{spell.place}，自 {spell.start_date} 起。填流动的最后一天。"
    words = {"title": "结束流动", "verb": "结束", "done": "流动已结束。", "about": about}
    return answer(request, (member, branch), form, words, act)


@login_required
@require_http_methods(GET_OR_POST)
def account(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say which account belongs to a member: one that holds a role inside this hospital."""
    member, branch, hospital = kept_member(request, public_id)
    linked = member.person.user
    inside = RoleAssignment.objects.filter(paths.below(hospital.path, "organization__path"))
    among = User.objects.filter(pk__in=inside.values("user"))
    initial = {"username": linked.username if linked else ""}
    form = AccountLinkForm(request.POST or None, among=among, initial=initial)

    def act(data: dict[str, Any]) -> object:
        return services.link_account(person=member.person, user=data["username"], **act_as(request))

    words = {
        "title": "关联账号",
        "verb": "保存",
        "done": "账号关联已保存。",
        "about": "关联后，本人登录即可在“我的”中看到关于自己的全部登记。",
    }
    return answer(request, (member, branch), form, words, act)
