"""Holding one sheet against the facts, asked for by those who fill it; and what one record does for a sheet."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from qiangji.assessments.exceptions import Locked, NotAllowed
from qiangji.assessments.permissions import Basis, may_fill, sees_basis
from qiangji.assessments.selectors.late import late_codes
from qiangji.assessments.selectors.proposals import basis_of, sheets_served
from qiangji.assessments.services.carrying import check_fillable
from qiangji.assessments.services.evaluating import catch_up, evaluate_sheets, judges_for
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.ledgers.models import Record
from qiangji.lib.dates import local_day
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.scoring.affecting import index_of


@login_required
@require_POST
def evaluate(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Propose marks from what is recorded by today, and lead back to the sheet."""
    sheet = readable_sheet(request, sheet_id)
    reach = request_reach(request)
    try:
        check_fillable(reach, sheet)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Locked as error:
        messages.warning(request, str(error))
        return redirect("assessments:sheet", sheet.public_id)
    at = moment_of(request)
    done = evaluate_sheets(
        cycle=sheet.cycle, as_of=local_day(at), at=at, by=reach.user, organization=sheet.organization
    )
    if done.proposals:
        messages.success(request, f"已按登记的事实核对 {done.proposals} 条，{done.changed} 条建议有变动。")
    else:
        messages.info(request, "这张表所用的标准没有可以按事实核对的条目。")
    return redirect("assessments:sheet", sheet.public_id)


@login_required
@require_POST
def bring_up_to_date(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Evaluate again what new facts touch, and say which proposals changed; asked for by the sheet that finds itself behind."""
    sheet = readable_sheet(request, sheet_id)
    reach = request_reach(request)
    try:
        check_fillable(reach, sheet)
    except (NotAllowed, Locked) as error:
        raise PermissionDenied(str(error)) from error
    at = moment_of(request)
    done = catch_up(sheet=sheet, as_of=local_day(at), at=at, by=reach.user)
    return render(request, "assessments/_caught_up.html", {"sheet": sheet, "done": done})


@login_required
@require_GET
def basis(request: HttpRequest, sheet_id: UUID, code: str) -> HttpResponse:
    """Show what a proposal rests on, reckoned anew while it is looked at.

    For those who fill the sheet; once it is handed in, for whoever of the organization reads it, and for its reviewers
    where a difference arose after the signature. Records stay with those who may read them; others see counts.
    """
    sheet = readable_sheet(request, sheet_id)
    reach = request_reach(request)
    sees = sees_basis(reach, sheet)
    if sees == Basis.NONE or (sees == Basis.LATE and code not in late_codes(sheet)):
        raise PermissionDenied(
            f"建议的依据，填报时由填报人查看，提交以后{sheet.organization_name}能查看填报中考评表的人员也可以查看；"
            "验收、评定和抽查的人员只能查看提交后有变动的条目。"
        )
    found = basis_of(sheet, code, as_of=local_day(moment_of(request)), reach=reach)
    return render(request, "assessments/_proposal.html", found)


@login_required
@require_POST
def served(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Say which criteria a record counts for, and, to those who fill the sheet, which proposals it has just changed."""
    reach = request_reach(request)
    record = get_object_or_404(Record.objects.visible_to(reach), public_id=record_id)
    kinds = [f"record.{kind}" for kind in record.kinds.values_list("kind", flat=True)]
    at = moment_of(request)
    found = []
    for sheet in sheets_served(record):
        done = catch_up(sheet=sheet, as_of=local_day(at), at=at, by=reach.user)
        codes = index_of(judges_for(sheet.edition)).touched(kinds)
        found.append({"sheet": sheet, "codes": codes, "done": done, "may_fill": may_fill(reach, sheet)})
    return render(request, "assessments/_served.html", {"served": found})
