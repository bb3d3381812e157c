"""Rows of the ledgers for tests, written straight into the tables; the services have their own tests."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from qiangji.accounts.models import User
from qiangji.ledgers.models import (
    Attendance,
    Declaration,
    HeartTalk,
    Record,
    RecordKind,
    RecordTemplate,
    RecurringPlan,
)
from qiangji.members.models import Person
from qiangji.orgs.models import Organization

RECORDED = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
DAY = date(2026, 6, 12)


def make_record(
    organization: Organization,
    kinds: Sequence[str] = ("theme_party_day",),
    *,
    people: Sequence[Person] = (),
    keynote: Person | None = None,
    by: User | None = None,
    **fields: object,
) -> Record:
    """Store one record of some kinds; ``people`` all came, ``keynote`` (one of them) spoke."""
    day = fields.get("date", DAY)
    defaults: dict[str, object] = {
        "date": day,
        "year": day.year,
        "title": "主题党日",
        "recorded_by": by,
        "recorded_at": RECORDED,
        "changed_at": RECORDED,
    }
    if people:
        defaults |= {"expected": len(people), "present": len(people)}
    record = Record.objects.create(organization=organization, **(defaults | fields))
    RecordKind.objects.bulk_create(RecordKind(record=record, kind=kind) for kind in kinds)
    Attendance.objects.bulk_create(
        Attendance(record=record, person=person, is_keynote=person == keynote) for person in people
    )
    return record


def make_declaration(
    organization: Organization,
    kind: str = "theme_party_day",
    start_date: date = date(2026, 1, 1),
    end_date: date = date(2026, 12, 31),
    **fields: object,
) -> Declaration:
    """Store the statement that a ledger is complete from one day to another."""
    return Declaration.objects.create(
        organization=organization,
        kind=kind,
        start_date=start_date,
        end_date=end_date,
        **({"declared_at": RECORDED} | fields),
    )


def make_talk(
    organization: Organization, one: Person, other: Person, date: date = DAY, **fields: object
) -> HeartTalk:
    """Store that two people talked with each other."""
    first, second = sorted((one, other), key=lambda person: person.pk)
    return HeartTalk.objects.create(
        organization=organization,
        first=first,
        second=second,
        date=date,
        **({"recorded_at": RECORDED} | fields),
    )


def make_template(organization: Organization, name: str = "主题党日模板", **fields: object) -> RecordTemplate:
    """Store a template."""
    defaults = {"kinds": ["theme_party_day"], "values": {"place": "会议室"}, "created_at": RECORDED}
    return RecordTemplate.objects.create(organization=organization, name=name, **(defaults | fields))


def make_plan(organization: Organization, **fields: object) -> RecurringPlan:
    """Store a day that comes again: the 15th of each month unless said otherwise."""
    defaults: dict[str, object] = {
        "title": "主题党日",
        "kinds": ["theme_party_day"],
        "every": RecurringPlan.Every.MONTH,
        "start_date": date(2026, 1, 1),
        "created_at": RECORDED,
    }
    if "week" not in fields:
        defaults["day"] = 15
    return RecurringPlan.objects.create(organization=organization, **(defaults | fields))
