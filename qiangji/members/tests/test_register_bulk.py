"""Many rows go by prepared statements, few by the ordinary way: both store the same."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiangji.audit.models import Event
from qiangji.lib.bulk import FEW
from qiangji.members.models import BranchMembership, Employment, Member, Person
from qiangji.members.services import NewMember, register_members
from qiangji.members.tests.test_register_service import JOINED
from qiangji.orgs.tests.factories import Cast, cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
MANY = FEW + 20


def rows_of(people: Cast, first: int, number: int) -> list[NewMember]:
    return [
        NewMember(
            staff_number=f"{first + place:05d}",
            name=f"测试{place}",
            branch=people.internal_medicine,
            joined_date=JOINED,
            confirmed_date=date(2016, 7, 1) if place % 3 else None,
            sex=("male", "female", "")[place % 3],
            birth_year=1960 + place % 40 if place % 5 else None,
            is_minority=(True, False, None)[place % 3],
            education="bachelor" if place % 2 else "",
        )
        for place in range(number)
    ]


def stored(first: int, number: int) -> Iterator[dict[str, Any]]:
    """Yield everything that was stored of a run of staff numbers, without keys and ids."""
    numbers = [f"{first + place:05d}" for place in range(number)]
    for employment in Employment.objects.filter(staff_number__in=numbers).order_by("staff_number"):
        person = employment.person
        membership = BranchMembership.objects.get(member=person.member)
        event = Event.objects.get(object_id=person.member.public_id)
        yield {
            field.name: getattr(row, field.attname)
            for row in (person, employment, person.member, membership, event)
            for field in row._meta.concrete_fields
            if field.name
            not in {"id", "public_id", "person", "member", "object_id", "digest", "staff_number"}
        }


def test_many_rows_store_what_few_rows_store(people: Cast) -> None:
    register_members(
        hospital=people.hospital_a, rows=rows_of(people, 1000, MANY), by=people.party_office, at=AT
    )
    for start in range(0, MANY, 40):
        rows = rows_of(people, 5000, MANY)[start : start + 40]
        register_members(hospital=people.hospital_a, rows=rows, by=people.party_office, at=AT)
    assert list(stored(1000, MANY)) == list(stored(5000, MANY))
    assert Person.objects.count() == Member.objects.count() == 2 * MANY


def test_many_rows_give_their_members_keys_and_persons(people: Cast) -> None:
    done = register_members(
        hospital=people.hospital_a, rows=rows_of(people, 1, MANY), by=people.party_office, at=AT
    )
    member = done.members["00002"]
    assert Member.objects.get(pk=member.pk).person.name == member.person.name == "测试1"


def test_statements_grow_by_batches_and_not_by_rows(people: Cast) -> None:
    counts = []
    for first, number in ((1000, MANY), (5000, 5 * MANY)):
        rows = rows_of(people, first, number)
        with CaptureQueriesContext(
            connection,
        ) as found:
            register_members(hospital=people.hospital_a, rows=rows, by=people.party_office, at=AT)
        # A prepared statement is told once, with how often it ran.
        counts.append(len(found))
    assert counts[0] == counts[1]


@pytest.fixture
def people() -> Cast:
    return cast()
