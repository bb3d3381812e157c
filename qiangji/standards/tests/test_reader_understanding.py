"""What the interpreter makes of rows of cells: columns, merged points, links to the original, draft checks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from qiangji.standards.imported import edition_from_table
from qiangji.standards.reader.cells import Cell, RawTable, Row
from qiangji.standards.reader.columns import Role, role_of
from qiangji.standards.reader.criteria import Habits, Place, read_cell
from qiangji.standards.reader.interpret import interpret
from qiangji.standards.reader.numbering import pieces
from qiangji.standards.reader.title import read_above
from qiangji.standards.reader.tree import ParsedStandard
from qiangji.standards.reader.vetoes import read_remark

MERGED = "^"


def table(*lines: str, before: Sequence[str] = ("评分表",), after: Sequence[str] = ()) -> RawTable:
    """A table drawn with bars; `^` goes on from the cell above."""
    rows = []
    for at, line in enumerate(lines, start=1):
        texts = [text.strip() for text in line.split("|")]
        cells = (
            Cell("" if t == MERGED else t.replace("/", "\n"), i, continued=t == MERGED)
            for i, t in enumerate(texts)
        )
        rows.append(Row(tuple(cells), f"表格第 {at} 行"))
    return RawTable(tuple(before), tuple(rows), tuple(after))


def read(*lines: str) -> ParsedStandard:
    return interpret((table(*lines),))


def errors(parsed: ParsedStandard) -> list[str]:
    return [problem.message for problem in parsed.problems if problem.severity == "error"]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("分 值", Role.POINTS),
        ("标准分（分）", Role.POINTS),
        ("扣分\n标准", Role.METHOD),
        ("自评", Role.RESULT),
        ("上级验收得分", Role.RESULT),
        ("佐证材料", Role.EVIDENCE),
        ("三级指标", Role.WORDS),
        ("责任科室", Role.NOTE),
        ("项次", Role.SERIAL),
    ],
)
def test_a_heading_is_known_by_its_words(name: str, role: Role) -> None:
    found = role_of(name)
    assert found is not None
    assert found[0] is role


def test_columns_may_stand_in_any_order() -> None:
    forward = read("项目|具体标准|分值|得分", "导诊（3分）|1.有人|2|", "^|2.有册|1|")
    backward = read("得分|分值|具体标准|项目", "|2|1.有人|导诊（3分）", "|1|2.有册|^")
    assert forward.problems == []
    assert backward.as_json() == forward.as_json()


def test_points_merged_over_criteria_are_not_divided() -> None:
    parsed = read("项目|具体标准|分值", "导诊（6分）|1.有人|6", "^|2.有册|^", "^|3.有水|^")
    assert [c.points for c in parsed.criteria()] == [None, None, None]
    assert len(errors(parsed)) == 1
    assert "合并" in errors(parsed)[0]
    assert "3 条" in errors(parsed)[0]


def test_merged_points_beside_marked_criteria_are_the_parts() -> None:
    parsed = read("项目|具体标准|分值", "导诊|1.有人（2分）|3", "^|2.有册（1分）|^", "急救|1.有车（2分）|2")
    assert parsed.problems == []
    assert [section.points for section in parsed.sections] == [Decimal(3), Decimal(2)]


def test_a_points_cell_with_a_line_for_each_criterion_is_told_apart() -> None:
    parsed = read("项目|具体标准|分值", "导诊（3分）|1.有人/2.有册|2/1", "急救（1分）|1.有车|1")
    assert parsed.problems == []
    assert [c.points for c in parsed.criteria()] == [Decimal(2), Decimal(1), Decimal(1)]


def test_criteria_and_problems_know_their_original_line() -> None:
    parsed = read("项目|具体标准|分值", "导诊（3分）|1.有人|2", "^|2.有册|x")
    assert [line.where for line in parsed.original] == ["表前第 1 行", *(f"表格第 {i} 行" for i in (1, 2, 3))]
    for criterion in parsed.criteria():
        assert criterion.origin is not None
        assert criterion.text in parsed.original[criterion.origin].cells[1]
    assert parsed.sections[0].origin == 2
    assert [p.origin for p in parsed.problems if "不是分数" in p.message] == [3]


def test_draft_checks_and_notes_go_into_the_edition() -> None:
    parsed = read("项目|具体标准|分值|佐证材料|责任科室", "学习（2分）|1.每季度学习不少于2次|2|签到册|党办")
    (criterion,) = parsed.as_json()["sections"][0]["groups"][0]["criteria"]
    assert criterion["draft_checks"] == [
        {"words": "每季度学习不少于2次", "kind": "count", "per": "quarter", "at_least": "2", "unit": "次"}
    ]
    spec = edition_from_table(parsed, code="x", label="2026", year=2026, applies_to="hospital").criteria()[0]
    assert [(c.per, c.at_least) for c in spec.draft_checks] == [("quarter", Decimal(2))]
    assert (spec.evidence, spec.note) == ("签到册", "责任科室：党办")


def test_an_unscored_table_is_a_checklist_without_problem() -> None:
    parsed = read("项目|具体标准|落实情况", "导诊|1.有人|", "^|2.有册|")
    assert parsed.problems == []
    assert {c.scoring.kind for c in parsed.criteria() if c.scoring} == {"checklist"}
    assert [c.points for c in parsed.criteria()] == [None, None]
    spec = edition_from_table(parsed, code="x", label="2026", year=2026, applies_to="hospital")
    assert spec.total_points == 0


def test_a_bonus_item_among_plain_ones_is_an_error() -> None:
    parsed = read("项目|具体标准|分值|评分办法", "导诊（3分）|1.有人|3|", "^|2.获表彰||每次加1分，最多加2分")
    assert any("加分条目" in message for message in errors(parsed))


def test_a_table_without_heading_goes_on_from_the_one_before() -> None:
    first = table("项目|具体标准|分值", "导诊（3分）|1.有人|2")
    second = table("|2.有册|1", before=())
    parsed = interpret((first, second))
    assert parsed.problems == []
    assert [c.number for c in parsed.criteria()] == ["1", "2"]


def test_lines_that_belong_to_nothing_are_named() -> None:
    raw = table("项目|具体标准|分值", "导诊（2分）|1.有人|2", after=("另需报送材料三份。",))
    parsed = interpret((raw,))
    assert [(p.where, "未读入" in p.message) for p in parsed.problems] == [("表后", True)]


@pytest.mark.parametrize(
    "text",
    [
        "有下列情形的不予评定：①造假的；②瞒报的。",
        "有下列情形的不予评定：（一）造假的；（二）瞒报的。",
        "有下列情形的不予评定：1.造假的；2.瞒报的。",
        "有下列情形的不予评定：第一，造假的；第二，瞒报的。",
        "有下列情形的不予评定：造假的；瞒报的。",
        "一票否决项：\n一、造假的\n二、瞒报的",
        "1.本表满分十分。2.下列情形一票否决：（1）造假的；（2）瞒报的。",
    ],
)
def test_vetoes_are_read_in_any_numbering(text: str) -> None:
    assert read_remark(text).vetoes == ["造假的", "瞒报的"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.甲（1分）；2.乙（1分）", ["1", "2"]),
        ("（1）甲（1分）\n（2）乙（1分）", ["1", "2"]),
        ("①甲（1分）；②乙（1分）", ["1", "2"]),
        ("一、甲（1分）；二、乙（1分）", ["1", "2"]),
        ("1）甲（1分）2）乙（1分）", ["1", "2"]),
        ("2.1 甲（1分）\n2.2 乙（1分）", ["2.1", "2.2"]),
        ("1.甲，1分\n2.乙，1分", ["1", "2"]),
        ("1.甲有\n3.5米宽（1分）", ["1"]),
    ],
)
def test_numbering_of_every_style_cuts_a_cell(text: str, numbers: list[str]) -> None:
    assert [piece.number for piece in pieces(text)] == numbers


def test_the_title_is_told_from_its_surroundings() -> None:
    above = read_above(
        ["附件2", "青松县医院", "评分表（满分20分）", "申报单位：      日期：", "请各单位认真填写。"]
    )
    assert above.title == "青松县医院评分表"
    assert above.total == Decimal(20)
    assert above.others == ["请各单位认真填写。"]


@pytest.mark.parametrize("filler", ["每少1次扣1分，", "1.甲（1分）；", "（" * 3, "  \n", "好1分、", "①", "1"])
def test_a_cell_of_twenty_thousand_characters_is_read_or_refused(filler: str) -> None:
    text = (filler * 20_000)[:20_000]
    found = read_cell(text, place=Place("某格"), habits=Habits())
    assert found.problems or found.criteria or found.loose or not text.strip()
    assert "超过" in read_cell(text + "甲", place=Place("某格"), habits=Habits()).problems[0].message
