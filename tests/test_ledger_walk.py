"""A branch secretary records one evening, and next month's in half of it; every click and field is counted.

An action is a click, a field typed into, or a key. The evening: three kinds at once, 18 of 23 present, one lecturer.
"""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from qiangji.ledgers.models import Record
from qiangji.ledgers.tests.evening import Evening, make_evening
from qiangji.members.tests.factories import make_employment, make_person
from tests.browser import axe, enter_as, fits, screenshot, stored
from tests.counted import Counted

pytestmark = [pytest.mark.browser]
FIRST_TIME, NEXT_TIME = 15, 5


@pytest.fixture
def evening(transactional_db: None) -> Evening:
    return make_evening()


def kind(page: Page, title: str) -> Locator:
    return page.get_by_text(title, exact=True)


def person(page: Page, name: str) -> Locator:
    return page.locator("#attendance-people .person", has_text=name)


def first_evening(page: Page) -> int:
    """Record the evening from the ledgers' first page; return how many actions it took."""
    hand = Counted(page)
    for title in ("支部党员大会", "党课", "主题党日"):
        hand.click(page.locator("label", has_text=title).first)
    hand.click(page.get_by_role("button", name="记一笔"))
    expect(page.locator("#tally")).to_have_text("应到 23，实到 23")
    hand.type(page.get_by_label("地点"), "三楼会议室")
    hand.type(page.get_by_label("主持人"), "赵小明")
    hand.type(page.get_by_label("议程"), "传达上级文件；讲党课；讨论发展党员。")
    hand.type(page.get_by_label("学时"), "2")
    for name in ("许小明", "何小明", "吕小明", "施小明"):
        hand.click(person(page, name).get_by_text("请假"))
    hand.click(person(page, "尤小明").get_by_text("缺席"))
    hand.click(person(page, "钱小明").locator(".keynote label"))
    expect(page.locator("#tally")).to_have_text("应到 23，实到 18，请假 4，缺席 1")
    screenshot(page, "ledger-evening")
    hand.press("Control+s")
    expect(page.get_by_text("已保存。这一条记录同时用于")).to_be_visible()
    return hand.actions


def next_month(page: Page, site: str) -> int:
    """Record the same again; only who stayed away and who lectured differs."""
    hand = Counted(page)
    page.goto(f"{site}/ledgers/")
    hand.click(page.get_by_role("link", name="同上次").first)
    expect(page.get_by_label("地点")).to_have_value("三楼会议室")
    hand.click(person(page, "施小明").get_by_text("请假"))
    hand.click(person(page, "许小明").get_by_text("请假"))
    hand.click(person(page, "孙小明").locator(".keynote label"))
    hand.press("Control+s")
    expect(page.get_by_text("已保存。这一条记录同时用于")).to_be_visible()
    return hand.actions


def walk(page: Page, site: str, evening: Evening) -> None:
    enter_as(page, site, evening.people.branch_secretary)
    page.goto(f"{site}/ledgers/")
    fits(page)
    axe(page)
    screenshot(page, "ledger-home")
    first = first_evening(page)
    record = Record.objects.get()
    assert (record.expected, record.present) == (23, 18)
    assert record.attendances.get(is_keynote=True).person.name == "钱小明"
    assert record.host.name == "赵小明"
    assert {row.kind for row in record.kinds.all()} == {
        "branch_members_meeting",
        "party_class",
        "theme_party_day",
    }
    fits(page)
    axe(page)
    screenshot(page, "ledger-served")
    second = next_month(page, site)
    assert Record.objects.count() == 2
    assert (first, second) == (FIRST_TIME, NEXT_TIME), "the counts that the manual names"
    assert first <= 25
    assert second * 2 <= first


def test_one_evening_in_under_a_minute_and_the_next_in_half_on_a_desk(
    browser_page: Page, site: str, evening: Evening
) -> None:
    walk(browser_page, site, evening)


def test_one_evening_in_under_a_minute_and_the_next_in_half_on_a_phone(
    phone_page: Page, site: str, evening: Evening
) -> None:
    walk(phone_page, site, evening)


def test_what_is_typed_offline_is_kept_and_saved_when_the_line_is_back(
    phone_page: Page, site: str, evening: Evening, faults: list[str]
) -> None:
    page = phone_page
    enter_as(page, site, evening.people.branch_secretary)
    branch = evening.people.internal_medicine.public_id
    page.goto(f"{site}/ledgers/{branch}/new/?kind=branch_members_meeting&kind=theme_party_day")
    page.get_by_label("地点").fill("二楼")
    person(page, "施小明").get_by_text("请假").click()
    page.context.set_offline(True)
    page.get_by_label("议程").fill("离线时写的议程")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#save-words")).to_contain_text("离线，已暂存在本机")
    assert "离线时写的议程" in "".join(stored(page).values())
    faults.clear()
    page.context.set_offline(False)
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(f"{site}/ledgers/{branch}/new/?kind=branch_members_meeting")
    expect(page.locator("#kept-line")).to_contain_text("已恢复")
    expect(page.get_by_label("议程")).to_have_value("离线时写的议程")
    expect(page.locator("#tally")).to_have_text("应到 23，实到 22，请假 1")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。这一条记录同时用于")).to_be_visible()
    record = Record.objects.get()
    assert (record.place, record.agenda, record.present) == ("二楼", "离线时写的议程", 22)
    assert {row.kind for row in record.kinds.all()} == {"branch_members_meeting", "theme_party_day"}
    assert not any("record" in key for key in stored(page))


def test_what_is_typed_while_the_form_is_drawn_anew_stays(
    browser_page: Page, site: str, evening: Evening
) -> None:
    """Another date draws the form anew; on a slow network people go on typing meanwhile."""
    page = browser_page
    place = begin_record(page, site, evening)
    waiting = another_date_held(page)
    place.fill("三楼会议室")
    person(page, "尤小明").get_by_text("缺席").click()
    page.locator("#record-body > *").first.evaluate("old => { old.id = 'drawn-before'; }")
    waiting[0].continue_()
    expect(page.locator("#drawn-before")).to_have_count(0)
    expect(page.locator("#tally")).to_contain_text("缺席 1")
    expect(place).to_have_value("三楼会议室")
    expect(page.get_by_label("日期")).to_have_value("2026-03-05")


def test_a_second_redraw_keeps_what_was_typed_and_who_was_added_during_the_first(
    browser_page: Page, site: str, evening: Evening, faults: list[str]
) -> None:
    guest = make_person("来宾某")
    make_employment(guest, evening.people.hospital_a)
    page = browser_page
    place = begin_record(page, site, evening)
    page.locator("#attendance-find").type("来宾")
    add = page.get_by_role("button", name="添加 来宾某")
    expect(add).to_be_visible()
    waiting = another_date_held(page)
    place.fill("三楼会议室")
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("label[for=kind-theme_party_day]").click()
    page.get_by_label("主持人").fill("赵小明")
    add.click()
    page.locator("#record-body > *").first.evaluate("old => { old.id = 'drawn-before'; }")
    waiting[1].continue_()
    expect(page.locator("#drawn-before")).to_have_count(0)
    expect(place).to_have_value("三楼会议室")
    expect(page.get_by_label("主持人")).to_have_value("赵小明")
    expect(page.get_by_label("日期")).to_have_value("2026-03-05")
    expect(page.locator("#kind-theme_party_day")).to_be_checked()
    expect(person(page, "来宾某")).to_have_count(1)
    # What htmx says of the request that was replaced.
    faults[:] = [one for one in faults if not one.startswith(("htmx:sendAbort", "htmx:afterRequest"))]


def begin_record(page: Page, site: str, evening: Evening) -> Locator:
    """Open the form of a branch meeting, and return the field of its place."""
    enter_as(page, site, evening.people.branch_secretary)
    page.goto(f"{site}/ledgers/")
    page.locator("label", has_text="支部党员大会").first.click()
    page.get_by_role("button", name="记一笔").click()
    place = page.get_by_label("地点")
    expect(place).to_be_visible()
    return place


def another_date_held(page: Page) -> list[Route]:
    """Choose another date, and hold back what is posted from then on, as a slow network does; return what is held."""
    held: list[Route] = []
    page.route(
        "**/*", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    with page.expect_request(lambda request: request.method == "POST"):
        page.get_by_label("日期").fill("2026-03-05")
        page.get_by_label("日期").press("Tab")
    return held
