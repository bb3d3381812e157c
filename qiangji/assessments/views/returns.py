"""Pages of single criteria that come back: the reviewer returns some, the organization amends them, its secretary signs."""

from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.accounts import throttling
from qiangji.assessments.exceptions import AssessmentError, Incomplete, NotAllowed, Refused, WrongSignature
from qiangji.assessments.forms_returns import DueForm, SignForm
from qiangji.assessments.models import AmendmentFile, Answer, CriterionReturn, Sheet
from qiangji.assessments.permissions import (
    WAITS_FOR_AMENDMENT,
    acts_from,
    holds_at,
    may_read,
    may_return_criteria,
    who_may,
    who_returns,
    why_unreadable,
)
from qiangji.assessments.selectors.evidence import attached_to
from qiangji.assessments.selectors.returns import are_ready, returns_of
from qiangji.assessments.services.amending import (
    attach_amendment_file,
    drop_amendment_file,
    missing_in,
    open_returns,
    save_amendment,
    seen_digest,
    sign_amendment,
)
from qiangji.assessments.services.evaluating import catch_up
from qiangji.assessments.services.returning import cancel_return, return_criteria
from qiangji.assessments.states import Position, State
from qiangji.assessments.views.evidence import Failure, attempt, chosen_ids
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.assessments.views.saving import read_points
from qiangji.files.exceptions import BytesMissing
from qiangji.files.kinds import ACCEPT, ACCEPTED
from qiangji.files.names import clean_name
from qiangji.files.responses import serve
from qiangji.lib.dates import is_past, local_day
from qiangji.lib.sent import seen_version
from qiangji.lib.typed import storable, typed_words
from qiangji.orgs.authorization import Permission
from qiangji.orgs.requests import moment_of, request_reach

MOST_FILES = 20


@login_required
@require_GET
def list_returns(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """What came back of a sheet: what is out until when, what was amended with before and after, what was cancelled."""
    sheet = readable_sheet(request, sheet_id)
    reach, at = request_reach(request), moment_of(request)
    rows = list(returns_of(sheet))
    out = [row for row in rows if row.is_open]
    context = {
        "sheet": sheet,
        "out": [(row, is_past(row.due_date, at=at)) for row in out],
        "ended": [row for row in rows if not row.is_open],
        "may_return": may_return_criteria(reach, sheet),
        "may_amend": acts_from(reach, sheet, Position.OWN, Permission.FILL_SHEET),
        "may_sign": acts_from(reach, sheet, Position.OWN, Permission.SIGN_SHEET),
        "is_ready": are_ready(out),
        "is_own": holds_at(reach, sheet.organization_id, Permission.SEE_LIVE_SHEET, own=True),
    }
    return render(request, "assessments/returns.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_returns(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Return criteria, each with its reason, until a day; what has no reason stays where it is."""
    sheet = readable_sheet(request, sheet_id)
    reach, at = request_reach(request), moment_of(request)
    if sheet.writable_stage not in WAITS_FOR_AMENDMENT:
        messages.warning(request, f"考评表现在是“{State(sheet.state).label}”，不能退回单个条目。")
        return redirect("assessments:sheet", sheet.public_id)
    if not may_return_criteria(reach, sheet):
        raise PermissionDenied(f"退回条目由{who_returns(sheet)}办理。")
    days = sheet.cycle.answer_days
    first = {"due_date": local_day(at) + timedelta(days=days)} if days else {}
    form = DueForm(request.POST or None, initial=first)
    names = [name for name in request.POST if name.startswith("reason-")]
    typed = {name[7:]: typed_words(request.POST.get(name, "")) for name in names}
    reasons = {code: words for code, words in typed.items() if words}
    if request.method == "POST" and form.is_valid():
        try:
            rows = return_criteria(
                reach=reach,
                sheet_id=sheet.public_id,
                reasons=reasons,
                due_date=form.cleaned_data["due_date"],
                seen_version=seen_version(request),
                at=at,
            )
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except AssessmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, f"已退回 {len(rows)} 条，对方改好并签字后会标出前后变化；其余条目照常办理。"
            )
            return redirect("assessments:sheet", sheet.public_id)
    context = {"sheet": sheet, "form": form, "parts": parts_of(sheet, reasons, request.GET.get("code", ""))}
    return render(request, "assessments/return_criteria.html", context)


def parts_of(sheet: Sheet, reasons: dict[str, str], code: str) -> list[dict[str, Any]]:
    """Return the criteria part by part, with what was typed; the part asked for is open, else the first."""
    answers = Answer.objects.filter(sheet=sheet).select_related("criterion__group__section")
    out = set(
        sheet.criterion_returns.filter(state=CriterionReturn.State.OPEN).values_list("answer_id", flat=True)
    )
    rows = [
        {
            "criterion": answer.criterion,
            "is_out": answer.pk in out,
            "reason": reasons.get(answer.criterion.code, ""),
            "is_asked": answer.criterion.code == code,
        }
        for answer in answers.order_by("criterion__position")
    ]
    parts = groupby(rows, key=lambda row: row["criterion"].group.section)  # type: ignore[attr-defined]
    found = [(section, list(members)) for section, members in parts]
    asked = any(row["is_asked"] or row["reason"] for row in rows)
    return [
        {
            "section": section,
            "rows": members,
            "is_open": (place == 0 and not asked) or any(row["is_asked"] or row["reason"] for row in members),
        }
        for place, (section, members) in enumerate(found)
    ]


def visible_return(request: HttpRequest, return_id: UUID) -> CriterionReturn:
    """Return one return of a sheet that may be read. Raises Http404 or PermissionDenied."""
    reach = request_reach(request)
    rows = CriterionReturn.objects.filter(sheet__in=Sheet.objects.visible_to(reach).order_by())
    row = get_object_or_404(
        rows.select_related(
            "sheet__organization", "sheet__cycle", "sheet__edition", "answer__criterion", "returned_by", "edited_by"
        ),
        public_id=return_id,
    )  # fmt: skip
    if not may_read(reach, row.sheet):
        raise PermissionDenied(why_unreadable(row.sheet))
    return row


@login_required
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, return_id: UUID) -> HttpResponse:
    """Write the amendment of one criterion: own mark, text, files; seen by nobody above until it is signed."""
    row = visible_return(request, return_id)
    if not acts_from(request_reach(request), row.sheet, Position.OWN, Permission.FILL_SHEET):
        raise PermissionDenied(
            f"修改退回的条目由{who_may(row.sheet, Position.OWN, Permission.FILL_SHEET)}办理。"
        )
    if not row.is_open:
        messages.warning(request, f"{row.answer.criterion.code} 的退回{row.get_state_display()}。")
        return redirect("assessments:returns", row.sheet.public_id)
    if request.method == "POST":
        failures = written(request, row)
        if not failures:
            messages.success(request, f"{row.answer.criterion.code} 的修改已保存，书记签字后生效。")
            return redirect("assessments:returns", row.sheet.public_id)
        return amend_page(request, row, failures)
    return amend_page(request, row, [])


def written(request: HttpRequest, row: CriterionReturn) -> list[Failure]:
    """Store what was typed and uploaded; return what was not taken, and why."""
    reach, at = request_reach(request), moment_of(request)
    failures: list[Failure] = []

    def save() -> None:
        save_amendment(
            reach=reach,
            return_id=row.public_id,
            points=read_points(request.POST.get("points", "").strip()),
            text=storable(request.POST.get("text", "")),
            removes=chosen_ids(request),
            seen_version=seen_version(request),
            at=at,
        )

    attempt(failures, "没有保存", save)
    if failures:
        return failures
    dropped = {value for value in request.POST.getlist("drop") if len(value) < 40}
    for file in row.files.filter(detached_at__isnull=True):
        if str(file.public_id) in dropped:
            attempt(
                failures,
                file.filename,
                lambda file=file: drop_amendment_file(reach=reach, file=file, at=at),  # type: ignore[misc]
            )
    for upload in request.FILES.getlist("files")[:MOST_FILES]:
        attempt(
            failures,
            clean_name(upload.name or ""),
            lambda upload=upload: attach_amendment_file(  # type: ignore[misc]
                reach=reach, return_id=row.public_id, upload=upload, at=at
            ),
        )
    return failures


def amend_page(request: HttpRequest, row: CriterionReturn, failures: list[Failure]) -> HttpResponse:
    """Draw the page of one amendment, with what was typed where it was not stored."""
    stored = CriterionReturn.objects.select_related("edited_by").get(pk=row.pk)
    typed = request.POST if request.method == "POST" else None
    criterion = row.answer.criterion
    context = {
        "row": row,
        "stored": stored,
        "sheet": row.sheet,
        "criterion": criterion,
        "failures": failures,
        "points": typed.get("points", "") if typed is not None else None,
        "text": typed.get("text", "") if typed is not None else stored.text,
        "allowed": criterion.allowed_values(),
        "attached": attached_to(row.answer),
        "removes": set(chosen_ids(request))
        if typed is not None
        else set(row.removes.values_list("public_id", flat=True)),
        "files": row.files.filter(detached_at__isnull=True).select_related("content"),
        "is_late": is_past(row.due_date, at=moment_of(request)),
        "max_megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
        "accept": ACCEPT,
        "accepted": ACCEPTED,
    }
    return render(request, "assessments/amend.html", context, status=409 if failures else 200)


@login_required
@require_GET
def amendment_file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """Hand out a file of an amendment, inside the organization only; once signed it is evidence like any other."""
    file = get_object_or_404(
        AmendmentFile.objects.select_related("content", "criterion_return"), public_id=file_id
    )
    row = visible_return(request, file.criterion_return.public_id)
    if not holds_at(request_reach(request), row.sheet.organization_id, Permission.SEE_LIVE_SHEET, own=True):
        raise PermissionDenied("修改签字之前，只有填报单位可以打开这份材料。")
    try:
        return serve(file, inline="download" not in request.GET)
    except BytesMissing as error:
        raise Http404(str(error)) from error


@login_required
@require_POST
def cancel(request: HttpRequest, return_id: UUID) -> HttpResponse:
    """Take a return back."""
    row = visible_return(request, return_id)
    try:
        cancel_return(
            reach=request_reach(request),
            return_id=row.public_id,
            reason=request.POST.get("reason", ""),
            at=moment_of(request),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except AssessmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"已取消 {row.answer.criterion.code} 的退回，原来的内容不变。")
    return redirect("assessments:returns", row.sheet.public_id)


@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Sign all amendments of a sheet: before and after of each, what is missing, the password."""
    sheet = readable_sheet(request, sheet_id)
    reach = request_reach(request)
    if not acts_from(reach, sheet, Position.OWN, Permission.SIGN_SHEET):
        raise PermissionDenied(f"签字由{who_may(sheet, Position.OWN, Permission.SIGN_SHEET)}办理。")
    form = SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and throttling.is_locked(request):
        form.add_error(None, throttling.LOCKED)
    elif request.method == "POST" and form.is_valid():
        try:
            sign_amendment(
                reach=reach,
                sheet_id=sheet.public_id,
                password=form.cleaned_data["password"],
                seen=request.POST.get("seen", ""),
                at=moment_of(request),
            )
        except Incomplete:
            form.add_error(None, "还有条目没有改好，请先处理下面列出的各条。")
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except WrongSignature as error:
            form.add_error(None, f"{error}{throttling.count_failure(request)}")
        except (AssessmentError, Refused) as error:
            form.add_error(None, str(error))
        else:
            throttling.forget_failures(request)
            messages.success(request, "已签字提交。改过的条目会标给上级重新核对。")
            return redirect("assessments:sheet", sheet.public_id)
    out = [row for row in returns_of(sheet) if row.is_open]
    if not out:
        messages.warning(request, "没有等待签字的退回条目。")
        return redirect("assessments:returns", sheet.public_id)
    at = moment_of(request)
    catch_up(sheet=sheet, as_of=local_day(at), at=at, by=reach.user)
    context = {
        "sheet": sheet,
        "form": form,
        "out": out,
        "seen": seen_digest(out),
        "missing": missing_in(sheet, open_returns(sheet)),
        "today": local_day(at),
    }
    return render(request, "assessments/sign_amendment.html", context)
