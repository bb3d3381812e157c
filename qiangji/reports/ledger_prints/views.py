"""Downloads of the papers made from the ledgers."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from qiangji.ledgers.views.access import SEE, ledger_organization, readable_record
from qiangji.ledgers.views.statements import year_asked
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.reports.kinds import DOCX
from qiangji.reports.ledger_prints.handbook import handbook_name, handbook_of, write_handbook
from qiangji.reports.ledger_prints.sign_in import sign_in_name, sign_in_sheet, write_sign_in_sheet


def paper(content: bytes, name: str) -> HttpResponse:
    """Return a file to be saved, kept in no cache."""
    response = HttpResponse(content, content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_GET
def sign_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Download the sign-in sheet of a record, confirmed or still a draft."""
    record = readable_record(request, public_id, "签到表")
    content = write_sign_in_sheet(sign_in_sheet(record), at=moment_of(request))
    return paper(content, sign_in_name(record))


@login_required
@require_GET
def handbook(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Download an organization's handbook of a year."""
    organization = ledger_organization(request, public_id, SEE)
    year = year_asked(request)
    content = write_handbook(handbook_of(organization, year, request_reach(request)), at=moment_of(request))
    return paper(content, handbook_name(organization, year))
