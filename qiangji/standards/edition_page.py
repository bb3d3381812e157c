"""What the page of one edition shows: the table, and beside each criterion how it is marked and what others say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qiangji.standards.descriptions import describe
from qiangji.standards.figure_board import compared_codes
from qiangji.standards.figures import SubjectSpec
from qiangji.standards.models import Edition, Interpretation
from qiangji.standards.selectors import CriterionNode, current_wording, edition_tree

Line = tuple[CriterionNode, str, SubjectSpec | None, list[Interpretation]]


def edition_page(edition: Edition, readings: Mapping[int, list[Interpretation]]) -> dict[str, Any]:
    """Return the context of the page; `readings` are the interpretations that concern the reader, by criterion."""
    tree = edition_tree(edition)
    compared = compared_codes(edition)

    def line(node: CriterionNode) -> Line:
        how = describe(node.scoring, node.points, node.step)
        return node, how, compared.get(node.code), readings.get(node.id, [])

    return {
        "edition": edition,
        "tree": tree,
        "wording": current_wording(edition),
        "unconfirmed": sum(not node.confirmed for node in tree.criteria),
        "sections": [
            (section, [(group, [line(one) for one in group.criteria]) for group in section.groups])
            for section in tree.sections
        ],
    }
