"""A dispatch in a real browser: issued, answered with a file, sent back, answered again, accepted; at the desk and on a phone."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from qiangji.accounts.models import User
from qiangji.assessments.tests.factories import open_small_cycle
from qiangji.dispatches.models import Task
from qiangji.files.tests import samples
from qiangji.orgs.tests.factories import Cast, cast
from tests.browser import enter_as, look_at

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MESSAGES = "#messages"
TITLE = "补齐第三季度党课记录"


@pytest.fixture
def people(transactional_db: None, settings: Any, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = tmp_path / "files"
    people = cast()
    open_small_cycle(people)
    return people


class Walk:
    """One window in which both sides follow each other."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site

    def come(self, user: User, address: str) -> None:
        self.page.context.clear_cookies()
        enter_as(self.page, self.site, user)
        self.page.goto(self.site + address)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def told(self, words: str) -> None:
        expect(self.page.locator(MESSAGES)).to_contain_text(words)


def issue(walk: Walk, people: Cast) -> None:
    page = walk.page
    walk.come(people.guidance_city, "/dispatches/")
    page.get_by_role("link", name="下达督导事项").click()
    page.get_by_label("事项", exact=True).fill(TITLE)
    page.get_by_label("要求", exact=True).fill("逐个支部核对，缺的补上。")
    page.get_by_label("甲医院").check()
    page.get_by_label("办理期限").fill((timezone.localdate() + timedelta(days=10)).isoformat())
    page.get_by_label("涉及哪个标准").select_option(index=1)
    page.get_by_label("涉及哪一条").select_option(value="1-1-1")
    page.get_by_label("答复须附佐证").check()
    walk.press("下达")
    walk.told("已下达给 1 个单位")


def answer(walk: Walk, people: Cast, text: str, *, file: bool) -> None:
    """Come by way of the duties, and hand in."""
    page = walk.page
    walk.come(people.party_office, "/duties/")
    page.get_by_role("link", name="办理").and_(page.locator(f'[href="{address()}"]')).first.click()
    page.get_by_label("做了什么，结果怎样").fill(text)
    if file:
        walk.press("提交答复")
        expect(page.get_by_role("alert").first).to_contain_text("须附至少一份佐证")
        expect(page.get_by_label("做了什么，结果怎样")).to_have_value(text)
        upload = {"name": "纪要.pdf", "mimeType": "application/pdf", "buffer": samples.pdf("minutes")}
        page.get_by_label("添加佐证").set_input_files([upload])  # type: ignore[list-item]
    walk.press("提交答复")
    walk.told("答复已提交")


def address() -> str:
    return f"/dispatches/{Task.objects.get().public_id}/"


def decide(walk: Walk, people: Cast, label: str, words: str, button: str, *, picture: str) -> None:
    walk.come(people.guidance_city, address())
    walk.page.get_by_label(label).fill(words)
    look_at(walk.page, picture)
    walk.press(button)
    walk.told(f"已{button}")


def walked(walk: Walk, people: Cast, faults: list[str], kind: str) -> None:
    issue(walk, people)
    look_at(walk.page, f"dispatch-{kind}-issued")
    answer(walk, people, "已核对 8 个支部，补齐 3 份。", file=True)
    assert faults.pop().startswith("Failed to load resource")  # the refusal without a file
    decide(walk, people, "退回理由", "门诊支部还差一份", "退回续办", picture=f"dispatch-{kind}-answered")
    answer(walk, people, "门诊支部的一份也已补齐。", file=False)
    decide(walk, people, "办结意见", "属实", "核定办结", picture=f"dispatch-{kind}-again")
    walk.come(people.secretary, address())
    expect(walk.page.locator(".page-state")).to_contain_text("已办结")
    expect(walk.page.get_by_text("门诊支部还差一份")).to_be_visible()
    look_at(walk.page, f"dispatch-{kind}-closed")
    row = Task.objects.get()
    assert [one.number for one in row.answers.all()] == [1, 2]
    assert row.state == "closed"


@pytest.mark.shows("A37")
def test_a_dispatch_goes_there_and_back_at_the_desk(
    people: Cast, site: str, browser_page: Page, faults: list[str]
) -> None:
    walked(Walk(browser_page, site), people, faults, "desk")


@pytest.mark.shows("A37")
def test_a_dispatch_goes_there_and_back_on_a_phone(
    people: Cast, site: str, phone_page: Page, faults: list[str]
) -> None:
    walked(Walk(phone_page, site), people, faults, "phone")
