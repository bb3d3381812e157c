"""Figures on which the documents differ, side by side: `library/figures.yaml`.

A subject (中心组学习, 学时, 权重 …) holds what each document says about it, where, to whom, and how the figures
stand to each other. Nothing here binds anybody: a figure binds only where an authority has adopted the
edition that holds it.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from qiangji.lib.numbers import plain
from qiangji.standards.schema import Code, Key, Line, OptionalLine, Points, Slug, Spec

Relation = Literal["separate", "alternatives", "both", "strictest"]
Says = Literal["at_least", "above", "at_most", "exactly", "unnamed"]

RELATION_LABELS: dict[str, str] = {
    "separate": "用途不同，分别核对",
    "alternatives": "各地不同，按采用的版本",
    "both": "同时适用，都要做到",
    "strictest": "都核对，取严的显示",
}
SAYS_WORDS: dict[str, str] = {"at_least": "不少于", "above": "高于", "at_most": "不超过", "exactly": ""}
UNNAMED = "原文没有数字"
PERCENT = "%"

EditionRef = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+@[0-9A-Za-z\u4e00-\u9fff._-]+$")]


class FigureSpec(Spec):
    """What one document says on a subject: the figure, for whom, where, and which edition holds it."""

    source: Slug
    place: Line
    subject: OptionalLine = ""  # for whom or what for, where the documents speak of different things
    says: Says
    value: Points | None = None
    unit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""
    of: OptionalLine = ""  # of what the percentage is
    usual: bool = False  # 一般: a deviation is allowed with a stated reason
    note: OptionalLine = ""
    edition: EditionRef
    code: Code | Literal[""] = ""
    parameter: Key | Literal[""] = ""
    threshold: Key | Literal[""] = ""

    def words(self) -> str:
        """Return the figure as people read it, "原文没有数字" where the document names none."""
        if self.value is None:
            return UNNAMED
        usual = "一般" if self.usual else ""
        of = f"{self.of}的" if self.of else ""
        space = "" if self.unit == PERCENT else " "
        return f"{usual}{SAYS_WORDS[self.says]}{of} {plain(self.value)}{space}{self.unit}".strip()


class SubjectSpec(Spec):
    """One matter on which the documents give different figures."""

    row: Annotated[str, StringConstraints(pattern=r"^F\d\d$")]
    title: Line
    relation: Relation
    explanation: Line
    use: Line  # what the system does with it
    figures: Annotated[tuple[FigureSpec, ...], Field(min_length=2)]


class FiguresSpec(Spec):
    """`library/figures.yaml`."""

    subjects: tuple[SubjectSpec, ...] = ()


def figures_schema_text() -> str:
    """The JSON Schema of `figures.yaml` as the published file holds it."""
    schema = FiguresSpec.model_json_schema(mode="validation")
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def persons_asked(figure: FigureSpec, staff: int) -> int | None:
    """Return how many persons a figure asks of a hospital with so many staff; None where it names no number.

    Part of a person counts as a whole one (0.5 % of 700 is 3.5, so 4): the documents are silent, this is a default.

    >>> share = FigureSpec(source="a", place="甲", says="at_least", value="0.5", unit="%", of="在编职工", edition="a@1")
    >>> persons_asked(share, 700)
    4
    """
    if figure.value is None:
        return None
    if figure.unit == PERCENT:
        return math.ceil(figure.value * staff / Decimal(100))
    return math.ceil(figure.value)
