"""The pages of transfers, of merging, splitting and abolishing, and of the state on a day."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qiangji.lib.dates import local_day
from qiangji.members.models import Transfer
from qiangji.members.tests.factories import make_member, make_post, make_tenure
from qiangji.orgs.models import Department, Organization
from qiangji.orgs.services import rename_organization
from qiangji.orgs.tests.factories import SINCE, Cast, cast, make_organization

DAY = timedelta(days=1)


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def signed_in(people: Cast, who: str) -> Client:
    client = Client()
    client.force_login(people.users[who])
    return client


def today() -> str:
    return local_day(timezone.now()).isoformat()


def test_both_sides_of_a_transfer(people: Cast) -> None:
    member = make_member(people.surgery, "林远")
    branch = make_organization(people.hospital_b, name="儿科党支部")
    sender, receiver = signed_in(people, "party_office"), signed_in(people, "outsider")
    address = reverse("members:transfer_send", args=[member.public_id])
    page = sender.get(address).content.decode()
    assert f"{today()[:4]}-001" in page
    wrong = sender.post(address, {"sent_date": today(), "valid_days": "30"})
    assert "只填一项" in wrong.content.decode()
    code = people.hospital_b.code
    sender.post(address, {"target": code, "sent_date": today(), "valid_days": "30", "letter_number": "7"})
    transfer = Transfer.objects.get()
    assert (transfer.target, transfer.state) == (people.hospital_b, "sent")
    assert "乙市第一医院党委" in sender.get(reverse("members:transfers")).content.decode()
    inbox = receiver.get(reverse("members:transfers") + "?box=in").content.decode()
    assert "甲市第一医院党委" in inbox
    assert "外科党支部" not in inbox
    Transfer.objects.update(sent_date=transfer.sent_date - DAY)
    receiver.post(
        reverse("members:transfer_receive", args=[transfer.public_id]),
        {"branch": branch.pk, "staff_number": "B1", "received_date": today()},
    )
    transfer.refresh_from_db()
    assert (transfer.state, transfer.branch) == ("received", branch)


def test_hospitals_of_the_whole_system_are_offered_as_targets(people: Cast) -> None:
    client = signed_in(people, "party_office")
    found = client.get(reverse("members:transfer_targets"), {"target": "乙市"}).content.decode()
    assert "乙市第一医院党委" in found
    assert "卫生健康" not in found
    assert signed_in(people, "reader").get(reverse("members:transfer_targets")).status_code == 403


def test_lapsed_letters_are_listed_apart(people: Cast) -> None:
    for name, days in [("林远", 1), ("周舟", -1)]:
        Transfer.objects.create(
            member=make_member(people.surgery, name),
            source=people.surgery,
            target=people.hospital_b,
            sent_date=SINCE,
            valid_until=local_day(timezone.now()) - days * DAY,
        )
    client = signed_in(people, "party_office")
    whole = client.get(reverse("members:transfers")).content.decode()
    assert "1 件介绍信已过有效期" in whole
    late = client.get(reverse("members:transfers") + "?state=overdue").content.decode()
    assert "林远" in late
    assert "周舟" not in late


@pytest.mark.parametrize("number", [3, 12])
def test_list_costs_the_same_for_many(people: Cast, number: int, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    Transfer.objects.bulk_create(
        Transfer(
            member=make_member(people.surgery, f"党员{one}"),
            source=people.surgery,
            target=people.hospital_b,
            sent_date=SINCE,
            valid_until=SINCE,
        )
        for one in range(number)
    )
    client = signed_in(people, "party_office")
    with django_assert_max_num_queries(12):
        client.get(reverse("members:transfers"))


def merge_form(people: Cast, **changes: str) -> dict[str, str]:
    values = {
        "code": "A-NEW",
        "name": "大内科党支部",
        "short_name": "大内科",
        "first_day": today(),
        "others": str(people.internal_medicine.pk),
        "document": "",
    }
    return values | changes


def test_merger_shows_counts_and_no_names_before_it_is_confirmed(people: Cast) -> None:
    members = [make_member(people.surgery, "林远"), make_member(people.internal_medicine, "周舟")]
    client = signed_in(people, "administrator")
    address = reverse("members:merge", args=[people.surgery.public_id])
    assert client.get(address).status_code == 200
    preview = client.post(address, merge_form(people, step="preview")).content.decode()
    assert preview.count("<strong>1</strong> 名党员") == 2
    assert "林远" not in preview
    assert Organization.objects.filter(code="A-NEW").count() == 0
    answer = client.post(address, merge_form(people, step="confirm"))
    made = Organization.objects.get(code="A-NEW")
    assert answer["Location"] == reverse("orgs:detail", args=[made.public_id])
    assert {member.branches.get(end_date=None).organization for member in members} == {made}
    assert "接续 外科党支部" in client.get(answer["Location"]).content.decode()


def test_refusal_stands_beside_the_form(people: Cast) -> None:
    make_member(people.surgery)
    client = signed_in(people, "administrator")
    address = reverse("members:abolish", args=[people.surgery.public_id])
    answer = client.post(address, {"last_day": today(), "step": "confirm"})
    assert "还有 1 名党员" in answer.content.decode()
    both = merge_form(people, into=str(people.internal_medicine.pk), step="preview")
    page = client.post(reverse("members:merge", args=[people.surgery.public_id]), both)
    assert "不能都填" in page.content.decode()
    split = client.post(reverse("members:split", args=[people.surgery.public_id]), merge_form(people))
    assert "至少选择一个划出" in split.content.decode()


def test_split_by_department(people: Cast) -> None:
    ward = Department.objects.create(
        hospital=people.hospital_a, name="骨科", branch=people.surgery, start_date=SINCE
    )
    member = make_member(people.surgery)
    member.person.employments.update(department=ward)
    client = signed_in(people, "administrator")
    address = reverse("members:split", args=[people.surgery.public_id])
    data = merge_form(people, departments=str(ward.pk)) | {"others": ""}
    assert "<strong>1</strong> 名党员" in client.post(address, data | {"step": "preview"}).content.decode()
    client.post(address, data | {"step": "confirm"})
    assert member.branches.get(end_date=None).organization.code == "A-NEW"


def test_abolition_on_screen(people: Cast) -> None:
    client = signed_in(people, "administrator")
    address = reverse("members:abolish", args=[people.surgery.public_id])
    client.post(address, {"last_day": today(), "step": "confirm"})
    people.surgery.refresh_from_db()
    assert people.surgery.end_date == local_day(timezone.now())
    page = client.get(reverse("orgs:detail", args=[people.surgery.public_id])).content.decode()
    assert reverse("members:merge", args=[people.surgery.public_id]) not in page


@pytest.mark.parametrize(("who", "status"), [("party_office", 403), ("supervisor", 403), ("outsider", 404)])
def test_only_administrators_above_reorganize(people: Cast, who: str, status: int) -> None:
    for name in ("merge", "split", "abolish"):
        address = reverse(f"members:{name}", args=[people.hospital_a.public_id])
        assert signed_in(people, who).get(address).status_code == status


def test_state_on_a_day_shows_names_counts_and_holders_of_that_day(people: Cast) -> None:
    day = local_day(timezone.now())
    member = make_member(people.surgery, "林远", start_date=day - 30 * DAY)
    post = make_post(people.surgery, kind="secretary")
    make_tenure(post, member.person, start_date=day - 30 * DAY, end_date=day - 3 * DAY)
    rename_organization(
        organization=people.surgery,
        name="外科第一党支部",
        short_name="外一",
        start_date=day - DAY,
        by=None,
        at=timezone.now(),
    )
    client = signed_in(people, "party_office")
    address = reverse("members:organization_on", args=[people.hospital_a.public_id])
    then = client.get(f"{address}?day={day - 3 * DAY}").content.decode()
    assert "外科党支部" in then
    assert "今名外科第一党支部" in then
    assert "书记 林远" in then
    assert "当日党员 1 名" in then
    assert "当日党员 0 名" in client.get(f"{address}?day={day - 31 * DAY}").content.decode()
    assert "书记 林远" not in client.get(address).content.decode()
    assert "尚未设立" in client.get(f"{address}?day={SINCE - DAY}").content.decode()
    assert client.get(f"{address}?day=2026-02-30").status_code == 200


def test_authorities_read_counts_of_a_day_and_no_names(people: Cast) -> None:
    member = make_member(people.surgery, "林远")
    make_tenure(make_post(people.surgery, kind="secretary"), member.person)
    for who in ("supervisor", "guidance_province", "reader", "administrator"):
        client = signed_in(people, who)
        for node in (people.hospital_a, people.surgery):
            page = client.get(reverse("members:organization_on", args=[node.public_id])).content.decode()
            assert "当日党员 1 名" in page
            assert "林远" not in page
    page = signed_in(people, "reader").get(
        reverse("members:organization_on", args=[people.province.public_id])
    )
    assert "外科党支部" not in page.content.decode()
    assert "甲市第一医院党委" in page.content.decode()
