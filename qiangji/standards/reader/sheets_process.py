"""The child process that opens a workbook: standard input is the file, standard output one JSON document.

The library that reads workbooks is compiled; a hostile file can make it ask for all memory there is, or
end the process it runs in. So it runs here, within limits that the operating system keeps, and the
reader outside only sees that nothing came back. This file is started by its path and therefore imports
nothing of the program.
"""

from __future__ import annotations

import datetime
import io
import json
import resource
import sys
from typing import Any

import python_calamine as calamine

MEMORY = 256_000_000
SECONDS = 1
MOST_ROWS = 2_000
MOST_CELLS = 40_000
MOST_AREA = 2_000_000
MOST_CHARACTERS = 2_000_000


class TooLarge(Exception):
    """A sheet beyond the limits: its name, what there is too much of, and the limit."""


def shown(value: Any) -> str:
    """Write a cell's value as people write it: no binary fractions, days as 2026-03-01.

    >>> shown(0.1 + 0.2), shown(2.0), shown(datetime.date(2026, 3, 1))
    ('0.3', '2', '2026-03-01')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        text = f"{value:.12g}"
        return text if "e" not in text and "n" not in text else f"{value:.0f}"
    if isinstance(value, datetime.datetime):
        whole_day = value.time() == datetime.time()
        return value.date().isoformat() if whole_day else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="minutes")
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def sheet_data(sheet: Any) -> dict[str, Any]:
    """Return the cells of a sheet that hold something, row by row, and its merges, counted from 0."""
    if sheet.total_height * sheet.total_width > MOST_AREA:
        raise TooLarge(sheet.name, "area", MOST_AREA)
    rows: list[tuple[int, list[tuple[int, str]]]] = []
    cells = characters = 0
    for index, values in enumerate(sheet.to_python(skip_empty_area=False)):
        filled = [(column, shown(value)) for column, value in enumerate(values) if value not in ("", None)]
        if not filled:
            continue
        rows.append((index, filled))
        cells += len(filled)
        characters += sum(len(text) for _, text in filled)
        if len(rows) > MOST_ROWS:
            raise TooLarge(sheet.name, "rows", MOST_ROWS)
        if cells > MOST_CELLS or characters > MOST_CHARACTERS:
            raise TooLarge(sheet.name, "cells", MOST_CELLS)
    merges = list(sheet.merged_cell_ranges or [])
    if len(merges) > MOST_CELLS:
        raise TooLarge(sheet.name, "cells", MOST_CELLS)
    return {"name": sheet.name, "rows": rows, "merges": merges}


def read(data: bytes) -> dict[str, Any]:
    """Return the visible sheets and the names of hidden ones, or why the file could not be read."""
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        sheets, hidden = [], []
        for index, about in enumerate(book.sheets_metadata):
            if about.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            if about.visible != calamine.SheetVisibleEnum.Visible:
                hidden.append(about.name)
                continue
            sheets.append(sheet_data(book.get_sheet_by_index(index)))
    except TooLarge as error:
        return {"too_large": error.args}
    except calamine.PasswordError:
        return {"encrypted": True}
    return {"sheets": sheets, "hidden": hidden}


def main() -> None:
    """Read, within the limits. Whatever goes wrong shows as an exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(read(sys.stdin.buffer.read()), sys.stdout, ensure_ascii=True)


if __name__ == "__main__":
    main()
