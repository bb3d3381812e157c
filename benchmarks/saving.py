"""How fast a mark is saved: alone, beside the bare view, and by eight people at once."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.client import Client
from benchmarks.figures import Figure
from benchmarks.plan import SEEN, WRITERS
from benchmarks.sites import Site
from benchmarks.timing import medians, per_second

MOST_MILLISECONDS = 15
MOST_TIMES_BARE = 3
LEAST_PER_SECOND = 300
ROUNDS = 3


def latency(site: Site, requests: int) -> Figure:
    """One save of one person, from the request to the answer."""
    return Figure(medians([site.seat(0).save], requests)[0], MOST_MILLISECONDS, "ms")


def beside_bare(site: Site, requests: int) -> Figure:
    """A save, against three times a view that runs its statements only: on the same server, turn and turn about."""
    save, bare = medians([site.seat(0).save, bare_save(site)], requests)
    return Figure(save, bare * MOST_TIMES_BARE, "ms", digits=2)


def bare_save(site: Site) -> Callable[[], float]:
    """Return an action that makes the bare view run the statements of one save."""
    client = Client(site.port("benchmarks.bare.settings", BENCH_STATEMENTS=str(site.statements_file)))
    seen = SEEN

    def save() -> float:
        nonlocal seen
        seen += 1
        started = time.perf_counter()
        status, answer = client.request("POST", "/save", str(seen).encode())
        taken = time.perf_counter() - started
        if status != 200 or b'"saved"' not in answer:
            raise RuntimeError(f"the bare view failed: {status}")
        return taken

    return save


def at_once(site: Site, requests: int) -> Figure:
    """Saves a second of eight people at eight sheets."""
    return Figure(rates([site], requests)[0], LEAST_PER_SECOND, "/s", digits=0, is_floor=True)


def rates(sites: list[Site], requests: int) -> list[float]:
    """Return each site's saves a second of eight people: its best of three rounds, which the sites take in turn."""
    with ThreadPoolExecutor(2) as pool:
        seated = [list(pool.map(site.seat, range(WRITERS))) for site in sites]
    each = requests // 3
    for seats in seated:
        per_second([seat.save for seat in seats], each // 4)
    found = [[per_second([seat.save for seat in seats], each) for seats in seated] for _ in range(ROUNDS)]
    return [max(of_site) for of_site in zip(*found, strict=True)]


def statements(site: Site, requests: int) -> Figure:
    """The most statements that any way of saving takes, sign-in and rights included."""
    return Figure(max(site.counts["saves"].values()), 8, "statements", digits=0)
