"""Abolish, merge and split organizations with their people: what pages call (the tree's part is in ``orgs``).

Members' affiliations, employments and tenures end with the old organization's last day and, where somebody takes over,
begin with the successor's first; both histories stay. Open transfers and open elections are not guessed at: a refusal
names them. A recurring plan of an ended organization makes no more drafts (``ledgers.services.planning``).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from qiangji.accounts.models import User
from qiangji.members.exceptions import MembersError
from qiangji.members.models import BranchMembership, Election, Employment, Tenure, Transfer
from qiangji.members.placing import keeps_members
from qiangji.members.services.journal import MEMBER, PERSON, Entry, note_many
from qiangji.members.services.tenures import end_tenures
from qiangji.orgs.models import Department, Organization
from qiangji.orgs.paths import below
from qiangji.orgs.services import succession
from qiangji.orgs.services.facts import note_changes
from qiangji.orgs.services.organizations import NewOrganization

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """What one successor takes over in a split: members by their ids, nodes below the old one, departments.

    Members of a Party group that moves go with it, and so do the employees of a department of a split hospital.
    """

    into: Organization | NewOrganization
    members: frozenset[int] = frozenset()
    children: tuple[Organization, ...] = ()
    departments: tuple[Department, ...] = ()


@transaction.atomic
def abolish(
    *, organization: Organization, last_day: date, document: str = "", by: User | None, at: datetime
) -> Organization:
    """Abolish an organization that nobody belongs to any more; who holds a post there holds it until its last day.

    Refuses (MembersError) while members or staff belong to it, an election is open or a transfer is under way, and
    (OrganizationError) what ``orgs`` refuses.
    """
    first_day = last_day + DAY
    refuse_unfinished([organization])
    members = open_memberships([organization]).count()
    if members:
        raise MembersError(
            f"“{organization.short_name}”还有 {members} 名党员，请先把他们编入其他支部，或用“合并”整体交给接续的支部。"
        )
    staff = Employment.objects.filter(organization=organization, end_date__isnull=True).count()
    if staff:
        raise MembersError(
            f"“{organization.short_name}”还登记有 {staff} 名人员，请先登记其去向，或用“合并”整体交给接续的单位。"
        )
    refuse_later([organization], first_day)
    end_posts(Tenure.objects.filter(post__organization=organization), first_day, by=by, at=at)
    return succession.abolish_organization(
        organization=organization, last_day=last_day, document=document, by=by, at=at
    )


@transaction.atomic
def merge(
    *,
    organizations: Sequence[Organization],
    into: Organization | NewOrganization,
    first_day: date,
    document: str = "",
    by: User | None,
    at: datetime,
) -> Organization:
    """Merge organizations into one, existing or new: members and staff pass on the day, the old ones end the day before.

    Refuses (MembersError) open elections and transfers, changes recorded from that day on, and staff numbers that both
    hospitals use; and (OrganizationError) what ``orgs`` refuses.
    """
    old = [row for row in organizations if not (isinstance(into, Organization) and row.pk == into.pk)]
    refuse_unfinished(old)
    refuse_later(old, first_day)
    end_posts(Tenure.objects.filter(post__organization__in=old), first_day, by=by, at=at)
    successor = succession.merge_organizations(
        organizations=organizations, into=into, first_day=first_day, document=document, by=by, at=at
    )
    move_members(list(open_memberships(old)), successor, first_day, by=by, at=at)
    staff = Employment.objects.filter(organization__in=old, end_date__isnull=True)
    move_staff(list(staff.select_related("department", "person")), successor, first_day, by=by, at=at)
    return successor


@transaction.atomic
def split(
    *,
    organization: Organization,
    parts: Sequence[Part],
    ends: bool,
    first_day: date,
    document: str = "",
    by: User | None,
    at: datetime,
) -> list[Organization]:
    """Split an organization; returns the successors in the order of the parts.

    Refuses (MembersError) as ``merge``, a member given to two successors, and with ``ends`` a member given to none.
    """
    refuse_unfinished([organization])
    refuse_later([organization], first_day)
    moving = [memberships_of_part(organization, part) for part in parts]
    staff = [staff_of_part(organization, part) for part in parts]
    check_division(organization, moving, ends)
    people = {row.member.person_id for rows in moving for row in rows}
    leaving = Tenure.objects.filter(post__organization=organization)
    end_posts(leaving if ends else leaving.filter(person__in=people), first_day, by=by, at=at)
    successors = succession.split_organization(
        organization=organization,
        parts=[succession.SplitPart(part.into, part.children, part.departments) for part in parts],
        ends=ends,
        first_day=first_day,
        document=document,
        by=by,
        at=at,
    )
    for place, successor in enumerate(successors):
        move_members(moving[place], successor, first_day, by=by, at=at)
        move_staff(staff[place], successor, first_day, by=by, at=at)
    left = Employment.objects.filter(organization=organization, end_date__isnull=True)
    if ends and left.exists():
        raise MembersError(
            f"“{organization.short_name}”还有 {left.count()} 名人员没有指定接续单位，请按科室或支部逐一指定。"
        )
    return successors


def open_memberships(organizations: Collection[Organization]) -> QuerySet[BranchMembership]:
    """Return the present affiliations with these nodes themselves."""
    rows = BranchMembership.objects.filter(organization__in=organizations, end_date__isnull=True)
    return rows.select_related("member", "organization")


def refuse_unfinished(organizations: Collection[Organization]) -> None:
    """Refuse nodes with an open election, or with a transfer out of or into them that waits for receipt."""
    for election in Election.objects.filter(
        organization__in=organizations, state=Election.State.OPEN
    ).select_related("organization"):
        raise MembersError(
            f"“{election.organization.short_name}”有正在办理的选举，请先办结或取消，再办理变更。"
        )
    waiting = Transfer.objects.filter(state=Transfer.State.SENT)
    number = waiting.filter(Q(source__in=organizations) | Q(target__in=organizations)).count()
    if number:
        raise MembersError(f"还有 {number} 件组织关系转接没有办结，请先接收、退回或撤回，再办理变更。")


def refuse_later(organizations: Collection[Organization], first_day: date) -> None:
    """Refuse a day from which on affiliations, employments or tenures of these nodes were already recorded."""
    late = Q(start_date__gte=first_day) | Q(end_date__gte=first_day)
    found = {
        "组织关系": BranchMembership.objects.filter(late, organization__in=organizations).count(),
        "任职单位": Employment.objects.filter(late, organization__in=organizations).count(),
        "班子任职": Tenure.objects.filter(late, post__organization__in=organizations).count(),
    }
    words = "、".join(f"{label} {number} 项" for label, number in found.items() if number)
    if words:
        raise MembersError(f"自 {first_day} 起已登记变动：{words}。请改用这些变动之后的日期，或先更正它们。")


def check_division(organization: Organization, moving: list[list[BranchMembership]], ends: bool) -> None:
    """Refuse members given to two successors, and members that nobody takes over from an organization that ends."""
    keys = [row.member_id for rows in moving for row in rows]
    if len(keys) != len(set(keys)):
        raise MembersError("有党员被分给了两个接续组织，请检查所选的科室和党小组是否重叠。")
    left = open_memberships([organization]).exclude(member__in=keys).count()
    if ends and left:
        raise MembersError(
            f"“{organization.short_name}”还有 {left} 名党员没有指定接续组织；请全部指定，或保留原组织。"
        )
    busy = Transfer.objects.filter(member__in=keys, state=Transfer.State.SENT).count()
    if busy:
        raise MembersError(f"其中 {busy} 名党员的组织关系正在转接，请先办结或撤回。")


def memberships_of_part(organization: Organization, part: Part) -> list[BranchMembership]:
    """Return the affiliations that pass to a successor: members named, and those of the Party groups that move."""
    chosen = Q(member__in=part.members) | Q(group__in=part.children)
    return list(open_memberships([organization]).filter(chosen))


def staff_of_part(organization: Organization, part: Part) -> list[Employment]:
    """Return the employments at a split hospital that pass to a successor: of departments and branches that move."""
    chosen = Q(department__in=part.departments)
    for child in part.children:
        chosen |= Q(
            person__member__branches__in=BranchMembership.objects.filter(
                below(child.path, "organization__path"), end_date__isnull=True
            )
        )
    rows = Employment.objects.filter(chosen, organization=organization, end_date__isnull=True)
    return list(rows.select_related("department", "person").distinct())


def move_members(
    rows: Sequence[BranchMembership],
    successor: Organization,
    first_day: date,
    *,
    by: User | None,
    at: datetime,
) -> None:
    """End affiliations the day before and begin them with the successor; Party groups that moved along are kept."""
    if not rows:
        return
    if not keeps_members(successor):
        raise MembersError(
            f"“{successor.short_name}”不是党支部，不能直接编入 {len(rows)} 名党员，请先把他们编入其下的党支部。"
        )
    groups = set(Organization.objects.filter(parent=successor).values_list("pk", flat=True))
    BranchMembership.objects.filter(pk__in=[row.pk for row in rows]).update(
        end_date=first_day - DAY, departure=BranchMembership.Departure.REORGANIZED
    )
    BranchMembership.objects.bulk_create(
        [
            BranchMembership(
                member_id=row.member_id,
                organization=successor,
                group_id=row.group_id if row.group_id in groups else None,
                start_date=first_day,
                arrival=BranchMembership.Arrival.REORGANIZED,
            )
            for row in rows
        ]
    )
    entries = [
        Entry(
            "member.reorganized",
            row.member.public_id,
            {
                "from": row.organization.code,
                "to": successor.code,
                "start_date": first_day.isoformat(),
            },
        )
        for row in rows
    ]
    note_many(MEMBER, entries, by=by, at=at)
    keys = {successor.pk, *(row.organization_id for row in rows)}
    note_changes(changes=[("member", key, first_day) for key in keys], at=at)


def move_staff(
    rows: Sequence[Employment], successor: Organization, first_day: date, *, by: User | None, at: datetime
) -> None:
    """End employments the day before and begin them with the successor, in the department of the same name."""
    if not rows:
        return
    numbers = [row.staff_number for row in rows]
    taken = set(
        Employment.objects.filter(
            organization=successor, end_date__isnull=True, staff_number__in=numbers
        ).values_list("staff_number", flat=True)
    ) | {number for number, times in Counter(numbers).items() if times > 1}
    if taken:
        some = "、".join(sorted(taken)[:5])
        raise MembersError(f"合并后有 {len(taken)} 个工号重复（{some}等），请先在名册中改为不重复的工号。")
    departments = dict(
        Department.objects.filter(hospital=successor, end_date__isnull=True).values_list("name", "pk")
    )
    Employment.objects.filter(pk__in=[row.pk for row in rows]).update(end_date=first_day - DAY)
    Employment.objects.bulk_create(
        [
            Employment(
                person_id=row.person_id,
                organization=successor,
                staff_number=row.staff_number,
                department_id=departments.get(row.department.name) if row.department else None,
                start_date=first_day,
            )
            for row in rows
        ]
    )
    data = {"to": successor.code, "start_date": first_day.isoformat()}
    note_many(PERSON, [Entry("person.reorganized", row.person.public_id, data) for row in rows], by=by, at=at)


def end_posts(tenures: QuerySet[Tenure], first_day: date, *, by: User | None, at: datetime) -> None:
    """End the present ones among these tenures the day before."""
    rows = list(tenures.filter(end_date__isnull=True))
    end_tenures(tenures=rows, end_date=first_day - DAY, by=by, at=at)
