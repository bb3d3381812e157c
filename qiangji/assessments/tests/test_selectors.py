"""What each person is shown: nothing live to superiors, nothing half-reviewed to the organization, sums that agree."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.assessments.models import Answer, Cycle, Mark, Sheet
from qiangji.assessments.permissions import may_read, why_unreadable
from qiangji.assessments.selectors import sheet_page, waiting_for
from qiangji.assessments.selectors.history import history_of
from qiangji.assessments.selectors.markings import kept, markings_of
from qiangji.assessments.selectors.sheet_page import readable_stages
from qiangji.assessments.stages import ORDER, Stage
from qiangji.assessments.states import WRITABLE, State
from qiangji.assessments.tests.worlds import SIGNED, STATES, World, counted, mark, text, undone
from qiangji.standards.models import Criterion, Edition, Section
from tests.examples import examples

SELF, ACCEPTANCE, RATING, _ = ORDER
INSIDERS = ["party_office", "secretary"]
SUPERIORS = ["supervisor", "guidance_city", "guidance_province", "reader"]

# ---- stages ----------------------------------------------------------------------------------------------------------

SHOWN = {
    State.DRAFT: ([SELF], [SELF]),
    State.SUBMITTED: ([SELF], [SELF]),
    State.UNDER_ACCEPTANCE: ([SELF], [SELF, ACCEPTANCE]),
    State.ACCEPTED: ([SELF, ACCEPTANCE], [SELF, ACCEPTANCE]),
    State.UNDER_RATING: ([SELF, ACCEPTANCE], [SELF, ACCEPTANCE, RATING]),
    State.RATED: ([SELF, ACCEPTANCE, RATING], [SELF, ACCEPTANCE, RATING]),
}


@pytest.mark.parametrize("state", STATES)
def test_a_running_review_is_its_reviewers_own_until_concluded(small: World, state: str) -> None:
    sheet = small.sheet
    sheet.state = state
    for_others, for_its_reviewer = SHOWN[state]
    assert readable_stages(sheet, is_reviewer=False) == for_others
    assert readable_stages(sheet, is_reviewer=state in WRITABLE) == for_its_reviewer


def test_after_a_return_the_organization_sees_none_of_the_broken_off_review(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    small.fill("acceptance", c1_1_1="0")
    small.move("return")
    page = sheet_page(small.sheet, my_stage="self")
    assert all(set(row.marks) == {"self"} for row in page.rows)


# ---- who reads -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_insiders_read_at_any_time_superiors_from_submission_on(small: World, state: str) -> None:
    sheet = small.bring_to(state)
    for name in INSIDERS:
        assert may_read(small.reach(getattr(small.cast, name)), sheet)
    for name in SUPERIORS:
        assert may_read(small.reach(getattr(small.cast, name)), sheet) == (state != State.DRAFT), name
    for name in ("administrator", "member", "branch_secretary", "outsider"):
        assert not may_read(small.reach(getattr(small.cast, name)), sheet), name


def test_after_a_return_superiors_see_nothing_again(small: World) -> None:
    small.bring_to(State.SUBMITTED)
    small.move("return")
    assert not may_read(small.reach(small.cast.supervisor), small.sheet)


def test_the_refusal_says_who_can_open_it(small: World) -> None:
    assert "党办工作人员" in why_unreadable(small.sheet)
    assert "主管部门工作人员" not in why_unreadable(small.sheet)
    submitted = why_unreadable(small.bring_to(State.SUBMITTED))
    assert all(
        role in submitted for role in ("党办工作人员", "主管部门工作人员", "指导委员会工作人员", "查阅员")
    )


def test_the_hospital_reads_its_branches_once_they_are_submitted(small: World) -> None:
    reach = small.reach(small.cast.party_office)
    assert not may_read(reach, small.branch)
    small.bring_to(State.SUBMITTED, small.branch)
    assert may_read(reach, small.branch)


# ---- history ---------------------------------------------------------------------------------------------------------


def told(small: World, user: object, code: str = "1-1-1") -> list[tuple]:
    sheet = small.sheet
    entries = history_of(small.answer(code, sheet), sheet, reach=small.reach(user))
    return [(entry.stage_label, entry.to_points if entry.stage else entry.text) for entry in entries]


def written_and_reviewed(small: World) -> None:
    """1-1-1: two self marks and two texts before submission; one acceptance mark under way."""
    office = small.cast.party_office
    small.save(office, mark("1-1-1", "1"))
    small.save(office, text("1-1-1", "初稿"))
    small.clock += timedelta(hours=1)
    small.save(office, text("1-1-1", "定稿", version=1))
    small.save(office, mark("1-1-1", "2", version=1))
    for code in ("1-1-2", "1-2-3", "2-0-1", "2-0-2"):
        small.save(office, mark(code, "1"))
        small.save(office, text(code, "缺"))
    small.submit()
    small.move("start_acceptance")
    small.save(small.cast.supervisor, mark("1-1-1", "1.5", stage="acceptance", remark="少一次"))


def test_the_organization_sees_its_own_changes_and_no_running_review(small: World) -> None:
    written_and_reviewed(small)
    assert told(small, small.cast.party_office) == [
        ("自评", 2),
        ("落实情况", "定稿"),
        ("落实情况", "初稿"),
        ("自评", 1),
    ]


def test_the_reviewer_sees_the_review_and_nothing_from_before_submission(small: World) -> None:
    written_and_reviewed(small)
    assert told(small, small.cast.supervisor) == [("上级验收", Decimal("1.5"))]


def test_other_superiors_see_neither(small: World) -> None:
    written_and_reviewed(small)
    assert told(small, small.cast.guidance_province) == []


def test_the_review_is_history_for_all_once_concluded(small: World) -> None:
    written_and_reviewed(small)
    for code in ("1-1-2", "1-2-3", "2-0-1", "2-0-2"):
        small.save(small.cast.supervisor, mark(code, "1", stage="acceptance"))
    small.move("conclude_acceptance")
    for user in (small.cast.party_office, small.cast.guidance_province, small.cast.supervisor):
        assert ("上级验收", Decimal("1.5")) in told(small, user)


def test_what_was_changed_after_a_return_is_shown_to_superiors_at_the_next_submission(small: World) -> None:
    written_and_reviewed(small)
    small.move("return")
    small.save(small.cast.party_office, mark("1-1-1", "1.5", version=2))
    small.save(small.cast.party_office, text("1-1-1", "改后", version=2))
    small.submit()
    assert told(small, small.cast.guidance_province) == [("落实情况", "改后"), ("自评", Decimal("1.5"))]


# ---- the page's sums ---------------------------------------------------------------------------------------------------


def full_page(small: World, **points: str):
    small.fill("self", **points)
    return sheet_page(small.sheet, my_stage="self")


def test_groups_parts_and_total_agree(small: World) -> None:
    page = full_page(small, c1_1_1="1.5", c2_0_2="0")
    parts = [
        (block.section.number, block.shown_sum, [group.sums["self"] for group in block.groups])
        for block in page.sections
    ]
    assert parts == [(1, Decimal("3.5"), [Decimal("2.5"), 1]), (2, 3, [3])]
    assert page.shown_total == Decimal("6.5")


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(halves=st.lists(st.none() | st.integers(0, 6), min_size=5, max_size=5), bonus=st.booleans())
def test_whatever_is_given_groups_add_up_to_parts_and_parts_to_the_total(
    small: World, halves: list, bonus: bool
) -> None:
    with undone():
        answers = Answer.objects.filter(sheet=small.sheet).order_by("criterion__position")
        for answer, half in zip(answers, halves, strict=True):
            value = None if half is None else Decimal(half) / 2
            Mark.objects.create(
                answer=answer, stage="self", points=value, marked_by=small.cast.party_office, marked_at=SIGNED
            )
        Section.objects.filter(number=2).update(is_bonus=bonus)
        kept.cache_clear()  # the example before had another
        page = sheet_page(small.sheet, my_stage="self")
        exact = sum((Decimal(half) / 2 for half in halves if half is not None), Decimal(0))
        assert page.shown_total == sum(block.shown_sum for block in page.sections) == exact
        for block in page.sections:
            assert block.shown_sum == sum(group.sums["self"] for group in block.groups)
        outside = page.sections[1].shown_sum if bonus else 0
        assert page.totals["self"].bonus == outside
        assert page.open_count == sum(half is None for half in halves)
        assert sum(block.done for block in page.sections) == sum(half is not None for half in halves)


def test_a_published_edition_is_read_once_for_all_its_sheets(small: World) -> None:
    edition = small.sheet.edition
    for _ in range(2):
        with counted() as taken:
            found = markings_of(edition)
            assert [one.criterion.group.section.number for one in found.values()] == [1, 1, 1, 2, 2]
    assert not taken()
    assert all(one.criterion.edition_id == edition.pk for one in found.values())


def test_an_edition_that_may_still_change_is_read_each_time(small: World) -> None:
    edition = small.sheet.edition
    edition.status = Edition.Status.DRAFT
    markings_of(edition)
    Criterion.objects.filter(edition=edition, code="1-1-1").update(title="改过的标题")
    titles = {one.criterion.code: one.criterion.title for one in markings_of(edition).values()}
    assert titles["1-1-1"] == "改过的标题"


def test_a_checklist_row_is_outside_every_count(small: World) -> None:
    Criterion.objects.filter(code="2-0-2").update(
        points=None, scoring_kind="checklist", scoring={"kind": "checklist"}
    )
    page = sheet_page(small.sheet, my_stage="self")
    assert page.open_count == 4
    assert [block.count for block in page.sections] == [3, 1]


def test_reading_a_sheet_takes_the_same_statements_however_full_it_is(small: World) -> None:
    sheet_page(small.sheet, my_stage="self")  # keeps the edition
    with counted() as few:
        sheet_page(small.sheet, my_stage="self")
    small.bring_to(State.UNDER_RATING)
    small.fill("rating")
    sheet = small.sheet
    with counted() as many:
        sheet_page(sheet, my_stage="rating")
    # The first block also reads the sheet itself and the earlier sheet, the second what changed since the signature.
    assert len(few()) == len(many()) + 1
    assert len(many()) <= 8


# ---- what waits --------------------------------------------------------------------------------------------------------


def waiting(small: World, name: str, at: object = SIGNED) -> list[tuple[str, str, bool]]:
    user = getattr(small.cast, name)
    return [
        (entry.sheet.organization_name, entry.task, entry.is_late)
        for entry in waiting_for(small.reach(user), at=at)
    ]


def test_a_draft_waits_for_those_who_fill_and_for_the_one_who_signs(small: World) -> None:
    hospital = "甲市第一医院党委"
    assert waiting(small, "party_office") == [(hospital, "填写", False)]
    assert waiting(small, "secretary") == [(hospital, "填写、签字并提交", False)]
    assert waiting(small, "branch_secretary") == [("内科党支部", "填写、签字并提交", False)]
    for name in ("supervisor", "guidance_province", "reader", "administrator", "member"):
        assert waiting(small, name) == []


def test_each_later_step_waits_for_its_authority(small: World) -> None:
    tasks = {}
    for state in STATES[1:]:
        small.bring_to(state)
        assert waiting(small, "party_office") == []
        tasks[state] = [task for _, task, _ in waiting(small, "supervisor")]
    assert tasks == {
        State.SUBMITTED: ["开始验收"],
        State.UNDER_ACCEPTANCE: ["继续验收"],
        State.ACCEPTED: ["开始评定"],
        State.UNDER_RATING: ["继续评定"],
        State.RATED: [],
    }


def test_a_branch_waits_for_its_hospital_and_then_for_nobody(small: World) -> None:
    small.bring_to(State.SUBMITTED, small.branch)
    assert ("内科党支部", "开始验收", False) in waiting(small, "party_office")
    small.bring_to(State.ACCEPTED, small.branch)
    assert all(name != "内科党支部" for name, _, _ in waiting(small, "party_office"))


def test_what_is_late_says_so_from_the_first_instant_after_the_deadline(small: World) -> None:
    end = SIGNED.replace(month=10, day=31, hour=16, minute=0)
    assert waiting(small, "party_office", end - timedelta(seconds=1))[0][2] is False
    assert waiting(small, "party_office", end)[0][2] is True


def test_nothing_waits_in_a_closed_cycle_but_what_is_assessed_again(small: World) -> None:
    for state, who in ((State.DRAFT, "secretary"), (State.SUBMITTED, "supervisor")):
        small.bring_to(state)
        Cycle.objects.filter(pk=small.sheet.cycle_id).update(closed_at=SIGNED)
        assert [one for one in waiting(small, who) if one[0] == "甲市第一医院党委"] == []
        Sheet.objects.filter(pk=small.sheet.pk).update(own_deadline_date=SIGNED.date(), round=2)
        assert [one for one in waiting(small, who) if one[0] == "甲市第一医院党委"] != []
        Sheet.objects.filter(pk=small.sheet.pk).update(own_deadline_date=None, round=1)
        Cycle.objects.filter(pk=small.sheet.cycle_id).update(closed_at=None)


def test_what_waits_is_one_statement(small: World) -> None:
    reach = small.reach(small.cast.party_office)
    with counted() as taken:
        waiting_for(reach, at=SIGNED)
    assert len(taken()) == 1


def test_nothing_waits_for_a_role_that_ended(small: World) -> None:
    small.cast.party_office.role_assignments.update(end_date=SIGNED.date())
    assert waiting(small, "party_office") == []


def test_stages_know_what_they_are_held_against(small: World) -> None:
    page = sheet_page(small.bring_to(State.UNDER_RATING), my_stage="rating")
    assert {row.earlier.stage for row in page.rows} == {Stage.ACCEPTANCE}
    assert (page.my_label, page.earlier_label) == ("评定", "验收")
