"""Reads of the tree that cross rows: who supervises whom, what stands under what, the way up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from qiangji.accounts.models import Complaint, User
from qiangji.orgs import paths
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.models import Organization, Oversight, RoleAssignment
from qiangji.orgs.placing import INSIDE_HOSPITAL
from qiangji.orgs.querysets import OrganizationQuerySet
from qiangji.orgs.reach import Reach

BATCH = 5000


def supervisor_of(organizations: Iterable[Organization], *, on: date) -> dict[int, Organization]:
    """Return who accepts the sheets of many organizations, by the organization's id, in two statements.

    For a hospital-level organization that is its supervising or sponsoring authority 主管/举办 of that day; for what
    stands inside a hospital, the hospital-level organization. Those that have nobody are left out.
    """
    rows = list(organizations)
    inside = [row for row in rows if row.kind in INSIDE_HOSPITAL]
    hospitals = hospitals_by_path({path for row in inside for path in paths.ancestors(row.path)})
    found: dict[int, Organization] = {}
    for row in inside:
        hospital = next(
            (hospitals[path] for path in reversed(paths.ancestors(row.path)) if path in hospitals), None
        )
        if hospital is not None:
            found[row.pk] = hospital
    keys = [row.pk for row in rows if row.kind not in INSIDE_HOSPITAL]
    relations = Oversight.objects.on(on).filter(kind=Oversight.Kind.SUPERVISION).select_related("overseer")
    for start in range(0, len(keys), BATCH):
        for relation in relations.filter(subject__in=keys[start : start + BATCH]):
            found[relation.subject_id] = relation.overseer
    return found


def hospitals_by_path(candidates: set[str]) -> dict[str, Organization]:
    """Return the hospital-level organizations among these paths."""
    ordered = sorted(candidates)
    hospitals = Organization.objects.filter(kind=Organization.Kind.HOSPITAL)
    found: dict[str, Organization] = {}
    for start in range(0, len(ordered), BATCH):
        found |= {row.path: row for row in hospitals.filter(path__in=ordered[start : start + BATCH])}
    return found


def hospital_of(organization: Organization) -> Organization | None:
    """Return the hospital-level organization that a node is or stands in, or None above hospitals."""
    if organization.kind == Organization.Kind.HOSPITAL:
        return organization
    hospitals = hospitals_by_path(set(paths.ancestors(organization.path)))
    return next(iter(hospitals.values()), None)


def overseer_ids(organization: Organization, *, on: date) -> tuple[int, ...]:
    """Return who supervises or guides a node or anything above it, for ``Reach.may(…, overseen_by=…)``: one query."""
    relations = Oversight.objects.on(on).filter(subject__path__in=paths.ancestors(organization.path))
    return tuple(relations.values_list("overseer_id", flat=True).distinct())


@dataclass(frozen=True)
class Crumb:
    """One step of the way from the top to a node; ``linked`` where the reader may open it."""

    organization: Organization
    linked: bool


def breadcrumbs(organization: Organization, reach: Reach) -> list[Crumb]:
    """Return the nodes above one, from the top down, in one query."""
    above = paths.ancestors(organization.path)[:-1]
    rows = Organization.objects.filter(path__in=above).annotate(
        linked=Case(When(reach.condition("path"), then=Value(True)), default=Value(False))
    )
    return [Crumb(organization=row, linked=bool(row.linked)) for row in rows.order_by("path")]


def with_children_count(organizations: OrganizationQuerySet, *, on: date) -> OrganizationQuerySet:
    """Add ``children_count``, the number of direct children that exist on a day."""
    standing = Q(children__start_date__lte=on) & (
        Q(children__end_date__isnull=True) | Q(children__end_date__gte=on)
    )
    return organizations.annotate(children_count=Count("children", filter=standing))


def children(organization: Organization, *, on: date) -> OrganizationQuerySet:
    """Return the direct children of a node, each with the number of its own."""
    rows = Organization.objects.on(on).filter(parent=organization)
    return with_children_count(rows, on=on).order_by("path")


def tops(reach: Reach) -> OrganizationQuerySet:
    """Return the highest nodes that a person reaches: own ones, and overseen ones that are not below those."""
    overseen = Oversight.objects.on(reach.day).filter(overseer__in=reach.overseers)
    candidates = sorted({*reach.paths, *overseen.values_list("subject__path", flat=True)})
    highest: list[str] = []
    for path in candidates:
        if not highest or not paths.covers(highest[-1], path):
            highest.append(path)
    rows = Organization.objects.on(reach.day).filter(path__in=highest)
    return with_children_count(rows, on=reach.day).order_by("path")


def oversights_of(organization: Organization) -> QuerySet[Oversight]:
    """Return all relations of a node, present ones first: who answers for it, and what it answers for."""
    rows = Oversight.objects.filter(Q(subject=organization) | Q(overseer=organization))
    return rows.select_related("overseer", "subject").order_by(
        F("end_date").desc(nulls_first=True), "kind", "subject__path", "start_date"
    )


def below_any(path_field: str, tops: Iterable[str]) -> Q:
    """Return "below one of these nodes" as a condition; nothing where there are none."""
    condition = Q(pk__in=[])
    for path in tops:
        condition |= paths.below(path, path_field)
    return condition


def administered_paths(reach: Reach, permission: Permission) -> list[str]:
    """Return the nodes in whose whole subtree a person may administer something."""
    return sorted({held.path for held in reach.held if ROLES[held.role].allows(permission, own=False)})


def accounts_administered_by(reach: Reach) -> QuerySet[User]:
    """Return the accounts that hold or held a role at a node this person administers accounts of."""
    here = below_any("organization__path", administered_paths(reach, Permission.MANAGE_ACCOUNTS))
    return User.objects.filter(Exists(RoleAssignment.objects.filter(here, user=OuterRef("pk"))))


def accounts_in_reach(reach: Reach) -> QuerySet[User]:
    """Return the accounts that hold or held a role at any node this person reaches, administered or not."""
    seats = RoleAssignment.objects.filter(reach.condition("organization__path"), user=OuterRef("pk"))
    return User.objects.filter(Exists(seats))


def seats_beyond(user: User, reach: Reach) -> QuerySet[RoleAssignment]:
    """Return an account's present roles outside what this person administers: any of them bars its management."""
    here = below_any("organization__path", administered_paths(reach, Permission.MANAGE_ACCOUNTS))
    present = RoleAssignment.objects.filter(user=user, end_date__isnull=True)
    return present.exclude(here).select_related("organization")


def complaints_visible_to(reach: Reach) -> QuerySet[Complaint]:
    """Return one's own complaints, and those of accounts below the nodes where one reads complaints."""
    here = below_any("organization__path", administered_paths(reach, Permission.SEE_COMPLAINTS))
    seats = RoleAssignment.objects.filter(here, user=OuterRef("author"))
    rows = Complaint.objects.filter(Q(author=reach.user) | Exists(seats))
    return rows.select_related("author", "answered_by")
