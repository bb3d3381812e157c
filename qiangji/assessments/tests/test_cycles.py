"""Cycles: set up with figures that hold together, opened once for everybody who belongs to them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from qiangji.assessments.exceptions import Refused
from qiangji.assessments.models import Answer, Cycle, Sheet
from qiangji.assessments.services.cycles import EditionChoice, create_cycle, open_cycle
from qiangji.assessments.stages import Stage
from qiangji.assessments.tests.factories import (
    OPENED,
    make_cycle,
    make_edition,
    open_small_cycle,
    sheet_of,
    supervise_outsider,
)
from qiangji.assessments.tests.worlds import counted
from qiangji.audit.models import Event
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.services import move_organization
from qiangji.orgs.tests.factories import Cast, cast, make_organization, make_oversight
from qiangji.standards.models import Criterion, Edition

Kind = Organization.Kind


@pytest.fixture
def people(db: None) -> Cast:
    """The cast, without any cycle yet."""
    return cast()


def arguments(people: Cast, edition: Edition, **changes: Any) -> dict[str, Any]:
    return {
        "owner": people.province,
        "year": 2026,
        "title": "2026年度考评",
        "plan_number": "测试〔2026〕1号",
        "period": (date(2026, 1, 1), date(2026, 12, 31)),
        "deadlines": (date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 15)),
        "closing_date": date(2027, 3, 31),
        "pass_line": Decimal(90),
        "branch_share": Decimal(90),
        "editions": [EditionChoice(Kind.HOSPITAL, edition, "rating")],
        "by": None,
        "at": OPENED,
    } | changes


# ---- setting up --------------------------------------------------------------------------------------------------------


def test_a_cycle_keeps_its_figures_and_its_event(people: Cast) -> None:
    cycle = create_cycle(**arguments(people, make_edition(), by=people.guidance_province))
    stored = Cycle.objects.get()
    assert (stored.pass_line, stored.branch_share, stored.opened_at) == (90, 90, None)
    event = Event.objects.get(object_id=cycle.public_id)
    assert (event.verb, event.actor_id) == ("cycle.created", people.guidance_province.public_id)


def test_a_cycle_without_any_edition_is_refused(people: Cast) -> None:
    with pytest.raises(Refused, match="标准"):
        create_cycle(**arguments(people, make_edition(), editions=[]))


def test_a_draft_edition_runs_only_a_trial(people: Cast) -> None:
    draft = make_edition(published=False)
    with pytest.raises(Refused, match="试评"):
        create_cycle(**arguments(people, draft))
    assert create_cycle(**arguments(people, draft, is_trial=True)).is_trial
    assert Cycle.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"period": (date(2026, 12, 31), date(2026, 1, 1))},
        {"period": (date(2026, 1, 1), date(2026, 1, 1))},
        {"deadlines": (date(2026, 12, 1), date(2026, 11, 30), date(2026, 12, 15))},
        {"deadlines": (date(2026, 10, 31), date(2026, 12, 16), date(2026, 12, 15))},
        {"closing_date": date(2026, 12, 14)},
    ],
)
def test_dates_out_of_order_are_refused(people: Cast, changes: dict) -> None:
    with pytest.raises(Refused, match="日期先后"):
        create_cycle(**arguments(people, make_edition(), **changes))
    assert not Cycle.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"closing_date": date(9999, 12, 31)},
        {"period": (date(1, 1, 1), date(2026, 12, 31))},
        {"period": (date(2020, 1, 1), date(2020, 12, 31))},
    ],
)
def test_dates_far_from_the_year_are_a_slip_of_the_pen(people: Cast, changes: dict) -> None:
    with pytest.raises(Refused, match="年度"):
        create_cycle(**arguments(people, make_edition(), **changes))


def test_all_deadlines_may_fall_on_one_day(people: Cast) -> None:
    day = date(2026, 10, 31)
    assert create_cycle(**arguments(people, make_edition(), deadlines=(day, day, day), closing_date=day))


def test_each_stage_has_its_deadline(people: Cast) -> None:
    cycle = create_cycle(**arguments(people, make_edition()))
    assert [cycle.deadline_of(stage) for stage in Stage.values] == [
        date(2026, 10, 31),
        date(2026, 11, 30),
        date(2026, 12, 15),
        date(2027, 3, 31),
    ]


# ---- opening -----------------------------------------------------------------------------------------------------------


def test_opening_gives_each_organization_a_sheet_with_an_answer_per_criterion(people: Cast) -> None:
    open_small_cycle(people)
    named = Sheet.objects.values_list("organization__name", flat=True)
    assert sorted(named) == sorted(["甲市第一医院党委", "乙市第一医院党委", "内科党支部", "外科党支部"])
    codes = Answer.objects.filter(sheet=sheet_of(people.hospital_a)).values_list("criterion__code", flat=True)
    assert sorted(codes) == ["1-1-1", "1-1-2", "1-2-3", "2-0-1", "2-0-2"]


def test_opening_again_adds_only_the_newcomers(people: Cast) -> None:
    cycle = open_small_cycle(people)
    before = set(Sheet.objects.values_list("public_id", flat=True))
    assert open_cycle(cycle=cycle, by=None, at=OPENED) == 0
    make_organization(people.hospital_a, Kind.BRANCH, name="新设党支部")
    assert open_cycle(cycle=cycle, by=None, at=OPENED + timedelta(days=1)) == 1
    after = set(Sheet.objects.values_list("public_id", flat=True))
    assert before < after
    assert Answer.objects.count() == 25
    assert Cycle.objects.get().opened_at == OPENED


def test_opening_with_an_outdated_copy_of_the_cycle_keeps_the_first_moment(people: Cast) -> None:
    """Two people press the button on two open pages."""
    supervise_outsider(people)
    cycle = make_cycle(people.province, make_edition())
    copy = Cycle.objects.get()
    open_cycle(cycle=cycle, by=None, at=OPENED)
    open_cycle(cycle=copy, by=None, at=OPENED + timedelta(days=1))
    assert Cycle.objects.get().opened_at == OPENED


def test_who_answers_is_frozen_at_opening(people: Cast) -> None:
    open_small_cycle(people)
    hospital, branch = sheet_of(people.hospital_a), sheet_of(people.internal_medicine)
    assert (hospital.supervisor, hospital.rating_authority) == (people.authority_a, people.authority_a)
    assert (branch.supervisor, branch.rating_authority) == (people.hospital_a, None)
    move_organization(
        organization=people.hospital_a,
        parent=people.city_b,
        start_date=date(2026, 5, 1),
        by=None,
        at=datetime(2026, 5, 2, tzinfo=UTC),
    )
    moved = sheet_of(people.hospital_a)
    assert moved.organization_path == hospital.organization_path != moved.organization.path
    assert (moved.organization_name, moved.supervisor) == ("甲市第一医院党委", people.authority_a)


def test_a_branch_that_is_rated_is_rated_by_its_hospitals_supervisor(people: Cast) -> None:
    supervise_outsider(people)
    branches = make_edition("small-branch", "branch")
    cycle = make_cycle(people.province, make_edition(), branches, branch_final_stage="rating")
    open_cycle(cycle=cycle, by=None, at=OPENED)
    sheet = sheet_of(people.internal_medicine)
    assert (sheet.supervisor, sheet.rating_authority, sheet.final_stage) == (
        people.hospital_a,
        people.authority_a,
        "rating",
    )


def test_a_branch_below_a_general_branch_is_accepted_by_the_hospital(people: Cast) -> None:
    general = make_organization(people.hospital_a, Kind.GENERAL_BRANCH, name="门诊党总支")
    branch = make_organization(general, Kind.BRANCH, name="急诊党支部")
    open_small_cycle(people)
    assert sheet_of(branch).supervisor == people.hospital_a


def test_organizations_without_a_supervisor_are_named_and_nothing_is_opened(people: Cast) -> None:
    cycle = make_cycle(people.province, make_edition(), make_edition("small-branch", "branch"))
    with pytest.raises(Refused, match="乙市第一医院党委共 1 个组织没有主管部门"):
        open_cycle(cycle=cycle, by=None, at=OPENED)
    assert not Sheet.objects.exists()
    assert Cycle.objects.get().opened_at is None


def test_of_many_orphans_ten_are_named_and_all_are_counted(people: Cast) -> None:
    for number in range(12):
        make_organization(people.city_b, Kind.HOSPITAL, name=f"第{number}医院党委")
    cycle = make_cycle(people.province, make_edition())
    with pytest.raises(Refused, match="等共 13 个组织"):
        open_cycle(cycle=cycle, by=None, at=OPENED)


def test_a_supervision_that_is_over_is_no_supervision(people: Cast) -> None:
    supervise_outsider(people)
    Oversight.objects.filter(subject=people.hospital_a).update(end_date=date(2026, 2, 28))
    cycle = make_cycle(people.province, make_edition())
    with pytest.raises(Refused, match="甲市第一医院党委"):
        open_cycle(cycle=cycle, by=None, at=OPENED)


def test_guidance_is_no_supervision(people: Cast) -> None:
    make_oversight(people.city_a, people.hospital_b, Oversight.Kind.GUIDANCE)
    cycle = make_cycle(people.province, make_edition())
    with pytest.raises(Refused, match="乙市第一医院党委"):
        open_cycle(cycle=cycle, by=None, at=OPENED)


def test_private_hospitals_and_all_below_them_are_left_out(people: Cast) -> None:
    private = make_organization(people.city_a, Kind.HOSPITAL, name="民营医院党支部", is_public=False)
    make_organization(private, Kind.BRANCH, name="民营医院第一党支部")
    open_small_cycle(people)
    assert not Sheet.objects.filter(organization__name__startswith="民营").exists()


def test_abolished_and_not_yet_founded_organizations_are_left_out(people: Cast) -> None:
    make_organization(people.hospital_a, Kind.BRANCH, name="旧支部", end_date=date(2026, 2, 28))
    make_organization(people.hospital_a, Kind.BRANCH, name="将来支部", start_date=date(2026, 3, 2))
    last_day = make_organization(people.hospital_a, Kind.BRANCH, name="今日撤销", end_date=date(2026, 3, 1))
    open_small_cycle(people)
    assert sheet_of(last_day)
    assert not Sheet.objects.filter(organization__name__in=["旧支部", "将来支部"]).exists()


def test_a_cycle_of_a_city_stays_in_its_city(people: Cast) -> None:
    cycle = make_cycle(people.city_a, make_edition())
    assert open_cycle(cycle=cycle, by=None, at=OPENED) == 1
    assert Sheet.objects.get().organization == people.hospital_a


def test_an_organization_has_a_sheet_in_each_of_two_cycles(people: Cast) -> None:
    open_small_cycle(people)
    another = make_cycle(people.city_a, Edition.objects.get(standard__code="small"), year=2027)
    assert open_cycle(cycle=another, by=None, at=OPENED) == 1
    assert Sheet.objects.filter(organization=people.hospital_a).count() == 2


def test_every_sheet_begins_its_own_chain_of_events(people: Cast) -> None:
    open_small_cycle(people)
    events = Event.objects.filter(object_type="sheet", verb="sheet.opened")
    assert {event.object_id for event in events} == set(Sheet.objects.values_list("public_id", flat=True))
    assert {event.sequence for event in events} == {1}


def test_statements_of_opening_do_not_grow_with_the_organizations(people: Cast) -> None:
    supervise_outsider(people)
    first = make_cycle(people.province, make_edition(), make_edition("small-branch", "branch"))
    with counted() as few:
        open_cycle(cycle=first, by=None, at=OPENED)
    for number in range(20):
        make_organization(people.hospital_a, Kind.BRANCH, name=f"第{number}党支部")
    editions = [Edition.objects.get(standard__code=code) for code in ("small", "small-branch")]
    second = make_cycle(people.province, *editions, year=2027)
    with counted() as many:
        assert open_cycle(cycle=second, by=None, at=OPENED) == 24
    assert len(few()) == len(many())


def test_answers_follow_the_order_of_the_table(people: Cast) -> None:
    open_small_cycle(people)
    answers = Answer.objects.filter(sheet=sheet_of(people.hospital_a)).order_by("pk")
    positions = [answer.criterion.position for answer in answers.select_related("criterion")]
    assert positions == sorted(positions)
    assert len(positions) == Criterion.objects.filter(edition__standard__code="small").count()


def test_an_objection_has_the_days_of_the_cycle_from_the_day_in_shanghai_or_no_limit() -> None:
    midnight = datetime(2027, 1, 10, 16, 0, tzinfo=UTC)
    assert Cycle(objection_days=10).objection_until(midnight) == date(2027, 1, 21)
    assert Cycle(objection_days=10).objection_until(midnight - timedelta(minutes=1)) == date(2027, 1, 20)
    assert Cycle(objection_days=0).objection_until(midnight) == date(2027, 1, 11)
    assert Cycle(objection_days=None).objection_until(midnight) is None
