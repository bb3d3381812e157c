"""`qiangji standard diff`: one document or one table, and the exit statuses."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from qiangji.orgs.tests.factories import make_user
from qiangji.standards.models import Edition
from qiangji.standards.services import load_library
from qiangji.standards.succession import decide_map
from qiangji.standards.tests.editions import edition_data, write_edition

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def editions(tmp_path, db: None) -> None:
    write_edition(tmp_path, edition_data(label="2025", year_of_effect=2025))
    later = edition_data(label="2026", total_points=6)
    duties = later["sections"][0]
    duties["points"] = 4
    duties["groups"][0]["criteria"][0]["points"] = 2
    duties["groups"][0]["criteria"][1]["title"] = "会议均有纪要"
    duties["groups"][1]["criteria"][0]["title"] = "意识形态研判"
    write_edition(tmp_path, later)
    load_library(at=AT, directory=tmp_path)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("standard", "diff", *arguments, stdout=out)
    return out.getvalue()


def test_json_is_one_document_with_every_line() -> None:
    found = json.loads(run("tiny@2025", "tiny@2026", "--json"))
    assert (found["earlier"], found["later"], found["decided"]) == ("tiny@2025", "tiny@2026", False)
    assert found["counts"] == {"same": 1, "reworded": 1, "changed_points": 1, "new": 1, "gone": 1}
    assert found["matches"][0] == {
        "kind": "changed_points",
        "earlier": {"code": "1-1-1", "title": "分工每年公布", "points": "1"},
        "later": {"code": "1-1-1", "title": "分工每年公布", "points": "2"},
        "likeness": "1",
        "reworded": False,
        "hint": "",
    }
    assert [match["kind"] for match in found["matches"]] == [
        "changed_points",
        "reworded",
        "new",
        "same",
        "gone",
    ]
    assert found["matches"][-1]["later"] is None
    assert found["matches"][-1]["likeness"] is None


def test_the_table_names_what_changed_and_counts_what_did_not() -> None:
    lines = run("tiny@2025", "tiny@2026").splitlines()
    assert lines[0] == "tiny@2025 → tiny@2026（系统建议，尚未由人确定）"
    assert lines[1] == "未变 1 条，文字有变 1 条，分值有变 1 条，新增 1 条，取消 1 条"
    assert [line.split() for line in lines[3:]] == [
        ["变化", "旧编码", "旧分值", "新编码", "新分值", "条目"],
        ["分值有变", "1-1-1", "1", "1-1-1", "2", "分工每年公布"],
        ["文字有变", "1-1-2", "1.5", "1-1-2", "1.5", "会议均有纪要"],
        ["新增", "—", "—", "1-2-3", "0.5", "意识形态研判"],
        ["取消", "1-2-3", "0.5", "—", "—", "每季学习"],
    ]


def test_a_decided_map_counts_and_is_said_to() -> None:
    earlier, later = Edition.objects.select_related("standard").order_by("label")
    decide_map(earlier=earlier, later=later, pairs={"1-2-3": "1-2-3"}, by=make_user(), at=AT)
    found = json.loads(run("tiny@2025", "tiny@2026", "--json"))
    assert found["decided"] is True
    assert found["counts"]["reworded"] == 1
    assert found["counts"]["new"] == 3
    assert "按已确定的对照表" in run("tiny@2025", "tiny@2026")


def test_an_edition_against_itself_has_no_change() -> None:
    assert run("tiny@2025", "tiny@2025").endswith("两个版本的条目一致。\n")


def test_an_edition_that_is_not_there_is_a_wrong_call(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        run("tiny@2025", "tiny@1999")
    assert ended.value.code == 2
    assert "tiny@1999" in capsys.readouterr().err
