"""What the tests of sheets share."""

import pytest

from qiangji.assessments.tests.worlds import World, make_world


@pytest.fixture
def small(db: None) -> World:
    """Two hospitals and two branches with sheets of five criteria, and everybody around them."""
    return make_world()
