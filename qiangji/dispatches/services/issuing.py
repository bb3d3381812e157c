"""Issuing a dispatch to one or many organizations: a fixed number of statements however many they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit import services as audit
from qiangji.audit.models import Event
from qiangji.dispatches.exceptions import NotAllowed, Refused
from qiangji.dispatches.models import TEXT, TITLE, Dispatch, Step, Task
from qiangji.dispatches.permissions import holds, is_insider, who_issues
from qiangji.dispatches.selectors.targets import meetings_of, owners_of, targets_of
from qiangji.dispatches.states import State
from qiangji.ledgers.models import Record
from qiangji.lib.dates import local_day
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.standards.models import Criterion

OBJECT = "dispatch_task"


@dataclass(frozen=True)
class Asked:
    """What a dispatch asks, as typed: of whom, until when, who follows it up; criterion and meeting where there is one."""

    title: str
    text: str
    organizations: Sequence[UUID]
    deadline_date: date | None
    owner: User | None
    criterion: Criterion | None = None
    meeting: Record | None = None
    needs_proof: bool = False


def problems_of(asked: Asked, *, day: date) -> list[str]:
    """Return what keeps a dispatch from being issued, in the order of the form."""
    found = []
    if not asked.title or len(asked.title) > TITLE:
        found.append(f"请写事项，一句话，最多 {TITLE} 字。")
    if not asked.text or len(asked.text) > TEXT:
        found.append(f"请写要求：做什么、做到什么程度，最多 {TEXT} 字。")
    if asked.deadline_date is None:
        found.append("请选择办理期限。")
    elif asked.deadline_date <= day:
        found.append("办理期限须晚于今天。")
    if not asked.organizations:
        found.append("请至少勾选一个承办单位。")
    if asked.owner is None:
        found.append("请选择督办人。")
    return found


@transaction.atomic
def issue(*, reach: Reach, body: Organization, asked: Asked, at: datetime) -> Dispatch:
    """Issue a dispatch from a body; each organization gets a task of its own.

    Raises NotAllowed for who does not issue from there; Refused naming each point that does not fit, among them
    organizations that the body does not answer for, or in which the person works.
    """
    day = local_day(at)
    if not holds(reach, Permission.ISSUE_DISPATCH, body.pk, own=False):
        raise NotAllowed(who_issues())
    problems = problems_of(asked, day=day)
    wanted = set(asked.organizations)
    found = list(targets_of(body, on=day).filter(public_id__in=wanted)) if wanted else []
    if len(found) != len(wanted):
        problems.append("有承办单位不在本单位的范围内，请重新勾选。")
    own = [row.short_name for row in found if is_insider(reach, row)]
    if own:
        problems.append(f"{'、'.join(own)}是您任职的单位，请由同事下达。")
    if asked.owner is not None and not owners_of(body, on=day).filter(pk=asked.owner.pk).exists():
        problems.append("督办人须是本单位在岗的督导人员，请重新选择。")
    if asked.meeting is not None and asked.meeting not in meetings_of(body):
        problems.append("请从本单位登记的调度会中选择。")
    if problems or asked.deadline_date is None or asked.owner is None:
        raise Refused(*problems)
    dispatch = Dispatch.objects.create(
        issuer=body,
        title=asked.title,
        text=asked.text,
        criterion=asked.criterion,
        meeting=asked.meeting,
        needs_proof=asked.needs_proof,
        issued_by=reach.user,
        issued_at=at,
    )
    _give(dispatch, found, asked.owner, asked.deadline_date, by=reach.user, at=at)
    return dispatch


def _give(
    dispatch: Dispatch,
    organizations: Sequence[Organization],
    owner: User,
    deadline_date: date,
    *,
    by: User,
    at: datetime,
) -> None:
    tasks = Task.objects.bulk_create(
        Task(
            dispatch=dispatch,
            organization=one,
            issuer=dispatch.issuer,
            owner=owner,
            deadline_date=deadline_date,
            state_at=at,
        )
        for one in organizations
    )
    Step.objects.bulk_create(
        Step(
            task=task,
            sequence=1,
            verb="issue",
            to_state=State.ISSUED,
            body=dispatch.issuer,
            taken_by=by,
            taken_at=at,
        )
        for task in tasks
    )
    Event.objects.bulk_create(
        audit.event(
            verb="dispatch.issue",
            obj_type=OBJECT,
            obj_id=task.public_id,
            data={
                "dispatch": str(dispatch.public_id),
                "organization": task.organization.code,
                "deadline": deadline_date.isoformat(),
            },
            by=by,
            at=at,
            sequence=1,
        )
        for task in tasks
    )
