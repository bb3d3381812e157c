"""A carried text is a draft that says so, until somebody writes it anew or confirms it."""

import json

import pytest

from qiangji.assessments.exceptions import Locked, NotAllowed, OutOfReach
from qiangji.assessments.models import Answer, Sheet
from qiangji.assessments.services.carrying import keep_carried
from qiangji.assessments.states import State
from qiangji.assessments.tests.carrying.world import NOW, carry
from qiangji.assessments.tests.worlds import World, as_user, text
from qiangji.audit.models import Event

MARKED = "带自 2026 年度，未核对"


@pytest.fixture
def carried(filled: World, later: Sheet) -> Sheet:
    """This year's sheet with last year's texts at 1-1-1, 1-1-2 and 1-2-3."""
    carry(filled, later)
    return later


def open_drafts(sheet: Sheet) -> list[str]:
    answers = Answer.objects.filter(sheet=sheet).select_related("criterion").order_by("criterion__position")
    return [answer.criterion.code for answer in answers if answer.is_carried]


def keep(world: World, sheet: Sheet, code: str = "1-1-1", user: object = None) -> bool:
    reach = world.reach(user or world.cast.party_office, NOW)
    return keep_carried(reach=reach, sheet_id=sheet.public_id, code=code, at=NOW)


def test_each_carried_text_says_from_which_year_it_is(filled: World, carried: Sheet) -> None:
    assert open_drafts(carried) == ["1-1-1", "1-1-2", "1-2-3"]
    page = as_user(filled.cast.party_office).get(filled.url("sheet", carried)).content.decode()
    assert page.count(MARKED) == 3


def test_a_text_that_is_written_anew_is_ones_own(filled: World, carried: Sheet) -> None:
    filled.save(filled.cast.party_office, text("1-1-1", "今年的做法", 1), sheet=carried, at=NOW)
    assert open_drafts(carried) == ["1-1-2", "1-2-3"]


def test_a_confirmed_text_stays_as_it_is_and_the_confirmation_is_kept(filled: World, carried: Sheet) -> None:
    before = filled.answer("1-1-1", carried)
    assert keep(filled, carried)
    after = filled.answer("1-1-1", carried)
    assert (after.text, after.version, after.is_carried) == (before.text, before.version, False)
    event = Event.objects.get(verb="text.kept", object_id=after.public_id)
    assert json.loads(event.data)["year"] == 2026
    assert keep(filled, carried) is False


def test_only_who_fills_a_draft_confirms(filled: World, carried: Sheet) -> None:
    with pytest.raises(NotAllowed):
        keep(filled, carried, user=filled.cast.guidance_city)
    with pytest.raises(OutOfReach):
        keep(filled, carried, "9-9-9")
    Sheet.objects.filter(pk=carried.pk).update(state=State.SUBMITTED)
    with pytest.raises(Locked):
        keep(filled, carried)


def test_one_click_on_the_row_confirms_and_leads_back_to_it(filled: World, carried: Sheet) -> None:
    client = as_user(filled.cast.party_office)
    answer = client.post(filled.url("keep_carried", carried, "1-1-2"))
    assert answer.url == filled.url("sheet", carried) + "#c-1-1-2"
    assert open_drafts(carried) == ["1-1-1", "1-2-3"]


def test_the_page_of_the_signature_counts_them_and_refuses_nothing(filled: World, carried: Sheet) -> None:
    filled.fill("self", carried)
    page = as_user(filled.cast.secretary).get(filled.url("submit", carried)).content.decode()
    assert "还有 3 条沿用上年、未核对" in page
    filled.submit(carried, at=NOW)
    carried.refresh_from_db()
    assert carried.state == State.SUBMITTED
    page = as_user(filled.cast.supervisor).get(filled.url("sheet", carried)).content.decode()
    assert MARKED in page
    assert "已核对，沿用" not in page
