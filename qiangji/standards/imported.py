"""From a table that somebody handed in to an edition: what the table says, and nothing invented.

The document's own words become the wording; the edition's titles are their first clauses, to be made
concise by whoever publishes it. What a table cannot tell (issuer, force) is asked for or left open.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from qiangji.standards.loader import edition_from_document
from qiangji.standards.reader.tree import Numbered, ParsedSection, ParsedStandard, numbered
from qiangji.standards.schema import AppliesTo, EditionSpec, SourceSpec, scoring_to_json
from qiangji.standards.yaml_source import YamlDocument

LONGEST_TITLE = 40
_CLAUSE = re.compile(r"[，。；：,;:]")
_REMARK = re.compile(r"^\s*(?:备\s*注|说\s*明|注)\s*[:：]\s*")


def edition_from_table(
    parsed: ParsedStandard,
    *,
    code: str,
    label: str,
    year: int,
    applies_to: AppliesTo,
    source: SourceSpec | None = None,
    title: str = "",
) -> EditionSpec:
    """Make an edition of a parsed table. Raises LibraryError where it does not hold together."""
    name = title or parsed.title or code
    found = source or SourceSpec(document=name, force="reference")
    data: dict[str, Any] = {
        "standard": code,
        "label": label,
        "title": shortened(name, 300),
        "applies_to": applies_to,
        "source": found.model_dump(),
        "year_of_effect": year,
        "total_points": parsed.total_points,
        "step": "0.1" if _has_tenths(parsed) else "0.5",
        "sections": _sections(parsed),
        "vetoes": [
            {"number": i, "kind": "sheet", "title": shortened(veto, 300)}
            for i, veto in enumerate(parsed.vetoes, start=1)
        ],
    }
    if parsed.remark:
        data["notes"] = [noted_remark(parsed.remark)]
    return edition_from_document(YamlDocument(name=name, data=data))


def short_title(text: str) -> str:
    """The first clause of a criterion, cut where it is long.

    >>> short_title("每年至少召开一次大会，听取通报")
    '每年至少召开一次大会'
    """
    clause = _CLAUSE.split(text, maxsplit=1)[0].strip()
    return shortened(clause if len(clause) >= 4 else text, LONGEST_TITLE)


def noted_remark(remark: str) -> str:
    """The remark under a table as a note of the edition.

    >>> noted_remark("备注：严重违纪的，不予评定。")
    '原表备注：严重违纪的，不予评定。'
    """
    return shortened(f"原表备注：{_REMARK.sub('', remark)}", 500)


def shortened(text: str, length: int) -> str:
    """A text cut to a length, with a sign that it was.

    >>> shortened("每年至少召开一次大会", 5)
    '每年至少…'
    """
    return text if len(text) <= length else text[: length - 1] + "…"


def _has_tenths(parsed: ParsedStandard) -> bool:
    """Whether half points would not do: some criterion is worth tenths."""
    return any(c.points is not None and c.points % 1 not in {0, Decimal("0.5")} for c in parsed.criteria())


def _sections(parsed: ParsedStandard) -> list[dict[str, Any]]:
    by_section = {
        key: list(items) for key, items in itertools.groupby(numbered(parsed), key=lambda n: n.section)
    }
    return [_section(i, section, by_section.get(i, [])) for i, section in enumerate(parsed.sections, start=1)]


def _section(number: int, section: ParsedSection, items: Iterable[Numbered]) -> dict[str, Any]:
    by_group = {key: list(found) for key, found in itertools.groupby(items, key=lambda n: n.group)}
    untitled = set(by_group) == {0}
    return {
        "number": number,
        "title": section.title,
        "points": Decimal(0) if section.points is None else section.points,
        "bonus": section.is_bonus,
        "groups": [
            {
                "number": 0 if untitled else j,
                "title": group.title,
                "points": group.points,
                "criteria": [
                    _criterion(item, group.title or section.title) for item in by_group[0 if untitled else j]
                ],
            }
            for j, group in enumerate(section.groups, start=1)
        ],
    }


def _criterion(item: Numbered, heading: str) -> dict[str, Any]:
    criterion = item.criterion
    data: dict[str, Any] = {
        "code": item.code,
        "number": item.number,
        "title": short_title(criterion.text),
        "points": criterion.points,
        "place": shortened(f"{heading} {criterion.number or item.number}", 300),
        "evidence": shortened(criterion.evidence, 300),
        "note": shortened(criterion.note, 500),
    }
    if criterion.scoring is not None:
        data["scoring"] = scoring_to_json(criterion.scoring)
    if criterion.draft_checks:
        data["draft_checks"] = [
            check.model_dump(mode="json", exclude_defaults=True) for check in criterion.draft_checks
        ]
    return data
