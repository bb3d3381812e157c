"""What the demo writes in bulk equals what reviewers do; and the smallest provinces have a last year."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qiangji.assessments.models import Answer, Sheet
from qiangji.assessments.services.reviewing import confirm_agreed
from qiangji.assessments.services.saving import MarkEdit, save_mark
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import FILLED, fill
from qiangji.assessments.tests.worlds import make_world
from qiangji.orgs.reach import reach_of
from qiangji.results.models import Result
from qiangji.web.demo.filling import Filler
from qiangji.web.demo.tests.test_demo import rows_of
from qiangji.web.demo.tests.test_last_year import history

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.any_case
@pytest.mark.parametrize("count", [1, 3])
def test_small_provinces_have_a_last_year_too(count: int, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    history(count)
    assert Result.objects.filter(organization__code="DH001", outcome=Result.Outcome.MEETS).exists()


def test_what_is_reviewed_in_bulk_equals_what_a_reviewer_does() -> None:
    """Same rows, same events, as the services write for a mark with its reason, and for one that agrees."""
    world = make_world()
    sheet, supervisor = world.sheet, world.cast.supervisor
    fill(sheet, Stage.SELF, world.cast.party_office)
    Sheet.objects.filter(pk=sheet.pk).update(state=State.UNDER_ACCEPTANCE)
    reach = reach_of(supervisor, at=FILLED)
    rows = {row.criterion.code: row for row in Answer.objects.filter(sheet=sheet).select_related("criterion")}
    filler = Filler(random=None)  # type: ignore[arg-type]
    filler.confirmed(rows["1-1-2"], Stage.ACCEPTANCE, Decimal(1), supervisor, FILLED)
    filler.given(rows["2-0-2"], Stage.ACCEPTANCE, Decimal(2), "少一次", supervisor, FILLED)
    filler.store()
    edit = MarkEdit("2-0-1", Stage.ACCEPTANCE, Decimal(2), "少一次", 0)
    save_mark(reach=reach, sheet_id=sheet.public_id, edit=edit, at=FILLED)
    confirm_agreed(reach=reach, sheet_id=sheet.public_id, stage=Stage.ACCEPTANCE, section=None, at=FILLED)
    assert rows_of(rows["1-1-2"]) == rows_of(rows["1-2-3"])
    assert rows_of(rows["2-0-2"]) == rows_of(rows["2-0-1"])
