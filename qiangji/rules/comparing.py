"""Operators over recorded states: value, ratio. A state that was never recorded makes the answer unknown and is named."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from qiangji.lib.numbers import plain
from qiangji.rules.answers import Answer
from qiangji.rules.context import Context
from qiangji.rules.facts import State
from qiangji.rules.judging import leading, usual, words_of
from qiangji.rules.language import Ratio, StateValue
from qiangji.rules.periods import Period, covered
from qiangji.rules.trace import Trace
from qiangji.rules.vocabulary import POPULATIONS, title_of, unit_of


def value(node: StateValue, context: Context, key: str) -> Trace:
    """Judge a state on the last day that can be judged, or on every day of the window so far."""
    window = context.period(node.window)
    day = min(context.as_of, window.last)
    states = context.facts.states.get(node.of, ())
    if node.throughout:
        looked_at = [one for one in states if one.first <= day and one.last >= window.first]
        seen = Period(window.first, day, window.label)
        known = bool(looked_at) and covered(seen, [Period(one.first, one.last, "") for one in looked_at])
    else:
        looked_at = [one for one in states if one.first <= day <= one.last][-1:]
        known = bool(looked_at)
    wrong = [one for one in looked_at if not fits(node, context, one)]
    if wrong:
        answer = Answer.UNMET
    elif not known:
        answer = Answer.UNKNOWN
    else:
        answer = Answer.PENDING if node.throughout and not context.is_over(window) else Answer.MET
    answer, notes = usual(context, answer, node.usually, key)
    shown = (wrong or looked_at)[-1:]
    found = shown[0].value if shown else None
    return Trace(
        "value",
        answer,
        facts=(node.of,),
        label=f"{day:%Y-%m-%d}",
        found=found if isinstance(found, Decimal) else None,
        asked=leading(context, node),
        bound=words_of(context, node, unit_of(node.of)),
        window=window,
        missing=lacking(node, context, answer, shown, day),
        mend_by=context.in_time(window.last) if answer is Answer.PENDING else None,
        notes=notes + context.origins(*node.amounts().values()),
    )


def fits(node: StateValue, context: Context, state: State) -> bool:
    """Say whether a state is what is asked."""
    if node.equals is not None:
        return state.value == node.equals
    if node.one_of:
        return state.value in node.one_of
    return isinstance(state.value, Decimal) and context.within(state.value, node.amounts())


def lacking(node: StateValue, context: Context, answer: Answer, shown: Sequence[State], day: date) -> str:
    """Say what is missing."""
    name = title_of(node.of)
    if answer is Answer.UNKNOWN:
        return f"{name}（{day:%Y-%m-%d}）没有登记"
    if answer is not Answer.UNMET:
        return ""
    found = shown[-1].value
    unit = unit_of(node.of)
    if isinstance(found, Decimal):
        asked = words_of(context, node, unit)
        return f"{name}为 {plain(found)}{' ' + unit if unit else ''}，应{asked}"
    if isinstance(found, bool):
        return f"“{name}”尚未做到" if node.equals is True else f"“{name}”不应存在"
    return f"“{name}”与要求不符"


def size(name: str, context: Context, day: date) -> Decimal | None:
    """Return a quantity on a day: a state's number, or how many a population has; None where it was not recorded."""
    if name in POPULATIONS:
        if name not in context.facts.populations:
            return None
        return Decimal(sum(one.on(day) for one in context.population(name)))
    held = [one.value for one in context.facts.states.get(name, ()) if one.first <= day <= one.last]
    return held[-1] if held and isinstance(held[-1], Decimal) else None


def ratio(node: Ratio, context: Context, key: str) -> Trace:
    """Judge two quantities divided; nothing to divide by is unknown."""
    window = context.period(node.window)
    day = min(context.as_of, window.last)
    top, bottom = size(node.top, context, day), size(node.bottom, context, day)
    lacks = [title_of(name) for name, one in ((node.top, top), (node.bottom, bottom)) if one is None]
    found, scale = None, 100 if node.percent else 1
    if top is None or bottom is None:
        answer, missing = Answer.UNKNOWN, f"{'、'.join(lacks)}（{day:%Y-%m-%d}）没有登记"
    elif bottom == 0:
        answer, missing = Answer.UNKNOWN, f"{title_of(node.bottom)}为 0，无法计算比例"
    else:
        found = rounded(top * scale / bottom, node.decimals)
        kept = context.within(found, node.amounts())
        answer = Answer.MET if kept else Answer.UNMET
        missing = (
            ""
            if kept
            else f"{title_of(node.top)}与{title_of(node.bottom)}之比为 {plain(top)}∶{plain(bottom)}"
        )
    answer, notes = usual(context, answer, node.usually, key)
    return Trace(
        "ratio",
        answer,
        facts=(node.top, node.bottom),
        label=f"{day:%Y-%m-%d}",
        found=found,
        asked=leading(context, node),
        bound=words_of(context, node, "%" if node.percent else ""),
        window=window,
        missing=missing if answer is not Answer.MET else "",
        notes=notes + context.origins(*node.amounts().values()),
    )


def rounded(figure: Decimal, decimals: int | None) -> Decimal:
    """Round half up, where the check says to how many places.

    >>> rounded(Decimal("0.0045"), 3)
    Decimal('0.005')
    """
    if decimals is None:
        return figure
    return figure.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
