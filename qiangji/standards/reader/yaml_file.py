"""Our own YAML editions, read into the same tree as a table from outside."""

from __future__ import annotations

from itertools import accumulate

from qiangji.standards.loader import edition_from_text
from qiangji.standards.reader.cells import Unreadable
from qiangji.standards.reader.tree import ParsedCriterion, ParsedGroup, ParsedSection, ParsedStandard
from qiangji.standards.schema import CriterionSpec, EditionSpec

MOST_CHARACTERS = 300_000  # ten times the largest edition; the YAML reader takes its time
MOST_DEPTH = 50
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}


def read_yaml_edition(text: str, *, name: str) -> ParsedStandard:
    """Read an edition that is whole in one YAML text. Raises LibraryError, or Unreadable for what is no edition."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(f"标准文件超过 {MOST_CHARACTERS // 10_000} 万字，不像一个标准版本，请核对")
    if max(accumulate(_STEPS.get(character, 0) for character in text), default=0) > MOST_DEPTH:
        raise Unreadable(f"标准文件里括号一层套一层超过 {MOST_DEPTH} 层，请核对")
    return parsed_from_spec(edition_from_text(text, name=name))


def parsed_from_spec(spec: EditionSpec) -> ParsedStandard:
    """Show an edition as a parsed standard; its titles stand where a table has its text."""
    return ParsedStandard(
        title=spec.title,
        total_points=spec.total_points,
        sections=[
            ParsedSection(
                title=section.title,
                points=section.points,
                is_bonus=section.bonus,
                groups=[
                    ParsedGroup(
                        group.title, group.points, [_criterion(criterion) for criterion in group.criteria]
                    )
                    for group in section.groups
                ],
                where=f"项目“{section.title}”",
            )
            for section in spec.sections
        ],
        vetoes=[veto.title for veto in spec.vetoes],
        spec=spec,
    )


def _criterion(criterion: CriterionSpec) -> ParsedCriterion:
    return ParsedCriterion(
        number=str(criterion.number),
        text=criterion.title,
        points=criterion.points,
        scoring=criterion.scoring,
        where=criterion.code,
    )
