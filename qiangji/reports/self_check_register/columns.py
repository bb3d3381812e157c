"""The columns that the register and its summary can have: each a heading, a usual width, and what stands in its cells.

A layout picks from these tables by their keys. ``cause``, ``measure`` and ``deadline`` come from an order to mend, where one
was handed in; otherwise they are filled in by hand like ``person`` and ``blank``, the only one that a layout may use twice.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from qiangji.lib.numbers import plain
from qiangji.reports.self_check_register.contents import PartLine, RegisterRow

Row = TypeVar("Row", RegisterRow, PartLine)
BLANK = "blank"
NONE_GIVEN, NOTHING_TO_GIVE, NOT_SCORED = "未评", "—", "不计分"


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. ``width`` is its share of the table beside the others; cells with one ``merge_key`` become one."""

    heading: str
    width: int
    text: Callable[[Row], str]
    is_long: bool = False
    merge_key: Callable[[Row], Hashable] | None = None


def _by_hand(row: RegisterRow) -> str:
    return ""


def _day(row: RegisterRow) -> str:
    return row.deadline.isoformat() if row.deadline else ""


def _possible(row: RegisterRow) -> str:
    return NOT_SCORED if row.possible is None else plain(row.possible)


def _mark(row: RegisterRow) -> str:
    return NONE_GIVEN if row.is_open else _figure(row.mark)


def _figure(value: Decimal | None) -> str:
    return NOTHING_TO_GIVE if value is None else plain(value)


REGISTER: dict[str, Column[RegisterRow]] = {
    "number": Column("序号", 10, lambda row: str(row.number)),
    "part": Column("项目", 19, lambda row: row.part, merge_key=lambda row: row.part_number),
    "group": Column("小项", 19, lambda row: row.group, merge_key=lambda row: (row.part_number, row.group)),
    "code": Column("条号", 13, lambda row: row.code),
    "title": Column("具体标准", 44, lambda row: row.text, is_long=True),
    "points": Column("分值", 10, _possible),
    "self": Column("自评得分", 11, _mark),
    "lost": Column("失分", 10, lambda row: _figure(row.lost)),
    "text": Column("落实情况", 40, lambda row: row.implementation, is_long=True),
    "evidence": Column("佐证份数", 11, lambda row: str(row.evidence_count)),
    "cause": Column("原因", 20, lambda row: row.cause, is_long=True),
    "measure": Column("整改措施", 22, lambda row: row.measure, is_long=True),
    "person": Column("责任人", 13, _by_hand),
    "deadline": Column("完成时限", 12, _day),
    BLANK: Column("", 20, _by_hand),
}
SUMMARY: dict[str, Column[PartLine]] = {
    "number": Column("序号", 10, lambda line: "" if line.number is None else str(line.number)),
    "part": Column("项目", 70, lambda line: line.title),
    "points": Column("分值", 25, lambda line: plain(line.possible)),
    "self": Column("自评得分", 25, lambda line: NONE_GIVEN if line.mark is None else plain(line.mark)),
    "lost": Column("失分", 25, lambda line: _figure(line.lost)),
    "gaps": Column("未满分条数", 25, lambda line: str(line.gap_count)),
}
