"""Abolish, merge, split: who and what moves, what ends, and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest

from qiangji.members.exceptions import MembersError
from qiangji.members.models import BranchMembership, Election, Transfer
from qiangji.members.selectors.histories import branches_on, memberships_on
from qiangji.members.selectors.reorganizing import loads_of, members_in_departments
from qiangji.members.services.reorganizing import Part, abolish, merge, split
from qiangji.members.tests.factories import make_member, make_post, make_tenure
from qiangji.orgs.exceptions import OrganizationError
from qiangji.orgs.history import name_on, parent_on, subtree_on, successions_of
from qiangji.orgs.models import (
    Body,
    Department,
    Organization,
    OrganizationSuccession,
    Oversight,
    Post,
    RoleAssignment,
    Term,
)
from qiangji.orgs.services import NewOrganization, rename_organization
from qiangji.orgs.tests.factories import SINCE, Cast, cast, make_organization

AT = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
FIRST = date(2026, 5, 1)
DAY = timedelta(days=1)
Kind = Organization.Kind


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


def new_branch(people: Cast, **changes: object) -> NewOrganization:
    values: dict = {
        "code": "A-NEW",
        "kind": Kind.BRANCH,
        "name": "大内科党支部",
        "short_name": "大内科",
        "start_date": FIRST,
        "parent": people.hospital_a.code,
    }
    return NewOrganization(**(values | changes))


def merge_both(people: Cast, **changes: object) -> Organization:
    values: dict = {
        "organizations": [people.internal_medicine, people.surgery],
        "into": new_branch(people),
        "first_day": FIRST,
        "document": "甲院党〔2026〕5号",
    }
    return merge(**(values | changes), by=people.administrator, at=AT)


def test_merger_keeps_both_histories(people: Cast) -> None:
    first, second = make_member(people.internal_medicine), make_member(people.surgery)
    group = make_organization(people.surgery, Kind.PARTY_GROUP, name="第一党小组")
    second.branches.update(group=group)
    tenure = make_tenure(make_post(people.surgery), first.person)
    Department.objects.create(
        hospital=people.hospital_a, name="普外科", branch=people.surgery, start_date=SINCE
    )

    made = merge_both(people)

    for member, old in [(first, people.internal_medicine), (second, people.surgery)]:
        assert branches_on([member.pk], FIRST - DAY)[member.pk].organization == old
        assert branches_on([member.pk], FIRST)[member.pk].organization == made
        before, after = member.branches.order_by("start_date")
        assert (before.departure, after.arrival) == ("reorganized", "reorganized")
    assert second.branches.get(end_date=None).group == group
    tenure.refresh_from_db()
    assert tenure.end_date == FIRST - DAY
    assert Post.objects.get().end_date == FIRST - DAY
    old, new = Department.objects.order_by("start_date")
    assert (old.end_date, new.branch, new.name) == (FIRST - DAY, made, "普外科")
    assert {row.predecessor for row in successions_of(made)} == {people.internal_medicine, people.surgery}
    assert parent_on(group, FIRST - DAY) == people.surgery
    assert parent_on(group, FIRST) == made
    assert group in subtree_on(people.surgery, FIRST - DAY)
    assert name_on(people.surgery, FIRST - DAY) == "外科党支部"
    assert name_on(people.surgery, FIRST) == ""
    assert not RoleAssignment.objects.on(AT.date()).filter(organization=people.internal_medicine).exists()
    people.surgery.refresh_from_db()
    with pytest.raises(OrganizationError, match="只保留历史"):
        rename_organization(
            organization=people.surgery, name="甲", short_name="乙", start_date=FIRST, by=None, at=AT
        )


def test_merger_into_one_of_them_leaves_its_members_untouched(people: Cast) -> None:
    stays, moves = make_member(people.internal_medicine), make_member(people.surgery)
    merged = merge_both(people, into=people.internal_medicine)
    assert merged == people.internal_medicine
    assert stays.branches.count() == 1
    assert moves.branches.get(end_date=None).organization == people.internal_medicine
    assert Organization.objects.get(pk=people.surgery.pk).end_date == FIRST - DAY
    assert OrganizationSuccession.objects.get().predecessor == people.surgery


def test_hospitals_merge_with_branches_staff_and_departments(people: Cast) -> None:
    other = make_organization(people.city_a, Kind.HOSPITAL, name="甲市第二医院党委")
    ward = make_organization(other, name="骨科党支部")
    member = make_member(ward, staff_number="X1")
    for hospital in (people.hospital_a, other):
        Department.objects.create(hospital=hospital, name="骨科", start_date=SINCE)
    member.person.employments.update(department=Department.objects.get(hospital=other))

    merge(organizations=[other], into=people.hospital_a, first_day=FIRST, by=None, at=AT)

    ward.refresh_from_db()
    assert ward.path.startswith(people.hospital_a.path)
    assert memberships_on(other, FIRST - DAY).get().member == member
    assert not memberships_on(other, FIRST).exists()
    assert memberships_on(people.hospital_a, FIRST).get().member == member
    assert not memberships_on(people.hospital_a, FIRST - DAY).exists()
    now = member.person.employments.get(end_date=None)
    assert (now.organization, now.staff_number, now.start_date) == (people.hospital_a, "X1", FIRST)
    assert now.department == Department.objects.get(hospital=people.hospital_a)


def test_new_hospital_keeps_the_supervisor_that_all_had(people: Cast) -> None:
    other = make_organization(people.city_a, Kind.HOSPITAL, name="甲市第二医院党委")
    Oversight.objects.create(kind="supervision", overseer=people.authority_a, subject=other, start_date=SINCE)
    new = new_branch(people, code="H-NEW", kind=Kind.HOSPITAL, form="committee", parent=people.city_a.code)
    made = merge(organizations=[people.hospital_a, other], into=new, first_day=FIRST, by=None, at=AT)
    assert Oversight.objects.get(subject=made, end_date=None).overseer == people.authority_a


def test_same_staff_number_at_both_hospitals_is_refused(people: Cast) -> None:
    other = make_organization(people.city_a, Kind.HOSPITAL, name="甲市第二医院党委")
    make_member(make_organization(other), staff_number="007")
    make_member(people.surgery, staff_number="007")
    with pytest.raises(MembersError, match="007"):
        merge(organizations=[other], into=people.hospital_a, first_day=FIRST, by=None, at=AT)
    other.refresh_from_db()
    assert other.end_date is None


def test_split_by_department_and_group_leaves_the_rest(people: Cast) -> None:
    group = make_organization(people.surgery, Kind.PARTY_GROUP, name="第一党小组")
    ward = Department.objects.create(
        hospital=people.hospital_a, name="骨科", branch=people.surgery, start_date=SINCE
    )
    goes, in_group, stays = (make_member(people.surgery, name) for name in "甲乙丙")
    goes.person.employments.update(department=ward)
    in_group.branches.update(group=group)
    seat = make_tenure(make_post(people.surgery), goes.person)
    kept = make_tenure(make_post(people.surgery), stays.person)
    moving = members_in_departments(people.surgery, [ward], FIRST)
    assert moving == {goes.pk}

    part = Part(new_branch(people), members=moving, children=(group,), departments=(ward,))
    [made] = split(organization=people.surgery, parts=[part], ends=False, first_day=FIRST, by=None, at=AT)

    on = branches_on([goes.pk, in_group.pk, stays.pk], FIRST)
    assert [on[one.pk].organization for one in (goes, in_group, stays)] == [made, made, people.surgery]
    assert on[in_group.pk].group == group
    seat.refresh_from_db()
    kept.refresh_from_db()
    assert (seat.end_date, kept.end_date) == (FIRST - DAY, None)
    assert Department.objects.get(end_date=None).branch == made
    assert OrganizationSuccession.objects.get().kind == OrganizationSuccession.Kind.SPLIT


def test_split_that_ends_the_old_one_needs_a_place_for_everybody(people: Cast) -> None:
    one, other = make_member(people.surgery), make_member(people.surgery)
    parts = [Part(new_branch(people), members=frozenset({one.pk}))]
    with pytest.raises(MembersError, match="1 名党员没有指定"):
        split(organization=people.surgery, parts=parts, ends=True, first_day=FIRST, by=None, at=AT)
    with pytest.raises(MembersError, match="两个接续组织"):
        split(organization=people.surgery, parts=parts * 2, ends=True, first_day=FIRST, by=None, at=AT)
    parts.append(Part(people.internal_medicine, members=frozenset({other.pk})))
    split(organization=people.surgery, parts=parts, ends=True, first_day=FIRST, by=None, at=AT)
    assert Organization.objects.get(pk=people.surgery.pk).end_date == FIRST - DAY
    assert BranchMembership.objects.filter(end_date=None, organization=people.surgery).count() == 0


def test_abolition_only_of_what_is_empty(people: Cast) -> None:
    member = make_member(people.surgery)
    with pytest.raises(MembersError, match="还有 1 名党员"):
        abolish(organization=people.surgery, last_day=FIRST, by=None, at=AT)
    with pytest.raises(MembersError, match="还登记有 1 名人员"):
        abolish(organization=people.hospital_a, last_day=FIRST, by=None, at=AT)
    with pytest.raises(OrganizationError, match="顶层组织"):
        abolish(organization=people.province, last_day=FIRST, by=None, at=AT)
    with pytest.raises(OrganizationError, match="还主管或指导 1 个组织"):
        abolish(organization=people.authority_a, last_day=FIRST, by=None, at=AT)
    with pytest.raises(OrganizationError, match="之下还有"):
        abolish(organization=people.city_b, last_day=FIRST, by=None, at=AT)
    member.branches.update(end_date=FIRST - DAY, departure="adjusted")
    Term.objects.create(
        organization=people.surgery,
        body=Body.COMMITTEE,
        number=1,
        years=3,
        start_date=SINCE,
        due_date=FIRST,
        elected_by="assembly",
    )
    with pytest.raises(OrganizationError, match="晚于今天"):
        abolish(organization=people.surgery, last_day=AT.date() + DAY, by=None, at=AT)
    abolish(organization=people.surgery, last_day=FIRST, by=None, at=AT)
    assert Term.objects.get().end_date == FIRST
    with pytest.raises(OrganizationError, match="已于"):
        abolish(organization=people.surgery, last_day=FIRST, by=None, at=AT)


def test_what_is_unfinished_is_named(people: Cast) -> None:
    election = Election.objects.create(
        organization=people.surgery, body=Body.COMMITTEE, kind="regular", opened_at=AT
    )
    with pytest.raises(MembersError, match="正在办理的选举"):
        merge_both(people)
    election.state = Election.State.CANCELLED
    election.save()
    member = make_member(people.surgery)
    sent = Transfer.objects.create(
        member=member,
        source=people.surgery,
        target=people.hospital_b,
        sent_date=FIRST,
        valid_until=AT.date(),
    )
    with pytest.raises(MembersError, match="1 件组织关系转接"):
        merge_both(people)
    load = loads_of([people.surgery], FIRST)[0]
    assert (load.members, load.transfers, load.elections) == (1, 1, 0)
    sent.state = Transfer.State.CANCELLED
    sent.save()
    member.branches.update(start_date=FIRST)
    with pytest.raises(MembersError, match="组织关系 1 项"):
        merge_both(people)


def test_kinds_and_hospitals_do_not_mix(people: Cast) -> None:
    theirs = make_organization(people.hospital_b, name="乙院内科")
    with pytest.raises(OrganizationError, match="不在同一医院"):
        merge_both(people, into=theirs)
    with pytest.raises(OrganizationError, match="须是同一类别"):
        merge_both(people, into=people.hospital_a)
    with pytest.raises(OrganizationError, match="不能合并或拆分"):
        merge_both(people, organizations=[people.city_b], into=people.city_a)
    with pytest.raises(OrganizationError, match="至少选择一个"):
        merge_both(people, organizations=[people.surgery], into=people.surgery)
    assert Organization.objects.filter(end_date=None).count() == Organization.objects.count()
