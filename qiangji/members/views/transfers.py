"""Transfers of affiliation 组织关系转接 on screen: the sender's list, the receiver's inbox, and what each side does."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Member, Transfer
from qiangji.members.selectors.transfers import (
    TransferView,
    next_letter_number,
    ordered,
    overdue,
    transfers_arriving,
    transfers_sent,
    views_of,
)
from qiangji.members.services import transfers as services
from qiangji.members.transfer_forms import (
    BoxForm,
    CancelForm,
    ConcludeForm,
    ReceiveForm,
    ReturnForm,
    SendForm,
)
from qiangji.orgs.authorization import Permission
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.filters import OrganizationFilter
from qiangji.orgs.forms import option_text
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.selectors import hospital_of
from qiangji.orgs.views.access import refusal

GET_OR_POST = ["GET", "POST"]
PER_PAGE = 50
MOST_OPTIONS = 20


@login_required
@require_GET
def transfer_list(request: HttpRequest) -> HttpResponse:
    """Show the transfers out of one's organizations, or those that arrive at one's hospital (``box=in``)."""
    reach = request_reach(request)
    if not reach.may_somewhere(Permission.SEE_MEMBERS):
        raise refusal(Permission.SEE_MEMBERS, "本单位")
    arriving = request.GET.get("box") == "in"
    rows = transfers_arriving(reach) if arriving else transfers_sent(reach)
    form = BoxForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    late = overdue(rows, reach.day).count()
    if state:
        rows = overdue(rows, reach.day) if state == "overdue" else rows.filter(state=state)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "members/transfer_list.html",
        {
            "arriving": arriving,
            "form": form,
            "late": late,
            "page_obj": page,
            "transfers": views_of(list(page.object_list), reach),
            "waiting": transfers_arriving(reach).filter(state=Transfer.State.SENT).count(),
            "may_receive": reach.may_somewhere(Permission.MANAGE_MEMBERS),
        },
    )


@login_required
@require_GET
def transfer_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one transfer with its steps, as much of it as this side may read."""
    shown = visible_transfer(request, public_id)
    reachable = Member.objects.visible_to(request_reach(request)).filter(pk=shown.row.member_id)
    return render(
        request,
        "members/transfer_detail.html",
        {"transfer": shown, "steps": shown.row.steps.order_by("pk"), "linked": reachable.exists()},
    )


@login_required
@require_GET
def transfer_targets(request: HttpRequest) -> HttpResponse:
    """Return hospitals of the whole system that match what is typed into the field of the receiving organization."""
    reach = request_reach(request)
    if not reach.may_somewhere(Permission.MANAGE_MEMBERS):
        raise refusal(Permission.MANAGE_MEMBERS, "本单位")
    typed = request.GET.get("target", "").strip()
    rows = Organization.objects.on(reach.day).filter(kind=Organization.Kind.HOSPITAL)
    found = OrganizationFilter({"q": typed}, queryset=rows).qs[:MOST_OPTIONS] if typed else rows.none()
    return render(request, "orgs/_options.html", {"options": [option_text(row) for row in found]})


@login_required
@require_http_methods(GET_OR_POST)
def transfer_send(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a transfer of a member of one's register."""
    reach = request_reach(request)
    members = Member.objects.visible_to(reach).select_related("person")
    member = get_object_or_404(members, public_id=public_id)
    branch = member.branches.on(reach.day).select_related("organization").get().organization
    if not reach.allows_at(Permission.MANAGE_MEMBERS, branch.path):
        raise refusal(Permission.MANAGE_MEMBERS, f"“{branch.short_name}”所在单位")
    hospital = hospital_of(branch) or branch
    initial = {"sent_date": reach.day, "letter_number": next_letter_number(hospital, reach.day)}
    form = SendForm(request.POST or None, day=reach.day, initial=initial)
    facts = [("党员", member.person.name), ("现组织", f"{hospital.name} {branch.name}")]

    def act(data: dict[str, Any]) -> Transfer:
        return services.send_transfer(
            member=member, **data, by=signed_in_user(request), at=moment_of(request)
        )

    words = {
        "title": "组织关系转出",
        "verb": "开出介绍信",
        "about": "对方接收之前，该党员仍由本单位负责管理，计入本单位党员数。",
        "done": "转接已开出，可以下载介绍信。",
    }
    return answer(request, form, words, facts, act)


@login_required
@require_http_methods(GET_OR_POST)
def transfer_receive(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take in a member who was sent to one's hospital."""
    shown = receivable_transfer(request, public_id)
    hospital, day = shown.row.target, request_reach(request).day
    if hospital is None:
        raise refusal(Permission.MANAGE_MEMBERS, "转入单位")
    form = ReceiveForm(request.POST or None, hospital=hospital, day=day, initial={"received_date": day})

    def act(data: dict[str, Any]) -> Transfer:
        return services.receive_transfer(
            transfer=shown.row, **data, by=signed_in_user(request), at=moment_of(request)
        )

    words = {"title": "接收组织关系", "verb": "接收", "done": "已接收，该党员已编入本院支部。"}
    return answer(request, form, words, facts_of(shown), act, transfer=shown)


@login_required
@require_http_methods(GET_OR_POST)
def transfer_return(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send a transfer back to its sender."""
    shown = receivable_transfer(request, public_id)
    form = ReturnForm(request.POST or None, initial={"date": request_reach(request).day})

    def act(data: dict[str, Any]) -> None:
        services.return_transfer(
            transfer=shown.row, **data, by=signed_in_user(request), at=moment_of(request)
        )

    words = {"title": "退回组织关系转接", "verb": "退回", "done": "已退回，转出单位会看到原因。"}
    return answer(request, form, words, facts_of(shown), act, transfer=shown)


@login_required
@require_http_methods(GET_OR_POST)
def transfer_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Withdraw a transfer that nobody has received."""
    shown = sendable_transfer(request, public_id)
    form = CancelForm(request.POST or None, initial={"date": request_reach(request).day})

    def act(data: dict[str, Any]) -> Transfer:
        return services.cancel_transfer(
            transfer=shown.row, **data, by=signed_in_user(request), at=moment_of(request)
        )

    words = {"title": "撤回组织关系转接", "verb": "撤回", "done": "已撤回，党员仍在原支部。"}
    return answer(request, form, words, facts_of(shown), act, transfer=shown)


@login_required
@require_http_methods(GET_OR_POST)
def transfer_conclude(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Conclude a transfer out of the system by its receipt slip."""
    shown = sendable_transfer(request, public_id)
    form = ConcludeForm(request.POST or None)

    def act(data: dict[str, Any]) -> Transfer:
        return services.conclude_outside(
            transfer=shown.row, **data, by=signed_in_user(request), at=moment_of(request)
        )

    words = {"title": "登记回执", "verb": "登记", "done": "回执已登记，转接办结。"}
    return answer(request, form, words, facts_of(shown), act, transfer=shown)


def answer(
    request: HttpRequest,
    form: Form,
    words: dict[str, str],
    facts: list[tuple[str, str]],
    act: Callable[[dict[str, Any]], Transfer | None],
    *,
    transfer: TransferView | None = None,
) -> HttpResponse:
    """Show a form; when the service accepts it, go to the transfer, or to the list where one reads it no more."""
    if request.method == "POST" and form.is_valid():
        try:
            changed = act(form.cleaned_data)
        except (MembersError, OrganizationError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, words["done"])
            return redirect("members:transfer", changed.public_id) if changed else redirect(inbox())
    data = {"form": form, "words": words, "facts": facts, "transfer": transfer}
    return render(request, "members/transfer_form.html", data)


def inbox() -> str:
    """Return the address of the receiver's list."""
    return f"{reverse('members:transfers')}?box=in"


def facts_of(shown: TransferView) -> list[tuple[str, str]]:
    """Return what both sides know of a transfer, for the head of a form."""
    return [
        ("党员", f"{shown.row.member.person.name}（{shown.status}）"),
        ("转出单位", shown.sender.name),
        ("转入单位", shown.destination),
        ("介绍信", shown.row.letter_number or "未编号"),
        ("有效期至", f"{shown.row.valid_until}"),
    ]


def visible_transfer(request: HttpRequest, public_id: UUID) -> TransferView:
    """Return a transfer of either side; 404 for any other."""
    reach = request_reach(request)
    row = get_object_or_404(ordered(Transfer.objects.visible_to(reach)), public_id=public_id)
    return views_of([row], reach)[0]


def receivable_transfer(request: HttpRequest, public_id: UUID) -> TransferView:
    """Return a transfer into one's hospital; a refusal for the sender's side."""
    shown = visible_transfer(request, public_id)
    if not shown.may_receive:
        raise refusal(Permission.MANAGE_MEMBERS, "转入单位")
    return shown


def sendable_transfer(request: HttpRequest, public_id: UUID) -> TransferView:
    """Return a transfer out of one's hospital; a refusal for the receiver's side and for who only reads."""
    shown = visible_transfer(request, public_id)
    if not shown.may_send:
        raise refusal(Permission.MANAGE_MEMBERS, "转出单位")
    return shown
