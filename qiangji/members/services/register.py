"""Keep the register 党员名册 in bulk: rows in, created or brought up to date by hospital and staff number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from qiangji.accounts.models import User
from qiangji.lib.bulk import insert_rows
from qiangji.lib.dates import local_day
from qiangji.members.exceptions import MembersError
from qiangji.members.models import BranchMembership, Employment, Member, Person
from qiangji.members.pinyin import search_text
from qiangji.members.services.journal import MEMBER, Entry, note_many
from qiangji.members.services.register_rows import (
    OPTIONAL,
    Known,
    NewMember,
    batches,
    moves,
    read_known,
    refused_rows,
)
from qiangji.orgs.models import Organization
from qiangji.orgs.services.facts import note_changes

DAY = timedelta(days=1)
MOST_NAMED = 5


@dataclass(frozen=True)
class Registered:
    """What became of the rows: numbers, and the member of each staff number."""

    created: int
    changed: int
    unchanged: int
    members: dict[str, Member]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """The rows that a new member is made of, not yet pointing at each other; who is known has no new employment."""

    person: Person
    employment: Employment | None
    member: Member
    membership: BranchMembership


@dataclass
class Changes:
    """Everything one batch writes, collected before the first statement."""

    newcomers: list["Newcomer"] = field(default_factory=list)
    memberships: list[BranchMembership] = field(default_factory=list)
    changed_persons: list[Person] = field(default_factory=list)
    changed_employments: list[Employment] = field(default_factory=list)
    changed_members: list[Member] = field(default_factory=list)
    changed_memberships: list[BranchMembership] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    facts: list[tuple[str, int, date]] = field(default_factory=list)


def refusals_of(*, hospital: Organization, rows: Sequence[NewMember], at: datetime) -> dict[str, str]:
    """Return why ``register_members`` would refuse rows, by staff number, without writing anything."""
    return refused_rows(hospital, rows, read_known(hospital, rows), local_day(at))


@transaction.atomic
def register_members(
    *, hospital: Organization, rows: Sequence[NewMember], by: User | None, at: datetime
) -> Registered:
    """Bring many rows into the register of a hospital: a number of statements per batch, not per row.

    A staff number that is new becomes a person with employment, membership and branch; a known one is brought up to
    date, and another branch is a move from ``since`` (or today) on. The same rows again change nothing. Refuses
    (MembersError, whose ``rows`` name each staff number) the whole batch when any row contradicts itself, the hospital's
    branches or the register; nothing is written then.
    """
    locked = Organization.objects.select_for_update().get(pk=hospital.pk)
    today = local_day(at)
    known = read_known(locked, rows)
    refused = refused_rows(locked, rows, known, today)
    if refused:
        raise MembersError(words_for(refused), rows=refused)
    members: dict[str, Member] = {}
    created = changed = 0
    facts: list[tuple[str, int, date]] = []
    for batch in batches(rows):
        changes = Changes()
        for row in batch:
            held = known.get(row.staff_number)
            if held is None or held.member is None:
                members[row.staff_number] = add_new(row, held, locked, changes)
                created += 1
            else:
                members[row.staff_number] = held.member
                changed += bring_up_to_date(row, held, held.member, today, changes)
        store(changes, by=by, at=at)
        facts += changes.facts
    note_changes(changes=facts, at=at)
    return Registered(created, changed, len(rows) - created - changed, members)


def words_for(refused: dict[str, str]) -> str:
    """Return the refusal of a batch: the first rows by key, and how many there are."""
    named = [f"工号 {key}：{reason}" for key, reason in list(refused.items())[:MOST_NAMED]]
    rest = len(refused) - len(named)
    return " ".join(named) + (f" 另有 {rest} 行有误。" if rest else "")


def add_new(row: NewMember, held: Known | None, hospital: Organization, changes: Changes) -> Member:
    """Collect what makes a new member of a row; the person may be known as an employee."""
    employment = None
    if held is None:
        person = Person(name=row.name.strip(), pinyin=search_text(row.name))
        employment = Employment(
            organization_id=hospital.pk,
            staff_number=row.staff_number,
            department=row.department,
            start_date=row.first_day,
        )
        fill(person, row)
    else:
        person = held.person
        change_known_person(row, held, changes)
    member = Member(joined_date=row.joined_date, confirmed_date=row.confirmed_date)
    membership = BranchMembership(
        organization_id=row.branch.pk, group=row.group, start_date=row.first_day, arrival=row.arrival
    )
    changes.newcomers.append(Newcomer(person, employment, member, membership))
    data = {"branch": row.branch.code, "since": row.first_day.isoformat(), "arrival": str(row.arrival)}
    changes.entries.append(Entry("member.registered", member.public_id, data, is_new=True))
    changes.facts.append(("member", row.branch.pk, row.first_day))
    return member


def fill(person: Person, row: NewMember) -> list[str]:
    """Put what a row says into a person and return what differed; empty says nothing."""
    values: dict[str, object] = {name: getattr(row, name) for name in OPTIONAL}
    differing = [
        name for name, value in values.items() if value not in ("", None) and value != getattr(person, name)
    ]
    for name in differing:
        setattr(person, name, values[name])
    return differing


def change_known_person(row: NewMember, held: Known, changes: Changes) -> list[str]:
    """Collect corrections of name, statistics and department of somebody known; return what differed."""
    person, differing = held.person, fill(held.person, row)
    if row.name.strip() != person.name:
        person.name, person.pinyin = row.name.strip(), search_text(row.name)
        differing.append("name")
    if differing:
        changes.changed_persons.append(person)
    if row.department is not None and row.department.pk != held.employment.department_id:
        held.employment.department = row.department
        changes.changed_employments.append(held.employment)
        differing.append("department")
    return differing


def bring_up_to_date(row: NewMember, held: Known, member: Member, today: date, changes: Changes) -> bool:
    """Collect what a row changes of a known member; say whether anything."""
    differing = change_known_person(row, held, changes)
    data: dict[str, object] = {}
    dates: dict[str, date | None] = {
        "joined_date": row.joined_date,
        "confirmed_date": row.confirmed_date or member.confirmed_date,
    }
    for name, value in dates.items():
        if value != getattr(member, name):
            data[name] = [text_of(getattr(member, name)), text_of(value)]
            setattr(member, name, value)
    if data:
        changes.changed_members.append(member)
    first = move(row, held, member, today, changes, data)
    if differing:
        data["fields"] = sorted(differing)
    if not data:
        return False
    changes.entries.append(Entry("member.changed", member.public_id, data))
    changes.facts.append(("member", row.branch.pk, first or held.memberships[0].start_date))
    return True


def text_of(day: date | None) -> str | None:
    """Write a day for the log."""
    return day.isoformat() if day else None


def move(
    row: NewMember,
    held: Known,
    member: Member,
    today: date,
    changes: Changes,
    data: dict[str, object],
) -> date | None:
    """Collect a move to another branch or group, or a corrected first day; return the first day it concerns.

    A move on the very day the present branch began corrects that row, so that nobody is in two branches on one day.
    """
    current = held.current
    if current is None:
        return None
    if not moves(row, current):
        if row.since is None or row.since == current.start_date:
            return None
        data["since"] = [current.start_date.isoformat(), row.since.isoformat()]
        first = min(current.start_date, row.since)
        current.start_date = row.since
        changes.changed_memberships.append(current)
        return first
    day = row.since or today
    data["branch"] = [current.organization.code, row.branch.code]
    data["from"] = day.isoformat()
    changes.facts.append(("member", current.organization_id, day))
    changes.changed_memberships.append(current)
    if day == current.start_date:
        current.organization, current.group = row.branch, row.group
        return day
    current.end_date, current.departure = day - DAY, BranchMembership.Departure.ADJUSTED
    changes.memberships.append(
        BranchMembership(
            member=member,
            organization=row.branch,
            group=row.group,
            start_date=day,
            arrival=BranchMembership.Arrival.ADJUSTED,
        )
    )
    return day


def store(changes: Changes, *, by: User | None, at: datetime) -> None:
    """Write one batch: what ends before what begins, so that nobody has two open branches even in between."""
    store_newcomers(changes.newcomers)
    if changes.changed_persons:
        Person.objects.bulk_update(changes.changed_persons, ["name", "pinyin", *OPTIONAL])
    if changes.changed_employments:
        Employment.objects.bulk_update(changes.changed_employments, ["department"])
    if changes.changed_members:
        Member.objects.bulk_update(changes.changed_members, ["joined_date", "confirmed_date"])
    if changes.changed_memberships:
        BranchMembership.objects.bulk_update(
            changes.changed_memberships, ["organization", "group", "start_date", "end_date", "departure"]
        )
    insert_rows([one.membership for one in changes.newcomers] + changes.memberships)
    note_many(MEMBER, changes.entries, by=by, at=at)


def store_newcomers(newcomers: Sequence[Newcomer]) -> None:
    """Write who is new, each row once the row it points at has its key; branches follow when old ones have ended."""
    insert_rows([one.person for one in newcomers if one.person.pk is None], learn_keys=True)
    for one in newcomers:
        one.member.person_id = one.person.pk
        if one.employment is not None:
            one.employment.person_id = one.person.pk
    insert_rows([one.employment for one in newcomers if one.employment is not None])
    insert_rows([one.member for one in newcomers], learn_keys=True)
    for one in newcomers:
        one.membership.member_id = one.member.pk
