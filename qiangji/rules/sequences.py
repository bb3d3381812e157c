"""Operators over two kinds of events that belong together: ordered, answered. They are tied by their ``link``."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from qiangji.rules.answers import Answer, worst
from qiangji.rules.context import DAY_AND_ID, Context
from qiangji.rules.counting import unknown
from qiangji.rules.facts import Event
from qiangji.rules.judging import usual
from qiangji.rules.language import Answered, Ordered
from qiangji.rules.periods import DAY, Period
from qiangji.rules.trace import Trace, first_ids
from qiangji.rules.vocabulary import title_of


def ordered(node: Ordered, context: Context, key: str) -> Trace:
    """Judge whether each event of the window came after its forerunner, by at least or at most a span.

    The events may lie ahead (a term's end): until the forerunner's last day it is pending. None at all needs no proof:
    nothing had to be done first, so the check does not apply. ``still_open`` takes in what is overdue from before.
    """
    if not context.known([*node.kinds, node.after]):
        return unknown("ordered", node, context)
    window = context.period(node.window)
    earlier = by_link(context.facts.events[node.after], context.as_of)
    children = []
    for kind in node.kinds:
        for event in context.facts.events[kind]:
            inside = window.holds(event.day) or (node.still_open and context.is_still_open(event, window))
            if inside and context.picks(event, node):
                children.append(after_its_forerunner(event, kind, node, context, earlier.get(event.link, ())))
    trace = joined("ordered", (*node.kinds, node.after), window, children)
    short = sum(child.answer is Answer.UNMET for child in children)
    answer, notes = usual(context, trace.answer, node.usually, key, short)
    notes += context.origins(node.by_at_least, node.by_at_most)
    if answer is trace.answer:
        return replace(trace, notes=notes)
    # A stated reason stands for those that came too late; the others are still asked.
    others = tuple(child for child in children if child.answer is not Answer.UNMET)
    answer = worst(child.answer for child in others) if others else answer
    return replace(trace, answer=answer, notes=notes, children=others)


def after_its_forerunner(
    event: Event, kind: str, node: Ordered, context: Context, earlier: Sequence[Event]
) -> Trace:
    """Judge one event."""
    latest = context.span(node.by_at_least).before(event.day) if node.by_at_least else event.day
    first = context.span(node.by_at_most).before(event.day) if node.by_at_most else date.min
    fitting = [one for one in earlier if first <= one.day <= latest]
    gone = Answer.UNMET if context.is_past(latest) else Answer.PENDING
    answer = Answer.MET if fitting else gone
    lacking = (
        f"{title_of(kind)}（{event.day:%Y-%m-%d}）之前应有{title_of(node.after)}，{context.latest(latest)}"
    )
    return leaf("ordered", (kind, node.after), answer, event, fitting, lacking, context.in_time(latest))


def answered(node: Answered, context: Context, key: str) -> Trace:
    """Judge whether each event of the window was followed by its answer within a span."""
    if not context.known([*node.kinds, node.by]):
        return unknown("answered", node, context)
    window = context.period(node.window)
    later = by_link(context.facts.events[node.by], context.as_of)
    children = []
    within = context.span(node.within)
    for event in to_be_answered(node, context, window):
        first, last = event.day + DAY * node.from_next_day, within.after(event.day)
        fitting = [one for one in later.get(event.link, ()) if first <= one.day <= last]
        late = [one for one in later.get(event.link, ()) if one.day > last]
        gone = Answer.UNMET if context.is_past(last) or late else Answer.PENDING
        answer = Answer.MET if fitting else gone
        asked = f"{context.words(node.kinds)}（{event.day:%Y-%m-%d}）之后应有{title_of(node.by)}"
        lacking = f"{asked}，{context.latest(last)}"
        children.append(
            leaf("answered", (*node.kinds, node.by), answer, event, fitting, lacking, context.in_time(last))
        )
    if not children and not context.declared(node.kinds, window):
        is_over = context.is_over(window)
        return Trace(
            "answered",
            Answer.UNKNOWN if is_over else Answer.PENDING,
            facts=(*node.kinds, node.by),
            label=window.label,
            window=window,
            missing=f"{window.label}“{context.words(node.kinds)}”没有记录，台账也未确认完整",
            mend_by=None if is_over else context.in_time(window.last),
        )
    trace = joined("answered", (*node.kinds, node.by), window, children, nothing=Answer.MET)
    return replace(trace, notes=context.origins(node.within))


def to_be_answered(node: Answered, context: Context, window: Period) -> Sequence[Event]:
    """Return the events of the window that have happened, after those from before it that are still open where asked."""
    before = [
        event
        for kind in (node.kinds if node.still_open else ())
        for event in context.facts.events[kind]
        if context.is_still_open(event, window) and context.picks(event, node)
    ]
    return [*sorted(before, key=DAY_AND_ID), *context.events(node, window)]


def by_link(events: Sequence[Event], as_of: date) -> Mapping[str, list[Event]]:
    """Sort events that have happened by what they are tied to."""
    found: dict[str, list[Event]] = {}
    for event in events:
        if event.day <= as_of:
            found.setdefault(event.link, []).append(event)
    return found


def leaf(
    operator: str,
    facts: tuple[str, ...],
    answer: Answer,
    event: Event,
    fitting: Sequence[Event],
    lacking: str,
    last: date,
) -> Trace:
    """Build the trace of one event and what it belongs to."""
    return Trace(
        operator,
        answer,
        facts=facts,
        label=f"{event.day:%Y-%m-%d}",
        found=Decimal(len(fitting)),
        asked=Decimal(1),
        counted=first_ids([event.id, *(one.id for one in fitting)]),
        total=len(fitting),
        missing="" if answer is Answer.MET else lacking,
        mend_by=last if answer is Answer.PENDING else None,
    )


def joined(
    operator: str,
    facts: tuple[str, ...],
    window: Period,
    children: Sequence[Trace],
    nothing: Answer = Answer.NOT_APPLICABLE,
) -> Trace:
    """Put events together: all have to be met."""
    if not children:
        return Trace(operator, nothing, facts=facts, label=window.label, window=window)
    answer = worst(child.answer for child in children)
    met = sum(child.answer is Answer.MET for child in children)
    return Trace(
        operator,
        answer,
        facts=facts,
        label=window.label,
        found=Decimal(met),
        asked=Decimal(len(children)),
        window=window,
        children=tuple(children),
    )
