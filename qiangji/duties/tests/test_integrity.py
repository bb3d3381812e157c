"""Doubted material stands on the list of who explains it, then of another person than who raised it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from qiangji.assessments.tests.integrity.world import AT, UNTIL, Doubting, make_doubting
from qiangji.duties.agenda import duties_of
from qiangji.orgs.reach import reach_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Doubting]:
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "MEDIA_ROOT", tmp_path_factory.mktemp("files"))
        yield make_doubting()
        transaction.set_rollback(True)


@pytest.fixture
def doubting(world_of_file: Doubting, db: None) -> Doubting:
    return replace(world_of_file)


def waiting(doubting: Doubting, **later: int) -> dict[str, list[str]]:
    at = AT + timedelta(hours=2, **later)
    found = {}
    for who, user in doubting.cast.users.items():
        duties = [one for one in duties_of(reach_of(user, at=at), at=at) if one.source == "integrity"]
        if duties:
            found[who] = [one.title for one in duties]
    return found


@pytest.mark.shows("D38")
def test_each_step_stands_on_the_list_of_whose_turn_it_is(doubting: Doubting) -> None:
    explain, decide, settle = ["说明存疑材料"], ["认定存疑材料"], ["处理认定不实的条目"]
    flag = doubting.doubt()
    assert waiting(doubting) == {"party_office": explain, "secretary": explain}
    doubting.move(flag, "answer", doubting.cast.party_office)
    assert waiting(doubting) == {"guidance_city": decide, "guidance_province": decide}
    doubting.move(flag, "confirm", doubting.cast.guidance_city)
    above = {"supervisor", "guidance_city", "guidance_province"}
    assert waiting(doubting) == dict.fromkeys(above, settle)
    doubting.move(flag, "settle", doubting.cast.supervisor)
    assert waiting(doubting) == {}


def test_what_was_not_explained_in_time_waits_for_a_second_person_too(doubting: Doubting) -> None:
    doubting.doubt()
    late = waiting(doubting, days=8)
    assert late["guidance_city"] == ["认定存疑材料"]
    assert late["party_office"] == ["说明存疑材料"]
    assert "supervisor" not in late
    assert (AT + timedelta(days=8)).date() > UNTIL
