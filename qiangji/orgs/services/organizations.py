"""Set up, rename and move organizations. A path, a dated name and a dated affiliation always change together."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Length, Substr

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.lib.dates import local_day
from qiangji.orgs import paths
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Affiliation, Organization, OrganizationName
from qiangji.orgs.placing import ABOVE, INSIDE_HOSPITAL, may_stand_under, words_for

OBJECT = "organization"
BATCH = 1000
DAY = timedelta(days=1)


@dataclass(frozen=True)
class NewOrganization:
    """What must be known of an organization to set it up. ``parent`` is a code: of a stored row, or of this batch."""

    code: str
    kind: str
    name: str
    short_name: str
    start_date: date
    parent: str | None = None
    form: str = ""
    level: str = ""
    is_public: bool = True
    public_id: uuid.UUID = field(default_factory=uuid.uuid4)


@transaction.atomic
def create_organization(
    *,
    parent: Organization | None,
    code: str,
    kind: str,
    name: str,
    short_name: str,
    start_date: date,
    form: str = "",
    level: str = "",
    is_public: bool = True,
    by: User | None,
    at: datetime,
) -> Organization:
    """Set up one organization as the last child of its parent. Raises OrganizationError as ``create_organizations``."""
    new = NewOrganization(
        code=code,
        kind=kind,
        name=name,
        short_name=short_name,
        start_date=start_date,
        parent=parent.code if parent else None,
        form=form,
        level=level,
        is_public=is_public,
    )
    return create_organizations(specs=[new], by=by, at=at)[0]


@transaction.atomic
def create_organizations(
    *, specs: Sequence[NewOrganization], by: User | None, at: datetime
) -> list[Organization]:
    """Set up many organizations, level by level: a number of statements per level, not per row.

    Refuses (OrganizationError) a code that is or was in use, a parent that does not exist or is abolished, a kind that
    does not belong under its parent, a hospital without a form, a day in the future, and a tree deeper than ten levels.
    """
    refuse_used_codes(specs)
    known = lock_parents(specs)
    taken = taken_numbers(specs, known)
    children = Counter(spec.parent for spec in specs)
    reserve(known, children)
    made: list[Organization] = []
    waiting = list(specs)
    while waiting:
        level = [spec for spec in waiting if spec.parent is None or spec.parent in known]
        if not level:
            raise unplaceable(waiting)
        rows = [build(spec, known, taken, children[spec.code], at) for spec in level]
        store(rows, by=by, at=at)
        known |= {row.code: row for row in rows}
        made += rows
        placed = {spec.code for spec in level}
        waiting = [spec for spec in waiting if spec.code not in placed]
    return made


def unplaceable(waiting: Sequence[NewOrganization]) -> OrganizationError:
    """Return the refusal of a batch in which nobody's parent is to be had: one is missing, or they form a ring."""
    codes = {spec.code for spec in waiting}
    spec = next((spec for spec in waiting if spec.parent not in codes), None)
    if spec is None:
        return OrganizationError(f"{waiting[0].name}：上级互相指向对方，请检查上级代码。")
    return OrganizationError(f"{spec.name}：找不到上级组织“{spec.parent}”，请先建立上级组织。")


def refuse_used_codes(specs: Sequence[NewOrganization]) -> None:
    """Refuse codes given twice, in this batch or ever."""
    for code, times in Counter(spec.code for spec in specs).items():
        if times > 1:
            raise OrganizationError(f"代码“{code}”出现了 {times} 次，每个组织的代码须唯一。")
    codes = [spec.code for spec in specs]
    for start in range(0, len(codes), BATCH):
        used = (
            Organization.objects.filter(code__in=codes[start : start + BATCH])
            .values_list("code", flat=True)
            .first()
        )
        if used:
            raise OrganizationError(f"代码“{used}”已被使用；代码终身不变、不再分配，请换一个。")


def lock_parents(specs: Sequence[NewOrganization]) -> dict[str | None, Organization]:
    """Lock the stored parents, by code."""
    wanted = {spec.parent for spec in specs if spec.parent is not None} - {spec.code for spec in specs}
    return {
        row.code: row
        for row in Organization.objects.select_for_update().order_by("pk").filter(code__in=wanted)
    }


def taken_numbers(
    specs: Sequence[NewOrganization], known: dict[str | None, Organization]
) -> dict[str | None, int]:
    """Return, per stored parent, the last number given to a child; None stands for the roots."""
    taken: dict[str | None, int] = {code: row.children_made for code, row in known.items()}
    if any(spec.parent is None for spec in specs):
        last = Organization.objects.filter(parent=None).aggregate(last=Max("path"))["last"]
        taken[None] = paths.number(last) if last else 0
    return taken


def reserve(known: dict[str | None, Organization], children: Counter[str | None]) -> None:
    """Write down that the stored parents give out these numbers."""
    for code, row in known.items():
        Organization.objects.filter(pk=row.pk).update(children_made=F("children_made") + children[code])


def build(
    spec: NewOrganization,
    known: dict[str | None, Organization],
    taken: dict[str | None, int],
    children: int,
    at: datetime,
) -> Organization:
    """Build the row of one new organization, refusing what does not fit."""
    parent = known[spec.parent] if spec.parent is not None else None
    check_new(spec, parent, at)
    taken[spec.parent] = taken.get(spec.parent, 0) + 1
    return Organization(
        public_id=spec.public_id,
        code=spec.code,
        kind=spec.kind,
        form=spec.form,
        level=spec.level,
        name=spec.name,
        short_name=spec.short_name,
        is_public=spec.is_public,
        parent=parent,
        path=(parent.path if parent else "") + paths.segment(taken[spec.parent]),
        children_made=children,
        start_date=spec.start_date,
    )


def check_new(spec: NewOrganization, parent: Organization | None, at: datetime) -> None:
    """Refuse a new organization whose kind, form or days do not fit."""
    if not spec.name.strip() or not spec.short_name.strip() or not spec.code.strip():
        raise OrganizationError("代码、名称和简称都须填写。")
    check_place(spec.name, spec.kind, parent)
    if (spec.kind == Organization.Kind.HOSPITAL) != bool(spec.form):
        raise OrganizationError(f"{spec.name}：院级党组织须选党委、党总支或党支部，其他类别不选组织形式。")
    if spec.start_date > local_day(at):
        raise OrganizationError(f"{spec.name}：设立日期 {spec.start_date} 晚于今天，请在设立当日或之后登记。")
    if parent is not None and spec.start_date < parent.start_date:
        raise OrganizationError(
            f"{spec.name}：设立日期早于上级“{parent.short_name}”的设立日期 {parent.start_date}。"
        )


def check_place(name: str, kind: str, parent: Organization | None) -> None:
    """Refuse a place in the tree that this kind cannot have."""
    if not may_stand_under(kind, parent.kind if parent else None):
        label = Organization.Kind(kind).label
        raise OrganizationError(f"{name}：{label}只能设在{words_for(ABOVE[kind])}之下，请另选上级。")
    if parent is not None and parent.end_date is not None:
        raise OrganizationError(f"{name}：上级“{parent.short_name}”已于 {parent.end_date} 撤销，请另选上级。")
    if parent is not None and parent.depth >= paths.DEEPEST:
        raise OrganizationError(f"{name}：组织层级最多 {paths.DEEPEST} 级，请另选上级。")


def store(rows: Sequence[Organization], *, by: User | None, at: datetime) -> None:
    """Write one level: rows, dated names, dated affiliations, audit events."""
    Organization.objects.bulk_create(rows, batch_size=BATCH)
    OrganizationName.objects.bulk_create(
        [
            OrganizationName(
                organization=row, name=row.name, short_name=row.short_name, start_date=row.start_date
            )
            for row in rows
        ],
        batch_size=BATCH,
    )
    Affiliation.objects.bulk_create(
        [Affiliation(organization=row, parent=row.parent, start_date=row.start_date) for row in rows],
        batch_size=BATCH,
    )
    Event.objects.bulk_create(
        [
            event(
                verb="organization.created",
                obj_type=OBJECT,
                obj_id=row.public_id,
                data={"code": row.code, "kind": row.kind, "name": row.name, "path": row.path},
                by=by,
                at=at,
                sequence=1,
            )
            for row in rows
        ],
        batch_size=BATCH,
    )


@transaction.atomic
def rename_organization(
    *, organization: Organization, name: str, short_name: str, start_date: date, by: User | None, at: datetime
) -> Organization:
    """Give an organization a new name from a day on; the old one stays as a former name 曾用名.

    A new name from the very day the present one began is a correction and replaces it. Refuses (OrganizationError) an
    unchanged name, a day in the future, and one before the present name began.
    """
    row = Organization.objects.select_for_update().get(pk=organization.pk)
    refuse_abolished(row)
    if (row.name, row.short_name) == (name, short_name):
        raise OrganizationError(f"名称没有变化，仍是“{name}”。")
    if start_date > local_day(at):
        raise OrganizationError(f"启用日期 {start_date} 晚于今天，请在启用当日或之后登记。")
    current = row.names.get(end_date=None)
    if start_date < current.start_date:
        raise OrganizationError(f"启用日期不能早于现名称的启用日期 {current.start_date}。")
    if start_date == current.start_date:
        current.name, current.short_name = name, short_name
        current.save(update_fields=["name", "short_name"])
    else:
        current.end_date = start_date - DAY
        current.save(update_fields=["end_date"])
        row.names.create(name=name, short_name=short_name, start_date=start_date)
    old = row.name
    row.name, row.short_name = name, short_name
    row.save(update_fields=["name", "short_name"])
    record(
        verb="organization.renamed",
        obj_type=OBJECT,
        obj_id=row.public_id,
        data={"from": old, "to": name, "short_name": short_name, "start_date": start_date.isoformat()},
        by=by,
        at=at,
    )
    return row


@transaction.atomic
def move_organization(
    *, organization: Organization, parent: Organization, start_date: date, by: User | None, at: datetime
) -> Organization:
    """Put an organization with everything below it under another parent, from a day on.

    Refuses (OrganizationError) a place below itself, a place this kind cannot have, a branch leaving its hospital, the
    top of the tree, a day in the future or not after the day the present affiliation began, and an unchanged parent.
    """
    pair = {row.pk: row for row in lock(organization.pk, parent.pk)}
    row, target = pair[organization.pk], pair[parent.pk]
    refuse_abolished(row)
    current = row.affiliations.get(end_date=None)
    check_move(row, target, current, start_date, at)
    old_parent = row.parent
    old_path, new_path = relocate(row, target, current, start_date)
    record(
        verb="organization.moved",
        obj_type=OBJECT,
        obj_id=row.public_id,
        data={
            "from": old_parent.code if old_parent else None,
            "to": target.code,
            "from_path": old_path,
            "to_path": new_path,
            "start_date": start_date.isoformat(),
        },
        by=by,
        at=at,
    )
    return row


def relocate(
    row: Organization, target: Organization, current: Affiliation, start_date: date
) -> tuple[str, str]:
    """Put a node and all below it under another parent, from a day on; return its old and its new path.

    Refuses (OrganizationError) a tree deeper than ten levels; whoever calls has checked everything else.
    """
    target.children_made += 1
    target.save(update_fields=["children_made"])
    old_path, new_path = row.path, target.path + paths.segment(target.children_made)
    deepest = Organization.objects.below(row).aggregate(deepest=Max(Length("path")))["deepest"]
    if (len(new_path) + deepest - len(old_path)) // paths.WIDTH > paths.DEEPEST:
        raise OrganizationError(f"移动后组织层级超过 {paths.DEEPEST} 级，请另选上级。")
    Organization.objects.below(row).update(path=Concat(Value(new_path), Substr("path", len(old_path) + 1)))
    current.end_date = start_date - DAY
    current.save(update_fields=["end_date"])
    row.affiliations.create(parent=target, start_date=start_date)
    row.parent, row.path = target, new_path
    row.save(update_fields=["parent"])
    return old_path, new_path


def refuse_abolished(row: Organization) -> None:
    """Refuse to change what does not exist any more."""
    if row.end_date is not None:
        raise OrganizationError(f"“{row.short_name}”已于 {row.end_date} 撤销，只保留历史，不能再改。")


def lock(*keys: int) -> Iterable[Organization]:
    """Lock organizations in the order of their keys, so that two moves at once cannot wait for each other."""
    return Organization.objects.select_for_update().order_by("pk").filter(pk__in=keys)


def check_move(
    row: Organization, target: Organization, current: Affiliation, start_date: date, at: datetime
) -> None:
    """Refuse a move that the tree, the kinds or the days do not allow."""
    if row.parent_id is None:
        raise OrganizationError(f"“{row.short_name}”是顶层组织，不能移动。")
    if row.parent_id == target.pk:
        raise OrganizationError(f"“{row.short_name}”现在就在“{target.short_name}”之下，不必移动。")
    if paths.covers(row.path, target.path):
        raise OrganizationError(f"“{target.short_name}”在“{row.short_name}”之下，不能移到自己的下级之下。")
    check_place(row.name, row.kind, target)
    if row.kind in INSIDE_HOSPITAL and hospital_path(row.path) != hospital_path(target.path):
        raise OrganizationError(f"“{row.short_name}”只能在本院内移动；跨院调整请撤销后在新单位另建。")
    if start_date > local_day(at):
        raise OrganizationError(f"起始日期 {start_date} 晚于今天，请在调整当日或之后登记。")
    if start_date <= current.start_date:
        raise OrganizationError(f"起始日期须晚于现隶属关系的起始日期 {current.start_date}。")


def hospital_path(path: str) -> str | None:
    """Return the path of the hospital-level organization in which a node stands, or None."""
    hospitals = Organization.objects.filter(kind=Organization.Kind.HOSPITAL, path__in=paths.ancestors(path))
    return hospitals.values_list("path", flat=True).first()
