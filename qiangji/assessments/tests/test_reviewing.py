"""Acceptance and rating: differences with a reason, agreement in bulk, and nothing older than what it judges."""

from decimal import Decimal

import pytest

from qiangji.assessments.completeness import given, missing_points
from qiangji.assessments.exceptions import Incomplete, Locked, NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import Mark, MarkChange
from qiangji.assessments.selectors.sheet_page import sheet_page
from qiangji.assessments.services.reviewing import confirm_agreed
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import World, counted, mark, text
from qiangji.audit.models import Event
from qiangji.orgs.tests.factories import make_role, make_user


def confirm(
    small: World, stage: str = "acceptance", section: int | None = None, user: object = None, sheet=None
) -> int:
    return confirm_agreed(
        reach=small.reach(user or small.cast.supervisor),
        sheet_id=(sheet or small.sheet).public_id,
        stage=stage,
        section=section,
        at=small.tick(),
    )


def missing_of(small: World, verb: str) -> dict[str, str]:
    with pytest.raises(Incomplete) as refusal:
        small.move(verb)
    return {one.code: one.what for one in refusal.value.missing}


def review(small: World, *edits: dict) -> None:
    for edit in edits:
        small.save(small.cast.supervisor, edit)


# ---- what keeps a review from being concluded ------------------------------------------------------------------------


@pytest.mark.shows("A24")
def test_acceptance_has_a_mark_of_its_own_for_every_criterion(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    missing = missing_of(small, "conclude_acceptance")
    assert len(missing) == 5
    assert set(missing.values()) == {"还没有上级验收得分"}


@pytest.mark.shows("A24")
def test_a_difference_from_the_organizations_own_mark_needs_a_reason(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    review(small, mark("1-1-1", "1", stage="acceptance"))
    confirm(small)
    assert missing_of(small, "conclude_acceptance") == {"1-1-1": "与自评得分不一致，须写明理由"}
    review(small, mark("1-1-1", "1", version=1, stage="acceptance", remark="少一次会议"))
    small.move("conclude_acceptance")
    assert small.sheet.state == State.ACCEPTED


@pytest.mark.shows("A25")
def test_a_rating_that_differs_from_the_acceptance_needs_a_reason(small: World) -> None:
    small.bring_to(State.UNDER_RATING)
    review(small, mark("1-1-1", "1", stage="rating", remark=" "))
    confirm(small, "rating")
    assert missing_of(small, "conclude_rating") == {"1-1-1": "与上级验收得分不一致，须写明理由"}
    review(small, mark("1-1-1", "1", version=1, stage="rating", remark="核实后不符"))
    small.move("conclude_rating")
    assert small.sheet.state == State.RATED
    assert small.sheet.is_final


@pytest.mark.shows("A25")
def test_rating_is_held_against_acceptance_and_not_against_the_self_mark(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    review(small, mark("1-1-1", "1", stage="acceptance", remark="少一次会议"))
    confirm(small)
    small.move("conclude_acceptance")
    small.move("start_rating")
    assert confirm(small, "rating") == 5
    assert small.given("1-1-1", "rating").points == 1
    small.move("conclude_rating")
    assert small.sheet.state == State.RATED


def test_a_reviewer_may_also_give_more_with_a_reason(small: World) -> None:
    small.fill("self", c1_1_1="1")
    small.save(small.cast.party_office, text("1-1-1", "少一次"))
    small.submit()
    small.move("start_acceptance")
    review(small, mark("1-1-1", "2", stage="acceptance", remark="另有一次未计入"))
    confirm(small)
    small.move("conclude_acceptance")
    assert small.sheet.transitions.last().total_points == 10


# ---- what became stale -----------------------------------------------------------------------------------------------


def returned_and_changed(small: World) -> None:
    """Acceptance began, marks were given, the sheet was returned, 1-1-1 was lowered, and acceptance began again."""
    small.bring_to(State.UNDER_ACCEPTANCE)
    review(small, mark("1-1-2", "0.5", stage="acceptance", remark="缺材料"))
    confirm(small)
    small.move("return")
    small.save(small.cast.party_office, mark("1-1-1", "1", version=1))
    small.save(small.cast.party_office, text("1-1-1", "少一次"))
    small.submit()
    small.move("start_acceptance")


def test_marks_of_the_round_before_are_kept(small: World) -> None:
    returned_and_changed(small)
    marks = Mark.objects.filter(stage="acceptance").values_list("answer__criterion__code", "points")
    assert dict(marks) == {
        "1-1-1": 2,
        "1-1-2": Decimal("0.5"),
        "1-2-3": 1,
        "2-0-1": 3,
        "2-0-2": 3,
    }


def test_a_mark_older_than_what_it_judges_must_be_confirmed_anew(small: World) -> None:
    returned_and_changed(small)
    assert list(missing_of(small, "conclude_acceptance")) == ["1-1-1"]
    assert "重新确认" in missing_of(small, "conclude_acceptance")["1-1-1"]


def test_bulk_confirmation_leaves_a_stale_difference_to_a_person(small: World) -> None:
    returned_and_changed(small)
    assert confirm(small) == 0
    review(small, mark("1-1-1", "1", version=1, stage="acceptance"))
    small.move("conclude_acceptance")
    assert small.sheet.state == State.ACCEPTED


def test_saving_the_same_value_again_confirms_a_stale_mark_once(small: World) -> None:
    returned_and_changed(small)
    again = mark("1-1-1", "2", version=1, stage="acceptance")
    review(small, again)
    review(small, again)
    assert small.given("1-1-1", "acceptance").version == 2
    assert missing_of(small, "conclude_acceptance") == {"1-1-1": "与自评得分不一致，须写明理由"}
    review(small, mark("1-1-1", "2", version=2, stage="acceptance", remark="维持"))
    small.move("conclude_acceptance")
    assert small.sheet.state == State.ACCEPTED


def test_a_stale_mark_that_agrees_is_confirmed_in_bulk(small: World) -> None:
    """The organization changed a mark and changed it back: the reviewer's agrees again, but is older."""
    small.bring_to(State.UNDER_ACCEPTANCE)
    confirm(small)
    small.move("return")
    small.save(small.cast.party_office, mark("1-1-1", "1", version=1))
    small.save(small.cast.party_office, mark("1-1-1", "2", version=2))
    small.submit()
    small.move("start_acceptance")
    assert list(missing_of(small, "conclude_acceptance")) == ["1-1-1"]
    assert confirm(small) == 1
    small.move("conclude_acceptance")
    assert small.sheet.state == State.ACCEPTED


# ---- bulk confirmation -------------------------------------------------------------------------------------------------


def test_bulk_confirmation_takes_only_what_has_no_mark_yet(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    review(small, mark("1-1-1", "0", stage="acceptance", remark="没有做"))
    assert confirm(small) == 4
    assert small.given("1-1-1", "acceptance").points == 0
    assert confirm(small) == 0


def test_bulk_confirmation_of_one_part_leaves_the_others(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    assert confirm(small, section=2) == 2
    confirmed = Mark.objects.filter(stage="acceptance").values_list("answer__criterion__code", flat=True)
    assert sorted(confirmed) == ["2-0-1", "2-0-2"]


def test_bulk_confirmation_of_a_part_that_is_not_there_confirms_nothing(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    assert confirm(small, section=9) == 0


def test_every_confirmed_mark_has_its_history_and_its_event(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    confirm(small)
    assert MarkChange.objects.filter(stage="acceptance", version=1).count() == 5
    events = Event.objects.filter(object_type="mark.acceptance", verb="mark.confirmed")
    assert {event.actor_id for event in events} == {small.cast.supervisor.public_id}
    assert events.count() == 5


def test_statements_do_not_grow_with_the_number_of_criteria(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    with counted() as few:
        assert confirm(small, section=1) == 3
    Mark.objects.filter(stage="acceptance").delete()
    MarkChange.objects.filter(stage="acceptance")._raw_delete(MarkChange.objects.db)
    Event.objects.filter(object_type="mark.acceptance")._raw_delete(Event.objects.db)
    with counted() as many:
        assert confirm(small) == 5
    assert len(few()) == len(many()) <= 10


def test_the_organization_cannot_confirm_for_its_superior(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    with pytest.raises(NotAllowed):
        confirm(small, user=small.cast.secretary)
    with pytest.raises(OutOfReach):
        confirm(small, user=small.cast.outsider)
    assert not Mark.objects.filter(stage="acceptance").exists()


@pytest.mark.parametrize("state", [State.SUBMITTED, State.ACCEPTED, State.RATED])
def test_nothing_is_confirmed_outside_the_review(small: World, state: str) -> None:
    small.bring_to(state)
    before = Mark.objects.count()
    for stage in ("acceptance", "rating"):
        with pytest.raises(Locked):
            confirm(small, stage)
    assert Mark.objects.count() == before


def test_there_is_nothing_before_the_self_mark_to_confirm(small: World) -> None:
    with pytest.raises(Refused):
        confirm(small, "self", user=small.cast.secretary)


def test_a_hospital_confirms_its_branches_in_bulk(small: World) -> None:
    sheet = small.bring_to(State.UNDER_ACCEPTANCE, small.branch)
    assert confirm(small, user=small.cast.party_office, sheet=sheet) == 5


# ---- differences first -------------------------------------------------------------------------------------------------


@pytest.mark.shows("B00a")
def test_the_page_marks_where_stages_differ_and_by_which_direction(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    review(small, mark("1-1-1", "1", stage="acceptance"), mark("1-1-2", "1", stage="acceptance"))
    page = sheet_page(small.sheet, my_stage="acceptance")
    rows = {row.code: row for row in page.rows}
    assert (rows["1-1-1"].differs, rows["1-1-2"].differs) == (True, False)
    assert (rows["1-1-1"].marks["acceptance"].display, rows["1-1-2"].marks["acceptance"].display) == (
        "↓1",
        "1",
    )
    assert page.confirmable == 3


def test_the_page_and_the_service_agree_on_what_a_confirmation_takes(small: World) -> None:
    returned_and_changed(small)
    small.fill("self", small.branch)
    page = sheet_page(small.sheet, my_stage="acceptance")
    assert page.confirmable == confirm(small) == 0
    assert [row.code for row in page.rows if row.is_stale] == ["1-1-1"]


def test_two_reviewers_of_one_authority_see_each_others_marks(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    other = make_user("supervisor2", "主管乙")
    make_role(other, small.cast.authority_a, "supervisor")
    review(small, mark("1-1-1", "1", stage="acceptance", remark="少一次"))
    rows = given(small.sheet, Stage.ACCEPTANCE)
    assert [one.code for one in missing_points(rows, Stage.ACCEPTANCE)] == [
        "1-1-2",
        "1-2-3",
        "2-0-1",
        "2-0-2",
    ]
    assert confirm(small, user=other) == 4
