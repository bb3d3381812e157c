"""Tolerant reading of single cells: what people really type becomes a value, or a refusal that says what would be right.

A raw cell is what the workbook holds: text, a number, true or false, or nothing; days come as ISO text.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from qiangji.lib.tabular.columns import Column, Type

Raw = str | int | float | bool | None

EXCEL_EPOCH = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 7_306, 73_415  # 1920-01-01 .. 2100-12-31
EARLIEST, LATEST = 1900, 2100
# Excel keeps fifteen digits of a number; what was longer has lost its end.
MOST_DIGITS = 10**15
BLANKS = re.compile(r"[\s\u200b\ufeff\u00a0]+")
YES = frozenset({"是", "有", "对", "√", "✓", "✔", "☑", "1", "y", "yes", "true", "t"})
NO = frozenset({"否", "无", "不", "不是", "没有", "×", "✗", "✘", "☐", "x", "0", "n", "no", "false", "f"})
EMPTY_WORDS = frozenset({"-", "--", "—", "——", "/", "\\", "#n/a", "null", "none"})
DAY_OF = re.compile(r"^(\d{4})\s*[-./年\s]\s*(\d{1,2})\s*[-./月\s]\s*(\d{1,2})\s*[日号]?$")
MONTH_OF = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?(?:\s*份)?$")
CLOCK = re.compile(r"[T\s]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$")
UNITS = re.compile(r"(元|人|学时|小时|课时|次|个|名|分|%|％)$")
KEPT = 200_000


class CellRefused(ValueError):
    """A cell cannot be read: what is wrong with it, and what would be right."""

    def __init__(self, wrong: str, right: str) -> None:
        self.wrong = wrong
        self.right = right
        super().__init__(f"{wrong}；{right}")


class FromNumber(str):
    """A code that the workbook kept as a number, so that leading zeros may have been lost."""

    __slots__ = ()


def plain_text(raw: Raw) -> str:
    """Write a cell as text: numbers without binary fractions, full-width signs as usual ones, blanks trimmed.

    >>> plain_text(1002.0), plain_text("  ２０２６　"), plain_text(0.1 + 0.2), plain_text(None)
    ('1002', '2026', '0.3', '')
    """
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, (int, float)):
        return f"{raw:.0f}" if float(raw).is_integer() else f"{raw:.12g}"
    return usual_text(raw)


@lru_cache(maxsize=50_000)
def usual_text(raw: str) -> str:
    """Write text with usual signs; kept, for a table says the same words in thousands of rows."""
    return normalize("NFKC", raw).strip(" \t\r\n\u200b\ufeff\u00a0\u3000")


def shown(raw: Raw) -> str:
    """Write a cell as it stood, for a message; long ones are cut.

    >>> shown("二〇二六年")
    '二〇二六年'
    """
    text = raw if isinstance(raw, str) else plain_text(raw)
    return text if len(text) <= 40 else text[:39] + "…"


def read_text(raw: Raw, column: Column) -> str:
    """Read text as it was typed, apart from blanks around it; what is too long is refused."""
    text = raw.strip(" \t\r\n\u200b\ufeff\u00a0\u3000") if isinstance(raw, str) else plain_text(raw)
    if column.type == Type.TEXT:
        text = " ".join(text.split())
    if len(text) > column.longest:
        raise CellRefused(f"有 {len(text)} 个字，太长", f"不超过 {column.longest} 个字")
    return text


def read_code(raw: Raw, column: Column) -> str:
    """Read a code: digits and letters, no blanks inside; one kept as a number comes back as ``FromNumber``.

    >>> read_code("００１２ 3", Column("staff_number", "工号", Type.CODE)), read_code(1002.0, Column("a", "工号", Type.CODE))
    ('00123', '1002')
    """
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        if abs(raw) >= MOST_DIGITS:
            raise CellRefused("数字太长，Excel 已丢失末尾几位", "把单元格设为文本格式后重新填写")
        if not float(raw).is_integer() or raw < 0:
            raise CellRefused("带小数或负号，不是编号", "填编号，单元格设为文本格式")
        return FromNumber(f"{raw:.0f}")
    text = BLANKS.sub("", plain_text(raw)).lstrip("'")
    if re.fullmatch(r"\d(\.\d+)?[eE]\+\d+", text):
        raise CellRefused("被 Excel 写成了科学记数", "把单元格设为文本格式后重新填写")
    if re.fullmatch(r"\d+\.0", text):
        text = FromNumber(text[:-2])
    if len(text) > column.longest:
        raise CellRefused(f"有 {len(text)} 个字符，太长", f"不超过 {column.longest} 个字符")
    return text


def read_decimal(raw: Raw, column: Column) -> Decimal:
    """Read a figure: thousands separators, full-width digits and a unit behind it are understood.

    >>> read_decimal("１，２３４．５０ 元", Column("amount", "金额", Type.MONEY))
    Decimal('1234.50')
    """
    text = BLANKS.sub("", plain_text(raw)).replace("¥", "").replace("￥", "")
    text = UNITS.sub("", text).replace("，", ",")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise CellRefused("不是数", f"填{column.expected}，如 {column.example or '12'}") from None
    if not value.is_finite() or abs(value) >= MOST_DIGITS:
        raise CellRefused("数太大或不是数", f"填{column.expected}")
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > column.decimals:
        places = f"小数不超过 {column.decimals} 位" if column.decimals else "填整数"
        raise CellRefused("小数位数太多", places)
    return bounded(value, column)


def bounded(value: Decimal, column: Column) -> Decimal:
    """Refuse a figure outside the column's limits."""
    low, high = column.minimum, column.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise CellRefused("超出范围", f"填{column.expected}")
    return value


def read_integer(raw: Raw, column: Column) -> int:
    """Read a whole number. ``12 人`` and ``12.0`` are twelve."""
    value = read_decimal(raw, column)
    if value != value.to_integral_value():
        raise CellRefused("不是整数", f"填{column.expected}")
    return int(value)


def read_date(raw: Raw, column: Column) -> date:
    """Read a day in any of the ways people write one: 2026.3.5, 2026年3月5日, 20260305, an Excel serial.

    >>> [read_date(text, Column("day", "日期", Type.DATE)).isoformat() for text in ("2026.3.5", "２０２６年3月5日", 46086)]
    ['2026-03-05', '2026-03-05', '2026-03-05']
    """
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and float(raw) < LAST_SERIAL + 1:
        if not raw >= FIRST_SERIAL:
            raise CellRefused("不是日期", "填年月日，如 2026-03-05")
        return EXCEL_EPOCH + timedelta(days=int(raw))
    text = CLOCK.sub("", plain_text(raw))
    if text.isdecimal() and len(text) in (4, 5) and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return EXCEL_EPOCH + timedelta(days=int(text))
    if text.isdecimal() and len(text) == 8:
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    found = DAY_OF.match(text.replace("。", "."))
    if not found:
        wrong = "没有写到日" if month_in(text) else "不是日期"
        raise CellRefused(wrong, "填年月日，如 2026-03-05")
    return day_of(*(int(part) for part in found.groups()))


def day_of(year: int, month: int, day: int) -> date:
    """Build a day. Refuses one that the calendar does not have."""
    if not EARLIEST <= year <= LATEST:
        raise CellRefused(f"年份 {year} 不对", f"年份在 {EARLIEST} 至 {LATEST} 之间")
    try:
        return date(year, month, day)
    except ValueError:
        raise CellRefused(f"没有 {year} 年 {month} 月 {day} 日这一天", "核对月份和日子") from None


def month_in(text: str) -> tuple[int, int] | None:
    """Find a month in text written as one."""
    if text.isdecimal() and len(text) == 6:
        return int(text[:4]), int(text[4:])
    found = MONTH_OF.match(text)
    return (int(found[1]), int(found[2])) if found else None


def read_month(raw: Raw, column: Column) -> date:
    """Read a month as its first day; a whole day counts as its month.

    >>> read_month("2026年3月", Column("month", "月份", Type.MONTH))
    datetime.date(2026, 3, 1)
    """
    found = month_in(plain_text(raw))
    if found:
        return day_of(*found, 1)
    try:
        return read_date(raw, column).replace(day=1)
    except CellRefused:
        raise CellRefused("不是月份", "填年月，如 2026-03") from None


def read_flag(raw: Raw, column: Column) -> bool:
    """Read yes or no: 是, 否, √, ×, 1, 0."""
    word = plain_text(raw).lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellRefused("看不出是或否", "填“是”或“否”")


def spelled(text: str) -> str:
    """Return a word without what people vary: blanks, brackets' width, quotation marks, case.

    >>> spelled("大学 本科（学士）"), spelled("大学本科(学士)")
    ('大学本科(学士)', '大学本科(学士)')
    """
    return BLANKS.sub("", normalize("NFKC", text)).strip("“”\"'").lower()


def read_choice(raw: Raw, column: Column) -> str:
    """Read one of the choices by its word, its code or another spelling; return the code."""
    wanted = spelled(plain_text(raw))
    for choice in column.choices:
        if wanted in (choice.code.lower(), spelled(choice.label), *map(spelled, choice.aliases)):
            return choice.code
    raise CellRefused("不在选项中", column.expected)


READERS: dict[Type, Callable[[Raw, Column], Any]] = {
    Type.TEXT: read_text,
    Type.LONG_TEXT: read_text,
    Type.CODE: read_code,
    Type.INTEGER: read_integer,
    Type.DECIMAL: read_decimal,
    Type.MONEY: read_decimal,
    Type.DATE: read_date,
    Type.MONTH: read_month,
    Type.CHOICE: read_choice,
    Type.FLAG: read_flag,
}
REPEATING = frozenset(READERS) - {Type.LONG_TEXT}


class CellReader:
    """Reads the cells of one column; the same cell a thousand times is read once."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self._read = READERS[column.type]
        self._known: dict[tuple[type, Raw], Any] = {}
        self._keeps = column.type in REPEATING

    def __call__(self, raw: Raw) -> Any:
        """Return the value, None for an empty cell. Raises CellRefused."""
        key = (raw.__class__, raw)
        if key in self._known:
            return self._known[key]
        value = self.read(raw)
        if self._keeps and len(self._known) < KEPT:
            self._known[key] = value
        return value

    def read(self, raw: Raw) -> Any:
        """Read one cell that was not met before."""
        column = self.column
        text = plain_text(raw)
        if not text or (not self.is_text and text.lower() in EMPTY_WORDS):
            if column.required:
                raise CellRefused("没有填写", f"必填，{column.expected}")
            return None
        if text.startswith("#") and text.rstrip("!?").upper() in (
            "#REF",
            "#VALUE",
            "#DIV/0",
            "#NAME",
            "#NUM",
            "#N/A",
        ):
            raise CellRefused("公式出错", "改为直接填写的内容")
        value = self._read(raw, column)
        if value == "" and column.required:
            raise CellRefused("没有填写", f"必填，{column.expected}")
        return None if value == "" else value

    @property
    def is_text(self) -> bool:
        return self.column.type in (Type.TEXT, Type.LONG_TEXT)
