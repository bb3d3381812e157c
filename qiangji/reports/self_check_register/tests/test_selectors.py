"""From rows to the register: self marks only, official words where there are any, a constant number of queries."""

from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from qiangji.assessments.models import Answer, Evidence, Sheet
from qiangji.assessments.stages import Stage
from qiangji.assessments.states import State
from qiangji.files.models import Content
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.reports.self_check_register.contents import RegisterRow, SelfCheckRegister
from qiangji.reports.self_check_register.selectors import register_of
from qiangji.reports.tests.factories import (
    AT,
    built_in_edition,
    give_marks,
    make_cycle,
    make_sheet,
    write_text,
)
from qiangji.standards.models import CriterionWording, Edition, Wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return built_in_edition()


@pytest.fixture
def people() -> Cast:
    return cast()


def reread(sheet: Sheet, **options: bool) -> SelfCheckRegister:
    """Read a sheet as the view does, and fill its register."""
    rows = Sheet.objects.select_related("organization", "cycle", "edition__standard")
    return register_of(rows.get(pk=sheet.pk), at=AT, **options)


def row_of(register: SelfCheckRegister, code: str) -> RegisterRow:
    return next(row for row in register.rows if row.code == code)


def attach(sheet: Sheet, code: str, people: Cast, **fields: object) -> None:
    """Attach a file that nobody opens to one criterion."""
    content, _ = Content.objects.get_or_create(
        digest="a" * 64, defaults={"size": 1, "media_type": "application/pdf", "stored_at": AT}
    )
    answer = Answer.objects.get(sheet=sheet, criterion__code=code)
    Evidence.objects.create(
        answer=answer,
        content=content,
        filename="记录.pdf",
        attached_by=people.party_office,
        attached_at=AT,
        **fields,
    )


@pytest.mark.shows("A05")
def test_what_is_below_full_is_registered_with_its_text(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition, state=State.SUBMITTED)
    give_marks(sheet, Stage.SELF, people.party_office, but={"3-2-2": "1.5", "9-0-1": "0"})
    write_text(sheet, "3-2-2", "第三季度少一次", people.party_office)
    register = reread(sheet)
    assert [(row.code, row.lost, row.implementation) for row in register.listed] == [
        ("3-2-2", Decimal("0.5"), "第三季度少一次"),
        ("9-0-1", Decimal(1), ""),
    ]
    assert [part.possible for part in register.parts] == [4, 8, 31, 18, 11, 5, 10, 9, 4]
    assert (register.total.possible, register.total.mark, register.total.lost) == (100, Decimal("98.5"), 1.5)
    assert [part.gap_count for part in register.parts] == [0, 0, 1, 0, 0, 0, 0, 0, 1]


def test_an_untouched_sheet_registers_every_criterion_as_open(edition: Edition, people: Cast) -> None:
    register = reread(make_sheet(people, edition))
    assert (len(register.listed), register.open_count) == (84, 84)
    assert register.total.mark is None


def test_later_stages_change_nothing(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition, state=State.RATED)
    give_marks(sheet, Stage.SELF, people.party_office)
    give_marks(sheet, Stage.ACCEPTANCE, people.supervisor, but={"1-1-1": "0"})
    assert reread(sheet).listed == ()


def test_all_criteria_can_be_listed(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition)
    give_marks(sheet, Stage.SELF, people.party_office)
    assert len(reread(sheet, with_full=True).listed) == 84


def test_files_are_counted_and_detached_ones_are_not(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition)
    attach(sheet, "3-2-2", people)
    attach(sheet, "3-2-2", people)
    gone = {
        "detached_at": AT + timedelta(hours=1),
        "detached_by": people.party_office,
        "detach_reason": "误传",
    }
    attach(sheet, "3-2-2", people, **gone)
    register = reread(sheet)
    assert row_of(register, "3-2-2").evidence_count == 2
    assert row_of(register, "3-2-3").evidence_count == 0


def test_the_head_names_the_sheet_as_it_was_opened(edition: Edition, people: Cast) -> None:
    head = reread(make_sheet(people, edition)).head
    assert head.unit_name == people.hospital_a.name
    assert head.cycle == "2026年度考核（甲卫党〔2026〕1号）"
    assert head.edition == f"{edition.title}（{edition.label}）"


def test_official_words_stand_where_they_were_imported_and_the_others_are_named(
    edition: Edition, people: Cast
) -> None:
    wording = Wording.objects.create(
        edition=edition, filename="原文.txt", digest="0" * 64, title="某省量化表", imported_at=AT
    )
    CriterionWording.objects.create(
        wording=wording, criterion=edition.criteria.get(code="3-2-2"), text="原文3-2-2"
    )
    sheet = make_sheet(people, edition)
    give_marks(sheet, Stage.SELF, people.party_office, but={"3-2-2": "1", "3-2-3": "0"})
    register = reread(sheet)
    assert row_of(register, "3-2-2").text == "原文3-2-2"
    assert register.notes[0] == "本表3-2-3条文为系统归纳表述，非官方原文。"


def test_notes_say_draft_trial_and_that_self_marks_are_no_result(edition: Edition, people: Cast) -> None:
    sheet = make_sheet(people, edition, cycle=make_cycle(people.authority_a, is_trial=True))
    notes = reread(sheet).notes
    assert notes[0] == "本表条文为系统归纳表述，非官方原文。"
    assert notes[-3:] == (
        "本周期为试评，不产生结果。",
        "所列为自评得分，不作为评定结果。",
        "自评尚未提交，内容可能还有改动。",
    )


def test_a_submitted_sheet_is_no_draft(edition: Edition, people: Cast) -> None:
    assert not any(
        "尚未提交" in note for note in reread(make_sheet(people, edition, state="submitted")).notes
    )


def test_a_register_takes_seven_queries_whatever_the_sheet_holds(
    edition: Edition, people: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sheet = make_sheet(people, edition, state=State.RATED)
    for stage in (Stage.SELF, Stage.ACCEPTANCE, Stage.RATING):
        give_marks(sheet, stage, people.supervisor, but={"1-1-1": "0"})
    attach(sheet, "1-1-1", people)
    read = Sheet.objects.select_related("organization", "cycle", "edition__standard").get(pk=sheet.pk)
    with django_assert_num_queries(7):
        register_of(read, at=AT)
