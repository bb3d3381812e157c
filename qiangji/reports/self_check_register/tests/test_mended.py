"""What was handed in about an order to mend stands in the register of its sheet, and nothing that is still being written."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from qiangji.rectification.tests.worlds import Mending, make_mending
from qiangji.reports.self_check_register.selectors import register_of


@pytest.fixture
def mending(db: None, settings: Any, tmp_path: Any) -> Iterator[Mending]:
    settings.MEDIA_ROOT = tmp_path / "files"
    with transaction.atomic():
        yield make_mending()
        transaction.set_rollback(True)


@pytest.mark.shows("A35")
def test_the_self_check_register_takes_cause_and_measure_once_they_are_handed_in(mending: Mending) -> None:
    sheet = mending.small.sheet

    def cause_and_measure() -> tuple[str, str, Any]:
        (row,) = [row for row in register_of(sheet, at=mending.clock).rows if row.code == "2-0-1"]
        return row.cause, row.measure, row.deadline

    row = mending.work_off(mending.hospital, until="under_way")
    assert cause_and_measure() == ("", "", None)
    mending.write(row, done="已补齐")
    mending.prove(row)
    row = mending.move(row, "hand_in")
    assert cause_and_measure() == ("制度没有落实", "逐月核对", row.deadline_date)
    mending.move(row, "send_back")
    assert cause_and_measure() == ("制度没有落实", "逐月核对", row.deadline_date)
