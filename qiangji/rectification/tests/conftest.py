"""A lagging branch and a hospital below the line, each with an open rectification; everybody of the cast around them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from qiangji.rectification.tests.worlds import Mending, make_mending


@pytest.fixture(autouse=True)
def files_of_tests(settings: Any, tmp_path: Path) -> None:
    """Uploads of a test lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Mending]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_mending()
        transaction.set_rollback(True)


@pytest.fixture
def mending(world_of_file: Mending, db: None) -> Mending:
    """The file's world as it was made: ``db`` undoes what a test does to it."""
    return replace(world_of_file)


@pytest.fixture
def mending_of_file(world_of_file: Mending, db: None) -> Mending:
    """The same for a property, which undoes each history itself."""
    return world_of_file
