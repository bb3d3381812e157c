"""A deadline runs to the last instant of its day by the server's clock in Asia/Shanghai, whatever zone the database keeps."""

from datetime import UTC, datetime, timedelta

import pytest

from qiangji.assessments.models import Sheet, Submission
from qiangji.assessments.selectors import waiting_for
from qiangji.assessments.selectors.sheet_list import SheetFilter, list_page
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import World
from qiangji.lib.dates import SHANGHAI, local_day

LAST = datetime(2026, 10, 31, 23, 59, 59, tzinfo=SHANGHAI)
INSTANTS = [(LAST, False), (LAST + timedelta(seconds=1), True), (LAST.astimezone(UTC), False)]


@pytest.mark.parametrize(("at", "late"), INSTANTS)
def test_a_draft_is_late_from_the_first_instant_after_its_day(small: World, at: datetime, late: bool) -> None:
    (entry,) = [
        one for one in waiting_for(small.reach(small.cast.secretary), at=at) if one.sheet.pk == small.sheet.pk
    ]
    assert entry.is_late == late
    page = list_page(small.reach(small.cast.secretary), SheetFilter(), at=at)
    assert bool(next(line for line in page.lines if line.sheet.pk == small.sheet.pk).lateness) == late
    assert Sheet.objects.late_at(at).filter(pk=small.sheet.pk).exists() == late


@pytest.mark.parametrize(("at", "late"), INSTANTS)
def test_a_submission_is_taken_on_both_sides_and_keeps_its_moment(
    small: World, at: datetime, late: bool
) -> None:
    """Late is not refused: what was handed in late says so by its own time."""
    small.fill("self")
    small.submit(at=at)
    signed = Submission.objects.get(sheet=small.sheet)
    assert small.sheet.state == State.SUBMITTED
    assert signed.signed_at == at
    assert (local_day(signed.signed_at) > small.sheet.cycle.self_deadline_date) == late
