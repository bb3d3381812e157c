"""The pages of doubted material: raised in the evidence panel, marked on the sheet, listed to who reads the sheet."""

from typing import Any

import pytest
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import IntegrityFlag, Sheet
from qiangji.assessments.tests.integrity.world import Doubting
from qiangji.assessments.tests.worlds import as_user, counted

LIST = reverse("assessments:integrity_list")


def page(user: User, flag: IntegrityFlag) -> Any:
    return as_user(user).get(reverse("assessments:integrity", args=[flag.public_id]))


def sheet_page(doubting: Doubting, user: User) -> str:
    address = reverse("assessments:sheet", args=[doubting.sheet.public_id])
    return as_user(user).get(address).content.decode()


def raise_address(doubting: Doubting, code: str = "1-1-1") -> str:
    return reverse("assessments:integrity_raise", args=[doubting.sheet.public_id, code])


def post(user: User, flag: IntegrityFlag, step: str, **data: str) -> Any:
    version = IntegrityFlag.objects.get(pk=flag.pk).version
    address = reverse("assessments:integrity_move", args=[flag.public_id, step])
    return as_user(user).post(address, {"seen_version": str(version), "words": "属实"} | data, follow=True)


@pytest.mark.shows("D38")
def test_it_is_raised_from_the_evidence_panel_and_decided_on_its_page(doubting: Doubting) -> None:
    people = doubting.cast
    panel = reverse("assessments:evidence_list", args=[doubting.sheet.public_id, "1-1-1"])
    address = raise_address(doubting)
    assert address in as_user(people.supervisor).get(panel).content.decode()
    assert address not in as_user(people.party_office).get(panel).content.decode()
    data = {
        "evidence": str(doubting.evidence.public_id),
        "reason": "日期对不上",
        "answer_until": "2099-01-31",
    }
    raised = as_user(people.supervisor).post(address, data, follow=True)
    assert "已提出，等填报单位说明" in raised.content.decode()
    flag = IntegrityFlag.objects.get()
    assert "待认定" in post(people.party_office, flag, "answer").content.decode()
    assert "认定不实，待处理" in post(people.guidance_city, flag, "confirm").content.decode()
    settled = post(people.supervisor, flag, "settle", outcome="mark")
    assert "认定不实，已处理" in settled.content.decode()
    assert "认定不实，已处理" in as_user(people.reader).get(panel).content.decode()


@pytest.mark.shows("D38")
def test_the_sheet_shows_the_mark_at_its_criterion_to_both_sides(doubting: Doubting) -> None:
    people = doubting.cast
    assert "存疑" not in sheet_page(doubting, people.secretary)
    flag = doubting.bring("confirmed")
    for user in (people.secretary, people.supervisor):
        words = sheet_page(doubting, user)
        assert "1 处存疑或认定不实" in words
        assert "认定不实，待处理：佐证“签到表.pdf”" in words
        assert reverse("assessments:integrity", args=[flag.public_id]) in words


def test_a_dismissed_doubt_is_no_longer_on_the_sheet(doubting: Doubting) -> None:
    doubting.bring("dismissed")
    assert "存疑" not in sheet_page(doubting, doubting.cast.supervisor)


def test_a_sheet_with_a_doubt_takes_one_statement_more_however_many(doubting: Doubting) -> None:
    def cost() -> int:
        with counted() as statements:
            sheet_page(doubting, doubting.cast.supervisor)
        return len(statements())

    cost()  # keeps the edition
    none = cost()
    doubting.doubt()
    one = cost()
    doubting.doubt(answer=doubting.answer("1-1-2"), evidence=None)
    assert (one, cost()) == (none + 1, none + 1)


def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(doubting: Doubting) -> None:
    data = {"evidence": str(doubting.evidence.public_id), "reason": "日期对不上", "answer_until": "明天"}
    answer = as_user(doubting.cast.supervisor).post(raise_address(doubting), data)
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "晚于今天的说明期限" in words
    assert "日期对不上" in words


@pytest.mark.parametrize("evidence", ["", "x", "\x00", "00000000-0000-0000-0000-000000000000"])
def test_a_forged_choice_is_refused_in_words(doubting: Doubting, evidence: str) -> None:
    data = {"evidence": evidence, "reason": "日期对不上", "answer_until": "2099-01-31"}
    answer = as_user(doubting.cast.supervisor).post(raise_address(doubting), data)
    assert answer.status_code == 409
    assert "请选择对哪一份材料存疑" in answer.content.decode()


def test_a_refused_decision_keeps_what_was_typed(doubting: Doubting) -> None:
    flag = doubting.bring("confirmed")
    answer = post(doubting.cast.supervisor, flag, "settle", words="已下达督导", verb="settle")
    assert "请选择怎样处理" in answer.content.decode()
    assert "已下达督导" in answer.content.decode()


def test_persons_above_are_not_named_to_the_hospital(doubting: Doubting) -> None:
    people = doubting.cast
    flag = doubting.bring("confirmed")
    assert str(people.guidance_city) in page(people.supervisor, flag).content.decode()
    words = page(people.party_office, flag).content.decode()
    assert str(people.guidance_city) not in words
    assert str(people.supervisor) not in words


def test_what_may_follow_is_offered_to_who_stands_above(doubting: Doubting) -> None:
    Sheet.objects.filter(pk=doubting.sheet.pk).update(state="accepted")
    flag = doubting.bring("confirmed")
    words = page(doubting.cast.supervisor, flag).content.decode()
    propose = reverse("assessments:sheet_veto_propose", args=[doubting.sheet.public_id])
    link = f"{propose}?flag={flag.public_id}"
    assert link in words
    assert reverse("dispatches:new") in words
    form = as_user(doubting.cast.supervisor).get(link).content.decode()
    assert "签到表.pdf”已认定不实" in form
    assert "可以接着办的" not in page(doubting.cast.secretary, flag).content.decode()


def test_the_list_holds_what_one_reads_and_nothing_of_others(doubting: Doubting) -> None:
    people = doubting.cast
    flag = doubting.doubt()
    inside = doubting.doubt_inside(people.party_office)
    here = [reverse("assessments:integrity", args=[one.public_id]) for one in (flag, inside)]

    def listed(user: User) -> list[bool]:
        words = as_user(user).get(LIST).content.decode()
        return [address in words for address in here]

    assert listed(people.supervisor) == [True, True]
    assert listed(people.party_office) == [True, True]
    assert listed(people.branch_secretary) == [False, True]
    assert listed(people.outsider) == [False, False]
    assert page(people.outsider, flag).status_code == 404
    assert as_user(people.member).get(LIST).status_code == 403


def test_the_list_takes_the_same_statements_however_long(doubting: Doubting) -> None:
    def cost() -> int:
        with counted() as statements:
            as_user(doubting.cast.supervisor).get(LIST)
        return len(statements())

    doubting.doubt()
    few = cost()
    doubting.doubt_inside(doubting.cast.party_office)
    doubting.doubt(answer=doubting.answer("1-1-2"), evidence=None)
    assert cost() == few
