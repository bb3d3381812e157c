"""What a check looks at: the kinds of events, the states and the populations it asks for, its preconditions included.

From it collectors learn what to fetch, and a changed record finds the checks that it may affect.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from qiangji.rules.language import (
    Answered,
    Attended,
    Check,
    Every,
    Ordered,
    Pairs,
    Ratio,
    Selection,
    Share,
    StateValue,
)
from qiangji.rules.vocabulary import DERIVED, POPULATIONS


@dataclass
class Needs:
    """Names of facts. ``lasting`` are those of the events that count however old they are, while they are in force.

    ``from_above`` are those that count where organizations above the subject recorded them as well, ``attended`` those of
    which it matters who was there: lists of the others need not be read.
    """

    events: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    populations: set[str] = field(default_factory=set)
    lasting: set[str] = field(default_factory=set)
    from_above: set[str] = field(default_factory=set)
    attended: set[str] = field(default_factory=set)

    def __ior__(self, other: "Needs") -> "Needs":
        self.events |= other.events
        self.states |= other.states
        self.populations |= other.populations
        self.lasting |= other.lasting
        self.from_above |= other.from_above
        self.attended |= other.attended
        return self


def needs_of(check: Check) -> Needs:
    """Return everything that a check asks for.

    >>> check = Check.model_validate({"share": {"of": "branches", "meets": {"count": {"of": "dues", "at_least": 1}}}})
    >>> sorted(needs_of(check).events), sorted(needs_of(check).populations)
    (['dues'], ['branches'])
    """
    needs = Needs()
    for node in nodes_of(check):
        add(needs, node.operand)
    return needs


def nodes_of(check: Check) -> Iterator[Check]:
    """Yield a check and everything in it."""
    yield check
    if check.when is not None:
        yield from nodes_of(check.when)
    for child in check.children:
        yield from nodes_of(child)


def add(needs: Needs, operand: object) -> None:
    """Add what one operator asks for."""
    if isinstance(operand, Selection):
        needs.events.update(operand.kinds)
        if operand.in_force:
            needs.lasting.update(operand.kinds)
        conditions = [*operand.where, *(operand.has if isinstance(operand, Every) else ())]
        if any(name in DERIVED and DERIVED[name].quotient is None for name in conditions):
            needs.attended.update(operand.kinds)
        among = (DERIVED[name].among for name in conditions if name in DERIVED)
        needs.populations.update(name for name in among if name)
    if isinstance(operand, Ordered):
        needs.events.add(operand.after)
    if isinstance(operand, Answered):
        needs.events.add(operand.by)
    if isinstance(operand, Share):
        needs.populations.add(operand.of)
        add(needs, operand.meets.asked)
        if operand.of not in POPULATIONS or POPULATIONS[operand.of].of == "persons":
            needs.attended.update(operand.meets.asked.kinds)
        if operand.from_above:
            needs.from_above.update(operand.meets.asked.kinds)
    if isinstance(operand, Pairs):
        needs.populations.add(operand.of)
        needs.events.add(operand.by)
    if isinstance(operand, Attended):
        needs.populations.add(operand.of)
        needs.events.update(operand.kinds)
        needs.attended.update(operand.kinds)
    if isinstance(operand, StateValue):
        needs.states.add(operand.of)
    if isinstance(operand, Ratio):
        for name in (operand.top, operand.bottom):
            (needs.populations if name in POPULATIONS else needs.states).add(name)
