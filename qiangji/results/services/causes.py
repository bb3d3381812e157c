"""What has to be on record before a result is decided anew: no cause is merely written down."""

from datetime import datetime

from qiangji.assessments.models import Inspection, Sheet
from qiangji.results.exceptions import Refused
from qiangji.results.models import Objection, Result, Revocation
from qiangji.results.services.consequences import with_branches

REVISING = (Result.Cause.INSPECTION, Result.Cause.APPEAL, Result.Cause.CORRECTION)
UPHELD = (Objection.State.UPHELD, Objection.State.PARTLY)


def check_cause(cause: str, sheet: Sheet, newest: Result, *, objection: Objection | None) -> None:
    """Hold the cause of a revision against what happened since the result that stands.

    ``objection`` is the one that is being upheld in the caller's transaction. A correction names its document in the
    reason. Raises Refused, at the field of the cause.
    """
    since = newest.decided_at
    if cause == Result.Cause.APPEAL and objection is None and not _upheld(sheet, newest):
        raise Refused(
            "现在的结果作出以后没有成立的申诉。请先在“更正和申诉”里答复；只是更正得分的，起因请选“更正”。",
            field="cause",
        )
    if cause == Result.Cause.INSPECTION and not _inspected(sheet, since):
        raise Refused(
            "现在的结果作出以后没有完成的抽查。请先在“抽查”里完成；只是更正得分的，起因请选“更正”。",
            field="cause",
        )


def check_not_kept(cause: str, sheet: Sheet, newest: Result, *, objection: Objection | None) -> None:
    """Refuse to take a recognition back alone, for a sheet that stands below: for an inspection two people do.

    Nor does any other cause, where two people kept the recognition and no upheld objection has corrected a mark of the
    hospital or its branches since (decision 0045): not even the ``objection`` against the result that is being upheld.
    Raises Refused, at the field of the cause.
    """
    if cause == Result.Cause.INSPECTION:
        raise Refused(
            "因抽查撤销认定的，须由一人提出、另一人审定，不能在这里办理；审定没有通过的，再次复查后可以重新提出。",
            field="cause",
        )
    rejected = Revocation.objects.filter(result=newest, state=Revocation.State.REJECTED)
    kept = rejected.order_by("-second_at").first()
    if kept is None or kept.second_at is None:
        return
    since = Objection.objects.filter(change__isnull=False, ended_at__gt=kept.second_at)
    if cause == Result.Cause.APPEAL and objection is None:
        if not since.filter(sheet=sheet, kind=Objection.Kind.APPEAL).exists():
            raise Refused(
                "撤销认定没有通过以后，没有成立的申诉更正过得分，原认定不变。更正过得分的，起因请选“更正”。",
                field="cause",
            )
    elif not since.filter(sheet__in=with_branches(sheet).order_by()).exists():
        raise Refused(
            "撤销认定没有通过以后，没有更正过得分，原认定不变。须先由更正或申诉更正得分，再重新认定。",
            field="cause",
        )


def _upheld(sheet: Sheet, newest: Result) -> bool:
    """Say whether an appeal was upheld since the result that counts, beside one that this result itself answered."""
    rows = Objection.objects.filter(sheet=sheet, kind=Objection.Kind.APPEAL, state__in=UPHELD)
    return rows.filter(ended_at__gte=newest.decided_at).exclude(new_result=newest).exists()


def _inspected(sheet: Sheet, since: datetime) -> bool:
    return Inspection.objects.filter(sheet=sheet, concluded_at__gte=since).exists()
