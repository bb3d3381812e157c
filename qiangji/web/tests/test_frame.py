"""The rail, its price, and what a visitor gets."""

import pytest
from django.test import Client

from qiangji.orgs.tests.factories import Cast, cast, make_user
from qiangji.web.context import AREAS


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def entries(client: Client, address: str = "/") -> list[str]:
    return [entry.title for entry in client.get(address).context["rail"]]


def test_visitor_gets_a_page_without_rail_and_without_a_query(client: Client) -> None:
    """No database fixture: pytest-django fails the test at the first query."""
    answer = client.get("/account/sign-in/")
    assert answer.status_code == 200
    assert "rail" not in answer.context


@pytest.mark.parametrize("who", ["party_office", "secretary", "supervisor", "guidance_city", "reader"])
def test_who_works_with_sheets_finds_every_area(client: Client, people: Cast, who: str) -> None:
    client.force_login(people.users[who])
    assert entries(client) == [area.title for area in AREAS]


@pytest.mark.parametrize("who", ["administrator", "member"])
def test_who_never_sees_marks_has_no_entry_for_sheets(client: Client, people: Cast, who: str) -> None:
    client.force_login(people.users[who])
    assert entries(client) == ["工作台", "组织", "标准", "设置"]


def test_account_without_a_seat_keeps_what_everybody_has(client: Client, db: None) -> None:
    client.force_login(make_user())
    assert entries(client) == ["工作台", "标准", "设置"]


def test_rail_marks_the_area_in_which_the_page_stands(client: Client, people: Cast) -> None:
    client.force_login(people.party_office)
    rail = client.get("/organizations/").context["rail"]
    assert [entry.title for entry in rail if entry.current] == ["组织"]


def test_rail_is_drawn_folded_when_the_browser_says_so(client: Client, people: Cast) -> None:
    client.force_login(people.party_office)
    client.cookies["qiangji_rail"] = "narrow"
    assert '<html lang="zh-Hans" class="rail-narrow">' in client.get("/").content.decode()


def test_handed_out_password_comes_before_the_rail(client: Client, db: None) -> None:
    newcomer = make_user()
    newcomer.must_change_password = True
    newcomer.save()
    client.force_login(newcomer)
    answer = client.get("/account/password/")
    assert answer.status_code == 200
    assert "rail" not in answer.context


def test_every_page_ends_with_the_way_to_complain(client: Client, people: Cast) -> None:
    client.force_login(people.member)
    page = client.get("/").content.decode()
    assert 'href="/account/complain/">意见与投诉</a>' in page
    assert "涉密信息不得录入" in page
