"""The sheet veto: two named people, proof, notice, appeal, end; it withholds the sheet, and it is no other veto."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, NotAllowed, Refused
from qiangji.assessments.models import CriterionReturn, Cycle, SheetTransition, SheetVeto
from qiangji.assessments.services import sheet_vetoes as services
from qiangji.assessments.services.cycle_changes import veto_gaps
from qiangji.assessments.services.vetoes import VetoAnswer, answer_vetoes
from qiangji.assessments.states import State
from qiangji.assessments.tests.returns.world import Returning
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.duties.asker import Asker
from qiangji.duties.sources import vetoes as source
from qiangji.files.tests import samples
from qiangji.lib.dates import end_of, local_day
from qiangji.orgs.tests.factories import make_role
from qiangji.standards.models import Veto


@pytest.fixture
def accepted(small: World) -> World:
    """Hospital 甲's sheet, accepted, on a table with two conditions."""
    sheet = small.bring_to(State.ACCEPTED)
    for number, title in [(1, "班子成员严重违纪违法"), (2, "重大失误受到组织处理")]:
        Veto.objects.create(edition=sheet.edition, number=number, kind=Veto.Kind.SHEET, title=title)
    return small


def proposed(world: World, *, by: User | None = None, **changes: Any) -> SheetVeto:
    sheet = world.sheet
    arguments = {
        "reach": world.reach(by or world.cast.supervisor), "sheet": sheet,
        "veto": Veto.objects.get(edition=sheet.edition, number=2), "basis": "甲纪〔2026〕5 号处理决定",
        "uploads": [samples.upload(samples.pdf("veto"), "处理决定.pdf")], "at": world.tick(),
    } | changes  # fmt: skip
    return services.propose(**arguments)


def decide(world: World, row: SheetVeto, *, by: User | None = None, **changes: Any) -> SheetVeto:
    arguments = {
        "reach": world.reach(by or world.cast.guidance_city), "row": row, "agrees": True, "words": "属实",
        "notice_number": "甲医党指〔2026〕3号", "seen_version": row.version, "at": world.tick(),
    } | changes  # fmt: skip
    return services.decide(**arguments)


def appealed(world: World, row: SheetVeto, **changes: Any) -> SheetVeto:
    arguments = {
        "reach": world.reach(world.cast.secretary), "row": row, "words": "处理决定已撤销",
        "seen_version": row.version, "at": world.tick(),
    } | changes  # fmt: skip
    return services.appeal(**arguments)


def test_two_people_withhold_a_sheet_with_notice_appeal_and_end(accepted: World) -> None:
    before = accepted.sheet.version
    row = decide(accepted, proposed(accepted))
    assert accepted.sheet.state == State.WITHHELD
    assert {row.first_by, row.second_by} == {accepted.cast.supervisor, accepted.cast.guidance_city}
    assert (row.sheet_version, row.notice_number) == (before, "甲医党指〔2026〕3号")
    assert row.end_date >= row.appeal_until > accepted.clock.date()
    assert "甲医党指〔2026〕3号" in SheetTransition.objects.get(verb="withhold").reason


def test_an_appeal_has_the_days_that_the_cycle_names(accepted: World) -> None:
    Cycle.objects.filter(pk=accepted.sheet.cycle_id).update(objection_days=7)
    row = decide(accepted, proposed(accepted))
    assert row.appeal_until == local_day(row.second_at) + timedelta(days=7)


def test_a_proposal_alone_withholds_nothing(accepted: World) -> None:
    proposed(accepted)
    assert accepted.sheet.state == State.ACCEPTED


def test_nobody_decides_the_own_proposal(accepted: World) -> None:
    row = proposed(accepted)
    with pytest.raises(NotAllowed, match="另一人"):
        decide(accepted, row, by=accepted.cast.supervisor)
    with pytest.raises(IntegrityError), transaction.atomic():
        SheetVeto.objects.filter(pk=row.pk).update(
            state="rejected", second_by=row.first_by, second_at=accepted.clock
        )


def test_nobody_of_the_own_hospital_proposes_or_decides(accepted: World) -> None:
    row = proposed(accepted)
    make_role(accepted.cast.guidance_city, accepted.cast.hospital_a, "party_office")
    with pytest.raises(NotAllowed, match="本院人员"):
        decide(accepted, row)
    with pytest.raises(NotAllowed):
        proposed(accepted, by=accepted.cast.secretary)


def test_it_needs_a_file_a_basis_and_a_condition_of_its_own_edition(accepted: World) -> None:
    other = Veto.objects.create(edition=accepted.branch.edition, number=1, kind=Veto.Kind.SHEET, title="别的")
    for changes in ({"uploads": []}, {"basis": " "}, {"veto": other}):
        with pytest.raises(Refused):
            proposed(accepted, **changes)


def test_force_needs_words_and_a_notice(accepted: World) -> None:
    row = proposed(accepted)
    for changes in ({"notice_number": " "}, {"words": ""}):
        with pytest.raises(Refused):
            decide(accepted, row, **changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        SheetVeto.objects.filter(pk=row.pk).update(
            state="in_force", second_by=accepted.cast.guidance_city, second_at=accepted.clock
        )


def test_one_stands_at_a_time_and_a_rejected_one_makes_room(accepted: World) -> None:
    row = proposed(accepted)
    with pytest.raises(Locked):
        proposed(accepted, by=accepted.cast.guidance_city)
    decide(accepted, row, agrees=False)
    assert accepted.sheet.state == State.ACCEPTED
    proposed(accepted)


def test_nothing_is_withheld_before_its_acceptance(small: World) -> None:
    sheet = small.bring_to(State.SUBMITTED)
    Veto.objects.create(edition=sheet.edition, number=2, kind=Veto.Kind.SHEET, title="重大失误")
    with pytest.raises(Locked):
        proposed(small)


def test_a_sheet_that_went_back_meanwhile_is_not_withheld(accepted: World) -> None:
    row = proposed(accepted)
    accepted.move("return")
    with pytest.raises(Locked, match="重新提出"):
        decide(accepted, row)


def test_withholding_ends_what_is_out_for_amendment(small: World) -> None:
    sheet = small.bring_to(State.UNDER_RATING)
    Veto.objects.create(edition=sheet.edition, number=2, kind=Veto.Kind.SHEET, title="重大失误")
    Returning(small).send_back("1-1-2")
    decide(small, proposed(small))
    assert CriterionReturn.objects.get().state == "cancelled"


@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, False)])
def test_an_appeal_is_taken_to_the_last_second_of_its_days(
    accepted: World, seconds: int, taken: bool
) -> None:
    row = decide(accepted, proposed(accepted))
    at = end_of(row.appeal_until) + timedelta(seconds=seconds)
    if taken:
        assert services.open_appeal(appealed(accepted, row, at=at)) is not None
        return
    with pytest.raises(Locked, match="申诉期限"):
        appealed(accepted, row, at=at)


@pytest.mark.parametrize(("upheld", "state"), [(True, State.ACCEPTED), (False, State.WITHHELD)])
def test_an_answered_appeal_lifts_the_veto_or_keeps_it(accepted: World, upheld: bool, state: str) -> None:
    row = appealed(accepted, decide(accepted, proposed(accepted)))
    row = services.answer_appeal(
        reach=accepted.reach(accepted.cast.guidance_city), row=row, upheld=upheld, words="经复核",
        seen_version=row.version, at=accepted.tick(),
    )  # fmt: skip
    assert accepted.sheet.state == state
    assert row.state == ("lifted" if upheld else "in_force")


def test_only_the_secretary_appeals_and_only_once_at_a_time(accepted: World) -> None:
    row = decide(accepted, proposed(accepted))
    with pytest.raises(NotAllowed):
        appealed(accepted, row, reach=accepted.reach(accepted.cast.party_office))
    row = appealed(accepted, row)
    with pytest.raises(Locked):
        appealed(accepted, row)
    with pytest.raises(Locked, match="答复"):
        services.lift(
            reach=accepted.reach(accepted.cast.guidance_city), row=row, words="解除", seen_version=row.version,
            at=accepted.tick(),
        )  # fmt: skip


@pytest.mark.parametrize("act", ["answer_appeal", "lift"])
def test_whoever_proposed_it_neither_answers_the_appeal_nor_lifts_it(accepted: World, act: str) -> None:
    row = decide(accepted, proposed(accepted))
    more = {}
    if act == "answer_appeal":
        row, more = appealed(accepted, row), {"upheld": False}
    proposer = accepted.reach(accepted.cast.supervisor)
    with pytest.raises(NotAllowed, match="另一人"):
        getattr(services, act)(
            reach=proposer, row=row, words="不成立", seen_version=row.version, at=accepted.tick(), **more
        )
    page = as_user(accepted.cast.supervisor).get(reverse("assessments:sheet_veto", args=[row.public_id]))
    assert reverse(f"assessments:sheet_veto_{act.removesuffix('_appeal')}", args=[row.public_id]) not in (
        page.content.decode()
    )


def test_a_lifted_veto_lets_the_sheet_be_rated(accepted: World) -> None:
    row = decide(accepted, proposed(accepted))
    services.lift(
        reach=accepted.reach(accepted.cast.guidance_city), row=row, words="处理决定已撤销",
        seen_version=row.version, at=accepted.tick(),
    )  # fmt: skip
    answers = [VetoAnswer(1, applies=False), VetoAnswer(2, applies=False)]
    answer_vetoes(
        reach=accepted.reach(accepted.cast.supervisor), sheet_id=accepted.sheet.public_id, answers=answers,
        seen_version=accepted.sheet.version, at=accepted.tick(),
    )  # fmt: skip
    assert accepted.sheet.state == State.UNDER_RATING


def test_what_waits_is_due_for_a_second_person_only(accepted: World) -> None:
    row = proposed(accepted)

    def titles(user: User) -> list[str]:
        return [one.title for one in source.collect(Asker(accepted.reach(user), at=accepted.clock))]

    assert titles(accepted.cast.guidance_city) == ["审定不予评定"]
    assert titles(accepted.cast.supervisor) == titles(accepted.cast.secretary) == []
    appealed(accepted, decide(accepted, row))
    assert titles(accepted.cast.guidance_city) == ["答复不予评定的申诉"]
    assert titles(accepted.cast.supervisor) == []


# ---- pages ------------------------------------------------------------------------------------------------------------
def test_it_is_proposed_decided_and_told_in_the_browser(accepted: World) -> None:
    data = {"veto": "2", "basis": "甲纪〔2026〕5 号", "files": [samples.upload(samples.pdf("v"), "决定.pdf")]}
    as_user(accepted.cast.supervisor).post(accepted.url("sheet_veto_propose"), data)
    row = SheetVeto.objects.get()
    address = reverse("assessments:sheet_veto_decide", args=[row.public_id])
    decision = {"words": "属实", "notice_number": "3 号", "agrees": "yes", "seen_version": "1"}
    as_user(accepted.cast.guidance_city).post(address, decision)
    assert accepted.sheet.state == State.WITHHELD
    hospital = as_user(accepted.cast.secretary)
    assert "已由两人提出和审定" in hospital.get(accepted.url("sheet")).content.decode()
    notice = hospital.get(reverse("reports:sheet_veto_notice", args=[row.public_id]))
    assert notice.status_code == 200
    assert notice["Content-Type"].endswith("wordprocessingml.document")


def test_a_refused_decision_keeps_what_was_typed_with_the_error_at_its_field(accepted: World) -> None:
    row = proposed(accepted)
    sent = {"words": "经核查属实", "notice_number": " ", "agrees": "yes", "seen_version": "1"}
    page = as_user(accepted.cast.guidance_city).post(act(row, "decide"), sent)
    assert page.status_code == 409
    text = page.content.decode()
    assert "经核查属实</textarea>" in text
    assert 'id="error_1_decide-notice_number"' in text
    assert "请填写通知文号" in text
    assert accepted.sheet.state == State.ACCEPTED


@pytest.mark.parametrize("name", ["appeal", "answer", "lift"])
def test_a_refused_appeal_answer_or_lift_keeps_what_was_typed(accepted: World, name: str) -> None:
    row = decide(accepted, proposed(accepted))
    if name == "answer":
        row = appealed(accepted, row)
    who = accepted.cast.secretary if name == "appeal" else accepted.cast.guidance_city
    SheetVeto.objects.filter(pk=row.pk).update(appeal_until=date(2099, 12, 31), end_date=date(2099, 12, 31))
    page = as_user(who).post(act(row, name), {"words": "写了很久的话", "seen_version": "0"})
    assert page.status_code == 409
    assert "写了很久的话</textarea>" in page.content.decode()
    assert "请刷新页面后再办理" in page.content.decode()


def test_what_was_typed_is_told_where_the_act_is_gone_meanwhile(accepted: World) -> None:
    row = proposed(accepted)
    decide(accepted, row)
    sent = {"words": "我也看过，属实", "notice_number": "4 号", "agrees": "yes", "seen_version": "1"}
    page = as_user(accepted.cast.guidance_province).post(act(row, "decide"), sent)
    assert page.status_code == 409
    assert "您写的内容：我也看过，属实" in page.content.decode()


def act(row: SheetVeto, name: str) -> str:
    return reverse(f"assessments:sheet_veto_{name}", args=[row.public_id])


def test_a_refused_proposal_keeps_what_was_typed(accepted: World) -> None:
    page = as_user(accepted.cast.supervisor).post(
        accepted.url("sheet_veto_propose"), {"veto": "2", "basis": "甲纪〔2026〕5 号"}
    )
    assert page.status_code == 200
    assert "甲纪〔2026〕5 号" in page.content.decode()
    assert "请上传依据材料" in page.content.decode()


def held(world: World, day: date) -> list[str]:
    """What of the vetoes keeps the cycle from being closed."""
    return [gap.what for gap in veto_gaps(world.cycle, day)]


def test_a_cycle_is_not_closed_over_a_veto_that_can_still_change(accepted: World) -> None:
    """Closed, nothing would lead a sheet whose appeal is upheld to a result any more."""
    today = local_day(accepted.clock)
    row = proposed(accepted)
    assert held(accepted, today) == ["不予评定已提出、还没有审定"]
    row = decide(accepted, row)
    assert held(accepted, row.appeal_until) == ["不予评定还在申诉期限内，或申诉没有答复"]
    after = row.appeal_until + timedelta(days=1)
    assert held(accepted, after) == []
    appealed(accepted, row)
    assert held(accepted, after) == ["不予评定还在申诉期限内，或申诉没有答复"]


def test_in_a_closed_cycle_a_veto_is_a_result_and_is_not_lifted(accepted: World) -> None:
    row = decide(accepted, proposed(accepted))
    Cycle.objects.filter(pk=accepted.cycle.pk).update(closed_at=accepted.clock)
    with pytest.raises(Locked, match="已经关闭"):
        services.lift(
            reach=accepted.reach(accepted.cast.guidance_city), row=row, words="解除",
            seen_version=row.version, at=accepted.tick(),
        )  # fmt: skip
    assert accepted.sheet.state == State.WITHHELD


def test_in_a_closed_cycle_none_is_proposed_whose_appeal_could_lead_nowhere(accepted: World) -> None:
    Cycle.objects.filter(pk=accepted.cycle.pk).update(closed_at=accepted.clock)
    with pytest.raises(Locked, match="已经关闭"):
        proposed(accepted)
    assert not SheetVeto.objects.exists()
