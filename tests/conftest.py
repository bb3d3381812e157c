"""The cast around one hospital's sheet of five criteria, for the journeys in a browser."""

import pytest

from qiangji.assessments.models import Sheet
from qiangji.assessments.tests.factories import open_small_cycle, sheet_of
from qiangji.orgs.tests.factories import Cast, cast


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """The cast with an open cycle on a small table, stored where the served program reads it."""
    people = cast()
    open_small_cycle(people)
    return people


@pytest.fixture
def sheet(people: Cast) -> Sheet:
    """Hospital 甲's sheet, still empty."""
    return sheet_of(people.hospital_a)
