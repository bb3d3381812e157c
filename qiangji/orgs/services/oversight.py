"""Supervision 主管/举办 and territorial guidance 属地指导: who answers for an organization beside the tree, from when."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.audit.services import event, record
from qiangji.lib.dates import local_day
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.placing import OVERSEERS, words_for

DAY = timedelta(days=1)
BATCH = 1000
OBJECT = "organization"


@transaction.atomic
def set_oversight(
    *,
    kind: str,
    overseer: Organization,
    subject: Organization,
    start_date: date,
    by: User | None,
    at: datetime,
) -> Oversight:
    """Let an authority supervise or guide a hospital-level organization from a day on.

    An organization has one supervisor: a new one ends the present one the day before. Refuses (OrganizationError) kinds
    that do not fit, a day in the future, and days that overlap with another relation of the kind.
    """
    row = Organization.objects.select_for_update().get(pk=subject.pk)
    check_pair(kind, overseer, row)
    if start_date > local_day(at):
        raise OrganizationError(f"起始日期 {start_date} 晚于今天，请在生效当日或之后登记。")
    others = row.overseen_by.filter(kind=kind).filter(Q(end_date=None) | Q(end_date__gte=start_date))
    if kind == Oversight.Kind.GUIDANCE:
        others = others.filter(overseer=overseer)
    for other in others.select_related("overseer"):
        end_before(other, overseer, start_date)
    relation = Oversight.objects.create(kind=kind, overseer=overseer, subject=row, start_date=start_date)
    record(
        verb="oversight.set",
        obj_type=OBJECT,
        obj_id=row.public_id,
        data={"kind": kind, "overseer": overseer.code, "start_date": start_date.isoformat()},
        by=by,
        at=at,
    )
    return relation


def end_before(other: Oversight, overseer: Organization, start_date: date) -> None:
    """End a present relation the day before its successor begins; refuse where the days leave no room."""
    label = other.get_kind_display()
    if other.end_date is not None:
        raise OrganizationError(
            f"{start_date} 时{label}单位是“{other.overseer.short_name}”（至 {other.end_date}），请改用之后的日期。"
        )
    if other.overseer_id == overseer.pk:
        raise OrganizationError(
            f"“{overseer.short_name}”自 {other.start_date} 起已是{label}单位，不必重复设置。"
        )
    if start_date <= other.start_date:
        raise OrganizationError(f"起始日期须晚于现{label}关系的起始日期 {other.start_date}。")
    other.end_date = start_date - DAY
    other.save(update_fields=["end_date"])


def check_pair(kind: str, overseer: Organization, subject: Organization) -> None:
    """Refuse an overseer or a subject whose kind does not fit the relation."""
    label = Oversight.Kind(kind).label
    if overseer.kind not in OVERSEERS[kind]:
        raise OrganizationError(f"{label}单位只能是{words_for(OVERSEERS[kind])}，请另选。")
    if subject.kind != Organization.Kind.HOSPITAL:
        raise OrganizationError(f"只有院级党组织设置{label}关系；“{subject.short_name}”随其所在医院。")
    if overseer.end_date is not None:
        raise OrganizationError(f"“{overseer.short_name}”已于 {overseer.end_date} 撤销，请另选。")


@transaction.atomic
def set_oversights(*, relations: Sequence[Oversight], by: User | None, at: datetime) -> list[Oversight]:
    """Store many relations that are new to their subjects, set-based, each with its audit event.

    Refuses (OrganizationError) kinds that do not fit; a second present supervisor is refused by the database.
    """
    for relation in relations:
        check_pair(relation.kind, relation.overseer, relation.subject)
    rows = Oversight.objects.bulk_create(relations, batch_size=BATCH)
    numbers = last_numbers([relation.subject for relation in relations])
    events = []
    for row in rows:
        numbers[row.subject.public_id] += 1
        events.append(
            event(
                verb="oversight.set",
                obj_type=OBJECT,
                obj_id=row.subject.public_id,
                data={
                    "kind": row.kind,
                    "overseer": row.overseer.code,
                    "start_date": row.start_date.isoformat(),
                    "end_date": row.end_date.isoformat() if row.end_date else None,
                },
                by=by,
                at=at,
                sequence=numbers[row.subject.public_id],
            )
        )
    Event.objects.bulk_create(events, batch_size=BATCH)
    return rows


def last_numbers(subjects: Sequence[Organization]) -> Counter[uuid.UUID]:
    """Return the number of each subject's last audit event: one statement per thousand subjects."""
    keys = sorted({subject.public_id for subject in subjects})
    numbers: Counter[uuid.UUID] = Counter()
    for start in range(0, len(keys), BATCH):
        chunk = Event.objects.filter(object_type=OBJECT, object_id__in=keys[start : start + BATCH])
        numbers.update(dict(chunk.values_list("object_id").annotate(last=Max("sequence"))))
    return numbers


@transaction.atomic
def end_oversight(*, relation: Oversight, end_date: date, by: User | None, at: datetime) -> Oversight:
    """End a relation with a day, which is its last. Refuses (OrganizationError) an ended one and impossible days."""
    Organization.objects.select_for_update().get(pk=relation.subject_id)
    row = Oversight.objects.select_related("overseer", "subject").get(pk=relation.pk)
    if row.end_date is not None:
        raise OrganizationError(f"这项关系已于 {row.end_date} 结束。")
    if end_date < row.start_date:
        raise OrganizationError(f"结束日期不能早于起始日期 {row.start_date}。")
    if end_date > local_day(at):
        raise OrganizationError(f"结束日期 {end_date} 晚于今天，请在结束当日或之后登记。")
    row.end_date = end_date
    row.save(update_fields=["end_date"])
    record(
        verb="oversight.ended",
        obj_type=OBJECT,
        obj_id=row.subject.public_id,
        data={"kind": row.kind, "overseer": row.overseer.code, "end_date": end_date.isoformat()},
        by=by,
        at=at,
    )
    return row
