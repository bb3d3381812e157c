"""What the table of an edition says: sums, ways of scoring, remarks, and whose wording it is."""

from decimal import Decimal

import pytest

from qiangji.standards.export.contents import EditionTable, remark_lines, table_of
from qiangji.standards.export.tests.worlds import AT, criterion, every_way, stored
from qiangji.standards.models import CriterionWording, Edition, Wording
from qiangji.standards.selectors import VetoNode
from qiangji.standards.services import load_library
from qiangji.standards.tests.editions import edition_data

pytestmark = pytest.mark.django_db


def table(edition: Edition) -> EditionTable:
    return table_of(edition, at=AT)


def test_parts_and_groups_carry_their_sums() -> None:
    first, second, bonus = table(stored(every_way())).sections
    assert (first.lines, second.lines) == (("健全基本组织", "（8分）"), ("工作机制", "（113分）"))
    assert [group.lines for group in first.groups] == [("组织设置", "（4分）"), ("任期管理", "（4分）")]
    assert bonus.lines == ("特色工作", "（加分5分）")
    assert (first.is_undivided, second.is_undivided) == (False, True)


def test_each_way_of_scoring_has_its_words() -> None:
    assert [row.method for row in table(stored(every_way())).rows] == [
        "按落实情况给分",
        "每次扣0.5分，扣完为止",
        "每例扣0.5分，最低1分",
        "落实得满分，未落实不得分",
        "核对是否落实，不计分",
        "好得3分；一般得1.5分",
        "基础分100分，每次加2分，每次扣1分，最高110分，最低0分",
        "每项加2分，最多加4分",
        "加1分，最多加1分",
    ]


def test_what_is_not_scored_has_no_points_and_no_sum() -> None:
    unticked = criterion("1-0-1", points=None, scoring={"kind": "checklist"})
    part = {"number": 1, "title": "核对", "points": 0, "groups": [{"number": 0, "criteria": [unticked]}]}
    made = table(stored(edition_data(total_points=0, sections=[part])))
    assert made.total is None
    assert made.sections[0].lines == ("核对",)
    assert made.rows[0].points is None


def test_the_sum_leaves_out_bonus_parts() -> None:
    made = table(stored(every_way()))
    assert (made.total, made.has_bonus) == (Decimal(121), True)


def test_a_criterion_prints_the_official_words_where_the_site_has_them() -> None:
    edition = stored(edition_data())
    wording = Wording.objects.create(
        edition=edition, filename="a", digest="0", title="某省量化表", imported_at=AT
    )
    one = edition.criteria.get(code="1-1-1")
    CriterionWording.objects.create(wording=wording, criterion=one, text="班子分工应当公布")
    made = table(edition)
    assert made.title == "某省量化表"
    assert made.rows[0].text == "1.班子分工应当公布"
    assert any("1-1-2" in note and "1-1-1" not in note for note in made.notes)


def test_a_built_in_edition_says_that_the_wording_is_ours_and_on_what_it_rests() -> None:
    load_library(at=AT)
    made = table(Edition.objects.get(standard__code="jilin-hospital-committee"))
    assert made.notes[0] == "本表条文为系统归纳表述，非官方原文。"
    assert made.notes[1].startswith("依据：")
    assert made.note.startswith("附注：1.本表条文为系统归纳表述，非官方原文。2.依据：")
    assert len(made.rows) == 84
    assert not made.is_draft


def test_a_draft_says_so_and_what_it_waits_for() -> None:
    edition = stored(edition_data(awaiting="附件 3"))
    made = table(edition)
    assert made.is_draft
    assert any("草稿" in note for note in made.notes)
    assert any("尚缺附件 3" in note for note in made.notes)


def veto(number: int, consequence: str = "不予评定") -> VetoNode:
    return VetoNode(number, number, "sheet", consequence, f"情形{number}", "", "")


def test_vetoes_keep_their_order_under_their_consequences() -> None:
    assert remark_lines([veto(1), veto(2, "年底考核不合格"), veto(3)]) == [
        "有下列情形之一的，不予评定：①情形1。",
        "有下列情形之一的，年底考核不合格：②情形2。",
        "有下列情形之一的，不予评定：③情形3。",
    ]


def test_more_vetoes_than_there_are_circles_are_numbered_in_brackets() -> None:
    (line,) = remark_lines([veto(number) for number in range(1, 22)])
    assert line.startswith("有下列情形之一的，不予评定：（1）情形1；（2）情形2；")
    assert line.endswith("（21）情形21。")
