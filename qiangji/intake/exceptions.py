"""What can go wrong with a table that comes in."""

from collections.abc import Mapping


class IntakeError(ValueError):
    """The import cannot be done as asked; the message says why and what to do. Nothing was changed."""


class RowsFault(IntakeError):
    """A service refused some rows; ``rows`` gives each its reason, by its place in what was handed over."""

    def __init__(self, rows: Mapping[int, str]) -> None:
        self.rows = dict(rows)
        super().__init__("；".join(list(self.rows.values())[:3]))
