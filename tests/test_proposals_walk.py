"""From a recorded fact to a mark in a real browser: asked of the facts, offered with its reason, taken by a person."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from qiangji.assessments.models import Answer, Mark, MarkChange, Proposal
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.services.evaluating import evaluate_sheets
from qiangji.assessments.tests.factories import OPENED, make_cycle, sheet_of, supervise_outsider
from qiangji.assessments.tests.test_evaluating import store_annex, study
from qiangji.ledgers.tests.factories import make_record
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.tests.factories import Cast, cast
from tests.browser import axe, enter_as, fits, look_at, screenshot
from tests.sheet_in_browser import open_sheet, saved

pytestmark = pytest.mark.browser


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """The cast with sheets of annex 2; hospital 甲 has a committee that has studied, and an enlarged meeting last May."""
    people = cast()
    supervise_outsider(people)
    open_cycle(cycle=make_cycle(people.province, store_annex()), by=None, at=OPENED)
    study(people)
    return people


def test_what_the_ledgers_show_is_offered_and_taken(people: Cast, site: str, browser_page: Page) -> None:
    page, sheet = browser_page, sheet_of(people.hospital_a)
    enter_as(page, site, people.party_office)
    open_sheet(page, site, sheet)
    expect(page.get_by_text("78 条有建议")).to_be_visible()
    assert not Mark.objects.exists()

    meeting = page.locator("#c-8-0-4")
    expect(meeting.locator(".offer-points")).not_to_have_text("建议 2 分")
    make_record(people.hospital_a, ["enlarged_committee_meeting"], date=OPENED.date())
    ChangedFact.objects.create(
        kind="record.enlarged_committee_meeting", organization=people.hospital_a, date=OPENED.date(),
        changed_at=OPENED,
    )  # fmt: skip
    page.reload()
    expect(page.get_by_text("此后台账有变动")).to_be_visible()
    page.get_by_role("button", name="重新核对").click()
    expect(meeting.locator(".offer-points")).to_have_text("建议 2 分")
    look_at(page, "sheet-proposals")

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


def test_on_a_phone_the_offer_fits(people: Cast, site: str, phone_page: Page) -> None:
    page, sheet = phone_page, sheet_of(people.hospital_a)
    enter_as(page, site, people.party_office)
    open_sheet(page, site, sheet)
    expect(page.locator(".crit.is-current .offer")).to_be_visible()
    fits(page)
    axe(page)
    screenshot(page, "sheet-proposals-phone")
