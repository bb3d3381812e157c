"""Where acceptance is the final stage, each sheet veto is answered for before it ends, by who accepts."""

import pytest

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, NotAllowed, Refused, Unanswered
from qiangji.assessments.models import Sheet, VetoCheck
from qiangji.assessments.selectors import waiting_for
from qiangji.assessments.services.cycle_changes import close_cycle
from qiangji.assessments.services.vetoes import VetoAnswer, answer_vetoes
from qiangji.assessments.states import State
from qiangji.assessments.tests.worlds import World, as_user
from qiangji.standards.models import Veto

pytestmark = [pytest.mark.django_db, pytest.mark.shows("B00c")]
FOUND = "组织处理决定〔2026〕3号"


@pytest.fixture
def branch(small: World) -> Sheet:
    """The branch's sheet, wholly accepted but for the end, on a table with one sheet veto."""
    sheet = small.bring_to(State.UNDER_ACCEPTANCE, small.branch)
    Veto.objects.create(edition=sheet.edition, number=1, kind=Veto.Kind.SHEET, title="支部委员严重违纪违法")
    small.fill("acceptance", sheet)
    return sheet


def answer(world: World, *, applies: bool, user: object = None) -> Sheet:
    sheet = world.branch
    return answer_vetoes(
        reach=world.reach(user or world.cast.party_office), sheet_id=sheet.public_id,
        answers=[VetoAnswer(1, applies, FOUND if applies else "")], seen_version=sheet.version, at=world.tick(),
    )  # fmt: skip


def test_acceptance_does_not_end_before_the_vetoes_are_answered(small: World, branch: Sheet) -> None:
    with pytest.raises(Unanswered, match="先核对有没有不予评定的情形"):
        small.move("conclude_acceptance", branch)
    answer(small, applies=False)
    small.move("conclude_acceptance", branch)
    assert small.branch.state == State.ACCEPTED


def test_a_sheet_that_is_rated_afterwards_is_asked_before_its_rating_only(small: World) -> None:
    sheet = small.bring_to(State.UNDER_ACCEPTANCE)
    Veto.objects.create(edition=sheet.edition, number=1, kind=Veto.Kind.SHEET, title="重大失误")
    small.fill("acceptance", sheet)
    small.move("conclude_acceptance", sheet)
    assert small.sheet.state == State.ACCEPTED


def test_answers_of_an_earlier_round_count_for_nothing(small: World, branch: Sheet) -> None:
    answer(small, applies=False)
    small.move("return", branch)
    small.move("submit", small.branch)
    small.move("start_acceptance", small.branch)
    with pytest.raises(Unanswered):
        small.move("conclude_acceptance", small.branch)


def test_only_who_accepts_answers(small: World, branch: Sheet) -> None:
    for user in (small.cast.branch_secretary, small.cast.supervisor):
        with pytest.raises(NotAllowed):
            answer(small, applies=False, user=user)
    assert not VetoCheck.objects.exists()


def test_one_that_applies_lets_the_acceptance_end_and_is_answered_anew_afterwards(
    small: World, branch: Sheet
) -> None:
    answer(small, applies=True)
    small.move("conclude_acceptance", branch)
    page = as_user(small.cast.party_office).get(small.url("sheet", branch)).content.decode()
    assert "暂不评定" in page
    assert FOUND in page
    assert small.url("vetoes", branch) in page
    with pytest.raises(NotAllowed, match="核对"):
        answer(small, applies=False, user=small.cast.supervisor)
    answer(small, applies=False)
    assert "暂不评定" not in as_user(small.cast.party_office).get(small.url("sheet", branch)).content.decode()
    with pytest.raises(Locked):
        answer(small, applies=False)


def test_what_a_condition_holds_waits_for_who_accepted_it(small: World, branch: Sheet) -> None:
    def waits(user: User) -> list[str]:
        return [one.task for one in waiting_for(small.reach(user), at=small.clock) if one.sheet == branch]

    answer(small, applies=True)
    small.move("conclude_acceptance", branch)
    assert waits(small.cast.party_office) == ["办理或重新核对不予评定的情形"]
    assert waits(small.cast.supervisor) == waits(small.cast.branch_secretary) == []
    answer(small, applies=False)
    assert waits(small.cast.party_office) == []


def test_a_condition_that_holds_a_sheet_keeps_its_cycle_from_being_closed(
    small: World, branch: Sheet
) -> None:
    answer(small, applies=True)
    small.move("conclude_acceptance", branch)
    with pytest.raises(Refused, match="存在不予评定的情形、还没有审定或重新核对 1 件"):
        close_cycle(cycle=small.cycle, reason="院级始终没有申报", by=None, at=small.tick())
    answer(small, applies=False)
    assert close_cycle(cycle=small.cycle, reason="院级始终没有申报", by=None, at=small.tick()).closed_at


def test_the_end_of_the_acceptance_asks_and_the_answers_end_it(small: World, branch: Sheet) -> None:
    client = as_user(small.cast.party_office)
    asked = client.post(small.url("move", branch, "conclude_acceptance"), {"seen_version": branch.version})
    assert asked.url == small.url("vetoes", branch)
    page = client.get(asked.url).content.decode()
    assert "完成验收前核对" in page
    assert "答完随即完成验收" in page
    done = client.post(asked.url, {"seen_version": branch.version, "veto-1": "no"}, follow=True)
    assert "没有不予评定的情形" in done.content.decode()
    assert small.branch.state == State.ACCEPTED


def test_what_is_missing_is_named_before_anybody_is_asked(small: World) -> None:
    sheet = small.bring_to(State.UNDER_ACCEPTANCE, small.branch)
    Veto.objects.create(edition=sheet.edition, number=1, kind=Veto.Kind.SHEET, title="支部委员严重违纪违法")
    client = as_user(small.cast.party_office)
    page = client.post(small.url("move", sheet, "conclude_acceptance"), {"seen_version": sheet.version})
    assert page.status_code == 409
    assert "还没有上级验收得分" in page.content.decode()


def test_the_page_after_the_end_is_closed_to_who_does_not_accept(small: World, branch: Sheet) -> None:
    answer(small, applies=True)
    small.move("conclude_acceptance", branch)
    assert as_user(small.cast.branch_secretary).get(small.url("vetoes", branch)).status_code == 403
    assert as_user(small.cast.outsider).get(small.url("vetoes", branch)).status_code == 404
    assert as_user(small.cast.party_office).get(small.url("vetoes", branch)).status_code == 200
