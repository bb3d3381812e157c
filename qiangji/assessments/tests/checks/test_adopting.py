"""From a trial to the check in force: cases, adoption, withdrawal, takeover, and who may."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.assessments.selectors.check_pages import check_lines
from qiangji.assessments.tests.checks.world import (
    address,
    body,
    in_force,
    kept,
    post,
    submitted,
    trial,
    whole_form,
    with_case,
)
from qiangji.assessments.tests.factories import make_edition
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.standards.models import Edition, SiteCheck, SiteCheckCase
from qiangji.standards.site_checks import checks_in_force
from qiangji.standards.succession import decide_map


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
