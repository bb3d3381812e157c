"""The rail, its price, and what a visitor gets."""

import pytest
from django.test import Client

from qiangji.orgs.tests.factories import Cast, cast, make_user


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


INSIDE = "工作台 待办 考评 台账 组织 党员 整改 督导 好做法 标准 设置"


@pytest.mark.any_case
@pytest.mark.parametrize(
    ("who", "areas"),
    [
        ("party_office", INSIDE),
        ("secretary", INSIDE),
        ("branch_secretary", INSIDE),
        ("supervisor", INSIDE),
        ("guidance_city", INSIDE),
        ("reader", "工作台 考评 组织 好做法 标准 设置"),
        ("administrator", "工作台 组织 标准 设置"),
        ("member", "工作台 组织 标准 我的 设置"),
    ],
)
def test_everybody_finds_the_areas_of_the_own_work(
    client: Client, people: Cast, who: str, areas: str
) -> None:
    client.force_login(people.users[who])
    assert entries(client) == areas.split()


def test_account_without_a_seat_keeps_what_everybody_has(client: Client, db: None) -> None:
    client.force_login(make_user())
    assert entries(client) == ["工作台", "标准", "设置"]


def test_rail_marks_the_area_in_which_the_page_stands(client: Client, people: Cast) -> None:
    client.force_login(people.party_office)
    for address, title in [
        ("/organizations/", "组织"),
        (f"/members/posts/{people.hospital_a.public_id}/", "组织"),
        ("/members/", "党员"),
        ("/intake/", "台账"),
    ]:
        rail = client.get(address).context["rail"]
        assert [entry.title for entry in rail if entry.current] == [title]


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
