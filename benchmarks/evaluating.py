"""Proposals for a whole province beside hand-written SQL that counts the same and writes the same rows, in the same run.

Seconds of processor, for what else the machine does is not to be measured.
"""

from typing import Any

from benchmarks.figures import Figure
from benchmarks.growth import MOST_GROWTH
from benchmarks.sites import Site

MOST_TIMES_SQL = 6
MOST_MILLISECONDS = 100
MOST_MEGABYTES = 1536
FEW, MANY = 100, 1000  # hospitals, each with a dozen branches and a year of ledgers


def bulk(few: Site, many: Site, times: int) -> Figure:
    """All hospitals' proposals, against six times the SQL."""
    seconds = measured(many)
    return Figure(seconds["evaluate"], seconds["sql"] * MOST_TIMES_SQL, "s")


def growth(few: Site, many: Site, times: int) -> Figure:
    """A hospital's share of the time among many, against its share among few."""
    small, large = measured(few)["evaluate"] / FEW, measured(many)["evaluate"] / MANY
    return Figure(large * 1000, small * 1000 * MOST_GROWTH, "ms")


def one(few: Site, many: Site, times: int) -> Figure:
    """One hospital after one new record, among many."""
    return Figure(measured(many)["one"] * 1000, MOST_MILLISECONDS, "ms")


def memory(few: Site, many: Site, times: int) -> Figure:
    """The most that the whole run held."""
    return Figure(measured(many)["megabytes"], MOST_MEGABYTES, "MB", digits=0)


def measured(site: Site) -> dict[str, Any]:
    """Evaluate a site, unless that was done."""
    assert site.people, "there is a province"
    if site.name not in MEASURED:
        MEASURED[site.name] = site.ask("evaluating_run")
    return MEASURED[site.name]


MEASURED: dict[str, dict[str, Any]] = {}
