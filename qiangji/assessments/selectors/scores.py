"""What sheets stand at: the final score where the final stage is concluded, else the provisional one of the last stage.

Domain §2: a criterion's final mark is the inspection's where an inspection was concluded for it, else that of the
cycle's final stage. Three statements for any number of sheets; the sums are made by the database.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from qiangji.assessments.models import Mark, Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import CONCLUDED, State


@dataclass(frozen=True)
class Standing:
    """One sheet's score, of which stage it is, and whether it is final; no score while nothing was submitted."""

    sheet_id: int
    organization_id: int
    path: str
    kind: str
    state: str
    stage: str
    is_final: bool
    score: Decimal | None


def standing_stage(prefix: str = "") -> Case:
    """Return, as an expression, the last stage of a sheet whose marks stand concluded; empty for a draft.

    ``prefix`` leads to the sheet from another row.
    """

    def concluded(stage: Stage, **more: str) -> Q:
        asked = {"state__in": CONCLUDED[stage], **more}
        return Q(**{f"{prefix}{name}": value for name, value in asked.items()})

    return Case(
        When(concluded(Stage.RATING, final_stage=Stage.RATING), then=Value(Stage.RATING.value)),
        When(concluded(Stage.ACCEPTANCE), then=Value(Stage.ACCEPTANCE.value)),
        When(concluded(Stage.SELF), then=Value(Stage.SELF.value)),
        default=Value(""),
        output_field=CharField(),
    )


def is_inspected(prefix: str = "") -> Q:
    """Return the condition that an inspection was concluded in the sheet's present round and none goes on."""
    return Q(**{f"{prefix}inspected_round": F(f"{prefix}round")}) & ~Q(
        **{f"{prefix}state": State.UNDER_INSPECTION}
    )


def standings(sheets: QuerySet[Sheet]) -> list[Standing]:
    """Return the standing of every sheet, in the order of the tree: three statements."""
    sheets = sheets.order_by()
    sums = _sums(sheets)
    changes = _inspected(sheets.filter(is_inspected()))
    columns = (
        "pk",
        "organization_id",
        "organization_path",
        "organization_kind",
        "state",
        "final_stage",
        "standing",
    )
    staged = sheets.annotate(standing=standing_stage()).order_by("organization_path")
    return [
        Standing(
            pk,
            organization,
            path,
            kind,
            state,
            stage,
            stage == final,
            sums.get(pk, Decimal(0)) + changes.get(pk, Decimal(0)) if stage else None,
        )
        for pk, organization, path, kind, state, final, stage in staged.values_list(*columns)
    ]


def _sums(sheets: QuerySet[Sheet]) -> dict[int, Decimal]:
    """Add up the marks of every sheet's standing stage."""
    marks = Mark.objects.filter(
        answer__sheet__in=sheets.values("pk"), stage=standing_stage("answer__sheet__")
    )
    rows = marks.order_by().values_list("answer__sheet").annotate(sum=Sum("points"))
    return {sheet: total or Decimal(0) for sheet, total in rows}


def _inspected(sheets: QuerySet[Sheet]) -> dict[int, Decimal]:
    """Return by how much the marks of a concluded inspection change a sheet's final score."""
    ours = Mark.objects.filter(
        answer__sheet__in=sheets.values("pk"), stage=Stage.INSPECTION, points__isnull=False
    )
    final = Mark.objects.filter(answer=OuterRef("answer"), stage=OuterRef("answer__sheet__final_stage"))
    rows = ours.annotate(before=Subquery(final.values("points")[:1])).order_by()
    found: dict[int, Decimal] = {}
    for sheet, points, before in rows.values_list("answer__sheet", "points", "before"):
        found[sheet] = found.get(sheet, Decimal(0)) + (points or Decimal(0)) - (before or Decimal(0))
    return found
