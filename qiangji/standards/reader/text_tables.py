"""Tables in plain text whose rows are lines: cells parted by tabs, by upright strokes, or set under each other.

Tabs come from copying in Excel (every row has every cell; a cell with line breaks stands in quotes) or in
Word (a cell's own line breaks cut the row, merged cells are missing). Where a line can be read in two
ways, nothing is guessed: the file is refused with the line and what to do.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qiangji.standards.reader.blocks import check_size
from qiangji.standards.reader.cells import Cell, RawTable, Row, Unreadable
from qiangji.standards.reader.headings import layout_of

NUMBERED = re.compile(r"\s*(?:\d{1,3}\s*[.、]|（\s*\d{1,3}\s*）|[①-⑳])")
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"(?=[\t\n]|\Z)')
_PLAIN = re.compile(r"[^\t\n]*")
_ENDED = re.compile(r"(?:[。；;）〕】\]分]|\d)\s*\Z|\A\s*\Z")
_STROKES = re.compile(r"(?<!\\)[|｜│┃║]")
_RULE = re.compile(r"[\s|｜│┃║+:=\-_─━═┄┈┬┴┼├┤┌┐└┘╔╗╚╝╠╣╦╩╬]+")
_GAP = re.compile(r"(?:[ \u00a0]{2,}|[ \u00a0]*\u3000[ \u00a0\u3000]*)")

LONGEST_LINE = 2_000  # characters up to which a line may have columns set with blanks


@dataclass
class Record:
    """One line of a table, or several where quotes hold line breaks together; `line` counts from 1."""

    line: int
    cells: list[str]

    def row(self, *, columns: bool, width: int = 0) -> Row:
        """As a row; a single cell spans the whole width."""
        if not columns:
            return Row(tuple(Cell(text) for text in self.cells), f"第 {self.line} 行")
        span = max(width, 1) if len(self.cells) == 1 else 1
        return Row(tuple(Cell(t, i, span) for i, t in enumerate(self.cells)), f"第 {self.line} 行")


def records_of(text: str) -> list[Record]:
    """Cut text with tabs into records, as a spreadsheet would paste it.

    >>> [(r.line, r.cells) for r in records_of('甲\\t"1.x\\n2.y"\\n乙\\t3')]
    [(1, ['甲', '1.x\\n2.y']), (3, ['乙', '3'])]
    """
    found: list[Record] = []
    at, line = 0, 1
    while at <= len(text):
        record = Record(line, [])
        while True:
            match = _QUOTED.match(text, at) or _PLAIN.match(text, at)
            assert match is not None  # the plain form also matches nothing
            quoted = match.re is _QUOTED
            record.cells.append(match[1].replace('""', '"') if quoted else match[0])
            line += match[0].count("\n")
            at = match.end() + 1
            if match.end() >= len(text) or text[match.end()] == "\n":
                break
        line += 1
        found.append(record)
    return found


def is_one_line(text: str) -> bool:
    """Whether rows are lines; otherwise each cell has a line of its own that begins with a tab."""
    lines = [line for line in text.split("\n") if "\t" in line]
    if any(_is_heading(record.cells) for record in records_of(text)):
        return True
    if all(line.startswith("\t") for line in lines):
        return False
    alone = sum(line.startswith("\t") and line.count("\t") == 1 for line in lines)
    return len(lines) - alone > alone


def tabbed(text: str) -> tuple[RawTable, bool]:
    """Read a table whose rows are lines of tab-separated cells; say also whether its columns are certain."""
    records = records_of(text)
    check_size(len(records), sum(len(record.cells) for record in records if len(record.cells) > 1))
    wide = [i for i, record in enumerate(records) if len(record.cells) > 1]
    first = next((i for i in wide if _is_heading(records[i].cells)), wide[0])
    inner = records[first : wide[-1] + 1]
    columns = all(len(record.cells) <= len(inner[0].cells) for record in inner)
    width = len(inner[0].cells) if columns else _usual_width(inner)
    rows = [record for record in _whole(inner, width) if any(cell.strip() for cell in record.cells)]
    if columns:
        width = _without_empty_columns(rows, width)
    before = [" ".join(filter(None, (cell.strip() for cell in record.cells))) for record in records[:first]]
    after: list[str] = []
    last = rows[-1]
    for record in records[wide[-1] + 1 :]:
        if NUMBERED.match(record.cells[0]) and NUMBERED.match(last.cells[-1]) and not after:
            last.cells[-1] += "\n" + record.cells[0]
        else:
            after += [record.cells[0].strip()] if record.cells[0].strip() else []
    table = RawTable(
        before=tuple(line for line in before if line),
        rows=tuple(record.row(columns=columns, width=width) for record in rows),
        after=tuple(after),
    )
    return table, columns


def _without_empty_columns(rows: list[Record], width: int) -> int:
    """Take out the columns that nothing stands in; return how many are left."""
    kept = [i for i in range(width) if any(len(r.cells) > i and r.cells[i].strip() for r in rows)]
    for record in rows:
        if len(record.cells) > 1:
            record.cells = [record.cells[i] for i in kept if i < len(record.cells)]
    return len(kept)


def _usual_width(records: list[Record]) -> int:
    return Counter(len(record.cells) for record in records if len(record.cells) > 1).most_common(1)[0][0]


def _whole(records: list[Record], width: int) -> list[Record]:
    """Put rows together again that line breaks inside cells cut, as Word's plain copy has them."""
    rows: list[Record] = []
    index = 0
    while index < len(records):
        joined, used = _joined(records[index : index + width * 20], width)
        rows.append(joined)
        index += used
    return rows


def _joined(records: list[Record], width: int) -> tuple[Record, int]:
    """The first record, or it and those that complete it, where every joint looks like the middle of a cell."""
    cells = list(records[0].cells)
    used = 1
    while len(cells) < width and used < len(records):
        following = records[used].cells
        goes_on = NUMBERED.match(following[0]) or not _ENDED.search(cells[-1])
        if len(following) == width or not following[0].strip() or not goes_on:
            break
        cells = [*cells[:-1], f"{cells[-1]}\n{following[0]}", *following[1:]]
        used += 1
    if used > 1 and len(cells) == width:
        return Record(records[0].line, cells), used
    return records[0], 1


def has_strokes(lines: Sequence[str]) -> bool:
    """Whether the lines hold a table drawn with upright strokes: a heading row, or three lines alike."""
    split = [_strokes(line) for line in lines if _STROKES.search(line) and not _RULE.fullmatch(line)]
    counts = Counter(len(cells) for cells in split if len(cells) > 1)
    return any(_is_heading(cells) for cells in split) or (bool(counts) and max(counts.values()) >= 3)


def stroked(lines: Sequence[str]) -> RawTable:
    """Read a table drawn with upright strokes. Raises Unreadable where a row has another number of cells."""
    check_size(len(lines), 0)
    split = {
        i: _strokes(line)
        for i, line in enumerate(lines)
        if _STROKES.search(line) and not _RULE.fullmatch(line)
    }
    first = next((i for i, cells in split.items() if _is_heading(cells)), min(split))
    last = max(i for i, line in enumerate(lines) if i in split)
    width = len(split[first])
    rules = {i for i in range(first, last) if lines[i].strip() and _RULE.fullmatch(lines[i])}
    boxed = len(rules) >= 2  # more than the one under the heading: they part the rows
    rows: list[Record] = []
    new = True
    for i in range(first, last + 1):
        if i in rules or not lines[i].strip():
            new = True
            continue
        cells = split.get(i) or [lines[i].strip()]
        if len(cells) not in {1, width}:
            raise Unreadable(
                f"第 {i + 1} 行有 {len(cells)} 格，表头有 {width} 格，请改成一致，或改用 Word、Excel 表格"
            )
        if boxed and not new and len(cells) == len(rows[-1].cells):
            rows[-1].cells = [f"{a}\n{b}".strip() for a, b in zip(rows[-1].cells, cells, strict=True)]
        else:
            rows.append(Record(i + 1, cells))
        new = False
    check_size(len(rows), len(rows) * width)
    outside = [line.strip() if not _RULE.fullmatch(line) else "" for line in lines]
    return RawTable(
        before=tuple(
            " ".join(filter(None, split.get(i, [line]))) for i, line in enumerate(outside[:first]) if line
        ),
        rows=tuple(record.row(columns=True, width=width) for record in rows),
        after=tuple(line for line in outside[last + 1 :] if line),
    )


def _strokes(line: str) -> list[str]:
    cells = [cell.replace("\\|", "|").strip() for cell in _STROKES.split(line.strip())]
    cells = cells[1:] if cells and not cells[0] else cells
    cells = cells[:-1] if cells and not cells[-1] else cells
    return [re.sub(r"<br\s*/?>", "\n", cell, flags=re.IGNORECASE) for cell in cells]


def aligned_heading(lines: Sequence[str]) -> int | None:
    """The line that is the heading of a table set with blanks; None where there is none."""
    for i, line in enumerate(lines):
        if _GAP.search(line.strip()) and _is_heading([text for _, text in _pieces(line)]):
            return i
    return None


def aligned(lines: Sequence[str], heading: int) -> RawTable:
    """Read a table whose columns stand under each other. Raises Unreadable for a line that does not."""
    check_size(len(lines), 0)
    starts = [start for start, _ in _pieces(lines[heading])]
    width = len(starts)
    rows = [Record(heading + 1, [text for _, text in _pieces(lines[heading])])]
    for number, line in enumerate(lines[heading + 1 :], start=heading + 2):
        pieces = _pieces(line)
        if not pieces:
            continue
        if len(pieces) == 1 and pieces[0][0] <= starts[0] + 1 and _width(line.rstrip()) > starts[1] - 1:
            rows.append(Record(number, [pieces[0][1]]))
            continue
        cells = _under(pieces, starts, number)
        filled = [i for i, cell in enumerate(cells) if cell]
        whole = len(rows[-1].cells) == width
        if len(filled) == 1 and filled[0] > 0 and whole and not NUMBERED.match(cells[filled[0]]):
            rows[-1].cells[filled[0]] = f"{rows[-1].cells[filled[0]]}\n{cells[filled[0]]}".strip()
        else:
            rows.append(Record(number, cells))
    check_size(len(rows), len(rows) * width)
    return RawTable(
        before=tuple(line.strip() for line in lines[:heading] if line.strip()),
        rows=tuple(record.row(columns=True, width=width) for record in rows),
    )


def _under(pieces: list[tuple[int, str]], starts: list[int], number: int) -> list[str]:
    """Put each piece under the heading it stands below."""
    cells = [""] * len(starts)
    for start, text in pieces:
        column = max((i for i, at in enumerate(starts) if at <= start + 1), default=0)
        beyond = column + 1 < len(starts) and start + _width(text) > starts[column + 1]
        if cells[column] or beyond:
            raise Unreadable(
                f"第 {number} 行的文字没有与表头对齐，分不清各栏，请改用 Word、Excel 表格或制表符分隔"
            )
        cells[column] = text
    return cells


def _pieces(line: str) -> list[tuple[int, str]]:
    """The stretches of text between gaps, each with the place where it begins, in half widths."""
    found: list[tuple[int, str]] = []
    at = begin = 0
    if len(line) > LONGEST_LINE:
        return [(0, line.strip())]
    for gap in [*_GAP.finditer(line), None]:
        end = gap.start() if gap else len(line)
        if line[begin:end].strip():
            lead = len(line[begin:end]) - len(line[begin:end].lstrip())
            found.append((at + lead, line[begin:end].strip()))
        if gap:
            at += _width(line[begin : gap.end()])
            begin = gap.end()
    return found


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def _is_heading(cells: list[str]) -> bool:
    row = Row(tuple(Cell(text, i) for i, text in enumerate(cells)), "")
    return len(cells) > 1 and layout_of(row) is not None
