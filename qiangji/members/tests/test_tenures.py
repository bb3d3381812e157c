"""Who sits in which post: appointed, replaced, ended; vacancies, cross-appointments and terms as of any day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from qiangji.audit.models import Event
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Person, Tenure
from qiangji.members.selectors.tenures import (
    cross_appointments,
    first_day_vacant,
    holders_of,
    holders_of_many,
    seats_on,
    terms_due,
    vacancies,
)
from qiangji.members.services.tenures import (
    NewTenure,
    appoint,
    appoint_many,
    close_post,
    end_tenure,
    end_tenures,
    note_consent,
)
from qiangji.members.tests.factories import make_employment, make_member, make_person, make_post
from qiangji.orgs.models import Body, ChangedFact, Organization, Post
from qiangji.orgs.services.terms import NewTerm, record_terms
from qiangji.orgs.tests.factories import Cast, cast, make_organization
from tests.examples import examples

AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
DAY = date(2024, 1, 1)


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def staff(hospital: Organization, name: str) -> Person:
    person = make_person(name)
    make_employment(person, hospital)
    return person


def seat(people: Cast, kind: str = Post.Kind.SECRETARY, body: str = Body.COMMITTEE) -> Post:
    return make_post(people.hospital_a, body, kind)


def put(post: Post, person: Person, day: date, **fields: Any) -> Tenure:
    return appoint(post=post, person=person, start_date=day, **({"how": "elected"} | fields), by=None, at=AT)


def test_a_new_holder_ends_the_one_before(people: Cast) -> None:
    post = seat(people)
    zhang, li = staff(people.hospital_a, "张一"), staff(people.hospital_a, "李二")
    put(post, zhang, DAY)
    put(
        post,
        li,
        date(2025, 3, 1),
        how="appointed",
        consent_date=date(2025, 2, 1),
        consent_document="甲卫〔2025〕1号",
    )
    held = [holders_of(people.hospital_a, day).get().person for day in (date(2025, 2, 28), date(2025, 3, 1))]
    assert held == [zhang, li]
    assert ChangedFact.objects.filter(kind="tenure", date=date(2025, 3, 1)).count() == 2
    event = Event.objects.filter(verb="tenure.begun").order_by("pk").last()
    assert event is not None
    assert str(li.public_id) in event.data
    assert "李二" not in event.data


def test_the_term_that_runs_is_found(people: Cast) -> None:
    rows = [NewTerm(people.hospital_a, Body.COMMITTEE, 3, 5, DAY, "assembly")]
    term = record_terms(rows=rows, by=None, at=AT)[0]
    assert put(seat(people), staff(people.hospital_a, "张一"), date(2024, 6, 1)).term == term
    assert terms_due([people.hospital_a], date(2028, 8, 1), 6) == [term]
    assert terms_due([people.hospital_a], date(2028, 6, 1), 6) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"start_date": date(2026, 12, 1)}, "晚于今天"),
        ({"start_date": date(2019, 1, 1)}, "早于职务设置日期"),
        ({"consent_document": "甲〔2024〕1号"}, "请一并填上级同意日期"),
        ({"consent_date": date(2027, 1, 1)}, "上级同意日期 2027-01-01 晚于今天"),
        ({"end_date": date(2023, 1, 1)}, "离任日期须在"),
    ],
)
def test_what_is_refused(people: Cast, fields: dict[str, Any], words: str) -> None:
    row = NewTenure(
        **(
            {
                "post": seat(people),
                "person": staff(people.hospital_a, "张一"),
                "start_date": DAY,
                "how": "elected",
            }
            | fields
        )
    )
    with pytest.raises(MembersError, match=words):
        appoint_many(rows=[row], by=None, at=AT)
    assert not Tenure.objects.exists()


def test_who_is_not_of_the_house_sits_nowhere_in_it(people: Cast) -> None:
    stranger = staff(people.hospital_b, "外人")
    with pytest.raises(MembersError, match="不是本单位人员"):
        put(seat(people), stranger, DAY)
    branch_secretary = make_post(people.surgery, Body.COMMITTEE, Post.Kind.SECRETARY)
    member = make_member(people.surgery, "本院人")
    assert put(branch_secretary, member.person, DAY).post == branch_secretary


def test_a_seat_is_held_by_one(people: Cast) -> None:
    post, zhang = seat(people), staff(people.hospital_a, "张一")
    tenure = put(post, zhang, DAY)
    with pytest.raises(MembersError, match="不必重复登记"):
        put(post, zhang, date(2025, 1, 1))
    with pytest.raises(MembersError, match="任职日期须晚于这一天"):
        put(post, staff(people.hospital_a, "李二"), DAY)
    with pytest.raises(MembersError, match="已有人担任"):
        appoint_many(rows=[NewTenure(post, zhang, date(2025, 1, 1), "elected")], by=None, at=AT)
    end_tenure(tenure=tenure, end_date=date(2025, 1, 1), by=None, at=AT)
    with pytest.raises(MembersError, match="已于 2025-01-01 离任"):
        end_tenure(tenure=tenure, end_date=date(2025, 2, 1), by=None, at=AT)


def agree(tenure: Tenure, *, is_leaving: bool, day: date = date(2024, 12, 20)) -> Tenure:
    consent = {"consent_date": day, "consent_document": "甲卫〔2024〕9号"}
    return note_consent(tenure=tenure, is_leaving=is_leaving, **consent, by=None, at=AT)  # type: ignore[arg-type]


def test_the_superiors_consent_to_a_leaving_is_kept_with_it(people: Cast) -> None:
    tenure = put(seat(people), staff(people.hospital_a, "张一"), DAY)
    consent = {"consent_date": date(2024, 12, 20), "consent_document": "甲卫〔2024〕9号"}
    end_tenure(tenure=tenure, end_date=date(2024, 12, 31), **consent, by=None, at=AT)  # type: ignore[arg-type]
    kept = Tenure.objects.get()
    assert (kept.leaving_consent_date, kept.leaving_consent_document) == (
        date(2024, 12, 20),
        "甲卫〔2024〕9号",
    )
    assert "甲卫〔2024〕9号" in Event.objects.get(verb="tenure.ended").data


def test_a_consent_can_be_written_down_later_once_for_the_coming_and_once_for_the_leaving(
    people: Cast,
) -> None:
    tenure = put(seat(people), staff(people.hospital_a, "张一"), DAY)
    with pytest.raises(MembersError, match="还在任"):
        agree(tenure, is_leaving=True)
    agree(tenure, is_leaving=False, day=date(2023, 12, 20))
    end_tenure(tenure=tenure, end_date=date(2024, 12, 31), by=None, at=AT)
    agree(tenure, is_leaving=True)
    kept = Tenure.objects.get()
    assert (kept.consent_date, kept.leaving_consent_date) == (date(2023, 12, 20), date(2024, 12, 20))
    for is_leaving in (False, True):
        with pytest.raises(MembersError, match="不能改写"):
            agree(tenure, is_leaving=is_leaving)
    assert Event.objects.filter(verb="tenure.consent_noted").count() == 2
    assert ChangedFact.objects.filter(kind="tenure", date=date(2025, 1, 1)).exists()


def test_a_consent_of_the_future_or_of_a_plain_member_is_refused(people: Cast) -> None:
    secretary = put(seat(people), staff(people.hospital_a, "张一"), DAY)
    plain = put(seat(people, Post.Kind.MEMBER), staff(people.hospital_a, "李二"), DAY)
    with pytest.raises(MembersError, match="晚于今天"):
        agree(secretary, is_leaving=False, day=date(2026, 12, 1))
    with pytest.raises(MembersError, match="不须上级同意"):
        agree(plain, is_leaving=False)


def test_a_vacancy_tells_since_when(people: Cast) -> None:
    post = seat(people, Post.Kind.MEMBER)
    assert first_day_vacant(vacancies([people.hospital_a], DAY).get()) == post.start_date
    tenure = put(post, staff(people.hospital_a, "张一"), DAY)
    assert not vacancies([people.hospital_a], DAY).exists()
    assert end_tenures(tenures=[tenure], end_date=date(2025, 2, 28), by=None, at=AT) == 1
    assert [one.vacant_since for one in seats_on(people.hospital_a, date(2025, 6, 1))] == [date(2025, 3, 1)]
    close_post(post=post, end_date=date(2025, 7, 1), by=None, at=AT)
    assert seats_on(people.hospital_a, date(2025, 7, 2)) == []


@pytest.mark.shows("C38")
def test_cross_appointments_are_read_from_the_posts(people: Cast) -> None:
    both = make_member(people.surgery, "双向").person
    only = make_member(people.surgery, "单向").person
    outside = staff(people.hospital_a, "非党员")
    put(seat(people, Post.Kind.DEPUTY_SECRETARY), both, DAY)
    put(seat(people, Post.Kind.PRESIDENT, Body.ADMINISTRATION), both, DAY)
    put(seat(people, Post.Kind.VICE_PRESIDENT, Body.ADMINISTRATION), only, DAY)
    put(seat(people, Post.Kind.VICE_PRESIDENT, Body.ADMINISTRATION), outside, DAY)
    found = cross_appointments(people.hospital_a, DAY)
    assert [(one.person.name, one.is_crossed, one.is_member) for one in found] == [
        ("双向", True, True),
        ("单向", False, True),
        ("非党员", False, False),
    ]


def test_many_cost_no_more_statements_than_few(people: Cast) -> None:
    houses = [make_organization(people.city_a, "hospital", form="committee") for _ in range(9)]
    rows = [
        NewTenure(make_post(house, Body.COMMITTEE, Post.Kind.SECRETARY), staff(house, "某"), DAY, "elected")
        for house in houses
    ]
    counts = []
    for part in (rows[:2], rows[2:]):
        with CaptureQueriesContext(connection) as asked:
            appoint_many(rows=part, by=None, at=AT)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    with CaptureQueriesContext(connection) as asked:
        assert len(holders_of_many(houses, DAY)) == 9
    assert len(asked) == 1


FIRST = date(2022, 1, 1)
SPAN = st.integers(0, 4 * 365).map(lambda days: FIRST + timedelta(days=days))
EDGES = st.sampled_from([date(2024, 2, 28), date(2024, 2, 29), date(2023, 12, 31), date(2024, 1, 1)])
MOVES = st.lists(
    st.tuples(st.one_of(SPAN, EDGES), st.integers(0, 3)), min_size=1, max_size=7, unique_by=lambda one: one[0]
)


class AsOfEqualsReplay(TestCase):
    """Generated histories of one post: appointed (1–3) or vacated (0) day after day, each day answers like a replay."""

    @settings(max_examples=examples(25))
    @given(moves=MOVES)
    def test_any_history(self, moves: list[tuple[date, int]]) -> None:
        hospital = make_organization(None, "hospital", form="committee", start_date=FIRST)
        post = make_post(hospital, Body.COMMITTEE, Post.Kind.SECRETARY, start_date=FIRST)
        persons = [staff(hospital, str(number)) for number in range(4)]
        said: dict[date, int] = {}
        holder = 0
        for day, who in sorted(moves):
            if who == holder:
                continue
            if who:
                put(post, persons[who], day)
            else:
                tenure = Tenure.objects.get(end_date=None)
                end_tenure(tenure=tenure, end_date=day - timedelta(days=1), by=None, at=AT)
            said[day] = holder = who
        for day in {start + timedelta(days=shift) for start in said for shift in (-1, 0, 1)}:
            expected = next((said[start] for start in sorted(said, reverse=True) if start <= day), 0)
            found = [row.person.name for row in holders_of(hospital, day)]
            assert found == ([str(expected)] if expected else [])
