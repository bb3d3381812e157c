"""Signing in and out, the throttle, the forced change of a handed-out password, complaints."""

from datetime import UTC, datetime

import pytest
from axes.models import AccessAttempt, AccessLog
from django.core import checks
from django.test import Client
from django.urls import reverse

from qiangji.accounts import services
from qiangji.accounts.models import Complaint, User
from qiangji.orgs.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
SIGN_IN = "/account/sign-in/"
NEW = "cedar-harbor-88"
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def clerk() -> User:
    return make_user("clerk01", "沈青")


def sign_in(client: Client, password: str, username: str = "clerk01", address: str = "10.0.0.1"):
    return client.post(SIGN_IN, {"username": username, "password": password}, REMOTE_ADDR=address)


def test_the_right_password_opens_the_workbench(client: Client, clerk: User) -> None:
    response = sign_in(client, PASSWORD)
    assert response.status_code == 302
    assert response["Location"] == reverse("web:workbench")


def test_a_page_asked_for_before_is_shown_after_signing_in(client: Client, clerk: User) -> None:
    asked = client.get(reverse("accounts:profile"))
    response = client.post(
        asked["Location"], {"username": "clerk01", "password": PASSWORD, "next": "/account/"}
    )
    assert response["Location"] == "/account/"


def test_nobody_is_sent_elsewhere_after_signing_in(client: Client, clerk: User) -> None:
    response = client.post(
        SIGN_IN, {"username": "clerk01", "password": PASSWORD, "next": "https://elsewhere.example/"}
    )
    assert response["Location"] == reverse("web:workbench")


@pytest.mark.parametrize("username", ["clerk01", "nobody"])
def test_a_refusal_does_not_tell_whether_the_account_exists(
    client: Client, clerk: User, username: str
) -> None:
    response = sign_in(client, "wrong", username)
    assert response.status_code == 200
    assert "用户名或密码不对" in response.content.decode()


def test_five_failures_lock_the_account_from_that_address(client: Client, clerk: User) -> None:
    answers = [sign_in(client, "wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers[:4]] == [200] * 4
    assert answers[4].status_code == 429
    locked = sign_in(client, PASSWORD)
    assert locked.status_code == 429
    assert "登录已锁定" in locked.content.decode()
    assert "15 分钟" in locked.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_lock_concerns_one_account_and_one_address(client: Client, clerk: User) -> None:
    make_user("clerk02", "许宁")
    for _ in range(5):
        sign_in(client, "wrong")
    assert sign_in(client, PASSWORD, "clerk02").status_code == 302
    assert sign_in(Client(), PASSWORD, address="10.0.0.2").status_code == 302


def test_a_reset_by_the_administrator_lifts_the_lock(client: Client, clerk: User) -> None:
    for _ in range(5):
        sign_in(client, "wrong")
    services.reset_password(user=clerk, password=NEW, by=make_user(), at=clerk.date_joined)
    assert sign_in(client, NEW).status_code == 302


def test_success_forgets_earlier_failures(client: Client, clerk: User) -> None:
    for _ in range(4):
        sign_in(client, "wrong")
    sign_in(client, PASSWORD)
    assert sign_in(Client(), "wrong").status_code == 200
    assert sign_in(Client(), PASSWORD).status_code == 302


def test_no_password_is_kept_of_a_failure(client: Client, clerk: User) -> None:
    sign_in(client, "nearly-right-password")
    sign_in(Client(), PASSWORD)
    assert "nearly-right-password" not in "".join(AccessAttempt.objects.values_list("post_data", flat=True))
    assert not AccessLog.objects.exists()


def test_the_throttle_is_set_up_without_warnings() -> None:
    assert [message for message in checks.run_checks() if str(message.id).startswith("axes")] == []


def test_an_inactive_account_cannot_sign_in(client: Client) -> None:
    make_user("gone01", "离岗", is_active=False)
    assert sign_in(client, PASSWORD, "gone01").status_code == 200
    assert "_auth_user_id" not in client.session


def test_signing_out_is_a_post(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert client.post(reverse("accounts:sign_out"))["Location"] == reverse("accounts:sign_in")
    assert "_auth_user_id" not in client.session


class TestHandedOutPassword:
    @pytest.fixture(autouse=True)
    def handed_out(self, clerk: User) -> None:
        User.objects.update(must_change_password=True)

    @pytest.mark.parametrize("name", ["web:workbench", "accounts:profile", "accounts:complain", "orgs:list"])
    def test_it_holds_every_page(self, client: Client, clerk: User, name: str) -> None:
        client.force_login(clerk)
        assert client.get(reverse(name))["Location"] == reverse("accounts:change_password")

    def test_a_fragment_is_told_where_to_go(self, client: Client, clerk: User) -> None:
        client.force_login(clerk)
        response = client.get(reverse("orgs:list"), headers={"HX-Request": "true"})
        assert response["HX-Redirect"] == reverse("accounts:change_password")

    def test_a_script_gets_a_reason(self, client: Client, clerk: User) -> None:
        client.force_login(clerk)
        response = client.post(reverse("accounts:complain"), "{}", content_type="application/json")
        assert response.status_code == 403
        assert "初始密码" in response.json()["error"]

    def test_signing_out_stays_possible(self, client: Client, clerk: User) -> None:
        client.force_login(clerk)
        assert client.post(reverse("accounts:sign_out")).status_code == 302
        assert "_auth_user_id" not in client.session

    def test_replacing_it_opens_the_program(self, client: Client, clerk: User) -> None:
        sign_in(client, PASSWORD)
        response = client.post(
            reverse("accounts:change_password"), {"old": PASSWORD, "new": NEW, "again": NEW}
        )
        assert response["Location"] == reverse("web:workbench")
        assert client.get(reverse("accounts:profile")).status_code == 200


def test_two_different_new_passwords_are_refused(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    response = client.post(
        reverse("accounts:change_password"), {"old": PASSWORD, "new": NEW, "again": NEW + "x"}
    )
    assert "两次输入" in response.content.decode()


def test_a_wrong_old_password_is_said_so(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    response = client.post(reverse("accounts:change_password"), {"old": "wrong", "new": NEW, "again": NEW})
    assert "原密码不对" in response.content.decode()


def test_guessing_the_old_password_locks_like_guessing_at_sign_in(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    address, guess = reverse("accounts:change_password"), {"old": "wrong", "new": NEW, "again": NEW}
    answers = [client.post(address, guess) for _ in range(5)]
    assert "连续输错 5 次会锁定" in answers[3].content.decode()
    assert "已锁定 15 分钟" in answers[4].content.decode()
    assert "已锁定 15 分钟" in client.post(address, guess | {"old": PASSWORD}).content.decode()
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)
    services.reset_password(user=clerk, password="handed-out-2027", by=make_user("admin9"), at=AT)
    assert not AccessAttempt.objects.exists()


def test_changing_the_password_keeps_this_session_and_ends_the_others(client: Client, clerk: User) -> None:
    other = Client()
    sign_in(client, PASSWORD)
    sign_in(other, PASSWORD)
    client.post(reverse("accounts:change_password"), {"old": PASSWORD, "new": NEW, "again": NEW})
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert other.get(reverse("accounts:profile")).status_code == 302


def test_a_reset_ends_the_sessions(client: Client, clerk: User) -> None:
    sign_in(client, PASSWORD)
    services.reset_password(user=clerk, password=NEW, by=make_user(), at=clerk.date_joined)
    assert client.get(reverse("accounts:profile"))["Location"].startswith(SIGN_IN)


def test_closing_an_account_ends_its_sessions_for_good(client: Client, clerk: User) -> None:
    administrator = make_user()
    sign_in(client, PASSWORD)
    services.deactivate_account(user=clerk, reason="调离", by=administrator, at=clerk.date_joined)
    assert client.get(reverse("accounts:profile"))["Location"].startswith(SIGN_IN)
    services.reactivate_account(user=clerk, password=NEW, by=administrator, at=clerk.date_joined)
    assert client.get(reverse("accounts:profile"))["Location"].startswith(SIGN_IN)


def test_a_complaint_names_the_page_one_came_from(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    response = client.get(
        reverse("accounts:complain"), headers={"Referer": "http://testserver/organizations/"}
    )
    assert 'value="/organizations/"' in response.content.decode()
    elsewhere = client.get(
        reverse("accounts:complain"), headers={"Referer": "http://elsewhere.example/secret/"}
    )
    assert "secret" not in elsewhere.content.decode()


def test_a_complaint_is_filed_and_its_answer_read(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    client.post(reverse("accounts:complain"), {"text": "同一数字要填三遍", "page": ""})
    complaint = Complaint.objects.get(author=clerk)
    services.answer_complaint(
        complaint=complaint, answer="下月起只填一次", by=make_user(), at=clerk.date_joined
    )
    page = client.get(reverse("accounts:complain")).content.decode()
    assert "同一数字要填三遍" in page
    assert "下月起只填一次" in page


def test_an_empty_complaint_is_refused(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    assert client.post(reverse("accounts:complain"), {"text": " ", "page": ""}).status_code == 200
    assert not Complaint.objects.exists()


def test_nobody_reads_another_s_complaint_here(client: Client, clerk: User) -> None:
    services.file_complaint(text="只给管理员看", page="", by=make_user(), at=clerk.date_joined)
    client.force_login(clerk)
    assert "只给管理员看" not in client.get(reverse("accounts:complain")).content.decode()
