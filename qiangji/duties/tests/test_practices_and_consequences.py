"""Practices that wait for one's review, and what follows from results, stand on the list of the body that has to act."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from qiangji.accounts.models import User
from qiangji.assessments.models import Cycle, Sheet
from qiangji.assessments.tests.factories import open_small_cycle
from qiangji.assessments.tests.worlds import counted
from qiangji.duties.agenda import duties_of
from qiangji.duties.asker import Asker
from qiangji.duties.lines import Duty
from qiangji.duties.sources import reassessments
from qiangji.lib.dates import local_day
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, cast
from qiangji.practices.models import Practice
from qiangji.rectification.models import Rectification
from qiangji.results.models import Consequence
from qiangji.results.selectors.due import newest_results, still_due
from qiangji.results.services.branch_reassessing import start_branch_reassessment
from qiangji.results.services.consequences import finish_consequence, open_consequences
from tests.pages_of_practices import laid
from tests.pages_of_results import AHEAD, AT, branch_lagging, decided

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cast_of_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    with django_db_blocker.unblock(), transaction.atomic():
        people = cast()
        open_small_cycle(people)
        yield people
        transaction.set_rollback(True)


@pytest.fixture
def people(cast_of_file: Cast, db: None, settings: Any, tmp_path: Any) -> Cast:
    settings.MEDIA_ROOT = tmp_path
    return cast_of_file


def of(people: Cast, who: str, source: str) -> list[Duty]:
    found = duties_of(reach_of(people.users[who], at=AT), at=AT)
    return [one for one in found if one.source == source]


def test_a_practice_waits_for_the_body_it_was_handed_to_and_nobody_else(people: Cast) -> None:
    laid(people)
    (duty,) = of(people, "guidance_province", "practices")
    assert (duty.title, duty.why, duty.organization) == (
        "审定好做法",
        "支部书记一季度一交流",
        people.hospital_a,
    )
    for who in ("supervisor", "party_office", "guidance_city", "reader", "member"):
        assert of(people, who, "practices") == []
    Practice.objects.filter(state="submitted").update(state="returned")
    assert of(people, "guidance_province", "practices") == []


def test_an_order_without_a_plan_is_watched_by_who_ordered_it(people: Cast) -> None:
    decided(people)
    Rectification.objects.filter(kind="time_limited").update(state="opened")
    (watched,) = [one for one in of(people, "supervisor", "consequences") if one.is_watch]
    assert (watched.title, watched.due) == ("限期整改：等待确定整改方案", AHEAD)
    Rectification.objects.filter(kind="time_limited").update(state="under_way")
    assert [one for one in of(people, "supervisor", "consequences") if one.is_watch] == []


def test_what_follows_without_mending_waits_until_it_is_noted(people: Cast) -> None:
    cycle = decided(people)
    due = [one for one in still_due(newest_results(cycle)) if one.kind == Consequence.Kind.DEBRIEF]
    opened = open_consequences(due=due, deadline_date=AHEAD, by=people.guidance_province, at=AT)
    titles = [one.title for one in of(people, "supervisor", "consequences") if not one.is_watch]
    assert titles == ["纳入述职评议考核"] * len(opened) != []
    for row in opened:
        finish_consequence(consequence=row, words="已印发通报", by=people.supervisor, at=AT)
    assert [one for one in of(people, "supervisor", "consequences") if not one.is_watch] == []


def test_a_branch_whose_mending_is_verified_waits_for_its_hospital_to_open_it_again(people: Cast) -> None:
    branch_lagging(people)
    (duty,) = of(people, "party_office", "reassessments")
    assert (duty.title, duty.organization) == ("整改已核验：开始复评", people.internal_medicine)
    for who in ("supervisor", "branch_secretary", "guidance_province", "member"):
        assert of(people, who, "reassessments") == []
    sheet = Sheet.objects.get(organization=people.internal_medicine)
    start_branch_reassessment(
        reach=reach_of(people.party_office, at=AT), sheet=sheet, due_date=AHEAD, own_deadline_date=AHEAD,
        seen_version=sheet.version, at=AT,
    )  # fmt: skip
    assert of(people, "party_office", "reassessments") == []


def test_a_lagging_branch_of_a_hospital_above_is_a_duty_only_while_the_cycle_is_open(people: Cast) -> None:
    branch_lagging(people)
    hospital = Sheet.objects.filter(organization=people.hospital_a)
    hospital.update(state="meets_standard")
    assert len(of(people, "party_office", "reassessments")) == 1
    Cycle.objects.update(closed_at=AT)
    assert of(people, "party_office", "reassessments") == []
    hospital.update(state="below_standard")
    assert len(of(people, "party_office", "reassessments")) == 1


def test_an_order_that_was_let_pass_waits_for_who_accepts_the_sheet(people: Cast) -> None:
    cycle = decided(people)
    due = [one for one in still_due(newest_results(cycle)) if one.kind == Consequence.Kind.TIME_LIMITED]
    (row,) = open_consequences(due=due, deadline_date=AHEAD, by=people.guidance_province, at=AT)
    assert of(people, "supervisor", "reassessments") == []
    order = Rectification.objects.filter(pk=row.rectification_id)
    order.update(deadline_date=local_day(AT) - timedelta(days=1), state="under_way")
    (duty,) = of(people, "supervisor", "reassessments")
    assert (duty.title, duty.organization) == ("整改期限已过、没有提交：开始复评", people.hospital_a)
    order.update(state="handed_in")
    assert of(people, "supervisor", "reassessments") == []


def test_a_hospital_whose_mending_is_verified_waits_for_who_accepts_it(people: Cast) -> None:
    cycle = decided(people)
    assert of(people, "supervisor", "reassessments") == []
    due = [one for one in still_due(newest_results(cycle)) if one.kind == Consequence.Kind.TIME_LIMITED]
    (row,) = open_consequences(due=due, deadline_date=AHEAD, by=people.guidance_province, at=AT)
    assert of(people, "supervisor", "reassessments") == []
    Rectification.objects.filter(pk=row.rectification_id).update(state="verified")
    (duty,) = of(people, "supervisor", "reassessments")
    assert (duty.organization, duty.action.view) == (people.hospital_a, "results:result")
    assert of(people, "party_office", "reassessments") == []


def statements_of(user: User) -> list[str]:
    """What the source of re-assessments alone asks the database, with the orders that it rests on."""
    asker = Asker(reach_of(user, at=AT), AT)
    with counted() as taken:
        reassessments.collect(asker)
    return taken()


def three_times(people: Cast, organization: Organization) -> None:
    """Two more of the verified orders of an organization, on the same sheet."""
    row = Rectification.objects.filter(organization=organization, state="verified").first()
    assert row is not None
    for _ in range(2):
        row.pk, row.public_id = None, uuid4()
        row.save(force_insert=True)


def test_who_accepts_hospitals_asks_nothing_about_their_branches_however_many_orders_wait(
    people: Cast,
) -> None:
    decided(people)
    orders = Rectification.objects.filter(organization=people.hospital_a)
    orders.update(state="verified")
    few = statements_of(people.supervisor)
    assert not [one for one in few if "results_branchstanding" in one]
    three_times(people, people.hospital_a)
    assert len(statements_of(people.supervisor)) == len(few)


def test_a_hospital_asks_as_much_for_three_orders_of_its_branches_as_for_one(people: Cast) -> None:
    branch_lagging(people)
    few = statements_of(people.party_office)
    assert [one for one in few if "results_branchstanding" in one]
    three_times(people, people.internal_medicine)
    assert len(statements_of(people.party_office)) == len(few)
