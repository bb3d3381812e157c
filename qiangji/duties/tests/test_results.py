"""The last steps of a cycle stand on the lists of those who take them, each with its day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import counted
from qiangji.duties.agenda import duties_of
from qiangji.duties.lines import Duty
from qiangji.lib.digests import digest
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import make_role, make_user
from qiangji.results.models import Summary
from qiangji.results.permissions import may_receive
from qiangji.results.selectors.ledgers import summary_of
from qiangji.results.services.filing import file_summary, freeze_summary, receive_filing
from qiangji.results.tests.again import begun_again
from qiangji.results.tests.worlds import DECIDED, ResultsWorld, make_results_world

pytestmark = pytest.mark.slow
CLOSING = date(2027, 3, 31)
OVER = datetime(2027, 4, 1, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[ResultsWorld]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_results_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(world_of_file: ResultsWorld, db: None) -> ResultsWorld:
    return replace(world_of_file)


def told(world: ResultsWorld, who: str, at: datetime = DECIDED) -> list[tuple[str, date | None]]:
    return [(one.title, one.due) for one in found(world, who, at)]


def found(world: ResultsWorld, who: str, at: datetime = DECIDED, source: str = "results") -> list[Duty]:
    duties = duties_of(reach_of(world.cast.users[who], at=at), at=at)
    return [one for one in duties if one.source == source]


def test_who_recognizes_is_told_how_many_sheets_wait_and_what_follows_by_the_closing_day(
    world: ResultsWorld,
) -> None:
    world.hospital("80", ["95", "85"])
    world.hospital("96", name="丁医院")
    assert told(world, "guidance_province") == [("2 张考评表待认定", CLOSING)]
    world.recognize()
    assert told(world, "guidance_province") == [("结果运用：1 个组织、1 个党支部尚未开出", CLOSING)]
    for who in ("supervisor", "guidance_city", "party_office", "secretary", "reader", "member"):
        assert told(world, who) == []


def test_a_sheet_assessed_again_waits_by_its_own_day(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    world.recognize()
    world.ordered(sheet)
    day = begun_again(sheet, reach=world.reach(world.cast.supervisor), at=world.tick())
    Sheet.objects.filter(pk=sheet.pk).update(state=State.RATED)
    assert told(world, "guidance_province") == [("复评后 1 张考评表待认定", day)]


def test_who_never_applied_is_to_be_told_once_the_last_review_day_is_over(world: ResultsWorld) -> None:
    world.hospital(None, state=State.DRAFT)
    early = datetime(2026, 12, 15, 2, 0, tzinfo=UTC)
    assert told(world, "guidance_province", early) == []
    assert told(world, "guidance_province") == [("结果运用：1 个组织尚未开出", CLOSING)]


def filed(world: ResultsWorld) -> Summary:
    reach, region = world.reach(world.cast.guidance_city), world.cast.city_a
    content = summary_of(world.cycle, region, on=world.clock.date()).content
    row = freeze_summary(
        reach=reach, cycle=world.cycle, region=region, number="甲汇〔2026〕1号", seen=digest(content),
        at=world.tick(),
    )  # fmt: skip
    file_summary(reach=reach, summary=row, at=world.tick())
    return row


def test_a_filing_waits_for_its_receipt_above_and_comes_back_to_the_city(world: ResultsWorld) -> None:
    row = filed(world)
    (duty,) = found(world, "guidance_province")
    assert (duty.title, duty.organization, duty.due) == (
        "报备的汇总表：出具回执",
        world.cast.city_a,
        CLOSING,
    )
    assert duty.action is not None
    assert duty.action.url == f"/results/summary/{row.public_id}/"
    assert told(world, "guidance_city") == told(world, "supervisor") == []
    receive_filing(
        reach=world.reach(world.cast.guidance_province), filing=row.filing, accepts=False, words="缺一家",
        at=world.tick(),
    )  # fmt: skip
    assert told(world, "guidance_province") == []
    (back,) = found(world, "guidance_city")
    assert (back.title, back.why, back.due) == ("汇总表被退回：重新固定、报备", "退回原因：缺一家", CLOSING)
    city = world.reach(world.cast.guidance_city)
    again = freeze_summary(
        reach=city, cycle=world.cycle, region=world.cast.city_a, number="甲汇〔2026〕2号", seen=row.digest,
        at=world.tick(),
    )  # fmt: skip
    assert told(world, "guidance_city") == [("汇总表被退回：重新固定、报备", CLOSING)]
    file_summary(reach=city, summary=again, at=world.tick())
    assert told(world, "guidance_city") == []
    assert told(world, "guidance_province") == [("报备的汇总表：出具回执", CLOSING)]


def test_a_filing_waits_for_the_node_above_its_region_wherever_that_stands_by_now(
    world: ResultsWorld,
) -> None:
    filed(world)
    above = make_user("above", "乙市指导")
    make_role(above, world.cast.city_b, RoleName.GUIDANCE)
    region = Organization.objects.get(pk=world.cast.city_a.pk)
    region.parent = world.cast.city_b
    region.save(update_fields=["parent"])
    receives = {}
    for user in (world.cast.guidance_province, above):
        reach = reach_of(user, at=DECIDED)
        duties = [one.title for one in duties_of(reach, at=DECIDED) if one.source == "results"]
        receives[user.username] = (may_receive(reach, region), duties)
    assert receives == {"guidance_province": (False, []), "above": (True, ["报备的汇总表：出具回执"])}


def test_whoever_opened_a_cycle_is_told_that_its_last_day_is_over(world: ResultsWorld) -> None:
    evening = datetime(2027, 3, 31, 15, 59, tzinfo=UTC)
    assert told(world, "guidance_province", evening) == []
    (duty,) = found(world, "guidance_province", OVER)
    assert (duty.title, duty.due) == ("考核周期到期：核对未办事项，关闭周期", CLOSING)
    assert duty.action is not None
    assert duty.action.url.endswith("/close/")
    assert told(world, "guidance_city", OVER) == []
    Cycle.objects.update(closed_at=OVER)
    assert told(world, "guidance_province", OVER) == []


@pytest.mark.parametrize("who", ["guidance_province", "guidance_city", "supervisor"])
def test_no_ones_list_takes_more_statements_however_much_waits(world: ResultsWorld, who: str) -> None:
    def statements() -> int:
        with counted() as taken:
            found(world, who, OVER)
        return len(taken())

    def fill(number: int) -> None:
        world.hospital("80", ["85"], name=f"第{number}医院")
        world.hospital("96", name=f"第{number}分院", state=State.RATED)

    fill(0)
    world.recognize()
    few = statements()
    for number in range(1, 4):
        fill(number)
    world.recognize()
    assert statements() == few <= 21
