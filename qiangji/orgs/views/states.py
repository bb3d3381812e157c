"""The states of an organization 基本情况: what is recorded today, its history, and the form that records one item."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiangji.accounts.requests import signed_in_user
from qiangji.orgs.authorization import Permission, RoleName, title_of
from qiangji.orgs.facts_selectors import state_history
from qiangji.orgs.forms import EndForm
from qiangji.orgs.forms_facts import StateForm
from qiangji.orgs.models import Organization, OrganizationState
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.services.states import end_state, record_state
from qiangji.orgs.state_kinds import STATE_KINDS, StateKind, kinds_of
from qiangji.orgs.tabs import tabs_of
from qiangji.orgs.views.access import visible_organization
from qiangji.orgs.views.facts import FactPage, answer, need

EXCEPTIONS = "一般要求的例外"
GET_OR_POST = ["GET", "POST"]


@dataclass(frozen=True)
class Line:
    """One recorded row as the page shows it."""

    row: OrganizationState
    value: str
    is_current: bool

    @property
    def period(self) -> str:
        """The days or the year for which it holds."""
        kind = STATE_KINDS[self.row.kind]
        if kind.yearly:
            return f"{self.row.start_date.year} 年度"
        end = self.row.end_date.isoformat() if self.row.end_date else "至今"
        return f"{self.row.start_date} — {end}"


@dataclass(frozen=True)
class Item:
    """One item of the page: what holds now, what was before, and whether this person may record it."""

    kind: StateKind
    current: Line | None
    earlier: tuple[Line, ...]
    recordable: bool


@login_required
@require_GET
def states(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what is recorded of an organization, item by item, with the history of each."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.SEE_LEDGERS, organization)
    by_kind: dict[str, list[Line]] = {}
    for row in state_history(organization):
        if row.kind in STATE_KINDS:
            by_kind.setdefault(row.kind, []).append(line_of(row, reach))
    items = [
        item_of(kind, by_kind.get(kind.code, []), organization, reach) for kind in kinds_of(organization.kind)
    ]
    groups = [
        ("现状", [item for item in items if not item.kind.yearly and not item.kind.is_exception]),
        ("年度数据", [item for item in items if item.kind.yearly and not item.kind.is_exception]),
        (EXCEPTIONS, [item for item in items if item.kind.is_exception]),
    ]
    data = {
        "organization": organization,
        "groups": [group for group in groups if group[1]],
        "missing": sum(item.current is None and not item.kind.if_needed for item in items),
        "tabs": tabs_of(reach, organization, "states"),
    }
    return render(request, "orgs/states.html", data)


def line_of(row: OrganizationState, reach: Reach) -> Line:
    """Return a row as the page shows it."""
    holds = row.start_date <= reach.day and (row.end_date is None or row.end_date >= reach.day)
    return Line(row, STATE_KINDS[row.kind].shown(row.value), holds)


def item_of(kind: StateKind, lines: list[Line], organization: Organization, reach: Reach) -> Item:
    """Return one item; of a yearly one the latest year counts as what holds now."""
    current = next((line for line in lines if line.is_current or kind.yearly), None)
    earlier = tuple(line for line in lines if line is not current)
    return Item(kind, current, earlier, may_record(reach, organization, kind))


def may_record(reach: Reach, organization: Organization, kind: StateKind) -> bool:
    """Say whether a person may record an item here: its owner, or the Party office on the owner's behalf."""
    if not reach.allows_at(Permission.RECORD_STATES, organization.path):
        return False
    roles = {held.role for held in reach.held if organization.path.startswith(held.path)}
    return bool(roles & {*kind.owners, RoleName.PARTY_OFFICE})


def who_records(kind: StateKind) -> str:
    """Name who records an item: its owners, and the Party office on their behalf."""
    return "、".join(
        dict.fromkeys([*(title_of(role) for role in kind.owners), title_of(RoleName.PARTY_OFFICE)])
    )


@login_required
@require_http_methods(GET_OR_POST)
def record(request: HttpRequest, public_id: UUID, kind_code: str) -> HttpResponse:
    """Record one item: a new value, or a correction of the same day or year."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.RECORD_STATES, organization)
    kind = STATE_KINDS.get(kind_code)
    if kind is None or organization.kind not in kind.levels:
        raise Http404
    if not may_record(reach, organization, kind):
        raise PermissionDenied(f"登记{kind.title}：请由{who_records(kind)}办理。")
    rows = list(state_history(organization).filter(kind=kind.code))
    initial = {"value": rows[0].value, "document": rows[0].document} if rows and not kind.yearly else {}
    form = StateForm(request.POST or None, kind=kind, day=reach.day, initial=initial)

    def act(data: dict[str, Any]) -> OrganizationState:
        return record_state(
            organization=organization,
            kind=kind.code,
            **data,
            by=signed_in_user(request),
            at=moment_of(request),
        )

    page = FactPage(
        title=f"登记{kind.title}",
        verb="登记",
        done=f"{kind.title}已登记，原来的数值保留在历史中。",
        back=reverse("orgs:states", args=[organization.public_id]),
        about=f"出处：{kind.clause}。由{who_records(kind)}登记。",
    )
    history = [line_of(row, reach) for row in rows]
    return answer(request, organization, form, page, act, {"history": history})


@login_required
@require_http_methods(GET_OR_POST)
def end(request: HttpRequest, public_id: UUID, state_id: UUID) -> HttpResponse:
    """End a dated state that no other value follows."""
    organization = visible_organization(request, public_id)
    reach = request_reach(request)
    need(reach, Permission.RECORD_STATES, organization)
    row = get_object_or_404(
        organization.states.filter(end_date__isnull=True, kind__in=STATE_KINDS), public_id=state_id
    )
    kind = STATE_KINDS[row.kind]
    if not may_record(reach, organization, kind):
        raise PermissionDenied(f"登记{kind.title}：请由{who_records(kind)}办理。")
    form = EndForm(request.POST or None, initial={"end_date": reach.day})

    def act(data: dict[str, Any]) -> OrganizationState:
        return end_state(state=row, **data, by=signed_in_user(request), at=moment_of(request))

    page = FactPage(
        title=f"结束{kind.title}",
        verb="结束",
        done="已结束，历史保留。",
        back=reverse("orgs:states", args=[organization.public_id]),
        about=f"现在登记的是“{kind.shown(row.value)}”，自 {row.start_date} 起。",
    )
    return answer(request, organization, form, page, act)
