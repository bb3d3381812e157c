"""The clerk brings in a register with eleven planted mistakes, reads where each is, mends them, and brings it in once."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from qiangji.intake.tests.workbooks import FIRST_ROW, GOOD, PLANTED, register
from qiangji.members.models import Member
from qiangji.orgs.tests.factories import cast
from tests.browser import DESK, PHONE, enter_as, fits, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def hand_in(page: Page, path: Path) -> None:
    page.get_by_label("填好的表格").set_input_files(path)
    page.get_by_role("button", name="上传并核对").click()


@pytest.mark.django_db(transaction=True)
@pytest.mark.shows("A12")
def test_eleven_mistakes_read_mended_and_imported_once(browser_page: Page, live_server, settings, tmp_path):
    settings.MEDIA_ROOT, settings.VAR_DIR = tmp_path / "media", tmp_path
    people, page = cast(), browser_page
    wrong, mended = tmp_path / "名册.xlsx", tmp_path / "名册-改好.xlsx"
    wrong.write_bytes(register(mended=False))
    mended.write_bytes(register(mended=True))
    enter_as(page, live_server.url, people.party_office)
    page.goto(live_server.url + reverse("intake:home"))
    page.get_by_role("link", name="导入党员名册").click()
    hand_in(page, wrong)
    lines = page.locator("#findings tbody tr")
    expect(lines).to_have_count(len(PLANTED))
    for number, (column, _, _) in enumerate(PLANTED):
        expect(lines.nth(number)).to_contain_text(f"第 {FIRST_ROW + len(GOOD) + number} 行")
        expect(lines.nth(number)).to_contain_text(column)
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        fits(page)
        screenshot(page, "intake-eleven-mistakes")
    page.get_by_role("button", name="只导入正确的 3 行").click()
    expect(page.get_by_text("新增 3 行")).to_be_visible()
    for new, words in ((11, "导入 11 行"), (0, "确认（没有改动）")):
        page.goto(live_server.url + reverse("intake:upload", args=[people.hospital_a.public_id, "members"]))
        hand_in(page, mended)
        page.get_by_role("button", name=words).click()
        expect(page.get_by_text(f"新增 {new} 行" if new else "没有改动：表中内容都已登记过")).to_be_visible()
    assert Member.objects.count() == 14
