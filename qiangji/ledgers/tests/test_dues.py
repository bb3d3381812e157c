"""Dues: a branch's month in a few clicks, who paid what for its keepers only, figures for everybody who may read."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qiangji.audit.models import Event
from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import DuesPayment
from qiangji.ledgers.selectors.dues import figures_of
from qiangji.ledgers.services.dues import DuesInput, DuesRecorded, record_dues
from qiangji.lib.dates import local_day
from qiangji.members.models import Member
from qiangji.members.services import adjust_branch
from qiangji.members.tests.factories import make_member, store_members
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.tests.factories import Cast, cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
WHO = {"by": None, "at": AT}


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def enter(people: Cast) -> Callable[[str], Client]:
    def as_user(who: str) -> Client:
        client = Client()
        client.force_login(people.users[who])
        return client

    return as_user


def paid(people: Cast, member: Member, amount: str = "12.50", month: date = MARCH) -> DuesInput:
    return DuesInput(member, people.internal_medicine, month, Decimal(amount), date(2026, 4, 2))


def test_rows_are_added_corrected_and_left_alone(people: Cast) -> None:
    member = make_member(people.internal_medicine)
    assert record_dues(rows=[paid(people, member)], **WHO) == DuesRecorded(1, 0, 0)
    assert record_dues(rows=[paid(people, member)], **WHO) == DuesRecorded(0, 0, 1)
    assert record_dues(rows=[paid(people, member, "13")], **WHO) == DuesRecorded(0, 1, 0)
    assert DuesPayment.objects.get().amount == Decimal(13)
    assert list(ChangedFact.objects.values_list("kind", "date")) == [("dues", MARCH)] * 2
    assert "12.5" not in "".join(Event.objects.values_list("data", flat=True))


@pytest.mark.parametrize(
    ("amount", "month", "words"),
    [
        ("-1", MARCH, "不小于 0"),
        ("NaN", MARCH, "不小于 0"),
        ("1.234", MARCH, "两位小数"),
        ("1", date(2027, 1, 1), "今年以后"),
        ("1", date(2019, 1, 1), "该月不在"),
    ],
)
def test_what_cannot_be_is_refused_by_name(people: Cast, amount: str, month: date, words: str) -> None:
    member = make_member(people.internal_medicine, "张伟")
    with pytest.raises(LedgersError, match=words) as refusal:
        record_dues(rows=[paid(people, member, amount, month)], **WHO)
    assert "张伟" in str(refusal.value)


def test_statements_do_not_grow_with_the_rows(people: Cast) -> None:
    def statements(rows: list[DuesInput]) -> int:
        with CaptureQueriesContext(connection) as captured:
            record_dues(rows=rows, **WHO)
        return len(captured)

    members = store_members(people.internal_medicine, [f"党员{number}" for number in range(40)])
    few = statements([paid(people, one) for one in members[:3]])
    assert statements([paid(people, one, month=APRIL) for one in members]) == few


def board(client: Client, people: Cast, month: str = "2026-04") -> str:
    response = client.get(reverse("ledgers:dues", args=[people.internal_medicine.public_id, month]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_whole_branch_in_one_click_with_last_months_amounts(people: Cast, enter) -> None:
    members = store_members(people.internal_medicine, ["张伟", "李娜", "王芳"])
    record_dues(rows=[paid(people, one, f"{number}.50") for number, one in enumerate(members)], **WHO)
    client = enter("branch_secretary")
    text = board(client, people)
    assert 'value="2.50"' in text
    assert "已交 0／3 人" in text
    amounts = {f"amount_{one.public_id}": f"{number}.50" for number, one in enumerate(members)}
    address = reverse("ledgers:dues", args=[people.internal_medicine.public_id, "2026-04"])
    sent = amounts | {"paid_date": "2026-04-05", "all": "1"}
    assert "已登记 3 人" in client.post(address, sent, follow=True).content.decode()
    assert DuesPayment.objects.filter(month=APRIL, paid_date=date(2026, 4, 5)).count() == 3
    keys = [str(one.public_id) for one in members]
    sent = amounts | {"paid_date": "2026-04-06", "paid": keys[:2], "shown": keys}
    assert "取消 1 人" in client.post(address, sent, follow=True).content.decode()
    assert "已交 2／3 人" in board(client, people)


def test_what_was_typed_comes_back_with_the_reason(people: Cast, enter) -> None:
    member = make_member(people.internal_medicine, "张伟")
    client = enter("branch_secretary")
    address = reverse("ledgers:dues", args=[people.internal_medicine.public_id, "2026-04"])
    sent = {f"amount_{member.public_id}": "十元", "paid_date": "2026-04-05", "paid": [str(member.public_id)]}
    text = client.post(address, sent).content.decode()
    assert "张伟：金额“十元”不是数字" in text
    assert 'value="十元"' in text
    assert not DuesPayment.objects.exists()
    assert client.get(address.replace("2026-04", "2026-13")).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("branch_secretary", 200),
        ("party_office", 200),
        ("secretary", 403),
        ("member", 404),
        ("supervisor", 404),
        ("outsider", 404),
    ],
)
def test_who_sees_who_paid_what(people: Cast, enter, who: str, status: int) -> None:
    address = reverse("ledgers:dues", args=[people.internal_medicine.public_id, "2026-04"])
    assert enter(who).get(address).status_code == status


def test_the_hospital_secretary_sees_totals_and_no_amounts_of_persons(people: Cast, enter) -> None:
    member = make_member(people.internal_medicine, "张伟")
    record_dues(rows=[paid(people, member, "77.77"), paid(people, member, "11.11", APRIL)], **WHO)
    text = enter("secretary").get(reverse("ledgers:dues_home"), {"month": "2026-04"}).content.decode()
    assert "88.88" in text
    assert "张伟" not in text
    part = reverse("ledgers:member_year", args=[member.public_id])
    assert "77.77" not in enter("secretary").get(part).content.decode()
    assert "77.77" in enter("party_office").get(part).content.decode()
    assert enter("outsider").get(part).status_code == 404


def test_figures_take_three_statements(people: Cast, django_assert_num_queries) -> None:
    member = make_member(people.internal_medicine)
    record_dues(rows=[paid(people, member)], **WHO)
    with django_assert_num_queries(3):
        figures = figures_of([people.internal_medicine, people.surgery], MARCH)
    assert [(one.owing, one.paid, one.amount) for one in figures] == [
        (1, 1, Decimal("12.50")),
        (0, 0, Decimal(0)),
    ]


def test_who_moved_within_the_month_pays_once(people: Cast, enter) -> None:
    member = make_member(people.internal_medicine, "张伟")
    adjust_branch(member=member, branch=people.surgery, start_date=date(2026, 4, 10), **WHO)
    record_dues(rows=[paid(people, member, "9.90", APRIL)], **WHO)
    address = reverse("ledgers:dues", args=[people.surgery.public_id, "2026-04"])
    assert "已在原支部交纳" in enter("party_office").get(address).content.decode()


def test_ones_own_year_shows_hours_and_dues(people: Cast, enter) -> None:
    member = make_member(people.internal_medicine, "张伟")
    member.person.user = people.member
    member.person.save()
    month = local_day(timezone.now()).replace(day=1)
    DuesPayment.objects.create(
        member=member,
        organization=people.internal_medicine,
        month=month,
        amount=Decimal("5.00"),
        paid_date=month,
        recorded_at=AT,
    )
    text = enter("member").get(reverse("ledgers:my_year")).content.decode()
    assert "合计 5.00 元" in text
    assert "学时" in text
