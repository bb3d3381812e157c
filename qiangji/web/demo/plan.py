"""The plan of the demo province: which organizations, relations and accounts there will be, without a database.

Everything follows from the number of hospital-level organizations and the seed; equal arguments give equal plans, down
to the public ids.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID, uuid5

from qiangji.orgs.authorization import RoleName
from qiangji.orgs.models import Organization, Oversight
from qiangji.orgs.services import NewOrganization
from qiangji.web.demo import names

NAMESPACE = UUID("5b1f0c52-8f0e-4c55-9d7e-2f6a5f7b9d10")
Kind, Form, Level = Organization.Kind, Organization.Form, Organization.Level
FOUNDED = date(2012, 7, 1)
SINCE = date(2019, 1, 1)
REFORMED = date(2021, 1, 1)


@dataclass(frozen=True)
class PlannedAccount:
    """An account and its one role."""

    username: str
    name: str
    role: str
    organization: str
    is_shown: bool


@dataclass(frozen=True)
class PlannedOversight:
    """A relation between two codes; ``end_date`` for one that is history."""

    kind: str
    overseer: str
    subject: str
    start_date: date
    end_date: date | None = None


@dataclass
class Plan:
    """Everything that will be written."""

    organizations: list[NewOrganization] = field(default_factory=list)
    oversights: list[PlannedOversight] = field(default_factory=list)
    accounts: list[PlannedAccount] = field(default_factory=list)
    hospitals: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Site:
    """Where a hospital will stand: under which node, supervised by which, named how, how large."""

    parent: str
    supervisor: str
    name: str
    level: str
    is_large: bool


class Planner:
    """Makes the plan, part by part. It draws from one generator in one order, so it is repeatable.

    ``branches`` is how many each hospital's committee has; without it they have as many as such hospitals have.
    """

    def __init__(self, *, hospitals: int, seed: int, branches: int | None = None) -> None:
        self.random = Random(seed)  # noqa: S311 -- a demo, not a secret
        self.wanted = hospitals
        self.branches = branches
        self.plan = Plan()

    def make(self) -> Plan:
        """Return the whole plan."""
        self.authorities()
        for number, site in enumerate(self.sites(), start=1):
            self.hospital(number, site)
        self.review_office()
        return self.plan

    def review_office(self) -> None:
        """Plan the head of the first city's reviewers and a second reviewer, last of all: nobody else's name changes."""
        self.account("shiweifuze01", RoleName.SUPERVISOR_LEAD, "D01W", is_shown=True)
        self.account("shiweier01", RoleName.SUPERVISOR, "D01W")

    def organization(self, code: str, kind: str, name: str, parent: str | None, **values: object) -> None:
        """Plan one organization."""
        short_name = str(values.pop("short_name", name))
        self.plan.organizations.append(
            NewOrganization(
                code=code,
                kind=kind,
                name=name,
                short_name=short_name,
                start_date=FOUNDED,
                parent=parent,
                public_id=uuid5(NAMESPACE, code),
                **values,  # type: ignore[arg-type]
            )
        )

    def account(self, username: str, role: str, organization: str, *, is_shown: bool = False) -> None:
        """Plan one account with its role."""
        person = names.person(self.random)
        self.plan.accounts.append(PlannedAccount(username, person, role, organization, is_shown))

    def authorities(self) -> None:
        """Plan committees, health authorities and the university."""
        committee = "医院党建工作指导委员会"
        self.organization(
            "D00",
            Kind.GUIDANCE_COMMITTEE,
            names.PROVINCE + committee,
            None,
            level=Level.PROVINCE,
            short_name="省指导委员会",
        )
        self.organization(
            "D00W",
            Kind.HEALTH_AUTHORITY,
            f"{names.PROVINCE}卫生健康委员会",
            "D00",
            level=Level.PROVINCE,
            short_name="省卫健委",
        )
        self.organization(
            "D00G",
            Kind.OWNING_AUTHORITY,
            names.UNIVERSITY,
            "D00",
            level=Level.PROVINCE,
            short_name=names.UNIVERSITY,
        )
        self.account("guanli01", RoleName.ADMINISTRATOR, "D00", is_shown=True)
        self.account("shengzhidao01", RoleName.GUIDANCE, "D00", is_shown=True)
        self.account("choucha01", RoleName.INSPECTOR, "D00", is_shown=True)
        self.account("chayue01", RoleName.READER, "D00", is_shown=True)
        self.account("shengwei01", RoleName.SUPERVISOR, "D00W", is_shown=True)
        self.account("daxue01", RoleName.SUPERVISOR, "D00G", is_shown=True)
        for number, city in enumerate(names.CITIES, start=1):
            self.city(number, city)

    def city(self, number: int, city: str) -> None:
        """Plan a city's committee and health authority, and the committees of its counties."""
        committee = "医院党建工作指导委员会"
        code = f"D{number:02d}"
        self.organization(
            code,
            Kind.GUIDANCE_COMMITTEE,
            city + committee,
            "D00",
            level=Level.CITY,
            short_name=f"{city}指导委员会",
        )
        self.organization(
            f"{code}W",
            Kind.HEALTH_AUTHORITY,
            f"{city}卫生健康委员会",
            code,
            level=Level.CITY,
            short_name=f"{city}卫健委",
        )
        self.account(f"shizhidao{number:02d}", RoleName.GUIDANCE, code, is_shown=number == 1)
        self.account(f"shiwei{number:02d}", RoleName.SUPERVISOR, f"{code}W", is_shown=number == 1)
        for order, county in enumerate(names.COUNTIES[number - 1], start=1):
            self.organization(
                f"{code}{order:02d}",
                Kind.GUIDANCE_COMMITTEE,
                county + committee,
                code,
                level=Level.COUNTY,
                short_name=f"{county}指导委员会",
            )

    def sites(self) -> Iterator[Site]:
        """Share the hospitals out: a tenth province-direct, a tenth of the university, the rest to cities and counties."""
        direct = min(self.wanted // 10, 4)
        owned = 1 if self.wanted >= 5 else 0
        owned += 1 if self.wanted >= 40 else 0
        local = self.wanted - direct - owned
        in_counties = local * 2 // 5
        places = len(names.CITIES)
        for city in range(places):
            code, place = f"D{city + 1:02d}", names.CITIES[city]
            share = share_of(local - in_counties, places, city)
            for order, name in enumerate(names.hospital_names(place, names.CITY_HOSPITALS, share)):
                yield Site(code, f"{code}W", name, Level.CITY, is_large=order < 2)
        yield from self.county_sites(in_counties)
        for name in names.hospital_names(names.PROVINCE, names.PROVINCE_HOSPITALS, direct):
            yield Site("D00", "D00W", name, Level.PROVINCE, is_large=True)
        for name in names.hospital_names(names.UNIVERSITY, names.UNIVERSITY_HOSPITALS, owned):
            yield Site("D00G", "D00G", name, Level.PROVINCE, is_large=True)

    def county_sites(self, count: int) -> Iterator[Site]:
        """Yield the hospitals of the counties; the city's health authority supervises them."""
        counties = [
            (f"D{city:02d}{order:02d}", f"D{city:02d}W", county)
            for city, in_city in enumerate(names.COUNTIES, start=1)
            for order, county in enumerate(in_city, start=1)
        ]
        for index, (code, supervisor, county) in enumerate(counties):
            share = share_of(count, len(counties), index)
            for name in names.hospital_names(county, names.COUNTY_HOSPITALS, share):
                yield Site(code, supervisor, name, Level.COUNTY, is_large=False)

    def hospital(self, number: int, site: Site) -> None:
        """Plan one hospital-level organization with what is inside it, its relations and its accounts."""
        code = f"DH{number:03d}"
        form = self.form(number, site)
        self.organization(
            code,
            Kind.HOSPITAL,
            site.name + Form(form).label,
            site.parent,
            form=form,
            level=site.level,
            short_name=site.name,
        )
        self.plan.hospitals.append(code)
        self.relations(code, site, number)
        shown = number == 1
        self.account(f"dangban{number:02d}", RoleName.PARTY_OFFICE, code, is_shown=shown)
        self.account(f"shuji{number:02d}", RoleName.HOSPITAL_SECRETARY, code, is_shown=shown)
        if number == 1:
            self.account("jiwei01", RoleName.DISCIPLINE_SECRETARY, code, is_shown=True)
            self.account("renshi01", RoleName.PERSONNEL, code, is_shown=True)
            self.account("caiwu01", RoleName.FINANCE, code, is_shown=True)
            self.account("yuanguanli01", RoleName.ADMINISTRATOR, code, is_shown=True)
        self.inside(code, site, form, number)

    def form(self, number: int, site: Site) -> str:
        """A tenth of the organizations are branches at hospital level, a few general branches, the rest committees."""
        if site.is_large or number == 1:
            return Form.COMMITTEE
        if number % 10 == 1:
            return Form.BRANCH
        return Form.GENERAL_BRANCH if number % 7 == 0 else Form.COMMITTEE

    def relations(self, code: str, site: Site, number: int) -> None:
        """Plan who supervises and who guides; province-direct and university hospitals are guided where they stand."""
        supervision, guidance = Oversight.Kind.SUPERVISION, Oversight.Kind.GUIDANCE
        if number % 9 == 0 and site.supervisor != "D00W":
            self.plan.oversights.append(
                PlannedOversight(supervision, "D00W", code, FOUNDED, date(2018, 12, 31))
            )
        self.plan.oversights.append(PlannedOversight(supervision, site.supervisor, code, SINCE))
        if site.level == Level.PROVINCE:
            self.plan.oversights.append(PlannedOversight(guidance, "D01", code, SINCE, date(2020, 12, 31)))
            self.plan.oversights.append(PlannedOversight(guidance, "D00", code, REFORMED))

    def inside(self, code: str, site: Site, form: str, number: int) -> None:
        """Plan general branches, branches and their secretaries; a branch at hospital level has Party groups instead."""
        hospital = site.name
        if form == Form.BRANCH:
            for order, group in enumerate(names.PARTY_GROUPS, start=1):
                name = f"{group}党小组"
                self.organization(f"{code}X{order}", Kind.PARTY_GROUP, hospital + name, code, short_name=name)
            return
        count = self.random.randint(8, 12) if site.is_large else self.random.randint(3, 7)
        if self.branches and form == Form.COMMITTEE:
            count = self.branches
        parents = dict.fromkeys(range(count), code)
        if count >= 8:
            for order, (name, start, stop) in enumerate(names.GENERAL_BRANCHES, start=1):
                general = f"{code}Z{order}"
                title = f"{name}党总支"
                self.organization(general, Kind.GENERAL_BRANCH, hospital + title, code, short_name=title)
                self.account(
                    f"zongzhi{number:02d}{order:02d}",
                    RoleName.GENERAL_BRANCH_SECRETARY,
                    general,
                    is_shown=number == 1 and order == 1,
                )
                parents |= dict.fromkeys(range(start, min(stop, count)), general)
        for index in range(count):
            branch, title = f"{code}B{index + 1:02d}", f"{names.BRANCHES[index]}党支部"
            self.organization(branch, Kind.BRANCH, hospital + title, parents[index], short_name=title)
            first = number == 1 and index == 0
            username = f"zhibu{number:02d}{index + 1:02d}"
            self.account(username, RoleName.BRANCH_SECRETARY, branch, is_shown=first)
            if first:
                self.account("zhiwei0101", RoleName.BRANCH_DELEGATE, branch, is_shown=True)
                self.account("dangyuan0101", RoleName.MEMBER, branch, is_shown=True)


def share_of(count: int, places: int, index: int) -> int:
    """Return one place's share of a number, the remainder going to the first places.

    >>> [share_of(11, 3, place) for place in range(3)]
    [4, 4, 3]
    """
    return count // places + (1 if index < count % places else 0)
