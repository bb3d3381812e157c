"""Before a rating begins, each sheet veto is answered for; one that applies keeps the sheet from being rated."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.assessments.exceptions import Locked, NotAllowed, Refused
from qiangji.assessments.models import Sheet, VetoCheck
from qiangji.assessments.services.moves import start_review
from qiangji.assessments.services.vetoes import VetoAnswer, answer_vetoes
from qiangji.assessments.tests.factories import FILLED, fill, open_small_cycle, sheet_of
from qiangji.audit.models import Event
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.standards.models import Veto

pytestmark = [pytest.mark.django_db, pytest.mark.shows("B00c")]


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def sheet(people: Cast) -> Sheet:
    """Hospital 甲's accepted sheet, on a table with two sheet vetoes."""
    open_small_cycle(people)
    sheet = sheet_of(people.hospital_a)
    for number, title in [(1, "班子成员严重违纪违法"), (2, "重大失误受到组织处理")]:
        Veto.objects.create(edition=sheet.edition, number=number, kind=Veto.Kind.SHEET, title=title)
    fill(sheet, "self", people.party_office)
    fill(sheet, "acceptance", people.supervisor)
    Sheet.objects.filter(pk=sheet.pk).update(state="accepted", version=3)
    return sheet


def answer(sheet: Sheet, user: Any, *answers: VetoAnswer) -> Sheet:
    reach = reach_of(user, at=FILLED)
    return answer_vetoes(
        reach=reach, sheet_id=sheet.public_id, answers=list(answers), seen_version=3, at=FILLED
    )


def test_rating_does_not_begin_before_the_vetoes_are_answered(sheet: Sheet, people: Cast) -> None:
    with pytest.raises(Locked, match="先核对"):
        start_review(
            reach=reach_of(people.supervisor, at=FILLED),
            sheet_id=sheet.public_id,
            verb="start_rating",
            seen_version=3,
            at=FILLED,
        )


def test_rating_begins_once_none_applies(sheet: Sheet, people: Cast) -> None:
    assert (
        answer(sheet, people.supervisor, VetoAnswer(1, False), VetoAnswer(2, False)).state == "under_rating"
    )
    verbs = (
        Event.objects.filter(object_id=sheet.public_id).order_by("sequence").values_list("verb", flat=True)
    )
    assert list(verbs)[-2:] == ["sheet.vetoes_checked", "sheet.start_rating"]


def test_one_that_applies_keeps_the_sheet_accepted_until_it_is_answered_anew(
    sheet: Sheet, people: Cast
) -> None:
    found = VetoAnswer(2, True, "组织处理决定〔2026〕3号")
    assert answer(sheet, people.supervisor, VetoAnswer(1, False), found).state == "accepted"
    with pytest.raises(Locked):
        start_review(
            reach=reach_of(people.supervisor, at=FILLED),
            sheet_id=sheet.public_id,
            verb="start_rating",
            seen_version=3,
            at=FILLED,
        )
    assert (
        answer(sheet, people.supervisor, VetoAnswer(1, False), VetoAnswer(2, False)).state == "under_rating"
    )
    assert VetoCheck.objects.count() == 4


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([VetoAnswer(1, False)], "第 2 种情形"),
        ([VetoAnswer(1, True, " "), VetoAnswer(2, False)], "须写明依据"),
        ([VetoAnswer(1, True, "据" * 501), VetoAnswer(2, False)], "最多 500 字"),
    ],
)
def test_half_an_answer_is_refused_and_nothing_is_kept(
    sheet: Sheet, people: Cast, answers: list[VetoAnswer], message: str
) -> None:
    with pytest.raises(Refused, match=message):
        answer(sheet, people.supervisor, *answers)
    assert not VetoCheck.objects.exists()


def test_only_the_rating_authority_answers(sheet: Sheet, people: Cast) -> None:
    with pytest.raises(NotAllowed):
        answer(sheet, people.secretary, VetoAnswer(1, False), VetoAnswer(2, False))


def test_page_is_closed_to_the_hospital_and_unknown_to_another(
    client: Client, sheet: Sheet, people: Cast
) -> None:
    address = reverse("assessments:vetoes", args=[sheet.public_id])
    client.force_login(people.secretary)
    assert client.get(address).status_code == 403
    client.force_login(people.outsider)
    assert client.get(address).status_code == 404


def test_page_keeps_what_was_chosen_and_the_sheet_says_why_it_waits(
    client: Client, sheet: Sheet, people: Cast
) -> None:
    client.force_login(people.supervisor)
    address = reverse("assessments:vetoes", args=[sheet.public_id])
    half = client.post(address, {"seen_version": "3", "veto-1": "yes", "veto-2": "no"}).content.decode()
    assert "须写明依据" in half
    assert 'id="yes-1" value="yes" checked' in half
    whole = {"seen_version": "3", "veto-1": "yes", "basis-1": "某号决定", "veto-2": "no"}
    page = client.post(address, whole, follow=True).content.decode()
    assert "暂不评定" in page
    assert "某号决定" in page
