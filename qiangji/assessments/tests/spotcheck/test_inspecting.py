"""Inspections: who may not look, what a team reaches and for how long, what it writes down, and what it changes."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from qiangji.assessments.exceptions import Incomplete, Locked, NotAllowed, OutOfReach, Refused, Unseen
from qiangji.assessments.models import (
    CriterionReturn,
    Finding,
    Inspection,
    InterviewCount,
    Mark,
    Sheet,
    SheetTransition,
)
from qiangji.assessments.permissions import may_read, reaches, writable_stage
from qiangji.assessments.selectors.changes import changes_before
from qiangji.assessments.selectors.draws import selected
from qiangji.assessments.selectors.scores import standings
from qiangji.assessments.services.correcting import correct_mark
from qiangji.assessments.services.inspecting import (
    Note,
    conclude_inspection,
    record_finding,
    record_interview,
    start_inspection,
    withdraw_assignment,
    withdraw_finding,
)
from qiangji.assessments.services.saving import MarkEdit, save_mark
from qiangji.assessments.services.teams import leave_team
from qiangji.assessments.states import State
from qiangji.assessments.tests.spotcheck.worlds import Sample, mark_at_inspection
from qiangji.assessments.tests.worlds import as_user
from qiangji.members.tests.factories import make_member
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import make_organization, make_role, make_user

NEXT_YEAR = timedelta(days=90)


def note(**changes: object) -> Note:
    fields = {"client_id": uuid.uuid4(), "method": "records", "kind": "problem", "text": "缺第三季度记录"}
    return Note(**(fields | changes))  # type: ignore[arg-type]


def visible(sample: Sample, user: object, **late: timedelta) -> list[str]:
    reach = reach_of(user, at=sample.clock + timedelta(**late))
    found = Sheet.objects.visible_to(reach)
    every = Sheet.objects.select_related("organization", "cycle")
    assert {sheet.pk for sheet in every if reaches(reach, sheet)} == {sheet.pk for sheet in found}
    return [sheet.organization.code for sheet in found]


# ---- who may look --------------------------------------------------------------------------------------------------


@pytest.mark.shows("A27")
def test_a_team_reaches_what_is_given_to_it_from_its_first_to_its_last_day(sample: Sample) -> None:
    row = sample.assigned(sample.draw())
    assert visible(sample, sample.lead) == [row.entry.code]
    assert visible(sample, sample.lead, days=61) == [row.entry.code]
    assert visible(sample, sample.lead, days=62) == []
    stranger = make_user()
    make_role(stranger, sample.cast.city_a, RoleName.INSPECTOR)
    assert visible(sample, stranger) == []


def test_a_team_reads_what_it_was_given_and_nothing_beside(sample: Sample) -> None:
    row, reach = sample.assigned(sample.draw()), sample.reach(sample.lead)
    others = Sheet.objects.exclude(pk=row.sheet_id).select_related("organization", "cycle")
    assert may_read(reach, row.sheet)
    assert not any(may_read(reach, sheet) for sheet in others)


def test_who_leaves_the_team_or_the_seat_reaches_nothing(sample: Sample) -> None:
    row = sample.assigned(sample.draw())
    leave_team(
        member=row.team.members.get(user=sample.helper),
        reach=sample.reach(sample.cast.guidance_city),
        at=sample.tick(),
    )
    assert visible(sample, sample.helper) == []
    sample.lead.role_assignments.update(end_date=date(2026, 10, 20))
    assert visible(sample, sample.lead) == []


def test_whoever_belongs_to_the_hospital_is_barred(sample: Sample) -> None:
    made = sample.draw()
    entry = selected(made).first()
    branch = make_organization(entry.sheet.organization, name="医技党支部")
    make_role(sample.helper, branch, RoleName.MEMBER, end_date=date(2026, 2, 1))
    with pytest.raises(Refused, match=f"组员丁是该单位的人员，不能抽查{entry.name}"):
        sample.assigned(made, entry)


def test_whoever_is_employed_there_is_barred(sample: Sample) -> None:
    made = sample.draw()
    entry = selected(made).first()
    member = make_member(make_organization(entry.sheet.organization, name="门诊党支部"), "组员丁")
    member.person.user = sample.helper
    member.person.save()
    with pytest.raises(Refused, match="是该单位的人员"):
        sample.assigned(made, entry)


def test_whoever_accepted_or_rated_the_sheet_is_barred(sample: Sample) -> None:
    make_role(sample.cast.supervisor, sample.cast.city_a, RoleName.INSPECTOR)
    made = sample.draw()
    team = sample.team(made, [sample.lead, sample.cast.supervisor])
    with pytest.raises(Refused, match="验收或评定过该单位的考评表"):
        sample.assigned(made, team=team)


def test_whoever_only_sent_single_criteria_back_is_barred(sample: Sample) -> None:
    made = sample.draw()
    entry = selected(made).first()
    CriterionReturn.objects.create(
        sheet=entry.sheet, answer=entry.sheet.answers.first(), stage="acceptance", round=1, reason="缺记录",
        due_date=date(2026, 10, 1), returned_by=sample.helper, returned_at=sample.tick(),
    )  # fmt: skip
    with pytest.raises(Refused, match="组员丁验收或评定过该单位的考评表"):
        sample.assigned(made, entry)


def test_a_team_needs_seats_days_and_a_lead_of_its_own(sample: Sample) -> None:
    made = sample.draw()
    with pytest.raises(Refused, match="没有抽查组成员的岗位"):
        sample.team(made, [sample.lead, make_user(name="路人")])
    team = sample.team(made)
    with pytest.raises(NotAllowed):
        sample.assigned(made, team=team, reach=sample.reach(sample.cast.supervisor))
    for changes, words in (
        ({"visit_date": date(2027, 1, 5)}, "计划日期须在"),
        ({"methods": ["rumour"]}, "一种抽查方式"),
    ):
        with pytest.raises(Refused, match=words):
            sample.assigned(made, team=team, **changes)


def test_an_organization_is_given_once_and_can_be_taken_back_before_the_beginning(sample: Sample) -> None:
    made = sample.draw()
    row = sample.assigned(made)
    with pytest.raises(Refused, match="已分派"):
        sample.assigned(made, row.entry, team=row.team)
    withdraw_assignment(inspection=row, reach=sample.reach(sample.cast.guidance_city), at=sample.tick())
    again = sample.assigned(made, row.entry, team=row.team)
    start_inspection(reach=sample.reach(sample.lead), inspection_id=again.public_id, at=sample.tick())
    with pytest.raises(Locked, match="已经开始"):
        withdraw_assignment(inspection=again, reach=sample.reach(sample.cast.guidance_city), at=sample.tick())


# ---- on the spot ---------------------------------------------------------------------------------------------------


def test_marks_can_be_given_once_it_has_begun_and_by_the_team_only(sample: Sample) -> None:
    row = sample.assigned(sample.draw())
    edit = MarkEdit("2-0-1", "inspection", Decimal(1), "只查到一次", 0)
    with pytest.raises(Locked):
        save_mark(reach=sample.reach(sample.lead), sheet_id=row.sheet.public_id, edit=edit, at=sample.tick())
    start_inspection(reach=sample.reach(sample.helper), inspection_id=row.public_id, at=sample.tick())
    sheet = Sheet.objects.get(pk=row.sheet_id)
    assert writable_stage(sample.reach(sample.helper), sheet) == "inspection"
    save_mark(reach=sample.reach(sample.helper), sheet_id=sheet.public_id, edit=edit, at=sample.tick())
    assert Mark.objects.get(stage="inspection").points == 1
    for user in (sample.cast.supervisor, sample.cast.guidance_city):
        with pytest.raises(NotAllowed):
            save_mark(reach=sample.reach(user), sheet_id=sheet.public_id, edit=edit, at=sample.tick())


@pytest.mark.shows("A27")
def test_a_finding_sent_twice_over_a_bad_line_is_stored_once(sample: Sample) -> None:
    row, reach = sample.started(), sample.reach(sample.lead)
    one = note(code="2-0-1")
    first = record_finding(reach=reach, inspection_id=row.public_id, note=one, at=sample.tick())
    again = record_finding(reach=reach, inspection_id=row.public_id, note=one, at=sample.tick())
    assert first == again
    assert Finding.objects.get().answer.criterion.code == "2-0-1"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": " "}, "请填写内容"),
        ({"text": "长" * 1001}, "最多 1000 字"),
        ({"method": "visit"}, "抽查方式"),
        ({"kind": "rumour"}, "请选择种类"),
        ({"code": "9-9-9"}, "没有 9-9-9 这一条"),
    ],
)
def test_a_finding_that_says_nothing_is_refused(sample: Sample, changes: dict, words: str) -> None:
    row = sample.started()
    with pytest.raises(Refused, match=words):
        record_finding(
            reach=sample.reach(sample.lead),
            inspection_id=row.public_id,
            note=note(**changes),
            at=sample.tick(),
        )


def test_help_can_be_left_and_a_note_be_withdrawn(sample: Sample) -> None:
    row, reach = sample.started(), sample.reach(sample.lead)
    found = record_finding(
        reach=reach,
        inspection_id=row.public_id,
        note=note(kind="help", text="示范一次组织生活会"),
        at=sample.tick(),
    )
    withdraw_finding(reach=reach, inspection_id=row.public_id, finding_id=found.public_id, at=sample.tick())
    assert Finding.objects.get(withdrawn_at__isnull=False).kind == "help"


@pytest.mark.shows("A27")
def test_interviews_keep_counts_only(sample: Sample) -> None:
    row, reach = sample.started(), sample.reach(sample.lead)
    for counts in ({"life": [8, 1, 0]}, {"life": [9, 1, 0], "service": [7, 2, 1]}):
        record_interview(
            reach=reach, inspection_id=row.public_id, group="members", counts=counts, at=sample.tick()
        )
    rows = InterviewCount.objects.values_list("question", "satisfied", "fair", "dissatisfied")
    assert set(rows) == {("life", 9, 1, 0), ("service", 7, 2, 1)}
    bad = [
        ("everybody", {"life": [1, 0, 0]}),
        ("staff", {"gossip": [1, 0, 0]}),
        ("staff", {"life": [-1, 0, 0]}),
    ]
    for group, counts in bad:
        with pytest.raises(Refused):
            record_interview(
                reach=reach, inspection_id=row.public_id, group=group, counts=counts, at=sample.tick()
            )


def test_a_stranger_reaches_no_inspection(sample: Sample) -> None:
    row = sample.started()
    for user in (sample.cast.supervisor, sample.cast.guidance_city, sample.cast.outsider):
        with pytest.raises(OutOfReach):
            record_finding(
                reach=sample.reach(user), inspection_id=row.public_id, note=note(), at=sample.tick()
            )


# ---- the end -------------------------------------------------------------------------------------------------------


def conclude(sample: Sample, row: Inspection, **changes: object) -> Inspection:
    arguments = {
        "reach": sample.reach(sample.lead),
        "inspection_id": row.public_id,
        "summary": "总体属实，一条不符",
        "at": sample.tick(),
    }
    return conclude_inspection(**(arguments | changes))  # type: ignore[arg-type]


@pytest.mark.shows("A27")
def test_what_was_looked_at_takes_precedence_and_the_rest_stands(sample: Sample) -> None:
    row = sample.started()
    mark_at_inspection(row.sheet, "2-0-1", "1", sample.lead, sample.tick(), "只查到一次")
    conclude(sample, row)
    sheet = Sheet.objects.get(pk=row.sheet_id)
    assert (sheet.state, sheet.inspected_round) == (State.INSPECTED, sheet.round)
    assert standings(Sheet.objects.filter(pk=sheet.pk))[0].score == Decimal(8)
    assert sheet.transitions.last().total_points == Decimal(8)


def test_the_lead_concludes_with_a_summary_and_a_reason_for_each_difference(sample: Sample) -> None:
    row = sample.started()
    mark_at_inspection(row.sheet, "2-0-1", "1", sample.lead, sample.tick())
    with pytest.raises(NotAllowed, match="组长"):
        conclude(sample, row, reach=sample.reach(sample.helper))
    with pytest.raises(Refused, match="小结"):
        conclude(sample, row, summary=" ")
    with pytest.raises(Incomplete) as refusal:
        conclude(sample, row)
    assert [(one.code, one.what) for one in refusal.value.missing] == [
        ("2-0-1", "与主管部门评定得分不一致，须写明理由")
    ]


def corrected(sample: Sample) -> Inspection:
    """An inspection that goes on of a sheet whose rating was corrected after it had ended."""
    row = sample.assigned(sample.draw())
    sheet = Sheet.objects.select_related("cycle").get(pk=row.sheet_id)
    SheetTransition.objects.create(
        sheet=sheet, sequence=1, verb="conclude_rating", from_state=State.UNDER_RATING, to_state=State.RATED,
        moved_at=sample.clock, moved_by=sample.cast.supervisor,
    )  # fmt: skip
    answer = sheet.answers.select_related("criterion").get(criterion__code="2-0-1")
    correct_mark(
        sheet=sheet, answer=answer, stage="rating", points=Decimal(0), remark="重复计算",
        objection=uuid.uuid4(), by=sample.cast.supervisor, at=sample.tick(),
    )  # fmt: skip
    return start_inspection(reach=sample.reach(sample.lead), inspection_id=row.public_id, at=sample.tick())


def test_what_was_corrected_since_the_rating_is_shown_before_the_end(sample: Sample) -> None:
    row = corrected(sample)
    with pytest.raises(Unseen) as refusal:
        conclude(sample, row)
    (one,) = refusal.value.changes.rows
    assert (one.code, one.what, one.before, one.after) == ("2-0-1", "主管部门评定得分", "3", "0")
    seen = changes_before(row.sheet, "inspection").digest
    conclude(sample, row, seen_changes=seen)
    assert SheetTransition.objects.get(verb="conclude_inspection").seen_digest == seen


def test_the_page_lists_what_changed_and_ends_once_it_was_seen(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = corrected(sample)
    monkeypatch.setattr("django.utils.timezone.now", sample.tick)
    client = as_user(sample.lead)
    page = reverse("assessments:inspection", args=[row.public_id])
    assert "主管部门评定以后的变动（1）" in client.get(page).content.decode()
    address = reverse("assessments:conclude_inspection", args=[row.public_id])
    unseen = client.post(address, {"summary": "总体属实"})
    assert unseen.status_code == 409
    assert "总体属实" in unseen.content.decode()
    digest = unseen.context["changes"].digest
    assert client.post(address, {"summary": "总体属实", "seen_changes": digest}).status_code == 302


def test_after_the_end_nothing_more_is_written(sample: Sample) -> None:
    row = conclude(sample, sample.started())
    with pytest.raises(Locked, match="已完成"):
        record_finding(
            reach=sample.reach(sample.lead), inspection_id=row.public_id, note=note(), at=sample.tick()
        )
    assert writable_stage(sample.reach(sample.lead), Sheet.objects.get(pk=row.sheet_id)) is None


def test_what_was_found_is_open_to_who_may_read_the_sheet_and_linked_there(sample: Sample) -> None:
    row = conclude(sample, sample.started())
    page = reverse("assessments:inspection", args=[row.public_id])
    for user in (sample.cast.supervisor, sample.cast.guidance_city):
        assert as_user(user).get(page).status_code == 200
    client = as_user(sample.cast.supervisor)
    for address in ("assessments:sheet", "results:result"):
        assert f'href="{page}"' in client.get(reverse(address, args=[row.sheet.public_id])).content.decode()


def test_what_was_found_is_closed_to_who_reads_no_sheet(sample: Sample) -> None:
    row = conclude(sample, sample.started())
    member = make_user(name="普通党员")
    make_role(member, row.sheet.organization, RoleName.MEMBER)
    answer = as_user(member).get(reverse("assessments:inspection", args=[row.public_id]))
    assert answer.status_code == 403
    assert "可以查看的有：抽查组成员" in answer.content.decode()


@pytest.mark.shows("D39")
def test_a_holder_of_the_title_is_rechecked(sample: Sample) -> None:
    Sheet.objects.filter(cycle=sample.cycle).update(state=State.MEETS_STANDARD)
    row = sample.assigned(sample.draw(population="holders"))
    started = start_inspection(reach=sample.reach(sample.lead), inspection_id=row.public_id, at=sample.tick())
    assert started.sheet.state == State.UNDER_INSPECTION
    assert conclude(sample, started).sheet.transitions.last().to_state == State.INSPECTED


# ---- a sheet that leaves its inspection --------------------------------------------------------------------------------


def rated_again(sample: Sample) -> Inspection:
    """An inspection that was begun, whose sheet was withheld meanwhile, and rated anew when that was lifted."""
    row = sample.started()
    Sheet.objects.filter(pk=row.sheet_id).update(state=State.RATED)
    return row


def test_nothing_more_is_noted_once_the_sheet_was_withheld_and_its_lead_is_free(sample: Sample) -> None:
    row = sample.started()
    Sheet.objects.filter(pk=row.sheet_id).update(state=State.WITHHELD)
    reach = sample.reach(sample.lead)
    with pytest.raises(Locked, match="现在是“不予评定”，这项抽查到此为止"):
        record_finding(reach=reach, inspection_id=row.public_id, note=note(), at=sample.tick())
    with pytest.raises(Locked, match="到此为止"):
        conclude(sample, row)
    left = leave_team(
        member=row.team.members.get(user=sample.lead), reach=sample.reach(sample.cast.guidance_city),
        at=sample.tick(),
    )  # fmt: skip
    assert left.left_date is not None


def test_an_inspection_that_was_left_does_not_come_back_with_the_next_one_of_its_sheet(
    sample: Sample,
) -> None:
    first = rated_again(sample)
    made = sample.draw(ratio=Decimal(1))
    row = sample.assigned(made, selected(made).get(sheet=first.sheet_id))
    start_inspection(reach=sample.reach(sample.lead), inspection_id=row.public_id, at=sample.tick())
    with pytest.raises(Locked, match="考评表已另行抽查，这项抽查到此为止"):
        conclude(sample, first)
    assert conclude(sample, row).concluded_at is not None


def test_who_left_an_inspection_gives_no_marks_in_the_next_one_of_the_sheet(sample: Sample) -> None:
    first = rated_again(sample)
    made = sample.draw(ratio=Decimal(1))
    entry, team = selected(made).get(sheet=first.sheet_id), sample.team(made, [sample.helper])
    row = sample.assigned(made, entry, team=team)
    start_inspection(reach=sample.reach(sample.helper), inspection_id=row.public_id, at=sample.tick())
    sheet = Sheet.objects.get(pk=row.sheet_id)
    assert writable_stage(sample.reach(sample.helper), sheet) == "inspection"
    assert writable_stage(sample.reach(sample.lead), sheet) is None


def test_the_pages_say_that_an_inspection_was_left_and_offer_nothing_more(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = sample.started()
    monkeypatch.setattr("django.utils.timezone.now", sample.tick)
    address = reverse("assessments:inspection", args=[row.public_id])
    shown = {
        sample.lead: (address, reverse("assessments:inspections")),
        sample.cast.guidance_city: (reverse("assessments:draw", args=[row.team.draw.public_id]),),
    }

    def texts() -> list[str]:
        return [as_user(user).get(page).content.decode() for user, pages in shown.items() for page in pages]

    assert all("抽查中</span>" in text for text in texts())
    Sheet.objects.filter(pk=row.sheet_id).update(state=State.WITHHELD)
    assert all("已停止</span>" in text for text in texts())
    page = as_user(sample.lead).get(address).content.decode()
    assert "考评表现在是“不予评定”，这项抽查到此为止，已记的内容保留。" in page
    assert 'id="note-form"' not in page
    assert reverse("assessments:conclude_inspection", args=[row.public_id]) not in page


def test_the_page_offers_no_beginning_while_the_sheet_is_withheld(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = sample.assigned(sample.draw())
    monkeypatch.setattr("django.utils.timezone.now", sample.tick)
    address = reverse("assessments:inspection", args=[row.public_id])
    start = reverse("assessments:start_inspection", args=[row.public_id])
    assert start in as_user(sample.lead).get(address).content.decode()
    Sheet.objects.filter(pk=row.sheet_id).update(state=State.WITHHELD)
    page = as_user(sample.lead).get(address).content.decode()
    assert start not in page
    assert "考评表现在是“不予评定”，不能开始抽查。" in page
