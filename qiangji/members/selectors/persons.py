"""What is held about one member, as the reader may see it: since the member came to this hospital, not before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from qiangji.accounts.models import User
from qiangji.audit.models import Event, Reading
from qiangji.members.models import (
    BranchMembership,
    Exemption,
    FloatingSpell,
    Hardship,
    Member,
    Reinstatement,
    Tenure,
)
from qiangji.members.services.journal import HARDSHIP, MEMBER
from qiangji.orgs import paths
from qiangji.orgs.models import Organization

VERBS = {
    "member.registered": "登记入册",
    "member.changed": "更正登记",
    "member.branch_adjusted": "院内调整",
    "member.confirmed": "转正",
    "member.ceased": "离开登记",
    "member.reinstated": "撤销离开登记",
    "member.exempted": "登记免除",
    "member.exemption_ended": "提前结束免除",
    "member.floating_started": "登记流动",
    "member.floating_ended": "结束流动",
    "member.account_linked": "关联账号",
}


@dataclass(frozen=True)
class MemberFile:
    """Everything about a member but restricted data: branches, posts, exemptions, floating, newest first."""

    branches: list[BranchMembership]
    tenures: list[Tenure]
    exemptions: list[Exemption]
    floating: list[FloatingSpell]


@dataclass(frozen=True)
class Happening:
    """One line of a member's history: what, when, by whom."""

    what: str
    at: datetime
    who: str


def file_of(member: Member, *, hospital: Organization | None) -> MemberFile:
    """Return what is held about a member: inside one hospital, or (None, for the member alone) everywhere.

    What was at another hospital stays there: who transfers in brings a letter, not a past.
    """
    branches = member.branches.select_related("organization", "group").order_by("-start_date")
    tenures = member.person.tenures.select_related("post__organization").order_by("-start_date", "-pk")
    lasting = Q()
    if hospital is not None:
        branches = branches.filter(paths.below(hospital.path, "organization__path"))
        tenures = tenures.filter(paths.below(hospital.path, "post__organization__path"))
        lasting = since_arrival(member, hospital)
    return MemberFile(
        branches=list(branches),
        tenures=list(tenures),
        exemptions=list(member.exemptions.filter(lasting).order_by("-start_date")),
        floating=list(member.floating.filter(lasting).order_by("-start_date")),
    )


def arrival_of(member: Member, hospital: Organization) -> date | None:
    """Return the first day in a branch of this hospital, None for a member who never belonged to it."""
    here = member.branches.filter(paths.below(hospital.path, "organization__path"))
    return here.aggregate(first=Min("start_date"))["first"]


def since_arrival(member: Member, hospital: Organization) -> Q:
    """Return "did not end before the member came to this hospital" for dated rows."""
    first = arrival_of(member, hospital)
    if first is None:
        return Q(pk__in=[])
    return Q(end_date__isnull=True) | Q(end_date__gte=first)


def history_of(member: Member, *, since: date | None) -> list[Happening]:
    """Return what was done to a member's registration, newest first: two statements. Restricted data is not in it."""
    events = Event.objects.filter(object_type=MEMBER, object_id=member.public_id)
    if since is not None:
        events = events.filter(at__date__gte=since)
    rows = list(events.order_by("-sequence")[:100])
    names = names_of(row.actor_id for row in rows)
    return [
        Happening(VERBS.get(row.verb, "办理组织关系"), row.at, names.get(row.actor_id, "系统"))
        for row in rows
    ]


def names_of(actors: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the names of accounts by public id."""
    wanted = {actor for actor in actors if actor is not None}
    return dict(User.objects.filter(public_id__in=wanted).values_list("public_id", "name"))


def reinstatements_of(member: Member, hospital: Organization) -> list[Reinstatement]:
    """Return the leavings of a member that this hospital took back, newest first."""
    first = arrival_of(member, hospital)
    return [row for row in member.reinstatements.all() if first is not None and row.ceased_date >= first]


def hardships_of(member: Member, *, hospital: Organization | None) -> QuerySet[Hardship]:
    """Return a member's registrations as in difficulty: restricted, log the reading. As ``file_of``, of one hospital."""
    rows = member.hardships.order_by("-start_date")
    return rows if hospital is None else rows.filter(since_arrival(member, hospital))


@dataclass(frozen=True)
class ReadingLine:
    """One opening of a page with restricted data: when, by whom, which page, how many registrations it showed."""

    at: datetime
    who: str
    page: str
    number: int


def readings_of(rows: Iterable[UUID], of: str = HARDSHIP, *, most: int = 200) -> list[ReadingLine]:
    """Return who read these restricted things (registrations unless said otherwise), newest first, one line for each opening of a page: two statements."""
    readings = Reading.objects.filter(object_type=of, object_id__in=list(rows)).order_by("-at", "-pk")
    openings: dict[tuple[datetime, UUID, str], int] = {}
    for reading in readings[: most * 10]:
        key = (reading.at, reading.actor_id, reading.page)
        openings[key] = openings.get(key, 0) + 1
    names = names_of(actor for _, actor, _ in openings)
    return [
        ReadingLine(at, names.get(actor, "—"), page, number)
        for (at, actor, page), number in list(openings.items())[:most]
    ]
