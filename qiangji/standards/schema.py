"""What an edition (版本) of a scoring standard consists of, as data that people write in YAML.

The models refuse unknown keys and inexact numbers. What must agree between several places (sums,
codes, positions) is checked in `consistency`, so that each disagreement keeps its own name and line.
The JSON Schema made from `EditionSpec` is published as `library/edition.schema.json`.
"""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from qiangji.lib.numbers import plain
from qiangji.standards.exact import InexactNumber, exact_decimal

AppliesTo = Literal["hospital", "branch", "authority", "all"]
Force = Literal["normative", "example", "reference"]
Window = Literal["cycle_period", "calendar_year", "last_completed_period"]
VetoKind = Literal["sheet", "year_end", "ethics"]

FORCE_LABELS: dict[str, str] = {"normative": "规范性文件", "example": "示例", "reference": "参考"}
WINDOW_LABELS: dict[str, str] = {
    "cycle_period": "考核周期",
    "calendar_year": "自然年度",
    "last_completed_period": "最近一个已结束的期间",
}
VETO_LABELS: dict[str, str] = {
    "sheet": "不予评定",
    "year_end": "年底考核不合格",
    "ethics": "医德医风一票否决",
}
APPLIES_TO_LABELS: dict[str, str] = {
    "hospital": "院级党组织",
    "branch": "内设党支部",
    "authority": "主管部门",
    "all": "各级党组织",
}


def _exact(value: object) -> Decimal:
    try:
        return exact_decimal(value)
    except InexactNumber as error:
        raise PydanticCustomError("inexact_number", "{reason}", {"reason": str(error)}) from error


_NUMBER_SCHEMA = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^\d{1,5}(\.\d{1,2})?$"}]
}
Points = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(ge=0, max_digits=7, decimal_places=2),
    PlainSerializer(plain, return_type=str),
    WithJsonSchema(_NUMBER_SCHEMA),
]
Step = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(gt=0, max_digits=7, decimal_places=2),
    PlainSerializer(plain, return_type=str),
    WithJsonSchema(_NUMBER_SCHEMA),
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
OptionalLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Label = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._-]*$", max_length=40)
]
Code = Annotated[str, StringConstraints(pattern=r"^[1-9]\d?-\d{1,2}-[1-9]\d{0,2}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class Spec(BaseModel):
    """Common ground: unknown keys are refused and a loaded object is never altered."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FullScoring(Spec):
    """All points, or part of them in steps; `step` overrides the edition's."""

    kind: Literal["full"] = "full"
    partial: bool = True
    step: Step | None = None


class DeductScoring(Spec):
    """Full points less `per` for each `unit` found, never below `floor`."""

    kind: Literal["deduct"]
    per: Step
    unit: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
    floor: Points = Decimal(0)


class BonusScoring(Spec):
    """`per` points for each occurrence up to `cap`; stands outside the total."""

    kind: Literal["bonus"]
    per: Step
    cap: Step
    unit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""


class GradedOption(Spec):
    """One grade and what it is worth."""

    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    points: Points


class GradedScoring(Spec):
    """One of several named grades."""

    kind: Literal["graded"]
    options: Annotated[tuple[GradedOption, ...], Field(min_length=2, max_length=20)]


class BaseScoring(Spec):
    """Starts from `base`, goes up by `plus` and down by `minus`, stays between `floor` and `cap`.

    Without `cap` the base is the most that can be had.
    """

    kind: Literal["base"]
    base: Points
    plus: Step | None = None
    minus: Step | None = None
    floor: Points = Decimal(0)
    cap: Points | None = None


class ChecklistScoring(Spec):
    """To be ticked off, worth no points."""

    kind: Literal["checklist"]


Scoring = Annotated[
    FullScoring | DeductScoring | BonusScoring | GradedScoring | BaseScoring | ChecklistScoring,
    Field(discriminator="kind"),
]
_SCORING: TypeAdapter[Scoring] = TypeAdapter(Scoring)


def scoring_from_json(data: Any) -> Scoring:
    """Read a scoring rule as stored in `Criterion.scoring`."""
    return _SCORING.validate_python(data)


def scoring_to_json(scoring: Scoring) -> dict[str, Any]:
    """Write a scoring rule for storage: decimals as strings, defaults left out but for the kind."""
    data: dict[str, Any] = {"kind": scoring.kind}
    data.update(scoring.model_dump(mode="json", exclude_defaults=True, exclude={"kind"}))
    return data


class ParameterSpec(Spec):
    """A figure that regions differ on, with the clause it comes from and which way is stricter.

    A subtree may set its own, only stricter unless the edition `allows_looser`.
    """

    title: Line
    value: Points
    unit: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
    stricter: Literal["more", "less"] = "more"
    allows_looser: bool = False
    usual: bool = False  # the document says 一般: a deviation is allowed with a stated reason
    place: OptionalLine = ""


class DraftCheckSpec(Spec):
    """A frequency or span that a reader recognized in a criterion, kept with its words until somebody makes it a check.

    `count`: so many times per bucket of time; `ahead`: so many months or days before something; `share`: so many percent.
    """

    words: Line
    kind: Literal["count", "ahead", "share"]
    per: Literal["", "week", "month", "quarter", "half", "year", "two_years"] = ""
    at_least: Points | None = None
    at_most: Points | None = None
    unit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""


class CriterionSpec(Spec):
    """One numbered requirement (具体标准) with its points, in our own concise words."""

    code: Code
    number: Annotated[int, Field(ge=1, le=999)]
    title: Line
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    points: Points | None
    place: OptionalLine = ""
    scoring: Scoring = FullScoring()
    window: Window = "cycle_period"
    evidence: OptionalLine = ""
    source_key: Annotated[str, StringConstraints(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=64)] = ""
    confirmed: bool = True
    parameters: dict[Key, ParameterSpec] = {}
    draft_checks: Annotated[tuple[DraftCheckSpec, ...], Field(max_length=20)] = ()


class GroupSpec(Spec):
    """A row of the official form; number 0 and an empty title where a part has no groups."""

    number: Annotated[int, Field(ge=0, le=99)]
    title: OptionalLine = ""
    points: Points | None = None
    criteria: Annotated[tuple[CriterionSpec, ...], Field(min_length=1, max_length=999)]


class SectionSpec(Spec):
    """A part (项目) of the table with its declared points; a bonus part stands outside the total."""

    number: Annotated[int, Field(ge=1, le=99)]
    title: Line
    points: Points
    bonus: bool = False
    groups: Annotated[tuple[GroupSpec, ...], Field(min_length=1, max_length=99)]


class VetoSpec(Spec):
    """A condition that overrides the score; the three kinds have different consequences."""

    number: Annotated[int, Field(ge=1, le=99)]
    kind: VetoKind
    title: Line
    note: OptionalLine = ""


class ThresholdSpec(Spec):
    """A dated lower bound; strict means that the value itself does not suffice (高于)."""

    key: Key
    title: Line
    value: Points
    unit: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
    strict: bool
    place: OptionalLine = ""
    effective_date: datetime.date | None = None
    until_date: datetime.date | None = None
    note: OptionalLine = ""


class SourceSpec(Spec):
    """The document that an edition rests on, where it holds and how binding it is there."""

    document: Line
    number: OptionalLine = ""
    issuer: OptionalLine = ""
    date: datetime.date | None = None
    jurisdiction: OptionalLine = ""
    force: Force
    validity: OptionalLine = ""


class EditionSpec(Spec):
    """One edition of one standard, whole; while it is `awaiting` a document it stays a draft."""

    standard: Slug
    label: Label
    title: Line
    applies_to: AppliesTo
    source: SourceSpec
    awaiting: OptionalLine = ""
    year_of_effect: Annotated[int, Field(ge=1949, le=2200)]
    total_points: Points
    step: Step = Decimal("0.5")
    sections: Annotated[tuple[SectionSpec, ...], Field(min_length=1, max_length=99)]
    vetoes: tuple[VetoSpec, ...] = ()
    thresholds: tuple[ThresholdSpec, ...] = ()
    notes: tuple[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)], ...
    ] = ()

    def criteria(self) -> list[CriterionSpec]:
        """All criteria in the order of the table."""
        return [c for section in self.sections for group in section.groups for c in group.criteria]


class PolicySourceSpec(Spec):
    """A document of the policy library, described; its text is not part of the program."""

    key: Slug
    document: Line
    number: OptionalLine = ""
    issuer: OptionalLine = ""
    date: datetime.date | None = None
    date_note: OptionalLine = ""
    jurisdiction: OptionalLine = ""
    force: Force
    validity: OptionalLine = ""
    gives: Line
    note: OptionalLine = ""
    available: bool = True


class SourcesSpec(Spec):
    """`library/sources.yaml`: every document that the standards lean on, the missing ones included."""

    sources: Annotated[tuple[PolicySourceSpec, ...], Field(min_length=1)]


def json_schema_text() -> str:
    """The JSON Schema of an edition as the published file holds it."""
    schema = EditionSpec.model_json_schema(mode="validation")
    section_file = {"type": "string", "pattern": r"^[0-9A-Za-z][0-9A-Za-z._-]*\.yaml$"}
    items = schema["properties"]["sections"]["items"]
    schema["properties"]["sections"]["items"] = {"anyOf": [items, section_file]}
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
