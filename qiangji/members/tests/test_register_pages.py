"""Pages of the register: who meets what, what the list finds, and that it does not ask more for more rows."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.members.models import BranchMembership, Exemption, FloatingSpell, Member
from qiangji.members.pinyin import search_text
from qiangji.members.tests.factories import make_member, store_members
from qiangji.orgs.tests.factories import Cast, cast

pytestmark = pytest.mark.django_db
FORMS = ["change", "adjust", "confirm", "cease", "exempt", "float", "account"]


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def someone(people: Cast) -> Member:
    return make_member(
        people.internal_medicine,
        "曾丽",
        staff_number="A001",
        person_fields={"pinyin": search_text("曾丽"), "occupation": "nurse"},
    )


@pytest.fixture
def enter(people: Cast) -> Callable[[str], Client]:
    def as_user(who: str) -> Client:
        client = Client()
        client.force_login(people.users[who])
        return client

    return as_user


def listed(client: Client, **query: str) -> str:
    response = client.get(reverse("members:list"), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("who", "sees"),
    [("party_office", True), ("secretary", True), ("branch_secretary", True), ("outsider", False)],
)
def test_names_stay_inside_the_hospital(enter, someone: Member, who: str, sees: bool) -> None:
    assert ("曾丽" in listed(enter(who))) is sees


@pytest.mark.parametrize("who", ["supervisor", "guidance_city", "guidance_province"])
def test_authorities_meet_no_names_in_the_list(enter, someone: Member, who: str) -> None:
    text = listed(enter(who))
    assert "曾丽" not in text
    assert "统计" in text


@pytest.mark.parametrize("who", ["member", "reader", "administrator"])
def test_others_are_told_who_may_read_the_register(enter, someone: Member, who: str) -> None:
    response = enter(who).get(reverse("members:list"))
    assert response.status_code == 403
    assert "查看党员名册" in response.content.decode()


def test_a_branch_secretary_sees_the_own_branch_only(enter, people: Cast, someone: Member) -> None:
    make_member(people.surgery, "王外")
    text = listed(enter("branch_secretary"))
    assert "曾丽" in text
    assert "王外" not in text


@pytest.mark.parametrize("typed", ["曾", "zengli", "zl", "cengli", "A00", "a001", "丽"])
def test_search_by_name_pinyin_initials_and_number(enter, people: Cast, someone: Member, typed: str) -> None:
    make_member(people.surgery, "赵钱", person_fields={"pinyin": search_text("赵钱")})
    text = listed(enter("party_office"), q=typed)
    assert "曾丽" in text
    assert "赵钱" not in text


def test_filters_of_branch_status_occupation_floating_and_exemption(
    enter, people: Cast, someone: Member
) -> None:
    other = make_member(people.surgery, "赵钱", confirmed_date=None)
    FloatingSpell.objects.create(member=other, direction="out", place="某地", start_date=date(2025, 1, 1))
    Exemption.objects.create(
        member=someone,
        duty="training",
        document="党委〔2026〕1号",
        start_date=date(2026, 1, 1),
        end_date=date(2099, 12, 31),
    )
    client = enter("party_office")
    for query, name in [
        ({"branch": str(people.surgery.public_id)}, "赵钱"),
        ({"status": "probationary"}, "赵钱"),
        ({"status": "full"}, "曾丽"),
        ({"occupation": "nurse"}, "曾丽"),
        ({"floating": "out"}, "赵钱"),
        ({"floating": "any"}, "赵钱"),
        ({"exempt": "yes"}, "曾丽"),
    ]:
        text = listed(client, **query)
        assert {"赵钱", "曾丽"} - {name} == {one for one in ("赵钱", "曾丽") if one not in text}, query


def test_the_list_of_a_day_gone_by_links_only_who_may_be_opened(enter, people: Cast, someone: Member) -> None:
    BranchMembership.objects.filter(member=someone).update(
        end_date=date(2024, 6, 30), departure=BranchMembership.Departure.TRANSFERRED
    )
    client = enter("party_office")
    assert "曾丽" not in listed(client)
    text = listed(client, on="2024-06-30")
    assert "曾丽" in text
    assert str(someone.public_id) not in text
    assert "曾丽" not in listed(client, on="2024-07-01")


def test_status_is_that_of_the_day(enter, someone: Member) -> None:
    client = enter("party_office")
    Member.objects.update(joined_date=date(2023, 7, 1), confirmed_date=date(2024, 7, 1))
    assert "曾丽" in listed(client, on="2024-06-30", status="probationary")
    assert "曾丽" in listed(client, on="2024-07-01", status="full")
    assert "曾丽" not in listed(client, on="2023-06-30")


def test_the_list_takes_as_many_statements_for_many_rows(enter, people: Cast, someone: Member) -> None:
    client = enter("party_office")
    listed(client)
    store_members(people.surgery, [f"党员{number}" for number in range(120)])
    with CaptureQueriesContext(
        connection,
    ) as captured:
        listed(client, q="党员", per_page="100", sort="-name")
    assert len(captured) <= 12, [query["sql"] for query in captured]


@pytest.mark.any_case
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("party_office", 200),
        ("branch_secretary", 403),
        ("outsider", 404),
        ("supervisor", 404),
        ("guidance_province", 404),
        ("member", 404),
        ("administrator", 404),
    ],
)
def test_who_opens_a_member(enter, someone: Member, who: str, status: int) -> None:
    client = enter(who)
    for name in ["detail", *FORMS]:
        expected = 200 if name == "detail" and status == 403 else status
        assert client.get(reverse(f"members:{name}", args=[someone.public_id])).status_code == expected, name


def test_the_party_office_registers_a_member_on_screen(enter, people: Cast) -> None:
    client = enter("party_office")
    address = reverse("members:create", args=[people.hospital_a.public_id])
    assert "身份证号" in client.get(address).content.decode()
    typed = {
        "name": "欧阳娜",
        "staff_number": "B7",
        "branch": str(people.surgery.public_id),
        "joined_date": "2025-07-01",
    }
    response = client.post(address, typed, follow=True)
    assert "预备党员" in response.content.decode()
    assert "欧阳娜" in listed(client, q="ouyangna")
    again = client.post(address, typed)
    assert "已在名册中" in again.content.decode()
    wrong = client.post(address, typed | {"staff_number": "B8", "confirmed_date": "2025-01-01"})
    assert "早于入党日期" in wrong.content.decode()
    assert 'value="欧阳娜"' in wrong.content.decode()


def test_changes_on_screen_end_to_end(enter, people: Cast, someone: Member) -> None:
    client = enter("party_office")

    def send(page: str, **typed: str) -> str:
        address = reverse(f"members:{page}", args=[someone.public_id])
        return client.post(address, typed, follow=True).content.decode()

    kept = {
        "name": "曾莉",
        "staff_number": "A001",
        "joined_date": "2010-07-01",
        "confirmed_date": "2011-07-01",
    }
    assert "登记已更正" in send("change", **kept)
    assert "党支部已调整" in send("adjust", branch=str(people.surgery.public_id), start_date="2026-01-01")
    assert "已在" in send("adjust", branch=str(people.surgery.public_id), start_date="2026-02-01")
    assert "免除已登记" in send(
        "exempt", duty="all", document="党委〔2026〕3号", start_date="2026-01-01", end_date="2099-12-31"
    )
    assert "流动已登记" in send("float", direction="out", place="海南某支部", start_date="2026-03-01")
    assert "账号关联已保存" in send("account", username="member")
    assert "没有用户名" in send("account", username="outsider")
    text = client.get(reverse("members:detail", args=[someone.public_id])).content.decode()
    for words in ["曾莉", "外科党支部", "内科党支部", "党委〔2026〕3号", "海南某支部", "院内调整", "党办甲"]:
        assert words in text, words
    assert "已登记离开" in send("cease", how="other", date="2026-04-01")
    assert "曾莉" not in listed(client)
    assert "曾莉" in listed(client, on="2026-03-31")
