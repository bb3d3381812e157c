"""Tables of Word documents come out as the page shows them, however they were drawn."""

from __future__ import annotations

import pytest

from qiangji.standards.reader.cells import RawTable, Unreadable
from qiangji.standards.reader.word import read_word
from qiangji.standards.tests.packages import archive, document, p, places, tbl, tc, texts, tr

HEADING = tr("项目", "具体标准", "分值")
DOWN, ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def only(body: str, **parts: str) -> RawTable:
    tables = read_word(document(body, **parts)).tables
    assert len(tables) == 1
    return tables[0]


def test_merges_in_both_directions_keep_their_place_in_the_grid() -> None:
    table = only(
        tbl(
            tr(tc("一、组织建设", span=3)),
            HEADING,
            tr(tc("班子", properties=DOWN), "1.分工", "2"),
            tr(tc("", properties=ON), "2.纪要", "1"),
        )
    )
    assert places(table)[0] == [(0, 3, False)]
    assert places(table)[3] == [(0, 1, True), (1, 1, False), (2, 1, False)]
    assert [row.where for row in table.rows][0] == "表格第 1 行"


def test_a_row_that_begins_further_right_keeps_its_columns() -> None:
    table = only(tbl(HEADING, tr("1.分工", "2", properties='<w:gridBefore w:val="1"/>')))
    assert places(table)[1] == [(1, 1, False), (2, 1, False)]


def test_the_old_way_of_merging_sideways_is_understood() -> None:
    first = tc("一、组织建设", properties='<w:hMerge w:val="restart"/>')
    rest = tc("", properties="<w:hMerge/>")
    assert places(only(tbl(tr(first, rest, rest), HEADING)))[0] == [(0, 3, False)]


def test_the_text_of_a_continued_cell_is_not_taken_since_nobody_sees_it() -> None:
    table = only(tbl(HEADING, tr(tc("班子", properties=ON), "1.分工", "2")))
    assert texts(table)[1][0] == ""


def test_content_controls_around_rows_cells_and_paragraphs_are_seen_through() -> None:
    def control(content: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    row = f"<w:tr>{control(tc('班子'))}{tc(control(p('1.分工')))}{tc(control(control(p('2'))))}</w:tr>"
    table = only(control(p("标题")) + control(tbl(HEADING, control(row))))
    assert table.before == ("标题",)
    assert texts(table)[1] == ["班子", "1.分工", "2"]


def test_tracked_changes_count_as_accepted() -> None:
    put_in = "<w:ins><w:r><w:t>2次</w:t></w:r></w:ins>"
    taken_out = "<w:del><w:r><w:delText>1次</w:delText></w:r></w:del>"
    moved = (
        "<w:moveFrom><w:r><w:t>旧处</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>新处</w:t></w:r></w:moveTo>"
    )
    cell = tc(f"<w:p><w:r><w:t>每年</w:t></w:r>{taken_out}{put_in}{moved}</w:p>")
    row = tr("删去", "的", "行", properties="<w:del/>")
    assert texts(only(tbl(HEADING, row, tr("班子", cell, "2")))) == [
        ["项目", "具体标准", "分值"],
        ["班子", "每年2次新处", "2"],
    ]


def test_a_paragraph_whose_end_was_taken_out_goes_on_in_the_next() -> None:
    first = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>每年</w:t></w:r></w:p>"
    assert texts(only(tbl(HEADING, tr("班子", tc(first + p("两次")), "2"))))[1][1] == "每年两次"


def test_hidden_text_and_field_codes_are_left_out() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>批注</w:t></w:r>"
    code = "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    cell = tc(f"<w:p>{hidden}{code}<w:r><w:t>看得见</w:t></w:r></w:p>")
    assert texts(only(tbl(HEADING, tr("班子", cell, "2"))))[1][1] == "看得见"


def test_breaks_tabs_and_fixed_hyphens_are_text() -> None:
    cell = tc(
        "<w:p><w:r><w:t>1</w:t><w:noBreakHyphen/><w:t>2</w:t><w:br/><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r></w:p>"
    )
    assert texts(only(tbl(HEADING, tr("班子", cell, "2"))))[1][1] == "1-2\na b"


def test_lines_above_between_and_below_tables_go_with_the_tables() -> None:
    body = p("标题") + tbl(HEADING) + p("表二") + tbl(HEADING, tr("a", "b", "c")) + p("备注：无")
    first, second = read_word(document(body)).tables
    assert (first.before, first.after) == (("标题",), ())
    assert (second.before, second.after) == (("表二",), ("备注：无",))
    assert second.rows[1].where == "第 2 张表第 2 行"


def test_a_table_inside_a_frame_is_read_in_its_own_right() -> None:
    inner = tbl(HEADING, tr("班子", "1.分工", "2"))
    frame = tbl(tr(tc("量化评分表", span=2)), tr(tc(p("说明") + inner + p("备注：一")), "盖章处"))
    table = only(p("封面") + frame)
    assert table.before == ("封面", "量化评分表", "说明")
    assert texts(table)[1] == ["班子", "1.分工", "2"]
    assert table.after == ("备注：一", "盖章处")


def test_a_table_inside_a_criterion_is_the_text_of_its_cell() -> None:
    inner = tbl(tr("标准", "分值"), tr("1.有分工", "1"), tr("2.有纪要", "0.5分"))
    table = only(tbl(HEADING, tr("班子", tc(inner + p()), "1.5")))
    assert texts(table)[1] == ["班子", "1.有分工（1分）\n2.有纪要（0.5分）\n", "1.5"]


def test_tables_nested_too_deep_are_refused() -> None:
    body = p("底")
    for _ in range(12):
        body = tbl(tr(tc(body + p())))
    with pytest.raises(Unreadable, match="一层套一层"):
        read_word(document(body))


BOX = "<w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r>"


def test_a_text_box_of_table_size_is_named_and_not_read() -> None:
    box = f"<w:p><w:r><w:t>标题</w:t></w:r>{BOX.format(p('第一条要求，' * 40))}</w:p>"
    found = read_word(document(box + tbl(HEADING)))
    assert found.tables[0].before == ("标题",)
    assert [(problem.severity, problem.where) for problem in found.problems] == [("warning", "文本框")]


def test_a_small_text_box_is_passed_over_in_silence() -> None:
    assert read_word(document(f"<w:p>{BOX.format(p('附件1'))}</w:p>" + tbl(HEADING))).problems == ()


def test_strict_documents_are_read_like_the_others() -> None:
    body = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    xml = f'<w:document xmlns:w="{body}"><w:body>{tbl(HEADING)}</w:body></w:document>'
    found = read_word(archive({"[Content_Types].xml": "<Types/>", "word/document.xml": xml}))
    assert texts(found.tables[0]) == [["项目", "具体标准", "分值"]]


def test_absurd_spans_and_merges_do_no_harm() -> None:
    row = tr(tc("a", span=-5), tc("b", span=0), tc("c", properties='<w:hMerge w:val="continue"/>'))
    assert texts(only(tbl(HEADING, row)))[1] == ["a", "b"]
    with pytest.raises(Unreadable, match="第 2 行超过 200 栏"):
        read_word(document(tbl(HEADING, tr(tc("a", span=9999), "b"))))
