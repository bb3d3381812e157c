"""What is signed rests on the facts of that day; and which signature says until when the rest of a mark is promised."""

from datetime import date
from decimal import Decimal

import pytest

from qiangji.assessments.exceptions import Incomplete
from qiangji.assessments.models import Answer, CriterionReturn, Evaluation, MarkChange, Sheet, Submission
from qiangji.assessments.selectors.signatures import promised_days, signatures_of
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import fill
from qiangji.assessments.tests.returns.world import Returning
from qiangji.assessments.tests.test_evaluating import AT, annex, annex_of_file, evaluate, proposal
from qiangji.assessments.tests.test_late_changes import LATER, SIGNED, declare, lose_a_quarter, opened
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.lib.dates import local_day

__all__ = ["annex", "annex_of_file"]
pytestmark = pytest.mark.django_db
BEFORE = date(2026, 9, 30)
CODE, PROMISE = "3-2-2", "2026-12-31"


def filled(annex: World, text: str = "已按要求做到，另有说明") -> Sheet:
    """Hospital 甲's sheet with full marks; ``text`` stands beside the centre group's studies, own words beside the rest."""
    by = annex.cast.party_office
    fill(annex.sheet, "self", by, AT)
    Answer.objects.filter(sheet=annex.sheet).update(
        text="已按要求做到，另有说明", version=1, edited_by=by, edited_at=AT
    )
    Answer.objects.filter(sheet=annex.sheet, criterion__code=CODE).update(text=text)
    return annex.sheet


def returning(annex: World, points: str = "2") -> Returning:
    """Hospital 甲's sheet under acceptance, signed with one mark."""
    sheet = declare(annex, points)
    Sheet.objects.filter(pk=sheet.pk).update(state=State.UNDER_ACCEPTANCE)
    annex.clock = LATER
    return Returning(annex)


# ---- what is signed rests on the facts of its day ------------------------------------------------------------------------


def test_a_promise_that_is_settled_by_the_day_of_the_signature_is_not_signed(annex: World) -> None:
    evaluate(annex, BEFORE)
    submission = annex.submit(filled(annex), at=SIGNED)
    assert CODE not in submission.promises
    assert Evaluation.objects.get(sheet=annex.sheet).as_of == local_day(SIGNED)


def test_nothing_is_signed_that_departs_from_what_the_facts_say_by_now(annex: World) -> None:
    evaluate(annex)
    sheet = filled(annex, text="")
    lose_a_quarter()
    with pytest.raises(Incomplete) as refused:
        annex.submit(sheet, at=SIGNED)
    assert [(one.code, one.what[:24]) for one in refused.value.missing] == [
        (CODE, "所给 2 分与按事实建议的 0 分不同，须在落实")
    ]
    assert annex.sheet.state == State.DRAFT


def test_the_page_of_the_signature_shows_what_the_facts_say_by_now(annex: World) -> None:
    evaluate(annex)
    filled(annex, text="")
    lose_a_quarter()
    page = as_user(annex.cast.secretary).get(annex.url("submit")).content.decode()
    assert "所给 2 分与按事实建议的 0 分不同" in page


def test_an_amendment_is_signed_on_the_facts_of_its_day(annex: World) -> None:
    evaluate(annex)
    back = returning(annex)
    (row,) = back.send_back(CODE)
    back.amend(row, points=Decimal(2), text="")
    lose_a_quarter()
    page = as_user(annex.cast.secretary).get(annex.url("sign_amendment")).content.decode()
    assert "所给 2 分与按事实建议的 0 分不同" in page
    Evaluation.objects.filter(sheet=annex.sheet).update(as_of=BEFORE)
    with pytest.raises(Incomplete):
        back.sign()


def test_an_amended_mark_remembers_what_the_facts_proposed_beside_it(annex: World) -> None:
    evaluate(annex)
    back = returning(annex)
    lose_a_quarter()
    (row,) = back.send_back(CODE)
    back.amend(row, points=Decimal(1), text="第一季度的学习另有安排")
    back.sign()
    change = MarkChange.objects.get(version=2)
    found = proposal(annex, CODE)
    assert (change.proposed_points, change.proposed_digest) == (Decimal(0), found.digest)
    assert "提交后台账有变动" not in opened(annex, annex.cast.supervisor)


# ---- which signature promises --------------------------------------------------------------------------------------------


def test_an_amendment_that_promises_nothing_says_so_also_while_its_criterion_is_out_again(
    annex: World,
) -> None:
    evaluate(annex, BEFORE)
    back = returning(annex)
    assert f"承诺 {PROMISE}" in opened(annex, annex.cast.supervisor)
    (row,) = back.send_back(CODE)
    back.amend(row, points=Decimal(1), text="只做到一半")
    assert back.sign().promises == {CODE: None}
    assert "签字时尚未到期" not in opened(annex, annex.cast.supervisor)
    back.send_back(CODE)
    assert "签字时尚未到期" not in opened(annex, annex.cast.supervisor)


def test_an_amendment_of_the_round_before_still_says_what_is_promised(annex: World) -> None:
    evaluate(annex, BEFORE)
    back = returning(annex)
    back.amended(CODE, "1")
    Sheet.objects.filter(pk=annex.sheet.pk).update(round=2)
    assert "签字时尚未到期" not in opened(annex, annex.cast.supervisor)
    assert CriterionReturn.objects.get().round == 1


def test_the_last_signature_of_each_criterion_counts_and_a_new_whole_one_ends_them_all(annex: World) -> None:
    evaluate(annex, BEFORE)
    sheet = declare(annex)
    assert promised_days(signatures_of(sheet)) == {CODE: date(2026, 12, 31)}

    def sign(kind: str, promises: dict[str, str | None], round_: int = 1) -> None:
        whole = {"meeting_date": date(2027, 1, 15), "minutes_number": "2"} if kind == "whole" else {}
        Submission.objects.create(
            sheet=sheet, kind=kind, round=round_, signed_by=annex.cast.secretary, signer_name="书记",
            signed_at=annex.tick(), total_points=2, digest="1" * 64, promises=promises, **whole,
        )  # fmt: skip

    annex.clock = LATER
    sign("amendment", {CODE: "2027-02-28", "8-0-4": None})
    assert promised_days(signatures_of(sheet)) == {CODE: date(2027, 2, 28)}
    sign("amendment", {"8-0-4": "2027-03-31"})
    assert promised_days(signatures_of(sheet)) == {CODE: date(2027, 2, 28), "8-0-4": date(2027, 3, 31)}
    sign("whole", {}, round_=2)
    assert promised_days(signatures_of(sheet)) == {}
