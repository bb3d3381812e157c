"""The pages of an edition's checks: in words, with cases, tried for whose facts one may see, and with nothing written.

Tried with the library's table for branches: twenty-two criteria are read faster than eighty-four.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiangji.assessments.check_words import choice_label
from qiangji.assessments.models import Evaluation, Proposal
from qiangji.assessments.selectors.check_offers import offers_of
from qiangji.assessments.selectors.check_trials import trace_line
from qiangji.assessments.services.cycles import open_cycle
from qiangji.assessments.tests.factories import OPENED, make_cycle, make_edition, supervise_outsider
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.ledgers.tests.factories import make_record
from qiangji.orgs.tests.factories import cast
from qiangji.rules.answers import Answer
from qiangji.rules.trace import Trace
from qiangji.standards.loader import library_dir, load_edition, shipped_checks
from qiangji.standards.models import Criterion, CriterionWording, Edition, Wording
from qiangji.standards.selectors import criterion_spec
from qiangji.standards.services import publish_edition, store_edition

pytestmark = pytest.mark.django_db
DAYS = (date(2026, 2, 10), date(2026, 5, 12), date(2026, 8, 11), date(2026, 10, 13))


@pytest.fixture(scope="module")
def world_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The branches' table in a cycle: the branch 内科 held its meeting in every quarter."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = cast()
        supervise_outsider(people)
        stored = store_edition(
            load_edition(library_dir() / "branch-sample" / "2020"), origin=Edition.Origin.LIBRARY
        )
        sample = publish_edition(edition=stored, by=None, at=OPENED)
        cycle = make_cycle(people.province, make_edition(), sample)
        open_cycle(cycle=cycle, by=None, at=OPENED)
        for day in DAYS:
            make_record(people.internal_medicine, ["branch_members_meeting"], date=day)
        yield World(people, cycle)
        transaction.set_rollback(True)


@pytest.fixture
def world(world_of_file: World, db: None) -> World:
    return replace(world_of_file)


def page(client: Client, world: World, code: str = "", **query: str) -> str:
    edition = world.branch.edition.public_id
    name, args = ("assessments:check", [edition, code]) if code else ("assessments:checks", [edition])
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def asked(world: World, day: str) -> dict[str, str]:
    return {"organization": str(world.cast.internal_medicine.public_id), "day": day}


def test_the_list_says_of_every_criterion_who_decides(world: World) -> None:
    text = page(as_user(world.cast.party_office), world)
    entries = shipped_checks(world.branch.edition.ref).values()
    facts, persons = sum(not one.by_person for one in entries), sum(bool(one.by_person) for one in entries)
    assert min(facts, persons) > 0
    assert f"22 条中，{facts} 条按登记的事实给出建议，{persons} 条由人核定" in text
    assert (text.count("按事实判定"), text.count('bi-person"')) == (facts, persons)


def test_a_check_is_shown_in_words_with_its_figures_and_their_clause(world: World) -> None:
    text = page(as_user(world.cast.party_office), world, "2-1-1")
    for words in (
        "每季度支部党员大会不少于 1 次",
        "支部党员大会次数",
        "1 次/季",
        "越大越严",
        "三会一课 1",
        "所属年度内",
        "随系统内置的判定",
    ):
        assert words in text


def test_its_cases_are_tried_on_the_spot(world: World) -> None:
    text = page(as_user(world.cast.party_office), world, "2-1-1")
    assert text.count("bi-check2") >= 2
    assert "不一致" not in text


def test_what_a_person_decides_says_what_to_look_at(world: World) -> None:
    text = page(as_user(world.cast.party_office), world, "3-2-1")
    assert "由人核定" in text
    assert "看发展纪实" in text
    assert "试算" not in text


@pytest.mark.parametrize(("day", "words"), [("2027-01-15", "符合"), ("2026-03-31", "尚未到期")])
def test_a_trial_answers_for_the_own_branch_as_of_a_day(world: World, day: str, words: str) -> None:
    text = page(as_user(world.cast.branch_secretary), world, "2-1-1", **asked(world, day))
    assert f"{world.cast.internal_medicine.name}，{day}" in text
    assert f"{words}：" in text


def test_a_trial_of_a_whole_year_looks_at_that_year(world: World) -> None:
    query = asked(world, "2026-10-20") | {"whole_year": "2025"}
    text = page(as_user(world.cast.branch_secretary), world, "2-1-1", **query)
    assert f"{world.cast.internal_medicine.name}，2025 年全年：建议 0 分" in text


@pytest.mark.parametrize("year", ["2009", "2100", "x"])
def test_a_year_that_is_not_over_is_refused(world: World, year: str) -> None:
    query = asked(world, "2026-10-20") | {"whole_year": year}
    text = page(as_user(world.cast.branch_secretary), world, "2-1-1", **query)
    assert "建议 " not in text


def test_a_trial_writes_nothing(world: World) -> None:
    before = (Proposal.objects.count(), Evaluation.objects.count())
    page(as_user(world.cast.branch_secretary), world, "2-1-1", **asked(world, "2026-10-31"))
    assert (Proposal.objects.count(), Evaluation.objects.count()) == before


@pytest.mark.parametrize(
    "who", ["party_office", "supervisor", "guidance_province", "administrator", "outsider", "member"]
)
def test_who_may_not_see_live_facts_cannot_try_them(world: World, who: str) -> None:
    user = getattr(world.cast, who)
    text = page(as_user(user), world, "2-1-1", **asked(world, "2027-01-15"))
    assert "建议 " not in text
    assert f"{world.cast.internal_medicine.name}，2027" not in text


@pytest.mark.parametrize("day", ["", "yesterday", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_refused_beside_its_field(world: World, day: str) -> None:
    text = page(as_user(world.cast.branch_secretary), world, "2-1-1", **asked(world, day))
    assert "invalid-feedback" in text
    assert "日期" in text


def test_a_code_that_the_edition_does_not_have_is_404(world: World) -> None:
    address = reverse("assessments:check", args=[world.branch.edition.public_id, "9-9-99"])
    assert as_user(world.cast.party_office).get(address).status_code == 404


def test_a_trial_asks_a_settled_number_of_statements(world: World) -> None:
    client = as_user(world.cast.branch_secretary)
    page(client, world, "2-1-1", **asked(world, "2026-10-31"))
    with CaptureQueriesContext(connection) as queries:
        page(client, world, "2-1-1", **asked(world, "2026-10-31"))
    assert len(queries) <= 24


def test_a_trace_says_its_figures_once() -> None:
    missing = "第一季度党课现有 0 次，应不少于 1 次"
    told = trace_line(
        Trace("count", Answer.UNMET, facts=("party_class",), bound="不少于 1 次", missing=missing)
    )
    assert told.figures == missing


@pytest.mark.parametrize(
    ("text", "said", "event"),
    [
        ("召开支部党员大会，每季度至少1次。", "每季度至少 1 次", "branch_members_meeting"),
        ("每半年研究一次意识形态工作检查情况，全年不少于2次。", "每半年至少 1 次", "ideology_check"),
        ("两年内至少召开思想政治工作研讨会1次。", "两年内至少 1 次", "ideological_seminar"),
    ],
)
def test_the_official_wording_of_a_shipped_criterion_is_offered_too(
    world: World, text: str, said: str, event: str
) -> None:
    """A site imports the wording beside an edition that ships with neither draft checks nor its document's words."""
    criterion = Criterion.objects.get(edition=world.branch.edition, code="2-1-1")
    wording = Wording.objects.create(
        edition=criterion.edition, filename="附件.docx", digest="0" * 64, imported_at=OPENED, is_current=True
    )
    CriterionWording.objects.create(wording=wording, criterion=criterion, text=text)
    offers = offers_of(criterion.edition, criterion_spec(criterion))
    assert offers[0].said == said
    assert offers[0].line is not None
    assert offers[0].line.event == event
    assert f"从条文读出：<strong>{said}</strong>" in page(as_user(world.cast.party_office), world, "2-1-1")


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
