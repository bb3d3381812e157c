"""The table of allowed moves of a sheet, as plain data (document 0, part 3; domain §3).

A row says: from where to where, what the button says, what the person must be allowed, at which position, and whether
a reason is asked. Issue 5 adds rows after *rated*; nothing else decides where a sheet may go.
"""

from dataclasses import dataclass

from django.db import models

from qiangji.assessments.stages import Stage


class State(models.TextChoices):
    DRAFT = "draft", "填报中"
    SUBMITTED = "submitted", "已提交"
    UNDER_ACCEPTANCE = "under_acceptance", "验收中"
    ACCEPTED = "accepted", "已验收"
    UNDER_RATING = "under_rating", "评定中"
    RATED = "rated", "已评定"


class Position(models.TextChoices):
    """From where a move is made: the sheet's own organization, its supervisor, its rating authority."""

    OWN = "own", "本组织"
    SUPERVISOR = "supervisor", "验收单位"
    RATING_AUTHORITY = "rating_authority", "评定单位"


@dataclass(frozen=True)
class Move:
    """One allowed move."""

    verb: str
    label: str
    source: State
    target: State
    position: Position
    needs_reason: bool = False
    completes: Stage | None = None


MOVES: tuple[Move, ...] = (
    Move("submit", "签字并提交", State.DRAFT, State.SUBMITTED, Position.OWN, completes=Stage.SELF),
    Move("start_acceptance", "开始验收", State.SUBMITTED, State.UNDER_ACCEPTANCE, Position.SUPERVISOR),
    Move(
        "conclude_acceptance",
        "完成验收",
        State.UNDER_ACCEPTANCE,
        State.ACCEPTED,
        Position.SUPERVISOR,
        completes=Stage.ACCEPTANCE,
    ),
    Move("start_rating", "开始评定", State.ACCEPTED, State.UNDER_RATING, Position.RATING_AUTHORITY),
    Move(
        "conclude_rating",
        "完成评定",
        State.UNDER_RATING,
        State.RATED,
        Position.RATING_AUTHORITY,
        completes=Stage.RATING,
    ),
    Move("return", "退回", State.SUBMITTED, State.DRAFT, Position.SUPERVISOR, needs_reason=True),
    Move("return", "退回", State.UNDER_ACCEPTANCE, State.DRAFT, Position.SUPERVISOR, needs_reason=True),
    Move("return", "退回", State.ACCEPTED, State.DRAFT, Position.RATING_AUTHORITY, needs_reason=True),
    Move("return", "退回", State.UNDER_RATING, State.DRAFT, Position.RATING_AUTHORITY, needs_reason=True),
)

# The stage whose marks can be written in a state, and from which position.
WRITABLE: dict[State, tuple[Stage, Position]] = {
    State.DRAFT: (Stage.SELF, Position.OWN),
    State.UNDER_ACCEPTANCE: (Stage.ACCEPTANCE, Position.SUPERVISOR),
    State.UNDER_RATING: (Stage.RATING, Position.RATING_AUTHORITY),
}

# The state in which a stage's marks are complete, for cycles that end with that stage.
FINAL_STATE: dict[Stage, State] = {Stage.ACCEPTANCE: State.ACCEPTED, Stage.RATING: State.RATED}


def move_from(state: str, verb: str) -> Move | None:
    """Return the move a verb names in a state, or None where the table has no such row.

    >>> move_from("draft", "submit").target
    State.SUBMITTED
    >>> move_from("rated", "return") is None
    True
    """
    return next((move for move in MOVES if move.source == state and move.verb == verb), None)


def moves_from(state: str) -> list[Move]:
    """Return all moves out of a state."""
    return [move for move in MOVES if move.source == state]
