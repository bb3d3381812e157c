"""Orders to mend 整改: what has to be planned, worked off and handed in, and what has to be verified, until the deadline."""

from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.rectification.models import Rectification
from qiangji.rectification.permissions import acts
from qiangji.rectification.states import ASK_HELP, Side, State

KEY = "rectifications"
TASKS: dict[str, tuple[Side, str]] = {
    State.OPENED: (Side.OWN, "确定整改方案"),
    State.UNDER_WAY: (Side.OWN, "完成整改并提交核验"),
    State.HANDED_IN: (Side.ORDERER, "核验"),
    State.VERIFIED: (Side.ORDERER, "办结"),
}


def collect(asker: Asker) -> list[Duty]:
    """Return the open orders whose next step is this person's, and those in which help was asked of them.

    Whoever handed one in, as for a branch that was abolished, does not verify it.
    """
    found = []
    for row in asker.orders:
        if row.state not in TASKS:
            continue
        side, task = TASKS[row.state]
        if row.needs_leader and row.leader_id is None:
            side, task = Side.ORDERER, "指定联系领导"
        is_own = row.state == State.HANDED_IN and getattr(row, "handed_in_by", None) == asker.reach.user.pk
        if acts(asker.reach, row, side) and not is_own:
            found.append(duty_of(row, task))
        if getattr(row, "last_help", None) == ASK_HELP and acts(asker.reach, row, Side.ORDERER):
            found.append(duty_of(row, "答复求助"))
    return found


def duty_of(row: Rectification, task: str) -> Duty:
    """Return one order as a duty; who the leader is stays on its own page."""
    return Duty(
        source=KEY,
        title=f"{row.get_kind_display()}：{task}",
        organization=row.organization,
        due=row.deadline_date,
        asks=(Ask(row.get_kind_display(), clause=f"责令单位：{row.ordered_by.short_name}", words=row.basis),),
        action=Action("办理", "rectification:one", (row.public_id,)),
    )
