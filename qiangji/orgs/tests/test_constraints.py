"""What the database itself refuses, whoever writes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from qiangji.orgs.models import Affiliation, Organization, OrganizationName, Oversight
from qiangji.orgs.tests.factories import (
    SINCE,
    Cast,
    build_organization,
    cast,
    make_oversight,
    make_role,
    make_user,
)

pytestmark = pytest.mark.django_db
EARLY = date(2019, 1, 1)


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "T-taken"},
        {"kind": "hospital", "form": ""},
        {"form": "branch"},
        {"path": ""},
        {"path": "0001"},
        {"end_date": EARLY},
    ],
    ids=[
        "code twice",
        "hospital without form",
        "branch with form",
        "no path",
        "path twice",
        "ends before it begins",
    ],
)
def test_organizations(people: Cast, wrong: dict) -> None:
    Organization.objects.filter(pk=people.surgery.pk).update(code="T-taken")
    row = build_organization(people.hospital_a, 9, "branch", "新支部")
    for name, value in wrong.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_one_present_name_and_one_present_affiliation(people: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganizationName.objects.create(
            organization=people.surgery, name="x", short_name="x", start_date=SINCE
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Affiliation.objects.create(organization=people.surgery, parent=people.hospital_a, start_date=SINCE)


def test_one_present_supervisor(people: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_oversight(people.city_b, people.hospital_a)


def test_a_relation_holds_once_and_between_two(people: Cast) -> None:
    make_oversight(people.city_b, people.hospital_a, Oversight.Kind.GUIDANCE)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_oversight(people.city_b, people.hospital_a, Oversight.Kind.GUIDANCE)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_oversight(people.hospital_b, people.hospital_b)


def test_a_role_is_held_once_at_a_node(people: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_role(people.member, people.internal_medicine, "member")


def test_nothing_ends_before_it_begins(people: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_role(make_user(), people.surgery, "member", end_date=EARLY)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_oversight(people.authority_a, people.hospital_b, end_date=EARLY)
