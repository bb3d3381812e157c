"""Re-assessment: verified mending opens what was mended, the sheet is accepted and rated again, and a row says what came of it."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import CriterionReturn, Cycle, Sheet
from qiangji.assessments.selectors import waiting_for
from qiangji.assessments.selectors.review_queue import QueueFilter, queue_page
from qiangji.assessments.selectors.sheet_list import SheetFilter, list_page
from qiangji.assessments.services.amending import open_returns, save_amendment, seen_digest, sign_amendment
from qiangji.assessments.services.moves import conclude_review, return_sheet, start_review
from qiangji.assessments.services.saving import MarkEdit, save_mark
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import as_user
from qiangji.lib.dates import end_of, local_day
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import PASSWORD
from qiangji.rectification.models import Rectification
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Consequence, Reassessment, Result
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.services.consequences import open_consequences
from qiangji.results.services.objections import answer_objection, file_objection
from qiangji.results.services.reassessing import start_reassessment
from qiangji.results.services.vetoes import grounds_of
from qiangji.results.tests.again import verify_orders
from qiangji.results.tests.worlds import ResultsWorld


def below(world: ResultsWorld, *, state: str = Rectification.State.VERIFIED) -> Sheet:
    """Hospital 甲 below the line, told to mend, its order as far as ``state``."""
    sheet = world.hospital("80", node=world.cast.hospital_a)
    world.recognize()
    due = [one for one in still_due(newest_results(world.cycle)) if one.kind == Consequence.Kind.TIME_LIMITED]
    open_consequences(
        due=due, deadline_date=date(2027, 3, 31), by=world.cast.guidance_province, at=world.tick()
    )
    Rectification.objects.update(state=state, state_at=world.clock)
    sheet.refresh_from_db()
    return sheet


def begin(world: ResultsWorld, sheet: Sheet, *, by: User | None = None, **changes: object) -> Reassessment:
    sheet.refresh_from_db()
    arguments = {
        "reach": world.reach(by or world.cast.supervisor), "sheet": sheet,
        "due_date": world.clock.date() + timedelta(days=20),
        "own_deadline_date": world.clock.date() + timedelta(days=40), "seen_version": sheet.version, "at": world.tick(),
    } | changes  # fmt: skip
    return start_reassessment(**arguments)


def amended(world: ResultsWorld, sheet: Sheet, points: str) -> None:
    """The hospital amends what was opened and signs it."""
    (row,) = open_returns(sheet)
    save_amendment(
        reach=world.reach(world.cast.party_office), return_id=row.public_id, points=Decimal(points),
        text="已按整改结果更新", seen_version=row.version, at=world.tick(),
    )  # fmt: skip
    sign_amendment(
        reach=world.reach(world.cast.secretary), sheet_id=sheet.public_id, password=PASSWORD,
        seen=seen_digest(open_returns(sheet)), at=world.tick(),
    )  # fmt: skip


def reviewed(world: ResultsWorld, sheet: Sheet, points: str) -> None:
    """The authority accepts and rates again."""
    reach = world.reach(world.cast.supervisor)

    def move(verb: str) -> None:
        sheet.refresh_from_db()
        service = start_review if verb.startswith("start") else conclude_review
        service(reach=reach, sheet_id=sheet.public_id, verb=verb, seen_version=sheet.version, at=world.tick())

    for stage in ("acceptance", "rating"):
        if stage == "rating":
            move("start_rating")
        edit = MarkEdit("1-1-1", stage, Decimal(points), "整改后核对", 1)
        save_mark(reach=reach, sheet_id=sheet.public_id, edit=edit, at=world.tick())
        move(f"conclude_{stage}")


@pytest.mark.shows("A31")
def test_a_verified_order_opens_a_new_round_with_what_was_mended(world: ResultsWorld) -> None:
    sheet = below(world)
    before = sheet.round
    row = begin(world, sheet)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.round, row.round) == (State.UNDER_ACCEPTANCE, before + 1, before + 1)
    (out,) = CriterionReturn.objects.all()
    assert out.answer.criterion.code == "1-1-1"
    assert "整改后复评" in out.reason


@pytest.mark.parametrize("state", [Rectification.State.OPENED, Rectification.State.HANDED_IN, "withdrawn"])
def test_within_its_time_nothing_is_assessed_again_before_the_mending_is_verified(
    world: ResultsWorld, state: str
) -> None:
    sheet = below(world, state=state)
    with pytest.raises(Refused, match="核验"):
        begin(world, sheet, at=end_of(date(2027, 3, 31)) - timedelta(seconds=1))


@pytest.mark.parametrize("state", [Rectification.State.HANDED_IN, "withdrawn"])
def test_what_was_handed_in_or_withdrawn_is_not_let_pass(world: ResultsWorld, state: str) -> None:
    sheet = below(world, state=state)
    with pytest.raises(Refused, match="没有提交整改"):
        begin(world, sheet, at=end_of(date(2027, 3, 31)))


@pytest.mark.shows("A32")
@pytest.mark.parametrize("state", [Rectification.State.OPENED, Rectification.State.UNDER_WAY])
def test_who_lets_the_time_to_mend_pass_is_assessed_again_and_can_be_vetoed(
    world: ResultsWorld, state: str
) -> None:
    sheet = below(world, state=state)
    world.clock = end_of(date(2027, 3, 31))
    row = begin(world, sheet, due_date=None)
    sheet.refresh_from_db()
    assert sheet.state == State.UNDER_ACCEPTANCE
    assert "期限已过" in sheet.transitions.get(verb="reassess").reason
    assert not CriterionReturn.objects.exists()
    reviewed(world, sheet, "82")
    world.recognize()
    assert grounds_of(sheet) == (world.newest(sheet), row.rectification)


def test_the_page_of_an_order_that_was_let_pass_asks_for_one_day_only(world: ResultsWorld) -> None:
    sheet = below(world, state=Rectification.State.OPENED)
    Rectification.objects.update(deadline_date=date(2020, 1, 1))
    browser = as_user(world.cast.supervisor)
    text = browser.get(reverse("results:result", args=[sheet.public_id])).content.decode()
    assert "期限 2020-01-01 已过" in text
    assert 'name="due_date"' not in text
    address = reverse("results:reassess", args=[sheet.public_id])
    sent = {"own_deadline_date": "2020-01-01", "seen_version": sheet.version}
    refused = browser.post(address, sent)
    assert refused.status_code == 409
    assert "完成复评的期限不能早于今天" in refused.content.decode()
    assert browser.post(address, sent | {"own_deadline_date": "2099-12-31"}).status_code == 302
    assert Reassessment.objects.get().sheet == sheet


def test_what_was_served_once_serves_no_second_time(world: ResultsWorld) -> None:
    sheet = below(world)
    world.assessed_again(sheet)
    assert world.newest(sheet).outcome == "below_standard"
    with pytest.raises(Refused, match="核验通过"):
        begin(world, sheet)
    world.ordered(sheet)
    verify_orders(sheet, at=world.tick())
    assert begin(world, sheet).rectification == Rectification.objects.latest("opened_at")


def test_a_time_that_was_let_pass_counts_once(world: ResultsWorld) -> None:
    sheet = below(world, state=Rectification.State.OPENED)
    world.clock = end_of(date(2027, 3, 31))
    begin(world, sheet, due_date=None)
    Sheet.objects.filter(pk=sheet.pk).update(state=State.RATED)
    world.recognize()
    with pytest.raises(Refused, match="期限已过"):
        begin(world, sheet)


def test_only_who_accepts_the_sheet_begins(world: ResultsWorld) -> None:
    sheet = below(world)
    for user in (world.cast.secretary, world.cast.guidance_province):
        with pytest.raises(NotAllowed):
            begin(world, sheet, by=user)


def test_it_begins_once(world: ResultsWorld) -> None:
    sheet = below(world)
    begin(world, sheet)
    with pytest.raises(Locked):
        begin(world, sheet)


def test_it_ends_in_a_row_of_its_own_that_names_what_it_rests_on(world: ResultsWorld) -> None:
    sheet = below(world)
    row = begin(world, sheet)
    amended(world, sheet, "95")
    reviewed(world, sheet, "95")
    world.recognize()
    row.refresh_from_db()
    newest = world.newest(sheet)
    assert row.new_result == newest
    assert (newest.sequence, newest.cause, newest.score) == (2, "reassessment", Decimal(95))
    assert row.result.sequence == 1
    assert row.rectification.kind == Rectification.Kind.TIME_LIMITED
    assert Result.objects.filter(sheet=sheet).count() == 2


def test_it_is_late_by_its_own_day_and_not_by_the_cycles(world: ResultsWorld) -> None:
    sheet = below(world)
    begin(world, sheet)
    sheet.refresh_from_db()
    last = sheet.own_deadline_date
    assert world.clock.date() > sheet.cycle.acceptance_deadline_date
    for at, late in [
        (world.clock, False),
        (end_of(last) - timedelta(seconds=1), False),
        (end_of(last), True),
    ]:
        reach = reach_of(world.cast.supervisor, at=at)
        (line,) = queue_page(reach, QueueFilter(scope="all"), at=at).lines
        (entry,) = waiting_for(reach, at=at)
        listed = next(one for one in list_page(reach, SheetFilter(), at=at).lines if one.sheet == sheet)
        assert (line.deadline, entry.deadline) == (last, last)
        assert (line.is_late, entry.is_late, "验收逾期" in listed.lateness) == (late, late, late)
        assert bool(queue_page(reach, QueueFilter(scope="all", late=True), at=at).lines) == late


def test_it_runs_to_its_end_in_a_cycle_that_was_closed_meanwhile(world: ResultsWorld) -> None:
    sheet = below(world)
    Cycle.objects.filter(pk=world.cycle.pk).update(closed_at=world.clock)
    begin(world, sheet)
    amended(world, sheet, "95")
    assert queue_page(world.reach(world.cast.supervisor), QueueFilter(scope="all"), at=world.clock).lines
    reviewed(world, sheet, "95")
    world.recognize()
    assert world.newest(sheet).cause == "reassessment"


@pytest.mark.parametrize(("due", "own"), [(-1, 5), (5, 4)])
def test_days_that_are_over_or_out_of_order_are_refused(world: ResultsWorld, due: int, own: int) -> None:
    day = local_day(world.clock)
    with pytest.raises(Refused, match="不能早于"):
        begin(
            world, below(world), due_date=day + timedelta(days=due), own_deadline_date=day + timedelta(days=own)
        )  # fmt: skip


def test_a_refused_beginning_keeps_what_was_typed(world: ResultsWorld) -> None:
    sheet = below(world)
    page = as_user(world.cast.supervisor).post(
        reverse("results:reassess", args=[sheet.public_id]),
        {"due_date": "2099-12-31", "own_deadline_date": "2099-12-30", "seen_version": sheet.version},
    )
    assert page.status_code == 409
    text = page.content.decode()
    assert "不能早于医院更新的期限" in text
    assert 'value="2099-12-31"' in text
    assert 'value="2099-12-30"' in text
    assert not Reassessment.objects.exists()


def test_still_below_it_is_the_ground_of_a_year_end_veto(world: ResultsWorld) -> None:
    sheet = below(world)
    begin(world, sheet)
    amended(world, sheet, "85")
    reviewed(world, sheet, "85")
    world.recognize()
    sheet.refresh_from_db()
    assert sheet.state == State.BELOW_STANDARD
    assert grounds_of(sheet) is not None


def rated_again(world: ResultsWorld, sheet: Sheet, points: str) -> None:
    """The authority concludes the round at these points."""
    world.rescore(sheet, points)
    Sheet.objects.filter(pk=sheet.pk).update(state=State.RATED)


def test_one_that_was_returned_as_a_whole_still_ends_in_its_row(world: ResultsWorld) -> None:
    sheet = below(world)
    row = begin(world, sheet)
    sheet.refresh_from_db()
    return_sheet(
        reach=world.reach(world.cast.supervisor), sheet_id=sheet.public_id, reason="请整表重填",
        seen_version=sheet.version, at=world.tick(),
    )  # fmt: skip
    rated_again(world, sheet, "95")
    world.recognize()
    row.refresh_from_db()
    assert (row.new_result, row.new_result.cause) == (world.newest(sheet), "reassessment")
    assert Rectification.objects.get().state == Rectification.State.VERIFIED


def test_an_appeal_upheld_in_its_course_ends_it_and_takes_no_mending_back(world: ResultsWorld) -> None:
    sheet = below(world)
    sheet.refresh_from_db()
    appeal = file_objection(
        reach=world.reach(world.cast.secretary), sheet=sheet, kind="appeal", answer=None, words="有误",
        at=world.tick(),
    )  # fmt: skip
    row = begin(world, sheet)
    rated_again(world, sheet, "95")
    answer_objection(
        reach=world.reach(world.cast.guidance_province), objection=appeal, outcome="upheld", reply="属实",
        seen_version=appeal.version, at=world.tick(),
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.new_result, row.new_result.cause) == (world.newest(sheet), "appeal")
    assert Rectification.objects.get().state == Rectification.State.VERIFIED


def test_one_that_never_ended_is_told_and_is_no_error_of_the_server(world: ResultsWorld) -> None:
    sheet = below(world)
    begin(world, sheet)
    last = Result.objects.get(sheet=sheet)
    kept = {
        field.attname: getattr(last, field.attname) for field in Result._meta.fields if field.attname != "id"
    }
    Result.objects.create(**(kept | {"public_id": uuid4(), "sequence": 2}))
    Sheet.objects.filter(pk=sheet.pk).update(state=State.BELOW_STANDARD)
    with pytest.raises(Locked, match="上一次复评还没有结果"):
        begin(world, sheet)


def test_a_reassessment_does_not_end_in_the_row_that_it_follows_on(world: ResultsWorld) -> None:
    row = begin(world, below(world))
    with pytest.raises(IntegrityError), transaction.atomic():
        Reassessment.objects.filter(pk=row.pk).update(new_result=row.result)
