"""Roles: given at the nodes that have the seat, by another person, and never mixing administration with marks."""

from datetime import UTC, date, datetime

import pytest

from qiangji.accounts.exceptions import AccountError
from qiangji.accounts.models import User
from qiangji.audit.models import Event
from qiangji.orgs.authorization import MARKING, ROLES, RoleName
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.models import Organization, RoleAssignment
from qiangji.orgs.placing import SEATS
from qiangji.orgs.reach import reach_of
from qiangji.orgs.services import NewRole, assign_role, assign_roles, end_role, hand_out_account
from qiangji.orgs.tests.factories import Cast, cast, make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 1)


@pytest.fixture
def people() -> Cast:
    return cast()


def give(user: User, organization: Organization, role: str, by: User | None = None) -> RoleAssignment:
    return assign_role(user=user, organization=organization, role=role, start_date=TODAY, by=by, at=AT)


def test_a_role_reaches_its_node_at_once(people: Cast) -> None:
    user = make_user()
    row = give(user, people.surgery, RoleName.BRANCH_SECRETARY, people.administrator)
    assert reach_of(user, at=AT).paths == (people.surgery.path,)
    entry = Event.objects.get(object_id=row.public_id)
    assert (entry.verb, entry.actor_id) == ("role.assigned", people.administrator.public_id)


def test_one_person_may_sit_in_two_places(people: Cast) -> None:
    give(people.branch_secretary, people.surgery, RoleName.MEMBER)
    assert len(reach_of(people.branch_secretary, at=AT).paths) == 2


def test_roles_that_make_no_sense_are_refused(people: Cast) -> None:
    closed = make_user(is_active=False)
    for user, organization, role, message in [
        (people.member, people.internal_medicine, RoleName.MEMBER, "已是党员"),
        (people.member, people.internal_medicine, RoleName.SUPERVISOR, "没有主管部门工作人员这一岗位"),
        (closed, people.surgery, RoleName.MEMBER, "已停用"),
    ]:
        with pytest.raises(OrganizationError, match=message):
            give(user, organization, role)


def test_nobody_gives_a_role_to_oneself(people: Cast) -> None:
    with pytest.raises(OrganizationError, match="自己"):
        give(people.administrator, people.city_b, RoleName.READER, people.administrator)


def test_no_role_at_an_abolished_node(people: Cast) -> None:
    people.surgery.end_date = TODAY
    with pytest.raises(OrganizationError, match="撤销"):
        give(make_user(), people.surgery, RoleName.MEMBER)


@pytest.mark.parametrize("role", [name for name in RoleName if ROLES[name].allows_any(MARKING)])
def test_an_administrator_never_touches_marks(people: Cast, role: str) -> None:
    seat = next(
        row for row in Organization.objects.all() if row.kind in SEATS[role] or row.kind == "hospital"
    )
    seat.kind = next(iter(SEATS[role]))
    with pytest.raises(OrganizationError, match="不接触分数"):
        give(people.administrator, seat, role)
    writer = make_user()
    batch = [
        NewRole(writer, seat, role, TODAY),
        NewRole(writer, people.hospital_a, RoleName.ADMINISTRATOR, TODAY),
    ]
    with pytest.raises(OrganizationError, match="不接触分数"):
        assign_roles(roles=batch, by=None, at=AT)


def test_every_role_has_a_seat_somewhere() -> None:
    assert set(SEATS) == set(RoleName) == set(ROLES)
    assert all(SEATS.values())


def test_a_role_taken_away_is_gone_at_once(people: Cast) -> None:
    row = give(make_user(), people.surgery, RoleName.MEMBER)
    assert reach_of(row.user, at=AT).paths
    end_role(assignment=row, end_date=TODAY, by=people.administrator, at=AT)
    assert reach_of(row.user, at=AT).paths == ()
    assert Event.objects.filter(object_id=row.public_id).values_list("verb", flat=True).last() == "role.ended"


def test_an_ended_role_can_be_given_again(people: Cast) -> None:
    row = give(make_user(), people.surgery, RoleName.MEMBER)
    end_role(assignment=row, end_date=TODAY, by=None, at=AT)
    give(row.user, people.surgery, RoleName.MEMBER)
    assert row.user.role_assignments.count() == 2


def test_a_role_is_ended_once_and_on_a_possible_day(people: Cast) -> None:
    row = people.member.role_assignments.get()
    for day, message in [(date(2019, 1, 1), "不能早于"), (date(2026, 3, 2), "晚于今天")]:
        with pytest.raises(OrganizationError, match=message):
            end_role(assignment=row, end_date=day, by=None, at=AT)
    end_role(assignment=row, end_date=TODAY, by=None, at=AT)
    with pytest.raises(OrganizationError, match="已于"):
        end_role(assignment=row, end_date=TODAY, by=None, at=AT)


def hand_out(people: Cast, username: str, role: str) -> User:
    return hand_out_account(
        username=username,
        name="新人",
        password="maple-river-77",
        organization=people.surgery,
        role=role,
        start_date=TODAY,
        by=people.administrator,
        at=AT,
    )


def test_an_account_comes_with_its_first_role(people: Cast) -> None:
    user = hand_out(people, "new01", RoleName.MEMBER)
    assert user.must_change_password
    assert user.role_assignments.get().organization == people.surgery


def test_an_account_without_its_role_is_not_made(people: Cast) -> None:
    with pytest.raises(OrganizationError):
        hand_out(people, "new01", RoleName.SUPERVISOR)
    with pytest.raises(AccountError):
        hand_out(people, "member", RoleName.MEMBER)
    assert not User.objects.filter(username="new01").exists()
