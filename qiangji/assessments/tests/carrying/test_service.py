"""What comes, what never comes, who may, and that doing it twice does no harm."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from qiangji.assessments.exceptions import Locked, NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import Answer, Cycle, Evidence, Mark, MarkChange, Sheet, TextChange
from qiangji.assessments.selectors.history import history_of
from qiangji.assessments.selectors.previous import earlier_sheets, previous_of
from qiangji.assessments.services.carrying import Carried
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.services.evidence import detach_evidence
from qiangji.assessments.services.saving import Clash
from qiangji.assessments.states import State
from qiangji.assessments.tests.carrying.world import (
    NOW,
    attach,
    carry,
    files,
    next_year,
    sheet_in,
    texts,
)
from qiangji.assessments.tests.factories import make_cycle, make_edition
from qiangji.assessments.tests.worlds import MINUTE, World, counted, text
from qiangji.audit.models import Event
from qiangji.files.models import Content

# ---- what comes -----------------------------------------------------------------------------------------------------


def test_on_the_same_edition_texts_and_files_come_by_their_codes(filled: World, later: Sheet) -> None:
    assert carry(filled, later) == Carried(texts=3, files=2)
    assert texts(later) == {code: f"{code} 的做法" for code in ("1-1-1", "1-1-2", "1-2-3")}
    assert files(later) == {"1-1-2": "1-1-2.pdf", "2-0-1": "2-0-1.pdf"}


def test_on_a_new_edition_they_come_by_the_decided_map(filled: World, newer: Sheet) -> None:
    assert carry(filled, newer) == Carried(texts=2, files=1)
    assert texts(newer) == {"1-1-1": "1-2-3 的做法", "1-1-2": "1-1-2 的做法"}
    assert files(newer) == {"1-1-2": "1-1-2.pdf"}


def test_a_text_that_was_taken_as_offered_is_nobodys_own_words_here_either(
    filled: World, later: Sheet
) -> None:
    Answer.objects.filter(sheet=filled.sheet_before, criterion__code="1-1-1").update(is_taken=True)
    carry(filled, later)
    carried = Answer.objects.filter(sheet=later).exclude(text="")
    assert dict(carried.values_list("criterion__code", "is_taken")) == {
        "1-1-1": True, "1-1-2": False, "1-2-3": False,
    }  # fmt: skip


def test_bytes_are_not_copied(filled: World, later: Sheet) -> None:
    before = Content.objects.count()
    carry(filled, later)
    assert Content.objects.count() == before


def test_no_mark_ever_comes(filled: World, later: Sheet) -> None:
    carry(filled, later)
    assert not Mark.objects.filter(answer__sheet=later).exists()
    assert not MarkChange.objects.filter(answer__sheet=later).exists()


def test_last_years_sheet_stays_as_it_was(filled: World, later: Sheet) -> None:
    before = texts(filled.sheet_before), files(filled.sheet_before)
    carry(filled, later)
    assert (texts(filled.sheet_before), files(filled.sheet_before)) == before


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"with_evidence": False}, Carried(3, 0)),
        ({"with_texts": False}, Carried(0, 2)),
        ({"codes": ("1-1-2",)}, Carried(1, 1)),
        ({"codes": ("1-1-1", "9-9-9")}, Carried(1, 0)),
    ],
)
def test_only_what_was_chosen_comes(filled: World, later: Sheet, choice: dict, expected: Carried) -> None:
    assert carry(filled, later, **choice) == expected
    assert (len(texts(later)), len(files(later))) == (expected.texts, expected.files)


# ---- what is never overwritten --------------------------------------------------------------------------------------


def test_what_was_written_here_stays(filled: World, later: Sheet) -> None:
    filled.save(filled.cast.party_office, text("1-1-1", "今年的做法"), sheet=later, at=NOW - MINUTE)
    own = attach(filled, filled.answer("1-1-2", later), "own", NOW - MINUTE)
    assert carry(filled, later) == Carried(texts=2, files=1)
    assert texts(later)["1-1-1"] == "今年的做法"
    assert files(later)["1-1-2"] == own.filename


def test_doing_it_again_does_nothing_and_records_nothing(filled: World, later: Sheet) -> None:
    carry(filled, later)
    events = Event.objects.count()
    assert carry(filled, later, at=NOW + MINUTE) == Carried(0, 0)
    assert Event.objects.count() == events
    assert Evidence.objects.filter(answer__sheet=later).count() == 2


def test_a_file_taken_off_here_does_not_come_back(filled: World, later: Sheet) -> None:
    carry(filled, later)
    evidence = Evidence.objects.get(answer=filled.answer("1-1-2", later))
    detach_evidence(evidence=evidence, reason="是去年的", by=filled.cast.party_office, at=NOW + MINUTE)
    assert carry(filled, later, at=NOW + 2 * MINUTE) == Carried(0, 0)
    assert "1-1-2" not in files(later)


def test_what_was_taken_off_or_swept_last_year_does_not_come(filled: World, later: Sheet) -> None:
    Evidence.objects.filter(answer=filled.answer("1-1-2", filled.sheet_before)).update(
        detached_at=NOW, detached_by=filled.cast.party_office, detach_reason="错"
    )
    Content.objects.filter(pk__in=Evidence.objects.values("content")).update(swept_at=NOW)
    assert carry(filled, later) == Carried(3, 0)


def test_a_file_that_hangs_twice_on_the_source_comes_once(filled: World, later: Sheet) -> None:
    first = Evidence.objects.get(answer=filled.answer("1-1-2", filled.sheet_before))
    Evidence.objects.create(
        answer=first.answer,
        content=first.content,
        filename="又一份.pdf",
        attached_by=first.attached_by,
        attached_at=NOW,
    )
    assert carry(filled, later).files == 2
    assert files(later)["1-1-2"] == "1-1-2.pdf"


# ---- versions, history, audit ---------------------------------------------------------------------------------------


def test_who_typed_on_an_older_version_meets_the_carried_text(filled: World, later: Sheet) -> None:
    carry(filled, later)
    outcome = filled.save(filled.cast.party_office, text("1-1-1", "刚打的字"), sheet=later, at=NOW + MINUTE)
    assert isinstance(outcome, Clash)
    assert outcome.theirs == {"text": "1-1-1 的做法"}


def test_the_carried_text_is_history_of_who_carried_it(filled: World, later: Sheet) -> None:
    carry(filled, later)
    answer = filled.answer("1-1-1", later)
    assert (answer.version, answer.edited_by, answer.edited_at) == (1, filled.cast.party_office, NOW)
    change = TextChange.objects.get(answer=answer)
    assert (change.previous, change.text, change.edited_by) == ("", "1-1-1 的做法", filled.cast.party_office)
    entries = history_of(answer, later, reach=filled.reach(filled.cast.party_office, NOW))
    assert [entry.text for entry in entries] == ["1-1-1 的做法"]


def test_a_cleared_text_goes_on_counting_versions(filled: World, later: Sheet) -> None:
    for words, version, at in (("初稿", 0, NOW - 9 * MINUTE), ("", 1, NOW - 8 * MINUTE)):
        filled.save(filled.cast.party_office, text("1-1-1", words, version), sheet=later, at=at)
    carry(filled, later)
    assert filled.answer("1-1-1", later).version == 3
    sequences = Event.objects.filter(
        object_type="answer.text", object_id=filled.answer("1-1-1", later).public_id
    ).values_list("sequence", flat=True)
    assert sorted(sequences) == [1, 2, 3]


def test_the_log_says_from_where_what_came(filled: World, later: Sheet) -> None:
    carry(filled, later)
    event = Event.objects.get(verb="sheet.carried_over")
    assert event.object_id == later.public_id
    assert event.actor_id == filled.cast.party_office.public_id
    assert json.loads(event.data) == {
        "source": str(filled.sheet_before.public_id),
        "texts": ["1-1-1", "1-1-2", "1-2-3"],
        "files": 2,
    }
    attached = Evidence.objects.filter(answer__sheet=later).values_list("public_id", flat=True)
    logged = Event.objects.filter(verb="evidence.attached", object_id__in=attached)
    assert logged.count() == 2
    assert {json.loads(one.data)["carried"] for one in logged} == {True}


def test_statements_do_not_grow_with_the_criteria(filled: World, later: Sheet) -> None:
    with counted() as few:
        assert carry(filled, later, codes=("1-1-2",)) == Carried(1, 1)
    with counted() as many:
        assert carry(filled, later, at=NOW + MINUTE) == Carried(2, 1)
    assert len(many()) == len(few())


# ---- what is refused ------------------------------------------------------------------------------------------------


def refused(error: type[Exception], words: str, act: Callable[[], object], sheet: Sheet) -> None:
    """Assert a refusal in these words, after which nothing stands on the sheet."""
    with pytest.raises(error, match=words):
        act()
    assert texts(sheet) == files(sheet) == {}


def test_only_who_fills_the_sheet_carries(filled: World, later: Sheet) -> None:
    cast = filled.cast
    for user in (cast.supervisor, cast.reader, cast.administrator, cast.guidance_city):
        refused(NotAllowed, "党办工作人员", lambda user=user: carry(filled, later, user=user), later)
    refused(OutOfReach, "没有", lambda: carry(filled, later, user=cast.outsider), later)


def test_a_submitted_sheet_is_locked(filled: World, later: Sheet) -> None:
    Sheet.objects.filter(pk=later.pk).update(state=State.SUBMITTED)
    refused(Locked, "已锁定", lambda: carry(filled, later), later)


@pytest.mark.parametrize("choice", [{"codes": ()}, {"with_texts": False, "with_evidence": False}])
def test_nothing_chosen_is_said(filled: World, later: Sheet, choice: dict) -> None:
    refused(Refused, "至少选一条", lambda: carry(filled, later, **choice), later)


def test_another_organizations_sheet_is_no_source(filled: World, later: Sheet) -> None:
    theirs = Sheet.objects.get(cycle=filled.sheet_before.cycle, organization=filled.cast.hospital_b)
    refused(Refused, "本组织没有", lambda: carry(filled, later, source_id=theirs.public_id), later)


def test_neither_itself_nor_a_later_sheet_is_a_source(filled: World, later: Sheet) -> None:
    refused(Refused, "本组织没有", lambda: carry(filled, later, source_id=later.public_id), later)


def test_without_a_decided_map_nothing_comes(filled: World) -> None:
    filled.sheet_before = filled.sheet
    sheet = next_year(filled, make_edition("small-2027"))
    refused(Refused, "对照表还没有确定", lambda: carry(filled, sheet), sheet)


# ---- which sheet is the earlier one ---------------------------------------------------------------------------------


def test_the_first_sheet_has_none_before(small: World) -> None:
    assert previous_of(small.sheet) is None


def test_a_table_replaced_within_the_year_serves_the_second_cycle(filled: World) -> None:
    filled.sheet_before = filled.sheet
    Cycle.objects.filter(pk=filled.cycle.pk).update(title="2026年度考评（旧标准）")
    cycle = make_cycle(filled.cast.province, filled.sheet_before.edition)
    open_cycle(cycle=cycle, by=None, at=NOW - timedelta(days=300))
    sheet = sheet_in(cycle, filled.cast.hospital_a)
    found = previous_of(sheet)
    assert found
    assert (found.public_id, found.label, found.name) == (filled.sheet_before.public_id, "原表", "原考评表")
    assert carry(filled, sheet) == Carried(3, 2)
    assert not earlier_sheets(filled.sheet_before).exists()


def test_a_trial_serves_no_real_sheet(filled: World, later: Sheet) -> None:
    trial = make_cycle(filled.cast.province, filled.sheet_before.edition, year=2025)
    Cycle.objects.filter(pk=trial.pk).update(is_trial=True)
    open_cycle(cycle=trial, by=None, at=NOW - timedelta(days=900))
    assert [sheet.pk for sheet in earlier_sheets(later)] == [filled.sheet_before.pk]


def test_the_latest_earlier_year_comes_first(filled: World, later: Sheet) -> None:
    third = next_year(filled, year=2028)
    assert [sheet.cycle.year for sheet in earlier_sheets(third).select_related("cycle")] == [2027, 2026]
    found = previous_of(third, filled.sheet_before)
    assert found
    assert found.label == "2026年"
