"""Help asked of whoever ordered an order to mend: shown to them until it is answered (domain §7, 12)."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from qiangji.assessments.tests.worlds import as_user
from qiangji.rectification.exceptions import Locked, NotAllowed, Refused
from qiangji.rectification.models import Rectification, Step
from qiangji.rectification.services.helping import answer_help, ask_help
from qiangji.rectification.services.moves import open_help
from qiangji.rectification.tests.worlds import Mending


def ask(mending: Mending, row: Rectification, words: str = "缺专职人员编制，请协调") -> Rectification:
    row = Rectification.objects.get(pk=row.pk)
    return ask_help(
        reach=mending.reach(mending.own(row)),
        row=row,
        words=words,
        seen_version=row.version,
        at=mending.tick(),
    )


def answer(mending: Mending, row: Rectification, words: str = "已报编办，三月答复") -> Rectification:
    row = Rectification.objects.get(pk=row.pk)
    return answer_help(
        reach=mending.reach(mending.orderer(row)), row=row, words=words, seen_version=row.version,
        at=mending.tick(),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["hospital", "branch"])
def test_help_is_asked_and_answered_on_record(mending: Mending, name: str) -> None:
    row = getattr(mending, name)
    row = ask(mending, row)
    asked = open_help(row)
    assert asked is not None
    assert asked.words == "缺专职人员编制，请协调"
    row = answer(mending, row)
    assert open_help(row) is None
    said = row.steps.filter(verb__in=["ask_help", "answer_help"]).values_list("verb", "words", "to_state")
    assert list(said) == [
        ("ask_help", "缺专职人员编制，请协调", "opened"), ("answer_help", "已报编办，三月答复", "opened"),
    ]  # fmt: skip


def test_each_side_says_its_own_part(mending: Mending) -> None:
    row = mending.hospital
    people = mending.small.cast
    with pytest.raises(NotAllowed, match="甲市第一医院党委"):
        ask_help(
            reach=mending.reach(people.supervisor), row=row, words="缺人", seen_version=1, at=mending.tick()
        )
    row = ask(mending, row)
    with pytest.raises(NotAllowed, match="甲市卫生健康委员会"):
        answer_help(
            reach=mending.reach(people.party_office), row=row, words="好", seen_version=2, at=mending.tick()
        )


def test_one_request_waits_at_a_time_and_needs_words(mending: Mending) -> None:
    with pytest.raises(Refused, match="请写明"):
        ask(mending, mending.hospital, " ")
    ask(mending, mending.hospital)
    with pytest.raises(Locked, match="还没有答复"):
        ask(mending, mending.hospital)
    with pytest.raises(Refused, match="请写明答复"):
        answer(mending, mending.hospital, " ")
    answer(mending, mending.hospital)
    with pytest.raises(Locked, match="没有等待"):
        answer(mending, mending.hospital)
    ask(mending, mending.hospital, "还缺场所")


def test_nothing_is_closed_over_help_that_nobody_answered(mending: Mending) -> None:
    row = mending.work_off(mending.hospital, until="verified")
    ask(mending, row)
    with pytest.raises(Locked, match="请先答复再办结"):
        mending.move(row, "close")
    answer(mending, row)
    assert mending.move(row, "close").state == "closed"
    with pytest.raises(Locked, match="已经结束"):
        ask(mending, row)


def test_a_request_without_words_is_no_row(mending: Mending) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.create(
            rectification=mending.hospital, sequence=2, verb="ask_help", to_state="opened",
            taken_at=mending.clock,
        )  # fmt: skip


def test_above_an_unanswered_request_is_seen_in_the_list_and_answered_on_the_page(mending: Mending) -> None:
    row = mending.hospital
    own, above = as_user(mending.own(row)), as_user(mending.orderer(row))
    address = reverse("rectification:one", args=[row.public_id])
    own.post(
        reverse("rectification:ask_help", args=[row.public_id]), {"words": "缺场所", "seen_version": "1"}
    )
    assert "求助待答复" in above.get(reverse("rectification:list")).content.decode()
    assert "缺场所" in above.get(address).content.decode()
    sent = {"words": "可用二楼会议室", "seen_version": "2"}
    above.post(reverse("rectification:answer_help", args=[row.public_id]), sent)
    assert "可用二楼会议室" in own.get(address).content.decode()
    assert "求助待答复" not in above.get(reverse("rectification:list")).content.decode()
