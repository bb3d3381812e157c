"""How long a province's results take, and how fast the summary of it comes, by how many statements."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from benchmarks.timing import medians

if TYPE_CHECKING:
    from benchmarks.sites import Province

HOSPITALS = 1200
MOST_SECONDS = 5
MOST_MILLISECONDS = 150
MOST_STATEMENTS = 15


def recognize(site: "Province", requests: int) -> Figure:
    """Return how long the recognition of the whole province took, once."""
    if site.people["results"] != HOSPITALS:
        raise RuntimeError(f"{site.people['results']} results instead of {HOSPITALS}")
    return Figure(site.people["recognize"], MOST_SECONDS, "s", digits=2)


def time_of(name: str, *, as_: str = "username") -> Callable[..., Figure]:
    """Measure a page as it comes to somebody: who watches the province, or who reviews."""

    def take(site: "Province", requests: int) -> Figure:
        def open_page() -> float:
            started = time.perf_counter()
            status, page = client.request("GET", site.people["pages"][name])
            taken = time.perf_counter() - started
            if status != 200 or b"<table" not in page:
                raise RuntimeError(f"the page did not come: {status}")
            return taken

        client = site.signed_in(site.people[as_])
        client.reconnect()
        return Figure(medians([open_page], requests)[0], MOST_MILLISECONDS, "ms")

    return take


def statements_of(name: str) -> Callable[..., Figure]:
    """Return how many statements a page takes."""

    def take(site: "Province", requests: int) -> Figure:
        return Figure(site.people["statements"][name], MOST_STATEMENTS, "statements", digits=0)

    return take
