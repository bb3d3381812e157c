"""Counts of members for whoever reaches an organization: no names, nothing restricted (domain §1)."""

from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from qiangji.members.selectors.counts import counts_of, statistics_of
from qiangji.members.statistics_file import write_statistics
from qiangji.members.views.register import chosen_day
from qiangji.orgs import selectors
from qiangji.orgs.authorization import Permission, RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal, visible_organization

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WATCHING = frozenset({RoleName.SUPERVISOR, RoleName.GUIDANCE, RoleName.READER})
UNCOUNTED = frozenset({Organization.Kind.PARTY_GROUP})


def may_count(reach: Reach, organization: Organization) -> bool:
    """Say whether a person may read counts: who reads the register there, or reviews and guides from above."""
    if reach.allows_at(Permission.SEE_MEMBERS, organization.path):
        return True
    return reach.may(Permission.SEE_SUBMITTED_SHEET, organization.pk, organization.path) or any(
        held.role in WATCHING and held.organization_id == organization.pk for held in reach.held
    )


def counted_organization(request: HttpRequest, public_id: UUID) -> Organization:
    """Return an organization in reach whose members one may count; refuse others."""
    organization = visible_organization(request, public_id)
    if not may_count(request_reach(request), organization):
        raise refusal(Permission.SEE_MEMBERS, f"“{organization.short_name}”或其上级")
    return organization


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show from which organizations one may go into the counts."""
    reach = request_reach(request)
    tops = list(selectors.tops(reach))
    reach.learn([one.path for one in tops])
    counted = [one for one in tops if may_count(reach, one)]
    return render(request, "members/statistics_home.html", {"organizations": counted})


@login_required
@require_GET
def statistics(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the counts of an organization with everything below it, and how many each child has."""
    organization = counted_organization(request, public_id)
    reach = request_reach(request)
    day = chosen_day(request.GET.get("on", ""), reach.day)
    nodes = [one for one in selectors.children(organization, on=day) if one.kind not in UNCOUNTED]
    reach.learn([one.path for one in nodes])
    nodes = [one for one in nodes if may_count(reach, one)]
    counts = counts_of(nodes, day) if nodes else {}
    data = {
        "organization": organization,
        "groups": statistics_of(organization, day),
        "below": [(one, counts[one.pk]) for one in nodes],
        "day": day,
        "today": reach.day,
    }
    return render(request, "members/statistics.html", data)


@login_required
@require_GET
def statistics_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Return the same counts as an Excel file."""
    organization = counted_organization(request, public_id)
    day: date = chosen_day(request.GET.get("on", ""), request_reach(request).day)
    content = write_statistics(
        organization=organization.name,
        groups=statistics_of(organization, day),
        on=day,
        at=moment_of(request),
    )
    response = HttpResponse(content, content_type=XLSX)
    name = f"{organization.short_name}党员统计{day:%Y%m%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response
