"""Which marks a scoring rule allows: exact, pure, and the same for page, import and command.

`step` is the edition's step; a rule with a step of its own overrides it. Points are Decimal.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import gcd

from qiangji.lib.numbers import plain
from qiangji.standards.schema import (
    BaseScoring,
    BonusScoring,
    ChecklistScoring,
    DeductScoring,
    FullScoring,
    GradedScoring,
    Scoring,
)

LONGEST_LIST = 201  # beyond this a list of buttons helps nobody; a multiple is checked instead
ZERO = Decimal(0)


class ValueNotAllowed(ValueError):
    """A mark that the scoring rule does not provide for; the Chinese message tells what it allows."""


class Ladder:
    """Values `anchor ± k·rung` between `lowest` and `highest`; both ends always belong to it."""

    def __init__(self, *, anchor: Decimal, rung: Decimal, lowest: Decimal, highest: Decimal) -> None:
        self.anchor, self.rung, self.lowest, self.highest = anchor, rung, lowest, highest

    def __contains__(self, value: Decimal) -> bool:
        if not self.lowest <= value <= self.highest:
            return False
        return value in (self.lowest, self.highest) or (value - self.anchor) % self.rung == 0

    def __len__(self) -> int:
        return int((self.highest - self.lowest) / self.rung) + 2

    def values(self) -> tuple[Decimal, ...]:
        """Every rung in ascending order."""
        first = self.anchor - ((self.anchor - self.lowest) // self.rung) * self.rung
        inner = (first + self.rung * k for k in range(int((self.highest - first) // self.rung) + 1))
        return tuple(sorted({self.lowest, self.highest, *inner}))


def allowed_values(scoring: Scoring, points: Decimal | None, step: Decimal) -> tuple[Decimal, ...] | None:
    """Return the allowed marks in ascending order; None where they are too many to list.

    A checklist allows none.

    >>> [str(v) for v in allowed_values(FullScoring(), Decimal(1), Decimal("0.5"))]
    ['0', '0.5', '1']
    """
    if isinstance(scoring, ChecklistScoring):
        return ()
    if isinstance(scoring, GradedScoring):
        return tuple(sorted({option.points for option in scoring.options}))
    if isinstance(scoring, FullScoring) and not scoring.partial:
        return (ZERO, _points(points))
    ladder = _ladder(scoring, points, step)
    return ladder.values() if len(ladder) <= LONGEST_LIST + 1 else None


def check_value(scoring: Scoring, points: Decimal | None, step: Decimal, value: Decimal) -> Decimal:
    """Return the mark where the rule allows it; raise ValueNotAllowed with what it allows otherwise."""
    if isinstance(scoring, ChecklistScoring):
        raise ValueNotAllowed("此项不计分，只需勾选是否完成，请不要填写分数。")
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ValueNotAllowed(f"分数要写成数字。{_allowance(scoring, points, step)}")
    values = allowed_values(scoring, points, step)
    inside = value in _ladder(scoring, points, step) if values is None else value in values
    if not inside:
        raise ValueNotAllowed(f"{plain(value)} 分不在可选范围内。{_allowance(scoring, points, step)}")
    return value


def quick_values(scoring: Scoring, points: Decimal | None, step: Decimal) -> tuple[Decimal, ...]:
    """Return the marks that get one key each: the lowest, the half where allowed, the highest.

    >>> [str(v) for v in quick_values(FullScoring(), Decimal(3), Decimal("0.5"))]
    ['0', '1.5', '3']
    """
    if isinstance(scoring, ChecklistScoring):
        return ()
    values = allowed_values(scoring, points, step)
    if values is None:
        ladder = _ladder(scoring, points, step)
        lowest, highest = ladder.lowest, ladder.highest
        half = highest / 2
        return (lowest, half, highest) if lowest < half < highest and half in ladder else (lowest, highest)
    lowest, highest = values[0], values[-1]
    middle = [value for value in values if value * 2 == highest and lowest < value < highest]
    return tuple(dict.fromkeys([lowest, *middle, highest]))


def highest_value(scoring: Scoring, points: Decimal | None) -> Decimal:
    """Return the best mark that the rule can give; 0 for a checklist."""
    if isinstance(scoring, ChecklistScoring):
        return ZERO
    if isinstance(scoring, GradedScoring):
        return max(option.points for option in scoring.options)
    if isinstance(scoring, BonusScoring):
        return scoring.cap
    if isinstance(scoring, BaseScoring):
        return scoring.base if scoring.cap is None else scoring.cap
    return _points(points)


def _ladder(scoring: Scoring, points: Decimal | None, step: Decimal) -> Ladder:
    if isinstance(scoring, FullScoring):
        return Ladder(anchor=ZERO, rung=scoring.step or step, lowest=ZERO, highest=_points(points))
    if isinstance(scoring, DeductScoring):
        full = _points(points)
        return Ladder(anchor=full, rung=scoring.per, lowest=scoring.floor, highest=full)
    if isinstance(scoring, BonusScoring):
        return Ladder(anchor=ZERO, rung=scoring.per, lowest=ZERO, highest=scoring.cap)
    if isinstance(scoring, BaseScoring):
        return _base_ladder(scoring)
    raise TypeError(f"no ladder for scoring kind {scoring.kind}")


def _base_ladder(scoring: BaseScoring) -> Ladder:
    highest = scoring.cap if scoring.plus and scoring.cap is not None else scoring.base
    lowest = scoring.floor if scoring.minus else scoring.base
    rungs = [rung for rung in (scoring.plus, scoring.minus) if rung is not None]
    rung = _common_rung(rungs) if rungs else Decimal(1)
    return Ladder(anchor=scoring.base, rung=rung, lowest=lowest, highest=highest)


def _common_rung(rungs: list[Decimal]) -> Decimal:
    """The largest step of which all given steps are multiples.

    >>> _common_rung([Decimal("0.5"), Decimal("0.2")])
    Decimal('0.1')
    """
    parts = [Fraction(rung) for rung in rungs]
    denominator = max(part.denominator for part in parts)
    for part in parts:
        denominator = denominator * part.denominator // gcd(denominator, part.denominator)
    common = 0
    for part in parts:
        common = gcd(common, part.numerator * (denominator // part.denominator))
    return Decimal(common) / Decimal(denominator)


def _points(points: Decimal | None) -> Decimal:
    if points is None:
        raise ValueNotAllowed("此项没有分值，不能计分，请在标准中补上分值。")
    return points


def _allowance(scoring: Scoring, points: Decimal | None, step: Decimal) -> str:
    values = allowed_values(scoring, points, step)
    if isinstance(scoring, GradedScoring):
        grades = "、".join(f"{option.label} {plain(option.points)}" for option in scoring.options)
        return f"可选：{grades}。"
    if values is not None and len(values) <= 12:
        return f"可选：{'、'.join(plain(value) for value in values)}。"
    ladder = _ladder(scoring, points, step)
    return f"可填 {plain(ladder.lowest)} 到 {plain(ladder.highest)}，每级相差 {plain(ladder.rung)} 分。"
