"""Reading a workbook row by row by way of the child process, so that a hostile or huge file cannot hurt this one."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from qiangji.lib.tabular.cells import Raw

CHILD = Path(__file__).with_name("workbook_process.py")
PATIENCE = 180.0  # seconds by the clock; the child allows itself one minute of computing
LARGEST = 60 * 1024 * 1024
BROKEN = (
    "文件已损坏、内容过于庞大或不是 Excel 工作簿，请用 Excel 打开，删去表格以外的内容，另存为 .xlsx 后再试"
)
REASONS = {
    "area": "工作表“{}”里有写在很远处的单元格，范围过大，请删去表格以外的行和列后再试",
    "rows": "工作表“{}”超过 {} 行，请分成几个文件导入",
    "text": "工作表“{}”文字过多，请分成几个文件导入",
    "encrypted": "文件设有密码，请去掉密码另存一份后再试",
}


class WorkbookRefused(ValueError):
    """The file cannot be read as a workbook; the message says why and what to do."""


@dataclass(frozen=True)
class SheetStart:
    """A sheet begins: its name and its merged ranges, each ((top, left), (bottom, right)), counted from 0."""

    name: str
    merges: tuple[tuple[tuple[int, int], tuple[int, int]], ...]


# A row's number in its sheet, from 0, and its cells.
Line = tuple[int, list[Raw]]


def read_workbook(path: Path) -> Iterator[SheetStart | Line]:
    """Yield the visible sheets of a workbook, each followed by its rows that hold something. Raises WorkbookRefused."""
    if path.stat().st_size > LARGEST:
        raise WorkbookRefused(f"文件超过 {LARGEST // (1024 * 1024)} MB，请分成几个文件导入")
    with path.open("rb") as source:
        process = subprocess.Popen(
            [sys.executable, "-I", str(CHILD)],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    timer = Timer(PATIENCE, process.kill)
    timer.start()
    try:
        assert process.stdout is not None, "a pipe was asked for"
        ended = False
        for line in process.stdout:
            heard = parsed(line)
            if heard[0] == "end":
                ended = True
            elif heard[0] == "sheet":
                yield SheetStart(heard[1], tuple(heard[2]))
            else:
                yield heard[0], heard[1]
        if process.wait() != 0 or not ended:
            raise WorkbookRefused(BROKEN)
    finally:
        timer.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def parsed(line: bytes) -> Any:
    """Return what a line of the child says. Raises WorkbookRefused for a refusal, and for half a line."""
    try:
        heard = json.loads(line)
    except ValueError as error:
        raise WorkbookRefused(BROKEN) from error
    if heard[0] == "refused":
        raise WorkbookRefused(REASONS[heard[1]].format(heard[2], heard[3]))
    return heard
