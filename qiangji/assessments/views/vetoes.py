"""The page on which the vetoes are answered for: by who rates, before the rating; by who accepts where that is final."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qiangji.assessments.exceptions import AssessmentError, NotAllowed
from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import may_answer_anew, who_answers
from qiangji.assessments.services.vetoes import VetoAnswer, answer_vetoes
from qiangji.assessments.states import State
from qiangji.assessments.vetoes import answered_anew, asked_before, last_answers, sheet_vetoes
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.assessments.views.moves import checked_for_move, make_move
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


def check_may_answer(request: HttpRequest, sheet: Sheet, *, anew: bool) -> HttpResponse | None:
    """Refuse whoever does not answer for a sheet's vetoes now; one that needs no answers sends back to its page."""
    if not anew:
        checked = checked_for_move(request, sheet, asked_before(sheet))
        return checked if isinstance(checked, HttpResponse) else None
    if not may_answer_anew(request_reach(request), sheet):
        raise PermissionDenied(who_answers(sheet))
    return None


@login_required
@require_http_methods(["GET", "POST"])
def check_vetoes(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Answer whether each condition applies; where none does, the rating begins; where acceptance is final, it ends."""
    sheet = readable_sheet(request, sheet_id)
    anew = answered_anew(sheet)
    refused = check_may_answer(request, sheet, anew=anew)
    if refused is not None:
        return refused
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
            return answered(request, checked)
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
    context = {
        "sheet": sheet,
        "rows": rows,
        "failure": failure,
        "before": "" if anew else asked_before(sheet),
    }
    return render(request, "assessments/vetoes.html", context)


def answered(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Say what the answers mean; where they were asked for by the end of an acceptance, end it with them."""
    if any(check.applies for check in last_answers(sheet).values()):
        messages.warning(request, "已记录存在不予评定的情形，本表暂不评定。")
    elif sheet.state == State.UNDER_RATING:
        messages.success(request, "没有不予评定的情形，已开始评定。")
    else:
        messages.success(request, "已记录没有不予评定的情形。")
    if sheet.state == State.UNDER_ACCEPTANCE:
        return make_move(request, sheet, "conclude_acceptance")
    return redirect("assessments:sheet", sheet.public_id)
