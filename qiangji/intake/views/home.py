"""What can be imported where, and what was."""

from itertools import groupby
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.intake.models import ImportRun
from qiangji.intake.registry import kind_of, kinds_at
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach
from qiangji.orgs.views.access import visible_organization

PER_PAGE = 30


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """List the tables of one organization with their templates, and the runs there."""
    reach = request_reach(request)
    seats = seats_of(reach)
    organization = chosen(request, seats)
    kinds = kinds_at(organization, reach) if organization else []
    codes = {kind.code for kind in kinds}
    runs = ImportRun.objects.none()
    if organization:
        runs = ImportRun.objects.filter(organization=organization, kind__in=codes).select_related(
            "started_by"
        )
    page = Paginator(runs, PER_PAGE).get_page(request.GET.get("page"))
    by_group = sorted(kinds, key=lambda kind: [one.group for one in kinds].index(kind.group))
    context = {
        "organization": organization,
        "seats": seats,
        "groups": [(group, list(some)) for group, some in groupby(by_group, key=lambda kind: kind.group)],
        "page_obj": page,
        "runs": [(run, kind_of(run.kind).title) for run in page.object_list],
    }
    return render(request, "intake/home.html", context)


def seats_of(reach: Reach) -> list[Organization]:
    """Return the organizations at which this person holds a role."""
    return list(
        Organization.objects.filter(pk__in={held.organization_id for held in reach.held}).order_by("path")
    )


def chosen(request: HttpRequest, seats: list[Organization]) -> Organization | None:
    """Return the organization asked for, or the first of one's own."""
    asked = request.GET.get("organization")
    if not asked:
        return seats[0] if seats else None
    try:
        return visible_organization(request, UUID(asked))
    except ValueError as error:
        raise Http404 from error
