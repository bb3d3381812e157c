"""The page frame in a real browser: both sizes, the dark, the folded rail, signing out, failed requests."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from qiangji.assessments.tests.factories import open_small_cycle
from qiangji.orgs.tests.factories import Cast, cast, make_user
from tests.browser import enter_as, look_at, stored

pytestmark = pytest.mark.browser


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return cast()


def test_visitor_is_sent_to_an_accessible_sign_in_page(browser_page: Page, site: str) -> None:
    browser_page.goto(f"{site}/")
    expect(browser_page.get_by_role("button", name="登录")).to_be_visible()
    look_at(browser_page, "sign-in")


def test_workbench_with_something_that_waits(browser_page: Page, site: str, people: Cast) -> None:
    open_small_cycle(people)
    enter_as(browser_page, site, people.party_office)
    browser_page.goto(f"{site}/")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("工作台")
    expect(browser_page.get_by_role("link", name="打开 甲市第一医院党委")).to_be_visible()
    look_at(browser_page, "workbench")


def test_workbench_with_nothing_that_waits(browser_page: Page, site: str, people: Cast) -> None:
    enter_as(browser_page, site, people.reader)
    browser_page.goto(f"{site}/")
    expect(browser_page.locator(".empty")).to_contain_text("现在没有等您办理的事项")
    look_at(browser_page, "workbench-empty")


def test_workbench_of_somebody_without_a_seat_says_whom_to_ask(browser_page: Page, site: str) -> None:
    enter_as(browser_page, site, make_user())
    browser_page.goto(f"{site}/")
    expect(browser_page.locator(".empty")).to_contain_text("请让系统管理员")
    look_at(browser_page, "workbench-no-seat")


def test_address_that_is_not_there_says_what_to_do(
    browser_page: Page, site: str, people: Cast, faults: list[str]
) -> None:
    enter_as(browser_page, site, people.party_office)
    browser_page.goto(f"{site}/nowhere/")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("找不到这个页面")
    look_at(browser_page, "error-404")
    assert len(faults) == 1
    assert "404" in faults.pop()


def test_rail_stays_folded_on_the_next_page(browser_page: Page, site: str, people: Cast) -> None:
    enter_as(browser_page, site, people.party_office)
    browser_page.goto(f"{site}/")
    wide = browser_page.locator(".rail").bounding_box()
    browser_page.get_by_role("button", name="收起导航").click()
    browser_page.goto(f"{site}/")
    narrow = browser_page.locator(".rail").bounding_box()
    assert wide
    assert narrow
    assert narrow["width"] < wide["width"] / 2
    look_at(browser_page, "workbench-folded")


def test_signing_out_forgets_what_the_browser_kept_for_this_person_only(
    browser_page: Page, site: str, people: Cast
) -> None:
    enter_as(browser_page, site, people.party_office)
    browser_page.goto(f"{site}/")
    mine = f"qiangji:{people.party_office.public_id}:queue"
    another = f"qiangji:{people.secretary.public_id}:queue"
    browser_page.evaluate("keys => keys.forEach(key => localStorage.setItem(key, '1'))", [mine, another])
    browser_page.get_by_role("button", name="退出").click()
    browser_page.wait_for_url("**/account/**")
    assert stored(browser_page) == {another: "1"}


def test_page_may_hold_the_signing_out_while_it_has_unsent_input(
    browser_page: Page, site: str, people: Cast
) -> None:
    enter_as(browser_page, site, people.party_office)
    browser_page.goto(f"{site}/")
    browser_page.evaluate("document.addEventListener('qiangji:sign-out', event => event.preventDefault())")
    browser_page.evaluate("localStorage.setItem(`qiangji:${qiangji.userId}:queue`, '1')")
    browser_page.get_by_role("button", name="退出").click()
    assert browser_page.url == f"{site}/"
    assert len(stored(browser_page)) == 1


def test_failed_fragment_request_says_so_in_chinese(
    browser_page: Page, site: str, people: Cast, faults: list[str]
) -> None:
    enter_as(browser_page, site, people.party_office)
    browser_page.goto(f"{site}/")
    browser_page.evaluate("void htmx.ajax('GET', '/nowhere/', {target: '#messages'})")
    expect(browser_page.locator("#toasts")).to_contain_text("要找的内容不存在")
    browser_page.get_by_role("button", name="关闭提示").click()
    expect(browser_page.locator("#toasts")).to_be_empty()
    assert any("404" in fault for fault in faults)
    faults.clear()


def test_leaving_warns_only_while_something_is_unsaved(browser_page: Page, site: str, people: Cast) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    browser_page.on("dialog", answer)
    enter_as(browser_page, site, people.member)
    browser_page.goto(f"{site}/account/complain/")
    browser_page.get_by_role("link", name="工作台").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("工作台")
    assert asked == []
    browser_page.goto(f"{site}/account/complain/")
    browser_page.locator("textarea").fill("希望减少重复填报。")
    browser_page.get_by_role("link", name="工作台").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("工作台")
    assert asked == ["beforeunload"]


def test_ctrl_s_saves_the_form(browser_page: Page, site: str, people: Cast) -> None:
    enter_as(browser_page, site, people.member)
    browser_page.goto(f"{site}/account/complain/")
    browser_page.locator("textarea").fill("希望减少重复填报。")
    with browser_page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        browser_page.keyboard.press("Control+s")
    assert sent.value.status < 400


def test_printed_page_has_no_frame(browser_page: Page, site: str, people: Cast) -> None:
    enter_as(browser_page, site, people.party_office)
    browser_page.goto(f"{site}/")
    browser_page.emulate_media(media="print", color_scheme="dark")
    expect(browser_page.locator(".rail")).to_be_hidden()
    expect(browser_page.locator(".page-foot")).to_be_hidden()
    assert browser_page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_phone_shows_the_rail_as_a_bar_at_the_bottom(phone_page: Page, site: str, people: Cast) -> None:
    enter_as(phone_page, site, people.party_office)
    phone_page.goto(f"{site}/")
    bar = phone_page.locator(".rail-list").bounding_box()
    assert bar
    assert bar["y"] + bar["height"] == pytest.approx(740, abs=1)
    shown = phone_page.locator(".rail-list .rail-link:visible")
    assert shown.all_inner_texts() == ["工作台", "待办", "考评", "台账", "更多"]
    assert all(
        (box := entry.bounding_box()) is not None and box["height"] >= 44 and box["width"] >= 60
        for entry in shown.all()
    )


def test_phone_opens_the_rest_of_the_rail_above_the_bar(phone_page: Page, site: str, people: Cast) -> None:
    enter_as(phone_page, site, people.party_office)
    phone_page.goto(f"{site}/")
    rest = phone_page.get_by_role("link", name="党员", exact=True).last
    expect(rest).to_be_hidden()
    phone_page.get_by_role("button", name="更多").tap()
    expect(rest).to_be_visible()
    below = phone_page.locator(".rail-list").get_by_role("link", name="工作台").bounding_box()
    above = rest.bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"] + 1
    phone_page.locator("main").tap(position={"x": 5, "y": 5})
    expect(rest).to_be_hidden()
    phone_page.get_by_role("button", name="更多").tap()
    rest.tap()
    phone_page.wait_for_url("**/members/**")
    expect(phone_page.get_by_role("button", name="更多")).to_have_css("font-weight", "600")
