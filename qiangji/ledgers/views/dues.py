"""Dues 党费: the figures of all branches, one branch's month in a few clicks, and a member's year."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.selectors import hours_of
from qiangji.ledgers.selectors.dues import (
    MONTHS,
    DuesBoard,
    DuesLine,
    board_of,
    dues_branches,
    figures_of,
    keeps_dues,
    paid_months,
)
from qiangji.ledgers.services.dues import DuesInput, month_after, record_dues, remove_dues
from qiangji.members.models import Member
from qiangji.members.views.access import visible_member
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal

EARLIEST = 2000


def month_named(text: str, today: date) -> date:
    """Return the first day of a month written as 2026-11; 404 for anything else and for years to come."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404(text) from None
    if not EARLIEST <= month.year <= today.year:
        raise Http404(text)
    return month


def month_before(month: date) -> date:
    """Return the first day of the month before."""
    return date(month.year - 1, 12, 1) if month.month == 1 else month.replace(month=month.month - 1)


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show a month's figures of every branch one may read: how many owe, paid, how much; no person's amount."""
    reach = request_reach(request)
    if not reach.may_somewhere(Permission.SEE_LEDGERS):
        raise refusal(Permission.SEE_LEDGERS, "本单位")
    month = month_named(request.GET.get("month") or f"{reach.day:%Y-%m}", reach.day)
    figures = figures_of(list(dues_branches(reach)), month)
    data = {
        "month": month,
        "latest": reach.day,
        "lines": [(line, keeps_dues(reach, line.branch)) for line in figures],
        "owing": sum(line.owing for line in figures),
        "paid": sum(line.paid for line in figures),
        "amount": sum((line.amount for line in figures), Decimal("0.00")),
        "year_amount": sum((line.year_amount for line in figures), Decimal("0.00")),
    }
    return render(request, "ledgers/dues_home.html", data)


@login_required
@require_http_methods(["GET", "POST"])
def branch_month(request: HttpRequest, public_id: UUID, month: str) -> HttpResponse:
    """Show and record a branch's dues of one month; what was typed comes back with the reason when it is refused."""
    reach = request_reach(request)
    branch = get_object_or_404(dues_branches(reach), public_id=public_id)
    if not keeps_dues(reach, branch):
        raise refusal(Permission.RECORD_LEDGERS, f"“{branch.short_name}”")
    first = month_named(month, reach.day)
    board = board_of(branch, first)
    error = ""
    if request.method == "POST":
        try:
            done = save(request, branch, first, board)
        except LedgersError as refused:
            error = str(refused)
        else:
            messages.success(request, done)
            return redirect("ledgers:dues", branch.public_id, month)
    return render(request, "ledgers/dues.html", page_of(request, branch, first, board, error))


def page_of(
    request: HttpRequest, branch: Organization, month: date, board: DuesBoard, error: str
) -> dict[str, Any]:
    """Return what the page of a branch's month shows."""
    reach = request_reach(request)
    typed = request.POST if error else None
    after = month_after(month)
    return {
        "branch": branch,
        "month": month,
        "months": range(1, MONTHS + 1),
        "rows": [(line, amount_shown(line, typed), is_ticked(line, typed)) for line in board.lines],
        "board": board,
        "year_total": sum(board.totals, Decimal("0.00")),
        "error": error,
        "paid_date": typed.get("paid_date", "") if typed else reach.day.isoformat(),
        "today": reach.day,
        "before": month_before(month) if month_before(month).year >= EARLIEST else None,
        "after": after if after.year <= reach.day.year else None,
    }


def amount_shown(line: DuesLine, typed: Any) -> str:
    """Return what the amount field of a member holds: what was typed, paid, or paid last time."""
    if typed is not None:
        return str(typed.get(f"amount_{line.member.public_id}", ""))
    amount = line.payment.amount if line.payment else line.default
    return "" if amount is None else str(amount)


def is_ticked(line: DuesLine, typed: Any) -> bool:
    """Say whether a member's box is ticked."""
    if typed is not None:
        return str(line.member.public_id) in typed.getlist("paid")
    return line.payment is not None


@transaction.atomic
def save(request: HttpRequest, branch: Organization, month: date, board: DuesBoard) -> str:
    """Record what was ticked and take back what was unticked; with ``all``, everybody with an amount counts as ticked."""
    ticked = set(request.POST.getlist("paid"))
    everybody = "all" in request.POST
    facts: dict[str, Any] = {"by": signed_in_user(request), "at": moment_of(request)}
    rows, removed = [], 0
    for line in board.lines:
        key = str(line.member.public_id)
        if line.paid_elsewhere:
            continue
        if key in ticked or everybody:
            rows.append(row_of(request, branch, month, line))
        elif line.payment is not None and key in request.POST.getlist("shown"):
            remove_dues(payment=line.payment, **facts)
            removed += 1
    recorded = record_dues(rows=rows, **facts)
    said = [f"已登记 {recorded.created} 人"]
    said += [f"更正 {recorded.changed} 人"] if recorded.changed else []
    said += [f"取消 {removed} 人"] if removed else []
    return f"{month.year}年{month.month}月党费：{'，'.join(said)}。"


def row_of(request: HttpRequest, branch: Organization, month: date, line: DuesLine) -> DuesInput:
    """Read one member's amount; one that was paid before keeps its day of payment."""
    name = line.member.person.name
    text = request.POST.get(f"amount_{line.member.public_id}", "").strip()
    if not text:
        raise LedgersError(f"{name}：没有填写金额，也没有上月金额可用，请填写。")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise LedgersError(f"{name}：金额“{text}”不是数字，请改为如 12.50。") from None
    if line.payment is not None:
        paid_date = line.payment.paid_date
    else:
        paid_date = day_typed(request.POST.get("paid_date", ""))
    return DuesInput(line.member, branch, month, amount, paid_date)


def day_typed(text: str) -> date:
    """Read the day of payment. Raises LedgersError where there is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LedgersError(f"交纳日期“{text}”有误，请填如 2026-11-05。") from None


@login_required
@require_GET
def member_year(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Return a member's hours and dues of this year, as part of the member's page; dues for their keepers only."""
    member, branch = visible_member(request, public_id)
    keeps = keeps_dues(request_reach(request), branch.organization)
    return year_part(request, member, [branch.organization_id] if keeps else [], sees_dues=keeps)


@login_required
@require_GET
def my_year(request: HttpRequest) -> HttpResponse:
    """Return one's own hours and dues of this year, as part of one's own page."""
    member = get_object_or_404(Member.objects.select_related("person"), person__user=signed_in_user(request))
    return year_part(request, member, None, sees_dues=True)


def year_part(
    request: HttpRequest, member: Member, branches: list[int] | None, *, sees_dues: bool
) -> HttpResponse:
    """Draw the part about one year."""
    year = request_reach(request).day.year
    paid = paid_months(member, year, branches) if sees_dues else {}
    data = {
        "hours": hours_of([member.person], year).get(member.person_id, Decimal(0)),
        "paid": sorted(paid.items()),
        "total": sum(paid.values(), Decimal("0.00")),
        "sees_dues": sees_dues,
        "year": year,
    }
    return render(request, "ledgers/dues_member_year.html", data)
