"""Pages about accounts: within the administrator's subtree, and nowhere else."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.accounts.models import Complaint, User
from qiangji.orgs.tests.factories import PASSWORD, SINCE, Cast, cast, make_organization, make_role, make_user

pytestmark = pytest.mark.django_db
CHANGES = ["accounts:reset_password", "accounts:deactivate", "accounts:reactivate"]


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def local(people: Cast) -> User:
    """The administrator of hospital 甲."""
    user = make_user("local01", "院管理员")
    make_role(user, people.hospital_a, "administrator")
    return user


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", ["accounts:list", "accounts:place", "accounts:complaints"])
@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 200), ("party_office", 403), ("outsider", 403)]
)
def test_lists_are_for_administrators(people: Cast, name: str, who: str, status: int) -> None:
    assert as_user(people.users[who]).get(reverse(name)).status_code == status


@pytest.mark.parametrize("name", ["accounts:detail", *CHANGES])
@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("party_office", 403), ("supervisor", 403), ("outsider", 404)],
)
def test_who_may_open_the_account_of_a_member(people: Cast, name: str, who: str, status: int) -> None:
    response = as_user(people.users[who]).get(reverse(name, args=[people.member.public_id]))
    assert response.status_code == status
    if status == 403:
        assert "系统管理员" in response.content.decode()


def test_an_administrator_sees_the_accounts_below_only(people: Cast, local: User) -> None:
    shown = as_user(local).get(reverse("accounts:list")).content.decode()
    assert "党员甲" in shown
    assert "党办乙" not in shown
    assert as_user(local).get(reverse("accounts:detail", args=[people.outsider.public_id])).status_code == 404


def test_the_list_is_filtered(people: Cast) -> None:
    client = as_user(people.administrator)
    User.objects.filter(pk=people.member.pk).update(is_active=False)

    def shown(**query: str) -> str:
        return client.get(reverse("accounts:list"), query).content.decode()

    assert "书记甲" in shown(q="书记甲")
    assert "党办甲" not in shown(q="书记甲")
    assert "党员甲" in shown(state="inactive")
    assert "书记甲" not in shown(state="inactive")
    assert "书记甲" in shown(role="hospital_secretary")
    assert "没有符合条件的账号" in shown(q="查无此人")


def test_queries_of_the_list_do_not_grow_with_accounts(people: Cast) -> None:
    client = as_user(people.administrator)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("accounts:list"))
        return len(queries)

    few = count()
    for _ in range(15):
        make_role(make_user(), make_organization(people.hospital_a), "member")
    assert count() == few <= 7


def test_an_account_is_handed_out_with_a_password_shown_once(people: Cast, local: User) -> None:
    client = as_user(local)
    place = client.post(reverse("accounts:place"), {"organization": people.surgery.code})
    address = reverse("accounts:create", args=[people.surgery.public_id])
    assert place["Location"] == address
    data = {"name": "新支书", "username": "new01", "role": "branch_secretary", "start_date": str(SINCE)}
    response = client.post(address, data)
    password = response.context["password"]
    assert password in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    user = User.objects.get(username="new01")
    assert user.check_password(password)
    assert password not in client.get(reverse("accounts:detail", args=[user.public_id])).content.decode()
    signed_in = Client().post(reverse("accounts:sign_in"), {"username": "new01", "password": password})
    assert signed_in.status_code == 302


def test_an_account_that_does_not_fit_keeps_what_was_typed(people: Cast, local: User) -> None:
    address = reverse("accounts:create", args=[people.surgery.public_id])
    data = {"name": "另一人", "username": "member", "role": "member", "start_date": str(SINCE)}
    shown = as_user(local).post(address, data).content.decode()
    assert "已被使用" in shown
    assert 'value="另一人"' in shown


def test_accounts_are_handed_out_below_one_s_own_node_only(people: Cast, local: User) -> None:
    client = as_user(local)
    assert client.get(reverse("accounts:create", args=[people.hospital_b.public_id])).status_code == 404
    wrong = client.post(reverse("accounts:place"), {"organization": people.hospital_b.code})
    assert "没有找到" in wrong.content.decode()
    office = as_user(people.party_office)
    assert office.get(reverse("accounts:create", args=[people.surgery.public_id])).status_code == 403


def test_asking_changes_nothing(people: Cast) -> None:
    client = as_user(people.administrator)
    for name in CHANGES:
        client.get(reverse(name, args=[people.member.public_id]))
    people.member.refresh_from_db()
    assert people.member.is_active
    assert people.member.check_password(PASSWORD)


def test_resetting_closing_and_opening_an_account(people: Cast) -> None:
    client = as_user(people.administrator)
    reset = client.post(reverse("accounts:reset_password", args=[people.member.public_id]))
    people.member.refresh_from_db()
    assert people.member.check_password(reset.context["password"])
    address = reverse("accounts:deactivate", args=[people.member.public_id])
    assert "必填" in client.post(address, {"reason": ""}).content.decode()
    client.post(address, {"reason": "调离"})
    people.member.refresh_from_db()
    assert not people.member.is_active
    opened = client.post(reverse("accounts:reactivate", args=[people.member.public_id]))
    people.member.refresh_from_db()
    assert people.member.check_password(opened.context["password"])


def test_a_refusal_of_the_service_is_shown(people: Cast) -> None:
    client = as_user(people.administrator)
    own = client.post(reverse("accounts:reset_password", args=[people.administrator.public_id]), follow=True)
    assert "不能重置自己的密码" in own.content.decode()
    again = client.post(reverse("accounts:reactivate", args=[people.member.public_id]), follow=True)
    assert "没有停用" in again.content.decode()


@pytest.mark.parametrize("name", CHANGES)
def test_an_account_with_a_seat_elsewhere_is_not_taken_over(people: Cast, local: User, name: str) -> None:
    make_role(people.member, people.province, "reader")
    client = as_user(local)
    address = reverse(name, args=[people.member.public_id])
    for response in (client.get(address), client.post(address, {"reason": "x"})):
        assert response.status_code == 403
        assert "也有岗位" in response.content.decode()
    assert (
        "也有岗位" in client.get(reverse("accounts:detail", args=[people.member.public_id])).content.decode()
    )
    people.member.refresh_from_db()
    assert people.member.check_password(PASSWORD)


def test_a_maintenance_account_is_not_taken_over(people: Cast, local: User) -> None:
    User.objects.filter(pk=people.member.pk).update(is_superuser=True)
    response = as_user(local).post(reverse("accounts:reset_password", args=[people.member.public_id]))
    assert response.status_code == 403


def test_the_own_page_shows_seats_and_what_one_administers(people: Cast) -> None:
    own = as_user(people.secretary).get(reverse("accounts:profile")).content.decode()
    assert "甲市第一医院党委" in own
    assert reverse("accounts:list") not in own
    assert (
        reverse("accounts:list")
        in as_user(people.administrator).get(reverse("accounts:profile")).content.decode()
    )


class TestComplaints:
    @pytest.fixture
    def complaint(self, people: Cast) -> Complaint:
        return Complaint.objects.create(
            author=people.member, text="重复填报", filed_at=people.member.date_joined
        )

    def address(self, complaint: Complaint) -> str:
        return reverse("accounts:answer_complaint", args=[complaint.public_id])

    def test_an_administrator_above_answers(self, people: Cast, complaint: Complaint, local: User) -> None:
        client = as_user(local)
        assert "重复填报" in client.get(reverse("accounts:complaints")).content.decode()
        client.post(self.address(complaint), {"answer": "已合并"})
        complaint.refresh_from_db()
        assert (complaint.answer, complaint.answered_by) == ("已合并", local)

    def test_an_empty_answer_is_refused(self, people: Cast, complaint: Complaint, local: User) -> None:
        client = as_user(local)
        shown = client.post(self.address(complaint), {"answer": " "}, follow=True).content.decode()
        assert "答复没有保存" in shown
        client.post(self.address(complaint), {"answer": "好"})
        again = client.post(self.address(complaint), {"answer": "再答"}, follow=True).content.decode()
        assert "不再改动" in again

    @pytest.mark.parametrize(("who", "status"), [("member", 403), ("party_office", 404), ("outsider", 404)])
    def test_others_do_not_answer(self, people: Cast, complaint: Complaint, who: str, status: int) -> None:
        assert as_user(people.users[who]).post(self.address(complaint), {"answer": "x"}).status_code == status
        complaint.refresh_from_db()
        assert not complaint.answer

    def test_an_administrator_elsewhere_does_not_read_it(self, people: Cast, complaint: Complaint) -> None:
        other = make_user()
        make_role(other, people.hospital_b, "administrator")
        client = as_user(other)
        assert "重复填报" not in client.get(reverse("accounts:complaints")).content.decode()
        assert client.post(self.address(complaint), {"answer": "x"}).status_code == 404

    def test_those_without_an_answer_come_first(self, people: Cast, complaint: Complaint) -> None:
        complaint.answer, complaint.answered_by = "已合并", people.administrator
        complaint.answered_at = complaint.filed_at
        complaint.save()
        Complaint.objects.create(author=people.outsider, text="新意见", filed_at=complaint.filed_at)
        shown = as_user(people.administrator).get(reverse("accounts:complaints")).content.decode()
        assert shown.index("新意见") < shown.index("重复填报")
