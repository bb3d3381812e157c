"""What follows from results: offered by the documents, opened by a person, withdrawn with history."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.states import State
from qiangji.members.tests.factories import make_person
from qiangji.rectification.models import Rectification
from qiangji.results.exceptions import Locked, Refused
from qiangji.results.models import Consequence
from qiangji.results.selectors.due import Due, newest_results, still_due
from qiangji.results.services.consequences import finish_consequence, open_consequences
from qiangji.results.tests.again import verify_orders
from qiangji.results.tests.worlds import ResultsWorld

DEADLINE = date(2027, 3, 31)
Kind = Consequence.Kind


def due(world: ResultsWorld, *kinds: str) -> list[Due]:
    found = still_due(newest_results(world.cycle))
    return [one for one in found if not kinds or one.kind in kinds]


def opened(world: ResultsWorld, *kinds: str) -> list[Consequence]:
    return open_consequences(
        due=due(world, *kinds), deadline_date=DEADLINE, by=world.cast.guidance_province, at=world.tick()
    )


def below_last_year(world: ResultsWorld, sheet: Sheet) -> None:
    """Decide that the hospital was below the year before."""
    cycle = world.year(2025)
    world.hospital("80", node=sheet.organization, cycle=cycle)
    world.recognize(cycle=cycle)


def two_years(world: ResultsWorld) -> tuple[Sheet, Sheet]:
    """A hospital below the line this year and the year before, both decided."""
    sheet = world.hospital("80")
    below_last_year(world, sheet)
    world.recognize()
    return sheet, Sheet.objects.get(cycle__year=2025, organization=sheet.organization)


@pytest.mark.shows("A30", "D17")
def test_a_lagging_branch_is_put_under_its_hospital_and_waits_for_a_leader(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95", "90"])
    world.recognize()
    (row,) = opened(world, Kind.KEY_BRANCH)
    mending = row.rectification
    assert mending.kind == Rectification.Kind.KEY_BRANCH
    assert (row.organization.name, mending.ordered_by) == ("丙医院第2党支部", sheet.organization)
    assert (mending.leader, mending.needs_leader) == (None, True)


@pytest.mark.shows("A31")
def test_below_standard_leads_to_mending_within_a_time_with_what_lost_points(world: ResultsWorld) -> None:
    world.hospital("88.5")
    world.recognize()
    (row,) = opened(world, Kind.TIME_LIMITED)
    mending = row.rectification
    assert (mending.kind, mending.deadline_date) == (Rectification.Kind.TIME_LIMITED, DEADLINE)
    assert mending.ordered_by == world.cast.authority_a
    assert [item.gap for item in mending.items.all()] == ["1-1-1 全部工作，失 11.5 分"]


@pytest.mark.parametrize(
    ("score", "branches", "own", "others"),
    [("96.5", ["89"], False, True), ("88.5", ["95"], True, False), ("90", ["89"], True, True)],
)
def test_an_order_rests_on_what_fell_short_and_on_nothing_else(
    world: ResultsWorld, score: str, branches: list[str], own: bool, others: bool
) -> None:
    world.hospital(score, branches)
    world.recognize()
    (row,) = opened(world, Kind.TIME_LIMITED)
    assert row.basis == row.rectification.basis
    assert (f"本级得分 {score}" in row.basis, "还差 1 个（丙医院第1党支部 89" in row.basis) == (own, others)
    assert row.basis.startswith("2026 年度")
    assert row.basis.endswith("，认定为未达标")


@pytest.mark.shows("A33")
def test_two_years_running_lead_to_three_things_more(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    below_last_year(world, sheet)
    world.recognize()
    kinds = [one.kind for one in due(world)]
    assert kinds == [
        Kind.TIME_LIMITED, Kind.NOTIFY_SUPERIOR, Kind.ASK_INSPECTION, Kind.KEY_REMEDY, Kind.DEBRIEF,
    ]  # fmt: skip
    (row,) = opened(world, Kind.KEY_REMEDY)
    assert row.basis == "2025、2026 年度连续未达标"
    assert row.rectification.get_kind_display() == "重点整改整治"


def test_one_year_alone_does_not(world: ResultsWorld) -> None:
    world.hospital("80")
    world.recognize()
    assert [one.kind for one in due(world)] == [Kind.TIME_LIMITED, Kind.DEBRIEF]


def test_a_year_between_breaks_the_row(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    cycle = world.year(2024)
    world.hospital("80", node=sheet.organization, cycle=cycle)
    world.recognize(cycle=cycle)
    world.recognize()
    assert Kind.NOTIFY_SUPERIOR not in [one.kind for one in due(world)]


@pytest.mark.shows("A33")
@pytest.mark.parametrize("withheld", [(2025,), (2026,), (2025, 2026)])
def test_a_year_that_was_not_rated_for_a_veto_breaks_no_row(world: ResultsWorld, withheld: tuple) -> None:
    states = {year: State.WITHHELD if year in withheld else State.RATED for year in (2025, 2026)}
    sheet = world.hospital("80", state=states[2026])
    cycle = world.year(2025)
    world.hospital("80", node=sheet.organization, cycle=cycle, state=states[2025])
    world.recognize(cycle=cycle)
    world.recognize()
    kinds = [one.kind for one in due(world)]
    assert {Kind.NOTIFY_SUPERIOR, Kind.ASK_INSPECTION, Kind.KEY_REMEDY} <= set(kinds)
    assert (Kind.TIME_LIMITED in kinds) == (2026 not in withheld)
    words = due(world, Kind.NOTIFY_SUPERIOR)[0].basis
    assert ("2025 年度不予评定" in words, "2026 年度不予评定" in words) == (
        2025 in withheld,
        2026 in withheld,
    )


def test_a_recognized_year_breaks_the_row(world: ResultsWorld) -> None:
    sheet = world.hospital("80", state=State.WITHHELD)
    cycle = world.year(2025)
    world.hospital("95", node=sheet.organization, cycle=cycle)
    world.recognize(cycle=cycle)
    world.recognize()
    assert [one.kind for one in due(world)] == [Kind.DEBRIEF]


def test_last_years_result_that_was_reversed_does_not_count(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    cycle = world.year(2025)
    before = world.hospital("80", node=sheet.organization, cycle=cycle)
    world.recognize(cycle=cycle)
    world.revised(before, "appeal", "95")
    world.recognize()
    assert Kind.NOTIFY_SUPERIOR not in [one.kind for one in due(world)]


def test_what_two_years_led_to_falls_when_the_first_of_them_is_reversed(world: ResultsWorld) -> None:
    sheet, before = two_years(world)
    rows = {row.kind: row for row in opened(world)}
    done = rows[Kind.NOTIFY_SUPERIOR]
    finish_consequence(
        consequence=done, words="已通报", notice_number="", by=world.cast.supervisor, at=world.tick()
    )
    world.revised(before, "appeal", "95")
    withdrawn = {row.kind: row for row in Consequence.objects.exclude(withdrawn_at=None)}
    assert set(withdrawn) == {Kind.ASK_INSPECTION, Kind.KEY_REMEDY}
    assert withdrawn[Kind.KEY_REMEDY].withdrawn_reason == "上一年度结果已因申诉改变变为达标：核对后改变"
    states = dict(Rectification.objects.filter(sheet=sheet).values_list("kind", "state"))
    assert states == {"time_limited": "opened", "key_remedy": "withdrawn"}


def test_what_two_years_led_to_stays_where_the_first_is_corrected_and_still_below(
    world: ResultsWorld,
) -> None:
    _, before = two_years(world)
    opened(world)
    world.revised(before, "correction", "85")
    assert not Consequence.objects.exclude(withdrawn_at=None).exists()


def test_another_hospitals_first_year_takes_nothing_with_it(world: ResultsWorld) -> None:
    two_years(world)
    opened(world)
    other = world.hospital("80", name="丁医院", cycle=Cycle.objects.get(year=2025))
    world.recognize(cycle=other.cycle)
    world.revised(other, "appeal", "95")
    assert not Consequence.objects.exclude(withdrawn_at=None).exists()


@pytest.mark.shows("D37")
def test_a_recognized_organization_is_praised_and_its_result_goes_into_the_debrief(
    world: ResultsWorld,
) -> None:
    world.hospital("96.5")
    world.recognize()
    rows = opened(world)
    assert [row.kind for row in rows] == [Kind.DEBRIEF, Kind.PRAISE]
    done = finish_consequence(
        consequence=rows[1], words="已通报表扬", notice_number="1", by=world.cast.supervisor, at=world.tick()
    )
    assert (done.is_done, done.done_words) == (True, "已通报表扬")
    with pytest.raises(Locked):
        finish_consequence(consequence=rows[1], words="再次", by=world.cast.supervisor, at=world.tick())


def test_nothing_is_opened_by_a_recognition_itself(world: ResultsWorld) -> None:
    world.hospital("80", ["80"])
    world.recognize()
    assert not Consequence.objects.exists()
    assert not Rectification.objects.exists()


def test_nothing_is_opened_twice(world: ResultsWorld) -> None:
    world.hospital("80")
    world.recognize()
    seen = due(world, Kind.TIME_LIMITED)
    opened(world, Kind.TIME_LIMITED)
    assert due(world, Kind.TIME_LIMITED) == []
    with pytest.raises(Locked):
        open_consequences(due=seen, deadline_date=DEADLINE, by=world.cast.supervisor, at=world.tick())


def test_a_deadline_lies_ahead(world: ResultsWorld) -> None:
    world.hospital("80")
    world.recognize()
    with pytest.raises(Refused, match="期限"):
        open_consequences(
            due=due(world), deadline_date=date(2026, 12, 1), by=world.cast.supervisor, at=world.tick()
        )


@pytest.mark.parametrize("cause", ["inspection", "appeal", "correction"])
def test_a_result_that_falls_takes_what_it_led_to_with_it(world: ResultsWorld, cause: str) -> None:
    sheet = world.hospital("80")
    world.recognize()
    (row,) = opened(world, Kind.TIME_LIMITED)
    world.revised(sheet, cause, "95")
    row.refresh_from_db()
    mending = Rectification.objects.get()
    assert row.is_withdrawn
    assert "变为达标：核对后改变" in row.withdrawn_reason
    assert (mending.state, mending.steps.last().verb) == ("withdrawn", "withdraw")


def test_an_overturned_recognition_takes_the_praise_back(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    world.recognize()
    opened(world, Kind.PRAISE)
    world.revised(sheet, "inspection", "80")
    assert Consequence.objects.get().is_withdrawn
    assert Kind.TIME_LIMITED in [one.kind for one in due(world)]


def test_what_still_follows_stays_open(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    world.recognize()
    opened(world, Kind.TIME_LIMITED)
    world.revised(sheet, "correction", "85")
    assert not Consequence.objects.get().is_withdrawn
    assert due(world, Kind.TIME_LIMITED) == []


def test_a_reassessment_takes_no_mending_back(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    world.recognize()
    opened(world, Kind.TIME_LIMITED)
    world.rescore(sheet, "95")
    world.assessed_again(sheet)
    assert not Consequence.objects.get().is_withdrawn
    world.revised(sheet, "correction", "96")
    assert not Consequence.objects.get().is_withdrawn


@pytest.mark.parametrize("passed", [True, False])
def test_who_falls_again_or_stays_below_is_ordered_anew_in_the_same_cycle(
    world: ResultsWorld, passed: bool
) -> None:
    sheet = world.hospital("80")
    world.recognize()
    world.ordered(sheet)
    if passed:
        world.rescore(sheet, "95")
    world.assessed_again(sheet)
    if passed:
        world.revised(sheet, "inspection", "85")
    second = world.ordered(sheet)
    assert [row.state for row in Rectification.objects.order_by("opened_at")] == ["verified", "opened"]
    assert second.result == world.newest(sheet)
    assert due(world, Kind.TIME_LIMITED) == []


def test_what_was_served_in_the_standing_that_still_is_is_not_ordered_again(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    world.recognize()
    world.ordered(sheet)
    verify_orders(sheet, at=world.tick())
    world.revised(sheet, "correction", "85")
    assert due(world, Kind.TIME_LIMITED) == []


def test_a_branch_that_fell_again_is_ordered_anew_and_one_that_still_lags_is_not(world: ResultsWorld) -> None:
    sheet = world.hospital("80", ["89", "89"])
    world.recognize()
    rows = opened(world, Kind.KEY_BRANCH)
    Rectification.objects.update(state="closed", leader=make_person("林书记"))
    first = Sheet.objects.get(pk=rows[0].rectification.sheet_id)
    for score in ("95", "88"):
        world.rescore(first, score)
        world.revised(sheet, "correction", "80")
    assert [one.organization for one in due(world, Kind.KEY_BRANCH)] == [first.organization]


def test_the_database_keeps_two_pending_orders_of_one_kind_from_a_sheet(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    world.recognize()
    row = world.ordered(sheet).rectification
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.create(
            organization=row.organization, kind=row.kind, sheet=sheet, basis="再次", ordered_by=row.ordered_by,
            deadline_date=DEADLINE, opened_at=world.clock, state_at=world.clock,
        )  # fmt: skip


def test_what_is_still_due_takes_the_same_statements_for_one_and_for_many(world: ResultsWorld) -> None:
    def statements() -> int:
        results = newest_results(world.cycle)
        with CaptureQueriesContext(connection) as captured:
            still_due(results)
        return len(captured)

    world.hospital("80", ["80"])
    world.recognize()
    opened(world)
    few = statements()
    for number in range(4):
        world.hospital("80", ["80"], name=f"{number}医院")
    world.recognize()
    opened(world)
    assert statements() == few <= 6


def test_a_branch_that_is_no_longer_lagging_is_let_off(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95", "90"])
    world.recognize()
    opened(world, Kind.KEY_BRANCH)
    branch = Sheet.objects.get(organization_name__endswith="第2党支部")
    world.rescore(branch, "92")
    world.revised(sheet, "correction", "96.5")
    assert Consequence.objects.get().is_withdrawn


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "time_limited"},
        {"basis": ""},
        {"done_words": "已办"},
        {"withdrawn_reason": "改了"},
        {"kind": "unknown"},
    ],
)
def test_the_database_refuses_consequences_that_contradict_themselves(
    world: ResultsWorld, fields: dict
) -> None:
    sheet = world.hospital("96.5")
    (result,) = world.recognize()
    whole = {
        "result": result, "kind": "praise", "organization": sheet.organization,
        "owner": world.cast.authority_a, "basis": "达标", "deadline_date": DEADLINE, "opened_at": world.clock,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Consequence.objects.create(**(whole | fields))
