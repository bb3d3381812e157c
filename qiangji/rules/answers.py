"""Four answers, not two: met, pending, unknown, unmet; and not applicable, which drops out of every combination.

Unknown is never "no": it asks for a datum. Pending is a duty that can still be done. The order in which ``worst`` and
``best`` choose is unmet < unknown < pending < met.
"""

from collections.abc import Iterable
from enum import StrEnum


class Answer(StrEnum):
    """What a check, or one node of it, says of a subject on a day."""

    MET = "met"
    PENDING = "pending"
    UNKNOWN = "unknown"
    UNMET = "unmet"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """Return the word shown to people."""
        return LABELS[self]

    @property
    def is_open(self) -> bool:
        """Say whether it may still turn out either way."""
        return self in (Answer.PENDING, Answer.UNKNOWN)


LABELS = {
    Answer.MET: "符合",
    Answer.PENDING: "未到期",
    Answer.UNKNOWN: "缺少数据",
    Answer.UNMET: "不符合",
    Answer.NOT_APPLICABLE: "不适用",
}
RANK = {Answer.UNMET: 0, Answer.UNKNOWN: 1, Answer.PENDING: 2, Answer.MET: 3}


def worst(answers: Iterable[Answer]) -> Answer:
    """Return what holds when all have to be met.

    >>> worst([Answer.MET, Answer.PENDING, Answer.NOT_APPLICABLE]).value
    'pending'
    >>> worst([]).value
    'not_applicable'
    """
    applicable = [answer for answer in answers if answer is not Answer.NOT_APPLICABLE]
    return min(applicable, key=RANK.__getitem__, default=Answer.NOT_APPLICABLE)


def best(answers: Iterable[Answer]) -> Answer:
    """Return what holds when one is enough.

    >>> best([Answer.UNMET, Answer.UNKNOWN]).value
    'unknown'
    """
    applicable = [answer for answer in answers if answer is not Answer.NOT_APPLICABLE]
    return max(applicable, key=RANK.__getitem__, default=Answer.NOT_APPLICABLE)


def at_least(number: int, answers: Iterable[Answer]) -> Answer:
    """Return what holds when so many have to be met: the answer of the number-th best.

    What is not applicable drops out; where fewer are left than asked, all that are left have to be met.

    >>> at_least(2, [Answer.MET, Answer.UNMET, Answer.PENDING]).value
    'pending'
    """
    ranked = sorted(
        (answer for answer in answers if answer is not Answer.NOT_APPLICABLE),
        key=RANK.__getitem__,
        reverse=True,
    )
    if not ranked:
        return Answer.NOT_APPLICABLE
    return ranked[min(number, len(ranked)) - 1]
