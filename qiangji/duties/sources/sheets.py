"""Sheets and their stages: what waits for this person, and how many sheets below are not handed in yet, as a count."""

from collections import Counter
from datetime import date

from django.db.models import Count
from django.db.models.functions import Coalesce

from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import is_closed
from qiangji.assessments.reviewing import still_written
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.duties.asker import Asker, running
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.orgs.authorization import ROLES, Permission

KEY = "sheets"
# The states in which a stage is not concluded yet.
BEFORE: dict[Stage, tuple[State, ...]] = {
    Stage.SELF: (State.DRAFT,),
    Stage.ACCEPTANCE: (State.DRAFT, State.SUBMITTED, State.UNDER_ACCEPTANCE),
    Stage.RATING: (
        State.DRAFT,
        State.SUBMITTED,
        State.UNDER_ACCEPTANCE,
        State.ACCEPTED,
        State.UNDER_RATING,
    ),
}
REVIEWS = (Permission.REVIEW_HOSPITAL_SHEET, Permission.REVIEW_BRANCH_SHEET)


def collect(asker: Asker) -> list[Duty]:
    """Return the sheets that wait, those of others that have to come in, and the stages of one's own cycles: three statements."""
    return [*waiting(asker), *outstanding(asker), *stages(asker)]


def waiting(asker: Asker) -> list[Duty]:
    """Return one duty per sheet that waits; one that was signed before says so."""
    found = []
    for entry in asker.waiting:
        sheet = entry.sheet
        again = sheet.state == State.DRAFT and sheet.round > 1
        task = f"重新{entry.task}" if again else entry.task
        notes = (f"第 {sheet.round} 轮申报，上一轮已退回或撤回。",) if again else ()
        found.append(
            Duty(
                source=KEY,
                title=f"考评表：{task}",
                organization=sheet.organization,
                due=entry.deadline,
                asks=(Ask(sheet.cycle.title, clause=sheet.cycle.plan_number, notes=notes),),
                action=Action("打开", "assessments:sheet", (sheet.public_id,)),
                is_own=sheet.organization_id in asker.seats or sheet.state != State.DRAFT,
                key=f"{task}:{sheet.cycle_id}",
            )
        )
    return found


def outstanding(asker: Asker) -> list[Duty]:
    """Return, for whoever accepts sheets, how many are not handed in: a number per cycle, nothing of what is in them.

    Those of the own branches were read with the running sheets; others cost a statement.
    """
    counts: Counter[tuple[str, str, date]] = Counter()
    for sheet in asker.running_sheets if asker.accepting else ():
        if sheet.supervisor_id in asker.accepting and sheet.state == State.DRAFT and not is_closed(sheet):
            cycle = sheet.cycle
            counts[cycle.title, cycle.plan_number, sheet.deadline_of(Stage.SELF)] += 1
    seats = [
        held.organization_id
        for held in asker.reach.held
        if any(ROLES[held.role].allows(permission, own=False) for permission in REVIEWS)
        and held.organization_id not in asker.accepting
    ]
    rows = (
        Sheet.objects.filter(running(asker.day), still_written(), supervisor__in=seats, state=State.DRAFT)
        .order_by()
        .values_list(
            "cycle__title", "cycle__plan_number", Coalesce("own_deadline_date", "cycle__self_deadline_date")
        )
        .annotate(many=Count("pk"))
    )
    for title, number, deadline, many in rows if seats else ():
        counts[title, number, deadline] += many
    return [
        Duty(
            source=KEY,
            title=f"{many} 张考评表尚未提交",
            organization=None,
            due=deadline,
            asks=(Ask(title, clause=number, words="由所属组织填报提交；提交之前只有数量"),),
            action=Action("查看", "assessments:list", query=(("state", State.DRAFT),)),
            is_own=False,
        )
        for (title, number, deadline), many in sorted(counts.items(), key=lambda item: item[0][2])
    ]


def stages(asker: Asker) -> list[Duty]:
    """Return the stages of the cycles that one's own organization opened, each with how many sheets it still waits for.

    A re-assessment has a day of its own and is no part of the cycle's stage.
    """
    cycles = {one.pk: one for one in asker.cycles_owned}
    if not cycles:
        return []
    rows = (
        Sheet.objects.filter(
            running(asker.day),
            cycle__in=cycles,
            cycle__closed_at__isnull=True,
            state__in=BEFORE[Stage.RATING],
            own_deadline_date__isnull=True,
        )
        .order_by()
        .values_list("cycle", "state", "final_stage")
        .annotate(many=Count("pk"))
    )
    found = []
    for stage, states in BEFORE.items():
        counts: Counter[int] = Counter()
        for cycle, state, final, many in rows:
            if state in states and not (stage == Stage.RATING and final == Stage.ACCEPTANCE):
                counts[cycle] += many
        for key, many in counts.items():
            cycle = cycles[key]
            found.append(
                Duty(
                    source=KEY,
                    title=f"考核周期：{many} 张未完成{stage.label}",
                    organization=None,
                    due=cycle.deadline_of(stage),
                    asks=(Ask(cycle.title, clause=cycle.plan_number),),
                    action=Action("查看", "assessments:cycle", (cycle.public_id,)),
                )
            )
    return found
