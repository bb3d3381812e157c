"""Two people at one answer: each sees the other's saves, and a clash shows both values and lets a person choose."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Mark, MarkChange, Sheet
from qiangji.lib.numbers import plain
from qiangji.orgs.tests.factories import Cast
from tests.browser import axe, enter_as, fits, watched_page
from tests.sheet_in_browser import open_sheet, saved, state

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def colleague_page(chromium: Browser, faults: list[str]) -> Iterator[Page]:
    """A second browser, on a colleague's phone."""
    yield from watched_page(chromium, faults, viewport={"width": 360, "height": 740})


@pytest.fixture
def pages(
    browser_page: Page, colleague_page: Page, site: str, people: Cast, sheet: Sheet
) -> tuple[Page, Page]:
    """The Party office and the secretary, both with the sheet open and nothing saved yet."""
    for page, user in ((browser_page, people.party_office), (colleague_page, people.secretary)):
        enter_as(page, site, user)
        open_sheet(page, site, sheet)
    return browser_page, colleague_page


def mark(page: Page) -> Locator:
    return page.locator("#c-1-1-1 input.mark")


def text(page: Page) -> Locator:
    return page.locator("#c-1-1-1 textarea.text")


def clash(page: Page) -> Locator:
    return page.locator("#c-1-1-1 .clash")


def clash_marks(first: Page, second: Page) -> None:
    """Let the first save 2 and the second type 1.5 over what it saw before; the second meets the clash."""
    mark(first).fill("2")
    saved(first)
    mark(second).fill("1.5")
    expect(clash(second)).to_be_visible()
    state(second).to_have_text("有 1 处与他人冲突，请选择")


def check_marks(sheet: Sheet, *expected: tuple[str, User]) -> None:
    """The changes of the one answer, in order: value and person; the last one stands."""
    answer = Answer.objects.get(sheet=sheet, criterion__code="1-1-1")
    changes = MarkChange.objects.filter(answer=answer).order_by("version")
    assert [(plain(change.to_points), change.changed_by) for change in changes] == list(expected)
    assert plain(Mark.objects.get(answer=answer).points) == expected[-1][0]


def test_clash_shows_both_values_and_mine_can_be_kept(
    pages: tuple[Page, Page], people: Cast, sheet: Sheet
) -> None:
    first, second = pages
    clash_marks(first, second)
    expect(clash(second)).to_contain_text("党办甲")
    expect(clash(second).locator(".clash-side").nth(0)).to_contain_text("1.5 分")
    expect(clash(second).locator(".clash-side").nth(1)).to_contain_text("2 分")
    fits(second)
    axe(second)
    check_marks(sheet, ("2", people.party_office))
    clash(second).get_by_role("button", name="用我的").click()
    saved(second)
    expect(clash(second)).to_have_count(0)
    check_marks(sheet, ("2", people.party_office), ("1.5", people.secretary))
    expect(mark(first)).to_have_value("1.5")
    expect(first.locator("#total")).to_have_text("1.5")


def test_clash_can_be_settled_with_the_value_of_the_other(
    pages: tuple[Page, Page], people: Cast, sheet: Sheet
) -> None:
    first, second = pages
    clash_marks(first, second)
    clash(second).get_by_role("button", name="用对方的").click()
    expect(clash(second)).to_have_count(0)
    expect(mark(second)).to_have_value("2")
    expect(second.locator("#total")).to_have_text("2")
    state(second).not_to_contain_text("冲突")
    check_marks(sheet, ("2", people.party_office))
    mark(second).fill("0.5")
    saved(second)
    check_marks(sheet, ("2", people.party_office), ("0.5", people.secretary))


def test_clash_stays_over_a_reload_and_shows_the_texts_of_both(
    pages: tuple[Page, Page], people: Cast, sheet: Sheet
) -> None:
    first, second = pages
    text(first).fill("党办写的落实情况")
    saved(first)
    text(second).fill("书记写的落实情况")
    expect(clash(second)).to_be_visible()
    second.once("dialog", lambda dialog: dialog.accept())
    second.reload()
    expect(clash(second)).to_contain_text("党办写的落实情况")
    expect(clash(second)).to_contain_text("书记写的落实情况")
    expect(text(second)).to_have_value("书记写的落实情况")
    clash(second).get_by_role("button", name="用我的").click()
    saved(second)
    assert Answer.objects.get(sheet=sheet, criterion__code="1-1-1").text == "书记写的落实情况"


def test_different_answers_and_different_fields_do_not_clash(
    pages: tuple[Page, Page], people: Cast, sheet: Sheet
) -> None:
    first, second = pages
    mark(first).fill("2")
    saved(first)
    text(second).fill("分数由党办填，文字由书记写")
    saved(second)
    second.locator("#c-1-1-2 input.mark").evaluate(
        "field => { field.value = '1'; field.dispatchEvent(new Event('input')); }"
    )
    expect(first.locator("#c-1-1-2 input.mark")).to_have_value("1")
    expect(text(first)).to_have_value("分数由党办填，文字由书记写")
    expect(mark(second)).to_have_value("2")
    for page in pages:
        expect(page.locator(".clash")).to_have_count(0)
    check_marks(sheet, ("2", people.party_office))
