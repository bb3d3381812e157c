"""An election in a real browser, from the January ledger to the recorded result, both sides, with both letters."""

import io
from calendar import monthrange
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from docx import Document
from playwright.sync_api import Page, expect

from qiangji.accounts.models import User
from qiangji.lib.dates import local_day
from qiangji.members.elections.tests.factories import make_term
from qiangji.members.models import Election, Tenure
from qiangji.members.tests.factories import make_post, make_tenure, store_members
from qiangji.orgs.models import Body, Post, Term
from qiangji.orgs.tests.factories import Cast, cast
from tests.browser import axe, enter_as, fits, look_at

pytestmark = pytest.mark.browser
NAMES = ["赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八一", "冯九", "陈十"]


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """The cast with ten members and a Party committee of five whose term ends with this month."""
    people = cast()
    members = store_members(people.internal_medicine, NAMES)
    today = local_day(timezone.now())
    due = today.replace(day=monthrange(today.year, today.month)[1])
    begun = date(due.year - 5, due.month, 1)
    make_term(people.hospital_a, due=due, start_date=begun, years=5)
    for place, member in enumerate(members[:5]):
        kind = Post.Kind.MEMBER if place else Post.Kind.SECRETARY
        post = make_post(people.hospital_a, kind=kind, position=place, start_date=begun)
        make_tenure(post, member.person, start_date=begun)
    return people


def as_user(page: Page, site: str, user: User, address: str) -> None:
    page.context.clear_cookies()
    enter_as(page, site, user)
    page.goto(site + address)


def take(page: Page, verb: str) -> None:
    """Press the one main action of the timeline."""
    page.locator(".page-actions").get_by_role("link", name=verb).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(verb)


def send(page: Page, verb: str) -> None:
    page.get_by_role("button", name=verb).click()
    expect(page.locator("#messages")).to_contain_text("已登记")


def letter(page: Page, words: str) -> str:
    """Download a paper and return its text."""
    with page.expect_download() as download:
        page.get_by_role("link", name=f"下载{words}", exact=True).click()
    document = Document(io.BytesIO(Path(download.value.path()).read_bytes()))
    return "".join(document.element.itertext())


def approve(page: Page, verb: str, number: str) -> None:
    take(page, verb)
    page.get_by_label("批复文号").fill(number)
    send(page, verb)


def propose(page: Page) -> None:
    """Too few candidates are refused with the figure; one more and they are taken."""
    take(page, "报送候选人预备人选")
    for number, name in enumerate(NAMES[2:7], 1):
        page.get_by_label(f"第 {number} 名", exact=True).fill(name)
    expect(page.locator("#advice")).to_contain_text("还差 1 人")
    page.get_by_role("button", name="报送候选人预备人选").click()
    expect(page.locator("main form")).to_contain_text("候选人至少 6 人，现有 5 人")
    page.get_by_label("第 6 名", exact=True).fill(NAMES[7])
    send(page, "报送候选人预备人选")


def hold_meeting(page: Page) -> None:
    """Seven of ten are no quorum, and the calculator says so while one types; nine are."""
    take(page, "登记选举大会")
    page.get_by_label("实到会有选举权人数").fill("7")
    expect(page.locator("#advice")).to_contain_text("到会 7 人，不能选举")
    for label, figure in [("实到会有选举权人数", "9"), ("发出选票", "9"), ("收回选票", "9"), ("有效票", "9")]:
        page.get_by_label(label).fill(figure)
    for name, votes in zip([*NAMES[2:7], NAMES[7]], (9, 9, 8, 8, 7, 3), strict=True):
        page.get_by_label(f"{name} 得票").fill(str(votes))
    expect(page.locator("#advice")).to_contain_text("当选 5 人")
    look_at(page, "election-meeting")
    send(page, "登记选举大会")


@pytest.mark.shows("B08", "B52", "B53", "B54", "F08")
def test_election_goes_from_the_ledger_to_the_recorded_result_on_a_desk(
    browser_page: Page, site: str, people: Cast
) -> None:
    walk(browser_page, site, people)


def test_election_goes_from_the_ledger_to_the_recorded_result_on_a_phone(
    phone_page: Page, site: str, people: Cast
) -> None:
    walk(phone_page, site, people)


def walk(page: Page, site: str, people: Cast) -> None:
    """Both sides take turns, from the row of the ledger to the registered term."""
    as_user(page, site, people.supervisor, "/members/elections/")
    expect(page.locator("tbody tr").first).to_contain_text("逾期")
    page.get_by_role("link", name="提醒：甲医院党委").click()
    page.get_by_label("文号").fill("甲卫党函〔2026〕3号")
    send(page, "登记提醒函")
    assert "特此函告" in letter(page, "提醒函")
    address = page.url.removeprefix(site)

    as_user(page, site, people.party_office, address)
    take(page, "报送请示")
    page.get_by_label("应选名额").fill("10")
    expect(page.locator("#advice")).to_contain_text("10 人多于 9 人，须说明理由")
    page.get_by_label("应选名额").fill("5")
    expect(page.locator("#advice")).to_contain_text("候选人至少 6 人")
    send(page, "报送请示")
    assert "应选5人" in letter(page, "请示")

    as_user(page, site, people.supervisor, address)
    approve(page, "批复请示", "甲卫党〔2026〕11号")
    as_user(page, site, people.party_office, address)
    propose(page)
    as_user(page, site, people.supervisor, address)
    expect(page.locator("#people + .table-responsive")).to_contain_text("王八一")
    approve(page, "批复人选", "甲卫党〔2026〕12号")

    as_user(page, site, people.party_office, address)
    hold_meeting(page)
    take(page, "报告选举结果")
    send(page, "报告选举结果")
    as_user(page, site, people.supervisor, address)
    approve(page, "批复选举结果", "甲卫党〔2026〕13号")
    as_user(page, site, people.party_office, address)
    page.locator(".page-actions").get_by_role("link", name="登记届次和任职").click()
    page.get_by_role("button", name="登记").click()
    expect(page.locator("#messages")).to_contain_text("选举办结")
    look_at(page, "election-done")
    check_recorded(people)
    page.goto(f"{site}/members/elections/")
    expect(page.locator("tbody tr").first).to_contain_text("第 2 届")
    fits(page)
    axe(page)


def check_recorded(people: Cast) -> None:
    term = Term.objects.get(organization=people.hospital_a, body=Body.COMMITTEE, end_date=None)
    assert (term.number, term.years) == (2, 5)
    held = Tenure.objects.filter(post__organization=people.hospital_a, end_date=None)
    assert sorted(row.person.name for row in held) == sorted(NAMES[2:7])
    assert Election.objects.get().new_term == term
