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


@dataclass(frozen=True)
class Area:
    """A part of the program with an entry in the rail; ``needs`` empty means everybody who signed in.

    ``roles`` shows the entry to holders of these roles only. A page that is an entry of its own belongs to no other.
    """

    title: str
    icon: str
    address_name: str
    needs: frozenset[Permission] = frozenset()
    roles: frozenset[str] = frozenset()

    @property
    def namespace(self) -> str:
        """The app whose pages belong to this entry."""
        return self.address_name.split(":")[0]


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
        "考评",
        "clipboard-check",
        "assessments:list",
        frozenset({Permission.SEE_LIVE_SHEET, Permission.SEE_SUBMITTED_SHEET, Permission.OPEN_CYCLE}),
    ),
    Area(
        "台账",
        "journal-check",
        "ledgers:home",
        frozenset({Permission.SEE_LEDGERS, Permission.RECORD_LEDGERS}),
    ),
    Area("组织", "diagram-3", "orgs:list", frozenset({Permission.SEE_ORGANIZATIONS})),
    Area("党员", "people", "members:list", frozenset({Permission.SEE_MEMBERS})),
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
    here = match.namespace if match else ""
    on_mine = match is not None and match.view_name == MINE
    return [
        Entry(
            area.title,
            area.icon,
            reverse(area.address_name),
            current=area.address_name == MINE
            if on_mine
            else area.namespace == here and area.address_name != MINE,
        )
        for area in AREAS
        if (not area.needs or any(reach.may_somewhere(permission) for permission in area.needs))
        and (not area.roles or area.roles & reach.roles)
    ]


def seats_of(request: HttpRequest) -> str:
    """Name the roles held today, as the line under the person's name."""
    roles = request_reach(request).roles
    return "、".join(title_of(role.name) for name, role in ROLES.items() if name in roles) or "尚未分配岗位"
