"""Saying that an organization took a practice over, and taking that back."""

from datetime import date, datetime

from django.db import transaction

from qiangji.audit import services as audit
from qiangji.lib.typed import typed_line, typed_words
from qiangji.orgs.authorization import Permission, roles_that
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import Reach
from qiangji.practices.exceptions import Locked, NotAllowed, Problem, Refused
from qiangji.practices.models import Adoption, Practice
from qiangji.practices.permissions import acts_for
from qiangji.practices.services.moves import locked

NOTE_LIMIT = 300
REASON_LIMIT = 200


@transaction.atomic
def adopt(
    *, reach: Reach, row: Practice, organization: Organization, date: date, note: str, at: datetime
) -> Adoption:
    """Record that an organization adopted what the library shows it.

    Raises NotAllowed, Locked for one that is not in the library for this person (any more), Refused for the own
    practice, a second time, a day to come, or a note that is too long.
    """
    stored = locked(row)
    if not acts_for(reach, Permission.SUBMIT_PRACTICE, organization.pk, own=True):
        who = "、".join(roles_that(Permission.SUBMIT_PRACTICE, own=True))
        raise NotAllowed(f"采用由{organization.name}的{who}登记。")
    number = stored.published_number
    if number is None or not Practice.objects.filter(pk=stored.pk).readable_by(reach).exists():
        raise Locked("这条好做法已经撤下，或不再发布到本单位，不能登记采用。")
    note = typed_words(note)
    problems = []
    if organization.pk == stored.organization_id:
        problems.append(Problem("organization", "本单位自己的做法不必登记采用。"))
    if date > reach.day:
        problems.append(Problem("date", "采用日期不能晚于今天，请在实际采用以后登记。"))
    if len(note) > NOTE_LIMIT:
        problems.append(Problem("note", f"说明最多 {NOTE_LIMIT} 字，现在是 {len(note)} 字。"))
    if stored.adoptions.filter(organization=organization, ended_at__isnull=True).exists():
        problems.append(Problem("organization", f"{organization.short_name}已经登记采用，不必重复登记。"))
    if problems:
        raise Refused(*problems)
    made = Adoption.objects.create(
        practice=stored,
        organization=organization,
        number=number,
        date=date,
        note=note,
        recorded_by=reach.user,
        recorded_at=at,
    )
    _record("practice.adopted", made, reach=reach, at=at)
    return made


@transaction.atomic
def end_adoption(*, reach: Reach, adoption: Adoption, reason: str, at: datetime) -> Adoption:
    """Take an adoption back with a reason; the row stays. Raises NotAllowed, Locked, Refused without a reason."""
    fresh = (
        Adoption.objects.select_for_update(of=("self",))
        .select_related("organization", "practice")
        .get(pk=adoption.pk)
    )
    if not acts_for(reach, Permission.SUBMIT_PRACTICE, fresh.organization_id, own=True):
        who = "、".join(roles_that(Permission.SUBMIT_PRACTICE, own=True))
        raise NotAllowed(f"撤销采用由{fresh.organization.name}的{who}办理。")
    reason = typed_line(reason)
    if fresh.ended_at is not None:
        raise Locked("这条采用已经撤销。")
    if not reason or len(reason) > REASON_LIMIT:
        raise Refused(
            Problem("reason", f"请写明撤销原因，最多 {REASON_LIMIT} 字，例如“登记错了”“不再采用”。")
        )
    fresh.ended_at, fresh.ended_by, fresh.end_reason = at, reach.user, reason
    fresh.save(update_fields=["ended_at", "ended_by", "end_reason"])
    _record("practice.adoption_ended", fresh, reach=reach, at=at)
    return fresh


def _record(verb: str, row: Adoption, *, reach: Reach, at: datetime) -> None:
    audit.record(
        verb=verb,
        obj_type="practice_adoption",
        obj_id=row.public_id,
        data={
            "practice": str(row.practice.public_id),
            "organization": row.organization.code,
            "text": row.number,
        },
        by=reach.user,
        at=at,
    )
