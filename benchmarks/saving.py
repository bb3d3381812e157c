"""How fast a mark is saved: alone, beside the bare view, and by eight people at once."""

import time
from collections.abc import Callable

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
    """Saves a second of eight people at eight sheets: the best of three rounds, since others use the machine too."""
    return Figure(rate(site, requests), LEAST_PER_SECOND, "/s", digits=0, is_floor=True)


def rate(site: Site, requests: int) -> float:
    """Return the saves a second of eight people, as many requests a round as one measurement takes."""
    actions = [site.seat(number).save for number in range(WRITERS)]
    each = requests // WRITERS
    per_second(actions, each)
    return max(per_second(actions, each) for _ in range(ROUNDS))


def statements(site: Site, requests: int) -> Figure:
    """The most statements that any way of saving takes, sign-in and rights included."""
    return Figure(max(site.counts["saves"].values()), 8, "statements", digits=0)
