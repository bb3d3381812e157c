"""Doubted material 存疑: what the own organization has to explain, and what waits for a second person or for a decision."""

from django.db.models import Q

from qiangji.assessments.integrity import stands_above
from qiangji.assessments.integrity_states import State
from qiangji.assessments.models import IntegrityFlag, Sheet
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.orgs.authorization import Permission

KEY = "integrity"


def collect(asker: Asker) -> list[Duty]:
    """Return what waits for this person: one statement and one for the relations of all; none for who does neither."""
    reach = asker.reach
    own = set(reach.nodes_with(Permission.FILL_SHEET, own=True))
    above = bool(reach.nodes_with(Permission.ISSUE_DISPATCH, own=False))
    if not own and not above:
        return []
    mine = Q(sheet__organization__in=own, state=State.RAISED)
    decides = Q(state__in=[State.RAISED, State.ANSWERED, State.CONFIRMED]) if above else Q(pk__in=[])
    rows = list(
        IntegrityFlag.objects.filter(
            mine | decides, sheet__in=Sheet.objects.visible_to(reach).order_by()
        ).select_related("sheet__organization", "sheet__cycle", "answer__criterion", "evidence")
    )
    if rows:
        reach.learn([row.sheet.organization.path for row in rows])
    found = []
    for row in rows:
        if row.state == State.RAISED and row.sheet.organization_id in own:
            found.append(duty_of(row, "说明存疑材料"))
        elif stands_above(reach, row.sheet):
            task = task_above(row, asker)
            found += [duty_of(row, task, due=False)] if task else []
    return found


def task_above(row: IntegrityFlag, asker: Asker) -> str:
    """Say what somebody above has to do about a flag now, or nothing."""
    if row.state == State.CONFIRMED:
        return "处理认定不实的条目"
    ready = row.state == State.ANSWERED or row.answer_until < asker.day
    return "认定存疑材料" if ready and row.raised_by_id != asker.reach.user.pk else ""


def duty_of(row: IntegrityFlag, title: str, *, due: bool = True) -> Duty:
    """Return one as a duty; what is doubted stands on its own page."""
    criterion = row.answer.criterion
    return Duty(
        source=KEY,
        title=title,
        organization=row.sheet.organization,
        due=row.answer_until if due else None,
        asks=(
            Ask(
                row.sheet.cycle.title, code=criterion.code, title=criterion.title,
                words=f"第 {criterion.code} 条：{row.get_state_display()}",
            ),
        ),
        action=Action("办理", "assessments:integrity", (row.public_id,)),
        key=str(row.public_id),
    )  # fmt: skip
