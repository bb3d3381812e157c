"""Frequencies, spans and shares that a criterion's words name, kept as draft checks with those words.

They are proposals for whoever writes the checks: each keeps the clause it came from, and none takes part
in a score. A share or a count that only tells how points are given (每低1%扣1分) is none.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from qiangji.standards.reader.numerals import amount
from qiangji.standards.schema import DraftCheckSpec

Per = Literal["", "week", "month", "quarter", "half", "year", "two_years"]
MOST_CHARACTERS = 4_000
MOST_CHECKS = 20
LONGEST_WORDS = 80

_PERIODS: tuple[tuple[Per, str], ...] = (
    ("two_years", r"每(?:两|二|2)年|(?<!第)[两二2]年内"),
    ("half", r"每半年|每个半年|半年(?=至少|不少于)"),
    ("year", r"每(?:一|个)?(?:自然)?年度?|全年|年度|一年(?=至少|不少于|内|[一两二三四五六\d])|(?<![半两二2])年内|(?<![两二2])年(?=不少于|至少)"),
    ("quarter", r"每(?:一|个)?季度?|季度(?=至少|不少于)"),
    ("month", r"每(?:一|个)?月(?!份)|月(?=不少于|至少)"),
    ("week", r"每(?:一|个)?(?:周|星期)"),
)  # fmt: skip
_PERIOD = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PERIODS))
_NUMBER = r"(?<![\d./])(\d{1,4}(?:\.\d)?|[一二两三四五六七八九十]{1,2})"
_UNIT = r"(学时|课时|人次|小时|次|场次|场|期|篇|遍|轮|回|项|件|个|天|课|堂|节|部)"
_COUNT = re.compile(
    rf"{_NUMBER}(?:[-—–~～至](\d{{1,4}}))?(?:个)?{_UNIT}(?!月|工作日|百分点|以上时间)(以上|及以上|以内|以下)?"
)
_LEAST = re.compile(r"不少于|不得少于|不低于|至少|最少|少于不得")
_MOST = re.compile(r"不超过|不得超过|不多于|至多|最多")
_AHEAD = re.compile(
    r"提前(?:至少)?(\d{1,3}|[一二两三四五六七八九十]{1,2}|半)(个月|个工作日|工作日|天|日|周|年)|(?:届满|到期|期满)前(\d{1,3}|[一二两三四五六七八九十]{1,2})(个月|天|日)"
)
_SHARE = re.compile(
    r"(不低于|不少于|不得低于|不得少于|至少|达到|达|高于|超过|大于|不超过|不高于|控制在)[^，。；\d]{0,6}(\d{1,3}(?:\.\d{1,2})?)%|(\d{1,3}(?:\.\d{1,2})?)%(以上|及以上)"
)
_SCORING = re.compile(r"[扣加奖得计记]\d|[扣加]分|不得分|\d分(?!钟)")
_HOURS = re.compile(r"(?:不少于|不得少于|不低于|至少|达到)(\d{1,4}(?:\.\d)?)个?(学时|课时|小时|学分)")
_IMPLIED = frozenset({"week", "month", "quarter", "half"})
_CEILINGS = ("不超过", "不高于", "控制在")


def draft_checks(text: str) -> tuple[DraftCheckSpec, ...]:
    """Find the frequencies, spans and shares in a criterion's text, in its order.

    >>> [(c.per, str(c.at_least), c.unit) for c in draft_checks("学习每季度不少于1次，全年不少于4次")]
    [('quarter', '1', '次'), ('year', '4', '次')]
    """
    found: list[DraftCheckSpec] = []
    for sentence in re.split(r"[。；;！？]", re.sub(r"\s+", "", text)[:MOST_CHARACTERS]):
        period: Per = ""
        for clause in re.split(r"[，,：:（）]", sentence):
            if not clause or _SCORING.search(clause):
                continue
            found += _shares(clause)
            found += _ahead(clause)
            counts, period = _counts(clause, period)
            found += counts
    return tuple({(c.words, c.kind, c.per, c.at_least, c.at_most, c.unit): c for c in found}.values())[
        :MOST_CHECKS
    ]


def _words(clause: str) -> str:
    return clause if len(clause) <= LONGEST_WORDS else clause[: LONGEST_WORDS - 1] + "…"


def _shares(clause: str) -> list[DraftCheckSpec]:
    found = []
    for match in _SHARE.finditer(clause):
        value = Decimal(match[2] or match[3])
        ceiling = match[1] in _CEILINGS
        found.append(
            DraftCheckSpec(
                words=_words(clause),
                kind="share",
                at_least=None if ceiling else value,
                at_most=value if ceiling else None,
                unit="%",
            )
        )
    return found


def _ahead(clause: str) -> list[DraftCheckSpec]:
    return [
        DraftCheckSpec(words=_words(clause), kind="ahead", at_least=amount(m[1] or m[3]), unit=m[2] or m[4])
        for m in _AHEAD.finditer(clause)
    ]


def _counts(clause: str, carried: Per) -> tuple[list[DraftCheckSpec], Per]:
    """The counts of a clause, each with the period named before it, or (不少于N学时) the sentence's."""
    periods = list(_PERIOD.finditer(clause))
    found: list[DraftCheckSpec] = []
    for i, period in enumerate(periods):
        end = periods[i + 1].start() if i + 1 < len(periods) else len(clause)
        per: Per = period.lastgroup  # type: ignore[assignment]
        check = _count(clause, period.end(), end, per)
        found += [check] if check else []
    if periods:
        return found, periods[-1].lastgroup  # type: ignore[return-value]
    if carried and _LEAST.search(clause):
        check = _count(clause, 0, len(clause), carried)
        return (
            [check] if check and check.unit in {"学时", "课时", "小时", "次"} and "每次" not in clause else []
        ), carried
    hours = _HOURS.search(clause)
    if hours:
        return [
            DraftCheckSpec(words=_words(clause), kind="count", at_least=amount(hours[1]), unit=hours[2])
        ], carried
    return [], carried


def _count(clause: str, start: int, end: int, per: Per) -> DraftCheckSpec | None:
    words = clause[start:end]
    match = _COUNT.search(words)
    if (
        clause[start - 2 : start] == "年度"
        and clause[start - 3 : start - 2] != "每"
        and not _LEAST.search(words)
    ):
        return None
    if match is None:
        implied = per in _IMPLIED and words[:1] not in {"", "份", "的"}
        return (
            DraftCheckSpec(words=_words(clause), kind="count", per=per, at_least=Decimal(1), unit="次")
            if implied
            else None
        )
    low, high = amount(match[1]), Decimal(match[2]) if match[2] else None
    if not low:
        return None
    ceiling = match[4] in {"以内", "以下"} or (_MOST.search(words[: match.start()]) and not match[2])
    return DraftCheckSpec(
        words=_words(clause),
        kind="count",
        per=per,
        at_least=None if ceiling else low,
        at_most=low if ceiling else high,
        unit=match[3],
    )
