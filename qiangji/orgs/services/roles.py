"""Give and take roles at nodes. An administrator's account never holds a role that writes marks (domain §1)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.lib.dates import local_day
from qiangji.orgs.authorization import MARKING, ROLES, RoleName, title_of
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Organization, RoleAssignment
from qiangji.orgs.placing import SEATS, words_for

OBJECT = "role_assignment"
BATCH = 1000


@dataclass(frozen=True)
class NewRole:
    """A role to be given: to whom, where, from which day."""

    user: User
    organization: Organization
    role: str
    start_date: date
    public_id: uuid.UUID = field(default_factory=uuid.uuid4)


@transaction.atomic
def assign_role(
    *, user: User, organization: Organization, role: str, start_date: date, by: User | None, at: datetime
) -> RoleAssignment:
    """Give a user a role at a node from a day on.

    Refuses (OrganizationError) a role for oneself, a role that is already held there, one that would let an
    administrator write marks, one at a kind of node where it means nothing, and a role at an abolished node.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if by is not None and by.pk == user.pk:
        raise OrganizationError("不能给自己授予角色，请由另一位系统管理员办理。")
    check_seat(user, organization, role)
    held = list(RoleAssignment.objects.filter(user=user, end_date=None))
    if any((row.organization_id, row.role) == (organization.pk, role) for row in held):
        raise OrganizationError(f"{user} 在“{organization.short_name}”已是{title_of(role)}。")
    refuse_mixing(user, {row.role for row in held} | {role})
    new = NewRole(user=user, organization=organization, role=role, start_date=start_date)
    return store([new], by=by, at=at)[0]


@transaction.atomic
def assign_roles(*, roles: Sequence[NewRole], by: User | None, at: datetime) -> list[RoleAssignment]:
    """Give many first roles at once, set-based, to users that hold none yet.

    Refuses (OrganizationError) what ``assign_role`` refuses, within the batch.
    """
    together: dict[int, set[str]] = {}
    for new in roles:
        check_seat(new.user, new.organization, new.role)
        together.setdefault(new.user.pk, set()).add(new.role)
        refuse_mixing(new.user, together[new.user.pk])
    return store(roles, by=by, at=at)


def check_seat(user: User, organization: Organization, role: str) -> None:
    """Refuse a role at a kind of node where there is no such seat, or at one that is abolished."""
    label = title_of(role)
    if organization.kind not in SEATS[role]:
        seats = words_for(SEATS[role])
        raise OrganizationError(f"“{organization.short_name}”没有{label}这一岗位；{label}只设在{seats}。")
    if organization.end_date is not None:
        raise OrganizationError(
            f"“{organization.short_name}”已于 {organization.end_date} 撤销，不能再授予角色。"
        )
    if not user.is_active:
        raise OrganizationError(f"账号 {user.username} 已停用，请先启用再授予角色。")


def refuse_mixing(user: User, roles: set[str]) -> None:
    """Keep administration and marks apart."""
    marking = [
        title_of(role) for role in RoleName.values if role in roles and ROLES[role].allows_any(MARKING)
    ]
    if RoleName.ADMINISTRATOR in roles and marking:
        raise OrganizationError(
            f"系统管理员不接触分数：{user} 不能同时担任{'、'.join(marking)}，请为其中一项另开账号。"
        )


def store(roles: Sequence[NewRole], *, by: User | None, at: datetime) -> list[RoleAssignment]:
    """Write assignments and their audit events: two statements."""
    rows = RoleAssignment.objects.bulk_create(
        [
            RoleAssignment(
                public_id=new.public_id,
                user=new.user,
                organization=new.organization,
                role=new.role,
                start_date=new.start_date,
            )
            for new in roles
        ],
        batch_size=BATCH,
    )
    Event.objects.bulk_create(
        [
            event(
                verb="role.assigned",
                obj_type=OBJECT,
                obj_id=row.public_id,
                data={
                    "account": str(row.user.public_id),
                    "organization": row.organization.code,
                    "role": row.role,
                    "start_date": row.start_date.isoformat(),
                },
                by=by,
                at=at,
                sequence=1,
            )
            for row in rows
        ],
        batch_size=BATCH,
    )
    return rows


@transaction.atomic
def end_role(*, assignment: RoleAssignment, end_date: date, by: User | None, at: datetime) -> RoleAssignment:
    """Take a role away; it allows nothing from this moment, whichever past day is recorded as its end.

    Refuses (OrganizationError) an ended one and a day before it began or in the future.
    """
    row = (
        RoleAssignment.objects.select_for_update(of=("self",))
        .select_related("organization")
        .get(pk=assignment.pk)
    )
    if row.end_date is not None:
        raise OrganizationError(f"这项授权已于 {row.end_date} 结束。")
    if end_date < row.start_date:
        raise OrganizationError(f"结束日期不能早于起始日期 {row.start_date}。")
    if end_date > local_day(at):
        raise OrganizationError(f"结束日期 {end_date} 晚于今天，请在结束当日或之后登记。")
    row.end_date = end_date
    row.save(update_fields=["end_date"])
    record(
        verb="role.ended",
        obj_type=OBJECT,
        obj_id=row.public_id,
        data={"organization": row.organization.code, "role": row.role, "end_date": end_date.isoformat()},
        by=by,
        at=at,
    )
    return row
