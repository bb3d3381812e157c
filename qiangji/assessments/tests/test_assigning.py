"""Dividing reviews in an office: taken, given, handed over with a note, put back; no right comes of it."""

import pytest
from django.db import IntegrityError, transaction

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import ReviewAssignment, Sheet
from qiangji.assessments.reviewing import awaited_stage
from qiangji.assessments.services.assigning import claim, give, release
from qiangji.assessments.tests.worlds import World, counted
from qiangji.audit.models import Event
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import make_role


def person(username: str) -> User:
    return User.objects.get(username=username)


def take(world: World, username: str = "supervisor", *sheets: Sheet) -> int:
    keys = [one.public_id for one in sheets or (world.sheet,)]
    return claim(reach=world.reach(person(username)), sheet_ids=keys, at=world.tick())


def hand(world: World, to: str, *, by: str = "supervisor", note: str = "前两部分已核对") -> int:
    return give(
        reach=world.reach(person(by)),
        sheet_ids=[world.sheet.public_id],
        reviewer=person(to),
        note=note,
        at=world.tick(),
    )


def present() -> ReviewAssignment:
    return ReviewAssignment.objects.get(ended_at__isnull=True)


def test_a_sheet_is_taken_from_the_pool(office: World) -> None:
    assert take(office) == 1
    assert (present().reviewer, present().stage) == (office.cast.supervisor, "acceptance")


def test_taking_twice_changes_nothing(office: World) -> None:
    take(office)
    assert take(office) == 0
    assert ReviewAssignment.objects.count() == 1


def test_what_a_colleague_has_is_not_taken(office: World) -> None:
    take(office)
    with pytest.raises(Refused, match="已有人负责"):
        take(office, "colleague")


def test_what_is_handed_over_is_the_colleagues_with_the_note(office: World) -> None:
    take(office)
    assert hand(office, "colleague") == 1
    assert (present().reviewer.name, present().note) == ("同事甲", "前两部分已核对")
    before = ReviewAssignment.objects.get(ended_at__isnull=False)
    assert (before.ending, before.end_reason) == ("handed_over", "前两部分已核对")


def test_handing_over_needs_a_note(office: World) -> None:
    take(office)
    with pytest.raises(Refused, match="须写明说明"):
        hand(office, "colleague", note="  ")
    assert present().reviewer == office.cast.supervisor


def test_a_colleagues_sheet_is_handed_over_by_the_colleague_or_the_head(office: World) -> None:
    take(office)
    with pytest.raises(NotAllowed, match="由主管甲负责"):
        hand(office, "colleague", by="colleague")
    hand(office, "colleague", by="head", note="主管甲出差")
    assert ReviewAssignment.objects.get(ended_at__isnull=False).ending == "reassigned"


def test_the_head_gives_what_nobody_has_without_a_note(office: World) -> None:
    assert hand(office, "colleague", by="head", note="") == 1


def test_the_head_reviews_nothing(office: World) -> None:
    with pytest.raises(Refused, match="没有验收、评定的岗位"):
        take(office, "head")
    with pytest.raises(NotAllowed):
        office.move("start_acceptance", user=person("head"))


def test_nobody_outside_the_office_is_given_a_sheet(office: World) -> None:
    with pytest.raises(Refused, match="不在负责"):
        hand(office, "party_office", by="head")


def test_putting_back_needs_its_reason(office: World) -> None:
    take(office)
    keys = [office.sheet.public_id]
    reach = office.reach(office.cast.supervisor)
    with pytest.raises(Refused, match="须写明原因"):
        release(reach=reach, sheet_ids=keys, note="", at=office.tick())
    assert release(reach=reach, sheet_ids=keys, note="下周请假", at=office.tick()) == 1
    assert not ReviewAssignment.objects.filter(ended_at__isnull=True).exists()


def test_who_worked_at_the_hospital_is_not_given_its_sheet(office: World) -> None:
    make_role(person("colleague"), office.cast.surgery, RoleName.MEMBER, end_date=office.clock.date())
    with pytest.raises(Refused, match="回避"):
        hand(office, "colleague", by="head")


def test_who_works_at_the_hospital_can_review_nothing_of_it(office: World) -> None:
    make_role(office.cast.supervisor, office.cast.hospital_a, RoleName.PARTY_OFFICE)
    with pytest.raises(NotAllowed, match="回避"):
        office.move("start_acceptance")


def test_an_assignment_grants_and_takes_no_right(office: World) -> None:
    take(office, "colleague")
    office.move("start_acceptance")
    assert office.sheet.state == "under_acceptance"


def test_a_draft_waits_for_nobody(office: World) -> None:
    office.move("withdraw")
    with pytest.raises(OutOfReach):
        take(office)


def test_acceptance_and_rating_have_reviewers_of_their_own(office: World) -> None:
    take(office)
    office.bring_to("accepted")
    assert awaited_stage(office.sheet) == "rating"
    take(office, "colleague")
    stages = {row.stage: row.reviewer.name for row in ReviewAssignment.objects.filter(ended_at=None)}
    assert stages == {"acceptance": "主管甲", "rating": "同事甲"}


def test_two_open_rows_for_one_stage_cannot_be_stored(office: World) -> None:
    take(office)
    row = present()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewAssignment.objects.create(
            sheet=row.sheet,
            stage=row.stage,
            reviewer=person("colleague"),
            assigned_by=person("head"),
            assigned_at=office.tick(),
        )


def test_each_beginning_and_ending_is_an_event(office: World) -> None:
    take(office)
    hand(office, "colleague")
    rows = Event.objects.filter(object_type="review_assignment").order_by("sequence", "at")
    assert [row.verb for row in rows] == ["review.assigned", "review.assigned", "review.ended"]


def test_statements_do_not_grow_with_the_sheets(office: World) -> None:
    def cost(sheets: list[Sheet]) -> int:
        with transaction.atomic():
            with counted() as found:
                take(office, "party_office", *sheets)
            transaction.set_rollback(True)
        return len(found())

    branches = list(Sheet.objects.filter(supervisor=office.cast.hospital_a))
    Sheet.objects.filter(pk__in=[one.pk for one in branches]).update(state="submitted")
    assert len(branches) == 2
    assert cost(branches) == cost(branches[:1])


def test_a_closed_cycle_has_no_queue(office: World) -> None:
    office.cycle.closed_at = office.clock
    office.cycle.save(update_fields=["closed_at"])
    with pytest.raises((OutOfReach, Locked)):
        take(office)
