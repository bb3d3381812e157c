"""What happens to one member; and, over generated histories, never two branches on one day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiangji.audit.models import Event
from qiangji.members.exceptions import MembersError
from qiangji.members.models import Member, Transfer
from qiangji.members.querysets import holds
from qiangji.members.selectors.register import FULL, PROBATIONARY, members_of
from qiangji.members.services import (
    adjust_branch,
    cease_membership,
    confirm_membership,
    end_exemption,
    end_floating,
    end_hardship,
    grant_exemption,
    register_hardship,
    start_floating,
)
from qiangji.members.tests.factories import make_member
from qiangji.orgs.models import ChangedFact, Organization
from qiangji.orgs.tests.factories import Cast, cast, make_organization
from tests.examples import examples

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 10, 20)
SINCE = date(2020, 1, 1)
WHO = {"by": None, "at": AT}


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def member(people: Cast) -> Member:
    return make_member(people.internal_medicine, "张伟", confirmed_date=None)


MOVES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.dates(date(2019, 12, 25), date(2026, 10, 25))
        | st.sampled_from([SINCE, date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 1)]),
    ),
    max_size=8,
)


@settings(
    max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES)
def test_never_two_branches_on_a_day_and_never_none(people: Cast, moves: list[tuple[int, date]]) -> None:
    branches = [people.internal_medicine, people.surgery, third_branch(people)]
    member = make_member(branches[0], "历经")
    expected: list[tuple[date, Organization]] = [(SINCE, branches[0])]
    for place, day in moves:
        try:
            adjust_branch(member=member, branch=branches[place], start_date=day, **WHO)
        except MembersError:
            assert day < expected[-1][0] or day > TODAY or branches[place] == expected[-1][1]
            continue
        if day == expected[-1][0]:
            expected.pop()
        expected.append((day, branches[place]))
    for day in sorted({one + timedelta(days=step) for one, _ in expected for step in (-1, 0, 1)}):
        held = [row.organization for row in member.branches.filter(holds(day))]
        then = [branch for start, branch in expected if start <= day][-1:]
        assert held == then, day


def third_branch(people: Cast) -> Organization:
    found = Organization.objects.filter(short_name="三支部").first()
    return found or make_organization(people.hospital_a, name="三支部")


@pytest.mark.parametrize(
    ("start_date", "words"),
    [(date(2026, 10, 21), "晚于今天"), (date(2019, 12, 31), "早于")],
)
def test_days_that_cannot_be_are_refused(people: Cast, member: Member, start_date: date, words: str) -> None:
    with pytest.raises(MembersError, match=words):
        adjust_branch(member=member, branch=people.surgery, start_date=start_date, **WHO)


def test_a_branch_of_another_hospital_needs_a_transfer(people: Cast, member: Member) -> None:
    with pytest.raises(MembersError, match="组织关系转接"):
        adjust_branch(member=member, branch=make_organization(people.hospital_b), start_date=TODAY, **WHO)


def test_who_is_being_transferred_is_left_alone(people: Cast, member: Member) -> None:
    Transfer.objects.create(
        member=member,
        source=people.internal_medicine,
        target=people.hospital_b,
        sent_date=TODAY,
        valid_until=TODAY,
    )
    with pytest.raises(MembersError, match="正在转接"):
        adjust_branch(member=member, branch=people.surgery, start_date=TODAY, **WHO)
    with pytest.raises(MembersError, match="正在转接"):
        cease_membership(member=member, date=TODAY, how="other", **WHO)


def test_confirmation_counts_from_its_day(people: Cast, member: Member) -> None:
    confirm_membership(member=member, date=date(2026, 7, 1), **WHO)
    hospital = people.hospital_a
    assert list(members_of(hospital, date(2026, 6, 30), status=PROBATIONARY)) == [member]
    assert list(members_of(hospital, date(2026, 7, 1), status=FULL)) == [member]
    assert ChangedFact.objects.get().date == date(2026, 7, 1)
    with pytest.raises(MembersError, match="已于"):
        confirm_membership(member=member, date=date(2026, 8, 1), **WHO)


def test_who_leaves_is_in_no_branch_from_that_day_on(people: Cast, member: Member) -> None:
    grant_exemption(
        member=member,
        duty="all",
        document="1号",
        start_date=SINCE,
        end_date=date(2030, 1, 1),
        **WHO,
    )
    start_floating(member=member, direction="out", place="某地", start_date=SINCE, **WHO)
    register_hardship(member=member, start_date=SINCE, **WHO)
    cease_membership(member=member, date=date(2026, 5, 1), how="deceased", **WHO)
    last = date(2026, 4, 30)
    assert list(members_of(people.hospital_a, last)) == [member]
    assert not members_of(people.hospital_a, date(2026, 5, 1)).exists()
    assert member.exemptions.get().end_date == last
    assert member.floating.get().end_date == last
    assert member.hardships.get().end_date == last
    with pytest.raises(MembersError, match="不在任何党支部"):
        adjust_branch(member=member, branch=people.surgery, start_date=TODAY, **WHO)


def test_an_exemption_needs_a_document_and_can_end_earlier(member: Member) -> None:
    period = {"start_date": date(2026, 1, 1), "end_date": date(2026, 12, 31)}
    with pytest.raises(MembersError, match="批准文件"):
        grant_exemption(member=member, duty="all", document=" ", **period, **WHO)
    made = grant_exemption(member=member, duty="all", document="1号", **period, **WHO)
    assert made is not None
    assert grant_exemption(member=member, duty="all", document="1号", **period, **WHO) is None
    end_exemption(exemption=made, end_date=date(2026, 6, 30), **WHO)
    with pytest.raises(MembersError, match="之间"):
        end_exemption(exemption=made, end_date=date(2026, 7, 1), **WHO)


def test_floating_is_one_spell_at_a_time(member: Member) -> None:
    spell = start_floating(member=member, direction="out", place="某地", start_date=date(2026, 1, 1), **WHO)
    with pytest.raises(MembersError, match="先登记流动结束"):
        start_floating(member=member, direction="in", place="某地", start_date=TODAY, **WHO)
    end_floating(spell=spell, end_date=date(2026, 3, 31), **WHO)
    with pytest.raises(MembersError, match="晚于该日"):
        start_floating(member=member, direction="out", place="别处", start_date=date(2026, 3, 31), **WHO)


def test_hardship_leaves_no_trace_on_the_member(member: Member) -> None:
    row = register_hardship(member=member, start_date=date(2026, 1, 1), **WHO)
    with pytest.raises(MembersError, match="已在册"):
        register_hardship(member=member, start_date=TODAY, **WHO)
    end_hardship(hardship=row, end_date=date(2026, 6, 30), **WHO)
    with pytest.raises(MembersError, match="重叠"):
        register_hardship(member=member, start_date=date(2026, 6, 30), **WHO)
    assert set(Event.objects.values_list("object_type", flat=True)) == {"hardship"}
    assert not Event.objects.filter(data__contains=str(member.public_id)).exists()
