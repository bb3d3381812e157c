"""The workbench: what waits for whom, until when, and at what price."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from qiangji.assessments.models import Sheet
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import open_small_cycle, sheet_of
from qiangji.ledgers.tests.factories import make_record
from qiangji.members.elections.tests.factories import make_term
from qiangji.members.models import Member, Transfer
from qiangji.members.tests.factories import store_members
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, cast, make_user
from qiangji.web.workbench import SHOWN_PER_TASK, Desk, Item, TaskGroup, desk_of, remaining

EARLY = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
LAST_EVENING = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
NEXT_DAY = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)  # 1 November, 0:00 in Shanghai


@pytest.fixture
def people(db: None) -> Cast:
    found = cast()
    open_small_cycle(found)
    return found


def desk(people: Cast, who: str, at: datetime = EARLY) -> Desk:
    return desk_of(reach_of(people.users[who], at=at), at=at)


def waits(people: Cast, who: str) -> dict[str, list[str]]:
    return {
        group.task: [item.sheet.organization_name for item in group.items]
        for group in desk(people, who).groups
    }


def test_clerk_finds_the_own_sheet_to_fill(people: Cast) -> None:
    assert waits(people, "party_office") == {"填写": [people.hospital_a.name]}


def test_secretary_finds_it_to_sign(people: Cast) -> None:
    assert waits(people, "secretary") == {"填写、签字并提交": [people.hospital_a.name]}


def test_supervisor_finds_nothing_before_submission_and_the_sheet_after_it(people: Cast) -> None:
    assert waits(people, "supervisor") == {}
    Sheet.objects.filter(organization=people.hospital_a).update(state=State.SUBMITTED)
    assert waits(people, "supervisor") == {"开始验收": [people.hospital_a.name]}


def test_outsider_finds_only_the_own_hospital(people: Cast) -> None:
    assert waits(people, "outsider") == {"填写": [people.hospital_b.name]}


def test_reader_finds_nothing_to_do_but_the_dates(people: Cast) -> None:
    found = desk(people, "reader")
    assert found.groups == []
    assert [cycle.title for cycle in found.cycles] == ["2026年度考评"]


def test_deadline_runs_to_the_last_minute_of_its_day(people: Cast) -> None:
    last = desk(people, "party_office", at=LAST_EVENING).groups[0].items[0]
    assert (last.is_late, last.is_near, last.remaining) == (False, True, "今天截止")
    late = desk(people, "party_office", at=NEXT_DAY)
    assert (late.late_count, late.groups[0].items[0].remaining) == (1, "逾期 1 天")


def test_next_date_of_a_cycle_is_the_first_that_is_not_over(people: Cast) -> None:
    dates = desk(people, "party_office", at=NEXT_DAY).cycles[0].dates
    assert [(entry.label, entry.is_past, entry.is_next) for entry in dates] == [
        ("自评申报", True, False),
        ("上级验收", False, True),
        ("主管部门评定", False, False),
        ("周期关闭", False, False),
    ]


def test_closed_cycle_leaves_the_workbench(people: Cast) -> None:
    assert desk(people, "reader", at=datetime(2027, 4, 1, 2, 0, tzinfo=UTC)).cycles == []


def test_days_are_counted_in_words() -> None:
    assert remaining(date(2026, 10, 31), date(2026, 10, 30)) == "还有 1 天"


def test_long_list_shows_its_head_and_counts_the_rest() -> None:
    item = Item(Sheet(), date(2026, 10, 31), is_late=False, is_near=False, remaining="")
    group = TaskGroup("开始验收", [item] * (SHOWN_PER_TASK + 3))
    assert (len(group.shown), group.hidden_count) == (SHOWN_PER_TASK, 3)


def test_page_links_each_task_to_its_sheet(client: Client, people: Cast) -> None:
    client.force_login(people.party_office)
    page = client.get("/").content.decode()
    assert f'href="/assessments/sheets/{sheet_of(people.hospital_a).public_id}/"' in page
    assert "2026-10-31 截止" in page


def test_healthy_empty_page_says_that_nothing_waits(client: Client, people: Cast) -> None:
    client.force_login(people.reader)
    assert "现在没有等您办理的事项" in client.get("/").content.decode()


def test_an_election_that_is_late_stands_on_the_desk_of_whose_turn_it_is(
    client: Client, people: Cast
) -> None:
    make_term(people.hospital_a, due=date(2026, 1, 31))
    client.force_login(people.supervisor)
    page = client.get("/").content.decode()
    assert "甲医院 · 党委" in page
    assert "登记换届提醒函" in page
    assert "1 项已逾期" in page
    client.force_login(people.reader)
    assert "换届与补选" not in client.get("/").content.decode()


def send_here(people: Cast, *, count: int, valid_until: date = date(2026, 11, 30)) -> None:
    """Send members of hospital 甲 to hospital 乙, whose Party office is ``outsider``."""
    store_members(people.surgery, [f"转入{number}" for number in range(count)])
    for member in Member.objects.all():
        transfer = Transfer.objects.create(
            member=member,
            source=people.surgery,
            target=people.hospital_b,
            letter_number=f"2026-{member.pk}",
            sent_date=date(2026, 8, 30),
            valid_until=valid_until,
        )
        transfer.steps.create(state="sent", date=date(2026, 8, 30), taken_at=EARLY)


def test_members_on_their_way_stand_on_the_desk_of_who_receives_them(client: Client, people: Cast) -> None:
    send_here(people, count=2, valid_until=date(2199, 11, 30))
    client.force_login(people.outsider)
    page = client.get("/").content.decode()
    assert "2 名党员等待接收" in page
    assert 'href="/members/transfers/?box=in&amp;state=sent"' in page
    assert "最早一封有效至 2199-11-30" in page
    for who in (people.party_office, people.supervisor, people.branch_secretary):
        client.force_login(who)
        assert "等待接收" not in client.get("/").content.decode()


def test_a_letter_about_to_lapse_and_one_that_lapsed_are_told(people: Cast) -> None:
    send_here(people, count=1, valid_until=date(2026, 9, 3))
    near = desk(people, "outsider").arrivals
    assert near is not None
    assert (near.is_late, near.is_near, near.remaining) == (False, True, "还有 2 天")
    late = desk(people, "outsider", at=datetime(2026, 9, 5, 2, 0, tzinfo=UTC))
    assert (late.late_count, late.arrivals and late.arrivals.remaining) == (1, "逾期 2 天")


def test_what_was_received_waits_no_more(people: Cast) -> None:
    send_here(people, count=1)
    Transfer.objects.update(state=Transfer.State.RETURNED)
    assert desk(people, "outsider").arrivals is None


def test_account_without_a_seat_is_told_whom_to_ask(client: Client, people: Cast) -> None:
    client.force_login(make_user())
    assert "您的账号还没有岗位" in client.get("/").content.decode()


def test_visitor_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/")["Location"] == "/account/sign-in/?next=/"


def test_page_takes_the_same_statements_however_much_waits(
    client: Client, people: Cast, django_assert_num_queries: Any
) -> None:
    """Session, user, role assignments (shared with the rail), sheets that wait, cycles; five for elections, fourteen for what is due."""
    client.force_login(people.supervisor)
    for waiting in (0, 2):
        Sheet.objects.filter(organization__in=[people.hospital_a, people.hospital_b][:waiting]).update(
            state=State.SUBMITTED, supervisor=people.authority_a
        )
        with django_assert_num_queries(24):
            client.get("/")


def test_the_desk_of_a_party_office_takes_one_statement_more_however_many_arrive(
    client: Client, people: Cast, django_assert_num_queries: Any
) -> None:
    """As above without the vetoes, one for what was decided on the own sheets, and one for all members who arrive."""
    client.force_login(people.outsider)
    with django_assert_num_queries(23):
        client.get("/")
    send_here(people, count=5)
    with django_assert_num_queries(23):
        client.get("/")


def test_what_ledgers_lack_stands_on_the_desk_as_a_number_with_the_way_to_it(
    client: Client, people: Cast
) -> None:
    make_record(people.internal_medicine, date=date(2026, 8, 30), state="draft")
    counted = desk(people, "branch_secretary").ledgers
    assert (counted.late, counted.near) == (1, 0)
    assert desk(people, "supervisor").ledgers.all == 0
    client.force_login(people.branch_secretary)
    page = client.get("/").content.decode()
    assert 'href="/duties/"' in page
    assert "台账和考评要求" in page
