"""Which events a check picks: whose they are, what is in force, what goes by the day; and the figures that follow from two."""

from datetime import date
from decimal import Decimal

import pytest

from qiangji.rules.answers import Answer
from qiangji.rules.facts import Event, Individual, Reason
from qiangji.rules.language import Check
from qiangji.rules.meaning import faults_of
from qiangji.rules.needs import needs_of
from qiangji.rules.periods import Period, year_of
from qiangji.rules.tests.test_evaluate import event, look

MET, UNMET, PENDING, UNKNOWN = Answer.MET, Answer.UNMET, Answer.PENDING, Answer.UNKNOWN


@pytest.mark.parametrize(("whose", "found"), [(None, 3), ("own", 1), ("below", 2)])
def test_what_branches_recorded_is_told_from_the_subjects_own(whose: str | None, found: int) -> None:
    events = {
        "dues_disclosure": [event("2026-02-01"), *(event("2026-03-01", owner=n, id=str(n)) for n in (7, 8))]
    }
    check = {"count": {"of": "dues_disclosure", "at_least": 1} | ({"whose": whose} if whose else {})}
    assert look(check, events=events).found == found


@pytest.mark.parametrize(
    ("until", "as_of", "answer"),
    [
        (None, "2027-01-15", MET),
        ("2026-12-31", "2027-01-15", MET),
        ("2026-12-30", "2027-01-15", UNMET),
        ("2026-06-30", "2026-06-30", MET),
        ("2026-06-30", "2026-07-01", PENDING),
    ],
)
def test_a_register_counts_what_is_in_force_however_old(
    until: str | None, as_of: str, answer: Answer
) -> None:
    last = date.fromisoformat(until) if until else None
    events = {"activity_venue": [event("2019-05-01", until=last)]}
    check = {"count": {"of": "activity_venue", "at_least": 1, "in_force": True}}
    assert look(check, as_of, events=events).answer is answer
    assert look({"count": {"of": "activity_venue", "at_least": 1}}, events=events).answer is UNMET


def test_an_old_charter_that_is_in_force_is_on_file() -> None:
    charter = event("2019-05-01", values={"document_kind": "charter"})
    check = {
        "attest": {"of": "policy_document", "where": {"document_kind": "charter"}, "in_force": True},
    }
    assert look(check, events={"policy_document": [charter]}).answer is MET
    check["attest"]["in_force"] = False
    assert look(check, events={"policy_document": [charter]}).answer is UNKNOWN


def test_what_is_in_force_is_not_cut_into_stretches() -> None:
    check = {"count": {"of": "activity_venue", "at_least": 1, "in_force": True, "per": "quarter"}}
    ((place, words),) = faults_of(Check.model_validate(check), {})
    assert place == ("check", "count", "per")
    assert "请删去 per" in words


@pytest.mark.parametrize(("window", "answer"), [("calendar_year", MET), ("by_year_end", UNMET)])
def test_by_the_years_end_goes_by_the_day(window: str, answer: Answer) -> None:
    late = event("2027-01-05", year=2026)
    check = {"count": {"of": "relations_check", "at_least": 1, "window": window}}
    assert look(check, "2027-01-10", events={"relations_check": [late]}).answer is answer


@pytest.mark.parametrize(("theory", "answer"), [("8", MET), ("7.9", UNMET), ("0", UNMET), (None, UNKNOWN)])
def test_a_third_of_the_hours_is_exact(theory: str | None, answer: Answer) -> None:
    hours = {"hours": Decimal(24)} | ({"theory_hours": Decimal(theory)} if theory else {})
    check = {"every": {"of": "training_class", "has": {"hours_per_theory_hour": {"at_most": 3}}}}
    assert look(check, events={"training_class": [event("2026-05-01", values=hours)]}).answer is answer


def test_a_quotient_needs_both_its_numbers() -> None:
    check = {"every": {"of": "party_class", "has": {"hours_per_theory_hour": {"at_most": 3}}}}
    ((_, words),) = faults_of(Check.model_validate(check), {})
    assert "没有“theory_hours”" in words


LETTER = {
    "ordered": {
        "of": "term_end",
        "whose": "below",
        "after": "term_reminder",
        "by_at_least": "6 months",
        "usually": True,
    },
    "key": "letter",
}


def test_a_usual_span_gives_way_to_a_stated_reason() -> None:
    events: dict[str, list[Event]] = {
        "term_end": [event("2026-09-30", link="t", owner=7)],
        "term_reminder": [event("2026-05-01", link="t", owner=7)],
    }
    assert look(LETTER, events=events).answer is UNMET
    trace = look(LETTER, events=events, reasons={"letter": Reason("上级统一部署")})
    assert trace.answer is MET
    assert trace.lacking == ()


def test_a_term_of_the_subject_itself_is_not_one_of_those_below() -> None:
    events = {"term_end": [event("2026-09-30", link="t")], "term_reminder": []}
    assert look(LETTER, events=events).answer is Answer.NOT_APPLICABLE


def test_branches_are_counted_by_what_they_recorded_themselves() -> None:
    check = {"share": {"of": "branches", "meets": {"count": {"of": "member_appraisal", "at_least": 1}}}}
    branches = {"branches": [Individual(7, date(2020, 1, 1)), Individual(8, date(2020, 1, 1))]}
    done = [event("2026-01-20", owner=n, id=str(n)) for n in (7, 8)]
    assert look(check, events={"member_appraisal": done}, populations=branches).answer is MET
    assert look(check, events={"member_appraisal": done[:1]}, populations=branches).answer is UNMET


def test_what_a_check_needs_is_known_before_it_is_judged() -> None:
    check = Check.model_validate(
        {
            "all": [
                {
                    "every": {
                        "of": "study_centre_group",
                        "has": {"keynotes_by_group_members": {"at_least": 1}},
                    }
                },
                {"ratio": {"top": "e_branch_members", "bottom": "members", "at_least": 1}},
                {"attended": {"of": "leaders", "at": "theme_party_day", "at_least": 1}},
                LETTER | {"when": {"value": {"of": "organization_form", "equals": "committee"}}},
                {"pairs": {"of": "committee_members", "by": "heart_talk"}},
                {"answered": {"of": "seat_vacancy", "by": "by_election", "within": "6 months"}},
            ]
        }
    )
    needs = needs_of(check)
    assert needs.events == {
        "study_centre_group",
        "theme_party_day",
        "term_end",
        "term_reminder",
        "heart_talk",
        "seat_vacancy",
        "by_election",
    }
    assert needs.states == {"e_branch_members", "organization_form"}
    assert needs.populations == {"centre_group", "members", "leaders", "committee_members"}


OVERDUE = {"ordered": {"of": "term_end", "after": "term_election", "still_open": True}}


@pytest.mark.parametrize(
    ("until", "answer"),
    [
        (None, UNMET),
        ("2027-01-02", UNMET),
        ("2026-12-31", UNMET),
        ("2026-12-30", Answer.NOT_APPLICABLE),
        ("2025-11-30", Answer.NOT_APPLICABLE),
    ],
)
def test_what_was_due_before_the_window_counts_while_it_is_open(until: str | None, answer: Answer) -> None:
    last = date.fromisoformat(until) if until else None
    events: dict[str, list[Event]] = {
        "term_end": [event("2025-10-15", until=last, link="t")],
        "term_election": [],
    }
    assert look(OVERDUE, "2027-01-15", events=events).answer is answer
    only_this_window = {"ordered": OVERDUE["ordered"] | {"still_open": False}}
    assert look(only_this_window, "2027-01-15", events=events).answer is Answer.NOT_APPLICABLE


def test_a_vacancy_from_before_the_window_is_asked_for_while_it_is_open() -> None:
    check = {
        "answered": {"of": "seat_vacancy", "by": "by_election", "within": "6 months", "still_open": True}
    }
    events: dict[str, list[Event]] = {"seat_vacancy": [event("2024-06-01", link="a")], "by_election": []}
    declared = {"seat_vacancy": [year_of(2026)]}
    trace = look(check, "2026-12-31", events=events, declared=declared)
    assert (trace.answer, trace.lacking) == (UNMET, ("委员出缺（2024-06-01）之后应有补选，最迟 2024-12-01",))


@pytest.mark.parametrize(("on", "answer"), [("2026-03-20", UNMET), ("2026-03-21", MET)])
def test_the_meeting_that_was_at_fault_does_not_answer_the_order_of_its_own_day(
    on: str, answer: Answer
) -> None:
    node = {"of": "redo_order", "by": "organization_life_meeting", "within": "3 months"}
    events = {
        "redo_order": [event("2026-03-20", link="a")],
        "organization_life_meeting": [event(on, link="a")],
    }
    assert look({"answered": node | {"from_next_day": True}}, events=events).answer is answer
    assert look({"answered": node}, events=events).answer is MET


def test_a_property_that_was_not_recorded_is_asked_for_and_one_known_to_fail_decides() -> None:
    check = {"every": {"of": "training_class", "has": {"hours_per_theory_hour": {"at_most": 3}}}}
    silent = event("2026-05-01", values={"hours": Decimal(24)}, id="a")
    short = event("2026-06-01", values={"hours": Decimal(24), "theory_hours": Decimal(1)}, id="b")
    trace = look(check, events={"training_class": [silent]})
    assert (trace.answer, trace.lacking) == (UNKNOWN, ("培训班有 1 次没有登记其中理论学时（2026-05-01）",))
    assert look(check, events={"training_class": [silent, short]}).answer is UNMET


def test_enough_of_what_is_known_needs_nothing_more() -> None:
    check = {"every": {"of": "major_decision", "has": {"is_collective": True}, "share": "0.5"}}
    done, silent = event("2026-05-01", values={"is_collective": True}, id="a"), event("2026-06-01", id="b")
    assert look(check, events={"major_decision": [done, silent]}).answer is MET
    assert look(check, events={"major_decision": [silent]}).answer is UNKNOWN


BY_QUARTER = {"count": {"of": "study_centre_group", "per": "quarter", "at_least": 1}}


def test_what_was_over_before_the_subject_existed_is_not_asked_of_it() -> None:
    events = {"study_centre_group": [event("2026-09-20", id="a"), event("2026-11-20", id="b")]}
    assert look(BY_QUARTER, events=events).answer is UNMET
    trace = look(BY_QUARTER, events=events, since=date(2026, 9, 10))
    assert (trace.answer, [piece.label for piece in trace.children]) == (
        MET, ["2026年第三季度", "2026年第四季度"],
    )  # fmt: skip
    assert look(BY_QUARTER, events=events, since=date(2026, 6, 30)).answer is UNMET


def test_a_time_in_which_the_subject_did_not_exist_is_not_applicable() -> None:
    check = {"count": {"of": "election_ledger_review", "window": "january", "at_least": 1}}
    trace = look(check, events={"election_ledger_review": []}, since=date(2026, 3, 1))
    assert trace.answer is Answer.NOT_APPLICABLE
    assert trace.notes == ("2026-03-01 成立，2026年1月尚未成立",)


def test_two_adjoining_exemptions_exempt_as_one_would() -> None:
    check = {
        "share": {
            "of": "members",
            "meets": {"sum": {"of": "training_class", "quantity": "hours", "at_least": 32}},
        }
    }
    halves = (
        Period(date(2026, 1, 1), date(2026, 6, 30), ""),
        Period(date(2026, 7, 1), date(2026, 12, 31), ""),
    )
    away = Period(date(2026, 4, 1), date(2026, 6, 30), "")
    spring, rest = Period(date(2026, 1, 1), date(2026, 3, 31), ""), halves[1]
    for gap, exempt, answer in (
        ((), halves, MET),
        ((away,), (spring, rest), MET),
        ((), (spring, rest), UNMET),
    ):
        someone = Individual(1, date(2020, 1, 1), exempt=exempt, away=gap)
        other = Individual(2, date(2020, 1, 1))
        events = {
            "training_class": [event("2026-05-01", values={"hours": Decimal(40)}, present=frozenset({2}))]
        }
        assert look(check, events=events, populations={"members": [someone, other]}).answer is answer


def test_a_share_names_the_day_on_which_the_earliest_open_month_ends() -> None:
    check = {
        "share": {
            "of": "branches",
            "meets": {"count": {"of": "branch_self_check", "per": "month", "at_least": 1}},
        }
    }
    branches = {"branches": [Individual(7, date(2020, 1, 1)), Individual(8, date(2020, 1, 1))]}
    months = [
        event(f"2026-0{month}-05", owner=owner, id=f"{owner}-{month}")
        for month in (1, 2, 3)
        for owner in (7, 8)
    ]
    trace = look(check, "2026-03-10", events={"branch_self_check": months}, populations=branches)
    assert (trace.answer, trace.mend_by) == (PENDING, date(2026, 4, 30))
    trace = look(check, "2026-03-10", events={"branch_self_check": months[:-1]}, populations=branches)
    assert (trace.answer, trace.mend_by) == (PENDING, date(2026, 3, 31))
