"""How long a large table takes from the file to the last row stored: 50,000 members, 300,000 attendance lines.

Both are imported once per database (``importing_run``); what is asked afterwards reads the same seconds. Beside the time
that a person waits stands how many times longer that is than putting the bare rows into the same tables in bulk.
"""

from benchmarks.figures import Figure
from benchmarks.sites import Site

MEMBERS, MEETINGS = 50_000, 15_000
LIMITS = {"members": 20.0, "attendance": 60.0}
# Reading a workbook, checking, keeping versions and the log may cost so many times the bare rows.
MOST_TIMES_BARE = 12


def members(site: Site, times: int) -> Figure:
    return taken(site, "members")


def attendance(site: Site, times: int) -> Figure:
    return taken(site, "attendance")


def members_beside_bare(site: Site, times: int) -> Figure:
    return beside_bare(site, "members")


def attendance_beside_bare(site: Site, times: int) -> Figure:
    return beside_bare(site, "attendance")


def seconds_of(site: Site) -> dict[str, float]:
    """Import both tables, unless that was done."""
    assert site.people, "there is a database"
    if site.name not in IMPORTED:
        IMPORTED[site.name] = site.ask("importing_run", str(MEMBERS), str(MEETINGS))
    return IMPORTED[site.name]


IMPORTED: dict[str, dict[str, float]] = {}


def taken(site: Site, what: str) -> Figure:
    return Figure(seconds_of(site)[what], LIMITS[what], "s")


def beside_bare(site: Site, what: str) -> Figure:
    seconds = seconds_of(site)
    return Figure(seconds[what], seconds[f"bare_{what}"] * MOST_TIMES_BARE, "s")
