"""What abolishing, merging or splitting would move or end, in counts only: administrators see no names (domain §1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from qiangji.members.models import BranchMembership, Election, Employment, Tenure, Transfer
from qiangji.members.querysets import holds
from qiangji.orgs.models import Department, Organization, RoleAssignment


@dataclass(frozen=True)
class Load:
    """What hangs on one organization itself on a day."""

    organization: Organization
    members: int
    staff: int
    children: int
    departments: int
    holders: int
    accounts: int
    elections: int
    transfers: int

    @property
    def lines(self) -> list[tuple[str, int]]:
        """The figures in words, for the preview; those that are nothing are left out."""
        named = [
            ("名党员", self.members),
            ("名在册人员", self.staff),
            ("个下级组织", self.children),
            ("个科室", self.departments),
            ("项班子任职（到期结束）", self.holders),
            ("项账号授权（到期结束，须在新组织重新授予）", self.accounts),
            ("件进行中的选举（须先办结或取消）", self.elections),
            ("件未办结的组织关系转接（须先办结）", self.transfers),
        ]
        return [(words, number) for words, number in named if number]


def loads_of(organizations: Collection[Organization], day: date) -> list[Load]:
    """Return what hangs on each organization: eight statements, however many there are."""
    keys = [row.pk for row in organizations]

    def counted(rows: QuerySet, column: str) -> dict[int, int]:
        found = rows.filter(**{f"{column}__in": keys}).order_by().values_list(column)
        return dict(found.annotate(number=Count("pk")))

    waiting = Transfer.objects.filter(state=Transfer.State.SENT)
    going, coming = counted(waiting, "source"), counted(waiting, "target")
    members = counted(BranchMembership.objects.filter(holds(day)), "organization")
    staff = counted(Employment.objects.filter(holds(day)), "organization")
    children = counted(Organization.objects.on(day), "parent")
    open_departments = Department.objects.filter(end_date__isnull=True)
    owned, covered = counted(open_departments, "hospital"), counted(open_departments, "branch")
    holders = counted(Tenure.objects.filter(holds(day)), "post__organization")
    accounts = counted(RoleAssignment.objects.on(day), "organization")
    elections = counted(Election.objects.filter(state=Election.State.OPEN), "organization")
    return [
        Load(
            organization=row,
            members=members.get(row.pk, 0),
            staff=staff.get(row.pk, 0),
            children=children.get(row.pk, 0),
            departments=owned.get(row.pk, 0) or covered.get(row.pk, 0),
            holders=holders.get(row.pk, 0),
            accounts=accounts.get(row.pk, 0),
            elections=elections.get(row.pk, 0),
            transfers=going.get(row.pk, 0) + coming.get(row.pk, 0),
        )
        for row in organizations
    ]


def members_in_departments(
    organization: Organization, departments: Collection[Department], day: date
) -> frozenset[int]:
    """Return the members of a branch who work in these departments on a day, by their ids; departments by name."""
    here = BranchMembership.objects.filter(holds(day), organization=organization)
    at_work = Employment.objects.filter(
        holds(day),
        department__hospital__in={one.hospital_id for one in departments},
        department__name__in={one.name for one in departments},
        person__member__branches__in=here,
    )
    return frozenset(at_work.values_list("person__member", flat=True))


def members_moving(
    organization: Organization,
    departments: Collection[Department],
    children: Collection[Organization],
    day: date,
) -> int:
    """Return how many members of a branch a split by departments and Party groups would move."""
    chosen = Q(member__in=members_in_departments(organization, departments, day)) | Q(group__in=children)
    rows = BranchMembership.objects.filter(holds(day), chosen, organization=organization)
    return rows.count()
