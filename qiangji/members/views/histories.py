"""The state on a day 某日状态: the tree, the names, how many belonged where, and who held which post then."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiangji.members.models import BranchMembership, Tenure
from qiangji.members.selectors.histories import (
    HeadCount,
    counts_over_tree,
    holders_on,
    memberships_on,
)
from qiangji.orgs.authorization import Permission
from qiangji.orgs.forms import DayField
from qiangji.orgs.history import line_on, names_on, parents_on
from qiangji.orgs.models import Organization
from qiangji.orgs.placing import AUTHORITIES, INSIDE_HOSPITAL
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import request_reach
from qiangji.orgs.selectors import overseer_ids
from qiangji.orgs.views.access import refusal, visible_organization

PER_PAGE = 100


class OnForm(forms.Form):
    """The day asked about."""

    day = DayField(
        label="日期",
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )


@dataclass(frozen=True)
class NodeOn:
    """One node of the tree of a day."""

    organization: Organization
    name: str
    depth: int
    count: HeadCount
    holders: list[Tenure] | None
    indent: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "indent", min(self.depth, 5))

    @property
    def is_renamed(self) -> bool:
        """Whether it bears another name today."""
        return self.name != self.organization.name


@login_required
@require_GET
def organization_on(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an organization and what stood below it as they were on a day (``day``, today by default)."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    overseers = overseer_ids(organization, on=reach.day)
    if not reach.may(Permission.SEE_ORGANIZATIONS, organization.pk, organization.path, overseen_by=overseers):
        raise refusal(Permission.SEE_ORGANIZATIONS, f"“{organization.short_name}”或其上级")
    form = OnForm(request.GET if "day" in request.GET else {"day": reach.day.isoformat()})
    day = form.cleaned_data["day"] if form.is_valid() else reach.day
    line = line_on(day)
    rows = list(Organization.objects.on(day).filter(line.condition(organization.path)))
    parents = parents_on(rows, day)
    counts = counts_over_tree(rows, day, parents=parents)
    page = Paginator(in_order(organization, rows, parents), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "members/organization_on.html",
        {
            "organization": organization,
            "form": form,
            "day": day,
            "page_obj": page,
            "nodes": nodes_shown(list(page.object_list), counts, reach, day),
            "people": people_shown(organization, reach, day),
            "total": counts.get(organization.pk, HeadCount()),
            "is_today": day == reach.day,
        },
    )


def in_order(
    top: Organization, rows: list[Organization], parents: dict[int, int | None]
) -> list[tuple[Organization, int]]:
    """Return the nodes of a day from the top down, each with its depth; above hospitals, nothing inside hospitals."""
    hidden = INSIDE_HOSPITAL if top.kind in AUTHORITIES else frozenset()
    below: dict[int | None, list[Organization]] = {}
    for row in sorted(rows, key=lambda row: row.path, reverse=True):
        if row.kind not in hidden and row.pk != top.pk:
            below.setdefault(parents.get(row.pk), []).append(row)
    found: list[tuple[Organization, int]] = []
    waiting = [(row, 0) for row in rows if row.pk == top.pk]
    while waiting:
        row, depth = waiting.pop()
        found.append((row, depth))
        waiting += [(child, depth + 1) for child in below.get(row.pk, [])]
    return found


def nodes_shown(
    placed: list[tuple[Organization, int]], counts: dict[int, HeadCount], reach: Reach, day: date
) -> list[NodeOn]:
    """Return what a page shows of these nodes; who held which post only where this person may read names."""
    rows = [row for row, _ in placed]
    names = names_on(rows, day)
    named = [row for row in rows if reach.allows_at(Permission.SEE_MEMBERS, row.path)]
    holders = holders_on(named, day)
    readable = {row.pk for row in named}
    return [
        NodeOn(
            organization=row,
            name=names[row.pk].name if row.pk in names else row.name,
            depth=depth,
            count=counts.get(row.pk, HeadCount()),
            holders=holders.get(row.pk, []) if row.pk in readable else None,
        )
        for row, depth in placed
    ]


def people_shown(organization: Organization, reach: Reach, day: date) -> list[BranchMembership] | None:
    """Return the members of a branch on that day, by name, for who reads its register; None for all others."""
    if organization.kind != Organization.Kind.BRANCH:
        return None
    if not reach.allows_at(Permission.SEE_MEMBERS, organization.path):
        return None
    rows = list(memberships_on(organization, day))
    for row in rows:
        confirmed = row.member.confirmed_date
        row.standing = "正式党员" if confirmed is not None and confirmed <= day else "预备党员"  # type: ignore[attr-defined]
    return rows
