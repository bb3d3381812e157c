"""Reads of the tree: right, and in a number of queries that does not grow with the tree."""

from datetime import UTC, date, datetime

import pytest

from qiangji.accounts.models import Complaint, User
from qiangji.orgs import selectors
from qiangji.orgs.authorization import RoleName
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
TODAY = date(2026, 3, 1)
Kind = Organization.Kind


@pytest.fixture
def people() -> Cast:
    return cast()


def test_who_accepts_whose_sheets(people: Cast, django_assert_num_queries) -> None:
    group = make_organization(people.surgery, Kind.PARTY_GROUP)
    rows = [people.hospital_a, people.hospital_b, people.surgery, group, people.city_a]
    with django_assert_num_queries(2):
        found = selectors.supervisor_of(rows, on=TODAY)
    assert found == {
        people.hospital_a.pk: people.authority_a,
        people.surgery.pk: people.hospital_a,
        group.pk: people.hospital_a,
    }


def test_a_past_supervisor_does_not_accept(people: Cast) -> None:
    people.hospital_a.overseen_by.update(end_date=date(2025, 12, 31))
    assert selectors.supervisor_of([people.hospital_a], on=TODAY) == {}
    assert selectors.supervisor_of([people.hospital_a], on=date(2025, 6, 1))


def test_the_hospital_of_a_node(people: Cast) -> None:
    assert selectors.hospital_of(people.surgery) == people.hospital_a
    assert selectors.hospital_of(people.hospital_a) == people.hospital_a
    assert selectors.hospital_of(people.city_a) is None


def test_overseers_of_a_branch_are_those_of_its_hospital(people: Cast) -> None:
    assert selectors.overseer_ids(people.surgery, on=TODAY) == (people.authority_a.pk,)


def test_breadcrumbs_link_what_may_be_opened(people: Cast, django_assert_num_queries) -> None:
    reach = reach_of(people.guidance_city, at=AT)
    with django_assert_num_queries(1):
        crumbs = selectors.breadcrumbs(people.surgery, reach)
    assert [(crumb.organization, crumb.linked) for crumb in crumbs] == [
        (people.province, False),
        (people.city_a, True),
        (people.hospital_a, True),
    ]


def test_children_know_how_many_children_they_have(people: Cast, django_assert_num_queries) -> None:
    make_organization(people.hospital_a, end_date=date(2025, 1, 1))
    with django_assert_num_queries(1):
        rows = [(row.short_name, row.children_count) for row in selectors.children(people.city_a, on=TODAY)]
    assert rows == [("甲市卫生健康委员会", 0), ("甲医院", 2)]


def test_the_tree_begins_at_the_highest_nodes_in_reach(people: Cast) -> None:
    make_oversight(people.authority_a, people.hospital_b)
    make_role(people.supervisor, people.surgery, RoleName.MEMBER)
    tops = selectors.tops(reach_of(people.supervisor, at=AT))
    assert [row.short_name for row in tops] == ["甲市卫生健康委员会", "甲医院", "乙医院"]


def administered(user: User) -> set[str]:
    rows = selectors.accounts_administered_by(reach_of(user, at=AT))
    return set(rows.values_list("username", flat=True))


def test_an_administrator_administers_the_accounts_below(people: Cast) -> None:
    assert len(administered(people.administrator)) == 10
    local = make_user("local")
    make_role(local, people.hospital_a, RoleName.ADMINISTRATOR)
    assert administered(local) == {"party_office", "secretary", "branch_secretary", "member", "local"}


def test_supervision_gives_no_accounts_to_administer(people: Cast) -> None:
    user = make_user("authority")
    make_role(user, people.authority_a, RoleName.ADMINISTRATOR)
    assert administered(user) == {"supervisor", "authority"}


def test_an_account_without_present_seats_stays_findable(people: Cast) -> None:
    people.member.role_assignments.update(end_date=date(2025, 1, 1))
    assert "member" in administered(people.administrator)


def test_nobody_else_administers_anything(people: Cast) -> None:
    assert administered(people.secretary) == set()


def test_a_seat_elsewhere_bars_the_management_of_an_account(people: Cast) -> None:
    local = make_user("local")
    make_role(local, people.hospital_a, RoleName.ADMINISTRATOR)
    reach = reach_of(local, at=AT)
    assert not selectors.seats_beyond(people.member, reach).exists()
    make_role(people.member, people.hospital_b, RoleName.READER)
    assert selectors.seats_beyond(people.member, reach).get().organization == people.hospital_b


def test_complaints_are_read_by_their_author_and_by_administrators_above(people: Cast) -> None:
    own = Complaint.objects.create(author=people.member, text="甲", filed_at=AT)
    other = Complaint.objects.create(author=people.outsider, text="乙", filed_at=AT)
    assert set(selectors.complaints_visible_to(reach_of(people.member, at=AT))) == {own}
    assert set(selectors.complaints_visible_to(reach_of(people.administrator, at=AT))) == {own, other}
    assert set(selectors.complaints_visible_to(reach_of(people.supervisor, at=AT))) == set()
