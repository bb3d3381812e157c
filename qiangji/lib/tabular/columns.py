"""What a column of a table is: its heading and other spellings of it, its type, what may stand in it, an example."""

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """What a cell holds; the value is how a template names it."""

    TEXT = "文字"
    LONG_TEXT = "长文字"
    CODE = "编号"
    INTEGER = "整数"
    DECIMAL = "数"
    MONEY = "金额"
    DATE = "日期"
    MONTH = "月份"
    CHOICE = "选项"
    FLAG = "是或否"


@dataclass(frozen=True)
class Choice:
    """One accepted value: the code stored, the word shown, other spellings that mean the same."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One column. ``key``: part of what tells one row from another. ``minimum``, ``maximum`` bound figures.

    ``decimals`` are the places after the point that are kept; ``longest`` the characters of a text.
    """

    name: str
    title: str
    type: Type = Type.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = False
    choices: tuple[Choice, ...] = ()
    example: str = ""
    help: str = ""
    width: int = 14
    key: bool = False
    minimum: int | None = None
    maximum: int | None = None
    decimals: int = 2
    longest: int = 200

    @property
    def expected(self) -> str:
        """What may stand in a cell, in words for the template and for refusals.

        >>> Column("born", "出生年份", Type.INTEGER, minimum=1900, maximum=2100).expected
        '整数，1900 至 2100'
        >>> Column("is_public", "公立", Type.FLAG).expected
        '填“是”或“否”'
        """
        if self.type == Type.CHOICE:
            return f"填{'、'.join(f'“{choice.label}”' for choice in self.choices[:12])}之一"
        if self.type == Type.FLAG:
            return "填“是”或“否”"
        if self.type == Type.DATE:
            return "日期，如 2026-03-05"
        if self.type == Type.MONTH:
            return "月份，如 2026-03"
        if self.type in (Type.TEXT, Type.LONG_TEXT, Type.CODE):
            return f"{self.type}，不超过 {self.longest} 个字"
        return f"{self.type}{self.bounds}"

    @property
    def bounds(self) -> str:
        """The limits of a figure, in words; empty where there are none."""
        if self.minimum is not None and self.maximum is not None:
            return f"，{self.minimum} 至 {self.maximum}"
        if self.minimum is not None:
            return f"，不小于 {self.minimum}"
        return f"，不大于 {self.maximum}" if self.maximum is not None else ""
