"""What changed since a stage had ended is shown before the next one ends, and the decision keeps what it was taken on."""

from decimal import Decimal

import pytest

from qiangji.assessments.exceptions import Unseen
from qiangji.assessments.models import SheetTransition
from qiangji.assessments.selectors.changes import changes_before
from qiangji.assessments.services.moves import conclude_review, move_sheet
from qiangji.assessments.states import State, move_from
from qiangji.assessments.tests.returns.world import Returning
from qiangji.assessments.tests.worlds import World, as_user, counted, mark, text

CODE = "1-1-2"


def conclude(going: Returning, **changes: str) -> None:
    world, sheet = going.world, going.sheet
    conclude_review(
        reach=world.reach(world.cast.supervisor), sheet_id=sheet.public_id, verb="conclude_acceptance",
        seen_version=sheet.version, at=world.tick(), **changes,
    )  # fmt: skip


def settled(going: Returning) -> Returning:
    """One criterion came back, was amended, and has been marked anew by the reviewer."""
    going.amended(CODE)
    going.world.save(going.world.cast.supervisor, mark(CODE, "0.5", 1, "acceptance"))
    return going


def test_where_nothing_changed_the_stage_ends_at_once(going: Returning) -> None:
    conclude(going)
    assert going.sheet.state == State.ACCEPTED
    assert SheetTransition.objects.get(verb="conclude_acceptance").seen_digest == ""


def test_changes_are_shown_with_before_and_after(going: Returning) -> None:
    settled(going)
    with pytest.raises(Unseen) as refusal:
        conclude(going)
    told = {(row.code, row.what): (row.before, row.after) for row in refusal.value.changes.rows}
    assert told == {(CODE, "自评得分"): ("1", "0.5"), (CODE, "落实情况"): ("（空）", "只做到一半")}


def test_the_decision_keeps_what_was_shown(going: Returning) -> None:
    settled(going)
    shown = changes_before(going.sheet, "acceptance").digest
    conclude(going, seen_changes=shown)
    move = SheetTransition.objects.get(verb="conclude_acceptance")
    assert (move.seen_digest, move.from_state) == (shown, State.UNDER_ACCEPTANCE)
    assert move.total_points == Decimal("9.5")
    assert move.digest


def test_what_changed_after_it_was_shown_is_shown_again(going: Returning) -> None:
    settled(going)
    shown = changes_before(going.sheet, "acceptance").digest
    (row,) = going.send_back("1-1-1")
    going.amend(row)
    going.sign()
    going.world.save(going.world.cast.supervisor, mark("1-1-1", "2", 1, "acceptance"))
    with pytest.raises(Unseen):
        conclude(going, seen_changes=shown)


def test_a_sheet_that_went_back_is_held_against_what_the_reviewer_knew(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    small.move("return")
    small.save(small.cast.party_office, text(CODE, "补充的做法"))
    small.move("submit")
    small.move("start_acceptance")
    (row,) = changes_before(small.sheet, "acceptance").rows
    assert (row.code, row.after) == (CODE, "补充的做法")


def test_a_rating_is_held_against_the_end_of_the_acceptance(going: Returning) -> None:
    settled(going)
    going.world.move("conclude_acceptance")
    going.world.move("start_rating")
    assert changes_before(going.sheet, "rating").rows == ()


def test_what_was_accepted_already_is_not_shown_to_the_acceptor_again(going: Returning) -> None:
    settled(going)
    world = going.world
    world.move("conclude_acceptance")
    world.move("return")
    world.save(world.cast.party_office, text("2-0-1", "补充的做法"))
    world.move("submit")
    world.move("start_acceptance")
    shown = changes_before(going.sheet, "acceptance")
    assert [(row.code, row.after) for row in shown.rows] == [("2-0-1", "补充的做法")]
    assert shown.stage == "acceptance"


@pytest.mark.shows("A31")
def test_a_rater_who_rates_again_is_shown_what_was_mended(small: World) -> None:
    sheet = small.bring_to(State.RATED)
    for verb in ("recognize_below_standard", "reassess"):
        move = move_from(sheet.state, verb)
        assert move is not None
        move_sheet(sheet, move, reach=None, at=small.tick(), reason="整改核验通过")
    settled(Returning(small))
    small.move("conclude_acceptance")
    small.move("start_rating")
    shown = changes_before(small.sheet, "rating")
    assert {(row.code, row.what, row.before, row.after) for row in shown.rows} == {
        (CODE, "自评得分", "1", "0.5"),
        (CODE, "上级验收得分", "1", "0.5"),
        (CODE, "落实情况", "（空）", "只做到一半"),
    }
    assert shown.stage == "rating"
    small.save(small.cast.supervisor, mark(CODE, "0.5", 1, "rating"))
    with pytest.raises(Unseen):
        small.move("conclude_rating", seen_changes="")


def test_the_page_lists_the_changes_and_concludes_after_them(going: Returning) -> None:
    settled(going)
    client = as_user(going.world.cast.supervisor)
    address = f"/assessments/sheets/{going.sheet.public_id}/move/conclude_acceptance/"
    first = client.post(address, {"seen_version": going.sheet.version})
    assert first.status_code == 200
    assert "只做到一半" in first.content.decode()
    data = {"seen_version": going.sheet.version, "seen_changes": first.context["changes"].digest}
    assert client.post(address, data).status_code == 302
    assert going.sheet.state == State.ACCEPTED


def test_reading_changes_takes_the_same_statements_however_many(going: Returning) -> None:
    settled(going)
    with counted() as few:
        changes_before(going.sheet, "acceptance")
    rows = going.send_back("1-1-1", "2-0-1", "2-0-2")
    for row in rows:
        going.amend(row)
    going.sign()
    with counted() as many:
        changes_before(going.sheet, "acceptance")
    assert len(many()) == len(few())


def test_both_sides_read_the_moves_with_their_reasons(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    small.move("withdraw", reason="第二条写错了数字")
    small.move("submit")
    for user in (small.cast.supervisor, small.cast.party_office):
        page = as_user(user).get(small.url("sheet")).content.decode()
        assert "办理记录（3）" in page
        assert "第二条写错了数字" in page
        assert "撤回" in page


def test_a_sheet_that_another_replaced_in_a_draw_is_told_so(small: World) -> None:
    sheet = small.bring_to(State.RATED)
    SheetTransition.objects.create(
        sheet=sheet, sequence=99, verb="undraw", from_state=State.DRAWN, to_state=State.RATED,
        reason="搬迁", moved_at=small.tick(),
    )  # fmt: skip
    page = as_user(small.cast.party_office).get(small.url("sheet")).content.decode()
    assert "退出抽查，由下一签替换" in page
