"""A member moves between hospitals: what each service writes, and what it refuses."""

from datetime import UTC, date, datetime, timedelta

import pytest

from qiangji.audit.models import Event
from qiangji.members.exceptions import MembersError
from qiangji.members.models import BranchMembership, FloatingSpell, Hardship, Member, Transfer
from qiangji.members.selectors.histories import branches_on, memberships_on
from qiangji.members.services.transfers import (
    cancel_transfer,
    conclude_outside,
    receive_transfer,
    return_transfer,
    send_transfer,
)
from qiangji.members.tests.factories import make_employment, make_member, make_post, make_tenure
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import ChangedFact, Organization, RoleAssignment
from qiangji.orgs.tests.factories import Cast, cast, make_organization, make_role, make_user

AT = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
SENT, RECEIVED = date(2026, 5, 1), date(2026, 5, 20)
DAY = timedelta(days=1)


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def member(people: Cast) -> Member:
    return make_member(people.internal_medicine, "林远", staff_number="A001")


@pytest.fixture
def new_branch(people: Cast) -> Organization:
    return make_organization(people.hospital_b, name="儿科党支部")


def send(people: Cast, member: Member, **changes: object) -> Transfer:
    values: dict = {
        "target": people.hospital_b,
        "sent_date": SENT,
        "valid_days": 60,
        "letter_number": "2026-001",
    }
    return send_transfer(member=member, **(values | changes), by=people.party_office, at=AT)


def receive(people: Cast, transfer: Transfer, branch: Organization, **changes: object) -> Transfer:
    values: dict = {"branch": branch, "staff_number": "B009", "received_date": RECEIVED}
    return receive_transfer(transfer=transfer, **(values | changes), by=people.outsider, at=AT)


def test_member_counts_at_the_sender_until_the_day_before_receipt(
    people: Cast, member: Member, new_branch: Organization
) -> None:
    transfer = send(people, member)
    assert transfer.valid_until == SENT + 59 * DAY
    assert branches_on([member.pk], AT.date())[member.pk].organization == people.internal_medicine

    receive(people, transfer, new_branch)

    assert branches_on([member.pk], RECEIVED - DAY)[member.pk].organization == people.internal_medicine
    assert branches_on([member.pk], RECEIVED)[member.pk].organization == new_branch
    old, new = member.branches.order_by("start_date")
    assert (old.departure, new.arrival) == (
        BranchMembership.Departure.TRANSFERRED,
        BranchMembership.Arrival.TRANSFERRED,
    )
    before, after = member.person.employments.order_by("start_date")
    assert (before.end_date, before.organization) == (RECEIVED - DAY, people.hospital_a)
    assert (after.start_date, after.organization, after.staff_number) == (
        RECEIVED,
        people.hospital_b,
        "B009",
    )
    facts = set(ChangedFact.objects.filter(kind="member").values_list("organization", "date"))
    assert facts == {(people.internal_medicine.pk, RECEIVED), (new_branch.pk, RECEIVED)}
    assert list(transfer.steps.values_list("state", flat=True)) == ["sent", "received"]
    assert not Event.objects.filter(data__contains="林远").exists()


def test_receipt_ends_posts_spells_and_the_accounts_roles_at_the_old_hospital(
    people: Cast, member: Member, new_branch: Organization
) -> None:
    user = make_user(name="林远")
    member.person.user = user
    member.person.save()
    make_role(user, people.internal_medicine, RoleName.BRANCH_DELEGATE)
    tenure = make_tenure(make_post(people.internal_medicine), member.person)
    FloatingSpell.objects.create(member=member, direction="out", place="某街道", start_date=date(2026, 1, 1))
    Hardship.objects.create(member=member, start_date=date(2026, 1, 1))

    receive(people, send(people, member), new_branch)

    tenure.refresh_from_db()
    assert tenure.end_date == RECEIVED - DAY
    assert RoleAssignment.objects.get(user=user).end_date == RECEIVED
    assert FloatingSpell.objects.get().end_date == Hardship.objects.get().end_date == RECEIVED - DAY


def test_person_whom_the_new_staff_list_has_already_keeps_that_number(
    people: Cast, member: Member, new_branch: Organization
) -> None:
    member.person.employments.update(end_date=SENT)
    make_employment(member.person, people.hospital_b, "B777", start_date=SENT + DAY)
    transfer = send(people, member)
    with pytest.raises(MembersError, match="已登记工号 B777"):
        receive(people, transfer, new_branch)
    receive(people, transfer, new_branch, staff_number="")
    assert member.person.employments.filter(end_date=None).get().staff_number == "B777"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"target": None}, "填写一项"),
        ({"outside": "某街道党工委"}, "填写一项"),
        ({"sent_date": date(2026, 7, 1)}, "晚于今天"),
        ({"sent_date": date(2019, 1, 1)}, "不能早于"),
        ({"valid_days": 91}, "1 至 90 天"),
        ({"valid_days": 0}, "1 至 90 天"),
    ],
)
def test_letters_that_cannot_be(people: Cast, member: Member, changes: dict, words: str) -> None:
    with pytest.raises(MembersError, match=words):
        send(people, member, **changes)


def test_targets_that_cannot_be(people: Cast, member: Member) -> None:
    with pytest.raises(MembersError, match="院内调整"):
        send(people, member, target=people.hospital_a)
    with pytest.raises(MembersError, match="不能接收"):
        send(people, member, target=people.authority_a)
    send(people, member)
    with pytest.raises(MembersError, match="已有一件待接收"):
        send(people, member)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"received_date": date(2026, 7, 1)}, "晚于今天"),
        ({"received_date": SENT - DAY}, "不能早于介绍信"),
        ({"received_date": SENT + 60 * DAY}, "已超期"),
        ({"staff_number": "  "}, "填写该党员在本院的工号"),
        ({"staff_number": "B001"}, "已有人使用"),
    ],
)
def test_receipts_that_cannot_be(
    people: Cast, member: Member, new_branch: Organization, changes: dict, words: str
) -> None:
    make_member(new_branch, "旧人", staff_number="B001")
    transfer = send(people, member)
    at = AT + timedelta(days=30) if words == "已超期" else AT
    values: dict = {"branch": new_branch, "staff_number": "B009", "received_date": RECEIVED}
    with pytest.raises(MembersError, match=words):
        receive_transfer(transfer=transfer, **(values | changes), by=people.outsider, at=at)
    assert Transfer.objects.get().state == Transfer.State.SENT
    assert member.branches.get().end_date is None


def test_seats_of_others_are_refused(people: Cast, member: Member, new_branch: Organization) -> None:
    transfer = send(people, member)
    with pytest.raises(MembersError, match="请选择本院的党支部"):
        receive(people, transfer, people.surgery)
    with pytest.raises(MembersError, match="须编入党支部"):
        receive(people, transfer, people.hospital_b)
    with pytest.raises(MembersError, match="由转出单位按回执登记"):
        receive(people, send_outside(people, make_member(people.surgery, "另一人")), new_branch)


def send_outside(people: Cast, member: Member) -> Transfer:
    return send(people, member, target=None, outside="某街道党工委")


def test_outside_transfer_ends_with_the_receipt_slip(people: Cast, member: Member) -> None:
    transfer = send_outside(people, member)
    with pytest.raises(MembersError, match="由转入单位接收"):
        conclude_outside(
            transfer=send(people, make_member(people.surgery, "另一人")),
            receipt_date=RECEIVED,
            by=None,
            at=AT,
        )
    conclude_outside(transfer=transfer, receipt_date=RECEIVED, by=people.party_office, at=AT)
    member.refresh_from_db()
    assert (member.ceased_date, member.ceased_how) == (RECEIVED, Member.Ceased.MOVED)
    assert member.branches.get().end_date == RECEIVED - DAY
    assert member.person.employments.get().end_date == RECEIVED - DAY
    assert memberships_on(people.hospital_a, RECEIVED - DAY).filter(member=member).exists()
    assert not memberships_on(people.hospital_a, RECEIVED).filter(member=member).exists()


def test_retired_member_stays_in_the_staff_list(people: Cast, member: Member) -> None:
    conclude_outside(
        transfer=send_outside(people, member),
        receipt_date=RECEIVED,
        leaves_employer=False,
        by=people.party_office,
        at=AT,
    )
    assert member.person.employments.get().end_date is None


def test_return_and_withdrawal_leave_the_member_where_he_is(
    people: Cast, member: Member, new_branch: Organization
) -> None:
    transfer = send(people, member)
    with pytest.raises(MembersError, match="退回原因"):
        return_transfer(transfer=transfer, reason=" ", date=RECEIVED, by=people.outsider, at=AT)
    return_transfer(transfer=transfer, reason="编号有误", date=RECEIVED, by=people.outsider, at=AT)
    with pytest.raises(MembersError, match="已退回"):
        receive(people, transfer, new_branch)
    again = send(people, member)
    with pytest.raises(MembersError, match="与今天之间"):
        cancel_transfer(transfer=again, date=SENT - DAY, by=people.party_office, at=AT)
    cancel_transfer(transfer=again, date=SENT, by=people.party_office, at=AT)
    assert member.branches.get().end_date is None
    assert transfer.steps.get(state="returned").note == "编号有误"
