"""The pages: what stands on them, what their filters leave, and what the notices' forms answer."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from qiangji.assessments.models import Evaluation, Proposal
from qiangji.duties.models import Feed, Reminder
from qiangji.duties.tests.conftest import Year
from qiangji.duties.tests.worlds import AT
from qiangji.orgs.tests.factories import make_user

pytestmark = pytest.mark.slow

ADDRESS = "zhang@hospital.example"


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    cache.clear()


@pytest.fixture
def office(client: Client, year: Year) -> Client:
    client.force_login(year.people.party_office)
    return client


def listed(client: Client, query: str = "") -> str:
    return client.get(reverse("duties:agenda") + query).content.decode()


def titles(page: str) -> list[str]:
    return re.findall(r'<div class="duty-what">\s*<strong>(.*?)</strong>', page)


def test_the_list_says_rule_clause_figure_and_leads_to_recording(office: Client, year: Year) -> None:
    page = listed(office)
    assert "已逾期" in page
    assert "公立医院院级党组织标准化创建量化表 3-2-2" in page
    assert "吉医党指委发〔2020〕4号 思想建设 2" in page
    assert "应不少于 1 次，现有 0" in page
    assert f'href="/ledgers/{year.people.hospital_a.public_id}/new/?kind=study_centre_group"' in page
    assert "的考评要求按 2026-10-20 的核对结果列出" in page


def test_filters_keep_own_or_below_one_organization_one_source(office: Client, year: Year) -> None:
    assert "支部月自查" not in titles(listed(office, "?whose=own"))
    assert "中心组学习" not in titles(listed(office, "?whose=below"))
    one = listed(office, f"?organization={year.people.surgery.public_id}")
    assert set(titles(one)) == {"支部月自查", "支部党员大会", "党课", "组织生活会", "民主评议党员"}
    assert titles(listed(office, "?source=sheets"))[0] == "考评表：填写"


def test_a_filter_that_leaves_nothing_and_one_that_makes_no_sense(office: Client) -> None:
    assert "按这些条件没有待办事项" in listed(office, "?whose=below&source=traces")
    assert titles(listed(office, "?whose=nobody&organization=x&source=%00")) == titles(listed(office))


def test_who_has_nothing_is_told_what_will_stand_there(client: Client, year: Year) -> None:
    client.force_login(year.people.member)
    assert "现在没有到期或将要到期的事项" in listed(client)
    client.force_login(make_user())
    assert "您的账号还没有岗位" in listed(client)


def test_a_sheet_that_was_never_held_against_the_facts_is_named(office: Client, year: Year) -> None:
    Proposal.objects.all().delete()
    Evaluation.objects.all().delete()
    assert "的考评表还没有按登记的事实核对" in listed(office)


def test_nothing_of_another_hospital_or_of_a_draft_gets_onto_a_page(client: Client, year: Year) -> None:
    client.force_login(year.people.outsider)
    assert "甲医院" not in listed(client)
    for who in ("supervisor", "guidance_province"):
        client.force_login(year.people.users[who])
        for address in ("duties:agenda", "duties:month"):
            page = client.get(reverse(address), {"month": "2026-12"}).content.decode()
            assert "中心组学习" not in page
            assert "内科党支部" not in page


def test_a_month_shows_its_days_and_keeps_the_filter(office: Client) -> None:
    page = office.get(reverse("duties:month"), {"month": "2026-12", "whose": "own"}).content.decode()
    assert "2026年12月待办" in page
    assert 'href="#day-31"' in page
    assert "?month=2026-11&amp;whose=own" in page
    assert "?month=2027-1&amp;whose=own" in page
    for nonsense in ("2026-13", "x", "99999-1", "２０２６-1", ""):
        assert "2026年10月待办" in office.get(reverse("duties:month"), {"month": nonsense}).content.decode()


def test_a_calendar_address_is_shown_once(office: Client, year: Year) -> None:
    page = office.post(reverse("duties:feed_make")).content.decode()
    address = re.findall(r'value="(http://testserver/duties/feed/[\w-]{43}\.ics)"', page)
    assert len(address) == 1
    assert Client().get(address[0].removeprefix("http://testserver")).status_code == 200
    assert address[0] not in office.get(reverse("duties:notices")).content.decode()
    assert "no-store" in office.post(reverse("duties:feed_make"))["Cache-Control"]
    office.post(reverse("duties:feed_withdraw"))
    assert not Feed.objects.filter(withdrawn_at=None).exists()


def test_mail_is_asked_for_confirmed_and_stopped_on_the_page(office: Client, year: Year) -> None:
    office.post(reverse("duties:reminder"), {"address": ADDRESS, "frequency": "weekly"})
    assert "等待验证" in office.get(reverse("duties:notices")).content.decode()
    wrong = office.post(reverse("duties:reminder_confirm"), {"code": "x"}).content.decode()
    assert "验证码不对" in wrong
    code = re.findall(r"\d{6}", mail.outbox[-1].body)[0]
    office.post(reverse("duties:reminder_confirm"), {"code": code})
    assert Reminder.objects.get(owner=year.people.party_office).confirmed_at == AT
    assert "每周一次" in office.get(reverse("duties:notices")).content.decode()
    office.post(reverse("duties:reminder_stop"))
    assert not Reminder.objects.exists()


def test_codes_are_not_sent_by_the_dozen(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        monkeypatch.setattr(
            "django.utils.timezone.now", lambda number=number: AT + timedelta(minutes=3 * number)
        )
        page = office.post(
            reverse("duties:reminder"), {"address": f"a{number}@hospital.example", "frequency": "daily"}
        )
        office.post(reverse("duties:reminder_stop"))
    assert len(mail.outbox) == 5
    assert "次数过多" in page.content.decode()


def test_a_bad_address_is_told_beside_its_field(office: Client) -> None:
    page = office.post(
        reverse("duties:reminder"), {"address": "nobody", "frequency": "daily"}
    ).content.decode()
    assert "电子邮箱的格式不对" in page
