"""A re-assessment from its beginning to the row that it ends in, on whatever the marks stand at."""

from datetime import date, datetime, timedelta

from qiangji.accounts.models import User
from qiangji.assessments.models import Sheet
from qiangji.assessments.services.outstanding import end_returns
from qiangji.assessments.states import FINAL_STATE
from qiangji.lib.dates import local_day
from qiangji.orgs.reach import Reach
from qiangji.rectification.models import Rectification
from qiangji.results.models import Result
from qiangji.results.services.reassessing import start_reassessment
from qiangji.results.services.recognizing import recognize_cycle


def verify_orders(sheet: Sheet, *, at: datetime) -> None:
    """Store that what a sheet was told to mend was verified."""
    rows = Rectification.objects.filter(sheet=sheet).exclude(state=Rectification.State.WITHDRAWN)
    rows.update(state=Rectification.State.VERIFIED, state_at=at)


def begun_again(sheet: Sheet, *, reach: Reach, at: datetime) -> date:
    """Begin the re-assessment of a sheet whose order was served; return the day until which it has to be concluded."""
    verify_orders(sheet, at=at)
    sheet.refresh_from_db()
    day = local_day(at)
    own = day + timedelta(days=40)
    start_reassessment(
        reach=reach, sheet=sheet, due_date=day + timedelta(days=20), own_deadline_date=own,
        seen_version=sheet.version, at=at,
    )  # fmt: skip
    return own


def assessed_again(sheet: Sheet, *, reach: Reach, by: User | None, at: datetime) -> Result:
    """Begin the re-assessment of a sheet whose order was served, conclude its last stage, and decide it."""
    begun_again(sheet, reach=reach, at=at)
    end_returns(sheet, reason="复评已经完成", by=reach.user, at=at)
    Sheet.objects.filter(pk=sheet.pk).update(state=FINAL_STATE[sheet.final_stage])
    (row,) = recognize_cycle(cycle=sheet.cycle, only=[sheet.public_id], by=by, at=at).results
    sheet.refresh_from_db()
    return row
