"""Sums of marks: per group, per part, in all. Exact decimals, no tables; a bonus stands outside the total (domain §2)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Scored:
    """One criterion's place in the table and the mark it got; ``points`` None where nothing was given yet."""

    section: int
    group: int
    points: Decimal | None
    is_bonus: bool = False


@dataclass
class Totals:
    """Sums of one stage. ``total`` leaves bonus points out; ``bonus`` holds them; ``missing`` counts open criteria."""

    total: Decimal = ZERO
    bonus: Decimal = ZERO
    missing: int = 0
    sections: dict[int, Decimal] = field(default_factory=dict)
    groups: dict[tuple[int, int], Decimal] = field(default_factory=dict)

    @property
    def score(self) -> Decimal:
        """The headline figure 得分: the total with its bonus."""
        return self.total + self.bonus


def totals(scored: Iterable[Scored]) -> Totals:
    """Add up one stage's marks.

    >>> sums = totals([Scored(1, 1, Decimal("2")), Scored(1, 2, Decimal("0.5")), Scored(2, 0, None)])
    >>> sums.total, sums.sections[1], sums.missing
    (Decimal('2.5'), Decimal('2.5'), 1)
    """
    sums = Totals()
    for one in scored:
        points = one.points if one.points is not None else ZERO
        sums.missing += one.points is None
        sums.sections[one.section] = sums.sections.get(one.section, ZERO) + points
        place = (one.section, one.group)
        sums.groups[place] = sums.groups.get(place, ZERO) + points
        if one.is_bonus:
            sums.bonus += points
        else:
            sums.total += points
    return sums
