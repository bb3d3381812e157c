"""Numbered interpretations as the sheet shows them: to whom, and from when."""

from datetime import date

from qiangji.assessments.models import Sheet
from qiangji.assessments.selectors.sheet_page import sheet_page
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.standards.models import Criterion
from qiangji.standards.succession import add_interpretation


def interpret(world: World, **given) -> None:
    """Have an authority read the first criterion of the sheet."""
    criterion = Criterion.objects.get(edition=world.sheet.edition, code="1-1-1")
    add_interpretation(criterion=criterion, at=world.tick(), **given)


def test_an_interpretation_stands_under_the_row_of_those_below(small: World) -> None:
    interpret(
        small,
        organization=small.cast.city_a,
        number="甲组〔2026〕5号",
        issuer="甲市委组织部",
        effective_date=date(2026, 5, 1),
        text="原任务已结束，<按>现行任务考核。",
        by=small.cast.guidance_city,
    )
    page = as_user(small.cast.party_office).get(small.url("sheet")).content.decode()
    assert "甲组〔2026〕5号（甲市委组织部，2026-05-01 起）：原任务已结束，&lt;按&gt;现行任务考核。" in page
    theirs = Sheet.objects.get(cycle=small.cycle, organization=small.cast.hospital_b)
    page = as_user(small.cast.outsider).get(small.url("sheet", theirs)).content.decode()
    assert "甲组〔2026〕5号" not in page


def test_an_interpretation_of_after_the_cycle_does_not_count_in_it(small: World) -> None:
    interpret(
        small,
        organization=small.cast.province,
        number="次年",
        issuer="省委组织部",
        effective_date=date(2027, 1, 1),
        text="次年起改。",
        by=small.cast.guidance_province,
    )
    assert not any(row.interpretations for row in sheet_page(small.sheet, my_stage="self").rows)
