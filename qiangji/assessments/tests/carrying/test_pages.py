"""What the sheet shows of last year's, and the page that carries it over."""

from decimal import Decimal

import pytest

from qiangji.assessments.models import Answer, Mark, Sheet
from qiangji.assessments.selectors.previous import carry_plan, previous_of
from qiangji.assessments.selectors.sheet_page import sheet_page
from qiangji.assessments.services.carrying import Carried
from qiangji.assessments.states import State
from qiangji.assessments.tests.carrying.world import NOW, attach, carry, files, next_year, texts
from qiangji.assessments.tests.factories import make_edition
from qiangji.assessments.tests.worlds import World, as_user, counted, text

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
