"""Dues 党费 of a branch month by month, and the figures that are made public; who paid what stays with the keepers."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from qiangji.ledgers.models import DuesPayment
from qiangji.ledgers.services.dues import month_after
from qiangji.members.models import BranchMembership, Member
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.querysets import OrganizationQuerySet
from qiangji.orgs.reach import Reach

NONE = Decimal("0.00")
MONTHS = 12
BACK = 2  # years in which the last amount is looked for


@dataclass
class DuesLine:
    """One member of a branch in a month: what was paid in each month of the year, and what the form offers."""

    member: Member
    months: list[Decimal | None]
    payment: DuesPayment | None = None
    default: Decimal | None = None
    paid_elsewhere: bool = False


@dataclass
class DuesBoard:
    """A branch's dues of one month within its year: a line for each member, and the totals of each month."""

    lines: list[DuesLine] = field(default_factory=list)
    totals: list[Decimal] = field(default_factory=list)

    @property
    def paid(self) -> int:
        """How many have paid the month."""
        return sum(1 for line in self.lines if line.payment is not None or line.paid_elsewhere)

    @property
    def total(self) -> Decimal:
        """What this branch collected for the month."""
        return sum((line.payment.amount for line in self.lines if line.payment), NONE)


def owing(month: date) -> QuerySet[BranchMembership]:
    """Return who belonged to a branch on some day of a month and was a member then: these pay for it."""
    end = month_after(month)
    standing = Q(member__ceased_date__isnull=True) | Q(member__ceased_date__gt=month)
    held = Q(end_date__isnull=True) | Q(end_date__gte=month)
    return BranchMembership.objects.filter(held, standing, start_date__lt=end, member__joined_date__lt=end)


def board_of(branch: Organization, month: date) -> DuesBoard:
    """Return a branch's board of a month (its first day): two statements, whatever the size of the branch."""
    memberships = owing(month).filter(organization=branch).select_related("member__person")
    members = {
        row.member_id: row.member
        for row in memberships.order_by("member__person__pinyin", "member__person__name", "pk")
    }
    lines = {key: DuesLine(member, [None] * MONTHS) for key, member in members.items()}
    totals = [NONE] * MONTHS
    payments = DuesPayment.objects.filter(
        Q(member__in=lines) | Q(organization=branch),
        month__gte=month.replace(year=month.year - BACK, month=1),
        month__year__lte=month.year,
    )
    for payment in payments.order_by("month"):
        here = payment.organization_id == branch.pk
        if here and payment.month.year == month.year:
            totals[payment.month.month - 1] += payment.amount
        line = lines.get(payment.member_id)
        if line is not None:
            enter(line, payment, month, here=here)
    return DuesBoard(list(lines.values()), totals)


def enter(line: DuesLine, payment: DuesPayment, month: date, *, here: bool) -> None:
    """Put one payment into a member's line: into its month, as this month's, or as what to offer."""
    if payment.month < month:
        line.default = payment.amount
    if payment.month.year == month.year and here:
        line.months[payment.month.month - 1] = payment.amount
    if payment.month == month:
        line.payment = payment if here else None
        line.paid_elsewhere = not here


@dataclass(frozen=True)
class BranchDues:
    """What a branch may make public of a month: how many pay, how many have paid, how much, and the year so far."""

    branch: Organization
    owing: int
    paid: int
    amount: Decimal
    year_amount: Decimal


def keeps_dues(reach: Reach, branch: Organization) -> bool:
    """Say whether a person may see and record who paid what: the keepers of the branch, and the Party office."""
    path = branch.path
    return reach.allows_at(Permission.RECORD_LEDGERS, path) and reach.allows_at(Permission.SEE_MEMBERS, path)


def dues_branches(reach: Reach) -> OrganizationQuerySet:
    """Return the branches whose dues figures a person may read."""
    kinds = Q(kind=Organization.Kind.BRANCH) | Q(
        kind=Organization.Kind.HOSPITAL, form=Organization.Form.BRANCH
    )
    here = reach.condition_for(Permission.SEE_LEDGERS, "path")
    return Organization.objects.on(reach.day).filter(here, kinds).order_by("path")


def figures_of(branches: Collection[Organization], month: date) -> list[BranchDues]:
    """Return the public figures of many branches: three statements."""
    keys = [branch.pk for branch in branches]
    owes = counted(owing(month).filter(organization__in=keys), Count("member", distinct=True))
    payments = DuesPayment.objects.filter(organization__in=keys)
    paid: dict[int, tuple[int, Decimal]] = {}
    rows = payments.filter(month=month).order_by().values(key=F("organization_id"))
    for row in rows.annotate(number=Count("pk"), amount=Sum("amount")):
        paid[row["key"]] = (row["number"], row["amount"])
    until = payments.filter(month__year=month.year, month__lte=month)
    year = counted(until, Sum("amount"))
    return [
        BranchDues(
            branch,
            owes.get(branch.pk, 0),
            *paid.get(branch.pk, (0, NONE)),
            year.get(branch.pk, NONE),
        )
        for branch in branches
    ]


def counted(rows: QuerySet, what: Count | Sum) -> dict:
    """Return a figure for each organization."""
    return dict(rows.order_by().values_list("organization_id").annotate(number=what))


def paid_months(member: Member, year: int, branches: Collection[int] | None) -> dict[int, Decimal]:
    """Return what a member paid by month of a year; to some branches only, or (None, for the member alone) anywhere."""
    payments = DuesPayment.objects.filter(member=member, month__year=year)
    if branches is not None:
        payments = payments.filter(organization__in=branches)
    found: dict[int, Decimal] = defaultdict(lambda: NONE)
    for month, amount in payments.order_by("month").values_list("month", "amount"):
        found[month.month] += amount
    return dict(found)
