"""An inspection stands on its team's list: to begin on the planned day, then to conclude before the team's last day."""

from datetime import timedelta

import pytest

from qiangji.assessments.models import Inspection, Sheet, Team
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import open_small_cycle
from qiangji.duties.agenda import duties_of
from qiangji.duties.lines import Duty
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import Cast, cast
from tests.test_every_page import NOW, inspection

pytestmark = pytest.mark.slow


@pytest.fixture
def people(db: None) -> Cast:
    people = cast()
    open_small_cycle(people)
    inspection(people)
    return people


def visits(people: Cast, who: str) -> list[Duty]:
    found = duties_of(reach_of(people.users[who], at=NOW), at=NOW)
    return [one for one in found if one.source == "inspections"]


def test_it_is_the_teams_and_nobody_elses(people: Cast) -> None:
    (duty,) = visits(people, "reader")
    assert duty.organization == people.hospital_a
    for who in ("party_office", "supervisor", "guidance_province", "guidance_city", "member"):
        assert visits(people, who) == []


def test_it_is_due_on_the_planned_day_then_by_the_teams_last(people: Cast) -> None:
    row = Inspection.objects.select_related("team").get()
    (begun,) = visits(people, "reader")
    assert (begun.title, begun.due) == ("完成抽查", row.team.end_date)
    day = NOW.date() + timedelta(days=3)
    Inspection.objects.update(started_at=None, visit_date=day)
    Sheet.objects.filter(pk=row.sheet_id).update(state=State.DRAWN)
    (planned,) = visits(people, "reader")
    assert (planned.title, planned.due) == ("开始抽查", day)


def test_it_is_gone_once_it_is_concluded(people: Cast) -> None:
    Inspection.objects.update(concluded_at=NOW, concluded_by=people.reader, summary="属实。")
    assert visits(people, "reader") == []


def test_a_stuck_team_is_its_organizers_and_stands_there_once(people: Cast) -> None:
    team = Inspection.objects.get().team
    assert visits(people, "guidance_province") == []
    Team.objects.filter(pk=team.pk).update(
        start_date=NOW.date() - timedelta(days=9), end_date=NOW.date() - timedelta(days=1)
    )
    (duty,) = visits(people, "guidance_province")
    assert duty.title == "抽查组停住：调整结束日期或指定组长"
    assert duty.organization == team.draw.organizer
    assert "还有 1 项抽查没有完成" in duty.asks[0].words
    assert visits(people, "guidance_city") == []


def test_a_team_that_nobody_leads_is_stuck_as_well(people: Cast) -> None:
    team = Inspection.objects.get().team
    team.members.update(is_lead=False)
    (duty,) = visits(people, "guidance_province")
    assert "没有组长" in duty.asks[0].words
    Inspection.objects.update(concluded_at=NOW, concluded_by=people.reader, summary="属实。")
    assert visits(people, "guidance_province") == []


@pytest.mark.parametrize("state", [State.WITHHELD, State.RATED, State.BELOW_STANDARD])
@pytest.mark.parametrize("is_begun", [True, False])
def test_it_is_nobodys_any_more_once_its_sheet_has_left_the_inspection(
    people: Cast, state: State, is_begun: bool
) -> None:
    row = Inspection.objects.get()
    if not is_begun:
        Inspection.objects.update(started_at=None)
    Sheet.objects.filter(pk=row.sheet_id).update(state=state)
    assert visits(people, "reader") == []
    row.team.members.update(is_lead=False)
    assert visits(people, "guidance_province") == []
