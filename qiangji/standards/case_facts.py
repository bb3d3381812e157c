"""The facts of a trial written down as a case: days, numbers and choices, without names and without whose they are.

Persons, organizations below and links are numbered anew in the order in which they occur; words that people wrote stay
out. Read back by ``check_cases``, the facts answer as they did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from qiangji.lib.digests import canonical_json
from qiangji.lib.numbers import plain
from qiangji.rules.facts import MAXIMUM, Event, Facts, Individual, Moment, State
from qiangji.rules.needs import Needs
from qiangji.rules.vocabulary import EVENTS, POPULATIONS, STATES
from qiangji.standards.check_cases import CONFIRMED, LONG_AGO, CheckCase
from qiangji.standards.exceptions import CheckRefused

MOST_CHARACTERS = 60_000
SAID = "已说明"


@dataclass
class Numbers:
    """New numbers for what the facts name by keys of their own: 1, 2, 3… in the order in which they occur."""

    given: dict[Any, int] = field(default_factory=dict)

    def of(self, key: Any) -> int:
        """Return the number of a key."""
        return self.given.setdefault(key, len(self.given) + 1)

    def all_of(self, keys: frozenset[int]) -> list[int]:
        """Return the numbers of several keys, in order."""
        return sorted(self.of(key) for key in sorted(keys))


@dataclass
class Writer:
    """Writes the facts of one subject; the same person has the same number everywhere."""

    persons: Numbers = field(default_factory=Numbers)
    below: Numbers = field(default_factory=Numbers)
    links: Numbers = field(default_factory=Numbers)

    def facts(self, facts: Facts, needs: Needs) -> dict[str, Any]:
        """Return the facts that a check looks at, as a case has them."""
        data: dict[str, Any] = {}
        populations = {
            name: [self.individual(name, one) for one in facts.populations.get(name, ())]
            for name in sorted(needs.populations)
        }
        events = {
            kind: [
                self.event(kind, one)
                for one in sorted(facts.events.get(kind, ()), key=lambda e: (e.day, e.id))
            ]
            for kind in sorted(needs.events)
        }
        states = {
            name: [self.state(name, one) for one in facts.states[name]]
            for name in sorted(needs.states)
            if facts.states.get(name)
        }
        declared = {
            kind: [[piece.first.isoformat(), piece.last.isoformat()] for piece in facts.declared[kind]]
            for kind in sorted(needs.events)
            if facts.declared.get(kind)
        }
        parts: list[tuple[str, Mapping[str, Sequence[Any]]]] = [
            ("events", events), ("populations", populations), ("states", states), ("declared", declared)
        ]  # fmt: skip
        for name, part in parts:
            held = {key: rows for key, rows in part.items() if rows}
            if held:
                data[name] = held
        stated = [(key, one) for key, one in sorted(facts.reasons.items()) if one.words.strip()]
        reasons = {
            key: SAID if one.number is None else {"number": one.number, "unit": one.unit, "document": SAID}
            for key, one in stated
        }
        return data | ({"reasons": reasons} if reasons else {})

    def event(self, kind: str, one: Event) -> dict[str, Any]:
        """Return one event: its day, its properties that a check may ask for, and who was there by number."""
        data: dict[str, Any] = {"on": one.day.isoformat()}
        if one.year != one.day.year:
            data["year"] = one.year
        if one.until is not None:
            data["until"] = one.until.isoformat()
        for name in ("expected", "present", "keynotes", "pair"):
            people = getattr(one, name)
            if people:
                data[name] = self.persons.all_of(people)
        if one.link:
            data["link"] = f"{self.links.of(one.link)}"
        if one.owner:
            data["owner"] = self.below.of(one.owner)
        known = EVENTS[kind].properties if kind in EVENTS else {}
        for name, value in sorted(one.values.items()):
            if name in known or name == CONFIRMED:
                data[name] = written(value)
        return data

    def individual(self, population: str, one: Individual) -> Any:
        """Return one of a population: a number, and from when until when they belonged."""
        numbers = self.persons if POPULATIONS[population].of == "persons" else self.below
        # 0 among organizations is the subject itself, which then is its own branch.
        is_self = numbers is self.below and one.key == 0
        data: dict[str, Any] = {"id": 0 if is_self else numbers.of(one.key)}
        data |= span_of(one.first, one.last)
        for name, pieces in (("exempt", one.exempt), ("away", one.away)):
            if pieces:
                data[name] = [[piece.first.isoformat(), piece.last.isoformat()] for piece in pieces]
        return data["id"] if len(data) == 1 else data

    def state(self, name: str, one: State) -> dict[str, Any]:
        """Return what held of an item; of words only that there were some."""
        is_text = STATES[name].type == "text"
        value = (SAID if str(one.value).strip() else "") if is_text else written(one.value)
        return {"value": value} | span_of(one.first, one.last)


def span_of(first: date, last: date) -> dict[str, str]:
    """Return from when until when, where it is not always."""
    data = {"from": first.isoformat()} if first > LONG_AGO else {}
    return data | ({"to": last.isoformat()} if last < MAXIMUM else {})


def written(value: Any) -> Any:
    """Return a value as a case has it: numbers as text, so that they stay exact."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def case_of(
    facts: Facts, needs: Needs, moment: Moment, *, code: str, title: str, answer: str, place: str = ""
) -> CheckCase:
    """Return a case: these facts, seen at this moment, shall answer so.

    Raises CheckRefused where there are so many facts that nobody could read the case.
    """
    data: dict[str, Any] = {
        "case": title,
        "code": code,
        "as_of": moment.as_of.isoformat(),
        "year": moment.year,
        "cycle": [moment.cycle.first.isoformat(), moment.cycle.last.isoformat()],
        "closing": moment.closing.isoformat(),
        "facts": Writer().facts(facts, needs),
        "answer": answer,
    }
    if facts.since is not None and facts.since.year >= moment.year - 1:  # it matters only then
        data["facts"]["since"] = facts.since.isoformat()
    if place:
        data["place"] = place
    if len(canonical_json(data)) > MOST_CHARACTERS:
        count = sum(len(one) for one in facts.events.values())
        raise CheckRefused(f"这次试算用到 {count} 件事，太多了，存成样例没有人看得完。请换一个较小的组织。")
    return CheckCase.model_validate(data)
