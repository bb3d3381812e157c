"""One evaluated year for all tests of a file; each test's own changes are undone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from qiangji.assessments.models import Cycle
from qiangji.duties.tests.worlds import evaluate, lay_year
from qiangji.orgs.tests.factories import Cast


@dataclass(frozen=True)
class Year:
    """The cast and its cycle."""

    people: Cast
    cycle: Cycle


@pytest.fixture(scope="module")
def year_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Year]:
    with django_db_blocker.unblock(), transaction.atomic():
        people, cycle = lay_year()
        evaluate(cycle)
        yield Year(people, cycle)
        transaction.set_rollback(True)


@pytest.fixture
def year(year_of_file: Year, db: None) -> Year:
    """The file's world; ``db`` undoes what a test does to it."""
    return year_of_file
