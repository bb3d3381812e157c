"""Transfers as each side may read them: the receiver knows name, status, sender and letter until it has received."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, QuerySet

from qiangji.members.models import Transfer
from qiangji.orgs import paths
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.orgs.selectors import hospitals_by_path

State = Transfer.State


@dataclass(frozen=True)
class TransferView:
    """One transfer, and what this reader may do and know of it."""

    row: Transfer
    sender: Organization
    is_sender: bool
    may_send: bool
    may_receive: bool
    day: date

    @property
    def is_open(self) -> bool:
        """Whether it waits for receipt."""
        return self.row.state == State.SENT

    @property
    def is_overdue(self) -> bool:
        """Whether the letter's validity passed without receipt."""
        return self.is_open and self.row.valid_until < self.day

    @property
    def days_left(self) -> int:
        """Days until the letter lapses, its last day included; negative past it."""
        return (self.row.valid_until - self.day).days

    @property
    def status(self) -> str:
        """正式党员 or 预备党员: today, and once received as it was on that day (what comes later is not the sender's)."""
        confirmed, day = self.row.member.confirmed_date, self.row.received_date or self.day
        return "正式党员" if confirmed is not None and confirmed <= day else "预备党员"

    @property
    def destination(self) -> str:
        """Where the member goes."""
        return self.row.target.name if self.row.target else f"{self.row.outside}（系统外）"

    @property
    def branch(self) -> Organization | None:
        """The receiver's branch, known to the receiver only."""
        return self.row.branch if self.may_receive else None


def transfers_sent(reach: Reach) -> QuerySet[Transfer]:
    """Return the transfers out of this person's organizations, open ones first."""
    return ordered(Transfer.objects.sent_from(reach))


def transfers_arriving(reach: Reach) -> QuerySet[Transfer]:
    """Return the transfers into this person's hospitals, open ones first."""
    return ordered(Transfer.objects.arriving_at(reach))


@dataclass(frozen=True)
class Arrivals:
    """How many members are on their way to this person's hospitals, and when the first letter lapses."""

    count: int
    valid_until: date


def arrivals_waiting(reach: Reach) -> Arrivals | None:
    """Return what waits to be received; None where nothing does. One statement, none for who keeps no register."""
    if not reach.may_somewhere(Permission.MANAGE_MEMBERS):
        return None
    waiting = Transfer.objects.arriving_at(reach).filter(state=State.SENT)
    found = waiting.aggregate(count=Count("pk"), first=Min("valid_until"))
    return Arrivals(found["count"], found["first"]) if found["count"] else None


def ordered(rows: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """Order transfers as lists show them, with what a line needs."""
    return rows.select_related("member__person", "source", "target", "branch").order_by("-sent_date", "-pk")


def overdue(rows: QuerySet[Transfer], day: date) -> QuerySet[Transfer]:
    """Keep transfers whose letter lapsed before anybody received the member."""
    return rows.filter(state=State.SENT, valid_until__lt=day)


def views_of(rows: Sequence[Transfer], reach: Reach) -> list[TransferView]:
    """Return how a person reads these transfers: one statement for the sending hospitals."""
    hospitals = hospitals_by_path({path for row in rows for path in paths.ancestors(row.source.path)})
    shown = []
    for row in rows:
        above = [hospitals[path] for path in paths.ancestors(row.source.path) if path in hospitals]
        target = row.target.path if row.target else None
        shown.append(
            TransferView(
                row=row,
                sender=above[-1] if above else row.source,
                is_sender=reach.allows_at(Permission.SEE_MEMBERS, row.source.path),
                may_send=reach.allows_at(Permission.MANAGE_MEMBERS, row.source.path),
                may_receive=target is not None and reach.allows_at(Permission.MANAGE_MEMBERS, target),
                day=reach.day,
            )
        )
    return shown


def next_letter_number(hospital: Organization, day: date) -> str:
    """Suggest the number of the next letter of a hospital in a year: 2026-007."""
    sent = Transfer.objects.filter(paths.below(hospital.path, "source__path"), sent_date__year=day.year)
    return f"{day.year}-{sent.count() + 1:03d}"
