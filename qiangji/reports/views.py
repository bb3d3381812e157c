"""Reports as downloads."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import may_read, why_unreadable
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.reports.kinds import DOCX
from qiangji.reports.official_form.report import OFFICIAL_FORM, blank_file_name, build_blank
from qiangji.standards.models import Edition


@login_required
@require_GET
def sheet_form(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Download a sheet's official form."""
    reach = request_reach(request)
    sheets = Sheet.objects.visible_to(reach).select_related("organization", "cycle", "edition__standard")
    sheet = get_object_or_404(sheets, public_id=sheet_id)
    if not may_read(reach, sheet):
        raise PermissionDenied(why_unreadable(sheet))
    content = OFFICIAL_FORM.build(sheet, moment_of(request))
    return download(content, name=OFFICIAL_FORM.file_name(sheet), content_type=OFFICIAL_FORM.content_type)


@login_required
@require_GET
def edition_form(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Download an edition's empty official form."""
    edition = get_object_or_404(Edition.objects.select_related("standard"), public_id=edition_id)
    content = build_blank(edition, moment_of(request))
    return download(content, name=blank_file_name(edition), content_type=DOCX)


def download(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Return a file to be saved; its Chinese name in the form that all browsers read (RFC 5987). Kept in no cache."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response
