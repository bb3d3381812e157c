"""What the database itself refuses of states, departments, posts, terms and successions, whoever writes."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from qiangji.lib.append_only import HistoryIsKept
from qiangji.orgs.models import (
    Body,
    ChangedFact,
    Department,
    OrganizationState,
    OrganizationSuccession,
    Post,
    Term,
    TermExtension,
)
from qiangji.orgs.tests.factories import SINCE, Cast, cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 1, tzinfo=UTC)
EARLY = date(2019, 1, 1)
LATER = date(2021, 1, 1)


@pytest.fixture
def people() -> Cast:
    return cast()


def state(people: Cast, **fields: Any) -> models.Model:
    data = {"kind": "staff_total", "value": "9", "start_date": SINCE, "recorded_at": AT}
    return OrganizationState.objects.create(organization=people.hospital_a, **(data | fields))


def department(people: Cast, **fields: Any) -> models.Model:
    data = {"name": "骨科", "start_date": SINCE}
    return Department.objects.create(hospital=people.hospital_a, **(data | fields))


def post(people: Cast, **fields: Any) -> models.Model:
    data = {"body": Body.COMMITTEE, "kind": Post.Kind.MEMBER, "start_date": SINCE}
    return Post.objects.create(organization=people.hospital_a, **(data | fields))


def term(people: Cast, **fields: Any) -> Term:
    data = {
        "body": Body.COMMITTEE,
        "number": 1,
        "years": 5,
        "start_date": SINCE,
        "due_date": date(2025, 1, 1),
        "elected_by": "assembly",
    }
    return Term.objects.create(organization=people.hospital_a, **(data | fields))


def extension(people: Cast, **fields: Any) -> models.Model:
    data = {"due_date": LATER, "document": "1", "approved_date": SINCE, "recorded_at": AT}
    return TermExtension.objects.create(term=term(people), approved_by=people.authority_a, **(data | fields))


def succession(people: Cast, **fields: Any) -> models.Model:
    data = {
        "kind": "merger",
        "predecessor": people.surgery,
        "successor": people.internal_medicine,
        "date": LATER,
        "recorded_at": AT,
    }
    return OrganizationSuccession.objects.create(**(data | fields))


VIOLATIONS: dict[str, tuple[Callable[..., models.Model], dict[str, Any]]] = {
    "orgs_state_dates": (state, {"end_date": EARLY}),
    "orgs_state_says_something": (state, {"value": ""}),
    "orgs_department_dates": (department, {"end_date": EARLY}),
    "orgs_post_dates": (post, {"end_date": EARLY}),
    "orgs_term_of_a_committee": (term, {"body": Body.OFFICE}),
    "orgs_term_length": (term, {"years": 6}),
    "orgs_term_due": (term, {"due_date": SINCE}),
    "orgs_term_dates": (term, {"end_date": EARLY}),
    "orgs_extension_has_document": (extension, {"document": ""}),
}
TWICE: dict[str, tuple[Callable[..., models.Model], dict[str, Any], dict[str, Any]]] = {
    "orgs_state_once_a_day": (state, {"end_date": SINCE}, {}),
    "orgs_one_open_state": (state, {}, {"start_date": LATER}),
    "orgs_department_once": (department, {}, {"start_date": LATER}),
    "orgs_term_number_once": (term, {"end_date": SINCE}, {"start_date": LATER}),
    "orgs_one_open_term": (term, {}, {"number": 2, "start_date": LATER}),
    "orgs_succession_not_twice": (succession, {}, {}),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_row_that_cannot_be(people: Cast, name: str) -> None:
    make, wrong = VIOLATIONS[name]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(people, **wrong)


@pytest.mark.parametrize("name", TWICE)
def test_a_second_row_that_cannot_be(people: Cast, name: str) -> None:
    make, first, second = TWICE[name]
    make(people, **first)
    with pytest.raises(IntegrityError), transaction.atomic():
        make(people, **second)


def test_nobody_succeeds_itself(people: Cast) -> None:
    with pytest.raises(IntegrityError, match="orgs_succession_of_another"), transaction.atomic():
        succession(people, successor=people.surgery)


def test_what_is_only_added_to(people: Cast) -> None:
    fact = ChangedFact.objects.create(kind="term", organization=people.hospital_a, date=SINCE, changed_at=AT)
    for row in (extension(people), succession(people), fact):
        with pytest.raises(HistoryIsKept):
            row.delete()
        with pytest.raises(HistoryIsKept):
            row.save()
