"""The built-in editions: exact figures, our own words, and openness about what is missing."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from qiangji.standards.loader import edition_dirs, library_dir, load_edition, load_sources
from qiangji.standards.reader import numbered, parse_file
from qiangji.standards.schema import EditionSpec
from qiangji.standards.tests.tables import policy_file

POLICY = policy_file("001")
needs_policy = pytest.mark.skipif(POLICY is None, reason="the policy documents are not beside this checkout")


@pytest.fixture(scope="module")
def annex() -> EditionSpec:
    return load_edition(library_dir() / "jilin-hospital-committee" / "2020")


@pytest.fixture(scope="module")
def branch() -> EditionSpec:
    return load_edition(library_dir() / "branch-sample" / "2020")


@pytest.mark.shows("A03", "B00b")
def test_annex_2_has_its_parts_criteria_and_points(annex: EditionSpec) -> None:
    assert [str(s.points) for s in annex.sections] == ["4", "8", "31", "18", "11", "5", "10", "9", "4"]
    assert sum(len(s.groups) for s in annex.sections) == 24
    assert Counter(str(c.points) for c in annex.criteria()) == {"1": 70, "2": 12, "3": 2}
    assert annex.total_points == 100


def test_annex_2_parts_6_8_and_9_have_no_groups(annex: EditionSpec) -> None:
    assert [s.number for s in annex.sections if s.groups[0].number == 0] == [6, 8, 9]


@pytest.mark.shows("A01")
def test_annex_2_carries_its_source_and_thresholds(annex: EditionSpec) -> None:
    assert (annex.source.number, annex.source.force) == ("吉医党指委发〔2020〕4号", "normative")
    assert annex.source.jurisdiction == "吉林省"
    assert str(annex.source.date) == "2020-06-02"
    lines = {t.key: (t.value, t.unit, t.strict, str(t.until_date)) for t in annex.thresholds}
    assert lines == {
        "organization_score": (Decimal(90), "分", True, "None"),
        "branch_score": (Decimal(90), "分", True, "None"),
        "branch_share": (Decimal(90), "%", False, "None"),
        "standardization_rate_target": (Decimal(95), "%", True, "2022-12-31"),
    }


@pytest.mark.shows("B00c", "G02")
def test_annex_2_has_two_sheet_vetoes_and_the_open_question_of_its_remark(annex: EditionSpec) -> None:
    assert [veto.kind for veto in annex.vetoes] == ["sheet", "sheet"]
    assert any("机关基层党委" in note and "确认" in note for note in annex.notes)


def test_every_criterion_of_annex_2_has_a_short_title_a_note_and_a_place(annex: EditionSpec) -> None:
    assert [c.code for c in annex.criteria() if len(c.title) > 24 or not c.note or not c.place] == []
    titles = Counter(c.title for c in annex.criteria())
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize(
    ("code", "figures"),
    [
        ("2-1-1", ["100"]),
        ("2-1-2", ["5—9", "1", "1—2"]),
        ("2-1-4", ["3—7"]),
        ("3-2-2", ["每季 ≥1", "全年 ≥4", "≥1 名"]),
        ("3-4-2", ["≥1/3"]),
        ("3-5-1", ["≥32", "≥56"]),
        ("4-6-3", ["6 个月", "4 个月"]),
        ("8-0-1", ["≥2"]),
        ("9-0-4", ["≥30%"]),
    ],
)
def test_notes_hold_the_exact_figures(annex: EditionSpec, code: str, figures: list[str]) -> None:
    note = next(c.note for c in annex.criteria() if c.code == code)
    assert [figure for figure in figures if figure not in note] == []


@pytest.mark.shows("A04", "G01")
def test_the_branch_edition_says_that_it_is_a_sample(branch: EditionSpec) -> None:
    assert branch.source.force == "example"
    assert "示例" in branch.title
    assert any("不是" in note and "附件 3" in note for note in branch.notes)
    assert branch.applies_to == "branch"
    assert branch.total_points == 100


@pytest.mark.shows("A01", "A02", "G01", "G04")
def test_sources_say_which_documents_are_missing_and_which_date_is_uncertain() -> None:
    sources = {source.key: source for source in load_sources().sources}
    missing = [key for key, source in sources.items() if not source.available]
    assert [key for key in missing if key.startswith("jilin")] == [
        "jilin-2020-annex-1",
        "jilin-2020-annex-3",
        "jilin-2020-annex-4",
    ]
    assert {key for key in missing if not key.startswith("jilin")} == {
        key for key in sources if key.startswith("national")
    }
    article = sources["cixi-article"]
    assert article.date is None
    assert "存疑" in article.date_note
    assert {source.force for source in sources.values()} == {"normative", "example"}


def test_every_edition_of_the_library_is_valid() -> None:
    specs = [load_edition(folder) for folder in edition_dirs()]
    assert [(spec.standard, spec.label, spec.applies_to) for spec in specs] == [
        ("branch-sample", "2020", "branch"),
        ("branch-standard", "2026", "branch"),
        ("brand-standard", "2026", "all"),
        ("five-goods", "2014", "hospital"),
        ("jilin-hospital-committee", "2020", "hospital"),
        ("national", "2026", "all"),
        ("pioneer-index", "2026", "all"),
    ]


@needs_policy
def test_annex_2_agrees_with_the_document_criterion_by_criterion(annex: EditionSpec) -> None:
    assert POLICY is not None
    parsed = parse_file(POLICY)
    assert [(n.code, n.criterion.points) for n in numbered(parsed)] == [
        (c.code, c.points) for c in annex.criteria()
    ]
    assert [s.title for s in parsed.sections] == [s.title for s in annex.sections]
    groups = [g.title for s in annex.sections for g in s.groups]
    assert [g.title for s in parsed.sections for g in s.groups] == groups
