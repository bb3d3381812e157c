"""Evaluate a check: facts in, an answer with its trace out. Pure; the same facts on the same day give the same trace."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from qiangji.rules import answers, comparing, counting, people, sequences
from qiangji.rules.answers import Answer
from qiangji.rules.context import Context
from qiangji.rules.language import Check
from qiangji.rules.trace import Trace

Operator = Callable[[Any, Context, str], Trace]
JUDGES: dict[str, Operator] = {
    "count": counting.count,
    "every": counting.every,
    "share": people.share,
    "pairs": people.pairs,
    "sum": counting.total,
    "value": comparing.value,
    "ratio": comparing.ratio,
    "absent": counting.absent,
    "ordered": sequences.ordered,
    "answered": sequences.answered,
    "attended": people.attended,
    "attest": counting.attest,
}


def evaluate(check: Check, context: Context) -> Trace:
    """Return what a check says of one subject on one day; after the cycle's closing date nothing is pending any more.

    Every window ends at the closing date at the latest, so what stood open is decided where it stands, and preconditions
    and combinations are reckoned from that.
    """
    return judged(check, context, "check")


def judged(check: Check, context: Context, path: str) -> Trace:
    """Judge one node. ``path`` is its place in the check and, where it has no key, the name of its stated reason."""
    if check.when is not None:
        condition = judged(check.when, context, f"{path}.when")
        if condition.answer is Answer.UNMET:
            return Trace(
                check.operator,
                Answer.NOT_APPLICABLE,
                notes=(check.otherwise or "不在适用范围内",),
                place=check.place,
            )
        if condition.answer is not Answer.MET:
            return Trace(
                check.operator,
                condition.answer,
                missing=whether_it_applies(check, condition),
                mend_by=condition.due,
                place=check.place,
            )
    judge = JUDGES.get(check.operator)
    if judge is not None:
        trace = judge(check.operand, context, check.key or path)
        return replace(trace, place=check.place) if check.place else trace
    return combined(check, context, path)


def whether_it_applies(check: Check, condition: Trace) -> str:
    """Say what a precondition that is open waits for: what has not happened so far is nobody's shortcoming."""
    lacking = "；".join(condition.lacking)
    if lacking and condition.answer is Answer.PENDING and check.otherwise:
        return f"目前{check.otherwise}，到期仍然如此的不适用"
    return lacking


def combined(check: Check, context: Context, path: str) -> Trace:
    """Judge a combination: all is the worst, any the best, at_least_n the n-th best of what applies."""
    children = tuple(
        judged(child, context, f"{path}.{number}") for number, child in enumerate(check.children)
    )
    found = [child.answer for child in children]
    if check.at_least_n is not None:
        answer = answers.at_least(check.at_least_n.number, found)
    else:
        answer = answers.worst(found) if check.all is not None else answers.best(found)
    return Trace(check.operator, answer, children=children, place=check.place)
