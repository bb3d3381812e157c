"""Which organization, which table, which run: looked up for a person, or refused with who may."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from qiangji.intake.exceptions import IntakeError
from qiangji.intake.kinds.base import Kind
from qiangji.intake.models import ImportRun
from qiangji.intake.registry import kind_of
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import request_reach
from qiangji.orgs.views.access import refusal, visible_organization

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_at(request: HttpRequest, public_id: UUID, code: str) -> tuple[Organization, Kind]:
    """Return organization and table for somebody who may import it there; 404 out of reach, 403 says who may."""
    organization = visible_organization(request, public_id)
    kind = known_kind(code)
    if not kind.fits(organization):
        raise Http404
    if not request_reach(request).allows_at(kind.permission, organization.path):
        raise refusal(kind.permission, f"“{organization.short_name}”或其上级")
    return organization, kind


def known_kind(code: str) -> Kind:
    """Return a kind of table; 404 for an unknown one."""
    try:
        return kind_of(code)
    except IntakeError as error:
        raise Http404(str(error)) from error


def run_at(request: HttpRequest, run_id: UUID) -> tuple[ImportRun, Kind]:
    """Return a run and its kind for somebody who may import that table there."""
    reach = request_reach(request)
    within = Organization.objects.visible_to(reach)
    rows = ImportRun.objects.filter(organization__in=within).select_related(
        "organization", "content", "started_by"
    )
    run = get_object_or_404(rows, public_id=run_id)
    kind = known_kind(run.kind)
    if not reach.allows_at(kind.permission, run.organization.path):
        raise refusal(kind.permission, f"“{run.organization.short_name}”或其上级")
    return run, kind


def workbook(data: bytes, filename: str) -> HttpResponse:
    """Return a workbook to be saved under a name."""
    return HttpResponse(
        data,
        content_type=XLSX,
        headers={
            "Content-Disposition": content_disposition_header(True, filename) or "attachment",
            "Cache-Control": "private, no-store",
        },
    )
