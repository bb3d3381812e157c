"""A sheet under acceptance of which single criteria come back."""

import pytest

from qiangji.assessments.states import State
from qiangji.assessments.tests.returns.world import Returning
from qiangji.assessments.tests.worlds import World


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def going(small: World) -> Returning:
    """Hospital 甲's sheet, full marks declared, its acceptance begun and marked in full."""
    small.bring_to(State.UNDER_ACCEPTANCE)
    small.fill("acceptance")
    return Returning(small)
