"""A dispatch stands on the list of whoever has the next step: its organization, then who follows it up for the issuer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from qiangji.assessments.tests.worlds import counted
from qiangji.dispatches.services.moves import hand_over
from qiangji.dispatches.tests.worlds import DEADLINE, ISSUED, Asking, make_asking
from qiangji.duties.agenda import duties_of
from qiangji.duties.lines import Duty
from qiangji.orgs.models import RoleAssignment
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import make_role, make_user

pytestmark = pytest.mark.slow
AFTER = datetime(2026, 12, 12, 2, 0, tzinfo=UTC)
SOON = ISSUED + timedelta(hours=3)


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Asking]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_asking()
        transaction.set_rollback(True)


@pytest.fixture
def asking(world_of_file: Asking, db: None) -> Asking:
    return replace(world_of_file)


def asked(user: Any, at: datetime = SOON) -> list[Duty]:
    return [one for one in duties_of(reach_of(user, at=at), at=at) if one.source == "dispatches"]


def waiting(asking: Asking, at: datetime = SOON) -> dict[str, list[str]]:
    found = {who: [one.title for one in asked(user, at)] for who, user in asking.cast.users.items()}
    return {who: titles for who, titles in found.items() if titles}


@pytest.mark.shows("A37")
def test_each_step_stands_on_the_list_of_whose_turn_it_is(asking: Asking) -> None:
    own = ["督导：办理并答复"]
    assert waiting(asking) == {"party_office": own, "secretary": own, "branch_secretary": own}
    asking.bring(asking.hospital, "answered")
    assert waiting(asking)["supervisor"] == ["督导：核定答复"]
    assert "party_office" not in waiting(asking)
    asking.move(asking.hospital, "send_back")
    assert waiting(asking)["party_office"] == ["督导：续办并答复"]
    assert "supervisor" not in waiting(asking)


def test_it_says_what_until_when_by_whom_and_which_criterion(asking: Asking) -> None:
    (duty,) = asked(asking.cast.party_office)
    assert (duty.due, duty.organization, duty.codes) == (DEADLINE, asking.cast.hospital_a, "1-1-1")
    assert duty.asks[0].words == "补齐第三季度党课记录"
    assert duty.asks[0].clause == f"下达单位：{asking.cast.authority_a.short_name}"
    assert duty.action is not None
    assert duty.action.url == f"/dispatches/{asking.hospital.public_id}/"


@pytest.mark.shows("A37")
def test_what_is_late_is_chased_as_one_duty_of_a_dispatch(asking: Asking) -> None:
    people = asking.cast
    request = asking.asked(people.hospital_a, people.hospital_b, owner=people.guidance_province)
    asking.issue(people.guidance_province, people.province, request)
    assert "guidance_province" not in waiting(asking)
    (chased,) = asked(people.guidance_province, AFTER)
    assert (chased.title, chased.is_late(AFTER.date())) == ("督导：催办逾期", True)
    assert chased.asks[0].words == "补齐第三季度党课记录：甲医院、乙医院"


def test_what_one_follows_up_is_not_on_a_colleagues_list(asking: Asking) -> None:
    people = asking.cast
    colleague = make_user("colleague", "同事")
    make_role(colleague, people.authority_a, "supervisor")
    row = asking.bring(asking.hospital, "answered")
    assert asked(colleague) == []
    hand_over(
        reach=asking.reach(people.supervisor), row=row, owner_id=colleague.public_id, seen_version=row.version,
        at=asking.tick(),
    )  # fmt: skip
    assert [one.title for one in asked(colleague)] == ["督导：核定答复"]
    assert asked(people.supervisor) == []


def test_what_somebody_left_behind_is_everybodys_of_the_body(asking: Asking) -> None:
    people = asking.cast
    colleague = make_user("colleague", "同事")
    make_role(colleague, people.authority_a, "supervisor")
    asking.bring(asking.hospital, "answered")
    RoleAssignment.objects.filter(user=people.supervisor).update(end_date=SOON.date())
    assert [one.title for one in asked(colleague)] == ["督导：核定答复"]


def test_it_takes_the_same_statements_however_many_there_are(asking: Asking) -> None:
    people = asking.cast

    def cost() -> int:
        with counted() as statements:
            duties_of(reach_of(people.supervisor, at=AFTER), at=AFTER)
        return len(statements())

    few = cost()
    for _ in range(5):
        asking.issue(people.supervisor, people.authority_a, asking.asked(people.hospital_a))
    assert cost() == few
