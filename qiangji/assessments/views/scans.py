"""The sealed scans of a submission: a page with its list and its form, and the files themselves."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiangji.assessments.exceptions import AssessmentError
from qiangji.assessments.models import Sheet, Submission, SubmissionScan
from qiangji.assessments.permissions import acts_from, may_read, who_may, why_unreadable
from qiangji.assessments.services.scans import attach_scan, detach_scan, may_be_detached
from qiangji.assessments.states import Position
from qiangji.assessments.views.lookup import readable_sheet
from qiangji.files.exceptions import BytesMissing, FileRefused
from qiangji.files.kinds import ACCEPT, ACCEPTED
from qiangji.files.responses import serve
from qiangji.orgs.authorization import Permission
from qiangji.orgs.requests import moment_of, request_reach


def may_change(request: HttpRequest, sheet: Sheet) -> bool:
    return acts_from(request_reach(request), sheet, Position.OWN, Permission.FILL_SHEET)


def check_may_change(request: HttpRequest, sheet: Sheet) -> None:
    if not may_change(request, sheet):
        raise PermissionDenied(f"扫描件由{who_may(sheet, Position.OWN, Permission.FILL_SHEET)}上传和移除。")


def signed(sheet: Sheet) -> Submission:
    """Return the latest submission. Raises Http404 where nothing was signed yet."""
    submission = sheet.submissions.whole().order_by("-round").first()
    if submission is None:
        raise Http404("还没有签字提交。")
    return submission


@login_required
@require_http_methods(["GET", "POST"])
def scans(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """The scans of the latest submission; the organization adds some, everybody who may read the sheet sees them."""
    sheet = readable_sheet(request, sheet_id)
    submission = signed(sheet)
    failures: list[str] = []
    if request.method == "POST":
        check_may_change(request, sheet)
        for upload in request.FILES.getlist("files"):
            try:
                attach_scan(
                    submission=submission,
                    upload=upload,
                    by=request_reach(request).user,
                    at=moment_of(request),
                )
            except (AssessmentError, FileRefused) as error:
                failures.append(f"{upload.name}：{error}")
        if not request.FILES:
            failures.append("请先选择文件。")
        if not failures:
            messages.success(request, "扫描件已上传。")
            return redirect("assessments:scans", sheet.public_id)
    context = {
        "sheet": sheet,
        "submission": submission,
        "scans": submission.scans.filter(detached_at__isnull=True).select_related("content", "attached_by"),
        "failures": failures,
        "may_change": may_change(request, sheet) and sheet.state != "draft",
        "may_detach": may_change(request, sheet) and may_be_detached(sheet, submission),
        "accept": ACCEPT,
        "accepted": ACCEPTED,
    }
    return render(request, "assessments/scans.html", context)


def visible_scan(request: HttpRequest, scan_id: UUID) -> SubmissionScan:
    """Return a scan of a sheet this person may read. Raises Http404 or PermissionDenied."""
    reach = request_reach(request)
    scan = get_object_or_404(
        SubmissionScan.objects.filter(
            submission__sheet__in=Sheet.objects.visible_to(reach), detached_at__isnull=True
        ).select_related("content", "submission__sheet__organization"),
        public_id=scan_id,
    )
    sheet = scan.submission.sheet
    if not may_read(reach, sheet):
        raise PermissionDenied(why_unreadable(sheet))
    return scan


@login_required
@require_GET
def scan_file(request: HttpRequest, scan_id: UUID) -> HttpResponseBase:
    """The file itself."""
    scan = visible_scan(request, scan_id)
    try:
        return serve(scan, inline="view" in request.GET)
    except BytesMissing as error:
        raise Http404(str(error)) from error


@login_required
@require_POST
def scan_detach(request: HttpRequest, scan_id: UUID) -> HttpResponse:
    """Take a scan away, with a reason."""
    scan = visible_scan(request, scan_id)
    sheet = scan.submission.sheet
    check_may_change(request, sheet)
    try:
        detach_scan(
            scan=scan,
            reason=request.POST.get("reason", ""),
            by=request_reach(request).user,
            at=moment_of(request),
        )
    except AssessmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "扫描件已移除。")
    return redirect("assessments:scans", sheet.public_id)
