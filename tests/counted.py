"""A person at a page whose actions are counted: a click, a field typed into, a key."""

from playwright.sync_api import Locator, Page


class Counted:
    """A person at a page whose actions are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    def click(self, target: Locator) -> None:
        self.actions += 1
        target.click()

    def type(self, target: Locator, text: str) -> None:
        self.actions += 1
        target.fill(text)

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)
