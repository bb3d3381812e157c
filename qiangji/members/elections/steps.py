"""The chain of an election as plain data: which step follows which, who takes it, and which steps still stand.

A corrected step is a newer row of the same kind; what came after it in the chain rests on something that no longer
holds and has to be recorded again. The reminder letter stands outside the chain: nothing rests on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from qiangji.members.elections.contents import AnswerData, Purpose, RequestData, load
from qiangji.members.models import Election, ElectionStep

Kind = ElectionStep.Kind
CHAIN: tuple[str, ...] = (
    Kind.REQUEST,
    Kind.APPROVAL,
    Kind.CANDIDATES,
    Kind.CANDIDATES_APPROVAL,
    Kind.MEETING,
    Kind.RESULT,
    Kind.RESULT_APPROVAL,
)
ASKED_BY: dict[str, str] = {
    Kind.APPROVAL: Kind.REQUEST,
    Kind.CANDIDATES_APPROVAL: Kind.CANDIDATES,
    Kind.RESULT_APPROVAL: Kind.RESULT,
}


class Side(StrEnum):
    """Who takes a step."""

    OWN = "本组织"
    SUPERIOR = "上级"


@dataclass(frozen=True)
class StepKind:
    """What is said of one kind of step: the verb of its button, and who takes it."""

    kind: str
    verb: str
    side: Side


STEP_KINDS: dict[str, StepKind] = {
    one.kind: one
    for one in (
        StepKind(Kind.REMINDER, "登记换届提醒函", Side.SUPERIOR),
        StepKind(Kind.REQUEST, "报送请示", Side.OWN),
        StepKind(Kind.APPROVAL, "批复请示", Side.SUPERIOR),
        StepKind(Kind.CANDIDATES, "报送候选人预备人选", Side.OWN),
        StepKind(Kind.CANDIDATES_APPROVAL, "批复人选", Side.SUPERIOR),
        StepKind(Kind.MEETING, "登记选举大会", Side.OWN),
        StepKind(Kind.RESULT, "报告选举结果", Side.OWN),
        StepKind(Kind.RESULT_APPROVAL, "批复选举结果", Side.SUPERIOR),
    )
}


def standing_steps(steps: Iterable[ElectionStep]) -> dict[str, ElectionStep]:
    """Return the steps that still hold, by kind, from all rows in the order in which they were recorded."""
    found: dict[str, ElectionStep] = {}
    for step in steps:
        found[step.kind] = step
        if step.kind in CHAIN:
            for later in CHAIN[CHAIN.index(step.kind) + 1 :]:
                found.pop(later, None)
    return found


def is_approved(step: ElectionStep | None) -> bool:
    """Say whether an answer of the superior says yes."""
    if step is None:
        return False
    data = load(step.kind, step.data)
    return isinstance(data, AnswerData) and data.approved


def purpose_of(step: ElectionStep) -> Purpose:
    """Return what a request asks for."""
    data = load(step.kind, step.data)
    return data.purpose if isinstance(data, RequestData) else Purpose.ELECTION


def next_step(standing: Mapping[str, ElectionStep]) -> str | None:
    """Return the kind of step that comes next; None where all are taken and the result can be recorded.

    After an answer that says no, and after an answered request for a later day, a request is due again.
    """
    for kind in CHAIN:
        step = standing.get(kind)
        if step is None:
            return kind
        if kind in ASKED_BY and not is_approved(step):
            return ASKED_BY[kind]
        if kind == Kind.APPROVAL and purpose_of(standing[Kind.REQUEST]) == Purpose.EXTENSION:
            return Kind.REQUEST
    return None


def may_be_taken(election: Election, standing: Mapping[str, ElectionStep], kind: str) -> bool:
    """Say whether a step may be recorded now: the next one, one that stands (a correction), or the letter."""
    if election.state != Election.State.OPEN:
        return False
    if kind == Kind.REMINDER:
        return election.kind == Election.Kind.REGULAR
    return kind == next_step(standing) or kind in standing
