"""Transfers of affiliation 组织关系转接: send, receive, return, cancel, conclude by the receipt slip.

The sender answers for the member until receipt: the member stays in the sender's register and counts until the day
before ``received_date``, and only from that day on does the receiver know more than the letter says (domain §1).
"""

from datetime import date, datetime, timedelta

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.services import record
from qiangji.lib.dates import local_day
from qiangji.members.exceptions import MembersError
from qiangji.members.models import (
    BranchMembership,
    Employment,
    FloatingSpell,
    Hardship,
    Member,
    Tenure,
    Transfer,
    TransferStep,
)
from qiangji.members.placing import check_branch, check_group
from qiangji.members.services.journal import note
from qiangji.members.services.tenures import end_tenures
from qiangji.orgs import paths
from qiangji.orgs.models import Body, Department, Organization, RoleAssignment
from qiangji.orgs.selectors import hospital_of
from qiangji.orgs.services.facts import note_changes
from qiangji.orgs.services.roles import end_role

TRANSFER = "transfer"
LONGEST = 90
DAY = timedelta(days=1)
State = Transfer.State


@transaction.atomic
def send_transfer(
    *,
    member: Member,
    target: Organization | None,
    outside: str = "",
    letter_number: str = "",
    sent_date: date,
    valid_days: int = LONGEST,
    by: User | None,
    at: datetime,
) -> Transfer:
    """Open a transfer to another hospital of this system, or to an organization outside it; nothing else changes yet.

    The letter is valid for ``valid_days`` days, at most 90, the day of sending included. Refuses (MembersError) somebody
    who is no member of a branch on that day, a second open transfer, the own hospital as target, and impossible days.
    """
    member = locked_member(member)
    membership = present_branch(member)
    check_sending(membership, target, outside, at=at, sent_date=sent_date, valid_days=valid_days)
    transfer = Transfer.objects.create(
        member=member,
        source=membership.organization,
        target=target,
        outside=outside.strip(),
        letter_number=letter_number.strip(),
        sent_date=sent_date,
        valid_until=sent_date + (valid_days - 1) * DAY,
    )
    to = target.code if target else "outside"
    write_step(transfer, State.SENT, sent_date, "", {"to": to}, by=by, at=at)
    note_changes(changes=[("transfer", transfer.source_id, sent_date)], at=at)
    return transfer


def check_sending(
    membership: BranchMembership,
    target: Organization | None,
    outside: str,
    *,
    sent_date: date,
    valid_days: int,
    at: datetime,
) -> None:
    """Refuse a transfer that cannot be sent so."""
    member, source = membership.member, membership.organization
    if member.transfers.filter(state=State.SENT).exists():
        raise MembersError("该党员已有一件待接收的组织关系转接，请先办结或撤回，再开新的介绍信。")
    if (target is None) == (not outside.strip()):
        raise MembersError("请在系统内的转入单位和系统外的转入单位之中填写一项，且只填一项。")
    if target is not None:
        if target.kind != Organization.Kind.HOSPITAL or target.end_date is not None:
            raise MembersError(f"“{target.short_name}”不能接收组织关系，请选择现有的院级党组织。")
        if paths.covers(target.path, source.path):
            raise MembersError(f"该党员就在“{target.short_name}”，院内调整请在名册中办理“院内调整”。")
    if sent_date > local_day(at):
        raise MembersError(f"开出日期 {sent_date} 晚于今天，请在开出当日或之后登记。")
    if sent_date < membership.start_date:
        raise MembersError(
            f"该党员于 {membership.start_date} 编入“{source.short_name}”，开出日期不能早于这一天。"
        )
    if not 1 <= valid_days <= LONGEST:
        raise MembersError(f"有效期须在 1 至 {LONGEST} 天之间。")


@transaction.atomic
def receive_transfer(
    *,
    transfer: Transfer,
    branch: Organization,
    staff_number: str,
    received_date: date,
    group: Organization | None = None,
    department: Department | None = None,
    by: User | None,
    at: datetime,
) -> Transfer:
    """Take a member in from a day on: branch, Party group, staff number and department at the new hospital.

    The day before, the affiliation, employment, posts, floating and hardship entries and the account's roles at the old
    hospital end. Refuses (MembersError) a transfer that does not wait here, a lapsed letter, a branch of another
    hospital, a used staff number, and days that do not fit what was recorded.
    """
    row = locked_transfer(transfer)
    target = require_inside(row)
    member = locked_member(row.member)
    membership = present_branch(member)
    check_receipt_day(row, membership, received_date, at)
    check_seat(target, branch, group, department, received_date)
    leave(member, membership, received_date, by=by, at=at)
    employ(member, target, staff_number.strip(), department, received_date)
    BranchMembership.objects.create(
        member=member,
        organization=branch,
        group=group,
        start_date=received_date,
        arrival=BranchMembership.Arrival.TRANSFERRED,
    )
    row.state, row.received_date, row.branch = State.RECEIVED, received_date, branch
    row.save(update_fields=["state", "received_date", "branch"])
    write_step(row, State.RECEIVED, received_date, "", {"branch": branch.code}, by=by, at=at)
    data = {
        "from": membership.organization.code,
        "to": branch.code,
        "start_date": received_date.isoformat(),
    }
    note("member.transferred", member, data, by=by, at=at)
    changes = [("member", membership.organization_id, received_date), ("member", branch.pk, received_date)]
    note_changes(changes=changes, at=at)
    return row


@transaction.atomic
def conclude_outside(
    *,
    transfer: Transfer,
    receipt_date: date,
    leaves_employer: bool = True,
    by: User | None,
    at: datetime,
) -> Transfer:
    """Conclude a transfer out of the system by the receipt slip 回执, whose date is the first day without the member.

    A retired member whose affiliation goes to a community stays in the staff list: ``leaves_employer=False``. Refuses
    (MembersError) a transfer inside the system and days that do not fit.
    """
    row = locked_transfer(transfer)
    if row.target_id is not None:
        raise MembersError("这是系统内的转接，由转入单位接收，不必登记回执。")
    member = locked_member(row.member)
    membership = present_branch(member)
    check_receipt_day(row, membership, receipt_date, at)
    leave(member, membership, receipt_date, employment_too=leaves_employer, by=by, at=at)
    member.ceased_date, member.ceased_how = receipt_date, Member.Ceased.MOVED
    member.save(update_fields=["ceased_date", "ceased_how"])
    row.state, row.received_date = State.RECEIVED, receipt_date
    row.save(update_fields=["state", "received_date"])
    write_step(row, State.RECEIVED, receipt_date, "", {"branch": None}, by=by, at=at)
    data = {"from": membership.organization.code, "to": "outside", "start_date": receipt_date.isoformat()}
    note("member.transferred", member, data, by=by, at=at)
    note_changes(changes=[("member", membership.organization_id, receipt_date)], at=at)
    return row


@transaction.atomic
def return_transfer(
    *, transfer: Transfer, reason: str, date: date, by: User | None, at: datetime
) -> Transfer:
    """Send a transfer back to the sender with a reason; the member stays where he or she is.

    Refuses (MembersError) one that does not wait, an empty reason, and impossible days.
    """
    row = locked_transfer(transfer)
    require_inside(row)
    if not reason.strip():
        raise MembersError("请写明退回原因，转出单位据此更正后重新开具。")
    return put_back(row, State.RETURNED, reason, date, by=by, at=at)


@transaction.atomic
def cancel_transfer(
    *, transfer: Transfer, reason: str = "", date: date, by: User | None, at: datetime
) -> Transfer:
    """Withdraw a transfer that nobody has received. Refuses (MembersError) a concluded one and impossible days."""
    return put_back(locked_transfer(transfer), State.CANCELLED, reason, date, by=by, at=at)


def put_back(row: Transfer, state: str, reason: str, day: date, *, by: User | None, at: datetime) -> Transfer:
    """End a transfer without receipt."""
    if day > local_day(at) or day < row.sent_date:
        raise MembersError(f"日期须在开出日期 {row.sent_date} 与今天之间，请更正。")
    row.state = state
    row.save(update_fields=["state"])
    write_step(row, state, day, reason.strip(), {}, by=by, at=at)
    note_changes(changes=[("transfer", row.source_id, day)], at=at)
    return row


def locked_member(member: Member) -> Member:
    """Return a member, locked against a second transfer at the same time."""
    return Member.objects.select_for_update(of=("self",)).select_related("person").get(pk=member.pk)


def locked_transfer(transfer: Transfer) -> Transfer:
    """Return a transfer that still waits, locked. Refuses (MembersError) one that was concluded meanwhile."""
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("source", "target", "member")
    row = rows.get(pk=transfer.pk)
    if row.state != State.SENT:
        raise MembersError(f"这件转接{row.get_state_display()}，不能再办理。")
    return row


def present_branch(member: Member) -> BranchMembership:
    """Return the member's present affiliation. Refuses (MembersError) somebody who has none."""
    rows = member.branches.filter(end_date__isnull=True).select_related("organization")
    row = rows.first()
    if row is None or member.ceased_date is not None:
        raise MembersError("该党员现在没有编入任何支部，不能办理组织关系转接。")
    row.member = member
    return row


def require_inside(row: Transfer) -> Organization:
    """Return the receiving hospital. Refuses (MembersError) a transfer out of the system."""
    if row.target is None:
        raise MembersError("这是转往系统外的转接，请由转出单位按回执登记。")
    return row.target


def check_receipt_day(row: Transfer, membership: BranchMembership, day: date, at: datetime) -> None:
    """Refuse a day of receipt that does not fit the letter, or the affiliation that it ends."""
    if day > local_day(at):
        raise MembersError(f"接收日期 {day} 晚于今天，请在接收当日或之后登记。")
    if day < row.sent_date:
        raise MembersError(f"接收日期不能早于介绍信开出日期 {row.sent_date}。")
    if day > row.valid_until:
        raise MembersError(f"介绍信有效期到 {row.valid_until}，{day} 已超期，请由转出单位撤回后重新开具。")
    if day <= membership.start_date:
        raise MembersError(f"该党员于 {membership.start_date} 编入现支部，接收日期须晚于这一天。")


def check_seat(
    target: Organization,
    branch: Organization,
    group: Organization | None,
    department: Department | None,
    day: date,
) -> None:
    """Refuse a branch, Party group or department that is not the receiving hospital's."""
    if not paths.covers(target.path, branch.path):
        raise MembersError(f"“{branch.short_name}”不在“{target.short_name}”之下，请选择本院的党支部。")
    check_branch(branch, day)
    check_group(group, branch)
    if department is not None and (department.hospital_id != target.pk or department.end_date is not None):
        raise MembersError(f"“{department.name}”不是“{target.short_name}”现有的科室，请另选。")


def leave(
    member: Member,
    membership: BranchMembership,
    first_day: date,
    *,
    employment_too: bool = True,
    by: User | None,
    at: datetime,
) -> None:
    """End what ties a member to the old hospital the day before; what happened until then stays its history."""
    last_day = first_day - DAY
    hospital = hospital_of(membership.organization)
    if hospital is None:
        raise MembersError(f"“{membership.organization.short_name}”不在任何医院之下，请先更正其隶属关系。")
    membership.end_date = last_day
    membership.departure = BranchMembership.Departure.TRANSFERRED
    membership.save(update_fields=["end_date", "departure"])
    here = paths.below(hospital.path, "post__organization__path")
    tenures = Tenure.objects.filter(here, person=member.person, end_date__isnull=True)
    if not employment_too:
        tenures = tenures.filter(post__body__in=[Body.COMMITTEE, Body.DISCIPLINE])
    if tenures.filter(start_date__gte=first_day).exists():
        raise MembersError(f"该党员自 {first_day} 起在原单位还有任职登记，请改用之后的接收日期。")
    end_tenures(tenures=list(tenures), end_date=last_day, by=by, at=at)
    for model in (FloatingSpell, Hardship):
        rows = model.objects.filter(member=member, end_date__isnull=True)
        rows.filter(start_date__lte=last_day).update(end_date=last_day)
        if rows.exists():
            raise MembersError(f"该党员自 {first_day} 起还有其他登记没有结束，请由转出单位先行更正。")
    if employment_too:
        end_employment(member, hospital, first_day)
        end_roles(member, hospital, first_day, by=by, at=at)


def end_employment(member: Member, hospital: Organization, first_day: date) -> None:
    """End the employment at the old hospital, if the staff list has not ended it already."""
    row = member.person.employments.filter(organization=hospital, end_date__isnull=True).first()
    if row is None:
        return
    if row.start_date >= first_day:
        raise MembersError(f"该党员在原单位的工号自 {row.start_date} 起登记，接收日期须晚于这一天。")
    row.end_date = first_day - DAY
    row.save(update_fields=["end_date"])


def end_roles(
    member: Member, hospital: Organization, first_day: date, *, by: User | None, at: datetime
) -> None:
    """Take the roles of the member's account at the old hospital away: who left reads nothing there any more."""
    if member.person.user_id is None:
        return
    roles = RoleAssignment.objects.filter(
        paths.below(hospital.path, "organization__path"), user=member.person.user_id, end_date__isnull=True
    )
    for role in roles:
        end_role(assignment=role, end_date=max(role.start_date, first_day), by=by, at=at)


def employ(
    member: Member, target: Organization, staff_number: str, department: Department | None, day: date
) -> None:
    """Begin the employment at the new hospital; one that its staff list already has goes on."""
    present = member.person.employments.filter(end_date__isnull=True).select_related("organization").first()
    if present is not None and present.organization_id == target.pk:
        if staff_number and staff_number != present.staff_number:
            raise MembersError(f"该人员在本院已登记工号 {present.staff_number}，请填写这一工号或留空。")
        return
    if present is not None:
        raise MembersError(f"该人员的任职单位还登记为“{present.organization.short_name}”，请先由该单位办结。")
    if not staff_number:
        raise MembersError("请填写该党员在本院的工号。")
    if target.staff.filter(staff_number=staff_number, end_date__isnull=True).exists():
        raise MembersError(f"工号 {staff_number} 在“{target.short_name}”已有人使用，请核对。")
    Employment.objects.create(
        person=member.person,
        organization=target,
        staff_number=staff_number,
        department=department,
        start_date=day,
    )


def write_step(
    row: Transfer, state: str, day: date, words: str, data: dict, *, by: User | None, at: datetime
) -> None:
    """Write down what was done to a transfer, in its own history and in the event log (without names)."""
    TransferStep.objects.create(transfer=row, state=state, date=day, note=words, taken_by=by, taken_at=at)
    record(
        verb=f"transfer.{state}",
        obj_type=TRANSFER,
        obj_id=row.public_id,
        data={"member": str(row.member.public_id), "source": row.source.code, "date": day.isoformat()} | data,
        by=by,
        at=at,
    )
