"""What the page frame needs on every page: the rail's entries, and in which role the person is here.

All of it comes from the role assignments that the view reads anyway, and only when a whole page is drawn: the values
are lazy, so that a fragment returned to htmx pays nothing for a rail it does not have.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from qiangji.orgs.authorization import ROLES, Permission, RoleName, title_of
from qiangji.orgs.requests import request_reach

NARROW_COOKIE = "qiangji_rail"
MINE = "members:mine"
INSPECTIONS = "assessments:inspections"
# Pages about an organization that stand on a higher floor than organizations do, and imports, which fill ledgers.
UNDER_ANOTHER_ENTRY = {
    "orgs:list": {
        "web:structure",
        "members:posts",
        "members:set_up_post",
        "members:appoint",
        "members:close_post",
        "members:end_tenure",
        "members:consent_coming",
        "members:consent_leaving",
        "members:organization_on",
        "members:abolish",
        "members:merge",
        "members:split",
    },
    "standards:editions": {
        "assessments:checks",
        "assessments:check_carry",
        "assessments:check",
        "assessments:check_edit",
        "assessments:check_work",
        "assessments:check_adopt",
    },
    MINE: {MINE},
    INSPECTIONS: {INSPECTIONS, "assessments:inspection"},
}
NAMESPACES = {"intake": "ledgers:home", "reports": "", "results": "assessments:list"}


@dataclass(frozen=True)
class Area:
    """A part of the program with an entry in the rail; ``needs`` empty means everybody who signed in.

    ``roles`` shows the entry to holders of these roles only.
    """

    title: str
    icon: str
    address_name: str
    needs: frozenset[Permission] = frozenset()
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    """One entry of the rail as it is drawn."""

    title: str
    icon: str
    address: str
    current: bool


AREAS = (
    Area("工作台", "inbox", "web:workbench"),
    Area(
        "待办",
        "calendar-check",
        "duties:agenda",
        frozenset({Permission.SEE_LEDGERS, Permission.RECORD_LEDGERS, Permission.REVIEW_BRANCH_SHEET}),
    ),
    Area(
        "考评",
        "clipboard-check",
        "assessments:list",
        frozenset({Permission.SEE_LIVE_SHEET, Permission.SEE_SUBMITTED_SHEET, Permission.OPEN_CYCLE}),
    ),
    Area("抽查", "ticket-perforated", INSPECTIONS, roles=frozenset({RoleName.INSPECTOR})),
    Area(
        "台账",
        "journal-check",
        "ledgers:home",
        frozenset({Permission.SEE_LEDGERS, Permission.RECORD_LEDGERS}),
    ),
    Area("组织", "diagram-3", "orgs:list", frozenset({Permission.SEE_ORGANIZATIONS})),
    Area("党员", "people", "members:list", frozenset({Permission.SEE_MEMBERS})),
    Area(
        "整改",
        "wrench-adjustable",
        "rectification:list",
        frozenset({Permission.MANAGE_RECTIFICATION, Permission.ORDER_RECTIFICATION}),
    ),
    Area(
        "督导",
        "send-check",
        "dispatches:list",
        frozenset({Permission.ANSWER_DISPATCH, Permission.ISSUE_DISPATCH}),
    ),
    Area(
        "好做法",
        "lightbulb",
        "practices:list",
        frozenset({Permission.SUBMIT_PRACTICE, Permission.REVIEW_PRACTICE, Permission.SEE_SUBMITTED_SHEET}),
    ),
    Area("标准", "journal-text", "standards:editions"),
    Area("我的", "person-badge", MINE, roles=frozenset({RoleName.MEMBER})),
    Area("设置", "gear", "accounts:profile"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's data: no query for a visitor, the role assignments (read once) for who has signed in."""
    data: dict[str, Any] = {
        "brand": settings.SITE_NAME,
        "rail_narrow": request.COOKIES.get(NARROW_COOKIE) == "narrow",
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.must_change_password:
        return data
    return data | {
        "rail": SimpleLazyObject(lambda: entries_of(request)),
        "seats": SimpleLazyObject(lambda: seats_of(request)),
    }


def entries_of(request: HttpRequest) -> list[Entry]:
    """Return the rail's entries for this person, in the fixed order."""
    reach = request_reach(request)
    match = request.resolver_match
    here = entry_of(match.view_name) if match else ""
    return [
        Entry(area.title, area.icon, reverse(area.address_name), current=area.address_name == here)
        for area in AREAS
        if (not area.needs or any(reach.may_somewhere(permission) for permission in area.needs))
        and (not area.roles or area.roles & reach.roles)
    ]


def entry_of(view_name: str) -> str:
    """Return the address name of the entry under which a page belongs, or nothing: its app's, unless named otherwise.

    >>> entry_of("members:detail"), entry_of("members:posts"), entry_of("intake:home"), entry_of("reports:sheet_form")
    ('members:list', 'orgs:list', 'ledgers:home', '')
    """
    for entry, pages in UNDER_ANOTHER_ENTRY.items():
        if view_name in pages:
            return entry
    app = view_name.split(":")[0]
    own = (area.address_name for area in AREAS if area.address_name.split(":")[0] == app)
    return NAMESPACES.get(app, next(own, ""))


def seats_of(request: HttpRequest) -> str:
    """Name the roles held today, as the line under the person's name."""
    roles = request_reach(request).roles
    return "、".join(title_of(role.name) for name, role in ROLES.items() if name in roles) or "尚未分配岗位"
