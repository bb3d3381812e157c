"""Grades named with their points: 好20分、较好15分, or bands of a percentage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from qiangji.standards.reader.numerals import amount

_WORDS = (
    "基本满意|不满意|较满意|很满意|满意|基本合格|不合格|合格|基本达标|未达标|不达标|达标|优秀|良好|中等|及格|不及格|较好|很好|较差|很差|一般|"
    "好|差|优|良|中|劣|[一二三四五]等奖?|[一二三四五]档|[一二三四五]级|第[一二三四五]档|[A-Ea-e][档级等类]?|"
    "国家级|省部级|省级|市级|县级|区级|院级"
)
_BAND = (
    r"(?:达到?|在|大于|高于|低于|小于|不足|不到|超过|未达到?|不满)?\d{1,4}(?:\.\d{1,2})?(?:%|分|人|次|例|天|项|个)?"
    r"(?:（?[含不]*含?）?)?(?:[-—–~～至到]{1,2}\d{1,4}(?:\.\d{1,2})?(?:%|分|人|次|例|天|项|个)?)?"
    r"(?:（?不?含?\d*%?）?)?(?:及?其?以[上下内]|之间)?"
)
_NAMED = re.compile(rf"(?:{_WORDS}|{_BAND})\Z")
_ITEM = re.compile(
    r"([^，。；、：:;,（）\s]{1,30}?)(?:的|者|时)?(?:[，,：:]|为|可得|应得|得|计|记|赋|评){0,3}"
    r"(?:(?<![\d.])(\d{1,4}(?:\.\d{1,2})?)分|不得分|不计分|不记分|得?零分)(?=[，。；、;,（））\s]|\Z)"
)
_RANGE_ITEM = re.compile(r"(?<![\d.])\d{1,4}(?:\.\d)?分?[-—–~～至]{1,2}\d{1,4}(?:\.\d)?分(?!以)")
_BETWEEN = re.compile(r"[，。；、;,）\s]*(?:其中|的)?\Z")
_TELLS = re.compile(r"(?:得|计|记|为|赋|评)\d")
LONGEST_LABEL = 60


@dataclass(frozen=True)
class Grade:
    """A label with its points, and whether the words mark it as a grade or a band."""

    label: str
    points: Decimal
    named: bool


@dataclass(frozen=True)
class Grades:
    """The grades found side by side, and the words they came from."""

    grades: tuple[Grade, ...]
    words: str

    @property
    def best(self) -> Decimal:
        return max(grade.points for grade in self.grades)

    @property
    def labels_differ(self) -> bool:
        return len({grade.label for grade in self.grades}) == len(self.grades)

    @property
    def are_named(self) -> bool:
        """Whether most of the labels are words for grades or bands, so that nothing else can be meant."""
        return sum(grade.named for grade in self.grades) * 2 >= len(self.grades)

    @property
    def fall(self) -> bool:
        """Whether the points go one way from grade to grade."""
        values = [grade.points for grade in self.grades]
        return all(a > b for a, b in pairwise(values)) or all(a < b for a, b in pairwise(values))


def find_grades(text: str) -> Grades | None:
    """The longest run of neighbouring grades in a text without blanks; None where there are not two.

    >>> [(g.label, str(g.points)) for g in find_grades("评议结果：好20分、较好15分、差0分").grades]
    [('好', '20'), ('较好', '15'), ('差', '0')]
    """
    best: list[re.Match[str]] = []
    run: list[re.Match[str]] = []
    for match in _ITEM.finditer(text):
        if run and not _BETWEEN.match(text[run[-1].end() : match.start()]):
            run = []
        run = [*run, match]
        if len(run) > len(best):
            best = run
    if len(best) < 2 or len(best) > 20:
        return None
    return Grades(tuple(_grade(match) for match in best), text[best[0].start() : best[-1].end()])


def find_ranges(text: str) -> str:
    """Words that give points as a range (好9-10分); "" where there are none."""
    found = _RANGE_ITEM.search(text)
    return found.group() if found else ""


def _grade(match: re.Match[str]) -> Grade:
    label = match[1]
    named = _longest_named(label)
    points = amount(match[2]) if match[2] else Decimal(0)
    return Grade((named or label)[-LONGEST_LABEL:], points, named != "")


def _longest_named(label: str) -> str:
    """The longest end of a label that is a word for a grade or a band."""
    return next((label[i:] for i in range(len(label)) if _NAMED.match(label, i)), "")
