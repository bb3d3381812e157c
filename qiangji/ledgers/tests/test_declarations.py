"""Declaring a ledger complete: what is asked before, and what a nil statement says."""

from datetime import UTC, date, datetime

import pytest

from qiangji.ledgers.exceptions import LedgersError
from qiangji.ledgers.models import Declaration
from qiangji.ledgers.services.declarations import (
    DeclarationInput,
    declare,
    declare_many,
    withdraw_declaration,
)
from qiangji.ledgers.tests.factories import make_record, make_talk
from qiangji.members.tests.factories import make_person
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.tests.factories import Cast, cast, make_role, make_user

AT = datetime(2026, 7, 2, 2, 0, tzinfo=UTC)
JUNE = {"start_date": date(2026, 6, 1), "end_date": date(2026, 6, 30)}

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> Cast:
    return cast()


def say(small: Cast, **changes: object) -> Declaration:
    given = {"organization": small.internal_medicine, "kind": "theme_party_day", "by": small.branch_secretary}
    return declare(**(given | JUNE | {"at": AT} | changes))


def test_a_ledger_with_records_is_declared_complete_and_the_fact_is_noted(small: Cast) -> None:
    make_record(small.internal_medicine)
    assert not say(small).is_nil
    assert ChangedFact.objects.get().kind == "declaration.theme_party_day"


def test_an_empty_ledger_is_declared_only_with_the_nil_statement(small: Cast) -> None:
    with pytest.raises(LedgersError, match="请申明“无此类事项”"):
        say(small)
    assert say(small, is_nil=True).is_nil


def test_a_nil_statement_that_records_contradict_is_refused(small: Cast) -> None:
    make_record(small.internal_medicine)
    make_record(small.surgery)
    with pytest.raises(LedgersError, match="已登记 1 条"):
        say(small, is_nil=True)


def test_a_talk_contradicts_the_nil_statement_of_talks(small: Cast) -> None:
    make_talk(small.internal_medicine, make_person("甲"), make_person("乙"))
    with pytest.raises(LedgersError, match="已登记 1 条“谈心谈话”"):
        say(small, kind="heart_talk", is_nil=True)


def test_drafts_have_to_be_confirmed_first(small: Cast) -> None:
    make_record(small.internal_medicine, state="draft")
    with pytest.raises(LedgersError, match="1 条“主题党日”待确认"):
        say(small, is_nil=True)


def test_withdrawn_records_and_other_months_do_not_count(small: Cast) -> None:
    make_record(small.internal_medicine, state="withdrawn")
    make_record(small.internal_medicine, date=date(2026, 5, 31))
    assert say(small, is_nil=True).pk


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"end_date": date(2026, 7, 31)}, "才结束"),
        ({"end_date": date(2026, 5, 1)}, "早于起日"),
        ({"kind": "study_centre_group"}, "不由内设党支部登记"),
        ({"kind": "x"}, "没有“x”"),
    ],
)
def test_what_cannot_be_declared(small: Cast, changes: dict, words: str) -> None:
    with pytest.raises(LedgersError, match=words):
        say(small, is_nil=True, **changes)


def test_the_same_statement_twice_is_refused_until_the_first_is_withdrawn(small: Cast) -> None:
    first = say(small, is_nil=True)
    with pytest.raises(LedgersError, match="已经申明过"):
        say(small, is_nil=True)
    withdraw_declaration(declaration=first, by=small.branch_secretary, at=AT)
    assert say(small, is_nil=True).pk != first.pk
    with pytest.raises(LedgersError, match="已经撤回"):
        withdraw_declaration(declaration=first, by=small.branch_secretary, at=AT)


def test_only_the_discipline_secretary_states_that_there_was_no_sanction(small: Cast) -> None:
    nil = {"organization": small.hospital_a, "kind": "leader_sanction", "is_nil": True}
    with pytest.raises(LedgersError, match="由纪委书记登记和申明"):
        say(small, by=small.party_office, **nil)
    discipline = make_user(name="纪委书记")
    make_role(discipline, small.hospital_a, RoleName.DISCIPLINE_SECRETARY)
    assert say(small, by=discipline, **nil).declared_by == discipline


@pytest.mark.parametrize("many", [2, 10])
def test_the_statements_of_many_declarations_do_not_grow(
    small: Cast, many: int, django_assert_num_queries
) -> None:
    rows = [
        DeclarationInput(small.surgery, "theme_party_day", date(2026, 1, day), date(2026, 6, 30), is_nil=True)
        for day in range(1, many + 1)
    ]
    with django_assert_num_queries(9):
        declare_many(rows=rows, by=small.party_office, at=AT)
