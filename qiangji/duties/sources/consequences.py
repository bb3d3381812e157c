"""What follows from results 结果运用: what one's body still has to do, and orders to mend that have no settled plan yet."""

from django.db.models import Q

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.orgs.authorization import Permission
from qiangji.rectification.states import State
from qiangji.results.models import Consequence
from qiangji.results.models.consequences import in_force_until

KEY = "consequences"


def collect(asker: Asker) -> list[Duty]:
    """Return the open consequences that this person's body owns: one statement, none for who orders nothing.

    One without a rectification is to be done and noted; one whose rectification has no settled plan is only watched, for
    the next step is the organization's.
    """
    bodies = set(asker.reach.nodes_with(Permission.ORDER_RECTIFICATION, own=False))
    bodies |= set(asker.reach.nodes_with(Permission.RECOGNIZE_RESULTS, own=True))
    if not bodies:
        return []
    rows = (
        Consequence.objects.filter(
            Q(rectification__isnull=True) | Q(rectification__state=State.OPENED),
            owner__in=bodies,
            done_at__isnull=True,
            withdrawn_at__isnull=True,
        )
        .select_related("organization", "owner", "rectification", "sheet__cycle")
        .order_by(in_force_until(), "organization__path", "pk")
    )
    return [duty_of(row) for row in rows]


def duty_of(row: Consequence) -> Duty:
    """Return one consequence as a duty; what is noted about it stands on its own page."""
    kind, cycle = row.get_kind_display(), row.sheet.cycle
    waits = row.rectification
    return Duty(
        source=KEY,
        title=f"{kind}：等待确定整改方案" if waits else kind,
        organization=row.organization,
        due=row.due_date,
        asks=(Ask(cycle.title, clause=f"承办单位：{row.owner.short_name}", words=row.basis),),
        action=Action("查看", "rectification:one", (waits.public_id,))
        if waits
        else Action("办理", "results:consequence", (row.public_id,)),
        is_watch=waits is not None,
        key=kind,
    )
