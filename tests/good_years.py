"""A year in which everything that the checks ask for was done, for ``histories`` to take away from and to move about in.

It is made out of the checks themselves: each node that asks for events gets them, in each of its stretches, with the
properties that it wants. It need not be perfect: what it does for one check may not suit another, and then both
evaluations have to say so.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from qiangji.rules.language import Absent, Attended, Condition, Every, Selection, Share
from qiangji.rules.needs import nodes_of
from qiangji.rules.vocabulary import RECORDS
from qiangji.standards.checks import WINDOWS
from tests.history import (
    PARENTS,
    PEOPLE,
    SEATS,
    STATES,
    Declared,
    Entry,
    Holding,
    Human,
    Seat,
    Stay,
    TermOf,
    checks,
)

# Where a thing is done, for whom: the branches of hospital ``H`` hold what is asked of each of them.
BELOW = {"H": ("B1", "B2"), "O": ("O",), "B1": ("B1",), "B2": ("B2",)}
AMPLE = {"hours": "60", "theory_hours": "30", "quantity": "30", "amount": "6000"}
EVERYBODY = tuple((person, "present", person == 0) for person in PEOPLE)


def good_people(year: int) -> list[Human]:
    """Members for years, three to a branch, the last at the hospital that is a branch."""
    long_ago = date(year - 9, 7, 1)
    homes = ("B1", "B1", "B1", "B2", "B2", "B2", "O")
    return [Human(long_ago, long_ago, stays=(Stay(home, long_ago, None),)) for home in homes]


def good_seats(year: int) -> list[Seat]:
    """Every seat filled for years, but for a deputy who changed in March with the superior's consent."""
    since = date(year - 4, 3, 1)
    found = []
    for node in BELOW:
        for place, (body, kind) in enumerate(SEATS if node in ("H", "O") else SEATS[:3]):
            holders = (Holding((place + place // 7) % len(PEOPLE), since, None, None),)
            if kind == "deputy_secretary":
                changed, last = date(year, 3, 10), date(year, 3, 9)
                holders = (Holding(5, since, last, None), Holding(6, changed, None, date(year, 3, 1)))
            found.append(Seat(node, body, kind, kind != "member", since, None, holders))
    return found


def good_terms(year: int) -> list[TermOf]:
    """A term that ran out in the summer and was followed in time, and its successor."""
    found = []
    for node in BELOW:
        for body in ("committee", "discipline") if node in ("H", "O") else ("committee",):
            due, follows = date(year, 6, 10), date(year, 6, 8)
            steps = (
                ("reminder", date(year - 1, 11, 1)), ("request", date(year, 1, 20)), ("approval", date(year, 3, 1)),
            )  # fmt: skip
            found.append(
                TermOf(
                    node, body, 1, date(year - 4, 3, 1), due, date(year, 6, 7), "assembly", None, steps, False
                )
            )
            found.append(
                TermOf(node, body, 2, follows, date(year + 5, 6, 8), None, "assembly", None, (), False)
            )
    return found


def good_states(year: int) -> list[tuple[str, str, str, date, date | None]]:
    """The last of each item's values."""
    return [
        (node, kind, values[-1], date(year - 1, 1, 1), None)
        for node in ("H", "O")
        for kind, values in STATES.items()
    ]


def good_declarations(year: int, kinds: list[str]) -> list[Declared]:
    """Every ledger of every subject, complete for three years."""
    first, last = date(year - 1, 1, 1), date(year + 1, 3, 31)
    return [Declared(node, kind, first, last, False) for node in BELOW for kind in kinds]


def good_entries(year: int) -> list[Entry]:
    """Records that meet each node of each check at each subject; the same one only once."""
    found: dict[str, Entry] = {}
    for subject, below in BELOW.items():
        for criterion, entry in checks()["H" if subject in ("H", "O") else "B1"]:
            for node in nodes_of(entry.check):
                for one in entries_for(node.operand, subject, below, WINDOWS[criterion.window], year):
                    found[repr(one)] = one
    return list(found.values())


def entries_for(
    operand: Any, subject: str, below: tuple[str, ...], window: str, year: int
) -> Iterator[Entry]:
    """Yield what one operator asks for."""
    if isinstance(operand, Absent):
        return
    if isinstance(operand, Attended):
        for kind in operand.kinds:
            form = {"life_form": "theme_party_day"} if kind == "dual_theme_day" else {}
            base = {"dual_theme_day": "dual_organization_life"}.get(kind, kind)
            yield record(base, subject, date(year, 4, 12), form)
    elif isinstance(operand, Share):
        # What counts from above as well is held there.
        held_at = (PARENTS[subject] or subject,) if operand.from_above else (subject,)
        for node in below if operand.of == "branches" else held_at:
            yield from entries_for(operand.meets.asked, node, below, window, year)
    elif isinstance(operand, Selection):
        asked = operand.where | (operand.has if isinstance(operand, Every) else {})
        for day in days_of(operand, operand.window or window, year):
            kind = operand.kinds[0]
            # What follows from a record's date or person is asked by its own name.
            kind = {"guided_life_meeting": "organization_life_meeting", "guided_appraisal": "member_appraisal",
                    "dues_filed": "dues_disclosure"}.get(kind, kind)  # fmt: skip
            if kind in RECORDS:
                for leader in PEOPLE if kind in ("duty_list", "research_topic") else (None,):
                    yield record(kind, subject, day, asked, leader)


def days_of(operand: Selection, window: str, year: int) -> list[date]:
    """Return a day in each stretch that is asked for."""
    if window == "previous_year":
        year -= 1
    step = {"month": 1, "quarter": 3, "half": 6}.get(getattr(operand, "per", ""))
    if step:
        return [date(year, month, 10) for month in range(1, 13, step)]
    month = {"july": 7, "january": 1}.get(window, 4)
    return [date(year, month, 12), date(year, month, 13)]


def record(kind: str, node: str, day: date, asked: Any, leader: int | None = None) -> Entry:
    """A record with all properties of its kind, those that are asked for as they are asked."""
    values: dict[str, Any] = {}
    for name, known in RECORDS[kind].properties.items():
        if known.type == "number":
            values[name] = AMPLE.get(name, "20")
        else:
            values[name] = True if known.type == "flag" else wanted(asked.get(name), known.choices[0])
    if kind == "dues_disclosure":
        values["filed_date"] = day.isoformat()
    who = EVERYBODY if RECORDS[kind].attended else ()
    guide = 0 if kind in ("organization_life_meeting", "member_appraisal") else None
    about = BELOW[node][0] if kind == "redo_order" else None
    return Entry(node, (kind,), "confirmed", day, None, day.year, values, who, leader, guide, about)


def wanted(condition: Any, otherwise: str) -> str:
    """Return a code that a condition takes."""
    if condition is None or isinstance(condition, bool | Decimal):
        return otherwise
    if isinstance(condition, Condition):
        return str(condition.equals if condition.equals is not None else condition.one_of[0])
    return str(condition)
