"""Carrying answers over: what comes, what never comes, who may, and that doing it twice does no harm."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from qiangji.assessments.exceptions import Locked, NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import Answer, Cycle, Evidence, Mark, MarkChange, Sheet, TextChange
from qiangji.assessments.selectors.history import history_of
from qiangji.assessments.selectors.previous import carry_plan, earlier_sheets, previous_of
from qiangji.assessments.selectors.sheet_page import sheet_page
from qiangji.assessments.services.carrying import Carried, carry_over
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.services.evidence import attach_evidence, detach_evidence
from qiangji.assessments.services.saving import Clash
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import make_cycle, make_edition
from qiangji.assessments.tests.worlds import MINUTE, World, as_user, counted, text
from qiangji.audit.models import Event
from qiangji.files.models import Content
from qiangji.files.tests import samples
from qiangji.orgs.models import Organization
from qiangji.standards.models import Criterion, Edition
from qiangji.standards.succession import add_interpretation, decide_map

NEXT_YEAR = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
NOW = datetime(2027, 10, 12, 2, 0, tzinfo=UTC)
CODES = ("1-1-1", "1-1-2", "1-2-3", "2-0-1", "2-0-2")
# The later edition: 1-1-2 stays, 1-2-3 lives on as 1-1-1, the rest is new or gone.
PAIRS = {"1-1-2": "1-1-2", "1-1-1": "1-2-3"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def filled(small: World) -> World:
    """Last year's sheet: texts at 1-1-1, 1-1-2 and 1-2-3, a file at 1-1-2 and 2-0-1, rated 1.5 at 1-1-1."""
    for code in ("1-1-1", "1-1-2", "1-2-3"):
        small.save(small.cast.party_office, text(code, f"{code} 的做法"))
    for code in ("1-1-2", "2-0-1"):
        attach(small, small.answer(code), code)
    small.fill("self")
    small.move("submit")
    small.move("start_acceptance")
    small.fill("acceptance")
    small.move("conclude_acceptance")
    small.move("start_rating")
    small.fill("rating", c1_1_1="1.5")
    Mark.objects.filter(answer=small.answer("1-1-1"), stage="rating").update(remark="材料不足")
    small.move("conclude_rating")
    return small


def attach(world: World, answer: Answer, seed: str, at: datetime | None = None) -> Evidence:
    upload = samples.upload(samples.pdf(seed), f"{seed}.pdf")
    return attach_evidence(answer=answer, upload=upload, by=world.cast.party_office, at=at or world.tick())


def next_year(world: World, edition: Edition | None = None, year: int = 2027) -> Sheet:
    """Open next year's cycle, by default on the same edition, and return hospital 甲's new sheet."""
    cycle = make_cycle(world.cast.province, edition or world.sheet_before.edition, year=year)
    open_cycle(cycle=cycle, by=None, at=NEXT_YEAR)
    return sheet_in(cycle, world.cast.hospital_a)


def sheet_in(cycle, organization: Organization) -> Sheet:
    related = ("organization", "cycle", "edition__standard", "supervisor", "rating_authority")
    return Sheet.objects.select_related(*related).get(cycle=cycle, organization=organization)


@pytest.fixture
def later(filled: World) -> Sheet:
    """This year's sheet on the same edition."""
    filled.sheet_before = filled.sheet  # type: ignore[attr-defined]
    return next_year(filled)


@pytest.fixture
def newer(filled: World) -> Sheet:
    """This year's sheet on a new edition, its map decided."""
    filled.sheet_before = filled.sheet  # type: ignore[attr-defined]
    edition = make_edition("small-2027")
    decide_map(
        earlier=filled.sheet_before.edition,
        later=edition,
        pairs=PAIRS,
        by=filled.cast.guidance_province,
        at=NEXT_YEAR,
    )
    return next_year(filled, edition)


def carry(world: World, sheet: Sheet, **changes) -> Carried:
    """Carry everything from last year's sheet as the Party office; ``changes`` replace single arguments."""
    user = changes.pop("user", world.cast.party_office)
    at = changes.get("at", NOW)
    arguments = {
        "reach": world.reach(user, at),
        "sheet_id": sheet.public_id,
        "source_id": world.sheet_before.public_id,
        "codes": CODES,
        "with_texts": True,
        "with_evidence": True,
        "at": at,
    }
    return carry_over(**(arguments | changes))


def texts(sheet: Sheet) -> dict[str, str]:
    rows = Answer.objects.filter(sheet=sheet).exclude(text="")
    return dict(rows.values_list("criterion__code", "text"))


def files(sheet: Sheet) -> dict[str, str]:
    rows = Evidence.objects.filter(answer__sheet=sheet, detached_at__isnull=True)
    return dict(rows.values_list("answer__criterion__code", "filename"))


# ---- what comes -----------------------------------------------------------------------------------------------------


def test_on_the_same_edition_texts_and_files_come_by_their_codes(filled: World, later: Sheet) -> None:
    assert carry(filled, later) == Carried(texts=3, files=2)
    assert texts(later) == {code: f"{code} 的做法" for code in ("1-1-1", "1-1-2", "1-2-3")}
    assert files(later) == {"1-1-2": "1-1-2.pdf", "2-0-1": "2-0-1.pdf"}


def test_on_a_new_edition_they_come_by_the_decided_map(filled: World, newer: Sheet) -> None:
    assert carry(filled, newer) == Carried(texts=2, files=1)
    assert texts(newer) == {"1-1-1": "1-2-3 的做法", "1-1-2": "1-1-2 的做法"}
    assert files(newer) == {"1-1-2": "1-1-2.pdf"}


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


# ---- what is shown --------------------------------------------------------------------------------------------------


def test_last_years_marks_stand_beside_the_row_and_count_for_nothing(filled: World, later: Sheet) -> None:
    page = sheet_page(later, my_stage="self")
    shown = {row.code: row.before.points for row in page.rows if row.before}
    assert shown["1-1-1"] == Decimal("1.5")
    assert shown["2-0-2"] == Decimal(3)
    assert page.previous
    assert page.previous.label == "上年"
    assert page.shown_total == 0
    assert page.open_count == 5


@pytest.mark.parametrize(
    ("state", "points"),
    [
        (State.SUBMITTED, "2"),
        (State.UNDER_ACCEPTANCE, "2"),
        (State.ACCEPTED, "1"),
        (State.UNDER_RATING, "1"),
        (State.RATED, "1.5"),
    ],
)
def test_only_a_concluded_stages_marks_are_shown(filled: World, later: Sheet, state, points: str) -> None:
    Mark.objects.filter(answer=filled.answer("1-1-1", filled.sheet_before), stage="acceptance").update(
        points=1
    )
    Sheet.objects.filter(pk=filled.sheet_before.pk).update(state=state)
    found = previous_of(later)
    assert found
    before = found.answers[filled.answer("1-1-1", later).criterion_id]
    assert before.points == Decimal(points)


def test_the_offer_counts_what_is_still_open(filled: World, later: Sheet) -> None:
    page = sheet_page(later, my_stage="self")
    assert (page.offered_texts, page.offered_files) == (3, 2)
    filled.save(filled.cast.party_office, text("1-1-1", "今年"), sheet=later, at=NOW)
    attach(filled, filled.answer("1-1-2", later), "own", NOW)
    page = sheet_page(later, my_stage="self")
    assert (page.offered_texts, page.offered_files) == (2, 1)


def test_reviewers_and_readers_get_no_earlier_sheet(filled: World, later: Sheet) -> None:
    assert sheet_page(later, my_stage=None).previous is None


def test_the_plan_says_what_comes_and_why_not(filled: World, newer: Sheet) -> None:
    filled.save(filled.cast.party_office, text("1-1-2", "今年"), sheet=newer, at=NOW)
    previous = previous_of(newer)
    assert previous
    plan = carry_plan(newer, previous)
    assert [(row.criterion.code, row.text, row.files) for row in plan.carried] == [
        ("1-1-1", "1-2-3 的做法", 0),
        ("1-1-2", "1-1-2 的做法", 1),
    ]
    assert plan.carried[0].change == "分值有变、文字有变"
    assert plan.carried[1].carries_text is False
    assert {row.criterion.code: row.why_not for row in plan.kept_out} == {
        "1-2-3": "新增条目，没有可带入的内容",
        "2-0-1": "新增条目，没有可带入的内容",
        "2-0-2": "新增条目，没有可带入的内容",
    }
    assert [before.code for before in plan.gone] == ["1-1-1", "2-0-1"]
    assert (plan.texts, plan.files) == (1, 1)


def test_the_plan_promises_what_carrying_does(filled: World, newer: Sheet) -> None:
    previous = previous_of(newer)
    assert previous
    plan = carry_plan(newer, previous)
    assert carry(filled, newer) == Carried(plan.texts, plan.files)


# ---- the pages ------------------------------------------------------------------------------------------------------


def test_the_sheet_offers_and_the_page_carries(filled: World, later: Sheet) -> None:
    client = as_user(filled.cast.party_office)
    page = client.get(filled.url("sheet", later)).content.decode()
    assert "2026 年度考评表带入 3 条落实情况、2 份佐证材料" in page
    assert "1.5 分" in page
    page = client.get(filled.url("carry", later)).content.decode()
    assert "将带入的 4 条" in page
    body = {"source": filled.sheet_before.public_id, "what": ["texts"], "code": ["1-1-1", "1-1-2"]}
    answer = client.post(filled.url("carry", later), body, follow=True)
    assert "已带入2 条落实情况" in answer.content.decode()
    assert set(texts(later)) == {"1-1-1", "1-1-2"}
    assert files(later) == {}


def test_the_sheet_offers_nothing_once_all_is_filled(filled: World, later: Sheet) -> None:
    carry(filled, later)
    client = as_user(filled.cast.party_office)
    assert "carry-offer" not in client.get(filled.url("sheet", later)).content.decode()
    assert "没有还能带入的内容" in client.get(filled.url("carry", later)).content.decode()


def test_without_a_map_the_sheet_and_the_page_say_so(filled: World) -> None:
    filled.sheet_before = filled.sheet
    sheet = next_year(filled, make_edition("small-2027"))
    client = as_user(filled.cast.party_office)
    assert "对照表确定后可带入" in client.get(filled.url("sheet", sheet)).content.decode()
    page = client.get(filled.url("carry", sheet)).content.decode()
    assert f"?with={filled.sheet_before.edition.public_id}" in page
    assert 'name="code"' not in page


def test_what_is_refused_is_said_on_the_page(filled: World, later: Sheet) -> None:
    client = as_user(filled.cast.party_office)
    answer = client.post(filled.url("carry", later), {"source": filled.sheet_before.public_id})
    assert "请至少选一条" in answer.content.decode()
    assert texts(later) == {}


@pytest.mark.parametrize("given", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_source_is_not_found(filled: World, later: Sheet, given: str) -> None:
    client = as_user(filled.cast.party_office)
    assert client.get(filled.url("carry", later), {"from": given}).status_code == 404


def test_a_submitted_sheet_leads_back(filled: World, later: Sheet) -> None:
    Sheet.objects.filter(pk=later.pk).update(state=State.SUBMITTED)
    answer = as_user(filled.cast.party_office).get(filled.url("carry", later))
    assert answer.status_code == 302


def test_who_watches_reads_the_sheet_but_not_this_page(filled: World, later: Sheet) -> None:
    answer = as_user(filled.cast.guidance_city).get(filled.url("carry", later))
    assert answer.status_code == 403


def test_the_sheet_with_all_this_takes_at_most_twelve_statements(filled: World, newer: Sheet) -> None:
    client = as_user(filled.cast.party_office)
    client.get(filled.url("sheet", newer))
    with counted() as taken:
        client.get(filled.url("sheet", newer))
    assert len(taken()) <= 12


def test_words_of_last_year_are_escaped(filled: World, later: Sheet) -> None:
    Answer.objects.filter(pk=filled.answer("1-1-1", filled.sheet_before).pk).update(text="<i>旧</i>")
    page = as_user(filled.cast.party_office).get(filled.url("carry", later)).content.decode()
    assert "<i>旧</i>" not in page


# ---- interpretations on the sheet -----------------------------------------------------------------------------------


def test_an_interpretation_stands_under_the_row_of_those_below(small: World) -> None:
    add_interpretation(
        criterion=Criterion.objects.get(edition=small.sheet.edition, code="1-1-1"),
        organization=small.cast.city_a,
        number="甲组〔2026〕5号",
        issuer="甲市委组织部",
        effective_date=date(2026, 5, 1),
        text="原任务已结束，<按>现行任务考核。",
        by=small.cast.guidance_city,
        at=small.tick(),
    )
    page = as_user(small.cast.party_office).get(small.url("sheet")).content.decode()
    assert "甲组〔2026〕5号（甲市委组织部，2026-05-01 起）：原任务已结束，&lt;按&gt;现行任务考核。" in page
    theirs = Sheet.objects.get(cycle=small.cycle, organization=small.cast.hospital_b)
    page = as_user(small.cast.outsider).get(small.url("sheet", theirs)).content.decode()
    assert "甲组〔2026〕5号" not in page


def test_an_interpretation_of_after_the_cycle_does_not_count_in_it(small: World) -> None:
    add_interpretation(
        criterion=Criterion.objects.get(edition=small.sheet.edition, code="1-1-1"),
        organization=small.cast.province,
        number="次年",
        issuer="省委组织部",
        effective_date=date(2027, 1, 1),
        text="次年起改。",
        by=small.cast.guidance_province,
        at=small.tick(),
    )
    assert not any(row.interpretations for row in sheet_page(small.sheet, my_stage="self").rows)
