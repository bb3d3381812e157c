"""What organizations above a subject recorded and persons of the subject took part in: a hospital's classes count for its branches."""

from collections import defaultdict

from qiangji.ledgers.models import Attendance, Record, RecordKind
from qiangji.orgs.paths import ancestors
from qiangji.rules.facts import Event, Value
from qiangji.rules.vocabulary import POPULATIONS, RECORDS
from qiangji.scoring.collecting.family import Family, Scope
from qiangji.scoring.collecting.records import current, typed


def add_from_above(scope: Scope) -> None:
    """Give each subject the events of those above it at which its persons were present: two statements, if any check asks.

    Who belongs to a subject has to be known by now. Persons of others are left out, so nothing is told about them.
    """
    kinds = scope.needs.from_above & set(RECORDS)
    upward = {upper for path in scope.families for upper in ancestors(path)[:-1]}
    if not kinds or not upward:
        return
    held = records_of(scope, kinds, upward)
    if not held:
        return
    present = present_at({int(event.id) for events in held.values() for _, event in events})
    for path, family in scope.families.items():
        ours = persons_of(family)
        for upper in ancestors(path)[:-1]:
            for kind, event in held.get(upper, ()):
                there = ours & present.get(int(event.id), set())
                if there:
                    family.happened(kind, replaced(event, frozenset(there)))


def persons_of(family: Family) -> set[int]:
    """Return everybody who belongs to any group of persons of a subject."""
    return {
        one.key
        for name, people in family.populations.items()
        if name in POPULATIONS and POPULATIONS[name].of == "persons"
        for one in people
    }


def records_of(scope: Scope, kinds: set[str], upward: set[str]) -> dict[str, list[tuple[str, Event]]]:
    """Return the confirmed records of some kinds at organizations, by their path: one statement."""
    rows = RecordKind.objects.filter(
        current(scope, "kind"),
        record__organization__path__in=upward,
        kind__in=kinds,
        record__state=Record.State.CONFIRMED,
        record__date__lte=scope.moment.as_of,
    ).order_by("record__date", "record_id")
    columns = (
        "record_id", "kind", "record__organization__path", "record__organization_id", "record__date",
        "record__year", "record__hours", "record__values",
    )  # fmt: skip
    found: dict[str, list[tuple[str, Event]]] = defaultdict(list)
    for record_id, kind, path, owner, day, year, hours, values in rows.values_list(*columns):
        properties: dict[str, Value] = typed({"hours": hours, **values}, RECORDS[kind])
        event = Event(str(record_id), day, year, properties, owner=owner, above=True)
        found[path].append((kind, event))
    return found


def present_at(records: set[int]) -> dict[int, set[int]]:
    """Return who was present at records, by their keys: one statement.

    It names the records instead of asking for them a second time, which PostgreSQL without statistics answers by walking
    through everybody's attendance.
    """
    rows = Attendance.objects.filter(record__in=records, presence=Attendance.Presence.PRESENT).order_by()
    found: dict[int, set[int]] = defaultdict(set)
    for record_id, person in rows.values_list("record_id", "person_id"):
        found[record_id].add(person)
    return found


def replaced(event: Event, present: frozenset[int]) -> Event:
    """Return an event with those of one subject who were there."""
    return Event(
        event.id,
        event.day,
        event.year,
        event.values,
        expected=present,
        present=present,
        owner=event.owner,
        above=True,
    )
