"""A leap year by hand, in which everything turns: what ``histories`` meets only by luck is in it for certain.

Things happen on 29 February and on 31 December; somebody joins the Party and somebody else is transferred to another branch;
one branch is founded and another abolished; the province and a hospital ask more than the table.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

from tests.good_years import good_declarations, good_entries, good_people, good_seats, good_states, good_terms
from tests.history import ABOVE, KINDS, SINCE, Entry, Figure, History, Holding, Human, Seat, Stay

YEAR = 2028
LEAP, LAST = date(YEAR, 2, 29), date(YEAR, 12, 31)
JOINED, LEFT, CAME = date(YEAR, 4, 1), date(YEAR, 6, 30), date(YEAR, 7, 1)
FOUNDED, ABOLISHED = date(YEAR, 3, 1), date(YEAR, 9, 30)
# What is seen on the last of February, on the last day, on the first one after it, and in the spring.
SEEN = (LEAP, LAST, date(YEAR + 1, 1, 1), date(YEAR + 1, 3, 15))


def people() -> tuple[Human, ...]:
    """One joins within the year, one is transferred within it, one has left by the last day."""
    found = good_people(YEAR)
    found[1] = Human(JOINED, None, stays=(Stay("B1", JOINED, None),))
    found[2] = replace(found[2], stays=(Stay("B1", SINCE, LEFT), Stay("B2", CAME, None)))
    found[3] = replace(found[3], ceased=LAST)
    return tuple(found)


def seats() -> tuple[Seat, ...]:
    """A member of each committee changes on the last of February, the other seats as in a good year."""
    found, changed = [], set()
    for seat in good_seats(YEAR):
        if seat.kind == "member" and seat.node not in changed:
            changed.add(seat.node)
            (one,) = seat.holders
            after = Holding((one.person + 1) % 7, date(YEAR, 3, 1), None, None)
            seat = replace(seat, holders=(replace(one, last=LEAP), after))
        found.append(seat)
    return tuple(found)


def entries() -> tuple[Entry, ...]:
    """A good year's records, every fifth on the last of February and every seventh on the last day of the year."""
    found = []
    for place, one in enumerate(good_entries(YEAR)):
        day = LAST if place % 7 == 0 else LEAP if place % 5 == 0 else one.day
        found.append(one if one.year != YEAR else replace(one, day=day))
    return tuple(found)


@cache
def turning(as_of: date) -> History:
    """Return it as it is seen on a day."""
    return History(
        YEAR, as_of, (date(YEAR, 1, 1), LAST), date(YEAR + 1, 3, 31), people(), seats(), tuple(good_terms(YEAR)),
        entries(), (), tuple(good_declarations(YEAR, KINDS[::2])), tuple(good_states(YEAR)),
        (("B1", SINCE, ABOLISHED), ("B2", FOUNDED, None), ("G", SINCE, ABOLISHED)),
        (
            Figure(ABOVE, "H", "3-2-2", "yearly", Decimal(6), date(YEAR, 1, 1)),
            Figure("H", "H", "3-2-2", "yearly", Decimal(5), date(YEAR, 1, 1)),  # looser than the province: it rests
            Figure("H", "H", "3-1-2", "times", Decimal(3), date(YEAR, 5, 1)),
            Figure("O", "H", "3-1-2", "times", Decimal(3), date(YEAR, 5, 1), is_withdrawn=True),
        ),
    )  # fmt: skip
