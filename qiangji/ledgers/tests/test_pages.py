"""The pages of the ledgers by who opens them: what is shown, what is refused, what nobody outside ever meets."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.ledgers.tests.evening import Evening, make_evening
from qiangji.ledgers.tests.factories import make_record
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import make_role, make_user

OF_ORGANIZATION = ["talks", "declarations", "calendar", "plans", "templates", "self_check"]
GENERAL = ["home", "records", "registers", "summary", "drafts"]


@pytest.fixture
def evening(db: None) -> Evening:
    return make_evening()


def page(user: User, name: str, *args: object, **query: str) -> object:
    client = Client()
    client.force_login(user)
    return client.get(reverse(f"ledgers:{name}", args=args), query)


@pytest.mark.parametrize("name", GENERAL)
def test_general_pages_open_to_who_has_ledgers_and_to_nobody_else(evening: Evening, name: str) -> None:
    people = evening.people
    for user in (people.branch_secretary, people.party_office, people.secretary, people.supervisor):
        assert page(user, name).status_code == 200
    for user in (people.member, people.administrator):
        assert page(user, name).status_code == 403


@pytest.mark.parametrize("name", OF_ORGANIZATION)
def test_pages_of_a_branch_stay_inside_its_hospital(evening: Evening, name: str) -> None:
    people, branch = evening.people, evening.people.internal_medicine
    for user in (people.branch_secretary, people.party_office):
        assert page(user, name, branch.public_id).status_code == 200
    assert page(people.supervisor, name, branch.public_id).status_code == 403
    assert page(people.outsider, name, branch.public_id).status_code == 404


def test_a_record_is_unknown_to_whoever_does_not_read_the_branchs_ledgers(evening: Evening) -> None:
    record = make_record(evening.people.internal_medicine)
    for user in (evening.people.outsider, evening.people.supervisor, evening.people.guidance_province):
        assert page(user, "record", record.public_id).status_code == 404
    assert page(evening.people.party_office, "record", record.public_id).status_code == 200


def test_a_restricted_record_is_in_no_list_of_who_may_not_see_it(evening: Evening) -> None:
    people = evening.people
    record = make_record(people.hospital_a, ["leader_sanction"], title="九月登记的一件", is_restricted=True)
    make_record(people.hospital_a, title="公开的一条")
    seen = page(people.secretary, "records").content.decode()
    assert "九月登记的一件" in seen
    make_record(people.internal_medicine, title="支部的一条", is_restricted=True, date=date(2026, 7, 1))
    delegate = page(people.branch_secretary, "records").content.decode()
    assert "九月登记的一件" not in delegate
    assert page(people.branch_secretary, "record", record.public_id).status_code == 404


def test_the_discipline_secretary_reads_the_predecessors_counts_and_nothing_restricted_besides(
    evening: Evening,
) -> None:
    people = evening.people
    successor = make_user(name="纪委书记")
    make_role(successor, people.hospital_a, RoleName.DISCIPLINE_SECRETARY)
    kept = make_record(people.hospital_a, ["leader_sanction"], title="前任登记的数", is_restricted=True)
    others = make_record(people.hospital_a, title="走访的一户", is_restricted=True)
    mixed = make_record(
        people.hospital_a, ["leader_sanction", "party_class"], title="混记的一件", is_restricted=True
    )
    elsewhere = make_record(people.hospital_b, ["leader_sanction"], title="邻院的数", is_restricted=True)
    assert page(successor, "record", kept.public_id).status_code == 200
    for record in (others, mixed, elsewhere):
        assert page(successor, "record", record.public_id).status_code == 404
    listed = page(successor, "records").content.decode()
    assert "前任登记的数" in listed
    assert "走访的一户" not in listed


def test_home_offers_the_last_evening_again_and_asks_nothing_where_nothing_binds(evening: Evening) -> None:
    make_record(evening.people.internal_medicine, ["branch_members_meeting", "theme_party_day"])
    shown = page(evening.people.branch_secretary, "home").content.decode()
    assert "同上次" in shown
    assert "现在没有考评周期或已采用的标准提出次数要求" in shown
    assert "支部党员大会、主题党日" in shown


def test_the_list_is_filtered_by_words_kind_days_and_state(evening: Evening) -> None:
    branch, user = evening.people.internal_medicine, evening.people.branch_secretary
    make_record(branch, ["party_class"], title="党课一", date=date(2026, 3, 1))
    make_record(branch, title="主题一", date=date(2026, 5, 1))
    make_record(branch, title="撤回的", state="withdrawn")

    def titles(**query: str) -> set[str]:
        text = page(user, "records", **query).content.decode()
        return {title for title in ("党课一", "主题一", "撤回的") if title in text}

    assert titles() == {"党课一", "主题一"}
    assert titles(kind="party_class") == {"党课一"}
    assert titles(start="2026-04-01") == {"主题一"}
    assert titles(q="党课") == {"党课一"}
    assert titles(state="withdrawn") == {"撤回的"}
    assert titles(year="2025") == set()
    assert titles(organization=str(branch.public_id)) == {"党课一", "主题一"}


def test_the_list_costs_the_same_whatever_its_length(evening: Evening, django_assert_max_num_queries) -> None:
    for number in range(30):
        make_record(evening.people.internal_medicine, title=f"第 {number} 次")
    client = Client()
    client.force_login(evening.people.party_office)
    with django_assert_max_num_queries(12):
        client.get(reverse("ledgers:records"), {"rows": "100"})
    with django_assert_max_num_queries(12):
        client.get(reverse("ledgers:records"), {"kind": "theme_party_day"})
