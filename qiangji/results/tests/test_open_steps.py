"""The cheap counts of what is left of a cycle, held against what the pages compute."""

from datetime import date

import pytest

from qiangji.assessments.models import Sheet, VetoCheck
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import counted
from qiangji.members.tests.factories import make_person
from qiangji.orgs.models import Organization
from qiangji.rectification.models import Rectification
from qiangji.results.models import BranchStanding, Consequence, Result
from qiangji.results.selectors.due import MENDING, TWICE, newest_results, still_due
from qiangji.results.selectors.findings import findings
from qiangji.results.selectors.open_steps import What, open_steps
from qiangji.results.selectors.without_result import due_without_result
from qiangji.results.services.consequences import open_consequences
from qiangji.results.services.recognizing import newest_outcomes, waiting_for_decision
from qiangji.results.tests.again import begun_again
from qiangji.results.tests.worlds import ResultsWorld
from qiangji.standards.models import Veto

Kind = Consequence.Kind
AHEAD = date(2027, 3, 31)


def count(world: ResultsWorld, what: What) -> int:
    steps = open_steps([world.cycle.pk], over=[world.cycle.pk])
    return sum(one.many for one in steps if one.what == what)


def check(world: ResultsWorld) -> tuple[int, int, int]:
    """Hold the three counts of the world's cycle against what its pages compute; return them."""
    cycle, at = world.cycle, world.tick()
    due = still_due(newest_results(cycle))
    organizations = {one.organization.pk for one in due if one.kind in (Kind.TIME_LIMITED, *TWICE)}
    branches = {one.organization.pk for one in due if one.kind == Kind.KEY_BRANCH}
    waits = waiting_for_decision(findings(cycle, on=at.date()), newest_outcomes(cycle))
    waiting = sum(count(world, what) for what in (What.FIRST, What.MENDED, What.RECHECKED))
    found = (waiting, count(world, What.ORGANIZATIONS), count(world, What.BRANCHES))
    assert found == (len(waits), len(organizations), len(branches))
    return found


def open_all(world: ResultsWorld, kinds: tuple[str, ...] = MENDING) -> None:
    due = [one for one in still_due(newest_results(world.cycle)) if one.kind in kinds]
    open_consequences(due=due, deadline_date=AHEAD, by=world.cast.guidance_province, at=world.tick())


def test_the_counts_are_those_of_the_pages_from_the_last_stage_to_the_opened_orders(
    world: ResultsWorld,
) -> None:
    world.hospital("80", ["95", "85", None], name="丙医院")
    world.hospital("96", ["95"], name="丁医院")
    world.hospital("88", name="戊医院", state=State.UNDER_RATING)
    assert check(world) == (2, 0, 0)
    world.recognize()
    assert check(world) == (0, 1, 1)
    open_all(world, (Kind.KEY_BRANCH,))
    assert check(world) == (0, 1, 0)
    open_all(world)
    assert check(world) == (0, 0, 0)


def test_who_stays_below_by_a_reassessment_counts_again(world: ResultsWorld) -> None:
    sheet = world.hospital("80", ["95"])
    world.recognize()
    world.ordered(sheet)
    assert check(world) == (0, 0, 0)
    world.assessed_again(sheet)
    assert check(world) == (0, 1, 0)
    world.ordered(sheet)
    world.revised(sheet, "correction", "82")
    assert check(world) == (0, 0, 0)


def test_who_fell_again_after_a_served_order_counts_again(world: ResultsWorld) -> None:
    sheet = world.hospital("80", ["95"])
    world.recognize()
    order = world.ordered(sheet).rectification
    assert order is not None
    order.state = "closed"
    order.save(update_fields=["state"])
    world.revised(sheet, "appeal", "96")
    assert check(world) == (0, 0, 0)
    world.revised(sheet, "inspection", "70")
    assert check(world) == (0, 1, 0)


def test_two_years_running_count_until_all_that_follows_is_opened(world: ResultsWorld) -> None:
    node = world.hospital("80", cycle=world.year(2025)).organization
    world.recognize(cycle=Sheet.objects.get(organization=node).cycle)
    world.hospital("80", node=node)
    world.recognize()
    open_all(world, (Kind.TIME_LIMITED,))
    assert check(world) == (0, 1, 0)
    open_all(world, TWICE)
    assert check(world) == (0, 0, 0)


def test_a_branch_that_recovered_and_lags_again_counts_again(world: ResultsWorld) -> None:
    sheet = world.hospital("96", ["95", *["96"] * 9, "85"])
    world.recognize()
    open_all(world)
    assert check(world) == (0, 0, 0)
    branch = Sheet.objects.get(organization=BranchStanding.objects.get(is_lagging=True).organization)
    Rectification.objects.update(state="closed", leader=make_person("林书记"))
    for score, count in (("97", 0), ("84", 1)):
        world.rescore(branch, score)
        world.revised(sheet, "correction", "96")
        assert check(world) == (0, 0, count)


def test_who_never_applied_counts_until_it_is_told(world: ResultsWorld) -> None:
    world.hospital(None, state=State.DRAFT)
    (due,) = due_without_result(world.cycle, at=world.tick())
    assert count(world, What.ABSENT) == 1
    open_consequences(due=[due], deadline_date=AHEAD, by=world.cast.guidance_province, at=world.tick())
    assert count(world, What.ABSENT) == 0


def test_what_waits_is_told_apart_by_where_it_comes_from(world: ResultsWorld) -> None:
    again, looked = world.hospital("80", name="丙医院"), world.hospital("96", name="丁医院")
    world.hospital("91", name="戊医院", state=State.UNDER_RATING)
    world.recognize()
    world.ordered(again)
    day = begun_again(again, reach=world.reach(world.cast.supervisor), at=world.tick())
    Sheet.objects.filter(pk=again.pk).update(state=State.RATED)
    world.inspected(looked, "97")
    Sheet.objects.filter(organization_name="戊医院党委").update(state=State.RATED)
    found = {(one.what, one.until): one.many for one in open_steps([world.cycle.pk])}
    assert found == {(What.MENDED, day): 1, (What.RECHECKED, None): 1, (What.FIRST, None): 1}


@pytest.mark.parametrize("looked_at_again", [False, True])
def test_what_a_condition_holds_is_nobodys_step_until_it_is_answered_anew(
    world: ResultsWorld, *, looked_at_again: bool
) -> None:
    sheet = world.hospital("96", ["95", "95"])
    world.hospital("96", ["95"], name="丁医院")
    if looked_at_again:
        world.recognize()
        world.inspected(sheet, "97")
    assert check(world)[0] == (1 if looked_at_again else 2)
    branch = Sheet.objects.filter(organization_path__startswith=sheet.organization_path).last()
    assert branch is not None
    answer(world, branch, applies=True)
    assert check(world)[0] == (0 if looked_at_again else 1)
    answer(world, branch, applies=False)
    assert check(world)[0] == (1 if looked_at_again else 2)


def test_a_hospital_that_is_not_rated_is_held_by_its_own_condition_and_another_cycle_by_none(
    world: ResultsWorld,
) -> None:
    sheet = world.hospital("96", state=State.ACCEPTED)
    Sheet.objects.filter(pk=sheet.pk).update(final_stage="acceptance")
    other = world.hospital("96", node=sheet.organization, cycle=world.year(2025))
    answer(world, sheet, applies=True)
    assert check(world)[0] == 0
    assert [one.many for one in open_steps([other.cycle_id])] == [1]


def answer(world: ResultsWorld, sheet: Sheet, *, applies: bool) -> None:
    """Answer for a condition under which a sheet is not rated."""
    veto, _ = Veto.objects.get_or_create(
        edition=sheet.edition, number=1, defaults={"kind": Veto.Kind.SHEET, "title": "严重违纪违法"}
    )
    VetoCheck.objects.create(
        sheet=sheet, veto=veto, round=sheet.round, applies=applies, basis="某号决定" if applies else "",
        checked_by=world.cast.supervisor, checked_at=world.tick(),
    )  # fmt: skip


def test_what_was_left_of_a_closed_cycle_is_asked_no_more(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    world.recognize()
    world.cycle.closed_at = world.tick()
    world.cycle.save(update_fields=["closed_at"])
    assert count(world, What.ORGANIZATIONS) == 0
    world.revised(sheet, "appeal", "79")
    assert count(world, What.ORGANIZATIONS) == 1


def test_all_counts_are_one_statement_however_many_there_are(world: ResultsWorld) -> None:
    for number in range(3):
        world.hospital("80", ["85", "95"], name=f"第{number}医院")
    world.recognize()
    assert Result.objects.count() == 3
    assert Organization.objects.filter(kind="branch").count() >= 6
    with counted() as taken:
        open_steps([world.cycle.pk], over=[world.cycle.pk])
    assert len(taken()) == 1
