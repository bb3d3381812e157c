"""Tables written for people: an empty template with lists and notes, the same with rows, and one with its faults marked.

Text columns are text, so that a staff number keeps its zeros; the heading stays on the screen; beside the table a sheet
says what each column asks for.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from qiangji.lib.tabular.cells import Raw
from qiangji.lib.tabular.columns import Column, Type
from qiangji.lib.tabular.sheets import EXPLANATION, REMARKS
from qiangji.lib.typesetting import writable

LISTS = "选项"
LONGEST_LIST = 250  # characters that Excel takes for a list written into the cell rule
LISTED_ROWS = 5_000
LONGEST_TEXT = 32_000
AS_TEXT = frozenset({Type.TEXT, Type.LONG_TEXT, Type.CODE, Type.MONTH, Type.CHOICE})


class _Book:
    """A workbook being written, with the looks that all its sheets share."""

    def __init__(self, *, streaming: bool) -> None:
        self.stream = io.BytesIO()
        options = {"constant_memory": True} if streaming else {"in_memory": True}
        self.book = Workbook(self.stream, {**options, "strings_to_formulas": False, "strings_to_urls": False})
        base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        head = base | {"bold": True, "text_wrap": True, "border": 1, "align": "center", "bg_color": "#EFEFEF"}
        self.head = self.book.add_format(head)
        self.head_required = self.book.add_format(head | {"font_color": "#B00020"})
        self.text = self.book.add_format(base | {"num_format": "@"})
        self.plain = self.book.add_format(base)
        self.day = self.book.add_format(base | {"num_format": "yyyy-mm-dd"})
        self.money = self.book.add_format(base | {"num_format": "0.00"})
        self.bad = self.book.add_format(base | {"num_format": "@", "bg_color": "#FFD6D6"})
        self.wrapped = self.book.add_format(base | {"text_wrap": True, "valign": "top"})

    def look(self, column: Column) -> Format:
        if column.type in AS_TEXT:
            return self.text
        if column.type == Type.DATE:
            return self.day
        return self.money if column.type == Type.MONEY else self.plain

    def close(self) -> bytes:
        self.book.close()
        return self.stream.getvalue()


def template_workbook(*, title: str, columns: Sequence[Column], notes: Sequence[str] = ()) -> bytes:
    """Return an empty table to fill in, with a sheet that explains it."""
    return table_workbook(title=title, columns=columns, rows=(), notes=notes)


def table_workbook(
    *, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], notes: Sequence[str] = ()
) -> bytes:
    """Return a table with rows, in the shape that reads back as it was: values in the order of the columns."""
    file = _Book(streaming=True)
    sheet = file.book.add_worksheet(title[:31])
    explanation = file.book.add_worksheet(EXPLANATION)
    lists = file.book.add_worksheet(LISTS) if any(listed(column) for column in columns) else None
    write_head(file, sheet, columns)
    for number, column in enumerate(columns):
        add_list(sheet, lists, number, column)
    for row, values in enumerate(rows, start=1):
        for number, (column, value) in enumerate(zip(columns, values, strict=True)):
            write_value(sheet, row, number, value, column, file.look(column))
    explain(file, explanation, title, columns, notes)
    if lists is not None:
        write_lists(lists, columns)
        lists.hide()
    return file.close()


def write_head(file: _Book, sheet: Worksheet, columns: Sequence[Column]) -> None:
    """Write the heading row: required columns in red, a note on each."""
    sheet.freeze_panes(1, 0)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width, file.look(column))
    sheet.set_row(0, 30)
    for number, column in enumerate(columns):
        sheet.write_string(0, number, column.title, file.head_required if column.required else file.head)
        words = "必填。" if column.required else "可不填。"
        example = f"\n例：{column.example}" if column.example else ""
        note = f"{words}{column.expected}。{column.help}{example}"
        sheet.write_comment(0, number, note, {"author": "", "x_scale": 1.6})


def listed(column: Column) -> bool:
    """Say whether a column's choices are too long to stand in the cell rule itself."""
    return len(",".join(choice.label for choice in column.choices)) > LONGEST_LIST


def add_list(sheet: Worksheet, lists: Worksheet | None, number: int, column: Column) -> None:
    """Let Excel offer the choices of a column, and warn of others without forbidding them."""
    if column.type == Type.FLAG:
        source: Any = ["是", "否"]
    elif column.type != Type.CHOICE:
        return
    elif lists is not None and listed(column):
        letter = column_letter(number)
        source = f"={LISTS}!${letter}$1:${letter}${len(column.choices)}"
    else:
        source = [choice.label for choice in column.choices]
    rule = {
        "validate": "list",
        "source": source,
        "error_type": "warning",
        "error_title": column.title[:32],
        "error_message": "不在下拉列表中，导入时可能读不出来。",
    }
    sheet.data_validation(1, number, LISTED_ROWS, number, rule)


def column_letter(number: int) -> str:
    """Return a column's letters.

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def write_lists(lists: Worksheet, columns: Sequence[Column]) -> None:
    """Write the long lists, row by row, since rows already passed cannot be written any more."""
    longest = max(len(column.choices) for column in columns)
    for row in range(longest):
        for number, column in enumerate(columns):
            if listed(column) and row < len(column.choices):
                lists.write_string(row, number, column.choices[row].label)


def write_value(sheet: Worksheet, row: int, number: int, value: Any, column: Column, look: Format) -> None:
    """Write one value as its type is kept; nothing for None."""
    if value is None or value == "":
        return
    if column.type == Type.FLAG:
        sheet.write_string(row, number, "是" if value else "否", look)
    elif column.type == Type.CHOICE:
        sheet.write_string(row, number, label_of(column, value), look)
    elif column.type == Type.MONTH and isinstance(value, date):
        sheet.write_string(row, number, f"{value:%Y-%m}", look)
    elif isinstance(value, date):
        sheet.write_datetime(row, number, value, look)
    elif isinstance(value, (int, Decimal)):
        sheet.write_number(row, number, value, look)
    else:
        sheet.write_string(row, number, writable(str(value))[:LONGEST_TEXT], look)


def label_of(column: Column, code: str) -> str:
    """Return the word of a choice."""
    return next((choice.label for choice in column.choices if choice.code == code), str(code))


def explain(
    file: _Book, sheet: Worksheet, title: str, columns: Sequence[Column], notes: Sequence[str]
) -> None:
    """Write the sheet that says what each column asks for."""
    for number, width in enumerate((18, 8, 44, 24, 44)):
        sheet.set_column(number, number, width)
    sheet.write_string(0, 0, f"{title}：{EXPLANATION}", file.plain)
    for number, word in enumerate(("栏目", "必填", "填什么", "示例", "说明")):
        sheet.write_string(1, number, word, file.head)
    row = 2
    for column in columns:
        choices = "、".join(choice.label for choice in column.choices)
        asked = f"从下拉列表中选：{choices}" if choices else column.expected
        words = (column.title, "是" if column.required else "", asked, column.example, column.help)
        for number, word in enumerate(words):
            sheet.write_string(row, number, word, file.wrapped)
        row += 1
    for note in notes:
        sheet.write_string(row, 0, note, file.plain)
        row += 1


def marked_workbook(
    *,
    title: str,
    headings: Sequence[str],
    rows: Iterable[tuple[Sequence[Raw], set[int], str]],
) -> bytes:
    """Return a table as it came in, bad cells on red, what is wrong and what would be right in a column behind it.

    A row comes with its cells, the places of its bad cells, and the words; all cells are text, as they were read.
    """
    file = _Book(streaming=True)
    sheet = file.book.add_worksheet(title[:31])
    sheet.freeze_panes(1, 0)
    width = len(headings)
    sheet.set_column(0, width, 14, file.text)
    sheet.set_column(width, width, 70, file.wrapped)
    for number, heading in enumerate([*headings, REMARKS]):
        sheet.write_string(0, number, writable(heading), file.head)
    for row, (cells, bad, words) in enumerate(rows, start=1):
        for number in range(width):
            raw = cells[number] if number < len(cells) else None
            text = "" if raw is None else as_typed(raw)
            if number in bad or text:
                sheet.write_string(row, number, text, file.bad if number in bad else file.text)
        if words:
            sheet.write_string(row, width, writable(words)[:LONGEST_TEXT], file.wrapped)
    return file.close()


def as_typed(raw: Raw) -> str:
    """Write a cell as text that reads back as the same."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return f"{raw:.15g}"
    return writable(str(raw))
