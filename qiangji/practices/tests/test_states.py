"""No sequence of allowed moves leads out of the table, loses a step, or changes what others read without a publication."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.assessments.tests.worlds import undone
from qiangji.practices.exceptions import PracticeError
from qiangji.practices.models import Practice
from qiangji.practices.states import MOVES, Side, State, moves_from
from qiangji.practices.tests.worlds import WORDS, Library
from qiangji.practices.wording import Words
from tests.examples import examples

ACTS = ["write", *sorted({move.verb for move in MOVES})]
SIDES = {move.verb: move.side for move in MOVES}


def act(library: Library, row: Practice, name: str, turn: int) -> None:
    if name == "write":
        library.write(row, Words(**dict(WORDS.items()) | {"title": f"第 {turn} 稿"}))
        return
    user = library.author(row) if SIDES[name] == Side.OWN else library.reviewer(row)
    nodes = {"publish": library.people.authority_a, "spread": library.people.authority_a}
    library.move(row, name, user, node_id=nodes[name].pk if name in nodes else None)


@pytest.mark.slow
@settings(
    max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from(ACTS), max_size=14))
def test_what_others_read_changes_by_publication_only(
    world_of_file: Library, db: None, acts: list[str]
) -> None:
    library = world_of_file
    with undone():
        read = None
        for turn, name in enumerate(acts):
            with suppress(PracticeError):
                act(library, library.own, name, turn)
                if name == "publish":
                    read = library.own.number
            row = library.own
            assert row.published_number == read
            steps = list(row.steps.all())
            assert [step.sequence for step in steps] == list(range(1, row.version + 1))
            assert steps[-1].to_state == row.state
            assert row.texts.filter(number=row.number).exists()


def test_a_withdrawn_practice_stays_withdrawn() -> None:
    ways_out = {state for state in State if not moves_from(state, published=True)}
    assert ways_out == {State.WITHDRAWN}


def test_only_reviewers_publish_and_return() -> None:
    assert {move.side for move in MOVES if move.verb in ("publish", "return")} == {Side.REVIEWER}
    assert {
        move.source for move in MOVES if move.target == State.PUBLISHED and move.side == Side.REVIEWER
    } == {State.SUBMITTED}
