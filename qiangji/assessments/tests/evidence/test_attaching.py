"""Attaching, using again and detaching a file: what is stored, what is refused, what is locked when."""

import json
from threading import Barrier, Thread

import pytest
from django.db import connection

from qiangji.assessments.exceptions import Locked, Refused
from qiangji.assessments.models import Answer, Evidence
from qiangji.assessments.services import evidence as services
from qiangji.assessments.states import State
from qiangji.assessments.tests.evidence.world import (
    AT,
    make_world,
)
from qiangji.audit.models import Event
from qiangji.files.exceptions import FileRefused
from qiangji.files.models import Content
from qiangji.files.tests import samples


def test_attaching_stores_names_and_records(world):
    evidence = world.attach(name="../会议\u202e记录.PDF")
    assert (evidence.filename, evidence.content.size) == ("会议记录.PDF", len(samples.pdf()))
    assert evidence.content.location.read_bytes() == samples.pdf()
    event = Event.objects.get(object_type="evidence", object_id=evidence.public_id)
    assert (event.verb, event.sequence, event.actor_id) == (
        "evidence.attached",
        1,
        world.cast.party_office.public_id,
    )
    assert json.loads(event.data) == {
        "answer": str(world.first.public_id),
        "content": evidence.content.digest,
        "size": len(samples.pdf()),
    }


def test_a_refused_file_leaves_no_row_and_no_event(world, media_root):
    with pytest.raises(FileRefused):
        world.attach(data=b"<html><script>alert(1)</script></html>", name="报告.pdf")
    assert not Evidence.objects.exists()
    assert not Content.objects.exists()
    assert not Event.objects.filter(object_type="evidence").exists()
    assert [path for path in media_root.rglob("*") if path.is_file()] == []


def test_two_answers_share_one_content(world, media_root):
    first = world.attach(world.answers[0])
    second = world.attach(world.answers[1], name="同一份.pdf")
    assert first.content_id == second.content_id
    assert second.filename == "同一份.pdf"
    assert len([path for path in media_root.rglob("*") if path.is_file()]) == 1


def test_the_same_content_twice_on_one_answer_is_refused_by_name(world):
    world.attach(name="第一次.pdf")
    with pytest.raises(Refused, match="第一次.pdf"):
        world.attach(name="第二次.pdf")


def test_no_more_files_than_an_answer_may_have(world, monkeypatch):
    monkeypatch.setattr(services, "MOST_PER_ANSWER", 2)
    for mark in "ab":
        world.attach(data=samples.pdf(mark))
    with pytest.raises(Refused, match="每条最多 2 份"):
        world.attach(data=samples.pdf("c"))
    world.detach(Evidence.objects.first())
    assert world.attach(data=samples.pdf("c")).pk


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_locked_in_every_later_state(world, state):
    evidence = world.attach()
    world.move_to(state)
    with pytest.raises(Locked):
        world.attach(data=samples.pdf("b"))
    with pytest.raises(Locked):
        world.detach(evidence)
    with pytest.raises(Locked):
        services.attach_existing(
            answer=world.answers[1], evidence=evidence, by=world.cast.party_office, at=AT
        )
    assert Evidence.objects.get().detached_at is None


def test_detaching_keeps_who_when_and_why(world):
    evidence = world.detach(world.attach(), reason="  传错\n文件 ")
    assert (evidence.detached_by, evidence.detached_at, evidence.detach_reason) == (
        world.cast.party_office,
        AT,
        "传错 文件",
    )
    event = Event.objects.get(object_id=evidence.public_id, sequence=2)
    assert event.verb == "evidence.detached"
    assert json.loads(event.data)["reason"] == "传错 文件"


@pytest.mark.parametrize("reason", ["", "  \n", "长" * 201])
def test_detaching_needs_a_reason_that_fits(world, reason):
    evidence = world.attach()
    with pytest.raises(Refused):
        world.detach(evidence, reason=reason)
    assert not Evidence.objects.get().is_detached


def test_detaching_twice_is_refused(world):
    evidence = world.detach(world.attach())
    with pytest.raises(Refused, match="已经移除"):
        world.detach(evidence)


def test_using_a_file_again_and_taking_a_detaching_back(world):
    evidence = world.attach()
    again = services.attach_existing(
        answer=world.answers[1], evidence=evidence, by=world.cast.secretary, at=AT
    )
    assert (again.content_id, again.filename) == (evidence.content_id, evidence.filename)
    world.detach(evidence)
    back = services.attach_existing(answer=world.first, evidence=evidence, by=world.cast.secretary, at=AT)
    assert not back.is_detached


def test_another_organizations_file_cannot_be_used(world):
    foreign = world.attach(world.answer_of(world.cast.hospital_b))
    with pytest.raises(Refused, match="本组织"):
        services.attach_existing(answer=world.first, evidence=foreign, by=world.cast.party_office, at=AT)


@pytest.mark.django_db(transaction=True)
def test_four_people_attaching_the_same_file_store_it_once(media_root):
    world = make_world()
    barrier = Barrier(4)
    outcomes: list[Evidence | Exception] = []

    def work(answer: Answer) -> None:
        try:
            barrier.wait()
            outcomes.append(world.attach(answer))
        except Exception as error:  # noqa: BLE001 (a thread's error must reach the test)
            outcomes.append(error)
        finally:
            connection.close()

    targets = [*world.answers[:3], world.first]
    threads = [Thread(target=work, args=(answer,)) for answer in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(refused) == 1, outcomes
    assert Evidence.objects.count() == 3
    assert Content.objects.count() == 1
    assert len([path for path in media_root.rglob("*") if path.is_file()]) == 1
