"""What stands in the self-check register, as plain data: the head, every criterion with its self mark, sums by part.

A gap is a criterion that could still bring points: its self mark is not full, or not given yet. A bonus not earned is no
gap, and a checklist item carries no points to lose.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from qiangji.scoring.totals import Scored, totals


@dataclass(frozen=True)
class RegisterRow:
    """One criterion; ``cause``, ``measure`` and ``deadline`` are those of an order to mend it. ``possible`` None where it is not marked at all, ``mark`` None where nothing was given yet."""

    part_number: int
    part: str
    group: str
    code: str
    text: str
    possible: Decimal | None
    mark: Decimal | None = None
    implementation: str = ""
    evidence_count: int = 0
    is_bonus: bool = False
    cause: str = ""
    measure: str = ""
    deadline: date | None = None
    number: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the self mark is still to be given."""
        return self.possible is not None and self.mark is None

    @property
    def is_gap(self) -> bool:
        """Whether the register has to account for it."""
        return self.possible is not None and not self.is_bonus and self.mark != self.possible

    @property
    def lost(self) -> Decimal | None:
        """Points lost by the self mark; None where none can be or none was given yet."""
        if self.possible is None or self.mark is None or self.is_bonus:
            return None
        return self.possible - self.mark


@dataclass(frozen=True)
class PartLine:
    """One part, or all of them together (then without number): what was possible, reached, lost, and where gaps are."""

    title: str
    possible: Decimal
    mark: Decimal | None
    lost: Decimal | None
    gap_count: int
    number: int | None = None


@dataclass(frozen=True)
class RegisterHead:
    """Whose register it is, of which cycle, by which edition."""

    unit_name: str
    cycle: str
    edition: str


@dataclass(frozen=True)
class SelfCheckRegister:
    """The whole register. ``rows`` holds every criterion in the order of the table; ``with_full`` prints them all."""

    head: RegisterHead
    rows: tuple[RegisterRow, ...]
    printed_at: datetime
    with_full: bool = False
    notes: tuple[str, ...] = ()

    @property
    def open_count(self) -> int:
        """Criteria that still lack a self mark."""
        return sum(row.is_open for row in self.rows)

    @property
    def has_bonus(self) -> bool:
        """Whether some points stand outside the total."""
        return any(row.is_bonus for row in self.rows)

    @property
    def listed(self) -> tuple[RegisterRow, ...]:
        """The rows to print, numbered from 1: the gaps, or every criterion."""
        shown = (row for row in self.rows if self.with_full or row.is_gap)
        return tuple(replace(row, number=number) for number, row in enumerate(shown, 1))

    @property
    def parts(self) -> tuple[PartLine, ...]:
        """One line per part."""
        lines = []
        for number, members in groupby(self.rows, key=lambda row: row.part_number):
            rows = list(members)
            title = f"{rows[0].part}（加分）" if all(row.is_bonus for row in rows) else rows[0].part
            lines.append(_line(title, rows, number=number))
        return tuple(lines)

    @property
    def total(self) -> PartLine:
        """The line beneath the parts, without what stands outside the total."""
        title = "合计（不含加分）" if self.has_bonus else "合计"
        return _line(title, [row for row in self.rows if not row.is_bonus])


def _line(title: str, rows: Iterable[RegisterRow], *, number: int | None = None) -> PartLine:
    scored = [row for row in rows if row.possible is not None]
    marked = [row for row in scored if row.mark is not None]
    losable = [row.lost for row in marked if row.lost is not None]
    return PartLine(
        title=title,
        possible=_sum(row.possible for row in scored),
        mark=_sum(row.mark for row in marked) if marked else None,
        lost=_sum(losable) if losable else None,
        gap_count=sum(row.is_gap for row in scored),
        number=number,
    )


def _sum(values: Iterable[Decimal | None]) -> Decimal:
    return totals(Scored(0, 0, value) for value in values).total
