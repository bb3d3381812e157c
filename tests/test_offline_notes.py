"""What is typed where the line is dead is stored once it is back, once: an inspector's notes and counts, a practice."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from qiangji.assessments.models import Finding, Inspection, InterviewCount
from qiangji.orgs.tests.factories import PASSWORD, Cast
from qiangji.practices.models import Practice, PracticeText
from tests.browser import PHONE, enter_as, sign_in, stored, watch
from tests.test_every_page import inspection

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AWAY = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_RESET", "htmx:sendError", "htmx:afterRequest")


@pytest.fixture
def phone(chromium: Browser, faults: list[str]) -> Iterator[Page]:
    """A phone whose complaints about the dead line do not count."""
    context = chromium.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport=PHONE, is_mobile=True, has_touch=True
    )
    context.set_default_timeout(15_000)
    with watch(context, faults):
        yield context.new_page()
        context.close()
    left = [fault for fault in faults if not any(reason in fault for reason in AWAY)]
    assert not left, "the browser reported errors:\n" + "\n".join(left)


@pytest.fixture
def visit(people: Cast) -> Inspection:
    """An inspection that goes on, in the hands of one inspector; one note and one count are there."""
    (key,) = inspection(people)
    Finding.objects.all().delete()
    return Inspection.objects.get(public_id=key)


def open_visit(page: Page, site: str, people: Cast, visit: Inspection) -> None:
    enter_as(page, site, people.reader)
    page.goto(f"{site}/assessments/inspections/{visit.public_id}/")
    expect(page.locator("#note-state")).to_have_text("没有待上传的内容")


def write_down(page: Page, kind: str, words: str) -> None:
    page.locator(f"label[for=kind-{kind}]").click()
    page.locator("#note-text").fill(words)
    page.get_by_role("button", name="记下").click()


def count(page: Page, question: str, numbers: tuple[int, int, int]) -> None:
    """Type one line of the members' counts."""
    line = page.locator(f"table[data-group=members] tr[data-question={question}]")
    for field, number in zip(line.locator("input").all(), numbers, strict=True):
        field.fill(str(number))
        field.blur()


def line_of(context: BrowserContext, *, dead: bool) -> None:
    context.set_offline(dead)


def test_notes_and_counts_typed_while_the_line_is_dead_are_stored_once_it_is_back(
    phone: Page, site: str, people: Cast, visit: Inspection
) -> None:
    open_visit(phone, site, people, visit)
    write_down(phone, "problem", "进门前记下的。")
    expect(phone.locator("#note-state")).to_contain_text("已上传")
    line_of(phone.context, dead=True)
    write_down(phone, "problem", "缺第三季度记录。")
    write_down(phone, "help", "已教会登记台账。")
    count(phone, "leaders", (12, 3, 1))
    expect(phone.locator("#note-state")).to_contain_text("离线，已暂存 3 项")
    expect(phone.locator("#note-waiting li")).to_have_text(
        ["缺第三季度记录。（待上传）", "已教会登记台账。（待上传）"]
    )
    assert Finding.objects.count() == 1
    assert len(stored(phone)) == 1
    line_of(phone.context, dead=False)
    expect(phone.locator("#note-waiting li")).to_have_count(0)
    expect(phone.locator("#note-state")).to_contain_text("已上传")
    found = Finding.objects.order_by("pk").values_list("kind", "text")
    assert list(found) == [
        ("problem", "进门前记下的。"),
        ("problem", "缺第三季度记录。"),
        ("help", "已教会登记台账。"),
    ]
    numbers = InterviewCount.objects.get(inspection=visit, group="members", question="leaders")
    assert (numbers.satisfied, numbers.fair, numbers.dissatisfied) == (12, 3, 1)
    assert stored(phone) == {}


def test_a_note_whose_answer_got_lost_is_stored_once(
    phone: Page, site: str, people: Cast, visit: Inspection
) -> None:
    open_visit(phone, site, people, visit)

    def lose_the_answer(route: Any) -> None:
        route.fetch()
        route.abort("connectionreset")

    phone.route("**/notes/", lose_the_answer, times=1)
    write_down(phone, "good", "交班前学一条制度。")
    expect(phone.locator("#note-state")).to_contain_text("已上传")
    assert Finding.objects.count() == 1


def test_notes_wait_through_a_closed_page_and_a_new_sign_in(
    phone: Page, site: str, people: Cast, visit: Inspection
) -> None:
    open_visit(phone, site, people, visit)
    line_of(phone.context, dead=True)
    write_down(phone, "problem", "关掉页面以前记的。")
    expect(phone.locator("#note-state")).to_contain_text("离线")
    again = phone.context.new_page()
    phone.close()
    line_of(again.context, dead=False)
    again.context.clear_cookies()
    sign_in(again, site, people.reader.username, PASSWORD)
    expect(again.get_by_role("heading", level=1)).to_be_visible()
    again.goto(f"{site}/assessments/inspections/{visit.public_id}/")
    expect(again.locator("#note-state")).to_contain_text("已上传")
    assert Finding.objects.get().text == "关掉页面以前记的。"


def test_a_practice_typed_while_the_line_is_dead_is_not_lost(phone: Page, site: str, people: Cast) -> None:
    enter_as(phone, site, people.party_office)
    phone.goto(f"{site}/practices/new/")
    phone.get_by_label("服务于哪一条").select_option("1-1-2")
    phone.get_by_label("标题").fill("党课提纲提前公示")
    line_of(phone.context, dead=True)
    phone.get_by_label("做法").fill("提前一周贴在科室。")
    phone.get_by_role("button", name="保存草稿").click()
    expect(phone.locator("#save-words")).to_contain_text("离线，已暂存在本机")
    assert not Practice.objects.exists()
    again = phone.context.new_page()
    phone.close()
    line_of(again.context, dead=False)
    again.goto(f"{site}/practices/new/")
    expect(again.locator("#kept-line")).to_be_visible()
    expect(again.get_by_label("做法")).to_have_value("提前一周贴在科室。")
    expect(again.get_by_label("服务于哪一条")).to_have_value("1-1-2")
    again.get_by_role("button", name="保存草稿").click()
    expect(again.locator("#messages")).to_contain_text("已存为草稿")
    text = PracticeText.objects.get()
    assert (text.title, text.action, text.criterion.code) == (
        "党课提纲提前公示",
        "提前一周贴在科室。",
        "1-1-2",
    )
    assert stored(again) == {}
