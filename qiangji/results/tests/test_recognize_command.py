"""``qiangji recognize``: what it prints and what it writes."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from qiangji.assessments.states import State
from qiangji.results.models import Result
from qiangji.results.tests.worlds import ResultsWorld


def printed(*options: str) -> dict:
    out = StringIO()
    call_command("recognize", "--cycle", "2026", "--json", *options, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def test_a_dry_run_prints_the_document_of_the_interface_and_writes_nothing(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5", ["95", "90"])
    lagging = sheet.organization.children.get(name__endswith="第2党支部")
    assert printed("--dry-run") == {
        "cycle": 2026,
        "results": [
            {
                "organization": sheet.organization.code,
                "result": "未达标",
                "provisional": False,
                "score": "96.5",
                "branches": {"above": 1, "all": 2},
                "lagging": [lagging.code],
                "reasons": [
                    "本级得分 96.5，高于 90",
                    "2 个内设党支部中 1 个高于 90，占 50%，应不少于 90%，还差 1 个（丙医院第2党支部 90）",
                ],
            }
        ],
        "rate": {"recognized": 0, "all": 3},
    }
    assert not Result.objects.exists()


def test_before_the_last_stage_a_result_is_called_provisional(world: ResultsWorld) -> None:
    world.hospital("96.5", state=State.ACCEPTED)
    document = printed("--dry-run")
    assert [row["provisional"] for row in document["results"]] == [True]
    assert document["rate"]["recognized"] == 0


def test_a_run_decides_and_prints_the_same(world: ResultsWorld) -> None:
    world.hospital("96.5", ["95"])
    dry = printed("--dry-run")
    assert printed() == dry
    assert dry["rate"] == {"recognized": 1, "all": 3}
    assert Result.objects.count() == 1
    assert printed() == dry


def test_a_year_without_a_cycle_is_refused_in_words(db: None) -> None:
    with pytest.raises(CommandError, match="2001 年度没有已开启的考核周期"):
        call_command("recognize", "--cycle", "2001", stderr=StringIO())
