"""The organization concerned is told what was decided on it, for as long as it can do something about it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from qiangji.assessments.models import Sheet, SheetVeto, SheetVetoStep
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import counted
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Duty
from qiangji.duties.sources import own_results
from qiangji.lib.dates import local_day
from qiangji.orgs.reach import reach_of
from qiangji.results.models import Objection, VetoStep, YearEndVeto
from qiangji.results.tests.worlds import ResultsWorld, make_results_world
from qiangji.standards.models import Veto

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[ResultsWorld]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_results_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(world_of_file: ResultsWorld, db: None) -> ResultsWorld:
    world = replace(world_of_file)
    world.cycle.objection_days = 10
    world.cycle.save(update_fields=["objection_days"])
    return world


def told(world: ResultsWorld, who: str = "secretary", later: int = 0) -> list[Duty]:
    at = world.clock + timedelta(days=later)
    return own_results.collect(Asker(reach_of(world.cast.users[who], at=at), at))


def lines(world: ResultsWorld, who: str = "secretary", later: int = 0) -> list[tuple[str, date | None]]:
    return [(one.title, one.due) for one in told(world, who, later)]


def below(world: ResultsWorld) -> Sheet:
    sheet = world.hospital("80", node=world.cast.hospital_a)
    world.recognize()
    return Sheet.objects.get(pk=sheet.pk)


def test_a_result_stands_on_the_own_list_while_it_can_be_objected_to(world: ResultsWorld) -> None:
    sheet = below(world)
    until = local_day(world.clock) + timedelta(days=10)
    assert lines(world) == lines(world, later=10) == [("认定结果：未达标，可以申诉", until)]
    (duty,) = told(world, "party_office")
    assert duty.action is not None
    assert duty.action.url == f"/results/sheet/{sheet.public_id}/"
    assert lines(world, later=11) == []
    for who in ("branch_secretary", "outsider", "supervisor", "guidance_province", "reader", "member"):
        assert lines(world, who) == []


def test_a_recognition_is_told_and_nobody_is_reminded_of_it(world: ResultsWorld) -> None:
    world.hospital("96", node=world.cast.hospital_b)
    world.recognize()
    (duty,) = told(world, "outsider")
    assert (duty.title, duty.is_watch) == ("认定结果：达标，可以申诉", True)


def test_nothing_is_told_of_days_that_the_cycle_does_not_set(world: ResultsWorld) -> None:
    below(world)
    world.cycle.objection_days = None
    world.cycle.save(update_fields=["objection_days"])
    assert lines(world) == []


def objected(world: ResultsWorld, sheet: Sheet, state: str) -> Objection:
    ended = (
        {}
        if state == "open"
        else {"reply": "核对过", "ended_by": world.cast.supervisor, "ended_at": world.clock}
    )
    return Objection.objects.create(
        kind="appeal", sheet=sheet, result=world.newest(sheet), words="漏算", body=world.cast.province,
        filed_by=world.cast.secretary, filed_at=world.clock, state=state, **ended,
    )  # fmt: skip


def test_an_answered_objection_is_told_for_a_month(world: ResultsWorld) -> None:
    sheet = below(world)
    row = objected(world, sheet, "open")
    assert lines(world) == []
    row.delete()
    objected(world, sheet, "rejected")
    found = {one.title: one for one in told(world, later=30)}
    (duty,) = found.values()
    assert (duty.title, duty.due) == ("申诉已答复：不成立", None)
    assert duty.action is not None
    assert duty.action.url.endswith(f"/sheet/{sheet.public_id}/objections/")
    assert lines(world, later=31) == []


def test_a_veto_in_force_stands_with_the_last_day_of_its_appeal(world: ResultsWorld) -> None:
    sheet = world.hospital("80", node=world.cast.hospital_a)
    world.recognize()
    order = world.ordered(sheet).rectification
    result = world.assessed_again(sheet)
    until = local_day(world.clock) + timedelta(days=15)
    veto = YearEndVeto.objects.create(
        sheet=sheet, organization=sheet.organization, result=result, rectification=order, basis="仍未达标",
        state="in_force", first_by=world.cast.supervisor, first_at=world.clock, second_by=world.cast.guidance_city,
        second_at=world.clock, notice_number="甲医党指〔2027〕1号", appeal_until=until, end_date=date(2027, 12, 31),
    )  # fmt: skip
    title = "年底考核一票否决已生效，可以申诉"
    assert (title, until) in lines(world)
    assert title not in dict(lines(world, later=16))
    veto.steps.create(sequence=1, verb=VetoStep.Verb.APPEAL, words="有异议", taken_by=world.cast.secretary,
                      taken_at=world.clock)  # fmt: skip
    assert title not in dict(lines(world))


def test_a_withheld_sheet_stands_with_the_last_day_of_its_appeal(world: ResultsWorld) -> None:
    sheet = world.hospital("80", node=world.cast.hospital_a, state=State.WITHHELD)
    clause = Veto.objects.create(edition=sheet.edition, number=1, kind="sheet", title="情形一")
    until = local_day(world.clock) + timedelta(days=15)
    row = SheetVeto.objects.create(
        sheet=sheet, veto=clause, round=1, basis="文件", state="in_force", first_by=world.cast.supervisor,
        first_at=world.clock, second_by=world.cast.guidance_city, second_at=world.clock, notice_number="1号",
        appeal_until=until, end_date=date(2027, 12, 31), sheet_version=1,
    )  # fmt: skip
    (duty,) = told(world)
    assert (duty.title, duty.due) == ("不予评定已生效，可以申诉", until)
    assert duty.action is not None
    assert str(row.public_id) in duty.action.url
    SheetVetoStep.objects.create(
        sheet_veto=row, sequence=1, verb="appeal", words="有异议", taken_by=world.cast.secretary,
        taken_at=world.clock,
    )  # fmt: skip
    assert lines(world) == []


def test_it_is_one_statement_for_who_fills_and_none_for_others(world: ResultsWorld) -> None:
    below(world)
    for who, many in (("secretary", 1), ("supervisor", 0), ("guidance_province", 0)):
        reach = reach_of(world.cast.users[who], at=world.clock)
        with counted() as taken:
            own_results.collect(Asker(reach, world.clock))
        assert len(taken()) == many
