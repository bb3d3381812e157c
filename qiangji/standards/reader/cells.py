"""The common ground of all readers: rows of cells, before anybody knows what they mean.

A reader of a file format only finds cells; one interpreter (`interpret`) understands them. A new
format is a new reader that produces a `RawTable`.
"""

from __future__ import annotations

from dataclasses import dataclass


class Unreadable(ValueError):
    """A file that cannot be read as a table; the Chinese message says why and what to do."""


@dataclass(frozen=True)
class Cell:
    """A cell's text with its own line breaks.

    `column` and `span` are grid columns where the format knows them; `continued` marks the lower part
    of a vertical merge, which has no text of its own.
    """

    text: str
    column: int | None = None
    span: int = 1
    continued: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True)
class Row:
    """A row of cells and where it stands in the file, in words for people."""

    cells: tuple[Cell, ...]
    where: str


@dataclass(frozen=True)
class RawTable:
    """The lines before and after the table, and the table's rows; `name` is the sheet's or table's, if any."""

    before: tuple[str, ...]
    rows: tuple[Row, ...]
    after: tuple[str, ...] = ()
    name: str = ""
