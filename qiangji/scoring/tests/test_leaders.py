"""Who leads, sits in and guides: only in the Party, only while it is theirs to do, only as one of the committee."""

from datetime import date

import pytest

from qiangji.ledgers.tests.factories import make_record
from qiangji.members.models import Person
from qiangji.members.tests.factories import make_person, make_post, make_tenure, store_members
from qiangji.orgs.models import Body, Organization, Post
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.rules.facts import Facts, Individual, Moment
from qiangji.rules.needs import Needs
from qiangji.rules.periods import Period
from qiangji.scoring.collecting import collect

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "考核周期")
EVENTS = {"guided_appraisal", "guided_life_meeting", "theme_party_day", "dual_theme_day"}
NEEDS = Needs(EVENTS, set(), {"secretaries_and_leaders", "full_time_deputies"}, attended={"dual_theme_day"})
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def facts_of(people: Cast) -> Facts:
    moment = Moment(date(2026, 12, 31), 2026, YEAR, date(2027, 3, 31))
    return collect([people.hospital_a], NEEDS, moment)[people.hospital_a.pk]


def days_of(one: Individual) -> list[tuple[date, date]]:
    starts = [one.first, *(date.fromordinal(gap.last.toordinal() + 1) for gap in one.away)]
    ends = [*(date.fromordinal(gap.first.toordinal() - 1) for gap in one.away), one.last]
    return list(zip(starts, ends, strict=True))


def seat_in_administration(hospital: Organization, person: Person) -> None:
    make_tenure(make_post(hospital, Body.ADMINISTRATION, Post.Kind.VICE_PRESIDENT), person)


def test_leaders_owe_the_hours_of_members_only_while_they_are_in_the_party(people: Cast) -> None:
    (member,) = store_members(people.surgery, ["赵一"], start_date=date(2026, 5, 1))
    seat_in_administration(people.hospital_a, member.person)
    seat_in_administration(people.hospital_a, make_person("党外副院长"))
    (one,) = facts_of(people).populations["secretaries_and_leaders"]
    assert (one.key, one.first) == (member.person_id, date(2026, 5, 1))


def test_the_head_of_the_office_sits_in_only_while_there_is_no_full_time_deputy(people: Cast) -> None:
    deputy, head = make_person("专职副书记"), make_person("党办主任")
    post = make_post(people.hospital_a, kind=Post.Kind.DEPUTY_SECRETARY, is_full_time=True)
    make_tenure(post, deputy, start_date=date(2026, 3, 1), end_date=date(2026, 8, 31))
    office = make_post(people.hospital_a, Body.OFFICE, Post.Kind.HEAD)
    make_tenure(office, head, start_date=date(2025, 1, 1))
    found = {one.key: days_of(one) for one in facts_of(people).populations["full_time_deputies"]}
    assert found == {
        deputy.pk: [(date(2026, 3, 1), date(2026, 8, 31))],
        head.pk: [(date(2025, 1, 1), date(2026, 2, 28)), (date(2026, 9, 1), date.max)],
    }


def test_only_who_is_in_the_committee_on_the_day_guides_a_meeting(people: Cast) -> None:
    member, worker = make_person("委员"), make_person("干事")
    make_tenure(make_post(people.hospital_a), member, start_date=date(2026, 3, 1))
    make_tenure(make_post(people.hospital_a, Body.OFFICE, Post.Kind.WORKER), worker)
    for person, day in ((member, date(2026, 2, 20)), (member, date(2026, 3, 1)), (worker, date(2026, 3, 2))):
        make_record(people.surgery, ["member_appraisal"], date=day, values={"guide": str(person.public_id)})
    assert [one.day for one in facts_of(people).events["guided_appraisal"]] == [date(2026, 3, 1)]


def test_a_theme_day_in_dual_organization_life_is_one_and_another_form_is_none(people: Cast) -> None:
    person = make_person("院领导")
    for form in ("theme_party_day", "group_meeting"):
        make_record(people.surgery, ["dual_organization_life"], people=[person], values={"life_form": form})
    (found,) = facts_of(people).events["dual_theme_day"]
    assert (found.values["life_form"], found.present) == ("theme_party_day", frozenset({person.pk}))
