"""The command `qiangji standard`: one JSON document, Chinese messages, the promised exit status."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from qiangji.standards.loader import edition_dirs, library_dir
from qiangji.standards.models import Edition, Standard
from qiangji.standards.schema import json_schema_text
from qiangji.standards.selectors import edition_by_ref
from qiangji.standards.tests.tables import SAMPLE, flattened, small_table, word_document


def run(*args: Any) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("standard", *map(str, args), stdout=out, stderr=err)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, out.getvalue(), err.getvalue()


@pytest.fixture
def table_file(tmp_path: Path) -> Path:
    path = tmp_path / "表.docx"
    path.write_bytes(word_document(small_table()))
    return path


def test_parse_needs_no_database_and_prints_one_document() -> None:
    status, out, err = run("parse", SAMPLE, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["counts"] == {"sections": 3, "criteria": 12, "vetoes": 2}


def test_parse_for_people_lists_parts_and_points() -> None:
    status, out, _ = run("parse", SAMPLE)
    assert status == 0
    assert "2 支部建在科室（7 分）" in out
    assert "3 个项目，12 条，14.5 分，2 条否决情形" in out


def test_parse_of_an_inconsistent_table_ends_with_1_and_names_each_thing(tmp_path: Path) -> None:
    path = tmp_path / "表.txt"
    path.write_text(flattened(small_table()).replace("服务群众（3分）", "服务群众（4分）"), encoding="utf-8")
    status, out, err = run("parse", path, "--json")
    assert status == 1
    assert [p["severity"] for p in json.loads(out)["problems"]] == ["error"]
    assert err.startswith("错误：项目“服务群众”：")


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"no table"]
)
def test_parse_of_what_is_no_table_gives_the_same_document_and_1(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "表.txt"
    path.write_bytes(content)
    status, out, _ = run("parse", path, "--json")
    document = json.loads(out)
    assert (status, document["sections"], len(document["problems"])) == (1, [], 1)


def test_parse_of_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    status, out, err = run("parse", tmp_path / "无.txt", "--json")
    assert (status, json.loads(out)["sections"]) == (2, [])
    assert "找不到这个文件" in err


def test_parse_reads_our_own_editions() -> None:
    status, out, _ = run("parse", library_dir() / "jilin-hospital-committee/2020/index.yaml", "--json")
    assert status == 0
    assert json.loads(out)["counts"] == {"sections": 9, "criteria": 84, "vetoes": 2}


def test_parse_shows_scoring_that_is_not_plain() -> None:
    _, out, _ = run("parse", library_dir() / "branch-sample/2020/index.yaml", "--json")
    scorings = [
        c["scoring"]
        for s in json.loads(out)["sections"]
        for g in s["groups"]
        for c in g["criteria"]
        if "scoring" in c
    ]
    assert scorings[0] == {"kind": "deduct", "per": "1", "unit": "次", "floor": "0"}
    assert scorings[1]["options"][0] == {"label": "好", "points": "3"}


@pytest.mark.parametrize("args", [["bogus"], ["parse"], []])
def test_a_call_that_is_off_is_refused(args: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("standard", *args, stderr=io.StringIO())


@pytest.mark.parametrize(
    "target", [[], ["--code", "another", "--wording-of", "jilin-hospital-committee@2020"]]
)
def test_import_without_one_clear_target_is_refused(table_file: Path, target: list[str]) -> None:
    status, _, errors = run("import", table_file, *target)
    assert status == 2
    assert "--wording-of" in errors


@pytest.mark.django_db
def test_draft_is_published_later_with_who_adopted_it(table_file: Path) -> None:
    run("import", table_file, "--code", "later", "--label", "2026")
    status, _, said = run(
        "publish", "later@2026", "--adopted-by", "某省指导委员会", "--adoption-number", "1号"
    )
    assert status == 0
    assert "later@2026 已发布" in said
    edition = edition_by_ref("later@2026")
    assert (edition.is_published, edition.adopted_by, edition.adoption_number) == (
        True,
        "某省指导委员会",
        "1号",
    )
    status, _, said = run("publish", "later@2026")
    assert status == 1
    assert "已经发布" in said


def test_schema_prints_the_json_schema() -> None:
    assert run("schema") == (0, json_schema_text(), "")


@pytest.mark.django_db
def test_import_stores_a_draft_and_publish_publishes(table_file: Path) -> None:
    status, out, _ = run("import", table_file, "--code", "tiny", "--label", "a", "--json")
    assert (status, json.loads(out)["status"]) == (0, "draft")
    status, out, _ = run("import", table_file, "--code", "tiny", "--label", "b", "--publish")
    assert (status, "已发布" in out) == (0, True)
    assert Edition.objects.filter(status="published").get().label == "b"


@pytest.mark.django_db
def test_import_keeps_what_is_said_about_the_source(table_file: Path) -> None:
    options = [
        "--document",
        "某市量化表",
        "--number",
        "某发〔2026〕1号",
        "--date",
        "2026-01-05",
        "--force",
        "normative",
    ]
    run("import", table_file, "--code", "tiny", "--label", "a", *options)
    edition = Edition.objects.get()
    assert (edition.source_document, edition.force) == ("某市量化表", "normative")
    assert str(edition.issued_date) == "2026-01-05"


@pytest.mark.django_db
def test_import_of_a_wrong_table_stores_nothing_and_names_why(tmp_path: Path) -> None:
    path = tmp_path / "表.txt"
    path.write_text(flattened(small_table()).replace("（3分）", "（4分）"), encoding="utf-8")
    status, out, err = run("import", path, "--code", "tiny", "--publish")
    assert (status, out) == (1, "")
    assert "服务群众" in err
    assert not Standard.objects.exists()


@pytest.mark.django_db
def test_wording_is_attached_or_refused_by_reference(table_file: Path) -> None:
    run("import", table_file, "--code", "tiny", "--label", "a", "--publish")
    status, out, _ = run("import", table_file, "--wording-of", "tiny@a")
    assert (status, "官方文本" in out) == (0, True)
    status, _, err = run("import", SAMPLE, "--wording-of", "tiny@a")
    assert (status, "1-1-2：" in err) == (1, True)
    assert run("import", table_file, "--wording-of", "tiny@z")[0] == 2


@pytest.mark.django_db
def test_list_and_show(table_file: Path) -> None:
    assert "qiangji standard load" in run("list")[1]
    run("load")
    run("import", table_file, "--code", "tiny", "--label", "a")
    listed = {e["code"]: e["status"] for e in json.loads(run("list", "--json")[1])["editions"]}
    assert set(listed) == {folder.parent.name for folder in edition_dirs()} | {"tiny"}
    assert (listed["branch-standard"], listed["tiny"]) == ("draft", "draft")
    shown = run("show", "jilin-hospital-committee@2020")[1]
    assert "3-2-2  中心组学习按季开展并有重点发言  2 分" in shown
    assert "官方文本：未导入" in shown
    document = json.loads(run("show", "tiny", "--json")[1])
    assert document["wording"]["criteria"]["2-0-1"] == "义诊每年2次"
    assert run("show", "nothing")[0] == 2


@pytest.mark.django_db
@pytest.mark.parametrize("ref", ["jilin-hospital-committee@2020", "branch-sample@2020"])
def test_an_exported_edition_imports_to_the_same_edition(tmp_path: Path, ref: str) -> None:
    run("load")
    before = json.loads(run("show", ref, "--json")[1])
    path = tmp_path / "导出.yaml"
    assert run("export", ref, "--output", path)[0] == 0
    Edition.objects.all().delete()
    assert run("import", path, "--code", ref.partition("@")[0], "--publish")[0] == 0
    after = json.loads(run("show", ref, "--json")[1])
    assert (after["content"], after["content_digest"]) == (before["content"], before["content_digest"])


@pytest.mark.django_db
def test_load_says_what_it_did() -> None:
    assert {e["created"] for e in json.loads(run("load", "--json")[1])["editions"]} == {True}
    assert "已有，内容一致" in run("load")[1]
