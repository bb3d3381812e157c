"""What is stated about ledgers: that one is complete, that nothing happened, and a branch's monthly self-check."""

import calendar
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.ledgers import selectors
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import Declaration
from qiangji.ledgers.recorders import may_record
from qiangji.ledgers.services.declarations import declare, withdraw_declaration
from qiangji.ledgers.services.self_checks import confirm_self_check
from qiangji.ledgers.views.access import MANAGE, RECORD, SEE, ledger_organization
from qiangji.ledgers.vocabulary import KINDS, LedgerKind
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal

GET_OR_POST = ["GET", "POST"]
FIRST_YEAR = 2000


@dataclass(frozen=True)
class Cell:
    """One ledger in one period: how much was recorded, and what was stated."""

    start: date
    end: date
    count: int
    declaration: Declaration | None
    is_ahead: bool


def year_asked(request: HttpRequest) -> int:
    """Return the year in the address, this year where none or nonsense is given."""
    text = request.GET.get("year", "")
    this = request_reach(request).day.year
    return int(text) if text.isdecimal() and FIRST_YEAR <= int(text) <= this + 1 else this


def quarters(year: int) -> list[tuple[date, date]]:
    """Return the quarters of a year."""
    return [
        (date(year, month, 1), date(year, month + 2, calendar.monthrange(year, month + 2)[1]))
        for month in (1, 4, 7, 10)
    ]


def declared_kinds(reach: Reach, organization: Organization) -> list[LedgerKind]:
    """Return the ledgers of an organization that this person may read about."""
    restricted = reach.allows_at(Permission.SEE_RESTRICTED, organization.path)
    return [
        kind
        for kind in KINDS.values()
        if kind.is_kept_at(organization)
        and (restricted or not kind.restricted or may_record(kind, organization, reach))
    ]


def may_declare(reach: Reach, organization: Organization, kind: LedgerKind) -> bool:
    """Say whether a person may state a ledger complete: who manages them, or whose fact the kind is."""
    if kind.recorders:
        return may_record(kind, organization, reach)
    return reach.allows_at(MANAGE, organization.path)


@login_required
@require_http_methods(GET_OR_POST)
def declarations(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show ledgers by quarters; one click states a ledger complete, or that nothing happened."""
    organization = ledger_organization(request, public_id, SEE)
    reach = request_reach(request)
    kinds = declared_kinds(reach, organization)
    if request.method == "POST":
        return answer_declaration(request, organization, kinds)
    year = year_asked(request)
    periods = quarters(year)
    stated = {
        (row.kind, row.start_date, row.end_date): row
        for row in Declaration.objects.filter(
            organization=organization, withdrawn_at__isnull=True, start_date__year=year
        )
    }
    counts = [selectors.counts_of([organization], [kind.code for kind in kinds], *span) for span in periods]
    rows = []
    for kind in kinds:
        cells = [
            Cell(
                start,
                end,
                counted.get((organization.pk, kind.code), 0),
                stated.get((kind.code, start, end)),
                end > reach.day,
            )
            for (start, end), counted in zip(periods, counts, strict=True)
        ]
        rows.append((kind, cells, may_declare(reach, organization, kind)))
    context = {"organization": organization, "rows": rows, "year": year, "years": [year - 1, year, year + 1]}
    return render(request, "ledgers/declarations.html", context)


def answer_declaration(
    request: HttpRequest, organization: Organization, kinds: list[LedgerKind]
) -> HttpResponse:
    """State or take back one statement."""
    reach = request_reach(request)
    by, at = signed_in_user(request), moment_of(request)
    kind = next((one for one in kinds if one.code == request.POST.get("kind")), None)
    if not reach.allows_at(RECORD, organization.path) or (
        kind is not None and not may_declare(reach, organization, kind)
    ):
        raise refusal(MANAGE, f"“{organization.short_name}”")
    year = year_asked(request)
    try:
        if withdrawn := request.POST.get("withdraw"):
            row = get_object_or_404(Declaration, organization=organization, pk=read_key(withdrawn))
            withdraw_declaration(declaration=row, by=by, at=at)
            messages.success(request, "申明已撤回。")
        elif kind is None:
            raise LedgersError("没有这种台账，请从表中选择。")
        else:
            start, end = quarters(year)[read_quarter(request.POST.get("quarter", ""))]
            is_nil = "nil" in request.POST
            declare(
                organization=organization,
                kind=kind.code,
                start_date=start,
                end_date=end,
                is_nil=is_nil,
                by=by,
                at=at,
            )
            messages.success(
                request, f"{kind.title}：已申明{'本期无此类事项' if is_nil else '本期登记齐全'}。"
            )
    except LedgersError as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('ledgers:declarations', args=[organization.public_id])}?year={year}")


def read_key(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def read_quarter(text: str) -> int:
    """Return a quarter's place from 0. Raises LedgersError for anything else."""
    if text not in ("1", "2", "3", "4"):
        raise LedgersError("请选择一至四季度。")
    return int(text) - 1


@login_required
@require_http_methods(GET_OR_POST)
def self_check(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what the ledgers hold of each month of a year; confirm a month in one click."""
    organization = ledger_organization(request, public_id, SEE)
    reach = request_reach(request)
    year = year_asked(request)
    here = reverse("ledgers:self_check", args=[organization.public_id])
    if request.method == "POST":
        if not reach.allows_at(RECORD, organization.path):
            raise refusal(RECORD, f"“{organization.short_name}”")
        text = request.POST.get("month", "")
        month = int(text) if text in map(str, range(1, 13)) else 0
        try:
            if not month:
                raise LedgersError("请选择 1 至 12 月。")
            confirm_self_check(
                organization=organization,
                month=date(year, month, 1),
                note=request.POST.get("note", ""),
                by=signed_in_user(request),
                at=moment_of(request),
            )
            messages.success(request, f"{year} 年 {month} 月自查已确认。")
        except LedgersError as error:
            messages.error(request, str(error))
        return redirect(f"{here}?year={year}")
    last = 12 if year < reach.day.year else reach.day.month
    months = [selectors.self_check_of(organization, date(year, month, 1)) for month in range(last, 0, -1)]
    context = {
        "organization": organization,
        "months": months if year <= reach.day.year else [],
        "year": year,
        "may_record": reach.allows_at(RECORD, organization.path),
    }
    return render(request, "ledgers/self_check.html", context)
