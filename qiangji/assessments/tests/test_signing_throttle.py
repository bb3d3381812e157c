"""Wrong passwords under a signature are counted like those at sign-in: whoever finds a session open cannot try them out."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.orgs.tests.factories import PASSWORD

LOCKED = "已锁定 15 分钟"


@pytest.fixture
def filled(small: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Everything filled, on the day after the meeting."""
    small.fill("self")
    monkeypatch.setattr("qiangji.assessments.views.moves.moment_of", lambda request: small.clock)
    return small


def sign(world: World, password: str, client: Client | None = None):
    fields = {
        "meeting_date": "2026-10-12",
        "minutes_number": "党委会〔2026〕18号",
        "password": password,
        "seen_version": str(world.sheet.version),
    }
    return (client or as_user(world.cast.secretary)).post(world.url("submit"), fields)


def test_each_wrong_password_warns(filled: World) -> None:
    page = sign(filled, "wrong").content.decode()
    assert "签字密码不正确" in page
    assert "连续输错 5 次会锁定 15 分钟" in page


def test_the_fifth_wrong_password_locks_and_keeps_what_was_typed(filled: World) -> None:
    answers = [sign(filled, "wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    page = answers[-1].content.decode()
    assert LOCKED in page
    assert "党委会〔2026〕18号" in page


def test_while_locked_the_right_password_signs_nothing(filled: World) -> None:
    for _ in range(5):
        sign(filled, "wrong")
    assert LOCKED in sign(filled, PASSWORD).content.decode()
    assert filled.sheet.state == State.DRAFT


def test_a_quarter_of_an_hour_later_one_signs_again(filled: World) -> None:
    for _ in range(5):
        sign(filled, "wrong")
    attempt = AccessAttempt.objects.get()
    AccessAttempt.objects.update(attempt_time=attempt.attempt_time - timedelta(minutes=16))
    assert sign(filled, PASSWORD).status_code == 302
    assert filled.sheet.state == State.SUBMITTED


def test_who_is_locked_out_of_signing_is_locked_out_of_signing_in(filled: World) -> None:
    for _ in range(5):
        sign(filled, "wrong")
    username = filled.cast.secretary.username
    answer = Client().post(reverse("accounts:sign_in"), {"username": username, "password": PASSWORD})
    assert answer.status_code == 429


def test_a_right_password_begins_the_count_anew(filled: World) -> None:
    for _ in range(4):
        sign(filled, "wrong")
    sign(filled, PASSWORD)
    filled.move("return")
    assert "会锁定" in sign(filled, "wrong").content.decode()
    assert AccessAttempt.objects.get().failures_since_start == 1


def test_others_and_other_addresses_are_not_locked(filled: World) -> None:
    for _ in range(5):
        sign(filled, "wrong")
    elsewhere = as_user(filled.cast.secretary)
    elsewhere.defaults["REMOTE_ADDR"] = "10.9.9.9"
    assert sign(filled, PASSWORD, elsewhere).status_code == 302


def test_no_password_is_kept_with_the_count(filled: World) -> None:
    sign(filled, "my-typed-secret")
    assert "my-typed-secret" not in str(AccessAttempt.objects.values())
