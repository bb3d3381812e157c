"""What was typed and not taken goes back into its form, in a real browser: nobody types the same words twice."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from qiangji.accounts.models import Complaint
from qiangji.assessments.models import Draw, DrawEntry, Inspection, Team
from qiangji.assessments.tests.factories import open_small_cycle, sheet_of
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.scoring.drawing import Listed, population_digest, ticket_of
from tests.browser import enter_as, look_at

pytestmark = pytest.mark.browser

NOW = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
SEED = "3-1-6"
WORDS = "抽查表的打印件缺页眉。\n请补上。"


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return cast()


def end_sign_ins() -> None:
    """All sign-ins end, as they do after some hours."""
    Session.objects.all().delete()


def write_complaint(page: Page, site: str) -> None:
    page.goto(site + reverse("accounts:complain"))
    page.get_by_label("意见").fill(WORDS)
    page.get_by_role("button", name="提交意见").click()


def sign_in_here(page: Page, username: str) -> None:
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill("quiet-mountain-7")
    page.get_by_role("button", name="登录").click()


def give_password(people: Cast) -> None:
    people.party_office.set_password("quiet-mountain-7")
    people.party_office.save()


def test_whoever_has_to_sign_in_again_finds_the_form_with_the_words(
    browser_page: Page, site: str, people: Cast
) -> None:
    give_password(people)
    enter_as(browser_page, site, people.party_office)
    browser_page.goto(site + reverse("accounts:complain"))
    browser_page.get_by_label("意见").fill(WORDS)
    end_sign_ins()
    browser_page.get_by_role("button", name="提交意见").click()
    sign_in_here(browser_page, people.party_office.username)
    expect(browser_page.locator(".typed-note")).to_contain_text("已填回这里")
    expect(browser_page.get_by_label("意见")).to_have_value(WORDS)
    look_at(browser_page, "typed-after-sign-in")
    browser_page.get_by_role("button", name="提交意见").click()
    expect(browser_page.locator(".alert-success")).to_be_visible()
    assert Complaint.objects.get().text == WORDS


def test_what_was_taken_does_not_come_back(browser_page: Page, site: str, people: Cast) -> None:
    enter_as(browser_page, site, people.party_office)
    write_complaint(browser_page, site)
    expect(browser_page.locator(".alert-success")).to_be_visible()
    expect(browser_page.get_by_label("意见")).to_have_value("")
    browser_page.reload()
    expect(browser_page.get_by_label("意见")).to_have_value("")
    assert browser_page.locator(".typed-note").count() == 0


def test_the_next_person_at_the_same_tab_does_not_see_it(browser_page: Page, site: str, people: Cast) -> None:
    enter_as(browser_page, site, people.party_office)
    browser_page.goto(site + reverse("accounts:complain"))
    browser_page.get_by_label("意见").fill(WORDS)
    end_sign_ins()
    browser_page.get_by_role("button", name="提交意见").click()
    expect(browser_page.get_by_role("button", name="登录")).to_be_visible()
    enter_as(browser_page, site, people.secretary)
    browser_page.goto(site + reverse("accounts:complain"))
    expect(browser_page.get_by_label("意见")).to_have_value("")
    assert browser_page.evaluate("Object.keys(sessionStorage).filter(key => key.endsWith(':typed'))") == []


def test_a_page_that_expired_leads_back_and_keeps_the_words(
    browser_page: Page, site: str, people: Cast, faults: list[str]
) -> None:
    enter_as(browser_page, site, people.party_office)
    browser_page.goto(site + reverse("accounts:complain"))
    browser_page.get_by_label("意见").fill(WORDS)
    browser_page.evaluate("document.querySelector('main [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    browser_page.get_by_role("button", name="提交意见").click()
    expect(browser_page.get_by_role("heading", level=1)).to_contain_text("页面已过期")
    look_at(browser_page, "typed-expired")
    assert "403" in faults.pop()
    browser_page.get_by_role("link", name="回到原来的页面").click()
    expect(browser_page.get_by_label("意见")).to_have_value(WORDS)


def draw_with_team(people: Cast) -> Draw:
    """A draw of the province with our hospital drawn, and a team of the first week of November."""
    open_small_cycle(people)
    own = sheet_of(people.hospital_a)
    code = own.organization.code
    made = Draw.objects.create(
        cycle=own.cycle, organizer=people.province, number=1, population="applicants", strata=["city"],
        plan_number="北医党指〔2026〕9号",
        ratio=Decimal("0.1"), size=1, population_digest=population_digest([Listed(code, "甲市")]),
        frozen_at=NOW, seed=SEED, seed_source="三人各掷一次骰子，监督员在场", drawn_at=NOW,
    )  # fmt: skip
    DrawEntry.objects.create(
        draw=made, sheet=own, code=code, name=own.organization.name, stratum="甲市",
        ticket=ticket_of(SEED, code), rank=1, is_drawn=True,
    )  # fmt: skip
    Team.objects.create(draw=made, name="第一组", start_date=date(2026, 11, 2), end_date=date(2026, 11, 6))
    return made


def test_a_refused_form_of_a_page_with_many_is_opened_again_as_it_was(
    browser_page: Page, site: str, people: Cast
) -> None:
    made = draw_with_team(people)
    enter_as(browser_page, site, people.guidance_province)
    browser_page.goto(site + reverse("assessments:draw", args=[made.public_id]))
    browser_page.locator("details:has(form[action*=assign]) > summary").click()
    form = browser_page.locator("form[action*='assign']")
    form.get_by_label("抽查组").select_option(label="第一组")
    form.get_by_label("计划日期").fill("2026-12-01")
    form.get_by_label("访谈测评").check()
    form.get_by_role("button", name="分派").click()
    expect(browser_page.locator("#messages .alert-danger")).to_contain_text("须在")
    expect(form.get_by_label("计划日期")).to_have_value("2026-12-01")
    expect(form.get_by_label("访谈测评")).to_be_checked()
    look_at(browser_page, "typed-after-refusal")
    form.get_by_label("计划日期").fill("2026-11-03")
    form.get_by_role("button", name="分派").click()
    expect(browser_page.locator(".alert-success")).to_be_visible()
    assert Inspection.objects.get().methods == ["records", "visit", "interview"]
