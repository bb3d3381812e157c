"""The ledgers' first page lists what binds an organization and nothing else, with the figures that hold there."""

from datetime import date
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.tests.worlds import counted
from qiangji.duties.bindings import asked_of_ledgers
from qiangji.duties.tests.conftest import Year
from qiangji.duties.tests.worlds import AS_OF, AT, publish
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import build_organization, store
from qiangji.standards.models import Edition
from qiangji.standards.parameter_services import set_parameter
from qiangji.standards.schema import ParameterSpec


def asked(organization: Organization) -> dict[tuple[str, str], int]:
    found = asked_of_ledgers([organization], AS_OF)[organization.pk]
    return {(one.kind, one.per): one.at_least for one in found}


def home(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("ledgers:home")).content.decode()


def test_a_standard_that_nobody_adopted_asks_nothing(year: Year) -> None:
    """The library's five-goods asks eight studies a year; annex 2, by which hospital 甲 is measured, asks four."""
    publish("five-goods", "2014")
    assert asked(year.people.hospital_a)["study_centre_group", "year"] == 4
    Edition.objects.filter(standard__code="five-goods").update(adopted_by="省委组织部")
    kinds = [
        one.at_least
        for one in asked_of_ledgers([year.people.hospital_a], AS_OF)[year.people.hospital_a.pk]
        if (one.kind, one.per) == ("study_centre_group", "year")
    ]
    assert max(kinds) == 8


def test_without_any_sheet_or_adoption_the_page_asks_nothing(year: Year) -> None:
    Cycle.objects.update(is_trial=True)
    assert asked(year.people.hospital_a) == {}


def test_a_branch_is_asked_by_its_own_table_and_by_its_hospitals(year: Year) -> None:
    found = asked(year.people.internal_medicine)
    assert found["theme_party_day", "month"] == 1
    assert found["branch_self_check", "month"] == 1


def test_the_page_names_the_clause_and_the_figure_that_holds_here(year: Year) -> None:
    hospital = year.people.hospital_a
    set_parameter(
        edition=Sheet.objects.get(organization=hospital).edition, criterion_code="3-2-2", name="quarterly",
        spec=ParameterSpec(title="每季中心组学习次数", value=Decimal(1), unit="次"), organization=hospital,
        value=Decimal(3), start_date=date(2026, 1, 1), document_number="甲院党〔2026〕9号",
        document_title="学习制度", by=year.people.party_office, at=AT,
    )  # fmt: skip
    assert asked(hospital)["study_centre_group", "quarter"] == 3
    text = home(year.people.party_office)
    assert "院级量化表 3-2-2" in text
    assert "五好标准" not in text


def test_what_is_asked_takes_the_same_statements_for_one_and_for_many(year: Year) -> None:
    def statements(organizations: list[Organization]) -> int:
        with counted() as taken:
            asked_of_ledgers(organizations, AS_OF)
        return len(taken())

    many = store(
        [
            build_organization(year.people.hospital_a, number, Organization.Kind.BRANCH, f"第{number}党支部")
            for number in range(10, 40)
        ]
    )
    assert statements([year.people.surgery]) == statements([*many, year.people.hospital_a]) <= 4
