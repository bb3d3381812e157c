"""Holding one sheet against the facts, asked for by those who fill it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from qiangji.assessments.exceptions import Locked, NotAllowed
from qiangji.assessments.services.carrying import check_fillable
from qiangji.assessments.services.evaluating import evaluate_sheets
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.lib.dates import local_day
from qiangji.orgs.requests import moment_of, request_reach


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
