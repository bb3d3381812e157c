"""Tables as HTML: what Word and Excel put on the clipboard, and files that are web pages whatever they are called.

Only what a person would see is taken: no scripts, styles, hidden rows or deleted text. Merged cells come
from rowspan and colspan; lists are numbered as a browser would number them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree  # type: ignore[import-untyped]

from qiangji.standards.reader.blocks import MOST_NESTED, WIDEST, Block, Grid, GridCell, check_size, raw_tables
from qiangji.standards.reader.cells import RawTable, Unreadable
from qiangji.standards.reader.found import Found
from qiangji.standards.reader.packages import DAMAGE, MOST_TREE, tree_bytes
from qiangji.standards.reader.word_numerals import numeral

_HTML = re.compile(
    r"\s*(?:Version:[\s\S]{0,600}?)?<(?:!doctype\s+html|!--|html|head|body|meta|table|div|span|style|p|br|center|b|ol|ul)\b",
    re.IGNORECASE,
)
_UNSEEN = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe", "del", "select", "textarea"}
)  # fmt: skip
_BLOCKS = frozenset(
    {"p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section", "article", "header", "footer",
     "blockquote", "pre", "hr", "center", "form", "dl", "dt", "dd", "caption"}
)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_FIRST_CHINESE = "\u2e80"
_LIST_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
MOST_TAGS = 150_000
NO_TABLE = "网页内容里没有找到表格，请从 Word 或 Excel 里选中整张表格再复制"


def looks_like_html(text: str) -> bool:
    """Whether a text is a web page or a piece of one.

    >>> looks_like_html("<table><tr><td>1"), looks_like_html("项目\\t标准")
    (True, False)
    """
    return _HTML.match(text) is not None


def read_html(text: str) -> Found:
    """Find the tables of a page. Raises Unreadable with the reason."""
    data = text.replace("\x00", "").encode("utf-8", "replace")
    if tree_bytes(data) > MOST_TREE or data.count(b"<") > MOST_TAGS:
        raise Unreadable("网页内容过于复杂，不像一张量化表，请只复制量化表的部分再试")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
        blocks = [] if root is None else _Page().blocks(root, 0)
    except DAMAGE as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("网页内容已损坏，无法读取，请从 Word 或 Excel 里重新复制") from error
    return Found(_tables(blocks))


def _tables(blocks: list[Block]) -> tuple[RawTable, ...]:
    return raw_tables(blocks, nothing=NO_TABLE)


class _Page:
    """One reading of a page, counting rows and cells as it goes."""

    def __init__(self) -> None:
        self.rows = 0
        self.cells = 0
        self.items: dict[etree._Element, int] = {}  # list -> the number of its next item

    def number(self, element: etree._Element) -> str:
        """The number that a browser puts before an item of a numbered list; "" for anything else."""
        parent = element.getparent()
        if element.tag != "li" or parent is None or parent.tag != "ol":
            return ""
        start = parent.get("start", "1")
        number = self.items.get(parent, int(start) if start.isdecimal() and len(start) < 4 else 1)
        self.items[parent] = number + 1
        return numeral(number, _LIST_FORMS.get(parent.get("type", "1"), "decimal")) + "."

    def blocks(self, parent: etree._Element, depth: int) -> list[Block]:
        """The lines and tables inside an element, in order."""
        if depth > MOST_NESTED:
            raise Unreadable(f"表格一层套一层超过 {MOST_NESTED} 层，不像一张量化表，请把里层表格移到外面再试")
        found: list[Block] = []
        pieces = [_shown(parent.text)]
        walk = etree.iterwalk(parent, events=("start", "end"))
        for event, element in walk:
            if element is parent:
                continue
            tag = element.tag
            if event == "end":
                pieces.append(("\n" if tag in _BLOCKS else "") + _shown(element.tail))
            elif tag == "table":
                found += _lines(pieces)
                pieces = []
                found += [*_captions(element), self.grid(element, depth)]
                walk.skip_subtree()
            elif not isinstance(tag, str) or tag in _UNSEEN or _is_hidden(element):
                walk.skip_subtree()
            elif tag == "br":
                pieces.append("\n")
            else:
                pieces.append(("\n" if tag in _BLOCKS else "") + self.number(element) + _shown(element.text))
        return found + _lines(pieces)

    def grid(self, table: etree._Element, depth: int) -> Grid:
        grid = Grid()
        reaching: dict[int, tuple[int, int]] = {}  # column -> rows still to go, span
        for row in _rows(table):
            cells = self.row(row, reaching, depth)
            grid.rows.append(cells)
            self.rows += 1
            check_size(self.rows, self.cells)
        return grid

    def row(self, row: etree._Element, reaching: dict[int, tuple[int, int]], depth: int) -> list[GridCell]:
        cells: list[GridCell] = []
        column = 0
        begun: dict[int, tuple[int, int]] = {}
        for element in row.iterchildren("td", "th"):
            if _is_hidden(element):
                continue
            column = _continue(cells, column, reaching)
            span = _span(element, "colspan")
            cells.append(GridCell(self.blocks(element, depth + 1), column, span))
            self.cells += 1 + len(reaching)
            check_size(self.rows, self.cells)
            down = _span(element, "rowspan")
            if down > 1:
                begun[column] = (down - 1, span)
            column += span
        for start in sorted(start for start in reaching if start >= column):
            cells.append(GridCell([], start, reaching[start][1], True))
        for start, (rows, span) in list(reaching.items()):
            reaching.pop(start)
            if rows > 1:
                reaching[start] = (rows - 1, span)
        reaching.update(begun)
        return cells


def _continue(cells: list[GridCell], column: int, reaching: dict[int, tuple[int, int]]) -> int:
    """Pass over the columns that cells from above reach into, leaving the lower parts of those cells."""
    while column in reaching:
        span = reaching[column][1]
        cells.append(GridCell([], column, span, True))
        column += span
    return column


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table.iterchildren("tr", "thead", "tbody", "tfoot"):
        rows: Iterable[etree._Element] = [child] if child.tag == "tr" else child.iterchildren("tr")
        yield from (row for row in rows if not _is_hidden(row))


def _captions(table: etree._Element) -> list[str]:
    return [
        line
        for caption in table.iterchildren("caption")
        for line in _lines([_shown("".join(caption.itertext()))])
    ]


def _lines(pieces: list[str]) -> list[str]:
    """Cut the pieces of text at their breaks; blanks at the ends of lines and empty lines mean nothing."""
    lines = (_BLANKS.sub(" ", line).strip(" ") for line in "".join(pieces).split("\n"))
    return [line for line in lines if line]


def _shown(text: str | None) -> str:
    """Text as a page shows it: line breaks of the source are blanks, or nothing beside Chinese."""
    return _BLANKS.sub(_blank, text) if text else ""


def _blank(found: re.Match[str]) -> str:
    whole, start, end = found.string, found.start(), found.end()
    beside = whole[max(start - 1, 0) : start] + whole[end : end + 1]
    return "" if "\n" in found[0] and any(one >= _FIRST_CHINESE for one in beside) else " "


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style", "")))


def _span(element: etree._Element, name: str) -> int:
    text = element.get(name, "1").strip()
    return min(max(int(text), 1), WIDEST) if text.isdecimal() and len(text) < 6 else 1
