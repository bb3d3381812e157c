"""In which class each hospital-level organization stands in a cycle: told by its sheet's state, and by nothing else.

While what was recognized is checked again, and while what was below the line is assessed again, its result stands until
another one is decided.
"""

from django.db import models
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, QuerySet, Subquery, Value, When

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.states import RESULTS, State
from qiangji.orgs.models import Organization
from qiangji.results.models import Reassessment, Result

RECHECKED = (State.UNDER_INSPECTION, State.INSPECTED)


class Class(models.TextChoices):
    """The classes of the ledger: the three results, those that wait for one, those that did not apply."""

    MEETS = "meets_standard", "达标"
    BELOW = "below_standard", "未达标"
    WITHHELD = "withheld", "不予评定"
    WAITING = "waiting", "已申报，待认定"
    NOT_APPLIED = "not_applied", "未申报"


def classified(cycle: Cycle, organizations: QuerySet[Organization]) -> QuerySet:
    """Add to organizations the class each stands in (``ledger_class``), its sheet's id and its newest result's id."""
    sheets = Sheet.objects.filter(cycle=cycle, organization=OuterRef("pk")).order_by()
    newest = Result.objects.filter(cycle=cycle, organization=OuterRef("pk")).order_by("-sequence")
    again = Reassessment.objects.filter(
        sheet__cycle=cycle, sheet__organization=OuterRef("pk"), new_result__isnull=True
    )
    rows = organizations.annotate(
        sheet_state=Subquery(sheets.values("state")[:1]),
        sheet_public_id=Subquery(sheets.values("public_id")[:1]),
        newest_id=Subquery(newest.values("pk")[:1]),
        newest_outcome=Subquery(newest.values("outcome")[:1]),
        newest_score=Subquery(newest.values("score")[:1]),
    )
    return rows.annotate(
        ledger_class=Case(
            When(sheet_state__in=RESULTS, then=F("sheet_state")),
            When(sheet_state__in=RECHECKED, newest_outcome=Result.Outcome.MEETS, then=F("newest_outcome")),
            When(Exists(again), newest_outcome__isnull=False, then=F("newest_outcome")),
            When(sheet_state__isnull=True, then=Value(Class.NOT_APPLIED.value)),
            When(sheet_state=State.DRAFT, then=Value(Class.NOT_APPLIED.value)),
            default=Value(Class.WAITING.value),
            output_field=CharField(),
        )
    )


def class_counts(rows: QuerySet) -> dict[str, int]:
    """Return how many of classified organizations stand in each class, zero where none does: one statement."""
    counted = dict(rows.order_by().values_list("ledger_class").annotate(n=Count("pk")))
    return {value: counted.get(value, 0) for value in Class.values}
