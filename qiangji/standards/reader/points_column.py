"""The figures in a cell of the points column: one, or a line for each criterion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from qiangji.standards.reader.wording import FIGURE, figure, normal_widths, without_gaps

_ONE = re.compile(rf"[（\[【〔+]*\s*(?:满分|共|计|分值)?\s*[:：]?\s*({FIGURE})\s*分?\s*(%)?\s*[）\]】〕]*")
_RANGE = re.compile(rf"[（\[【〔]?\s*({FIGURE})\s*分?\s*[-—–~～至到]+\s*({FIGURE})\s*分?\s*[）\]】〕]?")
_NOTHING = re.compile(r"[/\\—–\-―－无]*\Z")
_UNSCORED = re.compile(r"[（\[【〔]?\s*不\s*(?:计|记|评|赋|设)\s*分\s*[）\]】〕]?\Z")


@dataclass(frozen=True)
class PointsCell:
    """Figures in the order they stand; `doubt` says in Chinese what is not plain about them.

    `unscored` where the cell says that nothing is to be had (不计分).
    """

    figures: tuple[Decimal, ...] = ()
    doubt: str = ""
    severity: str = "warning"
    unscored: bool = False


def read_points(text: str) -> PointsCell:
    """Read a cell of the points column.

    >>> [str(f) for f in read_points("2 分").figures], read_points("1-3分").doubt
    (['2'], '分值写成范围“1-3分”，不知道是几分，未读入，请改成一个数')
    """
    text = without_gaps(normal_widths(text)).strip()[:200]
    if _NOTHING.match(text):
        return PointsCell()
    if _UNSCORED.match(text):
        return PointsCell(unscored=True)
    span = _RANGE.fullmatch(text)
    if span:
        return PointsCell((), f"分值写成范围“{text}”，不知道是几分，未读入，请改成一个数", "error")
    whole = _ONE.fullmatch(re.sub(r"\s+", "", text)) if "分" in text or text.count("\n") == 0 else None
    parts = [text] if whole else [part for part in re.split(r"[\n；;、，,/]+", text) if part.strip()]
    found = [_ONE.fullmatch(re.sub(r"\s+", "", part)) for part in parts]
    if all(found):
        marks = [mark for mark in found if mark]
        if any(mark[2] for mark in marks):
            return PointsCell((), f"分值写成百分比“{text}”，不是分数，未读入，请改成几分")
        return PointsCell(tuple(figure(mark[1]) for mark in marks))
    return PointsCell((), f"分值栏的“{text[:20]}”不是分数，未读入，请改成数字", "error")
