"""Signing and submitting: what must be there, who signs with what, and what exactly was signed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from qiangji.assessments.completeness import given, missing_points
from qiangji.assessments.exceptions import Incomplete, Locked, NotAllowed, Refused
from qiangji.assessments.models import Answer, Evidence, Mark, Sheet, Submission
from qiangji.assessments.services.moves import content_digest, stage_totals
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import MINUTE, SIGNED, World, counted, mark, text, undone
from qiangji.files.models import Content
from qiangji.orgs.tests.factories import PASSWORD
from qiangji.standards.models import Criterion


def missing_of(small: World) -> dict[str, str]:
    with pytest.raises(Incomplete) as refusal:
        small.submit()
    return {one.code: one.what for one in refusal.value.missing}


def score(code: str, kind: str, rule: dict, points: str | None) -> None:
    """Give one criterion of the small table another scoring."""
    Criterion.objects.filter(code=code).update(
        scoring_kind=kind, scoring={"kind": kind} | rule, points=None if points is None else Decimal(points)
    )


# ---- what is missing -----------------------------------------------------------------------------------------------


def test_an_empty_sheet_lacks_every_criterion_in_the_order_of_the_table(small: World) -> None:
    missing = missing_of(small)
    assert list(missing) == ["1-1-1", "1-1-2", "1-2-3", "2-0-1", "2-0-2"]
    assert set(missing.values()) == {"还没有自评得分"}


def test_less_than_full_marks_need_a_text(small: World) -> None:
    small.fill("self", c1_1_2="0.5", c2_0_1="0")
    missing = missing_of(small)
    assert list(missing) == ["1-1-2", "2-0-1"]
    assert all("落实情况" in what for what in missing.values())


def test_blanks_are_no_text(small: World) -> None:
    small.fill("self", c1_1_2="0.5")
    small.save(small.cast.party_office, text("1-1-2", " \n　"))
    assert list(missing_of(small)) == ["1-1-2"]


def test_full_marks_need_none(small: World) -> None:
    small.fill("self")
    assert small.submit().total_points == 10


def test_a_mark_taken_back_is_missing_again(small: World) -> None:
    small.fill("self")
    small.save(small.cast.party_office, mark("2-0-2", None, version=1))
    assert list(missing_of(small)) == ["2-0-2"]


def test_a_checklist_is_never_missing_and_counts_nothing(small: World) -> None:
    score("1-1-1", "checklist", {}, None)
    small.fill("self")
    Mark.objects.filter(answer__criterion__code="1-1-1").delete()
    assert small.submit().total_points == 8


def test_a_bonus_needs_its_grounds_and_no_bonus_needs_none(small: World) -> None:
    score("2-0-2", "bonus", {"per": "1", "cap": "3"}, "0")
    small.fill("self", c2_0_2="1")
    assert missing_of(small) == {"2-0-2": "加分须写明依据"}
    small.save(small.cast.party_office, mark("2-0-2", "0", version=1))
    assert small.submit().total_points == 7


def test_the_best_grade_needs_no_text_and_the_next_one_does(small: World) -> None:
    options = [{"label": "好", "points": "3"}, {"label": "中", "points": "2"}]
    score("2-0-1", "graded", {"options": options}, "3")
    small.fill("self", c2_0_1="2")
    assert list(missing_of(small)) == ["2-0-1"]
    small.save(small.cast.party_office, mark("2-0-1", "3", version=1))
    assert small.submit()


def test_a_refused_submission_leaves_the_draft_as_it_was(small: World) -> None:
    with pytest.raises(Incomplete):
        small.submit()
    assert (small.sheet.state, small.sheet.version) == (State.DRAFT, 0)
    assert not Submission.objects.exists()


# ---- signature and meeting -------------------------------------------------------------------------------------------


def test_a_wrong_password_signs_nothing(small: World) -> None:
    small.fill("self")
    with pytest.raises(Refused, match="密码不正确"):
        small.submit(password="correct-horse-2025")
    assert small.sheet.state == State.DRAFT


def test_another_persons_password_signs_nothing(small: World) -> None:
    small.fill("self")
    small.cast.secretary.set_password("another-horse-2026")
    small.cast.secretary.save()
    try:
        with pytest.raises(Refused, match="密码不正确"):
            small.submit(password=PASSWORD)
    finally:
        small.cast.secretary.set_password(PASSWORD)


def test_the_party_office_fills_but_does_not_sign(small: World) -> None:
    small.fill("self")
    with pytest.raises(NotAllowed, match="书记"):
        small.submit(user=small.cast.party_office)


def test_a_meeting_in_the_future_is_refused_and_one_today_is_not(small: World) -> None:
    small.fill("self")
    with pytest.raises(Refused, match="会议日期"):
        small.submit(meeting_date=date(2026, 10, 21))
    assert small.submit(meeting_date=date(2026, 10, 20)).meeting_date == date(2026, 10, 20)


def test_today_is_the_day_in_shanghai(small: World) -> None:
    small.fill("self")
    just_after_midnight = datetime(2026, 10, 20, 16, 30, tzinfo=UTC)
    assert small.submit(meeting_date=date(2026, 10, 21), at=just_after_midnight)


@pytest.mark.parametrize("number", ["", "   "])
def test_minutes_without_a_number_are_refused(small: World, number: str) -> None:
    small.fill("self")
    with pytest.raises(Refused, match="纪要"):
        small.submit(minutes_number=number)


def test_a_submission_after_the_deadline_is_taken(small: World) -> None:
    small.fill("self")
    assert small.submit(at=datetime(2026, 11, 5, tzinfo=UTC), meeting_date=date(2026, 11, 4))


def test_nobody_submits_twice(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    with pytest.raises(Locked, match="已提交"):
        small.submit()


def test_name_time_total_meeting_and_round_are_kept(small: World) -> None:
    small.fill("self", c1_1_2="0.5")
    small.save(small.cast.party_office, text("1-1-2", "少一次"))
    signed = small.submit(minutes_number=" 党委会〔2026〕18号 ", at=SIGNED + MINUTE)
    assert (signed.signed_by, signed.signer_name, signed.signed_at) == (
        small.cast.secretary,
        "书记甲",
        SIGNED + MINUTE,
    )
    assert (signed.total_points, signed.minutes_number, signed.round) == (
        Decimal("9.5"),
        "党委会〔2026〕18号",
        1,
    )


def test_a_later_round_is_a_submission_of_its_own(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    small.move("return")
    small.submit()
    assert list(Submission.objects.order_by("round").values_list("round", flat=True)) == [1, 2]


# ---- the digest: what exactly was signed -----------------------------------------------------------------------------


def digest_now(small: World, sheet: Sheet | None = None) -> str:
    sheet = sheet or small.sheet
    return content_digest(sheet, Stage.SELF, given(sheet, Stage.SELF))


def test_the_digest_stored_is_that_of_the_content(small: World) -> None:
    small.fill("self")
    expected = digest_now(small)
    signed = small.submit()
    assert signed.digest == expected == small.sheet.transitions.get().digest
    assert len(expected) == 64


CHANGES = {
    "points": lambda: Mark.objects.filter(answer__criterion__code="1-1-1").update(points="1.5"),
    "a mark taken back": lambda: Mark.objects.filter(answer__criterion__code="1-1-1").update(points=None),
    "a remark": lambda: Mark.objects.filter(answer__criterion__code="1-1-1").update(remark="按比例"),
    "a text": lambda: Answer.objects.filter(criterion__code="1-1-1").update(
        text="话", version=1, edited_by=Mark.objects.first().marked_by_id, edited_at=SIGNED
    ),
    "the round": lambda: Sheet.objects.update(round=2),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_digest_changes_with_the_content(small: World, change: object) -> None:
    small.fill("self")
    before = digest_now(small)
    change()
    assert digest_now(small) != before


def test_the_digest_does_not_change_with_anything_else(small: World) -> None:
    small.fill("self")
    before = digest_now(small)
    Mark.objects.update(version=7, marked_at=SIGNED, marked_by=small.cast.secretary)
    Mark.objects.update(points=Decimal("1.00"))
    ones = digest_now(small)
    Mark.objects.update(points=Decimal(1))
    assert digest_now(small) == ones != before
    Sheet.objects.update(version=9, organization_name="改了名", state_at=SIGNED)
    assert digest_now(small) == ones


def test_two_sheets_with_equal_content_have_different_digests(small: World) -> None:
    small.fill("self")
    small.fill("self", small.branch)
    assert digest_now(small) != digest_now(small, small.branch)


def test_points_moved_from_one_criterion_to_another_are_another_content(small: World) -> None:
    small.fill("self", c2_0_1="3", c2_0_2="2")
    before = digest_now(small)
    Mark.objects.filter(answer__criterion__code="2-0-1").update(points=2)
    Mark.objects.filter(answer__criterion__code="2-0-2").update(points=3)
    assert digest_now(small) != before


def attach(small: World, code: str, mark_of_content: str) -> Evidence:
    """Hang a file on an answer straight into the tables: the digest asks the rows, not the bytes."""
    content, _ = Content.objects.get_or_create(
        digest=mark_of_content * 64,
        defaults={"size": 1, "media_type": "application/pdf", "stored_at": SIGNED},
    )
    return Evidence.objects.create(
        answer=small.answer(code),
        content=content,
        filename="材料.pdf",
        attached_by=small.cast.party_office,
        attached_at=SIGNED,
    )


def test_files_are_part_of_what_is_signed(small: World) -> None:
    small.fill("self")
    bare = digest_now(small)
    attach(small, "1-1-1", "a")
    one = digest_now(small)
    attach(small, "1-1-2", "a")
    elsewhere_too = digest_now(small)
    assert len({bare, one, elsewhere_too}) == 3


def test_a_detached_file_is_no_part_of_it(small: World) -> None:
    small.fill("self")
    bare = digest_now(small)
    evidence = attach(small, "1-1-1", "a")
    evidence.detached_at, evidence.detached_by, evidence.detach_reason = SIGNED, small.cast.secretary, "传错"
    evidence.save()
    assert digest_now(small) == bare


def test_neither_the_order_nor_the_name_of_files_is_part_of_it(small: World) -> None:
    small.fill("self")
    digests = set()
    for order in ("ab", "ba"):
        with undone():
            for mark_of_content in order:
                attach(small, "1-1-1", mark_of_content)
            Evidence.objects.update(filename=f"{order}.pdf")
            digests.add(digest_now(small))
    assert len(digests) == 1


# ---- reading -------------------------------------------------------------------------------------------------------


def test_the_rows_of_a_stage_take_two_statements_and_one_for_the_files_under_review(small: World) -> None:
    sheet = small.bring_to(State.UNDER_ACCEPTANCE)
    with counted() as taken:
        rows = given(sheet, Stage.ACCEPTANCE)
        missing_points(rows, Stage.ACCEPTANCE)
        stage_totals(rows)
    assert len(taken()) == 3
    with counted() as own:
        given(sheet, Stage.SELF)
    assert len(own()) == 2


def test_submitting_takes_the_same_statements_whatever_was_filled(small: World) -> None:
    small.fill("self")
    with counted() as few:
        small.submit()
    small.move("return")
    for code in ("1-1-1", "1-1-2", "1-2-3", "2-0-1"):
        small.save(small.cast.party_office, text(code, "已落实"))
    with counted() as many:
        small.submit()
    assert len(few()) == len(many())


def test_a_deadline_runs_to_its_last_instant_in_shanghai(small: World) -> None:
    end = datetime(2026, 10, 31, 16, tzinfo=UTC)
    drafts = Sheet.objects.filter(organization=small.cast.hospital_a)
    assert not drafts.late_at(end - timedelta(microseconds=1)).exists()
    assert drafts.late_at(end).exists()


def test_a_submitted_sheet_is_never_late(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    late = Sheet.objects.late_at(datetime(2026, 12, 1, tzinfo=UTC))
    assert small.sheet not in late
    assert small.branch in late
