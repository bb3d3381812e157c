"""Orders that were handed in before what is handed in was kept: above, what they had is read on after the upgrade."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from qiangji.rectification.models import Item, Rectification, Step
from qiangji.rectification.selectors.shown import Shown, shown_to
from qiangji.rectification.tests.worlds import Mending

NAME = "0005_handed_in_before_it_was_kept"
STEPS = Step._base_manager


def upgrade() -> None:
    """Take what a site held before through the migration, on the tables as it knows them."""
    apps = MigrationLoader(connection).project_state(("rectification", "0004_help_has_its_words")).apps
    import_module(f"qiangji.rectification.migrations.{NAME}").keep_what_was_handed_in(apps, None)


def handed_in(mending: Mending, row: Rectification) -> Rectification:
    """Hand an order in as a site did that kept nothing of it."""
    row = mending.work_off(row, until="handed_in")
    STEPS.filter(rectification=row).update(content=None)
    return row


def above(mending: Mending, row: Rectification) -> Shown:
    return shown_to(mending.reach(mending.orderer(row)), Rectification.objects.get(pk=row.pk))


def lines(shown: Shown) -> list[tuple[str, str, str]]:
    return [(item.cause, item.measure, item.done) for item in shown.items]


def test_what_was_sent_back_and_not_touched_is_read_as_it_was_handed_in(mending: Mending) -> None:
    row = mending.move(handed_in(mending, mending.hospital), "send_back")
    assert lines(above(mending, row)) == [("", "", "")]
    upgrade()
    shown = above(mending, row)
    assert lines(shown) == [("制度没有落实", "逐月核对", "已补齐")]
    assert (shown.is_draft, len(shown.proofs)) == (True, 1)


def test_what_was_written_again_since_is_not_shown_as_handed_in(mending: Mending) -> None:
    row = mending.move(handed_in(mending, mending.hospital), "send_back")
    mending.write(row, done="重新写的结果")
    upgrade()
    assert lines(above(mending, row)) == [
        ("制度没有落实", "逐月核对", "提交时的文字没有保存，退回以后又有修改")
    ]


def test_what_is_sent_back_after_the_upgrade_is_read_on(mending: Mending) -> None:
    row = handed_in(mending, mending.hospital)
    upgrade()
    mending.move(row, "send_back")
    assert lines(above(mending, row)) == [("制度没有落实", "逐月核对", "已补齐")]


def test_what_was_never_handed_in_stays_unread(mending: Mending) -> None:
    row = mending.work_off(mending.hospital, until="under_way")
    upgrade()
    assert lines(above(mending, row)) == [("", "", "")]
    assert not STEPS.filter(content__isnull=False).exists()


def test_only_the_last_handing_in_gets_the_lines_and_what_was_kept_stays(mending: Mending) -> None:
    row = handed_in(mending, mending.hospital)
    row = mending.move(row, "send_back")
    row = mending.move(row, "hand_in")
    kept = mending.work_off(mending.branch, until="handed_in")
    Item.objects.filter(rectification=kept).update(done="库里改过")
    STEPS.filter(rectification=row).update(content=None)
    upgrade()

    def contents(one: Model) -> list[bool]:
        steps = STEPS.filter(rectification=one, verb="hand_in").order_by("sequence")
        return [step.content is not None for step in steps]

    assert contents(row) == [False, True]
    assert STEPS.get(rectification=kept, verb="hand_in").content[0]["done"] == "已补齐"


@pytest.mark.parametrize("repeats", [1, 2])
def test_the_statements_do_not_grow_with_the_orders(
    mending: Mending, repeats: int, django_assert_num_queries: object
) -> None:
    for row in (mending.hospital, mending.branch)[:repeats]:
        handed_in(mending, row)
    module = import_module(f"qiangji.rectification.migrations.{NAME}")
    apps = MigrationLoader(connection).project_state(("rectification", "0004_help_has_its_words")).apps
    with django_assert_num_queries(4):  # type: ignore[operator]
        module.keep_what_was_handed_in(apps, None)
