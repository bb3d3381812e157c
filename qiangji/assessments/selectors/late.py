"""What facts say of a submitted sheet that they did not say when it was signed: shown beside the marks, never in them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery

from qiangji.assessments.models import Mark, MarkChange, Proposal, Sheet, Submission
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State


@dataclass(frozen=True)
class Late:
    """A difference that arose after the signature: the declared points, and what the facts propose by now."""

    declared: Decimal
    proposed: Decimal
    reason: str


def late_changes(sheet: Sheet, submission: Submission | None) -> dict[int, Late]:
    """Return, by answer, where later facts contradict what was declared: one statement, none while it is being filled.

    Only what was written after the signature counts, so nobody learns what was proposed before it; and a mark that
    departed from this very proposal when it was given is no change of facts.
    """
    if submission is None or sheet.state == State.DRAFT:
        return {}
    known = MarkChange.objects.filter(answer=OuterRef("answer"), stage=Stage.SELF).order_by("-version")
    declared = Mark.objects.filter(answer=OuterRef("answer"), stage=Stage.SELF)
    rows = (
        Proposal.objects.filter(answer__sheet=sheet, changed_at__gt=submission.signed_at)
        .annotate(
            declared=Subquery(declared.values("points")[:1]),
            known=Subquery(known.values("proposed_points")[:1]),
        )
        .exclude(points=F("declared"))
        .order_by()
        .values_list("answer_id", "points", "declared", "known", "reason")
    )
    return {
        answer_id: Late(marked, points, reason)
        for answer_id, points, marked, before, reason in rows
        if points is not None and marked is not None and points != before
    }
