"""How points are given, from the words of a criterion or of its scoring column.

What the schema can hold is returned as a scoring rule; what it cannot (several different deductions, points
left to judgement) keeps full scoring and a doubt that quotes the words. Nothing is settled in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from qiangji.lib.numbers import plain
from qiangji.standards.reader.grades import Grades, find_grades, find_ranges
from qiangji.standards.reader.numerals import amount
from qiangji.standards.reader.units import unit_of
from qiangji.standards.schema import (
    BaseScoring,
    BonusScoring,
    DeductScoring,
    FullScoring,
    GradedOption,
    GradedScoring,
    Scoring,
)

MOST_CHARACTERS = 4_000
_NUMBER = r"(\d{1,4}(?:\.\d{1,2})?|[一二两三四五六七八九十]{1,2}|半)"
_LIMIT = r"(?:最多|最高|至多|累计|合计|总计|共计|不超过|不得超过|不超|上限|封顶|限)[^，。；\d]{0,8}"
_DEDUCT = re.compile(
    rf"(?:扣|减|(?<![\d%年月日分])[-−–](?=\d))(?:除|减|掉|去|本项|该项|单位|科室|个人)?{_NUMBER}(?:[-—–~～至]{{1,2}}{_NUMBER})?个?分(?:/([^，。；（）/]{{1,6}}))?"
)
_ADD = re.compile(
    rf"(?<!增)(?:加|奖励?|奖加|另加|加计|增加|增)(?:计|记)?{_NUMBER}(?:[-—–~～至]{{1,2}}{_NUMBER})?个?分(?:/([^，。；（）/]{{1,6}}))?"
)
_EACH = re.compile(rf"每([^，。；、\d扣加减]{{0,12}}?)(?:得|计|记)?(?<![\d.]){_NUMBER}分")
_CAP = re.compile(
    rf"(?:最多|最高|至多|累计|合计|总计|共计|不超过|不得超过|上限|封顶)(?:可|只|能|得|加|计|奖励?|为|不超过|不得超过|不超|共|总分|至|是|加分|得分|记|以|[:：]){{0,4}}{_NUMBER}分"
    rf"|以?{_NUMBER}分(?:封顶|为限|为上限|为止)|[加奖]满{_NUMBER}分"
)
_DEDUCT_LIMIT = re.compile(
    rf"(?:最多|最高|至多|累计|合计|共)(?:可|只|能|扣分)?(?:不超过|不得超过)?扣(?:除|减)?{_NUMBER}分|扣分(?:累计|最多|合计)?(?:不超过|不得超过|上限为?){_NUMBER}分|扣[完满]{_NUMBER}分为?止?"
)
_FLOOR = re.compile(
    rf"(?:最低|保底|至少)(?:得|为|不低于|不少于|计|保留|不得低于)?{_NUMBER}分|扣[至到]{_NUMBER}分(?:为止)?"
)
_BASE = re.compile(rf"(?:基础|基本|基准|起始|底)分(?:值)?(?:为|是|计|[:：])?{_NUMBER}分?")
_JUDGED = re.compile(
    r"(?:酌情|视情|适当|相应|按比例|比例|依情节|视情节|视程度)[^，。；]{0,8}(?:扣|减|加|给|得|计|赋)分?"
)
_NOTHING = re.compile(
    r"(?:不得分|不计分|不记分|得0分|计0分|记0分|不给分|扣全分|分值?全扣|零分|全部扣除|扣完(?!为止)|全扣)"
)
_DEDUCT_WORD = re.compile(r"扣(?!除标准)(?:分|完|减|除)")


@dataclass(frozen=True)
class Understood:
    """What words say: the rule (None where plain), the most they allow, doubts in Chinese."""

    scoring: Scoring | None = None
    points: Decimal | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Step:
    """One deduction or addition: its figure, what it counts ("" where nothing), the words."""

    figure: Decimal
    unit: str
    words: str
    ranged: bool


def understand(text: str, points: Decimal | None, *, bonus: bool = False) -> Understood:
    """Read the way of scoring from words; `points` are the criterion's own where known.

    >>> understand("每少1次扣0.5分，扣完为止", Decimal(2)).scoring
    DeductScoring(kind='deduct', per=Decimal('0.5'), unit='次', floor=Decimal('0'))
    """
    words = re.sub(r"\s+", "", text)[:MOST_CHARACTERS]
    if "分" not in words:
        return Understood()
    deductions = _steps(_DEDUCT, words, _DEDUCT_LIMIT, _FLOOR)
    additions = _steps(_ADD, words, _CAP, _BASE)
    base = _BASE.search(words)
    if base and (deductions or additions):
        return _base(words, base, deductions, additions, points)
    if deductions and additions:
        return _doubt("既有加分又有扣分，却没有基础分", f"{deductions[0].words}；{additions[0].words}")
    if deductions:
        return _deduct(words, deductions, points)
    if additions or (bonus and _EACH.search(words)):
        return _bonus(words, additions, points)
    return _each(words, points) or _graded(words, points) or _unclear(words) or Understood()


def _doubt(what: str, words: str, points: Decimal | None = None) -> Understood:
    return Understood(points=points, doubts=(f"“{_short(words)}”{what}，暂按整条得分读入，请核对计分方式",))


def _short(words: str) -> str:
    return words if len(words) <= 60 else words[:59] + "…"


def _steps(pattern: re.Pattern[str], words: str, *limits: re.Pattern[str]) -> list[_Step]:
    """The deductions or additions in order, without those that say the limit."""
    barred = [m.span() for limit in limits for m in limit.finditer(words)]
    found = []
    last = 0
    for match in pattern.finditer(words):
        if any(start < match.end() and match.start() < end for start, end in barred):
            last = match.end()
            continue
        before = re.split(r"[。；;！？（）\n]", words[max(last, match.start() - 80) : match.start()])[-1]
        unit = unit_of(before) if match[3] is None else match[3]
        clause = before.strip("，、：,") + match.group()
        found.append(_Step(amount(match[1]), unit, clause, ranged=match[2] is not None))
        last = match.end()
    return found


def _deduct(words: str, steps: list[_Step], points: Decimal | None) -> Understood:
    every = "；".join(step.words for step in steps)
    if any(step.ranged for step in steps):
        return _doubt("只给出扣分的范围", every)
    if _JUDGED.search(words):
        return _doubt("由评分人酌情扣分，没有固定标准", every)
    per_unit = [step for step in steps if step.unit]
    others = [step for step in steps if not step.unit]
    if len(steps) == 1 and others and points is not None and others[0].figure == points:
        return Understood(FullScoring(partial=False))
    if points is not None and all(step.figure >= points for step in others):
        others = []  # the whole of the points: what the floor of 0 already says
    if others and not per_unit and len(steps) == 1:
        return _doubt("没有说明按什么次数扣分", every)
    if others or len({(step.figure, step.unit) for step in per_unit}) > 1:
        return _doubt("有几种不同的扣分，不能合成一个规则", every)
    return _deduction(words, per_unit[0], points)


def _deduction(words: str, step: _Step, points: Decimal | None) -> Understood:
    if not step.figure:
        return _doubt("扣 0 分，没有意义", step.words)
    floor = Decimal(0)
    least, most = _FLOOR.search(words), _DEDUCT_LIMIT.search(words)
    if least:
        floor = amount(next(filter(None, least.groups())))
    elif most and points is not None:
        floor = points - amount(next(filter(None, most.groups())))
    if points is not None and not 0 <= floor <= points:
        return _doubt(f"与分值 {plain(points)} 分不相符", words)
    if points is not None and step.figure > points:
        doubt = f"“{_short(step.words)}”一次扣的分多于分值 {plain(points)} 分，请核对"
        return Understood(
            DeductScoring(kind="deduct", per=step.figure, unit=step.unit[:20], floor=floor), doubts=(doubt,)
        )
    return Understood(DeductScoring(kind="deduct", per=step.figure, unit=step.unit[:20], floor=floor))


def _limit(words: str) -> Decimal | None:
    found = list(_CAP.finditer(words))
    return amount(next(filter(None, found[-1].groups()))) if found else None


def _bonus(words: str, steps: list[_Step], points: Decimal | None) -> Understood:
    cap = _limit(words)
    if not steps:
        each = _EACH.search(words)
        steps = [_Step(amount(each[2]), "项", each.group(), ranged=False)] if each else []
    every = "；".join(step.words for step in steps)
    most = points if cap is None else cap
    if any(step.ranged for step in steps):
        return _doubt("只给出加分的范围", every, most)
    if _JUDGED.search(words):
        return _doubt("由评分人酌情加分，没有固定标准", every, most)
    if len({step.figure for step in steps}) > 1:
        return _doubt("有几种不同的加分，不能合成一个规则", every, most)
    per = steps[0].figure
    if not per or most == 0:
        return _doubt("加 0 分，没有意义", every, most)
    if most is None and any(step.unit for step in steps):
        return _doubt("没有写明最高加几分（上限）", every)
    doubts = (
        () if most is not None else (f"“{_short(every)}”没有写明最高加几分（上限），按只加一次读入，请核对",)
    )
    most = per if most is None else most
    if points is not None and most != points:
        return _doubt(f"最多加 {plain(most)} 分，与分值 {plain(points)} 分不一致", words)
    if per > most:
        doubts = (f"“{_short(words)}”一次加 {plain(per)} 分，却最多加 {plain(most)} 分，请核对",)
    return Understood(BonusScoring(kind="bonus", per=per, cap=most), most, doubts)


def _base(
    words: str, base: re.Match[str], deductions: list[_Step], additions: list[_Step], points: Decimal | None
) -> Understood:
    start = amount(base[1])
    cap = _limit(words) if _limit(words) is not None or points is None else max(points, start)
    most = start if cap is None or not additions else cap
    every = "；".join(step.words for step in [*deductions, *additions])
    if any(len({step.figure for step in steps}) > 1 for steps in (deductions, additions)):
        return _doubt("有几种不同的加扣分，不能合成一个规则", every, most)
    if any(step.ranged or not step.figure for step in (*deductions, *additions)) or _JUDGED.search(words):
        return _doubt("加扣分没有固定标准", every, most)
    if additions and cap is None:
        return _doubt("没有写最高得几分", every, start)
    least = _FLOOR.search(words)
    scoring = BaseScoring(
        kind="base",
        base=start,
        plus=additions[0].figure if additions else None,
        minus=deductions[0].figure if deductions else None,
        floor=amount(next(filter(None, least.groups()))) if least else Decimal(0),
        cap=most if additions else None,
    )
    if not scoring.floor <= start <= most:
        return _doubt("基础分不在最低分与最高分之间", words, most)
    return Understood(scoring, most)


def _graded(words: str, points: Decimal | None) -> Understood | None:
    found = find_grades(words)
    if found is None:
        return None
    if find_ranges(words):
        return _doubt("每档只给出得分的范围", found.words)
    values = [grade.points for grade in found.grades]
    positive = [value for value in values if value]
    if not found.are_named and points is not None and found.best != points and sum(positive) == points:
        return Understood()  # parts that add up: 有计划得1分，有记录得1分
    if len(positive) == 1 and len(values) == 2 and not found.are_named:
        return (
            Understood(FullScoring(partial=False), positive[0])
            if points in {None, positive[0]}
            else _off(found, points)
        )
    if not positive or not found.labels_differ or (not found.are_named and not found.fall):
        return _doubt("像是分档，却分不清各档", found.words)
    options = tuple(GradedOption(label=grade.label, points=grade.points) for grade in found.grades)
    scoring = GradedScoring(kind="graded", options=options)
    if points is not None and found.best != points:
        message = f"最高一档 {plain(found.best)} 分，与分值 {plain(points)} 分不一致，请核对"
        return Understood(scoring, doubts=(f"“{_short(found.words)}”{message}",))
    return Understood(scoring, found.best)


def _off(found: Grades, points: Decimal | None) -> Understood:
    return _doubt(f"最高一档 {plain(found.best)} 分，与分值 {plain(points)} 分不一致", found.words)


def _each(words: str, points: Decimal | None) -> Understood | None:
    """每项得1分，最多5分: full scoring in steps."""
    each = _EACH.search(words)
    if each is None or not re.search(r"[得计记]", each.group()):
        return None
    step, most = amount(each[2]), _limit(words)
    if most is not None and points is not None and most != points:
        return _doubt(f"最多 {plain(most)} 分，与分值 {plain(points)} 分不一致", words)
    most = points if most is None else most
    if most is None or not step or most % step:
        return _doubt("与分值不相合", each.group(), most)
    return Understood(FullScoring(step=step), most)


def _unclear(words: str) -> Understood | None:
    """Words about points that fit nothing above."""
    judged = _JUDGED.search(words) or _DEDUCT_WORD.search(words)
    if judged:
        return _doubt("没有写明扣几分或加几分", _clause(words, judged))
    if _NOTHING.search(words):
        return Understood(FullScoring(partial=False)) if not re.search(r"部分|基本", words) else None
    return None


def _clause(words: str, match: re.Match[str]) -> str:
    start = max(words.rfind(mark, 0, match.start()) for mark in "，。；：（") + 1
    return words[start : match.end()]
