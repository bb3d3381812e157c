"""Points of a check, a second time and plainly, for ``plain_evaluation``: what is proposed, or from what to what.

It knows the two awards that the library uses, all or nothing and a deduction for each one missing, and refuses others.
"""

from decimal import Decimal
from typing import Any

from tests.history import ABOVE, PARENTS, History
from tests.plain_evaluation import Plain

NOTHING = Decimal(0)
Proposal = tuple[str, Decimal | None, Decimal, Decimal]


def proposed(plain: Plain, criterion: Any, entry: Any) -> Proposal:
    """Return the answer, the points (None where they are open), the least and the most that they can be."""
    answer = plain.check(entry.check)
    full = criterion.points
    if full is None:
        return answer, None, NOTHING, NOTHING
    if answer == "not_applicable":
        given = full if entry.award.not_applicable == "full" else NOTHING
        return answer, given, given, given
    if entry.award.kind == "all_or_nothing":
        least = full if answer == "met" else NOTHING
        most = full if answer in ("met", "pending", "unknown") else NOTHING
    elif entry.award.kind == "per_missing":
        least, most = (per_missing(plain, entry, full, hopeful) for hopeful in (False, True))
    else:
        raise NotImplementedError(entry.award.kind)
    if answer in ("pending", "unknown") and least != most:
        return answer, None, least, most
    return answer, least, least, least


def per_missing(plain: Plain, entry: Any, full: Decimal, hopeful: bool) -> Decimal:
    """Deduct for each event that a stretch lacks; ``hopeful`` takes what can still be done for done."""
    node = entry.check.count
    asked = plain.amount(node.at_least)
    if not plain.known(*node.kinds):
        return full if hopeful else max(full - plain.amount(entry.award.per), plain.amount(entry.award.floor))
    window = plain.window(node.window)
    events = plain.events(node, window)
    lacking = NOTHING
    for piece in plain.pieces(window, node.per):
        if plain.facts.since is not None and plain.facts.since > piece.last:
            continue  # it did not exist yet
        found = plain.figure(node, [one for one in events if piece == window or piece.takes(one)])
        is_open = not plain.over(piece) and not plain.declared(node.kinds, piece)
        if found < asked and not (hopeful and is_open):
            lacking += asked - found
    return max(full - lacking * plain.amount(entry.award.per), plain.amount(entry.award.floor))


def set_for(history: History, subject: str, table: str, criterion: Any, entry: Any) -> dict[str, Decimal]:
    """The figures that bind a subject: the nearest one set above it or by itself, unless something above asks more.

    They hold if they are in force on the last day of the cycle's period.
    """
    upward: list[str] = []
    node: str | None = subject
    while node is not None:
        upward, node = [node, *upward], PARENTS[node]
    day, found = history.cycle[1], {}
    for name, spec in entry.used(criterion).items():
        value = spec.value
        for one in [
            one for node in [ABOVE, *upward] for one in history.figures
            if (one.node, one.table, one.code, one.name) == (node, table, criterion.code, name)
            and not one.is_withdrawn and one.first <= day and (one.last is None or day <= one.last)
        ]:  # fmt: skip
            asks_more = one.value > value if spec.stricter == "more" else one.value < value
            value = one.value if asks_more or spec.allows_looser else value
        found[name] = value
    return found
