"""Evidence as a person meets it in the sheet: several files with progress, errors beside their file, paste, detach."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qiangji.assessments.models import Evidence, Sheet
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import open_small_cycle, sheet_of
from qiangji.files.tests import samples
from qiangji.orgs.tests.factories import Cast, cast
from tests.browser import enter_as, look_at, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PASTE = """([data, type]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const clipboard = new DataTransfer();
  clipboard.items.add(new File([bytes], "image.png", { type: type }));
  const input = document.querySelector("[data-evidence-upload] input[type=file]");
  input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }));
}"""
DROP = """([data, name]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type: "application/pdf" }));
  const form = document.querySelector("[data-evidence-upload]");
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(autouse=True)
def media_root(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def people() -> Cast:
    found = cast()
    open_small_cycle(found)
    return found


def open_panel(page: Page, site: str, people: Cast, code: str = "1-1-1") -> None:
    """Open the hospital's sheet as the Party office and unfold a criterion's evidence."""
    enter_as(page, site, people.party_office)
    page.goto(f"{site}/assessments/sheets/{sheet_of(people.hospital_a).public_id}/")
    page.locator(f"#c-{code}").get_by_role("button", name="佐证").click()
    expect(page.locator("[data-evidence-section]")).to_be_visible()


def payload(name: str, data: bytes, media_type: str = "application/pdf") -> Any:
    return {"name": name, "mimeType": media_type, "buffer": data}


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_several_files_are_taken_and_the_bad_one_says_why(site, browser_page, people):
    page = browser_page
    open_panel(page, site, people)
    panel = page.locator("[data-evidence-section]")
    expect(panel.get_by_text("涉密信息不得录入")).to_be_visible()
    files = [
        payload("一季度会议记录.pdf", samples.pdf()),
        payload("报告.pdf", b"<html><script>alert(1)</script></html>"),
        payload("照片.jpg", samples.picture("JPEG"), "image/jpeg"),
    ]
    panel.get_by_label("添加文件").set_input_files(files)
    expect(panel.get_by_role("link", name="一季度会议记录.pdf", exact=True)).to_be_visible()
    expect(panel.get_by_role("link", name="照片.jpg", exact=True)).to_be_visible()
    refused = panel.locator("[data-evidence-queue] li")
    expect(refused).to_contain_text("报告.pdf")
    expect(refused).to_contain_text("这是网页或 SVG 文件")
    expect(page.locator("#c-1-1-1 [data-evidence-count]")).to_have_text("2")
    look_at(page, "evidence-panel")
    refused.get_by_role("button", name="知道了").click()
    expect(panel.locator("[data-evidence-queue]")).to_be_hidden()
    assert Evidence.objects.count() == 2


def test_a_file_dropped_while_a_pasted_screenshot_is_on_its_way(site, browser_page, people):
    page = browser_page
    open_panel(page, site, people)
    page.evaluate(PASTE, [encoded(samples.picture("PNG")), "image/png"])
    page.evaluate(DROP, [encoded(samples.pdf()), "拖来的.pdf"])
    panel = page.locator("[data-evidence-section]")
    expect(panel.get_by_role("link", name="拖来的.pdf", exact=True)).to_be_visible()
    expect(panel.get_by_role("link", name=re.compile("^截图"))).to_be_visible()
    expect(page.locator("#c-1-1-1 [data-evidence-count]")).to_have_text("2")


def test_too_big_a_file_is_not_even_sent(site, browser_page, people, settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    page = browser_page
    open_panel(page, site, people)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("[data-evidence-section]").get_by_label("添加文件").set_input_files(
        [payload("大.pdf", samples.pdf("x" * 2 * 1024 * 1024))]
    )
    expect(page.locator("[data-evidence-queue]")).to_contain_text("超过 1 MB")
    assert sent == []


def test_a_lost_connection_offers_to_try_again(site, browser_page, people, faults):
    page = browser_page
    open_panel(page, site, people)
    page.route("**/evidence/add/", lambda route: route.abort())
    panel = page.locator("[data-evidence-section]")
    panel.get_by_label("添加文件").set_input_files([payload("断线.pdf", samples.pdf())])
    expect(panel.locator("[data-evidence-queue]")).to_contain_text("网络中断")
    page.unroute("**/evidence/add/")
    faults.clear()
    panel.get_by_role("button", name="重试").click()
    expect(panel.get_by_role("link", name="断线.pdf", exact=True)).to_be_visible()
    expect(panel.locator("[data-evidence-queue]")).to_be_hidden()


def test_detach_with_a_reason_take_it_back_and_use_it_elsewhere(site, browser_page, people):
    page = browser_page
    open_panel(page, site, people)
    panel = page.locator("[data-evidence-section]")
    panel.get_by_label("添加文件").set_input_files([payload("记录.pdf", samples.pdf())])
    panel.locator("summary", has_text="移除").click()
    panel.get_by_label("移除原因").fill("传错文件")
    screenshot(page, "evidence-detach")
    panel.get_by_role("button", name="确认移除").click()
    expect(panel.get_by_text("已移除 1 份")).to_be_visible()
    panel.get_by_text("已移除 1 份").click()
    expect(panel.get_by_text("原因：传错文件")).to_be_visible()
    panel.get_by_role("button", name="重新附上").click()
    expect(panel.locator(".evidence-files").get_by_role("link", name="记录.pdf", exact=True)).to_be_visible()

    page.locator("#c-1-1-2").get_by_role("button", name="佐证").click()
    other = page.locator("#c-1-1-2 [data-evidence-section]")
    other.locator("summary", has_text="选用已上传的材料").click()
    other.get_by_label("记录.pdf").check()
    look_at(page, "evidence-reuse")
    other.get_by_role("button", name="附到本条").click()
    expect(other.locator(".evidence-files").get_by_role("link", name="记录.pdf", exact=True)).to_be_visible()
    expect(page.locator("#c-1-1-2 [data-evidence-count]")).to_have_text("1")


def test_the_panel_as_a_page_of_its_own(site, browser_page, people):
    page = browser_page
    enter_as(page, site, people.party_office)
    sheet = sheet_of(people.hospital_a)
    address = f"{site}/assessments/sheets/{sheet.public_id}/answers/1-1-1/evidence/"
    page.goto(address)
    page.get_by_label("添加文件").set_input_files([payload("记录.docx", samples.word())])
    expect(page.get_by_role("link", name="记录.docx", exact=True)).to_be_visible()
    look_at(page, "evidence-page")
    Sheet.objects.filter(pk=sheet.pk).update(state=State.SUBMITTED)
    page.goto(address)
    expect(page.get_by_text("佐证材料已锁定")).to_be_visible()
    look_at(page, "evidence-locked")


def test_without_script_files_go_up_all_the_same(site, chromium, people):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    enter_as(page, site, people.party_office)
    page.goto(f"{site}/assessments/sheets/{sheet_of(people.hospital_a).public_id}/answers/1-1-1/evidence/")
    page.get_by_label("添加文件").set_input_files([payload("记录.pdf", samples.pdf())])
    page.get_by_role("button", name="上传").click()
    page.get_by_role("link", name="记录.pdf", exact=True).wait_for()
    context.close()
    assert Evidence.objects.get().filename == "记录.pdf"
