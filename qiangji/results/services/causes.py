"""What has to be on record before a result is decided anew: no cause is merely written down."""

from datetime import datetime

from qiangji.assessments.models import Inspection, Sheet
from qiangji.results.exceptions import Refused
from qiangji.results.models import Objection, Result

REVISING = (Result.Cause.INSPECTION, Result.Cause.APPEAL, Result.Cause.CORRECTION)
UPHELD = (Objection.State.UPHELD, Objection.State.PARTLY)


def check_cause(cause: str, sheet: Sheet, newest: Result, *, objection: Objection | None) -> None:
    """Hold the cause of a revision against what happened since the result that stands.

    ``objection`` is the one that is being upheld in the caller's transaction. A correction names its document in the
    reason. Raises Refused, at the field of the cause.
    """
    since = newest.decided_at
    if cause == Result.Cause.APPEAL and objection is None and not _upheld(sheet, since):
        raise Refused(
            "现在的结果作出以后没有成立的申诉。请先在“更正和申诉”里答复；只是更正得分的，起因请选“更正”。",
            field="cause",
        )
    if cause == Result.Cause.INSPECTION and not _inspected(sheet, since):
        raise Refused(
            "现在的结果作出以后没有完成的抽查。请先在“抽查”里完成；只是更正得分的，起因请选“更正”。",
            field="cause",
        )


def _upheld(sheet: Sheet, since: datetime) -> bool:
    rows = Objection.objects.filter(sheet=sheet, kind=Objection.Kind.APPEAL, state__in=UPHELD)
    return rows.filter(ended_at__gte=since).exists()


def _inspected(sheet: Sheet, since: datetime) -> bool:
    return Inspection.objects.filter(sheet=sheet, concluded_at__gte=since).exists()
