"""The file itself: what Word and WPS insist on, and what must not be in it."""

from xml.etree import ElementTree

import pytest
from docx.oxml.ns import qn

from qiangji.reports.official_form.contents import FormHead
from qiangji.reports.official_form.tests.factories import AT, criterion, form, opened, row, section
from qiangji.reports.official_form.writer import WIDTHS, write_form
from qiangji.reports.tests.packages import ORDERS, disordered, parts_of


@pytest.fixture(scope="module")
def content() -> bytes:
    """A form with everything in it: provisional head, notes, single marks, a long title."""
    head = FormHead(
        "某省医院党建工作指导机构基层党组织文件附件——医院党委标准化创建量化表", is_provisional=True
    )
    marked = row(
        criterion(1, "2", ["1", "2"], implementation="已落实\n有记录"), criterion(2), title="任期管理"
    )
    parts = (section(row(), marked), section(row(title=""), title="工作机制"))
    return write_form(form(*parts, head=head, wording_note="条文为归纳。"))


@pytest.fixture(scope="module")
def parts(content: bytes) -> dict[str, bytes]:
    return parts_of(content)


@pytest.mark.parametrize("name", ORDERS)
def test_children_stand_in_the_order_of_the_schema(parts: dict[str, bytes], name: str) -> None:
    count, wrong = disordered(parts, name)
    assert count
    assert wrong == []


def test_every_row_fills_the_seven_columns(content: bytes) -> None:
    table = opened(content).tables[0]._tbl
    for row_ in table.tr_lst:
        assert sum(cell.grid_span for cell in row_.tc_lst) == 7


def test_widths_stand_on_the_columns_and_on_every_cell(content: bytes) -> None:
    table = opened(content).tables[0]._tbl
    columns = [int(column.get(qn("w:w"))) for column in table.tblGrid.gridCol_lst]
    assert columns == [width.twips for width in WIDTHS]
    for row_ in table.tr_lst:
        place = 0
        for cell in row_.tc_lst:
            (width,) = cell.xpath("w:tcPr/w:tcW/@w:w")
            assert int(width) == sum(columns[place : place + cell.grid_span])
            place += cell.grid_span


def test_a_continued_cell_continues_one_above_it(content: bytes) -> None:
    above: dict[int, str | None] = {}
    for row_ in opened(content).tables[0]._tbl.tr_lst:
        place = 0
        for cell in row_.tc_lst:
            if cell.vMerge == "continue":
                assert above[place] in {"restart", "continue"}
            above[place] = cell.vMerge
            place += cell.grid_span


def test_every_cell_holds_paragraphs_only_and_no_empty_one_beside_text(content: bytes) -> None:
    for cell in opened(content).tables[0]._tbl.iter_tcs():
        paragraphs = [child for child in cell if child.tag != qn("w:tcPr")]
        assert {child.tag for child in paragraphs} == {qn("w:p")}
        texts = ["".join(paragraph.itertext()) for paragraph in paragraphs]
        assert len(texts) == 1 or all(texts)


def test_the_body_has_no_empty_paragraph(content: bytes) -> None:
    assert all(paragraph.text.strip() for paragraph in opened(content).paragraphs)


def test_every_style_in_use_exists_and_names_a_chinese_font(content: bytes) -> None:
    document = opened(content)
    used = {element.get(qn("w:val")) for element in document.element.body.iter(qn("w:pStyle"))}
    styles = {style.style_id: style for style in document.styles}
    assert used <= set(styles)
    fonts = {styles[key].element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")) for key in used}
    assert fonts == {"方正小标宋简体", "仿宋_GB2312", "黑体"}


def test_text_runs_ask_for_the_chinese_font(content: bytes) -> None:
    runs = [run for run in opened(content).element.body.iter(qn("w:r")) if run.text]
    assert runs
    assert all(run.find(f".//{qn('w:rFonts')}").get(qn("w:hint")) == "eastAsia" for run in runs)


def test_properties_name_the_form_and_nobody(content: bytes) -> None:
    properties = opened(content).core_properties
    assert properties.title.startswith("某省医院党建")
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.created == properties.modified == AT.replace(microsecond=0)


def test_the_package_holds_only_what_the_form_needs(parts: dict[str, bytes]) -> None:
    assert set(parts) == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/app.xml",
        "docProps/core.xml",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/fontTable.xml",
        "word/footer1.xml",
        "word/header1.xml",
        "word/settings.xml",
        "word/styles.xml",
    }
    assert not any(b"python-docx" in part or b"Macintosh" in part for part in parts.values())


def test_content_types_come_first_and_cover_every_part(parts: dict[str, bytes]) -> None:
    assert next(iter(parts)) == "[Content_Types].xml"
    types = ElementTree.fromstring(parts["[Content_Types].xml"])
    named = {element.get("PartName", "").lstrip("/") for element in types}
    endings = {element.get("Extension") for element in types}
    for name in parts:
        assert name in named or name.rsplit(".", 1)[1] in endings or name == "[Content_Types].xml"
    assert b"numbering" not in parts["[Content_Types].xml"]
    assert named - {""} <= set(parts)


def test_every_relation_leads_to_a_part(parts: dict[str, bytes]) -> None:
    targets = {
        relation.get("Target") for relation in ElementTree.fromstring(parts["word/_rels/document.xml.rels"])
    }
    assert {f"word/{target}" for target in targets} <= set(parts)
