"""What the reader promises about flattened text, shown on a sample of the official form's shape."""

from __future__ import annotations

import pytest

from qiangji.standards.reader import parse_bytes, parse_file
from qiangji.standards.reader.tree import ParsedStandard, numbered
from qiangji.standards.tests.tables import SAMPLE, Table, TableRow, flattened, policy_file, small_table

POLICY = policy_file("001")
needs_policy = pytest.mark.skipif(POLICY is None, reason="the policy documents are not beside this checkout")


def parse(text: str) -> ParsedStandard:
    return parse_bytes(text.encode(), filename="表.txt")


def messages(parsed: ParsedStandard, severity: str = "error") -> list[str]:
    return [f"{p.where}：{p.message}" for p in parsed.problems if p.severity == severity]


def one_cell(text: str, points: str = "2") -> ParsedStandard:
    return parse(flattened(Table("样表", [TableRow(f"服务（{points}分）", "导诊", text)])))


def test_sample_comes_out_whole_and_without_problem() -> None:
    parsed = parse_file(SAMPLE)
    document = parsed.as_json()
    assert document["problems"] == []
    assert document["counts"] == {"sections": 3, "criteria": 12, "vetoes": 2}
    assert document["total_points"] == "14.5"
    assert document["title"] == "青松县医院党组织工作“强基示范”量化评分表（样表）"
    assert [s["title"] for s in document["sections"]] == ["领导与章程", "支部建在科室", "服务群众"]
    assert [s["points"] for s in document["sections"]] == ["4", "7", "3.5"]
    assert document["vetoes"] == ["书记受到处分的", "出现重大医疗责任事故且被追责的"]


def test_sample_document_has_exactly_the_published_keys() -> None:
    document = parse_file(SAMPLE).as_json()
    assert list(document) == ["title", "total_points", "sections", "vetoes", "counts", "problems"]
    assert list(document["sections"][0]) == ["title", "points", "groups"]
    assert list(document["sections"][0]["groups"][0]) == ["title", "criteria"]
    assert document["sections"][0]["groups"][0]["criteria"][1] == {
        "number": "2",
        "text": "床位满300张的医院设专职副书记",
        "points": "1",
    }


def test_numbering_may_go_on_over_groups_or_begin_again() -> None:
    codes = [item.code for item in numbered(parse_file(SAMPLE))]
    assert codes == [
        *["1-1-1", "1-1-2", "1-2-3"],
        *["2-1-1", "2-1-2", "2-1-3", "2-2-1", "2-2-2", "2-2-3"],
        *["3-0-1", "3-0-2", "3-0-3"],
    ]


def test_a_part_without_groups_has_one_untitled_group() -> None:
    assert [group.title for group in parse_file(SAMPLE).sections[2].groups] == [""]


def test_several_criteria_on_a_line_and_every_placement_of_points() -> None:
    training = parse_file(SAMPLE).sections[1].groups[1]
    assert [c.text for c in training.criteria] == [
        "新任书记到岗30日内参加岗前课",
        "书记每年讲课1次，课件存档",
        "书记每半年与青年党员座谈",
    ]


def test_a_broken_line_that_begins_with_a_number_is_no_new_criterion() -> None:
    text = parse_file(SAMPLE).sections[1].groups[0].criteria[2].text
    assert text.endswith("建立2人联络小组")
    broken = one_cell("1.联络员每组\n3.5人以上，名册\n2、3季度各更新一次（1分）；\n2.有名册（1分）。")
    assert [c.number for c in broken.criteria()] == ["1", "2"]
    assert broken.criteria()[0].text == "联络员每组3.5人以上，名册2、3季度各更新一次"


def test_full_width_digits_and_half_width_brackets_are_understood() -> None:
    last = parse_file(SAMPLE).sections[2].criteria()
    assert [str(c.points) for c in last] == ["2", "1", "0.5"]
    assert last[1].text == "每年义诊不少于2次（含下乡1次）"
    assert last[2].number == "3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_promised_encoding_gives_the_same(encoding: str, ending: str) -> None:
    text = SAMPLE.read_text(encoding="utf-8").replace("\n", ending)
    assert parse_bytes(text.encode(encoding), filename="表.txt").as_json() == parse_file(SAMPLE).as_json()


def test_empty_cells_cut_off_by_an_editor_change_nothing() -> None:
    stripped = "\n".join(line.rstrip() for line in SAMPLE.read_text(encoding="utf-8").split("\n"))
    assert parse(stripped).as_json() == parse_file(SAMPLE).as_json()


def test_rows_without_an_empty_line_between_them_change_nothing() -> None:
    text = flattened(small_table())
    lines = [line for line in text.split("\n") if line]
    assert parse("\n".join(lines)).as_json() == parse(text).as_json()


def test_an_empty_line_inside_a_row_changes_nothing() -> None:
    text = flattened(small_table())
    inside_lead = text.replace("（4分）\n", "（4分）\n\n")
    inside_cell = text.replace("公布（1分）；\n", "公布（1分）；\n\n")
    assert parse(inside_lead).as_json() == parse(text).as_json()
    assert parse(inside_cell).as_json() == parse(text).as_json()


def test_a_part_that_goes_on_after_a_page_break_stays_one_part() -> None:
    table = small_table()
    table.rows[1].section = "班子建设（4分）"
    heading = flattened(Table("样表一", [])).split("申报时间：\n")[1]
    text = flattened(table).replace("\t班子建设（4分）", heading + "\t班子建设（4分）")
    assert parse(text).as_json() == parse(flattened(small_table())).as_json()


def test_a_sum_that_does_not_agree_is_an_error_that_names_the_part() -> None:
    parsed = parse(SAMPLE.read_text(encoding="utf-8").replace("章程（4分）", "章程（5分）"))
    assert messages(parsed) == [
        "项目“领导与章程”：项目分值 5 分，各条之和 4 分，两者不一致，请核对每条的分值"
    ]
    assert parsed.has_errors


def test_a_criterion_without_points_is_an_error_that_names_it() -> None:
    parsed = parse(SAMPLE.read_text(encoding="utf-8").replace("当面沟通（2分）", "当面沟通"))
    assert "项目“领导与章程”，小项“议事规则”，第 1 条：没有写分值，请补上，例如（1分）" in messages(parsed)
    assert parsed.as_json()["sections"][0]["groups"][0]["criteria"][0]["points"] is None


def test_a_part_without_points_takes_their_sum_and_says_so() -> None:
    parsed = parse(SAMPLE.read_text(encoding="utf-8").replace("章程（4分）", "章程"))
    assert not parsed.has_errors
    assert messages(parsed, "warning") == ["项目“领导与章程”：没有写项目分值，按各条之和 4 分读入，请核对"]
    assert parsed.as_json()["sections"][0]["points"] == "4"


def test_a_declared_total_that_does_not_agree_is_an_error() -> None:
    text = flattened(small_table())
    assert parse(text.replace("样表一", "样表一（满分7分）")).as_json()["problems"] == []
    wrong = parse(text.replace("样表一", "样表一（满分100分）"))
    assert messages(wrong) == ["总分：写明的总分是 100 分，各项目之和是 7 分，两者不一致，请核对"]
    row = parse(text.replace("\t备注", "\t合计\n\t8\n\n\t备注"))
    assert messages(row) == ["总分：写明的总分是 8 分，各项目之和是 7 分，两者不一致，请核对"]


def test_a_gap_in_the_numbering_is_pointed_out() -> None:
    parsed = one_cell("1.有人值守（1分）；\n3.有登记（1分）。")
    assert messages(parsed, "warning") == [
        "项目“服务”，小项“导诊”：序号 3 排在 1 之后，不连续，请核对有无遗漏"
    ]


def test_a_criterion_without_a_number_is_read_and_pointed_out() -> None:
    parsed = one_cell("1.有人值守（1分）；\n有登记（1分）。")
    assert [(c.number, c.text) for c in parsed.criteria()] == [("1", "有人值守"), ("2", "有登记")]
    assert len(messages(parsed, "warning")) == 1


def test_text_cut_by_a_page_break_joins_the_criterion_before() -> None:
    table = Table(
        "样表", [TableRow("服务（1分）", "导诊", "1.有人值守并"), TableRow(None, "导诊", "做好登记")]
    )
    parsed = parse(flattened(table))
    assert [c.text for c in parsed.criteria()] == ["有人值守并做好登记"]


def test_what_is_filled_in_is_dropped_and_said_so() -> None:
    parsed = parse(flattened(small_table(), blank="已落实"))
    assert parsed.as_json()["counts"]["criteria"] == 5
    assert [m for m in messages(parsed, "warning") if m.startswith("填写栏：")]


def test_a_remark_that_is_no_veto_is_pointed_out() -> None:
    table = small_table()
    table.remark = "本表自发布之日起使用。"
    parsed = parse(flattened(table))
    assert parsed.vetoes == []
    assert len(messages(parsed, "warning")) == 1


def test_a_bonus_part_stands_outside_the_total() -> None:
    table = small_table()
    table.rows.append(TableRow("加分项（5分）", "", "1.获省级表彰（5分）。"))
    document = parse(flattened(table)).as_json()
    assert document["total_points"] == "7"
    assert document["sections"][2]["bonus"] is True
    assert document["problems"] == []


@needs_policy
def test_the_official_table_comes_out_whole_and_without_problem() -> None:
    assert POLICY is not None
    document = parse_file(POLICY).as_json()
    assert document["problems"] == []
    assert document["counts"] == {"sections": 9, "criteria": 84, "vetoes": 2}
    assert document["total_points"] == "100"
    assert [s["points"] for s in document["sections"]] == ["4", "8", "31", "18", "11", "5", "10", "9", "4"]
    assert sum(len(s["groups"]) for s in document["sections"]) == 24
    assert [i for i, s in enumerate(document["sections"], start=1) if s["groups"][0]["title"] == ""] == [
        6,
        8,
        9,
    ]
    texts = [c["text"] for s in document["sections"] for g in s["groups"] for c in g["criteria"]]
    assert all(text and "分）" not in text and "\n" not in text for text in texts)


@needs_policy
def test_the_official_table_loses_no_character() -> None:
    """Every Chinese character of the criteria column is in some text, in order."""
    assert POLICY is not None
    source = "".join(ch for ch in POLICY.read_text(encoding="utf-8") if "\u4e00" <= ch <= "\u9fff")
    at = 0
    for criterion in parse_file(POLICY).criteria():
        text = "".join(ch for ch in criterion.text if "\u4e00" <= ch <= "\u9fff")
        found = source.find(text, at)
        assert found >= 0, criterion.where
        at = found + len(text)
