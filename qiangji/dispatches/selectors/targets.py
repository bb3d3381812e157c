"""To whom a body may issue, who of it may follow up, and from which dispatch meeting."""

from datetime import date

from django.db.models import F, Q, QuerySet

from qiangji.accounts.models import User
from qiangji.ledgers.models import Record
from qiangji.orgs import paths
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.models import Organization, Oversight, RoleAssignment
from qiangji.orgs.placing import AUTHORITIES, INSIDE_HOSPITAL
from qiangji.orgs.querysets import OrganizationQuerySet
from qiangji.orgs.reach import Reach

MEETING = "dispatch_meeting"
MOST_MEETINGS = 20
BRANCHES = INSIDE_HOSPITAL - {Organization.Kind.PARTY_GROUP}


def bodies_of(reach: Reach) -> list[Organization]:
    """Return the bodies from which this person issues, the highest first."""
    nodes = reach.nodes_with(Permission.ISSUE_DISPATCH, own=False)
    return list(Organization.objects.on(reach.day).filter(pk__in=nodes).order_by("path"))


def targets_of(body: Organization, *, on: date) -> OrganizationQuerySet:
    """Return whom a body may ask, each with the node above it (``upper``): one statement.

    A hospital asks its general branches and branches. A body above asks hospitals and bodies: those below it, and those
    it supervises or guides with what stands below them; what a hospital asks of its branches stays the hospital's.
    """
    below = paths.strictly_below(body.path)
    if body.kind not in AUTHORITIES:
        kinds, reached = list(BRANCHES), below
    else:
        kinds = [*AUTHORITIES, Organization.Kind.HOSPITAL]
        tops = Oversight.objects.on(on).filter(overseer=body).values_list("subject__path", flat=True)
        reached = below
        for path in tops_only(list(tops)):
            reached |= paths.below(path)
    return (
        Organization.objects.on(on)
        .filter(reached, kind__in=kinds)
        .exclude(pk=body.pk)
        .annotate(upper=F("parent__short_name"))
        .order_by("parent__path", "path")
    )


def tops_only(found: list[str]) -> list[str]:
    """Drop paths that stand below another of them.

    >>> tops_only(["00010001", "0001", "0002"])
    ['0001', '0002']
    """
    tops: list[str] = []
    for path in sorted(set(found)):
        if not tops or not paths.covers(tops[-1], path):
            tops.append(path)
    return tops


def owners_of(body: Organization, *, on: date) -> QuerySet[User]:
    """Return who may follow up for a body: holders of a role that issues there on that day."""
    roles = [name for name, role in ROLES.items() if role.allows(Permission.ISSUE_DISPATCH, own=False)]
    held = RoleAssignment.objects.on(on).filter(organization=body, role__in=roles)
    return User.objects.filter(Q(pk__in=held.values("user")), is_active=True).order_by("name", "pk")


def meetings_of(body: Organization) -> list[Record]:
    """Return a body's latest dispatch meetings 调度会."""
    rows = Record.objects.filter(
        organization=body, state=Record.State.CONFIRMED, kinds__kind=MEETING
    ).order_by("-date", "-pk")
    return list(rows[:MOST_MEETINGS])
