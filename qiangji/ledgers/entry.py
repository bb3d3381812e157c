"""From what is typed to what is stored, and back: the recording form's values, and the list of who was there.

The attendance of a form is posted as one answer per person (``p-<id>``: present, leave, exempt, absent) and one tick for
who spoke (``k-<id>``), so that it works without script and nothing has to be unpacked.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from qiangji.ledgers.forms import RecordForm, person_text
from qiangji.ledgers.models import Attendance, Record
from qiangji.ledgers.people import numbers_of, people_of
from qiangji.ledgers.selectors import expected_attendance
from qiangji.ledgers.services.records import AttendanceInput, RecordInput
from qiangji.ledgers.vocabulary import COLUMNS, fields_of, kind_of
from qiangji.members.models import Person
from qiangji.orgs.forms import option_text
from qiangji.orgs.models import Organization

PRESENCE, KEYNOTE, BY_HAND = "p-", "k-", "x-"
ADDED = "另外参加"
OWN_COLUMNS = ("date", "title", "year", *COLUMNS)
# What a new record takes over from the last one of its kinds; what came of it is new each time.
TAKEN_OVER = ("place", "host", "agenda", "hours")


@dataclass(frozen=True)
class Line:
    """One person of the attendance as the form shows it."""

    person: Person
    presence: str
    is_keynote: bool
    group: str = ""
    number: str = ""

    @property
    def key(self) -> str:
        return str(self.person.public_id)

    @property
    def is_added(self) -> bool:
        """Whether somebody put this person on the list by hand."""
        return self.group == ADDED

    @property
    def is_exempt(self) -> bool:
        return self.presence == Attendance.Presence.EXEMPT


def lines_for(
    organization: Organization,
    kinds: Sequence[str],
    on: date,
    given: Iterable[AttendanceInput],
    added: Container[str] | None = None,
) -> list[Line]:
    """Return who is listed: who is expected by the register, present unless said otherwise, and who was added.

    ``added`` are the ids of those whom somebody put on the list by hand; None keeps everybody given. Without it, who was
    expected of other kinds would stay on the list when the kinds change.
    """
    said = {one.person.pk: one for one in given}
    lines = []
    for expected in expected_attendance(organization, kinds, on):
        one = said.pop(expected.person.pk, None)
        lines.append(
            Line(
                expected.person,
                one.presence if one else expected.presence,
                bool(one and one.is_keynote),
                expected.group,
            )
        )
    lines += [
        Line(one.person, one.presence, one.is_keynote, ADDED)
        for one in said.values()
        if added is None or str(one.person.public_id) in added
    ]
    return lines


def attendance_posted(
    organization: Organization, posted: Mapping[str, str], on: date
) -> tuple[AttendanceInput, ...]:
    """Return the attendance as it was sent; people from elsewhere are not among it."""
    asked = {}
    for name, value in posted.items():
        if name.startswith(PRESENCE) and value in Attendance.Presence.values and (key := read_id(name)):
            asked[key] = value
    found = people_of(organization, on).filter(public_id__in=asked).order_by("pinyin", "name", "pk")
    return tuple(
        AttendanceInput(
            person=person,
            presence=asked[person.public_id],
            is_keynote=asked[person.public_id] == Attendance.Presence.PRESENT
            and f"{KEYNOTE}{person.public_id}" in posted,
        )
        for person in found
    )


def read_id(name: str) -> UUID | None:
    """Return the id behind a posted name, or None where it is none."""
    try:
        return UUID(name[len(PRESENCE) :])
    except ValueError:
        return None


def added_by_hand(posted: Iterable[str]) -> set[str]:
    """Return the ids of those who were put on the list by hand."""
    return {name[len(BY_HAND) :] for name in posted if name.startswith(BY_HAND)}


def asks_for_people(kinds: Sequence[str]) -> bool:
    """Say whether one of the kinds keeps a list of who was there."""
    return any(kind_of(code).attendance != "none" for code in kinds)


def has_keynote(kinds: Sequence[str]) -> bool:
    """Say whether one of the kinds asks who spoke."""
    return any(kind_of(code).keynote for code in kinds)


def input_from(
    form: RecordForm,
    kinds: Sequence[str],
    attendance: tuple[AttendanceInput, ...] | None,
    base: RecordInput | None = None,
) -> RecordInput:
    """Return what a valid form says as the services take it; ``base`` is the record that is being changed."""
    data = form.cleaned_data
    columns = {name: data[name] for name in OWN_COLUMNS if name in data}
    columns = {name: "" if value is None and name in TEXTS else value for name, value in columns.items()}
    values = {
        field.name: data[field.name]
        for field in form.ledger_fields
        if not field.column and data.get(field.name) not in (None, "", [])
    }
    start = base or RecordInput(kinds=tuple(kinds), date=data["date"])
    return replace(
        start,
        **columns,
        kinds=tuple(kinds),
        values=values,
        attendance=attendance,
        state=Record.State.CONFIRMED,
    )


TEXTS = frozenset({"title", "place", "agenda", "outcome"})


def form_values(data: RecordInput, on: date) -> dict[str, Any]:
    """Return what the form shows for a record: people as name and staff number, organizations as code and name."""
    shown: dict[str, Any] = {name: getattr(data, name) for name in OWN_COLUMNS}
    by_id = people_in(data)
    numbers = numbers_of(list(by_id.values()), on)

    def text(key: Any) -> str:
        person = key if isinstance(key, Person) else by_id.get(str(key))
        return person_text(person, numbers.get(person.pk, "")) if person else ""

    if data.host is not None:
        shown["host"] = text(str(data.host.public_id))
    for field in fields_of(data.kinds):
        if field.column or field.name not in data.values:
            continue
        value = data.values[field.name]
        match field.type:
            case "person":
                shown[field.name] = text(value)
            case "persons":
                shown[field.name] = "、".join(filter(None, map(text, value)))
            case "organization":
                node = Organization.objects.filter(public_id=value).first()
                shown[field.name] = option_text(node) if node else ""
            case _:
                shown[field.name] = value
    return shown


def people_in(data: RecordInput) -> dict[str, Person]:
    """Return everybody whom a record's fields name, by public id: one statement."""
    keys: set[str] = {str(data.host.public_id)} if data.host else set()
    for field in fields_of(data.kinds):
        value = data.values.get(field.name)
        if value and field.type in ("person", "persons"):
            several = value if isinstance(value, list | tuple) else [value]
            keys |= {str(getattr(one, "public_id", one)) for one in several}
    return {str(row.public_id): row for row in Person.objects.filter(public_id__in=keys)} if keys else {}


def started_from(last: RecordInput, on: date) -> dict[str, Any]:
    """Return what a new record of the same kinds begins with: place, host, agenda, hours and choices of last time."""
    shown = form_values(last, on)
    choices = {field.name for field in fields_of(last.kinds) if field.type == "choice"}
    return {name: value for name, value in shown.items() if name in TAKEN_OVER or name in choices}
