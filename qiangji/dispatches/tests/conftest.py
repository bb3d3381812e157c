"""Two tasks with everybody around them, made once for a file."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from qiangji.dispatches.tests.worlds import Asking, make_asking


@pytest.fixture(autouse=True)
def files_of_tests(settings: Any, tmp_path: Path) -> None:
    """Uploads of a test lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Asking]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_asking()
        transaction.set_rollback(True)


@pytest.fixture
def asking(world_of_file: Asking, db: None) -> Asking:
    """The file's world as it was made: ``db`` undoes what a test does to it."""
    return replace(world_of_file)


@pytest.fixture
def asking_of_file(world_of_file: Asking, db: None) -> Asking:
    """The same for a property, which undoes each history itself."""
    return world_of_file
