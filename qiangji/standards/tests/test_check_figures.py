"""The figures of a check: none that does not exist, of another unit, or that nothing can meet is ever loaded."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from qiangji.rules.language import Check
from qiangji.rules.meaning import faults_of
from qiangji.standards.checks import CheckEntry, faults_of_entry, load_checks
from qiangji.standards.loader import edition_dirs, load_edition
from qiangji.standards.schema import CriterionSpec

FIGURES = {
    "at_least", "at_most", "above", "below", "share", "everyone", "by_at_least", "by_at_most", "within",
    "step", "per", "floor", "cap",
}  # fmt: skip
PLACE = Path("1-a.yaml")


@dataclass(frozen=True)
class Figure:
    value: Decimal
    unit: str


@cache
def entries() -> list[tuple[CriterionSpec, CheckEntry]]:
    """Every check of the library with its criterion."""
    found = []
    for folder in edition_dirs():
        edition = load_edition(folder)
        criteria = {one.code: one for one in edition.criteria()}
        checks = load_checks(folder, edition)
        found += [(criteria[code], entry) for code, entry in checks.items() if entry.check is not None]
    return found


def with_another_figure(data: Any, top: Any) -> Iterator[Any]:
    """Yield copies of an entry, in each one figure replaced by a parameter that it does not have.

    ``data`` is a part of ``top`` that is changed in place and restored.
    """
    places = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(places):
        is_figure = key in FIGURES and isinstance(value, str | int) and not isinstance(value, bool)
        if is_figure and not (key == "per" and value in ("window", "month", "quarter", "half", "year")):
            data[key] = "$nope"
            yield deepcopy(top)
            data[key] = value
        elif isinstance(value, dict | list) and key != "parameters":
            yield from with_another_figure(value, top)


def test_no_figure_of_a_check_may_be_a_parameter_that_is_not_there() -> None:
    tried = 0
    for criterion, entry in entries():
        written = entry.model_dump(mode="json", exclude_unset=True)
        for changed in with_another_figure(written, written):
            tried += 1
            said = [
                words
                for _, words in faults_of_entry(
                    criterion.code, CheckEntry.model_validate(changed), {criterion.code: criterion}, PLACE
                )
            ]
            assert any("没有参数“nope”" in one for one in said), (criterion.code, changed)
    assert tried > len(entries())


UNITS = [
    ({"count": {"of": "party_class", "at_least": "$figure"}}, Figure(Decimal(32), "学时"), "单位是“学时”"),
    ({"count": {"of": "party_class", "at_least": "$figure"}}, Figure(Decimal(3), "个月"), "单位是“个月”"),
    (
        {"sum": {"of": "party_class", "quantity": "hours", "at_least": "$figure"}},
        Figure(Decimal(4), "次/年"),
        "要的是学时",
    ),
    (
        {"every": {"of": "party_class", "has": {"hours": {"at_least": "$figure"}}}},
        Figure(Decimal(30), "%"),
        "要的是学时",
    ),
    (
        {
            "share": {
                "of": "members",
                "at_least": "$figure",
                "meets": {"count": {"of": "party_class", "at_least": 1}},
            }
        },
        Figure(Decimal(30), "%"),
        "1 为全部",
    ),
    (
        {"ratio": {"top": "members", "bottom": "members", "at_least": "$figure"}},
        Figure(Decimal("0.5"), "%"),
        "1 为全部",
    ),
    (
        {"ratio": {"top": "members", "bottom": "members", "percent": True, "at_least": "$figure"}},
        Figure(Decimal(5), "人"),
        "要的是%",
    ),
]


@pytest.mark.parametrize(("check", "figure", "words"), UNITS)
def test_a_figure_of_another_unit_is_refused(check: dict[str, Any], figure: Figure, words: str) -> None:
    found = [said for _, said in faults_of(Check.model_validate(check), {"figure": figure})]
    assert [said for said in found if words in said], found


IMPOSSIBLE = [
    ({"count": {"of": "party_class", "at_least": 5, "at_most": 2}}, "不能同时满足"),
    ({"count": {"of": "party_class", "above": 3, "at_most": 3}}, "不能同时满足"),
    ({"value": {"of": "committee_size", "at_least": 9, "below": 9}}, "不能同时满足"),
    (
        {
            "at_least_n": {
                "number": 9,
                "of": [{"absent": {"of": "leader_sanction"}}, {"absent": {"of": "dues_disclosure"}}],
            }
        },
        "一共只有 2 项",
    ),
    ({"pairs": {"of": "branches", "by": "heart_talk"}}, "不是人"),
    ({"attended": {"of": "branches", "at": "party_class", "at_least": 1}}, "不是人"),
]


@pytest.mark.parametrize(("check", "words"), IMPOSSIBLE)
def test_what_nothing_can_meet_is_refused(check: dict[str, Any], words: str) -> None:
    found = [said for _, said in faults_of(Check.model_validate(check), {})]
    assert [said for said in found if words in said], found


def test_a_bound_that_is_one_figure_exactly_is_sound() -> None:
    check = {"count": {"of": "party_class", "at_least": 3, "at_most": 3}}
    assert list(faults_of(Check.model_validate(check), {})) == []


COUNT = {"count": {"of": "party_class", "at_least": 4}}
AWARDS = [
    (COUNT, {"kind": "graded", "grades": [["$nope", 1]]}, "没有参数“nope”"),
    (COUNT, {"kind": "graded", "grades": [[3, 99]]}, "本条满分"),
    (COUNT, {"kind": "graded", "grades": [[1, "0.5"], [3, 1]]}, "由高到低"),
    ({"all": [COUNT, COUNT]}, {"kind": "graded", "grades": [[3, 1]]}, "只看一个数字"),
    (COUNT, {"kind": "proportional", "step": 0}, "step 须大于 0"),
]


@pytest.mark.parametrize(("check", "award", "words"), AWARDS)
def test_an_award_that_leads_nowhere_is_refused(
    check: dict[str, Any], award: dict[str, Any], words: str
) -> None:
    criterion = next(one for one, _ in entries() if one.points)
    entry = CheckEntry.model_validate({"words": "党课", "check": check, "award": award})
    path = Path(f"{criterion.code.partition('-')[0]}-a.yaml")
    said = [words for _, words in faults_of_entry(criterion.code, entry, {criterion.code: criterion}, path)]
    assert [one for one in said if words in one], said
