"""The pages of results: what each says, and what can be done on it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Mark, Sheet
from qiangji.assessments.states import State
from qiangji.lib.dates import local_day
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import make_organization
from qiangji.results.models import Consequence, Result
from qiangji.results.selectors.coverage import Coverage, coverage_of
from qiangji.results.selectors.distance import distance_of
from qiangji.results.selectors.findings import findings
from qiangji.results.tests.worlds import ResultsWorld
from qiangji.standards.models import Criterion


def browse(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *arguments: Any, **query: Any) -> str:
    response = browse(user).get(reverse(f"results:{name}", args=arguments), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def post(user: User, name: str, *arguments: Any, **data: Any) -> Any:
    return browse(user).post(reverse(f"results:{name}", args=arguments), data, follow=True)


@pytest.mark.shows("A16", "A17", "A18")
def test_the_recognizer_sees_figures_and_reasons_and_confirms(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95"] * 26 + ["89", "88", "87"])
    who, cycle = world.cast.guidance_province, world.cycle.public_id
    words = page(who, "recognition", cycle)
    assert "得分高于 90 分" in words
    assert "29 个内设党支部中 26 个高于 90，占 89.7%，应不少于 90%，还差 1 个" in words
    seen = words.split('name="seen" value="')[1].split('"')[0]
    assert "已认定 1 个组织的结果" in post(who, "recognition", cycle, seen=seen).content.decode()
    assert Sheet.objects.get(pk=sheet.pk).state == State.BELOW_STANDARD


def test_a_score_that_changed_meanwhile_is_shown_first(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    who, cycle = world.cast.guidance_province, world.cycle.public_id
    seen = page(who, "recognition", cycle).split('name="seen" value="')[1].split('"')[0]
    world.rescore(sheet, "80")
    response = post(who, "recognition", cycle, seen=seen)
    assert response.status_code == 409
    assert "发生了变动" in response.content.decode()
    assert not Result.objects.exists()


def test_one_can_be_recognized_alone(world: ResultsWorld) -> None:
    first = world.hospital("96.5")
    world.hospital("80", name="丁医院")
    words = page(world.cast.guidance_province, "recognition", world.cycle.public_id)
    form = words.split(f'name="sheet" value="{first.public_id}"')[1]
    seen = form.split('name="seen" value="')[1].split('"')[0]
    post(
        world.cast.guidance_province,
        "recognition",
        world.cycle.public_id,
        sheet=str(first.public_id),
        seen=seen,
    )
    assert [row.sheet_id for row in Result.objects.all()] == [first.pk]


def test_what_changed_after_the_decision_is_named(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    world.recognize()
    world.rescore(sheet, "80")
    words = page(world.cast.guidance_province, "recognition", world.cycle.public_id)
    assert "认定时达标，现为未达标" in words


def test_a_provisional_result_is_called_so(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95"], state=State.ACCEPTED)
    words = page(world.cast.supervisor, "result", sheet.public_id)
    assert "暂定，未到最终阶段" in words
    assert "不能作为结果使用" in words


def test_a_result_is_explained_with_its_branches(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95", "90", None])
    world.recognize()
    words = page(world.cast.supervisor, "result", sheet.public_id)
    assert "还差 2 个（丙医院第2党支部 90、丙医院第3党支部 无最终得分）" in words
    assert "没有最终得分" in words


def test_history_shows_every_decision(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    world.recognize()
    world.appealed(sheet, "80")
    response = post(
        world.cast.guidance_province,
        "revise",
        sheet.public_id,
        cause="appeal",
        reason="申诉答复甲〔2027〕3号",
    )
    words = response.content.decode()
    assert "历次结果" in words
    assert "申诉改变：未达标，80 分（申诉答复甲〔2027〕3号）" in words


def test_a_cause_that_nothing_bears_out_is_told_at_its_field_and_keeps_the_reason(
    world: ResultsWorld,
) -> None:
    sheet = world.hospital("96.5")
    world.recognize()
    sent = {"cause": "appeal", "reason": "申诉答复甲〔2027〕3号"}
    words = post(world.cast.guidance_province, "revise", sheet.public_id, **sent).content.decode()
    assert 'id="error_1_id_cause"' in words
    assert "没有成立的申诉" in words
    assert "申诉答复甲〔2027〕3号" in words
    assert "整改后复评" not in words


@pytest.mark.shows("A18")
def test_other_thresholds_are_tried_before_they_are_issued(world: ResultsWorld) -> None:
    world.hospital("92", ["95"])
    world.hospital("96.5", ["92"], name="丁医院")
    words = page(world.cast.guidance_province, "trial", world.cycle.public_id, line="91", share="90")
    assert "变为未达标 <strong>0</strong> 个" in words
    words = page(world.cast.guidance_province, "trial", world.cycle.public_id, line="93", share="90")
    assert "变为未达标 <strong>2</strong> 个" in words
    assert "本级得分 92，须高于 93" in words
    assert not Result.objects.exists()


def test_nothing_unfinished_is_tried(world: ResultsWorld) -> None:
    world.hospital("92", ["95"], state=State.SUBMITTED)
    words = page(world.cast.guidance_province, "trial", world.cycle.public_id, line="93", share="90")
    assert "0 个有最终得分的组织" in words


def test_how_far_one_is_and_what_closes_the_gap(world: ResultsWorld) -> None:
    sheet = world.hospital("89", ["95", "89.5"], node=world.cast.hospital_a)
    words = page(world.cast.party_office, "distance", sheet.public_id)
    assert "还差 1 分以上" in words
    assert "补齐下面 1 条就能过线" in words
    assert "可再得 11 分" in words
    # 甲医院 has two branches of the cast without a sheet, beside these two.
    assert "4 个支部中 1 个高于达标线，需要 4 个" in words


def test_a_bonus_counts_in_the_distance_of_a_draft_as_it_counts_in_the_score(world: ResultsWorld) -> None:
    sheet = world.hospital("89", node=world.cast.hospital_a, state=State.DRAFT)
    first = Criterion.objects.get(edition=sheet.edition)
    bonus = Criterion.objects.create(
        edition=sheet.edition, group=first.group, code="1-1-2", position=2, number=2, title="创新",
        points=Decimal(3), scoring_kind="bonus", scoring={"kind": "bonus", "per": 1, "cap": 3}, step=Decimal(1),
    )  # fmt: skip
    answer = Answer.objects.create(sheet=sheet, criterion=bonus)
    Mark.objects.create(
        answer=answer,
        stage="self",
        points=Decimal(2),
        marked_by=world.cast.party_office,
        marked_at=world.clock,
    )
    found = distance_of(sheet, findings(world.cycle, on=local_day(world.clock), sheets=[sheet.pk])[0])
    assert (found.score, found.is_above) == (Decimal(91), True)
    assert [gap.code for gap in found.gaps] == ["1-1-1"]


def test_a_branch_that_has_not_handed_in_shows_no_score_to_its_hospital(world: ResultsWorld) -> None:
    sheet = world.hospital("95", [None], node=world.cast.hospital_a)
    branch = Organization.objects.get(name="丙医院第1党支部")
    assert Sheet.objects.get(organization=branch).state == State.DRAFT
    assert '丙医院第1党支部</td><td class="num">未提交' in page(
        world.cast.party_office, "distance", sheet.public_id
    )


def test_a_superior_is_not_shown_how_far_somebody_is(world: ResultsWorld) -> None:
    sheet = world.hospital("89", node=world.cast.hospital_a)
    response = browse(world.cast.supervisor).get(reverse("results:distance", args=[sheet.public_id]))
    assert response.status_code == 403


@pytest.mark.shows("A28")
def test_the_ledger_is_divided_by_class(world: ResultsWorld) -> None:
    world.hospital("96.5")
    world.hospital("80", name="丁医院")
    world.recognize()
    who, cycle = world.cast.supervisor, world.cycle.public_id
    words = page(who, "ledger", cycle)
    assert "达标 1</a>" in words
    assert "丁医院党委" in words
    narrowed = page(who, "ledger", cycle, **{"class": "meets_standard"})
    assert "丙医院党委" in narrowed
    assert "丁医院党委" not in narrowed


@pytest.mark.shows("A20")
def test_the_coverage_of_self_checks_names_who_has_not_handed_in(world: ResultsWorld) -> None:
    world.hospital("96.5")
    make_organization(world.cast.city_a, Organization.Kind.HOSPITAL, name="戊医院党委")
    words = page(world.cast.guidance_city, "coverage", world.cycle.public_id)
    assert "戊医院党委" in words
    assert "丙医院党委" not in words


@pytest.mark.shows("A20")
def test_the_coverage_counts_who_was_given_no_sheet(world: ResultsWorld) -> None:
    hospital = world.hospital("96.5", ["95", None]).organization
    everybody = {one.label: one for one in seen_by_the_province(world).kinds}
    make_organization(hospital, Organization.Kind.BRANCH, name="新支部")
    make_organization(hospital, Organization.Kind.BRANCH, name="民营支部", is_public=False)
    kinds = {one.label: one for one in seen_by_the_province(world).kinds}
    before, branches = everybody["内设党支部"], kinds["内设党支部"]
    assert (branches.given, branches.submitted, branches.waiting) == (2, 1, 1)
    assert branches.without == before.without + 1
    assert kinds["院级党组织"].without == kinds["院级党组织"].all - 1
    assert "未下达" in page(world.cast.guidance_city, "coverage", world.cycle.public_id)


def seen_by_the_province(world: ResultsWorld) -> Coverage:
    return coverage_of(world.cycle, world.reach(world.cast.guidance_province), at=world.clock)


@pytest.mark.shows("A21")
def test_the_standardization_ledger_is_made_from_the_self_check(world: ResultsWorld) -> None:
    world.hospital("89", node=world.cast.hospital_a)
    world.recognize()
    words = page(world.cast.party_office, "standard_ledger", world.cast.hospital_a.public_id)
    assert "1 / 1" in words
    assert "未达标，89 分" in words
    assert "自查情况登记表" in words


@pytest.mark.shows("A31", "A33")
def test_what_follows_is_opened_by_a_confirmation(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    earlier = world.year(2025)
    world.hospital("80", node=sheet.organization, cycle=earlier)
    world.recognize(cycle=earlier)
    world.recognize()
    who, cycle = world.cast.guidance_province, world.cycle.public_id
    words = page(who, "consequences", cycle)
    for label in ("限期整改", "通报上级党组织", "提请专项巡察", "重点整改整治"):
        assert label in words
    response = post(
        who, "consequences", cycle, kind="ask_inspection", deadline="2099-01-31",
        organization=sheet.organization.code,
    )  # fmt: skip
    assert "已开出 1 件" in response.content.decode()
    assert [(row.kind, row.deadline_date) for row in Consequence.objects.all()] == [
        ("ask_inspection", date(2099, 1, 31))
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "debrief", "deadline": "2099-01-31"}, "请先勾选"),
        ({"kind": "debrief", "all": "yes", "deadline": ""}, "请选择期限"),
        ({"kind": "debrief", "all": "yes", "deadline": "2020-01-01"}, "须晚于今天"),
    ],
)
def test_a_confirmation_without_what_it_needs_is_refused_in_words(
    world: ResultsWorld, data: dict, words: str
) -> None:
    world.hospital("80")
    world.recognize()
    response = post(world.cast.guidance_province, "consequences", world.cycle.public_id, **data)
    assert words in response.content.decode()
    assert not Consequence.objects.exists()


@pytest.mark.shows("A29")
def test_a_summary_is_frozen_filed_and_received_on_the_pages(world: ResultsWorld) -> None:
    world.hospital("96.5")
    world.recognize()
    city, above = world.cast.guidance_city, world.cast.guidance_province
    place = (world.cycle.public_id, world.cast.city_a.public_id)
    seen = page(city, "summary", *place).split('name="seen" value="')[1].split('"')[0]
    words = post(city, "summary", *place, number="甲医党指〔2026〕12号", seen=seen).content.decode()
    assert "已固定为汇总表 甲医党指〔2026〕12号" in words
    key = world.cast.city_a.summaries.get().public_id
    assert "等待上级回执" in post(city, "file_summary", key).content.decode()
    assert "甲医党指〔2026〕12号" in page(above, "home")
    words = post(above, "receive_summary", key, accepts="yes", number="备〔2026〕3号").content.decode()
    assert "予以备案，备案号 备〔2026〕3号" in words


def test_the_pages_of_a_cycle_stay_within_their_statements(
    world: ResultsWorld, django_assert_max_num_queries: Any
) -> None:
    world.hospital("96.5", ["95"])
    world.hospital("80", ["80"], name="丁医院")
    world.recognize()
    client = browse(world.cast.guidance_province)
    cycle, region = world.cycle.public_id, world.cast.province.public_id
    for name, arguments in [
        ("summary", [cycle, region]),
        ("ledger", [cycle]),
        ("coverage", [cycle]),
        ("consequences", [cycle]),
    ]:
        with django_assert_max_num_queries(15):
            assert client.get(reverse(f"results:{name}", args=arguments)).status_code == 200


def test_who_has_nothing_to_do_here_is_told_who_has(world: ResultsWorld) -> None:
    world.hospital("96.5", ["95"], node=world.cast.hospital_a)
    branch = Sheet.objects.get(organization_kind="branch")
    Sheet.objects.filter(pk=branch.pk).update(organization=world.cast.internal_medicine)
    assert "这里没有您要办的事" in page(world.cast.member, "home")
