"""What the collectors make of terms that ran out and of seats that fell vacant: until when each stood open."""

from datetime import date

import pytest

from qiangji.members.tests.factories import make_member, make_person, make_post, make_tenure
from qiangji.orgs.models import Body, Organization, Post, Term
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.rules.facts import Event, Facts, Moment
from qiangji.rules.needs import Needs
from qiangji.rules.periods import Period, covered, year_of
from qiangji.scoring.collecting import collect

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "考核周期")
NEEDS = Needs({"term_end", "term_election", "seat_vacancy", "by_election", "head_change", "superior_consent"})
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


def test_a_seat_that_somebody_was_appointed_to_is_not_filled_by_a_by_election(people: Cast) -> None:
    post = make_post(people.hospital_a, start_date=date(2020, 1, 1))
    make_tenure(post, make_person("前任"), start_date=date(2020, 1, 1), end_date=date(2026, 3, 31))
    make_tenure(post, make_person("指派的委员"), start_date=date(2026, 4, 1), how="appointed")
    facts = facts_of(people)
    assert [(one.day, one.until) for one in facts.events["seat_vacancy"]] == [(date(2026, 4, 1), None)]
    assert facts.events["by_election"] == []


def test_who_came_with_an_appointed_committee_fills_the_seat(people: Cast) -> None:
    first = date(2026, 4, 1)
    make_term(people.hospital_a, 1, date(2021, 4, 1), date(2026, 3, 31), date(2026, 3, 31))
    make_term(people.hospital_a, 2, first, date(2029, 3, 31))
    post = make_post(people.hospital_a, start_date=date(2020, 1, 1))
    make_tenure(post, make_person("前任"), start_date=date(2020, 1, 1), end_date=date(2026, 3, 31))
    make_tenure(post, make_person("新任"), start_date=first, how="appointed", term=Term.objects.get(number=2))
    assert facts_of(people).events["seat_vacancy"] == []


def changes_of(people: Cast) -> list[tuple[date, list[date]]]:
    facts = facts_of(people)
    agreed = {one.id: [] for one in facts.events["head_change"]}
    for one in facts.events["superior_consent"]:
        agreed[one.link].append(one.day)
    return [(one.day, agreed[one.link]) for one in facts.events["head_change"]]


def test_a_secretary_who_left_is_a_change_that_the_superior_agreed_to(people: Cast) -> None:
    make_term(people.hospital_a, 1, date(2024, 1, 1), date(2027, 12, 31))
    post = make_post(people.hospital_a, kind=Post.Kind.SECRETARY)
    tenure = make_tenure(post, make_person("书记"), start_date=date(2024, 1, 1), end_date=date(2026, 5, 31))
    assert changes_of(people) == [(date(2026, 6, 1), [])]
    tenure.leaving_consent_date = date(2026, 5, 20)
    tenure.save()
    assert changes_of(people) == [(date(2026, 6, 1), [date(2026, 5, 20)])]


def test_who_died_in_office_is_no_change_that_anybody_agreed_to(people: Cast) -> None:
    make_term(people.hospital_a, 1, date(2024, 1, 1), date(2027, 12, 31))
    gone = make_member(people.surgery, "逝者", ceased_date=date(2026, 6, 1), ceased_how="deceased")
    post = make_post(people.hospital_a, kind=Post.Kind.SECRETARY)
    make_tenure(post, gone.person, start_date=date(2024, 1, 1), end_date=date(2026, 5, 31))
    assert changes_of(people) == []
