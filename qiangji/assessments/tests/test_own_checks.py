"""Own checks and sheets: adopting one makes proposals stale, evaluating follows it, and no mark is ever rewritten."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.assessments.models import Evaluation, Mark, Proposal
from qiangji.assessments.selectors.proposals import proposals_of
from qiangji.assessments.services.evaluating import catch_up, evaluate_sheets, judges_for
from qiangji.assessments.tests.factories import make_cycle, make_edition, sheet_of
from qiangji.assessments.tests.worlds import World, as_user, make_world
from qiangji.ledgers.tests.factories import make_record
from qiangji.orgs.models import ChangedFact
from qiangji.standards.checks import CheckEntry
from qiangji.standards.models import SiteCheck
from qiangji.standards.site_checks import Trial, adopt_check, note_trial, withdraw_check, write_check

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 20)
TRIAL = Trial("11111111-1111-4111-8111-111111111111", "2025-12-31", "met", "2 分")


def entry(kind: str = "enlarged_committee_meeting", times: int = 1) -> dict[str, Any]:
    return {"words": "开过会", "check": {"count": {"of": kind, "at_least": times}}}


def adopted(world: World, code: str, data: dict[str, Any]) -> SiteCheck:
    by, at = world.cast.guidance_province, world.tick()
    criterion = world.sheet.edition.criteria.get(code=code)
    version = write_check(
        criterion=criterion, entry=CheckEntry.model_validate(data), origin="blank",
        seen=criterion.site_checks.count(), by=by, at=at,
    )  # fmt: skip
    if "check" in data:
        note_trial(version=version, trial=TRIAL, by=by, at=at)
    return adopt_check(version=version, reason="会议通过", by=by, at=at)


def evaluated(world: World, **changes: Any) -> Any:
    usual = {"cycle": world.cycle, "as_of": DAY, "at": world.tick(), "by": None}
    return evaluate_sheets(**(usual | changes))


def caught_up(world: World) -> Any:
    return catch_up(sheet=sheet_of(world.cast.hospital_a), as_of=DAY, at=world.tick(), by=None)


def verdicts(world: World) -> dict[str, str]:
    rows = Proposal.objects.filter(answer__sheet=world.sheet)
    return dict(rows.values_list("answer__criterion__code", "verdict"))


@pytest.fixture
def world(db: None) -> World:
    """A table without checks of the library's, on sheets of two hospitals."""
    found = make_world()
    make_record(found.cast.hospital_a, ["enlarged_committee_meeting"], date=date(2026, 3, 3))
    return found


def test_a_table_without_checks_gets_proposals_once_one_is_adopted(world: World) -> None:
    assert proposals_of(world.sheet) is None
    adopted(world, "1-1-1", entry())
    evaluated(world)
    assert verdicts(world) == {"1-1-1": "met"}
    found = proposals_of(sheet_of(world.cast.hospital_a))
    assert found is not None
    assert (len(found), found.is_behind) == (1, False)


def test_adopting_makes_the_sheet_stale_and_the_catch_up_follows(world: World) -> None:
    adopted(world, "1-1-1", entry())
    evaluated(world)
    adopted(world, "1-1-1", entry(times=2))
    found = proposals_of(sheet_of(world.cast.hospital_a))
    assert found is not None
    assert (found.is_behind, found.by_other_checks) == (True, True)
    done = caught_up(world)
    assert [(one.code, one.before, one.after) for one in done.changes] == [
        ("1-1-1", "符合，2 分", "未到期，0–2 分")
    ]
    again = proposals_of(sheet_of(world.cast.hospital_a))
    assert again is not None
    assert not again.is_behind


def test_a_new_fact_judges_again_only_the_own_check_that_asks_for_it(world: World) -> None:
    adopted(world, "1-1-1", entry(times=2))
    adopted(world, "1-1-2", entry(kind="party_class"))
    evaluated(world)
    make_record(world.cast.hospital_a, ["enlarged_committee_meeting"], date=date(2026, 4, 4))
    ChangedFact.objects.create(
        kind="record.enlarged_committee_meeting",
        organization=world.cast.hospital_a,
        date=DAY,
        changed_at=world.tick(),
    )
    done = caught_up(world)
    assert (done.proposals, [one.after for one in done.changes]) == (1, ["符合，2 分"])
    assert set(verdicts(world)) == {"1-1-1", "1-1-2"}


def test_the_sheet_s_page_says_that_checks_have_changed(world: World) -> None:
    adopted(world, "1-1-1", entry())
    evaluated(world)
    adopted(world, "1-1-1", entry(times=2))
    page = as_user(world.cast.party_office).get(reverse("assessments:sheet", args=[world.sheet.public_id]))
    assert "此后判定办法有变动" in page.content.decode()


def test_a_resumed_run_does_again_what_was_judged_by_other_checks(world: World) -> None:
    adopted(world, "1-1-1", entry())
    evaluated(world)
    assert evaluated(world, resume=True).sheets == 0
    adopted(world, "1-1-1", entry(times=2))
    assert evaluated(world, resume=True).sheets == Evaluation.objects.count() > 0


def test_what_a_withdrawn_check_proposed_goes_with_the_next_evaluation(world: World) -> None:
    adopted(world, "1-1-1", entry())
    version = adopted(world, "1-1-2", entry())
    evaluated(world)
    withdraw_check(version=version, reason="不用了", by=world.cast.guidance_province, at=world.tick())
    caught_up(world)
    assert verdicts(world) == {"1-1-1": "met"}


def test_with_the_last_check_withdrawn_nothing_is_proposed(world: World) -> None:
    version = adopted(world, "1-1-1", entry())
    evaluated(world)
    withdraw_check(version=version, reason="不用了", by=world.cast.guidance_province, at=world.tick())
    assert caught_up(world).proposals == 0
    assert verdicts(world) == {}
    assert proposals_of(sheet_of(world.cast.hospital_a)) is None


def test_where_a_person_decides_from_now_on_the_proposal_goes(world: World) -> None:
    adopted(world, "1-1-1", entry())
    adopted(world, "1-1-2", entry())
    evaluated(world)
    adopted(world, "1-1-1", {"words": "看记录", "by_person": "看记录"})
    caught_up(world)
    assert verdicts(world) == {"1-1-2": "met"}


def test_a_mark_that_a_person_gave_stays(world: World) -> None:
    adopted(world, "1-1-1", entry())
    evaluated(world)
    world.fill("self", **{"1-1-1": "2"})
    before = list(Mark.objects.values_list("answer__criterion__code", "stage", "points", "version"))
    adopted(world, "1-1-1", entry(times=2))
    caught_up(world)
    assert list(Mark.objects.values_list("answer__criterion__code", "stage", "points", "version")) == before
    assert world.given("1-1-1", "self").points == Decimal(2)  # type: ignore[union-attr]


def test_an_evaluation_costs_the_same_for_one_own_check_as_for_five(world: World) -> None:
    """The own checks of an edition are read once, not a criterion at a time."""
    adopted(world, "1-1-1", entry())
    evaluated(world)
    costs = []
    for codes in (("1-1-1",), ("1-1-1", "1-1-2", "1-2-3", "2-0-1", "2-0-2")):
        for number, code in enumerate(codes):
            adopted(world, code, entry(times=2 + number + len(codes)))
        evaluated(world)
        with CaptureQueriesContext(connection) as queries:
            evaluated(world)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_an_own_check_of_another_edition_touches_nothing_here(world: World) -> None:
    other = make_edition("other")
    make_cycle(world.cast.province, other, year=2027)
    adopted(world, "1-1-1", entry())
    assert [judge.criterion.code for judge in judges_for(world.sheet.edition)] == ["1-1-1"]
    assert judges_for(other) == []
