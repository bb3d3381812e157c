"""Changing and closing a cycle: what may change when, each change told with its reason, and what is locked afterwards."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from qiangji.assessments.exceptions import Locked, Refused
from qiangji.assessments.models import Cycle, Evidence, Sheet
from qiangji.assessments.selectors.cycle_page import duties_of, story_of
from qiangji.assessments.selectors.sheet_list import SheetFilter, list_page
from qiangji.assessments.services.cycle_changes import change_cycle, close_cycle, gaps_of
from qiangji.assessments.services.cycles import EditionChoice, open_cycle, open_step
from qiangji.assessments.tests.factories import OPENED, make_cycle, make_edition
from qiangji.assessments.tests.worlds import World, as_user, mark
from qiangji.audit.models import Event
from qiangji.files.tests import samples
from qiangji.orgs.models import Organization

ON = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)


def change(cycle: Cycle, reason: str = "省方案〔2026〕5号顺延", at: datetime = ON, **values: Any) -> Cycle:
    return change_cycle(cycle=cycle, values=values, editions=None, reason=reason, by=None, at=at)


def prepared(world: World) -> Cycle:
    """A cycle of the next year that is not opened."""
    return make_cycle(world.cast.province, make_edition("later"), year=2027)


@pytest.mark.shows("A23")
def test_a_deadline_is_put_off_with_its_reason_and_the_history_tells_it(small: World) -> None:
    row = change(small.cycle, self_deadline_date=date(2026, 11, 10))
    assert row.deadline_of("self") == date(2026, 11, 10)
    (entry, *_) = story_of(row).entries
    assert entry.lines == [["自评申报截止日", "2026-10-31", "2026-11-10"]]
    assert entry.reason == "省方案〔2026〕5号顺延"
    assert Event.objects.filter(verb="cycle.changed", object_id=row.public_id).count() == 1


def test_after_the_opening_a_change_needs_its_reason(small: World) -> None:
    with pytest.raises(Refused, match="须写明原因"):
        change(small.cycle, reason=" ", title="新名称")


def test_before_the_opening_everything_changes_without_one(small: World) -> None:
    row, other = prepared(small), make_edition("other")
    choices = [EditionChoice(Organization.Kind.HOSPITAL, other, "acceptance")]
    change_cycle(
        cycle=row, values={"period_start_date": date(2027, 2, 1)}, editions=choices, reason="", by=None, at=ON
    )
    (choice,) = row.editions.all()
    assert (choice.edition, choice.final_stage) == (other, "acceptance")
    row.refresh_from_db()
    assert row.period_start_date == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"period_end_date": date(2026, 11, 30)}, "事实截止日"),
        ({"is_trial": True}, "试评"),
    ],
)
def test_what_sheets_rest_on_stands_once_they_exist(small: World, values: dict, words: str) -> None:
    with pytest.raises(Locked, match=words):
        change(small.cycle, **values)


def test_editions_stand_once_sheets_exist(small: World) -> None:
    choices = [EditionChoice(Organization.Kind.HOSPITAL, make_edition("other"), "rating")]
    with pytest.raises(Locked, match="所用标准"):
        change_cycle(cycle=small.cycle, values={}, editions=choices, reason="换", by=None, at=ON)


@pytest.mark.shows("A18")
def test_the_line_moves_until_a_result_was_decided_by_it(small: World) -> None:
    assert change(small.cycle, pass_line=Decimal(92)).pass_line == 92
    Sheet.objects.filter(pk=small.sheet.pk).update(state="meets_standard")
    with pytest.raises(Locked, match="达标线"):
        change(small.cycle, pass_line=Decimal(93))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"self_deadline_date": date(2026, 10, 19)}, "今天以前"),
        ({"self_deadline_date": date(2026, 12, 20)}, "日期先后不对"),
        ({"inspection_deadline_date": date(2027, 12, 31)}, "抽查截止日"),
        ({"inspection_ratio": Decimal(2)}, "抽查比例"),
        ({}, "没有改动"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_and_nothing_is_stored(
    small: World, values: dict, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        change(small.cycle, **values)
    assert not Event.objects.filter(verb="cycle.changed").exists()


@pytest.mark.shows("G09")
def test_ratio_and_days_are_set_where_the_documents_name_none(small: World) -> None:
    assert (small.cycle.inspection_ratio, small.cycle.objection_days) == (None, None)
    row = change(small.cycle, inspection_ratio=Decimal("0.1"), objection_days=10, answer_days=15)
    assert (row.inspection_ratio, row.objection_days, row.answer_days) == (Decimal("0.1"), 10, 15)


def test_the_page_of_changes_keeps_what_was_typed(small: World) -> None:
    browser = as_user(small.cast.guidance_province)
    address = f"/assessments/cycles/{small.cycle.public_id}/change/"
    page = browser.get(address)
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    sent |= {"title": "另一个名称", "reason": ""}
    again = browser.post(address, sent).content.decode()
    assert "另一个名称" in again
    assert "这个字段是必填项" in again
    answer = browser.post(address, sent | {"reason": "名称按方案"})
    assert answer.status_code == 302
    assert Cycle.objects.get(pk=small.cycle.pk).title == "另一个名称"


def test_the_page_says_who_accepts_rates_and_recognizes(small: World) -> None:
    words = dict(duties_of(small.cycle, list(small.cycle.editions.select_related("edition"))))
    assert words["内设党支部"] == "由所在医院验收，以验收得分为最终得分，不再评定。"
    assert "同一部门再评定" in words["院级党组织"]
    assert small.cast.province.name in words["认定"]


# ---- opening in steps ------------------------------------------------------------------------------------------------


def test_an_opening_goes_on_where_it_stopped_and_nothing_is_double(small: World) -> None:
    row = prepared(small)
    first = open_step(cycle=row, most=1, by=None, at=OPENED)
    assert (first.made, first.left) == (1, 1)
    assert story_of(row).left == 1
    second = open_step(cycle=row, most=5, by=None, at=OPENED)
    assert (second.made, second.left) == (1, 0)
    assert Sheet.objects.filter(cycle=row).count() == 2
    assert open_cycle(cycle=row, by=None, at=OPENED) == 0
    (entry, *_) = story_of(row).entries
    assert (entry.what, story_of(row).left) == ("为 2 个组织建立考评表", 0)


def test_the_page_shows_how_far_an_opening_is_and_goes_on(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qiangji.assessments.views.cycles.STEP", 1)
    row = prepared(small)
    browser = as_user(small.cast.guidance_province)
    address = f"/assessments/cycles/{row.public_id}/"
    assert browser.post(f"{address}open/").url == f"{address}?opening=1"
    assert "继续建表" in browser.get(address).content.decode()
    assert 'hx-trigger="load' in browser.get(f"{address}?opening=1").content.decode()
    last = browser.post(f"{address}open/", {"step": "1"}, headers={"HX-Request": "true"})
    assert last.headers["HX-Redirect"] == address
    assert "已为 2 个组织建立考评表" in browser.get(address).content.decode()


def test_orphans_are_found_before_the_first_sheet_of_a_step(small: World) -> None:
    row = prepared(small)
    small.cast.hospital_b.overseen_by.all().delete()
    with pytest.raises(Refused, match="没有主管部门"):
        open_step(cycle=row, most=1, by=None, at=OPENED)
    assert not Sheet.objects.filter(cycle=row).exists()


# ---- closing -----------------------------------------------------------------------------------------------------------


def close(world: World, reason: str = "两家始终没有申报") -> Cycle:
    return close_cycle(cycle=world.cycle, reason=reason, by=None, at=world.tick())


def test_what_is_not_concluded_keeps_a_cycle_open(small: World) -> None:
    small.bring_to("under_acceptance")
    assert [(gap.what, gap.count) for gap in gaps_of(small.cycle) if gap.holds] == [("验收还没有完成", 1)]
    with pytest.raises(Refused, match="验收还没有完成 1 件"):
        close(small)


def test_a_hospital_without_a_result_keeps_it_open_but_not_a_trial(small: World) -> None:
    small.bring_to("rated")
    assert [gap.what for gap in gaps_of(small.cycle) if gap.holds] == ["院级党组织还没有认定结果"]
    small.cycle.is_trial = True
    assert not [gap for gap in gaps_of(small.cycle) if gap.holds]


def test_who_never_handed_in_does_not_hold_the_others_up_but_is_written_down(small: World) -> None:
    with pytest.raises(Refused, match="须写明情况"):
        close(small, reason="")
    assert close(small).closed_at is not None
    assert story_of(small.cycle).entries[0].reason == "两家始终没有申报"


def test_a_closed_cycle_takes_no_marks_moves_changes_or_sheets(small: World) -> None:
    close(small)
    with pytest.raises(Locked, match="已于2026年10月20日关闭"):
        small.save(small.cast.party_office, mark("1-1-1", "1"))
    with pytest.raises(Locked, match="关闭"):
        small.submit()
    with pytest.raises(Locked, match="已关闭"):
        change(small.cycle, title="新名称")
    with pytest.raises(Locked, match="已关闭"):
        open_cycle(cycle=small.cycle, by=None, at=small.tick())


def test_a_closed_sheet_shows_no_buttons_and_takes_no_files(small: World) -> None:
    close(small)
    page = as_user(small.cast.party_office).get(small.url("sheet")).content.decode()
    assert "签字并提交" not in page
    assert 'class="mark"' not in page
    upload = {"files": [samples.upload(samples.pdf("late"), "迟到.pdf")]}
    as_user(small.cast.party_office).post(small.url("evidence_add", None, "1-1-1"), upload)
    assert not Evidence.objects.exists()


def test_a_cycle_that_is_not_opened_is_not_closed(small: World) -> None:
    with pytest.raises(Locked):
        close_cycle(cycle=prepared(small), reason="不办了", by=None, at=ON)


# ---- late flags --------------------------------------------------------------------------------------------------------


@pytest.mark.shows("A23")
def test_the_list_tells_what_is_overdue_and_what_was_done_late(small: World) -> None:
    def late(at: datetime) -> tuple[str, ...]:
        page = list_page(small.reach(small.cast.supervisor, at), SheetFilter(kind="hospital"), at=at)
        return page.lines[0].lateness

    assert late(datetime(2026, 10, 31, 15, 59, tzinfo=UTC)) == ()
    assert late(datetime(2026, 10, 31, 16, 0, tzinfo=UTC)) == ("逾期",)
    small.fill("self")
    small.submit(at=datetime(2026, 11, 2, 2, 0, tzinfo=UTC))
    assert late(datetime(2026, 11, 3, tzinfo=UTC)) == ("迟交",)
    assert late(datetime(2026, 12, 1, tzinfo=UTC)) == ("验收逾期", "迟交")
