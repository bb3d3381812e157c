"""What is shown when something is not there, not allowed, or broken: a sentence, and what to do next."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path, reverse

from qiangji.orgs.tests.factories import make_user
from qiangji.urls import urlpatterns as real_urlpatterns
from qiangji.web import views


def breaks(request: HttpRequest) -> HttpResponse:
    raise DatabaseError("the disk is gone")


def refuses(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("可以签字的有：党委书记。")


urlpatterns = [path("breaks/", breaks), path("refuses/", refuses), *real_urlpatterns]
handler403 = views.permission_denied
handler404 = views.not_found
handler500 = views.server_error


@pytest.mark.django_db
def test_missing_page_is_404_and_points_to_the_workbench(client: Client) -> None:
    client.force_login(make_user())
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert 'href="/">回到工作台' in answer.content.decode()


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_refusal_says_who_may(client: Client) -> None:
    client.force_login(make_user())
    answer = client.get("/refuses/")
    assert answer.status_code == 403
    assert "可以签字的有：党委书记。" in answer.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_own_failure_is_shown_without_touching_the_database() -> None:
    """No database fixture: pytest-django fails the test at the first query."""
    client = Client(raise_request_exception=False)
    answer = client.get("/breaks/")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "这一步没有完成" in page
    assert "the disk is gone" not in page


def test_bad_request_page_is_shown_before_anything_is_known_of_the_request() -> None:
    answer = views.bad_request(RequestFactory().get("/"))
    assert answer.status_code == 400
    assert "请返回上一页重试" in answer.content.decode()


@override_settings(ALLOWED_HOSTS=["known.example"])
def test_foreign_host_gets_the_bad_request_page() -> None:
    answer = Client(raise_request_exception=False).get("/", headers={"host": "foreign.example"})
    assert answer.status_code == 400
    assert "允许的地址" in answer.content.decode()


@pytest.mark.django_db
def test_stale_form_keeps_its_text_and_says_how_to_send_it_again() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/sign-in/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


@pytest.mark.django_db
def test_health_answers_without_sign_in_after_asking_the_database(client: Client) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.django_db
def test_health_is_unwell_without_its_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    assert client.get("/health").status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/account/sign-in/", "/health", "/nowhere/", "/static/qiangji/frame.js"])
def test_every_answer_carries_the_strict_policy(client: Client, address: str) -> None:
    answer = client.get(address)
    answer.close()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_an_address_that_only_takes_forms_says_so_in_chinese(client: Client) -> None:
    client.force_login(make_user())
    answer = client.get(reverse("accounts:sign_out"))
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "这一步要在页面上办理" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "to"),
    [
        ("http://testserver/account/complain/?page=2", "?next=%2Faccount%2Fcomplain%2F%3Fpage%3D2"),
        ("http://elsewhere.example/account/complain/", ""),
        ("", ""),
    ],
)
def test_whoever_sends_a_form_signed_out_comes_back_to_its_page(client: Client, before: str, to: str) -> None:
    """Not to the address of the form, which may only take what is sent."""
    headers = {"referer": before} if before else {}
    answer = client.post(reverse("accounts:complain"), {"text": "缺页眉"}, headers=headers)
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("accounts:sign_in") + to


@pytest.mark.django_db
def test_signing_out_names_no_page_to_come_back_to(client: Client) -> None:
    client.force_login(make_user())
    answer = client.post(reverse("accounts:sign_out"), headers={"referer": "http://testserver/members/"})
    assert "next=" not in answer.headers["Location"]
