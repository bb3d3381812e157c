"""Whether anything gets slower as sheets pile up: the same requests against a small and a large database in turn.

The persons who rate are the ones to watch: what they may see grows with the database.
"""

from benchmarks.figures import Figure
from benchmarks.plan import WRITERS
from benchmarks.saving import rates
from benchmarks.sites import Site
from benchmarks.timing import medians

MOST_GROWTH = 1.3


def save(few: Site, many: Site, requests: int) -> Figure:
    return grown(medians([few.seat(1).save, many.seat(1).save], requests))


def page(few: Site, many: Site, requests: int) -> Figure:
    return grown(medians([few.seat(1).open, many.seat(1).open], requests))


def rating(few: Site, many: Site, requests: int) -> Figure:
    return grown(medians([few.seat(WRITERS).save, many.seat(WRITERS).save], requests))


def rating_page(few: Site, many: Site, requests: int) -> Figure:
    return grown(medians([few.seat(WRITERS).open, many.seat(WRITERS).open], requests))


def at_once(few: Site, many: Site, requests: int) -> Figure:
    """Saves a second of eight people: with many sheets at least 70 % of those with few."""
    slow, fast = rates([many, few], requests)
    return Figure(slow, fast * (2 - MOST_GROWTH), "/s", digits=0, is_floor=True)


def grown(of_both: list[float]) -> Figure:
    small, large = of_both
    return Figure(large, small * MOST_GROWTH, "ms", digits=2)
