"""The table of allowed moves of a rectification, as plain data.

A row says from where to where, what the button says, whose move it is, whether words are asked, and which records have
to be there before it. Nothing else decides where a rectification may go.
"""

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    OPENED = "opened", "待定方案"
    UNDER_WAY = "under_way", "整改中"
    HANDED_IN = "handed_in", "待核验"
    VERIFIED = "verified", "核验通过"
    CLOSED = "closed", "已办结"
    WITHDRAWN = "withdrawn", "已撤销"


class Side(models.TextChoices):
    """Whose move it is: who rectifies, or who ordered it."""

    OWN = "own", "整改单位"
    ORDERER = "orderer", "责令单位"


class Needs(models.TextChoices):
    """What has to be on record before a move."""

    LEADER = "leader", "指定联系领导"
    PLAN = "plan", "每项差距都有原因和措施"
    DONE = "done", "每项都有整改结果"
    PROOF = "proof", "至少一份佐证"


@dataclass(frozen=True)
class Move:
    """One allowed move."""

    verb: str
    label: str
    source: State
    target: State
    side: Side
    needs: tuple[Needs, ...] = ()
    asks_words: bool = False


OPEN = (State.OPENED, State.UNDER_WAY, State.HANDED_IN, State.VERIFIED)
# Not served yet: while one is, a sheet has no other of the same kind.
PENDING = (State.OPENED, State.UNDER_WAY, State.HANDED_IN)

# Beside the moves: help asked of whoever ordered it, and the answer. They change no state.
ASK_HELP, ANSWER_HELP = "ask_help", "answer_help"
# Where the hospital acts for a branch that was abolished, both are made from one seat: by two people.
HAND_IN, VERIFY = "hand_in", "verify"
# What was handed in stands as it is, and is read by whoever ordered it or stands above.
HANDED = (State.HANDED_IN, State.VERIFIED, State.CLOSED)

MOVES: tuple[Move, ...] = (
    Move("plan", "确定整改方案", State.OPENED, State.UNDER_WAY, Side.OWN, (Needs.LEADER, Needs.PLAN)),
    Move(HAND_IN, "提交核验", State.UNDER_WAY, State.HANDED_IN, Side.OWN, (Needs.DONE, Needs.PROOF)),
    Move(VERIFY, "核验通过", State.HANDED_IN, State.VERIFIED, Side.ORDERER, asks_words=True),
    Move("send_back", "退回继续整改", State.HANDED_IN, State.UNDER_WAY, Side.ORDERER, asks_words=True),
    Move("close", "办结", State.VERIFIED, State.CLOSED, Side.ORDERER, asks_words=True),
    *(
        Move("withdraw", "撤销", source, State.WITHDRAWN, Side.ORDERER, asks_words=True)
        for source in (*OPEN, State.CLOSED)
    ),
)


def move_from(state: str, verb: str) -> Move | None:
    """Return the move a verb names in a state, or None where the table has no such row.

    >>> move_from("opened", "plan").target
    State.UNDER_WAY
    >>> move_from("opened", "verify") is None
    True
    """
    return next((move for move in MOVES if (move.source, move.verb) == (state, verb)), None)


def moves_from(state: str) -> list[Move]:
    """Return all moves out of a state."""
    return [move for move in MOVES if move.source == state]
