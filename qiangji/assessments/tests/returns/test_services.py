"""Single criteria come back: only they open, nobody above sees the amendment before its signature, and before and after stay."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from qiangji.assessments.completeness import given
from qiangji.assessments.exceptions import Incomplete, Locked, NotAllowed, OutOfReach, Refused, WrongSignature
from qiangji.assessments.models import CriterionReturn, Evidence, MarkChange, Submission, TextChange
from qiangji.assessments.selectors import sheet_page, waiting_for
from qiangji.assessments.selectors.sheet_list import SheetFilter, list_page
from qiangji.assessments.services.amending import attach_amendment_file, drop_amendment_file
from qiangji.assessments.services.moves import content_digest
from qiangji.assessments.services.reviewing import confirm_agreed
from qiangji.assessments.services.saving import save
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.assessments.tests.carrying.world import attach
from qiangji.assessments.tests.returns.world import Returning
from qiangji.assessments.tests.worlds import counted, mark, text
from qiangji.assessments.views.saving import read_edit
from qiangji.audit.models import Event
from qiangji.files.tests import samples
from qiangji.lib.dates import SHANGHAI, end_of

CODE = "1-1-2"


# ---- returning --------------------------------------------------------------------------------------------------------
def test_the_sheet_stays_in_its_state_and_version(going: Returning) -> None:
    before = going.sheet.version
    (row,) = going.send_back(CODE)
    assert (going.sheet.state, going.sheet.version) == (State.UNDER_ACCEPTANCE, before)
    assert (row.stage, row.round, row.points_before) == (Stage.ACCEPTANCE, 1, Decimal(1))
    assert Event.objects.filter(object_id=row.public_id, verb="criterion.returned").exists()


def test_only_the_body_that_reviews_now_returns(going: Returning) -> None:
    for user in (going.world.cast.party_office, going.world.cast.guidance_city):
        with pytest.raises(NotAllowed):
            going.send_back(CODE, user=user)
    with pytest.raises(OutOfReach):
        going.send_back(CODE, user=going.world.cast.outsider)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.ACCEPTED, State.RATED])
def test_nothing_returns_outside_a_review(small, state: str) -> None:
    small.bring_to(state)
    with pytest.raises(Locked):
        Returning(small).send_back(CODE)


def test_the_rating_authority_returns_while_it_rates(small) -> None:
    small.bring_to(State.UNDER_RATING)
    (row,) = Returning(small).send_back(CODE)
    assert row.stage == Stage.RATING


def test_a_return_needs_a_reason_and_a_day_ahead(going: Returning) -> None:
    with pytest.raises(Refused):
        going.send_back()
    with pytest.raises(Refused):
        going.send_back(reasons={CODE: " "})
    with pytest.raises(Refused):
        going.send_back(reasons={CODE: "字" * 1001})
    with pytest.raises(Refused):
        going.send_back(CODE, days=-1)
    with pytest.raises(Refused):
        going.send_back("9-9-9")
    assert not CriterionReturn.objects.exists()


def test_a_criterion_is_out_once(going: Returning) -> None:
    going.send_back(CODE)
    with pytest.raises(Refused):
        going.send_back(CODE)
    row = CriterionReturn.objects.get()
    row.pk, row.public_id = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        CriterionReturn.objects.bulk_create([row])


def test_a_return_decided_on_an_older_state_is_refused(going: Returning) -> None:
    with pytest.raises(Locked):
        going.send_back(CODE, seen_version=going.sheet.version - 1)


# ---- the rest stays locked --------------------------------------------------------------------------------------------
def test_the_sheet_itself_stays_locked_for_its_fillers(going: Returning) -> None:
    going.send_back(CODE)
    with pytest.raises(Locked):
        going.world.save(going.world.cast.party_office, mark(CODE, "0.5", version=1))
    with pytest.raises(Locked):
        going.world.save(going.world.cast.party_office, text("1-1-1", "改", version=0))


def test_the_reviewer_does_not_mark_what_is_out(going: Returning) -> None:
    going.send_back(CODE)
    with pytest.raises(Refused):
        going.world.save(going.world.cast.supervisor, mark(CODE, "0.5", 1, "acceptance", "少"))
    going.world.save(going.world.cast.supervisor, mark("1-1-1", "1.5", 1, "acceptance", "少"))


def test_a_bulk_confirmation_leaves_alone_what_is_out(small) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    Returning(small).send_back(CODE)
    count = confirm_agreed(
        reach=small.reach(small.cast.supervisor), sheet_id=small.sheet.public_id, stage="acceptance",
        section=None, at=small.tick(),
    )  # fmt: skip
    assert count == 4
    assert small.given(CODE, "acceptance") is None


def test_a_review_is_not_concluded_while_something_is_out(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    with pytest.raises(Incomplete) as refusal:
        going.world.move("conclude_acceptance")
    assert [one.code for one in refusal.value.missing] == [CODE]
    going.cancel(row)
    going.world.move("conclude_acceptance")
    assert going.sheet.state == State.ACCEPTED


def test_a_save_costs_nothing_more_because_criteria_can_be_out(going: Returning) -> None:
    sheet_id, reach = going.sheet.public_id, going.world.reach(going.world.cast.supervisor)
    edits = [
        read_edit(mark("1-1-1", points, version, "acceptance", "少"))
        for version, points in enumerate(["2", "1.5"], 1)
    ]
    save(reach=reach, sheet_id=sheet_id, edit=edits[0], at=going.world.tick())
    with counted() as taken:
        save(reach=reach, sheet_id=sheet_id, edit=edits[1], at=going.world.tick())
    assert len(taken()) == 4  # answer, mark, its change, the event


# ---- amending ---------------------------------------------------------------------------------------------------------
def test_nothing_of_an_amendment_shows_above_before_the_signature(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    going.amend(row, points=Decimal("0.5"), text="只做到一半")
    assert going.world.given(CODE, "self").points == Decimal(1)
    assert going.world.answer(CODE).text == ""
    page = sheet_page(going.sheet, my_stage="acceptance")
    shown = next(one for one in page.rows if one.code == CODE)
    assert shown.marks["self"].points == Decimal(1)


def test_the_signature_makes_the_amendment_the_answers_own(going: Returning) -> None:
    row = going.amended(CODE)
    submission = Submission.objects.get(kind=Submission.Kind.AMENDMENT)
    assert (row.state, row.amendment) == (CriterionReturn.State.AMENDED, submission)
    assert (submission.round, submission.signed_by) == (1, going.world.cast.secretary)
    assert submission.total_points == Decimal("9.5")
    assert submission.digest == content_digest(going.sheet, Stage.SELF, given(going.sheet, Stage.SELF))
    assert going.world.given(CODE, "self").points == Decimal("0.5")
    assert going.world.answer(CODE).text == "只做到一半"
    change = MarkChange.objects.get(answer=row.answer, stage=Stage.SELF)
    assert (change.from_points, change.to_points) == (Decimal(1), Decimal("0.5"))
    assert change.changed_by == going.world.cast.party_office
    assert TextChange.objects.get(answer=row.answer).previous == ""
    assert Event.objects.filter(object_id=going.sheet.public_id, verb="sheet.amended").exists()


def test_the_reviewer_sees_before_and_after_and_has_to_look_again(going: Returning) -> None:
    going.amended(CODE)
    page = sheet_page(going.sheet, my_stage="acceptance")
    shown = next(one for one in page.rows if one.code == CODE)
    assert shown.returned.points_before == Decimal(1)
    assert shown.returned.points == Decimal("0.5")
    assert shown.is_stale
    with pytest.raises(Incomplete) as refusal:
        going.world.move("conclude_acceptance")
    assert [one.code for one in refusal.value.missing] == [CODE]


def test_the_submission_of_the_whole_sheet_stays_the_one_shown(going: Returning) -> None:
    first = Submission.objects.get()
    going.amended(CODE)
    assert sheet_page(going.sheet, my_stage="acceptance").submission == first


def test_everything_that_is_out_is_signed_together(going: Returning) -> None:
    first, second = going.send_back(CODE, "1-1-1")
    going.amend(second)
    with pytest.raises(Incomplete) as refusal:
        going.sign()
    assert [one.code for one in refusal.value.missing] == [
        CODE if first.answer.criterion.code == CODE else "1-1-1"
    ]
    assert not Submission.objects.filter(kind=Submission.Kind.AMENDMENT).exists()
    assert going.world.answer(CODE).text == ""


def test_points_below_the_full_ones_need_their_text_in_an_amendment_too(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    going.amend(row, points=Decimal("0.5"), text="")
    with pytest.raises(Incomplete) as refusal:
        going.sign()
    assert [one.code for one in refusal.value.missing] == [CODE]
    assert going.world.given(CODE, "self").points == Decimal(1)


def test_a_value_that_the_scoring_lacks_is_refused(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    with pytest.raises(Refused):
        going.amend(row, points=Decimal("0.7"))
    with pytest.raises(Refused):
        going.amend(row, text="字" * 4001)


def test_only_fillers_write_and_only_the_secretary_signs(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    with pytest.raises(NotAllowed):
        going.amend(row, user=going.world.cast.supervisor)
    going.amend(row)
    with pytest.raises(NotAllowed):
        going.sign(user=going.world.cast.party_office)
    with pytest.raises(WrongSignature):
        going.sign(password="wrong")


def test_who_saved_second_is_told_and_overwrites_nothing(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    going.amend(row, text="党办写的")
    with pytest.raises(Locked, match="刚被"):
        going.amend(row, text="书记写的", user=going.world.cast.secretary, seen_version=0)
    assert CriterionReturn.objects.get().text == "党办写的"


def test_what_changed_since_it_was_seen_is_not_signed(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    going.amend(row)
    with pytest.raises(Locked, match="又有改动"):
        going.sign(seen="0" * 64)


def test_a_file_becomes_evidence_with_the_signature(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    file = attach_amendment_file(
        reach=going.world.reach(going.world.cast.party_office), return_id=row.public_id,
        upload=samples.upload(samples.pdf("补"), "补充.pdf"), at=going.world.tick(),
    )  # fmt: skip
    assert not Evidence.objects.exists()
    going.amend(row)
    going.sign()
    evidence = Evidence.objects.get()
    assert (evidence.content_id, evidence.answer_id) == (file.content_id, row.answer_id)


def test_a_file_taken_off_before_the_signature_becomes_no_evidence(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    reach = going.world.reach(going.world.cast.party_office)
    file = attach_amendment_file(
        reach=reach, return_id=row.public_id, upload=samples.upload(samples.pdf("错"), "错.pdf"),
        at=going.world.tick(),
    )  # fmt: skip
    drop_amendment_file(reach=reach, file=file, at=going.world.tick())
    going.amend(row)
    going.sign()
    assert not Evidence.objects.exists()


# ---- ending -----------------------------------------------------------------------------------------------------------
def test_a_cancelled_return_leaves_everything_as_it_was(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    going.amend(row, text="写了一半")
    going.cancel(row)
    row.refresh_from_db()
    assert (row.state, row.end_reason, row.text) == ("cancelled", "退错了条目", "写了一半")
    assert going.world.answer(CODE).text == ""
    with pytest.raises(Locked):
        going.amend(row)
    going.send_back(CODE)


def test_an_amended_return_is_not_cancelled_any_more(going: Returning) -> None:
    row = going.amended(CODE)
    with pytest.raises(Locked):
        going.cancel(row)


def test_returning_the_whole_sheet_ends_what_is_out(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    going.world.move("return")
    row.refresh_from_db()
    assert row.state == "cancelled"
    going.world.save(going.world.cast.party_office, mark(CODE, "0.5", version=1))


# ---- where it shows ---------------------------------------------------------------------------------------------------
def test_a_return_waits_for_the_hospital_until_its_day_and_is_late_after_it(going: Returning) -> None:
    (row,) = going.send_back(CODE)
    last = end_of(row.due_date) - timedelta(seconds=1)
    reach = going.world.reach(going.world.cast.secretary)
    (entry,) = [one for one in waiting_for(reach, at=last) if one.sheet.pk == row.sheet_id]
    assert (entry.task, entry.deadline, entry.is_late) == ("修改退回的条目并签字", row.due_date, False)
    (entry,) = [one for one in waiting_for(reach, at=end_of(row.due_date)) if one.sheet.pk == row.sheet_id]
    assert entry.is_late


@pytest.mark.parametrize(("second", "late"), [(59, False), (60, True)])
def test_the_list_says_since_when_something_is_out(going: Returning, second: int, late: bool) -> None:
    (row,) = going.send_back(CODE)
    at = datetime.combine(row.due_date, datetime.min.time(), SHANGHAI) + timedelta(
        hours=23, minutes=59, seconds=second
    )
    page = list_page(going.world.reach(going.world.cast.supervisor), SheetFilter(), at=at)
    line = next(one for one in page.lines if one.sheet.pk == row.sheet_id)
    assert (line.out_until, line.is_overdue) == (row.due_date, late)


def test_the_sheet_takes_the_same_statements_however_much_is_out(going: Returning) -> None:
    going.send_back(CODE)
    sheet_page(going.sheet, my_stage="acceptance")  # keeps the edition
    with counted() as few:
        sheet_page(going.sheet, my_stage="acceptance")
    going.send_back("1-1-1", "2-0-1")
    with counted() as many:
        sheet_page(going.sheet, my_stage="acceptance")
    assert len(many()) == len(few())


def test_a_file_that_an_amendment_takes_away_goes_with_the_signature(small) -> None:
    small.save(small.cast.party_office, text(CODE, "做法"))
    old = attach(small, small.answer(CODE), "旧")
    small.bring_to(State.UNDER_ACCEPTANCE)
    going = Returning(small)
    (row,) = going.send_back(CODE)
    going.amend(row, removes=[old.public_id])
    assert not Evidence.objects.get().is_detached
    going.sign()
    assert Evidence.objects.get().detach_reason == "按退回意见修改时移除"
