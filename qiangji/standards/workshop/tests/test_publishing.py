"""From the bench to the shelf: what is published, what keeps it from being published, and trials before it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db.models import ProtectedError

from qiangji.audit.models import Event
from qiangji.orgs.tests.factories import Kind, make_organization
from qiangji.standards.content import content_digest
from qiangji.standards.models import CodeMatch, Draft, Edition, EditionMap, Standard
from qiangji.standards.reader import parse_bytes
from qiangji.standards.selectors import current_wording, edition_spec
from qiangji.standards.services import import_edition
from qiangji.standards.tests.tables import Table, TableRow, flattened, small_table
from qiangji.standards.workshop import services
from qiangji.standards.workshop.exceptions import DraftClosed, DraftMoved, DraftUnfinished, OperationRefused
from qiangji.standards.workshop.publishing import publish_draft, store_trial
from qiangji.standards.workshop.selectors import draft_page
from qiangji.standards.workshop.tests.clerk import AT, WHOLE, Clerk, at_code, make_clerk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def clerk() -> Clerk:
    return make_clerk()


def publish(clerk: Clerk, **details: Any) -> Edition:
    """Fill in the details and publish."""
    clerk.do("set_details", **{**WHOLE, **details})
    edition = publish_draft(draft=clerk.draft, seen=clerk.draft.current, by=clerk.person, at=AT)
    clerk.draft.refresh_from_db()
    return edition


def texts(edition: Edition) -> dict[str, str]:
    wording = current_wording(edition)
    assert wording is not None
    return dict(wording.criteria.values_list("criterion__code", "text"))


def test_an_untouched_table_publishes_to_what_an_import_gives(clerk: Clerk) -> None:
    parsed = parse_bytes(flattened(small_table()).encode(), filename="量化表.txt")
    imported = import_edition(
        parsed=parsed, code="tiny", label="b", by=None, at=AT, publish=True, applies_to="hospital"
    )
    published = publish(clerk, force="reference", jurisdiction="甲市")
    bare = {"label": "a", "source": edition_spec(published).source}
    assert edition_spec(published) == edition_spec(imported).model_copy(update=bare)
    assert edition_spec(published).source.document == edition_spec(imported).source.document
    assert texts(published) == texts(imported)
    vetoes = [wording.text for wording in current_wording(published).vetoes.order_by("veto__number")]  # type: ignore[union-attr]
    assert vetoes == ["弄虚作假的", "发生责任事故的"]


def test_publishing_freezes_adopts_and_tells(clerk: Clerk) -> None:
    edition = publish(clerk, issuer="甲市卫健委", issued_date="2026-01-05", number="1号")
    assert edition.is_published
    assert (edition.published_by, edition.published_at) == (clerk.person, AT)
    assert (edition.adopted_by, edition.adoption_number) == ("甲市卫生健康委员会", "甲卫党〔2026〕1号")
    assert (edition.organization, edition.origin) == (clerk.draft.organization, Edition.Origin.IMPORT)
    assert str(edition.issued_date) == "2026-01-05"
    assert edition.content_digest == content_digest(edition_spec(edition))
    wording = current_wording(edition)
    assert wording is not None
    assert clerk.draft.content is not None
    assert (wording.filename, wording.digest) == ("量化表.txt", clerk.draft.content.digest)
    assert (clerk.draft.status, clerk.draft.edition) == (Draft.Status.PUBLISHED, edition)
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"edition.imported", "edition.published", "draft.published"} <= verbs
    with pytest.raises(DraftClosed, match="已发布"):
        clerk.do("set_points", key="c1", points="3")


def test_the_clerks_titles_and_kinds_of_veto_are_kept(clerk: Clerk) -> None:
    clerk.do("set_title", key=clerk.key("1-1-1"), title="公布分工")
    clerk.do("set_veto", key="v2", kind="year_end", title="责任事故")
    edition = publish(clerk)
    assert edition.criteria.get(code="1-1-1").title == "公布分工"
    assert list(edition.vetoes.values_list("kind", "title")) == [
        ("sheet", "弄虚作假的"),
        ("year_end", "责任事故"),
    ]
    assert texts(edition)["1-1-1"] == "分工每年公布"


def test_what_is_missing_is_named_and_nothing_is_stored(clerk: Clerk) -> None:
    clerk.do("set_points", key=clerk.key("1-1-1"), points="2")
    with pytest.raises(DraftUnfinished) as unfinished:
        publish_draft(draft=clerk.draft, seen=1, by=clerk.person, at=AT)
    messages = "\n".join(unfinished.value.messages)
    for words in ("没有填标准代号", "没有填采用机关", "各条之和是 5 分"):
        assert words in messages
    assert "没有填发文日期" not in messages
    assert not Edition.objects.exists()
    assert not Standard.objects.exists()


def test_a_label_that_is_taken_is_refused(clerk: Clerk) -> None:
    publish(make_clerk())
    with pytest.raises(DraftUnfinished, match="不能发布") as unfinished:
        publish(clerk)
    assert unfinished.value.messages == [
        "标准版本 tiny@a 已经存在，不能覆盖：请另写一个版本，例如加上年份或“修订”"
    ]
    assert "label_taken" in {finding.name for finding in draft_page(clerk.draft).findings}


def test_a_standard_keeps_to_its_kind_of_organization(clerk: Clerk) -> None:
    publish(make_clerk())
    with pytest.raises(DraftUnfinished) as unfinished:
        publish(clerk, label="b", applies_to="branch")
    assert "适用于院级党组织" in unfinished.value.messages[0]


def test_publishing_needs_the_newest_look(clerk: Clerk) -> None:
    clerk.do("set_details", **WHOLE)
    with pytest.raises(DraftMoved):
        publish_draft(draft=clerk.draft, seen=0, by=clerk.person, at=AT)
    assert not Edition.objects.exists()


def test_open_doubts_do_not_keep_it_but_are_on_record(clerk: Clerk) -> None:
    clerk = make_clerk(small_table_without_title())
    assert any(doubt.severity == "warning" for doubt in clerk.state.doubts)
    publish(clerk, title="补写的名称", document="补写的名称")
    event = Event.objects.get(verb="draft.published", object_id=clerk.draft.public_id)
    settled = sum(doubt.settled for doubt in clerk.state.doubts)
    assert json.loads(event.data)["open_doubts"] == len(clerk.state.doubts) - settled
    assert settled >= 1


def small_table_without_title() -> Table:
    table = small_table()
    table.title = ""
    return table


# ---- trials ---------------------------------------------------------------------------------------------------------


def tried(clerk: Clerk) -> Edition:
    edition = store_trial(draft=clerk.draft, seen=clerk.draft.current, by=clerk.person, at=AT)
    clerk.draft.refresh_from_db()
    return edition


def stand_on(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something above point at an edition, as a cycle does."""
    delete = Edition.delete

    def guarded(self: Edition, *args: Any, **kwargs: Any) -> Any:
        if self.pk == edition.pk:
            raise ProtectedError("in use", {edition})
        return delete(self, *args, **kwargs)

    monkeypatch.setattr(Edition, "delete", guarded)


def test_a_trial_is_a_draft_edition_under_a_label_of_its_own(clerk: Clerk) -> None:
    clerk.do("set_details", **{**WHOLE, "adopted_by": "", "adoption_number": "", "jurisdiction": ""})
    trial = tried(clerk)
    assert (trial.ref, trial.is_published, trial.organization) == (
        "tiny@a-试1",
        False,
        clerk.draft.organization,
    )
    assert texts(trial)["1-1-1"] == "分工每年公布"
    assert clerk.draft.is_open
    clerk.do("set_title", key=clerk.key("1-1-1"), title="公布分工")
    with pytest.raises(DraftUnfinished):
        publish_draft(draft=clerk.draft, seen=clerk.draft.current, by=clerk.person, at=AT)


def test_a_trial_needs_a_table_that_holds_together(clerk: Clerk) -> None:
    clerk.do("set_details", **WHOLE)
    clerk.do("set_points", key=clerk.key("1-1-1"), points="9")
    assert not draft_page(clerk.draft).may_try
    with pytest.raises(DraftUnfinished, match="不能试用"):
        tried(clerk)
    assert not Edition.objects.exists()


def test_the_next_trial_and_the_publication_replace_it(clerk: Clerk) -> None:
    clerk.do("set_details", **WHOLE)
    first = tried(clerk)
    second = tried(clerk)
    assert second.ref == first.ref
    edition = publish(clerk)
    assert list(Edition.objects.all()) == [edition]


def test_a_trial_that_a_cycle_stands_on_stays(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.do("set_details", **WHOLE)
    first = tried(clerk)
    stand_on(first, monkeypatch)
    second = tried(clerk)
    assert second.ref == "tiny@a-试2"
    edition = publish(clerk)
    assert {(e.label, e.status) for e in Edition.objects.all()} == {("a-试1", "draft"), ("a", "published")}
    assert clerk.draft.edition == edition


def test_discarding_takes_the_trial_and_its_standard_away(clerk: Clerk) -> None:
    clerk.do("set_details", **WHOLE)
    tried(clerk)
    services.discard(draft=clerk.draft, seen=clerk.draft.current, by=clerk.person, at=AT)
    assert not Edition.objects.exists()
    assert not Standard.objects.exists()


# ---- the map --------------------------------------------------------------------------------------------------------


def next_years_table() -> Table:
    """One criterion reworded, one with other points, one gone and one new."""
    return Table(
        title="样表一",
        rows=[
            TableRow("班子建设（5分）", "分工", "1.分工每年公布（1分）；\n2.会议有纪要并存档（2分）。"),
            TableRow(None, "学习", "3.每季学习1次（2分）。"),
            TableRow("服务群众（3分）", "", "1.义诊每年2次（2分）；2.对口帮扶山区卫生院（1分）。"),
        ],
        remark="有下列情形的不予评定：①弄虚作假的；②发生责任事故的。",
    )


@pytest.fixture
def held(clerk: Clerk) -> Clerk:
    """Next year's table held against this year's edition."""
    edition = publish(clerk)
    later = make_clerk(next_years_table(), organization=clerk.draft.organization)
    later.draft = services.set_earlier_edition(
        draft=later.draft, edition=edition, seen=0, by=later.person, at=AT
    )
    return later


def test_an_earlier_edition_brings_suggestions(held: Clerk) -> None:
    assert {
        code: at_code(held.state, code).earlier for code in ("1-1-1", "1-1-2", "1-2-3", "2-0-1", "2-0-2")
    } == {
        "1-1-1": "1-1-1",
        "1-1-2": "1-1-2",
        "1-2-3": "1-2-3",
        "2-0-1": "2-0-1",
        "2-0-2": "",
    }
    assert not any(c.earlier_decided for c in held.state.criteria())
    comparison = draft_page(Draft.objects.get(pk=held.draft.pk)).comparison
    assert comparison is not None
    assert {kind.value: count for kind, count in comparison.counts.items()} == {
        "same": 2,
        "reworded": 1,
        "changed_points": 1,
        "new": 1,
        "gone": 1,
    }


def test_an_undecided_map_is_not_published(held: Clerk) -> None:
    with pytest.raises(DraftUnfinished) as unfinished:
        publish(held, label="b")
    assert "还有 5 条没有确定对应关系" in unfinished.value.messages[0]


def test_the_decided_map_is_published_with_the_edition(held: Clerk) -> None:
    held.do("accept_matches", keys=[c.key for c in held.state.criteria() if c.earlier])
    held.do("set_earlier", key=held.key("2-0-2"), code="")
    edition = publish(held, label="b")
    decided = EditionMap.objects.get()
    assert (decided.later, decided.earlier.label, decided.decided_by) == (edition, "a", held.person)
    pairs = set(CodeMatch.objects.values_list("earlier__code", "later__code"))
    assert pairs == {
        ("1-1-1", "1-1-1"),
        ("1-1-2", "1-1-2"),
        ("1-2-3", "1-2-3"),
        ("2-0-1", "2-0-1"),
        (None, "2-0-2"),
        ("2-0-2", None),
    }


def test_undoing_the_choice_undoes_it_on_the_draft_too(held: Clerk) -> None:
    assert held.draft.earlier is not None
    held.undo()
    assert held.draft.earlier is None
    held.redo()
    assert held.draft.earlier is not None
    held.draft = services.set_earlier_edition(
        draft=held.draft, edition=None, seen=held.draft.current, by=held.person, at=AT
    )
    assert held.draft.earlier is None
    publish(held, label="b")
    assert not EditionMap.objects.exists()


def test_only_codes_of_the_earlier_edition_can_be_continued(held: Clerk) -> None:
    with pytest.raises(OperationRefused, match="没有编码“9-9-9”"):
        held.do("set_earlier", key=held.key("2-0-2"), code="9-9-9")
    with pytest.raises(OperationRefused, match="请从“对照”里选择版本"):
        held.do("choose_earlier", edition="x")


def test_only_a_published_edition_is_held_against(clerk: Clerk) -> None:
    clerk.do("set_details", **WHOLE)
    with pytest.raises(OperationRefused, match="还是草稿"):
        services.set_earlier_edition(
            draft=clerk.draft, edition=tried(clerk), seen=clerk.draft.current, by=clerk.person, at=AT
        )


# ---- the whole story ------------------------------------------------------------------------------------------------


def flawed_table() -> Table:
    """One wrong sum, one criterion without points, one deduction that does not say how much."""
    return Table(
        title="甲市医院党建考核表",
        rows=[
            TableRow(
                "组织建设（6分）", "班子", "1.班子分工明确（2分）；\n2.按期换届；\n3.会议有记录（3分）。"
            ),
            TableRow(
                "党员教育（5分）", "", "1.党员大会每季1次，缺少的酌情扣分（2分）；2.有学习计划（2分）。"
            ),
        ],
        remark="有下列情形的不予评定：①弄虚作假的；②发生责任事故的。",
    )


@pytest.mark.shows("E02")
def test_a_clerk_turns_a_flawed_table_into_a_published_edition() -> None:
    clerk = make_clerk(flawed_table(), organization=make_organization(kind=Kind.HEALTH_AUTHORITY))
    found = {finding.name: finding for finding in draft_page(clerk.draft).errors}
    assert found["no_points"].target == clerk.key("1-1-2")
    assert found["criteria_not_section"].target == clerk.state.sections[1].key
    doubtful = [d for d in clerk.state.doubts if d.target == clerk.key("2-0-1")]
    assert any("扣" in doubt.message for doubt in doubtful)

    clerk.do("set_points", key=clerk.key("1-1-2"), points="1")
    clerk.do("set_section_points", key=clerk.state.sections[1].key, points="4")
    scoring = {"kind": "deduct", "per": "0.5", "unit": "次"}
    clerk.do("set_scoring", key=clerk.key("2-0-1"), scoring=scoring)
    clerk.do("set_details", total_points="10", **WHOLE)
    page = draft_page(Draft.objects.get(pk=clerk.draft.pk))
    assert page.errors == []
    assert page.may_publish
    edition = publish_draft(draft=clerk.draft, seen=page.seen, by=clerk.person, at=AT)
    assert edition.is_published
    assert edition.total_points == 10
    assert edition.criteria.get(code="2-0-1").scoring == {"kind": "deduct", "per": "0.5", "unit": "次"}
    assert [str(s.points.normalize()) for s in edition.sections.order_by("number")] == ["6", "4"]
