"""From invented people to the rows of the register, as ``members.services`` would have left them."""

from datetime import date, datetime, time, timedelta

from qiangji.accounts.models import User
from qiangji.lib.dates import SHANGHAI
from qiangji.members.models import BranchMembership, Employment, Exemption, FloatingSpell, Hardship, Member
from qiangji.orgs.models import Department, Organization
from qiangji.web.demo.people import House, Staffer, Unit
from qiangji.web.demo.store import Store

OUTSIDE = ("东屏市第三人民医院党委", "南汇县中医院党总支", "西陵市疾病预防控制中心党委")
DAY = timedelta(days=1)


def morning_after(day: date) -> datetime:
    """The moment at which something that happened on a day was entered: the next morning."""
    return datetime.combine(day + DAY, time(9, 30), tzinfo=SHANGHAI)


class Registrar:
    """Writes the people of one hospital; ``by`` is the Party office."""

    def __init__(self, store: Store, *, year: int, until: date, by: User | None) -> None:
        self.store, self.year, self.until, self.by = store, year, until, by
        self.opened = datetime(year, 1, 5, 10, 0, tzinfo=SHANGHAI)

    def register(self, house: House) -> None:
        """Write departments, members branch by branch, then who is no member."""
        for unit in house.units:
            departments = self.departments(house.organization, unit)
            for order, one in enumerate(unit.members):
                one.department = departments[order % len(departments)] if departments else None
                self.add_member(house.organization, unit, one)
        for one in house.staff:
            self.add_staff(house.organization, one)

    def departments(self, hospital: Organization, unit: Unit) -> list[Department]:
        """Open the departments that a branch covers."""
        made = []
        for name in unit.departments:
            row = Department(
                hospital=hospital, name=name, branch=unit.organization, start_date=hospital.start_date
            )
            self.store.put(row)
            data = {
                "hospital": hospital.code,
                "name": name,
                "branch": unit.organization.code,
                "start_date": row.start_date.isoformat(),
            }
            self.store.note(
                "department.opened", "department", row.public_id, data, by=self.by, at=self.opened
            )
            self.store.changed("department", hospital.pk, row.start_date)
            made.append(row)
        return made

    def employ(self, hospital: Organization, one: Staffer, since: date) -> None:
        """Write a person and where they work."""
        self.store.put(one.person)
        self.store.put(
            Employment(
                person=one.person,
                organization=hospital,
                staff_number=one.staff_number,
                department=one.department,
                start_date=since,
            )
        )

    def add_staff(self, hospital: Organization, one: Staffer) -> None:
        """Register somebody who is no member."""
        one.person.user = one.account
        self.employ(hospital, one, one.hired)
        at, person = self.opened, one.person.public_id
        self.store.note(
            "person.registered", "person", person, {"organization": hospital.code}, by=self.by, at=at
        )
        self.link(one, "person", person)

    def link(self, one: Staffer, obj_type: str, obj_id: object) -> None:
        """Log whose account it is."""
        if one.account is not None:
            data = {"account": str(one.account.public_id)}
            self.store.note("member.account_linked", obj_type, obj_id, data, by=self.by, at=self.opened)  # type: ignore[arg-type]

    def add_member(self, hospital: Organization, unit: Unit, one: Staffer) -> None:
        """Register a member, with everything that happened to the membership until today."""
        member = one.member
        assert member is not None
        one.person.user = one.account
        self.employ(hospital, one, one.since)
        member.person = one.person
        leaving = one.left is not None and one.left <= self.until
        if leaving:
            member.ceased_date, member.ceased_how = one.left, Member.Ceased.MOVED
        self.store.put(member)
        self.store.put(
            BranchMembership(
                member=member,
                organization=unit.organization,
                group=one.group,
                start_date=one.since,
                end_date=one.left - DAY if leaving and one.left else None,
                arrival=one.arrival,
                departure=BranchMembership.Departure.CEASED if leaving else "",
            )
        )
        entered = max(self.opened, morning_after(one.since))
        data = {
            "branch": unit.organization.code,
            "since": one.since.isoformat(),
            "arrival": str(one.arrival),
        }
        self.note(member, "member.registered", data, entered)
        self.store.changed("member", unit.organization.pk, one.since)
        self.link(one, "member", member.public_id)
        self.spells(unit, one, member)
        if one.arrival == BranchMembership.Arrival.REGISTERED:
            self.confirm(unit, member)
        if leaving and one.left:
            moved = {"date": one.left.isoformat(), "how": str(Member.Ceased.MOVED)}
            self.note(member, "member.ceased", moved, morning_after(one.left))
            self.store.changed("member", unit.organization.pk, one.left)

    def note(self, member: Member, verb: str, data: dict, at: datetime) -> None:
        """Log what happened to a member."""
        self.store.note(verb, "member", member.public_id, data, by=self.by, at=at)

    def confirm(self, unit: Unit, member: Member) -> None:
        """Log a confirmation within the year, which the register of 5 January could not hold yet."""
        day = member.confirmed_date
        if day is not None and day.year == self.year:
            self.note(member, "member.confirmed", {"date": day.isoformat()}, morning_after(day))
            self.store.changed("member", unit.organization.pk, day)

    def spells(self, unit: Unit, one: Staffer, member: Member) -> None:
        """Write exemption, floating and hardship."""
        place = unit.organization.pk
        if one.excused_from and one.excused_from <= self.until:
            begun, ends = one.excused_from, date(self.year, 12, 31)
            duty = Exemption.Duty.ALL
            document = f"支部〔{self.year}〕第{begun.month}号批准单"
            self.store.put(
                Exemption(member=member, duty=duty, document=document, start_date=begun, end_date=ends)
            )
            said = {"exemptions": [[str(duty), begun.isoformat(), ends.isoformat()]]}
            self.note(member, "member.exempted", said, morning_after(begun))
            self.store.changed("exemption", place, begun)
        if one.floats_from and one.floats_from <= self.until:
            begun, out = one.floats_from, FloatingSpell.Direction.OUT
            target = OUTSIDE[member.pk % len(OUTSIDE)]
            self.store.put(FloatingSpell(member=member, direction=out, place=target, start_date=begun))
            data = {"direction": str(out), "start_date": begun.isoformat()}
            self.note(member, "member.floating_started", data, morning_after(begun))
            self.store.changed("floating", place, begun)
        if one.in_difficulty:
            begun = date(self.year, 1, 4)
            row = Hardship(member=member, start_date=max(begun, one.since))
            self.store.put(row)
            data = {"date": row.start_date.isoformat()}
            at = max(self.opened, morning_after(row.start_date))
            self.store.note("hardship.registered", "hardship", row.public_id, data, by=self.by, at=at)
            self.store.changed("hardship", place, row.start_date)
