"""What a reader understood of a scoring table: a plain tree, its problems, and the published JSON form.

A problem is what was inferred, dropped or does not agree. Line breaks, widths, brackets and numbering
that restarts lose nothing and are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from qiangji.lib.numbers import plain
from qiangji.standards.schema import (
    BonusScoring,
    DraftCheckSpec,
    EditionSpec,
    FullScoring,
    Scoring,
    scoring_to_json,
)

Severity = Literal["warning", "error"]


@dataclass(frozen=True)
class OriginalLine:
    """A line of text or a row of the file as it stood there, so that people can hold the two side by side."""

    where: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """Something a person should look at, with the place in the file and what to do.

    `origin` is the index in `ParsedStandard.original`, None where the whole table is meant.
    """

    severity: Severity
    where: str
    message: str
    origin: int | None = None


@dataclass
class ParsedCriterion:
    """One numbered requirement: its whole text without number and points.

    `draft_checks` are the frequencies its words name; `origin` the original line it was read from.
    `evidence` and `note` are what the table says beside it: proof to show, office in charge, time limit.
    """

    number: str
    text: str
    points: Decimal | None
    scoring: Scoring | None = None
    where: str = ""
    draft_checks: tuple[DraftCheckSpec, ...] = ()
    origin: int | None = None
    evidence: str = ""
    note: str = ""


@dataclass
class ParsedGroup:
    """A group of a part; titled "" where the part has none."""

    title: str
    points: Decimal | None = None
    criteria: list[ParsedCriterion] = field(default_factory=list)


@dataclass
class ParsedSection:
    """A part with the points it declares (or, with a warning, their sum)."""

    title: str
    points: Decimal | None
    is_bonus: bool = False
    groups: list[ParsedGroup] = field(default_factory=list)
    where: str = ""
    origin: int | None = None

    def criteria(self) -> list[ParsedCriterion]:
        """The criteria of all groups, in order."""
        return [criterion for group in self.groups for criterion in group.criteria]


@dataclass
class ParsedStandard:
    """A whole table as understood, with every problem found on the way.

    `spec` is the full edition where the file was one of ours (YAML); `remark` the note under the table.
    """

    title: str = ""
    total_points: Decimal = Decimal(0)
    sections: list[ParsedSection] = field(default_factory=list)
    vetoes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remark: str = ""
    digest: str = ""
    original: list[OriginalLine] = field(default_factory=list)
    spec: EditionSpec | None = None

    def criteria(self) -> list[ParsedCriterion]:
        """All criteria in the order of the table."""
        return [criterion for section in self.sections for criterion in section.criteria()]

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        """Return the document that `standard parse FILE --json` prints."""
        return {
            "title": self.title,
            "total_points": plain(self.total_points),
            "sections": [_section_json(section) for section in self.sections],
            "vetoes": list(self.vetoes),
            "counts": {
                "sections": len(self.sections),
                "criteria": len(self.criteria()),
                "vetoes": len(self.vetoes),
            },
            "problems": [
                {"severity": p.severity, "where": p.where, "message": p.message} for p in self.problems
            ],
        }


def refused(where: str, message: str) -> ParsedStandard:
    """A file that cannot be read as a table at all: no sections, one error."""
    return ParsedStandard(problems=[Problem("error", where, message)])


def _section_json(section: ParsedSection) -> dict[str, Any]:
    data: dict[str, Any] = {
        "title": section.title,
        "points": None if section.points is None else plain(section.points),
        "groups": [
            {"title": group.title, "criteria": [_criterion_json(criterion) for criterion in group.criteria]}
            for group in section.groups
        ],
    }
    if section.is_bonus:
        data["bonus"] = True
    return data


def _criterion_json(criterion: ParsedCriterion) -> dict[str, Any]:
    points = None if criterion.points is None else plain(criterion.points)
    data: dict[str, Any] = {"number": criterion.number, "text": criterion.text, "points": points}
    if criterion.scoring is not None and not isinstance(criterion.scoring, FullScoring):
        data["scoring"] = _scoring_json(criterion.scoring)
    if criterion.draft_checks:
        data["draft_checks"] = [
            check.model_dump(mode="json", exclude_none=True) for check in criterion.draft_checks
        ]
    return data


def _scoring_json(scoring: Scoring) -> dict[str, Any]:
    """Every figure spelled out, unlike the stored form, so that a reader needs no knowledge of defaults."""
    if isinstance(scoring, BonusScoring) and not scoring.unit:
        return scoring_to_json(scoring)
    return {key: value for key, value in scoring.model_dump(mode="json").items() if value is not None}


@dataclass(frozen=True)
class Numbered:
    """A criterion with its place in the standard: part, group (0 where none) and number in the group."""

    section: int
    group: int
    number: int
    criterion: ParsedCriterion

    @property
    def code(self) -> str:
        return f"{self.section}-{self.group}-{self.number}"


def numbered(parsed: ParsedStandard) -> Iterator[Numbered]:
    """Give each criterion its code: the printed number where it is unique and rising in its group, else its place."""
    for i, section in enumerate(parsed.sections, start=1):
        untitled = len(section.groups) == 1 and not section.groups[0].title
        for j, group in enumerate(section.groups, start=1):
            printed = [int(c.number) if c.number.isdecimal() else 0 for c in group.criteria]
            rising = all(a < b for a, b in zip([0, *printed], printed, strict=False))
            numbers = printed if rising else range(1, len(printed) + 1)
            for number, criterion in zip(numbers, group.criteria, strict=True):
                yield Numbered(i, 0 if untitled else j, number, criterion)
