"""The state table: which moves there are, who makes them, and what they leave behind."""

import pytest
from django.db import IntegrityError, transaction

from qiangji.assessments.exceptions import AssessmentError, Locked, NotAllowed, OutOfReach
from qiangji.assessments.models import Mark, Sheet, SheetTransition
from qiangji.assessments.states import (
    CONCLUDED,
    FINAL_STATE,
    MOVES,
    RESULTS,
    WRITABLE,
    Act,
    State,
    move_from,
    moves_from,
)
from qiangji.assessments.tests.worlds import STATES, WAY, World, undone
from qiangji.audit.models import Event
from qiangji.lib.append_only import HistoryIsKept

VERBS = [*WAY, "return", "withdraw"]

# Written from the table of issue 1 and domain §3, not from the code: state → verb → who, and whither.
HOSPITAL = {
    "draft": {"submit": ({"secretary"}, "submitted")},
    "submitted": {
        "start_acceptance": ({"supervisor"}, "under_acceptance"),
        "return": ({"supervisor"}, "draft"),
        "withdraw": ({"secretary"}, "draft"),
    },
    "under_acceptance": {
        "conclude_acceptance": ({"supervisor"}, "accepted"),
        "return": ({"supervisor"}, "draft"),
    },
    "accepted": {"start_rating": ({"supervisor"}, "under_rating"), "return": ({"supervisor"}, "draft")},
    "under_rating": {"conclude_rating": ({"supervisor"}, "rated"), "return": ({"supervisor"}, "draft")},
    "rated": {},
}
ACCEPTORS = {"party_office", "secretary"}
BRANCH = {
    "draft": {"submit": ({"branch_secretary"}, "submitted")},
    "submitted": {
        "start_acceptance": (ACCEPTORS, "under_acceptance"),
        "return": (ACCEPTORS, "draft"),
        "withdraw": ({"branch_secretary"}, "draft"),
    },
    "under_acceptance": {
        "conclude_acceptance": (ACCEPTORS, "accepted"),
        "return": (ACCEPTORS, "draft"),
    },
    "accepted": {},
}


def try_move(small: World, sheet: Sheet, verb: str, user: object) -> str:
    """Make a move; return the state reached, or the kind of refusal."""
    try:
        small.move(verb, sheet, user=user)
    except (OutOfReach, NotAllowed, Locked) as refusal:
        return type(refusal).__name__
    sheet.refresh_from_db()
    return sheet.state


@pytest.mark.parametrize("state", HOSPITAL)
def test_every_person_tries_every_move_of_a_hospital(small: World, state: str) -> None:
    sheet = small.bring_to(state)
    try_everything(small, sheet, HOSPITAL[state])


@pytest.mark.parametrize("state", BRANCH)
def test_every_person_tries_every_move_of_a_branch(small: World, state: str) -> None:
    sheet = small.bring_to(state, small.branch)
    try_everything(small, sheet, BRANCH[state])


def try_everything(small: World, sheet: Sheet, allowed: dict) -> None:
    if sheet.writable_stage:
        small.fill(sheet.writable_stage, sheet)
    before = sheet.state
    for verb in VERBS:
        for name, user in small.cast.users.items():
            people, target = allowed.get(verb, (set(), ""))
            with undone():
                reached = try_move(small, Sheet.objects.get(pk=sheet.pk), verb, user)
                if name in people:
                    assert reached == target, f"{name} {verb}"
                else:
                    assert reached in {"OutOfReach", "NotAllowed", "Locked"}, f"{name} {verb}"
                    assert Sheet.objects.get(pk=sheet.pk).state == before


def test_who_does_not_reach_the_sheet_meets_the_same_answer_for_every_move(small: World) -> None:
    sheet = small.bring_to(State.SUBMITTED)
    for verb in VERBS:
        with pytest.raises(OutOfReach):
            small.move(verb, sheet, user=small.cast.outsider)


def test_a_refusal_says_who_may(small: World) -> None:
    small.fill("self")
    with pytest.raises(NotAllowed, match="甲市第一医院党委的支部书记、总支书记、党委书记"):
        small.move("submit", user=small.cast.party_office)
    sheet = small.bring_to(State.SUBMITTED)
    with pytest.raises(NotAllowed, match="“退回”由甲市卫生健康委员会的主管部门工作人员（.*须回避）办理"):
        small.move("return", sheet, user=small.cast.secretary)


def test_a_decision_on_an_older_state_of_the_sheet_is_refused(small: World) -> None:
    """Two open pages: the second one acts on what it showed, not on what has become of it."""
    sheet = small.bring_to(State.SUBMITTED)
    small.move("return", sheet, reason="补充")
    small.move("submit")
    with pytest.raises(Locked, match="刷新"):
        small.move("return", seen_version=sheet.version)


def test_a_branch_of_a_cycle_that_ends_with_acceptance_is_not_rated(small: World) -> None:
    sheet = small.bring_to(State.ACCEPTED, small.branch)
    with pytest.raises(Locked, match="不再评定"):
        small.move("start_rating", sheet)


# ---- what a move leaves behind -------------------------------------------------------------------------------------


def test_history_is_contiguous_from_opening_to_rating(small: World) -> None:
    sheet = small.bring_to(State.ACCEPTED)
    small.move("return", sheet)
    sheet = small.bring_to(State.SUBMITTED, small.sheet)
    rows = list(sheet.transitions.all())
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert [row.from_state for row in rows] == ["draft", *[row.to_state for row in rows[:-1]]]
    assert [row.verb for row in rows] == [*WAY[:3], "return", "submit"]
    assert (sheet.version, sheet.round) == (5, 2)
    assert all(earlier.moved_at < later.moved_at for earlier, later in zip(rows, rows[1:], strict=False))


def test_every_move_is_an_event_after_the_opening(small: World) -> None:
    sheet = small.bring_to(State.RATED)
    events = Event.objects.filter(object_type="sheet", object_id=sheet.public_id).order_by("sequence")
    assert [event.verb for event in events] == ["sheet.opened", *[f"sheet.{verb}" for verb in WAY]]
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5, 6]


def test_concluding_keeps_total_and_digest_of_what_was_concluded(small: World) -> None:
    sheet = small.bring_to(State.RATED)
    concluded = sheet.transitions.exclude(digest="")
    assert [row.verb for row in concluded] == ["submit", "conclude_acceptance", "conclude_rating"]
    assert [row.total_points for row in concluded] == [10, 10, 10]
    assert len({row.digest for row in concluded}) == 3


def test_returning_keeps_every_mark_given_so_far(small: World) -> None:
    sheet = small.bring_to(State.UNDER_RATING)
    small.fill("rating", sheet, c1_1_1="1")
    before = list(Mark.objects.order_by("pk").values())
    small.move("return", sheet, reason="第一条重新核对")
    assert list(Mark.objects.order_by("pk").values()) == before
    assert len(before) == 15
    returned = sheet.transitions.last()
    assert (returned.verb, returned.reason) == ("return", "第一条重新核对")


@pytest.mark.parametrize("reason", ["", "  \n ", "长" * 1001])
def test_a_withdrawal_needs_a_reason_that_fits(small: World, reason: str) -> None:
    sheet = small.bring_to(State.SUBMITTED)
    with pytest.raises(AssessmentError, match="撤回"):
        small.move("withdraw", sheet, reason=reason)
    assert Sheet.objects.get(pk=sheet.pk).state == State.SUBMITTED


def test_withdrawing_keeps_the_signature_and_the_next_one_is_a_round_of_its_own(small: World) -> None:
    sheet = small.bring_to(State.SUBMITTED)
    small.move("withdraw", sheet, reason="数字写错")
    sheet.refresh_from_db()
    small.move("submit", sheet)
    assert list(sheet.submissions.order_by("round").values_list("round", flat=True)) == [1, 2]
    row = sheet.transitions.get(verb="withdraw")
    assert (row.from_state, row.to_state, row.reason) == ("submitted", "draft", "数字写错")
    event = Event.objects.get(object_type="sheet", object_id=sheet.public_id, verb="sheet.withdraw")
    assert "数字写错" in event.data


def test_whose_acceptance_began_is_not_withdrawn_by_a_page_that_still_shows_it(small: World) -> None:
    """The acceptor is first: the signer is told what the sheet has become."""
    sheet = small.bring_to(State.SUBMITTED)
    seen = sheet.version
    small.move("start_acceptance", sheet)
    with pytest.raises(Locked, match="验收中"):
        small.move("withdraw", seen_version=seen)


@pytest.mark.parametrize("reason", ["", "  \n ", "长" * 1001])
def test_a_return_needs_a_reason_that_fits(small: World, reason: str) -> None:
    sheet = small.bring_to(State.SUBMITTED)
    with pytest.raises(AssessmentError, match="退回"):
        small.move("return", sheet, reason=reason)
    assert Sheet.objects.get(pk=sheet.pk).state == State.SUBMITTED


@pytest.mark.parametrize(("state", "verb"), [("submitted", "start_acceptance"), ("accepted", "start_rating")])
def test_beginning_is_no_concluding(small: World, state: str, verb: str) -> None:
    """The address of one step called with the verb of the other finds no such move."""
    sheet = small.bring_to(state)
    other = {"start_acceptance": "conclude_acceptance", "start_rating": "conclude_rating"}[verb]
    with pytest.raises(Locked):
        small.move(other, sheet)


def test_rows_of_history_cannot_be_changed_or_deleted(small: World) -> None:
    sheet = small.bring_to(State.SUBMITTED)
    row = sheet.transitions.get()
    row.reason = "改写"
    with pytest.raises(HistoryIsKept):
        row.save()
    with pytest.raises(HistoryIsKept):
        row.delete()
    with pytest.raises(HistoryIsKept):
        SheetTransition.objects.update(reason="改写")
    with pytest.raises(HistoryIsKept):
        SheetTransition.objects.all().delete()


def test_a_sheet_with_history_cannot_be_deleted(small: World) -> None:
    sheet = small.bring_to(State.SUBMITTED)
    with pytest.raises(IntegrityError), transaction.atomic():
        sheet.delete()


# ---- the table itself ----------------------------------------------------------------------------------------------


def test_the_table_names_each_move_once() -> None:
    for final in FINAL_STATE:
        pairs = [(move.source, move.verb) for state in State for move in moves_from(state, final=final)]
        assert len(pairs) == len(set(pairs))
    assert {move.verb for move in MOVES if move.act is None} == set(VERBS)


def test_every_state_is_reached_and_none_is_without_a_way_on() -> None:
    assert {move.target for move in MOVES} == set(State)
    assert all(moves_from(state) for state in State)


def test_only_returns_and_withdrawals_lead_back_to_the_organization_and_what_takes_back_asks_for_a_reason() -> (
    None
):
    for move in MOVES:
        assert (move.verb in {"return", "withdraw"}) == (move.target == State.DRAFT)
        takes_back = {"return", "withdraw", "undraw", "withhold", "lift", "reassess", "reassess_branch"}
        assert move.needs_reason == (move.verb in takes_back or move.verb.startswith("revise_"))


def test_a_result_is_only_reached_by_recognition_or_a_veto() -> None:
    for move in MOVES:
        if move.target in RESULTS:
            assert move.act in {Act.RECOGNITION, Act.VETO}


def test_what_follows_the_final_stage_keeps_it_concluded() -> None:
    """A draw, an inspection or a result never takes back that a stage was concluded.

    Only a veto comes before its end, and only a re-assessment begins another round.
    """
    for final in FINAL_STATE:
        for source in CONCLUDED[final]:
            for move in moves_from(source, final=final):
                if move.act is not None and move.act not in {Act.VETO, Act.REASSESSMENT}:
                    assert move.target == State.WITHHELD or move.target in CONCLUDED[final]


def test_what_can_be_written_in_a_state_is_what_leaving_it_completes() -> None:
    for state, (stage, position) in WRITABLE.items():
        completing = [move for move in moves_from(state) if move.completes]
        assert [(move.completes, move.position) for move in completing] == [(stage, position)]


def test_the_final_states_are_those_in_which_their_stage_is_concluded() -> None:
    for stage, state in FINAL_STATE.items():
        assert [move.completes for move in MOVES if move.target == state and move.completes] == [stage]


def test_an_unknown_verb_is_no_move() -> None:
    assert all(move_from(state, "approve") is None for state in STATES)
