"""From rows to the form: the built-in edition's 24 rows, sums, head, notes, and a constant number of queries."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from qiangji.assessments.models import Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.reports.official_form.contents import OfficialForm
from qiangji.reports.official_form.selectors import blank_form, form_of
from qiangji.reports.official_form.tests.factories import cells_of, opened, texts_of
from qiangji.reports.official_form.writer import write_form
from qiangji.reports.tests.factories import (
    AT,
    built_in_edition,
    give_marks,
    make_cycle,
    make_sheet,
    sign,
    write_text,
)
from qiangji.standards.models import CriterionWording, Edition, Force, VetoWording, Wording
from qiangji.standards.reader import parse_bytes, parse_file
from qiangji.standards.selectors import edition_tree
from qiangji.standards.services import attach_wording
from qiangji.standards.succession import add_interpretation

pytestmark = pytest.mark.django_db

# Document 1 lies beside the project where the policy documents are at hand; it is no part of the project.
DOCUMENT = sorted((Path(__file__).resolve().parents[5] / "shared" / "policy").glob("001_*.txt"))


@pytest.fixture
def edition() -> Edition:
    return built_in_edition()


@pytest.fixture
def people() -> Cast:
    return cast()


def give_wording(edition: Edition, *, but: tuple[str, ...] = ()) -> Wording:
    """Attach a wording whose texts name the criterion they stand for."""
    wording = Wording.objects.create(
        edition=edition, filename="原文.txt", digest="0" * 64, title="某省量化表", imported_at=AT
    )
    CriterionWording.objects.bulk_create(
        CriterionWording(wording=wording, criterion=criterion, text=f"原文{criterion.code}")
        for criterion in edition.criteria.exclude(code__in=but)
    )
    VetoWording.objects.bulk_create(
        VetoWording(wording=wording, veto=veto, text=f"原文否决{veto.number}")
        for veto in edition.vetoes.all()
    )
    return wording


def reread(sheet: Sheet) -> OfficialForm:
    """Read a sheet as the view does, and fill its form."""
    rows = Sheet.objects.select_related("organization", "cycle", "edition__standard")
    return form_of(rows.get(pk=sheet.pk), at=AT)


def unspaced(text: str) -> str:
    """Return text without blanks: the reader of tables leaves out those between Chinese and figures."""
    return "".join(text.split())


def row_titled(form: OfficialForm, title: str):
    return next(row for row in form.rows if row.title == title)


@pytest.mark.shows("A03", "B00a", "B00b")
def test_the_built_in_edition_prints_24_rows_in_nine_parts(edition: Edition) -> None:
    form = blank_form(edition, at=AT)
    assert len(list(form.rows)) == 24
    assert [section.points for section in form.sections] == [4, 8, 31, 18, 11, 5, 10, 9, 4]
    assert [number for number, part in enumerate(form.sections, 1) if part.is_undivided] == [6, 8, 9]
    assert sum(len(row.criteria) for row in form.rows) == 84


@pytest.mark.shows("A03", "B00a", "B00c")
def test_the_drawn_form_merges_as_the_paper_does(edition: Edition) -> None:
    grid = cells_of(opened(write_form(blank_form(edition, at=AT))))
    assert len(grid) == 1 + 24 + 1
    starts = [len(cells) == 7 or cells[0].grid_span == 2 for cells in grid[1:-1]]
    assert [number for number, starts_part in enumerate(starts, 1) if starts_part] == [
        1,
        3,
        4,
        9,
        15,
        19,
        20,
        23,
        24,
    ]
    assert [number for number, cells in enumerate(grid[1:-1], 1) if cells[0].grid_span == 2] == [19, 23, 24]
    assert [len(cells) for cells in grid][-1] == 2


def test_a_blank_form_names_nobody_and_is_not_provisional(edition: Edition) -> None:
    form = blank_form(edition, at=AT)
    assert (form.head.unit_name, form.head.score, form.head.application_date) == ("", None, None)
    assert not form.head.is_provisional
    assert {text for row in texts_of(opened(write_form(form)))[1:-1] for text in row[-4:]} == {""}


def test_a_form_without_wording_says_the_words_are_ours(edition: Edition) -> None:
    form = blank_form(edition, at=AT)
    assert form.wording_note == "本表条文为系统归纳表述，非官方原文。"
    first = edition.criteria.order_by("position")[0]
    assert form.sections[0].rows[0].criteria[0].text.startswith(first.title)


def test_a_form_with_wording_prints_it_and_says_nothing(edition: Edition) -> None:
    give_wording(edition)
    form = blank_form(edition, at=AT)
    assert form.head.title == "某省量化表"
    assert form.sections[2].rows[1].criteria[1].text == "原文3-2-2"
    assert [veto.text for veto in form.vetoes] == ["原文否决1", "原文否决2"]
    assert form.wording_note == ""


def test_a_wording_with_gaps_names_them(edition: Edition) -> None:
    give_wording(edition, but=("3-2-2",))
    assert blank_form(edition, at=AT).wording_note == "本表3-2-2条文为系统归纳表述，非官方原文。"


def test_our_own_words_carry_the_figures(edition: Edition) -> None:
    node = next(node for node in edition_tree(edition).criteria if node.note)
    texts = [criterion.text for row in blank_form(edition, at=AT).rows for criterion in row.criteria]
    assert f"{node.title}：{node.note.rstrip('。')}" in texts


def test_an_example_says_that_it_is_no_norm(edition: Edition) -> None:
    edition.force, edition.validity = Force.EXAMPLE, "仅供试用"
    assert "所用标准的依据为示例，不是规范性文件：仅供试用。" in blank_form(edition, at=AT).notes


def test_the_basis_names_document_and_adopting_authority(edition: Edition) -> None:
    edition.adopted_by, edition.adoption_number = "甲市指导委员会", "甲党指〔2026〕2号"
    basis = blank_form(edition, at=AT).notes[0]
    assert edition.source_number in basis
    assert basis.endswith("由甲市指导委员会采用（甲党指〔2026〕2号）。")


def test_a_draft_prints_self_marks_and_texts_provisionally(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition)
    give_marks(sheet, Stage.SELF, people.party_office, but={"3-2-2": "1.5", "3-2-3": None})
    write_text(sheet, "3-2-2", "开展4次学习", people.party_office)
    form = reread(sheet)
    head, row = form.head, row_titled(form, "思想建设")
    assert (head.score, head.score_stage, head.is_provisional) == (Decimal("98.50"), "自评", True)
    assert head.application_date is None
    assert (row.sum_of(Stage.SELF), row.sum_of(Stage.ACCEPTANCE)) == (Decimal("8.50"), None)
    assert row.criteria[1].implementation == "开展4次学习"


def test_an_untouched_draft_has_no_score(edition: Edition, people: Cast) -> None:
    assert reread(make_sheet(people, edition)).head.score is None


def test_the_application_date_is_the_day_of_signing_in_shanghai(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition, state=State.SUBMITTED)
    sign(sheet, people.secretary)
    form = reread(sheet)
    assert form.head.application_date == date(2026, 10, 31)
    assert any("甲院党纪要〔2026〕12号" in note and "ab12ab12ab12ab12。" in note for note in form.notes)
    assert not any(people.secretary.name in note for note in form.notes)


def test_a_returned_sheet_has_no_application_date(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition)
    sign(sheet, people.secretary)
    Sheet.objects.filter(pk=sheet.pk).update(round=2)
    assert reread(sheet).head.application_date is None


@pytest.mark.parametrize("state", [State.SUBMITTED, State.UNDER_ACCEPTANCE])
def test_a_review_under_way_is_not_printed(edition: Edition, people: Cast, state: str) -> None:
    sheet = make_sheet(people, edition, state=state)
    give_marks(sheet, Stage.SELF, people.party_office)
    give_marks(sheet, Stage.ACCEPTANCE, people.supervisor, but={"1-1-1": "1"})
    form = reread(sheet)
    assert all(row.sum_of(Stage.ACCEPTANCE) is None for row in form.rows)
    assert (form.head.score, form.head.score_stage) == (Decimal(100), "自评")


def test_an_accepted_sheet_is_provisional_until_rated(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition, state=State.ACCEPTED)
    give_marks(sheet, Stage.SELF, people.party_office)
    give_marks(sheet, Stage.ACCEPTANCE, people.supervisor, but={"1-1-1": "1"})
    head = reread(sheet).head
    assert (head.score, head.score_stage, head.is_provisional) == (Decimal(99), "上级验收", True)


def test_a_rated_sheet_is_final(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition, state=State.RATED)
    for stage, first in ((Stage.SELF, "2"), (Stage.ACCEPTANCE, "1"), (Stage.RATING, "1.5")):
        give_marks(sheet, stage, people.supervisor, but={"1-1-1": first})
    form = reread(sheet)
    assert (form.head.score, form.head.score_stage, form.head.is_provisional) == (
        Decimal("99.50"),
        "主管部门评定",
        False,
    )
    cells = texts_of(opened(write_form(form)))[1]
    assert cells[-3:] == ["3", "2\n①1\n②1", "2.5\n①1.5\n②1"]


def test_acceptance_is_final_where_the_cycle_says_so(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition, state=State.ACCEPTED, final_stage=Stage.ACCEPTANCE)
    give_marks(sheet, Stage.ACCEPTANCE, people.supervisor)
    assert not reread(sheet).head.is_provisional


def test_a_trial_says_that_it_leads_to_nothing(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition, cycle=make_cycle(people.authority_a, is_trial=True))
    assert "本周期为试评，不产生结果。" in reread(sheet).notes


@pytest.mark.shows("A03")
def test_the_empty_form_can_be_read_back_as_the_table_it_is(edition: Edition) -> None:
    form = blank_form(edition, at=AT)
    parsed = parse_bytes(write_form(form), filename="空白表.docx")
    assert parsed.problems == []
    assert [section.title for section in parsed.sections] == [section.title for section in form.sections]
    printed = [
        (unspaced(criterion.text), criterion.points) for row in form.rows for criterion in row.criteria
    ]
    assert [(unspaced(criterion.text), criterion.points) for criterion in parsed.criteria()] == printed
    assert list(parsed.vetoes) == [veto.text for veto in form.vetoes]


@pytest.mark.shows("A03", "G02")
@pytest.mark.skipif(not DOCUMENT, reason="the document itself is not on this machine")
def test_the_document_own_words_are_printed_once_imported(edition: Edition) -> None:
    parsed = parse_file(DOCUMENT[0])
    attach_wording(edition=edition, parsed=parsed, filename=DOCUMENT[0].name, by=None, at=AT)
    form = blank_form(edition, at=AT)
    texts = [criterion.text for row in form.rows for criterion in row.criteria]
    assert texts == [criterion.text for criterion in parsed.criteria()]
    assert form.wording_note == ""
    assert list(parse_bytes(write_form(form), filename="空白表.docx").vetoes) == list(parsed.vetoes)


def test_a_sheet_takes_eight_queries_whatever_it_holds(
    edition: Edition, people: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sheet = make_sheet(people, edition, state=State.RATED)
    for stage in (Stage.SELF, Stage.ACCEPTANCE, Stage.RATING):
        give_marks(sheet, stage, people.supervisor)
    sign(sheet, people.secretary)
    read = Sheet.objects.select_related("organization", "cycle", "edition__standard").get(pk=sheet.pk)
    with django_assert_num_queries(8):
        form_of(read, at=AT)


def test_an_interpretation_that_binds_is_a_note(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition)
    add_interpretation(
        criterion=edition.criteria.get(code="3-2-2"),
        organization=people.province,
        number="省组〔2026〕1号",
        issuer="省委组织部",
        effective_date=AT.date(),
        text="改按现行任务考核。",
        by=people.guidance_province,
        at=AT,
    )
    assert form_of(sheet, at=AT).notes[-1] == "3-2-2按省委组织部省组〔2026〕1号执行：改按现行任务考核。"


def test_a_blank_form_takes_four_queries(
    edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        blank_form(edition, at=AT)
