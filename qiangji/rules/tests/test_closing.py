"""A closing date ends what still runs: what stood open is decided where it stands, and combinations are reckoned anew."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiangji.rules.answers import Answer, at_least, best, worst
from qiangji.rules.awards import Awarded, award
from qiangji.rules.context import Context
from qiangji.rules.evaluate import evaluate
from qiangji.rules.facts import Event, Facts, Individual, Moment, Reason, State
from qiangji.rules.language import Award, Check
from qiangji.rules.periods import Period, year_of
from qiangji.rules.trace import Trace

YEAR = year_of(2026)
MET, UNMET, PENDING, UNKNOWN = Answer.MET, Answer.UNMET, Answer.PENDING, Answer.UNKNOWN
NOT_APPLICABLE = Answer.NOT_APPLICABLE
CLOSING = date(2026, 11, 30)
AFTER = date(2026, 12, 1)


def event(day: str, **fields: object) -> Event:
    when = date.fromisoformat(day)
    return Event(**{"id": f"{day}-{sorted(fields)}", "day": when, "year": when.year, **fields})  # type: ignore[arg-type]


def look(
    check: dict[str, Any], as_of: date = AFTER, closing: date = CLOSING, facts: Facts | None = None
) -> Trace:
    return evaluate(
        Check.model_validate(check), Context(facts or Facts(), Moment(as_of, 2026, YEAR, closing))
    )


def given_to(rule: str, trace: Trace) -> Awarded:
    moment = Moment(AFTER, 2026, YEAR, CLOSING)
    written = Award.model_validate({"kind": rule} | ({"per": "0.5"} if rule == "per_missing" else {}))
    return award(written, trace, Decimal(2), Context(Facts(), moment))


def classes(*people: int) -> Facts:
    """So many members, of whom these were at the year's training."""
    held = event("2026-05-01", present=frozenset(people), values={"hours": Decimal(32)})
    members = [Individual(key, date(2020, 1, 1)) for key in range(1, 11)]
    return Facts({"training_class": [held]}, populations={"members": members})


STUDY = {"count": {"of": "study_centre_group", "at_least": 4}}
NO_SANCTION = {"absent": {"of": "leader_sanction"}}
NOTHING_YET = Facts({"study_centre_group": [], "leader_sanction": [], "new_head": [], "training_class": []})


def test_what_has_not_happened_by_the_closing_date_fails_and_what_is_not_proven_asks() -> None:
    assert look(STUDY, CLOSING, facts=NOTHING_YET).answer is PENDING
    assert look(STUDY, facts=NOTHING_YET).answer is UNMET
    assert look(NO_SANCTION, facts=NOTHING_YET).answer is UNKNOWN


def test_all_is_lost_with_one_part_that_the_closing_date_decided() -> None:
    """The other part lacks a datum: before, that could still decide; now it cannot."""
    both = {"all": [STUDY, {"value": {"of": "committee_size", "at_least": 5}}]}
    assert look(both, CLOSING, facts=NOTHING_YET).answer is UNKNOWN
    trace = look(both, facts=NOTHING_YET)
    assert trace.answer is UNMET
    assert given_to("all_or_nothing", trace).points == 0


def test_one_of_several_ways_is_still_open_where_a_datum_may_prove_it() -> None:
    either = {"any": [STUDY, {"value": {"of": "committee_size", "at_least": 5}}]}
    assert look(either, CLOSING, facts=NOTHING_YET).answer is PENDING
    trace = look(either, facts=NOTHING_YET)
    assert trace.answer is UNKNOWN
    given = given_to("all_or_nothing", trace)
    assert (given.points, given.lowest, given.highest) == (None, 0, 2)


def test_a_precondition_that_never_came_true_makes_a_check_not_applicable() -> None:
    training = {
        "count": {"of": "training_class", "at_least": 1},
        "when": {"count": {"of": "new_head", "at_least": 1}},
        "otherwise": "没有新任的负责人",
    }
    assert look(training, CLOSING, facts=NOTHING_YET).answer is PENDING
    trace = look(training, facts=NOTHING_YET)
    assert trace.answer is NOT_APPLICABLE
    assert given_to("all_or_nothing", trace).points == 2


def test_what_was_good_all_along_stays_good() -> None:
    keynotes = {"every": {"of": "study_centre_group", "has": {"keynotes": {"at_least": 1}}}}
    good = event("2026-02-01", keynotes=frozenset({1}))
    apart = {"value": {"of": "heads_apart", "equals": True, "throughout": True}}
    facts = Facts({"study_centre_group": [good]}, {"heads_apart": [State(True, date(2025, 1, 1))]})
    for check in (keynotes, apart):
        assert look(check, CLOSING, facts=facts).answer is PENDING
        assert look(check, facts=facts).answer is MET


HOURS = {
    "of": "members",
    "at_least": "0.9",
    "usually": True,
    "meets": {"sum": {"of": "training_class", "quantity": "hours", "at_least": 32}},
}


@pytest.mark.parametrize(
    ("trained", "excused", "answer"), [(9, 0, MET), (8, 0, UNMET), (8, 1, MET), (7, 1, UNMET)]
)
def test_a_share_is_counted_anew_with_the_reasons_that_were_stated(
    trained: int, excused: int, answer: Answer
) -> None:
    facts = classes(*range(1, trained + 1))
    reasons = {"hours": Reason("见文件", excused)} if excused else {}
    facts = Facts(facts.events, populations=facts.populations, reasons=reasons)
    assert look({"share": HOURS, "key": "hours"}, facts=facts).answer is answer


def test_what_can_be_mended_can_be_mended_until_the_closing_date() -> None:
    trace = look(STUDY, date(2026, 6, 30), facts=NOTHING_YET)
    assert (trace.answer, trace.due, trace.promised) == (PENDING, CLOSING, CLOSING)
    assert look(STUDY, date(2026, 6, 30), date(2027, 3, 31), NOTHING_YET).due == YEAR.last


# ---- for any check over any facts --------------------------------------------------------------------------------------

BOUND = st.sampled_from([{"at_least": 1}, {"at_least": 3}, {"at_most": 1}, {"at_least": 1, "at_most": 4}])
KIND = st.sampled_from(["study_centre_group", "training_class"])
LEAVES = st.one_of(
    st.builds(
        lambda of, per, bound: {"count": {"of": of, "per": per} | bound},
        KIND,
        st.sampled_from(["window", "quarter", "half"]),
        BOUND,
    ),
    st.builds(
        lambda of, share: {"every": {"of": of, "share": share, "has": {"hours": {"at_least": 2}}}},
        st.just("training_class"),
        st.sampled_from(["1", "0.5"]),
    ),
    st.builds(lambda of: {"absent": {"of": of}}, KIND),
    st.builds(lambda of: {"attest": {"of": of}}, KIND),
    st.just({"value": {"of": "committee_size", "at_least": 5}}),
)


def combined(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    some = st.lists(parts, min_size=2, max_size=3)
    return st.one_of(
        st.builds(lambda of: {"all": of}, some),
        st.builds(lambda of: {"any": of}, some),
        st.builds(lambda of: {"at_least_n": {"number": 2, "of": of}}, some),
        st.builds(lambda of, when: {"all": of, "when": when}, some, parts),
    )


CHECKS = st.recursive(LEAVES, combined, max_leaves=8)
DAYS = st.integers(0, 364).map(lambda number: date(2026, 1, 1) + timedelta(days=number))


@st.composite
def known_by(draw: Any, last: date) -> Facts:
    """Facts of which none lies after a day."""
    made = {}
    for kind in ("study_centre_group", "training_class"):
        days = [day for day in draw(st.lists(DAYS, max_size=6, unique=True)) if day <= last]
        made[kind] = [
            Event(f"{kind}-{day}", day, 2026, {"hours": Decimal(draw(st.integers(1, 3)))}) for day in days
        ]
    declared = {kind: [YEAR] for kind in made if draw(st.booleans())}
    size = draw(st.none() | st.sampled_from([3, 5]))
    states = {"committee_size": [State(Decimal(size), date(2020, 1, 1))]} if size is not None else {}
    return Facts(made, states, declared=declared)


def combinations_of(trace: Trace, check: Check) -> Iterator[tuple[Trace, Check]]:
    """Yield each combination with its trace; a precondition that was not met leaves nothing below it."""
    if check.children and trace.children:
        yield trace, check
        for child, part in zip(trace.children, check.children, strict=True):
            yield from combinations_of(child, part)


@settings(max_examples=300)
@given(check=CHECKS, data=st.data(), closing=DAYS, later=st.integers(1, 60))
def test_after_the_closing_date_each_combination_follows_from_its_parts(
    check: dict[str, Any], data: st.DataObject, closing: date, later: int
) -> None:
    as_of = closing + timedelta(days=later)
    whole = look(check, as_of, closing, data.draw(known_by(as_of)))
    assert all(leaf.answer is not PENDING for leaf in whole.leaves())
    for trace, part in combinations_of(whole, Check.model_validate(check)):
        answers = [child.answer for child in trace.children]
        if part.at_least_n is not None:
            assert trace.answer is at_least(part.at_least_n.number, answers)
        else:
            assert trace.answer is (worst(answers) if part.all is not None else best(answers))


@settings(max_examples=300)
@given(
    check=CHECKS,
    data=st.data(),
    closing=DAYS,
    rule=st.sampled_from(["all_or_nothing", "proportional", "per_missing"]),
)
def test_closing_early_proposes_what_the_windows_own_end_would(
    check: dict[str, Any], data: st.DataObject, closing: date, rule: str
) -> None:
    """With the same facts and nothing added: answer, points, least and most."""
    as_of = closing + timedelta(days=1)
    facts = data.draw(known_by(as_of))
    early = look(check, as_of, closing, facts)
    late = look(check, YEAR.last + timedelta(days=1), date(2027, 3, 31), facts)
    assert early.answer is late.answer
    assert given_to(rule, early) == given_to(rule, late)


def test_a_ledger_that_was_declared_complete_until_the_closing_date_proves_what_did_not_happen() -> None:
    """Nobody can declare days that have not come."""
    until = [Period(date(2026, 1, 1), CLOSING, "")]
    facts = Facts({"leader_sanction": []}, declared={"leader_sanction": until})
    assert look(NO_SANCTION, CLOSING, facts=facts).answer is PENDING
    assert look(NO_SANCTION, facts=facts).answer is MET


def test_no_day_after_the_closing_date_is_promised() -> None:
    """A span that runs past it ends there: what is not done by then fails."""
    left = event("2026-10-01", link="seat-1")
    facts = Facts({"seat_vacancy": [left], "by_election": []})
    check = {"answered": {"of": "seat_vacancy", "by": "by_election", "within": "6 months"}}
    trace = look(check, CLOSING, facts=facts)
    assert (trace.answer, trace.promised) == (PENDING, CLOSING)
    ahead = {"ordered": {"of": "term_end", "after": "term_reminder", "by_at_least": "1 day"}}
    ends = event("2026-12-20", link="term-1")
    waiting = look(ahead, CLOSING, facts=Facts({"term_end": [ends], "term_reminder": []}))
    assert waiting.promised == CLOSING
    assert "最迟 2026-12-19（本周期到 2026-11-30 为止）" in waiting.children[0].missing
