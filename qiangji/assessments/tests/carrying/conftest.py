"""Last year's rated sheet, and this year's on the same edition or on a new one."""

import pytest

from qiangji.assessments.models import Mark, Sheet
from qiangji.assessments.tests.carrying.world import NEXT_YEAR, PAIRS, attach, next_year
from qiangji.assessments.tests.factories import make_edition
from qiangji.assessments.tests.worlds import World, text
from qiangji.standards.succession import decide_map


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def filled(small: World) -> World:
    """Last year's sheet: texts at 1-1-1, 1-1-2 and 1-2-3, a file at 1-1-2 and 2-0-1, rated 1.5 at 1-1-1."""
    for code in ("1-1-1", "1-1-2", "1-2-3"):
        small.save(small.cast.party_office, text(code, f"{code} 的做法"))
    for code in ("1-1-2", "2-0-1"):
        attach(small, small.answer(code), code)
    small.fill("self")
    small.move("submit")
    small.move("start_acceptance")
    small.fill("acceptance")
    small.move("conclude_acceptance")
    small.move("start_rating")
    small.fill("rating", c1_1_1="1.5")
    Mark.objects.filter(answer=small.answer("1-1-1"), stage="rating").update(remark="材料不足")
    small.move("conclude_rating")
    return small


@pytest.fixture
def later(filled: World) -> Sheet:
    """This year's sheet on the same edition."""
    filled.sheet_before = filled.sheet  # type: ignore[attr-defined]
    return next_year(filled)


@pytest.fixture
def newer(filled: World) -> Sheet:
    """This year's sheet on a new edition, its map decided."""
    filled.sheet_before = filled.sheet  # type: ignore[attr-defined]
    edition = make_edition("small-2027")
    decide_map(
        earlier=filled.sheet_before.edition,
        later=edition,
        pairs=PAIRS,
        by=filled.cast.guidance_province,
        at=NEXT_YEAR,
    )
    return next_year(filled, edition)
