"""How a criterion is scored, said in one Chinese sentence for the person who fills it in."""

from decimal import Decimal

from qiangji.lib.numbers import plain
from qiangji.standards.schema import (
    BaseScoring,
    BonusScoring,
    ChecklistScoring,
    DeductScoring,
    GradedScoring,
    Scoring,
)


def describe(scoring: Scoring, points: Decimal | None, step: Decimal) -> str:
    """Describe a scoring rule.

    >>> from qiangji.standards.schema import FullScoring
    >>> describe(FullScoring(), Decimal(2), Decimal("0.5"))
    '满分 2 分，可按 0.5 分一级给分。'
    """
    if isinstance(scoring, ChecklistScoring):
        return "本条不计分，只核对是否做到。"
    if isinstance(scoring, DeductScoring):
        return f"满分 {plain(points)} 分，每{scoring.unit}扣 {plain(scoring.per)} 分，最低 {plain(scoring.floor)} 分。"
    if isinstance(scoring, BonusScoring):
        unit = scoring.unit or "项"
        return f"加分项，每{unit}加 {plain(scoring.per)} 分，最多加 {plain(scoring.cap)} 分，不计入总分。"
    if isinstance(scoring, GradedScoring):
        grades = "、".join(f"{option.label} {plain(option.points)} 分" for option in scoring.options)
        return f"分档给分：{grades}。"
    if isinstance(scoring, BaseScoring):
        return _describe_base(scoring)
    if not scoring.partial:
        return f"做到得 {plain(points)} 分，没做到不得分。"
    return f"满分 {plain(points)} 分，可按 {plain(scoring.step or step)} 分一级给分。"


def _describe_base(scoring: BaseScoring) -> str:
    parts = [f"基础分 {plain(scoring.base)} 分"]
    if scoring.plus is not None:
        parts.append(f"每次加 {plain(scoring.plus)} 分")
    if scoring.minus is not None:
        parts.append(f"每次减 {plain(scoring.minus)} 分，最低 {plain(scoring.floor)} 分")
    if scoring.cap is not None:
        parts.append(f"最高 {plain(scoring.cap)} 分")
    return "，".join(parts) + "。"
