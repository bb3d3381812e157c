"""The shape of a check as people write it in YAML: one operator per node, a closed list of operators.

What can be wrong with the shape (an unknown operator, a field that is missing, a span that is none) is refused here, with the place.
What can be wrong with the meaning (an unknown fact, a unit that does not fit) is found by ``meaning``.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from qiangji.rules.periods import span

OPERATORS = (
    "count",
    "every",
    "share",
    "pairs",
    "sum",
    "value",
    "ratio",
    "absent",
    "ordered",
    "answered",
    "attended",
    "attest",
    "all",
    "any",
    "at_least_n",
)
Per = Literal["window", "month", "quarter", "half", "year"]
WindowName = Literal[
    "cycle_period",
    "calendar_year",
    "previous_year",
    "last_completed_month",
    "last_completed_quarter",
    "last_completed_half",
    "two_years",
    "july",
    "january",
    "around_july_first",  # a month before and after the festival, by the day
    "around_national_day",
    "by_year_end",  # by the day, where a calendar year goes by 所属年度
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*$", max_length=64)]


PARAMETER = re.compile(r"^\$[a-z][a-z0-9_]*$")


def exact(value: object) -> object:
    """Refuse numbers that a computer holds inexactly: 0.5 is written "0.5"."""
    if isinstance(value, float):
        raise PydanticCustomError(
            "inexact_number", "数字请加引号写成“{text}”，以免失真", {"text": str(value)}
        )
    if isinstance(value, str) and value.startswith("$"):
        return value
    return Decimal(str(value)) if isinstance(value, int) and not isinstance(value, bool) else value


def checked_span(text: str) -> str:
    """Refuse what is neither a span of time nor the name of a parameter; which ones there are, ``meaning`` knows."""
    try:
        if not PARAMETER.fullmatch(text):
            span(text)
    except ValueError as error:
        raise PydanticCustomError("span", "{reason}", {"reason": str(error)}) from error
    return text


Parameter = Annotated[str, StringConstraints(pattern=PARAMETER.pattern)]
Amount = Annotated[Decimal | Parameter, BeforeValidator(exact)]
SpanText = Annotated[str, AfterValidator(checked_span)]


class Part(BaseModel):
    """Common ground: unknown words are refused, a loaded check is never altered."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bounds(Part):
    """What a figure is held against; several bounds hold together."""

    at_least: Amount | None = None
    at_most: Amount | None = None
    above: Amount | None = None
    below: Amount | None = None
    usually: bool = False  # the document says 一般: outside it a stated reason suffices

    @cached_property
    def bounds(self) -> dict[str, Decimal | str]:
        """The bounds that are set, read once: a loaded check is never altered."""
        named = {name: getattr(self, name) for name in ("at_least", "at_most", "above", "below")}
        return {name: amount for name, amount in named.items() if amount is not None}

    def amounts(self) -> dict[str, Decimal | str]:
        """Return the bounds that are set."""
        return self.bounds


class Figure(Bounds):
    """A bound that has to be there."""

    @model_validator(mode="after")
    def ask_something(self) -> Figure:
        """Refuse a figure that asks nothing."""
        if not self.amounts():
            raise PydanticCustomError("no_bound", "没有写明要求，请加上 at_least、at_most、above 或 below")
        return self


class Condition(Bounds):
    """What a property of an event has to be: within bounds, equal to something, one of several, before a deadline."""

    equals: str | bool | None = None
    one_of: tuple[str, ...] = ()


Conditions = dict[Name, Condition | bool | str]


class Selection(Part):
    """Which events: their kinds, what they have to be like, and in which stretch of time."""

    of: Name | tuple[Name, ...]
    where: Conditions = {}
    window: WindowName | None = None  # the criterion's, where unsaid
    whose: Literal["own", "below"] | None = None  # the subject's own, or those of the organizations below it
    in_force: bool = False  # what has begun and has not ended on the last day that can be judged

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds as a tuple."""
        return (self.of,) if isinstance(self.of, str) else self.of


class Count(Selection, Figure):
    """So many events in each bucket of the window. ``days`` counts days with an event instead of events."""

    per: Per = "window"
    days: bool = False


class Sum(Selection, Figure):
    """So much of a quantity over the events of each bucket."""

    quantity: Name
    per: Per = "window"


class Every(Selection):
    """All events, or a share of them, have a property."""

    has: Conditions
    share: Amount = Decimal(1)


class Absent(Selection):
    """No event of the kind."""


class Attest(Selection):
    """A document of a kind, dated in the window, that a person confirmed."""

    confirmed: bool = True


class Inner(Part):
    """What is asked of each of a population: one of the two."""

    sum: Sum | None = None
    count: Count | None = None

    @model_validator(mode="after")
    def one_only(self) -> Inner:
        """Refuse none and both."""
        if (self.sum is None) == (self.count is None):
            raise PydanticCustomError("inner", "对每一个对象的要求须写 sum 或 count 中的一个")
        return self

    @cached_property
    def asked(self) -> Sum | Count:
        """Return the one that is there."""
        chosen = self.sum or self.count
        if chosen is None:  # refused above
            raise TypeError("an inner check without an operator")
        return chosen


class Share(Part):
    """The part of a population that meets an inner check."""

    of: Name
    at_least: Amount = Decimal(1)
    meets: Inner
    pro_rata: bool = False  # who belonged for part of the window owes that part
    from_above: bool = False  # what organizations above the subject recorded counts for those who were there
    usually: bool = False


class Pairs(Part):
    """Each unordered pair of a population has an event."""

    of: Name
    by: Name
    window: WindowName | None = None
    usually: bool = False


class StateValue(Bounds):
    """A recorded state, on the last day that can be judged or throughout the window."""

    of: Name
    equals: str | bool | None = None
    one_of: tuple[str, ...] = ()
    throughout: bool = False
    window: WindowName | None = None

    @model_validator(mode="after")
    def ask_something(self) -> StateValue:
        """Refuse a comparison with nothing."""
        if not self.amounts() and self.equals is None and not self.one_of:
            raise PydanticCustomError("no_bound", "没有写明要求，请加上 at_least、at_most、equals 或 one_of")
        return self


class Ratio(Figure):
    """Two states or sizes of populations divided; rounded half up to ``decimals`` before it is compared, if given.

    ``percent``: what it is held against is written in per cent, as editions write it.
    """

    top: Name
    bottom: Name
    percent: bool = False
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    window: WindowName | None = None


class Ordered(Selection):
    """Each event comes after another one that it is linked with, by at least or at most a span."""

    after: Name
    by_at_least: SpanText | None = None
    by_at_most: SpanText | None = None
    usually: bool = False
    still_open: bool = (
        False  # also what happened before the window and has not ended on the last day that can be judged
    )


class Answered(Selection):
    """Each event is followed by another one that it is linked with, within a span."""

    by: Name
    within: SpanText
    still_open: bool = (
        False  # also what happened before the window and has not ended on the last day that can be judged
    )
    from_next_day: bool = False  # what happens on the same day is no answer


class Attended(Part):
    """Each of a population was present at a share, or a number, of the events where they were expected."""

    of: Name
    at: Name | tuple[Name, ...]
    share: Amount | None = None
    at_least: Amount | None = None
    everyone: Amount = Decimal(1)
    window: WindowName | None = None

    @model_validator(mode="after")
    def one_only(self) -> Attended:
        """Refuse none and both."""
        if (self.share is None) == (self.at_least is None):
            raise PydanticCustomError("attended", "须写 share（出席比例）或 at_least（出席次数）中的一个")
        return self

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds as a tuple."""
        return (self.at,) if isinstance(self.at, str) else self.at


class AtLeastN(Part):
    """So many of several checks."""

    number: Annotated[int, Field(ge=1, le=50)]
    of: Annotated[tuple[Check, ...], Field(min_length=2, max_length=50)]


class Check(Part):
    """One node: exactly one operator, and what may stand beside it (a precondition, a clause)."""

    count: Count | None = None
    every: Every | None = None
    share: Share | None = None
    pairs: Pairs | None = None
    sum: Sum | None = None
    value: StateValue | None = None
    ratio: Ratio | None = None
    absent: Absent | None = None
    ordered: Ordered | None = None
    answered: Answered | None = None
    attended: Attended | None = None
    attest: Attest | None = None
    all: Annotated[tuple[Check, ...], Field(min_length=1, max_length=50)] | None = None
    any: Annotated[tuple[Check, ...], Field(min_length=1, max_length=50)] | None = None
    at_least_n: AtLeastN | None = None
    when: Check | None = None
    otherwise: Annotated[str, StringConstraints(max_length=120)] = ""  # why it does not apply, in words
    place: Annotated[str, StringConstraints(max_length=120)] = ""
    key: Name | None = None  # under which a stated reason is kept

    @model_validator(mode="before")
    @classmethod
    def know_operator(cls, data: Any) -> Any:
        """Refuse a node with no operator, with two, or with one that does not exist."""
        if not isinstance(data, dict):
            return data
        named = [name for name in OPERATORS if name in data]
        if len(named) != 1:
            raise PydanticCustomError(
                "operator",
                "每个节点须写且只写一种判定，现有 {count} 种；可用：{known}",
                {"count": len(named), "known": "、".join(OPERATORS)},
            )
        return data

    @cached_property
    def operator(self) -> str:
        """Return the name of the operator."""
        return next(name for name in OPERATORS if getattr(self, name) is not None)

    @cached_property
    def operand(self) -> Any:
        """Return what the operator is applied to."""
        return getattr(self, self.operator)

    @cached_property
    def children(self) -> tuple[Check, ...]:
        """Return the nodes that this one combines."""
        if self.at_least_n is not None:
            return self.at_least_n.of
        return self.all or self.any or ()


class Award(Part):
    """From answer to points: all or nothing, in proportion, per missing unit, by thresholds, as a bonus."""

    kind: Literal["all_or_nothing", "proportional", "per_missing", "graded", "bonus"] = "all_or_nothing"
    step: Amount = Decimal("0.5")
    per: Amount | None = None
    floor: Amount = Decimal(0)
    cap: Amount | None = None
    grades: tuple[tuple[Amount, Amount], ...] = ()  # (found at least, points), best first
    not_applicable: Literal["full", "none"] = (
        "full"  # annex 2 is silent: full is our default and is marked as such
    )

    @model_validator(mode="after")
    def complete(self) -> Award:
        """Refuse an award without the figures it needs."""
        needs = {"per_missing": ("per",), "bonus": ("per", "cap"), "graded": ("grades",)}
        missing = [name for name in needs.get(self.kind, ()) if not getattr(self, name)]
        if missing:
            raise PydanticCustomError(
                "award",
                "这种计分还须写明 {missing}",
                {"missing": "、".join(missing)},
            )
        return self


Check.model_rebuild()
AtLeastN.model_rebuild()
