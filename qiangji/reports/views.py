"""Reports as downloads."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import may_read, why_unreadable
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.reports.kinds import DOCX, ReportKind, safe_file_name
from qiangji.reports.official_form.report import (
    OFFICIAL_FORM,
    OFFICIAL_FORM_SHEET,
    blank_file_name,
    build_blank,
)
from qiangji.reports.self_check_register.report import SELF_CHECK_REGISTER
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.export.formats import FORMATS
from qiangji.standards.models import Edition


@login_required
@require_GET
def sheet_form(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Download a sheet's official form."""
    return sheet_report(OFFICIAL_FORM, readable_sheet(request, sheet_id), at=moment_of(request))


@login_required
@require_GET
def sheet_form_excel(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Download a sheet's official form as an Excel sheet."""
    return sheet_report(OFFICIAL_FORM_SHEET, readable_sheet(request, sheet_id), at=moment_of(request))


@login_required
@require_GET
def self_check_register(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Download a sheet's self-check register; a broken layout file of the site ends in a page that says where."""
    sheet = readable_sheet(request, sheet_id)
    try:
        return sheet_report(SELF_CHECK_REGISTER, sheet, at=moment_of(request))
    except LibraryError as error:
        context = {"sheet": sheet, "problems": error.messages}
        return render(request, "reports/layout_broken.html", context, status=503)


@login_required
@require_GET
def edition_form(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Download an edition's empty official form."""
    edition = visible_edition(request, edition_id)
    content = build_blank(edition, moment_of(request))
    return download(content, name=blank_file_name(edition), content_type=DOCX)


@login_required
@require_GET
def edition_table(request: HttpRequest, edition_id: UUID, suffix: str) -> HttpResponse:
    """Download an edition as the table it is: YAML, Word or Excel; another format is not found."""
    edition = visible_edition(request, edition_id)
    if suffix not in FORMATS:
        raise Http404(f"no such format: {suffix}")
    chosen = FORMATS[suffix]
    name = safe_file_name(f"{edition.title}（{edition.label}）.{suffix}")
    return download(chosen.build(edition, moment_of(request)), name=name, content_type=chosen.content_type)


def visible_edition(request: HttpRequest, edition_id: UUID) -> Edition:
    """Return an edition; 404 for a draft of an organization out of reach."""
    editions = Edition.objects.visible_to(request_reach(request)).select_related("standard")
    return get_object_or_404(editions, public_id=edition_id)


def readable_sheet(request: HttpRequest, sheet_id: UUID) -> Sheet:
    """Return the sheet to print; 404 out of reach, and a refusal that says why where it may not be read."""
    reach = request_reach(request)
    sheets = Sheet.objects.visible_to(reach).select_related("organization", "cycle", "edition__standard")
    sheet = get_object_or_404(sheets, public_id=sheet_id)
    if not may_read(reach, sheet):
        raise PermissionDenied(why_unreadable(sheet))
    return sheet


def sheet_report(kind: ReportKind, sheet: Sheet, *, at: datetime) -> HttpResponse:
    """Return a report on a sheet as a download."""
    return download(kind.build(sheet, at), name=kind.file_name(sheet), content_type=kind.content_type)


def download(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Return a file to be saved; its Chinese name in the form that all browsers read (RFC 5987). Kept in no cache."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response
