"""Figures made from the ledgers: participation, money, venues, training hours, what leaders take part in."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.ledgers import selectors
from qiangji.ledgers.summary_selectors import hours_below, members_below, participation
from qiangji.ledgers.views.access import SEE, organizations_with, require_somewhere
from qiangji.ledgers.views.home import MOST_ORGANIZATIONS, chosen_organization
from qiangji.ledgers.views.statements import year_asked
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach

PAGE = 100
Part = Callable[[HttpRequest, Reach, Organization, int], dict[str, Any]]


def participation_part(
    request: HttpRequest, reach: Reach, organization: Organization, year: int
) -> dict[str, Any]:
    return {"rows": participation(reach, organization, year)}


def money_part(request: HttpRequest, reach: Reach, organization: Organization, year: int) -> dict[str, Any]:
    below = organizations_with(reach, SEE).below(organization).order_by("path")[:MOST_ORGANIZATIONS]
    nodes = list(below)
    budgets = selectors.budget_totals(nodes, year)
    members = {organization.pk: members_below(organization, reach).count()}
    rows = [(one, budgets[one.pk]) for one in nodes if budgets[one.pk].planned or budgets[one.pk].spent]
    funds = selectors.funds_inputs([organization], year, members)[organization.pk]
    return {"rows": rows, "own": budgets.get(organization.pk), "funds": funds}


def venues_part(request: HttpRequest, reach: Reach, organization: Organization, year: int) -> dict[str, Any]:
    return {"rows": selectors.six_haves(organization, reach.day)}


def hours_part(request: HttpRequest, reach: Reach, organization: Organization, year: int) -> dict[str, Any]:
    if not reach.allows_at(Permission.SEE_MEMBERS, organization.path):
        return {"rows": [], "closed": True}
    text = request.GET.get("page", "")
    page = int(text) if text.isdecimal() and 0 < int(text) < 10_000 else 1
    rows, more = hours_below(organization, year, reach, (page - 1) * PAGE, page * PAGE)
    return {"rows": rows, "page": page, "before": page - 1, "after": page + 1 if more else 0}


def leaders_part(request: HttpRequest, reach: Reach, organization: Organization, year: int) -> dict[str, Any]:
    contact = (
        "authority_contact_point"
        if organization.kind == Organization.Kind.HEALTH_AUTHORITY
        else "contact_point"
    )
    return {
        "rows": selectors.branch_life_of_leaders(organization, year, reach.day),
        "contacts": selectors.led_by(organization, contact, reach.day),
        "topics": selectors.led_by(organization, "research_topic", reach.day, year=year),
    }


def training_part(
    request: HttpRequest, reach: Reach, organization: Organization, year: int
) -> dict[str, Any]:
    if not reach.allows_at(Permission.SEE_MEMBERS, organization.path):
        return {"closed": True}
    return {
        "coverage": selectors.training_coverage(organization, year, reach.day),
        "theory": selectors.theory_shares(organization, year),
        "speakers": selectors.speaker_kinds(organization, year),
        "first": selectors.first_items(organization, year),
    }


PARTS: dict[str, tuple[str, Part]] = {
    "participation": ("参加率", participation_part),
    "hours": ("培训学时", hours_part),
    "training": ("轮训与第一议题", training_part),
    "money": ("经费", money_part),
    "venues": ("阵地“六有”", venues_part),
    "leaders": ("班子成员", leaders_part),
}


@login_required
@require_GET
def summary(request: HttpRequest) -> HttpResponse:
    """Show one part of the figures for an organization and a year."""
    reach = request_reach(request)
    require_somewhere(reach)
    organizations = organizations_with(reach, SEE).order_by("path")
    organization = chosen_organization(request, reach, organizations)
    year = year_asked(request)
    part = request.GET.get("part", "")
    part = part if part in PARTS else "participation"
    title, make = PARTS[part]
    context: dict[str, Any] = {
        "organization": organization,
        "organizations": organizations[:MOST_ORGANIZATIONS],
        "year": year,
        "part": part,
        "title": title,
        "parts": [(code, name) for code, (name, _) in PARTS.items()],
    }
    if organization is not None:
        context |= make(request, reach, organization, year)
    return render(request, "ledgers/summary.html", context)
