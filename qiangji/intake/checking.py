"""From a file to what it would do: every row read, looked up, compared with what is stored, every fault named."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qiangji.intake.exceptions import IntakeError, RowsFault
from qiangji.intake.kinds.base import CHANGED, NEW, UNCHANGED, Fault, Finding, Kind, Place, Row, value_text
from qiangji.lib.tabular import (
    CellReader,
    CellRefused,
    Heading,
    RawRow,
    TableRefused,
    WorkbookRefused,
    open_table,
    read_workbook,
)
from qiangji.lib.tabular.cells import shown

PREVIEWED = 20
MOST_FINDINGS = 2_000
STEP = 2_000

Progress = Callable[[str, int], None]


class NotATable(IntakeError):
    """No heading row was found; ``headings`` are the words of the row that looked most like one."""

    def __init__(self, message: str, headings: tuple[str, ...]) -> None:
        self.headings = headings
        super().__init__(message)


@dataclass
class Checked:
    """What a file would do. ``bad`` counts rows, ``findings`` (the first of them) say what is wrong with each."""

    kind: Kind
    place: Place
    world: Any
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    found: int = 0
    bad: set[tuple[str, int]] = field(default_factory=set)
    notices: list[str] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    total: int = 0
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def to_write(self) -> list[Row]:
        """The good rows that change something."""
        return [row for row in self.rows if row.status != UNCHANGED]

    @property
    def counts(self) -> dict[str, int]:
        tally = Counter(row.status for row in self.rows)
        return {
            "total": self.total,
            NEW: tally[NEW],
            CHANGED: tally[CHANGED],
            UNCHANGED: tally[UNCHANGED],
            "bad": len(self.bad),
            "findings": self.found,
        }

    def refuse(self, row: Row | RawRow, column: str, value: str, wrong: str, right: str) -> None:
        """Name something that is wrong."""
        self.bad.add((row.sheet, row.number))
        self.found += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(row.sheet, row.number, column, value, wrong, right))

    def refuse_row(self, row: Row, fault: Fault) -> None:
        """Name what a kind found wrong with a row."""
        column = next((one for one in self.kind.columns if one.name == fault.column), None)
        title = self.titles.get(column.name, column.title) if column else ""
        value = value_text(column, row.values.get(fault.column)) if column else ""
        self.refuse(row, title, value, fault.wrong, fault.right)

    def drop_bad(self) -> None:
        """Keep only rows that nothing is wrong with."""
        self.rows = [row for row in self.rows if (row.sheet, row.number) not in self.bad]


def check_file(
    path: Path,
    kind: Kind,
    place: Place,
    *,
    mapping: Mapping[str, str] | None = None,
    progress: Progress = lambda stage, done: None,
) -> Checked:
    """Read a file as a table of a kind and say what it would do; writes nothing.

    Raises NotATable where the headings are missing, IntakeError where the file cannot be read.
    """
    checked = Checked(kind, place, kind.world(place))
    try:
        read_rows(path, checked, mapping, progress)
    except TableRefused as error:
        raise NotATable(str(error) + "。", error.headings) from error
    except WorkbookRefused as error:
        raise IntakeError(str(error) + "。") from error
    if not checked.total:
        raise IntakeError("表头下面没有数据。请核对是否选错了文件，或数据是否在隐藏的工作表里。")
    progress("核对", checked.total)
    refuse_repeated(checked)
    compare(checked)
    changing = checked.to_write
    for index, fault in kind.refusals(changing, checked.world, place).items():
        checked.refuse_row(changing[index], fault)
    checked.drop_bad()
    checked.findings.sort(key=lambda finding: (finding.sheet, finding.row))
    return checked


def read_rows(path: Path, checked: Checked, mapping: Mapping[str, str] | None, progress: Progress) -> None:
    """Read and look up every row."""
    kind = checked.kind
    table = open_table(read_workbook(path), kind.columns, mapping)
    readers = {column.name: CellReader(column) for column in kind.columns}
    current: Heading | None = None
    plan: list[tuple[str, str, int, CellReader]] = []
    for heading, raw in table.rows:
        if heading is not current:
            current = heading
            refuse_missing(heading, kind)
            checked.titles = {name: heading.texts[place] for name, place in heading.places.items()}
            plan = [
                (name, heading.texts[place], place, readers[name]) for name, place in heading.places.items()
            ]
        checked.total += 1
        if checked.total % STEP == 0:
            progress("读取", checked.total)
        values = read_cells(raw, plan, checked)
        if values is None:
            continue
        row = Row(raw.sheet, raw.number, values)
        checked.rows.append(row)
        for fault in kind.resolve(row, checked.world, checked.place):
            checked.refuse_row(row, fault)
    checked.headings = table.headings
    checked.notices = notices_of(table.headings, table.skipped)
    progress("读取", checked.total)


def refuse_missing(heading: Heading, kind: Kind) -> None:
    """Refuse a sheet without a required column. Raises TableRefused with the headings that are there."""
    missing = [
        column.title for column in kind.columns if column.required and column.name not in heading.places
    ]
    if missing:
        words = (
            f"工作表“{heading.sheet}”缺少栏目：{'、'.join(missing)}。请补上这些列，或把表里的列与它们对应起来"
        )
        raise TableRefused(words, heading.texts)


def read_cells(
    raw: RawRow, plan: list[tuple[str, str, int, CellReader]], checked: Checked
) -> dict[str, Any] | None:
    """Read the cells of a row, or name what is wrong with them and return None."""
    values: dict[str, Any] = {}
    cells, width, good = raw.cells, len(raw.cells), True
    for name, title, place, reader in plan:
        cell = cells[place] if place < width else None
        try:
            values[name] = reader(cell)
        except CellRefused as refusal:
            checked.refuse(raw, title, shown(cell), refusal.wrong, refusal.right)
            good = False
    return values if good else None


def refuse_repeated(checked: Checked) -> None:
    """Refuse a row that says the same thing's name a second time."""
    first: dict[Hashable, Row] = {}
    keys = [column for column in checked.kind.columns if column.key]
    for row in checked.rows:
        if row.key is None or (row.sheet, row.number) in checked.bad:
            continue
        held = first.setdefault(row.key, row)
        if held is not row:
            where = (
                f"第 {held.number} 行"
                if held.sheet == row.sheet
                else f"工作表“{held.sheet}”第 {held.number} 行"
            )
            column = keys[0].name if keys else ""
            checked.refuse_row(row, Fault(column, f"与{where}重复", "同一项只保留一行"))
    checked.drop_bad()


def compare(checked: Checked) -> None:
    """Say of each row whether it is new, changes something stored, or says what is stored already."""
    stored = checked.kind.existing(checked.rows, checked.world, checked.place) if checked.rows else {}
    for row in checked.rows:
        held = stored.get(row.key)
        if held is None:
            row.status = NEW
        else:
            row.status = CHANGED if differs(row, held, checked) else UNCHANGED


def differs(row: Row, held: Mapping[str, Any], checked: Checked) -> bool:
    """Say whether a row says something else than what is stored; empty cells say nothing."""
    spared = checked.kind.not_compared
    normal = checked.kind.comparable
    return any(
        value is not None and name in held and name not in spared and normal(name, value, row) != held[name]
        for name, value in row.values.items()
    )


def notices_of(headings: list[Heading], skipped: list[str]) -> list[str]:
    """Return in words what was left aside."""
    notices = []
    for heading in headings:
        where = f"工作表“{heading.sheet}”"
        if heading.unknown:
            notices.append(f"{where}的这些列没有用到：{'、'.join(heading.unknown[:12])}。")
        if heading.repeated:
            notices.append(f"{where}的这些列重复，只用了第一列：{'、'.join(heading.repeated[:12])}。")
    if skipped:
        notices.append(f"这些工作表没有所要的表头，没有读入：{'、'.join(skipped[:12])}。")
    return notices


def preview_of(checked: Checked) -> dict[str, Any]:
    """Return the first rows as texts, with the columns that the file has."""
    used = {name for heading in checked.headings for name in heading.places}
    columns = [column for column in checked.kind.columns if column.name in used]
    rows = [
        {
            "row": row.number,
            "status": row.status,
            "cells": [value_text(column, row.values.get(column.name)) for column in columns],
        }
        for row in checked.rows[:PREVIEWED]
    ]
    return {"columns": [column.title for column in columns], "rows": rows}


def refuse_of_service(checked: Checked, rows: list[Row], fault: RowsFault) -> None:
    """Take over what a service refused at the moment of writing."""
    for index, words in fault.rows.items():
        checked.refuse_row(rows[index], Fault("", words.rstrip("。"), "按提示改正这一行"))
    checked.drop_bad()


def raw_rows(path: Path, kind: Kind, mapping: Mapping[str, str] | None) -> Iterator[tuple[Heading, RawRow]]:
    """Yield the rows as they stand, for writing them out again."""
    return open_table(read_workbook(path), kind.columns, mapping).rows
