"""The pages of an edition's checks: in words, with cases, tried for whose facts one may see, and with nothing written."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.assessments.check_words import choice_label
from qiangji.assessments.models import Evaluation, Proposal
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.tests.factories import OPENED, make_cycle, supervise_outsider
from qiangji.assessments.tests.test_evaluating import store_annex, study
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.orgs.tests.factories import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world_with_annex(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Annex 2 in a cycle: hospital 甲 studied in every quarter."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = cast()
        supervise_outsider(people)
        cycle = make_cycle(people.province, store_annex())
        open_cycle(cycle=cycle, by=None, at=OPENED)
        study(people)
        yield World(people, cycle)
        transaction.set_rollback(True)


@pytest.fixture
def annex(world_with_annex: World, db: None) -> World:
    return replace(world_with_annex)


def page(client: Client, world: World, code: str = "", **query: str) -> str:
    edition = world.sheet.edition.public_id
    name, args = ("assessments:check", [edition, code]) if code else ("assessments:checks", [edition])
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def asked(world: World, day: str) -> dict[str, str]:
    return {"organization": str(world.cast.hospital_a.public_id), "day": day}


def test_the_list_says_of_every_criterion_who_decides(annex: World) -> None:
    text = page(as_user(annex.cast.party_office), annex)
    assert "84 条中，78 条按登记的事实给出建议，6 条由人核定" in text
    assert (text.count("按事实判定"), text.count('bi-person"')) == (78, 6)


def test_a_check_is_shown_in_words_with_its_figures_and_their_clause(annex: World) -> None:
    text = page(as_user(annex.cast.party_office), annex, "3-2-2")
    for words in (
        "每季度中心组学习不少于 1 次",
        "全年中心组学习次数",
        "4 次",
        "越大越严",
        "思想建设 2",
        "所属年度内",
    ):
        assert words in text


def test_its_cases_are_tried_on_the_spot(annex: World) -> None:
    text = page(as_user(annex.cast.party_office), annex, "3-2-2")
    assert text.count("bi-check2") >= 2
    assert "不一致" not in text


def test_what_a_person_decides_says_what_to_look_at(annex: World) -> None:
    text = page(as_user(annex.cast.party_office), annex, "3-1-1")
    assert "由人核定" in text
    assert "第一议题" in text
    assert "试算" not in text


@pytest.mark.parametrize(("day", "words"), [("2027-01-15", "符合"), ("2026-03-31", "尚未到期")])
def test_a_trial_answers_for_the_own_hospital_as_of_a_day(annex: World, day: str, words: str) -> None:
    text = page(as_user(annex.cast.party_office), annex, "3-2-2", **asked(annex, day))
    assert f"{annex.cast.hospital_a.name}，{day}" in text
    assert f"{words}：" in text


def test_a_trial_writes_nothing(annex: World) -> None:
    before = (Proposal.objects.count(), Evaluation.objects.count())
    page(as_user(annex.cast.party_office), annex, "3-2-2", **asked(annex, "2026-10-31"))
    assert (Proposal.objects.count(), Evaluation.objects.count()) == before


@pytest.mark.parametrize("who", ["supervisor", "guidance_province", "administrator", "outsider"])
def test_who_may_not_see_live_facts_cannot_try_them(annex: World, who: str) -> None:
    user = getattr(annex.cast, who)
    text = page(as_user(user), annex, "3-2-2", **asked(annex, "2027-01-15"))
    assert "建议 " not in text
    assert f"{annex.cast.hospital_a.name}，2027" not in text


@pytest.mark.parametrize("day", ["", "yesterday", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_refused_beside_its_field(annex: World, day: str) -> None:
    text = page(as_user(annex.cast.party_office), annex, "3-2-2", **asked(annex, day))
    assert "invalid-feedback" in text
    assert "日期" in text


def test_a_code_that_the_edition_does_not_have_is_404(annex: World) -> None:
    address = reverse("assessments:check", args=[annex.sheet.edition.public_id, "9-9-99"])
    assert as_user(annex.cast.party_office).get(address).status_code == 404


def test_a_trial_asks_a_settled_number_of_statements(annex: World) -> None:
    client = as_user(annex.cast.party_office)
    page(client, annex, "3-2-2", **asked(annex, "2026-10-31"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page(client, annex, "3-2-2", **asked(annex, "2026-10-31"))
    assert len(queries) <= 30


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (("joint_theme_day", "festival", "july_first"), "七一"),
        (("organization_form", "", "committee"), "党委"),
        (("hospital_level", "", "level_3"), "三级"),
        (("term_end", "body", "discipline"), "纪委"),
        (("joint_theme_day", "festival", "unheard"), "unheard"),
    ],
)
def test_choices_have_the_names_that_forms_give_them(where: tuple[str, str, str], words: str) -> None:
    assert choice_label(*where) == words
