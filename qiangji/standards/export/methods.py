"""The words of the scoring column 评分办法: short, as such tables have them, and read back as the same rule."""

from qiangji.lib.numbers import plain
from qiangji.standards.schema import (
    BaseScoring,
    BonusScoring,
    ChecklistScoring,
    DeductScoring,
    GradedScoring,
    Scoring,
)


def method_words(scoring: Scoring) -> str:
    """Say how marks are given.

    >>> from decimal import Decimal
    >>> method_words(DeductScoring(kind="deduct", per=Decimal("0.5"), unit="次"))
    '每次扣0.5分，扣完为止'
    """
    if isinstance(scoring, ChecklistScoring):
        return "核对是否落实，不计分"
    if isinstance(scoring, DeductScoring):
        end = f"最低{plain(scoring.floor)}分" if scoring.floor else "扣完为止"
        return f"每{scoring.unit}扣{plain(scoring.per)}分，{end}"
    if isinstance(scoring, BonusScoring):
        each = f"每{scoring.unit}" if scoring.unit else ""
        return f"{each}加{plain(scoring.per)}分，最多加{plain(scoring.cap)}分"
    if isinstance(scoring, GradedScoring):
        return "；".join(f"{option.label}得{plain(option.points)}分" for option in scoring.options)
    if isinstance(scoring, BaseScoring):
        return _base_words(scoring)
    return "按落实情况给分" if scoring.partial else "落实得满分，未落实不得分"


def _base_words(scoring: BaseScoring) -> str:
    words = [f"基础分{plain(scoring.base)}分"]
    if scoring.plus is not None:
        words.append(f"每次加{plain(scoring.plus)}分")
    if scoring.minus is not None:
        words.append(f"每次扣{plain(scoring.minus)}分")
    if scoring.cap is not None:
        words.append(f"最高{plain(scoring.cap)}分")
    if scoring.minus is not None:
        words.append(f"最低{plain(scoring.floor)}分")
    return "，".join(words)
