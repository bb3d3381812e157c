"""A branch's stars 星级: its members' points of the year combined with its superior's score, by a formula that a site sets.

The document names the two and no formula. What stands here where a rating names none is ours and is called so wherever it
is shown: half and half, and lines at 90, 80, 70 and 60 of 100. Only a branch's average is looked at, nobody's own points.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from qiangji.lib.numbers import plain

KIND = "branch_star_rating"
DEFAULT_SHARE = Decimal(50)
DEFAULT_LINES = (Decimal(90), Decimal(80), Decimal(70), Decimal(60))
WHOLE = Decimal(100)
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Stars:
    """What the formula makes of a rating: points of 100, stars, and whether share or lines are the system's default."""

    points: Decimal
    stars: int
    share: Decimal
    lines: tuple[Decimal, ...]
    is_default: bool


class StarsRefused(ValueError):
    """Figures of which no stars can be made; the message names the field and the remedy."""


def stars_of(values: Mapping[str, Any]) -> Stars:
    """Combine the two scores of a rating as it was recorded. Raises StarsRefused.

    >>> found = stars_of({"member_points": "92", "superior_points": "85"})
    >>> str(found.points), found.stars, found.is_default
    ('88.50', 4, True)
    """
    members = figure(values, "member_points", "党员年度积分")
    superior = figure(values, "superior_points", "上级赋分")
    has_share, has_lines = bool(text_of(values, "member_share")), bool(text_of(values, "star_lines"))
    share = figure(values, "member_share", "党员积分占比") if has_share else DEFAULT_SHARE
    lines = lines_of(text_of(values, "star_lines")) if has_lines else DEFAULT_LINES
    combined = (members * share + superior * (WHOLE - share)) / WHOLE
    points = combined.quantize(HUNDREDTH, ROUND_HALF_UP)
    reached = sum(combined >= line for line in lines)
    return Stars(points, 1 + reached, share, lines, not (has_share and has_lines))


def lines_of(text: str) -> tuple[Decimal, ...]:
    """Read the lines of the stars, the highest first. Raises StarsRefused for what is no falling row of figures.

    >>> [str(line) for line in lines_of("95，85, 70")]
    ['95', '85', '70']
    """
    try:
        lines = tuple(Decimal(part.strip()) for part in text.replace("，", ",").replace("、", ",").split(","))
    except InvalidOperation as error:
        raise StarsRefused(f"星级线“{text}”读不懂，请写成 90,80,70,60 这样从高到低的数。") from error
    falling = all(one > other for one, other in zip(lines, lines[1:], strict=False))
    if not falling or not all(line.is_finite() and 0 < line <= WHOLE for line in lines) or len(lines) > 9:
        raise StarsRefused(f"星级线“{text}”应是 0 到 100 之间、从高到低的数，例如 90,80,70,60。")
    return lines


def figure(values: Mapping[str, Any], name: str, title: str) -> Decimal:
    """Return a figure between 0 and 100. Raises StarsRefused."""
    text = text_of(values, name)
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise StarsRefused(f"{title}没有登记，或不是数，请填 0 到 100 之间的数。") from error
    if not found.is_finite() or not 0 <= found <= WHOLE:
        raise StarsRefused(f"{title}为 {text}，应在 0 到 100 之间，请改正。")
    return found


def text_of(values: Mapping[str, Any], name: str) -> str:
    """Return a recorded value as text; "" where there is none."""
    value = values.get(name)
    return "" if value is None else str(value).strip()


def stars_words(values: Mapping[str, Any]) -> str:
    """Say what the formula makes of a rating, by which formula, and where the recorded stars differ."""
    try:
        found = stars_of(values)
    except StarsRefused as error:
        return f"还算不出星级：{error}"
    lines = "、".join(plain(line) for line in found.lines)
    ours = "占比或星级线没有另定，用的是系统默认" if found.is_default else "占比和星级线由本单位定"
    words = (
        f"合成 {plain(found.points)} 分，{found.stars} 星：党员积分占 {plain(found.share)}%，"
        f"上级赋分占 {plain(WHOLE - found.share)}%，星级线 {lines}（{ours}；文件没有规定公式）。"
    )
    recorded = text_of(values, "stars")
    if recorded and recorded != str(found.stars):
        words += f"登记的是 {recorded} 星，与算出的不同，请写明依据。"
    return words
