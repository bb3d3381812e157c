"""The browser for tests: a desktop page and a phone page of the system's Chromium, axe, and screenshots.

Both pages fail their test when the browser reported an error: a script that broke, a breach of the content security
policy, an answer of 400 or above. A test that provokes one takes it from ``faults``, so that nothing goes unnoticed.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from django.urls import reverse
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    WebError,
    expect,
    sync_playwright,
)

from qiangji.accounts.models import User
from tools import browser as machine

ROOT = Path(__file__).resolve().parent.parent
SCREENSHOTS = ROOT / "build" / "screenshots"
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 740}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser itself, started once per worker."""
    path = machine.find()
    if path is None:
        pytest.skip(machine.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def faults() -> list[str]:
    """What the browser complained of; empty at the end of the test, or the test fails."""
    return []


@pytest.fixture
def browser_page(chromium: Browser, faults: list[str]) -> Iterator[Page]:
    """A page on the 1366×768 screen of an old office machine."""
    yield from watched_page(chromium, faults, viewport=DESK)


@pytest.fixture
def phone_page(chromium: Browser, faults: list[str]) -> Iterator[Page]:
    """A page on a small phone, 360 px wide, with touch."""
    yield from watched_page(chromium, faults, viewport=PHONE, is_mobile=True, has_touch=True)


@pytest.fixture(scope="session")
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """The one window of a worker's tests that only look: opening another takes a second of processor."""
    context = open_context(chromium, viewport=DESK)
    yield context
    context.close()


@pytest.fixture
def looking_page(window: BrowserContext, faults: list[str]) -> Iterator[Page]:
    """A page at the desk for a test that goes somewhere and looks; nobody is signed in, nothing is kept from before."""
    page = window.pages[0] if window.pages else window.new_page()
    page.emulate_media(color_scheme="light")
    with watch(window, faults):
        yield page
        leave(page)
    assert not faults, complaints(faults)


def leave(page: Page) -> None:
    """Take away what the page keeps and go off the site; a page that cannot is closed, and the next test opens one."""
    if page.url != "about:blank":
        try:
            page.evaluate("localStorage.clear(), sessionStorage.clear()")
            page.goto("about:blank")
        except Error:
            page.close()
    page.context.clear_cookies()


def watched_page(chromium: Browser, faults: list[str], **options: Any) -> Iterator[Page]:
    """Open a page whose complaints end up in ``faults``; asserts at the end that none is left."""
    context = open_context(chromium, **options)
    with watch(context, faults):
        yield context.new_page()
        context.close()
    assert not faults, complaints(faults)


def open_context(chromium: Browser, **options: Any) -> BrowserContext:
    """Open a window as our users have it."""
    context = chromium.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **options
    )
    context.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    return context


@contextmanager
def watch(context: BrowserContext, faults: list[str]) -> Iterator[None]:
    """Collect console errors and uncaught exceptions of every page in a context."""

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"{message.text} ({message.location.get('url', '')})")

    def uncaught(error: WebError) -> None:
        faults.append(f"uncaught: {error.error}")

    context.on("console", heard)
    context.on("weberror", uncaught)
    yield
    context.remove_listener("console", heard)
    context.remove_listener("weberror", uncaught)


def complaints(faults: list[str]) -> str:
    return "the browser reported errors:\n" + "\n".join(faults)


def enter_as(page: Page, address: str, user: User) -> None:
    """Give the page a signed-in session without walking through the sign-in form."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": address}])


def sign_in(page: Page, address: str, username: str, password: str) -> None:
    """Sign in as a person does, by the form."""
    page.goto(address + reverse("accounts:sign_in"))
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def axe(page: Page) -> None:
    """Assert that axe finds nothing wrong with the page as it is now, colour contrast included."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    # Preloading is for sounds that play by themselves; there are no sounds.
    options = "{resultTypes: ['violations'], preload: false}"
    found = page.evaluate(f"axe.run(document, {options}).then(found => found.violations)")
    lines = []
    for violation in found:
        lines.append(f"{violation['id']}: {violation['help']}")
        for node in violation["nodes"][:5]:
            lines.append(f"    {node['html'][:200]}\n      {node['failureSummary']}")
    assert not found, f"axe on {page.url}:\n" + "\n".join(lines)


def fits(page: Page) -> None:
    """Assert that nothing sticks out sideways: no page scrolls horizontally."""
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1], f"{page.url} is {widths[0]} px wide on a screen of {widths[1]} px"


def screenshot(page: Page, name: str) -> Path:
    """Write the whole page to build/screenshots/NAME-WIDTH.png and return the path."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or DESK)["width"]
    path = SCREENSHOTS / f"{name}-{width}.png"
    page.screenshot(path=path, full_page=True, animations="disabled")
    return path


def look_at(page: Page, name: str) -> None:
    """Check the page as it stands at both sizes, and keep pictures: nothing sticks out, and axe finds nothing.

    axe goes over the desk's screen by day and the phone's by night: every colour is seen in both, every layout once.
    A walk goes on at the size that it came with.
    """
    before = page.viewport_size or DESK
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.evaluate("document.fonts.ready.then(() => true)")
        fits(page)
        screenshot(page, name)
        if size is PHONE:
            page.emulate_media(color_scheme="dark")
        axe(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)  # type: ignore[arg-type]


def stored(page: Page) -> dict[str, str]:
    """Return what the page keeps in localStorage."""
    return dict(json.loads(page.evaluate("JSON.stringify(Object.assign({}, localStorage))")))
