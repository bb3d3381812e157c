"""Re-assessment of a lagging branch: what was mended is marked anew, and its hospital's re-assessment counts it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import CriterionReturn, Cycle, Mark, Sheet
from qiangji.assessments.permissions import is_closed
from qiangji.assessments.selectors.changes import changes_before
from qiangji.assessments.services.amending import open_returns, save_amendment, seen_digest, sign_amendment
from qiangji.assessments.services.moves import conclude_review
from qiangji.assessments.services.saving import MarkEdit, save_mark
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import as_user
from qiangji.lib.dates import local_day
from qiangji.members.tests.factories import make_person
from qiangji.orgs.tests.factories import PASSWORD
from qiangji.rectification.models import Rectification
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import BranchReassessment, Consequence
from qiangji.results.selectors.branches import course_of
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.selectors.findings import Unit, findings
from qiangji.results.services.branch_reassessing import start_branch_reassessment
from qiangji.results.services.consequences import open_consequences
from qiangji.results.services.vetoes import grounds_of
from qiangji.results.tests.worlds import ResultsWorld

Kind = Consequence.Kind


def lagging(world: ResultsWorld, score: str = "96", *, state: str = Rectification.State.VERIFIED) -> Sheet:
    """Hospital 甲 with 内科 at 89 and 外科 at 95, told to mend, the orders as far as ``state``; the sheet of 内科."""
    world.hospital(score, node=world.cast.hospital_a)
    sheet = world.sheet(world.cast.internal_medicine, "89", State.ACCEPTED, world.cycle)
    world.sheet(world.cast.surgery, "95", State.ACCEPTED, world.cycle)
    world.recognize()
    ordered(world, state=state)
    return sheet


def ordered(world: ResultsWorld, *, state: str = Rectification.State.VERIFIED) -> None:
    """Open everything that is due, and store the orders as far as ``state``."""
    open_consequences(
        due=still_due(newest_results(world.cycle)), deadline_date=date(2027, 3, 31),
        by=world.cast.guidance_province, at=world.tick(),
    )  # fmt: skip
    leader = make_person("林书记")
    Rectification.objects.filter(state="opened").update(state=state, state_at=world.clock, leader=leader)


def begin(
    world: ResultsWorld, sheet: Sheet, *, by: User | None = None, **changes: object
) -> BranchReassessment:
    sheet.refresh_from_db()
    arguments = {
        "reach": world.reach(by or world.cast.party_office), "sheet": sheet,
        "due_date": local_day(world.clock) + timedelta(days=10),
        "own_deadline_date": local_day(world.clock) + timedelta(days=20), "seen_version": sheet.version,
        "at": world.tick(),
    } | changes  # fmt: skip
    return start_branch_reassessment(**arguments)


def amended(world: ResultsWorld, sheet: Sheet, points: str) -> None:
    """The branch brings up to date what was opened, and its secretary signs."""
    reach = world.reach(world.cast.branch_secretary)
    (row,) = open_returns(sheet)
    save_amendment(
        reach=reach, return_id=row.public_id, points=Decimal(points), text="已按整改结果更新",
        seen_version=row.version, at=world.tick(),
    )  # fmt: skip
    sign_amendment(
        reach=reach, sheet_id=sheet.public_id, password=PASSWORD, seen=seen_digest(open_returns(sheet)),
        at=world.tick(),
    )  # fmt: skip


def accepted(world: ResultsWorld, sheet: Sheet, points: str) -> None:
    """Its hospital accepts the branch's sheet again at these points."""
    reach = world.reach(world.cast.party_office)
    mark = Mark.objects.get(answer__sheet=sheet, stage="acceptance")
    edit = MarkEdit("1-1-1", "acceptance", Decimal(points), "整改后核对", mark.version)
    save_mark(reach=reach, sheet_id=sheet.public_id, edit=edit, at=world.tick())
    sheet.refresh_from_db()
    conclude_review(
        reach=reach, sheet_id=sheet.public_id, verb="conclude_acceptance", seen_version=sheet.version,
        seen_changes=changes_before(sheet, Stage.ACCEPTANCE).digest, at=world.tick(),
    )  # fmt: skip


def again(world: ResultsWorld, sheet: Sheet, points: str) -> None:
    """The whole re-assessment of a branch."""
    begin(world, sheet)
    amended(world, sheet, points)
    accepted(world, sheet, points)


def hospital_of(world: ResultsWorld) -> Sheet:
    return Sheet.objects.get(cycle=world.cycle, organization=world.cast.hospital_a)


def unit(world: ResultsWorld) -> Unit:
    (found,) = findings(world.cycle, on=local_day(world.clock))
    return next(one for one in found.units if one.code == world.cast.internal_medicine.code)


@pytest.mark.shows("A30", "A31")
def test_a_hospital_below_only_by_its_branches_comes_above_by_their_reassessment(world: ResultsWorld) -> None:
    sheet = lagging(world)
    hospital = hospital_of(world)
    assert hospital.state == State.BELOW_STANDARD
    again(world, sheet, "93")
    row = world.assessed_again(hospital)
    assert (row.outcome, row.cause, row.branches_above) == ("meets_standard", "reassessment", 2)
    assert row.branches.get(organization=sheet.organization).score == Decimal(93)


@pytest.mark.parametrize("final", ["acceptance", "rating"])
def test_a_branch_withheld_after_its_reassessment_counts_with_no_score(
    world: ResultsWorld, final: str
) -> None:
    sheet = lagging(world)
    again(world, sheet, "93")
    Sheet.objects.filter(pk=sheet.pk).update(state=State.WITHHELD, final_stage=final, state_at=world.tick())
    found = unit(world)
    assert (found.final_score, found.is_withheld, found.is_under_way) == (None, True, False)
    course = course_of(Sheet.objects.get(pk=sheet.pk))
    assert course is not None
    assert (course.score_after, course.is_under_way, course.ripe) == (None, False, None)


def test_a_branch_that_stays_on_the_line_keeps_its_hospital_below(world: ResultsWorld) -> None:
    sheet = lagging(world)
    again(world, sheet, "90")
    hospital = hospital_of(world)
    assert world.assessed_again(hospital).outcome == "below_standard"
    assert grounds_of(hospital) is not None


def test_it_opens_what_the_order_names_in_a_further_round(world: ResultsWorld) -> None:
    sheet = lagging(world)
    before = sheet.round
    row = begin(world, sheet)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.round, row.round) == (State.UNDER_ACCEPTANCE, before + 1, before + 1)
    assert (row.score_before, row.standing.score) == (Decimal(89), Decimal(89))
    (out,) = CriterionReturn.objects.all()
    assert out.sheet == sheet
    assert "整改后复评" in out.reason


def test_decisions_made_meanwhile_count_the_former_score(world: ResultsWorld) -> None:
    sheet = lagging(world)
    begin(world, sheet)
    amended(world, sheet, "93")
    one = unit(world)
    assert (one.final_score, one.is_under_way) == (Decimal(89), True)
    row = world.assessed_again(hospital_of(world))
    standing = row.branches.get(organization=sheet.organization)
    assert (row.outcome, standing.score, standing.is_lagging) == ("below_standard", Decimal(89), True)
    accepted(world, sheet, "93")
    one = unit(world)
    assert (one.final_score, one.is_under_way, one.former_score) == (Decimal(93), False, Decimal(89))


def due_branches(world: ResultsWorld) -> list[str]:
    found = still_due(newest_results(world.cycle))
    return [one.organization.code for one in found if one.kind == Kind.KEY_BRANCH]


def test_a_branch_still_lagging_in_the_decision_after_its_reassessment_is_ordered_and_assessed_anew(
    world: ResultsWorld,
) -> None:
    sheet = lagging(world)
    again(world, sheet, "89.5")
    assert due_branches(world) == []
    world.assessed_again(hospital_of(world))
    assert due_branches(world) == [sheet.organization.code]
    with pytest.raises(Refused, match="核验"):
        begin(world, sheet)
    ordered(world)
    again(world, sheet, "94")
    assert unit(world).final_score == Decimal(94)
    assert BranchReassessment.objects.filter(sheet=sheet).count() == 2


def test_a_decision_in_the_middle_of_it_orders_nothing_anew(world: ResultsWorld) -> None:
    sheet = lagging(world)
    begin(world, sheet)
    world.assessed_again(hospital_of(world))
    assert due_branches(world) == []


def test_a_branch_of_a_hospital_that_meets_the_standard_may_be_assessed_again(world: ResultsWorld) -> None:
    sheet = lagging(world)
    Cycle.objects.filter(pk=world.cycle.pk).update(branch_share=Decimal(50))
    world.cycle.refresh_from_db()
    world.revised(hospital_of(world), "correction", "96")
    assert hospital_of(world).state == State.MEETS_STANDARD
    again(world, sheet, "93")
    assert hospital_of(world).state == State.MEETS_STANDARD
    assert Rectification.objects.get(sheet=sheet).state == Rectification.State.VERIFIED


@pytest.mark.parametrize("state", [Rectification.State.UNDER_WAY, Rectification.State.HANDED_IN, "withdrawn"])
def test_it_rests_on_a_verified_order(world: ResultsWorld, state: str) -> None:
    sheet = lagging(world, state=state)
    with pytest.raises(Refused, match="核验"):
        begin(world, sheet)


def test_one_order_leads_to_one_round(world: ResultsWorld) -> None:
    sheet = lagging(world)
    again(world, sheet, "93")
    with pytest.raises(Refused, match="核验"):
        begin(world, sheet)
    row = BranchReassessment.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        BranchReassessment.objects.create(
            sheet=sheet, round=row.round + 1, rectification=row.rectification, standing=row.standing,
            score_before=Decimal(89), started_by=row.started_by, started_at=row.started_at,
        )  # fmt: skip


def test_a_branch_above_the_line_has_nothing_to_be_assessed_again(world: ResultsWorld) -> None:
    lagging(world)
    surgery = Sheet.objects.get(organization=world.cast.surgery)
    with pytest.raises(Refused, match="高于达标线，不需要复评"):
        begin(world, surgery)


def test_only_its_hospital_begins(world: ResultsWorld) -> None:
    sheet = lagging(world)
    for user in (world.cast.branch_secretary, world.cast.supervisor, world.cast.guidance_province):
        with pytest.raises(NotAllowed):
            begin(world, sheet, by=user)


def test_it_is_begun_once_and_on_what_was_seen(world: ResultsWorld) -> None:
    sheet = lagging(world)
    with pytest.raises(Locked):
        begin(world, sheet, seen_version=sheet.version + 1)
    begin(world, sheet)
    with pytest.raises(Locked):
        begin(world, sheet)


def test_it_runs_in_a_closed_cycle_and_closes_with_its_last_stage(world: ResultsWorld) -> None:
    sheet = lagging(world)
    Cycle.objects.filter(pk=world.cycle.pk).update(closed_at=world.clock)
    begin(world, sheet)
    assert not is_closed(Sheet.objects.select_related("cycle").get(pk=sheet.pk))
    amended(world, sheet, "93")
    accepted(world, sheet, "93")
    assert is_closed(Sheet.objects.select_related("cycle").get(pk=sheet.pk))


def test_the_result_page_leads_there_and_tells_what_it_came_to(world: ResultsWorld) -> None:
    sheet = lagging(world)
    address = reverse("results:reassess_branch", args=[sheet.public_id])
    result = reverse("results:result", args=[hospital_of(world).public_id])
    office, authority = as_user(world.cast.party_office), as_user(world.cast.supervisor)
    assert address in office.get(result).content.decode()
    assert address not in authority.get(result).content.decode()
    assert "还有 1 个没有高于达标线的支部没有复评完" in authority.get(result).content.decode()
    page = office.get(address).content.decode()
    assert "支部更新的期限" in page
    sent = {"due_date": "2099-12-30", "own_deadline_date": "2099-12-31", "seen_version": sheet.version}
    assert office.post(address, sent).status_code == 302
    assert "正在复评" in office.get(result).content.decode()
    amended(world, sheet, "93")
    accepted(world, sheet, "93")
    assert "89→93，复评" in authority.get(result).content.decode()
    assert "没有复评完" not in authority.get(result).content.decode()


def test_a_refused_beginning_keeps_what_was_typed(world: ResultsWorld) -> None:
    sheet = lagging(world)
    page = as_user(world.cast.party_office).post(
        reverse("results:reassess_branch", args=[sheet.public_id]),
        {"due_date": "2099-12-31", "own_deadline_date": "2099-12-30", "seen_version": sheet.version},
    )
    assert page.status_code == 409
    text = page.content.decode()
    assert "不能早于支部更新的期限" in text
    assert 'value="2099-12-31"' in text
    assert not BranchReassessment.objects.exists()


def test_the_page_of_a_branch_that_is_not_ripe_says_what_comes_first(world: ResultsWorld) -> None:
    sheet = lagging(world, state=Rectification.State.UNDER_WAY)
    page = as_user(world.cast.party_office).get(reverse("results:reassess_branch", args=[sheet.public_id]))
    assert "核验通过以后，可以在这里开始复评" in page.content.decode()


def test_a_hospital_decided_below_says_that_its_branches_were_assessed_again(world: ResultsWorld) -> None:
    sheet = lagging(world)
    again(world, sheet, "93")
    page = as_user(world.cast.guidance_province).get(
        reverse("results:recognition", args=[world.cycle.public_id])
    )
    assert "由验收单位开始这个组织的复评以后再认定" in page.content.decode()
