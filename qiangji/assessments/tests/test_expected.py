"""A list of faults: what it may hold, and what differs from it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from qiangji.assessments.expected import Expected, ListRefused, Said, differences, losses, read_list

FAULT = Expected(
    organization="A",
    criterion="3-5-1",
    answer="unmet",
    since=date(2027, 1, 1),
    missing="学时不足",
    says="3 人",
)
FOUND = Said("unmet", Decimal(0), Decimal(0), "不符合：党员中 3 人尚未达到要求。", "党员中 3 人尚未达到要求")


def changed(**values: object) -> Said:
    said = {name: getattr(FOUND, name) for name in Said.__slots__}
    return Said(**(said | values))  # type: ignore[arg-type]


def test_a_fault_that_is_answered_as_it_should_be_differs_in_nothing() -> None:
    assert list(differences(FAULT, FOUND)) == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (changed(verdict="met", points=Decimal(2)), "应为“不符合”（学时不足），得到“符合”"),
        (changed(reason="不符合：党员中 2 人尚未达到要求。"), "理由里没有“3 人”"),
        (changed(missing=""), "没有写明缺什么"),
        (changed(points=Decimal("0.5"), highest=Decimal("0.5")), "应不给分，得到 0.5 分"),
    ],
)
def test_verdict_reason_what_is_missing_and_points_are_held_against_it(said: Said, words: str) -> None:
    (found,) = differences(FAULT, said)
    assert found.startswith("A 3-5-1：")
    assert words in found


def test_data_that_are_not_there_give_no_points() -> None:
    fault = FAULT.model_copy(update={"answer": "unknown", "says": ""})
    (found,) = differences(fault, changed(verdict="unknown", points=Decimal(1)))
    assert "不应有确定的得分" in found


def test_whoever_loses_a_point_without_a_fault_is_named() -> None:
    assert list(losses(("B", "1-1-2"), changed(verdict="met", points=Decimal(1), highest=Decimal(1)))) == []
    (found,) = losses(("B", "1-1-2"), FOUND)
    assert found.startswith("B 1-1-2：没有埋下问题，却失分")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "读不出来"),
        ("{", "不是由条目组成的 JSON 列表"),
        ('[{"organization": "A", "criterion": "1-1-1", "answer": "unmet"}]', "第 1 条：缺少“since”，请补上"),
        (
            '[{"organization": "A", "criterion": "1-1-1", "answer": "met", "since": "2026-01-01"}]',
            "第 1 条：“answer”只能是 unmet、unknown",
        ),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, text: str | None, words: str
) -> None:
    path = tmp_path / "faults.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ListRefused, match=words) as refused:
        read_list(path)
    assert "faults.json" in str(refused.value)
