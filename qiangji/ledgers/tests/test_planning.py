"""Templates, and plans whose days become drafts once."""

import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import Record
from qiangji.ledgers.recurrence import days_between
from qiangji.ledgers.selectors import templates_for
from qiangji.ledgers.services.planning import (
    end_plan,
    make_due_drafts,
    retire_template,
    save_plan,
    save_template,
)
from qiangji.ledgers.services.records import withdraw_record
from qiangji.ledgers.tests.factories import make_plan
from qiangji.members.tests.factories import make_person
from qiangji.orgs.tests.factories import Cast, cast

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))


@pytest.fixture
def small(db: None) -> Cast:
    return cast()


@given_settings(max_examples=50)
@given(start=DAYS, end=DAYS, day=st.integers(1, 31))
def test_a_monthly_day_comes_once_in_each_whole_month(start: date, end: date, day: int) -> None:
    days = days_between(start, end, every="month", day=day)
    months = [(one.year, one.month) for one in days]
    assert months == sorted(set(months))
    assert all(start <= one <= end for one in days)
    assert all(one.day == day or one.month != (one.fromordinal(one.toordinal() + 1)).month for one in days)
    whole = 12 * (end.year - start.year) + end.month - start.month - 1
    assert whole <= len(days) <= max(whole + 2, 0)


@given_settings(max_examples=50)
@given(year=st.integers(2019, 2032), week=st.integers(1, 5), weekday=st.integers(1, 7))
def test_a_weekday_comes_twelve_times_a_year_and_four_by_quarter(year: int, week: int, weekday: int) -> None:
    window = date(year, 1, 1), date(year, 12, 31)
    days = days_between(*window, every="month", week=week, weekday=weekday)
    assert len(days) == 12
    assert {one.isoweekday() for one in days} == {weekday}
    assert all((one.day - 1) // 7 + 1 == week for one in days if week < 5)
    quarters = days_between(*window, every="quarter", week=week, weekday=weekday)
    assert quarters == [one for one in days if one.month in (1, 4, 7, 10)]


def test_a_plan_makes_each_draft_once(small: Cast, django_assert_num_queries) -> None:
    host = make_person("支书")
    make_plan(small.internal_medicine, values={"place": "三楼", "host": str(host.public_id)})
    assert make_due_drafts(until=date(2026, 3, 20), at=AT) == 3
    drafts = list(Record.objects.order_by("date"))
    assert [one.date for one in drafts] == [date(2026, month, 15) for month in (1, 2, 3)]
    assert {(one.state, one.source, one.place, one.host) for one in drafts} == {
        ("draft", "plan", "三楼", host)
    }
    assert make_due_drafts(until=date(2026, 3, 20), at=AT) == 0
    assert make_due_drafts(until=date(2026, 4, 15), at=AT) == 1


def test_a_draft_that_was_withdrawn_does_not_come_back(small: Cast) -> None:
    plan = make_plan(small.internal_medicine)
    make_due_drafts(until=date(2026, 1, 31), at=AT)
    withdraw_record(record=Record.objects.get(), reason="改期", by=small.branch_secretary, at=AT)
    plan.made_until = None
    plan.save()
    assert make_due_drafts(until=date(2026, 1, 31), at=AT) == 0


def test_an_ended_plan_or_organization_makes_no_more(small: Cast) -> None:
    plan = make_plan(small.internal_medicine)
    end_plan(plan=plan, end_date=date(2026, 2, 14), by=small.branch_secretary, at=AT)
    make_plan(small.surgery)
    small.surgery.end_date = date(2026, 1, 20)
    small.surgery.save()
    assert make_due_drafts(until=date(2026, 3, 31), at=AT) == 2
    with pytest.raises(LedgersError, match="早于起始"):
        end_plan(plan=plan, end_date=date(2025, 1, 1), by=small.branch_secretary, at=AT)


def test_the_command_may_run_every_day(small: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    make_plan(small.internal_medicine)
    call_command("ledgers", "drafts", "--until", "2026-02-28", "--json")
    assert json.loads(capsys.readouterr().out) == {"until": "2026-02-28", "made": 2}
    call_command("ledgers", "drafts", "--until", "2026-02-28")
    assert "生成了 0 条" in capsys.readouterr().out


def test_a_rule_has_to_name_one_day(small: Cast) -> None:
    plan = {
        "organization": small.internal_medicine,
        "title": "主题党日",
        "kinds": ["theme_party_day"],
        "values": {"place": "三楼"},
        "every": "month",
        "start_date": date(2026, 1, 1),
        "by": small.branch_secretary,
        "at": AT,
    }
    assert save_plan(**plan, week=2, weekday=5).values == {"place": "三楼"}
    for wrong, words in [
        ({}, "二者选一"),
        ({"day": 3, "week": 1, "weekday": 1}, "二者选一"),
        ({"day": 40}, "二者选一"),
        ({"day": 3, "every": "week"}, "周期"),
        ({"day": 3, "title": " "}, "主题"),
        ({"day": 3, "kinds": ["study_centre_group"]}, "不由内设党支部"),
        ({"day": 3, "start_date": date(2020, 1, 1)}, "一年前"),
        ({"day": 3, "end_date": date(2025, 12, 31)}, "截止日期早于"),
        ({"day": 3, "values": {"hours": "2"}}, "没有“hours”"),
        ({"day": 3, "values": {"host": "x"}}, "主持人：请从列表中选择"),
    ]:
        with pytest.raises(LedgersError, match=words):
            save_plan(**(plan | wrong))


def test_a_template_is_the_organizations_own_or_handed_down(small: Cast) -> None:
    template = {"kinds": ["theme_party_day"], "values": {"place": "三楼", "outcome": "略"}, "at": AT}
    own = save_template(organization=small.surgery, name="本支部", by=None, **template)
    from_above = save_template(
        organization=small.hospital_a, name="全院", for_subordinates=True, by=None, **template
    )
    save_template(organization=small.internal_medicine, name="别人的", by=None, **template)
    assert own.values == {"place": "三楼"}
    assert list(templates_for(small.surgery)) == [own, from_above]
    with pytest.raises(LedgersError, match="已有名为“本支部”"):
        save_template(organization=small.surgery, name="本支部", by=None, **template)
    retire_template(template=own, by=small.party_office, at=AT)
    assert list(templates_for(small.surgery)) == [from_above]
