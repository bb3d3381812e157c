"""What holds for every size of meeting and every day of the calendar, leap years and ends of months included."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from qiangji.members.elections.calculators import candidates_needed, count_votes, quorum, votes_needed
from qiangji.members.elections.timetable import Standing, is_long_shift, months_before, timetable

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
few = settings(max_examples=50, deadline=None)


@few
@given(st.integers(1, 60))
def test_candidates_exceed_the_seats_by_a_fifth_and_by_no_one_more_than_needed(seats: int) -> None:
    margin = candidates_needed(seats) - seats
    assert Fraction(margin, seats) >= Fraction(1, 5)
    assert Fraction(margin - 1, seats) < Fraction(1, 5)


@few
@given(st.integers(1, 5000))
def test_the_quorum_is_the_least_number_that_reaches_four_fifths(entitled: int) -> None:
    assert Fraction(quorum(entitled), entitled) >= Fraction(4, 5) > Fraction(quorum(entitled) - 1, entitled)
    assert quorum(entitled) <= entitled


@few
@given(st.integers(1, 5000))
def test_the_votes_needed_are_the_least_more_than_half(people: int) -> None:
    assert 2 * votes_needed(people) > people >= 2 * (votes_needed(people) - 1)


@few
@given(
    st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 9), max_size=8),
    st.integers(1, 5),
)
def test_a_count_elects_the_best_and_never_more_than_seats(votes: dict[str, int], seats: int) -> None:
    count = count_votes(votes, seats=seats, needed=4)
    assert len(count.elected) + count.open_seats == seats
    assert all(votes[name] >= 4 for name in (*count.elected, *count.tied))
    beaten = [votes[name] for name in votes if name not in (*count.elected, *count.tied)]
    if count.elected and beaten:
        assert min(votes[name] for name in count.elected) > max(beaten) or max(beaten) < 4
    assert not count.tied or len(count.tied) > count.open_seats > 0


@few
@given(DAYS, st.integers(0, 36))
def test_months_before_keeps_the_day_or_takes_the_months_last(day: date, months: int) -> None:
    earlier = months_before(day, months)
    assert (day.year - earlier.year) * 12 + day.month - earlier.month == months
    assert earlier.day == day.day or (
        earlier.day < day.day and (earlier + timedelta(days=1)).month != earlier.month
    )


@few
@given(DAYS, DAYS)
def test_something_is_late_exactly_when_its_day_is_over_and_it_is_not_done(due: date, on: date) -> None:
    table = timetable(due, reminder_months=6, request_months=4)
    assert table.reminder.day < table.request.day < table.election.day == due
    for one in table.milestones:
        assert (one.standing(on) == Standing.LATE) == (on > one.day)
    done = timetable(due, reminder_months=6, request_months=4, requested=on, elected=on)
    assert done.next(on) is None
    assert done.late(on) == []


@few
@given(DAYS, st.integers(-800, 800))
def test_a_shift_is_long_in_both_directions_alike(day: date, days: int) -> None:
    other = day + timedelta(days=days)
    assert is_long_shift(day, other) == is_long_shift(other, day)
    assert not is_long_shift(day, other) or abs(days) > 365
