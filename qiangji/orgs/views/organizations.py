"""The tree and one organization: what there is, and how it came to be so."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from qiangji.orgs import selectors
from qiangji.orgs.authorization import Permission, RoleName
from qiangji.orgs.filters import OrganizationFilter
from qiangji.orgs.forms import option_text
from qiangji.orgs.history import successions_of
from qiangji.orgs.models import Organization, Oversight, RoleAssignment
from qiangji.orgs.placing import kinds_under, roles_at
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach
from qiangji.orgs.tables import OrganizationTable
from qiangji.orgs.tabs import tabs_of
from qiangji.orgs.views.access import manages, manages_from_above, refusal, visible_organization

PER_PAGE = 50
MOST_OPTIONS = 20


@login_required
@require_GET
def organization_list(request: HttpRequest) -> HttpResponse:
    """Show the tree, opened step by step; with a filter, a flat list of what matches."""
    reach = request_reach(request)
    searched = any(request.GET.get(name) for name in ("q", "kind", "level"))
    rows = Organization.objects.on(reach.day).visible_to(reach).select_related("parent")
    filtered = OrganizationFilter(request.GET, queryset=rows)
    data: dict = {"filter": filtered, "searched": searched}
    if searched:
        data["table"] = OrganizationTable(filtered.qs)
        RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(data["table"])
    else:
        data["page_obj"] = Paginator(selectors.tops(reach), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "orgs/list.html", data)


@login_required
@require_GET
def organization_children(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Return the direct children of a node as tree rows, for a node that was just opened."""
    organization = visible_organization(request, public_id)
    rows = selectors.children(organization, on=request_reach(request).day)
    return render(request, "orgs/_nodes.html", {"nodes": rows})


@login_required
@require_GET
def organization_options(request: HttpRequest) -> HttpResponse:
    """Return organizations that match what is being typed into an organization field."""
    reach = request_reach(request)
    typed = request.GET.get(request.htmx.trigger_name or "q", "").strip()  # type: ignore[attr-defined]
    rows = Organization.objects.on(reach.day).visible_to(reach)
    found = OrganizationFilter({"q": typed}, queryset=rows).qs[:MOST_OPTIONS] if typed else rows.none()
    return render(request, "orgs/_options.html", {"options": [option_text(row) for row in found]})


@login_required
@require_GET
def organization_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one organization: what it is, where it stands, who answers for it, who sits there, and since when."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    overseers = selectors.overseer_ids(organization, on=reach.day)
    if not reach.may(Permission.SEE_ORGANIZATIONS, organization.pk, organization.path, overseen_by=overseers):
        raise refusal(Permission.SEE_ORGANIZATIONS, f"“{organization.short_name}”或其上级")
    hospital = selectors.hospital_of(organization)
    seats = list(
        organization.role_assignments.filter(end_date=None).select_related("user").order_by("start_date")
    )
    managed = manages(reach, Permission.MANAGE_ORGANIZATIONS, organization)
    return render(
        request,
        "orgs/detail.html",
        {
            "organization": organization,
            "crumbs": selectors.breadcrumbs(organization, reach),
            "tabs": tabs_of(reach, organization, "detail"),
            "acceptor": selectors.supervisor_of([organization], on=reach.day).get(organization.pk),
            "relations": relations_of(organization, reach),
            "names": organization.names.order_by("-start_date", "-pk"),
            "successions": successions_of(organization),
            "affiliations": organization.affiliations.select_related("parent").order_by("-start_date", "-pk"),
            "nodes": selectors.children(organization, on=reach.day),
            "holders": seats_shown(seats, may_see_names(reach, organization, hospital)),
            "managed": managed,
            "managed_from_above": manages_from_above(reach, Permission.MANAGE_ORGANIZATIONS, organization),
            "may_found": managed and bool(kinds_under(organization.kind)),
            "may_seat": manages(reach, Permission.MANAGE_ACCOUNTS, organization)
            and bool(roles_at(organization.kind)),
        },
    )


@dataclass(frozen=True)
class Relation:
    """A relation as one of its two sides sees it."""

    row: Oversight
    other: Organization
    is_overseer: bool

    @property
    def words(self) -> str:
        """What the other side is to this one."""
        kind = "主管（举办）" if self.row.kind == Oversight.Kind.SUPERVISION else "属地指导"
        return f"所{kind}的组织" if self.is_overseer else f"{kind}单位"


def relations_of(organization: Organization, reach: Reach) -> list[Relation]:
    """Return the relations of a node; what it oversees is listed only for those who reach it from this node."""
    rows = selectors.oversights_of(organization)
    if organization.pk not in reach.overseers and not any(
        organization.path.startswith(path) for path in reach.paths
    ):
        rows = rows.filter(subject=organization)
    return [
        Relation(row=row, other=row.subject, is_overseer=True)
        if row.overseer_id == organization.pk
        else Relation(row=row, other=row.overseer, is_overseer=False)
        for row in rows
    ]


def may_see_names(reach: Reach, organization: Organization, hospital: Organization | None) -> bool:
    """Say whether a person may read names here: names stay inside their hospital (domain §1), but for accounts' sake."""
    if hospital is None or manages(reach, Permission.MANAGE_ACCOUNTS, organization):
        return True
    return any(held.path.startswith(hospital.path) for held in reach.held)


@dataclass(frozen=True)
class Seat:
    """A role at this node: by name where names may be read, else how many hold it."""

    role: str
    words: str
    assignment: RoleAssignment | None = None


def seats_shown(seats: list[RoleAssignment], named: bool) -> list[Seat]:
    """Return the present roles of a node as this reader may see them."""
    if named:
        return [Seat(row.get_role_display(), row.user.name, row) for row in seats]
    numbers = Counter(row.role for row in seats)
    return [Seat(role.label, f"{numbers[role]} 人") for role in RoleName if numbers[role]]
