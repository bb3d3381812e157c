"""Papers about results: notices in the right words, who seals, summaries from what was frozen, the ledger."""

import io
from datetime import date
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook

from qiangji.lib.digests import digest
from qiangji.reports.election_letters.writer import write_letter
from qiangji.reports.results_papers.ledger_sheet import write_ledger
from qiangji.reports.results_papers.notices import TITLES, notice_of
from qiangji.reports.results_papers.summary_form import form_of, write_form, write_sheet
from qiangji.results.models import Consequence
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.selectors.ledgers import ledger, summary_of
from qiangji.results.services.consequences import open_consequences
from qiangji.results.services.filing import freeze_summary
from qiangji.results.tests.worlds import ResultsWorld, make_results_world

ON = date(2026, 12, 20)


@pytest.fixture
def world(db: None) -> ResultsWorld:
    return make_results_world()


def text_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


def opened(world: ResultsWorld, kind: str) -> Consequence:
    due = [one for one in still_due(newest_results(world.cycle)) if one.kind == kind]
    rows = open_consequences(
        due=due, deadline_date=date(2027, 3, 31), by=world.cast.guidance_province, at=world.tick()
    )
    return rows[0]


def test_a_notice_says_why_until_when_and_who_seals(world: ResultsWorld) -> None:
    world.hospital("88.5")
    world.recognize()
    letter = notice_of(opened(world, "time_limited"), seal="中共甲市卫生健康委员会党组")
    words = text_of(write_letter(letter, at=world.clock))
    assert "限期整改通知" in words
    assert "本级得分 88.5，须高于 90" in words
    assert "2027年3月31日前完成整改" in words
    assert "甲市卫生健康委员会\n中共甲市卫生健康委员会党组（代章）" in words


def test_a_lagging_branchs_notice_goes_to_its_hospital(world: ResultsWorld) -> None:
    world.hospital("96.5", ["95"] * 9 + ["90"])
    world.recognize()
    letter = notice_of(opened(world, "key_branch"))
    assert letter.addressee == "丙医院党委"
    assert letter.sender == world.cast.province.name
    assert "指定一名班子成员联系该支部" in letter.paragraphs[1]


def test_a_report_of_two_years_goes_to_the_superior(world: ResultsWorld) -> None:
    sheet = world.hospital("80")
    earlier = world.year(2025)
    world.hospital("80", node=sheet.organization, cycle=earlier)
    world.recognize(cycle=earlier)
    world.recognize()
    letter = notice_of(opened(world, "notify_superior"))
    assert letter.addressee == world.cast.city_a.name
    assert "2025、2026 年度连续未达标" in "".join(letter.paragraphs)


def test_every_kind_has_its_notice() -> None:
    assert set(TITLES) == set(Consequence.Kind)
    assert len(set(TITLES.values())) == len(TITLES)


def test_a_summary_is_printed_from_what_was_frozen(world: ResultsWorld) -> None:
    world.hospital("96.5")
    content = summary_of(world.cycle, world.cast.city_a, on=ON).content
    summary = freeze_summary(
        reach=world.reach(world.cast.guidance_city), cycle=world.cycle, region=world.cast.city_a,
        number="12", seen=digest(content), at=world.tick(),
    )  # fmt: skip
    world.recognize()
    form = form_of(summary)
    assert form.heads == ("区域", "合计", "达标", "未达标", "不予评定", "已申报，待认定", "未申报")
    assert form.lines[-1] == ("合计", (2, 0, 0, 0, 1, 1))
    book = load_workbook(io.BytesIO(write_sheet(form, at=world.clock)))
    assert [cell.value for cell in book.active[4]][:4] == ["合计", 2, 0, 0]
    document = Document(io.BytesIO(write_form(form, at=world.clock)))
    assert [cell.text for cell in document.tables[0].rows[-1].cells][:2] == ["合计", "2"]
    assert any(summary.digest in paragraph.text for paragraph in document.paragraphs)


def test_equal_contents_give_equal_bytes(world: ResultsWorld) -> None:
    world.hospital("88.5")
    world.recognize()
    letter = notice_of(opened(world, "time_limited"))
    assert write_letter(letter, at=world.clock) == write_letter(letter, at=world.clock)


def test_the_ledger_goes_out_as_plain_cells(world: ResultsWorld) -> None:
    world.hospital("96.5")
    world.recognize()
    rows = ledger(world.cycle, world.reach(world.cast.guidance_province), on=ON)
    content = write_ledger(rows, title="分类台账", at=world.clock)
    sheet = load_workbook(io.BytesIO(content)).active
    found = {row[1].value: (row[3].value, row[4].value) for row in sheet.iter_rows(min_row=2)}
    assert found["丙医院党委"] == ("达标", 96.5)
    assert found["乙市第一医院党委"] == ("未申报", None)
    assert ZipFile(io.BytesIO(content)).testzip() is None
