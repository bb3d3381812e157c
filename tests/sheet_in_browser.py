"""The sheet's page in a browser, for the tests that type into it."""

import re

from playwright.sync_api import LocatorAssertions, Page, expect

from qiangji.assessments.models import Sheet


def open_sheet(page: Page, site: str, sheet: Sheet) -> None:
    """Open a sheet and wait until its script has begun."""
    page.goto(f"{site}/assessments/sheets/{sheet.public_id}/")
    state(page).to_have_text("没有未保存的内容")


def state(page: Page) -> LocatorAssertions:
    """What the page says of its saving."""
    return expect(page.locator("#save-state"))


def saved(page: Page) -> None:
    """Wait until everything typed is stored."""
    state(page).to_have_text(re.compile("^已保存"))
