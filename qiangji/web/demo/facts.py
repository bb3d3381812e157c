"""Plant people, posts and a year of ledgers in every hospital, one after the other, so that memory stays small."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from qiangji.accounts.models import User
from qiangji.lib.dates import SHANGHAI
from qiangji.orgs.models import Organization
from qiangji.web.demo.authority import write_authority
from qiangji.web.demo.branch_year import BranchYear
from qiangji.web.demo.committee_year import Meetings, Studies
from qiangji.web.demo.faults import Fate, fates_of
from qiangji.web.demo.figures import write_states
from qiangji.web.demo.guidance_year import Guidance, Support
from qiangji.web.demo.houses import Builder
from qiangji.web.demo.journal import Journal
from qiangji.web.demo.people import House
from qiangji.web.demo.plan import Plan
from qiangji.web.demo.posts import Seating
from qiangji.web.demo.proofs import Proofs
from qiangji.web.demo.register import Registrar
from qiangji.web.demo.shown import Showcase
from qiangji.web.demo.store import Store

# The first hospitals keep a list for every meeting; the rest for classes and where somebody spoke.
MOST_IN_DETAIL = 3
Kind = Organization.Kind


@dataclass(frozen=True)
class Season:
    """Which year is planted, until which day, from which seed."""

    year: int
    until: date
    seed: int

    @property
    def now(self) -> datetime:
        """The demo's present."""
        return datetime.combine(self.until, time(18, 30), tzinfo=SHANGHAI)


class Planter:
    """Plants one organization after the other."""

    def __init__(
        self,
        *,
        nodes: dict[str, Organization],
        users: dict[str, User],
        season: Season,
        fates: dict[str, Fate],
    ) -> None:
        self.nodes, self.users, self.season, self.fates = nodes, users, season, fates
        self.store = Store()
        self.inside: dict[str, list[Organization]] = {}
        for node in nodes.values():
            if node.code.startswith("DH"):
                self.inside.setdefault(stem_of(node.code), []).append(node)
        self.hospitals = [self.nodes[code] for code in self.inside]

    def plant_hospital(self, code: str, order: int) -> None:
        """Plant a hospital with all that is inside it."""
        hospital, season = self.nodes[code], self.season
        fate = self.fates[code]
        house = self.lay_out(hospital, fate)
        office = self.users.get(f"dangban{int(code[2:]):02d}")
        random = self.store.begin(season.seed, "states", code)
        write_states(self.store, house, fate, random=random, year=season.year, by=None)
        Registrar(self.store, year=season.year, until=season.until, by=office).register(house)
        seating = Seating(self.store, house=house, fate=fate, year=season.year, by=office)
        seating.seat_all()
        journal = self.ledgers(house, fate, office, detail=order < MOST_IN_DETAIL)
        if order == 0:
            self.store.begin(season.seed, "shown", code)
            target = next((node for node in self.hospitals if node is not hospital), None)
            Showcase(self.store, journal, house, year=season.year, by=office).write(seating.terms[0], target)
        self.store.flush(season.now)

    def lay_out(self, hospital: Organization, fate: Fate) -> House:
        """Invent the hospital's people."""
        season = self.season
        return Builder(
            hospital=hospital,
            nodes=[node for node in self.inside[hospital.code] if node is not hospital],
            users=self.users,
            random=self.store.begin(season.seed, "people", hospital.code),
            fate=fate,
            year=season.year,
            until=season.until,
        ).build()

    def ledgers(self, house: House, fate: Fate, office: User | None, *, detail: bool) -> Journal:
        """Write the year's ledgers of the hospital and of its branches, and declare them complete."""
        season = self.season
        journal = Journal(self.store, until=season.until)
        random = self.store.begin(season.seed, "year", house.organization.code)
        common: dict[str, Any] = {"house": house, "fate": fate, "random": random, "year": season.year}
        for part in (Studies, Meetings, Guidance, Support, Proofs):
            part(journal, by=office, detail=detail, **common).write()
        recorders = {house.organization.pk: office}
        for order, unit in enumerate(house.units):
            BranchYear(journal, unit=unit, order=order, detail=detail, **common).write()
            recorders.setdefault(unit.organization.pk, unit.recorder)
        journal.declare_kept(date(season.year, 1, 1), by=recorders)
        return journal

    def plant_authorities(self, codes: Sequence[str]) -> None:
        """Plant the leaders and records of the authorities."""
        for code in codes:
            self.store.begin(self.season.seed, "authority", code)
            journal = Journal(self.store, until=self.season.until)
            subjects = [node for node in self.nodes.values() if node.parent_id == self.nodes[code].pk]
            hospitals = [node for node in subjects if node.kind == Kind.HOSPITAL]
            write_authority(self.store, journal, self.nodes[code], hospitals, year=self.season.year)
        self.store.flush(self.season.now)


def stem_of(code: str) -> str:
    """Return the hospital's code in the code of anything inside it.

    >>> stem_of("DH001B02"), stem_of("DH1000"), stem_of("DH1000Z1")
    ('DH001', 'DH1000', 'DH1000')
    """
    end = next((place for place in range(2, len(code)) if not code[place].isdigit()), len(code))
    return code[:end]


def plant_facts(
    *,
    nodes: dict[str, Organization],
    users: dict[str, User],
    plan: Plan,
    season: Season,
    progress: Callable[[int, int], None],
) -> None:
    """Plant everything; ``progress`` is told how many hospitals of how many are done."""
    fates = fates_of(plan, seed=season.seed)
    planter = Planter(nodes=nodes, users=users, season=season, fates=fates)
    for order, code in enumerate(plan.hospitals):
        planter.plant_hospital(code, order)
        progress(order + 1, len(plan.hospitals))
    authorities = [row.code for row in plan.organizations if not row.code.startswith("DH")]
    planter.plant_authorities(authorities)
    planter.store.close()
