"""What every person of the cast sees of a member on every day of a transfer: never more than that day allows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.members.models import Member, Person, Transfer
from qiangji.members.selectors.transfers import transfers_arriving, transfers_sent, views_of
from qiangji.members.services.transfers import (
    cancel_transfer,
    conclude_outside,
    receive_transfer,
    return_transfer,
    send_transfer,
)
from qiangji.members.tests.factories import make_member
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, cast, make_organization, make_role, make_user

SENT, RECEIVED = date(2026, 5, 1), date(2026, 5, 4)
DAY = timedelta(days=1)
DAYS = [SENT - DAY + number * DAY for number in range(7)]

SENDERS = {"party_office", "secretary", "branch_secretary"}
# Of the register's readers at hospital 甲 only the sender's side; 乙's Party office is ``outsider``.
RECEIVERS = {"outsider"}


@dataclass
class World:
    """Both hospitals, and the member who moves; what is done is done at noon of its day."""

    people: Cast
    member: Member
    branch: Organization
    everybody: dict[str, User]


@pytest.fixture
def world(db: None) -> World:
    people = cast()
    branch = make_organization(people.hospital_b, name="儿科党支部")
    secretary = make_user("ward_b", "支书乙")
    make_role(secretary, branch, RoleName.BRANCH_SECRETARY)
    member = make_member(people.internal_medicine, "林远", staff_number="A001")
    return World(people, member, branch, people.users | {"ward_b": secretary})


def noon(day: date) -> datetime:
    return datetime.combine(day, time(4), UTC)


def send(world: World, *, outside: str = "") -> Transfer:
    return send_transfer(
        member=world.member,
        target=None if outside else world.people.hospital_b,
        outside=outside,
        letter_number="2026-001",
        sent_date=SENT,
        valid_days=60,
        by=world.people.party_office,
        at=noon(SENT),
    )


def readers(world: World, day: date) -> set[str]:
    """Return who finds the member in a register on a day, by the names of the cast."""
    return {
        name
        for name, user in world.everybody.items()
        if Member.objects.visible_to(reach_of(user, at=noon(day))).exists()
    }


def colleagues(world: World, day: date) -> set[str]:
    """Return who finds the person in a staff list on a day."""
    return {
        name
        for name, user in world.everybody.items()
        if Person.objects.visible_to(reach_of(user, at=noon(day))).exists()
    }


def informed(world: World, day: date) -> set[str]:
    """Return who finds the transfer on a day."""
    return {
        name
        for name, user in world.everybody.items()
        if Transfer.objects.visible_to(reach_of(user, at=noon(day))).exists()
    }


def test_register_changes_hands_on_the_day_of_receipt_and_on_no_other(world: World) -> None:
    """Day by day, each thing done on its own day: who reads the member, and who the transfer."""
    transfer: Transfer | None = None
    for day in DAYS:
        if day == SENT:
            transfer = send(world)
        if day == RECEIVED and transfer is not None:
            receive_transfer(
                transfer=transfer,
                branch=world.branch,
                staff_number="B-1",
                received_date=RECEIVED,
                by=world.people.outsider,
                at=noon(day),
            )
        after = day >= RECEIVED
        expected = RECEIVERS | {"ward_b"} if after else SENDERS
        assert readers(world, day) == expected, day
        assert colleagues(world, day) == expected, day
        assert informed(world, day) == (SENDERS | RECEIVERS if day >= SENT else set()), day


def test_receiver_knows_no_more_than_the_letter_until_receipt(world: World) -> None:
    transfer = send(world)
    reach = reach_of(world.people.outsider, at=noon(SENT))
    assert not transfers_sent(reach).exists()
    [shown] = views_of(list(transfers_arriving(reach)), reach)
    assert (shown.may_send, shown.is_sender, shown.branch) == (False, False, None)
    assert shown.sender == world.people.hospital_a
    page = opened(world, "outsider", "members:transfer", transfer.public_id)
    assert "林远" in page
    assert "内科党支部" not in page
    assert "A001" not in page


def opened(world: World, who: str, name: str, key: UUID, *, expected: int = 200) -> str:
    client = Client()
    client.force_login(world.everybody[who])
    answer = client.get(reverse(name, args=[key]))
    assert answer.status_code == expected, (who, name)
    return answer.content.decode()


def received(world: World) -> Transfer:
    return receive_transfer(
        transfer=send(world),
        branch=world.branch,
        staff_number="B-1",
        received_date=RECEIVED,
        by=world.people.outsider,
        at=noon(RECEIVED),
    )


def test_sender_keeps_its_own_history_and_learns_nothing_new(world: World) -> None:
    transfer = received(world)
    Member.objects.filter(pk=world.member.pk).update(confirmed_date=RECEIVED + DAY)
    page = opened(world, "party_office", "members:transfer", transfer.public_id)
    assert "已接收" in page
    for unknown in ("儿科党支部", "B-1", "正式党员"):
        assert unknown not in page
    before = f"{reverse('members:organization_on', args=[world.people.internal_medicine.public_id])}?day="
    client = Client()
    client.force_login(world.people.party_office)
    assert "林远" in client.get(before + str(RECEIVED - DAY)).content.decode()
    assert "林远" not in client.get(before + str(RECEIVED)).content.decode()


def test_receiver_learns_nothing_of_the_time_before(world: World) -> None:
    received(world)
    client = Client()
    client.force_login(world.people.outsider)
    address = reverse("members:organization_on", args=[world.branch.public_id])
    assert "林远" in client.get(f"{address}?day={RECEIVED}").content.decode()
    assert "林远" not in client.get(f"{address}?day={RECEIVED - DAY}").content.decode()
    old = reverse("members:organization_on", args=[world.people.internal_medicine.public_id])
    assert client.get(old).status_code == 404


@pytest.mark.parametrize("how", ["returned", "cancelled"])
def test_receiver_forgets_what_did_not_come(world: World, how: str) -> None:
    transfer = send(world)
    if how == "returned":
        return_transfer(
            transfer=transfer, reason="编号有误", date=SENT, by=world.people.outsider, at=noon(SENT)
        )
    else:
        cancel_transfer(transfer=transfer, date=SENT, by=world.people.party_office, at=noon(SENT))
    assert informed(world, SENT) == SENDERS
    assert readers(world, SENT) == SENDERS
    opened(world, "outsider", "members:transfer", transfer.public_id, expected=404)


def test_member_who_left_the_system_is_read_by_nobody(world: World) -> None:
    transfer = send(world, outside="某街道党工委")
    assert informed(world, SENT) == SENDERS
    conclude_outside(
        transfer=transfer, receipt_date=RECEIVED, by=world.people.party_office, at=noon(RECEIVED)
    )
    assert readers(world, RECEIVED) == set()
    assert colleagues(world, RECEIVED) == set()
    assert readers(world, RECEIVED - DAY) == SENDERS


def test_who_left_reads_nothing_at_the_old_hospital(world: World) -> None:
    user = make_user("left", "林远")
    world.member.person.user = user
    world.member.person.save()
    make_role(user, world.people.internal_medicine, RoleName.BRANCH_SECRETARY)
    assert reach_of(user, at=noon(SENT)).held
    received(world)
    assert reach_of(user, at=noon(RECEIVED)).held == ()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("party_office", 200),
        ("secretary", 403),
        ("branch_secretary", 403),
        ("outsider", 403),
        ("supervisor", 404),
        ("guidance_province", 404),
        ("administrator", 404),
        ("reader", 404),
        ("member", 404),
    ],
)
def test_who_may_withdraw(world: World, who: str, status: int) -> None:
    transfer = send(world)
    opened(world, who, "members:transfer_cancel", transfer.public_id, expected=status)
    client = Client()
    client.force_login(world.everybody[who])
    assert client.get(reverse("reports:transfer_letter", args=[transfer.public_id])).status_code == status


@pytest.mark.parametrize(("who", "status"), [("outsider", 200), ("party_office", 403), ("reader", 404)])
def test_who_may_receive(world: World, who: str, status: int) -> None:
    transfer = send(world)
    for name in ("members:transfer_receive", "members:transfer_return"):
        opened(world, who, name, transfer.public_id, expected=status)
