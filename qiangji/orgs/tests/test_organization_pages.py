"""Pages of the tree: who meets what, what they show, and that lists do not ask more for more rows."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.tests.factories import (
    Cast,
    cast,
    make_organization,
    make_oversight,
    make_role,
    make_user,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FORMS = ["orgs:create", "orgs:rename", "orgs:move", "orgs:oversight", "orgs:roles"]


@pytest.fixture
def people() -> Cast:
    return cast()


def page(client: Client, name: str, organization: Organization | None = None, **query: str) -> str:
    address = reverse(name, args=[organization.public_id] if organization else [])
    response = client.get(address, query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def as_user(people: Cast, who: str) -> Client:
    client = Client()
    client.force_login(people.users[who])
    return client


def test_a_visitor_is_asked_to_sign_in(client: Client, people: Cast) -> None:
    for name in ["orgs:detail", "orgs:children", *FORMS]:
        response = client.get(reverse(name, args=[people.hospital_a.public_id]))
        assert response["Location"].startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 200), ("party_office", 403), ("supervisor", 403), ("outsider", 404)]
)
def test_who_may_change_an_organization(people: Cast, name: str, who: str, status: int) -> None:
    response = as_user(people, who).get(reverse(name, args=[people.hospital_a.public_id]))
    assert response.status_code == status
    if status == 403:
        assert "系统管理员" in response.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("party_office", 200), ("supervisor", 200), ("member", 404), ("outsider", 404)],
)
def test_who_may_look_at_an_organization(people: Cast, who: str, status: int) -> None:
    client = as_user(people, who)
    for name in ("orgs:detail", "orgs:children"):
        assert client.get(reverse(name, args=[people.hospital_a.public_id])).status_code == status


def test_a_member_of_a_hospital_may_not_open_its_branches(people: Cast) -> None:
    user = make_user()
    make_role(user, people.hospital_a, "member")
    client = Client()
    client.force_login(user)
    assert client.get(reverse("orgs:detail", args=[people.surgery.public_id])).status_code == 403


def test_a_hospital_s_own_administrator_does_not_choose_its_supervisor(people: Cast) -> None:
    user = make_user()
    make_role(user, people.hospital_a, "administrator")
    client = Client()
    client.force_login(user)
    statuses = {
        name: client.get(reverse(name, args=[people.hospital_a.public_id])).status_code for name in FORMS
    }
    assert statuses == {
        "orgs:create": 200,
        "orgs:rename": 200,
        "orgs:move": 403,
        "orgs:oversight": 403,
        "orgs:roles": 200,
    }


def test_the_tree_opens_step_by_step(people: Cast) -> None:
    client = as_user(people, "guidance_city")
    top = page(client, "orgs:list")
    assert "甲市医院党建工作指导委员会" in top
    assert "甲市第一医院党委" not in top
    below = page(client, "orgs:children", people.city_a)
    assert "甲市第一医院党委" in below
    assert "<html" not in below


def test_a_search_finds_by_name_code_and_kind_within_reach(people: Cast) -> None:
    client = as_user(people, "guidance_city")
    assert "甲市第一医院党委" in page(client, "orgs:list", q="第一医院")
    assert people.hospital_a.code in page(client, "orgs:list", q=people.hospital_a.code)
    assert "乙市第一医院党委" not in page(client, "orgs:list", q="第一医院")
    only_branches = page(client, "orgs:list", kind="branch")
    assert "外科党支部" in only_branches
    assert "甲市第一医院党委" not in only_branches
    assert "没有符合条件的组织" in page(client, "orgs:list", q="查无此院")


def test_somebody_without_a_seat_is_told_what_to_do(people: Cast) -> None:
    client = Client()
    client.force_login(make_user())
    assert "还没有岗位" in page(client, "orgs:list")


def test_long_lists_come_in_pages(people: Cast) -> None:
    for number in range(55):
        make_organization(people.hospital_a, name=f"第{number}党支部")
    client = as_user(people, "guidance_city")
    first = page(client, "orgs:list", kind="branch")
    assert "第 1 页，共 2 页" in first
    assert "第 2 页，共 2 页" in page(client, "orgs:list", kind="branch", page="2")


def test_the_page_tells_what_an_organization_is_and_was(people: Cast) -> None:
    people.hospital_a.names.update(end_date=date(2024, 12, 31), name="甲市人民医院党委")
    people.hospital_a.names.create(
        name=people.hospital_a.name, short_name="甲医院", start_date=date(2025, 1, 1)
    )
    make_oversight(people.city_b, people.hospital_a, Oversight.Kind.GUIDANCE, end_date=date(2022, 1, 1))
    shown = page(as_user(people, "guidance_city"), "orgs:detail", people.hospital_a)
    for words in [
        "甲市人民医院党委",
        "2024-12-31",
        "甲市卫生健康委员会",
        "属地指导单位",
        "2022-01-01",
        people.hospital_a.code,
    ]:
        assert words in shown


@pytest.mark.shows("A06")
@pytest.mark.parametrize(
    ("node", "responsibility"),
    [("city_a", "指导责任"), ("authority_a", "管理责任"), ("hospital_a", "直接责任")],
)
def test_each_layer_shows_its_responsibility(people: Cast, node: str, responsibility: str) -> None:
    assert responsibility in page(as_user(people, "guidance_city"), "orgs:detail", getattr(people, node))


def test_a_branch_carries_no_layer_of_responsibility(people: Cast) -> None:
    assert "<dt>责任</dt>" not in page(as_user(people, "party_office"), "orgs:detail", people.surgery)


def test_names_stay_inside_the_hospital(people: Cast) -> None:
    inside = page(as_user(people, "party_office"), "orgs:detail", people.internal_medicine)
    assert "支书甲" in inside
    above = page(as_user(people, "supervisor"), "orgs:detail", people.internal_medicine)
    assert "支书甲" not in above
    assert "1 人" in above


def test_people_of_an_authority_are_named_to_those_who_see_it(people: Cast) -> None:
    assert "主管甲" in page(as_user(people, "guidance_city"), "orgs:detail", people.authority_a)


def test_whom_an_authority_oversees_is_listed_to_those_who_reach_it(people: Cast) -> None:
    assert "甲市第一医院党委" in page(as_user(people, "supervisor"), "orgs:detail", people.authority_a)


def test_options_offer_what_is_in_reach(people: Cast) -> None:
    client = as_user(people, "guidance_city")
    response = client.get(
        reverse("orgs:options"), {"parent": "医院"}, headers=HTMX | {"HX-Trigger-Name": "parent"}
    )
    offered = response.content.decode()
    assert f"{people.hospital_a.code} · 甲市第一医院党委" in offered
    assert "乙市" not in offered
    assert client.get(reverse("orgs:options")).content.strip() == b""


def count(client: Client, name: str, organization: Organization | None = None, **query: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        page(client, name, organization, **query)
    return len(queries)


@pytest.mark.parametrize(
    ("who", "name", "node", "query", "most"),
    [
        ("administrator", "orgs:list", None, {}, 6),
        ("supervisor", "orgs:list", None, {"kind": "branch"}, 6),
        ("administrator", "orgs:children", "hospital_a", {}, 5),
        ("administrator", "orgs:detail", "hospital_a", {}, 13),
        ("supervisor", "orgs:detail", "hospital_a", {}, 15),
    ],
)
def test_queries_do_not_grow_with_rows(
    people: Cast, who: str, name: str, node: str | None, query: dict, most: int
) -> None:
    client = as_user(people, who)
    organization = getattr(people, node) if node else None
    few = count(client, name, organization, **query)
    for number in range(12):
        branch = make_organization(people.hospital_a)
        make_role(make_user(), branch, "branch_secretary")
        make_role(make_user(), people.hospital_a, "party_office")
        hospital = make_organization(people.city_a, "hospital")
        make_oversight(people.authority_a, hospital)
        make_oversight(people.city_b, people.hospital_a, "guidance", end_date=date(2021, 1, number + 1))
    many = count(client, name, organization, **query)
    assert many == few <= most


class TestChanging:
    """The forms call the services, and show what these refuse."""

    @pytest.fixture
    def admin(self, people: Cast) -> Client:
        return as_user(people, "administrator")

    def send(self, client: Client, name: str, organization: Organization, /, *more: object, **data: str):
        return client.post(reverse(name, args=[organization.public_id, *more]), data)

    def test_setting_up(self, people: Cast, admin: Client) -> None:
        data = {
            "kind": "branch",
            "code": "N-1",
            "name": "儿科党支部",
            "short_name": "儿科",
            "is_public": "on",
            "start_date": "2026-01-01",
        }
        response = self.send(admin, "orgs:create", people.hospital_a, **data)
        new = Organization.objects.get(code="N-1")
        assert response["Location"] == reverse("orgs:detail", args=[new.public_id])
        again = self.send(admin, "orgs:create", people.hospital_a, **data)
        assert "已被使用" in again.content.decode()
        wrong = self.send(admin, "orgs:create", people.hospital_a, **(data | {"code": "有空格 "}))
        assert "只能用字母、数字和连字符" in wrong.content.decode()
        alien = self.send(admin, "orgs:create", people.hospital_a, **(data | {"kind": "hospital"}))
        assert alien.status_code == 200
        assert Organization.objects.count() == 9

    def test_renaming(self, people: Cast, admin: Client) -> None:
        data = {"name": "普外科党支部", "short_name": "普外", "start_date": "2026-01-01"}
        self.send(admin, "orgs:rename", people.surgery, **data)
        people.surgery.refresh_from_db()
        assert people.surgery.name == "普外科党支部"
        again = self.send(admin, "orgs:rename", people.surgery, **data)
        assert "没有变化" in again.content.decode()

    def test_moving(self, people: Cast, admin: Client) -> None:
        wrong = self.send(admin, "orgs:move", people.hospital_a, parent="没有这个", start_date="2026-01-01")
        assert "没有找到" in wrong.content.decode()
        self.send(
            admin,
            "orgs:move",
            people.hospital_a,
            parent=f"{people.city_b.code} · 名称",
            start_date="2026-01-01",
        )
        people.hospital_a.refresh_from_db()
        assert people.hospital_a.parent == people.city_b

    def test_moving_out_of_one_s_area_is_refused(self, people: Cast) -> None:
        local = make_user()
        make_role(local, people.city_a, "administrator")
        make_role(local, people.city_b, "reader")
        client = Client()
        client.force_login(local)
        response = self.send(
            client, "orgs:move", people.hospital_a, parent=people.city_b.code, start_date="2026-01-01"
        )
        assert response.status_code == 403
        people.hospital_a.refresh_from_db()
        assert people.hospital_a.parent == people.city_a

    def test_an_ambiguous_name_asks_for_the_code(self, people: Cast, admin: Client) -> None:
        make_organization(people.city_b, "guidance_committee", name=people.city_a.name)
        response = self.send(
            admin, "orgs:move", people.hospital_b, parent=people.city_a.name, start_date="2026-01-01"
        )
        assert "请输入代码" in response.content.decode()

    def test_supervision_is_set_and_ended(self, people: Cast, admin: Client) -> None:
        overseer = people.authority_a.code
        data = {"kind": "supervision", "overseer": overseer, "start_date": "2026-01-01"}
        self.send(admin, "orgs:oversight", people.hospital_b, **data)
        relation = people.hospital_b.overseen_by.get(end_date=None)
        shown = page(admin, "orgs:detail", people.hospital_b)
        assert reverse("orgs:end_oversight", args=[people.hospital_b.public_id, relation.pk]) in shown
        self.send(admin, "orgs:end_oversight", people.hospital_b, relation.pk, end_date="2026-02-01")
        relation.refresh_from_db()
        assert relation.end_date == date(2026, 2, 1)

    def test_a_relation_is_ended_from_its_own_organization_only(self, people: Cast, admin: Client) -> None:
        relation = people.hospital_a.overseen_by.get()
        response = self.send(
            admin, "orgs:end_oversight", people.hospital_b, relation.pk, end_date="2026-02-01"
        )
        assert response.status_code == 404

    def test_a_role_is_given_and_ended(self, people: Cast, admin: Client) -> None:
        data = {"username": "member", "role": "branch_secretary", "start_date": "2026-01-01"}
        self.send(admin, "orgs:roles", people.surgery, **data)
        row = people.member.role_assignments.get(organization=people.surgery)
        assert "党员甲" in page(admin, "orgs:detail", people.surgery)
        self.send(admin, "orgs:end_role", people.surgery, row.public_id, end_date="2026-01-02")
        row.refresh_from_db()
        assert row.end_date == date(2026, 1, 2)

    def test_a_role_for_nobody_or_in_the_wrong_seat_is_refused(self, people: Cast, admin: Client) -> None:
        data = {"role": "branch_secretary", "start_date": "2026-01-01"}
        unknown = self.send(admin, "orgs:roles", people.surgery, username="nobody", **data)
        assert "没有用户名" in unknown.content.decode()
        local = make_user()
        make_role(local, people.hospital_b, "administrator")
        client = Client()
        client.force_login(local)
        alien = self.send(
            client,
            "orgs:roles",
            people.hospital_b,
            username="secretary",
            role="party_office",
            start_date="2026-01-01",
        )
        assert "没有用户名" in alien.content.decode()
        wrong = self.send(admin, "orgs:roles", people.hospital_a, username="member", **data)
        assert wrong.status_code == 200
        assert people.member.role_assignments.count() == 1

    @pytest.mark.parametrize("who", ["party_office", "outsider"])
    def test_others_change_nothing_by_sending_either(self, people: Cast, who: str) -> None:
        client = as_user(people, who)
        data = {"name": "x", "short_name": "x", "start_date": "2026-01-01"}
        assert self.send(client, "orgs:rename", people.hospital_a, **data).status_code in (403, 404)
        people.hospital_a.refresh_from_db()
        assert people.hospital_a.name == "甲市第一医院党委"


def test_no_page_holds_inline_script_or_style(people: Cast) -> None:
    client = as_user(people, "administrator")
    for name in ["orgs:detail", *FORMS]:
        shown = page(client, name, people.hospital_a)
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", shown), name
