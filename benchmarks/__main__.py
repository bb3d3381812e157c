"""``make bench``: one line per figure, ``name | measured | limit | ratio``. Exit status 1 when a limit is missed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from benchmarks import growth, opening, saving
from benchmarks.figures import Figure
from benchmarks.sites import DATABASES, Sites

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


@dataclass(frozen=True)
class Scale:
    """How large the databases are, and how often each request is timed."""

    prefix: str
    few: int
    many: int
    requests: int


SCALES = (Scale("quick.", few=10, many=60, requests=80), Scale("", few=10, many=1000, requests=200))


def measurements(sites: Sites) -> Iterator[tuple[str, Callable[[], Figure]]]:
    """Yield everything that can be measured, by name."""
    for scale in SCALES:
        for database in DATABASES:
            for name, measure in ON_ONE.items():
                yield f"{scale.prefix}{name}.{database}", partial(alone, sites, measure, database, scale)
            for name, compare in ON_BOTH.items():
                yield f"{scale.prefix}{name}.{database}", partial(compared, sites, compare, database, scale)


def alone(sites: Sites, measure: Callable[..., Figure], database: str, scale: Scale) -> Figure:
    return measure(sites.get(database, scale.few), scale.requests)


def compared(sites: Sites, compare: Callable[..., Figure], database: str, scale: Scale) -> Figure:
    return compare(sites.get(database, scale.few), sites.get(database, scale.many), scale.requests)


def main() -> int:
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    missed = []
    with ExitStack() as stack:
        chosen = [(name, measure) for name, measure in measurements(Sites(stack)) if name.startswith(only)]
        if not chosen:
            print(f"没有以“{only}”开头的测速项目。", file=sys.stderr)
            return 2
        for name, measure in chosen:
            figure = measure()
            print(figure.line(name), flush=True)
            if not figure.is_good:
                missed.append(name)
    if missed:
        print(f"没有达到要求：{'、'.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
