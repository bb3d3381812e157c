"""Finding the table in a workbook: the heading row among titles, which column is which, and where the rows end.

People put titles above a table, merge headings over two rows, add columns of their own and sums below. What is
understood is read; what is not is named: columns that are missing, columns that nobody asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from unicodedata import normalize

from qiangji.lib.tabular.cells import BLANKS, Raw, plain_text
from qiangji.lib.tabular.columns import Column
from qiangji.lib.tabular.workbook import Line, SheetStart

SEARCHED = 30
REMARKS = "导入说明"
EXPLANATION = "填写说明"
IGNORED = frozenset({"序号", "编号序", "行号", REMARKS})
CLOSING = ("合计", "总计", "填表", "制表", "备注：", "说明：", "注：", "注:", "审核人")


class TableRefused(ValueError):
    """The workbook holds no table with these columns; ``headings`` are those of the row that looked most like one."""

    def __init__(self, message: str, headings: Sequence[str] = ()) -> None:
        self.headings = tuple(headings)
        super().__init__(message)


@dataclass(frozen=True)
class Heading:
    """How the columns of a sheet were understood: for each of ours the place it stands at, and what is left over."""

    sheet: str
    row: int
    last_row: int
    texts: tuple[str, ...]
    places: dict[str, int]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]

    @cached_property
    def named(self) -> frozenset[str]:
        """The words of the columns that are used."""
        return frozenset(self.texts[place] for place in self.places.values())


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands: ``number`` counts from 1 as Excel shows it."""

    sheet: str
    number: int
    cells: list[Raw]


@dataclass
class Table:
    """A workbook understood: rows come as a stream; headings and skipped sheets are complete once it is read."""

    columns: tuple[Column, ...]
    rows: Iterator[tuple[Heading, RawRow]]
    headings: list[Heading] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def normalized(text: str) -> str:
    """Return a heading without what people vary: blanks, width of signs, a star or unit behind it.

    >>> normalized("* 工　号（必填）"), normalized("金额(元)"), normalized("入党\\n时间")
    ('工号', '金额', '入党时间')
    """
    text = BLANKS.sub("", normalize("NFKC", text)).strip("*＊★:：")
    if text.endswith(")") and "(" in text[1:]:
        text = text[: text.rindex("(")]
    return text.lower()


def match_headings(
    texts: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Return at which place each column stands; ``mapping`` says by our name what another platform calls it."""
    wanted: dict[str, str] = {}
    for column in columns:
        for word in (column.title, column.name, *column.aliases):
            wanted.setdefault(normalized(word), column.name)
    chosen = {normalized(text): name for name, text in (mapping or {}).items() if text}
    places: dict[str, int] = {}
    for place, text in enumerate(texts):
        word = normalized(text)
        name = chosen.get(word) or (None if wanted.get(word) in chosen.values() else wanted.get(word))
        if name and name not in places:
            places[name] = place
    return places


def open_table(
    events: Iterable[SheetStart | Line], columns: Sequence[Column], mapping: Mapping[str, str] | None = None
) -> Table:
    """Find the table in what ``read_workbook`` yields.

    Raises TableRefused, while the rows are read, where no sheet has the headings; WorkbookRefused passes through.
    """
    table = Table(tuple(columns), iter(()))
    table.rows = read_rows(iter(events), table, mapping)
    return table


def read_rows(
    events: Iterator[SheetStart | Line], table: Table, mapping: Mapping[str, str] | None
) -> Iterator[tuple[Heading, RawRow]]:
    """Yield the rows of all sheets that have the headings."""
    best: tuple[str, ...] = ()
    start = next(events, None)
    while isinstance(start, SheetStart):
        sheet = Sheet(start, events)
        head = list(islice(sheet.lines(), SEARCHED))
        heading = None
        if start.name != EXPLANATION:
            heading = find_heading(start.name, head, table.columns, mapping)
        if heading is None:
            best = max(best, fullest(head), key=len) if start.name != EXPLANATION else best
            if start.name != EXPLANATION and head:
                table.skipped.append(start.name)
            for _ in sheet.lines():
                pass
        else:
            table.headings.append(heading)
            for line in chain(head, sheet.lines()):
                if is_row(line, heading):
                    yield heading, RawRow(start.name, line[0] + 1, line[1])
        start = sheet.following
    if not table.headings:
        titles = "、".join(column.title for column in table.columns if column.required)
        raise TableRefused(
            f"没有找到表头：表里应有一行写着{titles}等栏目名称。请用本页的模板，或把各列与模板的栏目对应起来",
            best,
        )


class Sheet:
    """The rows of one sheet with vertically merged cells filled in; ``following`` is the sheet behind it, once read."""

    def __init__(self, start: SheetStart, events: Iterator[SheetStart | Line]) -> None:
        self.following: SheetStart | None = None
        self._lines = self._read(events)
        self._starting: dict[int, list[tuple[int, int]]] = {}
        self._open: dict[int, tuple[int, Raw]] = {}
        for (top, left), (bottom, _) in start.merges:
            if bottom > top:
                self._starting.setdefault(top, []).append((left, bottom))

    def lines(self) -> Iterator[Line]:
        """Return the one stream of rows."""
        return self._lines

    def _read(self, events: Iterator[SheetStart | Line]) -> Iterator[Line]:
        for event in events:
            if isinstance(event, SheetStart):
                self.following = event
                return
            row, cells = event
            self._fill(row, cells)
            yield row, cells

    def _fill(self, row: int, cells: list[Raw]) -> None:
        for left, (bottom, value) in list(self._open.items()):
            if row > bottom:
                del self._open[left]
            elif value is not None:
                cells.extend([None] * (left + 1 - len(cells)))
                if cells[left] is None:
                    cells[left] = value
        for left, bottom in self._starting.get(row, ()):
            self._open[left] = (bottom, cells[left] if left < len(cells) else None)


def texts_of(cells: Sequence[Raw]) -> tuple[str, ...]:
    return tuple(plain_text(cell) for cell in cells)


def fullest(head: Sequence[Line]) -> tuple[str, ...]:
    """Return the texts of the row with most words in it, for people to match by hand."""
    rows = [texts_of(cells) for _, cells in head]
    return max(rows, key=lambda texts: sum(1 for text in texts if text and not text.isdecimal()), default=())


def find_heading(
    sheet: str, head: Sequence[Line], columns: Sequence[Column], mapping: Mapping[str, str] | None
) -> Heading | None:
    """Find the row, or two rows, that name most columns; at least two must be named, or the only one there is."""
    best: Heading | None = None
    for index, (row, cells) in enumerate(head):
        candidates = [(texts_of(cells), row)]
        if index + 1 < len(head) and head[index + 1][0] == row + 1:
            candidates.append((joined(cells, head[index + 1][1]), row + 1))
        for texts, last in candidates:
            places = match_headings(texts, columns, mapping)
            if len(places) > (len(best.places) if best else 0):
                best = heading_of(sheet, row, last, texts, places, columns, mapping)
    if best is None or len(best.places) < min(2, len(columns)):
        return None
    return best


def joined(upper: Sequence[Raw], lower: Sequence[Raw]) -> tuple[str, ...]:
    """Join headings over two rows: the lower word where there is one, else the upper."""
    above, below = texts_of(upper), texts_of(lower)
    width = max(len(above), len(below))
    above, below = above + ("",) * (width - len(above)), below + ("",) * (width - len(below))
    return tuple(low or high for high, low in zip(above, below, strict=True))


def heading_of(
    sheet: str,
    row: int,
    last: int,
    texts: tuple[str, ...],
    places: dict[str, int],
    columns: Sequence[Column],
    mapping: Mapping[str, str] | None,
) -> Heading:
    """Build a heading with what is left over: words nobody asked for, and columns that are there twice."""
    used = set(places.values())
    unknown: list[str] = []
    repeated: list[str] = []
    for place, text in enumerate(texts):
        if not text or place in used or normalized(text) in IGNORED:
            continue
        is_repeated = bool(match_headings([text], columns, mapping))
        (repeated if is_repeated else unknown).append(text)
    return Heading(sheet, row, last, texts, places, tuple(unknown), tuple(repeated))


def is_row(line: Line, heading: Heading) -> bool:
    """Say whether a line is one of the table's rows: below the heading, not blank, no repeated heading, no closing line."""
    row, cells = line
    if row <= heading.last_row:
        return False
    filled = [text for cell in cells if cell is not None and (text := plain_text(cell))]
    if not filled or not any(
        place < len(cells) and cells[place] is not None for place in heading.places.values()
    ):
        return False
    first = filled[0]
    if len(filled) <= 2 and first.startswith(CLOSING):
        return False
    named = heading.named
    return not (first in named and len(named.intersection(filled)) >= max(2, len(named) - 1))
