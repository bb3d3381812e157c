"""What a re-assessment of branches may and may not do: whom it lifts, on whose order it rests, and who is told of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from qiangji.assessments.exceptions import Locked
from qiangji.assessments.models import Answer, CriterionReturn, Cycle, Evaluation, Sheet
from qiangji.assessments.permissions import is_closed
from qiangji.assessments.services import sheet_vetoes
from qiangji.assessments.services.vetoes import VetoAnswer, answer_vetoes
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import as_user
from qiangji.files.tests import samples
from qiangji.lib.dates import local_day
from qiangji.orgs.models import Organization
from qiangji.orgs.services.succession import merge_organizations
from qiangji.orgs.tests.factories import make_organization
from qiangji.rectification.models import Rectification
from qiangji.rectification.permissions import acts
from qiangji.rectification.states import Side
from qiangji.results.exceptions import Refused
from qiangji.results.models import BranchReassessment, Objection
from qiangji.results.selectors.branches import course_of
from qiangji.results.selectors.findings import findings
from qiangji.results.services import branch_reassessing, reassessing, recognizing
from qiangji.results.services.objections import file_objection
from qiangji.results.services.recognizing import revise_result
from qiangji.results.tests.again import verify_orders
from qiangji.results.tests.test_branch_reassessing import (
    accepted,
    again,
    amended,
    begin,
    hospital_of,
    lagging,
)
from qiangji.results.tests.test_reassessing import begin as begin_hospital
from qiangji.results.tests.test_reassessing import below
from qiangji.results.tests.worlds import ResultsWorld
from qiangji.standards.models import Veto


def test_one_hospital_alone_is_found_as_among_all_when_branches_were_taken_over(world: ResultsWorld) -> None:
    first = world.hospital("96", ["95", "95"], name="丁医院")
    second = world.hospital("96", ["95"], name="戊医院")
    make_organization(second.organization, Organization.Kind.BRANCH, name="戊医院新设党支部")
    day = local_day(world.clock)
    merge_organizations(
        organizations=[Organization.objects.get(pk=first.organization_id)],
        into=Organization.objects.get(pk=second.organization_id),
        first_day=day, by=None, at=world.clock,
    )  # fmt: skip
    whole = {one.sheet.pk: one for one in findings(world.cycle, on=day)}
    for sheet in (first, second):
        (alone,) = findings(world.cycle, on=day, sheets=[sheet.pk])
        assert alone.inputs == whole[sheet.pk].inputs
    assert len(whole[second.pk].units) == 2


def objected(world: ResultsWorld, sheet: Sheet) -> Objection:
    sheet.refresh_from_db()
    signer = world.cast.secretary if sheet == hospital_of(world) else world.cast.branch_secretary
    return file_objection(
        reach=world.reach(signer), sheet=sheet, kind="correction", answer=Answer.objects.get(sheet=sheet),
        words="漏算一次活动", at=world.tick(),
    )  # fmt: skip


def test_no_branch_is_assessed_again_while_a_mark_is_objected_to(world: ResultsWorld) -> None:
    sheet = lagging(world)
    objected(world, sheet)
    with pytest.raises(Refused, match=r"还有 1 件.*条目 1-1-1.*先在“更正和申诉”里答复"):
        begin(world, sheet)


def test_no_hospital_is_assessed_again_while_a_mark_is_objected_to(world: ResultsWorld) -> None:
    sheet = below(world)
    row = objected(world, sheet)
    with pytest.raises(Refused, match="还有 1 件"):
        begin_hospital(world, sheet)
    Objection.objects.filter(pk=row.pk).update(
        state="rejected", reply="记录不实", ended_by=world.cast.supervisor, ended_at=world.clock
    )
    assert begin_hospital(world, sheet).sheet == sheet


def test_both_reassessments_bring_the_sheet_up_to_the_facts_of_the_day(
    world: ResultsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = lagging(world)
    hospital = hospital_of(world)
    verify_orders(hospital, at=world.tick())
    told = []
    for module in (branch_reassessing, reassessing):
        monkeypatch.setattr(
            module, "catch_up", lambda *, sheet, as_of, at, by: told.append((sheet.pk, as_of, sheet.state))
        )
    begin(world, sheet)
    begin_hospital(world, hospital)
    day = local_day(world.clock)
    assert told == [(sheet.pk, day, State.UNDER_ACCEPTANCE), (hospital.pk, day, State.UNDER_ACCEPTANCE)]
    assert not Evaluation.objects.exists()


def test_who_recognizes_reads_which_branches_were_assessed_again(world: ResultsWorld) -> None:
    sheet = lagging(world)
    again(world, sheet, "93")
    (found,) = findings(world.cycle, on=local_day(world.clock))
    assert "89→93，复评" in found.decision.reasons[0]
    sheet.refresh_from_db()
    assert f'"93",{sheet.version},2]' in found.inputs
    page = as_user(world.cast.party_office).get(
        reverse("results:result", args=[hospital_of(world).public_id])
    )
    assert "89→93，复评" in page.content.decode()
    row = world.assessed_again(hospital_of(world))
    assert "89→93，复评" in row.reasons[0]
    (found,) = findings(world.cycle, on=local_day(world.clock))
    assert "复评" not in "；".join(found.decision.reasons)


@pytest.mark.parametrize("cause", ["correction", "appeal"])
def test_nothing_but_its_own_reassessment_lifts_a_hospital_by_its_branches(
    world: ResultsWorld, cause: str
) -> None:
    sheet = lagging(world)
    again(world, sheet, "93")
    hospital = hospital_of(world)
    if cause == "appeal":
        world.appealed(hospital, "97")
    with pytest.raises(Refused, match="开始这个组织的复评"):
        revise_result(
            sheet=hospital, cause=cause, reason="核对", by=world.cast.guidance_province, at=world.tick()
        )


def test_a_correction_that_lifts_a_hospital_by_itself_is_not_refused(world: ResultsWorld) -> None:
    sheet = lagging(world, "80")
    hospital = hospital_of(world)
    world.rescore(hospital, "96")
    world.rescore(sheet, "95")
    row = revise_result(
        sheet=hospital, cause="correction", reason="核对", by=world.cast.guidance_province, at=world.tick()
    )
    assert row.outcome == "meets_standard"


def test_branches_without_a_score_finish_within_their_hospitals_round(world: ResultsWorld) -> None:
    lagging(world)
    hospital = hospital_of(world)
    node = make_organization(world.cast.hospital_a, Organization.Kind.BRANCH, name="急诊党支部")
    draft = world.sheet(node, None, State.DRAFT, world.cycle)
    Cycle.objects.filter(pk=world.cycle.pk).update(closed_at=world.clock)
    assert is_closed(Sheet.objects.select_related("cycle").get(pk=draft.pk))
    verify_orders(hospital, at=world.tick())
    begin_hospital(world, hospital)
    open_now = Sheet.objects.select_related("cycle").get(pk=draft.pk)
    hospital.refresh_from_db()
    assert open_now.own_deadline_date == hospital.own_deadline_date
    assert not is_closed(open_now)
    surgery = Sheet.objects.select_related("cycle").get(organization=world.cast.surgery)
    assert surgery.own_deadline_date is None
    assert is_closed(surgery)


def held_again(world: ResultsWorld) -> Sheet:
    """A branch assessed again in a closed cycle, to which a condition for a veto applies by the answer of its hospital."""
    sheet = lagging(world)
    Veto.objects.create(edition=sheet.edition, number=1, kind=Veto.Kind.SHEET, title="支部委员严重违纪违法")
    Cycle.objects.filter(pk=world.cycle.pk).update(closed_at=world.clock)
    begin(world, sheet)
    amended(world, sheet, "93")
    answered(world, sheet, applies=True)
    accepted(world, sheet, "93")
    return Sheet.objects.select_related("cycle", "organization").get(pk=sheet.pk)


def answered(world: ResultsWorld, sheet: Sheet, *, applies: bool) -> None:
    sheet.refresh_from_db()
    answer_vetoes(
        reach=world.reach(world.cast.party_office), sheet_id=sheet.public_id, seen_version=sheet.version,
        answers=[VetoAnswer(1, applies, "某号决定" if applies else "")], at=world.tick(),
    )  # fmt: skip


def test_a_branch_held_by_a_condition_stays_open_until_it_is_answered_anew(world: ResultsWorld) -> None:
    sheet = held_again(world)
    assert not is_closed(sheet)
    answered(world, sheet, applies=False)
    assert is_closed(sheet)
    with pytest.raises(Locked):
        answered(world, sheet, applies=True)


def test_a_branch_held_by_a_condition_can_be_withheld_though_its_cycle_is_closed(world: ResultsWorld) -> None:
    sheet = held_again(world)
    row = sheet_vetoes.propose(
        reach=world.reach(world.cast.supervisor), sheet=sheet, veto=Veto.objects.get(), basis="某号决定",
        uploads=[samples.upload(samples.pdf("veto"), "处理决定.pdf")], at=world.tick(),
    )  # fmt: skip
    row = sheet_vetoes.decide(
        reach=world.reach(world.cast.guidance_city), row=row, agrees=True, words="属实", notice_number="3号",
        seen_version=row.version, at=world.tick(),
    )  # fmt: skip
    sheet.refresh_from_db()
    assert sheet.state == State.WITHHELD
    sheet_vetoes.lift(
        reach=world.reach(world.another()), row=row, words="决定已撤销", seen_version=row.version,
        at=world.tick(),
    )  # fmt: skip
    answered(world, sheet, applies=False)
    assert is_closed(Sheet.objects.select_related("cycle").get(pk=sheet.pk))


def test_a_hospital_decided_after_its_own_round_in_a_closed_cycle_is_not_withheld_any_more(
    world: ResultsWorld,
) -> None:
    sheet = below(world)
    veto = Veto.objects.create(edition=sheet.edition, number=1, kind=Veto.Kind.SHEET, title="重大失误")
    Cycle.objects.filter(pk=world.cycle.pk).update(closed_at=world.clock)
    world.assessed_again(sheet)
    assert not is_closed(Sheet.objects.select_related("cycle").get(pk=sheet.pk))
    with pytest.raises(Locked, match="已经关闭"):
        sheet_vetoes.propose(
            reach=world.reach(world.cast.guidance_city), sheet=sheet, veto=veto, basis="某号决定",
            uploads=[samples.upload(samples.pdf("veto"), "处理决定.pdf")], at=world.tick(),
        )  # fmt: skip


def on_the_line(world: ResultsWorld) -> Sheet:
    """A branch at exactly the line, where the cycle does not call it lagging; its hospital below by it, and told to mend."""
    Cycle.objects.filter(pk=world.cycle.pk).update(lagging_reading="below")
    world.cycle.refresh_from_db()
    hospital = world.hospital("96", node=world.cast.hospital_a)
    sheet = world.sheet(world.cast.internal_medicine, "90", State.ACCEPTED, world.cycle)
    world.recognize()
    world.ordered(hospital)
    return sheet


def test_a_branch_on_the_line_is_assessed_again_on_its_hospitals_order(world: ResultsWorld) -> None:
    sheet = on_the_line(world)
    with pytest.raises(Refused, match="核验"):
        begin(world, sheet)
    verify_orders(hospital_of(world), at=world.tick())
    row = begin(world, sheet)
    assert row.rectification.sheet == hospital_of(world)
    assert CriterionReturn.objects.get().answer.criterion.code == "1-1-1"
    course = course_of(Sheet.objects.get(pk=sheet.pk))
    assert course is not None
    assert (course.is_served, course.ripe) == (True, None)


def test_a_branch_that_was_abolished_is_mended_and_assessed_again_by_its_hospital(
    world: ResultsWorld,
) -> None:
    sheet = lagging(world, state=Rectification.State.OPENED)
    order = Rectification.objects.select_related("organization", "ordered_by").get(sheet=sheet)
    office = world.reach(world.cast.party_office)
    assert not acts(office, order, Side.OWN)
    Organization.objects.filter(pk=sheet.organization_id).update(
        end_date=local_day(world.clock) - timedelta(days=1)
    )
    order = Rectification.objects.select_related("organization", "ordered_by").get(sheet=sheet)
    assert acts(office, order, Side.OWN)
    assert not acts(world.reach(world.cast.supervisor), order, Side.OWN)
    Rectification.objects.filter(pk=order.pk).update(state="verified", state_at=world.tick())
    row = begin(world, Sheet.objects.get(pk=sheet.pk), due_date=date(2027, 3, 1))
    assert (row.score_before, CriterionReturn.objects.count()) == (Decimal(89), 0)
    assert BranchReassessment.objects.count() == 1


def test_a_branch_that_was_scored_above_since_needs_no_reassessment(world: ResultsWorld) -> None:
    world.hospital("96", node=world.cast.hospital_a)
    sheet = world.sheet(world.cast.internal_medicine, None, State.DRAFT, world.cycle)
    world.recognize()
    assert course_of(sheet) is None


def test_a_decision_keeps_nobody_from_filling_in_and_one_of_one_organization_only_holds_its_own(
    world: ResultsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = world.hospital("96", ["95", None])
    other = world.hospital("96", ["95"], name="丁医院")
    world.hospital(None, ["95"], name="戊医院", state=State.DRAFT)
    held: list[int] = []
    monkeypatch.setattr(recognizing, "hold_sheets", lambda rows: held.extend(row.pk for row in rows))
    filled = Sheet.objects.exclude(state=State.DRAFT)
    ours = filled.filter(organization_path__startswith=sheet.organization_path)
    assert [row.sheet for row in world.recognize(only=[sheet.public_id])] == [sheet]
    assert sorted(held) == sorted(ours.values_list("pk", flat=True))
    assert len(held) == 2
    held.clear()
    assert [row.sheet for row in world.recognize()] == [other]
    assert sorted(held) == sorted(filled.values_list("pk", flat=True))


def test_a_decision_holds_the_sheets_of_the_branches_that_it_counts(
    world: ResultsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = world.hospital("96", ["95", "95"])
    world.hospital("96", ["95"], name="丁医院")
    held: list[int] = []
    monkeypatch.setattr(recognizing, "hold_sheets", lambda rows: held.extend(row.pk for row in rows))
    world.recognize()
    assert sorted(held) == sorted(Sheet.objects.values_list("pk", flat=True))
    held.clear()
    world.rescore(sheet, "97")
    revise_result(
        sheet=sheet, cause="correction", reason="核对", by=world.cast.guidance_province, at=world.tick()
    )
    ours = Sheet.objects.filter(organization_path__startswith=sheet.organization_path)
    assert sorted(held) == sorted(ours.values_list("pk", flat=True))
    assert len(held) == 3
