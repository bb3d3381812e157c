"""A record as one canonical text: what every version is kept as, and what two versions are compared by."""

from collections.abc import Iterable
from typing import Any

from qiangji.ledgers.cleaning import Clean
from qiangji.ledgers.inputs import AttendanceInput, RecordInput
from qiangji.ledgers.models import Record
from qiangji.lib.numbers import plain

# Columns of Record that are taken over from what was handed in as they are.
TAKEN = (
    "date",
    "end_date",
    "year",
    "title",
    "place",
    "host",
    "agenda",
    "outcome",
    "hours",
    "amount",
    "quantity",
    "values",
    "expected",
    "present",
    "state",
    "source",
)
WRITTEN = (*TAKEN, "natural_key", "is_restricted", "version", "changed_at")


def snapshot(record: Record, kinds: Iterable[str], attendance: Iterable[AttendanceInput]) -> dict[str, Any]:
    """Return everything a record says, persons by public id, numbers and days as text; files have their own history."""
    return {
        "organization": record.organization.code,
        "kinds": sorted(kinds),
        "state": str(record.state),
        "date": record.date.isoformat(),
        "end_date": record.end_date.isoformat() if record.end_date else None,
        "year": record.year,
        "title": record.title,
        "place": record.place,
        "host": str(record.host.public_id) if record.host else None,
        "agenda": record.agenda,
        "outcome": record.outcome,
        "hours": plain(record.hours),
        "amount": plain(record.amount),
        "quantity": record.quantity,
        "values": record.values,
        "expected": record.expected,
        "present": record.present,
        "is_restricted": record.is_restricted,
        "source": str(record.source),
        "natural_key": record.natural_key,
        "attendance": sorted(
            [str(line.person.public_id), str(line.presence), line.is_keynote] for line in attendance
        ),
    }


def fill(record: Record, clean: Clean) -> Record:
    """Put what was handed in onto a row, without storing it; a stored record keeps the key it has."""
    for name in TAKEN:
        setattr(record, name, getattr(clean.data, name))
    record.natural_key = clean.data.natural_key or record.natural_key
    record.is_restricted = clean.is_restricted
    return record


def lines_of(record: Record) -> tuple[AttendanceInput, ...]:
    """Return a stored record's list, persons loaded or prefetched."""
    return tuple(
        AttendanceInput(line.person, line.presence, line.is_keynote) for line in record.attendances.all()
    )


def record_input_of(record: Record) -> RecordInput:
    """Return a stored record as it would be handed in again: for the edit form and for "same as last time"."""
    taken = {name: getattr(record, name) for name in TAKEN}
    return RecordInput(
        kinds=tuple(row.kind for row in record.kinds.all()),
        natural_key=record.natural_key,
        attendance=lines_of(record) or None,
        **taken,
    )
