"""To which bodies a practice may be handed, and to which nodes a body may publish it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from qiangji.orgs import paths
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.placing import AUTHORITIES
from qiangji.orgs.reach import Reach
from qiangji.orgs.selectors import supervisor_of
from qiangji.practices.models import Practice
from qiangji.practices.permissions import acts_for


def reviewers_of(organization: Organization, *, on: date) -> list[Organization]:
    """Return the bodies that may review what an organization recommends, the usual one first.

    For what stands in a hospital that is the hospital-level organization; for a hospital its supervising authority, then
    whoever guides it, then the committees above it.
    """
    usual = supervisor_of([organization], on=on).get(organization.pk)
    if usual is not None and usual.kind not in AUTHORITIES:
        return [usual]
    relations = Oversight.objects.on(on).filter(subject=organization).values("overseer")
    above = paths.ancestors(organization.path)[:-1]
    rows = Organization.objects.on(on).filter(
        Q(pk__in=relations) | Q(path__in=above), kind__in=list(AUTHORITIES)
    )
    bodies = sorted(rows, key=lambda row: (row.pk != (usual.pk if usual else None), -len(row.path), row.path))
    return bodies


@dataclass(frozen=True)
class Range:
    """One node to which a practice may be published, by one body of the person who decides."""

    node: Organization
    body_id: int

    @property
    def words(self) -> str:
        """How the page offers it."""
        return range_words(self.node)


def range_words(node: Organization) -> str:
    """Say who reads what is published to a node."""
    if node.kind in AUTHORITIES and node.kind != Organization.Kind.GUIDANCE_COMMITTEE:
        return f"{node.short_name}主管（举办）的单位"
    return f"{node.short_name}及所属组织"


def ranges_for(reach: Reach, row: Practice) -> list[Range]:
    """Return where this person may publish a practice, the nearest first; nothing for who may not publish it.

    Before it is published the body it was handed to decides, afterwards the body that published it or one above that.
    """
    found: dict[int, Range] = {}
    for body in bodies_of(reach, row):
        for node in nodes_of(body, row.organization, on=reach.day):
            found.setdefault(node.pk, Range(node, body.pk))
    here = row.organization.path
    return sorted(
        found.values(),
        key=lambda one: (not paths.covers(one.node.path, here), -len(one.node.path), one.node.path),
    )


def bodies_of(reach: Reach, row: Practice) -> list[Organization]:
    """Return the nodes from which this person may decide where a practice is read."""
    if row.state == Practice.State.SUBMITTED:
        body = row.submitted_to
        allowed = body is not None and acts_for(reach, Permission.REVIEW_PRACTICE, body.pk, own=False)
        return [body] if body is not None and allowed else []
    publisher = row.published_by
    if publisher is None:
        return []
    seats = {
        held.organization_id
        for held in reach.held
        if ROLES[held.role].allows(Permission.REVIEW_PRACTICE, own=False)
    }
    overseers = Oversight.objects.on(reach.day).filter(subject__path__in=paths.ancestors(publisher.path))
    return list(
        Organization.objects.filter(
            Q(path__in=paths.ancestors(publisher.path)) | Q(pk__in=overseers.values("overseer")), pk__in=seats
        ).order_by("-path")
    )


def nodes_of(body: Organization, organization: Organization, *, on: date) -> list[Organization]:
    """Return the nodes above an organization, from the one next to it up to the body that publishes."""
    above = paths.ancestors(organization.path)[:-1]
    if paths.covers(body.path, organization.path):
        between = [path for path in above if paths.covers(body.path, path)]
    else:
        subjects = Oversight.objects.on(on).filter(
            overseer=body, subject__path__in=paths.ancestors(organization.path)
        )
        tops = list(subjects.values_list("subject__path", flat=True))
        between = [path for path in above if any(paths.covers(top, path) for top in tops)]
    return list(Organization.objects.filter(Q(path__in=between) | Q(pk=body.pk)))
