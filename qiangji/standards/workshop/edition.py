"""From the bench to the shelf: a finished table as the edition that would be stored of it, and as lines to compare.

It says what an imported file would say: our titles, places named after the headings, the remark as a note.
"""

from __future__ import annotations

from typing import Any

from qiangji.standards.comparison import Line
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.imported import noted_remark, shortened
from qiangji.standards.loader import edition_from_document
from qiangji.standards.schema import EditionSpec, scoring_to_json
from qiangji.standards.succession import scoring_text
from qiangji.standards.workshop.exceptions import DraftUnfinished
from qiangji.standards.workshop.state import (
    CriterionState,
    GroupState,
    SectionState,
    State,
    codes,
    group_number,
    numbers,
    step_of,
)
from qiangji.standards.yaml_source import YamlDocument

LONGEST_NAME = 300
LONGEST_NOTE = 500


def spec_of(state: State, *, label: str = "") -> EditionSpec:
    """Return the edition that a table makes, under another label where one is given.

    Raises DraftUnfinished naming everything that does not hold together.
    """
    details = state.details
    data: dict[str, Any] = {
        "standard": details.code,
        "label": label or details.label,
        "title": details.title,
        "applies_to": details.applies_to,
        "source": {
            "document": details.document,
            "number": details.number,
            "issuer": details.issuer,
            "date": details.issued_date,
            "jurisdiction": details.jurisdiction,
            "force": details.force,
            "validity": details.validity,
        },
        "year_of_effect": details.year,
        "total_points": details.total_points,
        "step": step_of(state),
        "sections": [_section(i, section) for i, section in enumerate(state.sections, start=1)],
        "vetoes": [
            {"number": i, "kind": veto.kind, "title": veto.title or shortened(veto.text, LONGEST_NAME)}
            for i, veto in enumerate(state.vetoes, start=1)
        ],
    }
    if details.remark:
        data["notes"] = [noted_remark(details.remark)]
    try:
        return edition_from_document(YamlDocument(name=details.title or "这张表", data=data))
    except LibraryError as error:
        raise DraftUnfinished("这张表还不能成为标准", messages=error.messages) from error


def texts_of(state: State) -> dict[str, str]:
    """Return the document's own words by code."""
    known = codes(state)
    return {known[criterion.key]: criterion.text for criterion in state.criteria()}


def lines_of_state(state: State) -> list[Line]:
    """Return a table's criteria for the comparison with an earlier edition."""
    known = codes(state)
    return [
        Line(
            code=known[criterion.key],
            title=criterion.shown_title,
            text=criterion.text,
            points=criterion.points,
            scoring=scoring_text(criterion.scoring),
            part=section.title,
            group=group.title,
            note=criterion.note,
        )
        for section in state.sections
        for group in section.groups
        for criterion in group.criteria
    ]


def _section(number: int, section: SectionState) -> dict[str, Any]:
    return {
        "number": number,
        "title": section.title,
        "points": section.points,
        "bonus": section.bonus,
        "groups": [_group(number, section, j) for j in range(len(section.groups))],
    }


def _group(section_number: int, section: SectionState, index: int) -> dict[str, Any]:
    group = section.groups[index]
    number = group_number(section, index)
    place = f"{section_number}-{number}"
    return {
        "number": number,
        "title": group.title,
        "points": group.points,
        "criteria": [
            _criterion(section, group, criterion, f"{place}-{in_group}", in_group)
            for in_group, criterion in zip(numbers(group), group.criteria, strict=True)
        ],
    }


def _criterion(
    section: SectionState, group: GroupState, criterion: CriterionState, code: str, number: int
) -> dict[str, Any]:
    heading = group.title or section.title
    return {
        "code": code,
        "number": number,
        "title": criterion.shown_title,
        "points": criterion.points,
        "place": shortened(f"{heading} {criterion.number or number}", LONGEST_NAME),
        "scoring": scoring_to_json(criterion.scoring),
        "evidence": shortened(criterion.evidence, LONGEST_NAME),
        "note": shortened(criterion.note, LONGEST_NOTE),
        "draft_checks": [check.model_dump() for check in criterion.draft_checks],
    }
