"""As-of questions agree with a plain replay of events, over generated histories with leap days and year ends."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.members.models import BranchMembership, Tenure
from qiangji.members.querysets import holds
from qiangji.members.selectors.histories import (
    HeadCount,
    branches_on,
    counts_over_tree,
    holders_on,
    memberships_on,
    posts_on,
)
from qiangji.members.tests.factories import make_member, make_post, make_tenure
from qiangji.members.tests.histories.replay import AT, DAY, EVENTS, History, State, begin, join
from qiangji.orgs.history import line_on, names_on, parents_on, subtree_on
from qiangji.orgs.models import Organization
from qiangji.orgs.services import move_organization
from qiangji.orgs.tests.factories import Cast, cast, make_organization
from tests.examples import examples

TURNS = (date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2024, 12, 31), date(2025, 1, 1))
FIRST = date(2024, 2, 27)
GAPS = st.sampled_from([1, 1, 2, 3, 25, 61, 122])
STEPS = st.lists(
    st.tuples(st.sampled_from(EVENTS), GAPS, st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=9
)


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, joined=st.integers(1, 4))
def test_selectors_agree_with_the_replay(people: Cast, steps: list, joined: int) -> None:
    with transaction.atomic():
        history, day = begin(people), FIRST
        for number in range(joined):
            join(history, day, number * 2, 0)
        days = {day - DAY, day}
        for event, gap, one, other in steps:
            day += gap * DAY
            event(history, day, one, other)
            days |= {day - DAY, day}
        for asked in sorted(days)[-8:] + list(TURNS):
            agree(history, asked)
        transaction.set_rollback(True)


def agree(history: History, day: date) -> None:
    """Assert that every as-of question about a day is answered as the replay answers it."""
    state = history.on(day)
    nodes = list(Organization.objects.all())
    assert parents_on(nodes, day) == state.parent_of
    assert {key: row.name for key, row in names_on(nodes, day).items()} == state.name_of
    line = line_on(day)
    for top in (history.people.city_a, *history.uppers[:2]):
        expected = state.below(top.pk)
        fresh = Organization.objects.get(pk=top.pk)
        found = Organization.objects.on(day).filter(line.condition(fresh.path))
        assert set(found.values_list("pk", flat=True)) == expected, (day, top)
        rows = memberships_on(fresh, day, line=line)
        belonging = {row.member_id: row.organization_id for row in rows}
        assert belonging == {
            member: branch for member, branch in state.branch_of.items() if branch in expected
        }
    agree_on_people(history, state, day)


def agree_on_people(history: History, state: State, day: date) -> None:
    """Assert who belonged where and held what; that nobody is in two branches; and that counts add up over the tree."""
    keys = [member.pk for member in history.members]
    assert {key: row.organization_id for key, row in branches_on(keys, day).items()} == state.branch_of
    rows = list(BranchMembership.objects.filter(holds(day), member__in=keys))
    assert len(rows) == len({row.member_id for row in rows})
    held = {
        (row.post_id, row.person_id)
        for rows in posts_on([member.person_id for member in history.members], day).values()
        for row in rows
    }
    assert held == set(state.holder_of.items())
    assert Tenure.objects.filter(holds(day)).count() == len(held)
    nodes = list(Organization.objects.on(day))
    sums = counts_over_tree(nodes, day)
    for node in nodes:
        below = state.below(node.pk)
        members = [key for key, branch in state.branch_of.items() if branch in below]
        full = len(state.full.intersection(members))
        assert sums[node.pk] == HeadCount(full, len(members) - full), (day, node)


def test_subtree_of_a_day_before_moves_of_whole_lines(people: Cast) -> None:
    """A hospital moves between cities, then a branch inside it: both questions of the days before stay right."""
    before, first, second = (date(2024, 2, 29), date(2024, 3, 1), date(2024, 12, 31))
    general = make_organization(people.hospital_a, Organization.Kind.GENERAL_BRANCH, name="门诊总支")
    move_organization(organization=people.hospital_a, parent=people.city_b, start_date=first, by=None, at=AT)
    general.refresh_from_db()
    move_organization(organization=people.surgery, parent=general, start_date=second, by=None, at=AT)
    for node in (people.city_a, people.city_b, people.hospital_a):
        node.refresh_from_db()
    assert people.surgery in subtree_on(people.city_a, before)
    assert people.surgery not in subtree_on(people.city_b, before)
    assert people.surgery in subtree_on(people.city_b, first)
    assert people.surgery not in subtree_on(general, second - DAY)
    assert people.surgery in subtree_on(general, second)
    assert people.hospital_a not in subtree_on(people.city_a, first)


@pytest.mark.parametrize("width", [2, 12])
def test_many_organizations_cost_as_much_as_few(
    people: Cast,
    width: int,
    django_assert_num_queries: object,
) -> None:
    branches = [make_organization(people.hospital_a, name=f"支部{number}") for number in range(width)]
    members = [make_member(branch) for branch in branches]
    for branch, member in zip(branches, members, strict=True):
        make_tenure(make_post(branch), member.person)
    day = date(2024, 2, 29)
    with django_assert_num_queries(6):  # type: ignore[operator]
        nodes = list(subtree_on(people.hospital_a, day))
        names_on(nodes, day)
        assert counts_over_tree(nodes, day)[people.hospital_a.pk].all == width
        assert len(holders_on(nodes, day)) == width
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(memberships_on(people.hospital_a, day)) == width
