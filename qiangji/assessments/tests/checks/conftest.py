"""A world with the small table, and whoever decides about its checks."""

import pytest
from django.test import Client

from qiangji.assessments.services import evaluating
from qiangji.assessments.tests.checks.world import FOUND
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.standards.models import Criterion


@pytest.fixture
def world(small: World) -> World:
    """The province decides about the small table, which nobody in the tree brought in."""
    return small


@pytest.fixture
def client(world: World) -> Client:
    return as_user(world.cast.guidance_province)


@pytest.fixture
def read_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table as if its words had been read in; what is remembered of published editions does not know of it."""
    monkeypatch.setattr(evaluating, "SPECS", {})
    Criterion.objects.filter(edition=world.sheet.edition, code="1-1-1").update(draft_checks=FOUND)
