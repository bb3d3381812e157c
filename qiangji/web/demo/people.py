"""The people of a demo hospital: who works there, who is a member of which branch since when, and what became of them.

A hospital is laid out here as plain objects first; ``register.py`` turns them into rows. Everybody who was there when the
register was set up stands in it since 5 January; who joined or came later was entered on the day after.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from qiangji.accounts.models import User
from qiangji.members.models import BranchMembership, Member, Person
from qiangji.orgs.models import Department, Organization
from qiangji.web.demo import names

DAY = timedelta(days=1)
Occupation, Education, Arrival = Person.Occupation, Person.Education, BranchMembership.Arrival
FIRST_REGISTER = date(2019, 1, 1)


@dataclass(eq=False)
class Staffer:
    """One person of the hospital, with the days that tell the membership; ``unit`` is the branch, if any."""

    person: Person
    staff_number: str
    hired: date
    unit: "Unit | None" = None
    department: Department | None = None
    member: Member | None = None
    since: date = FIRST_REGISTER
    arrival: str = Arrival.REGISTERED
    left: date | None = None
    excused_from: date | None = None
    floats_from: date | None = None
    in_difficulty: bool = False
    is_fixed: bool = False
    group: Organization | None = None
    account: User | None = None

    def belongs_on(self, day: date) -> bool:
        """Say whether this is a member of the unit on a day."""
        return self.since <= day and (self.left is None or day < self.left)

    def is_excused_on(self, day: date) -> bool:
        """Say whether this member is excused from organization life on a day."""
        return self.excused_from is not None and day >= self.excused_from


@dataclass(eq=False)
class Unit:
    """A branch, or a hospital that is itself one, with its members; the first ones form its committee."""

    organization: Organization
    departments: tuple[str, ...]
    members: list[Staffer] = field(default_factory=list)
    committee: list[Staffer] = field(default_factory=list)
    recorder: User | None = None

    def members_on(self, day: date) -> list[Staffer]:
        """Return who belongs to it on a day."""
        return [one for one in self.members if one.belongs_on(day)]

    @property
    def secretary(self) -> Staffer:
        """Its secretary."""
        return self.committee[0]


@dataclass(eq=False)
class House:
    """A hospital with its people: branches, leading group, Party committee, discipline committee, Party office.

    The leading group 领导班子 is the committee and the president with deputies; the secretary comes first in both lists.
    ``staff`` are people who are no members.
    """

    organization: Organization
    units: list[Unit]
    users: dict[str, User]
    leaders: list[Staffer] = field(default_factory=list)
    committee: list[Staffer] = field(default_factory=list)
    discipline: list[Staffer] = field(default_factory=list)
    office: list[Staffer] = field(default_factory=list)
    staff: list[Staffer] = field(default_factory=list)
    vices: list[Staffer] = field(default_factory=list)
    general_branches: list[Organization] = field(default_factory=list)
    former_secretary: Staffer | None = None
    former_member: Staffer | None = None
    president: Staffer = field(init=False)
    establishment: int = 0

    @property
    def refilled_on(self) -> date:
        """The day of the by-election to the former member's seat."""
        assert self.former_member is not None
        assert self.former_member.left is not None
        return date(self.former_member.left.year, 4, 28)

    @property
    def is_committee(self) -> bool:
        """Say whether it is a Party committee, to which all duties of a committee apply."""
        return self.organization.form == Organization.Form.COMMITTEE

    @property
    def everybody(self) -> Iterable[Staffer]:
        """All people in it, members branch by branch first."""
        for unit in self.units:
            yield from unit.members
        yield from self.staff

    def secretary_on(self, day: date) -> Staffer:
        """Return who heads it on a day: the former secretary until that one left."""
        former = self.former_secretary
        return former if former is not None and former.left and day < former.left else self.committee[0]

    def seated_on(self, people: Sequence[Staffer], day: date) -> list[Staffer]:
        """Return whom leaders or committee consist of on a day, former holders in their successors' place."""
        now = list(people)
        for former, place in ((self.former_secretary, 0), (self.former_member, -1)):
            successor = self.committee[place]
            if former is not None and former.left and successor in now:
                index = now.index(successor)
                if day < former.left:
                    now[index] = former
                elif former is self.former_member and day < self.refilled_on:
                    del now[index]
        return now

    def guide(self, order: int) -> Staffer:
        """Return who of the committee guides a branch's meetings, in turn; the last seat may be vacant."""
        seated = self.committee[:-1]
        return seated[order % len(seated)]

    def members_on(self, day: date) -> list[Staffer]:
        """Return all members of a day."""
        return [one for unit in self.units for one in unit.members if one.belongs_on(day)]


class Recruiter:
    """Invents people; one for each hospital, so that no two in it share a staff number."""

    def __init__(self, *, random: Random, year: int, until: date) -> None:
        self.random, self.year, self.until = random, year, until
        self.number = 0
        self.named: set[str] = set()

    def person(self, name: str, *, age: int) -> Person:
        """Invent a person of an age."""
        random = self.random
        occupation = random.choices(list(OCCUPATIONS), list(OCCUPATIONS.values()))[0]
        shares = (
            (0.35, 0.5, 0.12, 0.02, 0.01)
            if occupation == Occupation.DOCTOR
            else (0.08, 0.55, 0.27, 0.08, 0.02)
        )
        return Person(
            name=name,
            pinyin=names.pinyin(name),
            sex=random.choice(tuple(Person.Sex.values)),
            birth_year=self.year - age,
            is_minority=random.random() < 0.06,
            education=random.choices(Education.values, shares)[0],
            occupation=str(occupation),
        )

    def name(self) -> str:
        """Invent a name that nobody in this hospital bears yet, where that is possible."""
        for _ in range(20):
            name = names.full_name(self.random)
            if name not in self.named:
                break
        self.named.add(name)
        return name

    def staffer(self, user: User | None = None, *, age: int | None = None) -> Staffer:
        """Invent somebody who works at the hospital; an account brings its name along."""
        self.number += 1
        age = age or self.random.randint(29, 59)
        name = user.name if user else self.name()
        self.named.add(name)
        person = self.person(name, age=age)
        hired = date(self.year - max(age - 24, 3), 7, 1 + self.random.randrange(28))
        return Staffer(person, f"{self.number:05d}", hired, account=user)

    def member(self, unit: Unit, user: User | None = None, *, age: int | None = None) -> Staffer:
        """Invent a full member of a branch who was there all along."""
        one = self.staffer(user, age=age)
        joined = max(one.hired + timedelta(days=self.random.randint(400, 3000)), date(1990, 7, 1))
        joined = min(joined, date(self.year - 3, 6, 30))
        one.member = Member(
            person=one.person,
            joined_date=joined,
            confirmed_date=joined.replace(year=joined.year + 1, day=min(joined.day, 28)),
        )
        one.since = max(joined, FIRST_REGISTER, unit.organization.start_date)
        one.unit = unit
        unit.members.append(one)
        return one

    def fill(self, unit: Unit, count: int) -> None:
        """Bring a branch up to a number of members today, with those whom a year brings and takes."""
        departs = self.random.random() < 0.4
        while len(unit.members) < count + departs:
            self.member(unit)
        rest = [one for one in unit.members if not one.is_fixed]
        if len(rest) < 8:
            return
        chosen = self.random.sample(rest, 7)
        self.probationary(chosen[0])
        self.confirmed_this_year(chosen[1])
        self.transferred_in(chosen[2])
        if departs:
            chosen[3].left = date(self.year, self.random.randint(3, 9), self.random.randint(1, 28))
        elif self.random.random() < 0.5:
            chosen[3].floats_from = date(self.year, self.random.randint(2, 9), 1)
        if self.random.random() < 0.6:
            chosen[4].excused_from = date(self.year, self.random.randint(4, 6), 1)
        chosen[5].in_difficulty = self.random.random() < 0.5

    def probationary(self, one: Staffer) -> None:
        """Let somebody join within the year."""
        assert one.member is not None
        day = date(self.year, self.random.randint(4, 9), self.random.randint(1, 28))
        one.member.joined_date, one.member.confirmed_date = day, None
        one.since, one.arrival = day, Arrival.ADMITTED
        one.person.birth_year = self.year - self.random.randint(26, 35)
        one.hired = date(self.year - self.random.randint(2, 5), 7, 15)

    def confirmed_this_year(self, one: Staffer) -> None:
        """Let somebody's probation end within the year."""
        assert one.member is not None
        day = date(self.year - 1, self.random.randint(3, 9), self.random.randint(1, 28))
        one.member.joined_date, one.member.confirmed_date = day, day.replace(year=self.year)
        one.since = day
        one.hired = min(one.hired, date(self.year - 3, 7, 15))

    def transferred_in(self, one: Staffer) -> None:
        """Let somebody's affiliation come from outside within the year."""
        day = date(self.year, self.random.randint(2, 8), self.random.randint(1, 28))
        one.since, one.arrival, one.hired = day, Arrival.TRANSFERRED, day


OCCUPATIONS = {
    Occupation.DOCTOR: 38,
    Occupation.NURSE: 34,
    Occupation.TECHNICIAN: 12,
    Occupation.MANAGER: 11,
    Occupation.WORKER: 5,
}
