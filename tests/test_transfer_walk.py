"""A member moves between two hospitals, in the browser: letter, inbox, receipt, and what either side sees afterwards."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from qiangji.lib.dates import local_day
from qiangji.members.models import Transfer
from qiangji.members.tests.factories import make_member
from qiangji.orgs.tests.factories import Cast, cast, make_organization
from tests.browser import enter_as, fits, look_at

DAY = timedelta(days=1)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return cast()


def send(page: Page, site: str, people: Cast) -> Transfer:
    """The sender's Party office writes the letter: two fields, the rest is proposed."""
    member = make_member(people.surgery, "林远", staff_number="A001")
    enter_as(page, site, people.party_office)
    page.goto(site + reverse("members:transfer_send", args=[member.public_id]))
    target = page.get_by_label("转入单位（系统内，选填）")
    target.press_sequentially("乙市")
    # Every key may ask anew: what counts is what the list holds in the end, not which answer came first.
    expect(page.locator(f"#organization-options option[value^='{people.hospital_b.code}']")).to_have_count(1)
    target.fill(f"{people.hospital_b.code} · {people.hospital_b.name}")
    page.get_by_role("button", name="开出介绍信").click()
    expect(page.get_by_text("转接已开出")).to_be_visible()
    look_at(page, "transfer-sent")
    with page.expect_download() as letter:
        page.get_by_role("link", name="介绍信").click()
    assert letter.value.suggested_filename.startswith("组织关系介绍信")
    return Transfer.objects.get()


@pytest.mark.browser
def test_a_member_moves_between_hospitals_on_a_desk(browser_page: Page, site: str, people: Cast) -> None:
    walk(browser_page, site, people)


@pytest.mark.browser
def test_a_member_moves_between_hospitals_on_a_phone(phone_page: Page, site: str, people: Cast) -> None:
    walk(phone_page, site, people)


def walk(page: Page, site: str, people: Cast) -> None:
    """The letter, the inbox, the receipt, and what each side sees of either day afterwards."""
    today = local_day(timezone.now())
    transfer = send(page, site, people)
    branch = make_organization(people.hospital_b, name="儿科党支部")
    # Sent yesterday, so that both hospitals have a day of their own with the member.
    Transfer.objects.update(sent_date=today - DAY)

    enter_as(page, site, people.outsider)
    page.goto(site + reverse("members:transfers"))
    page.get_by_role("link", name="转入").click()
    expect(page.get_by_text("待接收 1 件")).to_be_visible()
    look_at(page, "transfer-inbox")
    page.get_by_role("link", name="林远").click()
    expect(page.get_by_text("接收之前只显示介绍信上的内容")).to_be_visible()
    for hidden in ("外科党支部", "A001"):
        expect(page.get_by_text(hidden)).to_have_count(0)
    page.get_by_role("link", name="接收", exact=True).click()
    page.get_by_label("编入党支部").select_option(label=branch.short_name)
    page.get_by_label("本院工号").fill("B077")
    look_at(page, "transfer-receive")
    page.get_by_role("button", name="接收").click()
    expect(page.get_by_text("已接收，该党员已编入本院支部")).to_be_visible()

    address = reverse("members:organization_on", args=[people.hospital_b.public_id])
    page.goto(site + address)
    expect(page.get_by_text("当日党员 1 名")).to_be_visible()
    page.get_by_label("日期").fill((today - DAY).isoformat())
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("当日党员 0 名")).to_be_visible()

    enter_as(page, site, people.party_office)
    page.goto(site + reverse("members:organization_on", args=[people.surgery.public_id]))
    expect(page.get_by_text("当日党员 0 名")).to_be_visible()
    page.get_by_label("日期").fill((today - DAY).isoformat())
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("林远")).to_be_visible()
    fits(page)
    page.goto(site + reverse("members:transfer", args=[transfer.public_id]))
    expect(page.get_by_text("接收日期之前的记录保留在本单位")).to_be_visible()
    for hidden in ("儿科党支部", "B077"):
        expect(page.get_by_text(hidden)).to_have_count(0)
