"""Lay out a demo hospital: which people it has, who leads it, who sits on which committee, whose account is whose."""

from datetime import date
from math import ceil
from random import Random

from qiangji.accounts.models import User
from qiangji.orgs.models import Organization
from qiangji.web.demo import names
from qiangji.web.demo.faults import Fate
from qiangji.web.demo.people import House, Recruiter, Staffer, Unit

Kind, Form = Organization.Kind, Organization.Form
SHOWN_MEMBERS = 23
OFFICE_SHARE = 200  # of so many on the establishment, one is full-time in Party affairs (0.5 %)


class Builder:
    """Lays out one hospital; ``nodes`` are the organizations inside it, ``users`` its accounts by username."""

    def __init__(
        self,
        *,
        hospital: Organization,
        nodes: list[Organization],
        users: dict[str, User],
        random: Random,
        fate: Fate,
        year: int,
        until: date,
    ) -> None:
        self.hospital, self.nodes, self.users = hospital, nodes, users
        self.random, self.fate, self.year = random, fate, year
        self.recruiter = Recruiter(random=random, year=year, until=until)
        self.number = int(hospital.code[2:])
        self.is_shown = self.number == 1

    def account(self, stem: str, order: int | None = None) -> User | None:
        """Return the account of a seat: ``dangban`` of this hospital, ``zhibu`` of its second branch."""
        name = f"{stem}{self.number:02d}" + (f"{order:02d}" if order is not None else "")
        return self.users.get(name)

    def build(self) -> House:
        """Lay out the hospital."""
        house = House(self.hospital, self.units(), self.users)
        house.general_branches = [node for node in self.nodes if node.kind == Kind.GENERAL_BRANCH]
        for order, unit in enumerate(house.units, start=1):
            self.branch_committee(unit, order)
        self.lead(house)
        self.predecessors(house)
        self.accounts(house)
        for order, unit in enumerate(house.units):
            count = SHOWN_MEMBERS if self.is_shown and order == 0 else self.size(unit)
            self.recruiter.fill(unit, count)
        self.staff(house)
        for unit in house.units:
            unit.recorder = unit.committee[0].account or self.account("dangban")
        return house

    def size(self, unit: Unit) -> int:
        """How many members a branch has."""
        if unit.organization is self.hospital:
            return self.random.randint(14, 19)
        if self.hospital.form == Form.GENERAL_BRANCH:  # from 100 members on it would have to be a committee
            branches = sum(node.kind == Kind.BRANCH for node in self.nodes)
            return self.random.randint(10, max(10, min(24, 80 // branches)))
        return self.random.randint(20, 30)

    def units(self) -> list[Unit]:
        """Return the branches with their departments; a hospital that is a branch is its own only one."""
        branches = [node for node in self.nodes if node.kind == Kind.BRANCH]
        if self.hospital.form == Form.BRANCH:
            return [Unit(self.hospital, ("内科", "外科", "护理部", "办公室"))]
        branches.sort(key=lambda node: node.code)
        return [Unit(node, names.DEPARTMENTS[node.short_name.removesuffix("党支部")]) for node in branches]

    def fixed(self, unit: Unit, user: User | None = None, *, age: int | None = None) -> Staffer:
        """Invent a member whom the year leaves where they are."""
        one = self.recruiter.member(unit, user, age=age)
        one.is_fixed = True
        return one

    def branch_committee(self, unit: Unit, order: int) -> None:
        """Invent a branch's committee; where accounts are given, theirs are the names."""
        users = [self.account("zhibu", order), self.account("zhiwei", order)]
        if unit.organization is self.hospital:
            users = [self.account("shuji"), self.account("dangban")]
        count = 3 if unit.organization is self.hospital else self.random.choice((3, 5, 5))
        for place in range(count):
            unit.committee.append(self.fixed(unit, users[place] if place < len(users) else None))
        member = self.account("dangyuan", order)
        if member is not None:
            self.fixed(unit, member)

    def leader(self, house: House, order: int, user: User | None = None) -> Staffer:
        """Invent a leader; leaders belong to different branches, as ordinary members."""
        return self.fixed(house.units[order % len(house.units)], user, age=self.random.randint(44, 58))

    def lead(self, house: House) -> None:
        """Invent the leading group, and compose committee, discipline committee and Party office."""
        if self.hospital.form == Form.BRANCH:
            house.committee = list(house.units[0].committee)
            house.president = self.leader(house, 0)
            house.vices = [self.leader(house, 0)]
            house.leaders = [*house.committee, house.president, *house.vices]
            house.office = [house.committee[1]]
            return
        secretary = self.leader(house, 0, self.account("shuji"))
        house.president = secretary if self.fate.lacks("same_head") else self.leader(house, 1)
        deputy = self.leader(house, 2, self.account("dangban"))
        discipline = self.leader(house, 3, self.account("jiwei"))
        house.vices = [self.leader(house, 4 + place) for place in range(4 if len(house.units) > 7 else 3)]
        chief = [] if house.president is secretary else [house.president]
        size = 4 if self.fate.lacks("small_committee") else 9 if len(house.units) > 7 else 7
        house.committee = [secretary, *chief, deputy, discipline, *house.vices]
        while len(house.committee) < size:
            house.committee.append(self.leader(house, len(house.committee)))
        house.committee = house.committee[: size if house.is_committee else 5]
        house.leaders = list(dict.fromkeys([*house.committee, house.president, *house.vices]))
        if house.is_committee:
            count = 2 if self.fate.lacks("small_discipline") else 5
            others = [unit.committee[-1] for unit in house.units]
            house.discipline = [discipline, *others][:count]
        house.establishment = self.random.randint(110, 125) * len(house.units)
        house.office = [deputy]

    def predecessors(self, house: House) -> None:
        """Invent who held a seat until March: they were members too, and went to another hospital."""
        changes = self.fate.lacks("no_consent") or (self.number % 8 == 3 and house.is_committee)
        refilled = self.number % 6 == 4 and house.is_committee
        kept = self.fate.lacks("small_committee") or self.fate.lacks("vacancy")
        if changes:
            house.former_secretary = self.leader(house, 0)
            house.former_secretary.left = date(self.year, 3, 16)
        if refilled and not kept:
            house.former_member = self.leader(house, 1)
            house.former_member.left = date(self.year, 3, 10)

    def accounts(self, house: House) -> None:
        """Give persons to the accounts that are left: general-branch secretaries and the hospital's other offices."""
        for order, node in enumerate(house.general_branches, start=1):
            inside = [unit for unit in house.units if unit.organization.parent_id == node.pk]
            user = self.account("zongzhi", order)
            if user is not None and inside:
                self.fixed(inside[0], user)
        for stem in ("renshi", "caiwu"):
            user = self.account(stem)
            if user is not None:
                self.fixed(house.units[-1], user)

    def staff(self, house: House) -> None:
        """Invent office workers, and some who are no members."""
        if not house.establishment:
            house.establishment = self.random.randint(60, 90)
        wanted = max(3, ceil(house.establishment / OFFICE_SHARE))
        free = [
            one
            for unit in house.units
            for one in unit.members
            if not one.is_fixed and one.left is None and one.member and one.member.confirmed_date
        ]
        free = [
            one
            for one in free
            if one.arrival == "registered" and not one.excused_from and not one.floats_from
        ]
        workers = free[: wanted - len(house.office)]
        for one in workers:
            one.is_fixed = True
        house.office += workers
        user = self.account("yuanguanli")
        for place in range(3):
            house.staff.append(self.recruiter.staffer(user if place == 0 else None))
