"""What a person, a table or the demo hands in to be recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Day
from decimal import Decimal
from typing import Any

from qiangji.ledgers.models import Attendance, Record
from qiangji.members.models import Person


@dataclass(frozen=True)
class AttendanceInput:
    """One person of the list: came, on leave, excused, stayed away; ``is_keynote`` for who spoke or taught."""

    person: Person
    presence: str = Attendance.Presence.PRESENT
    is_keynote: bool = False


@dataclass(frozen=True)
class RecordInput:
    """One entry of the ledgers as it is handed in.

    ``year`` is the 所属年度, by default the date's; ``title`` by default the kinds' own. ``attendance`` None means "no
    list" for a new record and "leave the list as it is" for a stored one; with a list, ``expected`` and ``present`` are
    counted from it. ``values`` may hold Python values or canonical text; rows stand for their public id.
    """

    kinds: tuple[str, ...]
    date: Day
    end_date: Day | None = None
    year: int | None = None
    title: str = ""
    place: str = ""
    host: Person | None = None
    agenda: str = ""
    outcome: str = ""
    hours: Decimal | None = None
    amount: Decimal | None = None
    quantity: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    attendance: tuple[AttendanceInput, ...] | None = None
    expected: int | None = None
    present: int | None = None
    state: str = Record.State.CONFIRMED
    source: str = Record.Source.TYPED
    natural_key: str = ""
