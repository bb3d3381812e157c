"""An organization that is judged, with everything below it, and what has been collected of it so far."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from qiangji.lib.prepared import Prepared
from qiangji.orgs.models import Organization
from qiangji.orgs.paths import LAST
from qiangji.rules.facts import DAY, MAXIMUM, Event, Facts, Individual, Moment, Reason, State, Value
from qiangji.rules.needs import Needs
from qiangji.rules.periods import Period

Kind = Organization.Kind
# Below hospital level the kind says what a hospital-level organization has to state.
FORMS = {Kind.BRANCH: Organization.Form.BRANCH, Kind.GENERAL_BRANCH: Organization.Form.GENERAL_BRANCH}
FEW = 200  # organizations that a statement names one by one


def between(field_name: str, first: str, last: str) -> Q:
    """Return the condition "in a stretch of paths", without its last."""
    return Q(**{f"{field_name}__gte": first, f"{field_name}__lt": last})


ORGANIZATIONS = Prepared(
    lambda first, last: (
        Organization.objects.filter(between("path", first, last))
        .order_by("path")
        .values_list("pk", "public_id", "path", "kind", "parent_id", "start_date", "end_date")
    ),
    first=str,
    last=str,
)


@dataclass
class Family:
    """One subject. ``branches`` are the keys that its branches bear as a population and as owners of events."""

    organization: Organization
    events: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    states: dict[str, list[State]] = field(default_factory=lambda: defaultdict(list))
    populations: dict[str, list[Individual]] = field(default_factory=lambda: defaultdict(list))
    declared: dict[str, list[Period]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[str, Reason] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def hold(self, name: str, value: Value, first: date, last: date | None = None) -> None:
        """Note that a state held from one day to another."""
        self.states[name].append(State(value, first, last or MAXIMUM))

    def happened(self, kind: str, event: Event) -> None:
        """Note an event."""
        self.events[kind].append(event)

    def facts(self) -> Facts:
        """Return what was collected, as the engine takes it."""
        return Facts(
            dict(self.events), dict(self.states), dict(self.populations), dict(self.declared), self.reasons,
            self.organization.start_date,
        )  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where an organization stands: in whose family, and as whose its events count (0: the subject's own); its ``last`` day."""

    family: Family
    owner: int
    public_id: str
    last: date = MAXIMUM


class Scope:
    """The organizations that are asked about, as a stretch of paths that every statement narrows by.

    They are of one kind, and none is below another. The stretch may hold others between them: their rows find no place
    and are passed over.
    """

    def __init__(self, roots: Sequence[Organization], needs: Needs, moment: Moment) -> None:
        self.needs, self.moment = needs, moment
        self.families = {root.path: Family(root) for root in roots}
        self.kind = str(roots[0].kind)
        self.lengths = sorted({len(root.path) for root in roots})
        paths = sorted(self.families)
        self.first, self.last = paths[0], paths[-1] + LAST
        self.earliest = date(moment.year - 1, 1, 1)
        self.places: dict[int, Place] = {}
        self.by_public_id: dict[str, int] = {}

    def within(self, field_name: str) -> Q:
        """Return the condition "in this stretch of paths"."""
        return between(field_name, self.first, self.last)

    @property
    def is_small(self) -> bool:
        """Whether the organizations here are few enough to be named one by one."""
        return len(self.places) <= FEW

    def family_of(self, path: str) -> Family | None:
        """Return whose family a path belongs to."""
        found = (self.families.get(path[:length]) for length in self.lengths)
        return next((family for family in found if family), None)

    def wants(self, *names: str) -> bool:
        """Say whether any of these facts is asked for."""
        needs = self.needs
        return any(
            name in needs.events or name in needs.states or name in needs.populations for name in names
        )

    def start(self) -> None:
        """Place every organization of the stretch, and note which branches there are since when."""
        rows = ORGANIZATIONS(first=self.first, last=self.last)
        for pk, public_id, path, kind, parent_id, start, end in rows:
            family = self.family_of(path)
            if family is None:
                continue
            owner = pk
            if pk == family.organization.pk:
                owner = 0
            elif kind == Kind.PARTY_GROUP and parent_id in self.places:
                owner = self.places[parent_id].owner
            self.places[pk] = Place(family, owner, str(public_id), end or MAXIMUM)
            self.by_public_id[str(public_id)] = pk
            if kind == Kind.PARTY_GROUP:
                family.populations["groups"].append(Individual(pk, start, end or MAXIMUM))
            if kind == Kind.BRANCH:
                family.populations["branches"].append(Individual(pk, start, end or MAXIMUM))
        for family in self.families.values():
            root = family.organization
            form = root.form or FORMS.get(Kind(root.kind), "")
            if form:
                family.hold("organization_form", form, root.start_date, root.end_date)
            if form == Organization.Form.BRANCH:  # it is its own and only branch
                family.populations["branches"] = [Individual(0, root.start_date, root.end_date or MAXIMUM)]


def merged(people: Iterable[Individual]) -> list[Individual]:
    """Count somebody once who belongs more than once: from the first of the days to the last, without those in between.

    >>> one, two = Individual(1, date(2026, 1, 1), date(2026, 2, 1)), Individual(1, date(2026, 3, 1))
    >>> found = merged([one, two])
    >>> len(found), found[0].on(date(2026, 2, 1)), found[0].on(date(2026, 2, 2)), found[0].on(date(2026, 3, 1))
    (1, True, False, True)
    """
    found: dict[int, Individual] = {}
    several: dict[int, list[Individual]] = {}
    for one in people:
        known = found.setdefault(one.key, one)
        if known is not one:
            several.setdefault(one.key, [known]).append(one)
    for key, spells in several.items():
        found[key] = joined(spells)
    return list(found.values())


def joined(spells: Iterable[Individual]) -> Individual:
    """Return the spells of one and the same as one, with the days in between on which none of them held."""
    ordered = sorted(spells, key=lambda one: one.first)
    last, away, exempt = ordered[0].last, [], set(ordered[0].exempt)
    for one in ordered[1:]:
        if last < MAXIMUM and one.first > last + DAY:
            away.append(Period(last + DAY, one.first - DAY, ""))
        last = max(last, one.last)
        exempt.update(one.exempt)
    by_day = sorted(exempt, key=lambda piece: (piece.first, piece.last))
    return Individual(ordered[0].key, ordered[0].first, last, tuple(by_day), tuple(away))


def both(one: Individual, other: Individual) -> list[Individual]:
    """Return the spells in which both hold; the exemptions are those of the first.

    >>> leads = Individual(1, date(2025, 1, 1))
    >>> [(found.first.isoformat(), found.last == MAXIMUM) for found in both(leads, Individual(1, date(2026, 7, 1)))]
    [('2026-07-01', True)]
    """
    return [
        Individual(one.key, max(mine.first, theirs.first), min(mine.last, theirs.last), one.exempt)
        for mine in spells_of(one)
        for theirs in spells_of(other)
        if mine.first <= theirs.last and theirs.first <= mine.last
    ]


def spells_of(one: Individual) -> list[Period]:
    """Return from when until when somebody belonged, spell by spell."""
    starts = [one.first, *(gap.last + DAY for gap in one.away)]
    ends = [*(gap.first - DAY for gap in one.away), one.last]
    return [Period(*days, "") for days in zip(starts, ends, strict=True)]
