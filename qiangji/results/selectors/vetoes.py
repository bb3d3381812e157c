"""The year-end vetoes of a cycle as a list: what superiors keep, and hand on to whoever judges the year."""

from datetime import date

from django.db.models import QuerySet

from qiangji.assessments.models import Cycle, Sheet
from qiangji.orgs.reach import Reach
from qiangji.results.models import YearEndVeto


def vetoes_of(cycle: Cycle, reach: Reach) -> QuerySet[YearEndVeto]:
    """Return the year-end vetoes of a cycle that this person reaches, in the order of the tree, the newest first."""
    rows = YearEndVeto.objects.filter(
        sheet__cycle=cycle, sheet__in=Sheet.objects.visible_to(reach).order_by()
    ).select_related("organization__parent")
    return rows.order_by("organization__path", "-first_at")


def state_of(veto: YearEndVeto, *, on: date) -> str:
    """Say in Chinese how a veto stands on a day; the day of its end still counts."""
    label = str(veto.get_state_display())
    is_over = veto.state == YearEndVeto.State.IN_FORCE and veto.end_date is not None and veto.end_date < on
    return f"{label}，已到期" if is_over else label
