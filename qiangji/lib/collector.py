"""Python's garbage collector, which looks for circles: at rest while hundreds of thousands of plain values are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting_collector() -> Iterator[None]:
    """Let the collector rest; it walked the same living values again and again, a quarter of the time.

    Values without circles are freed as ever. For commands and runs over many: in a server other threads share it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
