"""Loading, importing, publishing, attaching wording: what each does, and what each refuses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.standards.content import content_digest, to_yaml
from qiangji.standards.exceptions import (
    EditionExists,
    EditionFrozen,
    EditionInconsistent,
    LibraryError,
    WordingMismatch,
)
from qiangji.standards.models import Criterion, CriterionWording, Edition, Standard, Wording
from qiangji.standards.reader import ParsedStandard, parse_bytes, parse_file
from qiangji.standards.selectors import current_wording, edition_by_ref, edition_spec
from qiangji.standards.services import attach_wording, import_edition, load_library, publish_edition
from qiangji.standards.tests.tables import SAMPLE, Table, flattened, policy_file, small_table

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
POLICY = policy_file("001")


def parsed_table(table: Table | None = None) -> ParsedStandard:
    return parse_bytes(flattened(table or small_table()).encode(), filename="表.txt")


def imported(*, publish: bool = False, label: str | None = "a") -> Edition:
    return import_edition(parsed=parsed_table(), code="tiny", label=label, by=None, at=AT, publish=publish)


@pytest.fixture
def alice() -> User:
    return User.objects.create_user(username="alice", name="甲", password="a-long-password")


def test_an_imported_table_becomes_a_draft_with_its_own_words(alice: User) -> None:
    edition = import_edition(
        parsed=parsed_table(), code="tiny", label=None, by=alice, at=AT, publish=False, filename="表.txt"
    )
    assert (edition.ref, edition.status, edition.origin) == ("tiny@2026", "draft", "import")
    assert list(edition.criteria.values_list("code", flat=True)) == [
        "1-1-1",
        "1-1-2",
        "1-2-3",
        "2-0-1",
        "2-0-2",
    ]
    assert CriterionWording.objects.get(criterion__code="2-0-1").text == "义诊每年2次"
    wording = current_wording(edition)
    assert wording is not None
    assert (wording.filename, wording.imported_by) == ("表.txt", alice)


@pytest.mark.shows("A04", "G01")
def test_a_branch_table_can_be_imported_when_it_arrives() -> None:
    edition = import_edition(
        parsed=parsed_table(), code="annex-3", label="a", by=None, at=AT, publish=True, applies_to="branch"
    )
    assert edition.standard.applies_to == "branch"
    assert edition.is_published


def test_import_and_publish_are_recorded(alice: User) -> None:
    edition = import_edition(parsed=parsed_table(), code="tiny", label="a", by=alice, at=AT, publish=True)
    events = Event.objects.filter(object_id=edition.public_id).order_by("sequence")
    assert [event.verb for event in events] == ["edition.imported", "edition.published"]
    assert {event.actor_id for event in events} == {alice.public_id}


def test_a_table_with_errors_is_refused_whole() -> None:
    table = small_table()
    table.rows[0].criteria = "1.分工每年公布（1分）；\n2.会议有纪要（3分）。"
    with pytest.raises(EditionInconsistent) as caught:
        import_edition(parsed=parsed_table(table), code="tiny", label="a", by=None, at=AT, publish=True)
    assert "班子建设" in caught.value.messages[0]
    assert not Standard.objects.exists()


def test_a_code_that_is_none_is_refused() -> None:
    with pytest.raises(LibraryError, match="standard"):
        import_edition(parsed=parsed_table(), code="Not A Code", label="a", by=None, at=AT, publish=False)


def test_an_edition_is_never_overwritten() -> None:
    imported()
    with pytest.raises(EditionExists, match="tiny@a"):
        imported()


def test_a_standard_keeps_to_its_kind_of_organization() -> None:
    imported()
    with pytest.raises(EditionInconsistent, match="适用于院级党组织"):
        import_edition(
            parsed=parsed_table(), code="tiny", label="b", by=None, at=AT, publish=False, applies_to="branch"
        )
    assert Edition.objects.count() == 1


def test_publishing_seals_and_names_the_adopting_authority(alice: User) -> None:
    edition = publish_edition(
        edition=imported(), by=alice, at=AT, adopted_by="某市卫健委", adoption_number="1号"
    )
    assert (edition.status, edition.published_by, edition.published_at) == ("published", alice, AT)
    assert edition.content_digest == content_digest(edition_spec(edition))
    assert (edition.adopted_by, edition.adoption_number) == ("某市卫健委", "1号")


def test_a_published_edition_cannot_be_published_again() -> None:
    edition = imported(publish=True)
    with pytest.raises(EditionFrozen, match="更正请导入为新的版本"):
        publish_edition(edition=edition, by=None, at=AT)


def test_a_draft_whose_figures_do_not_agree_cannot_be_published() -> None:
    edition = imported()
    Criterion.objects.filter(edition=edition, code="1-1-1").update(points=9)
    with pytest.raises(EditionInconsistent) as caught:
        publish_edition(edition=edition, by=None, at=AT)
    assert any("班子建设" in message for message in caught.value.messages)


def test_wording_is_attached_to_every_criterion_and_leaves_the_edition_alone() -> None:
    edition = imported(publish=True)
    table = small_table()
    table.rows[2].criteria = "1.义诊每年两次（2分）；2.意见箱每周开启（1分）。"
    attach_wording(edition=edition, parsed=parsed_table(table), filename="原文.txt", by=None, at=AT)
    texts = CriterionWording.objects.filter(wording__is_current=True, wording__edition=edition)
    assert texts.get(criterion__code="2-0-1").text == "义诊每年两次"
    assert texts.count() == 5
    assert Wording.objects.filter(edition=edition).count() == 2
    assert content_digest(edition_spec(edition)) == edition.content_digest
    assert Event.objects.filter(object_id=edition.public_id, verb="wording.attached").count() == 1


def test_wording_that_does_not_match_is_refused_and_every_mismatch_named() -> None:
    edition = imported(publish=True)
    table = small_table()
    table.rows[0].section = "班子建设（5分）"
    table.rows[0].criteria = "1.分工每年公布（1分）；2.会议有纪要（3分）。"
    table.rows[2].criteria = "1.义诊每年2次（3分）。"
    table.remark = "有下列情形的不予评定：①弄虚作假的。"
    with pytest.raises(WordingMismatch) as caught:
        attach_wording(edition=edition, parsed=parsed_table(table), filename="原文.txt", by=None, at=AT)
    assert [message.split("：")[0] for message in caught.value.messages] == [
        "1-1-2",
        "2-0-1",
        "2-0-2",
        "否决情形",
    ]
    assert Wording.objects.filter(edition=edition).count() == 1


def test_our_own_yaml_is_no_wording() -> None:
    edition = imported(publish=True)
    parsed = parse_bytes(to_yaml(edition_spec(edition)).encode(), filename="a.yaml")
    with pytest.raises(WordingMismatch, match="1 处"):
        attach_wording(edition=edition, parsed=parsed, filename="a.yaml", by=None, at=AT)


def test_the_sample_can_be_imported_and_be_its_own_wording() -> None:
    parsed = parse_file(SAMPLE)
    edition = import_edition(parsed=parsed, code="sample", label="a", by=None, at=AT, publish=True)
    attach_wording(edition=edition, parsed=parsed, filename=SAMPLE.name, by=None, at=AT)
    assert edition.total_points == parsed.total_points


@pytest.mark.skipif(POLICY is None, reason="the policy documents are not beside this checkout")
def test_the_official_document_becomes_the_wording_of_the_built_in_edition() -> None:
    assert POLICY is not None
    load_library(at=AT)
    edition = edition_by_ref("jilin-hospital-committee@2020")
    wording = attach_wording(edition=edition, parsed=parse_file(POLICY), filename=POLICY.name, by=None, at=AT)
    assert (wording.criteria.count(), wording.vetoes.count()) == (84, 2)
