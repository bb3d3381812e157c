"""The ledger of all terms: what it says on which day, and that its statements do not grow with its rows."""

from datetime import UTC, date, datetime

import pytest

from qiangji.members.elections.ledger import LedgerRow, by_elections_waiting, ledger
from qiangji.members.elections.selectors import election_tasks
from qiangji.members.elections.tests.factories import AT, DAYS, bring, make_term, make_ward, open_ward
from qiangji.members.models import ElectionStep, Member
from qiangji.members.tests.factories import make_post
from qiangji.orgs.models import Body, Organization, TermExtension
from qiangji.orgs.reach import Reach, reach_of
from qiangji.orgs.tests.factories import Cast, build_organization, cast, store

Kind = ElectionStep.Kind
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def members(people: Cast) -> list[Member]:
    return make_ward(people)


def office(people: Cast) -> Reach:
    return reach_of(people.party_office, at=AT)


def ward(people: Cast, on: date) -> LedgerRow:
    rows = ledger(office(people), on=on)
    return next(row for row in rows if row.organization == people.internal_medicine)


@pytest.mark.parametrize(
    ("on", "state", "next_words", "days_left"),
    [
        (date(2026, 1, 1), "ahead", "换届提醒函（上级）", 119),
        (date(2026, 4, 1), "soon", "换届提醒函（上级）", 29),
        (date(2026, 4, 30), "soon", "换届提醒函（上级）", 0),
        (date(2026, 5, 1), "late", "换届提醒函（上级）", -1),
    ],
)
def test_a_row_says_what_comes_next_and_when(
    people: Cast, members: list[Member], on: date, state: str, next_words: str, days_left: int
) -> None:
    row = ward(people, on)
    assert (row.state, row.next_words, row.days_left) == (state, next_words, days_left)


def test_a_past_day_shows_what_was_known_of_then(people: Cast, members: list[Member]) -> None:
    bring(open_ward(people), members, Kind.CANDIDATES)
    row = ward(people, date(2026, 7, 1))
    assert row.table is not None
    assert row.table.request.done == DAYS[Kind.REQUEST]
    assert row.next_words == "候选人预备人选请示（本组织）"
    assert ward(people, date(2026, 10, 1)).next_words == "人选批复（上级）"
    assert ward(people, date(2026, 6, 1)).table.request.done is None  # type: ignore[union-attr]


def test_an_approved_extension_moves_the_whole_timetable(people: Cast, members: list[Member]) -> None:
    TermExtension.objects.create(
        term=ward(people, DAYS[Kind.REQUEST]).term,
        due_date=date(2027, 4, 30),
        document="批1",
        approved_by=people.hospital_a,
        approved_date=date(2026, 7, 1),
        recorded_at=AT,
    )
    row = ward(people, date(2026, 10, 1))
    assert row.is_moved
    assert (row.due, row.next_day) == (date(2027, 4, 30), date(2026, 10, 30))


def test_a_discipline_committee_has_a_row_of_its_own_where_it_has_a_term(people: Cast) -> None:
    make_term(people.hospital_a, body=Body.DISCIPLINE)
    rows = ledger(office(people), on=AT.date())
    assert [row.title for row in rows if row.organization == people.hospital_a] == ["纪委", "党委"]


@pytest.mark.shows("B09")
def test_vacancies_wait_until_a_by_election_is_under_way(people: Cast, members: list[Member]) -> None:
    make_post(people.internal_medicine, duty="纪检委员", start_date=date(2026, 3, 1))
    waiting = by_elections_waiting(office(people), on=AT.date())
    assert [(one.post.duty, one.since) for one in waiting] == [("纪检委员", date(2026, 3, 1))]
    open_ward(people)
    assert by_elections_waiting(office(people), on=AT.date()) == []


def test_the_workbench_gets_what_is_this_persons_turn(people: Cast, members: list[Member]) -> None:
    make_term(people.hospital_a)
    on = date(2026, 10, 20)
    supervisor = reach_of(people.supervisor, at=AT)
    assert [(one.task, one.organization) for one in election_tasks(supervisor, on=on)] == [
        ("登记换届提醒函", people.hospital_a)
    ]
    tasks = election_tasks(office(people), on=on)
    assert [(one.task, one.organization, one.is_late) for one in tasks] == [
        ("登记换届提醒函", people.internal_medicine, True)
    ]
    assert election_tasks(reach_of(people.member, at=AT), on=on) == []


def test_statements_do_not_grow_with_rows(
    people: Cast, members: list[Member], django_assert_num_queries
) -> None:
    people.hospital_a.refresh_from_db()
    open_ward(people)
    reach = office(people)
    with django_assert_num_queries(5):
        few = ledger(reach, on=AT.date())
    branches = store(
        [
            build_organization(people.hospital_a, number, Organization.Kind.BRANCH, f"支部{number}")
            for number in range(10, 60)
        ]
    )
    for branch in branches:
        make_term(branch)
    with django_assert_num_queries(5):
        many = ledger(reach, on=datetime(2026, 10, 20, tzinfo=UTC).date())
    assert len(many) == len(few) + 50
