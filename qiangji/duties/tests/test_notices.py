"""What leaves the program: the calendar address and its secrecy, the mails and that each goes out once."""

import re
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from qiangji.accounts.models import User
from qiangji.accounts.services import deactivate_account
from qiangji.audit.models import Event
from qiangji.duties import limits
from qiangji.duties.agenda import Tally, duties_of
from qiangji.duties.exceptions import DutiesError
from qiangji.duties.models import Feed, Mailing, Reminder
from qiangji.duties.services.feeds import make_feed, withdraw_feed
from qiangji.duties.services.mailings import MOST_TRIES, claim, send_mailings
from qiangji.duties.services.reminders import confirm_address, stop_reminders, want_reminders
from qiangji.duties.tests.conftest import Year
from qiangji.duties.tests.worlds import AT, duties
from qiangji.orgs.tests.factories import make_user

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
ADDRESS = "zhang@hospital.example"


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    cache.clear()


def read(token: str, **headers: Any) -> Any:
    return Client().get(reverse("duties:feed", args=[token]), **headers)


def opted_in(user: User, *, frequency: str = "daily", address: str = ADDRESS) -> Reminder:
    return Reminder.objects.create(owner=user, address=address, frequency=frequency, confirmed_at=AT)


# ---- the calendar ----------------------------------------------------------------------------------------------------


def test_the_calendar_is_read_back_by_the_library_and_says_only_that_something_waits(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    answer = read(make_feed(by=year.people.party_office, at=AT))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    waiting = [duty for duty in duties(year.people, "party_office") if duty.due and not duty.is_watch]
    assert sum(int(re.findall(r"\d+", str(event["summary"]))[0]) for event in events) == len(waiting)
    assert {event["dtstart"].dt for event in events} == {max(duty.due, AT.date()) for duty in waiting}
    assert {event["dtend"].dt - event["dtstart"].dt for event in events} == {DAY}
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert {re.sub(r"\d+", "n", str(event["summary"])) for event in events} == {"有 n 项事项到期：请登录查看"}
    text = answer.content.decode().replace("\r\n ", "")
    for word in ("医院", "支部", "中心组", year.people.party_office.name, "党办甲"):
        assert word not in text


def test_the_calendar_says_the_same_all_day(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    token = make_feed(by=year.people.party_office, at=AT)
    bodies = set()
    for hours in (0, 5):
        moment = AT + timedelta(hours=hours)
        monkeypatch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
        bodies.add(read(token).content)
    assert len(bodies) == 1


def test_only_the_digest_of_an_address_is_stored_and_no_event_holds_it(db: None) -> None:
    token = make_feed(by=make_user(), at=AT)
    assert len(token) >= 43
    assert Feed.objects.get().token_digest == sha256(token.encode()).hexdigest()
    assert not [event for event in Event.objects.all() if token in event.data]


def test_a_renewed_address_ends_the_one_before(db: None) -> None:
    user = make_user()
    first = make_feed(by=user, at=AT)
    second = make_feed(by=user, at=AT + DAY)
    assert (read(first).status_code, read(second).status_code) == (404, 200)
    assert Feed.objects.filter(owner=user).count() == 2


def test_a_withdrawn_address_is_dead(db: None) -> None:
    user = make_user()
    token = make_feed(by=user, at=AT)
    assert withdraw_feed(by=user, at=AT)
    assert read(token).status_code == 404
    assert not withdraw_feed(by=user, at=AT)


def test_the_address_of_a_closed_account_is_dead_and_none_is_made(year: Year) -> None:
    user = year.people.party_office
    token = make_feed(by=user, at=AT)
    deactivate_account(user=user, reason="调离", by=year.people.administrator, at=AT)
    assert read(token).status_code == 404
    with pytest.raises(DutiesError, match="停用"):
        make_feed(by=user, at=AT)


def test_an_account_without_a_seat_has_an_empty_calendar(db: None) -> None:
    body = read(make_feed(by=make_user(), at=AT)).content
    assert Calendar.from_ical(body).walk("VEVENT") == []


def test_a_person_has_one_address_in_use_whatever_is_written(db: None) -> None:
    user = make_user()
    make_feed(by=user, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Feed.objects.create(owner=user, token_digest="0" * 64, made_at=AT)


def test_the_calendar_is_read_only(db: None) -> None:
    token = make_feed(by=make_user(), at=AT)
    assert Client().post(reverse("duties:feed", args=[token])).status_code == 405


def test_who_reads_too_often_is_asked_to_wait(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    monkeypatch.setattr("qiangji.duties.views.feed.FEED_READS", 2)
    token = make_feed(by=make_user(), at=AT)
    assert [read(token).status_code for _ in range(3)] == [200, 200, 429]
    assert read(token)["Retry-After"] == "3600"
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(hours=1))
    assert read(token).status_code == 200


def test_who_guesses_addresses_is_stopped_and_the_right_address_still_works(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qiangji.duties.views.feed.FEED_GUESSES", 2)
    token = make_feed(by=make_user(), at=AT)
    assert [read(f"guess{number}").status_code for number in range(3)] == [404, 404, 429]
    assert read(token).status_code == 200


def test_hours_are_counted_apart_and_so_are_persons() -> None:
    assert [limits.is_over("trial", "one", 1, at=AT) for _ in range(2)] == [False, True]
    assert not limits.is_over("trial", "two", 1, at=AT)
    assert not limits.is_over("trial", "one", 1, at=AT + timedelta(hours=1))


# ---- who wants mail --------------------------------------------------------------------------------------------------


def code_sent() -> str:
    return re.findall(r"\d{6}", mail.outbox[-1].body)[0]


def test_an_address_is_used_once_its_code_was_typed_back(db: None) -> None:
    user = make_user()
    row = want_reminders(address=ADDRESS, frequency="daily", by=user, at=AT)
    assert row.confirmed_at is None
    assert mail.outbox[-1].to == [ADDRESS]
    confirm_address(code=code_sent(), by=user, at=AT)
    row.refresh_from_db()
    assert (row.confirmed_at, row.code_digest) == (AT, "")


def test_a_wrong_code_is_counted_and_the_sixth_try_is_refused_even_if_right(db: None) -> None:
    user = make_user()
    want_reminders(address=ADDRESS, frequency="daily", by=user, at=AT)
    wrong = "000000" if code_sent() != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(DutiesError, match="验证码不对"):
            confirm_address(code=wrong, by=user, at=AT)
    with pytest.raises(DutiesError, match="重新发送"):
        confirm_address(code=code_sent(), by=user, at=AT)


def test_a_code_lapses_after_two_hours_and_a_second_one_waits_two_minutes(db: None) -> None:
    user = make_user()
    want_reminders(address=ADDRESS, frequency="daily", by=user, at=AT)
    with pytest.raises(DutiesError, match="过期"):
        confirm_address(code=code_sent(), by=user, at=AT + timedelta(hours=2, seconds=1))
    with pytest.raises(DutiesError, match="两分钟"):
        want_reminders(
            address="other@hospital.example", frequency="daily", by=user, at=AT + timedelta(minutes=1)
        )


def test_a_code_of_one_account_confirms_no_other(db: None) -> None:
    one, other = make_user(), make_user()
    want_reminders(address=ADDRESS, frequency="daily", by=one, at=AT)
    want_reminders(address=ADDRESS, frequency="daily", by=other, at=AT)
    first = re.findall(r"\d{6}", mail.outbox[-2].body)[0]
    if first != code_sent():
        with pytest.raises(DutiesError):
            confirm_address(code=first, by=other, at=AT)


def test_a_new_address_has_to_be_confirmed_again_and_another_frequency_has_not(db: None) -> None:
    user = make_user()
    opted_in(user)
    assert want_reminders(address=ADDRESS, frequency="weekly", by=user, at=AT).confirmed_at == AT
    assert mail.outbox == []
    assert (
        want_reminders(address="new@hospital.example", frequency="weekly", by=user, at=AT).confirmed_at
        is None
    )


@pytest.mark.parametrize(("address", "frequency"), [("nobody", "daily"), ("", "daily"), (ADDRESS, "hourly")])
def test_what_is_no_address_or_frequency_is_refused(db: None, address: str, frequency: str) -> None:
    with pytest.raises(DutiesError):
        want_reminders(address=address, frequency=frequency, by=make_user(), at=AT)
    assert not Reminder.objects.exists()


def test_an_address_goes_when_it_is_no_longer_wanted_and_no_event_ever_held_it(db: None) -> None:
    user = make_user()
    want_reminders(address=ADDRESS, frequency="daily", by=user, at=AT)
    assert stop_reminders(by=user, at=AT)
    assert not Reminder.objects.exists()
    assert not [event for event in Event.objects.all() if ADDRESS in event.data]


def test_a_code_that_cannot_be_sent_changes_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    opted_in(user)
    monkeypatch.setattr(EmailMessage, "send", refuse)
    with pytest.raises(DutiesError, match="没有发出"):
        want_reminders(address="new@hospital.example", frequency="weekly", by=user, at=AT)
    assert (Reminder.objects.get().address, Reminder.objects.get().frequency) == (ADDRESS, "daily")


# ---- the daily round -------------------------------------------------------------------------------------------------


def refuse(self: EmailMessage, *args: Any, **kwargs: Any) -> int:
    raise OSError("no route")


def test_a_mail_says_only_that_something_waits_and_how_much(year: Year) -> None:
    opted_in(year.people.party_office)
    assert send_mailings(at=AT).sent == 1
    (sent,) = mail.outbox
    row = Mailing.objects.get()
    assert sent.subject == f"强基：有 {row.late + row.near} 项事项等待办理"
    assert f"{row.late} 项已逾期" in sent.body
    for word in ("医院", "支部", "中心组", "党办甲", ADDRESS):
        assert word not in sent.subject + sent.body


def test_running_twice_sends_once_and_the_next_day_again(year: Year) -> None:
    opted_in(year.people.party_office)
    first, second = send_mailings(at=AT), send_mailings(at=AT + timedelta(hours=3))
    assert (first.sent, second.sent, second.already) == (1, 0, 1)
    send_mailings(at=AT + DAY)
    assert len(mail.outbox) == Mailing.objects.count() == 2


def test_a_day_ends_at_midnight_in_shanghai(year: Year) -> None:
    opted_in(year.people.party_office)
    send_mailings(at=datetime(2026, 10, 20, 15, 59, tzinfo=UTC))
    send_mailings(at=datetime(2026, 10, 20, 16, 0, tzinfo=UTC))
    assert [row.day for row in Mailing.objects.order_by("day")] == [date(2026, 10, 20), date(2026, 10, 21)]


def test_a_weekly_mail_goes_out_once_a_week_on_whichever_day_it_is_run(year: Year) -> None:
    opted_in(year.people.party_office, frequency="weekly")
    for number in range(7):  # Tuesday to Monday
        send_mailings(at=AT + number * DAY)
    assert [row.day for row in Mailing.objects.order_by("day")] == [date(2026, 10, 19), date(2026, 10, 26)]


def test_one_failing_address_does_not_hold_up_the_others_and_is_tried_again(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    opted_in(year.people.party_office, address="broken@hospital.example")
    opted_in(year.people.branch_secretary)
    send = EmailMessage.send

    def sends(self: EmailMessage, *args: Any, **kwargs: Any) -> int:
        return refuse(self) if self.to == ["broken@hospital.example"] else send(self, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", sends)
    first = send_mailings(at=AT)
    assert (first.sent, first.failed) == (1, 1)
    assert [message.to for message in mail.outbox] == [[ADDRESS]]
    tries = [send_mailings(at=AT).failed for _ in range(3)]
    assert tries == [1, 1, 0]
    assert Mailing.objects.get(owner=year.people.party_office).tries == MOST_TRIES
    assert [event.verb for event in Event.objects.filter(object_type="duty_mailing").order_by("pk")].count(
        "mailing.failed"
    ) == MOST_TRIES


def test_the_round_forgets_closed_accounts_unconfirmed_addresses_and_old_mailings(year: Year) -> None:
    closed, forgetful = year.people.secretary, make_user()
    token = make_feed(by=closed, at=AT)
    opted_in(closed)
    want_reminders(address=ADDRESS, frequency="daily", by=forgetful, at=AT)
    for days, owner in ((90, forgetful), (91, closed)):
        Mailing.objects.create(owner=owner, day=AT.date() - days * DAY, late=1, near=0, tried_at=AT)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    send_mailings(at=AT)
    assert list(Reminder.objects.values_list("owner", flat=True)) == [forgetful.pk]
    assert not Feed.objects.filter(withdrawn_at=None).exists()
    assert list(Mailing.objects.values_list("owner", flat=True)) == [forgetful.pk]
    User.objects.filter(pk=closed.pk).update(is_active=True)
    assert read(token).status_code == 404
    send_mailings(at=AT + timedelta(days=7, seconds=1))
    assert not Reminder.objects.exists()


def test_whatever_is_wrong_with_one_person_does_not_silence_the_others(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    opted_in(year.people.party_office)
    opted_in(year.people.branch_secretary)

    def broken(reach: Any, *, at: datetime) -> Any:
        if reach.user == year.people.party_office:
            raise RuntimeError("broken")
        return duties_of(reach, at=at)

    monkeypatch.setattr("qiangji.duties.services.mailings.duties_of", broken)
    done = send_mailings(at=AT)
    assert (done.sent, done.failed) == (1, 1)


def test_a_failed_mail_goes_out_when_the_server_is_back(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    opted_in(year.people.party_office)
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse)
        send_mailings(at=AT)
    assert send_mailings(at=AT).sent == 1
    assert Mailing.objects.get().state == Mailing.State.SENT


def test_a_mail_that_another_run_has_taken_is_left_to_it(year: Year) -> None:
    opted_in(year.people.party_office)
    taken = claim(owner=year.people.party_office, day=date(2026, 10, 20), tally=Tally(late=1), at=AT)
    assert taken is not None
    assert claim(owner=year.people.party_office, day=date(2026, 10, 20), tally=Tally(late=1), at=AT) is None
    assert send_mailings(at=AT).already == 1


def test_nobody_is_told_who_did_not_ask_did_not_confirm_has_nothing_or_is_closed(year: Year) -> None:
    Reminder.objects.create(owner=year.people.secretary, address=ADDRESS, frequency="daily")
    opted_in(year.people.member)
    opted_in(year.people.party_office)
    User.objects.filter(pk=year.people.party_office.pk).update(is_active=False)
    done = send_mailings(at=AT)
    assert (done.sent, done.nothing) == (0, 1)
    assert mail.outbox == []
    assert not Mailing.objects.exists()


def test_the_command_says_what_it_did_and_fails_where_a_mail_did(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    opted_in(year.people.party_office)
    out = StringIO()
    call_command("remind", stdout=out)
    assert out.getvalue() == "发送 1 封，失败 0 封；没有到期事项的 0 人，此前已提醒的 0 人。\n"
    monkeypatch.setattr(EmailMessage, "send", refuse)
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + DAY)
    with pytest.raises(CommandError, match="没有发出"):
        call_command("remind", "--json", stdout=out)
    assert out.getvalue().endswith('{"sent": 0, "failed": 1, "nothing": 0, "already": 0}\n')
