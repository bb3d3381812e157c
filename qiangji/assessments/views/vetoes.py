"""The page on which the rating authority answers for the vetoes before it rates."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qiangji.assessments.exceptions import AssessmentError, NotAllowed
from qiangji.assessments.services.vetoes import VetoAnswer, answer_vetoes
from qiangji.assessments.states import State
from qiangji.assessments.vetoes import last_answers, sheet_vetoes
from qiangji.assessments.views.moves import sheet_for_move
from qiangji.lib.sent import seen_version
from qiangji.lib.typed import typed_words
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.standards.models import Veto


def read_answers(request: HttpRequest, vetoes: list[Veto]) -> list[VetoAnswer]:
    """Read the answers that were chosen; one that was not is left out and named by the service."""
    chosen = {veto.number: request.POST.get(f"veto-{veto.number}", "") for veto in vetoes}
    return [
        VetoAnswer(number, value == "yes", typed_words(request.POST.get(f"basis-{number}", "")))
        for number, value in chosen.items()
        if value in {"yes", "no"}
    ]


@login_required
@require_http_methods(["GET", "POST"])
def check_vetoes(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Answer whether each condition applies; where none does, the rating begins."""
    sheet = sheet_for_move(request, sheet_id, "start_rating")
    if isinstance(sheet, HttpResponse):
        return sheet
    vetoes = sheet_vetoes(sheet)
    failure = ""
    if request.method == "POST":
        try:
            checked = answer_vetoes(
                reach=request_reach(request),
                sheet_id=sheet.public_id,
                answers=read_answers(request, vetoes),
                seen_version=seen_version(request),
                at=moment_of(request),
            )
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except AssessmentError as error:
            failure = str(error)
        else:
            if checked.state == State.UNDER_RATING:
                messages.success(request, "没有不予评定的情形，已开始评定。")
            else:
                messages.warning(request, "已记录存在不予评定的情形，本表暂不评定。")
            return redirect("assessments:sheet", sheet.public_id)
    answers = last_answers(sheet)
    rows = [
        {
            "veto": veto,
            "last": answers.get(veto.pk),
            "chosen": request.POST.get(f"veto-{veto.number}", ""),
            "basis": request.POST.get(f"basis-{veto.number}", ""),
        }
        for veto in vetoes
    ]
    return render(request, "assessments/vetoes.html", {"sheet": sheet, "rows": rows, "failure": failure})
