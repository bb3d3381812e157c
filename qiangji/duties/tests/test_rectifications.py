"""Orders to mend stand on the list of whoever takes the next step, and of nobody else."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from qiangji.duties.agenda import duties_of
from qiangji.duties.lines import Duty
from qiangji.orgs.reach import reach_of
from qiangji.rectification.services.helping import answer_help, ask_help
from qiangji.rectification.tests.worlds import DEADLINE, OPENED, Mending, make_mending

pytestmark = pytest.mark.slow
PERSONS = (
    "party_office",
    "secretary",
    "branch_secretary",
    "supervisor",
    "outsider",
    "guidance_province",
    "member",
)


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Mending]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_mending()
        transaction.set_rollback(True)


@pytest.fixture
def mending(world_of_file: Mending, db: None) -> Mending:
    return world_of_file


def orders(mending: Mending, who: str) -> list[Duty]:
    user = mending.small.cast.users[who]
    found = duties_of(reach_of(user, at=OPENED), at=OPENED)
    return [duty for duty in found if duty.source == "rectifications"]


def test_each_step_stands_on_the_list_of_whose_turn_it_is(mending: Mending) -> None:
    def waiting() -> dict[str, list[str]]:
        return {who: [duty.title for duty in found] for who in PERSONS if (found := orders(mending, who))}

    opened = waiting()
    assert opened["party_office"] == ["限期整改：确定整改方案", "重点管理整顿：指定联系领导"]
    assert "branch_secretary" not in opened
    assert set(opened) <= {"party_office", "secretary"}
    mending.assign(mending.branch)
    assert waiting()["branch_secretary"] == ["重点管理整顿：确定整改方案"]
    mending.work_off(mending.hospital, until="handed_in")
    assert waiting()["supervisor"] == ["限期整改：核验"]
    mending.work_off(mending.branch)
    assert "branch_secretary" not in waiting()


def test_who_handed_in_for_an_abolished_branch_is_not_asked_to_verify(mending: Mending) -> None:
    row = mending.work_off(mending.branch, until="under_way")
    mending.write(row, done="已补齐")
    mending.prove(row)
    mending.abolish(row)
    mending.move(row, "hand_in", user=mending.small.cast.party_office)
    verify = ["重点管理整顿：核验"]
    found = [
        [one.title for one in orders(mending, who) if one.title in verify]
        for who in ("party_office", "secretary")
    ]
    assert found == [[], verify]


def test_help_that_was_asked_for_stands_on_the_list_of_whom_it_was_asked_of_until_the_answer(
    mending: Mending,
) -> None:
    row = mending.hospital
    ask_help(
        reach=mending.reach(mending.own(row)), row=row, words="缺人", seen_version=row.version,
        at=mending.tick(),
    )  # fmt: skip
    assert [duty.title for duty in orders(mending, "supervisor")] == ["限期整改：答复求助"]
    row = mending.hospital
    answer_help(
        reach=mending.reach(mending.orderer(row)), row=row, words="已协调", seen_version=row.version,
        at=mending.tick(),
    )  # fmt: skip
    assert orders(mending, "supervisor") == []


def test_an_order_says_basis_who_ordered_it_and_its_deadline_and_no_name(mending: Mending) -> None:
    mending.assign(mending.branch)
    (order,) = orders(mending, "branch_secretary")
    assert (order.due, order.organization) == (DEADLINE, mending.small.cast.internal_medicine)
    assert order.asks[0].words == "得分 89 分"
    assert order.asks[0].clause == "责令单位：甲医院"
    assert mending.leader.name not in str(order)
    assert order.action is not None
    assert order.action.url == f"/rectification/{mending.branch.public_id}/"
