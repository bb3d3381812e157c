"""A figure set lower down: what it does to proposals and not to marks, and the panel on a check's page."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import Evaluation, Mark, Proposal
from qiangji.assessments.selectors.check_trials import Asked, moment_for, try_entry
from qiangji.assessments.selectors.proposals import proposals_of
from qiangji.assessments.services.evaluating import catch_up
from qiangji.assessments.services.saving import MarkEdit, save_mark
from qiangji.assessments.tests.factories import sheet_of
from qiangji.assessments.tests.test_evaluating import AFTERWARDS, AT, annex, annex_of_file, evaluate, proposal
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.members.tests.factories import make_person, make_post, make_tenure
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import reach_of
from qiangji.standards.exceptions import ParameterRefused
from qiangji.standards.models import ParameterSetting
from qiangji.standards.parameter_services import end_parameter, set_parameter
from qiangji.standards.schema import ParameterSpec
from qiangji.standards.site_checks import checks_in_force

__all__ = ["annex", "annex_of_file"]
pytestmark = pytest.mark.django_db
LATER = datetime(2027, 1, 15, 4, 0, tzinfo=UTC)
YEARLY = ParameterSpec(title="全年中心组学习次数", value=Decimal(4), unit="次", place="思想建设 2")


def ask(annex: World, organization: Organization, value: int | str, **changes: Any) -> ParameterSetting:
    """Let an organization ask more centre-group studies a year of itself and those below."""
    given: dict[str, Any] = {
        "edition": annex.sheet.edition, "criterion_code": "3-2-2", "name": "yearly", "spec": YEARLY,
        "start_date": date(2026, 1, 1), "document_number": "甲市党指〔2026〕3号", "document_title": "关于学习的通知",
        "by": annex.cast.guidance_city, "at": AT,
    }  # fmt: skip
    return set_parameter(organization=organization, value=Decimal(value), **(given | changes))


def is_behind(annex: World, organization: Organization) -> bool:
    found = proposals_of(sheet_of(organization))
    assert found is not None
    return found.is_behind


def caught_up(annex: World, organization: Organization) -> list[tuple[str, str, str]]:
    done = catch_up(sheet=sheet_of(organization), as_of=AFTERWARDS, at=LATER, by=None)
    return [(one.code, one.before, one.after) for one in done.changes]


def test_a_city_that_asks_more_changes_the_proposals_of_its_hospitals_and_of_nobody_else(
    annex: World,
) -> None:
    evaluate(annex)
    ask(annex, annex.cast.city_a, 6)
    assert is_behind(annex, annex.cast.hospital_a)
    assert not is_behind(annex, annex.cast.hospital_b)
    assert caught_up(annex, annex.cast.hospital_a) == [("3-2-2", "符合，2 分", "不符合，0 分")]
    assert not is_behind(annex, annex.cast.hospital_a)


def test_the_whole_evaluation_says_the_same_as_the_narrow_one(annex: World) -> None:
    evaluate(annex)
    ask(annex, annex.cast.city_a, 6)
    caught_up(annex, annex.cast.hospital_a)
    assert evaluate(annex).changed == 0


def test_a_stopped_run_comes_back_for_the_subtree_only(annex: World) -> None:
    evaluate(annex)
    ask(annex, annex.cast.city_a, 6)
    assert evaluate(annex, resume=True).sheets == 1


def test_the_reason_and_the_trace_name_the_document(annex: World) -> None:
    ask(annex, annex.cast.city_a, 6)
    evaluate(annex)
    here, beside = proposal(annex, "3-2-2"), proposal(annex, "3-2-2", annex.cast.hospital_b)
    assert "现有 4 次，应不少于 6 次" in here.missing
    assert f"{annex.cast.city_a.name}按甲市党指〔2026〕3号设定" in here.reason
    assert any("甲市党指〔2026〕3号" in one for one in here.trace["figures"])
    assert "全年中心组学习次数 4 次（出自本版，思想建设 2）" in beside.trace["figures"]
    assert "出自本版" not in beside.reason


def test_a_confirmed_mark_stays_what_it_is(annex: World) -> None:
    evaluate(annex)
    save_mark(
        reach=reach_of(annex.cast.party_office, at=AT), sheet_id=sheet_of(annex.cast.hospital_a).public_id,
        edit=MarkEdit("3-2-2", "self", Decimal(2), "", 0), at=AT,
    )  # fmt: skip
    before = list(Mark.objects.order_by("pk").values())
    ask(annex, annex.cast.city_a, 6)
    caught_up(annex, annex.cast.hospital_a)
    evaluate(annex)
    assert list(Mark.objects.order_by("pk").values()) == before


def test_when_it_ends_before_the_period_of_facts_does_it_no_longer_counts(annex: World) -> None:
    row = ask(annex, annex.cast.city_a, 6)
    evaluate(annex)
    end_parameter(setting=row, end_date=date(2026, 6, 30), by=annex.cast.guidance_city, at=LATER)
    assert caught_up(annex, annex.cast.hospital_a) == [("3-2-2", "不符合，0 分", "符合，2 分")]


def test_what_begins_after_the_period_of_facts_is_asked_in_the_next(annex: World) -> None:
    ask(annex, annex.cast.city_a, 6, start_date=date(2027, 1, 1))
    evaluate(annex)
    assert proposal(annex, "3-2-2").verdict == "met"


def test_settings_of_a_whole_batch_are_one_statement_more_or_less(annex: World) -> None:
    def statements(organization: Organization | None) -> int:
        with CaptureQueriesContext(connection) as captured:
            evaluate(annex, organization=organization)
        return sum('"standards_parametersetting"' in one["sql"] for one in captured.captured_queries)

    ask(annex, annex.cast.city_a, 6)
    ask(annex, annex.cast.hospital_a, 8)
    ask(annex, annex.cast.hospital_b, 5)
    assert (statements(annex.cast.hospital_a), statements(None)) == (1, 1)


def test_a_trial_answers_with_the_figure_that_holds_there(annex: World) -> None:
    ask(annex, annex.cast.city_a, 6)
    edition = annex.sheet.edition
    moment = moment_for(edition, Asked(annex.cast.hospital_a, AFTERWARDS), AFTERWARDS)
    entry = checks_in_force([edition])[edition.pk]["3-2-2"]
    here = try_entry(edition, "3-2-2", entry, annex.cast.hospital_a, moment)
    assert here is not None
    assert "应不少于 6 次" in here.missing


WITHIN = ParameterSpec(title="委员出缺补选期限", value=Decimal(6), unit="个月", stricter="less")


def test_a_span_is_set_shorter_and_answers_with_its_document(annex: World) -> None:
    """A seat empty from 1 March to 30 June is filled in time by the edition's six months, too late by the city's three."""
    first, second = make_person("前任"), make_person("后任")
    post = make_post(annex.cast.hospital_a)
    make_tenure(post, first, start_date=date(2024, 3, 1), end_date=date(2026, 2, 28))
    make_tenure(post, second, start_date=date(2026, 7, 1))
    evaluate(annex)
    assert proposal(annex, "2-1-6").verdict == "met"
    asked = {"criterion_code": "2-1-6", "name": "by_election", "spec": WITHIN}
    ask(annex, annex.cast.city_a, 3, **asked)
    evaluate(annex)
    found = proposal(annex, "2-1-6")
    assert found.verdict == "unmet"
    assert "最迟 2026-06-01" in found.missing
    assert "甲市党指〔2026〕3号" in found.reason
    assert any(one.startswith("委员出缺补选期限") and "3 个月" in one for one in found.trace["figures"])


@pytest.mark.parametrize(
    ("value", "words"), [("7", "只能从严"), ("2.5", "请填整数"), ("1000", "最多 999 个月")]
)
def test_a_span_is_no_longer_no_part_of_a_month_and_no_century(annex: World, value: str, words: str) -> None:
    spec = WITHIN if value == "7" else WITHIN.model_copy(update={"stricter": "more"})
    with pytest.raises(ParameterRefused, match=words):
        ask(annex, annex.cast.city_a, value, name="by_election", criterion_code="2-1-6", spec=spec)


# ---- the page -------------------------------------------------------------------------------------------------------


def address(annex: World) -> str:
    return reverse("assessments:check", args=[annex.sheet.edition.public_id, "3-2-2"])


def page(user: User, annex: World, **query: str) -> str:
    answer = as_user(user).get(address(annex), query)
    assert answer.status_code == 200
    return answer.content.decode()


def typed(hospital: Organization, **changes: str) -> dict[str, str]:
    return {
        "value": "6", "organization": str(hospital.public_id), "start_date": "2026-01-01", "end_date": "",
        "document_number": "甲院党〔2026〕9号", "document_title": "学习制度", **changes,
    }  # fmt: skip


@pytest.fixture
def post(annex: World) -> Callable[..., Any]:
    def send(user: User, name: str = "yearly", code: str = "3-2-2", **changes: str) -> Any:
        client: Client = as_user(user)
        where = reverse("assessments:set_parameter", args=[annex.sheet.edition.public_id, code, name])
        return client.post(where, typed(annex.cast.hospital_a, **changes))

    return send


def test_the_panel_says_what_holds_here_and_where_it_came_from(annex: World) -> None:
    before = page(annex.cast.party_office, annex)
    assert "出自本版，思想建设 2" in before
    assert "本地设定" not in before
    ask(annex, annex.cast.city_a, 6)
    text = page(annex.cast.party_office, annex)
    assert "至少 6 次" in text
    assert f"{annex.cast.city_a.name}按甲市党指〔2026〕3号设定" in text
    assert "每年中心组学习不少于 6 次" in text
    assert "执行中" in text
    assert "至少 6 次" not in page(annex.cast.outsider, annex)


def test_who_set_it_is_named_to_those_who_reach_that_organization_only(annex: World) -> None:
    ask(annex, annex.cast.city_a, 6)
    assert f"{annex.cast.guidance_city}设定" in page(annex.cast.guidance_city, annex)
    assert f"{annex.cast.guidance_city}设定" not in page(annex.cast.party_office, annex)


def test_the_party_office_sets_it_for_its_hospital(annex: World, post: Callable[..., Any]) -> None:
    answer = post(annex.cast.party_office)
    assert answer.status_code == 302
    row = ParameterSetting.objects.get()
    assert (row.value, row.organization, row.set_by) == (6, annex.cast.hospital_a, annex.cast.party_office)
    assert "至少 6 次" in page(annex.cast.party_office, annex)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value": "3"}, "只能从严：本版规定全年中心组学习次数至少 4 次，不能改为 3 次。"),
        ({"value": "很多"}, "请填数字，例如 6。"),
        ({"value": "1e9"}, "数字太大"),
        ({"start_date": "2026-13-01"}, "请填日期"),
        ({"document_number": ""}, "请填文号。"),
        ({"organization": "someone"}, "请从列表里选本组织。"),
        ({"end_date": "2025-01-01"}, "早于起始日"),
    ],
)
def test_what_is_refused_comes_back_with_what_was_typed(
    annex: World, post: Callable[..., Any], changes: dict[str, str], words: str
) -> None:
    answer = post(annex.cast.party_office, **changes)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert words in text
    assert "学习制度" in text
    assert not ParameterSetting.objects.exists()


def test_another_organization_cannot_be_named(annex: World, post: Callable[..., Any]) -> None:
    answer = post(annex.cast.party_office, organization=str(annex.cast.city_a.public_id))
    assert answer.status_code == 200
    assert not ParameterSetting.objects.exists()


@pytest.mark.parametrize("who", ["secretary", "branch_secretary", "administrator", "reader", "member"])
def test_who_may_not_set_it_sees_no_form_and_is_told_who_may(
    annex: World, post: Callable[..., Any], who: str
) -> None:
    user = getattr(annex.cast, who)
    assert "从严设定" not in page(user, annex)
    answer = post(user)
    assert answer.status_code == 403
    assert "党办工作人员" in answer.content.decode()


@pytest.mark.parametrize(("code", "name"), [("3-2-2", "unheard"), ("3-1-1", "times"), ("9-9-99", "yearly")])
def test_a_parameter_that_is_none_is_404(
    annex: World, post: Callable[..., Any], code: str, name: str
) -> None:
    assert post(annex.cast.party_office, name, code).status_code == 404


def close(user: User, row: ParameterSetting, verb: str, **data: str) -> int:
    return (
        as_user(user).post(reverse(f"assessments:{verb}_parameter", args=[row.public_id]), data).status_code
    )


def test_the_setting_organization_ends_and_withdraws_it(annex: World) -> None:
    row = ask(annex, annex.cast.city_a, 6)
    assert close(annex.cast.guidance_city, row, "end", end_date="2026-12-31") == 302
    row.refresh_from_db()
    assert row.end_date == date(2026, 12, 31)
    assert close(annex.cast.guidance_city, row, "withdraw", reason="文件作废") == 302
    row.refresh_from_db()
    assert row.is_withdrawn
    assert "撤回原因：文件作废" in page(annex.cast.party_office, annex)


@pytest.mark.parametrize(
    ("data", "words"), [({"end_date": "x"}, "请填日期"), ({"end_date": "2020-01-01"}, "撤回")]
)
def test_an_end_that_cannot_be_is_said_on_the_page(annex: World, data: dict[str, str], words: str) -> None:
    row = ask(annex, annex.cast.city_a, 6)
    client = as_user(annex.cast.guidance_city)
    answer = client.post(reverse("assessments:end_parameter", args=[row.public_id]), data, follow=True)
    assert words in answer.content.decode()
    row.refresh_from_db()
    assert row.end_date is None


def test_who_is_bound_may_not_end_it_and_who_is_not_does_not_know_it(annex: World) -> None:
    row = ask(annex, annex.cast.city_a, 6)
    assert close(annex.cast.party_office, row, "end", end_date="2026-12-31") == 403
    assert close(annex.cast.outsider, row, "withdraw", reason="x") == 404


def test_the_page_takes_the_same_statements_however_much_was_set(annex: World) -> None:
    client = as_user(annex.cast.party_office)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address(annex))
        return len(captured)

    ask(annex, annex.cast.province, 5)
    few = statements()
    ask(annex, annex.cast.city_a, 6)
    ask(annex, annex.cast.city_a, 7, start_date=date(2026, 7, 1))
    ask(annex, annex.cast.hospital_a, 8)
    assert statements() == few


def test_proposals_are_what_they_were_where_nobody_set_anything(annex: World) -> None:
    evaluate(annex)
    assert not ParameterSetting.objects.exists()
    assert Evaluation.objects.count() == 2
    assert Proposal.objects.filter(verdict="met", answer__criterion__code="3-2-2").count() == 1
