"""What the tests of results share: one world per file, and each test's changes to it undone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from qiangji.results.tests.worlds import ResultsWorld, make_results_world


@pytest.fixture(autouse=True)
def files_of_tests(settings: Any, tmp_path: Path) -> None:
    """Uploads of a test lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[ResultsWorld]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_results_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(world_of_file: ResultsWorld, db: None) -> ResultsWorld:
    """The file's world as it was made: ``db`` undoes what a test does to it."""
    return replace(world_of_file)


@pytest.fixture
def world_for_properties(world_of_file: ResultsWorld, db: None) -> ResultsWorld:
    """The same for a property, which undoes each history itself."""
    return world_of_file
