"""Abolish 撤销, merge 合并 and split 拆分 organizations: the part that knows the tree, posts and terms, but no members.

Pages call ``members.services.reorganizing``, which moves the members in the same transaction. Nothing is deleted: what
belonged to an organization ends with its last day, and ``OrganizationSuccession`` says who took over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import Q

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.dates import local_day
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import (
    Affiliation,
    Department,
    Organization,
    OrganizationName,
    OrganizationState,
    OrganizationSuccession,
    Oversight,
    Post,
    RoleAssignment,
    Term,
)
from qiangji.orgs.placing import AUTHORITIES, INSIDE_HOSPITAL, may_stand_under
from qiangji.orgs.services.facts import note_changes
from qiangji.orgs.services.organizations import (
    NewOrganization,
    create_organizations,
    hospital_path,
    refuse_abolished,
    relocate,
)
from qiangji.orgs.services.roles import end_role

OBJECT = "organization"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class SplitPart:
    """What one successor takes over in a split: which nodes below the old one, and which departments by their rows."""

    into: Organization | NewOrganization
    children: tuple[Organization, ...] = ()
    departments: tuple[Department, ...] = ()


@transaction.atomic
def abolish_organization(
    *, organization: Organization, last_day: date, document: str = "", by: User | None, at: datetime
) -> Organization:
    """Let an organization exist until a day; its names, posts, terms, relations and roles end with it.

    Refuses (OrganizationError) the top of the tree, an abolished one, one with something below it, days in the future or
    before it was set up, and a last day after which something of it was recorded.
    """
    row = locked([organization])[0]
    check_ending(row, last_day, at)
    below = standing_children(row, last_day)
    if below:
        names = "、".join(child.short_name for child in below[:3])
        raise OrganizationError(
            f"“{row.short_name}”之下还有 {len(below)} 个组织（{names}等），请先撤销它们，或用“合并”把它们交给其他组织。"
        )
    overseen = row.oversees.filter(end_date__isnull=True).count()
    if overseen:
        raise OrganizationError(
            f"“{row.short_name}”还主管或指导 {overseen} 个组织，请先为它们改设主管或指导单位。"
        )
    close(row, last_day, by=by, at=at)
    write_down(
        "organization.abolished", row, {"last_day": last_day.isoformat(), "document": document}, by, at
    )
    return row


@transaction.atomic
def merge_organizations(
    *,
    organizations: Sequence[Organization],
    into: Organization | NewOrganization,
    first_day: date,
    document: str = "",
    by: User | None,
    at: datetime,
) -> Organization:
    """Let one organization, existing or new, take over from several on a day; they end the day before.

    What stood below them and the departments they covered pass to the successor. Refuses (OrganizationError) kinds that
    differ, branches of different hospitals, authorities, and what ``abolish_organization`` refuses of days.
    """
    chosen = [row for row in organizations if not (isinstance(into, Organization) and row.pk == into.pk)]
    if not chosen:
        raise OrganizationError("请至少选择一个并入其他组织的组织。")
    rows = locked(chosen)
    for row in rows:
        check_ending(row, first_day - DAY, at)
    successor = take_successor(into, rows[0], first_day, by=by, at=at)
    for row in rows:
        check_pair(row, successor)
    if not isinstance(into, Organization):
        keep_supervisor(rows, successor, first_day)
    for row in rows:
        hand_over_children(standing_children(row, first_day - DAY), successor, first_day, by=by, at=at)
        hand_over_departments(departments_of(row, first_day), row, successor, first_day, at=at)
        close(row, first_day - DAY, by=by, at=at)
    succeed(
        OrganizationSuccession.Kind.MERGER, [(row, successor) for row in rows], first_day, document, by, at
    )
    return successor


@transaction.atomic
def split_organization(
    *,
    organization: Organization,
    parts: Sequence[SplitPart],
    ends: bool,
    first_day: date,
    document: str = "",
    by: User | None,
    at: datetime,
) -> list[Organization]:
    """Let one or more organizations, existing or new, take over parts of another on a day; returns them in order.

    With ``ends`` the old one ends the day before and everything below it has to be given to a successor; otherwise it
    goes on with the rest. Refuses (OrganizationError) what ``merge_organizations`` refuses.
    """
    row = locked([organization])[0]
    check_ending(row, first_day - DAY, at)
    if not parts:
        raise OrganizationError("请至少给出一个接续组织。")
    given = {child.pk for part in parts for child in part.children}
    left = [child for child in standing_children(row, first_day - DAY) if child.pk not in given]
    if ends and left:
        raise OrganizationError(
            f"“{row.short_name}”拆分后不再保留，其下的“{left[0].short_name}”还没有指定接续组织，请逐个指定。"
        )
    successors = []
    for part in parts:
        successor = take_successor(part.into, row, first_day, by=by, at=at)
        check_pair(row, successor)
        if row.pk == successor.pk:
            raise OrganizationError("接续组织不能是原组织自己；原组织继续保留的，不必列为接续组织。")
        children = [child for child in standing_children(row, first_day - DAY) if child in part.children]
        hand_over_children(children, successor, first_day, by=by, at=at)
        hand_over_departments(part.departments, row, successor, first_day, at=at)
        successors.append(successor)
    if ends:
        close(row, first_day - DAY, by=by, at=at)
    pairs = [(row, successor) for successor in successors]
    succeed(OrganizationSuccession.Kind.SPLIT, pairs, first_day, document, by, at)
    return successors


def locked(organizations: Sequence[Organization]) -> list[Organization]:
    """Lock organizations in the order of their keys and return them as they are now, in the order given."""
    keys = [row.pk for row in organizations]
    found = Organization.objects.select_for_update().order_by("pk").in_bulk(keys)
    return [found[key] for key in dict.fromkeys(keys)]


def check_ending(row: Organization, last_day: date, at: datetime) -> None:
    """Refuse an organization that cannot end, and days on which it cannot."""
    refuse_abolished(row)
    if row.parent_id is None:
        raise OrganizationError(f"“{row.short_name}”是顶层组织，不能撤销、合并或拆分。")
    if last_day >= local_day(at) + DAY:
        raise OrganizationError(f"日期 {last_day} 晚于今天，请在当日或之后登记。")
    if last_day < row.start_date:
        raise OrganizationError(f"“{row.short_name}”设立于 {row.start_date}，请填写之后的日期。")
    late = [label for label, rows in dated_rows(row).items() if rows.filter(reaches_past(last_day)).exists()]
    if late:
        raise OrganizationError(
            f"“{row.short_name}”在 {last_day} 之后还登记了{'、'.join(late)}的变动，请改用之后的日期。"
        )


def dated_rows(row: Organization) -> dict[str, models.QuerySet]:
    """Return what ends together with an organization, by the words that a refusal names it with."""
    return {
        "名称": OrganizationName.objects.filter(organization=row),
        "隶属关系": Affiliation.objects.filter(organization=row),
        "主管或指导关系": Oversight.objects.filter(Q(subject=row) | Q(overseer=row)),
        "职务": Post.objects.filter(organization=row),
        "任期": Term.objects.filter(organization=row),
        "科室": Department.objects.filter(Q(hospital=row) | Q(branch=row)),
    }


def reaches_past(last_day: date) -> Q:
    """Return "began or ended after this day" on dated rows."""
    return Q(start_date__gt=last_day) | Q(end_date__gt=last_day)


def standing_children(row: Organization, last_day: date) -> list[Organization]:
    """Return the direct children that exist past a day, locked."""
    rows = Organization.objects.select_for_update().filter(parent=row).order_by("pk")
    return list(rows.filter(Q(end_date__isnull=True) | Q(end_date__gt=last_day)))


def take_successor(
    into: Organization | NewOrganization,
    like: Organization,
    first_day: date,
    *,
    by: User | None,
    at: datetime,
) -> Organization:
    """Return the successor, locked, set up on the day itself where it is new."""
    if isinstance(into, Organization):
        successor = locked([into])[0]
        refuse_abolished(successor)
        if successor.start_date > first_day:
            raise OrganizationError(
                f"“{successor.short_name}”设立于 {successor.start_date}，请填写当日或之后的日期。"
            )
        return successor
    if into.start_date != first_day:
        raise OrganizationError(f"新组织的设立日期须与接续日期 {first_day} 相同。")
    made = create_organizations(specs=[into], by=by, at=at)[0]
    return locked([made])[0]


def check_pair(row: Organization, successor: Organization) -> None:
    """Refuse a successor of another kind, or in another hospital."""
    if row.kind in AUTHORITIES:
        raise OrganizationError(f"{row.get_kind_display()}不能合并或拆分，请调整其下级的隶属关系后撤销。")
    if row.kind != successor.kind:
        raise OrganizationError(
            f"“{row.short_name}”是{row.get_kind_display()}，接续组织须是同一类别，"
            f"“{successor.short_name}”是{successor.get_kind_display()}。"
        )
    if row.kind in INSIDE_HOSPITAL and hospital_path(row.path) != hospital_path(successor.path):
        raise OrganizationError(
            f"“{row.short_name}”与“{successor.short_name}”不在同一医院，党支部只能在本院内合并或拆分。"
        )


def keep_supervisor(rows: Sequence[Organization], successor: Organization, first_day: date) -> None:
    """Let a new hospital-level organization have the supervisor that all it came from had; others are set by hand."""
    relations = Oversight.objects.on(first_day - DAY).filter(
        subject__in=rows, kind=Oversight.Kind.SUPERVISION
    )
    overseers = set(relations.values_list("overseer_id", flat=True))
    if successor.kind == Organization.Kind.HOSPITAL and len(overseers) == 1:
        Oversight.objects.create(
            kind=Oversight.Kind.SUPERVISION,
            overseer_id=overseers.pop(),
            subject=successor,
            start_date=first_day,
        )


def hand_over_children(
    children: Sequence[Organization],
    successor: Organization,
    first_day: date,
    *,
    by: User | None,
    at: datetime,
) -> None:
    """Put nodes under the successor from a day on; they keep their codes, members and histories."""
    for child in children:
        if not may_stand_under(child.kind, successor.kind):
            raise OrganizationError(
                f"“{child.short_name}”（{child.get_kind_display()}）不能设在“{successor.short_name}”之下，请先调整。"
            )
        current = child.affiliations.get(end_date=None)
        if current.start_date >= first_day:
            raise OrganizationError(
                f"“{child.short_name}”的隶属关系自 {current.start_date} 起，请填写之后的日期。"
            )
        former = child.parent_id
        old_path, new_path = relocate(child, successor, current, first_day)
        data = {
            "from_id": former,
            "to": successor.code,
            "from_path": old_path,
            "to_path": new_path,
            "start_date": first_day.isoformat(),
        }
        write_down("organization.moved", child, data, by, at)
    successor.refresh_from_db(fields=["children_made"])


def departments_of(row: Organization, first_day: date) -> list[Department]:
    """Return the departments that a hospital has, or that a branch covers, when it ends."""
    rows = Department.objects.filter(Q(hospital=row) | Q(branch=row)).on(first_day - DAY)
    return list(rows.filter(end_date__isnull=True))


def hand_over_departments(
    departments: Iterable[Department],
    row: Organization,
    successor: Organization,
    first_day: date,
    *,
    at: datetime,
) -> None:
    """End departments the day before and begin them anew under the successor: as its own, or covered by it.

    A department of the same name that the successor's hospital has already goes on in its place.
    """
    moving = [one for one in departments if row.pk in (one.hospital_id, one.branch_id)]
    if not moving:
        return
    fresh = []
    for one in moving:
        hospital = successor.pk if one.hospital_id == row.pk else one.hospital_id
        branch = successor.pk if one.branch_id == row.pk else one.branch_id
        fresh.append(Department(hospital_id=hospital, name=one.name, branch_id=branch, start_date=first_day))
    Department.objects.filter(pk__in=[one.pk for one in moving]).update(end_date=first_day - DAY)
    hospitals = {one.hospital_id for one in fresh}
    known = set(
        Department.objects.filter(hospital__in=hospitals, end_date=None).values_list("hospital_id", "name")
    )
    Department.objects.bulk_create(one for one in fresh if (one.hospital_id, one.name) not in known)
    note_changes(changes=[("department", hospital, first_day) for hospital in hospitals], at=at)


def close(row: Organization, last_day: date, *, by: User | None, at: datetime) -> None:
    """End an organization and what belongs to it with a day. Roles there allow nothing from the next day on."""
    for rows in (rows for label, rows in dated_rows(row).items() if label != "科室"):
        rows.filter(end_date__isnull=True).update(end_date=last_day)
    uncover(row, last_day)
    states = OrganizationState.objects.filter(organization=row, end_date=None, start_date__lte=last_day)
    states.update(end_date=last_day)
    seats = RoleAssignment.objects.filter(organization=row, end_date=None)
    for seat in seats.select_related("organization"):
        today = local_day(at)
        end_role(assignment=seat, end_date=min(today, max(seat.start_date, last_day + DAY)), by=by, at=at)
    row.end_date = last_day
    row.save(update_fields=["end_date"])
    changes = [(kind, row.pk, last_day + DAY) for kind in ("organization", "post", "term")]
    note_changes(changes=changes, at=at)


def uncover(row: Organization, last_day: date) -> None:
    """End the departments of a hospital; those that a branch covered go on without a branch, to be covered anew."""
    open_ones = Department.objects.filter(end_date__isnull=True)
    covered = list(open_ones.filter(branch=row).exclude(hospital=row))
    open_ones.filter(Q(hospital=row) | Q(branch=row)).update(end_date=last_day)
    Department.objects.bulk_create(
        Department(hospital_id=one.hospital_id, name=one.name, branch=None, start_date=last_day + DAY)
        for one in covered
    )


def succeed(
    kind: str,
    pairs: Sequence[tuple[Organization, Organization]],
    first_day: date,
    document: str,
    by: User | None,
    at: datetime,
) -> None:
    """Write down who took over from whom, on both sides."""
    for predecessor, successor in pairs:
        OrganizationSuccession.objects.create(
            kind=kind,
            predecessor=predecessor,
            successor=successor,
            date=first_day,
            document=document,
            recorded_at=at,
        )
        data = {"date": first_day.isoformat(), "document": document, "kind": kind}
        write_down("organization.succeeded", predecessor, data | {"successor": successor.code}, by, at)
        write_down("organization.took_over", successor, data | {"predecessor": predecessor.code}, by, at)
    rows = {row.pk for pair in pairs for row in pair}
    note_changes(changes=[("succession", key, first_day) for key in rows], at=at)


def write_down(verb: str, row: Organization, data: dict, by: User | None, at: datetime) -> None:
    """Write one audit event of an organization."""
    record(verb=verb, obj_type=OBJECT, obj_id=row.public_id, data=data, by=by, at=at)
