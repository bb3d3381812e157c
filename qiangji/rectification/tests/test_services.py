"""The life of a rectification: opened with its plan, led, planned, handed in, verified, closed; each by whose it is."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from qiangji.audit.models import Event
from qiangji.members.tests.factories import make_person
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import make_role
from qiangji.rectification.exceptions import Incomplete, Locked, NotAllowed, Refused
from qiangji.rectification.models import Rectification
from qiangji.rectification.permissions import may_read
from qiangji.rectification.services.moves import assign_leader, extend, withdraw_rectification
from qiangji.rectification.services.opening import NewOrder, open_rectifications
from qiangji.rectification.services.planning import Written, detach_proof, write_plan
from qiangji.rectification.tests.worlds import DEADLINE, Mending


@pytest.mark.shows("A35")
def test_the_plan_is_filled_from_what_lost_points(mending: Mending) -> None:
    item = mending.hospital.items.get()
    assert (item.criterion.code, item.points_lost) == ("2-0-1", 3)
    assert item.gap == "2-0-1 第4条，失 3 分（没有记录）"
    assert mending.branch.items.get().criterion.code == "1-1-2"


def test_gap_cause_and_measure_are_written_and_lines_added(mending: Mending) -> None:
    row = mending.hospital
    lines = [Written(1, "不能改写", "缺专人", "调配一人", ""), Written(0, "台账不齐", "交接不清", "补记", "")]
    write_plan(reach=mending.reach(mending.own(row)), row=row, lines=lines, seen_version=1, at=mending.tick())
    first, second = row.items.all()
    assert first.gap.startswith("2-0-1")
    assert (first.cause, first.measure, second.gap) == ("缺专人", "调配一人", "台账不齐")


def test_a_plan_is_not_settled_with_a_gap_without_cause(mending: Mending) -> None:
    with pytest.raises(Incomplete, match="1 项差距没有写原因或措施"):
        mending.move(mending.hospital, "plan")


@pytest.mark.shows("D17")
def test_a_lagging_branch_is_not_planned_without_a_leader(mending: Mending) -> None:
    mending.write(mending.branch, cause="原因", measure="措施")
    with pytest.raises(Incomplete, match="指定一名联系领导"):
        mending.move(mending.branch, "plan")
    mending.assign(mending.branch)
    assert mending.move(mending.branch, "plan").state == "under_way"


def test_the_database_keeps_a_lagging_branch_from_going_on_without_a_leader(mending: Mending) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.filter(pk=mending.branch_id).update(state="under_way")


def test_only_a_leading_person_of_the_hospital_is_assigned(mending: Mending) -> None:
    row = mending.branch
    with pytest.raises(Refused, match="现任"):
        assign_leader(
            reach=mending.reach(mending.orderer(row)), row=row, person_id=make_person("路人").public_id,
            seen_version=1, at=mending.tick(),
        )  # fmt: skip


def test_who_rectifies_does_not_verify_and_who_ordered_does_not_plan(mending: Mending) -> None:
    row = mending.work_off(mending.hospital, until="handed_in")
    with pytest.raises(NotAllowed, match="甲市卫生健康委员会"):
        mending.move(row, "verify", user=mending.own(row))
    row = mending.move(row, "send_back")
    with pytest.raises(NotAllowed, match="甲市第一医院党委"):
        mending.move(row, "hand_in", user=mending.orderer(row))


def test_who_also_answers_for_the_branch_does_not_verify_its_order(mending: Mending) -> None:
    people = mending.small.cast
    row = mending.work_off(mending.branch, until="handed_in")
    make_role(people.secretary, row.organization, RoleName.BRANCH_SECRETARY)
    with pytest.raises(NotAllowed, match="在整改单位任职的须回避"):
        mending.move(row, "verify", user=people.secretary)
    assert may_read(mending.reach(people.secretary), row)
    assert mending.move(row, "verify", user=people.party_office).state == "verified"


def test_who_sits_in_the_hospital_does_not_verify_its_order_from_above(mending: Mending) -> None:
    people = mending.small.cast
    row = mending.work_off(mending.hospital, until="handed_in")
    make_role(people.supervisor, people.hospital_a, RoleName.MEMBER)
    with pytest.raises(NotAllowed, match="回避"):
        mending.move(row, "verify", user=people.supervisor)


def test_of_two_in_the_hospital_of_an_abolished_branch_one_hands_in_and_the_other_verifies(
    mending: Mending,
) -> None:
    people = mending.small.cast
    row = mending.handed_in_for_a_branch_that_is_gone()
    with pytest.raises(NotAllowed, match="由您提交核验，须由甲市第一医院党委的另一人核验"):
        mending.move(row, "verify", user=people.party_office)
    assert mending.move(row, "verify", user=people.secretary).state == "verified"
    assert mending.move(row, "close", user=people.party_office).state == "closed"


@pytest.mark.shows("A31")
def test_an_order_is_worked_off_to_its_closing(mending: Mending) -> None:
    row = mending.work_off(mending.hospital)
    verbs = ["open", "write", "plan", "write", "hand_in", "verify", "close"]
    assert (row.state, row.deadline_date) == ("closed", DEADLINE)
    assert [step.verb for step in row.steps.all()] == verbs
    events = Event.objects.filter(object_type="rectification", object_id=row.public_id)
    assert events.count() == len(verbs)


def test_handing_in_needs_a_proof(mending: Mending) -> None:
    row = mending.work_off(mending.hospital, until="under_way")
    mending.write(row, done="已补齐")
    with pytest.raises(Incomplete, match="不要求照片"):
        mending.move(row, "hand_in")


def test_a_detached_proof_proves_nothing(mending: Mending) -> None:
    row = mending.work_off(mending.hospital, until="under_way")
    mending.write(row, done="已补齐")
    mending.prove(row)
    detach_proof(
        reach=mending.reach(mending.own(row)), proof=row.proofs.get(), reason="传错文件", at=mending.tick()
    )
    with pytest.raises(Incomplete):
        mending.move(row, "hand_in")


def test_what_was_handed_in_is_locked(mending: Mending) -> None:
    row = mending.work_off(mending.hospital, until="handed_in")
    with pytest.raises(Locked):
        mending.write(row, done="又改")
    with pytest.raises(Locked):
        mending.prove(row, "another")


def test_an_old_page_changes_nothing(mending: Mending) -> None:
    mending.write(mending.hospital, cause="原因", measure="措施")
    with pytest.raises(Locked, match="刚刚有变动"):
        mending.move(mending.hospital, "plan", seen_version=1)


def test_a_verification_needs_words(mending: Mending) -> None:
    row = mending.work_off(mending.hospital, until="handed_in")
    with pytest.raises(Refused, match="须写明意见"):
        mending.move(row, "verify", words=" ")


def test_a_deadline_is_moved_with_a_reason_and_its_history(mending: Mending) -> None:
    row = mending.hospital
    extend(
        reach=mending.reach(mending.orderer(row)), row=row, deadline_date=date(2027, 5, 31), words="设备未到",
        seen_version=1, at=mending.tick(),
    )  # fmt: skip
    assert mending.hospital.deadline_date == date(2027, 5, 31)
    assert row.steps.last().words == "2027-03-31 → 2027-05-31：设备未到"


def test_a_withdrawn_order_keeps_its_history_and_makes_room_for_another(mending: Mending) -> None:
    withdraw_rectification(row=mending.hospital, reason="结果已更正", by=None, at=mending.tick())
    row = mending.hospital
    assert (row.state, [step.verb for step in row.steps.all()]) == ("withdrawn", ["open", "withdraw"])
    people = mending.small.cast
    order = NewOrder(
        people.hospital_a, "time_limited", "重新认定", people.authority_a, DEADLINE, mending.small.sheet.pk
    )
    assert open_rectifications(orders=[order], by=None, at=mending.tick())


def test_a_sheet_has_one_open_order_of_a_kind(mending: Mending) -> None:
    people = mending.small.cast
    order = NewOrder(
        people.hospital_a, "time_limited", "又一次", people.authority_a, DEADLINE, mending.small.sheet.pk
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        open_rectifications(orders=[order], by=None, at=mending.tick())


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"deadline_date": date(2026, 12, 1)}, "须晚于今天"), ({"basis": " "}, "依据")],
)
def test_an_order_names_its_basis_and_a_deadline_ahead(mending: Mending, changes: dict, words: str) -> None:
    people = mending.small.cast
    fields = {
        "organization": people.surgery, "kind": "key_branch", "basis": "得分 80 分",
        "ordered_by": people.hospital_a, "deadline_date": DEADLINE,
    } | changes  # fmt: skip
    with pytest.raises(Refused, match=words):
        open_rectifications(orders=[NewOrder(**fields)], by=None, at=mending.tick())
