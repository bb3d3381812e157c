"""A stored trace read for its duties: every open leaf with a day once, settled branches not at all."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from qiangji.duties.traces import wanted_of
from qiangji.rules.answers import Answer, at_least, best, worst
from qiangji.rules.periods import Period
from qiangji.rules.trace import Trace

DAY = date(2026, 10, 20)
OPEN = (Answer.PENDING, Answer.UNKNOWN, Answer.UNMET)


def leaf(answer: Answer = Answer.PENDING, **fields: object) -> Trace:
    defaults = {
        "facts": ("party_class",),
        "missing": "还差一次",
        "mend_by": DAY if answer is Answer.PENDING else None,
    }
    return Trace("count", answer, **(defaults | fields))


@st.composite
def leaves(draw: st.DrawFn) -> Trace:
    answer = draw(st.sampled_from(list(Answer)))
    day = DAY + timedelta(days=draw(st.integers(0, 60)))
    return leaf(answer, mend_by=day if answer is Answer.PENDING else None)


def combined(operator: str, children: list[Trace]) -> Trace:
    answers = [child.answer for child in children]
    found = {"all": worst, "any": best, "at_least_n": lambda given: at_least(1, given)}[operator](answers)
    return Trace(operator, found, children=tuple(children))


TREES = st.recursive(
    leaves(),
    lambda inner: st.builds(
        combined, st.sampled_from(["all", "any", "at_least_n"]), st.lists(inner, min_size=1, max_size=4)
    ),
    max_leaves=12,
)


def open_leaves(trace: Trace) -> list[Trace]:
    """What is open and not made up for by something above it, told from the trace itself."""
    if trace.answer not in OPEN:
        return []
    if not trace.children:
        return [trace]
    return [found for child in trace.children for found in open_leaves(child)]


@given(tree=TREES)
def test_every_open_leaf_stands_in_exactly_one_duty(tree: Trace) -> None:
    assert sum(one.leaves for one in wanted_of(tree.as_json())) == len(open_leaves(tree))


@given(tree=TREES)
def test_a_duty_is_due_on_the_day_of_one_of_its_leaves(tree: Trace) -> None:
    days = {found.mend_by for found in open_leaves(tree)}
    assert {one.due for one in wanted_of(tree.as_json())} <= days


def test_alternatives_are_one_duty_with_the_last_of_their_days() -> None:
    other = leaf(mend_by=DAY + timedelta(days=5), missing="或者一次培训", facts=("training_class",))
    (found,) = wanted_of(combined("any", [leaf(), other]).as_json())
    assert (found.due, found.leaves) == (DAY + timedelta(days=5), 2)
    assert found.words == "下列任一项：还差一次；或或者一次培训"
    assert found.facts == ("party_class", "training_class")


def test_what_is_met_beside_an_open_alternative_asks_for_nothing() -> None:
    assert list(wanted_of(combined("any", [leaf(Answer.MET), leaf()]).as_json())) == []


def test_what_happened_and_should_not_have_is_no_duty() -> None:
    happened = Trace("absent", Answer.UNMET, facts=("leader_sanction",), missing="有 1 次")
    assert list(wanted_of(happened.as_json())) == []


def test_what_is_well_so_far_only_has_to_stay_so() -> None:
    well = Trace("every", Answer.PENDING, facts=("training_class",), total=3, mend_by=DAY)
    (found,) = wanted_of(well.as_json())
    assert found.is_watch
    (empty,) = wanted_of(Trace("every", Answer.PENDING, facts=("training_class",), mend_by=DAY).as_json())
    assert not empty.is_watch


def test_figures_notes_and_window_are_read_as_they_were_written() -> None:
    trace = leaf(
        found=Decimal("3.5"),
        asked=Decimal(4),
        bound="不少于 4 次",
        notes=("另有 2 人经批准免予要求。",),
        place="思想建设 2",
        window=Period(date(2026, 1, 1), date(2026, 12, 31), "2026年"),
    )
    (found,) = wanted_of(trace.as_json())
    assert (found.found, found.asked, found.bound) == (Decimal("3.5"), Decimal(4), "不少于 4 次")
    assert (found.notes, found.place) == (("另有 2 人经批准免予要求。",), "思想建设 2")
    assert found.window_end == date(2026, 12, 31)
