"""What each leader does: topics led, organizations tied to, life of the own branch shared as an ordinary member."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from qiangji.ledgers.models import Attendance, Record
from qiangji.ledgers.references import names_of
from qiangji.ledgers.selectors.expected import LEADING, seated_at
from qiangji.members.models import BranchMembership, Person
from qiangji.members.querysets import holds
from qiangji.orgs.models import Organization

BRANCH_LIFE = (
    "branch_members_meeting",
    "group_meeting",
    "theme_party_day",
    "party_class",
    "organization_life_meeting",
    "member_appraisal",
    "dual_organization_life",
)


@dataclass
class Led:
    """A leader, the post, and the entries of a register that name them."""

    person: Person
    title: str
    records: list[Record] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.records)


def led_by(organization: Organization, kind: str, on: date, *, year: int | None = None) -> list[Led]:
    """Return every leader in office on a day with the entries of a register that name them (field ``leader``).

    With a year, entries of that 所属年度 (research topics); without, those in force on the day (contact points). Who leads
    nothing is in the list too: that is what is looked for.
    """
    leaders = {
        str(person.public_id): Led(person, title)
        for person, title in seated_at(organization, on, LEADING).values()
    }
    records = Record.objects.confirmed().of_kind(kind).filter(organization=organization)
    if year is None:
        records = records.filter(date__lte=on).exclude(end_date__lt=on)
    else:
        records = records.filter(year=year)
    found = list(records.order_by("date", "pk"))
    names = names_of(Organization, [one for row in found if (one := row.values.get("organization"))])
    for record in found:
        led = leaders.get(str(record.values.get("leader", "")))
        if led is not None:
            led.records.append(record)
            led.organizations.append(names.get(str(record.values.get("organization", "")), ""))
    return list(leaders.values())


def contacts_of(organizations: Iterable[Organization], on: date) -> dict[str, list[Record]]:
    """Return the contact points in force on a day that leaders keep with these organizations, by their public id."""
    wanted = {str(organization.public_id) for organization in organizations}
    records = (
        Record.objects.confirmed()
        .of_kind("contact_point", "authority_contact_point")
        .filter(date__lte=on, values__organization__in=wanted)
    )
    found: dict[str, list[Record]] = {}
    for record in records.exclude(end_date__lt=on).order_by("date", "pk"):
        found.setdefault(str(record.values["organization"]), []).append(record)
    return found


@dataclass(frozen=True)
class BranchLife:
    """How often a leader was at the life of the own branch, out of how often it was held with a list."""

    person: Person
    title: str
    branch: Organization | None
    attended: int
    held: int


def branch_life_of_leaders(organization: Organization, year: int, on: date) -> list[BranchLife]:
    """Return, for every leader in office on a day, the part taken in the own branch's life this year (双重组织生活).

    The branch is the day's; five statements for any number of leaders.
    """
    leaders = seated_at(organization, on, LEADING)
    memberships = BranchMembership.objects.filter(holds(on), member__person__in=leaders)
    branches = {
        row.member.person_id: row.organization for row in memberships.select_related("member", "organization")
    }
    events = (
        Record.objects.confirmed()
        .of_kind(*BRANCH_LIFE)
        .filter(
            organization__in={branch.pk for branch in branches.values()}, year=year, expected__isnull=False
        )
    )
    held: dict[int, set[int]] = {}
    for record, branch in events.values_list("pk", "organization"):
        held.setdefault(branch, set()).add(record)
    came: dict[int, set[int]] = {}
    present = Attendance.objects.filter(
        record__in=events.order_by().values("pk"), person__in=leaders, presence=Attendance.Presence.PRESENT
    )
    for person, record in present.values_list("person", "record"):
        came.setdefault(person, set()).add(record)
    return [
        BranchLife(
            person=person,
            title=title,
            branch=branches.get(key),
            attended=len(came.get(key, set()) & own_events(held, branches.get(key))),
            held=len(own_events(held, branches.get(key))),
        )
        for key, (person, title) in leaders.items()
    ]


def own_events(held: dict[int, set[int]], branch: Organization | None) -> set[int]:
    return held.get(branch.pk, set()) if branch else set()
