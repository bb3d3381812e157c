"""From a recorded fact to a mark in a real browser: typed into the record form, asked of the facts, offered, taken.

The first walk is of a year that is over, so that what it sees hangs on no day: three quarters have their study of the
centre group, and the party office records the fourth.
"""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from qiangji.assessments.models import Answer, Mark, MarkChange, Proposal
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.services.evaluating import evaluate_sheets
from qiangji.assessments.tests.factories import OPENED, make_cycle, sheet_of, supervise_outsider
from qiangji.assessments.tests.test_evaluating import store_annex, study
from qiangji.ledgers.inputs import RecordInput
from qiangji.ledgers.models import Record
from qiangji.ledgers.services import save_record
from qiangji.orgs.tests.factories import Cast, cast
from tests.browser import axe, enter_as, fits, look_at, screenshot
from tests.counted import Counted
from tests.sheet_in_browser import open_sheet, saved

pytestmark = pytest.mark.browser
YEAR = 2025
RECORDING = 9


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """The cast with sheets of annex 2; hospital 甲 has a committee that has studied, and no enlarged meeting yet."""
    people = cast()
    supervise_outsider(people)
    open_cycle(cycle=make_cycle(people.province, store_annex()), by=None, at=OPENED)
    study(people)
    return people


@pytest.fixture
def late(transactional_db: None) -> Cast:
    """The cast with last year's sheets of annex 2; hospital 甲 has a committee that studied in three of four quarters."""
    people = cast()
    supervise_outsider(people)
    open_cycle(cycle=make_cycle(people.province, store_annex(), year=YEAR), by=None, at=OPENED)
    study(people, days=[date(YEAR, 2, 10), date(YEAR, 5, 12), date(YEAR, 8, 11)])
    return people


def record_study(page: Page, site: str) -> int:
    """Record the fourth quarter's study from the ledgers' first page; return how many clicks, fields and keys it took."""
    hand = Counted(page)
    page.goto(f"{site}/ledgers/")
    hand.click(page.locator("label", has_text="中心组学习").first)
    hand.click(page.get_by_role("button", name="记一笔"))
    expect(page.locator("#tally")).to_have_text("应到 5，实到 5")
    with page.expect_response(lambda answer: answer.request.method == "POST"):  # who is expected on that day
        hand.type(page.get_by_label("日期", exact=True), f"{YEAR}-11-18")
    hand.type(page.get_by_label("地点"), "三楼会议室")
    hand.type(page.get_by_label("主持人"), "赵一")
    hand.type(page.get_by_label("议程"), "学习全会精神，交流分管工作。")
    hand.click(page.locator("#attendance-people .person", has_text="周五").get_by_text("请假"))
    hand.click(page.locator("#attendance-people .person", has_text="钱二").locator(".keynote label"))
    hand.press("Control+s")
    expect(page.get_by_text("已保存。这一条记录同时用于")).to_be_visible()
    return hand.actions


def test_a_study_session_recorded_in_under_a_minute_changes_its_proposal_and_its_part_is_confirmed(
    late: Cast, site: str, browser_page: Page
) -> None:
    page, sheet = browser_page, sheet_of(late.hospital_a)
    enter_as(page, site, late.party_office)
    open_sheet(page, site, sheet)
    study_offer = page.locator("#c-3-2-2")
    expect(study_offer.locator(".offer-points")).to_have_text("建议 0 分")
    assert not Mark.objects.exists()

    assert record_study(page, site) == RECORDING
    record = Record.objects.get(date=date(YEAR, 11, 18))
    assert (record.expected, record.present) == (5, 4)
    served = page.locator("section", has=page.locator("#served"))
    expect(served).to_contain_text("记到 4 人名下")
    expect(served).to_contain_text("计入 3-2-2 中心组学习按季开展并有重点发言")
    expect(served).to_contain_text("3-2-2（不符合，0 分 → 符合，2 分）")
    look_at(page, "study-served")

    served.get_by_role("link", name="打开考评表").click()
    expect(study_offer.locator(".offer-points")).to_have_text("建议 2 分")
    expect(study_offer.locator(".offer-why")).to_contain_text("中心组学习 4 次")
    look_at(page, "sheet-proposals")
    page.locator("#part-3").get_by_role("button", name="采用本部分").click()
    expect(page.locator("#part-3").get_by_role("button", name="采用本部分")).to_be_hidden()
    saved(page)
    answer = Answer.objects.get(sheet=sheet, criterion__code="3-2-2")
    mark = Mark.objects.get(answer=answer)
    assert (mark.points, mark.marked_by) == (2, late.party_office)
    assert f"{YEAR}年开展中心组学习 4 次" in answer.text


def test_what_the_ledgers_show_is_offered_and_taken(people: Cast, site: str, browser_page: Page) -> None:
    page, sheet = browser_page, sheet_of(people.hospital_a)
    enter_as(page, site, people.party_office)
    open_sheet(page, site, sheet)
    expect(page.get_by_text("78 条有建议")).to_be_visible()
    assert not Mark.objects.exists()

    meeting = page.locator("#c-8-0-4")
    expect(meeting.locator(".offer-points")).not_to_have_text("建议 2 分")
    held = RecordInput(("enlarged_committee_meeting",), OPENED.date(), agenda="研究党建工作。")
    save_record(organization=people.hospital_a, data=held, by=people.party_office, at=OPENED)
    page.reload()
    expect(page.get_by_text("此后台账有变动")).to_be_visible()
    page.get_by_role("button", name="重新核对").click()
    expect(meeting.locator(".offer-points")).to_have_text("建议 2 分")
    meeting.get_by_role("button", name="采用").click()
    saved(page)
    answer = Answer.objects.get(sheet=sheet, criterion__code="8-0-4")
    assert Mark.objects.get(answer=answer).points == 2
    assert Mark.objects.get(answer=answer).marked_by == people.party_office
    assert "党委扩大会议 1 次" in answer.text


def test_a_part_is_taken_at_once_and_what_was_typed_stays(
    people: Cast, site: str, browser_page: Page
) -> None:
    page, sheet = browser_page, sheet_of(people.hospital_a)
    enter_as(page, site, people.party_office)
    open_sheet(page, site, sheet)
    part = page.locator("#part-2")
    settled = Proposal.objects.filter(answer__criterion__code__startswith="2-", points__isnull=False)
    button = part.get_by_role("button", name="采用本部分")
    expect(button).to_be_visible()
    mine = part.locator("#c-2-1-2 input.mark")
    mine.fill("0.5")
    button.click()
    expect(button).to_be_hidden()
    saved(page)
    given = Mark.objects.filter(answer__criterion__code__startswith="2-")
    codes = set(given.values_list("answer__criterion__code", flat=True))
    assert codes == set(settled.values_list("answer__criterion__code", flat=True)) | {"2-1-2"}
    assert given.get(answer__criterion__code="2-1-2").points.normalize().as_tuple().digits == (5,)


def test_what_is_still_open_is_taken_by_a_second_click_only(
    people: Cast, site: str, browser_page: Page
) -> None:
    """The part's settled ones come first and leave it alone; then it says what it rests on."""
    sheet = sheet_of(people.hospital_a)
    evaluate_sheets(cycle=sheet.cycle, as_of=date(2026, 9, 30), at=OPENED, by=None)
    page = browser_page
    enter_as(page, site, people.party_office)
    open_sheet(page, site, sheet)
    part, row = page.locator("#part-3"), page.locator("#c-3-2-2")
    expect(row.locator(".offer-by")).to_have_text("承诺期限 2026-12-31")
    part.get_by_role("button", name="采用本部分").click()
    saved(page)
    expect(row.locator("input.mark")).to_have_value("")
    part.get_by_role("button", name="按承诺采用未到期的").click()
    expect(row.locator("input.mark")).to_have_value("2")
    expect(row.locator("textarea.text")).to_have_value(
        re.compile("中心组学习 3 次.*其余于2026年12月31日前完成。")
    )
    expect(row.get_by_role("button", name="按承诺采用")).to_be_hidden()
    saved(page)
    promised = Proposal.objects.filter(answer__sheet=sheet, answer__criterion__code__startswith="3-")
    for one in promised.filter(verdict="unknown"):
        assert not Mark.objects.filter(answer=one.answer_id).exists()
    change = MarkChange.objects.get(answer__sheet=sheet, answer__criterion__code="3-2-2")
    assert (change.to_points, change.proposed_verdict, change.proposed_highest) == (2, "pending", 2)
    look_at(page, "sheet-promised")

    evaluate_sheets(cycle=sheet.cycle, as_of=date(2027, 1, 15), at=OPENED, by=None)
    page.reload()
    row.get_by_role("button", name="更新文字").click()
    expect(row.locator("textarea.text")).to_have_value(re.compile("中心组学习 4 次"))
    saved(page)
    assert "其余于" not in Answer.objects.get(sheet=sheet, criterion__code="3-2-2").text


def test_on_a_phone_the_offer_fits(people: Cast, site: str, phone_page: Page) -> None:
    page, sheet = phone_page, sheet_of(people.hospital_a)
    enter_as(page, site, people.party_office)
    open_sheet(page, site, sheet)
    expect(page.locator(".crit.is-current .offer")).to_be_visible()
    fits(page)
    axe(page)
    screenshot(page, "sheet-proposals-phone")
