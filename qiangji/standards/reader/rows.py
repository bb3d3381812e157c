"""What kind of row a row is, before its cells are read: remark, total, signature, head or criteria."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qiangji.standards.reader.cells import Cell, Row
from qiangji.standards.reader.columns import Role
from qiangji.standards.reader.headings import Fields, Layout
from qiangji.standards.reader.heads import Title, head_of, read_title
from qiangji.standards.reader.numbering import begins_numbered
from qiangji.standards.reader.numerals import NUMERAL
from qiangji.standards.reader.points_column import read_points
from qiangji.standards.reader.title import HEAD_LINE
from qiangji.standards.reader.vetoes import VETO_NAMES, has_veto, remark_name
from qiangji.standards.reader.wording import POINTS_MARK, compact, normal_widths, without_points

Kind = Literal["blank", "remark", "subtotal", "total", "furniture", "head", "criteria"]
_SUM = re.compile(
    rf"(?:本|各|分|全|以上|共|[{NUMERAL}]{{1,3}}、|项目|部分|项)*(?P<word>小计|合计|总计|总分|共计|累计|总分值|总得分)(?:得?分|分值)?(?:[（:：\d].{{0,20}})?"
)
_SERIAL = re.compile(r"\d{1,3}(?:[.-]\d{1,2}){0,2}[.、]?")
_CHINESE_SERIAL = re.compile(rf"(?:（[{NUMERAL}]{{1,3}}）|[{NUMERAL}]{{1,3}}|第[{NUMERAL}]{{1,3}}部分)[、.]?")


@dataclass(frozen=True)
class Serials:
    """How the serial column of a stretch is filled: a number on each row, and heads with Chinese numerals."""

    each: bool = False
    chinese_heads: bool = False


def own_cells(row: Row) -> list[Cell]:
    """The cells with text of their own."""
    return [cell for cell in row.cells if not cell.is_blank and not cell.continued]


def serials_of(layout: Layout, rows: Sequence[Row]) -> Serials:
    """Look through the serial column."""
    if not layout.has(Role.SERIAL):
        return Serials()
    with_words = numbered = chinese = 0
    in_remark = False
    for row in rows:
        fields = layout.fields(row)
        if fields.serial is not None and not fields.serial.is_blank:
            in_remark = remark_name(fields.serial.text) != ""
        if in_remark or sum_word(row):
            continue
        if (
            fields.words is None
            or fields.words.is_blank
            or fields.words.continued
            or fields.whole is not None
        ):
            continue
        text = serial_text(fields)
        if _CHINESE_SERIAL.fullmatch(text):
            chinese += 1
            continue
        with_words += not _SUM.fullmatch(text)
        numbered += _SERIAL.fullmatch(text) is not None
    return Serials(
        each=numbered > 0 and numbered >= with_words * 0.9, chinese_heads=chinese > 0 and numbered > 0
    )


def serial_text(fields: Fields) -> str:
    """The serial cell's own text, without blanks."""
    cell = fields.serial
    return "" if cell is None or cell.continued else compact(cell.text)


def serial_number(fields: Fields) -> str:
    """The number in the serial cell; "" where it holds none."""
    text = serial_text(fields)
    return text.rstrip(".、").replace("-", ".") if _SERIAL.fullmatch(text) else ""


def sum_word(row: Row) -> str:
    """小计, 合计 … where the row states a sum; "" otherwise."""
    for cell in own_cells(row)[:3]:
        found = _SUM.fullmatch(compact(cell.text)[:40])
        if found:
            return found["word"]
    return ""


def kind_of(
    row: Row, layout: Layout, fields: Fields, serials: Serials, *, in_remark: bool
) -> tuple[Kind, Title | None]:
    """Tell what kind of row this is, and its title where it is a head."""
    own = own_cells(row)
    if not own:
        return "blank", None
    word = sum_word(row)
    if word:
        return ("subtotal" if word == "小计" else "total"), None
    if remark_name(own[0].text) or remark_name(read_title(own[0].text).text) in VETO_NAMES:
        return "remark", None
    if in_remark and (row.cells[0].continued or fields.whole is not None) and not _has_points(fields):
        return "remark", None
    if (
        fields.whole is not None
        and has_veto(own[0].text)
        and not POINTS_MARK.search(normal_widths(own[0].text))
    ):
        return "remark", None
    if _is_furniture(own, fields):
        return "furniture", None
    title = _head(row, layout, fields, serials)
    return ("criteria", None) if title is None else ("head", title)


def _has_points(fields: Fields) -> bool:
    own = (
        fields.points is not None and not fields.points.continued and read_points(fields.points.text).figures
    )
    text = "" if fields.words is None else normal_widths(fields.words.text)
    return bool(own) or POINTS_MARK.search(text) is not None


def _is_furniture(own: list[Cell], fields: Fields) -> bool:
    """Signatures and dates: every text of the row is a label to be filled in."""
    return (
        not _has_points(fields)
        and all(HEAD_LINE.search(normal_widths(cell.text)) and len(compact(cell.text)) < 60 for cell in own)
        and not any(begins_numbered(normal_widths(cell.text)) for cell in own)
    )


def _head(row: Row, layout: Layout, fields: Fields, serials: Serials) -> Title | None:
    serial = serial_text(fields)
    if serials.chinese_heads and _CHINESE_SERIAL.fullmatch(serial) and fields.words is not None:
        return _numbered_head(fields, serial)
    whole = fields.whole
    if whole is None:
        return _with_points_beside(row, layout, fields)
    at = whole.column or 0
    outline = len(layout.columns) == 1
    in_words = whole is fields.words and not layout.spans_criteria(whole)
    if outline:
        plain = normal_widths(whole.text)
        title = head_of(plain, merged=True)
        return (
            None
            if title
            and title.style not in {"part", "chinese", "bracketed"}
            and (begins_numbered(plain) or title.points is None)
            else title
        )
    single = not layout.grid and len(row.cells) == 1
    if in_words and layout.grid and layout.titles:
        return None
    merged = (
        layout.spans_criteria(whole)
        or single
        or (whole is fields.serial)
        or (in_words and not layout.titles and layout.criteria == 0)
    )
    title = head_of(whole.text, merged=merged and not _SERIAL.fullmatch(compact(whole.text)))
    if title is None or (in_words and layout.grid and title.style == "" and title.points is None):
        return None
    in_titles = any(cell is whole for _, cell in fields.titles) and not layout.spans_criteria(whole)
    return None if in_titles and at >= 0 and title.style == "" and not title.is_bonus else title


def _with_points_beside(row: Row, layout: Layout, fields: Fields) -> Title | None:
    """A merged head whose points stand in the points column."""
    own = own_cells(row)
    beside = [
        cell
        for cell in (fields.points, fields.title_points)
        if cell is not None and any(cell is o for o in own)
    ]
    if len(own) != 2 or len(beside) != 1 or own[1] is not beside[0]:
        return None
    figures = read_points(beside[0].text).figures
    merged = layout.spans_criteria(own[0]) or own[0] is fields.serial
    if len(figures) != 1 or not (merged or (own[0] is not fields.words)):
        return None
    title = head_of(own[0].text, merged=merged)
    return None if title is None else Title(title.text, figures[0], title.style)


def _numbered_head(fields: Fields, serial: str) -> Title:
    """A head in cells of its own: 一 | 组织建设 | 20."""
    assert fields.words is not None
    texts = [cell.text for _, cell in fields.titles if not cell.is_blank and not cell.continued]
    text = next(iter(texts), fields.words.text)
    name, points = without_points(normal_widths(text), bare=True)
    figures = read_points(fields.points.text).figures if fields.points is not None else ()
    if points is None and len(figures) == 1:
        points = figures[0]
    return Title(read_title(name).text, points, "bracketed" if serial.startswith("（") else "chinese")
