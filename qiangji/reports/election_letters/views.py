"""The papers of an election as downloads, for those who keep the election and for the superior it is asked of."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from qiangji.members.elections.access import names_shown, rights_of, superior_of
from qiangji.members.models import Election
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal
from qiangji.reports.election_letters.report import build, draft, file_name
from qiangji.reports.kinds import DOCX
from qiangji.reports.views import download


@login_required
@require_GET
def election_letter(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    """Download the paper of one step; 404 where the step is not recorded or has no paper."""
    reach = request_reach(request)
    rows = Election.objects.filter(organization__in=Organization.objects.visible_to(reach))
    election = get_object_or_404(rows.select_related("organization", "term"), public_id=public_id)
    organization = election.organization
    rights = rights_of(reach, organization, superior_of(organization, on=reach.day))
    if not rights.reads:
        raise refusal(Permission.MANAGE_POSTS, f"“{organization.short_name}”或其上级")
    at = moment_of(request)
    named = names_shown(rights, election, election.steps.order_by("pk").last(), on=reach.day)
    try:
        letter = draft(election, kind, with_names=named, at=at)
    except KeyError as error:
        raise Http404(f"no such paper: {kind}") from error
    return download(build(letter, at=at), name=file_name(election, letter), content_type=DOCX)
