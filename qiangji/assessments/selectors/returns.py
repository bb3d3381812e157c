"""Criteria that came back: what stood, what was amended, who waits for whom; for the sheet's rows and the page of returns."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from qiangji.assessments.models import CriterionReturn, Sheet, Submission
from qiangji.assessments.states import State

OPEN = CriterionReturn.State.OPEN
# Files added by an amendment that were not taken off again before the signature, and files that it takes away.
ADDED = Count("files", filter=Q(files__detached_at__isnull=True), distinct=True)
REMOVED = Count("removes", distinct=True)


def returns_of(sheet: Sheet) -> QuerySet[CriterionReturn]:
    """Return all returns of a sheet with what a page shows of them, in the order of the table, the latest last."""
    return (
        sheet.criterion_returns.select_related(
            "answer__criterion", "returned_by", "edited_by", "ended_by", "amendment"
        )
        .annotate(added=ADDED, removed=REMOVED)
        .order_by("answer__criterion__position", "pk")
    )


def any_came_back() -> Exists:
    """Say of a submission whether single criteria of its sheet ever came back: a page without any reads none."""
    return Exists(CriterionReturn.objects.filter(sheet=OuterRef("sheet")))


def latest_returns(sheet: Sheet, submission: Submission | None) -> dict[int, CriterionReturn]:
    """Return, by answer, the last return of this round that was not cancelled: one statement, none where none came back."""
    if sheet.state == State.DRAFT or not getattr(submission, "came_back", False):
        return {}
    rows = (
        sheet.criterion_returns.filter(round=sheet.round)
        .exclude(state=CriterionReturn.State.CANCELLED)
        .select_related("edited_by", "amendment")
        .annotate(added=ADDED, removed=REMOVED)
        .order_by("pk")
    )
    return {row.answer_id: row for row in rows}


def earliest_due() -> Subquery:
    """Return, for a list of sheets, the nearest day until which something is out for amendment."""
    rows = CriterionReturn.objects.filter(sheet=OuterRef("pk"), state=OPEN).order_by("due_date")
    return Subquery(rows.values("due_date")[:1])


def are_ready(rows: Iterable[CriterionReturn]) -> bool:
    """Say whether everything that came back has been written on at least once."""
    return all(row.version for row in rows)
