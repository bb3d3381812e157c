"""A returned sheet comes back: which of the reviewer's marks have to be looked at again, and which stand."""

from pathlib import Path

import pytest

from qiangji.assessments.exceptions import Incomplete
from qiangji.assessments.models import Evidence
from qiangji.assessments.selectors.sheet_page import sheet_page
from qiangji.assessments.services.evidence import attach_evidence, detach_evidence
from qiangji.assessments.services.reviewing import confirm_agreed
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import World, counted, mark, text
from qiangji.files.tests import samples


@pytest.fixture(autouse=True)
def files(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def confirm(small: World) -> int:
    return confirm_agreed(
        reach=small.reach(small.cast.supervisor),
        sheet_id=small.sheet.public_id,
        stage="acceptance",
        section=None,
        at=small.tick(),
    )


def attach(small: World, code: str) -> Evidence:
    return attach_evidence(
        answer=small.answer(code),
        upload=samples.upload(samples.pdf(code), "会议记录.pdf"),
        by=small.cast.party_office,
        at=small.tick(),
    )


def returned(small: World, *reviewed: dict) -> None:
    """Acceptance was given in full, but for these marks, and the sheet went back."""
    small.bring_to(State.UNDER_ACCEPTANCE)
    for edit in reviewed:
        small.save(small.cast.supervisor, edit)
    confirm(small)
    small.move("return")


def handed_in_again(small: World) -> list[str]:
    """Submit and begin acceptance again; return the criteria that keep it from being concluded, with why."""
    small.submit()
    small.move("start_acceptance")
    stale = [row.code for row in sheet_page(small.sheet, my_stage="acceptance").rows if row.is_stale]
    with pytest.raises(Incomplete) as refusal:
        small.move("conclude_acceptance")
    missing = {one.code: one.what for one in refusal.value.missing}
    assert stale == list(missing)
    assert all("重新确认" in what for what in missing.values())
    return [f"{code} {what[:9]}" for code, what in missing.items()]


def test_a_changed_text_alone_asks_for_the_mark_anew(small: World) -> None:
    returned(small)
    small.save(small.cast.party_office, text("1-1-2", "补记：六月又开一次"))
    assert handed_in_again(small) == ["1-1-2 落实情况或佐证材料"]


def test_a_file_added_alone_asks_for_the_mark_anew(small: World) -> None:
    returned(small)
    attach(small, "1-2-3")
    assert handed_in_again(small) == ["1-2-3 落实情况或佐证材料"]


def test_a_file_taken_away_alone_asks_for_the_mark_anew(small: World) -> None:
    evidence = attach(small, "2-0-1")
    returned(small)
    detach_evidence(evidence=evidence, reason="传错文件", by=small.cast.party_office, at=small.tick())
    assert handed_in_again(small) == ["2-0-1 落实情况或佐证材料"]


def test_what_nobody_touched_stands(small: World) -> None:
    attach(small, "1-1-1")
    returned(small)
    small.submit()
    small.move("start_acceptance")
    small.move("conclude_acceptance")
    assert small.sheet.state == State.ACCEPTED


def test_one_confirmation_in_bulk_settles_agreed_marks(small: World) -> None:
    returned(small)
    small.save(small.cast.party_office, text("1-1-2", "补记"))
    attach(small, "1-2-3")
    assert len(handed_in_again(small)) == 2
    assert sheet_page(small.sheet, my_stage="acceptance").confirmable == confirm(small) == 2
    small.move("conclude_acceptance")
    assert small.sheet.state == State.ACCEPTED


@pytest.mark.parametrize("how", ["text", "file"])
def test_a_difference_is_settled_by_saving_it_again(small: World, how: str) -> None:
    differing = mark("1-1-1", "1", stage="acceptance", remark="缺会议记录")
    returned(small, differing)
    if how == "text":
        small.save(small.cast.party_office, text("1-1-1", "记录见附件"))
    else:
        attach(small, "1-1-1")
    assert len(handed_in_again(small)) == 1
    assert confirm(small) == 0
    small.save(small.cast.supervisor, differing | {"version": 1})
    assert small.given("1-1-1", "acceptance").version == 2
    small.move("conclude_acceptance")
    assert small.sheet.state == State.ACCEPTED


def test_a_mark_saved_twice_without_a_change_is_written_once(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    again = mark("1-1-1", "2", stage="acceptance")
    small.save(small.cast.supervisor, again)
    small.save(small.cast.supervisor, again | {"version": 1})
    assert small.given("1-1-1", "acceptance").version == 1


def test_saving_a_review_mark_takes_no_statement_more(small: World) -> None:
    small.bring_to(State.UNDER_ACCEPTANCE)
    attach_later = mark("1-1-1", "1", stage="acceptance", remark="缺")
    small.save(small.cast.supervisor, mark("1-1-2", "1", stage="acceptance"))
    reach = small.reach(small.cast.supervisor)
    with counted() as made:
        small.save(reach.user, attach_later)
    assert len(made()) <= 10
