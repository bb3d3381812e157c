"""How fast one's own sheet comes with all that a year of ledgers proposes, by the limits of a page without proposals."""

from typing import Any

from benchmarks import opening
from benchmarks.client import Client, Seat
from benchmarks.figures import Figure
from benchmarks.sites import Site
from benchmarks.timing import medians

HOSPITALS = 20  # each with a dozen branches and a year of ledgers
PREPARED: dict[str, dict[str, Any]] = {}  # by site: its sheets are evaluated once


def page_time(site: Site, requests: int) -> Figure:
    """The page of a hospital's own sheet with its proposals."""
    return Figure(medians([seat_of(site).open], requests)[0], opening.MOST_MILLISECONDS, "ms")


def page_statements(site: Site, requests: int) -> Figure:
    """The statements of that page, sign-in and rights included."""
    return Figure(prepared(site)["statements"], opening.MOST_STATEMENTS, "statements", digits=0)


def seat_of(site: Site) -> Seat:
    """Return whoever fills the sheet, signed in."""
    who = prepared(site)
    client = Client(site.port())
    client.sign_in(who["username"])
    return Seat(client, who["sheet"], "self", {})


def prepared(site: Site) -> dict[str, Any]:
    """Evaluate the site's sheets and choose one, unless that was done."""
    assert site.people, "there is a province"
    if site.name not in PREPARED:
        PREPARED[site.name] = site.ask("proposing_run")
    return PREPARED[site.name]
