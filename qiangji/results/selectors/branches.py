"""The course of lagging branches: the decision that calls them so, the order to mend, the re-assessment that followed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from qiangji.assessments.models import Sheet
from qiangji.assessments.selectors.scores import Standing, standings
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import FINAL_STATE
from qiangji.rectification.models import Rectification
from qiangji.rectification.states import State as Mending
from qiangji.results.models import BranchReassessment, BranchStanding, Result

DONE = (Mending.VERIFIED, Mending.CLOSED)


@dataclass(frozen=True)
class Course:
    """One branch that the newest decision about its hospital calls lagging.

    ``order`` is the newest order to mend, ``reassessment`` the newest round that followed one, ``now`` what the sheet
    stands at.
    """

    standing: BranchStanding
    sheet: Sheet
    now: Standing
    order: Rectification | None
    reassessment: BranchReassessment | None

    @property
    def ripe(self) -> Rectification | None:
        """The verified order that has led to no re-assessment yet, while the sheet stands concluded."""
        order, last = self.order, self.reassessment
        if order is None or order.state not in DONE or (last and last.rectification_id == order.pk):
            return None
        return order if self.sheet.state == FINAL_STATE[Stage(self.sheet.final_stage)] else None

    @property
    def is_under_way(self) -> bool:
        """Whether a re-assessment was begun and is not concluded."""
        return self.reassessment is not None and not self.now.is_final

    @property
    def score_after(self) -> Decimal | None:
        """What a re-assessment came to that was concluded since this decision."""
        is_new = self.now.is_final and self.sheet.state_at > self.standing.result.decided_at
        return self.now.score if self.reassessment is not None and is_new else None


def courses(lagging: QuerySet[BranchStanding]) -> list[Course]:
    """Return the courses of lagging branches, in the order of the tree: six statements for any number of them."""
    rows = list(
        lagging.filter(is_lagging=True, sheet__isnull=False)
        .select_related("sheet__cycle", "sheet__supervisor", "organization", "result")
        .order_by("organization__path")
    )
    sheets = [row.sheet_id for row in rows if row.sheet_id is not None]
    orders = {
        one.sheet_id: one
        for one in Rectification.objects.filter(sheet__in=sheets, kind=Rectification.Kind.KEY_BRANCH)
        .exclude(state=Mending.WITHDRAWN)
        .order_by("opened_at")
    }
    again = {
        one.sheet_id: one for one in BranchReassessment.objects.filter(sheet__in=sheets).order_by("round")
    }
    now = {one.sheet_id: one for one in standings(Sheet.objects.filter(pk__in=sheets))}
    return [
        Course(row, row.sheet, now[row.sheet_id], orders.get(row.sheet_id), again.get(row.sheet_id))
        for row in rows
        if row.sheet is not None and row.sheet_id is not None
    ]


def course_of(sheet: Sheet) -> Course | None:
    """Return the course of one branch's sheet, or None where the newest decision does not call it lagging."""
    newest = BranchStanding.objects.filter(sheet=sheet, result__in=Result.objects.newest().order_by())
    return next(iter(courses(newest)), None)


def scores_before(sheets: Iterable[int] | QuerySet) -> dict[int, Decimal]:
    """Return, by sheet, what a branch counts for while it is assessed again: the score before its newest round."""
    rows = BranchReassessment.objects.filter(sheet__in=sheets).order_by("round")
    return dict(rows.values_list("sheet", "score_before"))
