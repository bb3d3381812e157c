"""Take back a leaving that was recorded wrongly 撤销离开登记: what was recorded stays, and rows are added after it."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.members.exceptions import MembersError
from qiangji.members.models import (
    BranchMembership,
    Exemption,
    FloatingSpell,
    Hardship,
    Member,
    Reinstatement,
)
from qiangji.members.placing import check_branch
from qiangji.members.services.hardship import write_down
from qiangji.members.services.journal import HARDSHIP, MEMBER, note
from qiangji.members.services.membership import HARDSHIP_CUT, lock
from qiangji.orgs.models import Organization
from qiangji.orgs.selectors import hospital_of
from qiangji.orgs.services.facts import note_changes

DAY = timedelta(days=1)
Arrival, Departure = BranchMembership.Arrival, BranchMembership.Departure


def last_branch(member: Member) -> BranchMembership:
    """Return the branch that a member left. Refuses (MembersError) who is in the register, or left by a transfer."""
    last = member.branches.select_related("organization", "group").order_by("-start_date").first()
    if member.ceased_date is None or last is None:
        raise MembersError(f"{member.person.name}没有离开登记，不必撤销。")
    if last.departure != Departure.CEASED:
        raise MembersError(
            f"{member.person.name}是办理组织关系转接离开的，不能在此撤销；回来时请重新办理转入。"
        )
    return last


@transaction.atomic
def reinstate_member(
    *, member: Member, reason: str, branch: Organization | None = None, by: User | None, at: datetime
) -> Reinstatement:
    """Let a membership go on as if the leaving had not been recorded: in the branch of then, from the day of leaving.

    Where that branch was abolished since, it goes on in ``branch`` from the day after. What the leaving had cut short
    (exemptions, floating, hardship) begins anew on the day of leaving. Refuses (MembersError) a reason that is missing or
    too long, who has not left or left by a transfer, and a branch elsewhere.
    """
    row = lock(member)
    last = last_branch(row)
    reason = reason.strip()
    if not reason or len(reason) > 200:
        raise MembersError("更正依据须填写，且不超过 200 个字。")
    first, how = row.ceased_date, row.ceased_how
    assert first is not None, "last_branch refuses who has not left"
    row.ceased_date, row.ceased_how = None, ""
    row.save(update_fields=["ceased_date", "ceased_how"])
    places = go_on(row, last, first, branch)
    made = Reinstatement.objects.create(member=row, ceased_date=first, ceased_how=how, reason=reason, at=at)
    begin_anew(row, first, by=by, at=at)
    note("member.reinstated", row, {"date": first.isoformat(), "how": how}, by=by, at=at)
    note_changes(changes=[("member", place, first) for place in places], at=at)
    return made


def go_on(member: Member, last: BranchMembership, first: date, branch: Organization | None) -> list[int]:
    """Add the affiliations that follow the one that was ended; return where."""
    old = last.organization
    gone = old.end_date
    if gone is None:
        group = last.group if last.group and last.group.end_date is None else None
        add(member, old, first, group=group, arrival=Arrival.REINSTATED)
        return [old.pk]
    if branch is None:
        raise MembersError(f"“{old.short_name}”已于 {gone} 撤销，请选择现在的党支部。")
    if hospital_of(branch) != hospital_of(old):
        raise MembersError(f"“{branch.short_name}”不在本院，请选择本院的党支部。")
    follows = max(first, gone + DAY)
    check_branch(branch, follows)
    if first <= gone:
        add(member, old, first, arrival=Arrival.REINSTATED, end_date=gone, departure=Departure.REORGANIZED)
    add(member, branch, follows, arrival=Arrival.REORGANIZED if first <= gone else Arrival.REINSTATED)
    return [old.pk, branch.pk]


def add(member: Member, branch: Organization, start_date: date, **fields: Any) -> None:
    """Store one affiliation."""
    BranchMembership.objects.create(member=member, organization=branch, start_date=start_date, **fields)


def begin_anew(member: Member, first: date, *, by: User | None, at: datetime) -> None:
    """Let what the leaving cut short begin anew: the log of the leaving says what that was."""
    events = Event.objects.filter(object_type=MEMBER, object_id=member.public_id, verb="member.ceased")
    told = events.order_by("-sequence").values_list("data", flat=True).first()
    cut: dict[str, Any] = json.loads(told) if told else {}
    ends: dict[str, str] = cut.get("exemptions", {})
    for exempted in member.exemptions.filter(public_id__in=ends):
        Exemption.objects.create(
            member=member,
            duty=exempted.duty,
            document=exempted.document,
            start_date=first,
            end_date=date.fromisoformat(ends[str(exempted.public_id)]),
        )
    for spell in member.floating.filter(public_id__in=cut.get("floating", [])):
        FloatingSpell.objects.create(
            member=member, direction=spell.direction, place=spell.place, start_date=first
        )
    registered = member.hardships.filter(end_date=first - DAY).values("public_id")
    if Event.objects.filter(object_type=HARDSHIP, object_id__in=registered, verb=HARDSHIP_CUT).exists():
        hardship = Hardship.objects.create(member=member, start_date=first)
        write_down("hardship.registered", hardship, first, by=by, at=at)
