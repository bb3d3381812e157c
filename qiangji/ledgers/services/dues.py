"""Record the dues 党费 that members paid, month by month; a whole branch in one call."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import DuesPayment
from qiangji.lib.dates import local_day
from qiangji.members.models import BranchMembership, Member
from qiangji.orgs.models import Organization
from qiangji.orgs.services.facts import note_changes

BATCH = 1000
OBJECT = "dues"
MOST = Decimal("99999999.99")


@dataclass(frozen=True)
class DuesInput:
    """A member paid an amount (yuan) of one month's dues to a branch; ``month`` is any day of that month."""

    member: Member
    organization: Organization
    month: date
    amount: Decimal
    paid_date: date

    @property
    def first(self) -> date:
        """The month as it is stored: its first day."""
        return self.month.replace(day=1)


@dataclass(frozen=True)
class DuesRecorded:
    """What became of the rows."""

    created: int
    changed: int
    unchanged: int


@dataclass
class Sorted:
    """Payments of a batch: to be made, to be corrected (with the old amount)."""

    new: list[DuesPayment]
    corrected: list[tuple[DuesPayment, Decimal]]


@transaction.atomic
def record_dues(*, rows: Sequence[DuesInput], by: User | None, at: datetime) -> DuesRecorded:
    """Record payments in bulk by member and month: new ones are added, known ones corrected, the same changes nothing.

    Refuses (LedgersError) the whole batch where a row is twice, has a negative amount or more than two decimals, a day
    of payment to come, a month after this one, or a member who was not in that branch in that month.
    """
    check_rows(rows, local_day(at))
    created = changed = 0
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        check_affiliations(batch)
        found = sort_out(batch, by, at)
        DuesPayment.objects.bulk_create(found.new)
        corrected = [payment for payment, _ in found.corrected]
        if corrected:
            DuesPayment.objects.bulk_update(
                corrected, ["organization", "amount", "paid_date", "recorded_by", "recorded_at"]
            )
        write_down(found, by=by, at=at)
        touched = [*found.new, *corrected]
        note_changes(changes=[("dues", row.organization_id, row.month) for row in touched], at=at)
        created += len(found.new)
        changed += len(corrected)
    return DuesRecorded(created, changed, len(rows) - created - changed)


def check_rows(rows: Sequence[DuesInput], today: date) -> None:
    """Refuse rows that cannot be, each named by member and month."""
    times = Counter((row.member.pk, row.first) for row in rows)
    for row in rows:
        where = f"{row.member.person.name} {row.first:%Y-%m}"
        if times[row.member.pk, row.first] > 1:
            raise LedgersError(f"{where}：同一月份出现多次，请只保留一行。")
        if not row.amount.is_finite() or not 0 <= row.amount <= MOST:
            raise LedgersError(f"{where}：金额 {row.amount} 有误，请填不小于 0 的数。")
        if row.amount != round(row.amount, 2):
            raise LedgersError(f"{where}：金额 {row.amount} 最多两位小数。")
        if row.paid_date > today:
            raise LedgersError(f"{where}：交纳日期 {row.paid_date} 晚于今天，请在交纳后登记。")
        if row.first > today.replace(month=12, day=31):
            raise LedgersError(f"{where}：所属月份在今年以后，预交请登记到今年 12 月为止。")


def check_affiliations(rows: Sequence[DuesInput]) -> None:
    """Refuse members who did not belong to the branch in the month that they paid for: one statement."""
    first, last = min(row.first for row in rows), max(row.first for row in rows)
    memberships = BranchMembership.objects.filter(
        Q(end_date__isnull=True) | Q(end_date__gte=first),
        member__in={row.member.pk for row in rows},
        start_date__lt=month_after(last),
    )
    spells: dict[tuple[int, int], list[tuple[date, date | None]]] = {}
    for member, place, start, end in memberships.values_list(
        "member_id", "organization_id", "start_date", "end_date"
    ):
        spells.setdefault((member, place), []).append((start, end))
    for row in rows:
        held = spells.get((row.member.pk, row.organization.pk), [])
        if not any(
            start < month_after(row.first) and (end is None or end >= row.first) for start, end in held
        ):
            raise LedgersError(
                f"{row.member.person.name} {row.first:%Y-%m}：该月不在“{row.organization.short_name}”，"
                "请核对党支部和月份。"
            )


def month_after(first: date) -> date:
    """Return the first day of the next month.

    >>> month_after(date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def sort_out(rows: Sequence[DuesInput], by: User | None, at: datetime) -> Sorted:
    """Tell new payments from corrections: one statement."""
    held = {
        (row.member_id, row.month): row
        for row in DuesPayment.objects.select_for_update().filter(
            member__in={row.member.pk for row in rows}, month__in={row.first for row in rows}
        )
    }
    found = Sorted([], [])
    for row in rows:
        payment = held.get((row.member.pk, row.first))
        if payment is None:
            payment = DuesPayment(member=row.member, month=row.first)
            found.new.append(payment)
        elif (payment.organization_id, payment.amount, payment.paid_date) == (
            row.organization.pk,
            row.amount,
            row.paid_date,
        ):
            continue
        else:
            found.corrected.append((payment, payment.amount))
        payment.organization, payment.amount, payment.paid_date = row.organization, row.amount, row.paid_date
        payment.recorded_by, payment.recorded_at = by, at
    return found


def write_down(found: Sorted, *, by: User | None, at: datetime) -> None:
    """Log payments, each as an object of its own; the log names months and whether the amount changed, no person."""
    Event.objects.bulk_create(
        event(
            verb="dues.recorded",
            obj_type=OBJECT,
            obj_id=payment.public_id,
            data={"month": payment.month.isoformat()},
            by=by,
            at=at,
            sequence=1,
        )
        for payment in found.new
    )
    for payment, old in found.corrected:
        record(
            verb="dues.corrected",
            obj_type=OBJECT,
            obj_id=payment.public_id,
            data={"month": payment.month.isoformat(), "amount_changed": old != payment.amount},
            by=by,
            at=at,
        )


@transaction.atomic
def remove_dues(*, payment: DuesPayment, by: User | None, at: datetime) -> None:
    """Take back a payment that was ticked by mistake. The log keeps that it was there."""
    record(
        verb="dues.removed",
        obj_type=OBJECT,
        obj_id=payment.public_id,
        data={"month": payment.month.isoformat()},
        by=by,
        at=at,
    )
    note_changes(changes=[("dues", payment.organization_id, payment.month)], at=at)
    payment.delete()
