"""From what the reader understood to the first state: nothing dropped, every doubt at its place, none told twice."""

from __future__ import annotations

from decimal import Decimal

from qiangji.standards.reader.tree import OriginalLine, ParsedStandard, Problem
from qiangji.standards.workshop.checks import problems
from qiangji.standards.workshop.state import State
from qiangji.standards.workshop.tests.clerk import after, first_state, parsed_standard


def with_problems(*found: Problem) -> ParsedStandard:
    """The small table with origins by criterion, and these problems."""
    parsed = parsed_standard()
    for origin, criterion in enumerate(parsed.criteria(), start=2):
        criterion.origin = origin
    parsed.problems = list(found)
    return parsed


def test_nothing_of_the_table_is_dropped() -> None:
    parsed = parsed_standard()
    state = first_state(parsed)
    assert [c.text for c in state.criteria()] == [c.text for c in parsed.criteria()]
    assert [c.points for c in state.criteria()] == [c.points for c in parsed.criteria()]
    assert [s.points for s in state.sections] == [Decimal(4), Decimal(3)]
    assert [v.text for v in state.vetoes] == ["弄虚作假的"]
    details = state.details
    assert (details.title, details.document, details.label, details.year) == (
        "样表一",
        "样表一",
        "2026",
        2026,
    )
    assert details.total_points == Decimal(7)


def test_a_doubt_finds_what_it_is_about_by_name() -> None:
    state = first_state(
        with_problems(Problem("warning", "第 3 条", "请核对"), Problem("warning", "表头", "无"))
    )
    assert [doubt.target for doubt in state.doubts] == ["c3", "details.title"]


def test_a_name_that_is_there_twice_is_told_apart_by_its_line() -> None:
    state = first_state(with_problems(Problem("warning", "第 1 条", "请核对", origin=5)))
    assert [doubt.target for doubt in state.doubts] == ["c4"]


def test_a_doubt_finds_the_only_thing_read_from_its_line() -> None:
    state = first_state(with_problems(Problem("warning", "表格第 9 行", "请核对", origin=4)))
    assert state.doubts[0].target == "c3"
    assert state.doubts[0].origin == 4


def test_groups_and_parts_are_found_too() -> None:
    state = first_state(
        with_problems(
            Problem("warning", "项目“服务群众”", "没有写项目分值"),
            Problem("warning", "项目“班子建设”，小项“学习”", "请核对"),
            Problem("warning", "别处", "请核对"),
        )
    )
    assert [doubt.target for doubt in state.doubts] == ["s2", "g2", ""]


def test_an_error_that_is_worked_out_anyway_is_not_told_twice() -> None:
    parsed = with_problems(
        Problem("error", "项目“班子建设”", "项目分值 4 分，各条之和 3 分，两者不一致，请核对每条的分值"),
        Problem("error", "第 3 条", "没有写分值，请补上，例如（1分）"),
        Problem("error", "项目“班子建设”", "“具体标准”左边有 3 格，请核对此行"),
    )
    parsed.criteria()[2].points = None
    state = first_state(parsed)
    assert [doubt.message[:8] for doubt in state.doubts] == ["“具体标准”左边"]
    assert {"criteria_not_section", "no_points"} <= {finding.name for finding in problems(state)}


def doubtful() -> State:
    """The third criterion is in doubt."""
    return first_state(with_problems(Problem("warning", "第 3 条", "扣分没有写明，请核对")))


def open_doubts(state: State) -> list[str]:
    return [doubt.key for doubt in state.doubts if not doubt.settled]


def test_a_doubt_stays_while_other_things_change() -> None:
    state = after(doubtful(), "set_points", key="c1", points="0.5")
    state = after(state, "merge", key="c1")
    state = after(state, "set_title", key="c3", title="学习")
    state = after(state, "rename_section", key="s1", title="班子")
    assert open_doubts(state) == ["d1"]
    finding = next(f for f in problems(state) if f.name == "doubt")
    assert (finding.target, finding.severity, finding.doubt) == ("c3", "warning", "d1")


def test_changing_what_it_is_about_settles_a_doubt() -> None:
    scoring = {"kind": "deduct", "per": "0.5", "unit": "次"}
    assert open_doubts(after(doubtful(), "set_scoring", key="c3", scoring=scoring)) == []
    assert open_doubts(after(doubtful(), "set_points", key="c3", points="2")) == []
    assert open_doubts(after(doubtful(), "delete", key="c3")) == []


def test_a_person_can_find_it_right() -> None:
    state = after(doubtful(), "settle_doubt", key="d1")
    assert open_doubts(state) == []
    assert state.sections == doubtful().sections


def test_a_veto_is_found_in_the_line_that_holds_its_words() -> None:
    parsed = parsed_standard()
    lines = [("标题",), ("备注", "下列情形不予评定：（１）弄虚 作假的；（2）其他。")]
    parsed.original = [OriginalLine(f"第 {n} 行", cells) for n, cells in enumerate(lines, start=1)]
    parsed.vetoes.append("文件里没有的")
    assert [veto.origins for veto in first_state(parsed).vetoes] == [(1,), ()]


def test_numbers_that_run_on_go_on_running() -> None:
    assert [section.runs_on for section in first_state().sections] == [True, True]
    parsed = parsed_standard()
    parsed.sections[0].groups[1].criteria[0].number = "1"
    assert [section.runs_on for section in first_state(parsed).sections] == [False, False]
