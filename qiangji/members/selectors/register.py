"""Who is in the register on a day: of an organization with everything below it, and of what a person may read."""

from datetime import date

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When

from qiangji.members.models import BranchMembership, Employment, FloatingSpell, Member
from qiangji.members.querysets import holds
from qiangji.orgs.authorization import Permission
from qiangji.orgs.history import line_on
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach

FULL = "full"
PROBATIONARY = "probationary"
# Up to this many branches are looked up by their keys.
FEW = 500
STATUSES = {FULL: "正式党员", PROBATIONARY: "预备党员"}


def memberships_of(organization: Organization, on: date) -> QuerySet[BranchMembership]:
    """Return the branch memberships that held on a day at or below a node, by the tree of that day."""
    here = line_on(on).condition(organization.path, "organization__path")
    return BranchMembership.objects.filter(here, holds(on)).select_related("member__person", "organization")


def members_of(organization: Organization, on: date, *, status: str | None = None) -> QuerySet[Member]:
    """Return everybody whose branch on a day lay at or below a node, by the tree of that day; full or probationary ones."""
    here = line_on(on).condition(organization.path, "organization__path")
    branches = BranchMembership.objects.filter(here, holds(on)).values("member")
    rows = Member.objects.on(on)
    if status == FULL:
        rows = Member.objects.full_on(on)
    elif status == PROBATIONARY:
        rows = Member.objects.probationary_on(on)
    return rows.filter(pk__in=branches).select_related("person").order_by("person__pinyin", "pk")


def register_rows(reach: Reach, on: date) -> QuerySet[BranchMembership]:
    """Return the register of a day as one person may read it: one row for each member, with staff number and standing.

    It starts from the branches in reach, so that a hospital's list costs what the hospital has, not what the province
    has: up to ``FEW`` of them by their keys, which lead straight to an index where a range of paths would make the
    database read everybody. A branch counts where it stands today; inside a hospital that is where it always stood.
    """
    within = Organization.objects.filter(reach.condition_for(Permission.SEE_MEMBERS, "path"))
    branches = list(within.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(branches) <= FEW:
        here = Q(organization__in=branches)
    else:
        here = reach.condition_for(Permission.SEE_MEMBERS, "organization__path")
    rows = BranchMembership.objects.filter(here, holds(on), member__joined_date__lte=on)
    return with_standing(rows, on).select_related("member__person", "organization", "group")


def with_standing(rows: QuerySet[BranchMembership], on: date) -> QuerySet[BranchMembership]:
    """Add ``staff_number``, ``standing`` (full or probationary) and ``floats`` (out, in or empty) of a day."""
    employed = Employment.objects.filter(holds(on), person=OuterRef("member__person"))
    floating = FloatingSpell.objects.filter(holds(on), member=OuterRef("member"))
    return rows.annotate(
        staff_number=Subquery(employed.order_by("-start_date", "-pk").values("staff_number")[:1]),
        standing=Case(
            When(member__confirmed_date__lte=on, then=Value(FULL)),
            default=Value(PROBATIONARY),
            output_field=CharField(),
        ),
        floats=Subquery(floating.values("direction")[:1]),
        name_key=F("member__person__pinyin"),
    )
