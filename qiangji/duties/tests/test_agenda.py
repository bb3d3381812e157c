"""The list: who has which duties, by which rule, in which stretch, and at what price."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from qiangji.assessments.models import Cycle, Proposal, Sheet
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import counted
from qiangji.duties.agenda import days_waiting, duties_of, month_of, parts_of, tally_of
from qiangji.duties.bindings import Bindings
from qiangji.duties.lines import Ask, Duty
from qiangji.duties.registry import SOURCES, Source, add_source
from qiangji.duties.tests.conftest import Year
from qiangji.duties.tests.worlds import AS_OF, AT, duties, evaluate, of
from qiangji.duties.traces import wanted_of
from qiangji.ledgers.tests.factories import make_declaration, make_record
from qiangji.members.elections.tests.factories import make_term
from qiangji.members.models import Exemption, Transfer
from qiangji.members.tests.factories import store_members
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import build_organization, make_role, make_user, store
from qiangji.standards.checks import CheckEntry
from qiangji.standards.parameter_services import set_parameter
from qiangji.standards.schema import ParameterSpec
from qiangji.standards.site_checks import Trial, adopt_check, drop_case, note_trial, write_check

pytestmark = pytest.mark.slow

LAST_EVENING = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
MIDNIGHT = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)  # 1 November, 0:00 in Shanghai


def named(found: list[Duty], title: str) -> list[Duty]:
    return [duty for duty in found if duty.title == title]


def test_a_missing_study_is_one_duty_that_names_its_rule_clause_and_figure(year: Year) -> None:
    (study,) = [
        one
        for one in named(duties(year.people, "party_office"), "中心组学习")
        if one.due == date(2026, 12, 31)
    ]
    assert study.organization == year.people.hospital_a
    by_code = {ask.code: ask for ask in study.asks}
    assert {"3-2-2"} <= by_code.keys()
    quarter = study.asks[0]
    assert quarter.rule == "公立医院院级党组织标准化创建量化表"
    assert quarter.clause == "吉医党指委发〔2020〕4号 思想建设 2"
    assert quarter.figure == "应不少于 1 次，现有 0"
    assert study.action is not None
    assert study.action.url.endswith(f"{year.people.hospital_a.public_id}/new/?kind=study_centre_group")


def test_the_same_thing_asked_by_several_criteria_is_one_line(year: Year) -> None:
    (day,) = [
        one
        for one in named(duties(year.people, "party_office"), "季度抽查支部")
        if one.due == date(2026, 12, 31)
    ]
    assert {ask.code for ask in day.asks} == {"4-1-3", "5-4-2"}


def test_every_pending_leaf_with_a_day_stands_in_exactly_one_duty(year: Year) -> None:
    """Counted from the stored proposals, apart from how duties are grouped."""
    rows = Proposal.objects.filter(answer__sheet__organization=year.people.hospital_a)
    wanted = sum(one.leaves for row in rows for one in wanted_of(row.trace))
    found = of(duties(year.people, "party_office"), "traces")
    assert wanted > 80
    assert sum(ask.leaves for duty in found for ask in duty.asks) == wanted
    keys = Counter((duty.organization, duty.facts, duty.due) for duty in found if duty.facts)
    assert max(keys.values()) == 1


def test_a_recorded_study_takes_its_quarter_from_the_list(year: Year) -> None:
    make_record(year.people.hospital_a, ["study_centre_group"], date=date(2026, 8, 11))
    evaluate(year.cycle)
    late = [one.due for one in named(duties(year.people, "party_office"), "中心组学习") if one.is_late(AS_OF)]
    assert late == [date(2026, 3, 31), date(2026, 6, 30)]


def test_a_duty_runs_to_the_last_minute_of_its_day_in_shanghai(year: Year) -> None:
    for at, is_late in ((LAST_EVENING, False), (MIDNIGHT, True)):
        reach = reach_of(year.people.party_office, at=at)
        (sheet,) = [one for one in duties_of(reach, at=at) if one.title == "考评表：填写"]
        assert sheet.is_late(reach.day) is is_late


def test_superiors_see_counts_and_deadlines_and_nothing_of_a_draft(year: Year) -> None:
    for who in ("supervisor", "guidance_city", "guidance_province", "reader"):
        found = duties(year.people, who)
        assert not of(found, "traces")
        inside = {year.people.hospital_a, year.people.internal_medicine, year.people.surgery}
        assert not [duty for duty in found if duty.organization in inside], who
    (count,) = of(duties(year.people, "supervisor"), "sheets")
    assert (count.title, count.organization, count.due) == ("1 张考评表尚未提交", None, date(2026, 10, 31))
    assert [ask.figure for ask in count.asks] == [""]


def test_the_neighbour_and_the_member_see_nothing_of_it(year: Year) -> None:
    theirs = {duty.organization for duty in duties(year.people, "outsider")}
    assert theirs == {year.people.hospital_b}
    assert duties(year.people, "member") == []
    assert duties(year.people, "administrator") == []


def test_a_branch_is_asked_for_what_its_hospitals_edition_asks_of_branches(year: Year) -> None:
    found = duties(year.people, "branch_secretary")
    assert {duty.organization for duty in found} == {year.people.internal_medicine}
    check = {duty.due: duty for duty in found if duty.title == "支部月自查"}
    assert check.keys() >= {date(2026, 9, 30), date(2026, 10, 31)}
    (ask,) = [ask for ask in check[date(2026, 9, 30)].asks if ask.code == "5-4-2"]
    assert ask.figure == "应至少 1 次，现有 0"
    assert check[date(2026, 9, 30)].action is not None
    assert check[date(2026, 9, 30)].action.url.endswith("/self-check/")


def test_what_a_branch_recorded_is_asked_no_more(year: Year) -> None:
    done = {"支部月自查": date(2026, 9, 30), "支部党员大会": date(2026, 9, 30)}

    def asked() -> set[str]:
        return {
            one.title for one in duties(year.people, "branch_secretary") if done.get(one.title) == one.due
        }

    assert asked() == set(done)
    for kind, day in (("branch_self_check", date(2026, 9, 30)), ("branch_members_meeting", date(2026, 8, 3))):
        make_record(year.people.internal_medicine, [kind], date=day)
    evaluate(year.cycle)
    assert asked() == set()


def test_the_same_duty_of_several_branches_is_one_line_for_who_answers_for_them(year: Year) -> None:
    lines = [line for part in parts_of(duties(year.people, "party_office"), AS_OF) for line in part.lines]
    (check,) = [line for line in lines if line.duty.title == "支部月自查" and line.is_late]
    assert [duty.organization for duty in check.duties] == [
        year.people.internal_medicine,
        year.people.surgery,
    ]
    assert check.remaining == "逾期 20 天"


def test_who_owns_a_fact_is_asked_for_it_and_for_nothing_else_of_the_sheet(year: Year) -> None:
    discipline = make_user("discipline")
    make_role(discipline, year.people.hospital_a, "discipline_secretary")
    found = of(duties_of(reach_of(discipline, at=AT), at=AT), "traces")
    assert "班子成员处理情况" in {duty.title for duty in found}
    assert "中心组学习" not in {duty.title for duty in found}
    assert not of(duties_of(reach_of(discipline, at=AT), at=AT), "figures")


def test_a_declared_ledger_asks_no_more(year: Year) -> None:
    def asked() -> bool:
        return bool(named(duties(year.people, "party_office"), "班子成员处理情况"))

    assert asked()
    make_declaration(year.people.hospital_a, "leader_sanction", is_nil=True)
    evaluate(year.cycle)
    assert (
        asked()
    )  # a statement reaches no further than the day; what is left of the year is still to be declared
    evaluate(year.cycle, date(2026, 12, 31))
    assert not asked()


def test_after_submission_what_is_pending_stays_and_the_rest_is_the_reviewers(year: Year) -> None:
    Sheet.objects.filter(organization=year.people.hospital_a).update(state=State.SUBMITTED)
    found = of(duties(year.people, "party_office"), "traces")
    assert found
    assert not [duty for duty in found if duty.is_late(AS_OF)]


def test_a_returned_sheet_says_so(year: Year) -> None:
    Sheet.objects.filter(organization=year.people.hospital_a).update(round=2)
    (sheet,) = [one for one in of(duties(year.people, "secretary"), "sheets") if one.is_own]
    assert sheet.title == "考评表：重新填写、签字并提交"
    assert sheet.asks[0].notes == ("第 2 轮申报，上一轮已退回或撤回。",)


def test_drafts_of_a_plan_wait_for_who_may_confirm_them(year: Year) -> None:
    for day in (date(2026, 10, 15), date(2026, 10, 15), date(2026, 10, 28)):
        make_record(year.people.internal_medicine, date=day, state="draft")
    found = of(duties(year.people, "branch_secretary"), "drafts")
    assert [duty.due for duty in found] == [date(2026, 10, 15), date(2026, 10, 28)]
    assert "待确认 2 条" in found[0].asks[0].words
    assert not of(duties(year.people, "secretary"), "drafts")


@pytest.mark.parametrize(
    ("due", "who", "title"),
    [
        (date(2027, 6, 30), "supervisor", "党委：换届提醒函"),
        (date(2026, 12, 31), "supervisor", "党委：登记换届提醒函"),
        (date(2027, 1, 10), "party_office", None),
    ],
)
def test_letters_and_requests_wait_for_whose_turn_it_is(
    year: Year, due: date, who: str, title: str | None
) -> None:
    make_term(year.people.hospital_a, due=due)
    found = of(duties(year.people, who), "elections")
    assert [duty.title for duty in found] == ([title] if title else [])
    if found:
        assert "附件 2（吉林）党委换届 3" in found[0].asks[0].clause


def test_the_list_takes_the_same_statements_however_many_branches_there_are(year: Year) -> None:
    def statements() -> int:
        with counted() as taken:
            duties(year.people, "party_office")
        return len(taken())

    few = statements()
    store(
        [
            build_organization(year.people.hospital_a, number, Organization.Kind.BRANCH, f"第{number}党支部")
            for number in range(10, 70)
        ]
    )
    assert statements() == few <= 20


@pytest.mark.parametrize("who", ["secretary", "branch_secretary", "supervisor", "guidance_city", "outsider"])
def test_nobodys_list_takes_more_than_twenty_one_statements(year: Year, who: str) -> None:
    with counted() as taken:
        duties(year.people, who)
    assert len(taken()) <= 21


def ask_twice(year: Year, code: str, name: str, title: str) -> None:
    """Let hospital 甲 ask a figure of one twice."""
    set_parameter(
        edition=Sheet.objects.get(organization=year.people.hospital_a).edition, criterion_code=code, name=name,
        spec=ParameterSpec(title=title, value=Decimal(1), unit="次"), organization=year.people.hospital_a,
        value=Decimal(2), start_date=date(2026, 1, 1), document_number="甲院党〔2026〕9号",
        document_title="台账制度", by=year.people.party_office, at=AT,
    )  # fmt: skip


def test_branches_owe_what_their_hospital_has_set_and_are_told_by_which_document(year: Year) -> None:
    ask_twice(year, "5-4-2", "monthly", "支部每月自查次数")
    asks = [
        ask for duty in duties(year.people, "branch_secretary") for ask in duty.asks if ask.code == "5-4-2"
    ]
    assert {ask.asked for ask in asks} == {2}
    assert any("甲院党〔2026〕9号" in note for note in asks[0].notes)


def test_what_a_kind_serves_is_asked_as_often_as_its_hospital_has_set(year: Year) -> None:
    ask_twice(year, "3-2-2", "quarterly", "每季中心组学习次数")
    hospital = year.people.hospital_a
    sheets = list(Sheet.objects.filter(organization=hospital).select_related("edition__standard", "cycle"))
    asked = {
        demand.per: demand.at_least
        for demand in Bindings(sheets, AS_OF, [hospital]).demands_on(hospital)
        if demand.kinds == ("study_centre_group",) and demand.criterion.code == "3-2-2"
    }
    assert asked == {"quarter": 2, "year": 4}


def test_branches_owe_what_the_site_s_own_check_asks_in_place_of_the_library_s(year: Year) -> None:
    hospital, branch, by = (
        year.people.hospital_a,
        year.people.internal_medicine,
        year.people.guidance_province,
    )
    sheet = Sheet.objects.select_related("edition__standard", "cycle", "organization").get(
        organization=hospital
    )
    before = [
        one.per
        for one in Bindings([sheet], AS_OF, [branch]).demands_on(branch)
        if one.criterion.code == "5-4-2"
    ]
    inner = {"count": {"of": "branch_self_check", "per": "quarter", "at_least": 1}}
    entry = {"words": "每季度自查", "check": {"share": {"of": "branches", "meets": inner}}}
    version = write_check(
        criterion=sheet.edition.criteria.get(code="5-4-2"), entry=CheckEntry.model_validate(entry),
        origin="shipped", seen=0, by=by, at=AT,
    )  # fmt: skip
    for number in version.cases.values_list("number", flat=True):
        drop_case(version=version, number=number, reason="改为按季度", by=by, at=AT)
    note_trial(version=version, trial=Trial("", "2025 年全年", "met", ""), by=by, at=AT)
    adopt_check(version=version, reason="会议通过", by=by, at=AT)
    sheet.edition.refresh_from_db()
    after = [
        one.per
        for one in Bindings([sheet], AS_OF, [branch]).demands_on(branch)
        if one.criterion.code == "5-4-2"
    ]
    assert (before, after) == (["month"], ["quarter"])


def test_the_week_ends_on_sunday_and_the_month_on_its_last_day(year: Year) -> None:
    wednesday = date(2026, 10, 21)
    days = [
        date(2026, 10, 20),
        date(2026, 10, 25),
        date(2026, 10, 26),
        date(2026, 10, 31),
        date(2026, 11, 1),
        None,
    ]
    found = [Duty("trial", f"事项{number}", None, day) for number, day in enumerate(days)]
    assert {part.key: [line.duty.due for line in part.lines] for part in parts_of(found, wednesday)} == {
        "late": [days[0]],
        "week": [days[1]],
        "month": [days[2], days[3]],
        "undated": [None],
        "later": [days[4]],
    }


def test_counts_for_notices_leave_out_what_only_has_to_stay_as_it_is() -> None:
    found = [
        Duty("trial", "一", None, date(2026, 10, 1)),
        Duty("trial", "二", None, date(2026, 10, 27)),
        Duty("trial", "三", None, date(2026, 10, 28)),
        Duty("trial", "四", None, AS_OF, is_watch=True),
        Duty("trial", "五", None, None),
    ]
    tally = tally_of(found, AS_OF)
    assert (tally.late, tally.near, tally.all) == (1, 1, 2)
    assert days_waiting(found, AT) == {AS_OF: 1, date(2026, 10, 27): 1, date(2026, 10, 28): 1}


def test_a_month_has_its_weeks_from_monday_and_each_duty_on_its_day() -> None:
    weeks = month_of([Duty("trial", "一", None, date(2026, 10, 31))], date(2026, 10, 1), AS_OF)
    assert [day.date.day if day else None for day in weeks[0]] == [None, None, None, 1, 2, 3, 4]
    assert [(day.date.day, day.count) for week in weeks for day in week if day and day.lines] == [(31, 1)]


def test_another_app_adds_a_source_with_one_entry(year: Year) -> None:
    before = list(SOURCES)
    try:
        add_source(
            Source("trial", "试", lambda asker: [Duty("trial", "整改", None, asker.day, (Ask("试"),))])
        )
        assert "整改" in {duty.title for duty in duties(year.people, "party_office")}
        with pytest.raises(ValueError, match="trial"):
            add_source(Source("trial", "试", lambda asker: []))
    finally:
        SOURCES[:] = before


def test_an_exemption_stands_beside_the_figure_it_changed(year: Year) -> None:
    members = store_members(year.people.surgery, ["赵一", "钱二", "孙三"])
    Exemption.objects.create(
        member=members[0],
        duty="training",
        document="甲院党〔2026〕3号",
        start_date=date(2026, 1, 1),
        end_date=date(2026, 12, 31),
    )
    evaluate(year.cycle)
    asks = [ask for duty in duties(year.people, "party_office") for ask in duty.asks if ask.code == "3-5-1"]
    (hours,) = [ask for ask in asks if ask.words.startswith("党员中")]
    assert (hours.words, hours.figure) == ("党员中 2 人尚未达到要求", "应有 2，现有 0")
    assert "另有 1 人经批准免予要求。" in hours.notes
    assert not [name for name in ("赵一", "钱二", "孙三") if name in str(asks)]


def test_members_on_their_way_are_a_number_for_who_receives_them(year: Year) -> None:
    (member,) = store_members(year.people.surgery, ["转入者"])
    transfer = Transfer.objects.create(
        member=member,
        source=year.people.surgery,
        target=year.people.hospital_b,
        letter_number="2026-012",
        sent_date=date(2026, 10, 1),
        valid_until=date(2026, 12, 20),
    )
    transfer.steps.create(state="sent", date=date(2026, 10, 1), taken_at=AT)
    (arrival,) = of(duties(year.people, "outsider"), "arrivals")
    assert (arrival.title, arrival.due) == ("接收组织关系：1 名党员", date(2026, 12, 20))
    assert not of(duties(year.people, "party_office"), "arrivals")


def test_who_opened_a_cycle_is_told_its_stages_with_how_many_sheets_each_waits_for(year: Year) -> None:
    Sheet.objects.filter(organization=year.people.hospital_a).update(state=State.ACCEPTED)
    found = {duty.title: duty.due for duty in of(duties(year.people, "guidance_province"), "sheets")}
    assert found == {
        "考核周期：3 张未完成自评": date(2026, 10, 31),
        "考核周期：3 张未完成上级验收": date(2026, 11, 30),
        "考核周期：2 张未完成主管部门评定": date(2026, 12, 15),
    }
    assert not of(duties(year.people, "guidance_city"), "sheets")


def test_a_cycle_that_was_closed_early_asks_for_no_sheet_any_more(year: Year) -> None:
    asked = {
        "party_office": ("sheets", "traces"),
        "supervisor": ("sheets",),
        "guidance_province": ("sheets",),
    }

    def found() -> dict[str, list[str]]:
        return {
            f"{who}: {source}": [duty.title for duty in of(duties(year.people, who), source)]
            for who, sources in asked.items()
            for source in sources
        }

    assert all(found().values())
    Cycle.objects.filter(pk=year.cycle.pk).update(closed_at=AT)
    assert not any(found().values())


def test_a_sheet_with_a_day_of_its_own_is_still_asked_for_in_a_closed_cycle(year: Year) -> None:
    own = Sheet.objects.filter(organization__in=[year.people.hospital_a, year.people.internal_medicine])
    own.update(own_deadline_date=date(2026, 11, 20))
    Cycle.objects.filter(pk=year.cycle.pk).update(closed_at=AT)
    for who in ("supervisor", "party_office"):
        (count,) = [one for one in of(duties(year.people, who), "sheets") if one.organization is None]
        assert (count.title, count.due) == ("1 张考评表尚未提交", date(2026, 11, 20))
    assert of(duties(year.people, "party_office"), "traces")


def test_what_the_ledgers_lack_is_told_to_who_filled_a_sheet_of_a_closed_cycle(year: Year) -> None:
    def studies() -> set[str]:
        return {duty.source for duty in named(duties(year.people, "party_office"), "中心组学习")}

    assert studies() == {"traces"}
    Cycle.objects.filter(pk=year.cycle.pk).update(closed_at=AT)
    assert studies() == {"figures"}


def test_a_check_that_may_not_apply_yet_asks_for_nothing_but_patience(year: Year) -> None:
    (training,) = [
        duty
        for duty in duties(year.people, "party_office")
        if "3-4-4" in duty.codes and duty.source == "traces"
    ]
    assert training.asks[0].words.startswith("是否适用还不能确定：")
