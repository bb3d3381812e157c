"""Loading the library: what is stored, published, kept as a draft, refreshed, and left alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from qiangji.audit.models import Event
from qiangji.standards.content import content_digest, to_yaml
from qiangji.standards.exceptions import EditionAwaiting, EditionFrozen, EditionInconsistent, LibraryError
from qiangji.standards.models import Criterion, Edition, PolicySource, Standard, Wording
from qiangji.standards.reader import parse_bytes
from qiangji.standards.selectors import edition_by_ref, edition_spec, edition_tree
from qiangji.standards.services import LoadOutcome, import_edition, load_library, publish_edition
from qiangji.standards.tests.editions import edition_data, write_edition

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
PARAMETERS = {"sessions": {"title": "学习次数", "value": 4, "unit": "次/年", "usual": True}}


def written(library: Path, **changes: Any) -> None:
    """Write the small edition as one that awaits a document."""
    write_edition(library, edition_data(awaiting="附件3", **changes))


def load(library: Path, at: datetime = AT) -> tuple[Edition, LoadOutcome]:
    (only,) = load_library(at=at, directory=library)
    return only.edition, only.outcome


def stand_on(edition: Edition) -> None:
    Wording.objects.create(
        edition=edition, filename="原文.txt", digest="0" * 64, title="原文", imported_at=AT
    )


def test_loading_the_library_publishes_its_editions_and_keeps_the_awaiting_one_as_a_draft() -> None:
    loaded = {one.edition.ref: one.outcome for one in load_library(at=AT)}
    assert loaded == {
        "branch-sample@2020": LoadOutcome.PUBLISHED,
        "branch-standard@2026": LoadOutcome.DRAFTED,
        "brand-standard@2026": LoadOutcome.PUBLISHED,
        "five-goods@2014": LoadOutcome.PUBLISHED,
        "jilin-hospital-committee@2020": LoadOutcome.PUBLISHED,
        "national@2026": LoadOutcome.PUBLISHED,
        "pioneer-index@2026": LoadOutcome.PUBLISHED,
    }
    edition = edition_by_ref("jilin-hospital-committee@2020")
    assert (edition.criteria.count(), edition.sections.count(), edition.vetoes.count()) == (84, 9, 2)
    assert PolicySource.objects.filter(available=False, key__startswith="jilin").count() == 3
    draft = edition_by_ref("branch-standard@2026")
    assert (draft.status, draft.awaiting, draft.content_digest) == ("draft", "附件3", "")


def test_loading_twice_changes_nothing() -> None:
    load_library(at=AT)
    before = (Criterion.objects.count(), Event.objects.count(), PolicySource.objects.count())
    assert {one.outcome for one in load_library(at=AT)} == {LoadOutcome.SAME}
    assert (Criterion.objects.count(), Event.objects.count(), PolicySource.objects.count()) == before


def test_every_built_in_edition_reads_back_as_its_files_say() -> None:
    for one in load_library(at=AT):
        stored = edition_spec(one.edition)
        assert one.edition.awaiting or one.edition.content_digest == content_digest(stored)
        again = parse_bytes(to_yaml(stored).encode(), filename="a.yaml")
        assert again.spec == stored


def test_what_is_stored_is_what_the_file_says(tmp_path: Path) -> None:
    write_edition(tmp_path, edition_data())
    edition, _ = load(tmp_path)
    assert edition.content_digest == content_digest(edition_spec(edition))
    assert to_yaml(edition_spec(edition)).startswith("standard: tiny\n")
    assert [str(c.step) for c in edition.criteria.order_by("position")] == ["0.50"] * 4


def test_a_published_edition_whose_file_changed_is_refused(tmp_path: Path) -> None:
    write_edition(tmp_path, edition_data())
    load(tmp_path)
    write_edition(tmp_path, edition_data(title="改了名称"))
    with pytest.raises(EditionFrozen, match="更正只能作为新的版本"):
        load(tmp_path)
    assert edition_by_ref("tiny@2026").title == "小样标准"


def test_one_bad_file_leaves_nothing_behind(tmp_path: Path) -> None:
    write_edition(tmp_path, edition_data())
    write_edition(tmp_path, edition_data(standard="wrong", total_points=6))
    with pytest.raises(LibraryError):
        load_library(at=AT, directory=tmp_path)
    assert not Standard.objects.exists()
    assert not PolicySource.objects.exists()


def test_a_criterion_resting_on_an_unknown_document_leaves_nothing_behind(tmp_path: Path) -> None:
    data = edition_data()
    data["sections"][0]["groups"][0]["criteria"][0]["source_key"] = "nobody"
    write_edition(tmp_path, data)
    with pytest.raises(LibraryError, match="出处文件代号“nobody”不在 sources.yaml 里"):
        load(tmp_path)
    assert not Standard.objects.exists()


def test_a_draft_follows_its_file_while_nothing_stands_on_it(tmp_path: Path) -> None:
    written(tmp_path)
    first, outcome = load(tmp_path)
    assert (outcome, first.status) == (LoadOutcome.DRAFTED, "draft")
    data = edition_data(awaiting="附件3", title="小样标准（增订）", vetoes=[], total_points="4.5")
    data["sections"][0]["points"] = "2.5"
    del data["sections"][0]["groups"][1]
    write_edition(tmp_path, data)
    again, outcome = load(tmp_path, LATER)
    assert (outcome, again.public_id, again.title) == (
        LoadOutcome.REFRESHED,
        first.public_id,
        "小样标准（增订）",
    )
    assert list(again.criteria.order_by("position").values_list("code", flat=True)) == [
        "1-1-1",
        "1-1-2",
        "2-0-1",
    ]
    assert (again.vetoes.count(), again.thresholds.count(), again.status) == (0, 1, "draft")
    assert list(Event.objects.filter(object_id=first.public_id).values_list("verb", flat=True)) == [
        "edition.loaded",
        "edition.refreshed",
    ]
    assert load(tmp_path, LATER)[1] is LoadOutcome.SAME


def test_a_draft_that_something_stands_on_is_left_alone_and_the_rest_is_loaded(tmp_path: Path) -> None:
    written(tmp_path)
    first, _ = load(tmp_path)
    stand_on(first)
    written(tmp_path, title="改了名称")
    write_edition(tmp_path, edition_data(standard="other"))
    outcomes = {one.edition.ref: one.outcome for one in load_library(at=LATER, directory=tmp_path)}
    assert outcomes == {"tiny@2026": LoadOutcome.LEFT, "other@2026": LoadOutcome.PUBLISHED}
    assert edition_by_ref("tiny@2026").title == "小样标准"
    assert "没有更新" in LoadOutcome.LEFT


def test_a_draft_is_published_when_its_file_awaits_nothing_any_more(tmp_path: Path) -> None:
    written(tmp_path)
    load(tmp_path)
    write_edition(tmp_path, edition_data())
    edition, outcome = load(tmp_path, LATER)
    assert (outcome, edition.is_published, edition.awaiting) == (LoadOutcome.PUBLISHED, True, "")
    assert edition.published_at == LATER


def test_a_draft_of_the_same_name_that_a_site_imported_is_never_overwritten(tmp_path: Path) -> None:
    spec_text = to_yaml(edition_spec(load(_library(tmp_path / "a"))[0])).replace("小样标准", "本地标准")
    Edition.objects.all().delete()
    parsed = parse_bytes(spec_text.encode(), filename="a.yaml")
    import_edition(parsed=parsed, code="tiny", label="2026", by=None, at=AT, publish=False)
    with pytest.raises(EditionFrozen, match="存有草稿"):
        load(tmp_path / "a")
    assert edition_by_ref("tiny@2026").title == "本地标准"


def _library(directory: Path) -> Path:
    write_edition(directory, edition_data())
    return directory


def test_an_edition_that_awaits_a_document_cannot_be_published(tmp_path: Path) -> None:
    written(tmp_path)
    edition, _ = load(tmp_path)
    with pytest.raises(EditionAwaiting, match="待补附件3，只能作为草稿试评"):
        publish_edition(edition=edition, by=None, at=AT)
    edition.refresh_from_db()
    assert not edition.is_published


def test_a_refreshed_draft_keeps_to_its_kind_of_organization(tmp_path: Path) -> None:
    written(tmp_path)
    load(tmp_path)
    written(tmp_path, applies_to="branch")
    with pytest.raises(EditionInconsistent, match="适用于院级党组织"):
        load(tmp_path)


def test_parameters_sources_and_doubts_are_stored_and_shown(tmp_path: Path) -> None:
    data = edition_data()
    criterion = data["sections"][0]["groups"][1]["criteria"][0]
    criterion |= {"source_key": "a", "confirmed": False, "parameters": PARAMETERS, "place": "一"}
    write_edition(tmp_path, data)
    edition, _ = load(tmp_path)
    nodes = {node.code: node for node in edition_tree(edition).criteria}
    node = nodes["1-2-3"]
    assert node.source is not None
    assert (node.source.document, node.confirmed) == ("甲", False)
    assert [parameter.words for parameter in node.parameters] == ["一般至少 4 次/年"]
    assert (nodes["1-1-1"].source, nodes["1-1-1"].confirmed, nodes["1-1-1"].parameters) == (None, True, ())


def test_the_tree_asks_for_sources_only_where_criteria_name_them(
    tmp_path: Path, django_assert_num_queries: Any
) -> None:
    write_edition(tmp_path, edition_data())
    edition, _ = load(tmp_path)
    with django_assert_num_queries(3):
        edition_tree(edition)


def test_the_command_says_what_it_did_with_each_edition(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("standard", "load")
    said = capsys.readouterr().out.splitlines()
    assert "branch-standard@2026  已存为草稿（待补附件3）" in said
    assert "five-goods@2014  已存入并发布" in said
    call_command("standard", "load", "--json")
    rows = json.loads(capsys.readouterr().out)["editions"]
    assert {(row["created"], row["outcome"]) for row in rows} == {(False, "已有，内容一致")}
    assert {row["code"]: row["status"] for row in rows}["branch-standard"] == "draft"


def test_show_names_the_source_the_doubt_and_the_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    load_library(at=AT)
    call_command("standard", "show", "national")
    shown = capsys.readouterr().out
    assert "不计分，41 条" in shown
    assert "出处：《中国共产党支部工作条例（试行）》 第十一条（须与原文核对）" in shown
    assert "参数 assemblies：支部党员大会，一般至少 1 次/季" in shown
