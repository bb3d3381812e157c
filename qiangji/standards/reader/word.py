"""Word documents (.docx): every table with its merges, as the page shows it.

Only three parts are opened (the text, the lists, the styles), and read as a person reads the page: with
the numbers Word counts, with what tracked changes put in and without what they took out, without hidden
text. Content controls, which wrap whatever they please, are seen through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from lxml import etree  # type: ignore[import-untyped]

from qiangji.standards.reader.blocks import MOST_NESTED, WIDEST, Block, Grid, GridCell, check_size, raw_tables
from qiangji.standards.reader.cells import Unreadable
from qiangji.standards.reader.found import Found
from qiangji.standards.reader.packages import DAMAGE, Package, opened
from qiangji.standards.reader.tree import Problem
from qiangji.standards.reader.word_numbering import VAL, Numbering, W

BODY = "word/document.xml"
NO_TABLE = "文档里没有找到量化表：表格应有“项目”和“具体标准”两栏，请核对文件"
BROKEN = "文件已损坏或不是 Word 文档，请用 Word 打开并另存为 .docx 后再试"
MOST_PARAGRAPHS = 60_000
TABLE_SIZE = 200  # characters in a text box from which it may be more than a caption
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TYPED_NUMBER = re.compile(r"\s*[0-9０-９]{1,3}\s*(?:[、)）]|[.．](?![0-9０-９]))")
# Wrappers whose content counts as if they were not there.
_SEEN_THROUGH = frozenset(
    W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "dir", "bdo")
) | {_MC + "AlternateContent", _MC + "Choice"}  # fmt: skip
# What the page does not show as text of the paragraph.
_UNSEEN = frozenset(
    W + name for name in ("del", "moveFrom", "drawing", "pict", "object", "txbxContent", "rt", "pPr", "sdtPr", "instrText", "delText")
) | {_MC + "Fallback"}  # fmt: skip
_SIGNS = {W + "tab": " ", W + "ptab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_OFF = frozenset({"0", "false", "off", "none"})


def read_word(data: bytes) -> Found:
    """Find the tables of a document. Raises Unreadable with the reason."""
    try:
        with opened(data) as package:
            if package.kind != "word":
                raise Unreadable("文件不是 Word 文档，请用 Word 另存为 .docx 后再试")
            return _read(package)
    except Unreadable:
        raise
    except DAMAGE as error:
        raise Unreadable(BROKEN) from error


def _read(package: Package) -> Found:
    body = package.tree(BODY).find(f"{W}body")
    if body is None:
        raise Unreadable(BROKEN)
    lists = package.tree("word/numbering.xml") if "word/numbering.xml" in package.names else None
    styles = package.tree("word/styles.xml") if "word/styles.xml" in package.names else None
    document = _Document(Numbering(lists, styles))
    return Found(raw_tables(document.blocks(body, 0), nothing=NO_TABLE), tuple(_boxes(body)))


class _Document:
    """One reading of a document, from top to bottom, since its automatic numbers count that way."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.rows = 0
        self.cells = 0
        self.paragraphs = 0

    def blocks(self, parent: etree._Element, depth: int) -> list[Block]:
        """The paragraphs and tables of a body or a cell, in order."""
        if depth > MOST_NESTED:
            raise Unreadable(f"表格一层套一层超过 {MOST_NESTED} 层，不像一张量化表，请把里层表格移到外面再试")
        found: list[Block] = []
        goes_on = False
        for element in _children(parent, f"{W}p", f"{W}tbl"):
            if element.tag == f"{W}tbl":
                found.append(self.grid(element, depth))
                goes_on = False
                continue
            text = self.paragraph(element)
            if goes_on and found and isinstance(found[-1], str):
                found[-1] += text
            else:
                found.append(text)
            goes_on = element.find(f"{W}pPr/{W}rPr/{W}del") is not None  # its end was taken out
        return self._without_bare_numbers(found)

    def _without_bare_numbers(self, found: list[Block]) -> list[Block]:
        """Drop numbers that stand before nothing, unless the number is all there is (a serial column)."""
        filled = [block for block in found if not isinstance(block, _Bare)]
        if any(isinstance(block, Grid) or block.strip() for block in filled):
            return filled
        return [str(block) if isinstance(block, _Bare) else block for block in found]

    def grid(self, table: etree._Element, depth: int) -> Grid:
        grid = Grid()
        for row in _children(table, f"{W}tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                continue
            grid.rows.append(self.row(row, properties, depth))
            self.rows += 1
            self.cells += len(grid.rows[-1])
            check_size(self.rows, self.cells)
        return grid

    def row(self, row: etree._Element, properties: etree._Element | None, depth: int) -> list[GridCell]:
        column = _whole(properties, "gridBefore", 0)
        cells: list[GridCell] = []
        for tc in _children(row, f"{W}tc"):
            of_cell = tc.find(f"{W}tcPr")
            span = max(_whole(of_cell, "gridSpan", 1), 1)
            if _merge(of_cell, "hMerge") == "continue" and cells:
                cells[-1].span += span
            elif of_cell is None or of_cell.find(f"{W}cellDel") is None:
                continued = _merge(of_cell, "vMerge") == "continue"
                content = [] if continued else self.blocks(tc, depth + 1)
                cells.append(GridCell(content, column, span, continued))
            column += span
        return cells

    def paragraph(self, paragraph: etree._Element) -> str:
        """The text as the page shows it, after the number that Word puts before it."""
        self.paragraphs += 1
        if self.paragraphs > MOST_PARAGRAPHS:
            raise Unreadable(f"文档超过 {MOST_PARAGRAPHS} 段，不像一张量化表，请只保留量化表后再试")
        text = "".join(_texts(paragraph))
        label = self.numbering.label(paragraph)
        if not label or _TYPED_NUMBER.match(text):
            return text
        if not text.strip():
            return _Bare(label)
        return f"{label} {text}" if text[:1].isdigit() and label[-1:].isascii() else label + text


class _Bare(str):
    """The number of a paragraph that has no text."""


def _children(parent: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """The children of these names, in order, through wrappers. Without recursion: wrappers may be nested."""
    waiting = [iter(parent)]
    while waiting:
        for element in waiting[-1]:
            if element.tag in tags:
                yield element
            elif element.tag in _SEEN_THROUGH:
                waiting.append(iter(element))
                break
        else:
            waiting.pop()


def _texts(paragraph: etree._Element) -> Iterator[str]:
    """The pieces of text of a paragraph that the page shows."""
    waiting = [iter(paragraph)]
    while waiting:
        for element in waiting[-1]:
            tag = element.tag
            if tag in (f"{W}t", f"{_MATH}t"):
                yield element.text or ""
            elif tag in _SIGNS:
                yield _SIGNS[tag]
            elif tag not in _UNSEEN and not (tag == f"{W}r" and _is_hidden(element)) and len(element):
                waiting.append(iter(element))
                break
        else:
            waiting.pop()


def _is_hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(VAL, "1") not in _OFF


def _merge(properties: etree._Element | None, name: str) -> str:
    """ "restart" or "continue" for a cell in a merge, "" for one outside; "continue" may stay unsaid."""
    found = properties.find(f"{W}{name}") if properties is not None else None
    return "" if found is None else found.get(VAL, "continue")


def _whole(properties: etree._Element | None, name: str, default: int) -> int:
    found = properties.find(f"{W}{name}") if properties is not None else None
    text = found.get(VAL, "") if found is not None else ""
    return min(int(text), WIDEST) if text.isdecimal() and len(text) < 6 else default


def _boxes(body: etree._Element) -> Iterator[Problem]:
    """A warning where a text box holds so much that it may be part of the table."""
    for box in body.iter(f"{W}txbxContent"):
        if any(parent.tag == f"{_MC}Fallback" for parent in box.iterancestors()):
            continue  # the same box once more, for old programs
        texts = chain.from_iterable(_texts(p) for p in box.iter(f"{W}p"))
        text = "".join(texts).strip()
        if len(text) >= TABLE_SIZE or box.find(f".//{W}tbl") is not None:
            message = f"文本框里的文字（“{text[:12]}…”）没有读入，如果属于量化表，请移到表格里再试"
            yield Problem("warning", "文本框", message)
