"""What holds for every test: no network but this machine's own, drills only on demand, skipped browsers said aloud."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import SimpleTestCase
from hypothesis import settings

from tools import browser

# Playwright's synchronous interface keeps an event loop in the thread, and Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The same examples every time and no stopwatch, so that a red run is the change's doing; searching with dice and for
# long is what drills are for.
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("drill", deadline=None, max_examples=2000)

pytest_plugins = ["tests.browser", "tests.costs", "tests.prepared", "tests.servers"]


DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="leave out tests that no database can change (the second run, on PostgreSQL)",
    )


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("drill" if "drill" in config.option.markexpr else "house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave drills out unless asked for, and write on each test's report which rows of the inventory it shows."""
    for item in items:
        for marker in item.iter_markers("shows"):
            item.user_properties.extend(("shows", row) for row in marker.args)
    if "drill" in config.option.markexpr:
        return
    leave_out(config, items, [item for item in items if item.get_closest_marker("drill")])
    if config.option.only_database:
        leave_out(config, items, [item for item in items if not may_touch_the_database(item)])
        leave_out(config, items, told_by_others(items))


def leave_out(config: pytest.Config, items: list[pytest.Item], unwanted: list[pytest.Item]) -> None:
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        left_out = set(unwanted)
        items[:] = [item for item in items if item not in left_out]


def may_touch_the_database(item: pytest.Item) -> bool:
    """Whether another kind of database could change a test's outcome.

    pytest-django refuses the database to a test that does not ask for it, and a program that a test starts is told where
    the test's own database lies, or brings a SQLite file along (docs/decisions/0037).
    """
    asked = item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    is_django_case = issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    return bool(asked) or is_django_case


def told_by_others(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the tests and cases whose statements run on this database in other tests (docs/decisions/0049)."""
    found, tried = [], set()
    for item in items:
        function = item.nodeid.partition("[")[0]
        again = item.get_closest_marker("any_case") and function in tried
        if again or item.get_closest_marker("any_database"):
            found.append(item)
        tried.add(function)
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line that cannot be missed when a whole kind of test did not run."""
    if browser.find() is None:
        terminalreporter.write_line(f"!!!! {browser.MISSING}", red=True, bold=True)


def is_this_machine(address: Any) -> bool:
    """Say whether a socket address is a path or a loopback address."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection to another machine, so that no test leans on one."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if not is_this_machine(address):
            raise RuntimeError(f"a test tried to reach {address}: tests talk to this machine only")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield
