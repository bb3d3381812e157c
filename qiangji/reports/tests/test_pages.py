"""Where a browser meets reports: the menu of downloads on the sheet, and the page of a broken layout."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from qiangji.assessments.tests.factories import open_small_cycle, sheet_of
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.reports.self_check_register.tests.factories import opened
from tests.browser import enter_as, fits, look_at, screenshot

pytestmark = pytest.mark.browser


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """The cast with an open cycle on a small table."""
    people = cast()
    open_small_cycle(people)
    return people


@pytest.mark.shows("A05")
def test_the_register_is_downloaded_from_the_menu_on_the_sheet(
    browser_page: Page, site: str, people: Cast
) -> None:
    enter_as(browser_page, site, people.party_office)
    browser_page.goto(site + reverse("assessments:sheet", args=[sheet_of(people.hospital_a).public_id]))
    browser_page.get_by_role("button", name="其他下载").click()
    link = browser_page.get_by_role("link", name="自查情况登记表")
    expect(link).to_be_visible()
    look_at(browser_page, "sheet-downloads")
    with browser_page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "甲市第一医院党委2026年度自查情况登记表.docx"
    assert opened(Path(download.value.path()).read_bytes()).paragraphs[0].text == "标准化创建自查情况登记表"


def test_the_menu_fits_a_phone(phone_page: Page, site: str, people: Cast) -> None:
    enter_as(phone_page, site, people.party_office)
    phone_page.goto(site + reverse("assessments:sheet", args=[sheet_of(people.hospital_a).public_id]))
    phone_page.get_by_role("button", name="其他下载").tap()
    menu = phone_page.get_by_role("link", name="自查情况登记表")
    expect(menu).to_be_visible()
    box = menu.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    fits(phone_page)
    screenshot(phone_page, "sheet-downloads-phone")


def test_the_page_of_a_broken_layout_is_right_at_every_size(
    browser_page: Page, site: str, people: Cast, settings: Settings, tmp_path: Path, faults: list[str]
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("title: 甲院自查表\nrows: some\n", encoding="utf-8")
    settings.REGISTER_LAYOUT = str(path)
    enter_as(browser_page, site, people.party_office)
    address = reverse("reports:self_check_register", args=[sheet_of(people.hospital_a).public_id])
    answer = browser_page.goto(site + address)
    assert answer
    assert answer.status == 503
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("登记表暂时不能生成")
    look_at(browser_page, "page-reports-layout-broken")
    faults[:] = [fault for fault in faults if "503" not in fault]
