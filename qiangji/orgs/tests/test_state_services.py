"""States of organizations: values follow each other by their days, corrections leave a trace, and a replay agrees."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from qiangji.audit.models import Event
from qiangji.lib.digests import canonical_json
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.facts_selectors import state_on, states_on
from qiangji.orgs.models import ChangedFact, Organization, OrganizationState
from qiangji.orgs.services.states import StateInput, end_state, record_state, record_states
from qiangji.orgs.state_kinds import KINDS, kinds_of, state_kind
from qiangji.orgs.tests.factories import Cast, cast, make_organization
from tests.examples import examples

AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
LEVEL = "hospital_level"


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def level_on(hospital: Organization, day: date) -> str | None:
    row = state_on(hospital, LEVEL, day)
    return row.value if row else None


def put(hospital: Organization, value: object, day: date, **fields: Any) -> OrganizationState:
    return record_state(
        organization=hospital, kind=LEVEL, value=value, start_date=day, by=None, at=AT, **fields
    )


def test_a_new_value_ends_the_old_one_the_day_before(people: Cast) -> None:
    put(people.hospital_a, "二级", date(2021, 1, 1))
    put(people.hospital_a, "level_3", date(2024, 2, 29))
    assert level_on(people.hospital_a, date(2020, 12, 31)) is None
    assert level_on(people.hospital_a, date(2024, 2, 28)) == "level_2"
    assert level_on(people.hospital_a, date(2024, 2, 29)) == "level_3"
    fact = ChangedFact.objects.order_by("-pk")[0]
    assert (fact.kind, fact.date) == ("state.hospital_level", date(2024, 2, 29))


def test_a_day_in_the_past_takes_its_place_in_the_history(people: Cast) -> None:
    put(people.hospital_a, "level_1", date(2021, 1, 1))
    put(people.hospital_a, "level_3", date(2025, 1, 1))
    put(people.hospital_a, "level_2", date(2023, 1, 1))
    values = [level_on(people.hospital_a, date(year, 6, 1)) for year in (2021, 2022, 2023, 2024, 2025)]
    assert values == ["level_1", "level_1", "level_2", "level_2", "level_3"]


def test_the_same_day_again_is_a_correction_whose_old_value_the_log_keeps(people: Cast) -> None:
    put(people.hospital_a, "level_1", date(2021, 1, 1))
    put(people.hospital_a, "level_2", date(2021, 1, 1), document="卫医〔2021〕3号")
    assert OrganizationState.objects.count() == 1
    event = Event.objects.get(verb="state.corrected")
    assert canonical_json("level_1") in event.data
    assert canonical_json("level_2") in event.data


def test_yearly_figures_hold_their_year_and_no_other(people: Cast) -> None:
    for year, value in ((2025, "3,500,000.50"), (2026, Decimal("4000000"))):
        record_state(
            organization=people.hospital_a, kind="staff_income", value=value, year=year, by=None, at=AT
        )
    found = [
        states_on([people.hospital_a], ["staff_income"], date(year, 7, 1)).get(people.hospital_a.pk, {})
        for year in (2024, 2025, 2026)
    ]
    assert [row["staff_income"].value if row else None for row in found] == [None, "3500000.5", "4000000"]
    assert state_kind("staff_income").shown("3500000.5") == "3,500,000.5 元"


def test_an_ended_state_leaves_nothing_behind_it(people: Cast) -> None:
    row = put(people.hospital_a, "level_2", date(2021, 1, 1))
    end_state(state=row, end_date=date(2022, 12, 31), by=None, at=AT)
    assert level_on(people.hospital_a, date(2022, 12, 31)) == "level_2"
    assert level_on(people.hospital_a, date(2023, 1, 1)) is None
    with pytest.raises(OrganizationError, match="已于 2022-12-31 结束"):
        end_state(state=row, end_date=date(2023, 1, 1), by=None, at=AT)


@pytest.mark.parametrize(
    ("kind", "value", "fields", "words"),
    [
        ("hospital_level", "四级", {"start_date": date(2026, 1, 1)}, "没有“四级”，可填三级、二级"),
        ("hospital_level", "", {"start_date": date(2026, 1, 1)}, "请填写数值"),
        ("hospital_level", "level_2", {"start_date": date(2026, 12, 1)}, "晚于今天"),
        ("hospital_level", "level_2", {"start_date": date(2019, 1, 1)}, "早于设立日期"),
        ("hospital_level", "level_2", {}, "请填起始日期"),
        ("establishment_staff", "很多", {"start_date": date(2026, 1, 1)}, "不是数字"),
        ("establishment_staff", "12.5", {"start_date": date(2026, 1, 1)}, "须填整数"),
        ("establishment_staff", "-3", {"start_date": date(2026, 1, 1)}, "不小于 0"),
        ("leader_weight", "130", {"year": 2026}, "不能超过 100"),
        ("leader_weight", "30.123", {"year": 2026}, "最多两位小数"),
        ("leader_weight", "30", {}, "请填年度"),
        ("leader_weight", "30", {"year": 2031}, "年度 2031 不对"),
        ("approved_small_committee", "是", {"start_date": date(2026, 1, 1)}, "须填依据文件"),
        ("colour", "红", {}, "没有“colour”这个登记项目"),
    ],
)
def test_what_is_refused(people: Cast, kind: str, value: str, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(OrganizationError, match=words):
        record_state(organization=people.hospital_a, kind=kind, value=value, by=None, at=AT, **fields)
    assert not OrganizationState.objects.exists()


def test_a_branch_has_no_hospital_level(people: Cast) -> None:
    with pytest.raises(OrganizationError, match="不登记“医院等级”"):
        put(people.surgery, "level_2", date(2026, 1, 1))
    assert LEVEL not in {kind.code for kind in kinds_of("branch")}


def test_the_three_weights_are_three_items() -> None:
    weights = [kind for kind in KINDS if kind.type == "percent"]
    assert [kind.code for kind in weights] == [
        "leader_weight",
        "performance_weight",
        "party_performance_weight",
    ]
    assert len({kind.clause for kind in weights}) == 3


def test_many_states_take_as_many_statements_as_few(people: Cast) -> None:
    def inputs(hospitals: list[Organization]) -> list[StateInput]:
        return [
            StateInput(hospital, kind, 500, date(2025, 1, 1))
            for hospital in hospitals
            for kind in ("establishment_staff", "staff_total")
        ]

    hospitals = [make_organization(people.city_a, "hospital", form="committee") for _ in range(12)]
    with CaptureQueriesContext(
        connection,
    ) as few:
        record_states(rows=inputs(hospitals[:2]), by=None, at=AT)
    with CaptureQueriesContext(connection) as many:
        record_states(rows=inputs(hospitals[2:]), by=None, at=AT)
    assert len(many) == len(few) <= 10


FIRST = date(2020, 1, 1)
DAYS = st.integers(0, 7 * 365 - 130).map(lambda days: FIRST + timedelta(days=days))
LEAP = st.sampled_from(
    [date(2020, 2, 29), date(2024, 2, 29), date(2024, 3, 1), date(2023, 12, 31), date(2024, 1, 1)]
)
VALUES = st.sampled_from(["level_3", "level_2", "level_1", None])
HISTORY = st.lists(st.tuples(st.one_of(DAYS, LEAP), VALUES), min_size=1, max_size=8)


def replay(events: list[tuple[date, str | None]], day: date) -> str | None:
    """The plain meaning: the last thing said by its day, and of two on one day the one said later."""
    said: dict[date, str | None] = {}
    for start, value in events:
        said[start] = value
    before = [start for start in said if start <= day]
    return said[max(before)] if before else None


class AsOfEqualsReplay(TestCase):
    """Generated histories: whatever the order of recording, each day answers what a replay answers."""

    @settings(max_examples=examples(40))
    @given(history=HISTORY, asked=st.lists(st.one_of(DAYS, LEAP), min_size=1, max_size=5))
    def test_any_history(self, history: list[tuple[date, str | None]], asked: list[date]) -> None:
        hospital = make_organization(None, "hospital", form="committee", start_date=FIRST)
        done: list[tuple[date, str | None]] = []
        for day, value in history:
            if value is None:
                row = state_on(hospital, LEVEL, day)
                if row is None or row.end_date is not None or row.start_date == day:
                    continue
                end_state(state=row, end_date=day - timedelta(days=1), by=None, at=AT)
            else:
                put(hospital, value, day)
            done.append((day, value))
        boundaries = {day + timedelta(days=shift) for day, _ in done for shift in (-1, 0, 1)}
        for day in {*asked, *boundaries}:
            assert level_on(hospital, day) == replay(done, day)
