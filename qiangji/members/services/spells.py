"""What holds of a member for a while: approved exemptions and floating elsewhere. Neither asks for a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.lib.dates import local_day
from qiangji.members.exceptions import MembersError
from qiangji.members.models import BranchMembership, Exemption, FloatingSpell, Member
from qiangji.members.services.journal import MEMBER, Entry, note, note_many
from qiangji.members.services.membership import lock, present_branch
from qiangji.members.services.register_rows import batches
from qiangji.orgs.services.facts import note_changes


@dataclass(frozen=True)
class NewExemption:
    """A duty that a member is excused from, both days included, by which document."""

    member: Member
    duty: str
    document: str
    start_date: date
    end_date: date


@transaction.atomic
def grant_exemptions(*, rows: Sequence[NewExemption], by: User | None, at: datetime) -> list[Exemption]:
    """Record approved exemptions in bulk; one that is recorded already (same member, duty and days) is left out.

    Refuses (MembersError) one without document, with days the wrong way round, or for somebody without branch.
    """
    made: list[Exemption] = []
    for batch in batches(rows):
        places = branch_ids([row.member.pk for row in batch])
        for row in batch:
            check_exemption(row, places)
        held = Exemption.objects.filter(member__in=[row.member.pk for row in batch])
        known = set(held.values_list("member_id", "duty", "start_date", "end_date"))
        new = [
            row
            for row in dict.fromkeys(batch)
            if (row.member.pk, row.duty, row.start_date, row.end_date) not in known
        ]
        made += Exemption.objects.bulk_create(
            Exemption(
                member=row.member,
                duty=row.duty,
                document=row.document.strip(),
                start_date=row.start_date,
                end_date=row.end_date,
            )
            for row in new
        )
        log(new, by=by, at=at)
        note_changes(changes=[("exemption", places[row.member.pk], row.start_date) for row in new], at=at)
    return made


def log(rows: Sequence[NewExemption], *, by: User | None, at: datetime) -> None:
    """Write down exemptions, one event for each member."""
    spells: dict[Member, list[list[str]]] = {}
    for row in rows:
        said = [row.duty, row.start_date.isoformat(), row.end_date.isoformat()]
        spells.setdefault(row.member, []).append(said)
    entries = [
        Entry("member.exempted", member.public_id, {"exemptions": said}) for member, said in spells.items()
    ]
    note_many(MEMBER, entries, by=by, at=at)


def branch_ids(members: Sequence[int]) -> dict[int, int]:
    """Return the present branch of many members, by the member's id."""
    rows = BranchMembership.objects.filter(member__in=members, end_date__isnull=True)
    return dict(rows.values_list("member_id", "organization_id"))


def check_exemption(row: NewExemption, places: dict[int, int]) -> None:
    """Refuse an exemption that is not one."""
    name = row.member.person.name
    if row.member.pk not in places:
        raise MembersError(f"{name}的组织关系现在不在任何党支部，不能登记免除。")
    if row.duty not in Exemption.Duty.values:
        raise MembersError(f"{name}：免除事项须为：{'、'.join(Exemption.Duty.labels)}。")
    if not row.document.strip():
        raise MembersError(f"{name}：须填写批准文件；不需要也不要填写原因。")
    if len(row.document.strip()) > 120:
        raise MembersError(f"{name}：批准文件不超过 120 个字。")
    if row.end_date < row.start_date:
        raise MembersError(f"{name}：免除止于 {row.end_date}，早于起始日期 {row.start_date}，请核对。")


def grant_exemption(
    *,
    member: Member,
    duty: str,
    document: str,
    start_date: date,
    end_date: date,
    by: User | None,
    at: datetime,
) -> Exemption | None:
    """Record one exemption; None where it was recorded already. Refuses as ``grant_exemptions``."""
    row = NewExemption(member, duty, document, start_date, end_date)
    return next(iter(grant_exemptions(rows=[row], by=by, at=at)), None)


@transaction.atomic
def end_exemption(*, exemption: Exemption, end_date: date, by: User | None, at: datetime) -> Exemption:
    """Let an exemption end earlier. Refuses (MembersError) a day before it began or after its end."""
    member = lock(exemption.member)
    row = Exemption.objects.get(pk=exemption.pk)
    if not row.start_date <= end_date <= row.end_date:
        raise MembersError(f"结束日期须在 {row.start_date} 至 {row.end_date} 之间。")
    old, row.end_date = row.end_date, end_date
    row.save(update_fields=["end_date"])
    data = {"duty": row.duty, "end_date": [old.isoformat(), end_date.isoformat()]}
    note("member.exemption_ended", member, data, by=by, at=at)
    places = branch_ids([member.pk])
    note_changes(changes=[("exemption", place, end_date) for place in places.values()], at=at)
    return row


@transaction.atomic
def start_floating(
    *, member: Member, direction: str, place: str, start_date: date, by: User | None, at: datetime
) -> FloatingSpell:
    """Record that a member floats 流动 from a day on: out to another place, or in from one.

    Refuses (MembersError) somebody who floats already, an empty place and a day to come.
    """
    row = lock(member)
    current = present_branch(row)
    if row.floating.filter(end_date__isnull=True).exists():
        raise MembersError(f"{row.person.name}已登记为流动党员，请先登记流动结束。")
    if direction not in FloatingSpell.Direction.values:
        raise MembersError("流动方向须为流出或流入。")
    if not place.strip() or len(place.strip()) > 100:
        raise MembersError("流动地党组织须填写，且不超过 100 个字。")
    if start_date > local_day(at):
        raise MembersError(f"流动起始日期 {start_date} 晚于今天，请在当日或之后登记。")
    last = row.floating.order_by("-end_date").first()
    if last is not None and last.end_date is not None and start_date <= last.end_date:
        raise MembersError(f"上一次流动至 {last.end_date} 结束，起始日期须晚于该日。")
    spell = FloatingSpell.objects.create(
        member=row, direction=direction, place=place.strip(), start_date=start_date
    )
    data = {"direction": direction, "start_date": start_date.isoformat()}
    note("member.floating_started", row, data, by=by, at=at)
    note_changes(changes=[("floating", current.organization_id, start_date)], at=at)
    return spell


@transaction.atomic
def end_floating(*, spell: FloatingSpell, end_date: date, by: User | None, at: datetime) -> FloatingSpell:
    """Record the last day of floating. Refuses (MembersError) a spell that is over and a day before it began or to come."""
    member = lock(spell.member)
    row = FloatingSpell.objects.get(pk=spell.pk)
    if row.end_date is not None:
        raise MembersError(f"此次流动已于 {row.end_date} 结束。")
    if not row.start_date <= end_date <= local_day(at):
        raise MembersError(f"结束日期须在 {row.start_date} 至今天之间。")
    row.end_date = end_date
    row.save(update_fields=["end_date"])
    note("member.floating_ended", member, {"end_date": end_date.isoformat()}, by=by, at=at)
    places = branch_ids([member.pk])
    note_changes(changes=[("floating", place, end_date) for place in places.values()], at=at)
    return row
