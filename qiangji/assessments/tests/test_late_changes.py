"""Facts that move after the signature: a difference beside the declared mark, for those who may read the sheet; no more."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from qiangji.assessments.completeness import given, promises_of
from qiangji.assessments.models import Answer, Mark, MarkChange, Proposal, Sheet, SheetTransition, Submission
from qiangji.assessments.selectors.changes import changes_before
from qiangji.assessments.services.evaluating import evaluate_sheets
from qiangji.assessments.services.moves import start_review
from qiangji.assessments.tests.factories import sheet_of
from qiangji.assessments.tests.test_evaluating import AFTERWARDS, AT, annex, annex_of_file, evaluate, proposal
from qiangji.assessments.tests.worlds import World, as_user, counted
from qiangji.ledgers.models import Record
from qiangji.ledgers.tests.factories import make_record
from qiangji.orgs.models import ChangedFact
from qiangji.orgs.reach import reach_of
from qiangji.standards.models import SiteCheck, SiteCheckMove
from qiangji.standards.site_checks import seal

__all__ = ["annex", "annex_of_file"]
pytestmark = pytest.mark.django_db
SIGNED = datetime(2027, 1, 16, 2, 0, tzinfo=UTC)
LATER = SIGNED + timedelta(days=2)


def declare(annex: World, points: str = "2", *, code: str = "3-2-2", proposed: bool = True) -> Sheet:
    """Submit hospital 甲's sheet with one mark, by default for the centre group's studies."""
    sheet = sheet_of(annex.cast.hospital_a)
    answer = Answer.objects.get(sheet=sheet, criterion__code=code)
    by = annex.cast.party_office
    Mark.objects.create(answer=answer, stage="self", points=Decimal(points), marked_by=by, marked_at=AT)
    beside: dict[str, Any] = {}
    if proposed:
        beside = proposal(annex, code).as_known()
    MarkChange.objects.create(
        answer=answer, stage="self", version=1, to_points=points, changed_by=by, changed_at=AT, **beside
    )
    Submission.objects.create(
        sheet=sheet, round=1, meeting_date=date(2027, 1, 15), minutes_number="1", signed_by=by,
        signer_name="书记", signed_at=SIGNED, total_points=points, digest="0" * 64,
        promises=promises_of(given(sheet, "self")),
    )  # fmt: skip
    SheetTransition.objects.create(
        sheet=sheet, sequence=1, verb="submit", from_state="draft", to_state="submitted", moved_by=by,
        moved_at=SIGNED,
    )  # fmt: skip
    Sheet.objects.filter(pk=sheet.pk).update(state="submitted", version=1, state_at=SIGNED)
    return sheet


def lose_a_quarter() -> None:
    """Withdraw the study of the first quarter."""
    Record.objects.filter(date=date(2026, 2, 10)).update(state=Record.State.WITHDRAWN)


def later(annex: World) -> None:
    evaluate_sheets(cycle=annex.cycle, as_of=AFTERWARDS, at=LATER, by=None)


def opened(annex: World, user: Any) -> str:
    sheet = sheet_of(annex.cast.hospital_a)
    return as_user(user).get(reverse("assessments:sheet", args=[sheet.public_id])).content.decode()


def test_a_later_fact_shows_beside_the_declared_mark_and_leaves_it(annex: World) -> None:
    evaluate(annex)
    declare(annex)
    lose_a_quarter()
    later(annex)
    for user in (annex.cast.party_office, annex.cast.supervisor):
        assert "提交后台账有变动：2 → 0 分" in opened(annex, user)
    assert Mark.objects.get().points == 2
    assert Submission.objects.get().total_points == 2


def judge_anew(annex: World, code: str = "3-2-2") -> None:
    """Adopt a check of one's own that nobody meets, after the signature."""
    criterion = sheet_of(annex.cast.hospital_a).edition.criteria.get(code=code)
    by = annex.cast.guidance_province
    entry = {"words": "上过党课", "check": {"count": {"of": "party_class", "at_least": 99}}}
    version = SiteCheck.objects.create(
        criterion=criterion, number=1, state="adopted", origin="blank", entry=entry, made_by=by, made_at=LATER
    )
    SiteCheckMove.objects.create(
        check_version=version, sequence=1, state="adopted", reason="会议通过", made_by=by, made_at=LATER
    )
    seal(criterion.edition)


def changed_fact(annex: World, kind: str) -> None:
    ChangedFact.objects.create(
        kind=kind, organization=annex.cast.hospital_a, date=date(2026, 2, 10), changed_at=LATER
    )


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ([], "提交后判定办法有变动：2 → 0 分"),
        (["record.annual_plan"], "提交后判定办法有变动：2 → 0 分"),
        (["record.party_class"], "提交后台账和判定办法有变动：2 → 0 分"),
        (["record.party_class", "parameter.3-2-2"], "提交后台账和判定办法有变动：2 → 0 分"),
    ],
)
def test_another_check_is_told_apart_from_ledgers_that_moved(
    annex: World, kinds: list[str], said: str
) -> None:
    evaluate(annex)
    declare(annex)
    judge_anew(annex)
    for kind in kinds:
        changed_fact(annex, kind)
    later(annex)
    page = opened(annex, annex.cast.supervisor)
    assert said in page
    assert ("登记没有变动，已申报的得分没有改动" in page) == ("台账和" not in said)


def test_a_figure_set_by_a_document_is_no_change_of_ledgers(annex: World) -> None:
    evaluate(annex)
    declare(annex)
    lose_a_quarter()
    changed_fact(annex, "parameter.3-2-2")
    later(annex)
    assert "提交后判定办法有变动：2 → 0 分" in opened(annex, annex.cast.supervisor)


def test_a_check_of_another_criterion_leaves_the_note_as_it_is(annex: World) -> None:
    evaluate(annex)
    declare(annex)
    judge_anew(annex, "3-2-1")
    lose_a_quarter()
    later(annex)
    assert "提交后台账有变动：2 → 0 分" in opened(annex, annex.cast.supervisor)


def test_before_submission_a_superior_sees_no_proposal_and_after_it_none_of_the_old_ones(
    annex: World,
) -> None:
    evaluate(annex)
    page = as_user(annex.cast.supervisor).get(
        reverse("assessments:sheet", args=[sheet_of(annex.cast.hospital_a).public_id])
    )
    assert page.status_code == 403
    declare(annex, "1")
    seen = opened(annex, annex.cast.supervisor)
    assert "建议" not in seen
    assert "提交后台账有变动" not in seen


def test_exports_hold_no_proposal(annex: World) -> None:
    evaluate(annex)
    sheet = declare(annex, "1")
    text = proposal(annex, "3-2-2").reason
    client = as_user(annex.cast.supervisor)
    for name in ("reports:sheet_form", "reports:sheet_form_excel"):
        answer = client.get(reverse(name, args=[sheet.public_id]))
        assert answer.status_code == 200
        assert (
            text.encode() not in b"".join(answer) if answer.streaming else text.encode() not in answer.content
        )


def test_a_departure_that_was_one_at_the_signature_is_no_late_change(annex: World) -> None:
    evaluate(annex)
    declare(annex, "1")
    later(annex)
    assert "提交后台账有变动" not in opened(annex, annex.cast.supervisor)


def test_what_was_pending_is_judged_when_acceptance_begins(annex: World) -> None:
    Record.objects.filter(date=date(2026, 10, 13)).update(state=Record.State.WITHDRAWN)
    evaluate(annex, date(2026, 10, 20))
    assert proposal(annex, "3-2-2").verdict == "pending"
    sheet = declare(annex)
    reach = reach_of(annex.cast.supervisor, at=LATER)
    start_review(reach=reach, sheet_id=sheet.public_id, verb="start_acceptance", seen_version=1, at=LATER)
    assert "提交后台账有变动：2 → 0 分" in opened(annex, annex.cast.supervisor)


def test_what_was_signed_on_a_promise_says_so_to_whoever_reads_the_sheet(annex: World) -> None:
    evaluate(annex, date(2026, 9, 30))
    declare(annex)
    for user in (annex.cast.party_office, annex.cast.supervisor):
        page = opened(annex, user)
        assert page.count("签字时尚未到期，承诺 2026-12-31") == 1
        assert "签字时有 1 条尚未到期" in page
        assert "建议 0–2 分" not in page


@pytest.mark.parametrize(("day", "points"), [(date(2026, 9, 30), "0"), (AFTERWARDS, "2")])
def test_what_claims_nothing_open_rests_on_no_promise(annex: World, day: date, points: str) -> None:
    evaluate(annex, day)
    declare(annex, points)
    assert Submission.objects.get().promises == {}
    assert "签字时尚未到期" not in opened(annex, annex.cast.supervisor)


def test_a_sheet_that_is_filled_again_shows_no_promise_of_the_round_before(annex: World) -> None:
    evaluate(annex, date(2026, 9, 30))
    sheet = declare(annex)
    Sheet.objects.filter(pk=sheet.pk).update(state="draft")
    assert "签字时尚未到期" not in opened(annex, annex.cast.party_office)


def test_what_was_settled_and_became_open_again_is_a_difference(annex: World) -> None:
    record = make_record(annex.cast.hospital_a, ["enlarged_committee_meeting"], date=date(2026, 3, 3))
    evaluate(annex, date(2026, 10, 20))
    assert proposal(annex, "8-0-4").points == 2
    sheet = declare(annex, code="8-0-4")
    Record.objects.filter(pk=record.pk).update(state=Record.State.WITHDRAWN)
    evaluate_sheets(cycle=annex.cycle, as_of=date(2026, 10, 25), at=LATER, by=None)
    for user in (annex.cast.party_office, annex.cast.supervisor):
        assert "提交后台账有变动：2 → 0–2 分（未到期）" in opened(annex, user)
    sheet.refresh_from_db()
    assert changes_before(sheet, "acceptance").rows[0].after.startswith("现建议 0–2 分（未到期）：")


def test_a_promise_that_is_still_open_is_no_difference_but_one_without_data_is(annex: World) -> None:
    evaluate(annex, date(2026, 9, 30))
    declare(annex)
    found = Proposal.objects.filter(pk=proposal(annex, "3-2-2").pk)
    found.update(changed_at=LATER)
    assert "提交后" not in opened(annex, annex.cast.supervisor)
    found.update(verdict="unknown", missing="中心组学习的记录")
    assert "提交后台账有变动：2 → 0–2 分（缺少数据）" in opened(annex, annex.cast.supervisor)


@pytest.mark.parametrize(("points", "is_told"), [("2", True), ("1", False), ("3", False)])
def test_a_range_that_does_not_reach_the_mark_any_more_is_a_difference(
    annex: World, points: str, is_told: bool
) -> None:
    evaluate(annex, date(2026, 9, 30))
    declare(annex, points)
    Proposal.objects.filter(pk=proposal(annex, "3-2-2").pk).update(changed_at=LATER, highest=1)
    page = opened(annex, annex.cast.supervisor)
    assert ("提交后台账有变动：2 → 0–1 分（未到期）" in page) == is_told
    assert ("提交后台账有变动" in page) == is_told


def test_a_new_fact_is_told_on_the_sheet_and_leads_to_new_proposals(annex: World) -> None:
    sheet = sheet_of(annex.cast.hospital_a)
    client = as_user(annex.cast.party_office)
    client.post(reverse("assessments:evaluate", args=[sheet.public_id]))
    make_record(annex.cast.hospital_a, ["enlarged_committee_meeting"], date=date(2026, 3, 3))
    ChangedFact.objects.create(
        kind="record.enlarged_committee_meeting", organization=annex.cast.hospital_a, date=date(2026, 3, 3),
        changed_at=AT,
    )  # fmt: skip
    address = reverse("assessments:catch_up", args=[sheet.public_id])
    assert f'hx-post="{address}"' in opened(annex, annex.cast.party_office)
    told = client.post(address).content.decode()
    assert "已按最新登记核对" in told
    assert address not in opened(annex, annex.cast.party_office)


def test_a_record_tells_what_it_counts_for_and_to_whom_it_concerns_what_changed(annex: World) -> None:
    evaluate(annex)
    row = Record.objects.filter(organization=annex.cast.hospital_a)[0]
    told = as_user(annex.cast.party_office).post(reverse("assessments:served", args=[row.public_id]))
    assert "3-2-2" in told.content.decode()
    assert "建议得分" in told.content.decode()
    assert as_user(annex.cast.supervisor).post(
        reverse("assessments:served", args=[row.public_id])
    ).status_code in (404,)


def test_the_basis_of_a_proposal_leads_to_its_records(annex: World) -> None:
    sheet = sheet_of(annex.cast.hospital_a)
    address = reverse("assessments:basis", args=[sheet.public_id, "3-2-2"])
    told = as_user(annex.cast.party_office).get(address).content.decode()
    row = Record.objects.filter(organization=annex.cast.hospital_a)[0]
    assert reverse("ledgers:record", args=[row.public_id]) in told
    assert "第一季度" in told
    assert as_user(annex.cast.supervisor).get(address).status_code == 403


def test_once_it_is_signed_its_own_staff_still_sees_what_a_proposal_rests_on(annex: World) -> None:
    evaluate(annex)
    sheet = declare(annex)
    address = reverse("assessments:basis", args=[sheet.public_id, "3-2-2"])
    row = Record.objects.filter(organization=annex.cast.hospital_a)[0]
    told = as_user(annex.cast.party_office).get(address).content.decode()
    assert reverse("ledgers:record", args=[row.public_id]) in told
    assert 'data-panel="proposal/"' in opened(annex, annex.cast.party_office)


def test_a_reviewer_sees_in_counts_what_a_difference_rests_on_and_nothing_of_other_rows(annex: World) -> None:
    evaluate(annex)
    sheet = declare(annex)
    client = as_user(annex.cast.supervisor)
    address = reverse("assessments:basis", args=[sheet.public_id, "3-2-2"])
    assert client.get(address).status_code == 403
    assert 'data-panel="proposal/"' not in opened(annex, annex.cast.supervisor)
    lose_a_quarter()
    later(annex)
    told = client.get(address).content.decode()
    assert "第一季度" in told
    assert "计入的登记共" in told
    row = Record.objects.filter(organization=annex.cast.hospital_a)[0]
    assert reverse("ledgers:record", args=[row.public_id]) not in told
    assert opened(annex, annex.cast.supervisor).count('data-panel="proposal/"') == 1
    other = client.get(reverse("assessments:basis", args=[sheet.public_id, "8-0-4"]))
    assert other.status_code == 403
    assert "提交后有变动的条目" in other.content.decode()


def test_the_page_takes_at_most_twelve_statements_with_proposals_and_with_differences(annex: World) -> None:
    evaluate(annex)
    sheet = sheet_of(annex.cast.hospital_a)
    address = reverse("assessments:sheet", args=[sheet.public_id])

    def taken(user: Any) -> list[str]:
        client = as_user(user)
        client.get(address)  # the first reading of an edition is kept
        with counted() as statements:
            client.get(address)
        return statements()

    assert len(taken(annex.cast.party_office)) <= 12, "\n".join(taken(annex.cast.party_office))
    declare(annex)
    lose_a_quarter()
    later(annex)
    for user in (annex.cast.party_office, annex.cast.supervisor):
        assert "提交后台账有变动" in opened(annex, user)
        assert len(taken(user)) <= 12, "\n".join(taken(user))
