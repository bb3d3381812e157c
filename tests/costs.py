"""What each test costs, and less of it: seconds of processor on its report, and a collector of garbage that rests.

A test's seconds are those of its own process and of the programs that it waited for, with all that was set up for it;
other processes' work does not count, so that the figure means the same on a busy machine.

Ten thousand tests are a million objects that never die. Python's collector would walk them again and again: it rests
while they are collected, and afterwards leaves them out for good. What tests leave behind is small and dies with them;
the collector comes by every ``SELDOM`` objects instead of every 700. Where workers do the collecting, the process that
leads them has nothing to leave out, and its collector goes on as ever.
"""

import gc
import os
from collections.abc import Generator

import pytest

COST = "processor seconds"
SELDOM = 50_000
STARTED = pytest.StashKey[float]()


def processor_seconds() -> float:
    """Return what this process and the ended programs that it started have used."""
    return sum(os.times()[:4])


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("numprocesses", None):
        gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    gc.freeze()
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
    gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    item.stash[STARTED] = processor_seconds()
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    try:
        return (yield)
    finally:
        item.user_properties.append((COST, round(processor_seconds() - item.stash[STARTED], 3)))
