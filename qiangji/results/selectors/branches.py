"""The course of branches that are not above the line: the decision that says so, the order, the re-assessment after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery

from qiangji.assessments.models import Sheet
from qiangji.assessments.selectors.scores import Standing, standings
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import FINAL_STATE, State
from qiangji.rectification.models import Rectification
from qiangji.rectification.states import State as Mending
from qiangji.results.models import BranchReassessment, BranchStanding, Result
from qiangji.results.selectors.ripe import DONE, mended_orders


@dataclass(frozen=True)
class Course:
    """One branch that the newest decision about its hospital does not count as above the line.

    ``order`` is the newest order to mend: its own, or where it is not lagging and so has none, the verified one of its
    hospital. ``is_served``: that order led to a re-assessment already. ``reassessment`` is the newest round that followed
    one, ``now`` what the sheet stands at.
    """

    standing: BranchStanding
    sheet: Sheet
    now: Standing
    order: Rectification | None
    reassessment: BranchReassessment | None
    is_served: bool = False

    @property
    def ripe(self) -> Rectification | None:
        """The verified order that has led to no re-assessment yet, while the sheet stands concluded."""
        if self.order is None or self.order.state not in DONE or self.is_served:
            return None
        return self.order if self.sheet.state == FINAL_STATE[Stage(self.sheet.final_stage)] else None

    @property
    def is_under_way(self) -> bool:
        """Whether a re-assessment was begun and is neither concluded nor ended by a withheld rating."""
        return self.reassessment is not None and not self.now.is_final and not self.is_withheld

    @property
    def is_withheld(self) -> bool:
        """Whether the rating of the branch is withheld: then it has no score, whatever it was given before."""
        return self.now.state == State.WITHHELD

    @property
    def score_after(self) -> Decimal | None:
        """What a re-assessment came to that was concluded since this decision."""
        is_new = (
            self.now.is_final
            and not self.is_withheld
            and self.sheet.state_at > self.standing.result.decided_at
        )
        return self.now.score if self.reassessment is not None and is_new else None


def courses(standing: QuerySet[BranchStanding]) -> list[Course]:
    """Return the courses of the branches among these that are not above the line, in the order of the tree.

    Lagging ones, and those on the line where the cycle does not call it lagging; one that had no score when it was decided
    joins them once it has one. Eight statements for any number of them.
    """
    rows = [
        row
        for row in standing.filter(is_above=False, sheet__isnull=False)
        .select_related(
            "sheet__cycle", "sheet__supervisor", "sheet__organization", "organization", "result__sheet"
        )
        .order_by("organization__path")
        if row.sheet is not None
    ]
    sheets = [row.sheet_id for row in rows if row.sheet_id is not None]
    now = {one.sheet_id: one for one in standings(Sheet.objects.filter(pk__in=sheets))}
    own = {
        one.sheet_id: one
        for one in Rectification.objects.filter(sheet__in=sheets, kind=Rectification.Kind.KEY_BRANCH)
        .exclude(state=Mending.WITHDRAWN)
        .order_by("opened_at")
    }
    again, served = {}, set()
    for one in BranchReassessment.objects.filter(sheet__in=sheets).order_by("round"):
        again[one.sheet_id] = one
        served.add((one.sheet_id, one.rectification_id))
    hospitals = mended_orders({row.result.sheet_id for row in rows if not row.is_lagging})
    found = []
    for row in rows:
        sheet, key = row.sheet, row.sheet_id
        if sheet is None or key is None or not _belongs(row, now[key], again.get(key)):
            continue
        order = own.get(key)
        if not row.is_lagging and (order is None or (key, order.pk) in served):
            order = hospitals.get(row.result.sheet_id, order)
        is_served = order is not None and (key, order.pk) in served
        found.append(Course(row, sheet, now[key], order, again.get(key), is_served))
    return found


def _belongs(row: BranchStanding, now: Standing, again: BranchReassessment | None) -> bool:
    """Say whether a branch has a course: a lagging one, one assessed again, or one that stands scored and not above."""
    if row.is_lagging or again is not None:
        return True
    is_scored = now.is_final and now.state != State.WITHHELD and now.score is not None
    assert row.sheet is not None, "only branches with a sheet are read"
    return is_scored and now.score is not None and now.score <= row.sheet.cycle.pass_line


def course_of(sheet: Sheet) -> Course | None:
    """Return the course of one branch's sheet, or None where the newest decision has none for it."""
    newest = BranchStanding.objects.filter(sheet=sheet, result__in=Result.objects.newest().order_by())
    return next(iter(courses(newest)), None)


@dataclass(frozen=True)
class Before:
    """What a branch had before its newest round, and when its hospital was last decided."""

    score: Decimal
    decided_at: datetime


def scores_before(sheets: Iterable[int] | QuerySet) -> dict[int, Before]:
    """Return, by sheet, what a branch counts for while it is assessed again: the score before its newest round."""
    newest = Result.objects.filter(sheet=OuterRef("standing__result__sheet")).order_by("-sequence")
    rows = BranchReassessment.objects.filter(sheet__in=sheets).order_by("round")
    columns = rows.annotate(decided_at=Subquery(newest.values("decided_at")[:1]))
    return {
        sheet: Before(score, decided_at)
        for sheet, score, decided_at in columns.values_list("sheet", "score_before", "decided_at")
    }
