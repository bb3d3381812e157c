"""Who is expected at an event, as of its day: the members of the branch, the committee, or the leaders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from qiangji.ledgers.models import Attendance
from qiangji.ledgers.vocabulary import kind_of
from qiangji.members.models import BranchMembership, Exemption, Person
from qiangji.members.querysets import holds
from qiangji.members.selectors.register import memberships_of
from qiangji.members.selectors.tenures import holders_of
from qiangji.orgs import paths
from qiangji.orgs.models import Body, Organization

LEADING = (Body.COMMITTEE, Body.ADMINISTRATION)


@dataclass(frozen=True)
class Expected:
    """One person of the list: proposed as present, or as excused where an exemption holds on the day."""

    person: Person
    presence: str
    group: str


def expected_attendance(organization: Organization, kinds: Iterable[str], on: date) -> list[Expected]:
    """Return who is expected at an event of these kinds on a day, each once; the union where kinds expect different people.

    ``group`` says where a person belongs (党小组, 党支部, 职务). Nobody for kinds that are open or keep no list. At most
    five statements.
    """
    asked = {kind_of(code).attendance for code in kinds}
    hours = any(kind_of(code).counts_hours for code in kinds)
    people: dict[int, tuple[Person, str]] = {}
    if "leaders" in asked:
        people |= leaders_at(organization, on)
    if "committee" in asked:
        people |= seated_at(organization, on, (Body.COMMITTEE,))
    if "members" in asked:
        people = members_at(organization, on) | people
    excused = excused_on(people, on, hours=hours) if people else set()
    return [
        Expected(
            person,
            Attendance.Presence.EXEMPT if key in excused else Attendance.Presence.PRESENT,
            group,
        )
        for key, (person, group) in people.items()
    ]


def members_at(organization: Organization, on: date) -> dict[int, tuple[Person, str]]:
    """Return the members of an organization and all below it; of a Party group, those who are in it."""
    rows: QuerySet[BranchMembership] = memberships_of(organization, on)
    if organization.kind == Organization.Kind.PARTY_GROUP:
        rows = BranchMembership.objects.filter(holds(on), group=organization)
    own = organization.kind in (Organization.Kind.BRANCH, Organization.Kind.PARTY_GROUP)
    found = {}
    for row in rows.select_related("member__person", "organization", "group").order_by(
        "organization__path", "group__path", "member__person__pinyin", "pk"
    ):
        where = row.group.short_name if row.group else "" if own else row.organization.short_name
        found[row.member.person_id] = (row.member.person, where)
    return found


def seated_at(organization: Organization, on: date, bodies: Iterable[str]) -> dict[int, tuple[Person, str]]:
    """Return who holds posts of these bodies, each with the first of their titles."""
    found: dict[int, tuple[Person, str]] = {}
    for tenure in holders_of(organization, on):
        if tenure.post.body in bodies:
            found.setdefault(tenure.person_id, (tenure.person, tenure.post.title))
    return found


def leaders_at(organization: Organization, on: date) -> dict[int, tuple[Person, str]]:
    """Return the leaders of an organization; of a branch, the hospital's leaders who belong to it (双重组织生活)."""
    if organization.kind not in (Organization.Kind.BRANCH, Organization.Kind.GENERAL_BRANCH):
        return seated_at(organization, on, LEADING)
    above = Organization.objects.filter(
        kind=Organization.Kind.HOSPITAL, path__in=paths.ancestors(organization.path)
    ).first()
    if above is None:
        return {}
    leaders = seated_at(above, on, LEADING)
    here = set(memberships_of(organization, on).values_list("member__person", flat=True))
    return {key: value for key, value in leaders.items() if key in here}


def excused_on(people: Iterable[int], on: date, *, hours: bool) -> set[int]:
    """Return who is excused on a day from organization life, and from training where the event counts hours."""
    duties = [Exemption.Duty.ALL, Exemption.Duty.ORGANIZATION_LIFE]
    if hours:
        duties.append(Exemption.Duty.TRAINING)
    rows = Exemption.objects.on(on).filter(member__person__in=list(people), duty__in=duties)
    return set(rows.values_list("member__person", flat=True))
