"""Rows of the inventory that a person meets as ledgers: recorded on the page, and read back on the record's page.

Kinds that stand in registers are in ``test_rows_on_screen``.
"""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.ledgers.models import Record
from qiangji.ledgers.vocabulary import LedgerField, kind_of
from qiangji.members.tests.factories import make_employment, make_person
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import Cast, cast, make_role, make_user

NOON = datetime(2026, 10, 16, 4, 0, tzinfo=UTC)
SAMPLES = {
    "text": "某事某处",
    "long_text": "议定三项，逐项落实。",
    "integer": "12",
    "decimal": "4",
    "money": "3600.5",
    "date": "2026-11-30",
    "month": "2026-10",
    "flag": "on",
    "person": "赵某某",
    "persons": "赵某某",
}


def kinds(**rows_of: str) -> list:
    """One case for each kind, marked with the rows it is a part of."""
    return [
        pytest.param(code, marks=pytest.mark.shows(*rows.split()), id=code) for code, rows in rows_of.items()
    ]


AT_HOSPITAL = kinds(
    policy_document="C01",
    first_agenda_item="C02",
    ideology_check="D06",
    integrity_reminder="D20",
    contact_visit="E16",
)
AT_BRANCH = kinds(
    organization_life_meeting="A10",
    member_appraisal="A10",
    theme_party_day="A10",
)


@pytest.fixture
def people(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("qiangji.orgs.requests.timezone.now", lambda: NOON)
    people = cast()
    make_employment(make_person("赵某某"), people.hospital_a)
    return people


def sample(field: LedgerField, about: Organization) -> str:
    if field.type == "choice":
        return next(iter(field.choices))
    return about.code if field.type == "organization" else SAMPLES[field.type]


def record_on_page(user: object, organization: Organization, code: str, about: Organization) -> str:
    """Fill in every field of a kind on its page, save, and return the page of the record."""
    client = Client()
    client.force_login(user)
    body = {"kind": [code], "date": "2026-10-15"}
    body |= {field.name: sample(field, about) for field in kind_of(code).fields}
    answer = client.post(reverse("ledgers:new", args=[organization.public_id]), body)
    assert answer.status_code == 302, answer.content.decode()
    return client.get(reverse("ledgers:record", args=[Record.objects.get().public_id])).content.decode()


def check(shown: str, code: str) -> None:
    """The record's page says what was typed, under the kind's own words."""
    kind = kind_of(code)
    record = Record.objects.get()
    assert kind.title in shown
    assert record.state == "confirmed"
    for field in kind.fields:
        assert field.title in shown
        if field.type == "choice":
            assert next(iter(field.choices.values())) in shown
        elif field.type == "person":
            assert "赵某某" in shown
    assert record.kinds.get().kind == code


@pytest.mark.parametrize("code", AT_HOSPITAL)
def test_the_party_office_records_it_and_reads_it_back(people: Cast, code: str) -> None:
    check(record_on_page(people.party_office, people.hospital_a, code, people.surgery), code)


@pytest.mark.parametrize("code", AT_BRANCH)
def test_the_branch_secretary_records_the_branchs_life(people: Cast, code: str) -> None:
    check(record_on_page(people.branch_secretary, people.internal_medicine, code, people.surgery), code)


@pytest.mark.shows("D06")
def test_the_discipline_secretary_gives_a_count_that_the_finance_department_never_sees(people: Cast) -> None:
    discipline, finance = make_user(name="纪委书记"), make_user(name="财务")
    make_role(discipline, people.hospital_a, RoleName.DISCIPLINE_SECRETARY)
    make_role(finance, people.hospital_a, RoleName.FINANCE)
    record_on_page(discipline, people.hospital_a, "reminder_talk", people.surgery)
    client = Client()
    client.force_login(finance)
    assert client.get(reverse("ledgers:record", args=[Record.objects.get().public_id])).status_code == 404
