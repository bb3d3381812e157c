"""Who sees which organizations: the own subtree, what the own node oversees while it does, and nothing else."""

from datetime import UTC, date, datetime

import pytest

from qiangji.accounts.models import User
from qiangji.orgs.authorization import Permission, RoleName
from qiangji.orgs.models import Organization
from qiangji.orgs.reach import reach_of
from qiangji.orgs.tests.factories import (
    Cast,
    cast,
    make_organization,
    make_oversight,
    make_role,
    make_user,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def people() -> Cast:
    return cast()


def seen(user: User, at: datetime = AT) -> set[str]:
    return set(Organization.objects.visible_to(reach_of(user, at=at)).values_list("short_name", flat=True))


IN_A = {"甲医院", "内科党支部", "外科党支部"}


@pytest.mark.parametrize(
    ("who", "what"),
    [
        ("party_office", IN_A),
        ("branch_secretary", {"内科党支部"}),
        ("member", {"内科党支部"}),
        ("outsider", {"乙医院"}),
        ("supervisor", IN_A | {"甲市卫生健康委员会"}),
        ("guidance_city", IN_A | {"甲市卫生健康委员会", "甲市医院党建工作指导委员会"}),
    ],
)
def test_what_each_person_sees(people: Cast, who: str, what: set[str]) -> None:
    assert seen(people.users[who]) == what


@pytest.mark.parametrize("who", ["guidance_province", "administrator", "reader"])
def test_the_top_sees_everything(people: Cast, who: str) -> None:
    assert len(seen(people.users[who])) == 8


def test_somebody_without_a_seat_sees_nothing(people: Cast) -> None:
    assert seen(make_user()) == set()


def test_what_is_overseen_is_seen_from_the_first_day_to_the_last(people: Cast) -> None:
    make_oversight(
        people.authority_a, people.hospital_b, start_date=date(2026, 2, 1), end_date=date(2026, 2, 28)
    )
    days = {
        datetime(2026, 1, 31, 12, tzinfo=UTC): False,
        datetime(2026, 2, 1, 0, 30, tzinfo=UTC): True,
        datetime(2026, 2, 28, 15, 59, tzinfo=UTC): True,
        datetime(2026, 2, 28, 16, 0, tzinfo=UTC): False,
    }
    assert {at: "乙医院" in seen(people.supervisor, at) for at in days} == days


def test_what_stands_below_the_overseen_is_seen_too(people: Cast) -> None:
    branch = make_organization(people.hospital_b, name="乙院内科党支部")
    make_oversight(people.authority_a, people.hospital_b)
    assert branch.short_name in seen(people.supervisor)


def test_an_inspectors_seat_reaches_nothing_by_itself(people: Cast) -> None:
    """What inspectors see is what a draw gives to their team (domain §1)."""
    user = make_user()
    make_role(user, people.authority_a, RoleName.INSPECTOR)
    make_role(user, people.province, RoleName.INSPECTOR)
    assert seen(user) == set()


def test_a_role_counts_only_in_its_days(people: Cast) -> None:
    user = make_user()
    make_role(
        user, people.hospital_a, RoleName.READER, start_date=date(2026, 2, 1), end_date=date(2026, 3, 1)
    )
    assert seen(user, datetime(2026, 1, 15, tzinfo=UTC)) == set()
    assert seen(user, datetime(2026, 2, 15, tzinfo=UTC)) == IN_A
    assert seen(user, AT) == set()


def test_a_role_at_an_abolished_node_reaches_nothing(people: Cast) -> None:
    Organization.objects.filter(pk=people.hospital_b.pk).update(end_date=date(2026, 2, 1))
    assert seen(people.outsider) == set()


def test_reading_the_reach_takes_one_query(people: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        reach = reach_of(people.supervisor, at=AT)
        assert reach.may_somewhere(Permission.REVIEW_HOSPITAL_SHEET)


def test_a_permission_depends_on_the_position(people: Cast) -> None:
    reach = reach_of(people.party_office, at=AT)
    hospital, branch = people.hospital_a, people.surgery
    assert reach.may(Permission.FILL_SHEET, hospital.pk, hospital.path)
    assert not reach.may(Permission.FILL_SHEET, branch.pk, branch.path)
    assert reach.may(Permission.REVIEW_BRANCH_SHEET, branch.pk, branch.path)
    assert not reach.may(Permission.REVIEW_BRANCH_SHEET, people.hospital_b.pk, people.hospital_b.path)


def test_a_supervisor_reviews_what_it_supervises_only(people: Cast) -> None:
    reach = reach_of(people.supervisor, at=AT)
    own, other = people.hospital_a, people.hospital_b
    assert reach.may(Permission.REVIEW_HOSPITAL_SHEET, own.pk, own.path)
    assert not reach.may(Permission.REVIEW_HOSPITAL_SHEET, other.pk, other.path)


def test_an_administrator_may_nothing_with_marks(people: Cast) -> None:
    reach = reach_of(people.administrator, at=AT)
    for permission in (Permission.FILL_SHEET, Permission.SIGN_SHEET, Permission.SEE_SUBMITTED_SHEET):
        assert not reach.may_somewhere(permission)
    assert reach.may_somewhere(Permission.MANAGE_ORGANIZATIONS)
