"""Questions that every page of the ledgers asks: which organizations, which record, and may this person do that."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from qiangji.accounts.requests import signed_in_user
from qiangji.audit.services import note_reading
from qiangji.ledgers.models import Record
from qiangji.ledgers.recorders import may_record
from qiangji.ledgers.vocabulary import LedgerKind, kind_of, kinds_kept_at
from qiangji.orgs.authorization import Permission
from qiangji.orgs.models import Organization
from qiangji.orgs.querysets import OrganizationQuerySet
from qiangji.orgs.reach import Reach
from qiangji.orgs.requests import moment_of, request_reach
from qiangji.orgs.views.access import refusal, visible_organization

SEE, RECORD, MANAGE = Permission.SEE_LEDGERS, Permission.RECORD_LEDGERS, Permission.MANAGE_LEDGERS
# What the log of readings calls a record, here and in tables that go out.
RECORD_READ = "record"


def require_somewhere(reach: Reach) -> None:
    """Refuse (PermissionDenied) who has nothing to do with ledgers anywhere."""
    if not (reach.may_somewhere(SEE) or reach.may_somewhere(RECORD)):
        raise refusal(SEE, "本组织")


def organizations_with(reach: Reach, *permissions: Permission) -> OrganizationQuerySet:
    """Return the organizations of today where a person may do one of these things."""
    here = Q(pk__in=[])
    for permission in permissions:
        here |= reach.condition_for(permission, "path")
    return Organization.objects.on(reach.day).filter(here)


def ledger_organization(request: HttpRequest, public_id: UUID, permission: Permission) -> Organization:
    """Return an organization in reach: 404 for any other, a refusal that says who may where this is not allowed."""
    organization = visible_organization(request, public_id)
    if not request_reach(request).allows_at(permission, organization.path):
        raise refusal(permission, f"“{organization.short_name}”")
    return organization


def found_record(request: HttpRequest, public_id: UUID) -> Record:
    """Return a record whose ledgers this person reads, restricted ones only where restricted data is; else 404."""
    rows = Record.objects.visible_to(request_reach(request))
    rows = rows.select_related("organization", "host", "recorded_by").prefetch_related("kinds")
    return get_object_or_404(rows, public_id=public_id)


def readable_record(request: HttpRequest, public_id: UUID, page: str) -> Record:
    """Return a record to be shown on a page, which is logged where it is restricted; 404 as ``found_record``."""
    record = found_record(request, public_id)
    log_readings(request, [record], page)
    return record


def writable_record(request: HttpRequest, public_id: UUID, page: str) -> Record:
    """Return a readable record that this person may change: its kinds are theirs to record there."""
    record = found_record(request, public_id)
    if not may_change(request_reach(request), record):
        raise refusal(RECORD, f"“{record.organization.short_name}”")
    log_readings(request, [record], page)
    return record


def log_readings(request: HttpRequest, records: Iterable[Record], page: str) -> None:
    """Write down that this person was shown the restricted ones among these records: a statement only where there are any."""
    restricted = [record.public_id for record in dict.fromkeys(records) if record.is_restricted]
    if restricted:
        note_reading(
            obj_type=RECORD_READ,
            obj_ids=restricted,
            page=page,
            by=signed_in_user(request),
            at=moment_of(request),
        )


def may_change(reach: Reach, record: Record) -> bool:
    """Say whether a person may change a record: who recorded it, or who may record each of its kinds there."""
    path = record.organization.path
    if not reach.allows_at(RECORD, path):
        return False
    mine = record.recorded_by_id == reach.user.pk
    return mine or all(
        may_record(kind_of(row.kind), record.organization, reach) for row in record.kinds.all()
    )


def recordable_kinds(reach: Reach, organization: Organization) -> list[LedgerKind]:
    """Return the kinds that a person may record at an organization, in the order of the vocabulary."""
    return [kind for kind in kinds_kept_at(organization) if may_record(kind, organization, reach)]
