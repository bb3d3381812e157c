"""Ledgers by class, summaries, filing: the numbers are those of the sheets, by construction."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.assessments.models import Sheet
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import as_user, undone
from qiangji.lib.append_only import HistoryIsKept
from qiangji.lib.digests import digest
from qiangji.orgs.models import Organization
from qiangji.orgs.services.organizations import move_organization
from qiangji.orgs.tests.factories import make_organization
from qiangji.rectification.models import Rectification
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Consequence, Reassessment, Receipt, Result, Summary
from qiangji.results.selectors.classes import Class, class_counts
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.selectors.findings import findings
from qiangji.results.selectors.ledgers import ledger, summary_of
from qiangji.results.selectors.rates import rate_of
from qiangji.results.services.consequences import open_consequences
from qiangji.results.services.filing import file_summary, freeze_summary, receive_filing
from qiangji.results.tests.worlds import ResultsWorld
from tests.examples import examples

ON = date(2026, 12, 20)
# What a hospital can be, and in which class it then stands.
CASES = {
    "no sheet": Class.NOT_APPLIED,
    State.DRAFT: Class.NOT_APPLIED,
    State.SUBMITTED: Class.WAITING,
    State.ACCEPTED: Class.WAITING,
    State.UNDER_INSPECTION: Class.WAITING,
    "96.5": Class.MEETS,
    "80": Class.BELOW,
    State.WITHHELD: Class.WITHHELD,
    "private": None,
}


def lay(world: ResultsWorld, cases: list[str]) -> None:
    for number, case in enumerate(cases):
        name = f"第{number}医院"
        if case in ("no sheet", "private"):
            node = make_organization(
                world.cast.city_a, Organization.Kind.HOSPITAL, name=name, is_public=case != "private"
            )
            if case == "private":
                world.hospital("96.5", node=node)
        elif case in State.values:
            world.hospital("96.5", name=name, state=case)
        else:
            world.hospital(case, name=name)
    world.recognize()


@pytest.mark.slow
@pytest.mark.shows("A28")
@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cases=st.lists(st.sampled_from(list(CASES)), max_size=8))
def test_the_numbers_are_those_of_the_sheets(world_for_properties: ResultsWorld, cases: list[str]) -> None:
    world = world_for_properties
    with undone():
        lay(world, cases)
        counts = summary_of(world.cycle, world.cast.city_a, on=ON).total.counts
        # Hospital 甲 of the cast has no sheet.
        expected = [Class.NOT_APPLIED, *(CASES[case] for case in cases if CASES[case] is not None)]
        assert counts == {value: expected.count(value) for value in Class.values}
        states = Sheet.objects.filter(
            organization_kind="hospital", organization__is_public=True, cycle=world.cycle
        ).values_list("state", flat=True)
        for state in (State.MEETS_STANDARD, State.BELOW_STANDARD, State.WITHHELD):
            assert counts[state] == list(states).count(state)
        rows = ledger(world.cycle, world.reach(world.cast.guidance_province), on=ON)
        assert sum(class_counts(rows).values()) == sum(counts.values()) + 1
        rate = rate_of(world.cycle, world.cast.city_a, on=ON)
        assert (rate.recognized, rate.all) == (counts[Class.MEETS], sum(counts.values()))


def test_a_result_under_a_second_look_stands_until_it_is_decided_anew(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    world.recognize()
    Sheet.objects.filter(pk=sheet.pk).update(state=State.UNDER_INSPECTION)
    counts = summary_of(world.cycle, world.cast.city_a, on=ON).total.counts
    assert counts[Class.MEETS] == 1


def test_a_result_that_was_overcome_does_not_come_back_with_a_first_spot_check(world: ResultsWorld) -> None:
    """As after a lifted veto: rated since, and drawn for the first time."""
    sheet = world.hospital("96.5", state=State.WITHHELD)
    world.recognize()
    page = as_user(world.cast.guidance_province)
    address = reverse("results:result", args=[sheet.public_id])
    for state in (State.RATED, State.UNDER_INSPECTION, State.INSPECTED):
        Sheet.objects.filter(pk=sheet.pk).update(state=state)
        counts = summary_of(world.cycle, world.cast.city_a, on=ON).total.counts
        assert (counts[Class.WITHHELD], counts[Class.WAITING]) == (0, 1)
        assert "这次认定不变" not in page.get(address).content.decode()


@pytest.mark.parametrize(
    ("started", "ended", "counts"),
    [
        (date(2027, 1, 4), None, False),
        (date(2026, 12, 31), None, True),
        (date(2020, 1, 1), date(2027, 2, 1), True),
        (date(2020, 1, 1), date(2026, 11, 30), False),
    ],
)
def test_a_cycle_counts_the_hospitals_of_its_own_period(
    world: ResultsWorld, started: date, ended: date | None, counts: bool
) -> None:
    """What is founded or dissolved later changes neither the rate nor the classes of a year that is over."""
    kind = Organization.Kind.HOSPITAL
    make_organization(world.cast.city_a, kind, start_date=started, end_date=ended)
    later = date(2028, 5, 1)
    assert summary_of(world.cycle, world.cast.city_a, on=later).total.all == 1 + counts
    assert rate_of(world.cycle, world.cast.city_a, on=later).all == 1 + counts
    rows = ledger(world.cycle, world.reach(world.cast.guidance_city), on=later)
    assert rows.count() == 1 + counts


def test_a_branch_founded_after_the_period_is_none_of_the_cycle(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95"])
    make_organization(sheet.organization, Organization.Kind.BRANCH, start_date=date(2027, 1, 4))
    (found,) = findings(world.cycle, on=date(2027, 2, 1), sheets=[sheet.pk])
    assert [unit.score for unit in found.units] == [95]
    assert found.decision.outcome.name == "MEETS"


def test_what_is_assessed_again_keeps_its_class_until_it_is_decided(world: ResultsWorld) -> None:
    """Also while its sheet is back with the hospital (decision 0029)."""
    sheet = world.hospital("80")
    (row,) = world.recognize()
    due = [one for one in still_due(newest_results(world.cycle)) if one.kind == Consequence.Kind.TIME_LIMITED]
    open_consequences(
        due=due, deadline_date=date(2027, 3, 31), by=world.cast.guidance_province, at=world.tick()
    )
    order = Rectification.objects.get(sheet=sheet)
    Reassessment.objects.create(
        sheet=sheet,
        round=1,
        rectification=order,
        result=row,
        started_by=world.cast.supervisor,
        started_at=world.clock,
    )
    for state in (State.DRAFT, State.UNDER_RATING, State.RATED):
        Sheet.objects.filter(pk=sheet.pk).update(state=state)
        counts = summary_of(world.cycle, world.cast.city_a, on=ON).total.counts
        assert counts[Class.BELOW] == 1, state


@pytest.mark.shows("A07")
def test_a_summary_has_a_line_for_each_part_and_they_add_up(world: ResultsWorld) -> None:
    world.hospital("96.5", ["95", "90"])
    world.recognize()
    summary = summary_of(world.cycle, world.cast.province, on=ON)
    assert [line.name for line in summary.lines] == [
        "甲市医院党建工作指导委员会",
        "乙市医院党建工作指导委员会",
    ]
    assert summary.total.all == sum(line.all for line in summary.lines) == 3
    assert (summary.branches_all, summary.branches_above, summary.branches_lagging) == (2, 1, 1)


def test_the_statements_of_a_summary_do_not_grow(world: ResultsWorld) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert summary_of(world.cycle, world.cast.province, on=ON).content
        return len(captured)

    world.hospital("96.5")
    few = statements()
    for number in range(3):
        world.hospital("96.5", ["95"], name=f"{number}医院")
    assert statements() == few <= 6


def frozen(world: ResultsWorld, number: str = "1", **changes: object) -> Summary:
    content = summary_of(world.cycle, world.cast.city_a, on=ON).content
    arguments = {
        "reach": world.reach(world.cast.guidance_city), "cycle": world.cycle, "region": world.cast.city_a,
        "number": number, "seen": digest(content), "at": world.tick(),
    } | changes  # fmt: skip
    return freeze_summary(**arguments)


@pytest.mark.shows("A07", "A29")
def test_a_summary_is_frozen_filed_and_received(world: ResultsWorld) -> None:
    world.hospital("96.5")
    world.recognize()
    summary = frozen(world, "甲医党指〔2026〕12号")
    filing = file_summary(reach=world.reach(world.cast.guidance_city), summary=summary, at=world.tick())
    assert filing.filed_to == world.cast.province
    receipt = receive_filing(
        reach=world.reach(world.cast.guidance_province), filing=filing, accepts=True, number="备〔2026〕3号",
        at=world.tick(),
    )  # fmt: skip
    assert (receipt.number, receipt.digest) == ("备〔2026〕3号", summary.digest)
    assert json.loads(summary.content)["total"]["meets_standard"] == 1


def test_what_was_frozen_stays_when_the_results_change(world: ResultsWorld) -> None:
    world.hospital("96.5")
    summary = frozen(world)
    world.recognize()
    summary.refresh_from_db()
    assert json.loads(summary.content)["total"]["meets_standard"] == 0
    later = frozen(world, "2")
    assert (later.sequence, later.digest != summary.digest) == (2, True)
    with pytest.raises(HistoryIsKept):
        summary.save()


def test_numbers_that_changed_since_they_were_seen_are_not_frozen(world: ResultsWorld) -> None:
    with pytest.raises(Locked, match="数字有变动"):
        frozen(world, seen="0" * 64)


def test_only_the_region_itself_freezes_and_files(world: ResultsWorld) -> None:
    with pytest.raises(NotAllowed):
        frozen(world, reach=world.reach(world.cast.guidance_province))
    with pytest.raises(NotAllowed):
        file_summary(reach=world.reach(world.cast.guidance_province), summary=frozen(world), at=world.tick())


def test_a_number_is_given_once(world: ResultsWorld) -> None:
    frozen(world)
    with pytest.raises(Refused, match="已经用过"):
        frozen(world)


def test_an_older_summary_is_not_filed(world: ResultsWorld) -> None:
    older = frozen(world)
    frozen(world, "2")
    with pytest.raises(Locked, match="最新"):
        file_summary(reach=world.reach(world.cast.guidance_city), summary=older, at=world.tick())


def test_a_filing_can_be_sent_back_with_a_reason(world: ResultsWorld) -> None:
    reach = world.reach(world.cast.guidance_city)
    filing = file_summary(reach=reach, summary=frozen(world), at=world.tick())
    above = world.reach(world.cast.guidance_province)
    with pytest.raises(Refused, match="原因"):
        receive_filing(reach=above, filing=filing, accepts=False, at=world.tick())
    receive_filing(reach=above, filing=filing, accepts=False, words="口径不一致", at=world.tick())
    assert not Receipt.objects.get().is_accepted
    with pytest.raises(Locked):
        receive_filing(reach=above, filing=filing, accepts=True, number="1", at=world.tick())


def test_nobody_receives_the_own_filing(world: ResultsWorld) -> None:
    reach = world.reach(world.cast.guidance_city)
    filing = file_summary(reach=reach, summary=frozen(world), at=world.tick())
    with pytest.raises(NotAllowed):
        receive_filing(reach=reach, filing=filing, accepts=True, number="1", at=world.tick())


def test_after_a_region_moved_the_refusal_names_whoever_stands_above_it_now(world: ResultsWorld) -> None:
    summary = frozen(world)
    filing = file_summary(reach=world.reach(world.cast.guidance_city), summary=summary, at=world.tick())
    move_organization(
        organization=world.cast.city_a, parent=world.cast.city_b, start_date=ON, by=None, at=world.tick()
    )
    with pytest.raises(NotAllowed, match=f"由{world.cast.city_b.name}的"):
        receive_filing(
            reach=world.reach(world.cast.guidance_province), filing=filing, accepts=True, number="1",
            at=world.tick(),
        )  # fmt: skip


def test_results_of_a_lifted_veto_wait_again(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", state=State.WITHHELD)
    world.recognize()
    Sheet.objects.filter(pk=sheet.pk).update(state=State.ACCEPTED)
    counts = summary_of(world.cycle, world.cast.city_a, on=ON).total.counts
    assert (counts[Class.WAITING], counts[Class.WITHHELD]) == (1, 0)
    assert Result.objects.count() == 1


def shown(world: ResultsWorld, name: str, *arguments: object) -> str:
    client = as_user(world.cast.guidance_city)
    return client.get(reverse(f"results:{name}", args=arguments)).content.decode()


STALE = "数字已变"


@pytest.mark.shows("A29")
def test_a_frozen_summary_says_that_the_numbers_changed_since(world: ResultsWorld) -> None:
    world.hospital("96.5")
    summary = frozen(world)
    live = (world.cycle.public_id, world.cast.city_a.public_id)
    for page in (shown(world, "frozen_summary", summary.public_id), shown(world, "summary", *live)):
        assert STALE not in page
    world.recognize()
    for page in (shown(world, "frozen_summary", summary.public_id), shown(world, "summary", *live)):
        assert STALE in page


def test_an_older_summary_names_the_newer_one_which_is_held_against_today(world: ResultsWorld) -> None:
    world.hospital("96.5")
    older = frozen(world, "甲汇1号")
    world.recognize()
    frozen(world, "甲汇2号")
    page = shown(world, "frozen_summary", older.public_id)
    assert "已有更新的汇总表" in page
    assert "甲汇2号" in page
    assert STALE not in page
    assert STALE not in shown(world, "summary", world.cycle.public_id, world.cast.city_a.public_id)


def test_freezing_says_how_many_organizations_still_wait_for_recognition(world: ResultsWorld) -> None:
    world.hospital("96.5")
    world.hospital("91", name="丁医院", state=State.UNDER_RATING)
    live = (world.cycle.public_id, world.cast.city_a.public_id)
    assert "还有 2 个组织待认定" in shown(world, "summary", *live)
    world.recognize()
    assert "还有 1 个组织待认定" in shown(world, "summary", *live)
    assert "固定时还有 1 个组织待认定" in shown(world, "frozen_summary", frozen(world).public_id)
