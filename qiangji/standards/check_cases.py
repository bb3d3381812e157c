"""Cases beside the checks of an edition: a few facts, a day, and the answer that a person who knows the law expects.

`checks/cases/*.yaml` are lists. A case names one day, or a table of ``days`` with what the same facts come to on each. A
kind of events that the check looks at and the case does not name was collected and is empty; a state that is not named was
never recorded; a population that is not named is empty. A case that answers otherwise is named with its place, what was
expected, what came out and why.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, RootModel, Tag

from qiangji.lib.numbers import plain
from qiangji.rules.answers import Answer
from qiangji.rules.awards import Awarded, award
from qiangji.rules.context import Context, ParameterValue
from qiangji.rules.evaluate import evaluate
from qiangji.rules.explain import HEAD, reason_of
from qiangji.rules.facts import MAXIMUM, Event, Facts, Individual, Moment, Reason, State, Value
from qiangji.rules.needs import Needs, needs_of
from qiangji.rules.periods import Period
from qiangji.rules.trace import Trace
from qiangji.rules.vocabulary import EVENTS, STATES
from qiangji.standards.checks import FOLDER, WINDOWS, CheckEntry
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.schema import Code, CriterionSpec, EditionSpec, Key, Line, OptionalLine, Points, Spec
from qiangji.standards.validation import validated
from qiangji.standards.yaml_source import read_yaml

LONG_AGO = datetime.date(2000, 1, 1)
CONFIRMED = "confirmed"
Day = datetime.date
Days = tuple[Day, Day]


def several(value: Any) -> Any:
    """Read one stretch of days, written alone, as a list of one."""
    alone = isinstance(value, list) and bool(value) and isinstance(value[0], Day)
    return [value] if alone else value


class EventCase(Spec):
    """Something that happened; what is not a field is a property of its kind."""

    model_config = ConfigDict(extra="allow", frozen=True)

    on: Day
    year: int | None = None
    until: Day | None = None
    expected: frozenset[int] = frozenset()
    present: frozenset[int] = frozenset()
    keynotes: frozenset[int] = frozenset()
    pair: frozenset[int] = frozenset()
    link: str = ""
    owner: int = 0
    above: bool = False


class PersonCase(Spec):
    """One of a population who did not belong all the time, was ``away`` in between, or is exempt."""

    id: int
    first: Annotated[Day, Field(alias="from")] = LONG_AGO
    last: Annotated[Day, Field(alias="to")] = MAXIMUM
    exempt: Annotated[tuple[Days, ...], BeforeValidator(several)] = ()
    away: Annotated[tuple[Days, ...], BeforeValidator(several)] = ()


class StateCase(Spec):
    """What held from one day to another."""

    value: bool | int | str
    first: Annotated[Day, Field(alias="from")] = LONG_AGO
    last: Annotated[Day, Field(alias="to")] = MAXIMUM


class ReasonCase(Spec):
    """A reason that was stated for so many, by a document."""

    number: Annotated[int, Field(ge=1)]
    unit: Annotated[str, Field(max_length=10)] = "人"
    document: Line

    def words(self) -> str:
        """Return it as the collectors word it."""
        return f"{self.number} {self.unit}，{self.document}"


class FactsCase(Spec):
    """The facts of one hospital in a few lines."""

    events: dict[Key, tuple[EventCase, ...]] = {}
    populations: dict[Key, tuple[int | PersonCase, ...]] = {}
    states: dict[Key, bool | int | str | tuple[StateCase, ...]] = {}
    declared: dict[Key, Annotated[tuple[Days, ...], BeforeValidator(several)]] = {}
    reasons: dict[Key, Line | ReasonCase] = {}
    since: Day | None = None  # the first day of the subject


Said = Literal["met", "unmet", "pending", "unknown", "not_applicable"]


class ToldCase(Spec):
    """Facts that one check looks at. The cycle is the calendar year unless it is written."""

    case: Line
    code: Code
    year: int = 2026
    cycle: Days | None = None
    closing: Day | None = None
    place: OptionalLine = ""
    facts: FactsCase = FactsCase()


class CheckCase(ToldCase):
    """What one check must say of some facts on a day."""

    as_of: Day
    answer: Said
    points: Points | None = None
    range: tuple[Points, Points] | None = None
    says: tuple[Line, ...] = ()

    def moment(self) -> Moment:
        """Return the circumstances under which the facts are seen."""
        first, last = self.cycle or (Day(self.year, 1, 1), Day(self.year, 12, 31))
        closing = self.closing or Day(self.year + 1, 3, 31)
        return Moment(self.as_of, self.year, Period(first, last, "考核周期"), closing)


class DayCase(Spec):
    """What is expected on one day of a table of days."""

    answer: Said
    points: Points | None = None
    range: tuple[Points, Points] | None = None
    says: tuple[Line, ...] = ()


class DaysCase(ToldCase):
    """The same facts seen on one day after the other, each with what a check must say then."""

    days: Annotated[dict[Day, DayCase], Field(min_length=2)]

    def cases(self) -> Iterator[CheckCase]:
        """Yield it day by day."""
        told = {name: getattr(self, name) for name in ToldCase.model_fields}
        for day, one in self.days.items():
            seen = {name: getattr(one, name) for name in DayCase.model_fields}
            yield CheckCase(**(told | seen | {"case": f"{self.case}（{day} 看）", "as_of": day}))


def form_of(value: Any) -> str:
    """Say whether a case is written with one day or with a table of days."""
    return "days" if isinstance(value, dict) and "days" in value else "day"


Written = Annotated[
    Annotated[CheckCase, Tag("day")] | Annotated[DaysCase, Tag("days")], Discriminator(form_of)
]


class CasesFile(RootModel[tuple[Written, ...]]):
    """The cases of one file."""


def cases_schema_text() -> str:
    """Return the JSON Schema of a file of cases as the library holds it for editors."""
    schema = CasesFile.model_json_schema(mode="validation")
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


@dataclass(frozen=True)
class PlacedCase:
    """A case, and where it is written."""

    place: str
    case: CheckCase


def run_cases(
    directory: Path, entries: Mapping[str, CheckEntry], edition: EditionSpec
) -> tuple[int, list[str]]:
    """Try every case beside an edition's checks; return how many there are, and each that answers otherwise, in words."""
    cases = read_cases(directory)
    problems = [problem for one in cases for problem in problems_of(one, entries, edition)]
    return len(cases), problems


def read_cases(directory: Path) -> list[PlacedCase]:
    """Read the cases of an edition's folder. Raises LibraryError naming file and line."""
    return [case for path in case_files(directory) for case in read_case_file(path)]


def case_files(directory: Path) -> list[Path]:
    """Return the files of cases beside an edition's checks."""
    return sorted((directory / FOLDER / "cases").glob("*.yaml"))


def read_case_file(path: Path) -> list[PlacedCase]:
    """Read one file of cases. Raises LibraryError naming file and line."""
    shown = "/".join(path.parts[-5:])  # standard/edition/checks/cases/file
    document = read_yaml(path, name=shown)
    if not isinstance(document.data, list):
        raise LibraryError(f"{shown}：最外层应是列表，每个样例前加“- ”")
    return [
        PlacedCase(document.place((number,)), case)
        for number, written in enumerate(validated(CasesFile, document).root)
        for case in (written.cases() if isinstance(written, DaysCase) else (written,))
    ]


def problems_of(placed: PlacedCase, entries: Mapping[str, CheckEntry], edition: EditionSpec) -> Iterator[str]:
    """Yield, with its place, everything that a case expects and that does not come out."""
    case = placed.case
    entry = entries.get(case.code)
    criterion = next((one for one in edition.criteria() if one.code == case.code), None)
    if entry is None or criterion is None:
        yield f"{head_of(placed)}：没有 {case.code} 这一条的判定办法"
        return
    yield from problems_with(placed, entry, criterion)


def problems_with(placed: PlacedCase, entry: CheckEntry, criterion: CriterionSpec) -> Iterator[str]:
    """Yield, with its place, everything that a case expects of one criterion's check and that does not come out."""
    case, head = placed.case, head_of(placed)
    if entry.check is None:
        yield f"{head}：{case.code} 由人核定，没有可以核对的判定"
        return
    needs = needs_of(entry.check)
    faults = list(faults_of_facts(case.facts, needs))
    if faults:
        yield from (f"{head}：{fault}" for fault in faults)
        return
    trace, awarded = outcome(case, entry, criterion)
    for wanted, found in differences(case, trace, awarded):
        yield f"{head}：应为 {wanted}，得到 {found}；{reason_of(trace)}"


def head_of(placed: PlacedCase) -> str:
    """Name a case with its place."""
    return f"{placed.place}“{placed.case.case}”（{placed.case.code}）"


def outcome(case: CheckCase, entry: CheckEntry, criterion: CriterionSpec) -> tuple[Trace, Awarded]:
    """Judge the facts of a case and turn the answer into points."""
    if entry.check is None:
        raise TypeError("a case of a criterion that a person decides")
    specs = entry.specs(criterion).items()
    figures = {name: ParameterValue(spec.value, unit=spec.unit) for name, spec in specs}
    facts = facts_of(case.facts, needs_of(entry.check))
    context = Context(facts, case.moment(), WINDOWS[criterion.window], figures)
    trace = evaluate(entry.check, context)
    return trace, award(entry.award, trace, criterion.points or Decimal(0), context)


def differences(case: CheckCase, trace: Trace, awarded: Awarded) -> Iterator[tuple[str, str]]:
    """Yield what was expected and what came out instead."""
    if trace.answer != case.answer:
        yield HEAD[Answer(case.answer)], HEAD[trace.answer]
    if case.points is not None and awarded.points != case.points:
        yield f"{plain(case.points)} 分", words_of(awarded)
    if case.range is not None and (awarded.points, awarded.lowest, awarded.highest) != (None, *case.range):
        yield f"{plain(case.range[0])}–{plain(case.range[1])} 分", words_of(awarded)
    reason = reason_of(trace)
    for words in case.says:
        if words not in reason:
            yield f"理由里有“{words}”", "没有"


def words_of(awarded: Awarded) -> str:
    """Say what is proposed."""
    if awarded.points is not None:
        return f"{plain(awarded.points)} 分"
    return f"{plain(awarded.lowest)}–{plain(awarded.highest)} 分"


def faults_of_facts(facts: FactsCase, needs: Needs) -> Iterator[str]:
    """Yield names and values that the check could not see: a slip in a case must not look like an absent fact."""
    for name in [*facts.events, *facts.declared]:
        if name not in needs.events:
            yield f"这一条的判定不看事项“{name}”"
    for name in facts.states:
        if name not in needs.states:
            yield f"这一条的判定不看基本情况“{name}”"
    for name in facts.populations:
        if name not in needs.populations:
            yield f"这一条的判定不看人群“{name}”"
    for kind, events in facts.events.items():
        for event in events if kind in EVENTS else ():
            yield from faults_of_event(kind, event)


def faults_of_event(kind: str, event: EventCase) -> Iterator[str]:
    """Yield properties that a kind does not have, and values of another type."""
    for name, value in (event.model_extra or {}).items():
        fact = EVENTS[kind].properties.get(name)
        if fact is None and name != CONFIRMED:
            yield f"“{EVENTS[kind].title}”没有名为“{name}”的属性"
        elif fact is not None and fact.type == "number" and not isinstance(number_of(value), Decimal):
            yield f"“{name}”应是数字，现在是“{value}”"
        elif fact is not None and fact.type == "choice" and value not in fact.choices:
            yield f"“{name}”没有“{value}”，可用：{'、'.join(fact.choices)}"


def number_of(value: Any) -> Any:
    """Return an exact number, or the value itself where it is none."""
    if isinstance(value, bool | float):
        return value
    try:
        return Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return value


def facts_of(facts: FactsCase, needs: Needs) -> Facts:
    """Return a case's facts as the engine sees them."""
    return Facts(
        events={
            kind: [event_of(kind, number, one) for number, one in enumerate(facts.events.get(kind, ()))]
            for kind in needs.events
        },
        states={name: states_of(name, written) for name, written in facts.states.items()},
        populations={
            name: [individual(one) for one in facts.populations.get(name, ())] for name in needs.populations
        },
        declared={kind: [Period(*days, "") for days in pieces] for kind, pieces in facts.declared.items()},
        reasons={key: reason(one) for key, one in facts.reasons.items()},
        since=facts.since,
    )


def event_of(kind: str, number: int, case: EventCase) -> Event:
    """Return one event."""
    types = {name: fact.type for name, fact in EVENTS[kind].properties.items()}
    values = {
        name: number_of(value) if types.get(name) == "number" else value
        for name, value in (case.model_extra or {}).items()
    }
    return Event(
        id=f"{kind}-{number}",
        day=case.on,
        year=case.year or case.on.year,
        values=values,
        expected=case.expected,
        present=case.present | case.keynotes,
        keynotes=case.keynotes,
        pair=case.pair,
        link=case.link,
        owner=case.owner,
        above=case.above,
        until=case.until,
    )


def individual(one: int | PersonCase) -> Individual:
    """Return one of a population."""
    if isinstance(one, int):
        return Individual(one, LONG_AGO)
    exempt, away = (tuple(Period(*days, "") for days in some) for some in (one.exempt, one.away))
    return Individual(one.id, one.first, one.last, exempt, away)


def reason(one: str | ReasonCase) -> Reason:
    """Return a stated reason."""
    return Reason(one) if isinstance(one, str) else Reason(one.words(), one.number, one.unit)


def states_of(name: str, written: bool | int | str | tuple[StateCase, ...]) -> list[State]:
    """Return what was recorded of one item."""
    if not isinstance(written, tuple):
        return [State(state_value(name, written), LONG_AGO)]
    return [State(state_value(name, one.value), one.first, one.last) for one in written]


def state_value(name: str, written: bool | int | str) -> Value:
    """Return a recorded value in the type of its item."""
    number: Value = number_of(written)
    if STATES[name].type == "number":
        return number
    return written if isinstance(written, bool | str) else str(written)
