"""Pages of states, departments and terms: recorded, corrected, seen as of a day, and by whom."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Department, Organization, OrganizationState, Term
from qiangji.orgs.state_kinds import KINDS
from qiangji.orgs.tests.factories import Cast, cast, make_role, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def as_user(people: Cast, who: str) -> Client:
    client = Client()
    client.force_login(people.users[who])
    return client


def as_role(role: str, organization: Organization) -> Client:
    client = Client()
    user = make_user()
    make_role(user, organization, role)
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.parametrize("name", ["orgs:states", "orgs:departments", "orgs:terms"])
@pytest.mark.parametrize(
    ("who", "status"), [("party_office", 200), ("secretary", 200), ("outsider", 404), ("supervisor", 403)]
)
def test_who_reads(people: Cast, name: str, who: str, status: int) -> None:
    if (name, who) == ("orgs:terms", "supervisor"):
        status = 200  # when a term falls due is no secret from who has to consent to the next one
    response = as_user(people, who).get(reverse(name, args=[people.hospital_a.public_id]))
    assert response.status_code == status


def test_a_state_is_recorded_replaced_corrected_and_ended(people: Cast) -> None:
    client, hospital = as_user(people, "party_office"), people.hospital_a
    address = reverse("orgs:record_state", args=[hospital.public_id, "hospital_level"])
    client.post(address, {"value": "level_1", "start_date": "2021-01-01"})
    client.post(address, {"value": "level_2", "start_date": "2024-01-01", "document": "卫〔2024〕1号"})
    client.post(address, {"value": "level_3", "start_date": "2024-01-01", "document": "卫〔2024〕1号"})
    shown = page(client, "orgs:states", hospital.public_id)
    assert shown.index("三级") < shown.index("历史 1 条") < shown.index("一级")
    refused = client.post(address, {"value": "level_3", "start_date": "2099-01-01"})
    assert "晚于今天" in refused.content.decode()
    row = OrganizationState.objects.get(end_date=None)
    client.post(
        reverse("orgs:end_state", args=[hospital.public_id, row.public_id]), {"end_date": "2025-01-01"}
    )
    assert not OrganizationState.objects.filter(end_date=None).exists()


@pytest.mark.shows("A11")
def test_staff_is_recorded_by_personnel_and_money_by_finance(people: Cast) -> None:
    hospital = people.hospital_a
    personnel = as_role(RoleName.PERSONNEL, hospital)
    finance = as_role(RoleName.FINANCE, hospital)
    staff = reverse("orgs:record_state", args=[hospital.public_id, "establishment_staff"])
    income = reverse("orgs:record_state", args=[hospital.public_id, "staff_income"])
    assert finance.get(staff).status_code == personnel.get(income).status_code == 403
    assert "财务部门、党办" in personnel.get(income).content.decode()
    personnel.post(staff, {"value": "1,200", "start_date": "2026-01-01"})
    finance.post(income, {"value": "350000000", "year": "2025"})
    shown = page(personnel, "orgs:states", hospital.public_id)
    assert "1200 人" in shown
    assert "350,000,000 元" in shown
    assert "2025 年度" in shown
    assert staff in shown
    assert income not in shown


@pytest.mark.shows("B30")
def test_missing_hours_are_excused_by_a_number_and_a_document_and_by_nothing_else(people: Cast) -> None:
    """No field asks for a name or a cause; without the document the number is refused and stays typed."""
    client, hospital = as_user(people, "party_office"), people.hospital_a
    address = reverse("orgs:record_state", args=[hospital.public_id, "member_hours_excused"])
    assert set(client.get(address).context["form"].fields) == {"year", "value", "document"}
    refused = client.post(address, {"year": "2025", "value": "3"}).content.decode()
    assert "须填依据文件" in refused
    assert 'value="3"' in refused
    client.post(address, {"year": "2025", "value": "3", "document": "院党委〔2025〕12号"})
    shown = page(client, "orgs:states", hospital.public_id)
    (_, exceptions) = shown.split("一般要求的例外")
    assert exceptions.index("学时不足已说明理由的党员数") < exceptions.index("3 人")
    assert "院党委〔2025〕12号" in exceptions


def test_no_form_of_an_item_asks_more_than_four_fields(people: Cast) -> None:
    client = as_user(people, "party_office")
    for kind in KINDS:
        if people.hospital_a.kind in kind.levels:
            response = client.get(reverse("orgs:record_state", args=[people.hospital_a.public_id, kind.code]))
            assert len(response.context["form"].fields) <= 4
    unknown = reverse("orgs:record_state", args=[people.hospital_a.public_id, "colour"])
    assert client.get(unknown).status_code == 404


def test_a_department_is_opened_covered_and_closed_and_the_past_stays(people: Cast) -> None:
    client, hospital = as_user(people, "party_office"), people.hospital_a
    create = reverse("orgs:open_department", args=[hospital.public_id])
    client.post(create, {"name": "影像科", "start_date": "2024-01-01"})
    assert "1 个科室未定党支部" in page(client, "orgs:departments", hospital.public_id)
    assert "已登记" in client.post(create, {"name": "影像科", "start_date": "2024-05-01"}).content.decode()
    row = Department.objects.get()
    cover = reverse("orgs:cover_department", args=[hospital.public_id, row.public_id])
    client.post(cover, {"branch": people.surgery.pk, "start_date": "2025-01-01"})
    assert "外科党支部" in page(client, "orgs:departments", hospital.public_id)
    assert "外科党支部" not in page(client, "orgs:departments", hospital.public_id, on="2024-06-01")
    row = Department.objects.get(end_date=None)
    close = reverse("orgs:close_department", args=[hospital.public_id, row.public_id])
    client.post(close, {"end_date": "2025-12-31"})
    assert "还没有登记科室" in page(client, "orgs:departments", hospital.public_id)


def test_a_term_is_begun_extended_and_succeeded(people: Cast) -> None:
    client, hospital = as_user(people, "party_office"), people.hospital_a
    assert "还没有登记任期" in page(client, "orgs:terms", hospital.public_id)
    start = reverse("orgs:start_term", args=[hospital.public_id])
    new = {"body": "committee", "start_date": "2020-05-20", "years": "5", "elected_by": "assembly"}
    client.post(start, new)
    term = Term.objects.get()
    early = client.post(start, new | {"start_date": "2024-01-01"})
    assert "提前换届须经上级批准" in early.content.decode()
    extend = reverse("orgs:extend_term", args=[hospital.public_id, term.public_id])
    data = {"due_date": "2024-01-31", "document": "甲卫党〔2023〕8号", "approved_date": "2023-12-01"}
    wrong = client.post(extend, data | {"approved_by": people.surgery.code})
    assert wrong.status_code == 200
    client.post(extend, data | {"approved_by": people.authority_a.code})
    client.post(start, new | {"start_date": "2024-01-01"})
    shown = page(client, "orgs:terms", hospital.public_id)
    assert "第 2 届" in shown
    assert shown.index("历届") < shown.index("2024-01-31")
    row = Term.objects.get(end_date=None)
    client.post(
        reverse("orgs:end_term", args=[hospital.public_id, row.public_id]), {"end_date": "2025-01-01"}
    )
    assert not Term.objects.filter(end_date=None).exists()


@pytest.mark.parametrize("name", ["orgs:open_department", "orgs:start_term"])
@pytest.mark.parametrize(
    ("who", "status"), [("branch_secretary", 404), ("supervisor", 403), ("outsider", 404)]
)
def test_who_may_not_change(people: Cast, name: str, who: str, status: int) -> None:
    response = as_user(people, who).get(reverse(name, args=[people.hospital_a.public_id]))
    assert response.status_code == status
    if status == 403:
        assert "党办" in response.content.decode()


def test_departments_and_groups_have_their_places(people: Cast) -> None:
    client = as_user(people, "party_office")
    group = Organization.objects.create(
        kind="party_group",
        name="第一党小组",
        short_name="第一党小组",
        code="G1",
        parent=people.surgery,
        path=people.surgery.path + "0001",
        start_date=date(2020, 1, 1),
    )
    assert client.get(reverse("orgs:departments", args=[people.surgery.public_id])).status_code == 404
    assert client.get(reverse("orgs:terms", args=[group.public_id])).status_code == 404


def test_more_rows_ask_no_more_statements(people: Cast) -> None:
    client, hospital = as_user(people, "party_office"), people.hospital_a
    counts = []
    for number in (1, 8):
        Department.objects.bulk_create(
            Department(
                hospital=hospital,
                name=f"科{number}-{place}",
                branch=people.surgery,
                start_date=date(2024, 1, 1),
            )
            for place in range(number)
        )
        for kind in KINDS[:number]:
            OrganizationState.objects.create(
                organization=hospital,
                kind=kind.code,
                value="1",
                start_date=date(2024, number, 1),
                end_date=date(2024, number, 20),
                recorded_at="2026-01-01T00:00:00Z",
            )
        Term.objects.bulk_create(
            Term(
                organization=hospital,
                body="committee",
                number=number * 10 + place,
                years=1,
                start_date=date(2010 + place, 1, 1),
                due_date=date(2011 + place, 1, 1),
                end_date=date(2011 + place, 1, 1),
                elected_by="assembly",
            )
            for place in range(number)
        )
        asked = []
        for name in ("orgs:departments", "orgs:states", "orgs:terms"):
            with CaptureQueriesContext(connection) as statements:
                page(client, name, hospital.public_id)
            asked.append(len(statements))
        counts.append(asked)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 8
