"""The sheet's states that one address alone does not show: open panels, differences, gaps, refusals.

Every address by itself is looked at in test_every_page.py.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Mark, Sheet
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.tests.factories import (
    OPENED,
    fill,
    make_cycle,
    open_small_cycle,
    sheet_of,
    supervise_outsider,
)
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.selectors import edition_by_ref
from qiangji.standards.services import load_library
from tests.browser import axe, enter_as, fits, look_at, screenshot

pytestmark = pytest.mark.browser
Visit = Callable[[User, str], Page]


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return cast()


@pytest.fixture
def sheet(people: Cast) -> Sheet:
    """Hospital 甲's sheet on the small table, marked but for its last criterion."""
    open_small_cycle(people)
    sheet = sheet_of(people.hospital_a)
    fill(sheet, "self", people.party_office, c1_1_1="1.5")
    last = Answer.objects.filter(sheet=sheet).order_by("criterion__position").last()
    last.marks.all().delete()
    return sheet


@pytest.fixture
def visit(browser_page: Page, site: str) -> Visit:
    """Open a page as somebody."""

    def go(user: User, address: str) -> Page:
        enter_as(browser_page, site, user)
        browser_page.goto(site + address)
        return browser_page

    return go


def bring_to(sheet: Sheet, state: str, people: Cast) -> None:
    """Put a sheet into a state straight in the tables, with the marks that state has."""
    Mark.objects.filter(answer__sheet=sheet).delete()
    fill(sheet, "self", people.party_office, c1_1_1="1.5")
    if state == "under_rating":
        fill(sheet, "acceptance", people.supervisor, c1_1_1="1")
    Sheet.objects.filter(pk=sheet.pk).update(state=state, version=3)


def test_whole_built_in_sheet_is_right(visit: Visit, people: Cast) -> None:
    load_library(at=datetime(2026, 1, 5, tzinfo=UTC))
    supervise_outsider(people)
    cycle = make_cycle(
        people.province, edition_by_ref("jilin-hospital-committee"), edition_by_ref("branch-sample")
    )
    open_cycle(cycle=cycle, by=None, at=OPENED)
    page = visit(people.party_office, f"/assessments/sheets/{sheet_of(people.hospital_a).public_id}/")
    expect(page.locator("#open-count")).to_have_text("还差 84 项")
    axe(page)
    fits(page)
    screenshot(page, "sheet-built-in")


def test_panels_of_a_criterion_and_the_list_of_gaps(visit: Visit, sheet: Sheet, people: Cast) -> None:
    page = visit(people.party_office, f"/assessments/sheets/{sheet.public_id}/")
    row = page.locator("#c-1-1-2")
    row.locator("input.mark").fill("0.5")
    row.locator("textarea").fill("第三季度少开展一次，已补学。")
    expect(page.locator("#save-state")).to_contain_text("已保存")
    row.get_by_role("button", name="记录").click()
    expect(row.locator(".history")).to_contain_text("0.5")
    look_at(page, "sheet-history")
    row.get_by_role("button", name="佐证").click()
    expect(row.locator(".panel")).to_contain_text("涉密信息不得录入")
    look_at(page, "sheet-evidence")
    page.locator("#show-missing").click()
    expect(page.locator("#gaps-list")).to_contain_text("还没有自评得分")
    look_at(page, "sheet-gaps")
    page.locator("#gaps-list a").first.click()
    expect(page.locator("#gaps")).not_to_be_visible()
    page.locator("#show-keys").click()
    expect(page.locator("#keys")).to_be_visible()


def test_sheet_to_accept(visit: Visit, sheet: Sheet, people: Cast) -> None:
    bring_to(sheet, "under_acceptance", people)
    page = visit(people.supervisor, f"/assessments/sheets/{sheet.public_id}/")
    page.locator("#c-1-1-2 input.mark").fill("0")
    expect(page.locator("#c-1-1-2")).to_have_class("crit differs has-remark wants-remark")
    look_at(page, "sheet-accept")


def test_sheet_to_rate_shows_differences_first(visit: Visit, sheet: Sheet, people: Cast) -> None:
    bring_to(sheet, "under_rating", people)
    page = visit(people.supervisor, f"/assessments/sheets/{sheet.public_id}/")
    expect(page.locator(".chip[data-filter=differs]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".crit:visible")).to_have_count(1)
    look_at(page, "sheet-rate")


def test_submission_with_and_without_gaps(visit: Visit, sheet: Sheet, people: Cast) -> None:
    address = f"/assessments/sheets/{sheet.public_id}/submit/"
    look_at(visit(people.secretary, address), "submit-missing")
    Mark.objects.filter(answer__sheet=sheet).delete()
    fill(sheet, "self", people.party_office)
    page = visit(people.secretary, address)
    expect(page.get_by_label("签字密码")).to_be_visible()
    look_at(page, "submit-sign")


def test_return_and_what_keeps_a_review_from_ending(
    visit: Visit, sheet: Sheet, people: Cast, faults: list[str]
) -> None:
    bring_to(sheet, "under_acceptance", people)
    look_at(visit(people.supervisor, f"/assessments/sheets/{sheet.public_id}/return/"), "return")
    page = visit(people.supervisor, f"/assessments/sheets/{sheet.public_id}/")
    page.get_by_role("button", name="完成验收").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("还不能完成")
    look_at(page, "incomplete")
    faults[:] = [fault for fault in faults if "409" not in fault]


def test_unsubmitted_sheet_of_a_subordinate_says_who_may_open_it(
    visit: Visit, sheet: Sheet, people: Cast, faults: list[str]
) -> None:
    page = visit(people.supervisor, f"/assessments/sheets/{sheet.public_id}/")
    expect(page.locator("main")).to_contain_text("提交之前只有本组织的人员可以打开")
    look_at(page, "sheet-refused")
    faults[:] = [fault for fault in faults if "403" not in fault]
