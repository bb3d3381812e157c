"""A progress line for commands that take long: on a terminal only, on standard error, never in a report."""

import sys
from typing import TextIO


class Progress:
    """Call it with what is done and the total; it rewrites one line. Silent where nobody watches."""

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self.label = label
        self.stream = stream if stream is not None else sys.stderr
        self.shows = self.stream.isatty()

    def __call__(self, done: int, total: int) -> None:
        if not self.shows:
            return
        filled = 20 * done // max(total, 1)
        end = "\n" if done == total else ""
        self.stream.write(f"\r{self.label} {'█' * filled}{'░' * (20 - filled)} {done}/{total}{end}")
        self.stream.flush()
