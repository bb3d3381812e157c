"""What sheets stand at: the last concluded stage, the inspection's marks where one was concluded, in three statements."""

from decimal import Decimal

import pytest

from qiangji.assessments.models import Mark, Sheet
from qiangji.assessments.selectors.scores import Standing, standings
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import STATES, World, counted


def standing(small: World) -> Standing:
    return standings(Sheet.objects.filter(pk=small.sheet.pk))[0]


@pytest.mark.parametrize("state", STATES)
def test_a_sheet_stands_at_its_last_concluded_stage(small: World, state: str) -> None:
    small.bring_to(state)
    # A stage that goes on is not what the sheet stands at: its marks may still change.
    Mark.objects.filter(answer=small.answer("2-0-1"), stage="self").update(points=Decimal(2))
    Mark.objects.filter(answer=small.answer("2-0-1"), stage="acceptance").update(points=Decimal(1))
    own = standing(small)
    concluded = {"draft": "", "accepted": "acceptance", "under_rating": "acceptance", "rated": "rating"}
    stage = concluded.get(state, "self")
    score = {"": None, "self": Decimal(9), "acceptance": Decimal(8), "rating": Decimal(10)}[stage]
    assert (own.stage, own.score, own.is_final) == (stage, score, state == State.RATED)


def inspected(small: World, state: str, round_number: int | None) -> Decimal | None:
    """Return the score of a rated sheet on which an inspection gave one criterion of 3 points 1 point."""
    sheet = small.bring_to(State.RATED)
    answer = small.answer("2-0-1")
    Mark.objects.create(
        answer=answer,
        stage="inspection",
        points=Decimal(1),
        marked_by=small.cast.supervisor,
        marked_at=small.tick(),
    )
    Sheet.objects.filter(pk=sheet.pk).update(state=state, inspected_round=round_number)
    return standing(small).score


def test_a_concluded_inspection_takes_precedence_where_it_marked(small: World) -> None:
    assert inspected(small, State.INSPECTED, 1) == Decimal(8)


def test_an_inspection_that_goes_on_changes_nothing_yet(small: World) -> None:
    assert inspected(small, State.UNDER_INSPECTION, 1) == Decimal(10)
    assert inspected_elsewhere(small)


def inspected_elsewhere(small: World) -> bool:
    """An inspection of an earlier round no longer counts."""
    Sheet.objects.filter(pk=small.sheet.pk).update(state=State.RATED, round=2)
    return standing(small).score == Decimal(10)


def test_statements_do_not_grow_with_the_sheets(small: World) -> None:
    small.bring_to(State.RATED)
    small.bring_to(State.ACCEPTED, small.branch)
    with counted() as said:
        found = standings(Sheet.objects.filter(cycle=small.cycle))
    assert len(said()) == 3
    assert len(found) > 1
