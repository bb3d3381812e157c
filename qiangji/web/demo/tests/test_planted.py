"""What a planted demo is to whoever plants again, and what of it is the same on every machine: planted once for the file."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.orgs.models import Organization, RoleAssignment
from qiangji.web.demo.planting import DemoArguments, DemoRefused, plant
from qiangji.web.demo.tests.test_demo import ARGUMENTS, plan, silent

pytestmark = [pytest.mark.usefixtures("planted"), pytest.mark.slow]


@pytest.fixture(scope="module")
def planted_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Three hospitals without sheets."""
    with django_db_blocker.unblock(), transaction.atomic():
        plant(ARGUMENTS, tell=silent, with_sheets=False)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def planted(planted_of_file: None, db: None) -> None:
    """The file's hospitals; ``db`` undoes what a test does to them."""


def test_a_second_run_changes_nothing() -> None:
    before = [model.objects.count() for model in (Organization, User, RoleAssignment, Event)]
    told: list[str] = []
    plant(ARGUMENTS, tell=told.append, with_sheets=False)
    assert [model.objects.count() for model in (Organization, User, RoleAssignment, Event)] == before
    assert told == ["演示数据已经在库中，没有改动。"]


def test_other_arguments_are_refused() -> None:
    with pytest.raises(DemoRefused, match="3 家医院，种子 1，2026 年"):
        plant(DemoArguments(4, 1, 2026), tell=silent, with_sheets=False)


def test_public_ids_are_the_same_everywhere() -> None:
    planned = {row.code: row.public_id for row in plan(3).organizations}
    assert dict(Organization.objects.values_list("code", "public_id")) == planned
