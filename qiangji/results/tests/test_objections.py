"""Factual corrections and appeals: own days, the body that answers, and what follows where they are upheld."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Mark, MarkChange, Sheet
from qiangji.assessments.services.correcting import standing_mark
from qiangji.assessments.services.drawing import Plan, draw_sample, freeze_population
from qiangji.assessments.services.inspecting import (
    assign,
    conclude_inspection,
    start_inspection,
)
from qiangji.assessments.services.saving import MarkEdit, save_mark
from qiangji.assessments.services.teams import create_team
from qiangji.assessments.tests.worlds import as_user, counted
from qiangji.audit.models import Event
from qiangji.duties.asker import Asker
from qiangji.duties.sources import objections as source
from qiangji.files.tests import samples
from qiangji.lib.dates import SHANGHAI, end_of
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import make_role, make_user
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Objection, Result
from qiangji.results.selectors.findings import findings
from qiangji.results.services.objections import answer_objection, file_objection, withdraw_objection
from qiangji.results.tests.worlds import ResultsWorld


@pytest.fixture
def rated(world: ResultsWorld) -> Sheet:
    """Hospital 甲, rated at 89.9, in a cycle that gives ten days to object and five to answer."""
    world.cycle.objection_days, world.cycle.answer_days = 10, 5
    world.cycle.save()
    sheet = world.hospital("89.9", node=world.cast.hospital_a)
    Sheet.objects.filter(pk=sheet.pk).update(state_at=world.clock)
    return sheet


def file(world: ResultsWorld, sheet: Sheet, *, by: User | None = None, **changes: Any) -> Objection:
    at = changes.pop("at", None) or world.tick()
    arguments = {
        "reach": world.reach(by or world.cast.secretary), "sheet": sheet, "kind": "correction",
        "answer": Answer.objects.get(sheet=sheet), "words": "漏算第三季度学习", "at": at,
    } | changes  # fmt: skip
    return file_objection(**arguments)


def reply(world: ResultsWorld, row: Objection, *, by: User | None = None, **changes: Any) -> Objection:
    arguments = {
        "reach": world.reach(by or world.cast.supervisor), "objection": row, "outcome": "upheld",
        "reply": "记录属实", "points": Decimal("90.1"), "seen_version": row.version, "at": world.tick(),
    } | changes  # fmt: skip
    return answer_objection(**arguments)


def test_an_objection_freezes_its_days_and_who_answers(world: ResultsWorld, rated: Sheet) -> None:
    row = file(world, rated)
    assert (row.body, row.stage, row.points_before) == (world.cast.authority_a, "rating", Decimal("89.9"))
    assert row.answer_until == row.filed_at.astimezone(SHANGHAI).date() + timedelta(days=5)
    assert Event.objects.filter(object_id=row.public_id, verb="objection.correction").exists()


@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, False)])
def test_it_is_taken_to_the_last_second_of_its_days(
    world: ResultsWorld, rated: Sheet, seconds: int, taken: bool
) -> None:
    since = datetime(2026, 12, 1, 23, 30, tzinfo=SHANGHAI)
    Sheet.objects.filter(pk=rated.pk).update(state_at=since)
    at = end_of(since.date() + timedelta(days=10)) + timedelta(seconds=seconds)
    if taken:
        assert file(world, rated, at=at).file_until == since.date() + timedelta(days=10)
        return
    with pytest.raises(Locked, match="期限"):
        file(world, rated, at=at)


def test_a_cycle_without_days_names_no_day(world: ResultsWorld) -> None:
    row = file(world, world.hospital("80", node=world.cast.hospital_a))
    assert (row.file_until, row.answer_until) == (None, None)


def test_only_who_signs_for_the_organization_files(world: ResultsWorld, rated: Sheet) -> None:
    for user in (world.cast.party_office, world.cast.supervisor):
        with pytest.raises(NotAllowed):
            file(world, rated, by=user)


def test_nothing_is_objected_to_before_it_stands(world: ResultsWorld) -> None:
    sheet = world.hospital("80", node=world.cast.hospital_a, state="under_rating")
    with pytest.raises(Locked):
        file(world, sheet)
    with pytest.raises(Locked):
        file(world, sheet, answer=None, kind="appeal")


def test_one_thing_is_objected_to_once_at_a_time(world: ResultsWorld, rated: Sheet) -> None:
    row = file(world, rated)
    with pytest.raises(Locked):
        file(world, rated)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(
            kind="appeal", sheet=rated, answer=row.answer, stage="rating", points_before=1, words="再",
            body=row.body, filed_by=row.filed_by, filed_at=row.filed_at,
        )  # fmt: skip


def test_upheld_against_a_mark_it_changes_the_mark_with_its_reason(world: ResultsWorld, rated: Sheet) -> None:
    row = reply(world, file(world, rated))
    change = MarkChange.objects.get(answer__sheet=rated)
    assert row.change == change
    assert (change.from_points, change.to_points) == (Decimal("89.9"), Decimal("90.1"))
    assert change.changed_by == world.cast.supervisor
    assert change.remark == "事实更正：记录属实"
    (found,) = [one for one in findings(world.cycle, on=row.filed_at.date()) if one.sheet == rated]
    assert found.score == Decimal("90.1")


def test_partly_upheld_gives_what_the_answer_says(world: ResultsWorld, rated: Sheet) -> None:
    row = reply(world, file(world, rated), outcome="partly", points=Decimal(90))
    assert (row.state, row.change.to_points) == ("partly", Decimal(90))


def test_rejected_it_changes_nothing_and_has_its_reasons(world: ResultsWorld, rated: Sheet) -> None:
    row = file(world, rated)
    with pytest.raises(Refused):
        reply(world, row, outcome="rejected", reply=" ")
    row = reply(world, row, outcome="rejected", reply="未见记录")
    assert (row.state, row.change) == ("rejected", None)
    assert not MarkChange.objects.filter(answer__sheet=rated).exists()


@pytest.mark.parametrize("points", [None, Decimal("89.9"), Decimal("90.15"), Decimal(101)])
def test_upheld_needs_points_that_are_others_and_can_be(
    world: ResultsWorld, rated: Sheet, points: Decimal | None
) -> None:
    row = file(world, rated)
    with pytest.raises(Refused):
        reply(world, row, points=points)
    row.refresh_from_db()
    assert row.is_open


def test_only_the_body_that_gave_the_mark_answers(world: ResultsWorld, rated: Sheet) -> None:
    row = file(world, rated)
    for user in (world.cast.secretary, world.cast.guidance_province):
        with pytest.raises(NotAllowed):
            reply(world, row, by=user)


def inspected(world: ResultsWorld, sheet: Sheet, points: Decimal) -> Mark:
    """Draw the hospital, send a team of one, and let it give the criterion its own points."""
    organizer, lead = world.cast.city_a, make_user(name="组长丙")
    make_role(lead, organizer, RoleName.INSPECTOR)
    by_organizer = world.reach(world.cast.guidance_city)
    plan = Plan("applicants", (), Decimal(1))
    made = freeze_population(
        cycle=world.cycle, organizer=organizer, plan=plan, reach=by_organizer, at=world.tick()
    )
    draw_sample(draw_id=made.pk, seed="3-1-6", seed_source="骰子", reach=by_organizer, at=world.tick())
    days = (world.clock.date(), world.clock.date() + timedelta(days=30))
    team = create_team(
        made=made, name="第一组", days=days, members=[lead], lead=lead, reach=by_organizer, at=world.tick()
    )
    row = assign(
        entry=made.entries.get(sheet=sheet), team=team, visit_date=days[0], methods=["records"],
        reach=by_organizer, at=world.tick(),
    )  # fmt: skip
    mine = {"reach": world.reach(lead), "inspection_id": row.public_id}
    start_inspection(**mine, at=world.tick())
    edit = MarkEdit("1-1-1", "inspection", points, "现场只见到一部分", 0)
    save_mark(reach=mine["reach"], sheet_id=sheet.public_id, edit=edit, at=world.tick())
    conclude_inspection(**mine, summary="一条不符", at=world.tick())
    return Mark.objects.get(answer__sheet=sheet, stage="inspection")


def test_who_rated_does_not_change_what_the_inspection_found_since(world: ResultsWorld, rated: Sheet) -> None:
    row = file(world, rated)
    mark = inspected(world, rated, Decimal(70))
    with pytest.raises(Locked, match="已由“抽查”得分（70 分）代替.*另行提出"):
        reply(world, row)
    mark.refresh_from_db()
    row.refresh_from_db()
    assert (mark.points, row.is_open) == (Decimal(70), True)
    assert reply(world, row, outcome="rejected", reply="已由抽查得分代替").state == "rejected"
    anew = file(world, rated)
    assert (anew.stage, anew.body) == ("inspection", world.cast.province)


def test_a_mark_that_a_second_inspection_is_writing_counts_once_that_is_concluded(
    world: ResultsWorld, rated: Sheet
) -> None:
    mark = inspected(world, rated, Decimal(70))
    row = file(world, rated)
    Sheet.objects.filter(pk=rated.pk).update(state="under_inspection")
    Mark.objects.filter(pk=mark.pk).update(points=Decimal(20))
    assert standing_mark(Sheet.objects.get(pk=rated.pk), mark.answer) is None
    with pytest.raises(Locked, match="没有已定的得分"):
        reply(world, row, by=world.cast.guidance_province)
    Sheet.objects.filter(pk=rated.pk).update(state="inspected")
    assert standing_mark(Sheet.objects.get(pk=rated.pk), mark.answer) == mark


def test_upheld_against_a_result_it_adds_a_result(world: ResultsWorld, rated: Sheet) -> None:
    world.recognize()
    reply(world, file(world, rated))
    rated.refresh_from_db()
    row = file(world, rated, kind="appeal", answer=None, words="更正后已高于达标线")
    row = reply(world, row, by=world.cast.guidance_province, points=None)
    newest = world.newest(rated)
    assert row.new_result == newest
    assert (newest.sequence, newest.cause, newest.score) == (2, "appeal", Decimal("90.1"))
    assert Result.objects.filter(sheet=rated).count() == 2


def test_upholding_what_would_change_nothing_says_what_to_do_first(world: ResultsWorld, rated: Sheet) -> None:
    """Else the page would say 成立 and the result would stand as it was."""
    world.recognize()
    rated.refresh_from_db()
    row = file(world, rated, kind="appeal", answer=None, words="请重新认定")
    with pytest.raises(Refused, match="请先更正有关得分"):
        reply(world, row, by=world.cast.guidance_province, points=None)
    row.refresh_from_db()
    assert row.is_open
    assert Result.objects.filter(sheet=rated).count() == 1


def test_a_result_is_appealed_against_and_not_corrected(world: ResultsWorld, rated: Sheet) -> None:
    world.recognize()
    rated.refresh_from_db()
    with pytest.raises(Refused):
        file(world, rated, kind="correction", answer=None)


def test_an_answered_one_is_not_answered_again_nor_withdrawn(world: ResultsWorld, rated: Sheet) -> None:
    row = reply(world, file(world, rated), outcome="rejected")
    with pytest.raises(Locked):
        reply(world, row)
    with pytest.raises(Locked):
        withdraw_objection(
            reach=world.reach(world.cast.secretary), objection=row, seen_version=row.version, at=world.tick()
        )


def test_a_withdrawn_one_makes_room_for_another(world: ResultsWorld, rated: Sheet) -> None:
    row = file(world, rated)
    withdraw_objection(
        reach=world.reach(world.cast.secretary), objection=row, seen_version=row.version, at=world.tick()
    )
    file(world, rated)
    assert Objection.objects.count() == 2


def test_an_upheld_row_without_what_followed_is_no_row(world: ResultsWorld, rated: Sheet) -> None:
    row = file(world, rated)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=row.pk).update(
            state="upheld", reply="属实", ended_by=world.cast.supervisor, ended_at=world.tick()
        )


def test_it_is_due_for_who_answers_and_nobody_else(world: ResultsWorld, rated: Sheet) -> None:
    row = file(world, rated)
    at = world.tick()

    def duties(user: User) -> list[Any]:
        return source.collect(Asker(world.reach(user), at=at))

    (duty,) = duties(world.cast.supervisor)
    assert (duty.title, duty.due) == ("答复事实更正", row.answer_until)
    assert duties(world.cast.secretary) == []
    assert duties(world.cast.guidance_province) == []


# ---- pages ------------------------------------------------------------------------------------------------------------
def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_it_is_filed_with_its_files_and_answered_in_the_browser(world: ResultsWorld, rated: Sheet) -> None:
    Sheet.objects.filter(pk=rated.pk).update(state_at=timezone.now())
    hospital = client_of(world.cast.secretary)
    data = {
        "subject": "1-1-1",
        "kind": "appeal",
        "words": "漏算",
        "files": [samples.upload(samples.pdf("o"))],
    }
    filed = hospital.post(reverse("results:objection_new", args=[rated.public_id]), data)
    row = Objection.objects.get()
    assert filed.status_code == 302
    assert row.files.count() == 1
    authority = client_of(world.cast.supervisor)
    address = reverse("results:objection_answer", args=[row.public_id])
    refused = authority.post(
        address, {"outcome": "upheld", "reply": "属实，补分", "points": "x", "seen_version": 1}
    )
    assert refused.status_code == 409
    assert "属实，补分" in refused.content.decode()
    taken = authority.post(
        address, {"outcome": "upheld", "reply": "属实", "points": "90.5", "seen_version": 1}
    )
    assert taken.status_code == 302
    for client in (hospital, authority):
        page = client.get(reverse("results:objection", args=[row.public_id])).content.decode()
        assert "90.5" in page
        assert "属实" in page


def test_a_refused_filing_keeps_what_was_typed(world: ResultsWorld, rated: Sheet) -> None:
    file(world, rated)
    data = {"subject": "1-1-1", "kind": "appeal", "words": "漏算第三季度"}
    page = client_of(world.cast.secretary).post(
        reverse("results:objection_new", args=[rated.public_id]), data
    )
    assert page.status_code == 200
    assert "漏算第三季度" in page.content.decode()
    assert "已有一份" in page.content.decode()


def like(row: Objection, sheet: Sheet, **changes: Any) -> Objection:
    """Store an objection like this one to another sheet's mark."""
    given = {
        "kind": row.kind, "stage": row.stage, "points_before": Decimal(80), "words": row.words, "body": row.body,
        "filed_by": row.filed_by, "filed_at": row.filed_at, "answer_until": row.answer_until,
    }  # fmt: skip
    return Objection.objects.create(sheet=sheet, answer=Answer.objects.get(sheet=sheet), **(given | changes))


def test_the_queue_lists_what_waits_for_an_answer_the_nearest_day_first(
    world: ResultsWorld, rated: Sheet
) -> None:
    late = like(file(world, rated), world.hospital("80"), answer_until=date(2025, 1, 31))
    page = as_user(world.cast.supervisor).get(reverse("assessments:reviews")).content.decode()
    assert "待答复的更正和申诉（2）" in page
    assert page.count("逾期未答复") == 1
    assert page.index(str(late.public_id)) < page.index(str(Objection.objects.get(sheet=rated).public_id))
    assert "待答复的更正和申诉" not in (
        as_user(world.cast.party_office).get(reverse("assessments:reviews")).content.decode()
    )


def test_an_answered_one_leaves_the_queue(world: ResultsWorld, rated: Sheet) -> None:
    reply(world, file(world, rated))
    page = as_user(world.cast.supervisor).get(reverse("assessments:reviews")).content.decode()
    assert "待答复的更正和申诉" not in page


def test_the_queue_s_statements_do_not_grow_with_objections(world: ResultsWorld, rated: Sheet) -> None:
    browser = as_user(world.cast.supervisor)

    def cost() -> int:
        with counted() as found:
            assert browser.get(reverse("assessments:reviews") + "?scope=all").status_code == 200
        return len(found())

    row = file(world, rated)
    few = cost()
    for number in range(8):
        like(row, world.hospital("80", name=f"第{number}医院"))
    assert cost() == few <= 15
