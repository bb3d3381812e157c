"""The form's view of a check and the written one say the same, for every check of the library and for any line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiangji.rules.vocabulary import EVENTS, POPULATIONS, STATES
from qiangji.standards.check_shapes import (
    ALL_HOURS,
    BOUNDS,
    HOURS,
    Draft,
    Line,
    draft_of,
    entry_data,
    filter_choices,
)
from qiangji.standards.check_text import entry_of_text, text_of_entry
from qiangji.standards.checks import CheckEntry, load_checks
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.loader import edition_dirs, load_edition
from qiangji.standards.schema import CriterionSpec

SHIPPED = [
    (criterion, entry)
    for folder in edition_dirs()
    for edition in [load_edition(folder)]
    for entries in [load_checks(folder, edition)]
    for criterion in edition.criteria()
    for entry in [entries.get(criterion.code)]
    if entry is not None
]
PLAIN = CriterionSpec.model_validate({"code": "1-1-1", "number": 1, "title": "一条", "points": 2})


def entry(**check: object) -> CheckEntry:
    return CheckEntry.model_validate({"words": "一条", "check": check})


def test_what_the_form_can_say_of_the_library_it_says_the_same() -> None:
    drafts = [(one, draft_of(one)) for _, one in SHIPPED]
    said = [(one, draft) for one, draft in drafts if draft is not None]
    assert len(said) > len(drafts) / 2
    assert all(CheckEntry.model_validate(entry_data(draft)) == one for one, draft in said)


def test_every_check_of_the_library_reads_back_from_its_text() -> None:
    for criterion, one in SHIPPED:
        assert entry_of_text(text_of_entry(one), criterion) == one, criterion.code


@pytest.mark.parametrize(
    "check",
    [
        {"pairs": {"of": "leaders", "by": "heart_talk"}},
        {"count": {"of": ["party_class", "theory_study"], "at_least": 1}},
        {"count": {"of": "party_class", "at_least": 1, "at_most": 2}},
        {"count": {"of": "party_class", "at_least": 1, "days": True}},
        {"count": {"of": "party_class", "where": {"hours": {"at_least": 2}}, "at_least": 1}},
        {"all": [{"any": [{"count": {"of": "party_class", "at_least": 1}}]}]},
        {
            "count": {"of": "party_class", "at_least": 1},
            "when": {"value": {"of": "group_count", "at_least": 1}},
            "otherwise": "没有党小组",
        },
        {"value": {"of": "hospital_level", "one_of": ["level_2", "level_3"]}},
    ],
)
def test_what_the_form_has_no_place_for_is_left_to_the_text(check: dict[str, object]) -> None:
    one = CheckEntry.model_validate({"words": "一条", "check": check})
    assert draft_of(one) is None
    assert entry_of_text(text_of_entry(one), PLAIN) == one


def test_an_adjustable_figure_becomes_a_parameter_with_its_direction() -> None:
    line = Line(
        event="party_class",
        bound="at_most",
        amount="3",
        is_adjustable=True,
        title="党课",
        unit="次",
        usually=True,
    )
    data = entry_data(Draft(words="党课", lines=(line,)))
    assert data["parameters"] == {
        "figure_1": {"title": "党课", "value": "3", "unit": "次", "stricter": "less", "usual": True}
    }
    assert data["check"]["count"]["at_most"] == "$figure_1"


def test_a_reason_has_its_key_only_where_the_figure_is_usual() -> None:
    line = Line(event="party_class", amount="3", usually=True, reason="branch_assemblies")
    assert entry_data(Draft(words="党课", lines=(line,)))["check"]["key"] == "branch_assemblies"
    firm = replace(line, usually=False)
    assert "key" not in entry_data(Draft(words="党课", lines=(firm,)))["check"]


def test_two_adjustable_figures_never_share_a_name() -> None:
    line = Line(
        event="party_class", amount="3", is_adjustable=True, title="党课", unit="次", parameter="times"
    )
    data = entry_data(Draft(words="党课", lines=(line, replace(line, event="theory_study"))))
    assert list(data["parameters"]) == ["times", "figure_1"]


def test_several_codes_of_one_property_are_alternatives() -> None:
    line = Line(
        shape="attest", event="policy_document", filters=("document_kind=charter", "document_kind=study_plan")
    )
    data = entry_data(Draft(words="文件", lines=(line,)))
    assert data["check"]["attest"]["where"] == {"document_kind": {"one_of": ["charter", "study_plan"]}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "words: 一条\ncheck:\n  count: {of: party_clas, at_least: 1}\n",
            "判定:3：没有名为“party_clas”的事项。是不是 party_class",
        ),
        ("words: 一条\ncheck:\n  count: {of: party_class}\n", "没有写明要求"),
        ("words: 一条\ncheck:\n  count: {of: party_class, at_least: 0.5}\n", "数字请加引号"),
        ("words: 一条\n", "须写且只写 check"),
        ("- 1\n", "最外层应是“键: 值”的形式"),
        ("words: [\n", "YAML 写法有误"),
        ("", "文件是空的"),
        ("words: " + "长" * 20_001, "最多 20000 字"),
    ],
)
def test_a_fault_in_the_text_names_its_line_and_the_remedy(text: str, words: str) -> None:
    with pytest.raises(LibraryError, match=words.replace("（", ".")):
        entry_of_text(text, PLAIN)


amounts = st.integers(1, 99).map(str) | st.decimals(min_value="0.1", max_value="99", places=1).map(str)
words = st.text("党课学习会议", min_size=1, max_size=8)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    shape = draw(st.sampled_from(["count", "people", "absent", "attest", "value"]))
    event = draw(st.sampled_from(sorted(EVENTS)))
    line = Line(
        shape=shape,
        window=draw(st.sampled_from(["", "calendar_year", "two_years"])),
        place=draw(st.sampled_from(["", "第一条"])),
    )
    if shape == "value":
        number = draw(st.booleans())
        kinds = ["number"] if number else ["flag"]
        state = draw(st.sampled_from([name for name, one in STATES.items() if one.type in kinds]))
        line = replace(line, state=state, equals="" if number else draw(st.sampled_from(["true", "false"])))
        if not number:
            return line
    else:
        choices = [f"{name}={code}" for name, code, _ in filter_choices(event)]
        chosen = draw(st.lists(st.sampled_from(choices), max_size=1)) if choices else []
        line = replace(
            line, event=event, filters=tuple(chosen), whose=draw(st.sampled_from(["", "own", "below"]))
        )
    if shape in ("absent", "attest"):
        return replace(line, in_force=draw(st.booleans()))
    line = replace(
        line, bound=draw(st.sampled_from(BOUNDS)), amount=draw(amounts), usually=draw(st.booleans())
    )
    if line.usually:
        line = replace(line, reason=draw(st.sampled_from(["", "member_hours", "branch_assemblies"])))
    if shape != "value":
        line = replace(line, per=draw(st.sampled_from(["window", "month", "quarter", "half", "year"])))
    if shape == "people":
        inner = draw(st.sampled_from(["hours", "times"]))
        line = replace(
            line,
            population=draw(st.sampled_from(sorted(POPULATIONS))),
            share=draw(st.integers(1, 100).map(str)),
            inner=inner,
            event=draw(st.sampled_from([ALL_HOURS, *HOURS])) if inner == "hours" else line.event,
            filters=() if inner == "hours" else line.filters,
            pro_rata=draw(st.booleans()),
        )
    if draw(st.booleans()):
        line = replace(line, is_adjustable=True, title=draw(words), unit="次")
    return line


@settings(max_examples=150, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=4), st.sampled_from(["all", "any"]))
def test_any_lines_come_back_from_the_entry_that_they_make(asked: list[Line], combined: str) -> None:
    draft = Draft(words="一条", combined=combined if len(asked) > 1 else "all", lines=tuple(asked))
    made = CheckEntry.model_validate(entry_data(draft))
    found = draft_of(made)
    assert found is not None
    assert CheckEntry.model_validate(entry_data(found)) == made
    assert len(found.lines) == len(asked)
