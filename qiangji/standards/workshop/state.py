"""A table on the workshop's bench: everything that was understood of it and decided about it, as one immutable value.

Every part has a key that stays with it whatever is done around it and is never used again within its draft: those of
the first reading are numbered through (`c12`), later ones carry the step that made them (`c7-1`). Codes are not stored,
they follow from the place in the table.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, PlainSerializer

from qiangji.lib.numbers import plain
from qiangji.standards.imported import short_title
from qiangji.standards.schema import (
    AppliesTo,
    DraftCheckSpec,
    Force,
    FullScoring,
    Scoring,
    VetoKind,
    scoring_to_json,
)

Severity = Literal["warning", "error"]
Figure = Annotated[Decimal, PlainSerializer(plain, return_type=str)]
StoredScoring = Annotated[Scoring, PlainSerializer(scoring_to_json, return_type=dict)]
NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
HALF, TENTH = Decimal("0.5"), Decimal("0.1")


class Part(BaseModel):
    """Common ground: never altered, unknown fields refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Details(Part):
    """What is said about the table as a whole; "" where nobody has said it yet.

    `total_points` is the total that the table declares; `step` None means half points, or tenths where the table has them.
    """

    title: str = ""
    code: str = ""
    label: str = ""
    year: int | None = None
    applies_to: AppliesTo | Literal[""] = ""
    document: str = ""
    number: str = ""
    issuer: str = ""
    issued_date: datetime.date | None = None
    jurisdiction: str = ""
    force: Force | Literal[""] = ""
    validity: str = ""
    adopted_by: str = ""
    adoption_number: str = ""
    total_points: Figure = Decimal(0)
    step: Figure | None = None
    remark: str = ""


class CriterionState(Part):
    """One requirement: the document's `text`, our concise `title` ("": the text's first clause), its points.

    `number` is the one printed in the table, "" where it had none. `origins` are indexes into the draft's original
    lines. `evidence` and `note` are what the table says beside it. `earlier` is the code it continues in the earlier edition ("" none), decided once a person said so.
    """

    key: str
    number: str = ""
    text: str
    title: str = ""
    points: Figure | None = None
    scoring: StoredScoring = FullScoring()
    draft_checks: tuple[DraftCheckSpec, ...] = ()
    evidence: str = ""
    note: str = ""
    origins: tuple[int, ...] = ()
    earlier: str = ""
    earlier_decided: bool = False

    @property
    def shown_title(self) -> str:
        """The concise title: the person's own, else the first clause of the text."""
        return self.title or short_title(self.text)


class GroupState(Part):
    """A group of a part; no title where its part has no groups."""

    key: str
    title: str = ""
    points: Figure | None = None
    criteria: tuple[CriterionState, ...] = ()


class SectionState(Part):
    """A part of the table; `runs_on` where its numbering goes on from group to group."""

    key: str
    title: str
    points: Figure | None = None
    bonus: bool = False
    runs_on: bool = False
    groups: tuple[GroupState, ...] = ()
    origins: tuple[int, ...] = ()

    def criteria(self) -> list[CriterionState]:
        """The criteria of all groups, in order."""
        return [criterion for group in self.groups for criterion in group.criteria]


class VetoState(Part):
    """A veto with the document's words; `title` is ours, "" where the text itself serves."""

    key: str
    kind: VetoKind = "sheet"
    text: str
    title: str = ""
    origins: tuple[int, ...] = ()


class Doubt(Part):
    """Something the reader was not sure of; it stays until its target was changed or a person found it right.

    `target` is the key of a part, `details.<field>`, or "" where the whole table is meant.
    """

    key: str
    severity: Severity
    where: str
    message: str
    origin: int | None = None
    target: str = ""
    settled: bool = False


class State(Part):
    """The whole table after one step; `turn` is that step's number and `earlier` the edition it is held against.

    `earlier` is an edition's public id, "" for none.
    """

    turn: int = 0
    details: Details = Details()
    sections: tuple[SectionState, ...] = ()
    vetoes: tuple[VetoState, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    earlier: str = ""

    def criteria(self) -> list[CriterionState]:
        """All criteria in the order of the table."""
        return [criterion for section in self.sections for criterion in section.criteria()]

    def used_keys(self) -> Iterator[str]:
        """Every key in use."""
        for section in self.sections:
            yield section.key
            for group in section.groups:
                yield group.key
                yield from (criterion.key for criterion in group.criteria)
        yield from (veto.key for veto in self.vetoes)
        yield from (doubt.key for doubt in self.doubts)

    def as_json(self) -> dict[str, Any]:
        """Return what `DraftStep.state` stores; what says nothing is left out."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def from_json(cls, data: Any) -> State:
        """Read what `as_json` wrote."""
        return cls.model_validate(data)


def storable(data: Any) -> Any:
    """Return plain data without the characters that no database column takes: NUL and halves of pairs.

    >>> storable({"text": ["甲\\x00乙", 1]})
    {'text': ['甲乙', 1]}
    """
    if isinstance(data, str):
        return NOT_STORABLE.sub("", data)
    if isinstance(data, Mapping):
        return {key: storable(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [storable(value) for value in data]
    return data


def step_of(state: State) -> Decimal:
    """Return the step in which marks are given: what was decided, else tenths where some criterion needs them."""
    if state.details.step is not None:
        return state.details.step
    points = [criterion.points for criterion in state.criteria() if criterion.points is not None]
    return HALF if all(value % 1 in {Decimal(0), HALF} for value in points) else TENTH


def numbers(group: GroupState) -> list[int]:
    """Return each criterion's number in its group: the printed ones where they rise, else their places.

    >>> numbers(GroupState(key="g1", criteria=[CriterionState(key="c1", number="3", text="甲")]))
    [3]
    """
    printed = [int(c.number) if c.number.isdecimal() else 0 for c in group.criteria]
    rising = all(a < b for a, b in zip([0, *printed], printed, strict=False))
    return printed if rising else list(range(1, len(printed) + 1))


def group_number(section: SectionState, index: int) -> int:
    """Return the number of a part's group: 0 where it is the only one and has no title."""
    return 0 if len(section.groups) == 1 and not section.groups[0].title else index + 1


def codes(state: State) -> dict[str, str]:
    """Return the code of every criterion by its key, as the edition will have it: part-group-number."""
    found = {}
    for i, section in enumerate(state.sections, start=1):
        for j, group in enumerate(section.groups):
            in_group = group_number(section, j)
            for number, criterion in zip(numbers(group), group.criteria, strict=True):
                found[criterion.key] = f"{i}-{in_group}-{number}"
    return found
