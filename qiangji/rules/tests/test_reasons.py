"""Reasons that were stated for so many of those who fall short of a usual figure (一般), by a document."""

from datetime import date
from decimal import Decimal

import pytest

from qiangji.rules.answers import Answer
from qiangji.rules.explain import reason_of
from qiangji.rules.facts import Event, Individual, Reason
from qiangji.rules.tests.test_evaluate import event, hours, look, members

MET, UNMET, PENDING = Answer.MET, Answer.UNMET, Answer.PENDING
HOURS = {
    "share": {
        "of": "members",
        "usually": True,
        "meets": {"sum": {"of": "training_class", "quantity": "hours", "at_least": 32}},
    },
    "key": "member_hours",
}


def stated(number: int, unit: str = "人") -> Reason:
    return Reason(f"{number} {unit}，院党委〔2026〕12号", number, unit)


@pytest.mark.parametrize(("number", "answer"), [(1, UNMET), (2, MET), (3, MET)])
def test_a_reason_for_so_many_stands_for_so_many_persons(number: int, answer: Answer) -> None:
    events = {"training_class": [hours(1, 2, 3)]}
    trace = look(
        HOURS, events=events, populations={"members": members(5)}, reasons={"member_hours": stated(number)}
    )
    assert trace.answer is answer
    assert "院党委〔2026〕12号" in reason_of(trace)
    assert ("还有 1 人没有说明" in reason_of(trace)) is (answer is UNMET)


def test_who_falls_short_without_a_reason_is_told_where_to_state_it() -> None:
    trace = look(HOURS, events={"training_class": []}, populations={"members": members(1)})
    assert "登记在基本情况“学时不足已说明理由的党员数”" in reason_of(trace)


def test_a_reason_counts_towards_the_part_that_is_asked() -> None:
    """Nine of ten are asked: seven did it, a reason for two makes nine."""
    check = {"share": HOURS["share"] | {"at_least": "0.9"}, "key": "member_hours"}
    facts = {
        "events": {"training_class": [hours(*range(1, 8))]},
        "populations": {"members": members(10)},
    }
    assert look(check, **facts, reasons={"member_hours": stated(1)}).answer is UNMET
    assert look(check, **facts, reasons={"member_hours": stated(2)}).answer is MET


@pytest.mark.parametrize(("number", "answer"), [(1, UNMET), (2, MET)])
def test_a_reason_stands_for_so_many_pairs(number: int, answer: Answer) -> None:
    check = {
        "pairs": {"of": "committee_members", "by": "heart_talk", "usually": True},
        "key": "committee_talks",
    }
    talks = [event("2026-02-01", pair=frozenset({1, 2}))]
    facts = {"events": {"heart_talk": talks}, "populations": {"committee_members": members(3)}}
    assert look(check, **facts, reasons={"committee_talks": stated(number, "对")}).answer is answer


LETTERS = {
    "ordered": {
        "of": "term_end", "after": "term_reminder", "by_at_least": "6 months", "usually": True,
    },
    "key": "term_reminder",
}  # fmt: skip


def test_a_reason_for_one_late_letter_leaves_the_others_asked() -> None:
    events: dict[str, list[Event]] = {
        "term_end": [
            event("2026-06-30", link="a"),
            event("2026-08-31", link="b"),
            event("2026-12-31", link="c"),
        ],
        "term_reminder": [],
    }
    reason = {"term_reminder": stated(1, "届")}
    assert look(LETTERS, "2026-02-01", events=events, reasons=reason).answer is PENDING
    assert look(LETTERS, "2026-03-31", events=events, reasons=reason).answer is UNMET


def test_a_reason_for_so_many_months_stands_for_the_first_ones_without_a_meeting() -> None:
    check = {
        "count": {"of": "group_meeting", "per": "month", "at_least": 1, "usually": True},
        "key": "group_meetings",
    }
    held = {"group_meeting": [event(f"2026-{month:02d}-10") for month in range(3, 13)]}
    assert look(check, events=held, reasons={"group_meetings": stated(1, "个月")}).answer is UNMET
    assert look(check, events=held, reasons={"group_meetings": stated(2, "个月")}).answer is MET


def test_a_reason_for_members_excuses_nobody_who_owes_nothing() -> None:
    people = {"members": [Individual(1, date(2020, 1, 1), date(2026, 5, 1)), *members(2)[1:]]}
    events = {"training_class": [hours(2, amount=Decimal(32))]}  # type: ignore[arg-type]
    trace = look(HOURS, events=events, populations=people, reasons={"member_hours": stated(1)})
    assert (trace.answer, trace.notes) == (MET, ())
