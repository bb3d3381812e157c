"""The page of the check of structure: in full inside a hospital, counts above it, and only under adopted editions."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.members.tests.factories import store_members
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast, cast, make_organization
from qiangji.scoring.structure_checks import CHECKS
from qiangji.standards.models import Criterion, Edition, Group, Section, Standard

AT = datetime(2026, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def adopt(standard: str, code: str, parameters: dict[str, int]) -> None:
    """Store an adopted edition with the one criterion that a check needs."""
    edition = Edition.objects.create(
        standard=Standard.objects.create(code=standard, title=standard, applies_to="hospital"),
        label="2026",
        title="采用的版本",
        source_document="某某规定",
        force="normative",
        year_of_effect=2026,
        total_points=0,
        origin="library",
        status="published",
        published_at=AT,
        content_digest="0" * 64,
        adopted_by="北川省医院党建工作指导委员会",
    )
    section = Section.objects.create(edition=edition, number=1, title="一", points=0)
    Criterion.objects.create(
        edition=edition,
        group=Group.objects.create(section=section, number=0, title=""),
        code=code,
        position=1,
        number=1,
        title="条",
        place="第四条",
        scoring_kind="checklist",
        scoring={"kind": "checklist"},
        step=Decimal("0.5"),
        parameters={
            name: {"title": name, "value": value, "unit": "人"} for name, value in parameters.items()
        },
    )


def get(people: Cast, who: str, organization: Organization, **query: str) -> Client:
    client = Client()
    client.force_login(people.users[who])
    return client.get(reverse("web:structure", args=[organization.public_id]), query)


@pytest.mark.any_case
@pytest.mark.parametrize(
    ("who", "node", "status"),
    [
        ("party_office", "hospital_a", 200),
        ("branch_secretary", "internal_medicine", 200),
        ("member", "internal_medicine", 403),
        ("supervisor", "hospital_a", 403),
        ("supervisor", "authority_a", 200),
        ("guidance_city", "city_a", 200),
        ("reader", "province", 200),
        ("administrator", "province", 403),
        ("outsider", "hospital_a", 404),
    ],
)
def test_who_reads(people: Cast, who: str, node: str, status: int) -> None:
    assert get(people, who, getattr(people, node)).status_code == status


@pytest.mark.shows("A09", "D29")
def test_a_hospital_reads_what_is_missing_with_source_and_remedy(people: Cast) -> None:
    adopt("national", "1-0-1", {"founding": 3, "most_members": 50})
    adopt("brand-standard", "6-3-1", {"office_staff": 3})
    store_members(people.surgery, ["一", "二", "三"])
    store_members(people.internal_medicine, ["四"])
    text = get(people, "party_office", people.hospital_a).content.decode()
    assert "不少于 3 人" in text
    assert "没有登记党务工作机构的人员" in text
    assert "某某规定 第四条" in text
    assert "内科党支部</td><td>正式党员 1 人" in text
    assert "外科党支部</td>" not in text
    assert "没有核对的项目：按人数设党委" in text


def test_without_an_adopted_edition_nothing_is_held_against_anybody(people: Cast) -> None:
    adopt("national", "1-0-1", {"founding": 3, "most_members": 50})
    Edition.objects.update(adopted_by="")
    response = get(people, "party_office", people.hospital_a)
    assert response.context["own"] == []
    assert response.context["dormant"] == [check.title for check in CHECKS]


def test_a_city_reads_numbers_and_no_name(people: Cast) -> None:
    adopt("national", "1-0-1", {"founding": 3, "most_members": 50})
    store_members(people.surgery, ["一", "二", "三"])
    response = get(people, "guidance_city", people.city_a)
    tallies = {tally.demand.check.key: tally for tally in response.context["tallies"]}
    assert tallies["branch_least"].numbers == [0, 0, 1, 0, 1, 0]
    assert "外科党支部" not in response.content.decode()
    overseen = get(people, "supervisor", people.authority_a)
    assert {tally.demand.check.key for tally in overseen.context["tallies"]} == set(tallies)


def test_a_larger_hospital_asks_no_more_statements(people: Cast) -> None:
    adopt("national", "1-0-1", {"founding": 3, "most_members": 50})

    client = Client()
    client.force_login(people.party_office)
    address = reverse("web:structure", args=[people.hospital_a.public_id])

    def ask() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    few = ask()
    for _ in range(5):
        store_members(make_organization(people.hospital_a), ["一", "二", "三", "四"])
    assert ask() == few <= 20
