"""Memory's housekeeping while very many objects are built that all stay: looking through them again and again is in vain."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects between two looks; Python's own figure is made for programs that throw most of theirs away.
SELDOM = (200_000, 50, 50)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for unreachable cycles seldom while this lasts, for a process that does one big thing; then as before."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
