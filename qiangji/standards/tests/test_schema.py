"""The shape of an edition, and every disagreement inside one under its own name."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from qiangji.standards.checks import checks_schema_text
from qiangji.standards.consistency import inconsistencies
from qiangji.standards.exact import InexactNumber, exact_decimal
from qiangji.standards.loader import library_dir
from qiangji.standards.schema import EditionSpec, json_schema_text, scoring_from_json, scoring_to_json
from qiangji.standards.tests.editions import edition_data

SCORINGS: list[dict[str, Any]] = [
    {"kind": "full"},
    {"kind": "full", "partial": False},
    {"kind": "full", "step": "0.1"},
    {"kind": "deduct", "per": "0.5", "unit": "次"},
    {"kind": "bonus", "per": "2", "cap": "4"},
    {"kind": "graded", "options": [{"label": "好", "points": "2"}, {"label": "差", "points": "0"}]},
    {"kind": "base", "base": "100", "plus": "2", "minus": "1", "cap": "110"},
    {"kind": "checklist"},
]


def names(data: dict[str, Any]) -> list[str]:
    return [found.name for found in inconsistencies(EditionSpec.model_validate(data))]


def criterion(data: dict[str, Any], section: int = 0, group: int = 0, index: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = data["sections"][section]["groups"][group]["criteria"][index]
    return found


def test_the_published_json_schema_is_current() -> None:
    published = (library_dir() / "edition.schema.json").read_text(encoding="utf-8")
    assert published == json_schema_text(), "run: qiangji standard schema --write"


def test_the_published_json_schema_of_checks_is_current() -> None:
    published = (library_dir() / "checks.schema.json").read_text(encoding="utf-8")
    assert published == checks_schema_text(), "run: qiangji standard schema --write"


def test_the_json_schema_names_every_scoring_kind() -> None:
    text = json.dumps(json.loads(json_schema_text())["$defs"])
    assert all(f'"{kind}"' in text for kind in ["full", "deduct", "bonus", "graded", "base", "checklist"])


def test_the_small_edition_is_consistent() -> None:
    assert names(edition_data()) == []


@pytest.mark.parametrize("value", [0.5, True, "一", "1e3", "", None, Decimal("NaN")])
def test_inexact_numbers_are_refused(value: object) -> None:
    with pytest.raises(InexactNumber):
        exact_decimal(value)


@given(st.decimals(min_value=0, max_value=99999, places=2))
def test_decimal_text_is_read_exactly(value: Decimal) -> None:
    assert exact_decimal(format(value, "f")) == value


def test_unknown_keys_are_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        EditionSpec.model_validate(edition_data(colour="red"))


@pytest.mark.parametrize("data", SCORINGS, ids=lambda d: "-".join(map(str, d.values()))[:30])
def test_every_scoring_kind_is_stored_and_read_back(data: dict[str, Any]) -> None:
    assert scoring_to_json(scoring_from_json(data)) == data


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("sections_not_total", lambda d: d.update(total_points=6)),
        ("criteria_not_section", lambda d: criterion(d).update(points=2)),
        ("criteria_not_group", lambda d: d["sections"][0]["groups"][0].update(points=1)),
        ("code_repeated", lambda d: criterion(d).update(code="1-1-2")),
        ("code_not_position", lambda d: criterion(d).update(code="1-1-9")),
        ("section_number", lambda d: d["sections"][1].update(number=3)),
        ("group_number", lambda d: d["sections"][0]["groups"][1].update(number=4)),
        ("group_title", lambda d: d["sections"][0]["groups"][1].update(title="")),
        ("criterion_number", lambda d: criterion(d, 0, 0, 1).update(number=1)),
        ("veto_number", lambda d: d["vetoes"][0].update(number=2)),
        ("threshold_repeated", lambda d: d["thresholds"].append(d["thresholds"][0])),
        ("points_of_checklist", lambda d: criterion(d).update(scoring={"kind": "checklist"})),
        (
            "bonus_in_plain_section",
            lambda d: criterion(d).update(scoring={"kind": "bonus", "per": 1, "cap": 1}),
        ),
        ("floor_above_points", lambda d: criterion(d, 1)["scoring"].update(floor=3)),
        ("scoring_not_points", lambda d: criterion(d).update(scoring={"kind": "base", "base": 3})),
        ("base_out_of_range", lambda d: criterion(d).update(scoring={"kind": "base", "base": 1, "plus": 1})),
        (
            "grade_repeated",
            lambda d: criterion(d).update(
                scoring={
                    "kind": "graded",
                    "options": [{"label": "好", "points": 1}, {"label": "好", "points": 0}],
                }
            ),
        ),
        (
            "threshold_dates",
            lambda d: d["thresholds"][0].update(effective_date="2022-01-01", until_date="2021-01-01"),
        ),
    ],
)
def test_every_disagreement_has_its_name(name: str, change: Any) -> None:
    data = edition_data()
    change(data)
    assert name in names(data)


def test_a_bonus_part_stands_outside_the_total() -> None:
    data = edition_data()
    bonus = {"code": "3-0-1", "number": 1, "title": "获奖", "points": 4}
    bonus["scoring"] = {"kind": "bonus", "per": 2, "cap": 4}
    groups = [{"number": 0, "criteria": [bonus]}]
    data["sections"].append({"number": 3, "title": "加分", "points": 4, "bonus": True, "groups": groups})
    assert names(data) == []
