"""Our own YAML editions, read into the same tree as a table from outside."""

from __future__ import annotations

from qiangji.standards.reader.tree import ParsedCriterion, ParsedGroup, ParsedSection, ParsedStandard
from qiangji.standards.schema import CriterionSpec, EditionSpec


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
