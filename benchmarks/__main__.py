"""``make bench``: one line per figure, ``name | measured | limit | ratio``. Exit status 1 when a limit is missed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks import (
    concluding,
    evaluating,
    growth,
    importing,
    listing,
    opening,
    planting,
    proposing,
    reading,
    saving,
)
from benchmarks.figures import Figure
from benchmarks.sites import DATABASES, Place, Sites

ON_ONE = {
    "save.statements": saving.statements,
    "save.time": saving.latency,
    "save.beside_bare": saving.beside_bare,
    "save.at_once": saving.at_once,
    "page.statements": opening.statements,
    "page.time": opening.own,
    "page.review_time": opening.review,
}
ON_BOTH = {
    "growth.save": growth.save,
    "growth.rating": growth.rating,
    "growth.page": growth.page,
    "growth.rating_page": growth.rating_page,
    "growth.at_once": growth.at_once,
}
# Last of all, since they leave a large hospital behind.
IMPORTING = {
    "import.members": importing.members,
    "import.members_beside_bare": importing.members_beside_bare,
    "import.attendance": importing.attendance,
    "import.attendance_beside_bare": importing.attendance_beside_bare,
}
ON_LISTS = {
    "list.records.time": listing.time_of("records"),
    "list.records.statements": listing.statements_of("records"),
    "list.members.time": listing.time_of("members"),
    "list.members.statements": listing.statements_of("members"),
}
ON_PROVINCE = {
    "cycle.recognize": concluding.recognize,
    "cycle.summary.time": concluding.time_of("summary"),
    "cycle.summary.statements": concluding.statements_of("summary"),
    "review.queue.time": concluding.time_of("queue", as_="reviewer"),
    "review.queue.statements": concluding.statements_of("queue"),
}
# Proposals for the demo; a number below zero is one of so many hospitals.
ON_DEMOS = {
    "evaluate.bulk": evaluating.bulk,
    "evaluate.growth": evaluating.growth,
    "evaluate.one": evaluating.one,
    "evaluate.memory": evaluating.memory,
}
# The page of a sheet with its proposals, on a smaller demo.
ON_PROPOSALS = {
    "proposals.page_time": proposing.page_time,
    "proposals.page_statements": proposing.page_statements,
}
# Reading a file needs no installation: prefix, name, what is measured, how often.
READING = (
    ("quick.", "read.word_100_rows", reading.word(100), 5),
    ("quick.", "read.excel_100_rows", reading.excel(100), 5),
    ("", "read.word_100_rows", reading.word(100), 15),
    ("", "read.excel_100_rows", reading.excel(100), 15),
    ("", "read.word_1000_rows", reading.word(1000), 5),
    ("", "read.excel_1000_rows", reading.excel(1000), 5),
)


@dataclass(frozen=True)
class Scale:
    """How large the databases are, and how often a save and a page are timed; a quick round fills no large one."""

    prefix: str
    few: int
    many: int | None
    saves: int
    pages: int


@dataclass(frozen=True)
class Measurement:
    """Something that can be measured: on which installations, and how often the request is made."""

    name: str
    places: tuple[Place, ...]
    take: Callable[..., Figure]
    requests: int


QUICK = Scale("quick.", few=10, many=None, saves=80, pages=10)
FULL = Scale("", few=10, many=1000, saves=200, pages=200)
PROVINCE = Scale("", few=concluding.HOSPITALS, many=None, saves=30, pages=30)
LISTS = Scale("", few=listing.ROWS, many=None, saves=30, pages=30)


def measurements() -> Iterator[Measurement]:
    """Yield everything that can be measured, scale by scale and database by database."""
    for scale in (QUICK, FULL):
        for prefix, name, take, times in READING:
            if prefix == scale.prefix:
                yield Measurement(f"{prefix}{name}", (), take, times)
        for database in DATABASES:
            yield from measured_on(scale, (database, scale.few), ON_ONE)
            if scale.many:
                yield from measured_on(scale, (database, scale.few), ON_BOTH, (database, scale.many))
    for database in DATABASES:
        yield from measured_on(LISTS, (database, listing.ROWS), ON_LISTS)
    for database in DATABASES:
        yield from measured_on(PROVINCE, (database, concluding.HOSPITALS), ON_PROVINCE)
        large = (database, -evaluating.MANY)
        yield from measured_on(FULL, (database, -evaluating.FEW), ON_DEMOS, large)
        yield from measured_on(FULL, (database, -proposing.HOSPITALS), ON_PROPOSALS)
    yield Measurement("demo.1000", (), planting.demo(1000), 1)
    for database in DATABASES:
        yield from measured_on(FULL, (database, FULL.few), IMPORTING)


def measured_on(
    scale: Scale, small: Place, takes: dict[str, Callable[..., Figure]], *large: Place
) -> Iterator[Measurement]:
    for name, take in takes.items():
        requests = scale.pages if "page" in name else scale.saves
        yield Measurement(f"{scale.prefix}{name}.{small[0]}", (small, *large), take, requests)


def main() -> int:
    only = tuple(sys.argv[1].split(",")) if len(sys.argv) > 1 else ("",)
    chosen = [one for one in measurements() if one.name.startswith(only)]
    if not chosen:
        print(f"没有以“{'”或“'.join(only)}”开头的测速项目。", file=sys.stderr)
        return 2
    missed = []
    with ExitStack() as stack:
        sites = Sites(stack)
        places = {place for one in chosen for place in one.places}
        if places:
            sites.fill(places)
        for one in chosen:
            figure = one.take(*(sites.made[place] for place in one.places), one.requests)
            print(figure.line(one.name), flush=True)
            if not figure.is_good:
                missed.append(one.name)
    if missed:
        print(f"没有达到要求：{'、'.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
