"""No sequence of decisions, corrections and second looks leaves a sheet with a result that no row says."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.assessments.exceptions import AssessmentError
from qiangji.assessments.models import Sheet
from qiangji.assessments.states import RESULTS, State
from qiangji.assessments.tests.worlds import undone
from qiangji.lib.digests import digest
from qiangji.results.exceptions import ResultsError
from qiangji.results.models import Consequence, Result
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.services.consequences import open_consequences
from qiangji.results.tests.worlds import ResultsWorld
from tests.examples import examples

ACTS = [
    "recognize",
    "95",
    "80",
    "90",
    "appeal",
    "inspection",
    "reassessment",
    "open",
    "look again",
    "inspected",
]


def act(world: ResultsWorld, sheet: Sheet, name: str) -> None:
    by = world.cast.guidance_province
    if name == "recognize":
        world.recognize()
    elif name in ("95", "80", "90"):
        world.rescore(sheet, name)
    elif name == "open":
        due = still_due(newest_results(world.cycle))
        deadline = world.clock.date().replace(year=2099)
        open_consequences(due=due, deadline_date=deadline, by=by, at=world.tick())
    elif name == "look again":
        Sheet.objects.filter(pk=sheet.pk, state=State.MEETS_STANDARD).update(state=State.UNDER_INSPECTION)
    elif name == "inspected":
        Sheet.objects.filter(pk=sheet.pk, state=State.UNDER_INSPECTION).update(state=State.INSPECTED)
    elif name == "reassessment":
        world.assessed_again(sheet)
    elif sheet.state in (State.MEETS_STANDARD, State.BELOW_STANDARD):
        world.revised(sheet, name, "92" if name == "appeal" else "70")


def check(sheet: Sheet) -> None:
    sheet.refresh_from_db()
    rows = list(Result.objects.filter(sheet=sheet).order_by("sequence"))
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert all(row.digest == digest(row.inputs) for row in rows)
    if sheet.state in RESULTS:
        assert rows
        assert rows[-1].outcome == sheet.state
    # Whatever is open follows from the newest result, or was mended already.
    for row in Consequence.objects.filter(withdrawn_at__isnull=True, kind="praise"):
        assert rows[-1].outcome == "meets_standard" or rows[-1].cause == "reassessment", row
    moves = list(sheet.transitions.order_by("sequence"))
    assert [move.sequence for move in moves] == sorted({move.sequence for move in moves})


@pytest.mark.slow
@settings(
    max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from(ACTS), max_size=10))
def test_a_result_in_force_always_has_its_row(world_for_properties: ResultsWorld, acts: list[str]) -> None:
    world = world_for_properties
    with undone():
        sheet = world.hospital("96.5", ["95"])
        for name in acts:
            with suppress(ResultsError, AssessmentError):
                act(world, sheet, name)
            check(sheet)
