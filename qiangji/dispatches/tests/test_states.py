"""No sequence of moves reaches a state without the records that it promises, and none leaves the table."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.assessments.tests.worlds import undone
from qiangji.dispatches.exceptions import DispatchError
from qiangji.dispatches.models import Task
from qiangji.dispatches.states import MOVES, Side, State, moves_from
from qiangji.dispatches.tests.worlds import Asking
from tests.examples import examples

ACTS = ["write", "prove", *sorted({move.verb for move in MOVES})]


def act(asking: Asking, row: Task, name: str) -> None:
    if name == "write":
        asking.write(row, f"已办，第 {row.version} 次核对。")
    elif name == "prove":
        asking.prove(row)
    else:
        asking.move(row, name)


def check(row: Task) -> None:
    """What each state promises to be on record."""
    steps = list(row.steps.all())
    assert [step.sequence for step in steps] == list(range(1, row.version + 1))
    assert steps[-1].to_state == row.state
    verbs = [step.verb for step in steps]
    assert row.answers.count() == verbs.count("answer")
    if row.state in (State.ANSWERED, State.RETURNED, State.CLOSED):
        assert row.answers.exists()
        assert row.answered_at == row.answers.last().answered_at
    if row.state == State.CLOSED:
        assert any(step.verb == "accept" and step.words for step in steps)


@pytest.mark.slow
@settings(
    max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from(ACTS), max_size=14), inside=st.booleans())
def test_no_sequence_of_moves_reaches_a_state_without_its_records(
    asking_of_file: Asking, acts: list[str], inside: bool
) -> None:
    with undone():
        row = asking_of_file.branch if inside else asking_of_file.hospital
        for name in acts:
            with suppress(DispatchError):
                act(asking_of_file, Task.objects.get(pk=row.pk), name)
            check(Task.objects.get(pk=row.pk))


def test_every_state_but_the_withdrawn_has_a_way_out() -> None:
    assert {state for state in State if not moves_from(state)} == {State.WITHDRAWN}


def test_only_the_organization_answers_and_only_the_issuer_decides() -> None:
    assert {move.verb for move in MOVES if move.side == Side.OWN} == {"answer"}
