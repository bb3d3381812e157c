"""Pages that move a sheet: sign and submit, withdraw, begin and conclude a review, return, confirm in bulk."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from qiangji.accounts import throttling
from qiangji.assessments.completeness import given, missing_points, promises_of
from qiangji.assessments.exceptions import (
    AssessmentError,
    Incomplete,
    NotAllowed,
    OutOfReach,
    Unanswered,
    Unseen,
    WrongSignature,
)
from qiangji.assessments.forms import ReturnForm, SubmitForm, WithdrawForm
from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import may_move, review_permission, who_may
from qiangji.assessments.services.evaluating import catch_up
from qiangji.assessments.services.moves import (
    conclude_review,
    return_sheet,
    stage_totals,
    start_review,
    submit,
    withdraw_sheet,
)
from qiangji.assessments.services.reviewing import confirm_agreed
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import Position, State, move_from
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.lib.dates import local_day
from qiangji.lib.sent import seen_version
from qiangji.orgs.authorization import Permission
from qiangji.orgs.requests import moment_of, request_reach

REVIEWS: dict[str, Callable[..., Sheet]] = {
    "start_acceptance": start_review,
    "start_rating": start_review,
    "conclude_acceptance": conclude_review,
    "conclude_rating": conclude_review,
}


def sheet_for_move(request: HttpRequest, sheet_id: UUID, verb: str) -> Sheet | HttpResponse:
    """Return the sheet if this person may make a move now; a sheet that has moved on sends back to its page."""
    return checked_for_move(request, readable_sheet(request, sheet_id), verb)


def checked_for_move(request: HttpRequest, sheet: Sheet, verb: str) -> Sheet | HttpResponse:
    """Return a sheet that was read already if this person may make a move now, as ``sheet_for_move``."""
    move = move_from(sheet.state, verb)
    if move is None:
        messages.warning(request, f"考评表的状态已变为“{State(sheet.state).label}”，这一步已不需要办理。")
        return redirect("assessments:sheet", sheet.public_id)
    if not may_move(request_reach(request), sheet, move):
        permission = Permission.SIGN_SHEET if move.position == Position.OWN else review_permission(sheet)
        raise PermissionDenied(f"“{move.label}”由{who_may(sheet, move.position, permission)}办理。")
    return sheet


@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "POST"])
def submit_sheet(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Sign and submit: what is missing first, each a link; then the meeting and the signature."""
    sheet = sheet_for_move(request, sheet_id, "submit")
    if isinstance(sheet, HttpResponse):
        return sheet
    form = SubmitForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and throttling.is_locked(request):
        form.add_error(None, throttling.LOCKED)
    elif request.method == "POST" and form.is_valid():
        try:
            submit(
                reach=request_reach(request),
                sheet_id=sheet.public_id,
                meeting_date=form.cleaned_data["meeting_date"],
                minutes_number=form.cleaned_data["minutes_number"],
                password=form.cleaned_data["password"],
                seen_version=seen_version(request),
                at=moment_of(request),
            )
        except Incomplete:
            form.add_error(None, "提交之前又有条目变得不完整，请先补齐下面列出的各条。")
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except WrongSignature as error:
            form.add_error(None, f"{error}{throttling.count_failure(request)}")
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            throttling.forget_failures(request)
            messages.success(request, "已签字并提交。提交后内容锁定，等待上级验收。")
            return redirect("assessments:sheet", sheet.public_id)
    at = moment_of(request)
    catch_up(sheet=sheet, as_of=local_day(at), at=at, by=request_reach(request).user)
    rows = given(sheet, Stage.SELF)
    context = {
        "sheet": sheet,
        "form": form,
        "missing": missing_points(rows, Stage.SELF),
        "carried": [row.answer for row in rows if row.answer.is_carried],
        "totals": stage_totals(rows),
        "promised": sorted(promises_of(rows).items(), key=lambda pair: pair[1]),
        "today": local_day(at),
        "deadline": sheet.deadline_of(Stage.SELF),
    }
    return render(request, "assessments/submit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def return_for_revision(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Return a sheet with a reason."""
    sheet = sheet_for_move(request, sheet_id, "return")
    if isinstance(sheet, HttpResponse):
        return sheet
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return_sheet(
                reach=request_reach(request),
                sheet_id=sheet.public_id,
                reason=form.cleaned_data["reason"],
                seen_version=seen_version(request),
                at=moment_of(request),
            )
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已退回{sheet.organization_name}，对方修改后可重新提交。")
            return redirect("assessments:list")
    return render(request, "assessments/return.html", {"sheet": sheet, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Take back one's own sheet before its acceptance begins, with a reason."""
    sheet = sheet_for_move(request, sheet_id, "withdraw")
    if isinstance(sheet, HttpResponse):
        return sheet
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_sheet(
                reach=request_reach(request),
                sheet_id=sheet.public_id,
                reason=form.cleaned_data["reason"],
                seen_version=seen_version(request),
                at=moment_of(request),
            )
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已撤回，考评表重新开放填写。改好后请再签字提交。")
            return redirect("assessments:sheet", sheet.public_id)
    context = {
        "sheet": sheet,
        "form": form,
        "today": local_day(moment_of(request)),
        "deadline": sheet.deadline_of(Stage.SELF),
    }
    return render(request, "assessments/withdraw.html", context)


@login_required
@require_POST
def move_sheet(request: HttpRequest, sheet_id: UUID, verb: str) -> HttpResponse:
    """Begin or conclude acceptance or rating. What is missing is named, each a link; what changed meanwhile is shown first."""
    if verb not in REVIEWS:
        raise Http404("没有这一步。")
    return make_move(request, readable_sheet(request, sheet_id), verb)


def make_move(request: HttpRequest, sheet: Sheet, verb: str) -> HttpResponse:
    """Make one of these moves as the page sent it, and answer with what it led to, or with what it still asks for."""
    shown = {"seen_changes": request.POST.get("seen_changes", "")} if verb.startswith("conclude") else {}
    try:
        moved = REVIEWS[verb](
            reach=request_reach(request),
            sheet_id=sheet.public_id,
            verb=verb,
            seen_version=seen_version(request),
            at=moment_of(request),
            **shown,
        )
    except Unseen as error:
        context = {
            "sheet": sheet,
            "changes": error.changes,
            "verb": verb,
            "is_again": bool(shown["seen_changes"]),
        }
        status = 409 if context["is_again"] else 200
        return render(request, "assessments/conclude.html", context, status=status)
    except Unanswered:
        return redirect("assessments:vetoes", sheet.public_id)
    except Incomplete as error:
        context = {"sheet": sheet, "missing": error.missing, "verb": verb}
        return render(request, "assessments/incomplete.html", context, status=409)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except AssessmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"考评表状态：{moved.get_state_display()}。")
    return redirect("assessments:sheet", sheet.public_id)


@login_required
@require_POST
def confirm_rest(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Confirm all criteria on which the reviewer agrees, of one part or of the whole sheet."""
    sheet = readable_sheet(request, sheet_id)
    part = request.POST.get("section", "")
    stage = request.POST.get("stage", "")
    if stage not in Stage.values or (part and not (part.isdecimal() and len(part) < 3)):
        raise Http404("没有这个部分。")
    try:
        count = confirm_agreed(
            reach=request_reach(request),
            sheet_id=sheet.public_id,
            stage=stage,
            section=int(part) if part else None,
            at=moment_of(request),
        )
    except OutOfReach as error:
        raise Http404(str(error)) from error
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except AssessmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"已确认 {count} 条与前一阶段一致的得分。")
    return redirect("assessments:sheet", sheet.public_id)
