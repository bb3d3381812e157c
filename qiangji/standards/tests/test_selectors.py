"""Reads: an edition by its reference, and as a tree in a constant number of queries."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from qiangji.standards.exceptions import EditionNotFound
from qiangji.standards.models import Edition
from qiangji.standards.reader import parse_bytes
from qiangji.standards.selectors import edition_by_ref, edition_tree
from qiangji.standards.services import import_edition, load_library
from qiangji.standards.tests.tables import flattened, small_table

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def imported(label: str, *, publish: bool) -> Edition:
    parsed = parse_bytes(flattened(small_table()).encode(), filename="表.txt")
    return import_edition(parsed=parsed, code="tiny", label=label, by=None, at=AT, publish=publish)


@pytest.mark.parametrize("ref", ["jilin-hospital-committee@2020", "branch-sample@2020"])
def test_a_tree_takes_three_queries_whatever_its_size(
    ref: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    load_library(at=AT)
    edition = edition_by_ref(ref)
    with django_assert_num_queries(3):
        tree = edition_tree(edition)
        assert [criterion.quick_values for criterion in tree.criteria]
    assert sum(section.points for section in tree.sections) == 100


def test_a_tree_has_the_order_of_the_table_and_the_sums_of_its_rows() -> None:
    load_library(at=AT)
    tree = edition_tree(edition_by_ref("jilin-hospital-committee"))
    assert [criterion.position for criterion in tree.criteria] == list(range(1, 85))
    assert [len(section.groups) for section in tree.sections] == [2, 1, 5, 6, 4, 1, 3, 1, 1]
    assert tree.sections[0].groups[0].points == 3
    assert not tree.has_wording
    assert tree.criteria[4].text == ""


def test_a_tree_carries_the_official_words_where_imported() -> None:
    tree = edition_tree(imported("a", publish=False))
    assert [c.text for c in tree.criteria][:2] == ["分工每年公布", "会议有纪要"]
    assert [veto.text for veto in tree.vetoes] == ["弄虚作假的", "发生责任事故的"]
    assert tree.criteria[1].allowed_values == tuple(Decimal(v) for v in ("0", "0.5", "1", "1.5", "2"))


def test_a_code_alone_means_the_latest_published_edition() -> None:
    imported("a", publish=True)
    imported("b", publish=True)
    imported("c", publish=False)
    assert edition_by_ref("tiny").label == "b"
    assert edition_by_ref("tiny@c").label == "c"


def test_an_unknown_reference_names_what_there_is() -> None:
    imported("a", publish=True)
    with pytest.raises(EditionNotFound, match="现有：tiny@a"):
        edition_by_ref("tiny@z")
