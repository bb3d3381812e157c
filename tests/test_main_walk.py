"""The main job in a real browser: fill and attach, sign and submit, accept, rate, download the official form."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import F
from docx import Document
from PIL import Image
from playwright.sync_api import Page, expect

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Evidence, Mark, Sheet, Submission
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.tests.factories import OPENED, make_cycle, sheet_of, supervise_outsider
from qiangji.audit.models import Event
from qiangji.orgs.tests.factories import PASSWORD, Cast, cast
from qiangji.standards.selectors import edition_by_ref
from qiangji.standards.services import load_library
from tests.browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.main_walk]
LOSSES = {"3-2-2": "1.5", "5-1-1": "1", "7-1-1": "0.5"}


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """The cast with the built-in editions and an open cycle on them."""
    load_library(at=datetime(2026, 1, 5, tzinfo=UTC))
    people = cast()
    supervise_outsider(people)
    cycle = make_cycle(
        people.province, edition_by_ref("jilin-hospital-committee"), edition_by_ref("branch-sample")
    )
    open_cycle(cycle=cycle, by=None, at=OPENED)
    return people


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "学习记录.png"
    Image.new("RGB", (60, 40), "white").save(path)
    return path


def change_person(page: Page, site: str, user: User) -> None:
    """Sign out by clearing the session, and sign in by the form."""
    page.context.clear_cookies()
    sign_in(page, site, user.username, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")


def row(page: Page, code: str):
    return page.locator(f"#c-{code}")


def departing(sheet: Sheet) -> set[str]:
    """Codes of criteria where the mark is not the settled proposal of this nearly empty hospital: they ask for a text."""
    marks = Mark.objects.filter(answer__sheet=sheet, stage="self", answer__proposal__points__isnull=False)
    return set(
        marks.exclude(points=F("answer__proposal__points")).values_list("answer__criterion__code", flat=True)
    )


def fill_sheet(page: Page, picture: Path, sheet: Sheet) -> set[str]:
    """Fill 84 criteria by keyboard: F for full marks and on, three of them less, and one file.

    Each that is less, and each that is not what the facts propose, gets its text; returns their codes.
    """
    page.locator("input.mark").first.focus()
    for _ in range(84):
        code = page.evaluate("document.activeElement.closest('.crit').dataset.code")
        if code in LOSSES:
            page.keyboard.type(LOSSES[code])
        else:
            page.keyboard.press("f")
        page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_contain_text("已保存")
    explained = departing(sheet) | set(LOSSES)
    for code in sorted(explained):
        words = "尚有差距，已列入整改。" if code in LOSSES else "材料在册，台账尚未补录。"
        row(page, code).locator("textarea.text").fill(f"{code} {words}")
    row(page, "3-2-2").get_by_role("button", name="佐证").click()
    row(page, "3-2-2").locator("input[type=file]").set_input_files(picture)
    expect(row(page, "3-2-2").locator("[data-evidence-current]")).to_contain_text("学习记录.png")
    expect(page.locator("#save-state")).to_contain_text("已保存")
    expect(page.locator("#total")).to_have_text("98")
    expect(page.locator("#open-count")).to_have_text("已全部评分")
    return explained


def submit_sheet(page: Page, sheet: Sheet, site: str) -> None:
    """Sign: a wrong password first, which changes nothing, then the right one."""
    page.goto(f"{site}/assessments/sheets/{sheet.public_id}/submit/")
    for password in ("not-the-password", PASSWORD):
        page.get_by_label("会议日期").fill("2026-10-19")
        page.get_by_label("会议纪要编号").fill("党委会〔2026〕18号")
        page.get_by_label("签字密码").fill(password)
        page.get_by_role("button", name="签字并提交").click()
        if password != PASSWORD:
            expect(page.locator("main form")).to_contain_text("签字密码不正确")
    expect(page.locator("#messages")).to_contain_text("已签字并提交")


def accept_sheet(page: Page) -> None:
    """Enter the one difference with its reason, confirm the rest at once, conclude."""
    page.get_by_role("button", name="开始验收").click()
    row(page, "2-1-2").locator("input.mark").fill("0.5")
    row(page, "2-1-2").locator("input.remark").fill("副书记缺额未补")
    expect(page.locator("#save-state")).to_contain_text("已保存")
    page.get_by_role("button", name="确认其余").first.click()
    expect(page.locator("#messages")).to_contain_text("已确认 83 条")
    page.get_by_role("button", name="完成验收").click()
    expect(page.locator(".sheet-head")).to_contain_text("已验收")


def rate_sheet(page: Page) -> None:
    """Deny the vetoes; see the differences first; a difference without a reason is refused and named; then conclude."""
    page.get_by_role("link", name="开始评定").click()
    for choice in page.get_by_label("不存在").all():
        choice.check()
    page.get_by_role("button", name="确认核对结果").click()
    expect(page.locator("#messages")).to_contain_text("已开始评定")
    expect(page.locator(".crit:visible")).to_have_count(1)
    row(page, "2-1-2").locator("input.mark").fill("1")
    expect(page.locator("#save-state")).to_contain_text("已保存")
    page.get_by_role("button", name="确认其余").first.click()
    page.get_by_role("button", name="完成评定").click()
    expect(page.locator(".missing-list")).to_contain_text("须写明理由")
    page.locator(".missing-list a").click()
    row(page, "2-1-2").locator("input.remark").fill("任职文件已补交")
    expect(page.locator("#save-state")).to_contain_text("已保存")
    page.get_by_role("button", name="完成评定").click()
    expect(page.locator(".sheet-head")).to_contain_text("已评定")


@pytest.mark.shows("A03", "A06", "A24", "A25", "B00a", "B00c")
def test_table_is_filled_signed_accepted_rated_and_printed(
    browser_page: Page, site: str, people: Cast, picture: Path, settings, tmp_path: Path, faults: list[str]
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    sheet = sheet_of(people.hospital_a)
    page = browser_page

    change_person(page, site, people.party_office)
    page.get_by_role("link", name=f"打开 {sheet.organization_name}").click()
    explained = fill_sheet(page, picture, sheet)

    change_person(page, site, people.secretary)
    submit_sheet(page, sheet, site)

    change_person(page, site, people.supervisor)
    page.goto(f"{site}/assessments/sheets/{sheet.public_id}/")
    accept_sheet(page)
    rate_sheet(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载表格").click()

    form = Document(io.BytesIO(Path(download.value.path()).read_bytes()))
    printed = "".join(form.element.itertext())
    assert sheet.organization_name in printed
    assert "得分：98" in printed
    assert "尚有差距，已列入整改" in printed
    sheet.refresh_from_db()
    assert sheet.state == "rated"
    totals = {
        stage: sum(Mark.objects.filter(answer__sheet=sheet, stage=stage).values_list("points", flat=True))
        for stage in ("self", "acceptance", "rating")
    }
    assert totals == {"self": Decimal("98"), "acceptance": Decimal("97.5"), "rating": Decimal("98")}
    assert Submission.objects.get(sheet=sheet).signed_by == people.secretary
    assert Evidence.objects.get(answer__sheet=sheet).answer.criterion.code == "3-2-2"
    assert Answer.objects.exclude(text="").filter(sheet=sheet).count() == len(explained)
    moves = Event.objects.filter(object_type="sheet", object_id=sheet.public_id).order_by("sequence")
    assert [event.verb for event in moves] == [
        "sheet.opened",
        "sheet.submit",
        "sheet.start_acceptance",
        "sheet.conclude_acceptance",
        "sheet.vetoes_checked",
        "sheet.start_rating",
        "sheet.conclude_rating",
    ]
    faults[:] = [fault for fault in faults if "409" not in fault]
