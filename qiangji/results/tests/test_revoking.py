"""Taking a recognition back after a re-check: two named people, notice, appeal, end; until then the title stays (D39)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.models import Answer, Cycle, Sheet, VetoCheck
from qiangji.assessments.selectors.draws import drawable
from qiangji.assessments.services.correcting import correct_mark
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import as_user
from qiangji.audit.models import Event
from qiangji.duties.asker import Asker
from qiangji.duties.sources import objections as objection_source
from qiangji.duties.sources import vetoes as source
from qiangji.lib.dates import day_text, local_day
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.tests.factories import make_organization, make_role
from qiangji.reports.results_papers.notices import revocation_notice_of
from qiangji.results.exceptions import Locked, NotAllowed, Refused
from qiangji.results.models import Objection, Result, Revocation
from qiangji.results.selectors.classes import classified
from qiangji.results.selectors.findings import digest_of
from qiangji.results.selectors.open_steps import open_steps
from qiangji.results.selectors.rates import public_hospitals
from qiangji.results.services.closing import all_gaps
from qiangji.results.services.objections import answer_objection, file_objection, subject_of
from qiangji.results.services.recognizing import revise_result
from qiangji.results.services.revoking import decide_revocation, losing, propose_revocation
from qiangji.results.tests.worlds import ResultsWorld
from qiangji.standards.models import Veto

END = date(2027, 12, 31)


@pytest.fixture
def lost(world: ResultsWorld) -> Sheet:
    """A hospital that was recognized, drawn again and found at 85; the cast's secretary signs for it."""
    sheet = world.hospital("96.5")
    make_role(world.cast.secretary, sheet.organization, RoleName.HOSPITAL_SECRETARY)
    world.recognize()
    world.inspected(sheet, "85")
    return sheet


def proposed(world: ResultsWorld, sheet: Sheet, *, by: User | None = None) -> Revocation:
    reach = world.reach(by or world.cast.guidance_province)
    return propose_revocation(reach=reach, sheet=sheet, basis="复查 85 分", at=world.tick())


def decide(world: ResultsWorld, row: Revocation, *, by: User | None = None, **changes: object) -> Revocation:
    found = losing(row.sheet, on=world.clock.date())
    arguments = {
        "reach": world.reach(by or world.another()), "revocation": row, "agrees": True, "words": "属实",
        "notice_number": "北医党指〔2027〕3号", "end_date": END,
        "seen": digest_of([found[0]]) if found else "", "seen_version": row.version, "at": world.tick(),
    } | changes  # fmt: skip
    return decide_revocation(**arguments)


@pytest.mark.shows("D39")
def test_a_recognized_hospital_that_is_looked_at_again_loses_its_title_by_two_people(
    world: ResultsWorld, lost: Sheet
) -> None:
    row = decide(world, proposed(world, lost))
    rows = Result.objects.filter(sheet=lost).values_list("sequence", "outcome", "cause")
    assert list(rows) == [(1, "meets_standard", "recognition"), (2, "below_standard", "inspection")]
    assert (row.state, row.new_result, row.end_date) == ("in_force", world.newest(lost), END)
    assert row.new_result.reason == "复查后撤销认定（北医党指〔2027〕3号）：复查 85 分"
    verbs = Event.objects.filter(object_id=row.public_id).order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["revocation.proposed", "revocation.approved"]


def test_nobody_takes_it_back_alone(world: ResultsWorld, lost: Sheet) -> None:
    assert world.recognize() == []
    for cause in ("inspection", "correction"):
        with pytest.raises(Refused, match="一人提出、另一人审定"):
            revise_result(
                sheet=lost, cause=cause, reason="核对", by=world.cast.guidance_province, at=world.tick()
            )
    row = proposed(world, lost)
    with pytest.raises(NotAllowed, match="另一人"):
        decide(world, row, by=world.cast.guidance_province)
    assert world.newest(lost).outcome == "meets_standard"


def test_the_title_stays_until_the_second_has_decided(world: ResultsWorld, lost: Sheet) -> None:
    row = proposed(world, lost)
    hospitals = public_hospitals(world.cast.province, on=world.clock.date())
    assert classified(world.cycle, hospitals).get(pk=lost.organization_id).ledger_class == "meets_standard"
    row = decide(world, row, agrees=False)
    assert (row.state, world.newest(lost).sequence) == ("rejected", 1)


def test_after_a_rejection_the_sheet_stands_recognized_and_nothing_waits(
    world: ResultsWorld, lost: Sheet
) -> None:
    decide(world, proposed(world, lost), agrees=False, words="复查有误")
    lost.refresh_from_db()
    moved = lost.transitions.order_by("-sequence").first()
    assert (lost.state, moved.verb, moved.reason) == (
        State.MEETS_STANDARD, "recognize_meets_standard", "撤销认定未通过，原认定不变：复查有误",
    )  # fmt: skip
    assert open_steps([world.cycle.pk]) == []
    assert drawable(world.cycle, world.cast.province, "holders", at=world.tick()).get() == lost
    assert all_gaps(world.cycle, on=world.clock.date()) == []


def test_the_list_of_changed_scores_says_of_one_that_was_kept_that_it_was_decided(
    world: ResultsWorld, lost: Sheet
) -> None:
    decide(world, proposed(world, lost), agrees=False)
    address = reverse("results:recognition", args=[world.cycle.public_id])
    words = as_user(world.cast.guidance_province).get(address).content.decode()
    assert "现为未达标；撤销认定审定没有通过，原认定不变" in words


def revised(world: ResultsWorld, sheet: Sheet, cause: str) -> Result:
    by, at = world.cast.guidance_province, world.tick()
    return revise_result(sheet=sheet, cause=cause, reason="核对", by=by, at=at)


@pytest.mark.parametrize(
    ("cause", "said"),
    [("inspection", "一人提出、另一人审定"), ("correction", "没有更正过得分"), ("appeal", "没有成立的申诉")],
)
def test_after_a_rejection_nobody_takes_it_back_alone(
    world: ResultsWorld, lost: Sheet, cause: str, said: str
) -> None:
    decide(world, proposed(world, lost), agrees=False)
    with pytest.raises(Refused, match=said):
        revised(world, lost, cause)


@pytest.mark.parametrize("cause", ["appeal", "correction"])
def test_after_a_rejection_an_objection_that_corrected_a_mark_bears_out_its_cause(
    world: ResultsWorld, lost: Sheet, cause: str
) -> None:
    decide(world, proposed(world, lost), agrees=False)
    world.appealed(lost, "84")
    assert revised(world, lost, cause).outcome == "below_standard"


def test_after_a_rejection_a_factual_correction_is_no_appeal(world: ResultsWorld, lost: Sheet) -> None:
    world.appealed(lost, "84")
    decide(world, proposed(world, lost), agrees=False)
    world.appealed(lost, "83")
    Objection.objects.filter(change__to_points=83).update(kind="correction")
    with pytest.raises(Refused, match="没有成立的申诉更正过得分"):
        revised(world, lost, "appeal")
    assert revised(world, lost, "correction").outcome == "below_standard"


def test_after_a_rejection_a_mark_that_changed_without_an_objection_bears_out_nothing(
    world: ResultsWorld, lost: Sheet
) -> None:
    """A branch's mark moves for many reasons; none of them is a correction of what two people looked at."""
    unit = make_organization(lost.organization, "branch", name="急诊党支部")
    branch = world.sheet(unit, "95", State.ACCEPTED, world.cycle)
    decide(world, proposed(world, lost), agrees=False)
    correct_mark(
        sheet=branch, answer=Answer.objects.get(sheet=branch), stage="acceptance", points=Decimal(94),
        remark="复核", objection=branch.public_id, by=world.cast.supervisor, at=world.tick(),
    )  # fmt: skip
    with pytest.raises(Refused, match="没有更正过得分"):
        revised(world, lost, "correction")
    world.appealed(branch, "93")
    assert revised(world, lost, "correction").outcome == "below_standard"


def appealed_against_the_result(world: ResultsWorld, sheet: Sheet) -> Objection:
    sheet.refresh_from_db()
    return file_objection(
        reach=world.reach(world.cast.secretary), sheet=sheet, kind="appeal", answer=None, words="已补齐",
        at=world.tick(),
    )  # fmt: skip


def upheld(world: ResultsWorld, row: Objection) -> Objection:
    return answer_objection(
        reach=world.reach(world.cast.guidance_province), objection=row, outcome="upheld", reply="属实",
        seen_version=row.version, at=world.tick(),
    )  # fmt: skip


def test_the_appeal_that_gave_the_title_does_not_take_it_back(world: ResultsWorld) -> None:
    """Its answer and the result that it led to are of one moment."""
    sheet = world.hospital("89")
    make_role(world.cast.secretary, sheet.organization, RoleName.HOSPITAL_SECRETARY)
    world.recognize()
    world.rescore(sheet, "96")
    given = upheld(world, appealed_against_the_result(world, sheet))
    assert (given.ended_at, given.new_result) == (world.newest(sheet).decided_at, world.newest(sheet))
    with pytest.raises(Refused, match="没有成立的申诉"):
        revised(world, sheet, "appeal")
    world.inspected(sheet, "85")
    decide(world, proposed(world, sheet), agrees=False)
    with pytest.raises(Refused, match="没有成立的申诉"):
        revised(world, sheet, "appeal")
    assert world.newest(sheet).outcome == "meets_standard"


def test_after_a_rejection_an_appeal_against_the_result_takes_nothing_back_without_a_correction(
    world: ResultsWorld, lost: Sheet
) -> None:
    decide(world, proposed(world, lost), agrees=False)
    row = appealed_against_the_result(world, lost)
    with pytest.raises(Refused, match="没有更正过得分"):
        upheld(world, row)
    row.refresh_from_db()
    assert (row.is_open, world.newest(lost).outcome) == (True, "meets_standard")
    world.appealed(lost, "84")
    assert upheld(world, row).new_result == world.newest(lost)


def test_while_a_condition_holds_it_nothing_is_taken_back(world: ResultsWorld, lost: Sheet) -> None:
    row = proposed(world, lost)
    branch = world.sheet(
        make_organization(lost.organization, "branch", name="急诊党支部"), "95", State.ACCEPTED, world.cycle
    )
    veto = Veto.objects.create(edition=branch.edition, number=1, kind=Veto.Kind.SHEET, title="重大失误")
    VetoCheck.objects.create(
        sheet=branch, veto=veto, round=branch.round, applies=True, basis="某号决定",
        checked_by=world.cast.party_office, checked_at=world.tick(),
    )  # fmt: skip
    with pytest.raises(Locked, match="急诊党支部经核对存在不予评定的情形"):
        decide(world, row)
    assert world.newest(lost).sequence == 1


def test_a_rejected_one_that_is_not_below_any_more_waits_with_the_others(
    world: ResultsWorld, lost: Sheet
) -> None:
    row = proposed(world, lost)
    world.rescore(lost, "95")
    decide(world, row, agrees=False)
    assert Sheet.objects.get(pk=lost.pk).state == State.INSPECTED
    (again,) = world.recognize()
    assert (again.outcome, again.cause) == ("meets_standard", "inspection")


def test_one_that_was_kept_can_be_proposed_again_after_another_recheck(
    world: ResultsWorld, lost: Sheet
) -> None:
    decide(world, proposed(world, lost), agrees=False)
    world.inspected(lost, "80")
    assert decide(world, proposed(world, lost)).new_result.outcome == "below_standard"


def test_until_it_is_decided_the_page_shows_the_title(world: ResultsWorld, lost: Sheet) -> None:
    address = reverse("results:result", args=[lost.public_id])
    words = as_user(world.cast.guidance_province).get(address).content.decode()
    assert "check2" in words
    assert "待认定" not in words
    assert "这次认定不变" in words
    assert reverse("results:revise", args=[lost.public_id]) not in words


def test_whoever_is_still_above_is_recognized_as_ever(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    world.recognize()
    world.inspected(sheet, "92")
    (row,) = world.recognize()
    assert (row.outcome, row.cause) == ("meets_standard", "inspection")


def test_one_who_was_never_recognized_loses_nothing(world: ResultsWorld) -> None:
    sheet = world.hospital("96.5")
    world.inspected(sheet, "85")
    (row,) = world.recognize()
    assert row.outcome == "below_standard"
    with pytest.raises(Refused, match="已认定达标"):
        proposed(world, sheet)


def test_other_bodies_and_those_inside_decide_nothing(world: ResultsWorld, lost: Sheet) -> None:
    for user in (world.cast.supervisor, world.cast.guidance_city, world.cast.secretary):
        with pytest.raises(NotAllowed, match="撤销认定由"):
            proposed(world, lost, by=user)
    make_role(world.cast.guidance_province, lost.organization, RoleName.MEMBER)
    with pytest.raises(NotAllowed, match="本院人员不能办理"):
        proposed(world, lost)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"words": " "}, "理由"),
        ({"notice_number": ""}, "文号"),
        ({"end_date": None}, "终止日期"),
        ({"end_date": date(2026, 12, 1)}, "终止日期"),
    ],
)
def test_force_needs_words_a_notice_and_an_end(
    world: ResultsWorld, lost: Sheet, changes: dict, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        decide(world, proposed(world, lost), **changes)


def test_figures_that_changed_since_they_were_seen_decide_nothing(world: ResultsWorld, lost: Sheet) -> None:
    row = proposed(world, lost)
    with pytest.raises(Locked, match="有变动"):
        decide(world, row, seen="0" * 64)
    with pytest.raises(Locked, match="刷新"):
        decide(world, row, seen_version=7)
    world.rescore(lost, "95")
    with pytest.raises(Refused, match="没有低于标准"):
        decide(world, row)


def test_it_is_proposed_once(world: ResultsWorld, lost: Sheet) -> None:
    row = proposed(world, lost)
    with pytest.raises(Locked, match="待审定"):
        proposed(world, lost)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.filter(pk=row.pk).update(
            state="rejected", second_by=row.first_by, second_at=world.clock, second_words="同意"
        )


def test_whoever_proposed_it_is_no_judge_of_the_appeal(world: ResultsWorld, lost: Sheet) -> None:
    decide(world, proposed(world, lost))
    appeal = file_objection(
        reach=world.reach(world.cast.secretary), sheet=Sheet.objects.get(pk=lost.pk), kind="appeal",
        answer=None, words="已补齐", at=world.tick(),
    )  # fmt: skip
    arguments = {"objection": appeal, "outcome": "rejected", "reply": "复查属实", "seen_version": 1}
    first, second = world.cast.guidance_province, world.another()
    with pytest.raises(NotAllowed, match="提出撤销认定的人除外"):
        answer_objection(reach=world.reach(first), at=world.tick(), **arguments)
    duties = [
        len(list(objection_source.collect(Asker(world.reach(user), world.clock.date()))))
        for user in (first, second)
    ]
    assert duties == [0, 1]
    assert answer_objection(reach=world.reach(second), at=world.tick(), **arguments).state == "rejected"


def test_a_proposal_is_a_duty_of_the_other_person_only(world: ResultsWorld, lost: Sheet) -> None:
    proposed(world, lost)
    users = (world.cast.guidance_province, world.another(), world.cast.guidance_city)
    found = [source.collect(Asker(world.reach(user), world.clock.date())) for user in users]
    assert [[duty.title for duty in duties] for duties in found] == [[], ["审定撤销认定"], []]


def test_on_the_pages_one_proposes_and_another_decides(world: ResultsWorld, lost: Sheet) -> None:
    first, second = as_user(world.cast.guidance_province), as_user(world.another())
    words = first.get(reverse("results:recognition", args=[world.cycle.public_id])).content.decode()
    assert "复查后低于标准" in words
    address = reverse("results:propose_revocation", args=[lost.public_id])
    assert address in words
    assert first.post(address, {"basis": "复查 85 分"}).status_code == 302
    row = Revocation.objects.get()
    shown = reverse("results:revocation", args=[row.public_id])
    assert "须由另一人审定" in first.get(shown).content.decode()
    page = second.get(shown).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    sent = {
        "agrees": "yes",
        "words": "属实",
        "notice_number": "3号",
        "end": "2099-12-31",
        "seen_version": "1",
    }
    decision = reverse("results:decide_revocation", args=[row.public_id])
    refused = second.post(decision, {**sent, "seen": seen, "notice_number": ""})
    assert refused.status_code == 409
    assert "通知文号" in refused.content.decode()
    assert second.post(decision, {**sent, "seen": seen}).status_code == 302
    hospital = as_user(world.cast.secretary)
    assert "撤销认定" in hospital.get(reverse("results:result", args=[lost.public_id])).content.decode()
    assert hospital.get(reverse("reports:revocation_notice", args=[row.public_id])).status_code == 200


@pytest.mark.parametrize(("days", "words"), [(10, "可在{until}前提出申诉"), (None, "如有异议，可提出申诉")])
def test_the_notice_names_the_day_until_which_the_page_takes_an_objection(
    world: ResultsWorld, lost: Sheet, days: int | None, words: str
) -> None:
    Cycle.objects.filter(pk=world.cycle.pk).update(objection_days=days)
    result = world.revoked(lost)
    row = Revocation.objects.select_related("sheet__cycle__owner").get(new_result=result)
    subject = subject_of(lost, None)
    assert subject is not None
    until = day_text(subject.until) if subject.until else ""
    letter = revocation_notice_of(row)
    assert words.format(until=until) in "".join(letter.paragraphs)
    assert letter.day == local_day(result.decided_at)
