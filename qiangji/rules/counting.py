"""Operators over events of a window: count, sum, every, absent, attest."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal

from qiangji.lib.numbers import plain
from qiangji.rules.answers import Answer, worst
from qiangji.rules.context import Context
from qiangji.rules.facts import Event
from qiangji.rules.judging import answer_of_figure, leading, usual, words_of
from qiangji.rules.language import Absent, Attest, Count, Every, Selection, Sum
from qiangji.rules.periods import Period, buckets
from qiangji.rules.trace import Trace, first_ids
from qiangji.rules.vocabulary import title_of_property


def count(node: Count, context: Context, key: str) -> Trace:
    """Judge how many events, or days with one, each bucket holds."""
    return over_buckets("count", node, context, key)


def total(node: Sum, context: Context, key: str) -> Trace:
    """Judge how much of a quantity the events of each bucket hold."""
    return over_buckets("sum", node, context, key)


def over_buckets(operator: str, node: Count | Sum, context: Context, key: str) -> Trace:
    """Judge every bucket; one bucket is the answer itself, several are its children.

    Those that were over before the subject existed are not asked for.
    """
    if not context.known(node.kinds):
        return unknown(operator, node, context)
    window = context.period(node.window)
    # Narrow once: buckets are cut from what the window holds.
    wanted = buckets(window, node.per)
    held = sorted_into(wanted, context.events(node, window), window)
    since = context.facts.since
    pieces, short = [], 0
    for piece, events in zip(wanted, held, strict=True):
        if since is not None and piece.is_over(since):
            continue
        found = figure_of(node, events)
        answer = answer_of_figure(context, found, node.amounts(), piece, node.kinds)
        short += answer is Answer.UNMET
        judged = usual(context, answer, node.usually, key, short)
        pieces.append(bucket(operator, node, context, piece, events, found, *judged))
    if not pieces:
        return before_it_existed(operator, node, window, since)
    if len(pieces) == 1:
        return pieces[0]
    return Trace(
        operator,
        worst(piece.answer for piece in pieces),
        facts=node.kinds,
        window=window,
        children=tuple(pieces),
    )


def before_it_existed(operator: str, node: Count | Sum, window: Period, since: date | None) -> Trace:
    """Answer that nothing is asked of a time in which the subject did not exist."""
    note = f"{since:%Y-%m-%d} 成立，{window.label}尚未成立" if since is not None else ""
    return Trace(
        operator, Answer.NOT_APPLICABLE, facts=node.kinds, label=window.label, window=window, notes=(note,)
    )


def sorted_into(
    pieces: Sequence[Period], events: Sequence[Event], window: Period
) -> Sequence[Sequence[Event]]:
    """Sort the events of a window to its pieces, which follow one another; the whole window takes what it was given."""
    if len(pieces) == 1 and pieces[0] == window:
        return [events]
    starts = [piece.first for piece in pieces]
    found: list[list[Event]] = [[] for _ in pieces]
    for event in events:
        place = bisect_right(starts, event.day) - 1
        if place >= 0 and event.day <= pieces[place].last:
            found[place].append(event)
    return found


def bucket(
    operator: str,
    node: Count | Sum,
    context: Context,
    piece: Period,
    events: Sequence[Event],
    found: Decimal,
    answer: Answer,
    notes: tuple[str, ...],
) -> Trace:
    """Build the trace of one bucket that was judged."""
    unit = "" if isinstance(node, Sum) else ("天" if node.days else "次")
    missing = ""
    if answer not in (Answer.MET, Answer.NOT_APPLICABLE):
        missing = lacking(node, context, piece, found, unit, answer)
    return Trace(
        operator,
        answer,
        facts=node.kinds,
        label=piece.label,
        found=found,
        asked=leading(context, node),
        bound=words_of(context, node, unit),
        window=piece,
        counted=first_ids(event.id for event in events),
        total=len(events),
        missing=missing,
        mend_by=context.in_time(piece.last) if answer is Answer.PENDING else None,
        notes=notes + context.origins(*node.amounts().values()),
    )


def figure_of(node: Count | Sum, events: Sequence[Event]) -> Decimal:
    """Count events, days, or add a quantity up."""
    if isinstance(node, Sum):
        amounts = (event.values.get(node.quantity) for event in events)
        return sum((amount for amount in amounts if isinstance(amount, Decimal)), Decimal(0))
    return Decimal(len({event.day for event in events}) if node.days else len(events))


def lacking(
    node: Count | Sum, context: Context, piece: Period, found: Decimal, unit: str, answer: Answer
) -> str:
    """Say what is missing in a bucket."""
    name = context.words(node.kinds)
    if answer is Answer.UNKNOWN:
        return f"{piece.label}“{name}”的台账尚未确认完整"
    asked = words_of(context, node, unit)
    return f"{piece.label}{name}现有 {plain(found)}{' ' + unit if unit else ''}，应{asked}"


def every(node: Every, context: Context, key: str) -> Trace:
    """Judge whether all events, or a share of them, have a property; none at all needs the declaration."""
    if not context.known(node.kinds):
        return unknown("every", node, context)
    window = context.period(node.window)
    events = context.events(node, window)
    good, bad, lacking_some = sorted_by(context, node, events)
    share = context.amount(node.share)
    needed = share * len(events)
    is_over, declared = context.is_over(window), context.declared(node.kinds, window)
    if not events:
        answer = empty(is_over, declared)
    elif len(good) >= needed:
        answer = Answer.MET if is_over or declared else Answer.PENDING
    elif len(good) + len(lacking_some) >= needed:
        answer = Answer.UNKNOWN
    else:
        mendable = share < 1 and not (is_over or declared)
        answer = Answer.PENDING if mendable else Answer.UNMET
    missing = ""
    if answer is Answer.UNKNOWN and lacking_some:
        missing = lacking_properties(context, node, lacking_some)
    elif answer is Answer.UNKNOWN:
        missing = f"{window.label}“{context.words(node.kinds)}”没有记录，台账也未确认完整"
    elif bad and answer is not Answer.MET:
        missing = f"{context.words(node.kinds)}有 {len(bad)} 次不符合要求（{some_days(bad)}）"
    return Trace(
        "every",
        answer,
        facts=node.kinds,
        label=window.label,
        found=Decimal(len(good)),
        asked=needed.to_integral_value(ROUND_CEILING),
        window=window,
        counted=first_ids(event.id for event in (bad or lacking_some or good)),
        total=len(events),
        missing=missing,
        mend_by=context.in_time(window.last) if answer is Answer.PENDING else None,
    )


def sorted_by(
    context: Context, node: Every, events: Sequence[Event]
) -> tuple[list[Event], list[Event], list[Event]]:
    """Return the events that have what is asked, those that have not, and those of which too little was recorded to tell."""
    good: list[Event] = []
    bad: list[Event] = []
    lacking_some: list[Event] = []
    for event in events:
        if context.fits(event, node.has):
            good.append(event)
        else:
            (lacking_some if context.lacking_of(event, node.has) else bad).append(event)
    return good, bad, lacking_some


def lacking_properties(context: Context, node: Every, events: Sequence[Event]) -> str:
    """Say what was not recorded of events."""
    lacks = [name for event in events for name in context.lacking_of(event, node.has)]
    titles = dict.fromkeys(title_of_property(node.kinds, name) for name in lacks)
    return f"{context.words(node.kinds)}有 {len(events)} 次没有登记{'、'.join(titles)}（{some_days(events)}）"


def some_days(events: Sequence[Event]) -> str:
    """Name the days of the first few events."""
    days = "、".join(f"{event.day:%Y-%m-%d}" for event in events[:5])
    return f"{days}等" if len(events) > 5 else days


def empty(is_over: bool, declared: bool) -> Answer:
    """Judge an empty set: it says something only where the ledger was declared complete."""
    if declared:
        return Answer.MET
    return Answer.UNKNOWN if is_over else Answer.PENDING


def absent(node: Absent, context: Context, key: str) -> Trace:
    """Judge that nothing of a kind happened: one event decides, none needs the declaration."""
    if not context.known(node.kinds):
        return unknown("absent", node, context)
    window = context.period(node.window)
    events = context.events(node, window)
    answer = Answer.UNMET if events else empty(context.is_over(window), context.declared(node.kinds, window))
    missing = ""
    name = context.words(node.kinds)
    if answer is Answer.UNMET:
        missing = f"{window.label}有{name} {len(events)} 次"
    elif answer is not Answer.MET:
        missing = f"{window.label}“{name}”的零报告"
    return Trace(
        "absent",
        answer,
        facts=node.kinds,
        label=window.label,
        found=Decimal(len(events)),
        asked=Decimal(0),
        window=window,
        counted=first_ids(event.id for event in events),
        total=len(events),
        missing=missing,
        mend_by=context.in_time(window.last) if answer is Answer.PENDING else None,
    )


def attest(node: Attest, context: Context, key: str) -> Trace:
    """Judge that a document is on file and a person confirmed it. No document is no proof of anything: unknown, not unmet."""
    if not context.known(node.kinds):
        return unknown("attest", node, context)
    window = context.period(node.window)
    events = context.events(node, window)
    confirmed = [event for event in events if event.values.get("confirmed", True) is True]
    name = context.words(node.kinds)
    if confirmed or (events and not node.confirmed):
        answer, missing = Answer.MET, ""
    elif events:
        answer, missing = Answer.UNKNOWN, f"{name}已登记，待确认"
    else:
        is_over = context.is_over(window)
        answer, missing = (Answer.UNKNOWN if is_over else Answer.PENDING), f"{window.label}的{name}"
    return Trace(
        "attest",
        answer,
        facts=node.kinds,
        label=window.label,
        found=Decimal(len(events)),
        asked=Decimal(1),
        window=window,
        counted=first_ids(event.id for event in events),
        total=len(events),
        missing=missing,
        mend_by=context.in_time(window.last) if answer is Answer.PENDING else None,
    )


def unknown(operator: str, node: Selection, context: Context) -> Trace:
    """Answer unknown: a kind of facts that was never collected."""
    lacking = [kind for kind in node.kinds if kind not in context.facts.events]
    missing = f"没有取得“{context.words(lacking)}”的数据"
    return Trace(operator, Answer.UNKNOWN, facts=node.kinds, missing=missing)
