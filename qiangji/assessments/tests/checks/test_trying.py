"""Trying a check before it is adopted: on a day, on a year, on everybody who reported."""

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.tests.checks.world import (
    address,
    body,
    in_force,
    kept,
    last_year_reported,
    post,
    submitted,
    trial,
)
from qiangji.assessments.tests.factories import make_cycle
from qiangji.assessments.tests.worlds import World
from qiangji.standards.site_checks import checks_in_force


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


def test_a_day_of_another_draft_is_the_organizations_own_still(client: Client, world: World) -> None:
    """Two cycles overlap: what was reported to one tells nothing of the draft of the other (domain §5)."""
    kept(client, world)
    submitted(world)
    page, asked = address(world, "check_work"), trial(world)
    later = make_cycle(world.cast.province, world.sheet.edition, year=world.cycle.year + 1)
    Cycle.objects.filter(pk=later.pk).update(period_start_date=world.cycle.period_start_date)
    open_cycle(cycle=later, by=None, at=world.clock)
    text = body(client.get(page, asked))
    assert "还没有向上级提交" in text
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
