"""The one interpreter: from rows of cells, whatever file they came from, to a standard with its problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qiangji.standards.reader.arrangement import Arrangement, Stretch, arrange, habits_of
from qiangji.standards.reader.cells import RawTable, Unreadable
from qiangji.standards.reader.heads import SURE_STYLES, Title, head_of
from qiangji.standards.reader.reading import Reading, begins_remark
from qiangji.standards.reader.title import HEAD_LINE, Heading, names_table, read_above
from qiangji.standards.reader.tree import OriginalLine, ParsedStandard, Problem
from qiangji.standards.reader.vetoes import VETO_NAMES, remark_name
from qiangji.standards.reader.wording import compact, joined, normal_widths
from qiangji.standards.schema import ChecklistScoring


def interpret(tables: Sequence[RawTable]) -> ParsedStandard:
    """Understand the tables of a file. Raises Unreadable where none has a heading row or criteria."""
    arrangement = arrange(tables)
    reading = Reading(habits_of(arrangement.stretches))
    original, origins, lines = _original(tables)
    reading.parsed.original = original
    above = _Above(_above(tables, arrangement, lines))
    for stretch in arrangement.stretches:
        _lines_before(tables, stretch, arrangement, reading, above, lines, origins)
        reading.stretch(stretch, origins)
    _lines_after(tables, arrangement, reading, lines)
    return _finished(reading, above)


@dataclass
class _Above:
    """Lines on covers, lines above the first heading, and lines between tables that belong to nothing."""

    covers: list[str]
    own: list[str] = field(default_factory=list)
    between: list[tuple[str, int]] = field(default_factory=list)


class _Lines:
    """Lines outside the tables with their original index, each taken once."""

    def __init__(self) -> None:
        self.places: dict[tuple[int, str, int], int] = {}
        self.taken: set[tuple[int, str]] = set()

    def origin(self, table: int, side: str, index: int) -> int:
        return self.places[table, side, index]


def _original(tables: Sequence[RawTable]) -> tuple[list[OriginalLine], dict[tuple[int, int], int], _Lines]:
    """Every line and row of the file in order, and where each stands in that list."""
    original: list[OriginalLine] = []
    origins: dict[tuple[int, int], int] = {}
    lines = _Lines()
    for index, table in enumerate(tables):
        for at, line in enumerate(table.before):
            lines.places[index, "before", at] = len(original)
            original.append(
                OriginalLine(
                    f"第 {index + 1} 张表前第 {at + 1} 行" if len(tables) > 1 else f"表前第 {at + 1} 行",
                    (line,),
                )
            )
        for at, row in enumerate(table.rows):
            origins[index, at] = len(original)
            original.append(OriginalLine(row.where, tuple(cell.text for cell in row.cells)))
        for at, line in enumerate(table.after):
            lines.places[index, "after", at] = len(original)
            original.append(
                OriginalLine(
                    f"第 {index + 1} 张表后第 {at + 1} 行" if len(tables) > 1 else f"表后第 {at + 1} 行",
                    (line,),
                )
            )
    return original, origins, lines


def _above(tables: Sequence[RawTable], arrangement: Arrangement, lines: _Lines) -> list[str]:
    """What stands on covers and in head blocks before the first table of the standard."""
    found: list[str] = []
    for index in range(arrangement.first):
        found += tables[index].before
        for row in tables[index].rows:
            found += dict.fromkeys(
                cell.text for cell in row.cells if not cell.is_blank and not cell.continued
            )
        found += tables[index].after
    return found


def _lines_before(
    tables: Sequence[RawTable],
    stretch: Stretch,
    arrangement: Arrangement,
    reading: Reading,
    above: _Above,
    lines: _Lines,
    origins: dict[tuple[int, int], int],
) -> None:
    """Heads of parts and remarks that stand between tables; other lines are named as left out."""
    later = bool(reading.parsed.sections)
    index = stretch.index
    candidates = [
        *(
            (lines.origin(index - 1, "after", at), line)
            for at, line in enumerate(tables[index - 1].after if index > arrangement.first else ())
        ),
        *((lines.origin(index, "before", at), line) for at, line in enumerate(tables[index].before)),
        *(
            (origins[index, at], cell.text)
            for at, row in stretch.above
            for cell in row.cells
            if not cell.is_blank and not cell.continued
        ),
    ]
    for at, (origin, line) in enumerate(candidates):
        if (origin, line) in lines.taken:
            continue
        lines.taken.add((origin, line))
        title = _head(line, later=later, nameless=_is_nameless(stretch), last=at == len(candidates) - 1)
        if title is not None:
            reading.head(title, origin)
        elif later and (begins_remark(line) or reading.in_remark):
            _remark_line(reading, line, f"第 {index + 1} 张表前", origin)
        elif later and not HEAD_LINE.search(normal_widths(line)):
            above.between.append((line, origin))
        elif not later:
            above.own.append(line)


def _is_nameless(stretch: Stretch) -> bool:
    """Whether no column of the table names the parts."""
    return not stretch.layout.titles and len(stretch.layout.columns) > 1


def _head(line: str, *, later: bool, nameless: bool, last: bool) -> Title | None:
    """Read a line above a table as the head of a part: by its ordinal, or by its points where no column names parts."""
    title = head_of(line, merged=later or nameless)
    if title is None:
        return None
    if title.style in SURE_STYLES or title.is_bonus:
        return title
    return (
        title
        if title.points is not None and (later or (nameless and last and not names_table(line)))
        else None
    )


def _lines_after(
    tables: Sequence[RawTable], arrangement: Arrangement, reading: Reading, lines: _Lines
) -> None:
    last = arrangement.stretches[-1].index
    reading.in_remark = False
    left: list[str] = []
    first: int | None = None
    for at, line in enumerate(tables[last].after):
        origin = lines.origin(last, "after", at)
        if begins_remark(line) or reading.in_remark:
            _remark_line(reading, line, "表后", origin)
        elif not HEAD_LINE.search(normal_widths(line)):
            left.append(line)
            first = origin if first is None else first
    if left:
        message = f"表格后面有 {len(left)} 行文字未读入（“{joined(left[0])[:16]}”），请核对"
        reading.problem("warning", "表后", message, first)
    for index in arrangement.strangers:
        if index > arrangement.first:
            _stranger(tables[index], index, reading)


def _remark_line(reading: Reading, line: str, where: str, origin: int) -> None:
    name = remark_name(line)
    if HEAD_LINE.search(normal_widths(line)) and not name and not begins_remark(line):
        return
    go_on = reading.in_remark and not name
    if not go_on:
        reading.all_vetoes = name in VETO_NAMES
    reading.in_remark = True
    reading.remark(line, where, origin, go_on=go_on)


def _stranger(table: RawTable, index: int, reading: Reading) -> None:
    """A table of another kind after the standard: its vetoes are read, the rest is named as left out."""
    texts = [
        cell.text for row in table.rows for cell in row.cells if not cell.is_blank and not cell.continued
    ]
    for line in table.before:
        if begins_remark(line):
            reading.remark(line, f"第 {index + 1} 张表前", None)
    if texts and begins_remark(texts[0]):
        reading.all_vetoes = remark_name(texts[0]) in VETO_NAMES
        rest = texts[1:] if compact(texts[0]) == remark_name(texts[0]) else texts
        reading.remark("\n".join(rest), f"第 {index + 1} 张表", None)
    elif texts and not all(HEAD_LINE.search(normal_widths(text)) for text in texts):
        reading.problem(
            "warning", f"第 {index + 1} 张表", "这张表没有表头，与前面的表也不同，未读入，请核对", None
        )


def _finished(reading: Reading, above: _Above) -> ParsedStandard:
    parsed = reading.parsed
    if not parsed.criteria():
        raise Unreadable("表格里没有读到具体标准：每条应有序号和分值，例如“1.……（1分）”")
    heading = _heading(above, reading)
    parsed.title = heading.title
    if not parsed.title:
        reading.problem("warning", "表头", "表格上方没有标题，请在导入时写明名称", None)
    for line, origin in above.between:
        message = f"两张表之间的文字未读入（“{joined(normal_widths(line))[:16]}”），请核对"
        reading.problem("warning", "表间", message, origin)
    reading.finish()
    unscored = all(isinstance(c.scoring, ChecklistScoring) for c in parsed.criteria())
    reading.sums.above = heading.total
    reading.sums.check(unscored=unscored)
    return parsed


def _heading(above: _Above, reading: Reading) -> Heading:
    """Title and total; remarks above the table are read as remarks, other lines are named as left out."""
    plain: list[str] = []
    remark: list[str] = []
    for line in above.own:
        if remark or (begins_remark(line) and not names_table(line)):
            remark.append(line)
        else:
            plain.append(line)
    if remark:
        reading.remark("\n".join(remark), "表前", None, all_vetoes=remark_name(remark[0]) in VETO_NAMES)
    heading = read_above(plain)
    if not heading.title:
        heading = read_above([*above.covers, *plain])
    elif above.covers:
        heading.others = [*read_above(above.covers).others, *heading.others]
    if remark and heading.total is None:
        heading.total = read_above(remark).total
    if heading.others:
        message = (
            f"表格前面有 {len(heading.others)} 行文字未读入（“{joined(heading.others[0])[:16]}”），请核对"
        )
        reading.parsed.problems.append(Problem("warning", "表前", message))
    return heading
