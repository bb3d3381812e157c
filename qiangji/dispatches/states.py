"""The table of allowed moves of a task (one organization's part of a dispatch), as plain data.

A row says from where to where, what the button says, whose move it is, and whether words are asked. Nothing else decides
where a task may go. A closed one can be opened again, so that what was reported done is followed up.
"""

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    ISSUED = "issued", "待办理"
    ANSWERED = "answered", "待核定"
    RETURNED = "returned", "退回续办"
    CLOSED = "closed", "已办结"
    WITHDRAWN = "withdrawn", "已撤销"


class Side(models.TextChoices):
    """Whose move it is: who has to do it, or who issued it."""

    OWN = "own", "承办单位"
    ISSUER = "issuer", "下达单位"


@dataclass(frozen=True)
class Move:
    """One allowed move."""

    verb: str
    label: str
    source: State
    target: State
    side: Side
    asks_words: bool = True


WITH_THEM = (State.ISSUED, State.RETURNED)
OPEN = (State.ISSUED, State.ANSWERED, State.RETURNED)

MOVES: tuple[Move, ...] = (
    *(Move("answer", "提交答复", source, State.ANSWERED, Side.OWN, asks_words=False) for source in WITH_THEM),
    Move("accept", "核定办结", State.ANSWERED, State.CLOSED, Side.ISSUER),
    Move("send_back", "退回续办", State.ANSWERED, State.RETURNED, Side.ISSUER),
    Move("reopen", "重新督办", State.CLOSED, State.RETURNED, Side.ISSUER),
    *(Move("withdraw", "撤销", source, State.WITHDRAWN, Side.ISSUER) for source in OPEN),
)
BACK = ("send_back", "reopen")
"""Moves that give a task back to its organization, with a new deadline where the old one is over."""

LABELS = {
    "issue": "下达",
    "write": "填写答复",
    "report": "报告进展",
    "urge": "催办",
    "extend": "调整期限",
    "hand_over": "更换督办人",
} | {move.verb: move.label for move in MOVES}


def move_from(state: str, verb: str) -> Move | None:
    """Return the move a verb names in a state, or None where the table has no such row.

    >>> move_from("issued", "answer").target
    State.ANSWERED
    >>> move_from("issued", "accept") is None
    True
    """
    return next((move for move in MOVES if (move.source, move.verb) == (state, verb)), None)


def moves_from(state: str) -> list[Move]:
    """Return all moves out of a state."""
    return [move for move in MOVES if move.source == state]
