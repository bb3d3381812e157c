"""Tables that go out: templates, everything stored in the same columns, and a run's rows with the bad cells marked."""

from collections import defaultdict
from collections.abc import Iterator

from qiangji.intake.checking import check_file, raw_rows
from qiangji.intake.kinds.base import Finding, Kind, Place
from qiangji.intake.models import ImportRun
from qiangji.intake.registry import kind_of
from qiangji.intake.services.runs import located
from qiangji.lib.tabular import (
    Raw,
    RawRow,
    marked_workbook,
    match_headings,
    table_workbook,
    template_workbook,
)

ALL_ROWS_UP_TO = 5_000
NOTES = ("红色标题的栏目必填。", "空着的格子不改动已登记的内容。", "列的先后不限，可以保留自己的列。")


def template_of(kind: Kind) -> bytes:
    """Return the empty template of a table."""
    return template_workbook(
        title=kind.title, columns=kind.columns, notes=[*NOTES, *([kind.help] if kind.help else [])]
    )


def export_of(kind: Kind, place: Place) -> bytes:
    """Return what is stored, in the columns of the template."""
    return table_workbook(title=kind.title, columns=kind.columns, rows=kind.exported(place), notes=NOTES)


def marked_of(run: ImportRun, place: Place) -> bytes:
    """Return a run's rows with the bad cells marked and the remarks behind them; of large tables the bad rows only.

    Raises IntakeError where the file is gone or cannot be read.
    """
    kind = kind_of(run.kind)
    path = located(run)
    checked = check_file(path, kind, place, mapping=run.columns)
    found: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    for finding in checked.findings:
        found[finding.sheet, finding.row].append(finding)
    heading = checked.headings[0]
    width = len(heading.texts)
    places = {text: place for place, text in enumerate(heading.texts)}
    places |= {
        column.title: heading.places[column.name] for column in kind.columns if column.name in heading.places
    }
    titles = {column.name: column.title for column in kind.columns}
    headings = [
        next((titles[name] for name, at in heading.places.items() if at == place), text or f"列{place + 1}")
        for place, text in enumerate(heading.texts)
    ]

    def rows() -> Iterator[tuple[list[Raw], set[int], str]]:
        for own, raw in raw_rows(path, kind, run.columns):
            bad = found.get((raw.sheet, raw.number), [])
            if not bad and checked.total > ALL_ROWS_UP_TO:
                continue
            cells = (
                raw.cells if own.texts == heading.texts else arranged(raw, own.places, heading.places, width)
            )
            words = "；".join(
                f"{one.column}：{one.wrong}，{one.right}" if one.column else f"{one.wrong}，{one.right}"
                for one in bad
            )
            yield cells, {places[one.column] for one in bad if one.column in places}, words

    return marked_workbook(title=kind.title, headings=headings, rows=rows())


def arranged(raw: RawRow, own: dict[str, int], wanted: dict[str, int], width: int) -> list[Raw]:
    """Put a row of another sheet into the first sheet's order."""
    cells: list[Raw] = [None] * width
    for name, place in wanted.items():
        at = own.get(name, -1)
        if 0 <= at < len(raw.cells):
            cells[place] = raw.cells[at]
    return cells


def suggested(kind: Kind, headings: list[str]) -> dict[str, str]:
    """Return which of a table's headings look like which of our columns."""
    return {name: headings[place] for name, place in match_headings(headings, kind.columns).items()}
