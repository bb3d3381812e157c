"""How fast the sheet's page comes, whole, with 84 criteria and the marks of three stages."""

from benchmarks.figures import Figure
from benchmarks.plan import WRITERS
from benchmarks.sites import Site
from benchmarks.timing import medians

MOST_MILLISECONDS = 100
MOST_STATEMENTS = 12


def own(site: Site, requests: int) -> Figure:
    """The page of one's own sheet, to fill."""
    return Figure(medians([site.seat(0).open], requests)[0], MOST_MILLISECONDS, "ms")


def review(site: Site, requests: int) -> Figure:
    """The page of a supervised hospital's sheet, to rate."""
    return Figure(medians([site.seat(WRITERS).open], requests)[0], MOST_MILLISECONDS, "ms")


def statements(site: Site, requests: int) -> Figure:
    """The most statements that either page takes, sign-in and rights included."""
    return Figure(max(site.counts["pages"].values()), MOST_STATEMENTS, "statements", digits=0)
