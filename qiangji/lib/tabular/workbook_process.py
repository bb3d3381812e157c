"""The child process that opens a table of many rows: standard input is the file, standard output JSON, a row a line.

As with scoring tables (docs/decisions/0019) a hostile file may only end this process, within limits that the operating
system keeps. It is started by its path and therefore imports nothing of the program. Lines: ``["sheet", name, merges]``,
``[row, [cells]]``, at last ``["end"]``; or ``["refused", reason, sheet, limit]``. Rows count from 0.
"""

from __future__ import annotations

import datetime
import io
import json
import resource
import sys
from typing import Any

import python_calamine as calamine

MEMORY = 1_200_000_000
SECONDS = 60
MOST_ROWS = 400_000
MOST_COLUMNS = 200
MOST_AREA = 40_000_000
MOST_CHARACTERS = 200_000_000
MOST_TEXT = 10_000
MOST_MERGES = 20_000


class Refused(Exception):
    """A workbook beyond the limits: reason, sheet, limit."""


def cell(value: Any) -> Any:
    """Return what a cell holds as JSON can say it: days as ISO text, numbers and flags as they are."""
    kind = value.__class__
    if kind is str:
        return value if len(value) <= MOST_TEXT else value[:MOST_TEXT]
    if kind is float:
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if kind is int or kind is bool:
        return value
    if kind is datetime.datetime:
        return (
            value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
        )
    if kind is datetime.date:
        return value.isoformat()
    return str(value)


def write_sheet(sheet: Any, out: Any) -> None:
    """Write the rows of a sheet that hold something, trailing empty cells left out."""
    if sheet.total_height * sheet.total_width > MOST_AREA:
        raise Refused("area", sheet.name, MOST_AREA)
    merges = list(sheet.merged_cell_ranges or [])[:MOST_MERGES]
    out.write(json.dumps(["sheet", sheet.name, merges]) + "\n")
    rows = characters = 0
    for index, values in enumerate(sheet.iter_rows()):
        cells = [None if value == "" else cell(value) for value in values[:MOST_COLUMNS]]
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        line = json.dumps([index, cells])
        rows += 1
        characters += len(line)
        if rows > MOST_ROWS:
            raise Refused("rows", sheet.name, MOST_ROWS)
        if characters > MOST_CHARACTERS:
            raise Refused("text", sheet.name, MOST_CHARACTERS)
        out.write(line + "\n")


def main() -> None:
    """Read, within the limits. Whatever else goes wrong shows as an exit status and a missing end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = sys.stdout
    try:
        book = calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
        for index, about in enumerate(book.sheets_metadata):
            if (
                about.typ == calamine.SheetTypeEnum.WorkSheet
                and about.visible == calamine.SheetVisibleEnum.Visible
            ):
                write_sheet(book.get_sheet_by_index(index), out)
    except Refused as refusal:
        out.write(json.dumps(["refused", *refusal.args]) + "\n")
        return
    except calamine.PasswordError:
        out.write(json.dumps(["refused", "encrypted", "", 0]) + "\n")
        return
    out.write(json.dumps(["end"]) + "\n")


if __name__ == "__main__":
    main()
