"""No sequence of allowed moves reaches a state without the records that it promises, and none leaves the table."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.assessments.tests.worlds import undone
from qiangji.rectification.exceptions import RectificationError
from qiangji.rectification.models import Rectification
from qiangji.rectification.states import MOVES, Needs, State, move_from, moves_from
from qiangji.rectification.tests.worlds import Mending
from tests.examples import examples

ACTS = ["assign", "write_plan", "write_done", "prove", *sorted({move.verb for move in MOVES})]


def act(mending: Mending, row: Rectification, name: str) -> None:
    if name == "assign":
        mending.assign(row)
    elif name == "write_plan":
        mending.write(row, cause="人手不足", measure="补齐")
    elif name == "write_done":
        mending.write(row, done="已办")
    elif name == "prove":
        mending.prove(row)
    else:
        mending.move(row, name)


def check(row: Rectification) -> None:
    """What each state promises to be on record."""
    items = list(row.items.all())
    if row.state not in (State.OPENED, State.WITHDRAWN):
        assert row.leader_id is not None or not row.needs_leader
        assert items
        assert all(item.cause and item.measure for item in items)
    if row.state in (State.HANDED_IN, State.VERIFIED, State.CLOSED):
        assert all(item.done for item in items)
        assert row.proofs.filter(detached_at__isnull=True).exists()
    steps = list(row.steps.order_by("sequence"))
    assert [step.sequence for step in steps] == list(range(1, row.version + 1))
    assert steps[-1].to_state == row.state
    if row.state == State.CLOSED:
        assert any(step.verb == "verify" and step.words for step in steps)


@pytest.mark.slow
@settings(
    max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from(ACTS), max_size=14), lagging=st.booleans())
def test_no_sequence_of_moves_reaches_a_state_without_its_records(
    mending_of_file: Mending, acts: list[str], lagging: bool
) -> None:
    with undone():
        row = mending_of_file.branch if lagging else mending_of_file.hospital
        for name in acts:
            with suppress(RectificationError):
                act(mending_of_file, row, name)
            check(Rectification.objects.get(pk=row.pk))


def test_every_state_but_the_last_ones_has_a_way_out() -> None:
    assert {state for state in State if not moves_from(state)} == {State.WITHDRAWN}


def test_closing_needs_a_verification_first() -> None:
    assert [move.source for move in MOVES if move.target == State.CLOSED] == [State.VERIFIED]
    assert move_from(State.HANDED_IN, "close") is None


def test_handing_in_asks_for_results_and_proof() -> None:
    move = move_from(State.UNDER_WAY, "hand_in")
    assert move is not None
    assert set(move.needs) == {Needs.DONE, Needs.PROOF}
