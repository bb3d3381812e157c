"""Who sees which sheet: the filter over many sheets and the question about one loaded sheet give the same answer."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.accounts.models import User
from qiangji.assessments.models import Sheet
from qiangji.assessments.permissions import may_read, reaches
from qiangji.assessments.states import State
from qiangji.assessments.tests.factories import sheet_of
from qiangji.assessments.tests.worlds import SIGNED, World, counted, undone
from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization, Oversight, RoleAssignment
from qiangji.orgs.reach import reach_of
from qiangji.orgs.services import move_organization
from qiangji.orgs.tests.factories import make_organization, make_oversight, make_role, make_user
from tests.examples import examples

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 40)
NODES = st.integers(0, 8)


@dataclass(frozen=True)
class Plan:
    """A generated world: who holds which role where, who oversees whom, who moved, who reviews which sheet; and a day.

    Nodes and days are numbers; a span is a first day and a last one, or None.
    """

    roles: list[tuple[str, int, tuple]]
    oversights: list[tuple[int, int, str, tuple]]
    moves: list[tuple[int, int]]
    reviewers: list[tuple[int | None, int | None]]
    day: int


def in_order(pair: tuple[int, int | None]) -> tuple[int, int | None]:
    first, last = pair
    return (first, None) if last is None else (min(first, last), max(first, last))


SPANS = st.tuples(DAYS, st.none() | DAYS).map(in_order)
PLANS = st.builds(
    Plan,
    roles=st.lists(st.tuples(st.sampled_from(RoleName.values), NODES, SPANS), min_size=1, max_size=6),
    oversights=st.lists(st.tuples(NODES, NODES, st.sampled_from(Oversight.Kind.values), SPANS), max_size=5),
    moves=st.lists(st.tuples(st.sampled_from([0, 1]), st.sampled_from([0, 1, 2])), max_size=2),
    reviewers=st.lists(st.tuples(st.none() | NODES, st.none() | NODES), min_size=4, max_size=4),
    day=DAYS,
)


def on(number: int | None) -> date | None:
    return None if number is None else FIRST + timedelta(days=number)


def nodes_of(small: World) -> list[Organization]:
    people = small.cast
    authority_b = Organization.objects.get(name="乙市卫生健康委员会")
    return [
        people.province,
        people.city_a,
        people.city_b,
        people.authority_a,
        authority_b,
        people.hospital_a,
        people.hospital_b,
        people.internal_medicine,
        people.surgery,
    ]


def oversee(nodes: list[Organization], plan: Plan) -> None:
    """Store the generated relations, leaving out those that the tables refuse."""
    Oversight.objects.all().delete()
    taken = set()
    for over, under, kind, (start, end) in plan.oversights:
        key = (under, kind) if kind == "supervision" else (over, under, kind)
        if over == under or (end is None and key in taken):
            continue
        if end is None:
            taken.add(key)
        make_oversight(nodes[over], nodes[under], kind, start_date=on(start), end_date=on(end))


def move(nodes: list[Organization], plan: Plan, at: datetime) -> None:
    """Move hospitals between the cities and the province, as an administrator would."""
    for count, (hospital, parent) in enumerate(plan.moves):
        row = Organization.objects.get(pk=nodes[5 + hospital].pk)
        target = Organization.objects.get(pk=nodes[parent].pk)
        if row.parent_id != target.pk:
            day = date(2021 + count, 1, 1)
            move_organization(organization=row, parent=target, start_date=day, by=None, at=at)


def people_of(nodes: list[Organization], plan: Plan) -> list[User]:
    """A person for each role, and one who holds them all."""
    everything = make_user()
    users = [everything]
    held = set()
    for role, node, (start, end) in plan.roles:
        user = make_user()
        users.append(user)
        for one in (user, everything):
            if end is None and (one.pk, node, role) in held:
                continue
            held.add((one.pk, node, role))
            make_role(one, nodes[node], role, start_date=on(start), end_date=on(end))
    return users


@pytest.mark.shows("A06")
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=PLANS)
def test_one_sheet_is_reached_exactly_when_the_filter_keeps_it(small: World, plan: Plan) -> None:
    with undone():
        nodes, at = nodes_of(small), datetime(2026, 1, 1, 4, tzinfo=UTC) + timedelta(days=plan.day)
        oversee(nodes, plan)
        move(nodes, plan, at)
        for sheet, (accepts, rates) in zip(Sheet.objects.all(), plan.reviewers, strict=True):
            Sheet.objects.filter(pk=sheet.pk).update(
                supervisor=None if accepts is None else nodes[accepts],
                rating_authority=None if rates is None else nodes[rates],
            )
        for user in people_of(nodes, plan):
            reach = reach_of(user, at=at)
            filtered = set(Sheet.objects.visible_to(reach).values_list("pk", flat=True))
            loaded = Sheet.objects.select_related("organization")
            assert filtered == {sheet.pk for sheet in loaded if reaches(reach, sheet)}


def test_the_cast_sees_what_each_should(small: World) -> None:
    seen = {
        name: sorted(Sheet.objects.visible_to(small.reach(user)).values_list("organization__name", flat=True))
        for name, user in small.cast.users.items()
    }
    hospital, other, branches = "甲市第一医院党委", "乙市第一医院党委", ["内科党支部", "外科党支部"]
    below_a = sorted([hospital, *branches])
    assert seen == {
        "party_office": below_a,
        "secretary": below_a,
        "branch_secretary": ["内科党支部"],
        "member": ["内科党支部"],
        "supervisor": below_a,
        "guidance_city": below_a,
        "guidance_province": sorted([*below_a, other]),
        "administrator": sorted([*below_a, other]),
        "reader": sorted([*below_a, other]),
        "outsider": [other],
    }


def test_whoever_supervised_at_opening_keeps_the_sheet_after_the_relation_ended(small: World) -> None:
    Oversight.objects.filter(subject=small.cast.hospital_a).update(end_date=date(2026, 6, 30))
    reach = small.reach(small.cast.supervisor)
    assert reaches(reach, small.sheet)
    small.bring_to(State.SUBMITTED)
    assert may_read(reach, small.sheet)


def test_a_new_supervisor_sees_the_sheet_but_does_not_review_it(small: World) -> None:
    authority = make_organization(small.cast.city_b, Organization.Kind.OWNING_AUTHORITY, name="甲大学")
    Oversight.objects.filter(subject=small.cast.hospital_a).update(end_date=date(2026, 6, 30))
    make_oversight(authority, small.cast.hospital_a, start_date=date(2026, 7, 1))
    user = make_user("university", "校党办")
    make_role(user, authority, RoleName.SUPERVISOR)
    sheet = small.bring_to(State.SUBMITTED)
    answer = small.reach(user)
    assert reaches(answer, sheet)
    assert may_read(answer, sheet_of(small.cast.hospital_a))
    with pytest.raises(Exception, match="甲市卫生健康委员会"):
        small.move("start_acceptance", user=user)


def test_a_role_that_ended_today_reaches_nothing(small: World) -> None:
    RoleAssignment.objects.filter(user=small.cast.supervisor).update(end_date=SIGNED.date())
    assert not Sheet.objects.visible_to(small.reach(small.cast.supervisor)).exists()


def test_the_filter_is_one_statement_whatever_a_person_holds(small: World) -> None:
    for number in range(5):
        office = make_organization(small.cast.city_b, Organization.Kind.OWNING_AUTHORITY, name=f"局{number}")
        make_role(small.cast.supervisor, office, RoleName.SUPERVISOR)
    reach = small.reach(small.cast.supervisor)
    with counted() as taken:
        list(Sheet.objects.visible_to(reach))
    assert len(taken()) == 1
