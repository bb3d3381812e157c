"""What comes from the clipboard, as HTML or as text, gives the same tables as the file would."""

from __future__ import annotations

import pytest

from qiangji.standards.reader import parse_bytes, parse_pasted
from qiangji.standards.reader.cells import RawTable, Unreadable
from qiangji.standards.reader.pasted import looks_like_html, read_html
from qiangji.standards.reader.text import read_text
from qiangji.standards.tests.packages import places, texts
from qiangji.standards.tests.tables import flattened, small_table

HEAD = "<tr><td>项目</td><td>具体标准</td><td>分值</td></tr>"


def html(body: str) -> RawTable:
    return read_html(body).tables[0]


def text(body: str) -> RawTable:
    return read_text(body).tables[0]


def test_cells_that_reach_over_rows_and_columns_keep_their_place() -> None:
    table = html(
        "<table><tr><td colspan=3>一、组织</td></tr>" + HEAD
        + "<tr><td rowspan=2>班子</td><td>1.甲</td><td rowspan='2'>2</td></tr><tr><td>2.乙</td></tr></table>"
    )  # fmt: skip
    assert places(table)[0] == [(0, 3, False)]
    assert places(table)[3] == [(0, 1, True), (1, 1, False), (2, 1, True)]
    assert texts(table)[3] == ["", "2.乙", ""]


def test_rows_may_stand_in_head_body_and_foot() -> None:
    table = html(f"<table><thead>{HEAD}</thead><tbody><tr><th>班子<td>1.甲<td>2</tbody></table>")
    assert texts(table)[1] == ["班子", "1.甲", "2"]


def test_lines_come_from_breaks_and_paragraphs_not_from_the_source() -> None:
    cell = "<p>1.每年\n  不少于</p><p>2.按<b>时</b>&nbsp;<br>公布</p>"
    assert (
        texts(html(f"<table>{HEAD}<tr><td>班子<td>{cell}<td>2</table>"))[1][1]
        == "1.每年不少于\n2.按时\xa0\n公布"
    )


def test_scripts_styles_hidden_and_deleted_things_are_left_out() -> None:
    body = (
        "<style>p{}</style><script>alert(1)</script><p style='display:none'>隐</p>标题"
        f"<table>{HEAD}<tr style='DISPLAY: none'><td>隐</td></tr><tr><td>班子<td>1.<del>旧</del>新<!-- x --><td>2</table>"
    )
    table = html(body)
    assert table.before == ("标题",)
    assert texts(table)[1:] == [["班子", "1.新", "2"]]


def test_lists_are_numbered_as_a_browser_would() -> None:
    cell = "<ol start=3><li>甲<li>乙</ol><ol type=a><li>丙</ol><ul><li>丁</ul>"
    assert texts(html(f"<table>{HEAD}<tr><td>班子<td>{cell}<td>2</table>"))[1][1] == "3.甲\n4.乙\na.丙\n丁"


def test_lines_around_and_the_caption_go_with_the_table() -> None:
    table = html(f"<div>标题</div><table><caption>表一</caption>{HEAD}</table><p>备注：一</p>")
    assert table.before == ("标题", "表一")
    assert table.after == ("备注：一",)


def test_a_frame_and_a_table_inside_a_cell_are_told_apart() -> None:
    inner = f"<table>{HEAD}<tr><td>班子<td>1.甲<td>2</table>"
    assert texts(html(f"<table><tr><td>量化表<tr><td>{inner}</table>"))[1] == ["班子", "1.甲", "2"]
    small = "<table><tr><td>1.甲<td>1分<tr><td>2.乙<td>1分</table>"
    assert (
        texts(html(f"<table>{HEAD}<tr><td>班子<td>{small}<td>2</table>"))[1][1] == "1.甲（1分）\n2.乙（1分）"
    )


@pytest.mark.parametrize(
    "start",
    ["<table>", "<!DOCTYPE html><html><body><table>", "Version:0.9\r\nStartHTML:00\r\nEndHTML:11\r\n<html><table>", "\n <meta charset=utf-8><table>"],
)  # fmt: skip
def test_html_is_known_by_how_it_begins(start: str) -> None:
    assert looks_like_html(start)
    assert not looks_like_html("项目<b>\t标准")


def test_html_in_a_file_of_any_name_and_encoding_is_read() -> None:
    page = f"<html><body><table>{HEAD}<tr><td>班子（2分）<td>1.分工每年公布（2分）<td>2</table></body></html>"
    results = [
        parse_bytes(page.encode(encoding), filename=name).as_json()
        for name in ("表.html", "表.doc", "表.xls")
        for encoding in ("utf-8", "gb18030", "utf-16")
    ]
    assert results[0]["counts"]["criteria"] == 1
    assert all(result == results[0] for result in results)


def test_a_page_without_a_table_is_refused() -> None:
    with pytest.raises(Unreadable, match="没有找到表格"):
        read_html("<p>没有</p>")


def test_rectangular_tabs_are_columns_and_quotes_hold_line_breaks_together() -> None:
    table = text('量化表\t\t\n项目\t具体标准\t分值\n班子\t"1.甲""乙""\n2.丙"\t2\n\t3.丁\t1')
    assert table.before == ("量化表",)
    assert texts(table)[1:] == [["班子", '1.甲"乙"\n2.丙', "2"], ["", "3.丁", "1"]]
    assert places(table)[1] == [(0, 1, False), (1, 1, False), (2, 1, False)]
    assert [row.where for row in table.rows] == ["第 2 行", "第 3 行", "第 5 行"]


def test_a_quote_inside_a_cell_is_only_a_quote() -> None:
    assert texts(text('项目\t具体标准\t分值\n班子\t"两学"一做\t2'))[1] == ["班子", '"两学"一做', "2"]


def test_rows_that_words_plain_copy_cut_are_put_together() -> None:
    table = text(
        "项目\t小项\t具体标准\t分值\n一、组织（5分）\n班子\n建设\t分工\t1.甲（1分）；\n2.乙（1分）。\t2\n学习\t\t1.丙\t3"
    )
    assert texts(table)[1:] == [
        ["一、组织（5分）"],
        ["班子\n建设", "分工", "1.甲（1分）；\n2.乙（1分）。", "2"],
        ["学习", "", "1.丙", "3"],
    ]
    assert places(table)[1] == [(0, 4, False)]


def test_trailing_blanks_cut_by_an_editor_join_nothing() -> None:
    table = text("项目\t具体标准\t分值\t自评\t验收\n班子\t1.甲\t2\n学习\t1.乙\t3\n备注：一票否决")
    assert texts(table)[1:] == [["班子", "1.甲", "2"], ["学习", "1.乙", "3"]]
    assert table.after == ("备注：一票否决",)


def test_a_table_drawn_with_strokes_is_read() -> None:
    table = text(
        "标题\n| 项目 | 具体标准 | 分值 |\n|---|:--|--:|\n| 班子 | 1.甲<br>2.乙 | 2 |\n| | 3.丙\\|丁 | 1 |\n备注"
    )
    assert (table.before, table.after) == (("标题",), ("备注",))
    assert texts(table)[1:] == [["班子", "1.甲\n2.乙", "2"], ["", "3.丙|丁", "1"]]


def test_lines_between_rules_are_one_row() -> None:
    lines = ["┌──┬──┬──┐", "│项目│具体标准│分值│", "├──┼──┼──┤", "│班子│1.甲 │ 2│", "│建设│2.乙 │  │", "├──┼──┼──┤", "│学习│1.丙│3│", "└──┴──┴──┘"]  # fmt: skip
    assert texts(text("\n".join(lines)))[1:] == [["班子\n建设", "1.甲\n2.乙", "2"], ["学习", "1.丙", "3"]]


def test_a_row_with_another_number_of_strokes_is_refused_by_line() -> None:
    with pytest.raises(Unreadable, match="第 2 行有 2 格"):
        text("|项目|具体标准|分值|\n|班子|1.甲|")


def test_columns_set_with_blanks_are_read_by_where_they_stand() -> None:
    table = text(
        "标题\n项目      具体标准            分值\n一、组织建设共三个方面（5分）\n班子      1.每年公布分工      2\n          接着写\n          2.会议有纪要        1"
    )
    assert table.before == ("标题",)
    assert texts(table)[1:] == [
        ["一、组织建设共三个方面（5分）"],
        ["班子", "1.每年公布分工\n接着写", "2"],
        ["", "2.会议有纪要", "1"],
    ]


def test_wide_blanks_part_columns_too() -> None:
    assert texts(text("项目　　　具体标准　　分值\n班子　　　1.甲　　　　2"))[1] == ["班子", "1.甲", "2"]


def test_text_that_does_not_stand_under_its_heading_is_refused_by_line() -> None:
    with pytest.raises(Unreadable, match="第 2 行"):
        text("项目  具体标准  分值\n班子  1.这一条写得太长越过了下一栏  2")


def test_text_without_columns_is_handed_on_line_by_line() -> None:
    table = text("一、组织建设（3分）\n\n1.甲（1分）\n2.乙（2分）")
    assert [(row.where, [c.text for c in row.cells]) for row in table.rows] == [
        ("第 1 行", ["一、组织建设（3分）"]),
        ("第 3 行", ["1.甲（1分）"]),
        ("第 4 行", ["2.乙（2分）"]),
    ]


def test_pasted_text_is_read_as_the_file_would_be() -> None:
    body = flattened(small_table())
    assert parse_pasted(body).as_json() == parse_bytes(body.encode(), filename="表.txt").as_json()
    assert len(parse_pasted(body).digest) == 64


@pytest.mark.parametrize(
    "body",
    ["", " \n\t\n", "\x00\x01", "早上好", "\ud800", "<table>", "<html>", "|", "\t", '"', "a" * 2_000_001],
)
def test_whatever_is_pasted_ends_in_a_message(body: str) -> None:
    parsed = parse_pasted(body)
    assert parsed.sections == []
    assert [problem.severity for problem in parsed.problems] == ["error"]
    assert parsed.problems[0].where == "粘贴的内容"
