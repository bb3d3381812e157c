"""What the tests of sheets share: one world per file, and each test's changes to it undone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from qiangji.assessments.selectors.markings import kept
from qiangji.assessments.tests.worlds import World, make_world
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import make_role, make_user


@pytest.fixture(autouse=True)
def criteria_read_anew() -> None:
    """What pages keep of an edition is read anew: a test may have altered it, and its change was undone."""
    kept.cache_clear()


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


@pytest.fixture(scope="module")
def office_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world with a second reviewer and a head at the authority, hospital 甲's sheet submitted."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        for username, name, role in [
            ("colleague", "同事甲", RoleName.SUPERVISOR),
            ("head", "处长甲", RoleName.SUPERVISOR_LEAD),
        ]:
            make_role(make_user(username, name), world.cast.authority_a, role)
        world.bring_to("submitted")
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def office(office_of_file: World, db: None) -> World:
    return replace(office_of_file)
