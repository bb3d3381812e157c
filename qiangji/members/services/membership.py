"""What happens to one member: moved to another branch of the hospital, confirmed, left the register."""

from datetime import date, datetime, timedelta

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.dates import local_day
from qiangji.members.exceptions import MembersError
from qiangji.members.models import BranchMembership, Exemption, FloatingSpell, Hardship, Member, Transfer
from qiangji.members.placing import check_branch, check_group
from qiangji.members.services.journal import HARDSHIP, note
from qiangji.orgs.models import Organization
from qiangji.orgs.selectors import hospital_of
from qiangji.orgs.services.facts import note_changes

DAY = timedelta(days=1)
HARDSHIP_CUT = "hardship.ended_with_membership"


def lock(member: Member) -> Member:
    """Lock a member for the rest of the transaction: whatever is written about one member waits for the other."""
    return Member.objects.select_for_update(of=("self",)).select_related("person").get(pk=member.pk)


def present_branch(member: Member) -> BranchMembership:
    """Return the branch that a member belongs to. Refuses (MembersError) who belongs to none."""
    current = member.branches.filter(end_date__isnull=True).select_related("organization").first()
    if member.ceased_date is not None or current is None:
        raise MembersError(f"{member.person.name}的组织关系现在不在任何党支部，不能办理。")
    return current


@transaction.atomic
def adjust_branch(
    *,
    member: Member,
    branch: Organization,
    start_date: date,
    group: Organization | None = None,
    by: User | None,
    at: datetime,
) -> BranchMembership:
    """Move a member to another branch or Party group of the hospital 院内调整, from a day on.

    From the very day the present branch began it is a correction and replaces it, so that nobody is in two branches on
    one day. Refuses (MembersError) the same place, a branch of another hospital (that is a transfer), a branch that did
    not stand that day, a day to come or before the present branch began, and a member who is being transferred.
    """
    row = lock(member)
    current = present_branch(row)
    name = row.person.name
    if (current.organization_id, current.group_id) == (branch.pk, group.pk if group else None):
        raise MembersError(f"{name}已在“{branch.short_name}”，不必调整。")
    if hospital_of(current.organization) != hospital_of(branch):
        raise MembersError(f"“{branch.short_name}”不在本院，跨单位请办理组织关系转接。")
    refuse_open_transfer(row)
    check_branch(branch, start_date)
    check_group(group, branch)
    if start_date > local_day(at):
        raise MembersError(f"调整日期 {start_date} 晚于今天，请在调整当日或之后登记。")
    if start_date < current.start_date:
        raise MembersError(f"调整日期 {start_date} 早于现支部的起始日期 {current.start_date}。")
    old = current.organization
    if start_date == current.start_date:
        current.organization, current.group = branch, group
        current.save(update_fields=["organization", "group"])
        new = current
    else:
        end_branch(current, start_date, BranchMembership.Departure.ADJUSTED)
        new = BranchMembership.objects.create(
            member=row,
            organization=branch,
            group=group,
            start_date=start_date,
            arrival=BranchMembership.Arrival.ADJUSTED,
        )
    data = {"from": old.code, "to": branch.code, "start_date": start_date.isoformat()}
    note("member.branch_adjusted", row, data, by=by, at=at)
    note_changes(changes=[("member", place, start_date) for place in {old.pk, branch.pk}], at=at)
    return new


def refuse_open_transfer(member: Member) -> None:
    """Refuse (MembersError) to touch a member whose letter of transfer is on its way."""
    if member.transfers.filter(state=Transfer.State.SENT).exists():
        raise MembersError(f"{member.person.name}的组织关系正在转接，请先完成或撤回转接。")


def end_branch(current: BranchMembership, first_without: date, departure: str) -> None:
    """End a branch membership the day before."""
    current.end_date, current.departure = first_without - DAY, departure
    current.save(update_fields=["end_date", "departure"])


@transaction.atomic
def confirm_membership(*, member: Member, date: date, by: User | None, at: datetime) -> Member:
    """Record that a probationary member became a full one 转正.

    Refuses (MembersError) somebody confirmed already, a day before joining and one to come.
    """
    row = lock(member)
    current = present_branch(row)
    if row.confirmed_date is not None:
        raise MembersError(f"{row.person.name}已于 {row.confirmed_date} 转正；日期有误时请更正登记。")
    if date < row.joined_date:
        raise MembersError(f"转正日期 {date} 早于入党日期 {row.joined_date}，请核对。")
    if date > local_day(at):
        raise MembersError(f"转正日期 {date} 晚于今天，请在转正当日或之后登记。")
    row.confirmed_date = date
    row.save(update_fields=["confirmed_date"])
    note("member.confirmed", row, {"date": date.isoformat()}, by=by, at=at)
    note_changes(changes=[("member", current.organization_id, date)], at=at)
    return row


@transaction.atomic
def cease_membership(*, member: Member, date: date, how: str, by: User | None, at: datetime) -> Member:
    """Take a member off the register: ``date`` is the first day without. How, in three words; never why.

    The branch, exemptions, floating and hardship end the day before. Refuses (MembersError) a day to come or not after
    the first day in the present branch, and a member who is being transferred.
    """
    row = lock(member)
    current = present_branch(row)
    refuse_open_transfer(row)
    if how not in Member.Ceased.values:
        raise MembersError(f"离开方式须为：{'、'.join(Member.Ceased.labels)}。")
    if date > local_day(at):
        raise MembersError(f"离开登记日期 {date} 晚于今天，请在当日或之后登记。")
    if date <= current.start_date:
        raise MembersError(f"离开登记日期 {date} 须晚于编入现支部的日期 {current.start_date}。")
    if row.confirmed_date is not None and date < row.confirmed_date:
        raise MembersError(f"离开登记日期 {date} 早于转正日期 {row.confirmed_date}，请核对。")
    row.ceased_date, row.ceased_how = date, how
    row.save(update_fields=["ceased_date", "ceased_how"])
    end_branch(current, date, BranchMembership.Departure.CEASED)
    cut = cut_spells(row, date - DAY, by=by, at=at)
    note("member.ceased", row, {"date": date.isoformat(), "how": how, **cut}, by=by, at=at)
    note_changes(changes=[("member", current.organization_id, date)], at=at)
    return row


def cut_spells(member: Member, last: date, *, by: User | None, at: datetime) -> dict[str, object]:
    """End what hangs on a membership and return what was cut, for the log: a leaving taken back lets it go on.

    Hardship is restricted, so its end is logged of the registration itself.
    """
    exempted = Exemption.objects.filter(member=member, start_date__lte=last, end_date__gt=last)
    open_on = {"member": member, "start_date__lte": last, "end_date__isnull": True}
    cut: dict[str, object] = {
        "exemptions": {str(row.public_id): row.end_date.isoformat() for row in exempted},
        "floating": [str(row.public_id) for row in FloatingSpell.objects.filter(**open_on)],
    }
    for row in Hardship.objects.filter(**open_on):
        record(
            verb=HARDSHIP_CUT,
            obj_type=HARDSHIP,
            obj_id=row.public_id,
            data={"date": last.isoformat()},
            by=by,
            at=at,
        )
    end_spells(member, last)
    return {name: found for name, found in cut.items() if found}


def end_spells(member: Member, last: date) -> None:
    """Let everything that hangs on a membership run out with it; what had not begun by then never took effect."""
    Exemption.objects.filter(member=member, start_date__lte=last, end_date__gt=last).update(end_date=last)
    FloatingSpell.objects.filter(member=member, start_date__lte=last, end_date__isnull=True).update(
        end_date=last
    )
    Hardship.objects.filter(member=member, start_date__lte=last, end_date__isnull=True).update(end_date=last)
