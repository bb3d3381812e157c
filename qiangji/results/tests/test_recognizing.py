"""Recognition: what is decided on scores of real sheets, what it writes, and that history is kept."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.assessments.models import Mark, Sheet, VetoCheck
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import as_user
from qiangji.audit.models import Event
from qiangji.lib.append_only import HistoryIsKept
from qiangji.lib.digests import digest
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import make_organization
from qiangji.results.exceptions import Locked, Refused
from qiangji.results.models import BranchStanding, Result
from qiangji.results.selectors.findings import digest_of, findings
from qiangji.results.selectors.rates import rate_of, target_of
from qiangji.results.selectors.trials import by_rules
from qiangji.results.services.recognizing import newest_outcomes, revise_result, waiting_for_decision
from qiangji.results.tests.worlds import ResultsWorld
from qiangji.scoring.recognition import Rules
from qiangji.standards.models import Veto

ON = date(2026, 12, 20)


def decided(world: ResultsWorld, sheet: Sheet) -> Result:
    world.recognize()
    sheet.refresh_from_db()
    return world.newest(sheet)


@pytest.mark.shows("A16", "A17")
@pytest.mark.parametrize(
    ("score", "branches", "outcome", "above"),
    [
        ("96.5", ["95"] * 9 + ["80"], "meets_standard", 9),
        ("96.5", ["95"] * 26 + ["89", "89", "89"], "below_standard", 26),
        ("90", ["95"], "below_standard", 1),
        ("90.1", ["95"], "meets_standard", 1),
        ("96.5", [], "meets_standard", 0),
        ("96.5", [None], "below_standard", 0),
        ("96.5", ["90"], "below_standard", 0),
    ],
)
def test_the_line_and_the_share_decide(
    world: ResultsWorld, score: str, branches: list[str | None], outcome: str, above: int
) -> None:
    sheet = world.hospital(score, branches)
    result = decided(world, sheet)
    assert (result.outcome, result.branches_above, result.branches_all) == (outcome, above, len(branches))
    assert sheet.state == outcome


def test_the_explanation_names_the_branch_that_is_lacking(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95"] * 26 + ["89", "88", "87"])
    words = "；".join(decided(world, sheet).reasons)
    assert "96.5，高于 90" in words
    assert "26 个高于 90，占 89.7%" in words
    assert "还差 1 个（丙医院第27党支部 89" in words


@pytest.mark.shows("A30")
def test_a_branch_at_exactly_the_line_is_lagging(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["89.9", "90", "90.1", None])
    rows = decided(world, sheet).branches.order_by("pk").values_list("score", "is_above", "is_lagging")
    assert list(rows) == [
        (Decimal("89.9"), False, True),
        (Decimal("90"), False, True),
        (Decimal("90.1"), True, False),
        (None, False, False),
    ]


def test_a_cycle_may_read_the_line_otherwise(world: ResultsWorld) -> None:
    world.cycle.lagging_reading = "below"
    world.cycle.save(update_fields=["lagging_reading"])
    sheet = world.hospital("96.5", ["90"])
    assert not decided(world, sheet).branches.get().is_lagging


def test_a_branch_without_a_sheet_counts_as_not_above(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95"])
    make_organization(sheet.organization, Organization.Kind.BRANCH, name="新设党支部")
    result = decided(world, sheet)
    assert (result.outcome, result.branches_above, result.branches_all) == ("below_standard", 1, 2)


def test_an_abolished_branch_that_was_never_scored_is_not_counted(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95", None])
    Organization.objects.filter(parent=sheet.organization, name__endswith="第2党支部").update(
        end_date=date(2026, 6, 30)
    )
    assert decided(world, sheet).branches_all == 1


@pytest.mark.shows("A17")
def test_a_withheld_branch_has_no_score_and_is_not_above(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95", "95"])
    Sheet.objects.filter(organization__name__endswith="第2党支部").update(state=State.WITHHELD)
    result = decided(world, sheet)
    assert (result.outcome, result.branches_above, result.branches_all) == ("below_standard", 1, 2)
    assert "丙医院第2党支部 不予评定" in result.reasons[-1]
    row = result.branches.get(name="丙医院第2党支部")
    assert (row.score, row.is_above, row.is_lagging, row.is_withheld) == (None, False, False, True)


def test_an_abolished_branch_whose_rating_was_withheld_still_counts_as_not_above(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95", "95"])
    Sheet.objects.filter(organization__name__endswith="第2党支部").update(state=State.WITHHELD)
    Organization.objects.filter(name="丙医院第2党支部").update(end_date=date(2026, 6, 30))
    assert decided(world, sheet).branches_short == 1


def test_no_trial_of_another_line_brings_a_withheld_branch_above(world: ResultsWorld) -> None:
    world.hospital("96.5", ["95"])
    Sheet.objects.filter(organization__kind=Organization.Kind.BRANCH).update(state=State.WITHHELD)
    (found,) = findings(world.cycle, on=ON)
    assert by_rules(found, Rules(Decimal(50), Decimal(90))).above == 0


def test_a_withheld_branch_is_never_stored_with_a_score(world: ResultsWorld) -> None:
    result = decided(world, world.hospital("96.5", ["95"]))
    with pytest.raises(IntegrityError), transaction.atomic():
        BranchStanding.objects.bulk_create(
            [
                BranchStanding(
                    result=result, organization=world.cast.surgery, name="外科党支部", score=Decimal(95), is_above=True,
                    is_lagging=False, is_withheld=True,
                )
            ]
        )  # fmt: skip


def test_what_is_not_rated_yet_is_provisional_and_not_decided(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95"], state=State.UNDER_RATING)
    (found,) = findings(world.cycle, on=ON)
    assert (found.is_final, found.decision.outcome.value) == (False, "达标")
    assert world.recognize() == []
    assert not Result.objects.filter(sheet=sheet).exists()


def test_a_draft_has_no_score_not_even_a_provisional_one(world: ResultsWorld) -> None:
    world.hospital("96.5", ["95"], state=State.DRAFT)
    (found,) = findings(world.cycle, on=ON)
    assert (found.score, found.is_final) == (None, False)


def test_a_decision_freezes_what_it_rests_on(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95"])
    result = decided(world, sheet)
    assert result.digest == digest(result.inputs)
    assert '"score":"96.5"' in result.inputs
    assert (result.sheet_version, sheet.version) == (0, 1)


def test_a_decision_leaves_a_row_of_history_and_an_event(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    result = decided(world, sheet)
    transition = sheet.transitions.get()
    assert (transition.verb, transition.digest) == ("recognize_meets_standard", result.digest)
    event = Event.objects.get(object_type="sheet", object_id=sheet.public_id)
    assert (event.verb, event.sequence) == ("sheet.recognized", 1)


def test_recognizing_again_decides_nothing_twice(world: ResultsWorld) -> None:
    world.hospital("96.5")
    assert len(world.recognize()) == 1
    assert world.recognize() == []


def test_single_sheets_can_be_recognized(world: ResultsWorld) -> None:
    first, second = world.hospital("96.5"), world.hospital("80", name="丁医院")
    world.recognize(only=[second.public_id])
    assert [row.sheet_id for row in Result.objects.all()] == [second.pk]
    assert Sheet.objects.get(pk=first.pk).state == State.RATED


def test_what_changed_since_it_was_seen_is_not_decided(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    seen = digest_of(waiting_for_decision(findings(world.cycle, on=ON), newest_outcomes(world.cycle)))
    world.rescore(sheet, "80")
    with pytest.raises(Locked):
        world.recognize(seen=seen)
    assert not Result.objects.exists()


def test_a_trial_is_not_recognized(world: ResultsWorld) -> None:
    world.cycle.is_trial = True
    world.cycle.save(update_fields=["is_trial"])
    with pytest.raises(Refused, match="试评"):
        world.recognize()


@pytest.mark.parametrize("cause", ["inspection", "appeal", "correction"])
def test_a_revision_adds_a_row_and_moves_the_sheet(world: ResultsWorld, cause: str) -> None:
    sheet = world.hospital("96.5")
    world.recognize()
    world.revised(sheet, cause, "80")
    rows = Result.objects.filter(sheet=sheet).values_list("sequence", "outcome", "cause")
    assert list(rows) == [(1, "meets_standard", "recognition"), (2, "below_standard", cause)]
    assert Sheet.objects.get(pk=sheet.pk).state == State.BELOW_STANDARD
    assert world.newest(sheet).sequence == 2


def test_a_revision_without_a_change_keeps_the_state_and_adds_the_row(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    world.recognize()
    world.revised(sheet, "correction", "85")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.version, sheet.results.count()) == (State.BELOW_STANDARD, 1, 2)


@pytest.mark.parametrize(
    ("cause", "said"),
    [("reassessment", "在“认定”一页认定"), ("appeal", "没有成立的申诉"), ("inspection", "没有完成的抽查")],
)
def test_a_cause_that_nothing_bears_out_is_refused(world: ResultsWorld, cause: str, said: str) -> None:
    sheet = world.hospital("96.5")
    world.recognize()
    world.rescore(sheet, "80")
    with pytest.raises(Refused, match=said):
        revise_result(sheet=sheet, cause=cause, reason="核对后改变", by=None, at=world.tick())
    assert sheet.results.count() == 1


@pytest.mark.parametrize("cause", ["appeal", "inspection"])
def test_what_the_standing_result_took_in_already_proves_no_other(world: ResultsWorld, cause: str) -> None:
    sheet = world.hospital("96.5")
    world.recognize()
    world.revised(sheet, cause, "80")
    with pytest.raises(Refused, match="现在的结果作出以后"):
        revise_result(sheet=sheet, cause=cause, reason="再来一次", by=None, at=world.tick())


def test_a_revision_needs_a_reason_and_an_earlier_result(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    with pytest.raises(Refused, match="还没有认定结果"):
        revise_result(sheet=sheet, cause="appeal", reason="申诉成立", by=None, at=world.tick())
    world.recognize()
    with pytest.raises(Refused, match="原因"):
        revise_result(sheet=sheet, cause="appeal", reason=" ", by=None, at=world.tick())
    with pytest.raises(Refused, match="起因"):
        revise_result(sheet=sheet, cause="recognition", reason="再来", by=None, at=world.tick())


def test_an_inspection_in_its_course_holds_the_revision_up(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    world.recognize()
    Sheet.objects.filter(pk=sheet.pk).update(state=State.UNDER_INSPECTION)
    with pytest.raises(Locked, match="抽查中"):
        revise_result(sheet=sheet, cause="inspection", reason="抽查", by=None, at=world.tick())


def test_an_inspection_overturns_what_the_rating_said(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", state=State.INSPECTED)
    Sheet.objects.filter(pk=sheet.pk).update(inspected_round=1)
    Mark.objects.create(
        answer=sheet.answers.get(), stage="inspection", points=Decimal(85),
        marked_by=world.cast.guidance_city, marked_at=world.clock,
    )  # fmt: skip
    result = decided(world, sheet)
    assert (result.outcome, result.score) == ("below_standard", Decimal(85))


def test_a_withheld_sheet_gets_its_row_once(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", state=State.WITHHELD)
    assert decided(world, sheet).outcome == "withheld"
    assert world.recognize() == []


def test_rows_of_results_are_never_changed(world: ResultsWorld) -> None:
    world.hospital("96.5", ["95"])
    (row,) = world.recognize()
    with pytest.raises(HistoryIsKept):
        row.save()
    with pytest.raises(HistoryIsKept):
        BranchStanding.objects.all().delete()


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "great"},
        {"cause": "appeal", "reason": ""},
        {"branches_above": 3, "branches_all": 2},
        {"outcome": "meets_standard", "score": None},
        {"digest": ""},
        {"sequence": 1},
    ],
)
def test_the_database_refuses_rows_that_contradict_themselves(world: ResultsWorld, fields: dict) -> None:
    sheet = world.hospital("80")
    world.recognize()
    whole = {
        "sheet": sheet, "cycle": world.cycle, "organization": sheet.organization, "sequence": 2,
        "outcome": "below_standard", "score": Decimal(80), "branches_above": 0, "branches_all": 0,
        "branches_short": 0, "reasons": [], "inputs": "{}", "digest": "0" * 64, "cause": "recognition",
        "sheet_version": 1, "decided_at": world.clock,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.create(**(whole | fields))


@pytest.mark.shows("A19", "G05")
def test_the_rate_counts_who_did_not_apply_and_leaves_private_hospitals_out(world: ResultsWorld) -> None:
    world.hospital("96.5")
    world.hospital("80", name="丁医院")
    make_organization(world.cast.city_a, Organization.Kind.HOSPITAL, name="民营医院党委", is_public=False)
    world.recognize()
    rate = rate_of(world.cycle, world.cast.province, on=ON)
    # Of the cast, two public hospitals have no sheet at all.
    assert (rate.recognized, rate.all, rate.percent) == (1, 4, Decimal(25))
    world.cycle.target_rate, world.cycle.target_date = Decimal(50), date(2027, 12, 31)
    target = target_of(world.cycle, rate)
    assert (target.needed, target.lacking, target.gap) == (3, 2, Decimal(25))


def test_a_private_hospitals_sheet_has_no_result(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    Organization.objects.filter(pk=sheet.organization_id).update(is_public=False)
    assert findings(world.cycle, on=ON) == []


def test_the_number_of_statements_does_not_grow(world: ResultsWorld) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            world.recognize()
        return len(captured)

    world.hospital("96.5", ["95", "80"])
    few = statements()
    for number in range(4):
        world.hospital("96.5", ["95", "80"], name=f"{number}医院")
    assert statements() == few


@pytest.mark.shows("B00c")
def test_a_hospital_whose_condition_applies_waits_for_its_approvers(world: ResultsWorld) -> None:
    sheet = world.hospital("95", state=State.ACCEPTED)
    Sheet.objects.filter(pk=sheet.pk).update(final_stage="acceptance")
    veto = Veto.objects.create(edition=sheet.edition, number=1, kind=Veto.Kind.SHEET, title="重大失误")

    def answer(applies: bool) -> None:
        VetoCheck.objects.create(
            sheet=sheet, veto=veto, round=1, applies=applies, basis="某号决定" if applies else "",
            checked_by=world.cast.supervisor, checked_at=world.tick(),
        )  # fmt: skip

    answer(applies=True)
    assert world.recognize() == []
    answer(applies=False)
    assert [row.sheet for row in world.recognize()] == [sheet]


@pytest.mark.shows("B00c")
def test_a_hospital_waits_while_a_condition_applies_to_one_of_its_branches(world: ResultsWorld) -> None:
    sheet = world.hospital("96", ["95", "95"])
    other = world.hospital("96", ["95"], name="丁医院")
    branch = Sheet.objects.filter(organization_path__startswith=sheet.organization_path).order_by("pk")[1]
    held = applying(world, branch)
    assert [row.sheet for row in world.recognize()] == [other]
    (found,) = [one for one in findings(world.cycle, on=ON) if one.sheet == sheet]
    assert (found.is_final, found.may_be_decided, found.held_by) == (
        False,
        False,
        (branch.organization_name,),
    )
    assert findings(world.cycle, on=ON, sheets=[sheet.pk])[0].held_by == found.held_by
    client = as_user(world.cast.guidance_province)
    for name, key in (("recognition", world.cycle.public_id), ("result", sheet.public_id)):
        page = client.get(reverse(f"results:{name}", args=[key])).content.decode()
        assert "存在不予评定的情形" in page
        assert branch.organization_name in page
    VetoCheck.objects.create(
        sheet=branch, veto=held.veto, round=1, applies=False, checked_by=world.cast.party_office,
        checked_at=world.tick(),
    )  # fmt: skip
    assert [row.sheet for row in world.recognize()] == [sheet]


def test_a_decided_hospital_is_not_decided_anew_while_a_condition_applies_to_a_branch(
    world: ResultsWorld,
) -> None:
    sheet = world.hospital("96", ["95"])
    world.recognize()
    branch = Sheet.objects.exclude(pk=sheet.pk).get()
    applying(world, branch)
    (found,) = findings(world.cycle, on=ON)
    assert (found.is_held, found.is_final) == (True, True), "what was decided is not called provisional"
    with pytest.raises(Locked, match=f"{branch.organization_name}经核对存在不予评定的情形"):
        revise_result(
            sheet=sheet, cause="correction", reason="核对", by=world.cast.guidance_province, at=world.tick()
        )


def test_a_withheld_hospital_gets_its_row_whatever_applies_to_a_branch(world: ResultsWorld) -> None:
    sheet = world.hospital("96", ["95"], state=State.WITHHELD)
    applying(world, Sheet.objects.exclude(pk=sheet.pk).get())
    assert decided(world, sheet).outcome == "withheld"


def applying(world: ResultsWorld, sheet: Sheet) -> VetoCheck:
    """Answer that a condition applies to a sheet."""
    veto = Veto.objects.create(edition=sheet.edition, number=1, kind=Veto.Kind.SHEET, title="重大失误")
    return VetoCheck.objects.create(
        sheet=sheet, veto=veto, round=sheet.round, applies=True, basis="某号决定",
        checked_by=world.cast.party_office, checked_at=world.tick(),
    )  # fmt: skip
