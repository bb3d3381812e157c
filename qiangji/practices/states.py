"""The table of allowed moves of a practice, as plain data.

A row says from where to where, what the button says, whose move it is, whether words are asked. The state is that of the
newest text: what was published stays readable while a revision is written, until it is withdrawn. Nothing else decides
where a practice may go.
"""

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审定"
    RETURNED = "returned", "已退回"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


class Side(models.TextChoices):
    """Whose move it is: who did it, the body it was handed to, the body that published it."""

    OWN = "own", "推荐单位"
    REVIEWER = "reviewer", "审定单位"
    PUBLISHER = "publisher", "发布单位"


@dataclass(frozen=True)
class Move:
    """One allowed move. ``published``: asks that a text is published (True), that none is (False), or neither."""

    verb: str
    label: str
    source: State
    target: State
    side: Side
    asks_words: bool = False
    published: bool | None = None


WRITABLE = (State.DRAFT, State.RETURNED)

MOVES: tuple[Move, ...] = (
    *(Move("submit", "提交审定", source, State.SUBMITTED, Side.OWN) for source in WRITABLE),
    Move("recall", "收回修改", State.SUBMITTED, State.DRAFT, Side.OWN),
    Move("return", "退回修改", State.SUBMITTED, State.RETURNED, Side.REVIEWER, asks_words=True),
    Move("publish", "发布", State.SUBMITTED, State.PUBLISHED, Side.REVIEWER),
    Move("spread", "调整发布范围", State.PUBLISHED, State.PUBLISHED, Side.PUBLISHER, asks_words=True),
    Move("revise", "修订", State.PUBLISHED, State.DRAFT, Side.OWN),
    *(Move("abandon", "放弃修订", source, State.PUBLISHED, Side.OWN, published=True) for source in WRITABLE),
    *(
        Move("withdraw", "撤下", source, State.WITHDRAWN, Side.OWN, asks_words=True)
        for source in (State.DRAFT, State.RETURNED, State.PUBLISHED)
    ),
    *(
        Move("take_down", "撤下", source, State.WITHDRAWN, Side.PUBLISHER, asks_words=True, published=True)
        for source in (State.DRAFT, State.SUBMITTED, State.RETURNED, State.PUBLISHED)
    ),
)

LABELS = {"write": "填写"} | {move.verb: move.label for move in MOVES}


def move_from(state: str, verb: str, *, published: bool) -> Move | None:
    """Return the move a verb names in a state, or None where the table has no such row.

    >>> move_from("draft", "submit", published=False).target
    State.SUBMITTED
    >>> move_from("draft", "abandon", published=False) is None
    True
    """
    return next((move for move in moves_from(state, published=published) if move.verb == verb), None)


def moves_from(state: str, *, published: bool) -> list[Move]:
    """Return all moves out of a state, given whether a text of the practice is published."""
    return [move for move in MOVES if move.source == state and move.published in (None, published)]
