"""Departments 科室 of hospitals and the branch that covers each: opened, covered by another branch, closed.

A department is known by its name within its hospital. Each row is one spell of it: when another branch takes over, the
row ends and a new one of the same name begins, so that any past day still tells which branch covered it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.lib.dates import local_day
from qiangji.orgs import paths
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Department, Organization
from qiangji.orgs.services.facts import note_changes
from qiangji.orgs.services.states import lock

Kind = Organization.Kind
DAY = timedelta(days=1)
BATCH = 500
OBJECT = "department"
FACT = "department"


@dataclass(frozen=True)
class NewDepartment:
    """What must be known of a department to open it."""

    hospital: Organization
    name: str
    start_date: date
    branch: Organization | None = None


@transaction.atomic
def open_department(
    *,
    hospital: Organization,
    name: str,
    start_date: date,
    branch: Organization | None = None,
    by: User | None,
    at: datetime,
) -> Department:
    """Open one department. Raises OrganizationError as ``open_departments``."""
    return open_departments(rows=[NewDepartment(hospital, name, start_date, branch)], by=by, at=at)[0]


@transaction.atomic
def open_departments(*, rows: Sequence[NewDepartment], by: User | None, at: datetime) -> list[Department]:
    """Open many departments: a constant number of statements per five hundred.

    Refuses (OrganizationError) a name that is empty or in use at the hospital, a branch of another hospital, and a day
    in the future or before the hospital was set up.
    """
    lock({row.hospital.pk for row in rows})
    for row in rows:
        check_new(row, at)
    refuse_used_names(rows)
    made = Department.objects.bulk_create(
        [
            Department(
                hospital=row.hospital, name=row.name.strip(), branch=row.branch, start_date=row.start_date
            )
            for row in rows
        ],
        batch_size=BATCH,
    )
    Event.objects.bulk_create(
        [
            event(
                verb="department.opened",
                obj_type=OBJECT,
                obj_id=row.public_id,
                data={
                    "hospital": row.hospital.code,
                    "name": row.name,
                    "branch": row.branch.code if row.branch else None,
                    "start_date": row.start_date.isoformat(),
                },
                by=by,
                at=at,
                sequence=1,
            )
            for row in made
        ],
        batch_size=BATCH,
    )
    note_changes(changes=[(FACT, row.hospital_id, row.start_date) for row in made], at=at)
    return made


def check_new(row: NewDepartment, at: datetime) -> None:
    """Refuse a new department whose place, name or day does not fit."""
    if row.hospital.kind != Kind.HOSPITAL:
        raise OrganizationError(f"“{row.hospital.short_name}”不是院级党组织，科室登记在院级党组织下。")
    if not row.name.strip():
        raise OrganizationError("请填写科室名称。")
    check_branch(row.hospital, row.branch, row.start_date)
    check_day(row.start_date, row.name, at)
    if row.start_date < row.hospital.start_date:
        raise OrganizationError(
            f"{row.name}：起始日期早于“{row.hospital.short_name}”的设立日期 {row.hospital.start_date}。"
        )


def check_day(day: date, name: str, at: datetime) -> None:
    """Refuse a day in the future."""
    if day > local_day(at):
        raise OrganizationError(f"{name}：日期 {day} 晚于今天，请在当日或之后登记。")


def check_branch(hospital: Organization, branch: Organization | None, day: date) -> None:
    """Refuse a branch that is none, stands in another hospital or does not exist on the day."""
    if branch is None:
        return
    is_branch = branch.kind == Kind.BRANCH or branch.form == Organization.Form.BRANCH
    if not is_branch or not paths.covers(hospital.path, branch.path):
        raise OrganizationError(f"“{branch.short_name}”不是“{hospital.short_name}”的党支部，请另选。")
    if branch.start_date > day or (branch.end_date is not None and branch.end_date < day):
        raise OrganizationError(f"“{branch.short_name}”在 {day} 不存在，请改日期或另选党支部。")


def refuse_used_names(rows: Sequence[NewDepartment]) -> None:
    """Refuse a name given twice, or in use at the hospital today or from the new department's first day on."""
    names = Counter((row.hospital.pk, row.name.strip()) for row in rows)
    for (_, name), times in names.items():
        if times > 1:
            raise OrganizationError(f"科室“{name}”出现了 {times} 次，同一医院的科室名称须唯一。")
    first_day = {(row.hospital.pk, row.name.strip()): row.start_date for row in rows}
    keys = sorted({row.hospital.pk for row in rows})
    for start in range(0, len(keys), BATCH):
        stored = Department.objects.filter(hospital__in=keys[start : start + BATCH])
        for hospital_id, name, end in stored.values_list("hospital_id", "name", "end_date"):
            day = first_day.get((hospital_id, name))
            if day is not None and (end is None or end >= day):
                until = f"到 {end} 才结束" if end else "已登记"
                raise OrganizationError(f"科室“{name}”{until}，请换名称或改日期。")


@transaction.atomic
def cover_department(
    *,
    department: Department,
    branch: Organization | None,
    start_date: date,
    by: User | None,
    at: datetime,
) -> Department:
    """Let another branch, or none, cover a department from a day on; the row so far ends the day before.

    The very day the row began is a correction of it. Refuses (OrganizationError) a closed department, an unchanged
    branch, one of another hospital, a day in the future and one before the row began.
    """
    lock({department.hospital_id})
    row = Department.objects.select_related("hospital", "branch").get(pk=department.pk)
    refuse_closed(row)
    if row.branch_id == (branch.pk if branch else None):
        raise OrganizationError(f"科室“{row.name}”的所属党支部没有变化。")
    check_branch(row.hospital, branch, start_date)
    check_day(start_date, row.name, at)
    if start_date < row.start_date:
        raise OrganizationError(f"科室“{row.name}”：日期不能早于现在这一段的起始日期 {row.start_date}。")
    old = row.branch.code if row.branch else None
    if start_date == row.start_date:
        row.branch = branch
        row.save(update_fields=["branch"])
    else:
        row.end_date = start_date - DAY
        row.save(update_fields=["end_date"])
        row = Department.objects.create(
            hospital=row.hospital, name=row.name, branch=branch, start_date=start_date
        )
    new = branch.code if branch else None
    data = {"name": row.name, "from": old, "to": new, "start_date": start_date.isoformat()}
    record(verb="department.covered", obj_type=OBJECT, obj_id=row.public_id, data=data, by=by, at=at)
    note_changes(changes=[(FACT, row.hospital_id, start_date)], at=at)
    return row


def refuse_closed(row: Department) -> None:
    """Refuse to change a row that has ended."""
    if row.end_date is not None:
        raise OrganizationError(f"科室“{row.name}”的这一段已于 {row.end_date} 结束，不能再改。")


@transaction.atomic
def close_department(*, department: Department, end_date: date, by: User | None, at: datetime) -> Department:
    """Close a department with a day, which is its last. Refuses (OrganizationError) a closed one and impossible days."""
    lock({department.hospital_id})
    row = Department.objects.get(pk=department.pk)
    refuse_closed(row)
    check_day(end_date, row.name, at)
    if end_date < row.start_date:
        raise OrganizationError(f"科室“{row.name}”：结束日期不能早于起始日期 {row.start_date}。")
    row.end_date = end_date
    row.save(update_fields=["end_date"])
    data = {"name": row.name, "end_date": end_date.isoformat()}
    record(verb="department.closed", obj_type=OBJECT, obj_id=row.public_id, data=data, by=by, at=at)
    note_changes(changes=[(FACT, row.hospital_id, end_date + DAY)], at=at)
    return row
