"""Writing, trying and adopting a check on the pages: form and text are one, nothing typed is lost, rights come first."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qiangji.assessments.models import Sheet
from qiangji.assessments.selectors.check_pages import check_lines
from qiangji.assessments.tests.factories import make_edition
from qiangji.assessments.tests.worlds import World, as_user, make_world
from qiangji.ledgers.tests.factories import make_record
from qiangji.lib.dates import local_day
from qiangji.standards.check_text import text_of_entry
from qiangji.standards.checks import CheckEntry
from qiangji.standards.models import Criterion, Edition, SiteCheck, SiteCheckCase
from qiangji.standards.site_checks import checks_in_force
from qiangji.standards.succession import decide_map

pytestmark = pytest.mark.django_db
ENTRY = CheckEntry.model_validate(
    {
        "words": "每季党课一次，全年学习四次。",
        "parameters": {"figure_1": {"title": "全年学习次数", "value": "4", "unit": "次", "place": "第一条"}},
        "check": {
            "all": [
                {"count": {"of": "party_class", "per": "quarter", "at_least": "1"}},
                {"count": {"of": "theory_study", "at_least": "$figure_1"}},
            ]
        },
    }
)
FOUND = [
    {"words": "党课每季度不少于1次", "kind": "count", "per": "quarter", "at_least": "1", "unit": "次"},
    {"words": "党员学时不少于32学时", "kind": "count", "per": "year", "at_least": "32", "unit": "学时"},
]


@pytest.fixture
def world(db: None) -> World:
    """The province decides about the small table, which nobody in the tree brought in."""
    return make_world()


@pytest.fixture
def client(world: World) -> Client:
    return as_user(world.cast.guidance_province)


def address(world: World, name: str, code: str = "1-1-1", *more: object) -> str:
    return reverse(f"assessments:{name}", args=[world.sheet.edition.public_id, code, *more])


def line(number: int, **fields: str | list[str]) -> dict[str, Any]:
    usual = {"shape": "count", "per": "window", "bound": "at_least", "share": "100", "inner": "times"}
    return {f"l{number}-{name}": value for name, value in (usual | fields).items()}


def form(*lines: dict[str, Any], **head: str) -> dict[str, Any]:
    usual = {
        "mode": "form", "do": "keep", "seen": "0", "origin": "blank", "lines": str(len(lines)),
        "words": "每季党课一次，全年学习四次。", "decided": "facts", "combined": "all", "award": "all_or_nothing",
    }  # fmt: skip
    return {name: value for one in (usual, head, *lines) for name, value in one.items()}


def whole_form(**head: str) -> dict[str, Any]:
    return form(
        line(0, event="party_class", per="quarter", amount="1"),
        line(
            1,
            event="theory_study",
            amount="４",
            is_adjustable="on",
            title="全年学习次数",
            unit="次",
            place="第一条",
        ),
        **head,
    )


def post(client: Client, world: World, data: dict[str, Any]) -> HttpResponse:
    return client.post(address(world, "check_edit"), data)  # type: ignore[return-value]


def body(answer: Any) -> str:
    return answer.content.decode()


def kept(client: Client, world: World, **head: str) -> SiteCheck:
    answer = post(client, world, whole_form(**head))
    assert answer.status_code == 302, body(answer)
    return SiteCheck.objects.latest("pk")


def submitted(world: World) -> None:
    Sheet.objects.filter(organization=world.cast.hospital_a).update(state="submitted")


def trial(world: World, **more: str) -> dict[str, str]:
    return {"organization": str(world.cast.hospital_a.public_id), "day": "2026-10-20"} | more


# ---- writing --------------------------------------------------------------------------------------------------------


def test_the_form_and_the_text_store_the_same_entry(client: Client, world: World) -> None:
    by_form = kept(client, world)
    text = text_of_entry(ENTRY)
    answer = post(client, world, {"mode": "text", "do": "keep", "seen": "1", "origin": "own", "text": text})
    assert answer.status_code == 302
    by_text = SiteCheck.objects.get(number=2)
    assert CheckEntry.model_validate(by_form.entry) == CheckEntry.model_validate(by_text.entry) == ENTRY


def test_what_was_stored_is_shown_in_the_form_again(client: Client, world: World) -> None:
    kept(client, world)
    text = body(client.get(address(world, "check_edit")))
    for words in (
        'value="全年学习次数"',
        'value="party_class" selected',
        "每季度党课不少于 1 次",
        'name="seen" value="1"',
    ):
        assert words in text


def test_from_the_form_to_the_text_and_back_nothing_is_lost(client: Client, world: World) -> None:
    text = body(post(client, world, whole_form(do="as_text")))
    assert "of: party_class" in text
    back = {"mode": "text", "do": "as_form", "seen": "0", "origin": "blank", "text": text_of_entry(ENTRY)}
    assert 'value="全年学习次数"' in body(post(client, world, back))
    assert not SiteCheck.objects.exists()


def test_what_the_form_cannot_say_stays_text(client: Client, world: World) -> None:
    text = "words: 谈心\ncheck:\n  pairs: {of: leaders, by: heart_talk}\n"
    sent = {"mode": "text", "seen": "0", "origin": "blank", "text": text}
    assert "只能用 YAML 改" in body(post(client, world, sent | {"do": "as_form"}))
    assert post(client, world, sent | {"do": "keep"}).status_code == 302
    assert "of: leaders" in body(client.get(address(world, "check_edit")))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"l0-amount": ""}, "请填写。"),
        ({"l0-amount": "两次"}, "“两次”不是可用的数字"),
        ({"l0-event": ""}, "请从列表里选。"),
        ({"l0-event": "unheard"}, "请从列表里选。"),
        ({"l1-title": ""}, "各地可以不同的数字要写明这一项。"),
        ({"words": ""}, "请用一句话说明怎样算做到。"),
        ({"award": "per_missing"}, "这种给分办法要写明这一项。"),
        ({"decided": "person"}, "请写明由人看什么。"),
        ({"l0-window": "july", "l0-per": "quarter"}, "请改小 per 或换时间范围"),
        ({"l0-amount": "$unheard"}, "这一条没有参数“unheard”"),
    ],
)
def test_a_fault_stands_beside_its_field_and_what_was_typed_stays(
    client: Client, world: World, changes: dict[str, str], words: str
) -> None:
    text = body(post(client, world, whole_form() | changes))
    assert words in text
    assert 'value="全年学习次数"' in text or changes.get("l1-title") == ""
    assert not SiteCheck.objects.exists()


def test_a_fault_in_the_text_names_its_line_and_leaves_the_text(client: Client, world: World) -> None:
    text = "words: 党课\ncheck:\n  count: {of: party_clas, at_least: 1}\n"
    answer = body(post(client, world, {"mode": "text", "do": "keep", "seen": "0", "text": text}))
    assert "判定:3：没有名为“party_clas”的事项" in answer
    assert "of: party_clas, at_least: 1}" in answer


@pytest.mark.parametrize("data", [{}, {"lines": "x", "seen": "y"}, {"lines": "99"}, {"mode": "text"}])
def test_nonsense_is_answered_with_the_page(client: Client, world: World, data: dict[str, str]) -> None:
    assert post(client, world, data).status_code == 200
    assert not SiteCheck.objects.exists()


def test_lines_are_added_and_taken_away_with_what_was_typed(client: Client, world: World) -> None:
    more = body(post(client, world, whole_form(do="add")))
    assert 'name="lines" value="3"' in more
    assert 'value="全年学习次数"' in more
    less = body(post(client, world, whole_form(do="drop-0")))
    assert 'name="lines" value="1"' in less
    assert 'name="l0-title" value="全年学习次数"' in less
    assert "请填写" not in more + less


def test_another_shape_keeps_what_the_first_was_told(client: Client, world: World) -> None:
    text = body(post(client, world, whole_form(do="refresh") | {"l1-shape": "absent"}))
    assert '<input type="hidden" name="l1-title" value="全年学习次数"' in text


def test_the_figures_of_a_kind_can_be_narrowed_down(client: Client, world: World) -> None:
    sent = form(line(0, shape="attest", event="policy_document", filters=["document_kind=charter"]))
    assert post(client, world, sent).status_code == 302
    assert SiteCheck.objects.get().entry["check"] == {
        "attest": {"of": "policy_document", "where": {"document_kind": "charter"}}
    }


def test_hours_of_every_member_are_a_share(client: Client, world: World) -> None:
    fields = {"population": "members", "inner": "hours", "event": "*", "amount": "32", "usually": "on"}
    assert post(client, world, form(line(0, shape="people", pro_rata="on", **fields))).status_code == 302
    share = SiteCheck.objects.get().entry["check"]["share"]
    assert (share["of"], share["pro_rata"], share["usually"]) == ("members", True, True)
    assert (share["meets"]["sum"]["quantity"], share["meets"]["sum"]["at_least"]) == ("hours", "32")


def test_a_recorded_state_is_compared_or_equals(client: Client, world: World) -> None:
    lines = [
        line(0, shape="value", state="party_office_staff", amount="3"),
        line(1, shape="value", state="hospital_level", equals="level_3"),
    ]
    assert post(client, world, form(*lines)).status_code == 302
    assert SiteCheck.objects.get().entry["check"]["all"] == [
        {"value": {"of": "party_office_staff", "at_least": "3"}},
        {"value": {"of": "hospital_level", "equals": "level_3"}},
    ]


def test_what_the_words_ask_is_offered_and_begins_the_form(client: Client, world: World) -> None:
    Criterion.objects.filter(code="1-1-1").update(draft_checks=FOUND)
    shown = body(client.get(address(world, "check")))
    assert "每季度至少 1 次" in shown
    assert "用这些写判定" in shown
    begun = body(client.get(address(world, "check_edit"), {"from": "found"}))
    for words in (
        'value="party_class" selected',
        'value="members" selected',
        'value="hours" selected',
        'value="32"',
    ):
        assert words in begun
    assert 'name="origin" value="found"' in begun


def test_what_is_offered_is_there_to_read_for_who_may_not_write(world: World) -> None:
    Criterion.objects.filter(code="1-1-1").update(draft_checks=FOUND)
    shown = body(as_user(world.cast.party_office).get(address(world, "check")))
    assert "每季度至少 1 次" in shown
    assert "用这些写判定" not in shown
    assert "怎样按事实判定由最上级组织的" in shown


def test_who_saved_after_somebody_else_is_told_and_keeps_what_was_typed(client: Client, world: World) -> None:
    kept(client, world)
    text = body(post(client, world, whole_form(words="我写的话。")))
    assert "刚才已由他人改动" in text
    assert "我写的话。" in text
    assert 'name="seen" value="1"' in text
    assert post(client, world, whole_form(words="我写的话。", seen="1")).status_code == 302


def test_a_draft_edition_says_why_nothing_is_written(client: Client, world: World) -> None:
    Edition.objects.filter(pk=world.sheet.edition_id).update(status="draft", published_at=None)
    assert "发布以后才能写判定" in body(client.get(address(world, "check")))
    assert "请先发布" in body(post(client, world, whole_form()))


# ---- trying ---------------------------------------------------------------------------------------------------------


def test_a_superior_tries_only_what_was_reported(client: Client, world: World) -> None:
    kept(client, world)
    assert "眼下没有可以试算的组织" in body(client.get(address(world, "check_work")))
    submitted(world)
    text = body(client.get(address(world, "check_work"), trial(world)))
    assert f"{world.cast.hospital_a.name}，2026-10-20：建议" in text
    assert world.cast.hospital_b.name not in text


def test_a_year_that_was_not_reported_is_refused_beside_the_organization(
    client: Client, world: World
) -> None:
    kept(client, world)
    submitted(world)
    text = body(client.get(address(world, "check_work"), trial(world, whole_year="2020")))
    assert "还没有向上级提交 2020 年的考评表" in text
    assert "建议 " not in text


def test_a_trial_is_written_down_and_nothing_else(client: Client, world: World) -> None:
    version = kept(client, world)
    submitted(world)
    client.post(address(world, "check_try"), trial(world))
    version.refresh_from_db()
    assert version.state == "tried"
    move = version.moves.get(state="tried")
    assert (move.detail["as_of"], move.made_by) == ("2026-10-20", world.cast.guidance_province)
    assert checks_in_force([world.sheet.edition])[world.sheet.edition_id] == {}


def test_what_is_refused_is_not_written_down_as_tried(client: Client, world: World) -> None:
    version = kept(client, world)
    client.post(address(world, "check_try"), trial(world))
    version.refresh_from_db()
    assert version.state == "draft"


def test_both_answers_are_shown_where_another_version_is_in_force(client: Client, world: World) -> None:
    in_force(client, world)
    kept(client, world, seen="1")
    text = body(client.get(address(world, "check_work"), trial(world)))
    assert "现行的一版：" in text


def test_a_whole_year_leaves_nothing_pending(client: Client, world: World) -> None:
    """Last year as it was reported: what was not done by its end is not done."""
    kept(client, world)
    submitted(world)
    world.cycle.__class__.objects.filter(pk=world.cycle.pk).update(year=2025)
    text = body(client.get(address(world, "check_work"), trial(world, whole_year="2025")))
    assert "2025 年全年：建议 0 分" in text


def last_year_reported(world: World) -> None:
    """Both hospitals handed in a sheet of last year, as the machine's clock has it."""
    year = local_day(timezone.now()).year - 1
    world.cycle.__class__.objects.filter(pk=world.cycle.pk).update(year=year)
    Sheet.objects.filter(cycle=world.cycle).update(state="submitted")


def test_what_would_change_is_counted_for_everybody_who_reported(client: Client, world: World) -> None:
    in_force(client, world)
    text = "words: 看一看\ncheck:\n  count: {of: party_class, at_most: 99}\n"
    post(client, world, {"mode": "text", "do": "keep", "seen": "1", "origin": "own", "text": text})
    last_year_reported(world)
    shown = body(client.get(address(world, "check_work"), {"everybody": "1"}))
    assert "已申报的 2 个单位中，2 个的结论与现行的一版不同" in shown
    assert re.search(r"不符合</th><td class=\"num\">2</td><td class=\"num\">0</td>", shown)
    assert re.search(r"缺少数据</th><td class=\"num\">0</td><td class=\"num\">2</td>", shown)


def test_nobody_is_counted_who_has_not_reported(client: Client, world: World) -> None:
    kept(client, world)
    submitted(world)
    shown = body(client.get(address(world, "check_work"), {"everybody": "1"}))
    assert "年还没有单位向您申报" in shown


def test_the_statements_of_a_count_do_not_grow_with_the_organizations(client: Client, world: World) -> None:
    kept(client, world)
    last_year_reported(world)

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address(world, "check_work"), {"everybody": "1"})
        return len(queries)

    counted()
    both = counted()
    Sheet.objects.filter(organization=world.cast.hospital_b).update(state="draft")
    assert counted() == both


def in_force(client: Client, world: World) -> SiteCheck:
    """Write a version, try it and adopt it."""
    version = kept(client, world)
    submitted(world)
    client.post(address(world, "check_try"), trial(world))
    client.post(address(world, "check_adopt"), {"reason": "会议通过"})
    version.refresh_from_db()
    assert version.state == "adopted"
    return version


# ---- cases ----------------------------------------------------------------------------------------------------------


def with_case(client: Client, world: World, answer: str) -> SiteCheck:
    version = kept(client, world)
    submitted(world)
    make_record(world.cast.hospital_a, ["party_class"], date=date(2026, 3, 3), title="某某同志的党课")
    client.post(address(world, "check_try"), trial(world))
    client.post(address(world, "check_case_add"), trial(world, title="开过一次", answer=answer))
    return version


def test_a_trial_is_kept_as_a_case_without_a_name(client: Client, world: World) -> None:
    with_case(client, world, "unmet")
    row = SiteCheckCase.objects.get()
    assert row.case["facts"]["events"]["party_class"] == [{"on": "2026-03-03"}]
    assert "某某" not in str(row.case)
    assert "开过一次" in body(client.get(address(world, "check_work")))


def test_a_failing_case_blocks_with_its_trace_and_the_reason_stays(client: Client, world: World) -> None:
    with_case(client, world, "met")
    answer = client.post(address(world, "check_adopt"), {"reason": "会议通过"})
    text = body(answer)
    assert answer.status_code == 200
    assert "与样例不一致，没有采用" in text
    assert "党课现有 0 次，应不少于 1 次" in text
    assert 'value="会议通过"' in text
    client.post(address(world, "check_case_drop", "1-1-1", 1), {"reason": "期望写错了"})
    client.post(address(world, "check_adopt"), {"reason": "会议通过"})
    assert SiteCheck.objects.get().state == "adopted"


def test_cases_that_all_agree_count_as_a_trial(client: Client, world: World) -> None:
    with_case(client, world, "unmet")
    kept(client, world, seen="1", words="换一句话。")
    client.post(address(world, "check_try"), {"on": "cases"})
    assert SiteCheck.objects.get(number=2).state == "tried"


def test_a_case_without_words_is_not_kept_and_comes_back(client: Client, world: World) -> None:
    kept(client, world)
    submitted(world)
    answer = client.post(address(world, "check_case_add"), trial(world, title=" ", answer="met"), follow=True)
    assert "请写明样例说的是什么情形" in body(answer)
    assert not SiteCheckCase.objects.exists()


# ---- in force -------------------------------------------------------------------------------------------------------


def test_adopting_asks_for_a_reason(client: Client, world: World) -> None:
    kept(client, world)
    submitted(world)
    client.post(address(world, "check_try"), trial(world))
    assert "请写明理由。" in body(client.post(address(world, "check_adopt"), {"reason": " "}))


def test_the_check_in_force_names_its_origin_to_everybody(client: Client, world: World) -> None:
    in_force(client, world)
    text = body(as_user(world.cast.member).get(address(world, "check")))
    assert "自定判定第 1 版" in text
    assert "采用：会议通过" in text
    assert "省指导" not in text
    lines = {one.criterion.code: one for one in check_lines(world.sheet.edition)}
    assert (lines["1-1-1"].is_own, lines["1-1-2"].is_own) == (True, False)


def test_a_draft_is_read_by_who_may_write_it_only(client: Client, world: World) -> None:
    kept(client, world)
    assert "第 1 版待采用" in body(client.get(address(world, "check")))
    assert "第 1 版" not in body(as_user(world.cast.party_office).get(address(world, "check")))


def test_withdrawn_with_a_reason_nothing_is_left_in_force(client: Client, world: World) -> None:
    in_force(client, world)
    client.post(address(world, "check_withdraw", "1-1-1", 1), {"reason": "改由人看"})
    assert checks_in_force([world.sheet.edition])[world.sheet.edition_id] == {}
    assert "改由人看" in body(client.get(address(world, "check")))


@pytest.mark.parametrize(
    "who", ["party_office", "supervisor", "guidance_city", "administrator", "reader", "outsider"]
)
def test_who_may_not_decide_is_told_who_may(world: World, who: str) -> None:
    client = as_user(getattr(world.cast, who))
    for name in ("check_edit", "check_work"):
        answer = client.get(address(world, name))
        assert answer.status_code == 403
        assert "怎样按事实判定由最上级组织的" in body(answer)
    assert post(client, world, whole_form()).status_code == 403
    assert not SiteCheck.objects.exists()


def test_checks_go_over_to_a_later_edition_by_the_decided_map(client: Client, world: World) -> None:
    kept(client, world, decided="person", by_person="看记录")
    client.post(address(world, "check_adopt"), {"reason": "会议通过"})
    later, by = make_edition("small-2027"), world.cast.guidance_province
    decide_map(earlier=world.sheet.edition, later=later, pairs={"1-1-2": "1-1-1"}, by=by, at=world.tick())
    listed = reverse("assessments:checks", args=[later.public_id])
    assert "1 条沿用自小量化表（2026），那里已有判定" in body(client.get(listed))
    assert "全部沿用" not in body(as_user(world.cast.supervisor).get(listed))
    carry = reverse("assessments:check_carry", args=[later.public_id])
    assert "请写明沿用的理由" in body(client.post(carry, {"reason": " "}))
    assert "已沿用：1 条采用" in body(client.post(carry, {"reason": "会议通过"}, follow=True))
    later.refresh_from_db()
    assert checks_in_force([later])[later.pk]["1-1-2"].by_person == "看记录"


def test_who_brought_an_edition_in_decides_about_it(world: World) -> None:
    Edition.objects.filter(pk=world.sheet.edition_id).update(organization=world.cast.hospital_a)
    own = as_user(world.cast.party_office)
    kept(own, world)
    answer = own.get(address(world, "check_work"), trial(world))
    assert f"{world.cast.hospital_a.name}，2026-10-20：建议" in body(answer)
    assert as_user(world.cast.guidance_province).get(address(world, "check_edit")).status_code == 403


def test_pages_ask_the_same_however_many_versions_there_are(client: Client, world: World) -> None:
    in_force(client, world)

    def counted(name: str) -> int:
        client.get(address(world, name))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(world, name))
        return len(queries)

    kept(client, world, seen="1")
    before = {name: counted(name) for name in ("check", "check_work", "check_edit")}
    for number in range(2, 8):
        kept(client, world, seen=str(number))
    assert {name: counted(name) for name in before} == before
    assert max(before.values()) <= 22
