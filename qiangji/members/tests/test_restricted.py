"""Members in difficulty: invisible without the right, each reading logged, seen by the Party office and by oneself."""

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from qiangji.audit.models import Reading
from qiangji.members.models import BranchMembership, Hardship, Member
from qiangji.members.tests.factories import make_member
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import Cast, cast, make_organization, make_role, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def row(people: Cast) -> Hardship:
    member = make_member(people.internal_medicine, "张伟")
    return Hardship.objects.create(member=member, start_date=date(2025, 1, 1))


@pytest.fixture
def enter(people: Cast) -> Callable[[str], Client]:
    def as_user(who: str) -> Client:
        client = Client()
        client.force_login(people.users[who])
        return client

    return as_user


def pages_of(member: Member) -> list[str]:
    return [reverse("members:hardships"), reverse("members:hardship", args=[member.public_id])]


@pytest.mark.parametrize("who", ["party_office", "secretary", "branch_secretary"])
def test_each_reading_is_logged(enter, people: Cast, row: Hardship, who: str) -> None:
    client = enter(who)
    for number, address in enumerate(pages_of(row.member), start=1):
        assert "张伟" in client.get(address).content.decode()
        assert Reading.objects.count() == number
    reading = Reading.objects.order_by("pk")[0]
    assert (reading.object_type, reading.object_id) == ("hardship", row.public_id)
    assert reading.actor_id == people.users[who].public_id


def test_a_delegate_who_reads_the_register_finds_no_trace(people: Cast, row: Hardship) -> None:
    delegate = make_user(name="支委")
    make_role(delegate, people.internal_medicine, RoleName.BRANCH_DELEGATE)
    client = Client()
    client.force_login(delegate)
    for address in pages_of(row.member):
        assert client.get(address).status_code == 403
    for address in [
        reverse("members:list"),
        reverse("members:detail", args=[row.member.public_id]),
        reverse("members:statistics", args=[people.internal_medicine.public_id]),
    ]:
        text = client.get(address).content.decode()
        assert "困难" not in text
        assert "hardship" not in text
    assert not Reading.objects.exists()


def test_counts_and_exports_are_the_same_with_and_without(enter, people: Cast, row: Hardship) -> None:
    address = reverse("members:statistics_file", args=[people.hospital_a.public_id])

    def cells() -> list[list[object]]:
        book = openpyxl.load_workbook(io.BytesIO(enter("party_office").get(address).content))
        return [[cell.value for cell in line] for line in book.active.rows]

    with_row = cells()
    Hardship.objects.all().delete()
    assert with_row == cells()
    assert not any("困难" in str(value) for line in with_row for value in line)


@pytest.mark.parametrize("who", ["outsider", "supervisor", "guidance_province", "member", "administrator"])
def test_outsiders_find_neither_page_nor_name(enter, row: Hardship, who: str) -> None:
    client = enter(who)
    assert client.get(pages_of(row.member)[1]).status_code == 404
    listed = client.get(pages_of(row.member)[0])
    assert "张伟" not in listed.content.decode()
    assert not Reading.objects.exists()


def test_the_party_office_sees_who_read(enter, row: Hardship) -> None:
    enter("secretary").get(reverse("members:hardships"))
    text = enter("party_office").get(reverse("members:readings")).content.decode()
    assert "书记甲" in text
    assert "张伟" not in text
    assert enter("secretary").get(reverse("members:readings")).status_code == 403
    assert "书记甲" not in enter("outsider").get(reverse("members:readings")).content.decode()


def test_registering_and_ending_on_screen(enter, people: Cast) -> None:
    member = make_member(people.surgery, "李娜")
    client = enter("party_office")
    address = reverse("members:start_hardship", args=[member.public_id])
    page = client.get(address).content.decode()
    assert "不登记原因" in page
    assert "已登记" in client.post(address, {"start_date": "2026-01-01"}, follow=True).content.decode()
    held = Hardship.objects.get()
    end = reverse("members:end_hardship", args=[member.public_id, held.public_id])
    assert "已结束" in client.post(end, {"end_date": "2026-02-01"}, follow=True).content.decode()
    assert enter("branch_secretary").post(address, {"start_date": "2026-03-01"}).status_code == 404
    assert enter("secretary").post(address, {"start_date": "2026-03-01"}).status_code == 403


def test_the_past_stays_with_the_former_hospital(people: Cast, enter, row: Hardship) -> None:
    Hardship.objects.update(end_date=date(2025, 6, 30))
    theirs = make_organization(people.hospital_b, name="乙一支部")
    BranchMembership.objects.update(end_date=date(2025, 12, 31), departure="transferred")
    BranchMembership.objects.create(
        member=row.member, organization=theirs, start_date=date(2026, 1, 1), arrival="transferred"
    )
    text = enter("outsider").get(pages_of(row.member)[1]).content.decode()
    assert "没有登记" in text
    assert (
        "内科党支部"
        not in enter("outsider").get(reverse("members:detail", args=[row.member.public_id])).content.decode()
    )


def test_everybody_sees_everything_about_oneself(people: Cast, enter, row: Hardship) -> None:
    person = row.member.person
    person.user = people.member
    person.save()
    enter("secretary").get(reverse("members:hardships"))
    client = enter("member")
    text = client.get(reverse("members:mine")).content.decode()
    for words in ["正式党员", "内科党支部", "困难党员登记", "书记甲", reverse("accounts:complain")]:
        assert words in text, words
    assert "合计" not in client.get(reverse("ledgers:my_year")).content.decode()
    assert "还没有关联到名册" in enter("secretary").get(reverse("members:mine")).content.decode()
