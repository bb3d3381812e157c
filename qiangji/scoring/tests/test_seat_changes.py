"""Who left a committee's head asks for the superior's consent too; a member's seat is filled by an election only."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.rules.facts import MAXIMUM
from qiangji.scoring.seat_changes import Change, Held, Vacancy, head_changes, vacancies

TERM = (date(2024, 3, 1), date(2029, 2, 28))
AS_OF = date(2026, 12, 31)
DAY = timedelta(days=1)


def held(pk: int, first: str, last: str = "", kind: str = "secretary", **fields: Any) -> Held:
    given = {"post": 1, "person": pk, "how": "elected"} | fields
    ended = date.fromisoformat(last) if last else MAXIMUM
    return Held(
        pk=pk,
        owner=0,
        body="committee",
        kind=kind,
        full_time=True,
        first=date.fromisoformat(first),
        last=ended,
        **given,
    )


def changes(*heads: Held, as_of: date = AS_OF) -> list[Change]:
    return list(head_changes(heads, lambda day: TERM[0] < day <= TERM[1], as_of))


def told(*heads: Held) -> list[tuple[bool, str, list[str]]]:
    return [(one.is_departure, str(one.day), [str(day) for day in one.consents]) for one in changes(*heads)]


def test_who_left_and_was_not_followed_is_a_change() -> None:
    left = held(1, "2024-03-01", "2026-05-31", let_go=date(2026, 5, 20))
    assert told(left) == [(True, "2026-06-01", ["2026-05-20"])]
    assert told(held(1, "2024-03-01", "2026-05-31")) == [(True, "2026-06-01", [])]


def test_who_takes_over_the_next_day_makes_one_change_of_the_two() -> None:
    before = held(1, "2024-03-01", "2026-05-31")
    after = held(2, "2026-06-01", consent=date(2026, 5, 20), how="appointed")
    assert told(before, after) == [(False, "2026-06-01", ["2026-05-20"])]


def test_a_gap_makes_two_changes_and_what_was_agreed_to_the_next_before_the_leaving_counts_for_it() -> None:
    before = held(1, "2024-03-01", "2026-05-31")
    after = held(2, "2026-07-01", consent=date(2026, 5, 20), how="appointed")
    assert told(before, after) == [
        (True, "2026-06-01", ["2026-05-20"]),
        (False, "2026-07-01", ["2026-05-20"]),
    ]


def test_a_deputy_who_becomes_secretary_has_not_left() -> None:
    deputy = held(1, "2024-03-01", "2026-05-31", "deputy_secretary", person=7, post=2)
    secretary = held(2, "2026-06-01", person=7, consent=date(2026, 5, 20))
    assert told(deputy, secretary) == [(False, "2026-06-01", ["2026-05-20"])]


def test_who_left_with_the_term_or_before_it_needs_no_consent() -> None:
    assert told(held(1, "2020-03-01", "2024-02-29")) == []
    assert told(held(1, "2024-03-01", "2029-02-28")) == []


def test_who_left_after_the_day_has_not_left_yet() -> None:
    leaving = held(1, "2024-03-01", "2026-12-31")
    assert changes(leaving) == []
    assert len(changes(leaving, as_of=date(2027, 1, 1))) == 1


@pytest.mark.parametrize(("died", "number"), [("2026-06-01", 0), ("2026-06-30", 0), ("2026-09-01", 1)])
def test_nobody_is_asked_to_agree_to_a_death(died: str, number: int) -> None:
    assert len(changes(held(1, "2024-03-01", "2026-05-31", died=date.fromisoformat(died)))) == number


# ---- vacancies ---------------------------------------------------------------------------------------------------------


def member(pk: int, first: str, last: str = "", how: str = "elected", **fields: Any) -> Held:
    return held(pk, first, last, "member", how=how, **fields)


def of_seat(*holders: Held, closed: date | None = None) -> list[tuple[str, str | None]]:
    found: list[Vacancy] = list(vacancies(holders, closed, AS_OF))
    return [(str(one.day), str(one.ended) if one.ended else None) for one in found]


FIRST = member(1, "2024-03-01", "2026-03-31")


@pytest.mark.parametrize(
    ("how", "ended"), [("by_election", "2026-05-10"), ("elected", "2026-05-10"), ("appointed", None)]
)
def test_a_members_seat_is_filled_by_an_election_only(how: str, ended: str | None) -> None:
    assert of_seat(FIRST, member(2, "2026-05-10", how=how)) == [("2026-04-01", ended)]


def test_somebody_appointed_the_next_day_leaves_the_seat_open_as_well() -> None:
    assert of_seat(FIRST, member(2, "2026-04-01", how="appointed")) == [("2026-04-01", None)]
    assert of_seat(FIRST, member(2, "2026-04-01", how="by_election")) == []


def test_a_by_election_later_ends_the_vacancy_that_an_appointment_left_open() -> None:
    acting = member(2, "2026-04-10", "2026-08-31", "appointed")
    elected = member(3, "2026-09-01", how="by_election", person=2)
    assert of_seat(FIRST, acting, elected) == [("2026-04-01", "2026-09-01")]


def test_a_head_may_be_appointed_by_the_superior() -> None:
    """Whether the superior agreed beforehand is another criterion."""
    before, after = held(1, "2024-03-01", "2026-03-31"), held(2, "2026-05-10", how="appointed")
    assert of_seat(before, after) == [("2026-04-01", "2026-05-10")]


def test_who_was_put_in_with_a_whole_new_committee_fills_no_vacancy_late() -> None:
    assert of_seat(FIRST, member(2, "2026-04-01", how="appointed", with_term=True)) == []


def test_a_seat_that_is_done_away_with_is_open_no_more() -> None:
    assert of_seat(FIRST, closed=date(2026, 6, 30)) == [("2026-04-01", "2026-06-30")]


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["elected", "appointed"])),
        max_size=6,
    )
)
def test_vacancies_of_a_seat_never_overlap(steps: list[tuple[int, int, str]]) -> None:
    holders, first = [], date(2025, 1, 1)
    for number, (gap, stay, how) in enumerate(steps):
        first += gap * DAY
        last = first + stay * DAY
        holders.append(member(number, str(first), str(last), how))
        first = last + DAY
    found = list(vacancies(holders, None, date(2027, 1, 1)))
    for one, after in pairwise(found):
        assert one.ended is not None
        assert one.ended <= after.day
