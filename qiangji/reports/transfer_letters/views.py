"""The letter of introduction as a download, for who keeps the sender's register."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from qiangji.members.models import Transfer
from qiangji.orgs.authorization import Permission
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal
from qiangji.reports.kinds import DOCX
from qiangji.reports.transfer_letters.report import build, file_name
from qiangji.reports.views import download


@login_required
@require_GET
def transfer_letter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Download the letter of a transfer that one's hospital sent; the receiver has it on paper."""
    reach = request_reach(request)
    rows = Transfer.objects.visible_to(reach).select_related("member__person", "source", "target")
    transfer = get_object_or_404(rows, public_id=public_id)
    if not reach.allows_at(Permission.MANAGE_MEMBERS, transfer.source.path):
        raise refusal(Permission.MANAGE_MEMBERS, "转出单位")
    return download(build(transfer, at=moment_of(request)), name=file_name(transfer), content_type=DOCX)
