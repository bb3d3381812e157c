"""A dispatch from its issuing to its closing: who answers, who decides, what has to be there, what is late."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from qiangji.assessments.tests.worlds import counted
from qiangji.audit.models import Event
from qiangji.dispatches.exceptions import Locked, NotAllowed, Refused
from qiangji.dispatches.models import Dispatch, Proof, Task
from qiangji.dispatches.selectors.targets import targets_of
from qiangji.dispatches.services.moves import extend, hand_over, remark, save_draft
from qiangji.dispatches.services.proving import detach_proof
from qiangji.dispatches.tests.worlds import DEADLINE, NEXT, Asking
from qiangji.ledgers.tests.factories import make_record
from qiangji.lib.append_only import HistoryIsKept
from qiangji.orgs.models import Organization
from qiangji.orgs.tests.factories import make_organization, make_role, make_user


@pytest.mark.shows("A37")
def test_a_dispatch_gives_each_organization_a_task_of_its_own(asking: Asking) -> None:
    people = asking.cast
    asked = asking.asked(people.hospital_a, people.hospital_b, owner=people.guidance_province)
    dispatch = asking.issue(people.guidance_province, people.province, asked)
    tasks = list(dispatch.tasks.order_by("organization__path"))
    assert [task.organization for task in tasks] == [people.hospital_a, people.hospital_b]
    assert {(task.state, task.deadline_date, task.owner) for task in tasks} == {
        ("issued", DEADLINE, people.guidance_province)
    }
    assert [task.steps.get().verb for task in tasks] == ["issue", "issue"]
    events = Event.objects.filter(verb="dispatch.issue", object_id__in=[task.public_id for task in tasks])
    assert events.count() == 2


@pytest.mark.shows("A37")
def test_an_answer_is_sent_back_answered_again_and_closed(asking: Asking) -> None:
    row = asking.hospital
    asking.write(row, "已核对。")
    asking.move(row, "answer")
    asking.move(row, "send_back", words="还差两个支部")
    asking.write(row, "两个支部也已补齐。")
    asking.move(row, "answer")
    asking.move(row, "accept", words="属实，办结")
    row = asking.hospital
    assert row.state == "closed"
    assert [one.text for one in row.answers.all()] == ["已核对。", "两个支部也已补齐。"]
    verbs = ["issue", "write", "answer", "send_back", "write", "answer", "accept"]
    assert [step.verb for step in row.steps.all()] == verbs
    assert Event.objects.filter(object_type="dispatch_task", object_id=row.public_id).count() == len(verbs)


def test_what_was_closed_is_followed_up_again(asking: Asking) -> None:
    row = asking.bring(asking.hospital, "closed")
    row = asking.move(row, "reopen", words="抽查时又缺记录", deadline_date=NEXT)
    assert (row.state, row.deadline_date) == ("returned", NEXT)


def test_a_history_is_added_and_never_rewritten(asking: Asking) -> None:
    row = asking.bring(asking.hospital, "answered")
    for kept in (row.steps.first(), row.answers.first(), row.dispatch):
        with pytest.raises(HistoryIsKept):
            kept.save()
        with pytest.raises(HistoryIsKept):
            kept.delete()


def test_the_organization_does_not_decide_and_the_issuer_does_not_answer(asking: Asking) -> None:
    row = asking.bring(asking.hospital, "answered")
    with pytest.raises(NotAllowed, match="甲市卫生健康委员会"):
        asking.move(row, "accept", user=asking.cast.party_office)
    row = asking.move(row, "send_back")
    with pytest.raises(NotAllowed, match="甲市第一医院党委"):
        asking.move(row, "answer", user=asking.cast.supervisor)


def test_who_works_in_the_hospital_does_not_decide_about_it(asking: Asking) -> None:
    row = asking.bring(asking.hospital, "answered")
    make_role(asking.cast.supervisor, asking.cast.surgery, "member")
    with pytest.raises(NotAllowed):
        asking.move(row, "accept")


def test_nothing_is_issued_to_the_own_workplace(asking: Asking) -> None:
    people = asking.cast
    make_role(people.supervisor, people.surgery, "member")
    with pytest.raises(Refused, match="是您任职的单位"):
        asking.issue(people.supervisor, people.authority_a, asking.asked(people.hospital_a))


def test_a_body_asks_only_whom_it_answers_for(asking: Asking) -> None:
    people = asking.cast
    with pytest.raises(Refused, match="不在本单位的范围内"):
        asking.issue(people.supervisor, people.authority_a, asking.asked(people.hospital_b))
    with pytest.raises(Refused, match="不在本单位的范围内"):
        asking.issue(people.supervisor, people.authority_a, asking.asked(people.internal_medicine))
    assert list(targets_of(people.hospital_a, on=ISSUED_DAY)) == [people.internal_medicine, people.surgery]
    assert people.authority_a in targets_of(people.city_a, on=ISSUED_DAY)


ISSUED_DAY = date(2026, 11, 20)


def test_nobody_issues_from_a_body_of_others(asking: Asking) -> None:
    people = asking.cast
    for user in (people.party_office, people.reader, people.branch_secretary):
        with pytest.raises(NotAllowed, match="主管部门工作人员"):
            asking.issue(user, people.authority_a, asking.asked(people.hospital_a))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "请写事项"),
        ({"title": "长" * 101}, "最多 100 字"),
        ({"text": ""}, "请写要求"),
        ({"text": "长" * 2001}, "最多 2000 字"),
        ({"deadline_date": None}, "请选择办理期限"),
        ({"deadline_date": ISSUED_DAY}, "须晚于今天"),
        ({"organizations": []}, "至少勾选一个"),
    ],
)
def test_what_is_missing_is_named(asking: Asking, changes: dict[str, Any], words: str) -> None:
    people = asking.cast
    before = Dispatch.objects.count()
    with pytest.raises(Refused, match=words):
        asking.issue(people.supervisor, people.authority_a, asking.asked(people.hospital_a, **changes))
    assert Dispatch.objects.count() == before


def test_who_follows_up_belongs_to_the_body_that_issues(asking: Asking) -> None:
    people = asking.cast
    for owner in (people.party_office, people.guidance_province, people.reader):
        asked = asking.asked(people.hospital_a, owner=owner)
        with pytest.raises(Refused, match="督办人须是本单位在岗"):
            asking.issue(people.supervisor, people.authority_a, asked)


def test_a_task_is_handed_to_a_colleague_and_to_nobody_else(asking: Asking) -> None:
    people = asking.cast
    colleague = make_user("colleague", "同事")
    make_role(colleague, people.authority_a, "supervisor")
    row = asking.hospital
    reach = asking.reach(people.supervisor)
    with pytest.raises(Refused):
        hand_over(
            reach=reach, row=row, owner_id=people.reader.public_id, seen_version=1, at=asking.tick()
        )  # fmt: skip
    hand_over(reach=reach, row=row, owner_id=colleague.public_id, seen_version=1, at=asking.tick())
    assert asking.hospital.owner == colleague


def test_a_dispatch_meeting_of_the_issuer_is_named_and_no_other(asking: Asking) -> None:
    people = asking.cast
    fields = {"kinds": ["dispatch_meeting"], "date": date(2026, 11, 18), "agenda": "调度进展"}
    own = make_record(people.authority_a, **fields)
    other = make_record(people.hospital_a, **fields)
    asked = asking.asked(people.hospital_a, meeting=own)
    assert asking.issue(people.supervisor, people.authority_a, asked).meeting == own
    with pytest.raises(Refused, match="本单位登记的调度会"):
        asking.issue(people.supervisor, people.authority_a, asking.asked(people.hospital_a, meeting=other))


def test_nothing_is_handed_in_empty(asking: Asking) -> None:
    with pytest.raises(Refused, match="请先写办理情况"):
        asking.move(asking.hospital, "answer")


def test_a_proof_is_asked_for_only_where_the_dispatch_asks_for_it(asking: Asking) -> None:
    people = asking.cast
    asking.move(asking.write(asking.hospital), "answer")
    asked = asking.asked(people.hospital_a, needs_proof=True)
    row = asking.issue(people.supervisor, people.authority_a, asked).tasks.get()
    asking.write(row)
    with pytest.raises(Refused, match="不要求照片"):
        asking.move(row, "answer")
    asking.prove(row)
    assert asking.move(row, "answer").state == "answered"


def test_what_was_handed_in_is_locked(asking: Asking) -> None:
    row = asking.hospital
    proof = asking.prove(row)
    asking.bring(row, "answered")
    with pytest.raises(Locked):
        asking.write(row, "又改")
    with pytest.raises(Locked):
        asking.prove(row, "another")
    with pytest.raises(Locked):
        detach_proof(reach=asking.reach(asking.own(row)), proof=proof, reason="传错", at=asking.tick())


def test_a_file_that_was_handed_in_stays_readable_after_it_is_taken_away(asking: Asking) -> None:
    row = asking.hospital
    proof = asking.prove(row)
    asking.bring(row, "returned")
    detach_proof(reach=asking.reach(asking.own(row)), proof=proof, reason="换新版", at=asking.tick())
    later = asking.tick(days=900)
    assert Proof.holding(since=later).filter(pk=proof.pk).exists()


def test_an_old_page_changes_nothing(asking: Asking) -> None:
    asking.write(asking.hospital)
    with pytest.raises(Locked, match="刚刚有变动"):
        asking.move(asking.hospital, "answer", seen_version=1)


@pytest.mark.parametrize("verb", ["accept", "send_back", "withdraw"])
def test_a_decision_needs_words(asking: Asking, verb: str) -> None:
    row = asking.bring(asking.hospital, "answered")
    with pytest.raises(Refused, match="须写明意见"):
        asking.move(row, verb, words=" ")


def test_a_task_given_back_after_its_deadline_needs_a_new_one(asking: Asking) -> None:
    row = asking.bring(asking.hospital, "answered")
    asking.tick(days=30)
    with pytest.raises(Refused, match="晚于今天的新期限"):
        asking.move(row, "send_back")
    assert asking.move(row, "send_back", deadline_date=NEXT).deadline_date == NEXT


@pytest.mark.shows("A37")
def test_it_is_late_from_the_day_after_its_deadline_until_it_is_answered(asking: Asking) -> None:
    row = asking.hospital
    assert not row.is_late(DEADLINE)
    assert row.is_late(DEADLINE + timedelta(days=1))
    assert list(Task.objects.late_on(DEADLINE + timedelta(days=1)).order_by("pk")) == [row, asking.branch]
    asking.tick(days=23)
    row = asking.bring(row, "answered")
    assert not row.is_late(DEADLINE + timedelta(days=9))
    assert row.days_over == 3


def test_progress_is_reported_and_urged_while_it_is_with_the_organization(asking: Asking) -> None:
    row = asking.hospital
    for user, verb in [(asking.cast.party_office, "report"), (asking.cast.supervisor, "urge")]:
        row = remark(
            reach=asking.reach(user), row=row, words="过半", seen_version=row.version, at=asking.tick()
        )
        assert row.steps.last().verb == verb
    asking.bring(row, "answered")
    with pytest.raises(Locked, match="不在承办单位手里"):
        remark(
            reach=asking.reach(asking.cast.supervisor), row=row, words="快", seen_version=asking.hospital.version,
            at=asking.tick(),
        )  # fmt: skip


def test_a_deadline_is_moved_with_a_reason_and_its_history(asking: Asking) -> None:
    row, reach = asking.hospital, asking.reach(asking.cast.supervisor)
    with pytest.raises(Refused, match="须写明原因"):
        extend(reach=reach, row=row, deadline_date=NEXT, words="", seen_version=1, at=asking.tick())
    extend(reach=reach, row=row, deadline_date=NEXT, words="会期推迟", seen_version=1, at=asking.tick())
    assert asking.hospital.steps.last().words == "2026-12-10 → 2026-12-31：会期推迟"


def test_a_text_that_is_too_long_is_refused_with_its_length(asking: Asking) -> None:
    with pytest.raises(Refused, match="现在是 2001 字"):
        save_draft(
            reach=asking.reach(asking.cast.party_office), row=asking.hospital, text="长" * 2001, seen_version=1,
            at=asking.tick(),
        )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"state": "unknown"}, {"state": "closed"}, {"organization": "issuer"}],
)
def test_the_database_keeps_what_a_task_promises(asking: Asking, change: dict[str, Any]) -> None:
    if change.get("organization"):
        change = {"organization": asking.cast.authority_a}
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=asking.hospital_id).update(**change)


def test_issuing_takes_the_same_statements_however_many_are_asked(asking: Asking) -> None:
    people = asking.cast
    hospitals = [
        make_organization(people.city_a, Organization.Kind.HOSPITAL, name=f"第{number}医院党委")
        for number in range(3, 9)
    ]

    def cost(nodes: list[Organization]) -> int:
        asked = asking.asked(*nodes, owner=people.guidance_city)
        with counted() as statements:
            asking.issue(people.guidance_city, people.city_a, asked)
        return len(statements())

    assert cost(hospitals[:1]) == cost(hospitals)
