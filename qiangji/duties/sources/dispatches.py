"""Dispatches 督导: what one's organizations have to do and answer, and what one follows up for the body that issued it."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q

from qiangji.dispatches.models import Task
from qiangji.dispatches.permissions import acts
from qiangji.dispatches.states import WITH_THEM, Side, State
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Action, Ask, Duty
from qiangji.orgs.authorization import ROLES, Permission
from qiangji.orgs.models import RoleAssignment

KEY = "dispatches"
ISSUING = [name for name, role in ROLES.items() if role.allows(Permission.ISSUE_DISPATCH, own=False)]


def collect(asker: Asker) -> list[Duty]:
    """Return what waits for this person: one statement, none for who neither answers nor issues.

    What was issued is its owner's to follow up; of an owner who has left the body, everybody's there who issues.
    """
    own = asker.reach.nodes_with(Permission.ANSWER_DISPATCH, own=True)
    bodies = asker.reach.nodes_with(Permission.ISSUE_DISPATCH, own=False)
    if not own and not bodies:
        return []
    in_office = RoleAssignment.objects.on(asker.day).filter(
        user=OuterRef("owner"), organization=OuterRef("issuer"), role__in=ISSUING
    )
    followed = Q(issuer__in=bodies) & (Q(owner=asker.reach.user) | ~Exists(in_office))
    waiting = Q(state=State.ANSWERED) | Q(state__in=WITH_THEM, deadline_date__lt=asker.day)
    rows = (
        Task.objects.filter(Q(organization__in=own, state__in=WITH_THEM) | (followed & waiting))
        .select_related("dispatch__criterion__edition__standard", "organization", "issuer")
        .order_by("deadline_date", "organization__path", "pk")
    )
    found: list[Duty] = []
    late: dict[int, list[Task]] = {}
    for row in rows:
        if row.state in WITH_THEM and row.organization_id in own:
            found.append(duty_of(row, "续办并答复" if row.state == State.RETURNED else "办理并答复"))
        elif acts(asker.reach, row, Side.ISSUER):
            if row.state == State.ANSWERED:
                found.append(duty_of(row, "核定答复", due=None))
            else:
                late.setdefault(row.dispatch_id, []).append(row)
    return [*found, *(chased(tasks) for tasks in late.values())]


def duty_of(row: Task, task: str, **changes: date | None) -> Duty:
    """Return one task as a duty, with the criterion that it concerns."""
    criterion = row.dispatch.criterion
    ask = Ask(
        criterion.edition.standard.title if criterion else "督导",
        clause=f"下达单位：{row.issuer.short_name}",
        code=criterion.code if criterion else "",
        title=criterion.title if criterion else "",
        words=row.dispatch.title,
    )
    return Duty(
        source=KEY,
        title=f"督导：{task}",
        organization=row.organization,
        due=changes.get("due", row.deadline_date),
        asks=(ask,),
        action=Action("办理", "dispatches:one", (row.public_id,)),
        key=str(row.public_id),
    )


def chased(rows: Iterable[Task]) -> Duty:
    """Return what is late of one dispatch as one duty of whoever follows it up, since the earliest of its deadlines."""
    tasks = list(rows)
    first = tasks[0]
    names = "、".join(one.organization.short_name for one in tasks[:3])
    more = f"等 {len(tasks)} 家" if len(tasks) > 3 else ""
    single = len(tasks) == 1
    view, key = (
        ("dispatches:one", first.public_id) if single else ("dispatches:item", first.dispatch.public_id)
    )
    return Duty(
        source=KEY,
        title="督导：催办逾期",
        organization=first.organization if single else None,
        due=first.deadline_date,
        asks=(
            Ask(
                "督导",
                clause=f"下达单位：{first.issuer.short_name}",
                words=f"{first.dispatch.title}：{names}{more}",
            ),
        ),
        action=Action("催办", view, (key,)),
        key=str(first.dispatch.public_id),
    )
