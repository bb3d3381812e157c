"""A lost connection costs nothing: what is typed while the server is away is in its tables once it is back.

A real Chromium talks to the production server in a process of its own. The server is stopped as by a power cut, and
started again on the same address; in the end the tables are compared with what was typed, row by row.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, Page, expect

from qiangji.assessments.models import Answer, Mark, MarkChange, Sheet, TextChange
from qiangji.audit.models import Event
from qiangji.lib.numbers import plain
from qiangji.orgs.tests.factories import PASSWORD, Cast
from tests.browser import DESK, enter_as, stored, watch
from tests.servers import Served
from tests.sheet_in_browser import open_sheet, saved, state

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AWAY = ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")


@pytest.fixture
def context(chromium: Browser, faults: list[str]) -> Iterator[BrowserContext]:
    """A browser whose complaints are collected; those about a server that was stopped on purpose do not count."""
    context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=DESK)
    context.set_default_timeout(15_000)
    with watch(context, faults):
        yield context
        context.close()
    left = [fault for fault in faults if not any(reason in fault for reason in AWAY)]
    assert not left, "the browser reported errors:\n" + "\n".join(left)


def type_mark(page: Page, code: str, points: str) -> None:
    page.locator(f"#c-{code} input.mark").fill(points)


def type_text(page: Page, code: str, text: str) -> None:
    """Type key by key, so that saves fall into the middle of the text."""
    page.locator(f"#c-{code} textarea.text").press_sequentially(text, delay=5)


def check_tables(sheet: Sheet, marks: dict[str, str], texts: dict[str, str]) -> None:
    """Compare marks and texts with what was typed, and each with its history and its audit events."""
    for answer in Answer.objects.filter(sheet=sheet).select_related("criterion"):
        code = answer.criterion.code
        assert answer.text == texts.get(code, "")
        assert_history(answer)
        mark = Mark.objects.filter(answer=answer, stage="self").first()
        assert (plain(mark.points) if mark else None) == marks.get(code)
    assert Mark.objects.filter(answer__sheet=sheet).count() == len(marks)


def assert_history(answer: Answer) -> None:
    """Every version of mark and text has its row of history and its event, the last ones saying what stands now."""
    mark = Mark.objects.filter(answer=answer, stage="self").first()
    changes = list(MarkChange.objects.filter(answer=answer).order_by("version"))
    assert [change.version for change in changes] == list(range(1, (mark.version if mark else 0) + 1))
    assert not mark or changes[-1].to_points == mark.points
    spells = list(TextChange.objects.filter(answer=answer).order_by("first_version"))
    assert (spells[-1].last_version if spells else 0) == answer.version
    assert not spells or spells[-1].text == answer.text
    for kind, versions in (("mark.self", len(changes)), ("answer.text", answer.version)):
        events = Event.objects.filter(object_type=kind, object_id=answer.public_id).order_by("sequence")
        assert [event.sequence for event in events] == list(range(1, versions + 1))


def test_typing_goes_on_while_the_server_is_away(
    context: BrowserContext, served: Served, people: Cast, sheet: Sheet
) -> None:
    page = context.new_page()
    enter_as(page, served.url, people.party_office)
    open_sheet(page, served.url, sheet)
    type_mark(page, "1-1-1", "2")
    type_text(page, "1-1-1", "已成立领导小组，")
    saved(page)

    type_text(page, "1-1-1", "全年开会")
    served.stop()
    type_text(page, "1-1-1", "十二次。")
    type_mark(page, "1-1-2", "0.5")
    type_mark(page, "1-2-3", "1")
    type_mark(page, "1-2-3", "0")
    type_text(page, "2-0-1", "两级责任清单齐备")
    state(page).to_have_text("离线，已暂存 4 项，恢复后自动保存")
    assert len(stored(page)) == 1
    check_stored_before(sheet)

    served.start()
    type_text(page, "2-0-1", "，年底已考核")
    saved(page)
    assert stored(page) == {}
    check_tables(
        sheet,
        marks={"1-1-1": "2", "1-1-2": "0.5", "1-2-3": "0"},
        texts={
            "1-1-1": "已成立领导小组，全年开会十二次。",
            "2-0-1": "两级责任清单齐备，年底已考核",
        },
    )
    expect(page.locator(".clash")).to_have_count(0)
    page.reload()
    expect(page.locator("#c-1-1-1 textarea.text")).to_have_value("已成立领导小组，全年开会十二次。")
    expect(page.locator("#total")).to_have_text("2.5")


def check_stored_before(sheet: Sheet) -> None:
    """While the server is away nothing of the later typing can be in the tables."""
    assert set(
        Mark.objects.filter(answer__sheet=sheet).values_list("answer__criterion__code", flat=True)
    ) == {"1-1-1"}
    assert not Answer.objects.filter(sheet=sheet, criterion__code="2-0-1").exclude(text="").exists()


def test_answer_that_got_lost_on_the_way_is_no_clash(
    context: BrowserContext, site: str, people: Cast, sheet: Sheet
) -> None:
    page = context.new_page()
    enter_as(page, site, people.party_office)
    open_sheet(page, site, sheet)

    def lose_the_answer(route: Any) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/save/", lose_the_answer, times=1)
    type_text(page, "1-1-1", "第一句。")
    state(page).to_contain_text("离线")
    assert Answer.objects.get(sheet=sheet, criterion__code="1-1-1").text == "第一句。"
    type_text(page, "1-1-1", "第二句。")
    saved(page)
    expect(page.locator(".clash")).to_have_count(0)
    check_tables(sheet, marks={}, texts={"1-1-1": "第一句。第二句。"})


def test_session_ends_while_typing_and_a_new_sign_in_saves_the_rest(
    context: BrowserContext, site: str, people: Cast, sheet: Sheet, faults: list[str]
) -> None:
    page = context.new_page()
    enter_as(page, site, people.party_office)
    open_sheet(page, site, sheet)
    type_mark(page, "1-1-1", "1.5")
    saved(page)
    Session.objects.all().delete()
    type_mark(page, "1-1-2", "1")
    type_text(page, "1-1-2", "班子成员均已到岗")
    state(page).to_have_text("登录已失效，已暂存 2 项，重新登录")
    page.locator("#save-state").get_by_role("link", name="重新登录").click()
    page.get_by_label("用户名").fill(people.party_office.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    saved(page)
    assert page.url.endswith(f"/assessments/sheets/{sheet.public_id}/")
    check_tables(sheet, marks={"1-1-1": "1.5", "1-1-2": "1"}, texts={"1-1-2": "班子成员均已到岗"})
    assert all("401" in fault for fault in faults)
    faults.clear()


def test_nobody_saves_what_another_typed_in_the_same_browser(
    context: BrowserContext, site: str, people: Cast, sheet: Sheet, faults: list[str]
) -> None:
    page = context.new_page()
    enter_as(page, site, people.party_office)
    open_sheet(page, site, sheet)
    enter_as(page, site, people.secretary)
    type_mark(page, "1-1-1", "1.5")
    state(page).to_contain_text("登录已失效，已暂存 1 项")
    assert not Mark.objects.filter(answer__sheet=sheet).exists()
    enter_as(page, site, people.party_office)
    saved(page)
    assert Mark.objects.get(answer__sheet=sheet).marked_by == people.party_office
    assert all("401" in fault for fault in faults)
    faults.clear()


def test_browser_closed_and_opened_again_with_the_server_down_in_between(
    context: BrowserContext, chromium: Browser, served: Served, people: Cast, sheet: Sheet
) -> None:
    page = context.new_page()
    enter_as(page, served.url, people.party_office)
    open_sheet(page, served.url, sheet)
    served.stop()
    type_mark(page, "2-0-1", "2.5")
    type_text(page, "2-0-1", "关机前写下的话")
    state(page).to_have_text("离线，已暂存 2 项，恢复后自动保存")
    kept = context.storage_state()
    page.close()
    served.start()
    again = chromium.new_context(storage_state=kept, locale="zh-CN", viewport=DESK)
    page = again.new_page()
    page.goto(f"{served.url}/assessments/sheets/{sheet.public_id}/")
    expect(page.locator("#c-2-0-1 textarea.text")).to_have_value("关机前写下的话")
    saved(page)
    assert stored(page) == {}
    again.close()
    check_tables(sheet, marks={"2-0-1": "2.5"}, texts={"2-0-1": "关机前写下的话"})


def test_signing_out_with_unsaved_typing_asks_and_then_clears_it(
    context: BrowserContext, site: str, people: Cast, sheet: Sheet
) -> None:
    page = context.new_page()
    enter_as(page, site, people.party_office)
    open_sheet(page, site, sheet)
    page.route("**/save/", lambda route: route.abort("connectionrefused"))
    type_mark(page, "1-1-1", "1")
    state(page).to_have_text("离线，已暂存 1 项，恢复后自动保存")
    asked: list[str] = []

    def answer(accept: bool) -> None:
        def on_dialog(dialog: Any) -> None:
            asked.append(dialog.message)
            if accept:
                dialog.accept()
            else:
                dialog.dismiss()

        page.once("dialog", on_dialog)

    answer(accept=False)
    page.get_by_role("button", name="退出").click()
    assert "1 项没有保存到服务器" in asked[0]
    assert len(stored(page)) == 1
    state(page).to_contain_text("已暂存 1 项")
    answer(accept=True)
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    assert len(asked) == 2
    assert stored(page) == {}
    assert not Mark.objects.filter(answer__sheet=sheet).exists()
