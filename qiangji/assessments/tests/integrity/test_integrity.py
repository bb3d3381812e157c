"""Doubted evidence: raised from above, explained, decided by a second person; marked, kept, and decided about by people."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.assessments.exceptions import AssessmentError, Locked, NotAllowed, Refused
from qiangji.assessments.integrity_states import FOUND, MOVES
from qiangji.assessments.models import Evidence, IntegrityFlag, Mark, Sheet
from qiangji.assessments.services.sheet_vetoes import propose
from qiangji.assessments.tests.integrity.world import UNTIL, Doubting
from qiangji.assessments.tests.worlds import undone
from qiangji.audit.models import Event
from qiangji.files.tests import samples
from qiangji.lib.append_only import HistoryIsKept
from qiangji.orgs.tests.factories import make_role
from qiangji.standards.models import Veto
from tests.examples import examples


@pytest.mark.shows("D38")
def test_false_evidence_is_marked_explained_and_confirmed_by_a_second_person(doubting: Doubting) -> None:
    people = doubting.cast
    flag = doubting.doubt()
    flag = doubting.move(flag, "answer", people.party_office, words="签到表是补签的")
    flag = doubting.move(flag, "confirm", people.guidance_city, words="补签，日期不实")
    assert (flag.state, flag.raised_by, flag.second_by) == (
        "confirmed",
        people.supervisor,
        people.guidance_city,
    )
    assert [(step.verb, step.is_own) for step in flag.steps.all()] == [
        ("raise", False), ("answer", True), ("confirm", False),
    ]  # fmt: skip
    assert Event.objects.filter(object_type="integrity_flag", object_id=flag.public_id).count() == 3


@pytest.mark.shows("D38")
def test_nothing_follows_by_itself_and_nothing_is_deleted(doubting: Doubting) -> None:
    before = (doubting.sheet.state, doubting.sheet.version, Mark.objects.count(), Evidence.objects.count())
    doubting.bring("settled")
    assert (
        doubting.sheet.state, doubting.sheet.version, Mark.objects.count(), Evidence.objects.count(),
    ) == before  # fmt: skip
    assert not Evidence.objects.get(pk=doubting.evidence.pk).is_detached


@pytest.mark.shows("D38")
def test_what_was_decided_about_the_criterion_is_noted_by_people(doubting: Doubting) -> None:
    flag = doubting.bring("confirmed")
    with pytest.raises(Refused, match="请选择怎样处理"):
        doubting.move(flag, "settle", doubting.cast.supervisor, outcome="")
    flag = doubting.move(flag, "settle", doubting.cast.supervisor, outcome="dispatch", words="已下达督导")
    assert (flag.state, flag.outcome) == ("settled", "dispatch")


def test_who_raised_it_does_not_decide(doubting: Doubting) -> None:
    flag = doubting.bring("answered")
    for verb in ("confirm", "dismiss"):
        with pytest.raises(NotAllowed, match="提出人以外的另一人"):
            doubting.move(flag, verb, doubting.cast.supervisor)


def test_the_organization_decides_nothing_about_itself(doubting: Doubting) -> None:
    flag = doubting.bring("answered")
    for user in (doubting.cast.party_office, doubting.cast.secretary, doubting.cast.reader):
        with pytest.raises(NotAllowed):
            doubting.move(flag, "dismiss", user)
        with pytest.raises(NotAllowed, match="存疑由上级"):
            doubting.doubt(user)


def test_who_works_in_the_hospital_neither_raises_nor_decides(doubting: Doubting) -> None:
    flag = doubting.bring("answered")
    make_role(doubting.cast.guidance_city, doubting.cast.surgery, "member")
    with pytest.raises(NotAllowed):
        doubting.move(flag, "confirm", doubting.cast.guidance_city)


def test_a_hospital_doubts_what_its_branch_handed_in(doubting: Doubting) -> None:
    people = doubting.cast
    flag = doubting.doubt_inside(people.party_office)
    flag = doubting.move(flag, "answer", people.branch_secretary)
    assert doubting.move(flag, "dismiss", people.secretary).state == "dismissed"


def test_the_organization_has_its_days_to_explain(doubting: Doubting) -> None:
    flag = doubting.doubt()
    with pytest.raises(Locked, match="等填报单位说明"):
        doubting.move(flag, "confirm", doubting.cast.guidance_city)
    doubting.tick(days=8)
    assert doubting.move(flag, "confirm", doubting.cast.guidance_city).state == "confirmed"


def test_a_finding_can_be_revoked_and_stays_in_the_history(doubting: Doubting) -> None:
    flag = doubting.bring("confirmed")
    flag = doubting.move(flag, "revoke", doubting.cast.guidance_province, words="原件找到，日期无误")
    assert flag.state == "dismissed"
    assert [step.to_state for step in flag.steps.all()][-2:] == ["confirmed", "dismissed"]
    for kept in flag.steps.all():
        with pytest.raises(HistoryIsKept):
            kept.delete()


def test_what_was_written_may_be_doubted_and_is_kept_as_it_stood(doubting: Doubting) -> None:
    flag = doubting.doubt(answer=doubting.answer("1-1-2"), evidence=None)
    assert (flag.said, flag.about) == ("全年开会 12 次", "落实情况")
    with pytest.raises(Refused, match="没有写落实情况"):
        doubting.doubt(answer=doubting.answer("2-0-1"), evidence=None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": " "}, "请写明理由"),
        ({"answer_until": None}, "晚于今天"),
        ({"answer_until": UNTIL.replace(day=20)}, "晚于今天"),
    ],
)
def test_a_doubt_has_a_reason_and_days_for_an_explanation(
    doubting: Doubting, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        doubting.doubt(**changes)


def test_nothing_is_doubted_twice_at_once(doubting: Doubting) -> None:
    flag = doubting.doubt()
    with pytest.raises(Locked, match="不能重复提出"):
        doubting.doubt(doubting.cast.guidance_city)
    doubting.move(flag, "withdraw", doubting.cast.supervisor)
    assert doubting.doubt(doubting.cast.guidance_city).state == "raised"


def test_a_draft_is_doubted_by_nobody(doubting: Doubting) -> None:
    Sheet.objects.filter(pk=doubting.sheet.pk).update(state="draft")
    with pytest.raises(NotAllowed):
        doubting.doubt()


def test_a_file_of_another_criterion_is_not_taken(doubting: Doubting) -> None:
    with pytest.raises(Refused, match="不在本条"):
        doubting.doubt(answer=doubting.answer("1-1-2"))


def test_an_old_page_changes_nothing(doubting: Doubting) -> None:
    flag = doubting.bring("answered")
    with pytest.raises(Locked, match="刚刚有变动"):
        doubting.move(flag, "confirm", doubting.cast.guidance_city, seen_version=1)


@pytest.mark.shows("D38")
def test_a_sheet_veto_may_rest_on_a_confirmed_finding_and_on_nothing_less(doubting: Doubting) -> None:
    Sheet.objects.filter(pk=doubting.sheet.pk).update(state="accepted")
    arguments = {
        "reach": doubting.reach(doubting.cast.supervisor), "sheet": doubting.sheet, "veto": Veto.objects.get(),
        "basis": "处理决定 1 号",
    }  # fmt: skip
    flag = doubting.bring("answered")
    with pytest.raises(Refused, match="还没有认定为不实"):
        propose(
            **arguments, flag=flag, at=doubting.tick(), uploads=[samples.upload(samples.pdf("a"), "a.pdf")]
        )
    flag = doubting.move(flag, "confirm", doubting.cast.guidance_city)
    row = propose(
        **arguments, flag=flag, at=doubting.tick(), uploads=[samples.upload(samples.pdf("b"), "b.pdf")]
    )
    assert row.flag == flag
    assert row.state == "proposed"
    assert doubting.sheet.state == "accepted"


@pytest.mark.parametrize(
    "change",
    [{"second": "first"}, {"state": "confirmed"}, {"state": "settled"}, {"reason": ""}, {"outcome": "mark"}],
)
def test_the_database_keeps_what_a_flag_promises(doubting: Doubting, change: dict[str, Any]) -> None:
    flag = doubting.doubt()
    if "second" in change:
        change = {"second_by": flag.raised_by, "second_at": flag.raised_at, "state": "confirmed"}
    with pytest.raises(IntegrityError), transaction.atomic():
        IntegrityFlag.objects.filter(pk=flag.pk).update(**change)


PERSONS = (
    "supervisor",
    "guidance_city",
    "guidance_province",
    "party_office",
    "secretary",
    "outsider",
    "reader",
)


@pytest.mark.slow
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(sorted({move.verb for move in MOVES})), st.sampled_from(PERSONS)),
        max_size=10,
    )
)
def test_no_sequence_of_moves_finds_anything_false_without_two_persons(
    world_of_file: Doubting, db: None, acts: list[tuple[str, str]]
) -> None:
    with undone():
        flag = world_of_file.doubt()
        for verb, who in acts:
            with suppress(AssessmentError):
                world_of_file.move(flag, verb, world_of_file.cast.users[who])
            flag = IntegrityFlag.objects.get(pk=flag.pk)
            steps = list(flag.steps.all())
            assert [step.sequence for step in steps] == list(range(1, flag.version + 1))
            assert steps[-1].to_state == flag.state
            if flag.state in FOUND:
                assert flag.second_by_id not in (None, flag.raised_by_id)
                assert any(step.verb == "confirm" and step.taken_by_id != flag.raised_by_id for step in steps)
