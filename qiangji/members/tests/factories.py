"""Persons and members for tests, written straight into the tables; the services have their own tests."""

from collections.abc import Sequence
from datetime import date
from itertools import count

from qiangji.members.models import BranchMembership, Employment, Member, Person, Tenure
from qiangji.members.pinyin import search_text
from qiangji.orgs.models import Body, Organization, Post
from qiangji.orgs.tests.factories import SINCE

JOINED = date(2010, 7, 1)
CONFIRMED = date(2011, 7, 1)

numbers = count(1)


def make_person(name: str = "某人", **fields: object) -> Person:
    """Store one person."""
    return Person.objects.create(name=name, **({"pinyin": search_text(name)} | fields))


def make_employment(
    person: Person, organization: Organization, staff_number: str = "", **fields: object
) -> Employment:
    """Let a person work at a hospital or an authority."""
    return Employment.objects.create(
        person=person,
        organization=organization,
        staff_number=staff_number or f"G{next(numbers):05d}",
        **({"start_date": SINCE} | fields),
    )


def hospital_above(branch: Organization) -> Organization:
    """Return the hospital-level organization a branch stands in (the branch itself where it is one)."""
    node: Organization | None = branch
    while node is not None and node.kind != Organization.Kind.HOSPITAL:
        node = node.parent
    return node or branch


def make_member(
    branch: Organization,
    name: str = "某党员",
    *,
    person: Person | None = None,
    staff_number: str = "",
    start_date: date = SINCE,
    group: Organization | None = None,
    person_fields: dict[str, object] | None = None,
    **fields: object,
) -> Member:
    """Store one member who belongs to a branch since a day, employed at the branch's hospital unless already employed."""
    person = person or make_person(name, **(person_fields or {}))
    if not person.employments.exists():
        make_employment(person, hospital_above(branch), staff_number)
    defaults: dict[str, object] = {"joined_date": JOINED, "confirmed_date": CONFIRMED}
    member = Member.objects.create(person=person, **(defaults | fields))
    BranchMembership.objects.create(
        member=member,
        organization=branch,
        group=group,
        start_date=max(start_date, member.joined_date),
        arrival=BranchMembership.Arrival.REGISTERED,
    )
    return member


def store_members(branch: Organization, names: Sequence[str], *, start_date: date = SINCE) -> list[Member]:
    """Store many members of one branch with their employments: four statements."""
    persons = Person.objects.bulk_create([Person(name=name, pinyin=search_text(name)) for name in names])
    hospital = hospital_above(branch)
    Employment.objects.bulk_create(
        Employment(
            person=person,
            organization=hospital,
            staff_number=f"G{next(numbers):05d}",
            start_date=SINCE,
        )
        for person in persons
    )
    members = Member.objects.bulk_create(
        [Member(person=person, joined_date=JOINED, confirmed_date=CONFIRMED) for person in persons]
    )
    BranchMembership.objects.bulk_create(
        BranchMembership(
            member=member,
            organization=branch,
            start_date=start_date,
            arrival=BranchMembership.Arrival.REGISTERED,
        )
        for member in members
    )
    return members


def make_post(
    organization: Organization, body: str = Body.COMMITTEE, kind: str = Post.Kind.MEMBER, **fields: object
) -> Post:
    """Store one seat."""
    return Post.objects.create(
        organization=organization, body=body, kind=kind, **({"start_date": SINCE} | fields)
    )


def make_tenure(post: Post, person: Person, **fields: object) -> Tenure:
    """Seat a person."""
    return Tenure.objects.create(
        post=post, person=person, **({"how": Tenure.How.ELECTED, "start_date": SINCE} | fields)
    )
