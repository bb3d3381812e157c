"""Evidence on a criterion: the panel with its list and form, adding, using again, detaching, opening a file.

The panel is a fragment inside the sheet. Asked for by a browser as a page of its own, the same fragment comes in the
page frame, so that everything also works without script.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.assessments.exceptions import AssessmentError
from qiangji.assessments.integrity import may_raise
from qiangji.assessments.models import Answer, Evidence, Sheet
from qiangji.assessments.permissions import acts_from, holds_at, may_fill, may_read, who_may, why_unreadable
from qiangji.assessments.selectors.evidence import attached_to, detached_from, offers_for
from qiangji.assessments.services.evidence import (
    MOST_PER_ANSWER,
    REASON_LIMIT,
    attach_evidence,
    attach_existing,
    detach_evidence,
    is_inside,
    record_opening,
)
from qiangji.assessments.states import Position
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.files.exceptions import BytesMissing, FileRefused
from qiangji.files.kinds import ACCEPT, ACCEPTED
from qiangji.files.names import clean_name
from qiangji.files.responses import serve
from qiangji.orgs.authorization import Permission
from qiangji.orgs.requests import moment_of, request_reach


@dataclass(frozen=True)
class Failure:
    """A file that was not taken, and why."""

    name: str
    message: str


def wants_page(request: HttpRequest) -> bool:
    """Say whether a browser asks for a page, rather than a script for a fragment."""
    return "text/html" in request.headers.get("Accept", "") and not request.htmx  # type: ignore[attr-defined]


def answer_of(request: HttpRequest, sheet_id: UUID, code: str) -> tuple[Sheet, Answer]:
    """Return a readable sheet and one of its answers. Raises Http404 or PermissionDenied."""
    sheet = readable_sheet(request, sheet_id)
    answer = get_object_or_404(Answer.objects.select_related("criterion"), sheet=sheet, criterion__code=code)
    answer.sheet = sheet
    return sheet, answer


def check_may_change(request: HttpRequest, sheet: Sheet) -> None:
    """Refuse who has no business filling this sheet; whether it is still a draft is the services' question."""
    if not acts_from(request_reach(request), sheet, Position.OWN, Permission.FILL_SHEET):
        raise PermissionDenied(
            f"增加、移除佐证材料由{who_may(sheet, Position.OWN, Permission.FILL_SHEET)}办理。"
        )


def panel(
    request: HttpRequest, sheet: Sheet, answer: Answer, failures: list[Failure] | None = None
) -> HttpResponse:
    """Draw the panel: alone for a script, in the page frame for a browser."""
    reach = request_reach(request)
    is_own = holds_at(reach, sheet.organization_id, Permission.SEE_LIVE_SHEET, own=True)
    attached = attached_to(answer)
    context = {
        "sheet": sheet,
        "answer": answer,
        "code": answer.criterion.code,
        "attached": attached,
        "detached": detached_from(answer) if is_own else [],
        "failures": failures or [],
        "may_fill": may_fill(reach, sheet),
        "may_doubt": may_raise(reach, sheet),
        "is_full": len(attached) >= MOST_PER_ANSWER,
        "most": MOST_PER_ANSWER,
        "reason_limit": REASON_LIMIT,
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "max_megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
        "accept": ACCEPT,
        "accepted": ACCEPTED,
    }
    return answer_with(request, "assessments/_evidence.html", context)


def answer_with(request: HttpRequest, fragment: str, context: dict[str, Any]) -> HttpResponse:
    """Return a fragment alone, or inside the page frame for a browser without script."""
    if wants_page(request):
        response = render(
            request, "assessments/_evidence_page.html", context | {"fragment": fragment, "tag": "h2"}
        )
    else:
        response = render(request, fragment, context | {"tag": "h4"})
    patch_vary_headers(response, ["Accept", "HX-Request"])
    response["Cache-Control"] = "private, no-store"
    return response


def attempt(failures: list[Failure], name: str, act: Callable[[], Any]) -> None:
    """Do one thing with one file; a refusal is kept beside the file's name and the rest goes on."""
    try:
        act()
    except (AssessmentError, FileRefused) as error:
        failures.append(Failure(name, str(error)))


def done(request: HttpRequest, sheet: Sheet, answer: Answer, failures: list[Failure]) -> HttpResponse:
    """Answer after a change: the panel with what went wrong, or for a browser the page anew."""
    if failures:
        # What went wrong may be that somebody has just submitted the sheet.
        sheet.refresh_from_db(fields=["state"])
    if failures or not wants_page(request):
        return panel(request, sheet, answer, failures)
    return redirect("assessments:evidence_list", sheet.public_id, answer.criterion.code)


@login_required
@require_GET
def evidence_list(request: HttpRequest, sheet_id: UUID, code: str) -> HttpResponse:
    """The files on one criterion, with the form to add more while the sheet is being filled."""
    sheet, answer = answer_of(request, sheet_id, code)
    return panel(request, sheet, answer)


@login_required
@require_POST
def evidence_add(request: HttpRequest, sheet_id: UUID, code: str) -> HttpResponse:
    """Take one or several uploads; each refused one is named with its reason, the others are kept."""
    sheet, answer = answer_of(request, sheet_id, code)
    check_may_change(request, sheet)
    failures: list[Failure] = []
    uploads = request.FILES.getlist("files")
    if not uploads:
        failures.append(Failure("没有收到文件", "请先选择文件，再点“上传”。"))
    for upload in uploads:
        attempt(
            failures,
            clean_name(upload.name or ""),
            lambda upload=upload: attach_evidence(  # type: ignore[misc]
                answer=answer, upload=upload, by=request_reach(request).user, at=moment_of(request)
            ),
        )
    return done(request, sheet, answer, failures)


@login_required
@require_http_methods(["GET", "POST"])
def evidence_reuse(request: HttpRequest, sheet_id: UUID, code: str) -> HttpResponse:
    """Choose among the organization's files that this criterion lacks; one file may support many criteria."""
    sheet, answer = answer_of(request, sheet_id, code)
    check_may_change(request, sheet)
    if request.method == "GET":
        context = {"sheet": sheet, "answer": answer, "code": code, "offers": offers_for(answer, sheet)}
        return answer_with(request, "assessments/_evidence_reuse.html", context)
    chosen = Evidence.objects.filter(
        answer__sheet__organization=sheet.organization_id, public_id__in=chosen_ids(request)
    ).select_related("answer__sheet", "content")
    failures: list[Failure] = []
    if not chosen:
        failures.append(Failure("没有选中材料", "请先勾选要选用的材料。"))
    for evidence in chosen:
        attempt(
            failures,
            evidence.filename,
            lambda evidence=evidence: attach_existing(  # type: ignore[misc]
                answer=answer, evidence=evidence, by=request_reach(request).user, at=moment_of(request)
            ),
        )
    return done(request, sheet, answer, failures)


def chosen_ids(request: HttpRequest) -> list[UUID]:
    """Return the ids that were ticked; what is no id cannot have been."""
    found = []
    for value in request.POST.getlist("evidence")[:MOST_PER_ANSWER]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def visible_evidence(request: HttpRequest, evidence_id: UUID) -> Evidence:
    """Return evidence of a sheet whose content this person may read. Raises Http404 or PermissionDenied."""
    reach = request_reach(request)
    rows = Evidence.objects.filter(
        answer__sheet__in=Sheet.objects.visible_to(reach).order_by()
    ).select_related("content", "answer__criterion", "answer__sheet__organization", "answer__sheet__cycle")
    evidence = get_object_or_404(rows, public_id=evidence_id)
    if not may_read(reach, evidence.answer.sheet):
        raise PermissionDenied(why_unreadable(evidence.answer.sheet))
    return evidence


@login_required
@require_POST
def evidence_detach(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Take a file off its criterion, with a reason."""
    evidence = visible_evidence(request, evidence_id)
    answer, sheet = evidence.answer, evidence.answer.sheet
    check_may_change(request, sheet)
    failures: list[Failure] = []
    attempt(
        failures,
        evidence.filename,
        lambda: detach_evidence(
            evidence=evidence,
            reason=request.POST.get("reason", ""),
            by=request_reach(request).user,
            at=moment_of(request),
        ),
    )
    return done(request, sheet, answer, failures)


@login_required
@require_GET
def evidence_open(request: HttpRequest, evidence_id: UUID) -> HttpResponseBase:
    """Hand out a file: images and PDF in the browser unless a download is asked for, everything else as a download.

    A detached file opens for those who fill the sheet only. Whoever opens from outside the hospital is noted.
    """
    evidence = visible_evidence(request, evidence_id)
    sheet, reach = evidence.answer.sheet, request_reach(request)
    is_own = holds_at(reach, sheet.organization_id, Permission.SEE_LIVE_SHEET, own=True)
    if evidence.is_detached and not is_own:
        raise PermissionDenied("这份材料已被填报单位移除，只有填报单位可以查看。")
    try:
        response = serve(evidence, inline="download" not in request.GET)
    except BytesMissing as error:
        context = {"evidence": evidence, "sheet": sheet, "message": str(error)}
        return render(request, "assessments/_evidence_gone.html", context, status=410)
    if not is_own and not is_inside(reach, sheet):
        record_opening(evidence=evidence, by=reach.user, at=moment_of(request))
    return response
