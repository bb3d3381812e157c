"""How fast the longest lists come, and by how many statements: records of ledgers and the register of members."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from benchmarks.timing import medians

if TYPE_CHECKING:
    from benchmarks.sites import Registers

ROWS = 300_000
MOST_MILLISECONDS = 150
MOST_STATEMENTS = 12
PAGES = {"records": "/ledgers/records/", "members": "/members/"}


def time_of(name: str) -> Callable[..., Figure]:
    """Measure the first page of a list."""

    def take(site: "Registers", requests: int) -> Figure:
        def open_list() -> float:
            started = time.perf_counter()
            status, page = site.client.request("GET", PAGES[name])
            taken = time.perf_counter() - started
            if status != 200 or b"<table" not in page:
                raise RuntimeError(f"the list did not come: {status}")
            return taken

        site.client.reconnect()
        return Figure(medians([open_list], requests)[0], MOST_MILLISECONDS, "ms")

    return take


def statements_of(name: str) -> Callable[..., Figure]:
    """Return how many statements the page takes."""

    def take(site: "Registers", requests: int) -> Figure:
        return Figure(site.people["statements"][name], MOST_STATEMENTS, "statements", digits=0)

    return take
