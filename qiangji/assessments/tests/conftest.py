"""What the tests of sheets share: one world per file, and each test's changes to it undone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from qiangji.assessments.tests.worlds import World, make_world


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Two hospitals and two branches with sheets of five criteria, and everybody around them, stored once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def small(world_of_file: World, db: None) -> World:
    """The file's world as it was made: ``db`` undoes what a test does to it."""
    return replace(world_of_file)
