"""The lists of tasks: what one has to do, what one issued, all in reach; narrowed by state, words, criterion."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q

from qiangji.dispatches.models import Task
from qiangji.dispatches.permissions import READERS, issues
from qiangji.dispatches.querysets import TaskQuerySet
from qiangji.dispatches.states import OPEN, WITH_THEM, State
from qiangji.lib.typed import typed_line
from qiangji.orgs.authorization import Permission
from qiangji.orgs.reach import Reach

SIDES = {"received": "本单位承办", "issued": "本单位下达", "all": "范围内全部"}
VIEWS = {"open": "办理中", "late": "逾期", "review": "待核定", "over": "已结束"}


@dataclass(frozen=True)
class ListFilter:
    """What the list is narrowed by; every value comes from the address and may be anything."""

    side: str
    view: str = "open"
    words: str = ""
    code: str = ""

    @classmethod
    def read(cls, data: Any, sides: list[str]) -> "ListFilter":
        """Read the filter of an address; what names nothing narrows nothing."""

        def text(name: str) -> str:
            return typed_line(str(data.get(name, "")))[:100]

        side, view = text("side"), text("view")
        return cls(
            side=side if side in sides else sides[0],
            view=view if view in VIEWS else "open",
            words=text("words"),
            code=text("code"),
        )

    def query(self, **changes: str) -> str:
        """The filter as an address has it, with changes."""
        values = {"side": self.side, "view": self.view, "words": self.words, "code": self.code} | changes
        return urlencode({name: value for name, value in values.items() if value})


def sides_of(reach: Reach) -> list[str]:
    """Return the lists that this person has, the own work first."""
    found = []
    if reach.nodes_with(Permission.ANSWER_DISPATCH, own=True):
        found.append("received")
    if issues(reach):
        found.append("issued")
    if any(reach.may_somewhere(one) for one in READERS):
        found.append("all")
    if reach.nodes_with(Permission.OPEN_CYCLE, own=True) and "issued" in found:
        found.remove("issued")
        found.insert(0, "issued")
    return found


def tasks_of(reach: Reach, side: str) -> TaskQuerySet:
    """Return the tasks of one of the lists."""
    rows = Task.objects.visible_to(reach)
    if side == "received":
        return rows.received_by(reach)
    return rows.issued_by(reach) if side == "issued" else rows


def narrowed(rows: TaskQuerySet, chosen: ListFilter) -> TaskQuerySet:
    """Keep what has the words and the criterion, in whatever state."""
    for word in chosen.words.split():
        rows = rows.filter(
            Q(dispatch__title__icontains=word)
            | Q(dispatch__text__icontains=word)
            | Q(organization__name__icontains=word)
            | Q(organization__short_name__icontains=word)
        )
    return rows.filter(dispatch__criterion__code=chosen.code) if chosen.code else rows


def in_view(rows: TaskQuerySet, reach: Reach, view: str) -> TaskQuerySet:
    """Keep what stands under one tab, in the order in which it is worked off."""
    rows = rows.select_related("dispatch__criterion", "organization", "issuer", "owner")
    if view == "over":
        return rows.exclude(state__in=OPEN).order_by("-state_at", "pk")
    if view == "late":
        rows = rows.late_on(reach.day)
    elif view == "review":
        rows = rows.filter(state=State.ANSWERED)
    else:
        rows = rows.open()
    return rows.order_by("deadline_date", "organization__path", "pk")


def counts_of(rows: TaskQuerySet, reach: Reach) -> dict[str, int]:
    """Count what stands under each tab: one statement."""
    return rows.order_by().aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        late=Count("pk", filter=Q(state__in=WITH_THEM, deadline_date__lt=reach.day)),
        review=Count("pk", filter=Q(state=State.ANSWERED)),
        over=Count("pk", filter=~Q(state__in=OPEN)),
    )
