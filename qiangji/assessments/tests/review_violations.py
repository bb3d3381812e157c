"""Rows of assignments that their table refuses, by the constraint that does."""

from typing import Any

from qiangji.assessments.models import ReviewAssignment
from qiangji.assessments.tests.factories import sheet_of
from qiangji.assessments.tests.worlds import MINUTE, SIGNED


def assignment(w: Any, **changes: Any) -> ReviewAssignment:
    fields = {
        "sheet": sheet_of(w.cast.hospital_a), "stage": "acceptance", "reviewer": w.cast.supervisor,
        "assigned_by": w.cast.supervisor, "assigned_at": SIGNED,
    }  # fmt: skip
    return ReviewAssignment(**(fields | changes))


def second(w: Any) -> ReviewAssignment:
    assignment(w).save()
    return assignment(w, reviewer=w.cast.secretary)


def ended(w: Any, **changes: Any) -> ReviewAssignment:
    whole = {"ended_at": SIGNED, "ended_by": w.cast.supervisor, "ending": "released", "end_reason": "请假"}
    return assignment(w, **(whole | changes))


ASSIGNMENTS = {
    "assessments_one_reviewer_at_a_time": lambda w: [second(w)],
    "assessments_assignment_is_of_a_review": lambda w: [assignment(w, stage="self")],
    "assessments_assignment_ended_whole": lambda w: [
        ended(w, ended_by=None),
        ended(w, ending=""),
        ended(w, end_reason=""),
        ended(w, ended_at=None),
        ended(w, ended_at=SIGNED - MINUTE),
    ],
}
