"""What follows where there is no result: who never applied, and lagging branches below a hospital without one."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import as_user, counted
from qiangji.rectification.models import Rectification
from qiangji.results.exceptions import Locked
from qiangji.results.models import Consequence
from qiangji.results.selectors.due import Due, newest_results, still_due
from qiangji.results.selectors.without_result import due_without_result
from qiangji.results.services.consequences import open_consequences
from qiangji.results.tests.worlds import ResultsWorld

Kind = Consequence.Kind
DEADLINE = date(2027, 3, 31)


def due(world: ResultsWorld) -> list[Due]:
    return due_without_result(world.cycle, at=world.clock)


def opened(world: ResultsWorld) -> list[Consequence]:
    return open_consequences(
        due=due(world), deadline_date=DEADLINE, by=world.cast.guidance_province, at=world.tick()
    )


def absent(world: ResultsWorld, branches: list[str | None] | None = None) -> Sheet:
    """A hospital that never handed its sheet in, with branches that it accepted."""
    return world.hospital(None, branches or [], state=State.DRAFT)


@pytest.mark.shows("A31")
def test_who_never_applied_can_be_told_to_mend_once_the_reviews_are_over(world: ResultsWorld) -> None:
    sheet = absent(world)
    assert due_without_result(world.cycle, at=datetime(2026, 12, 15, 15, 0, tzinfo=UTC)) == []
    (row,) = opened(world)
    assert (row.kind, row.organization, row.sheet, row.result) == (
        "time_limited", sheet.organization, sheet, None,
    )  # fmt: skip
    assert "没有申报" in row.basis
    assert row.owner == world.cast.authority_a
    assert due(world) == []


def test_nothing_of_the_unsubmitted_sheet_stands_in_the_order(world: ResultsWorld) -> None:
    world.hospital("80", state=State.DRAFT)
    (row,) = opened(world)
    assert (row.rectification.sheet, row.rectification.items.count()) == (None, 0)


@pytest.mark.shows("A30")
def test_a_lagging_branch_is_lagging_whatever_its_hospital_stands_at(world: ResultsWorld) -> None:
    sheet = absent(world, ["95", "90", "89", None])
    found = [(one.organization.name, one.owner) for one in due(world) if one.kind == Kind.KEY_BRANCH]
    hospital = sheet.organization
    assert found == [("丙医院第2党支部", hospital), ("丙医院第3党支部", hospital)]
    rows = opened(world)
    orders = {row.organization.name: row.rectification for row in rows if row.kind == Kind.KEY_BRANCH}
    assert orders["丙医院第3党支部"].sheet == Sheet.objects.get(organization__name="丙医院第3党支部")
    assert {row.rectification.ordered_by for row in rows if row.kind == Kind.KEY_BRANCH} == {hospital}


def test_a_hospital_that_waits_for_its_result_is_not_told_that_it_never_applied(world: ResultsWorld) -> None:
    world.hospital("95", ["80"], state=State.UNDER_RATING)
    assert [one.kind for one in due(world)] == [Kind.KEY_BRANCH]


def test_who_has_a_result_follows_from_it_and_from_nothing_else(world: ResultsWorld) -> None:
    world.hospital("80", ["80"])
    world.recognize()
    assert due(world) == []


def test_a_trial_leads_to_nothing(world: ResultsWorld) -> None:
    absent(world)
    Cycle.objects.filter(pk=world.cycle.pk).update(is_trial=True)
    assert due_without_result(Cycle.objects.get(pk=world.cycle.pk), at=world.clock) == []


def test_a_result_that_comes_takes_what_follows_over_and_withdraws_the_rest(world: ResultsWorld) -> None:
    sheet = absent(world, ["80", "95"])
    opened(world)
    Sheet.objects.filter(pk=sheet.pk).update(state=State.RATED)
    world.give(sheet, "95")
    world.recognize()
    rows = {row.kind: row for row in Consequence.objects.all()}
    # One of two branches above is too few: still below, so that both orders go on.
    assert not any(row.is_withdrawn for row in rows.values())
    kinds = [one.kind for one in still_due(newest_results(world.cycle))]
    assert Kind.KEY_BRANCH not in kinds
    assert Kind.TIME_LIMITED not in kinds


def test_who_is_recognized_after_all_need_not_mend(world: ResultsWorld) -> None:
    sheet = absent(world)
    (row,) = opened(world)
    Sheet.objects.filter(pk=sheet.pk).update(state=State.RATED)
    world.give(sheet, "95")
    world.recognize()
    row.refresh_from_db()
    assert (row.is_withdrawn, row.withdrawn_reason) == (True, "已认定为达标")
    assert Rectification.objects.get().state == "withdrawn"


def test_what_was_opened_meanwhile_is_not_opened_twice(world: ResultsWorld) -> None:
    absent(world)
    seen = due(world)
    (row,) = opened(world)
    with pytest.raises(Locked):
        open_consequences(due=seen, deadline_date=DEADLINE, by=world.cast.guidance_province, at=world.tick())
    with pytest.raises(IntegrityError), transaction.atomic():
        Consequence.objects.create(
            sheet=row.sheet, kind=row.kind, organization=row.organization, owner=row.owner, basis="再",
            deadline_date=DEADLINE, opened_at=world.clock, rectification=row.rectification,
        )  # fmt: skip


def test_on_the_page_it_is_opened_and_its_notice_is_downloaded(world: ResultsWorld) -> None:
    absent(world)
    client = as_user(world.cast.guidance_province)
    address = reverse("results:consequences", args=[world.cycle.public_id])
    over = {"acceptance_deadline_date": date(2026, 11, 1), "rating_deadline_date": date(2026, 11, 2)}
    Cycle.objects.filter(pk=world.cycle.pk).update(**over)
    assert "没有申报" in client.get(address).content.decode()
    sent = {"kind": "time_limited", "all": "yes", "deadline": "2099-03-31"}
    assert "已开出 1 件" in client.post(address, sent, follow=True).content.decode()
    notice = reverse("reports:consequence_notice", args=[Consequence.objects.get().public_id])
    assert client.get(notice).status_code == 200


def test_the_statements_do_not_grow(world: ResultsWorld) -> None:
    def statements() -> int:
        with counted() as taken:
            due(world)
        return len(taken())

    absent(world, ["80"])
    few = statements()
    for number in range(4):
        world.hospital(None, ["80", "90"], name=f"{number}医院", state=State.DRAFT)
    assert statements() == few
