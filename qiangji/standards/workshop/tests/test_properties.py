"""Whatever a person does in whatever order: nothing is lost, nothing doubled, keys stay keys.

The texts here carry no numbering and no points in brackets, which splitting reads off as numbers and points.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qiangji.standards.exceptions import LibraryError
from qiangji.standards.imported import edition_from_table
from qiangji.standards.reader.tree import (
    ParsedCriterion,
    ParsedGroup,
    ParsedSection,
    ParsedStandard,
    numbered,
)
from qiangji.standards.schema import DeductScoring, DraftCheckSpec, FullScoring
from qiangji.standards.workshop.checks import errors, problems, sums
from qiangji.standards.workshop.edition import spec_of, texts_of
from qiangji.standards.workshop.exceptions import OperationRefused
from qiangji.standards.workshop.operations import perform
from qiangji.standards.workshop.state import State, codes
from qiangji.standards.workshop.tests.clerk import first_state

WORDS = st.text("甲乙丙丁每年季次会议，。；1２a ", min_size=1, max_size=12).filter(str.strip)
POINTS = st.sampled_from([None, "0", "0.5", "1", "2.25"])
CRITERIA = st.builds(
    lambda number, text, points: ParsedCriterion(
        number, text.strip(), None if points is None else Decimal(points)
    ),
    st.sampled_from(["", "1", "2", "3", "7"]),
    WORDS,
    POINTS,
)
GROUPS = st.builds(ParsedGroup, WORDS, st.none(), st.lists(CRITERIA, max_size=4))
SECTIONS = st.builds(
    lambda title, points, groups: ParsedSection(title, Decimal(points), groups=groups),
    WORDS,
    st.sampled_from(["1", "4.5"]),
    st.lists(GROUPS, max_size=3),
)
TABLES = st.builds(
    lambda sections: ParsedStandard(title="表", total_points=Decimal(5), sections=sections),
    st.lists(SECTIONS, min_size=1, max_size=3),
)
NEUTRAL = ("split", "merge", "move", "move_group", "move_section", "rename_group", "set_points", "add_group")
ALL = (*NEUTRAL, "delete", "add_criterion", "add_section", "delete_group", "delete_section", "set_text")


def draw_arguments(data: st.DataObject, state: State, operation: str) -> dict[str, Any] | None:
    """Sensible arguments on what is there; None where the table has nothing of the kind."""
    criteria = [c.key for c in state.criteria()]
    groups = [g.key for s in state.sections for g in s.groups]
    sections = [s.key for s in state.sections]
    one = {"group": groups, "section": sections}.get(operation.rpartition("_")[2], criteria)
    if operation in {"add_criterion", "add_group"}:
        one = groups if operation == "add_criterion" else sections
    if not one or not sections or not groups:
        return None if operation != "add_section" else {"title": "新"}
    key = data.draw(st.sampled_from(one))
    if operation == "split":
        length = len(next(c.text for c in state.criteria() if c.key == key))
        return {"key": key, "at": data.draw(st.integers(1, max(length, 1)))}
    if operation == "move":
        aim = data.draw(st.sampled_from(["before", "after", "group"]))
        return {"key": key, aim: data.draw(st.sampled_from(groups if aim == "group" else criteria))}
    return {
        "move_group": {"key": key, "section": data.draw(st.sampled_from(sections))},
        "rename_group": {"key": key, "title": data.draw(st.sampled_from(["", "名"]))},
        "set_points": {"key": key, "points": data.draw(st.sampled_from(["", "1", "3.5"]))},
        "set_text": {"key": key, "text": "换过的文字"},
        "add_criterion": {"group": key, "text": "补上的"},
        "add_group": {"section": key, "title": "新"},
        "add_section": {"title": "新"},
    }.get(operation, {"key": key})


def walked(data: st.DataObject, state: State, kinds: tuple[str, ...], steps: int) -> list[State]:
    """The states of a walk of random corrections; refused ones leave the state as it was."""
    states = [state]
    for turn in range(1, steps + 1):
        operation = data.draw(st.sampled_from(kinds))
        arguments = draw_arguments(data, states[-1], operation)
        if arguments is None:
            continue
        try:
            states.append(perform(states[-1], operation, arguments, turn=turn).state)
        except OperationRefused:
            continue
    return states


def characters(state: State) -> Counter[str]:
    """Every character of the document but blanks."""
    return Counter("".join("".join(c.text.split()) for c in state.criteria()))


def total(state: State) -> Decimal:
    return sum((one.summed for one in sums(state).sections.values()), Decimal(0))


EXAMPLES = settings(max_examples=60)


@EXAMPLES
@given(TABLES, st.data())
def test_keys_are_unique_and_never_come_again(parsed: ParsedStandard, data: st.DataObject) -> None:
    gone: set[str] = set()
    before: set[str] = set()
    for state in walked(data, first_state(parsed), ALL, 12):
        keys = list(state.used_keys())
        assert len(keys) == len(set(keys))
        assert not gone & set(keys)
        gone |= before - set(keys)
        before = set(keys)


@EXAMPLES
@given(TABLES, st.data())
def test_no_character_is_lost_or_doubled(parsed: ParsedStandard, data: st.DataObject) -> None:
    states = walked(data, first_state(parsed), NEUTRAL, 12)
    assert characters(states[-1]) == characters(states[0])


@EXAMPLES
@given(TABLES, st.data())
def test_points_are_neither_made_nor_lost(parsed: ParsedStandard, data: st.DataObject) -> None:
    kinds = ("split", "merge", "move", "move_group", "move_section")
    states = walked(data, first_state(parsed), kinds, 12)
    assert total(states[-1]) == total(states[0])


@EXAMPLES
@given(TABLES, st.data())
def test_splitting_and_merging_again_is_nothing_but_blanks(
    parsed: ParsedStandard, data: st.DataObject
) -> None:
    state = first_state(parsed)
    arguments = draw_arguments(data, state, "split")
    if arguments is None:
        return
    try:
        cut = perform(state, "split", arguments, turn=1).state
    except OperationRefused:
        return
    whole = perform(cut, "merge", {"key": arguments["key"]}, turn=2).state

    def plain(one: State) -> list[Any]:
        return [("".join(c.text.split()), c.points, c.scoring, c.origins) for c in one.criteria()]

    assert plain(whole) == plain(state)
    assert len(cut.criteria()) == len(state.criteria()) + 1
    assert total(cut) == total(state)


@EXAMPLES
@given(TABLES, st.data())
def test_every_state_survives_storage_and_can_be_checked(parsed: ParsedStandard, data: st.DataObject) -> None:
    state = walked(data, first_state(parsed), ALL, 10)[-1]
    assert State.from_json(state.as_json()) == state
    known = codes(state)
    assert len(set(known.values())) == len(state.criteria())
    keys = set(state.used_keys())
    for finding in problems(state):
        assert finding.target in keys or finding.target == "" or finding.target.startswith("details.")
        assert finding.message
        assert finding.remedy


SCORINGS = st.sampled_from(
    [None, DeductScoring(kind="deduct", per=Decimal("0.5"), unit="次"), FullScoring(partial=False)]
)


@EXAMPLES
@given(TABLES, SCORINGS, st.booleans(), st.text("甲乙，", max_size=600))
def test_an_untouched_table_is_the_edition_that_an_import_gives(
    parsed: ParsedStandard, scoring: Any, bonus: bool, remark: str
) -> None:
    """Wherever the import takes a table, and with details that say what the import was told."""
    for section in parsed.sections:
        section.groups = [group for group in section.groups if group.criteria]
    parsed.sections = [section for section in parsed.sections if section.groups]
    assume(parsed.sections)
    checks = (DraftCheckSpec(words="每季", kind="count", per="quarter", at_least=Decimal(1), unit="次"),)
    for criterion in parsed.criteria():
        criterion.scoring, criterion.draft_checks = scoring, checks
        criterion.evidence, criterion.note = "会议记录", "责任科室：党办"
        criterion.points = criterion.points or Decimal("1.5")
    parsed.sections[0].is_bonus = bonus
    for section in parsed.sections:
        section.points = sum((c.points for c in section.criteria() if c.points is not None), Decimal(0))
    plain = [section.points or Decimal(0) for section in parsed.sections if not section.is_bonus]
    parsed.total_points = sum(plain, Decimal(0))
    parsed.vetoes, parsed.remark = ["弄虚作假的" * 80], remark.strip()
    try:
        imported = edition_from_table(parsed, code="x", label="2026", year=2026, applies_to="hospital")
    except LibraryError:
        return
    details = {"code": "x", "applies_to": "hospital", "force": "reference"}
    state = perform(first_state(parsed), "set_details", details, turn=1).state
    assert errors(state, publishing=False) == []
    assert spec_of(state) == imported
    assert texts_of(state) == {item.code: item.criterion.text for item in numbered(parsed)}


@EXAMPLES
@given(TABLES, st.data())
def test_an_offered_fix_mends_what_it_is_offered_for(parsed: ParsedStandard, data: st.DataObject) -> None:
    state = walked(data, first_state(parsed), ALL, 6)[-1]
    fixable = [f for f in problems(state) if f.fixes]
    if not fixable:
        return
    finding = data.draw(st.sampled_from(fixable))
    fix = data.draw(st.sampled_from(finding.fixes))
    mended = perform(state, fix.operation, fix.arguments, turn=99).state
    left = [(f.name, f.target, f.doubt) for f in problems(mended)]
    assert (finding.name, finding.target, finding.doubt) not in left
