"""What single criteria that are out for amendment mean to the moves of the whole sheet."""

from datetime import datetime

from django.db.models import Max

from qiangji.accounts.models import User
from qiangji.assessments.completeness import Missing
from qiangji.assessments.models import CriterionReturn, Sheet
from qiangji.audit import services as audit
from qiangji.audit.models import Event

OBJECT = "criterion_return"


def end_returns(sheet: Sheet, *, reason: str, by: User | None, at: datetime) -> None:
    """Cancel what is out when the whole sheet goes another way, in the caller's transaction."""
    rows = list(sheet.criterion_returns.filter(state=CriterionReturn.State.OPEN))
    if not rows:
        return
    ids = [row.pk for row in rows]
    CriterionReturn.objects.filter(pk__in=ids).update(
        state=CriterionReturn.State.CANCELLED, ended_by=by, ended_at=at, end_reason=reason
    )
    last = dict(
        Event.objects.filter(object_type=OBJECT, object_id__in=[row.public_id for row in rows])
        .order_by()
        .values_list("object_id")
        .annotate(last=Max("sequence"))
    )
    Event.objects.bulk_create(
        audit.event(
            verb="criterion.return_cancelled", obj_type=OBJECT, obj_id=row.public_id, data={"reason": reason},
            by=by, at=at, sequence=last.get(row.public_id, 0) + 1,
        )
        for row in rows
    )  # fmt: skip


def out_for_amendment(sheet: Sheet) -> list[Missing]:
    """Return the criteria that are out, as what keeps a review from being concluded."""
    rows = sheet.criterion_returns.filter(state=CriterionReturn.State.OPEN)
    columns = rows.values_list("answer__criterion__code", "answer__criterion__title", "due_date")
    return [
        Missing(code, title, f"已退回修改，限 {due} 前改好；逾期可以取消退回")
        for code, title, due in columns.order_by("answer__criterion__position")
    ]
