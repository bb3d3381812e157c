"""Where a figure becomes an answer: bounds, closed and open stretches, declarations, and what is usual."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from qiangji.lib.numbers import plain
from qiangji.rules.answers import Answer
from qiangji.rules.context import COMPARE, Context
from qiangji.rules.language import Bounds
from qiangji.rules.periods import Period
from qiangji.rules.vocabulary import EXCUSED, STATES

LOWER = frozenset({"at_least", "above"})
BOUND_WORDS = {"at_least": "不少于", "at_most": "不超过", "above": "高于", "below": "低于"}


def answer_of_figure(
    context: Context,
    found: Decimal,
    bounds: Mapping[str, Decimal | str] | Mapping[str, Decimal],
    period: Period,
    kinds: Sequence[str],
    *,
    declarable: bool = True,
) -> Answer:
    """Judge what was counted in a stretch of days.

    A lower bound that is reached is met at once; one that is not is unmet when the stretch is over or its ledger was
    declared complete, else pending. An upper bound that is broken is unmet at once; one that is kept needs the whole
    stretch, and its declaration, for nothing recorded is not proof. Not ``declarable``: others keep part of the ledger.
    """
    declared = declarable and context.declared(kinds, period)
    decided = declared or context.is_over(period)
    short = broken = False
    has_upper = False
    for name, written in bounds.items():
        holds = COMPARE[name](found, context.amount(written))
        if name in LOWER:
            short |= not holds
        else:
            has_upper = True
            broken |= not holds
    if broken:
        return Answer.UNMET
    if short:
        return Answer.UNMET if decided else Answer.PENDING
    if not has_upper:
        return Answer.MET
    if declared:
        return Answer.MET
    return Answer.UNKNOWN if context.is_over(period) else Answer.PENDING


def usual(
    context: Context, answer: Answer, is_usual: bool, key: str, short: int = 1
) -> tuple[Answer, tuple[str, ...]]:
    """Let a stated reason stand for a figure that the document calls usual (一般); say so either way.

    ``short``: how many fall short of it. A reason that was stated for fewer does not suffice.
    """
    if answer is not Answer.UNMET or not is_usual:
        return answer, ()
    reason = context.facts.reasons.get(key)
    if reason is None or not reason.words.strip():
        return answer, (f"这是一般要求，偏离时可以说明理由{where_stated(key)}。",)
    if reason.number is not None and reason.number < short:
        lacking = f"{short - reason.number} {reason.unit}".strip()
        return answer, (f"这是一般要求，已说明理由：{reason.words}，还有 {lacking}没有说明",)
    return Answer.MET, (f"偏离一般要求，已说明理由：{reason.words}",)


def where_stated(key: str) -> str:
    """Say under which item of 基本情况 a reason is recorded; nothing where there is none for it.

    >>> where_stated("member_hours")
    '，登记在基本情况“学时不足已说明理由的党员数”'
    """
    fact = STATES.get(key) or STATES.get(f"{key}{EXCUSED}")
    return f"，登记在基本情况“{fact.title}”" if fact is not None else ""


def words_of(context: Context, bounds: Bounds, unit: str = "") -> str:
    """Say in Chinese what is asked.

    The result reads like ``不少于 4 次``.
    """
    return worded(tuple((name, context.amount(written)) for name, written in bounds.amounts().items()), unit)


@lru_cache(maxsize=1000)
def worded(amounts: tuple[tuple[str, Decimal], ...], unit: str) -> str:
    """Word bounds; the same few are asked of everybody.

    >>> worded((("at_least", Decimal(4)),), "次")
    '不少于 4 次'
    """
    parts = [
        f"{BOUND_WORDS[name]} {plain(figure)}" + (f" {unit}" if unit else "") for name, figure in amounts
    ]
    return "，".join(parts)


def leading(context: Context, bounds: Bounds) -> Decimal | None:
    """Return the figure that a bound names first, for "found of asked"."""
    return next((context.amount(written) for written in bounds.amounts().values()), None)
