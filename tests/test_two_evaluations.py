"""Two evaluations that share no code agree on every check of the library, over generated histories (see ``plain_evaluation``)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.rules.context import Context, ParameterValue
from qiangji.rules.evaluate import evaluate
from qiangji.rules.fact_types import PropertyFact, StateFact
from qiangji.rules.facts import MAXIMUM, Event, Facts, Individual, Moment, Reason, State
from qiangji.rules.language import Check
from qiangji.rules.needs import needs_of, nodes_of
from qiangji.rules.periods import Period, year_of
from qiangji.rules.vocabulary import EVENTS, STATES, WITH_HOURS
from qiangji.standards.checks import WINDOWS
from qiangji.standards.loader import edition_dirs, load_edition, shipped_checks
from tests.plain_evaluation import Plain

CHECKS = {
    f"{directory.parent.name} {criterion.code}": (criterion, entry)
    for directory in edition_dirs()
    for entries in [shipped_checks(f"{directory.parent.name}@{directory.name}")]
    for criterion in load_edition(directory).criteria()
    if (entry := entries[criterion.code]).check is not None
}
YEARS = (2024, 2026, 2028)
KEYS = sorted(
    {node.key for _, entry in CHECKS.values() if entry.check for node in nodes_of(entry.check) if node.key}
)
PEOPLE = st.frozensets(st.integers(1, 4), max_size=4)
NUMBERS = st.sampled_from(
    [Decimal(0), Decimal("0.5"), Decimal(1), Decimal(2), Decimal(5), Decimal(30), Decimal(90)]
)


def days_around(year: int) -> st.SearchStrategy[date]:
    """Days of two years and their rims, the last of February and the ends of months and quarters more often than others."""
    edges = [date(year, month, 1) - timedelta(days=1) for month in range(1, 13)]
    edges += [one + timedelta(days=1) for one in edges]
    edges += [date(year, 12, 31), date(year + 1, 1, 1), date(year + 1, 1, 15), date(year - 1, 1, 1)]
    return st.sampled_from(edges) | st.dates(date(year - 1, 1, 1), date(year + 1, 3, 31))


@st.composite
def periods(draw: Any, year: int) -> Period:
    if draw(st.booleans()):
        return year_of(year)
    first, last = sorted((draw(days_around(year)), draw(days_around(year))))
    return Period(first, last, "")


@st.composite
def absences(draw: Any, year: int, first: date, last: date) -> tuple[Period, ...]:
    """Days between two spells of somebody, if there is room for any."""
    if draw(st.booleans()):
        return ()
    begun, ended = sorted((draw(days_around(year)), draw(days_around(year))))
    return (Period(begun, ended, ""),) if first < begun and ended < last else ()


@st.composite
def individuals(draw: Any, year: int) -> list[Individual]:
    found = []
    for key in sorted(draw(PEOPLE)):
        first = date(year - 3, 1, 1) if draw(st.booleans()) else draw(days_around(year))
        last = MAXIMUM if draw(st.booleans()) else max(first, draw(days_around(year)))
        exempt = tuple(draw(st.lists(periods(year), max_size=2)))
        found.append(Individual(key, first, last, exempt, draw(absences(year, first, last))))
    return found


def of_type(known: PropertyFact | StateFact) -> st.SearchStrategy[Any]:
    if known.type == "number":
        return NUMBERS
    if known.type == "flag":
        return st.booleans()
    return st.sampled_from(known.choices) if known.type == "choice" else st.just("有")


@st.composite
def events(draw: Any, kind: str, year: int) -> list[Event]:
    found = []
    for number in range(draw(st.integers(0, 7))):
        day = draw(days_around(year))
        present, expected = draw(PEOPLE), draw(PEOPLE)
        values = {
            name: draw(of_type(known))
            for name, known in EVENTS[kind].properties.items()
            if draw(st.integers(0, 4))
        }
        if draw(st.integers(0, 5)) == 0:
            values["confirmed"] = draw(st.booleans())
        found.append(
            Event(
                f"{kind}-{number}", day, day.year if draw(st.integers(0, 5)) else draw(st.sampled_from([year - 1, year])),
                values, expected | present if draw(st.booleans()) else expected, present, draw(PEOPLE) & present,
                frozenset(draw(st.sampled_from([(1, 2), (1, 3), (2, 3), (2, 4)]))), draw(st.sampled_from(["", "a", "b"])),
                draw(st.integers(0, 4)), draw(st.none() | days_around(year)), kind in WITH_HOURS and draw(st.booleans()),
            )
        )  # fmt: skip
    return found


@st.composite
def states(draw: Any, name: str, year: int) -> list[State]:
    found, first = [], date(year - 2, 1, 1)
    for _ in range(draw(st.integers(0, 3))):
        last = max(first, draw(days_around(year)))
        found.append(State(draw(of_type(STATES[name])), first, last if draw(st.booleans()) else MAXIMUM))
        first = last + timedelta(days=draw(st.integers(1, 2)))
    return found


@st.composite
def histories(draw: Any, code: str) -> tuple[Facts, Moment]:
    year = draw(st.sampled_from(YEARS))
    check = CHECKS[code][1].check
    assert check is not None
    needs = needs_of(check)

    def some(names: set[str], made: Any) -> dict[str, Any]:
        return {name: draw(made(name)) for name in sorted(names) if draw(st.integers(0, 9))}

    declared = {
        name: draw(st.lists(periods(year), max_size=2))
        for name in sorted(needs.events)
        if draw(st.booleans())
    }
    facts = Facts(
        some(needs.events, lambda name: events(name, year)),
        some(needs.states, lambda name: states(name, year)),
        some(needs.populations, lambda name: individuals(year)),
        declared,
        draw(
            st.dictionaries(
                st.sampled_from(KEYS), st.builds(Reason, st.just("见文件"), st.none() | st.integers(1, 3))
            )
        ),
        draw(st.none() | days_around(year)),
    )
    cycle = year_of(year) if draw(st.booleans()) else Period(date(year - 1, 11, 1), date(year, 10, 31), "")
    cycle = Period(cycle.first, cycle.last, "考核周期")
    closing = date(year + 1, 1, 31) if draw(st.booleans()) else draw(days_around(year))  # some close early
    return facts, Moment(draw(days_around(year)), year, cycle, closing)


def agree(code: str, data: st.DataObject) -> None:
    """Hold both evaluations of one check against each other over one history."""
    criterion, entry = CHECKS[code]
    facts, moment = data.draw(histories(code))
    figures = entry.figures(criterion)
    if data.draw(st.booleans()):  # a region asks more
        figures = {name: figure + 1 for name, figure in figures.items()}
    window = WINDOWS[criterion.window]
    units = {name: one.unit for name, one in entry.specs(criterion).items()}
    values = {name: ParameterValue(figure, unit=units[name]) for name, figure in figures.items()}
    assert entry.check is not None
    found = evaluate(entry.check, Context(facts, moment, window, values))
    assert str(found.answer) == Plain(facts, moment, figures, window, units).check(entry.check)


@pytest.mark.slow
@pytest.mark.parametrize("code", CHECKS)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_evaluations_answer_alike(code: str, data: st.DataObject) -> None:
    agree(code, data)


@pytest.mark.drill
@pytest.mark.timeout(0)
@pytest.mark.parametrize("code", CHECKS)
@settings(max_examples=300, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_evaluations_answer_alike_whatever_the_dice_say(code: str, data: st.DataObject) -> None:
    agree(code, data)


def test_every_check_of_the_library_is_among_them() -> None:
    assert len(CHECKS) == sum(
        entry.check is not None
        for directory in edition_dirs()
        for entry in shipped_checks(f"{directory.parent.name}@{directory.name}").values()
    )
    assert len({code.split()[0] for code in CHECKS}) == len(edition_dirs())


# ---- days on which things turn ---------------------------------------------------------------------------------------

YEAR = Period(date(2028, 1, 1), date(2028, 12, 31), "考核周期")
SINCE = date(2020, 1, 1)
LEAP, LAST, NEXT = date(2028, 2, 29), date(2028, 12, 31), date(2029, 1, 1)


def both(check: dict[str, Any], facts: Facts, as_of: date) -> tuple[str, str]:
    """Return what each evaluation says of a check in a leap year."""
    moment = Moment(as_of, 2028, YEAR, date(2029, 3, 31))
    read = Check.model_validate(check)
    found = evaluate(read, Context(facts, moment, "cycle_period", {}))
    return str(found.answer), Plain(facts, moment, {}, "cycle_period").check(read)


MONTHLY = {"count": {"of": "party_class", "per": "month", "at_least": 1}}
ONCE = {"count": {"of": "party_class", "at_least": 1}}
HOURS = {
    "share": {
        "of": "members", "pro_rata": True,
        "meets": {"sum": {"of": "training_class", "quantity": "hours", "at_least": 12}},
    }
}  # fmt: skip
RATIO = {"ratio": {"top": "party_staff", "bottom": "staff_total", "at_least": "0.5"}}
REDO = {"answered": {"of": "redo_order", "by": "organization_life_meeting", "within": "3 months"}}


def classes(*days: date) -> Facts:
    return Facts({"party_class": [Event(str(day), day, day.year) for day in days]}, {}, {}, {}, {}, None)


def hours(amount: int, *people: Individual) -> Facts:
    held = Event(
        "1", date(2028, 11, 1), 2028, {"hours": Decimal(amount)}, present=frozenset(one.key for one in people)
    )
    return Facts({"training_class": [held]}, {}, {"members": list(people)}, {}, {}, None)


def staff(one: Individual) -> Facts:
    return Facts({}, {"staff_total": [State(Decimal(1), SINCE)]}, {"party_staff": [one]}, {}, {}, None)


def redone(ordered: date, again: date) -> Facts:
    order, meeting = Event("1", ordered, 2028, link="1"), Event("2", again, 2028, link="1")
    return Facts({"redo_order": [order], "organization_life_meeting": [meeting]}, {}, {}, {}, {}, None)


MONTHS = [date(2028, month, 28) for month in range(1, 13)]
LATE_JOINER = Individual(
    1, date(2028, 10, 5)
)  # owes October, November and December: a quarter of twelve hours
TRANSFERRED = Individual(1, SINCE, away=(Period(date(2028, 3, 1), date(2028, 8, 31), ""),))  # owes six months


@pytest.mark.parametrize(
    ("check", "facts", "as_of", "answer"),
    [
        # The last of February closes the month of a leap year, and no day sooner.
        (MONTHLY, classes(MONTHS[0], LEAP, *MONTHS[2:]), NEXT, "met"),
        (MONTHLY, classes(MONTHS[0]), LEAP, "pending"),
        (MONTHLY, classes(MONTHS[0]), date(2028, 3, 1), "unmet"),
        # Three months after 31 January end on 30 April.
        (REDO, redone(date(2028, 1, 31), date(2028, 4, 30)), LAST, "met"),
        (REDO, redone(date(2028, 1, 31), date(2028, 5, 1)), LAST, "unmet"),
        # The last day of the year still counts, and only when it is over something is missing.
        (ONCE, classes(LAST), LAST, "met"),
        (ONCE, classes(), LAST, "pending"),
        (ONCE, classes(), NEXT, "unmet"),
        (ONCE, classes(NEXT), date(2029, 2, 1), "unmet"),
        # Who joined within the year owes a part; who was transferred away for a time owes the rest.
        (HOURS, hours(3, LATE_JOINER), NEXT, "met"),
        (HOURS, hours(2, LATE_JOINER), NEXT, "unmet"),
        (HOURS, hours(6, TRANSFERRED), NEXT, "met"),
        (HOURS, hours(5, TRANSFERRED), NEXT, "unmet"),
        # A population has the size of those who belong on the day: nobody is counted while away.
        (RATIO, staff(TRANSFERRED), LEAP, "met"),
        (RATIO, staff(TRANSFERRED), date(2028, 3, 1), "unmet"),
        (RATIO, staff(TRANSFERRED), date(2028, 9, 1), "met"),
    ],
)
def test_on_the_days_on_which_things_turn_both_say_what_the_language_means(
    check: dict[str, Any], facts: Facts, as_of: date, answer: str
) -> None:
    assert both(check, facts, as_of) == (answer, answer)
