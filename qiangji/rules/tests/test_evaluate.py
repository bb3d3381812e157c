"""What a check answers: each operator, open and closed windows, declarations, exemptions, what is usual."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiangji.rules.answers import Answer
from qiangji.rules.awards import award
from qiangji.rules.context import Context, ParameterValue
from qiangji.rules.evaluate import evaluate
from qiangji.rules.explain import reason_of, text_of
from qiangji.rules.facts import Event, Facts, Individual, Moment, Reason, State
from qiangji.rules.language import Award, Check
from qiangji.rules.periods import Period, buckets, year_of
from qiangji.rules.trace import Trace

YEAR = year_of(2026)
MET, UNMET, PENDING, UNKNOWN = Answer.MET, Answer.UNMET, Answer.PENDING, Answer.UNKNOWN
NOT_APPLICABLE = Answer.NOT_APPLICABLE


def event(day: str, **fields: object) -> Event:
    when = date.fromisoformat(day)
    return Event(**{"id": f"{day}-{len(fields)}", "day": when, "year": when.year, **fields})  # type: ignore[arg-type]


def look(check: dict, as_of: str = "2027-01-15", closing: str = "2027-03-31", **facts: object) -> Trace:
    parameters = {"yearly": ParameterValue(Decimal(4), "市卫健委〔2026〕1号")}
    moment = Moment(date.fromisoformat(as_of), 2026, YEAR, date.fromisoformat(closing))
    return evaluate(
        Check.model_validate(check),
        Context(Facts(**facts), moment, parameters=parameters),  # type: ignore[arg-type]
    )


def quarterly(*days: str) -> dict:
    return {"study_centre_group": [event(day) for day in days]}


STUDY = {
    "all": [
        {"count": {"of": "study_centre_group", "per": "quarter", "at_least": 1}},
        {"count": {"of": "study_centre_group", "per": "year", "at_least": "$yearly"}},
    ]
}


@pytest.mark.parametrize(
    ("days", "as_of", "answer"),
    [
        (["2026-01-10", "2026-04-10", "2026-07-10", "2026-10-10"], "2027-01-01", MET),
        (["2026-01-10", "2026-04-10", "2026-07-10"], "2026-12-31", PENDING),
        (["2026-01-10", "2026-04-10", "2026-07-10"], "2027-01-01", UNMET),
        (["2026-01-10", "2026-07-10"], "2026-06-30", PENDING),
        (["2026-01-10", "2026-07-10"], "2026-07-31", UNMET),
        ([], "2026-03-31", PENDING),
    ],
)
def test_a_study_group_is_counted_per_quarter_and_per_year(
    days: list[str], as_of: str, answer: Answer
) -> None:
    assert look(STUDY, as_of, events=quarterly(*days)).answer is answer


def test_a_fact_that_was_never_collected_is_unknown_and_named() -> None:
    trace = look(STUDY)
    assert trace.answer is UNKNOWN
    assert trace.lacking == ("没有取得“中心组学习”的数据",)


def test_a_ledger_declared_complete_decides_before_the_window_is_over() -> None:
    check = {"count": {"of": "study_centre_group", "at_least": 1}}
    declared = {"study_centre_group": [YEAR]}
    assert look(check, "2026-06-30", events=quarterly()).answer is PENDING
    assert look(check, "2026-06-30", events=quarterly(), declared=declared).answer is UNMET


def test_an_upper_bound_needs_the_declaration_for_nothing_recorded_is_no_proof() -> None:
    check = {"count": {"of": "study_centre_group", "at_most": 2}}
    declared = {"study_centre_group": [YEAR]}
    assert look(check, events=quarterly("2026-02-01")).answer is UNKNOWN
    assert look(check, events=quarterly("2026-02-01"), declared=declared).answer is MET
    assert (
        look(check, "2026-05-01", events=quarterly("2026-02-01", "2026-02-02", "2026-02-03")).answer is UNMET
    )


def test_the_year_that_a_record_belongs_to_decides_in_a_calendar_year() -> None:
    held_later = {"member_appraisal": [event("2027-02-10", year=2026)]}
    check = {"count": {"of": "member_appraisal", "window": "calendar_year", "at_least": 1}}
    assert look(check, "2027-02-01", events=held_later).answer is UNMET
    assert look(check, "2027-02-10", events=held_later).answer is MET


def test_every_meeting_has_its_keynote_by_a_member_of_the_group() -> None:
    check = {"every": {"of": "study_centre_group", "has": {"keynotes_by_group_members": {"at_least": 1}}}}
    group = {"centre_group": [Individual(1, date(2020, 1, 1), date(2026, 5, 31))]}
    good = event("2026-02-01", keynotes=frozenset({1}))
    bad = event("2026-08-01", keynotes=frozenset({1}))
    assert look(check, events={"study_centre_group": [good]}, populations=group).answer is MET
    trace = look(check, events={"study_centre_group": [good, bad]}, populations=group)
    assert trace.answer is UNMET
    assert "2026-08-01" in trace.missing


@pytest.mark.parametrize("operator", ["absent", "every"])
def test_nothing_recorded_is_unknown_until_the_ledger_is_declared(operator: str) -> None:
    operand = {"of": "training_class"} | ({"has": {"hours": {"at_least": 1}}} if operator == "every" else {})
    check = {operator: operand}
    assert look(check, events={"training_class": []}).answer is UNKNOWN
    assert look(check, events={"training_class": []}, declared={"training_class": [YEAR]}).answer is MET
    assert look(check, "2026-06-01", events={"training_class": []}).answer is PENDING


HOURS = {
    "share": {
        "of": "members",
        "at_least": "0.9",
        "meets": {"sum": {"of": "training_class", "quantity": "hours", "at_least": 32}},
    }
}


def hours(*people: int, amount: int = 32, day: str = "2026-05-01") -> Event:
    return event(day, present=frozenset(people), values={"hours": Decimal(amount)})


def members(number: int, **fields: object) -> list[Individual]:
    return [Individual(key, date(2020, 1, 1), **fields) for key in range(1, number + 1)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("trained", "answer"), [(9, MET), (8, UNMET)])
def test_nine_of_ten_members_pass_and_eight_do_not(trained: int, answer: Answer) -> None:
    events = {"training_class": [hours(*range(1, trained + 1))]}
    assert look(HOURS, events=events, populations={"members": members(10)}).answer is answer


def test_who_is_exempt_the_whole_year_is_left_out_and_named() -> None:
    people = [*members(9), Individual(10, date(2020, 1, 1), exempt=(YEAR,))]
    trace = look(HOURS, events={"training_class": [hours(*range(1, 10))]}, populations={"members": people})
    assert trace.answer is MET
    assert trace.total == 9
    assert trace.notes == ("另有 1 人经批准免予要求。",)


def test_who_joined_within_the_year_owes_a_part_where_the_edition_says_so() -> None:
    people = {"members": [Individual(1, date(2026, 7, 1))]}
    events = {"training_class": [hours(1, amount=16, day="2026-08-01")]}
    whole = {"share": HOURS["share"] | {"pro_rata": True}}
    assert look(HOURS, events=events, populations=people).answer is UNMET
    assert look(whole, events=events, populations=people).answer is MET


AWAY = (Period(date(2026, 4, 1), date(2026, 9, 30), ""),)


def test_who_left_and_came_back_owes_the_months_of_both_spells() -> None:
    """Six months of twelve: 16 of 32 hours."""
    whole = {"share": HOURS["share"] | {"pro_rata": True}}
    people = {"members": [Individual(1, date(2020, 1, 1), away=AWAY)]}
    for amount, answer in ((16, MET), (15, UNMET)):
        events = {"training_class": [hours(1, amount=amount, day="2026-10-08")]}
        assert look(whole, events=events, populations=people).answer is answer


@pytest.mark.parametrize(("as_of", "there"), [("2026-03-31", 1), ("2026-06-30", 0), ("2026-10-01", 1)])
def test_who_is_away_is_nobody_s_member_until_they_are_back(as_of: str, there: int) -> None:
    people = {"members": [Individual(1, date(2020, 1, 1), away=AWAY)]}
    trace = look(HOURS, as_of, events={"training_class": []}, populations=people)
    assert (trace.answer, trace.total) == ((PENDING, 1) if there else (UNKNOWN, 0))
    ratio = {"ratio": {"top": "members", "bottom": "staff_total", "at_least": 1}}
    states = {"staff_total": [State(Decimal(1), date(2026, 1, 1))]}
    assert look(ratio, as_of, populations=people, states=states).found == there


def test_an_exemption_for_the_days_of_both_spells_exempts_whoever_was_away_in_between() -> None:
    exempt = (Period(date(2026, 10, 1), date(2026, 12, 31), ""),)
    gone = (Period(date(2025, 6, 1), date(2026, 9, 30), ""),)
    people = [*members(9), Individual(10, date(2020, 1, 1), exempt=exempt, away=gone)]
    trace = look(HOURS, events={"training_class": [hours(*range(1, 10))]}, populations={"members": people})
    assert (trace.answer, trace.total) == (MET, 9)


def test_each_pair_of_the_committee_has_talked() -> None:
    check = {"pairs": {"of": "committee_members", "by": "heart_talk"}}
    people = {"committee_members": members(3)}
    talks = [
        event(f"2026-0{n}-01", pair=frozenset(pair), id=str(n)) for n, pair in enumerate([(1, 2), (1, 3)], 1)
    ]
    trace = look(check, events={"heart_talk": talks}, populations=people)
    assert (trace.answer, trace.found, trace.asked) == (UNMET, 2, 3)
    talks.append(event("2026-09-01", pair=frozenset({2, 3})))
    assert look(check, events={"heart_talk": talks}, populations=people).answer is MET


@pytest.mark.parametrize(("size", "answer"), [(4, UNMET), (5, MET), (9, MET), (10, UNMET)])
def test_a_committee_has_five_to_nine_members(size: int, answer: Answer) -> None:
    check = {"value": {"of": "committee_size", "at_least": 5, "at_most": 9}}
    states = {"committee_size": [State(Decimal(size), date(2024, 1, 1))]}
    assert look(check, states=states).answer is answer


def test_a_usual_figure_gives_way_to_a_stated_reason() -> None:
    check = {"value": {"of": "committee_size", "at_least": 5, "at_most": 9, "usually": True}, "key": "size"}
    states = {"committee_size": [State(Decimal(11), date(2024, 1, 1))]}
    assert look(check, states=states).answer is UNMET
    trace = look(check, states=states, reasons={"size": Reason("上级批复")})
    assert trace.answer is MET
    assert "上级批复" in reason_of(trace)


def test_a_state_that_changed_within_the_window_is_wrong_throughout_it() -> None:
    check = {"value": {"of": "heads_apart", "equals": True, "throughout": True}}
    states = {
        "heads_apart": [
            State(False, date(2025, 1, 1), date(2026, 3, 1)),
            State(True, date(2026, 3, 2)),
        ]
    }
    assert look(check, states=states).answer is UNMET
    assert look({"value": {"of": "heads_apart", "equals": True}}, states=states).answer is MET
    assert look(check, states={}).answer is UNKNOWN


@pytest.mark.parametrize(("staff", "answer"), [(5, MET), (4, UNMET)])
def test_a_ratio_is_exact(staff: int, answer: Answer) -> None:
    check = {"ratio": {"top": "party_staff_full_time", "bottom": "establishment_staff", "at_least": "0.005"}}
    states = {
        "party_staff_full_time": [State(Decimal(staff), date(2024, 1, 1))],
        "establishment_staff": [State(Decimal(1000), date(2024, 1, 1))],
    }
    assert look(check, states=states).answer is answer
    assert look(check, states={}).lacking == ("专职党务人员数、在编职工数（2026-12-31）没有登记",)


@pytest.mark.parametrize(("staff", "answer"), [(5, MET), (4, UNMET)])
def test_a_ratio_may_be_held_against_a_figure_in_per_cent(staff: int, answer: Answer) -> None:
    node = {
        "top": "party_staff_full_time",
        "bottom": "establishment_staff",
        "percent": True,
        "at_least": "0.5",
    }
    states = {
        "party_staff_full_time": [State(Decimal(staff), date(2024, 1, 1))],
        "establishment_staff": [State(Decimal(1000), date(2024, 1, 1))],
    }
    trace = look({"ratio": node}, states=states)
    assert (trace.answer, trace.found, trace.bound) == (answer, Decimal(staff) / 10, "不少于 0.5 %")
    assert ("之比为 0.5%" in reason_of(trace)) == (answer is MET)


LETTER = {"ordered": {"of": "term_end", "after": "term_reminder", "by_at_least": "6 months"}}


@pytest.mark.parametrize(
    ("letter", "as_of", "answer"),
    [
        ("2026-03-30", "2026-10-01", MET),
        ("2026-03-31", "2026-10-01", UNMET),
        (None, "2026-03-30", PENDING),
        (None, "2026-03-31", UNMET),
    ],
)
def test_the_letter_comes_six_months_before_the_term_ends(
    letter: str | None, as_of: str, answer: Answer
) -> None:
    events = {
        "term_end": [event("2026-09-30", link="t")],
        "term_reminder": [event(letter, link="t")] if letter else [],
    }
    assert look(LETTER, as_of, events=events).answer is answer


def test_no_term_that_ends_means_that_no_letter_is_owed() -> None:
    assert look(LETTER, events={"term_end": [], "term_reminder": []}).answer is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("answer_day", "as_of", "answer"),
    [
        ("2026-07-30", "2026-12-01", MET),
        ("2026-07-31", "2026-12-01", UNMET),
        (None, "2026-07-30", PENDING),
        (None, "2026-07-31", UNMET),
    ],
)
def test_a_vacancy_is_answered_within_three_months(
    answer_day: str | None, as_of: str, answer: Answer
) -> None:
    check = {"answered": {"of": "seat_vacancy", "by": "by_election", "within": "3 months"}}
    events = {
        "seat_vacancy": [event("2026-04-30", link="s")],
        "by_election": [event(answer_day, link="s")] if answer_day else [],
    }
    assert look(check, as_of, events=events).answer is answer


def test_leaders_come_to_the_life_of_their_branch() -> None:
    check = {"attended": {"of": "leaders", "at": ["branch_members_meeting"], "share": "0.5"}}
    both = frozenset({1, 2})
    events = [
        event("2026-02-01", expected=both, present=frozenset({1})),
        event("2026-03-01", expected=both, present=both),
    ]
    people = {"leaders": members(2)}
    assert look(check, events={"branch_members_meeting": events}, populations=people).answer is MET
    assert look(check, events={"branch_members_meeting": events[:1]}, populations=people).answer is UNMET
    assert look(check, events={"branch_members_meeting": []}, populations=people).answer is UNKNOWN


def test_a_document_that_is_not_on_file_asks_and_does_not_deduct() -> None:
    check = {"attest": {"of": "policy_document", "where": {"document_kind": "charter"}}}
    document = event("2026-02-01", values={"document_kind": "charter"})
    assert look(check, events={"policy_document": []}).answer is UNKNOWN
    assert look(check, "2026-02-01", events={"policy_document": []}).answer is PENDING
    assert look(check, events={"policy_document": [document]}).answer is MET


def test_a_check_does_not_apply_where_its_precondition_fails() -> None:
    level = {"value": {"of": "hospital_level", "one_of": ["level_2", "level_3"]}}
    check = {"value": {"of": "heads_apart", "equals": True}, "when": level, "otherwise": "一级医院不适用"}
    states = {"hospital_level": [State("level_1", date(2020, 1, 1))]}
    trace = look(check, states=states)
    assert trace.answer is NOT_APPLICABLE
    assert reason_of(trace) == "不适用：一级医院不适用。"
    assert look(check, states={}).answer is UNKNOWN


def test_what_has_not_happened_so_far_is_nobodys_shortcoming() -> None:
    """A precondition that may still come true: the reason says so, and does not ask for new heads."""
    check = {
        "count": {"of": "training_class", "at_least": 1},
        "when": {"count": {"of": "new_head", "at_least": 1}},
        "otherwise": "没有新任的负责人",
    }
    trace = look(check, "2026-06-30", events={"new_head": [], "training_class": []})
    assert trace.answer is PENDING
    assert reason_of(trace).startswith("尚未到期：目前没有新任的负责人，到期仍然如此的不适用。")


@pytest.mark.parametrize(
    ("day", "answer"),
    [("2026-05-31", "unmet"), ("2026-06-01", "met"), ("2026-07-31", "met"), ("2026-08-01", "unmet")],
)
def test_a_festivals_window_is_the_month_before_and_after(day: str, answer: str) -> None:
    check = {"count": {"of": "joint_theme_day", "at_least": 1, "window": "around_july_first"}}
    assert look(check, "2026-12-31", events={"joint_theme_day": [event(day)]}).answer == answer


def test_after_the_closing_date_nothing_is_pending() -> None:
    trace = look(STUDY, "2026-12-01", "2026-11-30", events=quarterly("2026-01-10"))
    assert trace.answer is UNMET
    assert all(leaf.answer is not PENDING for leaf in trace.leaves())


def test_words_tell_what_was_found_and_where_a_figure_came_from() -> None:
    done = look(STUDY, events=quarterly("2026-01-10", "2026-04-10", "2026-07-10", "2026-10-10"))
    assert text_of(done) == "2026年开展中心组学习 4 次，每个时段均不少于 1 次。2026年开展中心组学习 4 次。"
    short = look(STUDY, events=quarterly("2026-01-10", "2026-04-10", "2026-07-10"))
    assert "2026年第四季度中心组学习现有 0 次，应不少于 1 次" in reason_of(short)
    assert "市卫健委〔2026〕1号" in reason_of(short)


AWARDS = [
    ({"kind": "all_or_nothing"}, 4, MET, "2"),
    ({"kind": "all_or_nothing"}, 3, UNMET, "0"),
    ({"kind": "proportional"}, 3, UNMET, "1.5"),
    ({"kind": "per_missing", "per": "0.5"}, 2, UNMET, "1"),
    ({"kind": "per_missing", "per": 1}, 1, UNMET, "0"),
    ({"kind": "graded", "grades": [[4, 2], [2, 1]]}, 2, UNMET, "1"),
    ({"kind": "bonus", "per": 1, "cap": 3}, 5, MET, "3"),
]


@pytest.mark.parametrize(("rule", "held", "answer", "points"), AWARDS)
def test_points_follow_from_the_answer(rule: dict, held: int, answer: Answer, points: str) -> None:
    check = {"count": {"of": "study_centre_group", "at_least": 4}}
    trace = look(check, events=quarterly(*[f"2026-0{month}-01" for month in range(1, held + 1)]))
    assert trace.answer is answer
    moment = Moment(date(2027, 1, 15), 2026, YEAR, date(2027, 3, 31))
    given = award(Award.model_validate(rule), trace, Decimal(2), Context(Facts(), moment))
    assert given.points == Decimal(points)


def test_what_is_open_is_a_range() -> None:
    trace = look(STUDY, "2026-06-30", events=quarterly("2026-01-10"))
    moment = Moment(date(2026, 6, 30), 2026, YEAR, date(2027, 3, 31))
    given = award(Award(), trace, Decimal(2), Context(Facts(), moment))
    assert (given.points, given.lowest, given.highest) == (None, 0, 2)


def test_a_bonus_of_which_data_are_missing_is_a_range_and_no_mark() -> None:
    trace = look({"count": {"of": "study_centre_group", "at_least": 4}}, events={})
    assert trace.answer is UNKNOWN
    moment = Moment(date(2027, 1, 15), 2026, YEAR, date(2027, 3, 31))
    rule = Award.model_validate({"kind": "bonus", "per": 1, "cap": 3})
    given = award(rule, trace, Decimal(2), Context(Facts(), moment))
    assert (given.points, given.lowest, given.highest) == (None, 0, 3)


DAYS = st.lists(
    st.integers(0, 364).map(lambda n: date(2026, 1, 1) + timedelta(days=n)), max_size=12, unique=True
)


@settings(max_examples=60)
@given(days=DAYS, earlier=st.integers(0, 364), later=st.integers(0, 400))
def test_later_sight_of_the_same_facts_differs_in_what_was_pending_only(
    days: list[date], earlier: int, later: int
) -> None:
    """What was decided from facts known on a day stays decided while no fact is added."""
    first = date(2026, 1, 1) + timedelta(days=min(earlier, later))
    second = date(2026, 1, 1) + timedelta(days=max(earlier, later))
    known = [event(str(day)) for day in days if day <= first]
    before, after = (look(STUDY, str(day), events={"study_centre_group": known}) for day in (first, second))
    if before.answer is not PENDING:
        assert after.answer is before.answer


@settings(max_examples=60)
@given(days=DAYS, as_of=st.integers(0, 400))
def test_counting_agrees_with_a_plain_recount(days: list[date], as_of: int) -> None:
    day = date(2026, 1, 1) + timedelta(days=as_of)
    trace = look(STUDY["all"][0], str(day), events={"study_centre_group": [event(str(one)) for one in days]})
    answers = []
    for quarter in buckets(YEAR, "quarter"):
        held = [one for one in days if quarter.first <= one <= min(quarter.last, day)]
        answers.append("met" if held else "unmet" if day > quarter.last else "pending")
    worst = "unmet" if "unmet" in answers else "pending" if "pending" in answers else "met"
    assert trace.answer == worst


def test_a_period_covered_in_pieces_is_declared() -> None:
    halves = [
        Period(date(2026, 1, 1), date(2026, 6, 30), ""),
        Period(date(2026, 7, 1), date(2026, 12, 31), ""),
    ]
    check = {"absent": {"of": "leader_sanction"}}
    events = {"leader_sanction": []}
    assert look(check, events=events, declared={"leader_sanction": halves}).answer is MET
    assert look(check, events=events, declared={"leader_sanction": halves[:1]}).answer is UNKNOWN


def test_an_open_precondition_writes_no_text() -> None:
    trace = Trace("value", Answer.UNKNOWN, missing="医院等级没有登记")
    assert text_of(trace) == ""
    assert reason_of(trace) == "缺少数据：医院等级没有登记。"
