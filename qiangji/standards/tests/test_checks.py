"""Checks beside an edition: what is wrong is named with file and line, and every case that we ship comes out as written."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from ruamel.yaml import YAML

from qiangji.standards.check_cases import case_files, problems_of, read_case_file, read_cases, run_cases
from qiangji.standards.checks import CheckEntry, load_checks
from qiangji.standards.exceptions import LibraryError
from qiangji.standards.loader import edition_dirs, library_dir, load_edition, read_library, try_checks
from qiangji.standards.schema import EditionSpec
from qiangji.standards.tests.editions import edition_data, write_edition
from qiangji.standards.tests.refutable import DOCUMENT, EITHER_WAY, never_unmet

JILIN = library_dir() / "jilin-hospital-committee" / "2020"
STUDY = {
    "words": "每年学习",
    "parameters": {"times": {"title": "学习次数", "value": 2, "unit": "次"}},
    "check": {"count": {"of": "study_centre_group", "at_least": "$times"}},
}
BY_HAND = {"words": "看总体", "by_person": "没有可以清点的事实"}
CASE = {
    "case": "学过两次",
    "code": "1-1-1",
    "as_of": "2026-10-31",
    "facts": {"events": {"study_centre_group": [{"on": "2026-02-01"}, {"on": "2026-03-01"}]}},
    "answer": "met",
    "points": 1,
}


def days(data: Any) -> Any:
    """Copy data; days become dates, so that they are written as people write them, without quotes."""
    if isinstance(data, dict):
        return {key: days(value) for key, value in data.items()}
    if isinstance(data, list):
        return [days(value) for value in data]
    return date.fromisoformat(data) if isinstance(data, str) and data[:2] == "20" else data


def written_days(table: dict[str, Any]) -> dict[date, Any]:
    return {date.fromisoformat(day): said for day, said in table.items()}


def write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as stream:
        YAML().dump(days(data), stream)


def entries(**changes: Any) -> dict[str, Any]:
    return {"1-1-1": STUDY, "1-1-2": BY_HAND, "1-2-3": BY_HAND, **changes}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small edition with a check for 1-1-1; a person decides the rest."""
    folder = write_edition(tmp_path, edition_data())
    write(folder / "checks" / "1-a.yaml", entries())
    write(folder / "checks" / "2-b.yaml", {"2-0-1": BY_HAND})
    return folder


def refusals(folder: Path, written: dict[str, Any], file: str = "1-a.yaml") -> list[str]:
    write(folder / "checks" / file, written)
    with pytest.raises(LibraryError) as caught:
        load_checks(folder, load_edition(folder))
    return caught.value.messages


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_entries_are_read_in_the_order_of_the_table(folder: Path) -> None:
    found = load_checks(folder, load_edition(folder))
    assert list(found) == ["1-1-1", "1-1-2", "1-2-3", "2-0-1"]
    assert [entry.check is not None for entry in found.values()] == [True, False, False, False]
    assert found["1-1-1"].award.kind == "all_or_nothing"


def test_an_edition_without_the_folder_has_no_checks(tmp_path: Path) -> None:
    folder = write_edition(tmp_path, edition_data())
    assert load_checks(folder, load_edition(folder)) == {}


@pytest.mark.parametrize(
    ("check", "at", "message"),
    [
        ({"counts": {"of": "dues", "at_least": 1}}, "check:", "每个节点须写且只写一种判定"),
        ({"count": {"of": "dues"}}, "count:", "没有写明要求"),
        ({"count": {"of": "dues", "at_least": 0.5}}, "at_least:", "数字请加引号"),
        ({"count": {"of": "dues", "atleast": 1, "at_least": 1}}, "atleast:", "不认识“atleast”"),
        (
            {"count": {"of": "study_center_group", "at_least": "$times"}},
            "of:",
            "没有名为“study_center_group”的事项。是不是 study_centre_group",
        ),
        ({"value": {"of": "hospital_lvl", "equals": "level_2"}}, "of:", "是不是 hospital_level"),
        ({"count": {"of": "study_centre_group", "at_least": "$often"}}, "at_least:", "没有参数“often”"),
        (
            {"all": [{"count": {"of": "dues", "at_least": 1, "where": {"colour": "red"}}}]},
            "colour:",
            "没有名为“colour”的属性",
        ),
        ({"count": {"of": "dues", "at_least": 1}}, "times:", "参数“times”没有用到"),
    ],
)
def test_a_check_that_says_nothing_sensible_names_its_line(
    folder: Path, check: dict[str, Any], at: str, message: str
) -> None:
    messages = refusals(folder, entries(**{"1-1-1": STUDY | {"check": check}}))
    line = line_of(folder / "checks" / "1-a.yaml", at)
    assert any(m.startswith(f"tiny/2026/checks/1-a.yaml:{line}：") and message in m for m in messages), (
        messages
    )


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"words": "空"}, "须写且只写 check（由事实判定）或 by_person（由人核定）中的一个"),
        (STUDY | {"by_person": "都写"}, "须写且只写 check"),
        (BY_HAND | {"parameters": STUDY["parameters"]}, "由人核定的条目不写 parameters 和 award"),
        (BY_HAND | {"award": {"kind": "proportional"}}, "由人核定的条目不写 parameters 和 award"),
        ({"by_person": "没有自己的话"}, "缺少“words”"),
        (STUDY | {"award": {"kind": "bonus"}}, "这种计分还须写明 per、cap"),
        (STUDY | {"award": {"kind": "per_missing", "per": "$none"}}, "这一条没有参数“none”"),
    ],
)
def test_an_entry_is_a_check_or_a_persons_decision(folder: Path, entry: dict[str, Any], message: str) -> None:
    assert any(message in m for m in refusals(folder, entries(**{"1-1-1": entry})))


def test_a_code_that_the_edition_does_not_have_is_refused(folder: Path) -> None:
    messages = refusals(folder, entries(**{"1-9-9": STUDY}))
    line = line_of(folder / "checks" / "1-a.yaml", "1-9-9")
    assert messages == [f"tiny/2026/checks/1-a.yaml:{line}：这个版本没有 1-9-9 这一条"]


def test_every_criterion_has_an_entry_once_and_in_its_own_file(folder: Path) -> None:
    assert refusals(folder, {}, "2-b.yaml") == [
        "tiny/2026/checks：2-0-1“义诊”没有判定办法，请补上（不能由事实判定的写 by_person）"
    ]
    twice = refusals(folder, {"2-0-1": BY_HAND, "1-1-2": BY_HAND}, "2-b.yaml")
    assert any("1-1-2 应写在第 1 个项目的文件里" in m for m in twice)
    assert any("1-1-2 在别的文件里已经写过，只保留一处" in m for m in twice)


def test_a_figure_is_not_named_in_the_edition_and_in_the_check(tmp_path: Path) -> None:
    data = edition_data()
    data["sections"][0]["groups"][0]["criteria"][0]["parameters"] = STUDY["parameters"]
    folder = write_edition(tmp_path, data)
    write(folder / "checks" / "2-b.yaml", {"2-0-1": BY_HAND})
    messages = refusals(folder, entries())
    assert any("1-1-1 的参数“times”已写在标准里" in m for m in messages)
    alone = {key: value for key, value in STUDY.items() if key != "parameters"}
    write(folder / "checks" / "1-a.yaml", entries(**{"1-1-1": alone}))
    assert load_checks(folder, load_edition(folder))["1-1-1"].parameters == {}


# ---- cases -----------------------------------------------------------------------------------------------------------


def problems(folder: Path, *cases: dict[str, Any]) -> list[str]:
    write(folder / "checks" / "cases" / "1-a.yaml", list(cases))
    edition = load_edition(folder)
    count, found = run_cases(folder, load_checks(folder, edition), edition)
    assert count == len(cases)
    return found


def test_a_case_that_holds_is_counted(folder: Path) -> None:
    assert problems(folder, CASE) == []
    tried = try_checks(folder, load_edition(folder))
    assert (tried.checks, tried.cases) == (1, 1)


def test_a_table_of_days_is_a_case_for_each_day(folder: Path) -> None:
    facts = {key: CASE[key] for key in ("case", "code", "facts")}
    days = {"2026-02-28": {"answer": "pending"}, "2026-03-31": {"answer": "met", "points": 1}}
    write(folder / "checks" / "cases" / "1-a.yaml", [facts | {"days": written_days(days)}])
    assert [one.case.as_of for one in read_cases(folder)] == [date(2026, 2, 28), date(2026, 3, 31)]
    assert try_checks(folder, load_edition(folder)).cases == 2


def test_a_day_of_a_table_that_comes_out_otherwise_is_named(folder: Path) -> None:
    facts = {key: CASE[key] for key in ("case", "code", "facts")}
    days = {"2026-02-28": {"answer": "met"}, "2026-03-31": {"answer": "met"}}
    write(folder / "checks" / "cases" / "1-a.yaml", [facts | {"days": written_days(days)}])
    edition = load_edition(folder)
    _, (problem,) = run_cases(folder, load_checks(folder, edition), edition)
    assert "学过两次（2026-02-28 看）" in problem
    assert "应为 符合，得到 尚未到期" in problem


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ({"2026-02-28": {"answer": "met"}}, "“days”至少要有 2 项"),
        ({"2026-02-28": {"answer": "yes"}, "2026-03-31": {"answer": "met"}}, "“answer”只能是"),
    ],
)
def test_a_faulty_table_of_days_names_its_line(folder: Path, days: dict[str, Any], message: str) -> None:
    facts = {key: CASE[key] for key in ("case", "code", "facts")}
    write(folder / "checks" / "cases" / "1-a.yaml", [facts | {"days": written_days(days)}])
    with pytest.raises(LibraryError, match=message) as caught:
        read_cases(folder)
    assert str(caught.value).startswith("tiny/2026/checks/cases/1-a.yaml:")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answer": "unmet"}, "应为 不符合，得到 符合；符合：考核周期开展中心组学习 2 次"),
        ({"points": 0}, "应为 0 分，得到 1 分"),
        ({"range": [0, 1]}, "应为 0–1 分，得到 1 分"),
        ({"says": ["3 次"]}, "应为 理由里有“3 次”，得到 没有"),
        ({"as_of": "2026-02-28"}, "应为 符合，得到 尚未到期"),
        ({"code": "1-1-2"}, "1-1-2 由人核定，没有可以核对的判定"),
        ({"code": "9-9-9"}, "没有 9-9-9 这一条的判定办法"),
        ({"facts": {"events": {"dues": []}}}, "这一条的判定不看事项“dues”"),
        ({"facts": {"states": {"heads_apart": True}}}, "这一条的判定不看基本情况“heads_apart”"),
        ({"facts": {"populations": {"members": [1]}}}, "这一条的判定不看人群“members”"),
        (
            {"facts": {"events": {"study_centre_group": [{"on": "2026-02-01", "colour": "red"}]}}},
            "“中心组学习”没有名为“colour”的属性",
        ),
    ],
)
def test_a_case_that_does_not_hold_names_its_place_and_what_came_out(
    folder: Path, change: dict[str, Any], message: str
) -> None:
    (problem, *_) = problems(folder, CASE, CASE | change)
    lines = (folder / "checks" / "cases" / "1-a.yaml").read_text(encoding="utf-8").split("\n")
    line = [number for number, text in enumerate(lines, start=1) if text.startswith("- case:")][1]
    assert problem.startswith(f"tiny/2026/checks/cases/1-a.yaml:{line}“学过两次”（")
    assert message in problem


def test_a_library_whose_check_case_fails_is_not_read(folder: Path) -> None:
    write(folder / "checks" / "cases" / "1-a.yaml", [CASE | {"answer": "unmet"}])
    with pytest.raises(LibraryError, match="应为 不符合，得到 符合"):
        read_library(folder.parent.parent)


def test_a_library_holds_the_checks_of_each_edition(folder: Path) -> None:
    checks = read_library(folder.parent.parent).checks
    assert list(checks) == ["tiny@2026"]
    assert checks["tiny@2026"]["1-1-1"].words == "每年学习"


def test_the_command_says_how_many_check_cases_agreed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "checks" / "cases" / "1-a.yaml", [CASE])
    call_command("standard", "check", str(folder))
    said = capsys.readouterr().out
    assert said == "tiny@2026  4 条，5 分，核对样例 0 个，1 条可由事实判定，判定样例 1 个，都对得上\n"
    write(folder / "checks" / "cases" / "1-a.yaml", [CASE | {"answer": "unmet"}])
    with pytest.raises(SystemExit) as ended:
        call_command("standard", "check", str(folder))
    assert ended.value.code == 1
    assert "应为 不符合，得到 符合" in capsys.readouterr().err


# ---- what is shipped -------------------------------------------------------------------------------------------------


CASE_FILES = [path for place in edition_dirs() for path in case_files(place)]


@cache
def shipped(place: Path) -> tuple[EditionSpec, dict[str, CheckEntry]]:
    edition = load_edition(place)
    return edition, load_checks(place, edition)


@pytest.mark.parametrize("place", edition_dirs(), ids=lambda place: place.parent.name)
def test_the_checks_of_every_built_in_edition_are_sound(place: Path) -> None:
    edition, entries = shipped(place)
    assert list(entries) == [criterion.code for criterion in edition.criteria()]


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: f"{path.parts[-5]}-{path.stem}")
def test_every_shipped_case_comes_out_as_written(path: Path) -> None:
    edition, entries = shipped(path.parents[2])
    assert [one for case in read_case_file(path) for one in problems_of(case, entries, edition)] == []


def test_most_criteria_of_the_hospital_table_are_proposed_from_facts() -> None:
    _, entries = shipped(JILIN)
    assert len(entries) == 84
    assert sum(entry.check is not None for entry in entries.values()) >= 62


@pytest.mark.parametrize("place", edition_dirs(), ids=lambda place: place.parent.name)
def test_each_check_has_a_case_that_is_met_and_one_that_just_fails(place: Path) -> None:
    """Where nothing recorded can ever prove the contrary, read from the operators, the one that fails asks."""
    edition, entries = shipped(place)
    answers: dict[str, set[str]] = {}
    for path in case_files(place):
        for placed in read_case_file(path):
            answers.setdefault(placed.case.code, set()).add(placed.case.answer)
    lacking = {}
    for criterion in edition.criteria():
        entry = entries[criterion.code]
        if entry.check is None:
            continue
        only_asks = never_unmet(entry.check, entry.figures(criterion))
        wanted = {"met", "unknown"} if only_asks else {"met", "unmet"}
        if missing := wanted - answers.get(criterion.code, set()):
            lacking[criterion.code] = missing
        assert not (only_asks and "unmet" in answers[criterion.code]), (criterion.code, only_asks)
    assert not lacking


@pytest.mark.parametrize("place", edition_dirs(), ids=lambda place: place.parent.name)
def test_each_case_of_a_scored_criterion_says_its_points(place: Path) -> None:
    scored = {criterion.code for criterion in shipped(place)[0].criteria() if criterion.points is not None}
    cases = [placed for path in case_files(place) for placed in read_case_file(path)]
    assert [
        f"{one.place} {one.case.case}" for one in cases
        if one.case.code in scored and one.case.points is None and one.case.range is None
    ] == []  # fmt: skip


def test_the_checks_that_only_ask_do_so_for_one_of_two_reasons() -> None:
    why = {
        (place.parent.name, criterion.code): reason
        for place in edition_dirs()
        for edition, entries in [shipped(place)]
        for criterion in edition.criteria()
        if (check := entries[criterion.code].check) is not None
        and (reason := never_unmet(check, entries[criterion.code].figures(criterion))) is not None
    }
    assert why[JILIN.parent.name, "1-2-3"] == DOCUMENT
    assert why[JILIN.parent.name, "3-1-3"] == EITHER_WAY
    assert (JILIN.parent.name, "3-2-3") not in why  # the plan only asks, the study is counted
    assert set(why.values()) == {DOCUMENT, EITHER_WAY}


def test_year_long_checks_are_seen_in_spring_at_the_deadline_at_the_years_end_and_in_the_spring_after() -> (
    None
):
    wanted = {"2026-03-31", "2026-10-31", "2026-12-31", "2027-03-15"}
    seen: dict[str, set[str]] = {}
    for placed in read_case_file(JILIN / "checks" / "cases" / "days.yaml"):
        seen.setdefault(placed.case.code, set()).add(str(placed.case.as_of))
    assert [code for code, days in seen.items() if days != wanted] == []
    assert len(seen) >= 10
