"""From an answer to points: exact, half up, never above the criterion's points, and a range where the answer is open."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from qiangji.rules.answers import Answer
from qiangji.rules.context import Context
from qiangji.rules.language import Award
from qiangji.rules.trace import Trace

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Awarded:
    """What is proposed: points, or only a range while data are missing or the window is open."""

    points: Decimal | None
    lowest: Decimal
    highest: Decimal
    note: str = ""


UNSCORED = Awarded(None, ZERO, ZERO)  # of a checklist the answer is all that there is to propose


def award(rule: Award, trace: Trace, points: Decimal, context: Context) -> Awarded:
    """Turn the trace of a criterion's check into a proposal. Unknown and pending give a range and no points."""
    if trace.answer is Answer.NOT_APPLICABLE:
        given = points if rule.not_applicable == "full" else ZERO
        note = "标准未规定不适用时的得分，这里按满分（系统默认）。" if rule.not_applicable == "full" else ""
        return Awarded(given, given, given, note)
    if rule.kind == "bonus":
        return bonus(rule, trace, context)
    lowest, highest = (
        earned(rule, trace, points, context, Answer.UNMET),
        earned(rule, trace, points, context, Answer.MET),
    )
    if trace.answer.is_open and lowest != highest:
        return Awarded(None, lowest, highest)
    return Awarded(lowest, lowest, lowest)


def earned(rule: Award, trace: Trace, points: Decimal, context: Context, open_as: Answer) -> Decimal:
    """Return the points when what is open turns out as ``open_as``."""
    if rule.kind == "all_or_nothing":
        answer = open_as if trace.answer.is_open else trace.answer
        return points if answer is Answer.MET else ZERO
    leaves = list(trace.leaves())
    met = [
        (open_as if leaf.answer.is_open else leaf.answer) is Answer.MET
        for leaf in leaves
        if leaf.answer is not Answer.NOT_APPLICABLE
    ]
    if rule.kind == "proportional":
        return in_steps(points * part_of(leaves, open_as), context.amount(rule.step), points)
    if rule.kind == "per_missing":
        lacking = sum(units_missing(leaf, open_as) for leaf in leaves)
        return max(points - lacking * figure(rule.per, context), context.amount(rule.floor))
    if all(met):
        return points
    found = leaves[0].found or ZERO
    for least, worth in rule.grades:
        if found >= context.amount(least):
            return min(context.amount(worth), points)
    return context.amount(rule.floor)


def part_of(leaves: list[Trace], open_as: Answer) -> Decimal:
    """Return which part of what is asked is there, over everything that the check looks at."""
    parts = []
    for leaf in leaves:
        if leaf.answer is Answer.NOT_APPLICABLE:
            continue
        answer = open_as if leaf.answer.is_open else leaf.answer
        if answer is Answer.MET:
            parts.append(Decimal(1))
        elif leaf.found is not None and leaf.asked:
            parts.append(min(leaf.found / leaf.asked, Decimal(1)))
        else:
            parts.append(ZERO)
    return sum(parts, ZERO) / len(parts) if parts else Decimal(1)


def units_missing(leaf: Trace, open_as: Answer) -> Decimal:
    """Return how many units a part of the check lacks, or has too many."""
    answer = open_as if leaf.answer.is_open else leaf.answer
    if answer in (Answer.MET, Answer.NOT_APPLICABLE):
        return ZERO
    if leaf.found is None or leaf.asked is None:
        return Decimal(1)
    return abs(leaf.asked - leaf.found) or Decimal(1)


def bonus(rule: Award, trace: Trace, context: Context) -> Awarded:
    """Return points per unit found, up to a cap. A bonus grows until the window is over; only missing data leave it open."""
    found = sum((leaf.found or ZERO for leaf in trace.leaves()), ZERO)
    cap = figure(rule.cap, context)
    given = min(found * figure(rule.per, context), cap)
    if trace.answer is Answer.UNKNOWN and given < cap:
        return Awarded(None, given, cap)
    return Awarded(given, given, given)


def figure(written: Decimal | str | None, context: Context) -> Decimal:
    """Return a figure that the language has already seen to be there."""
    if written is None:
        raise TypeError("an award without its figure")
    return context.amount(written)


def in_steps(figure: Decimal, step: Decimal, most: Decimal) -> Decimal:
    """Round to the nearest step, half up, and keep between nothing and the criterion's points.

    >>> in_steps(Decimal("1.25"), Decimal("0.5"), Decimal(2))
    Decimal('1.5')
    """
    steps = (figure / step).quantize(Decimal(1), ROUND_HALF_UP)
    return max(min(steps * step, most), ZERO)
