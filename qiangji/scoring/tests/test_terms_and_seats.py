"""What the collectors make of terms that ran out and of seats that fell vacant: until when each stood open."""

from datetime import date

import pytest

from qiangji.members.tests.factories import make_person, make_post, make_tenure
from qiangji.orgs.models import Body, Organization, Term
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.rules.facts import Event, Facts, Moment
from qiangji.rules.needs import Needs
from qiangji.rules.periods import Period, covered, year_of
from qiangji.scoring.collecting import collect

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "考核周期")
NEEDS = Needs({"term_end", "term_election", "seat_vacancy", "by_election"})
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def facts_of(people: Cast, as_of: date = date(2027, 1, 15)) -> Facts:
    moment = Moment(as_of, 2026, YEAR, date(2027, 3, 31))
    return collect([people.hospital_a], NEEDS, moment)[people.hospital_a.pk]


def ends_of(people: Cast, as_of: date = date(2027, 1, 15)) -> list[tuple[date, date | None]]:
    ends: list[Event] = list(facts_of(people, as_of).events["term_end"])
    return [(one.day, one.until) for one in ends]


def make_term(
    organization: Organization, number: int, first: date, due: date, last: date | None = None
) -> Term:
    return Term.objects.create(
        organization=organization, body=Body.COMMITTEE, number=number, years=3, start_date=first, due_date=due,
        end_date=last, elected_by=Term.ElectedBy.ASSEMBLY,
    )  # fmt: skip


def test_a_term_that_ran_out_stays_open_until_the_next_one_begins(people: Cast) -> None:
    make_term(people.surgery, 1, date(2022, 10, 16), date(2025, 10, 15), date(2026, 5, 9))
    make_term(people.surgery, 2, date(2026, 5, 10), date(2029, 5, 9))
    assert ends_of(people) == [(date(2025, 10, 15), date(2026, 5, 9)), (date(2029, 5, 9), None)]
    assert ends_of(people, date(2026, 5, 9)) == [(date(2025, 10, 15), None)]


def test_a_branch_that_was_abolished_before_its_term_ran_out_had_no_end_of_it(people: Cast) -> None:
    make_term(people.surgery, 1, date(2023, 9, 1), date(2026, 8, 31))
    Organization.objects.filter(pk=people.surgery.pk).update(end_date=date(2026, 6, 30))
    assert ends_of(people) == []
    assert ends_of(people, date(2026, 6, 30)) == [(date(2026, 8, 31), None)]


def test_a_branch_that_was_abolished_after_its_term_ran_out_should_have_elected(people: Cast) -> None:
    make_term(people.surgery, 1, date(2023, 9, 1), date(2026, 5, 31))
    Organization.objects.filter(pk=people.surgery.pk).update(end_date=date(2026, 6, 30))
    assert ends_of(people) == [(date(2026, 5, 31), date(2026, 6, 30))]


def test_a_term_that_was_ended_without_a_next_one_never_runs_out(people: Cast) -> None:
    make_term(people.surgery, 1, date(2023, 9, 1), date(2026, 8, 31), date(2026, 6, 30))
    assert ends_of(people) == []


def test_before_a_new_body_had_seats_none_could_fall_vacant(people: Cast) -> None:
    post = make_post(people.hospital_a, start_date=date(2026, 4, 1))
    make_tenure(post, make_person("委员"), start_date=date(2026, 4, 1))
    declared = facts_of(people).declared["seat_vacancy"]
    assert covered(year_of(2025), declared)
    assert covered(year_of(2026), declared)


def test_a_seat_that_fell_vacant_long_ago_is_known_to_be_open(people: Cast) -> None:
    post = make_post(people.hospital_a, start_date=date(2020, 1, 1))
    make_tenure(post, make_person("委员"), start_date=date(2020, 1, 1), end_date=date(2023, 5, 31))
    (vacancy,) = facts_of(people).events["seat_vacancy"]
    assert (vacancy.day, vacancy.until) == (date(2023, 6, 1), None)
