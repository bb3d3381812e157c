"""A branch's practice on its way into the library; everybody of the cast around it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from qiangji.practices.tests.worlds import Library, make_library


@pytest.fixture(autouse=True)
def files_of_tests(settings: Any, tmp_path: Path) -> None:
    """Uploads of a test lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Library]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_library()
        transaction.set_rollback(True)


@pytest.fixture
def library(world_of_file: Library, db: None) -> Library:
    """The file's world as it was made: ``db`` undoes what a test does to it."""
    return replace(world_of_file)
