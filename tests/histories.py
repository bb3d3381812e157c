"""Generated histories (``history``): a good year out of which things are taken, moved and changed, and some that are not good.

Dates crowd around year ends, the last of February and the ends of months; members join, move between branches, leave and
come back within the year; seats fall vacant; terms run out.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from qiangji.rules.vocabulary import RECORDS
from tests.good_years import good_declarations, good_entries, good_people, good_seats, good_states, good_terms
from tests.history import (
    ABOVE,
    BRANCHES,
    KINDS,
    PARENTS,
    PEOPLE,
    SINCE,
    STATES,
    SUBJECTS,
    Declared,
    Entry,
    Figure,
    History,
    Holding,
    Human,
    Seat,
    Stay,
    TermOf,
    parameters,
)

YEARS = (2024, 2026, 2028)


def days(year: int) -> st.SearchStrategy[date]:
    """Days from two years before to the spring after, the rims of months, quarters and years more often than others."""
    edges = [date(year, month, 1) - timedelta(days=1) for month in range(1, 13)]
    edges += [one + timedelta(days=1) for one in edges]
    edges += [date(year, 12, 31), date(year + 1, 1, 1), date(year + 1, 1, 15), date(year - 1, 1, 1)]
    return st.sampled_from(edges) | st.dates(date(year - 2, 12, 1), date(year + 1, 3, 31))


@st.composite
def humans(draw: Any, year: int) -> Human:
    """A person: mostly a member who belongs to one branch after the other, with or without days between."""
    if draw(st.integers(0, 5)) == 0:
        return Human(None)
    some = days(year)
    joined = draw(st.just(date(year - 9, 7, 1)) | some)
    confirmed = draw(st.none() | st.just(joined) | some.map(lambda day: max(day, joined)))
    stays, first = [], draw(st.just(date(year - 5, 1, 1)) | some)
    for number in range(draw(st.integers(1, 3))):
        last = draw(some)
        is_open = draw(st.booleans()) or last < first
        stays.append(Stay(draw(st.sampled_from(BRANCHES)), first, None if is_open else last))
        if is_open or number == 2:
            break
        first = last + timedelta(days=draw(st.sampled_from([1, 1, 40, 100, 300])))
    exempt = []
    if draw(st.booleans()):
        one, other = sorted((draw(some), draw(some)))
        exempt.append((draw(st.sampled_from(["training", "organization_life", "all"])), one, other))
    ceased = draw(st.none() | st.none() | some.map(lambda day: max(day, joined)))
    hardship = None
    if draw(st.integers(0, 2)) == 0:
        one, other = sorted((draw(some), draw(some)))
        hardship = (one, draw(st.sampled_from([None, other])))
    return Human(joined, confirmed, ceased, draw(st.booleans()), tuple(stays), tuple(exempt), hardship)


@st.composite
def seats(draw: Any, node: str, body: str, kind: str, year: int) -> Seat:
    """A seat since long or since a day, with up to three holders, with or without gaps between them."""
    some = days(year)
    first = draw(st.just(date(year - 6, 1, 1)) | some)
    held: list[Holding] = []
    since = draw(st.just(first) | some.map(lambda day: max(day, first)))
    for _ in range(draw(st.integers(0, 3))):
        last = draw(some)
        is_open = draw(st.booleans()) or last < since
        consent = draw(st.none() | st.just(since - timedelta(days=draw(st.integers(0, 2)))))
        back = st.just(held[0].person) if held else st.nothing()  # who left comes back
        let_go = (
            None if is_open else draw(st.none() | st.just(last + timedelta(days=draw(st.integers(-1, 1)))))
        )
        how = draw(st.sampled_from(["elected", "by_election", "appointed"]))
        who = draw(back | st.sampled_from(PEOPLE))
        held.append(Holding(who, since, None if is_open else last, consent, let_go, how))
        if is_open:
            break
        since = last + timedelta(days=draw(st.sampled_from([1, 60, 200])))
    ends = draw(st.none() | st.none() | some.map(lambda day: max(day, first)))
    return Seat(node, body, kind, draw(st.booleans()), first, ends, tuple(held))


@st.composite
def terms(draw: Any, node: str, body: str, year: int) -> list[TermOf]:
    """One term, or two of which the second began before, on or after the day on which the first was due."""
    found, first = [], date(year - 4, 3, 1)
    elected = st.sampled_from(["assembly", "congress", "appointed"])
    some = days(year)
    for number in range(1, draw(st.integers(1, 2)) + 1):
        due = max(draw(some), first + timedelta(days=30))
        steps = []
        for kind in ("reminder", "request", "approval"):
            if draw(st.booleans()):
                steps.append((kind, due - timedelta(days=draw(st.sampled_from([10, 119, 125, 180, 190])))))
        moved = draw(st.none() | st.none() | some)
        last = draw(some) if number == 1 else None
        last = max(last, first) if last else None
        found.append(
            TermOf(node, body, number, first, due, last, draw(elected), moved, tuple(steps), not draw(st.integers(0, 4)))
        )  # fmt: skip
        if last is None:
            break
        first = last + timedelta(days=1)
    return found


def value_of(kind: str, name: str) -> st.SearchStrategy[Any]:
    """A property as the ledger keeps it."""
    known = RECORDS[kind].properties[name]
    if known.type == "flag":
        return st.sampled_from([True, True, False])
    if known.type == "choice":
        return st.sampled_from(known.choices)
    return st.sampled_from(["1", "3", "8", "56"] if name == "quantity" else ["0.5", "4", "32", "90.5"])


@st.composite
def entries(draw: Any, kind: str, node: str, day: date, year: int) -> Entry:
    """One record of a kind, sometimes of a second one as well."""
    kinds = [kind]
    if draw(st.integers(0, 4)) == 0:
        kinds += [other for other in [draw(st.sampled_from(KINDS))] if other != kind]
    values = {
        name: draw(value_of(one, name))
        for one in kinds
        for name in RECORDS[one].properties
        if draw(st.integers(0, 5))
    }
    who = []
    if any(RECORDS[one].attended for one in kinds):
        for person in sorted(draw(st.sets(st.sampled_from(PEOPLE)))):
            presence = draw(st.sampled_from(["present", "present", "present", "leave", "exempt", "absent"]))
            who.append((person, presence, presence == "present" and draw(st.booleans())))
    if kind == "dues_disclosure" and draw(st.booleans()):
        values["filed_date"] = draw(days(year)).isoformat()
    if kind == "branch_self_check" and draw(st.booleans()):
        values["month"] = (day.replace(day=1) - timedelta(days=draw(st.integers(0, 1)))).isoformat()[:7]
    whom = st.none() | st.sampled_from(PEOPLE)
    of_life = {"organization_life_meeting", "member_appraisal", "life_meeting_guidance"} & set(kinds)
    about = st.sampled_from(["B1", "B2", "O", "H"])
    return Entry(
        node, tuple(kinds), draw(st.sampled_from(["confirmed"] * 6 + ["draft", "withdrawn"])), day,
        draw(st.none() | st.none() | days(year).map(lambda one: max(one, day))),
        day.year if draw(st.integers(0, 5)) else draw(st.sampled_from([year - 1, year])), values, tuple(who),
        draw(whom) if "duty_list" in kinds or "research_topic" in kinds else None,
        draw(whom) if of_life else None,
        draw(about) if of_life or "redo_order" in kinds else None,
    )  # fmt: skip


@st.composite
def ledgers(draw: Any, year: int) -> list[Entry]:
    """A good year's records, some left out, moved, not confirmed or not attended, and some more of any kind anywhere."""
    found = good_entries_of(year) if draw(st.integers(0, 5)) else []
    places = st.integers(0, max(len(found) - 1, 0))
    for place in draw(st.lists(places, max_size=10)) if found else ():
        found[place] = replace(found[place], day=(day := draw(days(year))), year=day.year)
    for place in draw(st.lists(places, max_size=4)) if found else ():
        found[place] = replace(found[place], state=draw(st.sampled_from(["draft", "withdrawn"])))
    for place in draw(st.lists(places, max_size=6)) if found else ():
        values = {name: value for name, value in found[place].values.items() if draw(st.booleans())}
        found[place] = replace(found[place], who=found[place].who[draw(st.integers(0, 4)) :], values=values)
    if draw(st.booleans()):
        gone = draw(st.sets(places, max_size=25))
        found = [one for place, one in enumerate(found) if place not in gone]
    if draw(st.integers(0, 3)) == 0:
        kind = draw(st.sampled_from(KINDS))
        found = [one for one in found if kind not in one.kinds]
    for kind in draw(st.lists(st.sampled_from(KINDS), max_size=12)):
        found.append(draw(entries(kind, draw(st.sampled_from(list(PARENTS))), draw(days(year)), year)))
    return found


@cache
def good_year(year: int) -> tuple[Entry, ...]:
    return tuple(good_entries(year))


def good_entries_of(year: int) -> list[Entry]:
    return list(good_year(year))


@st.composite
def mostly(draw: Any, good: list[Any], made: Any) -> list[Any]:
    """What is good, but for a few that are gone or made anew."""
    found = list(good)
    for place in draw(st.lists(st.integers(0, len(good) - 1), max_size=3)):
        found[place] = draw(made(found[place]))
    gone = draw(st.sets(st.integers(0, len(good) - 1), max_size=2)) if draw(st.booleans()) else set()
    return [one for place, one in enumerate(found) if place not in gone]


@st.composite
def declarations(draw: Any, year: int) -> list[Declared]:
    """All ledgers complete but a few, or only some, or parts of years."""
    found = set()
    if draw(st.booleans()):
        left_out = draw(st.sets(st.sampled_from(KINDS), max_size=6))
        found = {one for one in good_declarations(year, KINDS) if one.kind not in left_out}
    some = days(year)
    for kind in draw(st.lists(st.sampled_from([*KINDS, "heart_talk"]), max_size=12)):
        first, last = sorted((draw(some), draw(some)))
        found.add(Declared(draw(st.sampled_from(SUBJECTS)), kind, first, last, not draw(st.integers(0, 6))))
    return sorted(found, key=repr)


@st.composite
def talks(draw: Any, year: int) -> list[tuple[str, int, int, date, bool]]:
    """Everybody with everybody on one day, or some with some."""
    found = set()
    if draw(st.booleans()):
        day = draw(days(year))
        found = {("H", one, other, day, False) for one, other in combinations(PEOPLE, 2)}
    for _ in range(draw(st.integers(0, 8))):
        one, other = sorted((draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(PEOPLE))))
        if one != other:
            node = draw(st.sampled_from(["H", "O", "B1"]))
            found.add((node, one, other, draw(days(year)), not draw(st.integers(0, 5))))
    return sorted(found)


@st.composite
def states(draw: Any, year: int) -> list[tuple[str, str, str, date, date | None]]:
    """The good ones, some of them not recorded or holding for some days only."""
    found = []
    for node, kind, value, first, last in good_states(year):
        fate = draw(st.integers(0, 5))
        if fate == 1:
            value, first = draw(st.sampled_from(STATES[kind])), draw(days(year))
            last = draw(st.none() | days(year).map(lambda day, first=first: max(day, first)))
        if fate:
            found.append((node, kind, value, first, last))
    return found


@st.composite
def lives(draw: Any, year: int) -> list[tuple[str, date, date | None]]:
    """Branches and groups that were founded or abolished, mostly within the year; a hospital that was founded in it."""
    found = []
    for node in draw(st.sets(st.sampled_from(["B1", "B2", "G", "O"]))):
        first = draw(st.just(SINCE) | days(year))
        last = draw(st.none() | days(year)) if node != "O" else None
        found.append((node, first, max(last, first) if last else None))
    return sorted(found, key=lambda one: one[0])


@st.composite
def figures(draw: Any, year: int) -> list[Figure]:
    """Parameters set by the province, a hospital or a branch: stricter, looser or the same, in force or not."""
    found = {}
    for table, code, name, spec in draw(st.lists(st.sampled_from(parameters()), max_size=6)):
        for node in draw(st.sets(st.sampled_from([ABOVE, "H", "O", "B1"]), max_size=3)):
            value = max(spec.value + draw(st.sampled_from([-1, 0, 1, 2])), min(spec.value, Decimal(1)))
            first = draw(st.just(date(year, 1, 1)) | days(year))
            last = draw(st.none() | days(year).map(lambda day, first=first: max(day, first)))
            is_withdrawn = draw(st.integers(0, 5)) == 0
            found[node, table, code, name] = Figure(node, table, code, name, value, first, last, is_withdrawn)
    return [found[key] for key in sorted(found)]


@st.composite
def histories(draw: Any) -> History:
    """Everything of a year and the two before it."""
    year = draw(st.sampled_from(YEARS))
    people = good_people(year)
    for place in draw(st.sets(st.sampled_from(PEOPLE))):
        people[place] = draw(humans(year))
    seated = draw(mostly(good_seats(year), lambda one: seats(one.node, one.body, one.kind, year)))
    served = good_terms(year)
    for node in draw(st.sets(st.sampled_from(SUBJECTS), max_size=3)):
        served = [one for one in served if one.node != node]
        for body in ("committee", "discipline") if node in ("H", "O") else ("committee",):
            served += draw(terms(node, body, year)) if draw(st.booleans()) else []
    cycle = (date(year, 1, 1), date(year, 12, 31))
    if draw(st.integers(0, 2)) == 0:
        cycle = (date(year - 1, 11, 1), date(year, 10, 31))
    ends = [date(year, 12, 31), date(year + 1, 1, 1), date(year + 1, 1, 15), date(year + 1, 3, 15)]
    as_of = draw(st.sampled_from(ends) | st.sampled_from(ends) | days(year))
    closing = date(year + 1, draw(st.integers(1, 3)), 20)
    if draw(st.integers(0, 3)) == 0:  # before the windows are over
        closing = date(year, draw(st.integers(9, 12)), 20)
    return History(
        year, max(as_of, date(year - 1, 1, 1)), cycle, closing, tuple(people),
        tuple(seated), tuple(served), tuple(draw(ledgers(year))), tuple(draw(talks(year))),
        tuple(draw(declarations(year))), tuple(draw(states(year))), tuple(draw(lives(year))),
        tuple(draw(figures(year))),
    )  # fmt: skip
