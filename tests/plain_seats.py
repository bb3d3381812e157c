"""What becomes of seats, said a second time and plainly for ``plain_facts``: vacancies, and changes of those who head."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from qiangji.rules.facts import MAXIMUM, Event
from tests.history import Holding, Seat

DAY = timedelta(days=1)
HEADS = ("secretary", "deputy_secretary")
Named = Iterator[tuple[str, Event]]


def held(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day <= last)


def vacancies_of(seat: Seat, name: str, now: date) -> Named:
    """Each vacancy of a seat, and what ended it; a member's seat that somebody was appointed to stays open."""
    is_head = seat.kind in HEADS
    holders = [one for one in seat.holders if one.first <= now]
    for place, one in enumerate(holders):
        begun = one.last + DAY if one.last else MAXIMUM
        if begun > now or (place and one.how == "appointed" and not is_head):
            continue
        ends = [after.first for after in holders[place + 1 :] if is_head or after.how != "appointed"][:1]
        ends += [seat.last] if seat.last else []
        if ends and min(ends) <= begun:
            continue
        link, until = f"{name}-{place}", min(ends) - DAY if ends else None
        yield "seat_vacancy", Event(link, begun, begun.year, {"body": seat.body}, link=link, until=until)
        if ends and min(ends) <= now:
            yield "by_election", Event(link, min(ends), min(ends).year, link=link)


def head_changes_of(heads: list[tuple[Seat, Holding]], terms: list[Any], now: date) -> Named:
    """Each coming, and each leaving that nobody's coming answers for, with what was agreed to it."""
    for number, (seat, one) in enumerate(heads):
        yield from head_change(f"{number}", one.first, terms, [one.consent], now)
        gone = one.last + DAY if one.last else MAXIMUM
        after = sorted(
            (other for there, other in heads if there is seat and other.first >= gone),
            key=lambda it: it.first,
        )[:1]
        stays = any(
            other.person == one.person and other is not one and held(other.first, other.last, gone)
            for _, other in heads
        )
        if not stays and [other.first for other in after] != [gone]:
            agreed = [one.let_go, *(other.consent for other in after)]
            yield from head_change(f"{number}-left", gone, terms, agreed, now)


def head_change(link: str, day: date, terms: list[Any], consents: list[date | None], now: date) -> Named:
    if day > now or not any(term.first < day and held(term.first, term.last, day) for term in terms):
        return
    yield "head_change", Event(link, day, day.year, link=link)
    for place, consent in enumerate(one for one in consents if one):
        yield "superior_consent", Event(f"{link}-{place}", consent, consent.year, link=link)
