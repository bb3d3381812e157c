"""Ledger entries of the demo, as ``ledgers.services`` would have left them: the same checks, the same versions and events.

What a record is made of comes from the services' own pure functions (``clean``, ``fill``, ``snapshot``, ``history``); only
the writing is this package's.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from qiangji.accounts.models import User
from qiangji.ledgers.cleaning import clean
from qiangji.ledgers.inputs import AttendanceInput, RecordInput
from qiangji.ledgers.models import Attendance, Declaration, DuesPayment, HeartTalk, Record, RecordKind
from qiangji.ledgers.recorders import Recorder, recorder_of
from qiangji.ledgers.services.records import history
from qiangji.ledgers.snapshots import fill, snapshot
from qiangji.lib.dates import SHANGHAI
from qiangji.members.models import Member, Person
from qiangji.orgs.models import Organization
from qiangji.web.demo.store import Store

ABSENT, LEAVE, EXEMPT = Attendance.Presence.ABSENT, Attendance.Presence.LEAVE, Attendance.Presence.EXEMPT


class Journal:
    """Takes entries until the demo's day; what lies after it is left out."""

    def __init__(self, store: Store, *, until: date) -> None:
        self.store, self.until = store, until
        self.recorders: dict[int | None, Recorder] = {}
        self.kept: dict[tuple[int, str], Organization] = {}

    def recorder(self, by: User | None, at: datetime) -> Recorder:
        """Return under which roles somebody records, read once for each person."""
        key = by.pk if by else None
        if key not in self.recorders:
            self.recorders[key] = recorder_of(by, at)
        return self.recorders[key]

    def write(
        self, organization: Organization, data: RecordInput, *, by: User | None, at: datetime | None = None
    ) -> Record | None:
        """Take one record, entered the day after unless said otherwise. Raises ValueError for one that would be refused."""
        last = data.end_date if data.end_date and data.end_date <= self.until else data.date
        if data.date > self.until:
            return None
        at = at or datetime.combine(last + timedelta(days=1), time(16, 20), tzinfo=SHANGHAI)
        return self.take(organization, data, by=by, at=at)

    def draft(self, organization: Organization, data: RecordInput, *, at: datetime) -> Record:
        """Take a draft that a plan made for a day ahead: it counts for nothing yet."""
        return self.take(organization, data, by=None, at=at)

    def take(self, organization: Organization, data: RecordInput, *, by: User | None, at: datetime) -> Record:
        """Take one record."""
        done, problems = clean(organization, data, at)
        if done is None:
            raise ValueError(f"{organization} {data.kinds} {data.date}: {problems}")
        row = fill(Record(organization=organization), done)
        row.version, row.recorded_by, row.recorded_at, row.changed_at = 1, by, at, at
        self.store.put(row)
        for kind in done.data.kinds:
            self.store.add(RecordKind, record_id=row.pk, kind=kind)
            if row.state == Record.State.CONFIRMED:
                self.store.changed(f"record.{kind}", organization.pk, row.date)
                self.kept[organization.pk, kind] = organization
        for line in data.attendance or ():
            self.store.add(
                Attendance,
                record_id=row.pk,
                person_id=line.person.pk,
                presence=str(line.presence),
                is_keynote=line.is_keynote,
            )
        self.keep(row, done.data, done.kinds, by, at)
        return row

    def keep(self, row: Record, data: RecordInput, kinds: Any, by: User | None, at: datetime) -> None:
        """Take a record's first version and its event."""
        version = snapshot(row, data.kinds, data.attendance or ())
        entered = self.recorder(by, at).entered_as(row.organization, kinds)
        if entered:
            version["entered_as"] = entered
        change, entry = history(row, version, "recorded", by, at)
        self.store.put(change)
        self.store.log(entry)

    def talk(
        self, organization: Organization, pair: tuple[Person, Person], day: date, *, by: User | None
    ) -> None:
        """Take one talk between two people."""
        if day > self.until:
            return
        first, second = sorted(pair, key=lambda person: person.pk)
        at = datetime.combine(day + timedelta(days=1), time(10), tzinfo=SHANGHAI)
        row = HeartTalk(
            organization=organization, first=first, second=second, date=day, recorded_by=by, recorded_at=at
        )
        self.store.put(row)
        data = {"organization": organization.code, "date": day.isoformat()}
        self.store.note("talk.recorded", "talk", row.public_id, data, by=by, at=at)
        self.store.changed("talk", organization.pk, day)
        self.kept[organization.pk, "heart_talk"] = organization

    def dues(
        self,
        organization: Organization,
        paid: Iterable[tuple[Member, Decimal, date]],
        month: date,
        *,
        by: User | None,
    ) -> None:
        """Take what members of a branch paid for a month, entered in one go."""
        at = datetime.combine(min(month.replace(day=26), self.until), time(17), tzinfo=SHANGHAI)
        data = f'{{"month":"{month.isoformat()}"}}'
        for member, amount, day in paid:
            public_id: UUID = self.store.new_id()
            self.store.add(
                DuesPayment,
                public_id=public_id,
                member_id=member.pk,
                organization_id=organization.pk,
                month=month,
                amount=amount,
                paid_date=day,
                recorded_by_id=by.pk if by else None,
                recorded_at=at,
            )
            self.store.tell("dues.recorded", "dues", public_id, data, by=by, at=at)
            self.store.changed("dues", organization.pk, month)
        self.kept[organization.pk, "dues"] = organization

    def declare(
        self, organization: Organization, kind: str, first: date, last: date, *, is_nil: bool, by: User | None
    ) -> None:
        """Take a declaration that a ledger is complete from one day to another."""
        at = datetime.combine(last, time(18), tzinfo=SHANGHAI)
        row = Declaration(
            organization=organization,
            kind=kind,
            start_date=first,
            end_date=last,
            is_nil=is_nil,
            declared_by=by,
            declared_at=at,
        )
        self.store.put(row)
        data = {
            "organization": organization.code,
            "kind": kind,
            "start_date": first.isoformat(),
            "end_date": last.isoformat(),
            "is_nil": is_nil,
        }
        self.store.note("declaration.made", "declaration", row.public_id, data, by=by, at=at)
        self.store.changed(f"declaration.{kind}", organization.pk, first)

    def declare_kept(self, first: date, *, by: dict[int, User | None]) -> None:
        """Declare every ledger complete in which something was entered, by its organization's recorder; then forget."""
        for (key, kind), organization in self.kept.items():
            self.declare(organization, kind, first, self.until, is_nil=False, by=by.get(key))
        self.kept.clear()


def listed(
    people: Sequence[Any],
    day: date,
    *,
    keynotes: Sequence[Any] = (),
    away: Sequence[Any] = (),
) -> tuple[AttendanceInput, ...]:
    """Return the list of an event: who is excused, who was away on leave, who spoke."""
    lines = []
    for one in people:
        presence = Attendance.Presence.PRESENT
        if one in away:
            presence = LEAVE
        if one.is_excused_on(day):
            presence = EXEMPT
        spoke = one in keynotes and presence == Attendance.Presence.PRESENT
        lines.append(AttendanceInput(one.person, presence, spoke))
    return tuple(lines)
