"""Titles of parts and groups: their ordinals, their points, and rows that hold nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from qiangji.standards.reader.numerals import NUMERAL
from qiangji.standards.reader.wording import (
    POINTS_MARK,
    SEPARATORS,
    joined,
    normal_widths,
    without_gaps,
    without_points,
)

LONGEST_HEAD = 80
_ORDINALS = (
    ("part", re.compile(rf"第\s*(?:[{NUMERAL}]{{1,3}}|\d{{1,2}})\s*(?:部分|章|节|板块|篇|类|大项|项)\s*[:：、.，]?\s*")),
    ("chinese", re.compile(rf"[{NUMERAL}]{{1,3}}\s*[、.，]\s*")),
    ("bracketed", re.compile(rf"（\s*[{NUMERAL}]{{1,3}}\s*）\s*[、.]?\s*")),
    ("letter", re.compile(r"[A-Z]\s*[、.．]\s*")),
    ("dotted", re.compile(r"\d{1,2}\s*(?:[、．]|\.(?!\d))\s*")),
    ("digits", re.compile(r"（\s*\d{1,2}\s*）\s*")),
)  # fmt: skip
SURE_STYLES = frozenset({"part", "chinese", "bracketed", "letter"})
BONUS_WORDS = ("加分", "附加分", "附加项", "奖励分", "奖励项", "特色奖励")
_BONUS_MARK = re.compile(r"（\s*(?:另加|加分|附加分?|奖励)\s*(?=\d{1,4}(?:\.\d{1,2})?\s*分\s*）)")
_SENTENCE = re.compile(r"[，。；！？]")
_EDGES = "：:，,；;。、 "


@dataclass(frozen=True)
class Title:
    """A title without ordinal and points; `style` says which ordinal it had."""

    text: str
    points: Decimal | None = None
    style: str = ""
    marked_bonus: bool = field(default=False, repr=False)  # 特色工作（加分5分）

    @property
    def is_bonus(self) -> bool:
        return self.marked_bonus or any(word in self.text for word in BONUS_WORDS)


def read_title(text: str) -> Title:
    """Read the cell of a part or group.

    >>> read_title("一、健全\\n组织（8分）")
    Title(text='健全组织', points=Decimal('8'), style='chinese')
    """
    plain, marked = _BONUS_MARK.subn("（", without_gaps(normal_widths(text)))
    name, points = without_points(plain, bare=True)
    name, bonus = joined(name), bool(marked)
    for style, pattern in _ORDINALS:
        found = pattern.match(name)
        if found and name[found.end() :].strip(_EDGES):
            return Title(name[found.end() :].strip(_EDGES), points, style, bonus)
    return Title(name.strip(_EDGES), points, marked_bonus=bonus)


def head_of(text: str, *, merged: bool) -> Title | None:
    """Read a row's only text as the head of what follows; None where it is a criterion or a note.

    `merged` says that its cell runs across the criteria: then a short name needs neither ordinal nor points.
    """
    plain = normal_widths(text)
    if len(plain) > LONGEST_HEAD or not plain.strip(SEPARATORS):
        return None
    title = read_title(plain)
    marks = len(list(POINTS_MARK.finditer(plain)))
    if marks > 1 or not title.text or POINTS_MARK.sub("", plain).rstrip().endswith(("。", "；")):
        return None
    sentence = _SENTENCE.search(title.text) is not None
    if title.style in SURE_STYLES:
        return None if sentence and len(title.text) > 30 else title
    if sentence or len(title.text) > 30:
        return None
    if title.is_bonus or (
        merged and (title.points is not None or not title.style or title.style == "dotted")
    ):
        return title
    return None
