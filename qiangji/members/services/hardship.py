"""Register members in difficulty 困难党员: restricted data, that nobody hears of who may not see it.

Therefore the audit events are of an object of their own, with an id of their own: a member's history does not show
them, and neither events nor changed facts name the member.
"""

from datetime import date, datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.dates import local_day
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Hardship, Member
from qiangji.members.services.journal import HARDSHIP
from qiangji.members.services.membership import lock, present_branch
from qiangji.orgs.services.facts import note_changes


@transaction.atomic
def register_hardship(*, member: Member, start_date: date, by: User | None, at: datetime) -> Hardship:
    """Register a member as in difficulty from a day on; neither reason nor circumstances.

    Refuses (MembersError) somebody registered already, a day to come or one before the last registration ended.
    """
    row = lock(member)
    current = present_branch(row)
    if row.hardships.filter(end_date__isnull=True).exists():
        raise MembersError(f"{row.person.name}已在册，不必重复登记。")
    if start_date > local_day(at):
        raise MembersError(f"登记日期 {start_date} 晚于今天，请在当日或之后登记。")
    if row.hardships.filter(end_date__gte=start_date).exists():
        raise MembersError(f"登记日期 {start_date} 与以前的登记重叠，请填更晚的日期。")
    made = Hardship.objects.create(member=row, start_date=start_date)
    write_down("hardship.registered", made, start_date, by=by, at=at)
    note_changes(changes=[("hardship", current.organization_id, start_date)], at=at)
    return made


@transaction.atomic
def end_hardship(*, hardship: Hardship, end_date: date, by: User | None, at: datetime) -> Hardship:
    """Record the last day of a registration. Refuses (MembersError) one that is over, and a day before it began or to come."""
    member = lock(hardship.member)
    row = Hardship.objects.get(pk=hardship.pk)
    if row.end_date is not None:
        raise MembersError(f"该登记已于 {row.end_date} 结束。")
    if not row.start_date <= end_date <= local_day(at):
        raise MembersError(f"结束日期须在 {row.start_date} 至今天之间。")
    row.end_date = end_date
    row.save(update_fields=["end_date"])
    write_down("hardship.ended", row, end_date, by=by, at=at)
    places = member.branches.filter(end_date__isnull=True).values_list("organization_id", flat=True)
    note_changes(changes=[("hardship", place, end_date) for place in places], at=at)
    return row


def write_down(verb: str, row: Hardship, day: date, *, by: User | None, at: datetime) -> None:
    """Log what was done, of the registration itself."""
    record(
        verb=verb,
        obj_type=HARDSHIP,
        obj_id=row.public_id,
        data={"date": day.isoformat()},
        by=by,
        at=at,
    )
