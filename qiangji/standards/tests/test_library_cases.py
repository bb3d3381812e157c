"""Cases beside an edition: what holds passes, what does not is named with its file, and nothing of it is loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from ruamel.yaml import YAML

from qiangji.standards.exceptions import LibraryError
from qiangji.standards.loader import check_cases, edition_dirs, load_edition
from qiangji.standards.models import Standard
from qiangji.standards.services import load_library
from qiangji.standards.tests.editions import edition_data, write_edition


def write_case(folder: Path, **expected: Any) -> None:
    (folder / "cases").mkdir(exist_ok=True)
    with (folder / "cases" / "a.yaml").open("w", encoding="utf-8") as stream:
        YAML().dump({"case": "总数", **expected}, stream)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small edition: 5 points, four criteria, one with a deduction of 0.5 and one with a parameter."""
    data = edition_data()
    data["sections"][0]["groups"][0]["criteria"][0] |= {
        "note": "每年 1 次。",
        "parameters": {"times": {"title": "公布", "value": 1, "unit": "次/年"}},
    }
    return write_edition(tmp_path, data)


@pytest.mark.parametrize("place", edition_dirs(), ids=lambda place: place.parent.name)
def test_every_built_in_edition_brings_cases_that_hold(place: Path) -> None:
    assert check_cases(place, load_edition(place)) >= 1


def test_expectations_that_hold_pass(folder: Path) -> None:
    write_case(
        folder,
        total_points=5,
        sections=[3, 2],
        criteria=4,
        vetoes=1,
        lines={"organization_score": 90},
        figures=[
            {"code": "1-1-1", "says": ["1 次"], "points": 1},
            {"code": "1-1-1", "parameter": "times", "value": 1, "unit": "次/年"},
        ],
        marks=[
            {"code": "2-0-1", "mark": "1.5", "allowed": True},
            {"code": "2-0-1", "mark": "1.2", "allowed": False},
        ],
    )
    assert check_cases(folder, load_edition(folder)) == 1


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"total_points": 6}, "总分应为 6，标准里是 5"),
        ({"sections": [2, 3]}, "各项目分值应为 2、3，标准里是 3、2"),
        ({"criteria": 5}, "具体标准应有 5 条，标准里有 4 条"),
        ({"vetoes": 0}, "否决情形应有 0 条，标准里有 1 条"),
        ({"lines": {"organization_score": 95}}, "线 organization_score 应为 95，标准里是 90"),
        ({"lines": {"other": 95}}, "线 other 应为 95，标准里是 没有这条线"),
        ({"figures": [{"code": "9-9-9"}]}, "标准里没有 9-9-9 这一条"),
        ({"figures": [{"code": "1-1-1", "points": 2}]}, "1-1-1 应为 2 分，标准里是 1分"),
        ({"figures": [{"code": "1-1-1", "says": ["2 次"]}]}, "1-1-1 的说明里应有“2 次”"),
        ({"figures": [{"code": "1-1-1", "parameter": "none"}]}, "1-1-1 应有参数 none"),
        (
            {"figures": [{"code": "1-1-1", "parameter": "times", "value": 2, "unit": "次/年"}]},
            "参数 times 应为 2 次/年，标准里是 1 次/年",
        ),
        ({"marks": [{"code": "2-0-1", "mark": 3, "allowed": True}]}, "2-0-1 应当可以给 3 分"),
        ({"marks": [{"code": "2-0-1", "mark": 2, "allowed": False}]}, "2-0-1 不应可以给 2 分"),
        ({"total": 5}, "不认识“total”"),
    ],
)
def test_what_does_not_hold_names_the_file_and_what_is_wrong(
    folder: Path, expected: dict[str, Any], message: str
) -> None:
    write_case(folder, **expected)
    with pytest.raises(LibraryError) as caught:
        check_cases(folder, load_edition(folder))
    assert any(m.startswith("tiny/2026/cases/a.yaml") and message in m for m in caught.value.messages)


@pytest.mark.django_db
def test_a_library_whose_case_fails_is_not_loaded(folder: Path) -> None:
    write_case(folder, criteria=5)
    with pytest.raises(LibraryError, match="具体标准应有 5 条"):
        load_library(at=datetime(2026, 3, 1, tzinfo=UTC), directory=folder.parent.parent)
    assert not Standard.objects.exists()


def test_the_command_checks_a_folder_without_a_database(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_case(folder, criteria=4)
    call_command("standard", "check", str(folder))
    assert capsys.readouterr().out == "tiny@2026  4 条，5 分，核对样例 1 个，都对得上\n"
    write_case(folder, criteria=5)
    with pytest.raises(SystemExit) as ended:
        call_command("standard", "check", str(folder))
    assert ended.value.code == 1
    assert "具体标准应有 5 条，标准里有 4 条" in capsys.readouterr().err


def test_the_command_names_every_built_in_edition(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("standard", "check")
    assert len(capsys.readouterr().out.splitlines()) == len(edition_dirs())


def test_a_folder_that_holds_no_edition_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("standard", "check", str(tmp_path))
    assert ended.value.code == 2
