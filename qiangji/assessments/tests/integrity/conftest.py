"""The world of doubt, made once for a file."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from qiangji.assessments.tests.integrity.world import Doubting, make_doubting


@pytest.fixture(scope="module")
def world_of_file(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Doubting]:
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "MEDIA_ROOT", tmp_path_factory.mktemp("files"))
        yield make_doubting()
        transaction.set_rollback(True)


@pytest.fixture
def doubting(world_of_file: Doubting, db: None) -> Doubting:
    """The file's world as it was made: ``db`` undoes what a test does to it."""
    return replace(world_of_file)
