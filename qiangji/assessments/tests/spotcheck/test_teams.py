"""A team after it was set up: its last day moves, somebody joins, another leads; so nothing begun is ever stuck."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from qiangji.accounts.models import User
from qiangji.assessments.exceptions import Locked, NotAllowed, OutOfReach, Refused
from qiangji.assessments.models import Inspection, MarkChange, Sheet, Team
from qiangji.assessments.services.inspecting import conclude_inspection, start_inspection
from qiangji.assessments.services.teams import add_member, conflicts, leave_team, move_team_end, name_lead
from qiangji.assessments.states import State
from qiangji.assessments.tests.spotcheck.worlds import Sample
from qiangji.assessments.tests.worlds import as_user
from qiangji.audit.models import Event
from qiangji.members.tests.factories import make_member
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import make_organization, make_role, make_user

OVER = timedelta(days=70)


def conclude(sample: Sample, row: Inspection, by: User) -> Inspection:
    return conclude_inspection(
        reach=reach_of(by, at=sample.clock), inspection_id=row.public_id, summary="属实", at=sample.tick()
    )


def move(sample: Sample, team: Team, **changes: object) -> Team:
    arguments = {
        "team": team, "end_date": date(2027, 1, 31), "reason": "大雪，实地检查顺延",
        "reach": sample.reach(sample.cast.guidance_city), "at": sample.tick(),
    } | changes  # fmt: skip
    return move_team_end(**arguments)  # type: ignore[arg-type]


def by_organizer(sample: Sample) -> dict:
    return {"reach": sample.reach(sample.cast.guidance_city), "at": sample.tick()}


def newcomer(sample: Sample, name: str = "新组员") -> User:
    user = make_user(name=name)
    make_role(user, sample.cast.city_a, RoleName.INSPECTOR)
    return user


def test_a_moved_last_day_stands_on_the_page_with_its_reason(sample: Sample) -> None:
    row = sample.started()
    before = row.team.end_date
    move(sample, row.team)
    shown = reverse("assessments:draw", args=[row.team.draw.public_id])
    page = as_user(sample.cast.guidance_city).get(shown).content.decode()
    assert f"结束日期由 {before} 调整为 2027-01-31：大雪，实地检查顺延" in page


# ---- the last day --------------------------------------------------------------------------------------------------


@pytest.mark.shows("A27")
def test_what_was_begun_is_concluded_after_the_last_day_was_moved(sample: Sample) -> None:
    row = sample.started()
    sample.clock += OVER
    with pytest.raises(OutOfReach):
        conclude(sample, row, sample.lead)
    move(sample, row.team)
    assert conclude(sample, row, sample.lead).sheet.state == State.INSPECTED
    assert "大雪，实地检查顺延" in Event.objects.get(verb="team.end_moved").data


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": " "}, "请写明调整日期的理由"),
        ({"end_date": date(2026, 12, 20)}, "现在就到 2026-12-20 为止"),
        ({"end_date": date(2026, 10, 1)}, "不能早于今天"),
        ({"end_date": date(2026, 11, 1)}, "（2026-11-20）的计划日期在新的结束日期之后"),
    ],
)
def test_a_last_day_that_cannot_be_is_refused(sample: Sample, changes: dict, words: str) -> None:
    row = sample.assigned(sample.draw())
    with pytest.raises(Refused, match=words):
        move(sample, row.team, **changes)
    row.team.refresh_from_db()
    assert row.team.end_date == date(2026, 12, 20)


def test_a_team_goes_on_without_whoever_came_to_belong_there(sample: Sample) -> None:
    row = sample.started()
    branch = make_organization(row.sheet.organization, name="医技党支部")
    make_role(sample.helper, branch, RoleName.MEMBER)
    with pytest.raises(Refused, match="组员丁是该单位的人员"):
        move(sample, row.team)
    leave_team(member=row.team.members.get(user=sample.helper), **by_organizer(sample))
    assert move(sample, row.team).end_date == date(2027, 1, 31)


# ---- who is in it, and who leads -----------------------------------------------------------------------------------


@pytest.mark.shows("A27")
def test_another_lead_concludes_what_the_first_began(sample: Sample) -> None:
    row = sample.started()
    joined = add_member(team=row.team, user=newcomer(sample), **by_organizer(sample))
    first = row.team.members.get(user=sample.lead)
    with pytest.raises(Refused, match="还有 1 项抽查没有完成；请先指定另一名组员为组长"):
        leave_team(member=first, **by_organizer(sample))
    name_lead(member=joined, **by_organizer(sample))
    first.refresh_from_db()
    assert not first.is_lead
    leave_team(member=first, **by_organizer(sample))
    assert conclude(sample, row, joined.user).concluded_by == joined.user
    verbs = Event.objects.filter(object_id=row.team.public_id).values_list("verb", flat=True)
    assert {"team.joined", "team.led", "team.left"} <= set(verbs)


def test_a_lead_leaves_once_everything_is_concluded(sample: Sample) -> None:
    row = sample.started()
    conclude(sample, row, sample.lead)
    left = leave_team(member=row.team.members.get(user=sample.lead), **by_organizer(sample))
    assert left.left_date is not None


def test_who_joins_has_a_seat_and_nothing_to_do_with_what_the_team_was_given(sample: Sample) -> None:
    row = sample.started()
    with pytest.raises(Refused, match="没有抽查组成员的岗位"):
        add_member(team=row.team, user=make_user(name="路人"), **by_organizer(sample))
    with pytest.raises(Refused, match="已在第一组"):
        add_member(team=row.team, user=sample.helper, **by_organizer(sample))
    member = make_member(make_organization(row.sheet.organization, name="门诊党支部"), "亲历者")
    member.person.user = newcomer(sample, "亲历者")
    member.person.save()
    with pytest.raises(Refused, match="亲历者是该单位的人员"):
        add_member(team=row.team, user=member.person.user, **by_organizer(sample))


def test_who_has_left_or_lost_the_seat_does_not_lead(sample: Sample) -> None:
    row = sample.started()
    helper = row.team.members.get(user=sample.helper)
    with pytest.raises(Locked, match="现在就是第一组的组长"):
        name_lead(member=row.team.members.get(user=sample.lead), **by_organizer(sample))
    sample.helper.role_assignments.update(end_date=date(2026, 10, 20))
    with pytest.raises(Refused, match="没有抽查组成员的岗位"):
        name_lead(member=helper, **by_organizer(sample))
    leave_team(member=helper, **by_organizer(sample))
    with pytest.raises(Locked, match="已离组"):
        name_lead(member=helper, **by_organizer(sample))


def test_only_the_organizer_changes_a_team(sample: Sample) -> None:
    row = sample.started()
    someone = newcomer(sample)
    for user in (sample.lead, sample.cast.supervisor, sample.cast.guidance_province):
        acting = {"reach": sample.reach(user), "at": sample.tick()}
        with pytest.raises(NotAllowed):
            move(sample, row.team, **acting)
        with pytest.raises(NotAllowed):
            add_member(team=row.team, user=someone, **acting)
        with pytest.raises(NotAllowed):
            name_lead(member=row.team.members.get(user=sample.helper), **acting)


# ---- who must not inspect ------------------------------------------------------------------------------------------


def test_whoever_rated_is_barred_when_a_colleague_has_rated_over_it(sample: Sample) -> None:
    sheet = Sheet.objects.get(organization__code="J0")
    rater = newcomer(sample, "评定人甲")
    for version, by in enumerate((rater, sample.cast.supervisor), start=1):
        MarkChange.objects.create(
            answer=sheet.answers.first(), stage="rating", version=version, to_points=Decimal(version),
            changed_by=by, changed_at=sample.clock,
        )  # fmt: skip
    assert [str(one) for one in conflicts([rater], [sheet])] == [
        f"评定人甲验收或评定过该单位的考评表，不能抽查{sheet.organization_name}"
    ]


def test_who_came_to_belong_there_since_it_was_given_does_not_begin(sample: Sample) -> None:
    row = sample.assigned(sample.draw())
    make_role(sample.helper, make_organization(row.sheet.organization, name="医技党支部"), RoleName.MEMBER)
    with pytest.raises(Refused, match="组员丁是该单位的人员.*请换人或换组"):
        start_inspection(reach=sample.reach(sample.lead), inspection_id=row.public_id, at=sample.tick())
    assert Inspection.objects.get(pk=row.pk).started_at is None


# ---- the page ------------------------------------------------------------------------------------------------------


def test_the_page_says_what_is_stuck_and_keeps_a_reason_that_did_not_fit(sample: Sample) -> None:
    row = sample.started()
    Team.objects.filter(pk=row.team_id).update(end_date=date(2020, 1, 20), start_date=date(2020, 1, 10))
    client = as_user(sample.cast.guidance_city)
    page = client.get(reverse("assessments:draw", args=[row.team.draw.public_id])).content.decode()
    assert "本组已于 2020-01-20 结束，还有 1 项抽查没有完成" in page
    address = reverse("assessments:move_team_end", args=[row.team.draw.public_id, row.team.pk])
    page = client.post(address, {"end_date": "2020-01-20", "reason": "大雪封路"}).content.decode()
    assert "请填另一个日期" in page
    assert 'value="大雪封路"' in page
    client.post(address, {"end_date": "2099-01-31", "reason": "大雪封路"})
    row.team.refresh_from_db()
    assert row.team.end_date == date(2099, 1, 31)


def test_a_page_of_many_teams_takes_no_more_statements_than_one_of_few(
    sample: Sample, django_assert_max_num_queries: object
) -> None:
    row = sample.started()
    reach = sample.reach(sample.cast.guidance_city)
    for number in range(4):
        team = Team.objects.create(
            draw=row.team.draw,
            name=f"另{number}组",
            start_date=row.team.start_date,
            end_date=row.team.end_date,
        )
        add_member(team=team, user=sample.helper, reach=reach, at=sample.tick())
    client = as_user(sample.cast.guidance_city)
    address = reverse("assessments:draw", args=[row.team.draw.public_id])
    client.get(address)
    with django_assert_max_num_queries(25):
        client.get(address)
