"""The pages of rectifications: the list, one with its plan, handing in, verifying; names stay inside the hospital."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.files.tests import samples
from qiangji.rectification.models import Item, Rectification
from qiangji.rectification.services.moves import withdraw_rectification
from qiangji.rectification.services.planning import Written, detach_proof, write_plan
from qiangji.rectification.tests.worlds import Mending


def browse(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, row: Rectification, *more: str) -> str:
    return reverse(f"rectification:{name}", args=[row.public_id, *more])


def shown(user: User, row: Rectification) -> str:
    return browse(user).get(url("one", row)).content.decode()


def post(user: User, name: str, row: Rectification, *more: str, **data: Any) -> Any:
    version = Rectification.objects.get(pk=row.pk).version
    return browse(user).post(url(name, row, *more), {"seen_version": str(version)} | data, follow=True)


@pytest.mark.shows("A22")
def test_gap_cause_and_measure_are_written_on_the_page(mending: Mending) -> None:
    row = mending.hospital
    words = shown(mending.small.cast.party_office, row)
    assert "2-0-1 第4条，失 3 分" in words
    data = {"position": "1", "cause-1": "没有专人负责", "measure-1": "指定专人，逐月核对"}
    post(mending.small.cast.party_office, "plan", row, **data)
    item = row.items.get()
    assert (item.cause, item.measure) == ("没有专人负责", "指定专人，逐月核对")


@pytest.mark.shows("A22")
def test_many_problems_are_flagged_in_the_list(mending: Mending) -> None:
    people, row = mending.small.cast, mending.hospital
    assert "问题较多" not in browse(people.supervisor).get(reverse("rectification:list")).content.decode()
    lines = [Written(0, f"差距{number}", "原因", "措施", "") for number in range(9)]
    write_plan(
        reach=mending.reach(people.party_office), row=row, lines=lines, seen_version=1, at=mending.tick()
    )
    assert Item.objects.filter(rectification=row).count() == 10
    assert "问题较多" in browse(people.party_office).get(reverse("rectification:list")).content.decode()
    Rectification.objects.filter(pk=row.pk).update(state="handed_in")
    assert "问题较多" in browse(people.supervisor).get(reverse("rectification:list")).content.decode()


@pytest.mark.parametrize("name", ["hospital", "branch"])
def test_above_nobody_reads_what_is_still_being_written(mending: Mending, name: str) -> None:
    row = getattr(mending, name)
    row = mending.work_off(row, until="under_way")
    mending.write(row, done="写到一半")
    mending.prove(row, "half")
    own, above = shown(mending.own(row), row), shown(mending.orderer(row), row)
    for words in ("制度没有落实", "逐月核对", "写到一半", "half.pdf", "填写方案或结果"):
        assert words in own
        assert words not in above
    assert row.items.first().gap in above
    assert "提交核验后可以看到" in above
    proof = reverse("rectification:proof_file", args=[row.proofs.get().public_id])
    assert browse(mending.orderer(row)).get(proof).status_code == 404
    listed = browse(mending.orderer(row)).get(reverse("rectification:list")).content.decode()
    assert "未提交" in listed


def test_after_a_sending_back_above_reads_what_had_been_handed_in(mending: Mending) -> None:
    row = mending.work_off(mending.hospital, until="handed_in")
    first = row.proofs.get()
    above = shown(mending.orderer(row), row)
    assert "已补齐" in above
    assert "proof.pdf" in above
    row = mending.move(row, "send_back")
    mending.write(row, done="重新写的结果")
    detach_proof(reach=mending.reach(mending.own(row)), proof=first, reason="传错文件", at=mending.tick())
    mending.prove(row, "second")
    above, own = shown(mending.orderer(row), row), shown(mending.own(row), row)
    assert "整改单位正在修改" in above
    assert ("已补齐" in above, "重新写的结果" in above, "second.pdf" in above) == (True, False, False)
    assert ("已补齐" in own, "重新写的结果" in own, "second.pdf" in own) == (False, True, True)
    address = reverse("rectification:proof_file", args=[first.public_id])
    assert browse(mending.orderer(row)).get(address).getvalue()
    assert browse(mending.own(row)).get(address).status_code == 404
    mending.move(row, "hand_in")
    assert "重新写的结果" in shown(mending.orderer(row), row)


def test_of_a_withdrawn_order_nobody_is_said_to_be_writing(mending: Mending) -> None:
    row = mending.work_off(mending.hospital, until="under_way")
    mending.write(row, done="写到一半")
    withdraw_rectification(row=row, reason="结果已更正", by=None, at=mending.tick())
    above = shown(mending.orderer(row), row)
    assert "已撤销，撤销以前没有提交核验" in above
    assert "没有提交过佐证" in above
    for words in ("提交核验后可以看到", "正在修改", "写到一半", "还没有提交"):
        assert words not in above
    address = reverse("rectification:list")
    listed = browse(mending.orderer(row)).get(address, {"view": "over"}).content.decode()
    assert "甲医院" in listed
    assert "未提交" not in listed


def test_of_a_withdrawn_order_above_reads_what_had_been_handed_in(mending: Mending) -> None:
    row = mending.work_off(mending.hospital, until="handed_in")
    withdraw_rectification(row=row, reason="结果已更正", by=None, at=mending.tick())
    above = shown(mending.orderer(row), row)
    assert "这项整改已撤销。下面是" in above
    assert ("已补齐" in above, "proof.pdf" in above, "正在修改" in above) == (True, True, False)


def test_who_handed_in_for_an_abolished_branch_is_told_that_another_verifies(mending: Mending) -> None:
    people = mending.small.cast
    row = mending.handed_in_for_a_branch_that_is_gone()
    verify = url("move", row, "verify")
    own, other = shown(people.party_office, row), shown(people.secretary, row)
    assert ("由您提交核验" in own, verify in own) == (True, False)
    assert ("由您提交核验" in other, verify in other) == (False, True)
    assert post(people.party_office, "move", row, "verify", words="属实").status_code == 403


def test_an_order_is_worked_off_on_the_pages(mending: Mending) -> None:
    people, row = mending.small.cast, mending.hospital
    own, orderer = people.party_office, people.supervisor
    post(own, "plan", row, **{"position": "1", "cause-1": "原因", "measure-1": "措施"})
    assert "已确定整改方案" in post(own, "move", row, "plan").content.decode()
    post(own, "plan", row, **{"position": "1", "done-1": "已补齐"})
    files = {"files": [samples.upload(samples.pdf("proof"), "纪要.pdf")]}
    assert "佐证已上传" in browse(own).post(url("proof_add", row), files, follow=True).content.decode()
    assert "已提交核验" in post(own, "move", row, "hand_in").content.decode()
    assert "已核验通过" in post(orderer, "move", row, "verify", words="属实").content.decode()
    assert "已办结" in post(orderer, "move", row, "close", words="同意办结").content.decode()
    assert mending.hospital.state == "closed"


def test_what_is_missing_is_named_and_nothing_is_lost(mending: Mending) -> None:
    response = post(mending.small.cast.party_office, "move", mending.hospital, "plan")
    assert response.status_code == 409
    assert "还有 1 项差距没有写原因或措施" in response.content.decode()


def test_a_step_that_is_not_theirs_is_refused_with_who_may(mending: Mending) -> None:
    response = post(mending.small.cast.supervisor, "move", mending.hospital, "plan")
    assert response.status_code == 403
    assert "甲市第一医院党委" in response.content.decode()


def test_an_old_page_is_told_so(mending: Mending) -> None:
    response = post(mending.small.cast.party_office, "move", mending.hospital, "plan", seen_version="7")
    assert "刚刚有变动" in response.content.decode()


@pytest.mark.shows("D17")
def test_a_leader_is_chosen_among_the_hospitals_leading_group(mending: Mending) -> None:
    people, row = mending.small.cast, mending.branch
    assert "甲书记（书记）" in shown(people.secretary, row)
    post(people.secretary, "assign", row, leader=str(mending.leader.public_id))
    assert mending.branch.leader == mending.leader


def test_the_leaders_name_stays_inside_the_hospital(mending: Mending) -> None:
    people = mending.small.cast
    mending.assign(mending.branch)
    assert "甲书记" in shown(people.party_office, mending.branch)
    above = shown(people.supervisor, mending.branch)
    assert "甲书记" not in above
    assert "已指定（姓名只在本院可见）" in above


def test_nobody_is_assigned_by_a_forged_field(mending: Mending) -> None:
    response = post(mending.small.cast.secretary, "assign", mending.branch, leader="not-a-key")
    assert response.status_code == 409
    assert mending.branch.leader is None


def test_a_deadline_is_moved_with_its_reason(mending: Mending) -> None:
    post(mending.small.cast.supervisor, "deadline", mending.hospital, deadline="2099-01-31", words="设备未到")
    assert "2099-01-31" in shown(mending.small.cast.supervisor, mending.hospital)


def test_a_deadline_that_is_no_date_is_refused_in_words(mending: Mending) -> None:
    response = post(mending.small.cast.supervisor, "deadline", mending.hospital, deadline="明天", words="x")
    assert "请选择新的期限" in response.content.decode()


def test_who_opens_a_proof_from_outside_is_written_down(mending: Mending) -> None:
    people, row = mending.small.cast, mending.work_off(mending.hospital, until="handed_in")
    address = reverse("rectification:proof_file", args=[row.proofs.get().public_id])
    assert browse(people.party_office).get(address).getvalue()
    assert not Event.objects.filter(verb="proof.opened").exists()
    assert browse(people.supervisor).get(address).getvalue()
    assert Event.objects.filter(verb="proof.opened").count() == 1


def test_late_orders_stand_under_their_own_tab(mending: Mending) -> None:
    Rectification.objects.filter(pk=mending.hospital_id).update(deadline_date="2020-01-31")
    page = browse(mending.small.cast.supervisor).get(reverse("rectification:list"), {"view": "late"})
    words = page.content.decode()
    assert "甲医院" in words
    assert "逾期" in words
    assert "内科党支部" not in words


def test_the_list_takes_the_same_statements_however_long(
    mending: Mending, django_assert_num_queries: Any
) -> None:
    client = browse(mending.small.cast.supervisor)
    with django_assert_num_queries(6):
        client.get(reverse("rectification:list"))
