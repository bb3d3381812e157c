"""The table of allowed moves of an integrity flag, as plain data: whose move, from where to where, always with words."""

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    RAISED = "raised", "存疑，待说明"
    ANSWERED = "answered", "存疑，待认定"
    CONFIRMED = "confirmed", "认定不实，待处理"
    SETTLED = "settled", "认定不实，已处理"
    DISMISSED = "dismissed", "已排除"
    WITHDRAWN = "withdrawn", "已撤回"


class Outcome(models.TextChoices):
    """What people decided about the criterion; the program does none of it by itself."""

    MARK = "mark", "按实际重新给分"
    DISPATCH = "dispatch", "督导或限期整改"
    VETO = "veto", "提出不予评定"
    REFER = "refer", "移送有权机关"
    NONE = "none", "不另作处理"


class Side(models.TextChoices):
    """Whose move it is: the organization, who raised it, another person above, anybody above."""

    OWN = "own", "填报单位"
    RAISER = "raiser", "提出人"
    SECOND = "second", "提出人以外的另一人"
    ABOVE = "above", "上级单位"


@dataclass(frozen=True)
class Move:
    """One allowed move. ``after_deadline``: only once the organization's days for an explanation are over."""

    verb: str
    label: str
    source: State
    target: State
    side: Side
    after_deadline: bool = False


OPEN = (State.RAISED, State.ANSWERED)
FOUND = (State.CONFIRMED, State.SETTLED)
STANDING = (*OPEN, *FOUND)

MOVES: tuple[Move, ...] = (
    Move("answer", "提交说明", State.RAISED, State.ANSWERED, Side.OWN),
    *(
        Move(verb, label, source, target, Side.SECOND, after_deadline=source == State.RAISED)
        for source in OPEN
        for verb, label, target in (
            ("confirm", "认定不实", State.CONFIRMED),
            ("dismiss", "排除存疑", State.DISMISSED),
        )
    ),
    *(Move("withdraw", "撤回", source, State.WITHDRAWN, Side.RAISER) for source in OPEN),
    Move("settle", "登记处理", State.CONFIRMED, State.SETTLED, Side.ABOVE),
    *(Move("revoke", "撤销认定", source, State.DISMISSED, Side.SECOND) for source in FOUND),
)
LABELS = {"raise": "提出存疑"} | {move.verb: move.label for move in MOVES}


def move_from(state: str, verb: str) -> Move | None:
    """Return the move a verb names in a state, or None where the table has no such row.

    >>> move_from("answered", "confirm").target
    State.CONFIRMED
    >>> move_from("raised", "settle") is None
    True
    """
    return next((move for move in MOVES if (move.source, move.verb) == (state, verb)), None)


def moves_from(state: str) -> list[Move]:
    """Return all moves out of a state."""
    return [move for move in MOVES if move.source == state]
