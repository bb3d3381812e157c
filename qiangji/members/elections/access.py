"""Who sees and takes what in elections: the own Party line, and the superior of a body, for this one named purpose.

The superior of a branch is its hospital-level organization, of a hospital its supervising authority 主管/举办. Names reach
the superior only in what was handed in to it (candidates, result), and for a year after the election is over.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from qiangji.members.elections.steps import STEP_KINDS, Side
from qiangji.members.elections.timetable import months_before
from qiangji.members.models import Election, ElectionStep
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.querysets import OrganizationQuerySet
from qiangji.orgs.reach import Reach
from qiangji.orgs.selectors import supervisor_of

ELECTING = frozenset({Organization.Kind.HOSPITAL, Organization.Kind.GENERAL_BRANCH, Organization.Kind.BRANCH})
NAMES_FOR_MONTHS = 12


def superior_of(organization: Organization, *, on: date) -> Organization | None:
    """Return the body that an organization's elections are asked of; None where the system knows none."""
    return supervisor_of([organization], on=on).get(organization.pk)


def electing_in_reach(reach: Reach) -> OrganizationQuerySet:
    """Return the organizations whose terms this person looks after: the own line, and hospitals one is the superior of."""
    supervised = Oversight.objects.on(reach.day).filter(
        kind=Oversight.Kind.SUPERVISION,
        overseer__in=reach.nodes_with(Permission.APPROVE_ELECTIONS, own=False),
        subject__kind=Organization.Kind.HOSPITAL,
    )
    own = reach.condition_for(Permission.SEE_MEMBERS, "path")
    return Organization.objects.filter(
        own | Q(pk__in=supervised.values("subject")), kind__in=sorted(ELECTING)
    )


@dataclass(frozen=True)
class Rights:
    """What one person may do in one organization's elections."""

    reads: bool
    keeps: bool
    answers: bool
    sees_people: bool

    def takes(self, kind: str) -> bool:
        """Say whether this person takes a kind of step."""
        return self.answers if STEP_KINDS[kind].side == Side.SUPERIOR else self.keeps


def rights_of(reach: Reach, organization: Organization, superior: Organization | None) -> Rights:
    """Return a person's rights. Where there is no superior in the system, the own office records its papers."""
    keeps = reach.allows_at(Permission.MANAGE_POSTS, organization.path)
    sees_people = reach.allows_at(Permission.SEE_MEMBERS, organization.path)
    answers = keeps if superior is None else is_superior(reach, superior.pk)
    return Rights(sees_people or keeps or answers, keeps, answers, sees_people)


def is_superior(reach: Reach, superior: int) -> bool:
    """Say whether a person acts for the superior body itself, given by its key."""
    return any(
        held.organization_id == superior and ROLES[held.role].allows(Permission.APPROVE_ELECTIONS, own=False)
        for held in reach.held
    )


def names_shown(rights: Rights, election: Election, last: ElectionStep | None, *, on: date) -> bool:
    """Say whether persons may be named: inside the line always; to the superior until a year after the election's end."""
    if rights.sees_people:
        return True
    if not rights.answers:
        return False
    if election.state == Election.State.OPEN or last is None:
        return True
    return months_before(on, NAMES_FOR_MONTHS) <= last.date
