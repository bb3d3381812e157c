"""Operators over populations: share, pairs, attended."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from itertools import combinations

from qiangji.rules import counting
from qiangji.rules.answers import Answer, worst
from qiangji.rules.context import Context, belongs
from qiangji.rules.facts import Event, Individual
from qiangji.rules.judging import answer_of_figure, usual
from qiangji.rules.language import Attended, Pairs, Share
from qiangji.rules.periods import Period, buckets, covered
from qiangji.rules.trace import Trace, first_ids
from qiangji.rules.vocabulary import POPULATIONS, title_of, unit_of

WHOLE = Decimal(1)


def share(node: Share, context: Context, key: str) -> Trace:
    """Judge which part of a population meets an inner check.

    Who is exempt for the whole window is left out, and named in number; an empty population is unknown. Who left is
    judged where they are now.
    """
    asked = node.meets.asked
    window = context.period(asked.window)
    if not context.known(asked.kinds):
        return counting.unknown("share", asked, context)
    population = remaining(context.population(node.of), context, window)
    owing = [one for one in population if not exempt(one, window)]
    if not owing:
        return Trace(
            "share", Answer.UNKNOWN, facts=(node.of,), window=window, missing=f"没有登记{title_of(node.of)}"
        )
    events = context.events(asked, window, above=node.from_above)
    by_person = events_by_individual(events, node.of)
    judged = Pieces(node, context, window)
    answers = [judged.answer_of(one, by_person.get(one.key, ())) for one in owing]
    met = answers.count(Answer.MET)
    needed = context.amount(node.at_least) * len(owing)
    answer, notes = answer_of_usual(context, node, key, answers, needed)
    if len(owing) < len(population):
        notes += (f"另有 {len(population) - len(owing)} {unit_of(node.of)}经批准免予要求。",)
    # Where it is lost, only those count who lost it: others may still be in time.
    behind = answers.count(Answer.UNMET) if answer is Answer.UNMET else len(owing) - met
    lacking = "" if answer is Answer.MET else f"{title_of(node.of)}中 {behind} {unit_of(node.of)}尚未达到要求"
    return Trace(
        "share",
        answer,
        facts=(node.of, *asked.kinds),
        label=window.label,
        found=Decimal(met),
        asked=needed.to_integral_value(ROUND_CEILING),
        window=window,
        counted=first_ids(event.id for event in events),
        total=len(owing),
        missing=lacking,
        mend_by=context.in_time(judged.due_of(owing, answers, by_person))
        if answer is Answer.PENDING
        else None,
        notes=notes + context.origins(node.at_least, *asked.amounts().values()),
    )


def answer_of_usual(
    context: Context, node: Share, key: str, answers: Sequence[Answer], needed: Decimal
) -> tuple[Answer, tuple[str, ...]]:
    """Say whether enough of a population meet a check; a reason stated for some of them stands for so many of them."""
    answer = answer_of_part(answers, needed)
    behind = answers.count(Answer.UNMET)
    hopeful = sum(one in (Answer.MET, Answer.PENDING, Answer.UNKNOWN) for one in answers)
    short = int((needed - hopeful).to_integral_value(ROUND_CEILING))
    excused, notes = usual(context, answer, node.usually, key, short)
    reason = context.facts.reasons.get(key)
    if excused is answer or reason is None or reason.number is None:
        return excused, notes
    covered = min(reason.number, behind)
    others = [one for one in answers if one is not Answer.UNMET]
    return answer_of_part([*others, *[Answer.MET] * covered], needed), notes


def remaining(population: Sequence[Individual], context: Context, window: Period) -> list[Individual]:
    """Return who of a population belongs to it on the last day that can be judged, or did until the window's end.

    Who left within the window no longer owes here what a year asks of everybody; their successors do, and they themselves
    once they are back.
    """
    day = min(window.last, context.as_of)
    return [one for one in population if one.within(window) and not one.left_by(day)]


def answer_of_part(answers: Sequence[Answer], needed: Decimal) -> Answer:
    """Say whether enough of a population meet a check, still can, or might once data are there.

    >>> answer_of_part([Answer.MET, Answer.PENDING, Answer.UNKNOWN], Decimal(3)).value
    'unknown'
    """
    met, pending, unknown = (answers.count(one) for one in (Answer.MET, Answer.PENDING, Answer.UNKNOWN))
    if met >= needed:
        return Answer.MET
    if met + pending >= needed:
        return Answer.PENDING
    return Answer.UNKNOWN if met + pending + unknown >= needed else Answer.UNMET


def exempt(one: Individual, window: Period) -> bool:
    """Say whether exemptions cover everything that somebody owes of a window; the days away are not owed."""
    if not one.exempt:
        return False
    return covered(Period(*one.span(window), ""), (*one.exempt, *one.away))


def events_by_individual(events: Sequence[Event], population: str) -> dict[int, list[Event]]:
    """Sort events to those who were there; of organizations below, to whose event it was."""
    of_persons = POPULATIONS[population].of == "persons"
    found: dict[int, list[Event]] = {}
    for event in events:
        for key in event.present if of_persons else (event.owner,):
            found.setdefault(key, []).append(event)
    return found


class Pieces:
    """An inner check made ready for a whole population: the window's pieces, its bounds, and what silence means in each.

    Nobody but who owes a part of the figure has bounds of their own, so what a figure means is worked out once a piece.
    """

    def __init__(self, node: Share, context: Context, window: Period) -> None:
        self.node, self.asked, self.context, self.window = node, node.meets.asked, context, window
        self.pieces = buckets(window, self.asked.per)
        self.bounds = {name: context.amount(written) for name, written in self.asked.amounts().items()}
        self.known: dict[tuple[Period, Decimal], Answer] = {}

    def answer_of(self, one: Individual, events: Sequence[Event]) -> Answer:
        """Judge the inner check for one: every piece of the window in which they belonged."""
        return worst(answer for _, answer in self.answers_of(one, events))

    def answers_of(self, one: Individual, events: Sequence[Event]) -> Iterator[tuple[Period, Answer]]:
        """Yield every piece of the window in which somebody belonged, and what holds of it."""
        owed = part_of(one, self.window) if self.node.pro_rata else WHOLE
        held = counting.sorted_into(self.pieces, events, self.window)
        for piece, inside in zip(self.pieces, held, strict=True):
            if one.within(piece):
                yield piece, self.answer_in(piece, counting.figure_of(self.asked, inside), owed)

    def due_of(
        self, owing: Sequence[Individual], answers: Sequence[Answer], events: Mapping[int, Sequence[Event]]
    ) -> date:
        """Return the last day of the earliest piece that is open for any of those who can still do it."""
        if len(self.pieces) == 1:
            return self.pieces[0].last
        return min(
            piece.last
            for one, answer in zip(owing, answers, strict=True)
            if answer is Answer.PENDING
            for piece, found in self.answers_of(one, events.get(one.key, ()))
            if found is Answer.PENDING
        )

    def answer_in(self, piece: Period, found: Decimal, owed: Decimal) -> Answer:
        """Judge a figure of one piece."""
        if owed == 1:
            key = (piece, found)
            if key not in self.known:
                self.known[key] = self.judged(found, self.bounds, piece)
            return self.known[key]
        return self.judged(
            found, {name: pro_rata(figure, owed) for name, figure in self.bounds.items()}, piece
        )

    def judged(self, found: Decimal, bounds: Mapping[str, Decimal], piece: Period) -> Answer:
        """Hold a figure against its bounds. The subject's own declaration says nothing of ledgers kept above it."""
        own = not self.node.from_above
        return answer_of_figure(self.context, found, bounds, piece, self.asked.kinds, declarable=own)


def part_of(one: Individual, window: Period) -> Decimal:
    """Return which part of the window's months somebody owes: those begun as one of them, without the exempt ones."""
    if not (one.exempt or one.away) and one.first <= window.first and one.last >= window.last:
        return WHOLE
    months = buckets(window, "month")
    return Decimal(sum(one.within(month) and not exempt(one, month) for month in months)) / len(months)


def pro_rata(figure: Decimal, part: Decimal) -> Decimal:
    """Return the part of a figure that is owed, half up to a tenth.

    >>> pro_rata(Decimal(32), Decimal(7) / 12)
    Decimal('18.7')
    """
    return figure if part == 1 else (figure * part).quantize(Decimal("0.1"), ROUND_HALF_UP)


def pairs(node: Pairs, context: Context, key: str) -> Trace:
    """Judge whether each two of a population, as it stands on the last day that can be judged, have an event."""
    window = context.period(node.window)
    day = min(context.as_of, window.last)
    if node.by not in context.facts.events:
        return Trace(
            "pairs", Answer.UNKNOWN, facts=(node.by,), missing=f"没有取得“{title_of(node.by)}”的数据"
        )
    people = sorted(one.key for one in context.population(node.of) if one.on(day) and not exempt(one, window))
    wanted = {frozenset(pair) for pair in combinations(people, 2)}
    if not wanted:
        lacking = f"{title_of(node.of)}不足两人"
        return Trace("pairs", Answer.UNKNOWN, facts=(node.of,), window=window, missing=lacking)
    events = [
        event
        for event in context.facts.events[node.by]
        if event.pair in wanted and event.day <= context.as_of and belongs(event, window)
    ]
    done = {event.pair for event in events}
    open_ones = len(wanted) - len(done)
    if not open_ones:
        answer = Answer.MET
    else:
        decided = context.is_over(window) or context.declared((node.by,), window)
        answer = Answer.UNMET if decided else Answer.PENDING
    answer, notes = usual(context, answer, node.usually, key, open_ones)
    return Trace(
        "pairs",
        answer,
        facts=(node.of, node.by),
        label=window.label,
        found=Decimal(len(done)),
        asked=Decimal(len(wanted)),
        window=window,
        counted=first_ids(event.id for event in events),
        total=len(events),
        missing=""
        if answer is Answer.MET
        else f"{title_of(node.of)}之间还有 {open_ones} 对没有{title_of(node.by)}",
        mend_by=context.in_time(window.last) if answer is Answer.PENDING else None,
        notes=notes,
    )


def attended(node: Attended, context: Context, key: str) -> Trace:
    """Judge whether each of a population came to a share, or a number, of the events where they were expected."""
    window = context.period(node.window)
    lacks = [kind for kind in node.kinds if kind not in context.facts.events]
    if lacks:
        return Trace(
            "attended", Answer.UNKNOWN, facts=node.kinds, missing=f"没有取得“{context.words(lacks)}”的数据"
        )
    people = [
        one for one in remaining(context.population(node.of), context, window) if not exempt(one, window)
    ]
    if not people:
        return Trace(
            "attended",
            Answer.UNKNOWN,
            facts=(node.of,),
            window=window,
            missing=f"没有登记{title_of(node.of)}",
        )
    events = [
        event
        for kind in node.kinds
        for event in context.facts.events[kind]
        if event.day <= context.as_of and belongs(event, window) and not event.above
    ]
    answers = [answer_of_attendance(one, node, context, window, events) for one in people]
    met = answers.count(Answer.MET)
    needed = context.amount(node.everyone) * len(people)
    answer = answer_of_part(answers, needed)
    return Trace(
        "attended",
        answer,
        facts=(node.of, *node.kinds),
        label=window.label,
        found=Decimal(met),
        asked=needed.to_integral_value(ROUND_CEILING),
        window=window,
        counted=first_ids(event.id for event in events),
        total=len(people),
        missing=""
        if answer is Answer.MET
        else f"{title_of(node.of)}中 {len(people) - met} 人参加{context.words(node.kinds)}的次数不够或没有记录",
        mend_by=context.in_time(window.last) if answer is Answer.PENDING else None,
    )


def answer_of_attendance(
    one: Individual, node: Attended, context: Context, window: Period, events: Sequence[Event]
) -> Answer:
    """Judge one person's presence. Nothing to come to says nothing: unknown once the window is over."""
    expected = [event for event in events if one.key in event.expected or one.key in event.present]
    came = sum(one.key in event.present for event in expected)
    is_over = context.is_over(window)
    if node.at_least is not None:
        if came >= context.amount(node.at_least):
            return Answer.MET
        return Answer.UNMET if is_over else Answer.PENDING
    if not expected:
        return Answer.UNKNOWN if is_over else Answer.PENDING
    if not is_over:
        return Answer.PENDING
    share_asked = context.amount(node.share) if node.share is not None else Decimal(1)
    return Answer.MET if came >= share_asked * len(expected) else Answer.UNMET
