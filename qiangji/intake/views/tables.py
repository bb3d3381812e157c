"""One table at one organization: its template, what is stored in it, and the upload."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.audit.services import note_reading
from qiangji.intake.exceptions import IntakeError
from qiangji.intake.exporting import export_of, template_of
from qiangji.intake.kinds.base import Kind, Place
from qiangji.intake.models import ColumnMapping, ImportRun
from qiangji.intake.services.runs import upload_table
from qiangji.intake.services.work import begin
from qiangji.intake.views.access import table_at, workbook
from qiangji.ledgers.views.access import RECORD_READ
from qiangji.lib.dates import local_day
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    """Take a filled-in table, check it and go on to what it would do."""
    organization, table = table_at(request, public_id, kind)
    problem = ""
    if request.method == "POST":
        try:
            return redirect("intake:run", taken_in(request, organization, table).public_id)
        except IntakeError as error:
            problem = str(error)
    context = {
        "organization": organization,
        "kind": table,
        "problem": problem,
        "mappings": ColumnMapping.objects.filter(organization=organization, kind=table.code),
        "max_megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
    }
    return render(request, "intake/upload.html", context)


def taken_in(request: HttpRequest, organization: Organization, table: Kind) -> ImportRun:
    """Keep the upload and begin to check it. Raises IntakeError."""
    file = request.FILES.get("file")
    if file is None:
        raise IntakeError("请选择要导入的 .xlsx 文件。")
    by, at = signed_in_user(request), moment_of(request)
    name = request.POST.get("mapping", "")
    mapping = ColumnMapping.objects.filter(organization=organization, kind=table.code, name=name).first()
    run = upload_table(organization=organization, kind=table, upload=file, mapping=mapping, by=by, at=at)
    return begin(run=run, state=ImportRun.State.CHECKING, mode="", by=by, at=at)


@login_required
@require_GET
def template(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    """Hand out the empty template."""
    _, table = table_at(request, public_id, kind)
    return workbook(template_of(table), f"{table.title}-模板.xlsx")


@login_required
@require_GET
def export(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    """Hand out what is stored, in the template's columns."""
    organization, table = table_at(request, public_id, kind)
    at = moment_of(request)
    place = Place(organization, request_reach(request), at)
    if restricted := table.restricted(place):
        note_reading(
            obj_type=RECORD_READ,
            obj_ids=restricted,
            page=f"导出{table.title}",
            by=signed_in_user(request),
            at=at,
        )
    return workbook(export_of(table, place), filename(organization, table, at))


def filename(organization: Organization, table: Kind, at: datetime) -> str:
    """Name an export by organization, table and day."""
    return f"{organization.short_name}-{table.title}-{local_day(at):%Y%m%d}.xlsx"
