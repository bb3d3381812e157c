"""What is asked of ledgers and by whom: from kinds and from checks, in which stretch of days, of which organizations."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiangji.assessments.models import Cycle
from qiangji.duties.demands import Demand, Stretch, branch_demands
from qiangji.duties.tests.conftest import Year
from qiangji.duties.tests.worlds import AS_OF, duties, of, publish
from qiangji.ledgers.periods import PERIODS
from qiangji.orgs.tests.factories import Cast
from qiangji.standards.checks import CheckEntry
from qiangji.standards.models import Criterion, Edition

pytestmark = pytest.mark.slow

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
CYCLE = Cycle(period_start_date=date(2026, 1, 1), period_end_date=date(2026, 10, 31))


def demand(per: str = "month", **fields: object) -> Demand:
    return Demand(Criterion(), ("party_class",), Decimal(1), per, **fields)


def entry(check: dict, **fields: object) -> CheckEntry:
    return CheckEntry.model_validate({"words": "每个支部都要开展", "check": check} | fields)


def asked(check: dict, criterion: Criterion | None = None, **fields: object) -> list[Demand]:
    return list(branch_demands(criterion or Criterion(window="cycle_period"), entry(check, **fields), CYCLE))


# ---- stretches of days -----------------------------------------------------------------------------------------------


@given(day=DAYS, per=st.sampled_from(list(PERIODS)), age=st.integers(0, 900))
def test_today_lies_in_the_first_stretch_and_the_second_ends_the_day_before_it(
    day: date, per: str, age: int
) -> None:
    since = day - timedelta(days=age)
    now, *before = demand(per).stretches(day, since)
    assert now.first <= day <= now.last
    for earlier in before:
        assert earlier.last == now.first - timedelta(days=1)
        assert earlier.first >= since


@pytest.mark.parametrize(
    ("per", "day", "first_days"),
    [
        ("month", date(2026, 1, 9), [date(2026, 1, 1)]),
        ("month", date(2028, 3, 1), [date(2028, 3, 1), date(2028, 2, 1)]),
        ("quarter", date(2026, 4, 1), [date(2026, 4, 1), date(2026, 1, 1)]),
        ("year", date(2026, 3, 31), [date(2026, 1, 1), date(2025, 1, 1)]),
        ("year", date(2026, 4, 1), [date(2026, 1, 1)]),
        ("two_years", date(2026, 2, 1), [date(2025, 1, 1)]),
    ],
)
def test_a_period_just_over_is_looked_at_within_its_year_a_year_until_march(
    per: str, day: date, first_days: list[date]
) -> None:
    assert [one.first for one in demand(per).stretches(day, date(2020, 1, 1))] == first_days


def test_a_cycles_stretch_begins_with_the_organization_at_the_earliest() -> None:
    of_cycle = demand("cycle", cycle=CYCLE)
    assert of_cycle.stretches(AS_OF, date(2020, 1, 1)) == [Stretch(date(2026, 1, 1), date(2026, 10, 31))]
    assert of_cycle.stretches(AS_OF, date(2026, 5, 1)) == [Stretch(date(2026, 5, 1), date(2026, 10, 31))]
    assert of_cycle.stretches(date(2025, 12, 31), date(2020, 1, 1)) == []


def test_whole_years_count_by_the_year_an_event_belongs_to_and_shorter_ones_by_its_day() -> None:
    february = [(date(2027, 2, 3), 2026)]
    (year, *_) = demand("year").stretches(AS_OF, date(2020, 1, 1))
    assert year.count(february) == 1
    assert Stretch(date(2027, 2, 1), date(2027, 2, 28)).count(february) == 1


# ---- what a hospital's check asks of its branches --------------------------------------------------------------------


def share(**count: object) -> dict:
    return {"share": {"of": "branches", "meets": {"count": {"of": "party_class"} | count}}}


def test_a_share_of_branches_asks_each_of_them() -> None:
    (found,) = asked(
        {"all": [{"count": {"of": "training_class", "at_least": 1}}, share(per="quarter", at_least=2)]}
    )
    assert (found.kinds, found.per, found.at_least) == (("party_class",), "quarter", Decimal(2))


def test_a_figure_may_be_a_parameter_of_the_check_or_of_the_edition() -> None:
    own = {"times": {"title": "次数", "value": 3, "unit": "次", "place": "一"}}
    assert asked(share(per="month", at_least="$times"), parameters=own)[0].at_least == 3
    stored = Criterion(window="cycle_period", parameters={"times": {"value": "4"}})
    assert asked(share(per="month", at_least="$times"), stored)[0].at_least == 4
    assert asked(share(per="month", at_least="$unheard")) == []


@pytest.mark.parametrize(
    "check",
    [
        share(at_most=1),
        share(at_least=1, where={"speaker_kind": "leader"}),
        share(at_least=1, window="previous_year"),
        {"any": [share(at_least=1), share(at_least=2)]},
        {"share": {"of": "members", "meets": {"count": {"of": "party_class", "at_least": 1}}}},
    ],
)
def test_what_does_not_bind_a_branch_by_itself_is_left_out(check: dict) -> None:
    assert asked(check) == []


def test_without_a_period_the_criterions_window_is_the_stretch() -> None:
    assert asked(share(at_least=1))[0].per == "cycle"
    assert asked(share(at_least=1, window="calendar_year"))[0].per == "year"


# ---- whom an edition binds -------------------------------------------------------------------------------------------


def asked_of_branch(people: Cast) -> set[str]:
    return {ask.rule for duty in of(duties(people, "branch_secretary"), "figures") for ask in duty.asks}


def test_an_edition_binds_where_an_authority_adopted_it_and_nowhere_else(year: Year) -> None:
    national = publish("national", "2026")
    assert national.title not in asked_of_branch(year.people)
    Edition.objects.filter(pk=national.pk).update(adopted_by="省委组织部", adoption_number="1号")
    assert national.title in asked_of_branch(year.people)


@pytest.mark.parametrize(
    ("owner", "binds"),
    [
        ("province", True),
        ("city_a", True),
        ("authority_a", True),
        ("hospital_a", True),
        ("hospital_b", False),
    ],
)
def test_an_edition_that_an_organization_entered_binds_below_it_and_what_it_oversees(
    year: Year, owner: str, binds: bool
) -> None:
    national = publish("national", "2026")
    entered_by = getattr(year.people, owner)
    Edition.objects.filter(pk=national.pk).update(adopted_by="采用机关", organization=entered_by)
    assert (national.title in asked_of_branch(year.people)) is binds


def test_the_same_meeting_asked_by_two_editions_is_one_duty_that_names_both(year: Year) -> None:
    national = publish("national", "2026")
    Edition.objects.filter(pk=national.pk).update(adopted_by="省委组织部")
    (meeting,) = [
        duty
        for duty in duties(year.people, "branch_secretary")
        if duty.title == "支部党员大会" and duty.due == date(2026, 12, 31)
    ]
    assert {ask.rule for ask in meeting.asks} >= {national.title, "公立医院院级党组织标准化创建量化表"}
