"""What a step of an election says, as small dataclasses and as the canonical data that ``ElectionStep.data`` keeps.

Persons and posts stand here by public id; names are looked up for those who may read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from qiangji.members.models import ElectionStep
from qiangji.orgs.models import Post, Term

Kind = ElectionStep.Kind


class Purpose(StrEnum):
    """What a request asks the superior for."""

    ELECTION = "election"
    EXTENSION = "extension"
    EARLY = "early"
    BY_ELECTION = "by_election"


PURPOSE_WORDS: dict[Purpose, str] = {
    Purpose.ELECTION: "按期换届",
    Purpose.EXTENSION: "延期换届",
    Purpose.EARLY: "提前换届",
    Purpose.BY_ELECTION: "补选",
}


@dataclass(frozen=True)
class Named:
    """A person and the post they are proposed for or were elected to."""

    person: UUID
    post: str = Post.Kind.MEMBER
    duty: str = ""


@dataclass(frozen=True)
class NoData:
    """A step that is its date and document only."""


@dataclass(frozen=True)
class RequestData:
    """A request: for what, when the meeting is planned, how many seats; for a shift, until when and why."""

    purpose: Purpose = Purpose.ELECTION
    seats: int | None = None
    meeting_date: date | None = None
    elected_by: str = Term.ElectedBy.ASSEMBLY
    due_date: date | None = None
    reason: str = ""
    posts: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class AnswerData:
    """A superior's answer. ``due_date`` is the day to which a term was moved, where that was asked."""

    approved: bool = True
    due_date: date | None = None
    note: str = ""


@dataclass(frozen=True)
class CandidatesData:
    """Who is proposed. ``reason`` says why fewer stand than the margin asks."""

    nominees: tuple[Named, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class MeetingData:
    """The figures of a meeting: people and ballots, and votes per candidate."""

    entitled: int
    present: int
    sent: int
    returned: int
    valid: int
    votes: tuple[tuple[UUID, int], ...] = ()


@dataclass(frozen=True)
class ResultData:
    """Who was elected to what."""

    elected: tuple[Named, ...] = ()


@dataclass(frozen=True)
class CancelledData:
    """Why an election was called off."""

    reason: str = ""


StepData = NoData | RequestData | AnswerData | CandidatesData | MeetingData | ResultData | CancelledData

SHAPES: dict[str, type[StepData]] = {
    Kind.REMINDER: NoData,
    Kind.REQUEST: RequestData,
    Kind.APPROVAL: AnswerData,
    Kind.CANDIDATES: CandidatesData,
    Kind.CANDIDATES_APPROVAL: AnswerData,
    Kind.MEETING: MeetingData,
    Kind.RESULT: ResultData,
    Kind.RESULT_APPROVAL: AnswerData,
    Kind.CANCELLATION: CancelledData,
}


def dump(data: StepData) -> dict[str, Any]:
    """Return a step's data as canonical JSON values; days and ids become text."""
    return {name: _plain(value) for name, value in vars(data).items()}


def load(kind: str, raw: Mapping[str, Any]) -> StepData:
    """Return what a stored step says. Fields that a later program added are taken as empty."""
    shape = SHAPES[kind]
    values: dict[str, Any] = {name: raw[name] for name in shape.__dataclass_fields__ if name in raw}
    for name in ("meeting_date", "due_date"):
        if values.get(name):
            values[name] = date.fromisoformat(values[name])
    for name in ("nominees", "elected"):
        if name in values:
            values[name] = tuple(Named(UUID(one["person"]), one["post"], one["duty"]) for one in values[name])
    if "votes" in values:
        values["votes"] = tuple((UUID(person), votes) for person, votes in values["votes"])
    if "posts" in values:
        values["posts"] = tuple(UUID(one) for one in values["posts"])
    if "purpose" in values:
        values["purpose"] = Purpose(values["purpose"])
    return shape(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, Named):
        return {"person": str(value.person), "post": str(value.post), "duty": value.duty}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | StrEnum):
        return str(value)
    return value
