"""What a word of the vocabulary can be: an event with its properties, a state, a population, a property that follows from who was there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PropertyType = Literal["number", "flag", "choice"]


@dataclass(frozen=True)
class PropertyFact:
    """What can be asked of an event: a number with its unit, yes or no, one of several codes."""

    title: str
    type: PropertyType
    unit: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class EventFact:
    """A kind of event. ``attended``: its records say who was expected and who came."""

    title: str
    properties: Mapping[str, PropertyFact] = field(default_factory=dict)
    attended: bool = False


@dataclass(frozen=True)
class StateFact:
    """What is recorded of an organization as holding from a day on."""

    title: str
    type: Literal["number", "flag", "choice", "text"]
    unit: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class PopulationFact:
    """A group that hangs on a subject: persons, or organizations below it."""

    title: str
    of: Literal["persons", "organizations"] = "persons"
    unit: str = "人"


@dataclass(frozen=True)
class DerivedProperty:
    """A property that follows from who was there: how many of ``people`` (among a population), or which part of the expected.

    Or from two numbers that are recorded: the first of ``quotient`` divided by the second.
    """

    title: str
    people: Literal["present", "keynotes", "expected"] = "present"
    among: str | None = None
    of_expected: bool = False
    quotient: tuple[str, str] | None = None


def number(name: str, title: str, unit: str = "") -> tuple[str, PropertyFact]:
    """Name a property that is a number."""
    return name, PropertyFact(title, "number", unit)


def flag(name: str, title: str) -> tuple[str, PropertyFact]:
    """Name a property that is yes or no."""
    return name, PropertyFact(title, "flag")


def choice(name: str, title: str, *choices: str) -> tuple[str, PropertyFact]:
    """Name a property that is one of several codes."""
    return name, PropertyFact(title, "choice", choices=choices)


def event(title: str, *properties: tuple[str, PropertyFact], attended: bool = False) -> EventFact:
    """Name a kind of event."""
    return EventFact(title, dict(properties), attended)


def number_state(title: str, unit: str) -> StateFact:
    """Name a state that is a number."""
    return StateFact(title, "number", unit)


def flag_state(title: str) -> StateFact:
    """Name a state that is yes or no."""
    return StateFact(title, "flag")


def choice_state(title: str, *choices: str) -> StateFact:
    """Name a state that is one of several codes."""
    return StateFact(title, "choice", choices=choices)


def text_state(title: str) -> StateFact:
    """Name a state that is words: it can only be there or not."""
    return StateFact(title, "text")
