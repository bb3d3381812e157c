"""What a deduction counts: the unit in 每少1次, 每低1个百分点, 缺一项."""

from __future__ import annotations

import re

_COUNT = r"(?P<count>\d{1,4}(?:\.\d{1,2})?|[一二两三四五六七八九十]{1,2}|半)"
_MEASURES = (
    "个百分点|百分点|%|人次|课时|学时|小时|分钟|个工作日|工作日|个月|个季度|季度|学分|床日|例次|张次|次|例|项|人|名|条|处|起|件|份|天|日|"
    "篇|场|期|户|家|类|点|门|张|本|段|级|款|宗|批|台|床|科|支|栋|间|句|字|遍|轮|封|幅|页|卷|册|组|班|对|位|种|步|环节|科室|支部|个|月|年"
)
_MEASURE = rf"(?P<measure>{_MEASURES})"
_COUNTED = re.compile(rf"(?<![第\d.]){_COUNT}\s*{_MEASURE}(?!以[上下内])")
_BARE = re.compile(rf"(?:{_MEASURES})")
_TIME = re.compile(r"(?:两年|半年|季度?|月|周|年度?|日|天)")
_ONE = frozenset({"1", "一"})
_THRESHOLD = re.compile(r"(?:于|不足|不到|不满|未满|未达|未达到|达不到|超过|以上|以下|大于|至少)\Z")
_LEAST = re.compile(r"于|不足|不到|达不到|未达|不满|以[上下]")


def unit_of(clause: str) -> str:
    """The unit in the words before a deduction; "" where it is taken once, not by count.

    >>> [unit_of(words) for words in ("每季度1次，每少1次", "每低5个百分点", "缺一项", "低于90%的", "每例")]
    ['次', '5个百分点', '项', '', '例']
    """
    parts = [part for part in re.split(r"[，,、：:]", clause) if part.strip("的者则应各均酌情相")]
    for part in reversed(parts[-2:]):
        unit = _in_part(part)
        if unit:
            return unit
        if part is parts[-1] and "每" not in part and len(parts) > 1 and not _begins_each(parts[-2]):
            return ""
    return ""


def _begins_each(part: str) -> bool:
    return (
        re.search(r"每(?:少|缺|低|有|发现|出现|发生|迟|晚|漏|超|逾|延|例|项|次|人|处|起|件|\d|[一两])", part)
        is not None
    )


def _in_part(part: str) -> str:
    _, each, tail = part.rpartition("每")
    return _after_each(tail) if each else _without_each(part)


def _after_each(words: str) -> str:
    counted = list(_COUNTED.finditer(words))
    if counted:
        return _named(counted[0] if len(counted) == 1 else counted[-1])
    if _TIME.match(words) and not words.startswith(("日", "天")):
        return ""
    bare = _BARE.search(words)
    return bare.group() if bare else ""


def _without_each(part: str) -> str:
    """缺一项, 1人不合格: one of something, and no threshold such as 少于3次."""
    for found in _COUNTED.finditer(part):
        if found["count"] in _ONE and found["measure"] not in {"年", "月", "季度", "个月", "级", "把"}:
            if _THRESHOLD.search(part[: found.start()]) or _LEAST.match(part[found.end() :]):
                continue
            return _named(found)
    return ""


def _named(found: re.Match[str]) -> str:
    count, measure = found["count"], found["measure"]
    return measure if count in _ONE else f"{count}{measure}"
