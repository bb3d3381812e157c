"""The world of spot checks: stored once per file, each test's changes undone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from qiangji.assessments.tests.spotcheck.worlds import Sample, make_sample
from qiangji.orgs.tests.factories import cast


@pytest.fixture(scope="module")
def sample_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Sample]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_sample(cast())
        transaction.set_rollback(True)


@pytest.fixture
def sample(sample_of_file: Sample, db: None) -> Sample:
    return replace(sample_of_file)
